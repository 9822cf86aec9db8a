// What is searched before the rest: fewest cycles, products and fronts of short tiles begin with those of
// tiles that divide, and products and fronts with the least energy and the fewest cycles, as those who ask
// for them have them.
//
// So a product is never larger than those of the two, and what they prove bounds it: no way takes less
// energy, or fewer cycles. Short tiles may begin where no tile divides well; below most prefixes they take so
// long that few are seen. The fewest cycles of three einsums on an array with lanes beside it, heads of 777 x
// 1000 x 80, were 77,672 after 24 million nodes of short tiles; of tiles that divide 36,424 are proven after
// 3 million. Tiles that divide may take three quarters of a limit, least energy and fewest cycles all of it,
// and a quarter is left in any case.
#include "fusion/group_choice.h"

#include "fusion/group_front.h"

#include <math.h>

enum { QUARTERS = 4, DIVIDED = 3 };

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
            if (plan->bands > 0 || plan->is_split)
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

static double least_product(const aug_group_result *result) {
    double least = (double)INFINITY;
    for (int i = 0; i < result->point_count; i++)
        least = fmin(least, aug_group_energy(result->points[i].energy_pj) * result->points[i].cycles);
    return least;
}

// What a look for one figure proved of it, or a product that was found. It knew of no offers, which may take
// less.
static void learn(const aug_group_result *found, aug_objective objective, bool has_offers,
                  aug_group_chain *to) {
    double product = least_product(found);
    if (objective == AUG_OBJECTIVE_ENERGY && !has_offers)
        to->least_pj = fmax(to->least_pj, found->lower_bound * (1.0 - 1e-12)); // summed in another order
    if (objective == AUG_OBJECTIVE_LATENCY && !has_offers)
        to->least_cycles = fmax(to->least_cycles, found->lower_bound);
    if (!isinf(product) && product > 0.0)
        to->product = to->product > 0.0 ? fmin(to->product, product) : product;
}

// One look ahead: what it finds is offered to those behind it.
static void look_ahead(aug_arena *arena, const aug_group_chain *from, const aug_mapper_options *options,
                       bool has_offers, aug_group_chain *to, aug_group_result *sum) {
    aug_group_result found;
    aug_mapper_options own = *options;
    own.breaks_ties = false;
    aug_group_map(arena, from, &own, &found);
    add_offers(arena, &found, to);
    learn(&found, options->objective, has_offers, to);
    sum->prefixes += found.prefixes;
    sum->runs += found.runs;
    sum->nodes += found.nodes;
}

// The same objective where tiles divide. What it proves is of no interest.
static void look_divided(aug_arena *arena, const aug_mapper_options *options, aug_group_chain *begun,
                         aug_group_result *ahead) {
    aug_mapper_options own = *options;
    aug_group_chain divided = *begun;
    divided.least_pj = divided.least_cycles = 0.0;
    divided.alone = NULL;
    own.perfect = true;
    own.node_limit = options->node_limit / QUARTERS * DIVIDED + (options->node_limit > 0);
    look_ahead(arena, &divided, &own, true, begun, ahead);
}

static void look_for_both(aug_arena *arena, const aug_group_chain *chain, const aug_mapper_options *options,
                          aug_group_chain *begun, aug_group_result *ahead) {
    const bool has_offers = chain->offer_count > 0;
    aug_mapper_options own = *options;
    aug_group_chain bare = *chain;
    bare.alone = NULL; // of another objective
    bare.offer_count = 0;
    own.objective = AUG_OBJECTIVE_ENERGY;
    look_ahead(arena, &bare, &own, has_offers, begun, ahead);
    own.objective = AUG_OBJECTIVE_LATENCY;
    look_ahead(arena, &bare, &own, has_offers, begun, ahead);
}

aug_mapper_status aug_group_map(aug_arena *arena, const aug_group_chain *chain,
                                const aug_mapper_options *options, aug_group_result *result) {
    bool both = options->objective == AUG_OBJECTIVE_EDP || options->objective == AUG_OBJECTIVE_FRONT;
    bool divided = !options->perfect && options->objective != AUG_OBJECTIVE_ENERGY;
    if ((!both && !divided) || chain->apart || chain->is_begun || aug_group_count(arena, chain) == 0)
        return aug_group_choose(arena, chain, options, result);
    aug_group_result ahead = {.nodes = 0};
    aug_mapper_options rest = *options;
    aug_group_chain begun = *chain;
    if (both)
        look_for_both(arena, chain, options, &begun, &ahead);
    begun.is_begun = both;
    if (divided)
        look_divided(arena, options, &begun, &ahead);
    begun.is_begun = true;
    if (options->node_limit > 0) {
        uint64_t least = options->node_limit / QUARTERS + 1;
        rest.node_limit =
            ahead.nodes + least < options->node_limit ? options->node_limit - ahead.nodes : least;
    }
    aug_mapper_status status = aug_group_choose(arena, &begun, &rest, result);
    result->prefixes += ahead.prefixes;
    result->runs += ahead.runs;
    result->nodes += ahead.nodes;
    return status;
}
