// A rank that is by itself an index of every tensor parts an einsum, or a group, into as many that have
// nothing in common. Take any nest, or plan, and leave out all loops over it: what is left does one point of
// the rank, fits, and moves no more words than the nest moves for that point, for loops over other ranks are
// the same, and those over this one only take tiles away. So one of the plans of least energy does the points
// one after another, in an outermost loop in tiles of one:
//
//     for m:64 for h:4 buffer[K] ...  takes no less than  for h:1 for m:64 buffer[K] ...     S[h,m,p] +=
//     Q[h,m,e] * K[h,p,e]
//
// That holds where energy is that of words and operations alone: nothing leaks, no hops, single words. It
// does not hold for cycles, for points may fill an array together.
#include "fusion/group_batch.h"

static bool is_of_words(const aug_problem *problem) {
    bool plain = !problem->sparse;
    for (int m = 0; m < problem->memory_count; m++)
        plain &= !(problem->memories[m].leakage_pj_per_cycle > 0.0) && problem->memories[m].block == 1;
    for (int a = 0; a < problem->array_count; a++)
        plain &= !(problem->arrays[a].hop_pj > 0.0) && !(problem->arrays[a].router_pj > 0.0);
    return plain;
}

// Ranks that are an index of a tensor by themselves, and of one dimension only.
static unsigned own_indices(const aug_problem_tensor *tensor) {
    unsigned once = 0, twice = 0;
    for (int d = 0; d < tensor->dim_count; d++)
        for (int k = 0; k < tensor->dims[d].term_count; k++) {
            unsigned rank = 1u << tensor->dims[d].terms[k].rank;
            bool alone = tensor->dims[d].term_count == 1 && tensor->dims[d].terms[k].coefficient == 1;
            twice |= alone ? once & rank : rank;
            once |= rank;
        }
    return once & ~twice;
}

unsigned aug_batch_ranks(const aug_problem *problem) {
    unsigned ranks = is_of_words(problem) ? ~0u : 0;
    for (int t = 0; t < problem->tensor_count; t++)
        ranks &= own_indices(&problem->tensors[t]);
    for (int r = 0; r < problem->rank_count; r++)
        if (problem->sizes[r] < 2)
            ranks &= ~(1u << r);
    return ranks;
}

unsigned aug_group_batch(const aug_group *group) {
    unsigned ranks = group->shareable & ~group->windowed;
    int shareable = 0;
    for (int r = 0; r < group->rank_count; r++)
        shareable += (int)(group->shareable >> r & 1u);
    for (int e = 0; e < group->member_count; e++) {
        unsigned own = aug_batch_ranks(group->members[e]);
        for (int r = 0; r < group->rank_count; r++)
            if (group->rank_of[e][r] < 0 || !(own >> group->rank_of[e][r] & 1u))
                ranks &= ~(1u << r);
    }
    return shareable <= AUG_GROUP_LOOPS ? ranks : 0; // else there may be no room for one more
}

int aug_batch_prefix(const aug_problem *problem, aug_mapping_node *nodes) {
    unsigned ranks = aug_batch_ranks(problem), left = (1u << problem->tensor_count) - 1u;
    int count = 0;
    for (int m = 0; m < problem->memory_count && ranks; m++) {
        unsigned home = left & ~problem->memories[m].never;
        if (home)
            nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = m, .tensors = home};
        left &= ~home;
    }
    for (int r = 0; r < problem->rank_count; r++)
        if (ranks >> r & 1u)
            nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = r, .tile = 1};
    return count;
}
