#include "fusion/group_front.h"

#include <math.h>

// EDP prunes by the product as well: a point of a larger product may still be part of a smaller sum, so only
// dominance counts here.
static bool is_below(aug_objective objective, double energy, double cycles, double other_energy,
                     double other_cycles) {
    if (objective == AUG_OBJECTIVE_ENERGY)
        return energy < other_energy || (energy == other_energy && cycles <= other_cycles);
    if (objective == AUG_OBJECTIVE_LATENCY)
        return cycles < other_cycles || (cycles == other_cycles && energy <= other_energy);
    return energy <= other_energy && cycles <= other_cycles;
}

bool aug_group_front_wants(const aug_group_front *front, double energy_pj, double cycles) {
    if (front->breaks_ties)
        return energy_pj <= front->limit && (front->count == 0 || cycles < front->points[0].cycles);
    for (int i = 0; i < front->count; i++)
        if (is_below(front->objective, front->points[i].energy_pj, front->points[i].cycles, energy_pj,
                     cycles))
            return false;
    return true;
}

// What is left of a product for one figure where the other one has a floor.
static double most_of(const aug_group_front *front, double other, double other_rest, double rest) {
    double least = other * front->times + other_rest;
    if (!(front->product > 0.0) || !(least > 0.0))
        return (double)INFINITY;
    return (front->product / least - rest) / front->times;
}

double aug_group_front_most_pj(const aug_group_front *front, double cycles) {
    return most_of(front, cycles, front->rest_cycles, front->rest_pj);
}

double aug_group_front_most_cycles(const aug_group_front *front, double energy_pj) {
    return most_of(front, energy_pj, front->rest_pj, front->rest_cycles);
}

double aug_group_front_cap_pj(const aug_group_front *front, double cycles) {
    if (front->stairs && front->stairs->count > 0)
        cycles = fmax(cycles, front->stairs->points[front->stairs->count - 1].cycles); // the fewest
    double cap = aug_group_front_most_pj(front, cycles);
    for (int i = 0; i < front->count; i++)
        if (front->points[i].cycles <= cycles)
            cap = fmin(cap, front->points[i].energy_pj);
    return cap;
}

static bool allows(const aug_group_front *front, double energy_pj, double cycles) {
    const double rounding = 1e-12;
    if (front->has_limit && (front->objective == AUG_OBJECTIVE_ENERGY ? energy_pj : cycles) > front->limit)
        return false;
    if (front->breaks_ties)
        return aug_group_front_wants(front, energy_pj, cycles);
    energy_pj += rounding * energy_pj;
    if (energy_pj > aug_group_front_most_pj(front, cycles))
        return false;
    if (front->objective != AUG_OBJECTIVE_ENERGY)
        return aug_group_front_wants(front, energy_pj, cycles);
    return front->count == 0 || energy_pj < front->points[0].energy_pj;
}

bool aug_group_front_allows(const aug_group_front *front, double energy_pj, double cycles) {
    bool allowed = allows(front, energy_pj, cycles), any = !front->stairs;
    for (int i = 0; allowed && !any && i < front->stairs->count; i++)
        any = allows(front, fmax(energy_pj, front->stairs->points[i].energy_pj),
                     fmax(cycles, front->stairs->points[i].cycles));
    return allowed && any;
}

void aug_group_front_add_raised(aug_group_front *to, const aug_group_front *known, aug_group_point floor) {
    if (!known->stairs) {
        aug_group_front_add(to, floor);
        return;
    }
    for (int i = 0; i < known->stairs->count; i++) {
        double energy_pj = fmax(floor.energy_pj, known->stairs->points[i].energy_pj),
               cycles = fmax(floor.cycles, known->stairs->points[i].cycles);
        if (allows(known, energy_pj, cycles))
            aug_group_front_add(to, (aug_group_point){energy_pj * (1.0 - 1e-12), cycles, NULL}); // summed in another order
    }
}

bool aug_group_front_add(aug_group_front *front, aug_group_point point) {
    if (!aug_group_front_wants(front, point.energy_pj, point.cycles))
        return false;
    int kept = 0;
    for (int i = 0; i < front->count; i++)
        if (!front->breaks_ties &&
            !is_below(front->objective, point.energy_pj, point.cycles, front->points[i].energy_pj,
                      front->points[i].cycles))
            front->points[kept++] = front->points[i];
    front->count = kept;
    if (kept == front->capacity)
        front->points =
            aug_arena_grow(front->arena, front->points, kept, &front->capacity, sizeof *front->points);
    int at = front->count++;
    for (; at > 0 && front->points[at - 1].energy_pj > point.energy_pj; at--)
        front->points[at] = front->points[at - 1];
    front->points[at] = point;
    return true;
}

// Chains `tail` (and what hangs before it) behind `before`.
static const aug_group_plan *chain(aug_arena *arena, const aug_group_plan *before,
                                   const aug_group_plan *tail) {
    if (!tail)
        return before;
    aug_group_plan *plan = AUG_NEW(arena, aug_group_plan);
    *plan = *tail;
    plan->before = tail->before ? chain(arena, before, tail->before) : before;
    return plan;
}

void aug_group_front_add_sums(aug_group_front *out, const aug_group_front *left, const aug_group_front *right,
                              double times) {
    for (int i = 0; i < left->count; i++)
        for (int k = 0; k < right->count; k++) {
            double energy = left->points[i].energy_pj + right->points[k].energy_pj * times,
                   cycles = left->points[i].cycles + right->points[k].cycles * times;
            if (aug_group_front_wants(out, energy, cycles))
                aug_group_front_add(
                    out, (aug_group_point){energy, cycles,
                                           chain(out->arena, left->points[i].last, right->points[k].last)});
        }
}

double aug_group_energy(double energy_pj) {
    return isnan(energy_pj) ? 0.0 : energy_pj;
}

double aug_group_value(aug_objective objective, double energy_pj, double cycles) {
    return objective == AUG_OBJECTIVE_ENERGY    ? energy_pj
           : objective == AUG_OBJECTIVE_LATENCY ? cycles
                                                : energy_pj * cycles;
}

double aug_group_front_value(const aug_group_front *front) {
    double value = (double)INFINITY;
    for (int i = 0; i < front->count; i++)
        value = fmin(value,
                     aug_group_value(front->objective, front->points[i].energy_pj, front->points[i].cycles));
    return value;
}

double aug_group_front_cutoff(const aug_group_front *front) {
    double value = aug_group_front_value(front);
    return front->has_limit ? fmin(value, front->limit) : value;
}

double aug_group_front_tie_pj(const aug_group_front *front) {
    bool is_best = front->objective == AUG_OBJECTIVE_LATENCY && front->count > 0 &&
                   front->points[0].cycles <= aug_group_front_cutoff(front);
    return is_best ? front->points[0].energy_pj : (double)INFINITY;
}
