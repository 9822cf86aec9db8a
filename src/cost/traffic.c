#include "cost/traffic.h"

#include <assert.h>
#include <string.h>

aug_edge aug_form_edge(const aug_form *form, int tensor, int index) {
    const aug_tensor_form *of = &form->tensors[tensor];
    bool compute = index == of->store_count;
    int child = compute ? form->compute_node : of->stores[index];
    return (aug_edge){tensor, index ? of->stores[index - 1] : -1, child,
                      compute || (form->mapping->nodes[child].whole >> tensor & 1)};
}

// ---- One group of dimensions

static aug_count dim_width(const aug_problem_dim *dim, const aug_move *const *at, bool before) {
    aug_count width = 1;
    for (int t = 0; t < dim->term_count; t++) {
        const aug_move *move = at[dim->terms[t].rank];
        width += dim->terms[t].coefficient * ((before ? move->before : move->after) - 1);
    }
    return width;
}

static int64_t dim_shift(const aug_problem_dim *dim, const aug_move *const *at) {
    int64_t shift = 0;
    for (int t = 0; t < dim->term_count; t++)
        shift += (int64_t)dim->terms[t].coefficient * at[dim->terms[t].rank]->shift;
    return shift;
}

// Words of [0, before) and [shift, shift + after) in common.
static aug_count overlap(aug_count before, aug_count after, int64_t shift) {
    int64_t low = shift > 0 ? shift : 0, high = shift + (int64_t)after;
    if (high > (int64_t)before)
        high = (int64_t)before;
    return high > low ? (aug_count)(high - low) : 0;
}

// Sum over all combinations of moves of the group's ranks: words of the new boxes (leaves), or of what they
// share with the old ones.
static aug_count group_words(const aug_group *group, const aug_move_list *moves, bool kept) {
    const aug_move *at[AUG_PROBLEM_RANKS];
    int index[AUG_PROBLEM_RANKS] = {0};
    for (int i = 0; i < group->rank_count; i++)
        if (moves[i].count == 0)
            return 0;
    aug_count sum = 0;
    for (;;) {
        aug_count times = 1;
        for (int i = 0; i < group->rank_count; i++) {
            at[group->rank_list[i]] = &moves[i].items[index[i]];
            times *= moves[i].items[index[i]].count;
        }
        for (int d = 0; d < group->dim_count && times; d++) {
            aug_count width = dim_width(&group->dims[d], at, false);
            times *=
                kept ? overlap(dim_width(&group->dims[d], at, true), width, dim_shift(&group->dims[d], at))
                     : width;
        }
        sum += times;
        int i = group->rank_count - 1;
        while (i >= 0 && ++index[i] == moves[i].count)
            index[i--] = 0;
        if (i < 0)
            return sum;
    }
}

static aug_move_list moves_of(const aug_form *form, int rank, int node, int end, const int *choice,
                              aug_moves *spare) {
    const aug_rank_walk *walk = &form->ranks[rank];
    return aug_walk_memo_moves(form->memo, walk, rank, choice, node, aug_walk_depth(walk, end), spare);
}

static aug_count group_at(const aug_form *form, const aug_group *group, int node, int end, const int *choice,
                          aug_moves *moves) {
    aug_move_list lists[AUG_PROBLEM_RANKS];
    for (int i = 0; i < group->rank_count; i++)
        lists[i] = moves_of(form, group->rank_list[i], node, end, choice, &moves[i]);
    return group_words(group, lists, node != AUG_MOVES_LEAVES);
}

// ---- The whole tensor

// How often ranks that do not move the tensor are there: a factor of everything.
static aug_count other_ranks(const aug_form *form, const aug_tensor_form *tensor, int node, int end,
                             const int *choice, aug_moves *moves) {
    aug_count times = 1;
    for (int r = 0; r < form->problem->rank_count && times; r++)
        if (!(tensor->ranks >> r & 1))
            times *= moves_of(form, r, node, end, choice, moves).sum;
    return times;
}

// `steps` receives how often, `apart` whether no such step keeps anything.
static aug_count words_at(const aug_form *form, const aug_edge *edge, int node, const int *choice,
                          aug_moves *moves, aug_count *steps, bool *apart) {
    const aug_tensor_form *tensor = &form->tensors[edge->tensor];
    aug_count words = 1;
    for (int g = 0; g < tensor->group_count && words; g++)
        words *= group_at(form, &tensor->groups[g], node, edge->child, choice, moves);
    *apart = words == 0;
    aug_count others = words || steps ? other_ranks(form, tensor, node, edge->child, choice, moves) : 0;
    if (steps) {
        *steps = others;
        for (int r = 0; r < form->problem->rank_count; r++)
            if (tensor->ranks >> r & 1)
                *steps *= moves_of(form, r, node, edge->child, choice, moves).sum;
    }
    return words * others;
}

