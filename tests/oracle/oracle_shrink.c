// Tries every small edit in turn and keeps those after which the case still fails, until none is left.
//
// An edit gets a number that it may use up: "remove node 3" is edit 3, and so on through all kinds of edits. An edit that
// leads to a mapping without form (a tensor without a store, a rank that does not end at 1) is passed over.
#include "oracle_shrink.h"

#include "oracle_text.h"

#include <math.h>
#include <string.h>

typedef struct draft {
    aug_problem problem;
    aug_mapping mapping;
} draft;

// Takes `count` from the number of an edit; true where it lies within.
static bool within(int *edit, int count) {
    if (*edit < count)
        return true;
    *edit -= count;
    return false;
}

static bool is_loop(const aug_mapping_node *node) {
    return node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR;
}

// Tiles that do not grow inwards; nodes without tensors go. False where the result is no mapping.
static bool tidy(draft *d) {
    aug_count left[AUG_PROBLEM_RANKS];
    unsigned kept = 0;
    int count = 0;
    memcpy(left, d->problem.sizes, sizeof left);
    for (int i = 0; i < d->mapping.count; i++) {
        aug_mapping_node node = d->mapping.nodes[i];
        if (is_loop(&node)) {
            if (node.tile > left[node.rank])
                node.tile = left[node.rank];
            left[node.rank] = node.tile;
        }
        if (node.kind == AUG_MAPPING_STORE) {
            node.whole &= node.tensors;
            kept |= node.tensors;
            if (node.tensors == 0)
                continue;
        }
        d->mapping.nodes[count++] = node;
    }
    d->mapping.count = count;
    for (int r = 0; r < d->problem.rank_count; r++)
        if (left[r] != 1)
            return false;
    return kept == (1u << d->problem.tensor_count) - 1;
}

static void remove_node(aug_mapping *mapping, int node) {
    mapping->count--;
    for (int i = node; i < mapping->count; i++)
        mapping->nodes[i] = mapping->nodes[i + 1];
}

static unsigned without(unsigned set, int tensor) {
    return (set & ((1u << tensor) - 1)) | (set >> (tensor + 1) << tensor);
}

static bool remove_input(draft *d, int tensor) {
    if (d->problem.tensor_count <= 2)
        return false;
    d->problem.tensor_count--;
    for (int t = tensor; t < d->problem.tensor_count; t++)
        d->problem.tensors[t] = d->problem.tensors[t + 1];
    for (int m = 0; m < d->problem.memory_count; m++)
        for (int t = tensor; t < d->problem.tensor_count; t++)
            d->problem.memories[m].bits[t] = d->problem.memories[m].bits[t + 1];
    for (int a = 0; a < d->problem.axis_count; a++) {
        d->problem.axes[a].multicast = without(d->problem.axes[a].multicast, tensor);
        d->problem.axes[a].reduce = without(d->problem.axes[a].reduce, tensor);
    }
    for (int i = 0; i < d->mapping.count; i++) {
        d->mapping.nodes[i].tensors = without(d->mapping.nodes[i].tensors, tensor);
        d->mapping.nodes[i].whole = without(d->mapping.nodes[i].whole, tensor);
    }
    return true;
}

static bool remove_dim(aug_problem_tensor *tensor, int dim) {
    if (dim >= tensor->dim_count)
        return false;
    tensor->dim_count--;
    for (int d = dim; d < tensor->dim_count; d++)
        tensor->dims[d] = tensor->dims[d + 1];
    return true;
}

static bool smaller_coefficient(aug_problem_dim *dim, int term) {
    if (term >= dim->term_count || dim->terms[term].coefficient == 1)
        return false;
    dim->terms[term].coefficient--;
    return true;
}

static bool remove_term(aug_problem_dim *dim, int term) {
    if (term >= dim->term_count || dim->term_count == 1)
        return false;
    dim->term_count--;
    for (int i = term; i < dim->term_count; i++)
        dim->terms[i] = dim->terms[i + 1];
    return true;
}

