// Many choices of tiles for one mapping at once, in lanes that the compiler turns into vectors.
//
// The same figures as aug_cost_evaluate for mappings whose tiles divide the ones around them; doubles hold
// counts up to 2^53 exactly. What lanes cannot do (sliding tiles, networks, folds, sparse data, leakage
// switched off from further out) is found once, when the batch is prepared; such mappings go through
// aug_cost_evaluate one by one.
#ifndef AUG_COST_BATCH_H
#define AUG_COST_BATCH_H

#include "cost/cost.h"

// Whether lanes can do einsums and machines of this kind.
bool aug_batch_can_run(const aug_problem *problem);

typedef struct aug_batch aug_batch;

// Prepares a mapping whose tiles will be chosen. The problem and the mapping must outlive the batch.
aug_batch *aug_batch_new(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping);
// Whether it runs in lanes.
bool aug_batch_has_lanes(const aug_batch *batch);
// Evaluates `count` choices. tiles[l] holds the tiles of the l-th loop of the mapping, in the order of its
// nodes. Each result may be NULL. `fits`: no rule is broken, and all tiles divide (others are evaluated one
// by one).
void aug_batch_run(aug_batch *batch, const double *const *tiles, int count, double *energy_pj, double *cycles,
                   bool *fits);

#endif