static bool steps_in_time(const aug_form *form, int node) {
    const aug_mapping_node *at = &form->mapping->nodes[node];
    return at->kind == AUG_MAPPING_FOR && aug_walk_loop_at(&form->ranks[at->rank], node);
}

// Where all ranks that move the tensor start over and nothing is kept, nothing is at steps of loops further
// out, which start over more of them; but for windows, which may come back.
aug_count aug_traffic_at_child(const aug_form *form, const aug_edge *edge, const int *choice,
                               aug_moves *moves) {
    bool apart, slides = form->tensors[edge->tensor].slides;
    aug_count words = words_at(form, edge, AUG_MOVES_LEAVES, choice, moves, NULL, &apart);
    for (int n = edge->child - 1; n >= 0 && !edge->whole; n--) {
        if (!steps_in_time(form, n))
            continue;
        words -= words_at(form, edge, n, choice, moves, NULL, &apart);
        if (apart && !slides && !(form->tensors[edge->tensor].ranks >> form->mapping->nodes[n].rank & 1))
            break;
    }
    return words;
}

int aug_traffic_terms(const aug_form *form, const aug_edge *edge, const int *choice, aug_moves *moves,
                      aug_traffic_term *terms, int most) {
    int count = 0;
    bool apart;
    terms[count].node = AUG_MOVES_LEAVES;
    terms[count].words = words_at(form, edge, AUG_MOVES_LEAVES, choice, moves, &terms[count].steps, &apart);
    count++;
    for (int n = 0; n < edge->child && !edge->whole && count < most; n++) {
        if (!steps_in_time(form, n))
            continue;
        terms[count].node = n;
        terms[count].words = words_at(form, edge, n, choice, moves, &terms[count].steps, &apart);
        count += terms[count].words != 0;
    }
    return count;
}

// ---- Sharing

// The loops in space along which children of one parent may share transfers of a tensor.
static void find_shared(const aug_form *form, const aug_edge *edge, aug_direction direction, bool *shared) {
    for (int n = 0; n < form->mapping->count; n++) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        shared[n] = false;
        if (node->kind != AUG_MAPPING_PAR || n < edge->parent || n > edge->child ||
            !aug_walk_loop_at(&form->ranks[node->rank], n))
            continue;
        const aug_problem_axis *axis = &form->problem->axes[node->axis];
        shared[n] = (direction == AUG_FETCHED ? axis->multicast : axis->reduce) >> edge->tensor & 1;
    }
}

bool aug_traffic_is_symmetric(const aug_form *form, const aug_edge *edge) {
    for (int a = 0; a < form->problem->axis_count; a++)
        if ((form->problem->axes[a].multicast ^ form->problem->axes[a].reduce) >> edge->tensor & 1)
            return false;
    return true;
}

// Children that differ by ranks that do not move the tensor fetch the same: the first of them is busy
// whenever any is.
static void choose_sharers(const aug_form *form, const aug_edge *edge, const bool *shared, const int *choice,
                           int *chosen) {
    memcpy(chosen, choice, sizeof(int) * (size_t)form->mapping->count);
    for (int n = 0; n < form->mapping->count; n++)
        if (shared[n] && !(form->tensors[edge->tensor].ranks >> form->mapping->nodes[n].rank & 1))
            chosen[n] = AUG_CHOOSE_FIRST;
}

static bool is_diagonal(const aug_form *form, const aug_group *group, const bool *shared) {
    int loops = 0;
    for (int n = 0; n < form->mapping->count; n++)
        loops += shared[n] && (group->ranks >> form->mapping->nodes[n].rank & 1);
    return group->rank_count > 1 && loops > 1;
}

static bool has_diagonal(const aug_form *form, const aug_tensor_form *tensor, const bool *shared) {
    for (int g = 0; tensor->slides && g < tensor->group_count; g++)
        if (is_diagonal(form, &tensor->groups[g], shared))
            return true;
    return false;
}

// Words of sets that differ from a box along one group g only, and were counted more often than once: for
// different boxes that leave the same; for the whole box of another child.
static aug_count counted_twice(const aug_child_sums *sums, int group_count, int g) {
    aug_count full = 1, full_without_empty = 1;
    for (int o = 0; o < group_count; o++) {
        full *= o == g ? 1 : sums[o].full_boxes;
        full_without_empty *= o == g ? 1 : sums[o].full_without_empty;
    }
    return (sums[g].part_boxes - sums[g].part_kept - sums[g].differences + sums[g].twice_empty) * full +
           sums[g].twice_box * (full - full_without_empty);
}

// Words of such sets that are left and were counted for several groups: the difference along each of them is
// the box of a child that stays. Every one of them is a product of boxes that stay, and counts once.
static aug_count counted_across(const aug_child_sums *sums, int group_count) {
    aug_count counted = 0, all = 1, without = 1;
    for (int g = 0; g < group_count; g++) {
        aug_count along = sums[g].twice_full;
        for (int o = 0; o < group_count; o++)
            along *= o == g ? 1 : sums[o].full_without_empty;
        counted += along;
        all *= sums[g].full_without_empty;
        without *= sums[g].full_without_empty - sums[g].twice_full;
    }
    return counted - (all - without);
}

