// A group of a plan in text, as `auger map` prints it: the nest of one einsum, or
//
//     dram[A B C Z] for m:2 buffer[T] { first: buffer[A B] for k:1 for n:1 mac } { second: ... mac }
//
// Members run one after another in each step of the loops in front of the first brace. A member's nest is what it has to
// do with of that common beginning, then its own branch: `second`, with the tensors T, C, Z, has
// `dram[C Z] for m:2 buffer[T] ... mac`. What is held while a member runs:
//
//     stores of the beginning + tiles of all members that stay + its own other tiles
//
// A member's tile stays if neither the innermost shared loop nor a loop of its branch above it moves it.
#include "proof/proof_plan.h"

#include "base/buffer.h"
#include "proof/proof_nest.h"

#include <string.h>

enum { SHARED_NODES = 64 };

typedef struct shared_node {
    bool is_loop;
    const char *name; // of the rank, the memory
    const char *rest; // "2", "A B C"
} shared_node;

typedef struct plan_member {
    aug_proof_own own; // with what passes at home where the plan has it
    const aug_proof *proof;
    aug_mapping nest;
    int shared; // nodes of the beginning
    aug_proof_value value;
} plan_member;

typedef struct plan {
    const aug_reader *reader;
    const aug_node *node;
    const aug_proof_chain *chain;
    int first, count;
    int node_count;
    shared_node nodes[SHARED_NODES];
    const char *branches[AUG_PROOF_EINSUMS];
    unsigned passing[AUG_PROOF_EINSUMS]; // of all einsums
    plan_member *members;
} plan;

static bool refuse(const plan *p, const char *why) {
    aug_node_error(p->reader->errors, p->node, "no way to run einsums: %s", why);
    return false;
}

static const aug_proof_einsum *einsum_of(const plan *p, int member) {
    return &p->chain->einsums[p->first + member];
}

static const aug_problem *problem_of(const plan *p, int member) {
    return einsum_of(p, member)->proof->problem;
}

static unsigned passing_of(const plan *p, int member) {
    return p->passing[p->first + member];
}

// ---- The text

// `for m:2 ` or `dram[A B] `. False where it is neither.
static bool read_shared(plan *p, const char **at) {
    shared_node *node = &p->nodes[p->node_count];
    aug_arena *arena = p->reader->arena;
    node->is_loop = strncmp(*at, "for ", 4) == 0;
    const char *name = *at + (node->is_loop ? 4 : 0), *middle = name + strcspn(name, node->is_loop ? ": {" : "[ {");
    const char *rest = middle + 1, *end = *middle ? rest + strcspn(rest, node->is_loop ? " {" : "]{") : middle;
    if (*middle != (node->is_loop ? ':' : '[') || *end != (node->is_loop ? ' ' : ']') || end == rest ||
        p->node_count + 1 == SHARED_NODES)
        return false;
    node->name = aug_arena_copy(arena, name, (size_t)(middle - name));
    node->rest = aug_arena_copy(arena, rest, (size_t)(end - rest));
    p->node_count++;
    *at = end + 1 + strspn(end + 1, " ");
    return true;
}

// `{ NAME: BRANCH } ` of the next einsum.
static bool read_branch(plan *p, const char **at) {
    if (p->first + p->count == p->chain->count)
        return false;
    const char *name = einsum_of(p, p->count)->name, *branch = *at + 2 + strlen(name) + 2;
    if (strncmp(*at, "{ ", 2) != 0 || strncmp(*at + 2, name, strlen(name)) != 0 ||
        strncmp(*at + 2 + strlen(name), ": ", 2) != 0)
        return false;
    size_t length = strcspn(branch, "}");
    p->branches[p->count++] = aug_arena_copy(p->reader->arena, branch, length);
    *at = branch + length + (branch[length] == '}');
    *at += strspn(*at, " ");
    return branch[length] == '}';
}

static bool read_text(plan *p) {
    const char *at;
    if (!aug_scalar_text(p->reader, p->node, &at))
        return false;
    if (!strchr(at, '{')) {
        p->branches[p->count++] = at;
        return true;
    }
    while (*at && *at != '{')
        if (!read_shared(p, &at))
            return refuse(p, "what its members share is loops in time and stores");
    while (*at)
        if (!read_branch(p, &at))
            return refuse(p, "a block in braces begins with the name of the next einsum");
    return true;
}

// ---- Nests of members

