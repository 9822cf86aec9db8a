// What memories hold, and whether the mapping fits.
#ifndef AUG_COST_FOOTPRINT_H
#define AUG_COST_FOOTPRINT_H

#include "cost/cost.h"

// Resets the parts of `cost` that this problem uses.
void aug_footprint_start(const aug_problem *problem, aug_cost *cost);
// Adds a tile that a memory keeps.
void aug_footprint_hold(const aug_problem *problem, int memory, int tensor, aug_count tile_words, aug_cost *cost);
// Adds the rules that are broken but for capacity; `used`: steps along each axis.
void aug_footprint_check(const aug_problem *problem, const aug_count *used, aug_cost *cost);
// All three over a mapping.
void aug_footprint(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost);
// Adds what does not fit its memory; called when sparse tiles have been counted.
void aug_footprint_check_capacity(const aug_problem *problem, aug_cost *cost);
// The extents of the tiles that stand at a node: of the first ones, which are the largest.
void aug_footprint_extents(const aug_problem *problem, const aug_mapping *mapping, int node,
                           aug_count *extents);

#endif
