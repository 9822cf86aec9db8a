// A beginning of a prefix is an easier problem for each member: the loops behind it are left to the branch,
// as are the stores between them, and the homes of intermediates stand right below it, in room that is added
// for them.
//
//     dram[Q K] for h:1 for m:256 for p:16 buffer[S] | ...     is above     dram[Q K] for h:1 for m:256
//     buffer[S] | ...
//
// That the homes may rise is shown in group_least.c; loops and stores behind the beginning are those of some
// nest below it. So what a member takes below the beginning at least is a floor under all prefixes that go on
// from there, and its search is done once for all of them. Attention on one array has some hundred prefixes
// whose floors are alike; a few beginnings, such as `for h:1 for m:256`, rule out most.
#include "mapper/group_outline.h"

#include <math.h>

// The largest tile that one can be a part of: of those that divide the rank if it does, else twice as large
// and so on.
static aug_count widest(aug_count size, aug_count tile) {
    aug_count wide = tile;
    if (size % tile != 0) {
        while (2 * wide < size)
            wide *= 2;
        return wide;
    }
    aug_count steps = size / tile, least = steps;
    for (aug_count d = 2; d * d <= steps && least == steps; d++)
        if (steps % d == 0)
            least = d;
    return size / least;
}

// The same loops, but for the tile of the innermost one.
static void widen(const aug_group *group, const aug_group_prefix *prefix, aug_group_prefix *outline) {
    int last = -1;
    *outline = *prefix;
    for (int i = 0; i < prefix->count; i++)
        if (prefix->nodes[i].is_loop)
            last = i;
    if (last >= 0) {
        aug_group_node *loop = &outline->nodes[last];
        loop->tile = widest(group->sizes[loop->rank], loop->tile);
    }
}

// What the homes of a member's intermediates hold is no matter.
static void add_room(const aug_group *group, const aug_group_prefix *begin, int member, double *reserved) {
    for (int i = 0; i < begin->count; i++)
        for (int t = 0; t < group->tensor_count; t++) {
            const aug_group_node *node = &begin->nodes[i];
            int own = group->tensor_of[member][t];
            if (node->is_loop || !(node->tensors >> t & 1u) || !(group->intermediates >> t & 1u))
                continue;
            const double words = (double)aug_group_tile_words(group, begin, i, t);
            reserved[node->memory] -=
                words * (own < 0 ? aug_group_word_bits(group, node->memory, t)
                                 : group->members[member]->memories[node->memory].bits[own]);
        }
}

// Intermediates at home where they are without a group, above all loops.
static void bring_back(const aug_group *group, const aug_group_prefix *begin, aug_group_prefix *other) {
    other->count = 0;
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        unsigned tensors = 0;
        for (int t = 0; t < group->tensor_count; t++)
            tensors |= (unsigned)((group->intermediates >> t & 1u) && aug_group_home(group, t) == m) << t;
        if (tensors)
            other->nodes[other->count++] = (aug_group_node){.memory = m, .tensors = tensors};
    }
    for (int i = 0; i < begin->count; i++)
        if (begin->nodes[i].is_loop || !(begin->nodes[i].tensors & group->intermediates))
            other->nodes[other->count++] = begin->nodes[i];
}

static double figure_of(const aug_group_floor *floor, aug_objective objective) {
    return objective == AUG_OBJECTIVE_ENERGY ? floor->energy_pj : floor->cycles;
}

// What is left for a member when the others are at their floors; infinite where both figures count.
static double cutoff_for(const aug_group_front *front, const aug_group_floors_known *floors, int count,
                         int member) {
    aug_objective objective = front->objective;
    if ((objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY) ||
        isinf(aug_group_front_cutoff(front)))
        return (double)INFINITY;
    double left = aug_group_front_cutoff(front);
    for (int e = 0; e < count; e++)
        left -= e == member ? 0.0 : figure_of(&floors->each[e], objective);
    return left;
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

// A member below a beginning. False where nothing is better.
static bool raise_member(aug_group_members *members, const aug_group *group, const aug_group_prefix *begin,
                         int member, aug_objective figure, bool perfect, const aug_group_front *front,
                         aug_group_floors_known *floors) {
    aug_group_question question = aug_group_question_of(group->members[member]);
    double saved = figure == AUG_OBJECTIVE_ENERGY ? aug_group_saved_pj(group, member) : (double)INFINITY;
    bool comes_back = perfect && !isinf(saved);
    aug_group_prefix other;
    if (comes_back)
        bring_back(group, begin, &other);
    question.prefix_count =
        aug_group_member_prefix(group, comes_back ? &other : begin, member, question.prefix);
    aug_group_reserved(group, comes_back ? &other : begin, member, question.reserved_bits);
    if (!comes_back)
        add_room(group, begin, member, question.reserved_bits);
    question.is_floor = true;
    question.floor_of = figure;
    question.cutoff = cutoff_for(front, floors, group->member_count, member) + (comes_back ? saved : 0.0);
    if (question.cutoff < 0.0)
        return false;
    const aug_group_best *best = aug_group_member_best(members, &question);
    if (!best->limited && best->count == 0)
        return false;
    double value = best->bound;
    if (!best->limited)
        value = figure == AUG_OBJECTIVE_ENERGY ? aug_group_energy(best->points[0]->energy_pj)
                                               : best->points[0]->cycles;
    value -= comes_back ? saved : 0.0;
    raise_to(floors, group->member_count, member, figure, value);
    return aug_group_front_allows(front, floors->all.energy_pj, floors->all.cycles);
}

bool aug_group_outline_raise(aug_group_members *members, const aug_group *group,
                             const aug_group_prefix *prefix, bool perfect, const aug_group_front *front,
                             aug_group_floors_known *floors) {
    aug_group_prefix outline;
    if (group->windowed)
        return true;
    widen(group, prefix, &outline);
    for (int e = 0; e < group->member_count; e++)
        for (int figure = AUG_OBJECTIVE_ENERGY; figure <= AUG_OBJECTIVE_LATENCY; figure++) {
            bool counts = front->objective == (aug_objective)figure ||
                          front->objective == AUG_OBJECTIVE_EDP || front->objective == AUG_OBJECTIVE_FRONT;
            if (counts && aug_group_members_can_bound(members) &&
                !raise_member(members, group, &outline, e, (aug_objective)figure, perfect, front, floors))
                return false;
        }
    return true;
}
