// What every nest that begins with a frame costs at least.
#ifndef AUG_MAPPER_BOUND_H
#define AUG_MAPPER_BOUND_H

#include "mapper/frame.h"
#include "mapper/incumbent.h"
#include "mapper/level_table.h"
#include "mapper/spread.h"

// What is to come, or all with what stands: prices as in aug_frame, bits through the ports of one instance.
typedef struct aug_rest {
    aug_wide price[AUG_PROBLEM_MEMORIES + 1];
    double read_bits[AUG_PROBLEM_MEMORIES], write_bits[AUG_PROBLEM_MEMORIES];
    aug_wide fills[AUG_PROBLEM_TENSORS]; // of price: to fill the memory inside of the last array, way_bound.h
    bool tightened; // a tile that no memory can hold counted
} aug_rest;

// The edges of one memory alone where the keeping says so. Groups of axes from `next_group` on are not
// crossed yet. `path` NULL: windows do not count. `tight`: tiles that no memory can hold have to move once
// more, which steps of further loops can change.
aug_value aug_bound(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                    const aug_item *path, int next_group, bool tight);
// Tight; whether such a tile counted. If none did both bounds are the same.
aug_value aug_bound_tight(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                          const aug_item *path, int next_group, bool *tightened);

// Prices of the edges into each memory and into compute, with the floors of the keeping.
aug_wide aug_bound_sum(const aug_space *space, const aug_keeping *keeping, const aug_wide *prices);

// Whether all that a memory keeps is still to come, in the frame's segment.
bool aug_bound_is_open(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame, int memory);

// Of what memories can do only what the incumbent wants counts (NULL: all does). Raises a bound by what the
// memories of the frame's segment can do at best under their capacities. False where it stays: sliding or
// ragged tiles, or stores that stand already.
bool aug_bound_levels(const aug_space *space, const aug_keeping *keeping, aug_level_table *table,
                      const aug_frame *frame, const aug_item *path, int next_group,
                      const aug_incumbent *incumbent, aug_value *bound);

// Terms of the price of crossing the array below the frame's segment: see aug_spreads_price.
void aug_bound_spread(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                      const aug_item *path, const aug_spreads *spreads, aug_spread_price *price);
// Cycles with so many steps in space along it, at least.
double aug_bound_spread_cycles(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                               int next_group, double steps);

#endif
