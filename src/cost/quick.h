// One mapping with many choices of tiles, one after the other: what the nest says is looked up once.
//
// A search asks for totals again and again and changes tiles alone. Here the nest is a list of operations:
// loops know which tensors they move, edges which words they move at which price. A run is a few
// multiplications per loop and edge, in doubles, which hold counts up to 2^53 exactly. The figures are those
// of aug_cost_evaluate (tests/property/mapping_cost_test.c).
#ifndef AUG_COST_QUICK_H
#define AUG_COST_QUICK_H

#include "cost/cost.h"

typedef struct aug_quick aug_quick;

// Prepares a mapping whose tiles will be chosen. NULL where it cannot run so (the same machines and einsums
// that lanes cannot do, see batch.h). The problem must outlive it.
aug_quick *aug_quick_new(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping);
// Totals for tiles of the loops in the order of their nodes. False where a tile does not divide the one
// around it.
bool aug_quick_run(const aug_quick *quick, const aug_count *tiles, aug_totals *totals);

#endif