// The plainest value of one switch.
static bool make_plain(draft *d, int which, int index) {
    aug_problem_memory *memory = &d->problem.memories[index];
    aug_problem_axis *axis = &d->problem.axes[index];
    switch (which) {
    case 0: axis->multicast = ~0u; break;
    case 1: axis->reduce = ~0u; break;
    case 2: memory->block = 1; break;
    case 3: memory->buffers = 1; break;
    case 4: memory->capacity_bits = (double)INFINITY; break;
    case 5: memory->shared_port = true; break;
    case 6: memory->read_bits_per_cycle = (double)INFINITY; break;
    case 7: memory->write_bits_per_cycle = (double)INFINITY; break;
    case 8: d->problem.drain_reads = false; break;
    case 9: d->problem.tensors[aug_problem_output(&d->problem)].accumulates = false; break;
    case 10:
        for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
            memory->bits[t] = 8;
        break;
    case 11: memory->gated_at = -1; break;
    case 12: memory->leakage_pj_per_cycle = 0; break;
    default: break;
    }
    return true;
}

// Applies the edit of a number. *more is false where there is no such number.
static bool apply(draft *d, int edit, bool *more) {
    enum { R = AUG_PROBLEM_RANKS, T = AUG_PROBLEM_TENSORS, D = AUG_PROBLEM_DIMS, I = AUG_EINSUM_TERMS, PLAIN = 13, PLACES = 4 };
    aug_problem *p = &d->problem;
    aug_mapping *m = &d->mapping;
    *more = true;
    if (within(&edit, T))
        return edit < aug_problem_output(p) && remove_input(d, edit);
    if (within(&edit, m->count - 1)) {
        remove_node(m, edit);
        return true;
    }
    if (within(&edit, m->count * T)) {
        unsigned *set = &m->nodes[edit / T].tensors, before = *set;
        return (*set &= ~(1u << edit % T)) != before;
    }
    if (within(&edit, m->count * T)) {
        unsigned *set = &m->nodes[edit / T].whole, before = *set;
        return (*set &= ~(1u << edit % T)) != before;
    }
    if (within(&edit, R * 2)) {
        aug_count *size = &p->sizes[edit / 2], before = *size;
        if (edit / 2 < p->rank_count && before > 1)
            *size = edit % 2 == 0 ? 1 : before - 1;
        return *size != before;
    }
    if (within(&edit, m->count))
        return is_loop(&m->nodes[edit]) && m->nodes[edit].tile-- > 1;
    if (within(&edit, PLAIN * PLACES))
        return make_plain(d, edit / PLACES, edit % PLACES);
    if (within(&edit, T * D))
        return remove_dim(&p->tensors[edit / D], edit % D);
    if (within(&edit, T * D * I))
        return remove_term(&p->tensors[edit / I / D].dims[edit / I % D], edit % I);
    if (within(&edit, T * D * I))
        return smaller_coefficient(&p->tensors[edit / I / D].dims[edit / I % D], edit % I);
    *more = false;
    return false;
}

void oracle_shrink(aug_problem *problem, aug_mapping *mapping, oracle_fails *fails, void *user) {
    enum { ROUNDS = 40 };
    bool smaller = true;
    for (int round = 0; round < ROUNDS && smaller; round++) {
        bool more = true;
        smaller = false;
        for (int edit = 0; more; edit++) {
            draft d = {*problem, *mapping};
            if (!apply(&d, edit, &more) || !tidy(&d))
                continue;
            if (memcmp(&d.problem, problem, sizeof *problem) == 0 && memcmp(&d.mapping, mapping, sizeof *mapping) == 0)
                continue;
            oracle_finish_problem(&d.problem);
            if (!fails(user, &d.problem, &d.mapping))
                continue;
            *problem = d.problem;
            *mapping = d.mapping;
            smaller = true;
        }
    }
}
