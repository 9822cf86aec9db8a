// A prefix with a wider tile of its innermost loop is an easier problem for each member: the narrow tile is a
// loop of the branch, the homes of intermediates stand above it, in room that is added for them, and stores
// of tensors that the member does not have hold nothing.
//
//     dram[Q K] for h:1 for m:256 for p:16 buffer[S] | ...     is above     dram[Q K] for h:1 for m:256 for
//     p:128 buffer[S] | for p:16 ...
//
// That the homes may rise is shown in group_least.c. The room is what they hold beyond that with a tile of
// one, so that much is left as it is for every tile. What a member takes at least there is a floor under all
// prefixes whose tile is a part of the wide one, and its search is done once for all of them. Attention on
// one array has some hundred prefixes whose floors are alike; a few of these rule out most.
#include "fusion/group_outline.h"

#include "fusion/group_item.h"

#include <math.h>

static int innermost_loop(const aug_group_prefix *prefix) {
    int last = prefix->count - 1;
    while (last >= 0 && !prefix->nodes[last].is_loop)
        last--;
    return last;
}

// The next larger tile that one can be a part of: of those that divide the rank if it does, else twice as
// large. 0: none is smaller than the rank.
static aug_count wider(aug_count size, aug_count tile, aug_count *wide) {
    aug_count steps = size / tile, times = *wide / tile + 1;
    if (size % tile != 0)
        return 2 * *wide < size ? (*wide *= 2) : 0;
    while (times < steps && steps % times != 0)
        times++;
    return times < steps ? (*wide = times * tile) : 0;
}

// The same loops, but for the tile of the innermost one: the widest with which the homes of intermediates
// still fit, so that one beginning is above all tiles that are part of it.
void aug_group_outline_of(const aug_group *group, const aug_group_prefix *prefix, aug_group_prefix *outline) {
    int last = innermost_loop(prefix);
    *outline = *prefix;
    if (last < 0)
        return;
    aug_group_node *loop = &outline->nodes[last];
    aug_count size = group->sizes[loop->rank], tile = loop->tile, wide = tile;
    while (wider(size, tile, &wide)) {
        aug_count before = loop->tile;
        loop->tile = wide;
        if (!aug_group_prefix_fits(group, outline)) {
            loop->tile = before;
            return;
        }
    }
}

// Without stores of tensors that a member does not have: what they hold would be left to it.
static void leave_own(const aug_group *group, int member, aug_group_prefix *begin) {
    for (int t = 0; t < group->tensor_count; t++)
        for (int i = 0; i < begin->count; i++)
            if (group->tensor_of[member][t] < 0 && !(group->intermediates >> t & 1u) &&
                !begin->nodes[i].is_loop)
                begin->nodes[i].tensors &= ~(1u << t);
}

void aug_group_outline_least(aug_group_prefix *prefix) {
    int last = innermost_loop(prefix);
    if (last >= 0)
        prefix->nodes[last].tile = 1;
}

// What the homes of a member's intermediates hold is no matter, beyond what they hold with the least tile.
static void add_room(const aug_group *group, const aug_group_prefix *begin, int member, double *reserved) {
    aug_group_prefix least = *begin;
    aug_group_outline_least(&least);
    for (int i = 0; i < begin->count; i++)
        for (int t = 0; t < group->tensor_count; t++) {
            const aug_group_node *node = &begin->nodes[i];
            int own = group->tensor_of[member][t];
            if (node->is_loop || !(node->tensors >> t & 1u) || !(group->intermediates >> t & 1u))
                continue;
            const double words = (double)aug_group_tile_words(group, begin, i, t) -
                                 (double)aug_group_tile_words(group, &least, i, t);
            reserved[node->memory] -=
                words * (own < 0 ? aug_group_word_bits(group, node->memory, t)
                                 : group->members[member]->memories[node->memory].bits[own]);
        }
}

static double figure_of(const aug_group_floor *floor, aug_objective objective) {
    return objective == AUG_OBJECTIVE_ENERGY ? floor->energy_pj : floor->cycles;
}

// What is of interest of all members together; infinite: all is.
static double most_of(const aug_group_front *front, const aug_group_floors_known *floors,
                      aug_objective figure) {
    if (front->objective == AUG_OBJECTIVE_EDP)
        return figure == AUG_OBJECTIVE_ENERGY
                   ? aug_group_front_most_pj(front, floors->all.cycles)
                   : aug_group_front_most_cycles(front, floors->all.energy_pj);
    return front->objective == figure ? aug_group_front_cutoff(front) : (double)INFINITY;
}