// The next name of a list, "" at its end.
static const char *next_name(const plan *p, const char **at) {
    size_t length = strcspn(*at, " ");
    const char *name = aug_arena_copy(p->reader->arena, *at, length);
    *at += length + strspn(*at + length, " ");
    return name;
}

// Whether every tensor of a store is one of some member.
static bool is_known(const plan *p, const shared_node *node) {
    for (const char *at = node->rest; *at;) {
        const char *name = next_name(p, &at);
        bool any = false;
        for (int e = 0; e < p->count; e++)
            any |= aug_proof_tensor(problem_of(p, e), name) >= 0;
        if (!any)
            return false;
    }
    return true;
}

// Adds a store of those tensors of the list that a member has. Whether there are any.
static bool put_store(aug_buffer *out, const plan *p, int member, const shared_node *node) {
    bool any = false;
    for (const char *at = node->rest; *at;) {
        const char *name = next_name(p, &at);
        if (aug_proof_tensor(problem_of(p, member), name) < 0)
            continue;
        aug_buffer_print(out, "%s%s%s", any ? "" : node->name, any ? " " : "[", name);
        any = true;
    }
    aug_buffer_put(out, any ? "] " : "");
    return any;
}

static bool read_nest(plan *p, int member) {
    aug_buffer text;
    aug_buffer_init(&text, p->reader->arena);
    for (int i = 0; i < p->node_count; i++) {
        const shared_node *node = &p->nodes[i];
        if (node->is_loop)
            aug_buffer_print(&text, "for %s:%s ", node->name, node->rest);
        p->members[member].shared += node->is_loop || put_store(&text, p, member, node);
    }
    aug_buffer_put(&text, p->branches[member]);
    aug_node of = *p->node;
    of.text = aug_buffer_text(&text);
    return aug_mapping_parse(p->reader, &of, problem_of(p, member), &p->members[member].nest) &&
           aug_mapping_check(p->reader, &of, problem_of(p, member), &p->members[member].nest);
}

// The node of its nest at which a tensor is first stored; count: none is.
static int first_store(const plan_member *m, int tensor) {
    int i = 0;
    while (i < m->nest.count &&
           !(m->nest.nodes[i].kind == AUG_MAPPING_STORE && (m->nest.nodes[i].tensors >> tensor & 1)))
        i++;
    return i;
}

// What passes is at home in the beginning, behind its loops; all else where it always is.
static bool settle_homes(plan *p, int e) {
    plan_member *m = &p->members[e];
    int8_t home[AUG_PROBLEM_TENSORS];
    memset(home, -1, sizeof home);
    for (int t = 0; t < problem_of(p, e)->tensor_count; t++) {
        if (!(passing_of(p, e) >> t & 1))
            continue;
        int i = first_store(m, t);
        if (i >= m->shared || !aug_proof_may_be_home(einsum_of(p, e)->proof, t, m->nest.nodes[i].memory))
            return refuse(p, "what passes between members is at home on the chip, in what they share");
        home[t] = (int8_t)m->nest.nodes[i].memory;
        for (; i < m->shared; i++)
            if (m->nest.nodes[i].kind == AUG_MAPPING_FOR)
                return refuse(p, "a shared loop stands inside of what passes between members");
    }
    m->proof = &m->own.proof;
    return aug_proof_relax(einsum_of(p, e)->proof, home, &m->own) && (aug_proof_nest(m->proof, &m->nest, &m->value) ||
                        refuse(p, "a nest that is none of the space: its homes, its tiles or its axes"));
}

// ---- What members share

// Whether a rank is by itself an index of a tensor: which one; -1: it is not.
static int index_of(const aug_problem *problem, int tensor, int rank) {
    const aug_problem_tensor *of = &problem->tensors[tensor];
    for (int d = 0; d < of->dim_count; d++)
        if (of->dims[d].term_count == 1 && of->dims[d].terms[0].rank == rank && of->dims[d].terms[0].coefficient == 1)
            return d;
    return -1;
}

static bool is_running(const plan *p, const char *name) {
    return strstr(p->chain->running, aug_arena_print(p->reader->arena, " %s ", name)) != NULL;
}

// A running tensor that a loop goes on with: no loop further in moves it.
static bool goes_on(const plan *p, int e, int tensor, int loop) {
    if (!is_running(p, problem_of(p, e)->tensors[tensor].name))
        return false;
    for (int i = loop + 1; i < p->node_count; i++)
        if (p->nodes[i].is_loop &&
            aug_proof_moves(einsum_of(p, e)->proof, tensor, aug_proof_rank(problem_of(p, e), p->nodes[i].name)))
            return false;
    return true;
}

