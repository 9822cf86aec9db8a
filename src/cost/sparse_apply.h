// What zeros change: the step of an evaluation between dense counts and their time and energy.
//
// Every flow of n words (per instance, in a memory that stores a share s of them) becomes
//
//     come = n s left_outer     what a format keeps and no saving further out has left out; the rest is absent
//     taken = n s left_skip     what savings of this memory that skip leave; the rest is skipped
//     actual = n s left_all     what savings that gate leave too; the rest of those taken is gated
//
// with `left` of sparse_saving.h. Gating saves energy alone: gated accesses and operations take their time.
#ifndef AUG_COST_SPARSE_APPLY_H
#define AUG_COST_SPARSE_APPLY_H

#include "cost/cost.h"

// Whether a problem has zeros or formats that count.
bool aug_sparse_is_needed(const aug_problem *problem);
// On entry all counts are dense and actual, footprints those of dense tiles; changes them to what zeros leave.
void aug_sparse_apply(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost);

#endif
