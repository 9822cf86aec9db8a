// Products and fronts of groups begin with what is found fast: the least energy and the fewest cycles of tiles that
// divide, and, of short tiles, the same products and fronts of tiles that divide.
//
// Where one figure counts, seeds (group_choice.c) see to that. Of both they look at few prefixes: one-pass attention on an
// array with lanes beside it had 0.78 J s among short tiles after 8 million nodes, and 0.69 with tiles that divide after
// half a second. Each look takes a quarter of the limit at most.
#include "mapper/group_choice.h"

enum { SHARE = 4 };

static int count_plans(const aug_group_result *result) {
    int count = 0;
    for (int i = 0; i < result->point_count; i++)
        for (const aug_group_plan *plan = result->points[i].last; plan; plan = plan->before)
            count++;
    return count;
}

// What was found besides what is offered: each of its groups as one more offer.
static void add_offers(aug_arena *arena, const aug_group_result *result, aug_group_chain *chain) {
    int count = chain->offer_count, most = count + count_plans(result);
    aug_group_offer *offers = AUG_NEW_ARRAY(arena, aug_group_offer, (size_t)most + 1);
    for (int i = 0; i < count; i++)
        offers[i] = chain->offers[i];
    for (int i = 0; i < result->point_count; i++)
        for (const aug_group_plan *plan = result->points[i].last; plan; plan = plan->before) {
            if (plan->bands > 0)
                continue;
            aug_group_plan *own = AUG_NEW(arena, aug_group_plan);
            aug_group_point *point = AUG_NEW(arena, aug_group_point);
            *own = *plan;
            own->before = NULL;
            *point = (aug_group_point){plan->energy_pj, plan->cycles, own};
            offers[count++] = (aug_group_offer){
                .first = plan->first, .count = plan->group->member_count, .point_count = 1, .points = point};
        }
    chain->offers = offers;
    chain->offer_count = count;
}

// One look ahead with tiles that divide: what it finds is offered to those behind it.
static void look_ahead(aug_arena *arena, const aug_group_chain *from, const aug_mapper_options *options,
                       aug_objective objective, aug_group_chain *to, aug_group_result *sum) {
    aug_group_result found;
    aug_mapper_options own = *options;
    own.objective = objective;
    own.perfect = true;
    own.node_limit = options->node_limit / SHARE + (options->node_limit > 0);
    aug_group_choose(arena, from, &own, &found);
    add_offers(arena, &found, to);
    sum->prefixes += found.prefixes;
    sum->runs += found.runs;
    sum->nodes += found.nodes;
}

aug_mapper_status aug_group_map(aug_arena *arena, const aug_group_chain *chain, const aug_mapper_options *options,
                                aug_group_result *result) {
    bool both = options->objective == AUG_OBJECTIVE_EDP || options->objective == AUG_OBJECTIVE_FRONT;
    if (!both || chain->apart || aug_group_count(arena, chain) == 0)
        return aug_group_choose(arena, chain, options, result);
    aug_group_result ahead = {.nodes = 0};
    aug_mapper_options rest = *options;
    aug_group_chain begun = *chain, bare = *chain;
    bare.alone = NULL; // of another objective
    bare.offer_count = 0;
    look_ahead(arena, &bare, options, AUG_OBJECTIVE_ENERGY, &begun, &ahead);
    look_ahead(arena, &bare, options, AUG_OBJECTIVE_LATENCY, &begun, &ahead);
    if (!options->perfect)
        look_ahead(arena, &begun, options, options->objective, &begun, &ahead);
    if (options->node_limit > 0)
        rest.node_limit = ahead.nodes < options->node_limit ? options->node_limit - ahead.nodes : 1;
    aug_mapper_status status = aug_group_choose(arena, &begun, &rest, result);
    result->prefixes += ahead.prefixes;
    result->runs += ahead.runs;
    result->nodes += ahead.nodes;
    return status;
}
