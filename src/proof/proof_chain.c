// Which einsums may be fused, and the least that every plan takes.
//
//     bound(1 .. k) = min over i of bound(1 .. i-1) + repeats x sum of the floors of i .. k, if they may be fused
//
// Example: first makes T, second reads it. By themselves they take 10 and 12 at least, with T on the chip 6 and 7: 13.
#include "proof/proof_family.h"

#include <string.h>

int aug_proof_tensor(const aug_problem *problem, const char *name) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (strcmp(problem->tensors[t].name, name) == 0)
            return t;
    return -1;
}

int aug_proof_rank(const aug_problem *problem, const char *name) {
    for (int r = 0; r < problem->rank_count; r++)
        if (strcmp(problem->ranks[r], name) == 0)
            return r;
    return -1;
}

static const aug_problem *problem_of(const aug_proof_chain *chain, int einsum) {
    return chain->einsums[einsum].proof->problem;
}

// ---- What is spoken of

// Memories and their room are the machine's: the same for all.
static bool is_one_machine(const aug_proof *a, const aug_proof *b) {
    for (int m = 0; m < a->memory_count && m < b->memory_count; m++) {
        const aug_problem_memory *x = &a->problem->memories[m], *y = &b->problem->memories[m];
        if (strcmp(x->name, y->name) != 0 || x->axes_above != y->axes_above || x->buffers != y->buffers ||
            x->capacity_bits < y->capacity_bits || x->capacity_bits > y->capacity_bits)
            return false;
    }
    return true;
}

static bool has_unique_names(const aug_problem *problem) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (aug_proof_tensor(problem, problem->tensors[t].name) != t)
            return false;
    for (int r = 0; r < problem->rank_count; r++)
        if (aug_proof_rank(problem, problem->ranks[r]) != r)
            return false;
    return true;
}

const char *aug_proof_chain_cannot(const aug_proof_chain *chain) {
    if (chain->objective != AUG_OBJECTIVE_ENERGY && chain->objective != AUG_OBJECTIVE_LATENCY)
        return "products and fronts of fused plans have no certificate";
    for (int e = 0; e < chain->count; e++) {
        const aug_proof *proof = chain->einsums[e].proof;
        for (int t = 0; t < proof->problem->tensor_count; t++)
            if (proof->windows[t])
                return "fused plans of einsums with windows have no certificate";
        if (!has_unique_names(proof->problem))
            return "an einsum names two of its tensors or ranks alike";
        if (!is_one_machine(chain->einsums[0].proof, proof))
            return "the einsums do not state one machine";
    }
    return NULL;
}

// ---- Runs of neighbours

// Whether a tensor is read behind einsum `from`, before another of its name is made.
static bool is_read_behind(const aug_proof_chain *chain, int from, const char *name) {
    for (int e = from + 1; e < chain->count; e++) {
        int t = aug_proof_tensor(problem_of(chain, e), name);
        if (t >= 0)
            return t != aug_problem_output(problem_of(chain, e));
    }
    return false;
}

// Marks the output of an einsum where others of the run read it. False where the run cannot be fused for it.
static bool mark_output(const aug_proof_chain *chain, int first, int last, int maker, unsigned *passing) {
    const aug_problem_tensor *made = &problem_of(chain, maker)->tensors[aug_problem_output(problem_of(chain, maker))];
    bool is_read = false;
    for (int e = first; e <= last; e++) {
        int t = aug_proof_tensor(problem_of(chain, e), made->name);
        if (e == maker || t < 0)
            continue;
        if (e < maker || t == aug_problem_output(problem_of(chain, e)))
            return false;
        is_read = true;
        passing[e] |= 1u << t;
    }
    if (is_read)
        passing[maker] |= 1u << aug_problem_output(problem_of(chain, maker));
    return !is_read || (!made->accumulates && !is_read_behind(chain, last, made->name));
}

bool aug_proof_run(const aug_proof_chain *chain, int first, int last, unsigned *passing) {
    memset(passing, 0, sizeof *passing * (size_t)chain->count);
    for (int e = first; e <= last; e++)
        if (chain->einsums[e].repeats != chain->einsums[first].repeats || !mark_output(chain, first, last, e, passing))
            return false;
    return true;
}

// ---- Homes

bool aug_proof_may_be_home(const aug_proof *proof, int tensor, int memory) {
    return memory > 0 && memory >= proof->home[tensor] && memory < proof->memory_count &&
           proof->problem->memories[memory].axes_above == 0 &&
           !(proof->problem->memories[memory].never >> tensor & 1);
}

