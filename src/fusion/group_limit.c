#include "fusion/group_limit.h"

#include <math.h>

bool aug_group_limits_apply(aug_objective objective) {
    return objective == AUG_OBJECTIVE_ENERGY || objective == AUG_OBJECTIVE_LATENCY;
}

double aug_group_repeats(const aug_group_chain *chain, int member) {
    return chain->repeats ? chain->repeats[member] : 1.0;
}

static int place_of(int first, int count) {
    return first * AUG_GROUP_MEMBERS + count - 1;
}

// What offers of a run take at least.
static double offered(const aug_group_limits *limits, int first, int count) {
    double least = (double)INFINITY;
    for (int i = 0; i < limits->chain->offer_count; i++) {
        const aug_group_offer *offer = &limits->chain->offers[i];
        bool counts = offer->first == first && offer->count == count;
        for (int k = 0; counts && k < offer->point_count + offer->low_count; k++) {
            const aug_group_point *point =
                k < offer->point_count ? &offer->points[k] : &offer->low[k - offer->point_count];
            least = fmin(least, aug_group_value(limits->objective, point->energy_pj, point->cycles));
        }
    }
    return least;
}

bool aug_group_is_run(const aug_group_chain *chain, int first, int count) {
    for (int i = 1; i < count; i++)
        if (aug_group_repeats(chain, first) < aug_group_repeats(chain, first + i) ||
            aug_group_repeats(chain, first) > aug_group_repeats(chain, first + i))
            return false;
    return true;
}

static double begin_floor(const aug_group_limits *limits, int first, int count, aug_group *group) {
    const aug_group_chain *chain = limits->chain;
    const aug_group_prefix none = {0};
    aug_group_load loads[AUG_GROUP_MEMBERS];
    double floor = 0.0;
    if (first + count > chain->count || !aug_group_is_run(chain, first, count) ||
        !aug_group_init(chain->members, chain->count, first, count, chain->running, group))
        return (double)INFINITY;
    for (int e = 0; e < count && !group->windowed; e++) {
        aug_group_floor of = aug_group_floor_of(group, &none, e, group->members[e], NULL);
        loads[e] = aug_group_floor_load(&of);
        floor += of.energy_pj;
    }
    if (limits->objective == AUG_OBJECTIVE_LATENCY)
        floor = group->windowed ? 0.0 : aug_group_units_cycles(group, loads);
    return fmin(floor, offered(limits, first, count));
}

void aug_group_limits_begin(aug_arena *arena, const aug_group_chain *chain, aug_objective objective,
                            aug_group_limits *limits) {
    size_t runs = (size_t)(chain->count * AUG_GROUP_MEMBERS);
    aug_group *group = AUG_NEW(arena, aug_group);
    *limits = (aug_group_limits){.arena = arena, .chain = chain, .objective = objective};
    limits->floors = AUG_NEW_ARRAY(arena, double, runs + 1);
    limits->best = AUG_NEW_ARRAY(arena, double, runs + 1);
    for (int first = 0; first < chain->count; first++)
        for (int count = 1; count <= AUG_GROUP_MEMBERS; count++) {
            limits->floors[place_of(first, count)] = begin_floor(limits, first, count, group);
            limits->best[place_of(first, count)] = (double)INFINITY;
        }
}

void aug_group_limits_raise(aug_group_limits *limits, int first, int count, double value) {
    double *floor = &limits->floors[place_of(first, count)];
    *floor = fmin(fmax(*floor, value), offered(limits, first, count));
}

// Of the members from `first` to before `end`: the least of all ways to part them into runs. `least`: room.
static double least_of(const aug_group_limits *limits, const double *values, int first, int end,
                       double *least) {
    least[first] = 0.0;
    for (int n = first + 1; n <= end; n++) {
        least[n] = (double)INFINITY;
        for (int count = 1; count <= AUG_GROUP_MEMBERS && count <= n - first; count++) {
            int at = n - count;
            double value = values[place_of(at, count)] * aug_group_repeats(limits->chain, at);
            least[n] = fmin(least[n], least[at] + value);
        }
    }
    return least[end];
}

// What all members outside of a run take at least, as often as they run.
static double rest_of(const aug_group_limits *limits, int first, int count) {
    int n = limits->chain->count;
    double *least = AUG_NEW_ARRAY(limits->arena, double, (size_t)n + 1);
    return (least_of(limits, limits->floors, 0, first, least) +
            least_of(limits, limits->floors, first + count, n, least)) *
           (1.0 - 1e-12);
}

// Rounding of sums aside, which are taken in other orders elsewhere.
void aug_group_limits_set(const aug_group_limits *limits, int first, int count, aug_group_front *front) {
    int n = limits->chain->count;
    double *least = AUG_NEW_ARRAY(limits->arena, double, (size_t)n + 1);
    double all = least_of(limits, limits->best, 0, n, least);
    double rest = least_of(limits, limits->floors, 0, first, least) +
                  least_of(limits, limits->floors, first + count, n, least);
    front->limit = (all * (1.0 + 1e-9) - rest) / aug_group_repeats(limits->chain, first);
    front->has_limit = aug_group_limits_apply(limits->objective) && !isinf(all) && !isnan(front->limit);
}

void aug_group_limits_set_product(const aug_group_limits *energies, const aug_group_limits *times,
                                  double product, int first, int count, aug_group_front *front) {
    front->product = product;
    front->times = aug_group_repeats(energies->chain, first);
    if (!(product > 0.0))
        return;
    front->rest_pj = rest_of(energies, first, count);
    front->rest_cycles = rest_of(times, first, count);
}

// On the curve (energy + rest) x (cycles + rest) = product the product of the run itself is least at an end.
double aug_group_limits_left_out(const aug_group_limits *energies, const aug_group_limits *times, int first,
                                 int count, const aug_group_front *front) {
    double energy_pj = energies->floors[place_of(first, count)],
           cycles = times->floors[place_of(first, count)];
    if (!(front->product > 0.0))
        return (double)INFINITY;
    return fmin(energy_pj * fmax(cycles, aug_group_front_most_cycles(front, energy_pj)),
                cycles * fmax(energy_pj, aug_group_front_most_pj(front, cycles)));
}