// Two members have a tensor that passes between them: it has the same shape, and each shared loop the same index.
static bool is_cut_alike(const plan *p, int a, int of_a, int b, int of_b) {
    const aug_problem *x = problem_of(p, a), *y = problem_of(p, b);
    if (x->tensors[of_a].dim_count != y->tensors[of_b].dim_count)
        return false;
    for (int d = 0; d < x->tensors[of_a].dim_count; d++)
        if (aug_dim_extent(&x->tensors[of_a].dims[d], x->sizes) != aug_dim_extent(&y->tensors[of_b].dims[d], y->sizes))
            return false;
    for (int i = 0; i < p->node_count; i++) {
        if (!p->nodes[i].is_loop)
            continue;
        int index = index_of(x, of_a, aug_proof_rank(x, p->nodes[i].name));
        if (index != index_of(y, of_b, aug_proof_rank(y, p->nodes[i].name)) ||
            (index < 0 && !goes_on(p, a, of_a, i)) || (index < 0 && !goes_on(p, b, of_b, i)))
            return false;
    }
    return true;
}

static bool check_passing(const plan *p) {
    for (int a = 0; a < p->count; a++)
        for (int t = 0; t < problem_of(p, a)->tensor_count; t++)
            for (int b = 0; b < p->count && (passing_of(p, a) >> t & 1); b++) {
                int other = aug_proof_tensor(problem_of(p, b), problem_of(p, a)->tensors[t].name);
                if (other >= 0 && (!is_cut_alike(p, a, t, b, other) ||
                                   p->members[a].proof->home[t] != p->members[b].proof->home[other]))
                    return refuse(p, "members do not see alike what passes between them");
            }
    return true;
}

// Each loop once, over a rank that all members have; stores outside of arrays.
static bool check_shared(const plan *p) {
    for (int i = 0; i < p->node_count; i++) {
        if (!p->nodes[i].is_loop && !is_known(p, &p->nodes[i]))
            return refuse(p, "a shared store of a tensor that no member has");
        for (int j = 0; j < i; j++)
            if (p->nodes[i].is_loop && p->nodes[j].is_loop && strcmp(p->nodes[i].name, p->nodes[j].name) == 0)
                return refuse(p, "two shared loops over one rank");
        for (int e = 0; e < p->count && p->nodes[i].is_loop; e++) {
            int rank = aug_proof_rank(problem_of(p, e), p->nodes[i].name);
            if (rank < 0 || problem_of(p, e)->sizes[rank] !=
                                problem_of(p, 0)->sizes[aug_proof_rank(problem_of(p, 0), p->nodes[i].name)])
                return refuse(p, "a shared loop over a rank that is not one of all members");
        }
    }
    return true;
}

static bool check_stores(const plan *p) {
    for (int e = 0; e < p->count; e++)
        for (int i = 0; i < p->members[e].shared; i++) {
            const aug_mapping_node *node = &p->members[e].nest.nodes[i];
            if (node->kind == AUG_MAPPING_STORE && problem_of(p, e)->memories[node->memory].axes_above > 0)
                return refuse(p, "members share a store inside of an array");
        }
    return true;
}

// ---- Room

// Whether a tile at node `store` of a member's branch is of use at the next step of the innermost shared loop.
static bool stays(const plan_member *m, int store, int tensor) {
    aug_count remains[AUG_PROBLEM_RANKS];
    int innermost = -1;
    bool is_moved = false;
    memcpy(remains, m->proof->problem->sizes, sizeof remains);
    for (int i = 0; i < store; i++) {
        const aug_mapping_node *node = &m->nest.nodes[i];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        if (node->kind == AUG_MAPPING_FOR && node->tile < remains[node->rank]) {
            innermost = i < m->shared ? node->rank : innermost;
            is_moved |= i >= m->shared && aug_proof_moves(m->proof, tensor, node->rank);
        }
        remains[node->rank] = node->tile;
    }
    return innermost >= 0 && !is_moved && !aug_proof_moves(m->proof, tensor, innermost);
}

// Whether a member before this one has the same tensor, which is then counted already.
static bool is_counted(const plan *p, int e, int tensor) {
    for (int before = 0; before < e; before++)
        if (aug_proof_tensor(problem_of(p, before), problem_of(p, e)->tensors[tensor].name) >= 0)
            return true;
    return false;
}