// What is left for a member when the others are at their floors; infinite: anything.
static double cutoff_for(const aug_group_front *front, const aug_group_floors_known *floors, int count,
                         int member, aug_objective figure) {
    double left = most_of(front, floors, figure);
    for (int e = 0; e < count; e++)
        left -= e == member || isinf(left) ? 0.0 : figure_of(&floors->each[e], figure);
    return left;
}

double aug_group_outline_tie_pj(const aug_group_front *front, const aug_group_floors_known *floors, int count,
                                int member) {
    double left = aug_group_front_tie_pj(front);
    for (int e = 0; e < count; e++)
        left -= e == member ? 0.0 : floors->each[e].energy_pj;
    return fmax(left, 0.0);
}

static void raise_to(aug_group_floors_known *floors, int count, int member, aug_objective figure,
                     double value) {
    value *= 1.0 - 1e-12; // summed in another order
    double sum = 0.0;
    if (figure == AUG_OBJECTIVE_ENERGY)
        floors->each[member].energy_pj = fmax(floors->each[member].energy_pj, value);
    else
        floors->each[member].cycles = fmax(floors->each[member].cycles, value);
    for (int e = 0; e < count; e++)
        sum += figure_of(&floors->each[e], figure);
    if (figure == AUG_OBJECTIVE_ENERGY)
        floors->all.energy_pj = fmax(floors->all.energy_pj, sum);
    else
        floors->all.cycles = fmax(floors->all.cycles, sum);
}

aug_group_question aug_group_outline_question(const aug_group *group, const aug_group_prefix *outline,
                                              int member, aug_objective figure) {
    aug_group_prefix own = *outline;
    leave_own(group, member, &own);
    aug_group_question question = aug_group_question_of(group->members[member]);
    question.prefix_count = aug_group_member_prefix(group, &own, member, question.prefix);
    aug_group_reserved(group, &own, member, question.reserved_bits);
    add_room(group, &own, member, question.reserved_bits);
    aug_group_stays(question.problem, question.prefix, question.prefix_count, &question.lasting);
    question.is_floor = true;
    question.floor_of = figure;
    return question;
}

// A member below an outline. False where nothing is better.
static bool raise_member(aug_group_members *members, const aug_group *group, const aug_group_prefix *outline,
                         int member, aug_objective figure, const aug_group_front *front,
                         aug_group_floors_known *floors) {
    aug_group_question question = aug_group_outline_question(group, outline, member, figure);
    question.cutoff = cutoff_for(front, floors, group->member_count, member, figure);
    question.tie_pj = aug_group_outline_tie_pj(front, floors, group->member_count, member);
    if (question.cutoff < 0.0)
        return false;
    const aug_group_best *best = aug_group_member_floor(members, &question, true);
    if (!best)
        return true;
    if (!best->limited && best->count == 0)
        return false;
    double value = best->bound;
    if (!best->limited)
        value = figure == AUG_OBJECTIVE_ENERGY ? aug_group_energy(best->points[0]->energy_pj)
                                               : best->points[0]->cycles;
    raise_to(floors, group->member_count, member, figure, value);
    return aug_group_front_allows(front, floors->all.energy_pj, floors->all.cycles);
}

void aug_group_tries_order(const aug_group_tries *tries, int count, int *order) {
    for (int e = 0; e < count; e++) {
        int at = e;
        for (; at > 0 && tries->nodes[order[at - 1]] * (tries->fails[e] + 1) >
                             tries->nodes[e] * (tries->fails[order[at - 1]] + 1);
             at--)
            order[at] = order[at - 1];
        order[at] = e;
    }
}

bool aug_group_outline_raise(aug_group_members *members, const aug_group *group,
                             const aug_group_prefix *prefix, const aug_group_front *front,
                             aug_group_tries *tries, aug_group_floors_known *floors) {
    aug_group_prefix outline;
    int order[AUG_GROUP_MEMBERS];
    if (group->windowed)
        return true;
    aug_group_outline_of(group, prefix, &outline);
    aug_group_tries_order(tries, group->member_count, order);
    for (int i = 0; i < group->member_count; i++)
        for (int figure = AUG_OBJECTIVE_ENERGY; figure <= AUG_OBJECTIVE_LATENCY; figure++) {
            bool counts = front->objective == (aug_objective)figure ||
                          front->objective == AUG_OBJECTIVE_EDP || front->objective == AUG_OBJECTIVE_FRONT;
            if (!counts)
                continue;
            uint64_t before = aug_group_members_nodes(members);
            bool allowed = raise_member(members, group, &outline, order[i], (aug_objective)figure, front,
                                        floors);
            tries->nodes[order[i]] += aug_group_members_nodes(members) - before;
            tries->fails[order[i]] += !allowed;
            if (!allowed)
                return false;
        }
    return true;
}
