// The best of all members, each of its groups with what nothing is below; of least energy the fastest that is found
// (group_tie.h).
#include "fusion/group_answer.h"

#include "fusion/group_tie.h"

#include <math.h>

typedef aug_group_run run;
typedef aug_group_chooser chooser;

// Nodes of a search among plans of the same energy: so many, fewer of short tiles, and this part of all before it.
enum { TIE_NODES = 20000, SHORT_TIE_NODES = 4000, TIE_SHARE = 8 };

run *aug_group_run_of(const chooser *c, int first, int count) {
    return &c->runs[first * AUG_GROUP_MEMBERS + count - 1];
}

void aug_group_chooser_set_product(const chooser *c, int first, int count, aug_group_front *best) {
    double product = c->options->objective == AUG_OBJECTIVE_EDP ? c->chain->product : 0.0;
    aug_group_limits_set_product(&c->energies, &c->times, product, first, count, best);
}

// EDP: the one point of the least product.
static void choose_product(aug_group_front *front) {
    double value = aug_group_front_value(front);
    for (int i = 0; i < front->count; i++)
        if (front->points[i].energy_pj * front->points[i].cycles <= value) {
            front->points[0] = front->points[i];
            front->count = 1;
        }
}

// What no way to run these members is below, of the objective's value.
static double bound_of(const chooser *c, int first, int count, const aug_group_plan *plan) {
    double value = aug_group_value(c->options->objective, plan->energy_pj, plan->cycles);
    aug_group_front front = {.objective = c->options->objective};
    aug_group_chooser_set_product(c, first, count, &front);
    value = fmin(value, aug_group_front_value(&aug_group_run_of(c, first, count)->low));
    return fmin(value, aug_group_limits_left_out(&c->energies, &c->times, first, count, &front));
}

// Where energy counts, each group as fast as its energy allows, for a part of the nodes that it took.
static void break_tie(chooser *c, aug_group_plan *plan, aug_group_point *point) {
    if (!c->options->breaks_ties || c->options->objective != AUG_OBJECTIVE_ENERGY)
        return;
    uint64_t used = aug_group_members_nodes(c->search.members) + aug_group_members_nodes(c->seeds.members);
    uint64_t nodes = c->options->perfect ? TIE_NODES : SHORT_TIE_NODES;
    const aug_group_plan *faster = aug_group_tie_break(&c->search, plan, used / TIE_SHARE + nodes);
    if (!faster)
        return;
    point->cycles += (faster->cycles - plan->cycles) * aug_group_repeats(c->chain, plan->first);
    const aug_group_plan *before = plan->before;
    *plan = *faster;
    plan->before = before;
}

// Each group with what is known of its members.
static const aug_group_plan *with_bounds(chooser *c, aug_group_point *point) {
    const aug_group_plan *last = point->last;
    aug_group_plan *copy = NULL, *behind = NULL;
    const aug_group_plan *end = NULL;
    for (const aug_group_plan *plan = last; plan; plan = plan->before) {
        copy = AUG_NEW(c->arena, aug_group_plan);
        *copy = *plan;
        break_tie(c, copy, point);
        if (plan->bands == 0 && !plan->is_split)
            copy->lower_bound = bound_of(c, plan->first, plan->group->member_count, plan);
        if (behind)
            behind->before = copy;
        else
            end = copy;
        behind = copy;
    }
    return end;
}

// No point below is better than what is known.
static bool is_proven(const aug_group_front *front, const aug_group_front *low) {
    if (front->objective != AUG_OBJECTIVE_FRONT)
        return aug_group_front_value(low) >= aug_group_front_value(front);
    for (int i = 0; i < low->count; i++)
        if (aug_group_front_wants(front, low->points[i].energy_pj, low->points[i].cycles))
            return false;
    return true;
}

// What is not ruled out, given what all members take at least.
static aug_group_front raised(const chooser *c, const aug_group_front *low) {
    aug_group_front front = {.arena = c->arena, .objective = low->objective};
    for (int i = 0; i < low->count; i++)
        aug_group_front_add(&front, (aug_group_point){fmax(low->points[i].energy_pj, c->chain->least_pj),
                                                      fmax(low->points[i].cycles, c->chain->least_cycles), NULL});
    return front;
}

aug_mapper_status aug_group_answer(chooser *c, const run *all, aug_group_result *result) {
    aug_group_front front = all->best;
    const aug_group_front low = raised(c, &all->low);
    bool proven = is_proven(&front, &low);
    if (c->options->objective == AUG_OBJECTIVE_EDP)
        choose_product(&front);
    for (int i = 0; i < front.count; i++)
        front.points[i].last = with_bounds(c, &front.points[i]);
    double value = aug_group_front_value(&front);
    *result = (aug_group_result){
        .point_count = front.count,
        .points = front.points,
        .low_count = low.count,
        .low = low.points,
        .value = value,
        .lower_bound = proven ? value : fmin(value, aug_group_front_value(&low)),
        .proven = proven,
        .stopped = c->search.stopped || c->alone_open,
        .groups = c->groups,
        .prefixes = c->search.prefixes + c->seeds.prefixes,
        .runs = aug_group_members_runs(c->search.members) + aug_group_members_runs(c->seeds.members),
        .nodes = aug_group_members_nodes(c->search.members) + aug_group_members_nodes(c->seeds.members)};
    if (!proven)
        return AUG_MAPPER_LIMIT;
    return front.count ? AUG_MAPPER_FOUND : AUG_MAPPER_NONE;
}
