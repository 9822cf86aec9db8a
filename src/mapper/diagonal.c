#include "mapper/diagonal.h"

#include "mapper/index_sum.h"

static bool slides(const aug_space *space, int tensor, int rank) {
    return (space->tensors[tensor].ranks & ~space->tensors[tensor].direct) >> rank & 1;
}

// Whether boxes of all children have one size, and dimensions no rank in common.
static bool is_even(const aug_space *space, int tensor) {
    return space->perfect && !space->has_prefix && !space->tensors[tensor].tangled;
}

static aug_count all_but_longest(const aug_space *space, int tensor, const aug_count *steps) {
    aug_count most = 1;
    for (int r = 0; r < space->rank_count; r++)
        if (slides(space, tensor, r) && steps[r] > most)
            most = steps[r];
    return most;
}

static aug_count different_along(const aug_space *space, int tensor, const aug_problem_dim *dim,
                                 const aug_count *steps) {
    aug_count sums = 1;
    for (int i = 0; i < dim->term_count; i++)
        sums += slides(space, tensor, dim->terms[i].rank) ? steps[dim->terms[i].rank] - 1 : 0;
    return sums;
}

aug_count aug_diagonal_different(const aug_space *space, int tensor, const aug_count *steps) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    if (!is_even(space, tensor))
        return all_but_longest(space, tensor, steps);
    aug_count product = 1;
    for (int d = 0; d < of->dim_count; d++)
        product *= different_along(space, tensor, &of->dims[d], steps);
    return product;
}

// ---- Loops of a path

typedef struct along {
    aug_count steps[AUG_PROBLEM_RANKS], tile[AUG_PROBLEM_RANKS]; // tile: of the only loop over the rank
    int loops[AUG_PROBLEM_RANKS];
    bool known; // tiles
} along;

// Whether all axes of the array are alike: else which of them takes the outer steps of a rank is open.
static bool is_alone(const aug_space *space, int group) {
    for (int g = 0; g < space->group_count; g++)
        if (g != group && space->groups[g].segment == space->groups[group].segment)
            return false;
    return true;
}

static void gather(const aug_space *space, const aug_keeping *keeping, int tensor, const aug_item *path,
                   const aug_frame *frame, along *found) {
    int parent = keeping->chain[tensor][frame->placed[tensor] - 1];
    for (int r = 0; r < space->rank_count; r++) {
        found->steps[r] = 1;
        found->loops[r] = 0;
    }
    found->known = keeping->only < 0;
    for (int i = frame->path - 1; i >= 0; i--) {
        const aug_item *item = &path[i];
        if (item->kind == AUG_ITEM_STORE && item->tensor == tensor)
            return;
        if (item->kind != AUG_ITEM_PAR || !slides(space, tensor, item->rank))
            continue;
        const aug_axis_group *group = &space->groups[item->group];
        if (group->segment < space->memories[parent].segment || !(group->multicast >> tensor & 1))
            continue;
        found->steps[item->rank] *= item->steps;
        found->tile[item->rank] = space->classes[item->rank].at[item->to].least;
        found->loops[item->rank]++;
        found->known &= is_alone(space, item->group);
    }
}

static aug_count different_of_two(const aug_problem_term *p, const aug_problem_term *r, const along *found) {
    return aug_index_sum_values(p->coefficient * found->tile[p->rank], found->steps[p->rank],
                                r->coefficient * found->tile[r->rank], found->steps[r->rank]);
}

// Exact where two ranks have one loop each, or one rank has any.
static aug_count different_at(const aug_space *space, int tensor, const aug_problem_dim *dim,
                              const along *found) {
    int one = -1, other = -1;
    for (int i = 0; i < dim->term_count; i++) {
        int rank = dim->terms[i].rank;
        if (!slides(space, tensor, rank) || found->steps[rank] == 1)
            continue;
        if (found->loops[rank] > 1 || other >= 0)
            return different_along(space, tensor, dim, found->steps);
        other = one;
        one = i;
    }
    return other < 0 ? different_along(space, tensor, dim, found->steps)
                     : different_of_two(&dim->terms[one], &dim->terms[other], found);
}

aug_count aug_diagonal_of_path(const aug_space *space, const aug_keeping *keeping, int tensor,
                               const aug_item *path, const aug_frame *frame, aug_count *all) {
    along found;
    gather(space, keeping, tensor, path, frame, &found);
    *all = 1;
    for (int r = 0; r < space->rank_count; r++)
        *all *= found.steps[r];
    if (!found.known || !is_even(space, tensor))
        return aug_diagonal_different(space, tensor, found.steps);
    aug_count product = 1;
    for (int d = 0; d < space->problem->tensors[tensor].dim_count; d++)
        product *= different_at(space, tensor, &space->problem->tensors[tensor].dims[d], &found);
    return product;
}