// Distinct sets at the steps of one kind, joined over the groups. Sets of children with boxes b and kept
// parts o are
//   the whole b            where any group keeps nothing: distinct by b
//   b \ o                  else: distinct by (b, o), but where all groups but one keep everything by that
//   group's difference
static aug_count distinct_at(const aug_form *form, const aug_edge *edge, int node, const int *choice,
                             const bool *shared, aug_direction direction, aug_moves *moves,
                             aug_children *children) {
    const aug_tensor_form *tensor = &form->tensors[edge->tensor];
    aug_count others = other_ranks(form, tensor, node >= AUG_MOVES_LEAVES ? node : AUG_MOVES_LEAVES,
                                   edge->child, choice, moves);
    if (node < AUG_MOVES_LEAVES) {
        others = 1;
        for (int r = 0; r < form->problem->rank_count; r++)
            if (!(tensor->ranks >> r & 1))
                others *=
                    aug_walk_instances(&form->ranks[r], choice, aug_walk_depth(&form->ranks[r], edge->child));
    }
    if (!others)
        return 0;
    aug_child_sums sums[AUG_PROBLEM_DIMS];
    aug_count boxes = 1, without_empty = 1, all = 1, kept = 1;
    for (int g = 0; g < tensor->group_count; g++) {
        aug_children_sums(form, &tensor->groups[g], node, edge->child, choice, shared, direction, children,
                          &sums[g]);
        boxes *= sums[g].boxes;
        without_empty *= sums[g].without_empty;
        all *= sums[g].part_boxes + sums[g].full_boxes;
        kept *= sums[g].part_kept + sums[g].full_boxes;
    }
    if (edge->whole || node <= AUG_MOVES_LEAVES)
        return others * boxes;
    aug_count words = boxes - without_empty + all - kept;
    for (int g = 0; g < tensor->group_count; g++)
        words -= counted_twice(sums, tensor->group_count, g);
    return others * (words - counted_across(sums, tensor->group_count));
}

static aug_count distinct(const aug_form *form, const aug_edge *edge, const int *choice, const bool *shared,
                          aug_direction direction, aug_moves *moves, aug_children *children) {
    if (edge->whole && (direction == AUG_FETCHED || edge->child == form->compute_node))
        return distinct_at(form, edge, AUG_MOVES_LEAVES, choice, shared, direction, moves, children);
    aug_count words = distinct_at(form, edge, direction == AUG_FETCHED ? AUG_MOVES_FIRST : AUG_MOVES_LAST,
                                  choice, shared, direction, moves, children);
    for (int n = 0; n < edge->child; n++)
        if (steps_in_time(form, n))
            words += distinct_at(form, edge, n, choice, shared, direction, moves, children);
    return words;
}

aug_count aug_traffic_at_parent(const aug_form *form, const aug_edge *edge, const int *choice,
                                aug_direction direction, aug_moves *moves, aug_children *children) {
    bool shared[AUG_MAPPING_NODES];
    int chosen[AUG_MAPPING_NODES];
    find_shared(form, edge, direction, shared);
    choose_sharers(form, edge, shared, choice, chosen);
    if (has_diagonal(form, &form->tensors[edge->tensor], shared))
        return distinct(form, edge, chosen, shared, direction, moves, children);
    return aug_traffic_at_child(form, edge, chosen, moves);
}

// ---- First visits

static aug_count first_visits(const aug_form *form, const aug_edge *edge, const int *choice,
                              aug_moves *moves) {
    const aug_tensor_form *tensor = &form->tensors[edge->tensor];
    aug_count words = 1;
    for (int r = 0; r < form->problem->rank_count; r++)
        if (!(tensor->ranks >> r & 1))
            words *=
                aug_walk_instances(&form->ranks[r], choice, aug_walk_depth(&form->ranks[r], edge->child));
    for (int g = 0; g < tensor->group_count; g++)
        words *= group_at(form, &tensor->groups[g], AUG_MOVES_LEAVES, edge->child, choice, moves);
    return words;
}

aug_count aug_traffic_first_at_child(const aug_form *form, const aug_edge *edge, const int *choice,
                                     aug_moves *moves) {
    return first_visits(form, edge, choice, moves);
}

aug_count aug_traffic_first_at_parent(const aug_form *form, const aug_edge *edge, const int *choice,
                                      aug_direction direction, aug_moves *moves) {
    bool shared[AUG_MAPPING_NODES];
    int chosen[AUG_MAPPING_NODES];
    find_shared(form, edge, direction, shared);
    choose_sharers(form, edge, shared, choice, chosen);
    return first_visits(form, edge, chosen, moves);
}