static void add_tiles(const plan *p, int e, double *held, double *passing) {
    const plan_member *m = &p->members[e];
    const aug_problem *problem = problem_of(p, e);
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, problem->sizes, sizeof extents);
    for (int i = 0; i < m->nest.count; i++) {
        const aug_mapping_node *node = &m->nest.nodes[i];
        if (node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR)
            extents[node->rank] = node->tile;
        for (int t = 0; node->kind == AUG_MAPPING_STORE && t < problem->tensor_count; t++) {
            if (!(node->tensors >> t & 1) || (i < m->shared && is_counted(p, e, t)))
                continue;
            double *into = i < m->shared || stays(m, i, t) ? held : passing;
            into[node->memory] += (double)aug_tensor_words(&problem->tensors[t], extents) *
                                  problem->memories[node->memory].bits[t];
        }
    }
}

static bool check_room(const plan *p) {
    double held[AUG_PROBLEM_MEMORIES] = {0}, most[AUG_PROBLEM_MEMORIES] = {0};
    for (int e = 0; e < p->count; e++) {
        double passing[AUG_PROBLEM_MEMORIES] = {0};
        add_tiles(p, e, held, passing);
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            most[m] = passing[m] > most[m] ? passing[m] : most[m];
    }
    for (int e = 0; e < p->count; e++)
        for (int m = 0; m < einsum_of(p, e)->proof->memory_count; m++) {
            const aug_problem_memory *memory = &problem_of(p, e)->memories[m];
            if ((held[m] + most[m]) * (double)memory->buffers > memory->capacity_bits)
                return refuse(p, "a memory has no room for what is held at the same time");
        }
    return true;
}

// ---- All of it

// Tensors of one name that a store of the beginning holds once have the same words in all members.
static bool check_sharing(const plan *p) {
    for (int a = 0; a < p->count && p->node_count > 0; a++)
        for (int t = 0; t < problem_of(p, a)->tensor_count; t++)
            for (int b = 0; b < a; b++) {
                int other = aug_proof_tensor(problem_of(p, b), problem_of(p, a)->tensors[t].name);
                if (other < 0)
                    continue;
                const aug_problem *x = problem_of(p, a), *y = problem_of(p, b);
                bool same = aug_tensor_words(&x->tensors[t], x->sizes) == aug_tensor_words(&y->tensors[other], y->sizes);
                for (int m = 0; m < x->memory_count && m < y->memory_count; m++)
                    same &= x->memories[m].bits[t] >= y->memories[m].bits[other] &&
                            x->memories[m].bits[t] <= y->memories[m].bits[other];
                for (int i = 0; i < p->node_count && same; i++)
                    same = !p->nodes[i].is_loop || index_of(x, t, aug_proof_rank(x, p->nodes[i].name)) ==
                                                       index_of(y, other, aug_proof_rank(y, p->nodes[i].name));
                if (!same)
                    return refuse(p, "members share a tensor that is not the same in both");
            }
    return true;
}

static bool settle(plan *p) {
    if (!aug_proof_run(p->chain, p->first, p->first + p->count - 1, p->passing))
        return refuse(p, "what passes between them is needed elsewhere");
    if (!check_shared(p))
        return false;
    for (int e = 0; e < p->count; e++)
        if (!read_nest(p, e) || !settle_homes(p, e))
            return false;
    return check_sharing(p) && check_passing(p) && check_stores(p) && check_room(p);
}

bool aug_proof_plan_group(const aug_reader *reader, const aug_node *node, const aug_proof_chain *chain, int *first,
                          aug_wide *figure) {
    plan p = {.reader = reader, .node = node, .chain = chain, .first = *first};
    p.members = AUG_NEW_ARRAY(reader->arena, plan_member, AUG_PROOF_EINSUMS);
    if (*first == chain->count)
        return refuse(&p, "there are more groups than einsums");
    if (!read_text(&p) || !settle(&p))
        return false;
    *figure = 0;
    for (int e = 0; e < p.count; e++) {
        const aug_proof_value *v = &p.members[e].value;
        aug_wide own = chain->objective == AUG_OBJECTIVE_ENERGY ? v->price : (aug_wide)v->cycles;
        if (own >= AUG_PROOF_FIGURE)
            return refuse(&p, "it takes too much to be told");
        *figure += own * einsum_of(&p, e)->repeats;
    }
    *first += p.count;
    return true;
}
