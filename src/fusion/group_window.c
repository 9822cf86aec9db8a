// Which ranks the members of a group may share loops over, and what a step of such a loop is for each member.
//
// A loop over a rank of the last members cuts those before them through what they make. Say a step has t of
// the rank, and a member with a step of A (and H more that later members need at the same time) reads T at
// c * rank + others, where the others reach over D words. The member that makes T then has
//
//     stride * t = c A                       new ones at each step,
//     stride * t + halo = c (A + H - 1) + D  needed at a time: halo = c H + D - c
//
// Example: O[p] += T[p+r] * V[r] with r 3: p in steps of t needs t + 2 of T, t of them new: stride 1, halo 2.
// Behind I -> T of the same kind there is a halo of 4. A pooling, O[p] = T[2*p+r] with r 2, has stride 2 and
// no halo.
//
// The rank is shared if this is so for every member and every intermediate; then stride * size + halo is the
// whole of each. Not shared: where D < c, for rows would be made that nobody reads; and through windows a
// rank that is summed up (r above), for each of its steps would go over all results again. Nor is one that a
// member goes along as a whole (a norm along its rows).
#include "fusion/group.h"

#include <string.h>

const char *const aug_halo_names[] = {[AUG_HALO_NONE] = "",
                                      [AUG_HALO_RETAIN] = "retain",
                                      [AUG_HALO_RECOMPUTE] = "recompute",
                                      [AUG_HALO_COUNT] = NULL};

// What a step of a loop is for a member.
typedef struct step {
    int rank; // -1: nothing
    aug_count stride, halo;
} step;

// Where a rank stands in a tensor: in one dimension, once. False: elsewhere too, or nowhere.
static bool stands_in(const aug_problem_tensor *tensor, int rank, int *dim, aug_count *coefficient) {
    int found = 0;
    for (int d = 0; d < tensor->dim_count; d++)
        for (int k = 0; k < tensor->dims[d].term_count; k++)
            if (tensor->dims[d].terms[k].rank == rank) {
                *dim = d;
                *coefficient = tensor->dims[d].terms[k].coefficient;
                found++;
            }
    return found == 1;
}

// The step of the member that makes a tensor, given that of one that reads it.
static bool step_behind(const aug_group *group, int tensor, int maker, int reader, const step *of,
                        step *made) {
    const aug_problem *p = group->members[maker], *by = group->members[reader];
    const aug_problem_tensor *output = &p->tensors[group->tensor_of[maker][tensor]];
    const aug_problem_tensor *input = &by->tensors[group->tensor_of[reader][tensor]];
    int dim = 0, same = 0;
    aug_count c = 1, one = 1;
    if (of->rank < 0 || !stands_in(input, of->rank, &dim, &c) || dim >= output->dim_count)
        return false;
    aug_count whole = aug_dim_extent(&input->dims[dim], by->sizes);
    aug_count others = whole - c * (by->sizes[of->rank] - 1);
    if (whole > c * by->sizes[of->rank] && !(by->tensors[aug_problem_output(by)].ranks >> of->rank & 1u))
        return false;
    if (others < c || output->dims[dim].term_count != 1)
        return false;
    *made = (step){output->dims[dim].terms[0].rank, c * of->stride, c * of->halo + others - c};
    return stands_in(output, made->rank, &same, &one) && one == 1 && p->sizes[made->rank] == whole;
}

static bool is_moved(const aug_group *group, int tensor, const step *steps) {
    for (int e = 0; e < group->member_count; e++) {
        int own = group->tensor_of[e][tensor];
        if (own >= 0 && steps[e].rank >= 0 && (group->members[e]->tensors[own].ranks >> steps[e].rank & 1u))
            return true;
    }
    return false;
}

// The step of a member is that which all readers of its result ask for; and, where it has the rank itself, a
// plain one. Running tensors go on from step to step of a loop over a rank that none of their indices has.
static bool find_step(const aug_group *group, int rank, int member, step *steps) {
    const aug_problem *p = group->members[member];
    int own = group->rank_of[member][rank];
    step *of = &steps[member];
    *of = (step){own, 1, 0};
    for (int t = 0; t < group->tensor_count; t++) {
        if (!(group->intermediates >> t & 1u) || group->tensor_of[member][t] != aug_problem_output(p))
            continue;
        if ((group->running >> t & 1u) && !is_moved(group, t, steps))
            continue;
        for (int e = member + 1; e < group->member_count; e++) {
            step asked;
            if (group->tensor_of[e][t] < 0)
                continue;
            if (!step_behind(group, t, member, e, &steps[e], &asked))
                return false;
            if (of->rank < 0)
                *of = asked;
            if (of->rank != asked.rank || of->stride != asked.stride || of->halo != asked.halo)
                return false;
        }
    }
    return of->rank >= 0 && !(p->rows >> of->rank & 1u);
}

static void find_shareable(aug_group *group, int rank) {
    step steps[AUG_GROUP_MEMBERS];
    aug_count size = 0;
    memset(steps, -1, sizeof steps);
    for (int e = group->member_count - 1; e >= 0; e--) {
        int own = group->rank_of[e][rank];
        if (!find_step(group, rank, e, steps) || (own >= 0 && size && group->members[e]->sizes[own] != size))
            return;
        size = own >= 0 ? group->members[e]->sizes[own] : size;
    }
    if (size <= 1)
        return;
    group->shareable |= 1u << rank;
    group->sizes[rank] = size;
    for (int e = 0; e < group->member_count; e++) {
        group->rank_of[e][rank] = steps[e].rank;
        group->stride[e][rank] = steps[e].stride;
        group->halo[e][rank] = steps[e].halo;
        group->windowed |= (unsigned)(steps[e].halo > 0) << rank;
    }
}

void aug_group_find_shareable(aug_group *group) {
    for (int r = 0; r < group->rank_count; r++)
        find_shareable(group, r);
}