static bool visit_homes(const aug_proof *proof, unsigned passing, int tensor, int8_t *home,
                        aug_proof_homes_visit *visit, void *context) {
    if (tensor == AUG_PROBLEM_TENSORS)
        return visit(context, home);
    home[tensor] = -1;
    if (!(passing >> tensor & 1))
        return visit_homes(proof, passing, tensor + 1, home, visit, context);
    for (int m = 0; m < proof->memory_count; m++) {
        home[tensor] = (int8_t)m;
        if (aug_proof_may_be_home(proof, tensor, m) &&
            !visit_homes(proof, passing, tensor + 1, home, visit, context))
            return false;
    }
    return true;
}

bool aug_proof_homes(const aug_proof *proof, unsigned passing, aug_proof_homes_visit *visit, void *context) {
    int8_t home[AUG_PROBLEM_TENSORS];
    return visit_homes(proof, passing, 0, home, visit, context);
}

bool aug_proof_relax(const aug_proof *of, const int8_t *home, aug_proof_own *made) {
    aug_problem *problem = &made->problem;
    *problem = *of->problem;
    made->proof = *of;
    made->proof.problem = problem;
    for (int t = 0; t < problem->tensor_count; t++) {
        for (int m = 0; m < home[t]; m++) {
            problem->memories[m].never |= 1u << t;
            problem->memories[m].must &= ~(1u << t);
        }
        if (home[t] < 0)
            continue;
        aug_problem_memory *memory = &problem->memories[home[t]];
        memory->capacity_bits += (double)aug_tensor_words(&problem->tensors[t], problem->sizes) * memory->bits[t] *
                                 (double)memory->buffers;
    }
    return aug_proof_prepare(&made->proof);
}

// ---- The bound

typedef struct least {
    const aug_proof_einsum *einsum;
    aug_wide value;
} least;

static bool take_less(void *context, const int8_t *home) {
    least *l = context;
    aug_wide value = 0; // nothing is shown
    for (int f = 0; f < l->einsum->floor_count; f++)
        if (memcmp(l->einsum->floors[f].home, home, sizeof l->einsum->floors[f].home) == 0 &&
            l->einsum->floors[f].least > value)
            value = l->einsum->floors[f].least;
    l->value = value < l->value ? value : l->value;
    return true;
}

aug_wide aug_proof_run_bound(const aug_proof_chain *chain, int first, int last) {
    unsigned passing[AUG_PROOF_EINSUMS];
    aug_wide sum = 0;
    if (!aug_proof_run(chain, first, last, passing))
        return AUG_PROOF_TOTAL;
    for (int e = first; e <= last; e++) {
        least l = {&chain->einsums[e], AUG_PROOF_TOTAL};
        aug_proof_homes(chain->einsums[e].proof, passing[e], take_less, &l);
        if (l.value == AUG_PROOF_TOTAL)
            return AUG_PROOF_TOTAL;
        sum += l.value;
    }
    return aug_proof_family_bound(chain, first, last, sum);
}

// What einsums first .. last take as one run, repeats included.
static aug_wide whole_run(const aug_proof_chain *chain, int first, int last) {
    aug_wide run = aug_proof_run_bound(chain, first, last);
    return run < AUG_PROOF_TOTAL ? run * chain->einsums[first].repeats : AUG_PROOF_TOTAL;
}

void aug_proof_chain_bounds(const aug_proof_chain *chain, aug_wide *before, aug_wide *behind) {
    for (int e = 0; e <= chain->count; e++)
        before[e] = behind[e] = AUG_PROOF_TOTAL;
    before[0] = behind[chain->count] = 0;
    for (int e = 0; e < chain->count; e++)
        for (int i = 0; i <= e; i++) {
            aug_wide run = whole_run(chain, i, e);
            if (run < AUG_PROOF_TOTAL && before[i] + run < before[e + 1])
                before[e + 1] = before[i] + run;
        }
    for (int e = chain->count - 1; e >= 0; e--)
        for (int i = e; i < chain->count; i++) {
            aug_wide run = whole_run(chain, e, i);
            if (run < AUG_PROOF_TOTAL && behind[i + 1] + run < behind[e])
                behind[e] = behind[i + 1] + run;
        }
}

aug_wide aug_proof_chain_bound(const aug_proof_chain *chain) {
    aug_wide before[AUG_PROOF_EINSUMS + 1], behind[AUG_PROOF_EINSUMS + 1];
    aug_proof_chain_bounds(chain, before, behind);
    return before[chain->count];
}
