// The short way, for mappings whose tiles all divide the ones around them: one pass over the nodes, no
// states.
//
// With T the product of the steps in time above a store and S that of the steps in space, all instances do
// the same:
//
//     fetched = tile · T(down to the innermost loop that moves the tensor) · S
//     given   = fetched / (steps in space that do not move it, between parent and child, where they may
//     share)
//
// Where tiles slide the overlaps of traffic.h are subtracted instead. Everything else agrees with the long
// way by construction and by test (tests/property/mapping_cost_test.c).
#ifndef AUG_COST_PERFECT_H
#define AUG_COST_PERFECT_H

#include "cost/cost.h"

// Fills in what aug_footprint and aug_count_all fill in, and the same numbers. False where the mapping needs
// the long way; `cost` then holds nothing that matters.
bool aug_perfect_count(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost);

// The totals alone, of dense data. False where the mapping needs the long way.
bool aug_perfect_totals(const aug_problem *problem, const aug_mapping *mapping, aug_totals *totals);

#endif
