// The best plans that are known: one, or a front of energy and cycles.
//
// For ENERGY and LATENCY that is one point, the second figure breaking ties; EDP and FRONT keep every point
// that no other is below in both, for the least product of a sum need not be a sum of least products.
#ifndef AUG_FUSION_GROUP_FRONT_H
#define AUG_FUSION_GROUP_FRONT_H

#include "fusion/group.h"

typedef struct aug_group_front {
    aug_arena *arena;
    aug_objective objective;
    int count, capacity;
    aug_group_point *points; // of a front: energy rises
    bool has_limit;          // ENERGY, LATENCY: what is above `limit` is of no interest
    double limit;
    double product; // EDP: of no interest is what makes the product of all members as large; 0: nothing is
    double times, rest_pj, rest_cycles; // of that: how often it runs, and what all others take at least
    const struct aug_group_front *stairs; // every plan takes at least as much as one of its points (group_stairs.h);
                                          // NULL: not known
    bool breaks_ties; // ENERGY: of what takes no more than the limit the fastest is wanted
} aug_group_front;

// Whether something that is at least (energy, cycles) could be better than what is known.
bool aug_group_front_wants(const aug_group_front *front, double energy_pj, double cycles);
// The same of a floor under points that are not known: where only one figure counts it has to be better in
// that one, by more than sums of doubles in another order may differ (one part in 10^12).
bool aug_group_front_allows(const aug_group_front *front, double energy_pj, double cycles);
// Of a floor that is above what `stairs` says: points under all that it stands for and that is of interest.
void aug_group_front_add_raised(aug_group_front *to, const aug_group_front *known, aug_group_point floor);
// Adds a point that is wanted. False where it is not.
bool aug_group_front_add(aug_group_front *front, aug_group_point point);
// Adds what is on the left and then, `times` times, what is on the right.
void aug_group_front_add_sums(aug_group_front *out, const aug_group_front *left, const aug_group_front *right,
                              double times);
// The energy of a point as fronts compare it: 0 where none is stated.
double aug_group_energy(double energy_pj);
// Energy, cycles, or their product.
double aug_group_value(aug_objective objective, double energy_pj, double cycles);
// EDP: energy that is as much too much for a way of so many cycles at least; infinite where nothing is.
double aug_group_front_most_pj(const aug_group_front *front, double cycles);
// The same of cycles.
double aug_group_front_most_cycles(const aug_group_front *front, double energy_pj);
// Energy from which on a way of so many cycles at least is of no interest, given all that is known.
double aug_group_front_cap_pj(const aug_group_front *front, double cycles);
// Least value on the front; infinite where it is empty.
double aug_group_front_value(const aug_group_front *front);
// The same, or the limit.
double aug_group_front_cutoff(const aug_group_front *front);
// LATENCY: the energy from which on a plan of as many cycles as the cutoff is of no interest; infinite: whatever it takes.
double aug_group_front_tie_pj(const aug_group_front *front);

#endif
