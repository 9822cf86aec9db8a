// The best that is known: one value, or a front of values.
//
// A value is an energy (an exact sum of prices, see space.h) and cycles. A bound on what can still come is of
// interest while it is better than every known value: `aug_incumbent_wants`. Comparing is exact: sums of
// prices are integers, cycles are computed by one rounded expression that never falls when a count rises, and
// so is their product.
#ifndef AUG_MAPPER_INCUMBENT_H
#define AUG_MAPPER_INCUMBENT_H

#include "mapper/map_space.h"

typedef struct aug_value {
    aug_wide energy;
    double cycles;
} aug_value;

typedef struct aug_known {
    aug_value value;
    aug_mapping *mapping; // NULL: a value that is given, without a mapping
} aug_known;

typedef struct aug_incumbent {
    aug_arena *arena;
    aug_objective objective;
    int count, capacity; // 1 at most but for a front
    aug_known *known;
    aug_wide
        enough; // ENERGY: nothing takes less, so a mapping that takes as much ends the search; 0: not known
    bool cycles_alone; // LATENCY: of a mapping that is known, energy does not matter
    bool has_product;
    double product; // that is given, of energy + rest_energy and cycles + rest_cycles
    double rest_energy, rest_cycles;
    double least_cycles; // no mapping takes fewer
    aug_wide most;  // from here on energies are of no interest; 0: all are
    aug_wide least; // no mapping at all takes less energy; 0: not known
} aug_incumbent;

void aug_incumbent_init(aug_arena *arena, aug_objective objective, aug_incumbent *incumbent);
void aug_incumbent_copy(aug_arena *arena, const aug_incumbent *from, aug_incumbent *incumbent);
// Whether a mapping of this value would be better than all that is known; ties are not.
bool aug_incumbent_wants(const aug_incumbent *incumbent, aug_value bound);
// Whether a mapping that is there is better: of two with the least energy the faster one is, though none is
// searched for.
bool aug_incumbent_takes(const aug_incumbent *incumbent, aug_value value);
// The energy from which on mappings that take at least `cycles` are not wanted.
aug_wide aug_incumbent_limit(const aug_incumbent *incumbent, double cycles);
// Whether energies can be held against something.
bool aug_incumbent_has_limit(const aug_incumbent *incumbent);
// Adds a wanted value; the mapping is copied into the arena.
void aug_incumbent_add(aug_incumbent *incumbent, aug_value value, const aug_mapping *mapping);
// Adds all mappings of another incumbent that are better than what is known, in their order.
void aug_incumbent_join(aug_incumbent *incumbent, const aug_incumbent *found);
// How good a value is in one number, for ordering: cycles, energy or their product.
double aug_value_rank(aug_objective objective, aug_value value);

// Begins with what is known before a search: the cutoff of its options. `price_pj`: the unit of prices.
void aug_incumbent_begin(aug_arena *arena, const aug_mapper_options *options, double price_pj,
                         aug_incumbent *incumbent);

#endif
