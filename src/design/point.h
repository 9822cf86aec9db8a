// One worker's evaluation of points: what it last read of a machine and of models is kept for the next point.
#ifndef AUG_DESIGN_POINT_H
#define AUG_DESIGN_POINT_H

#include "design/sweep.h"

typedef struct aug_point_worker aug_point_worker;

// NULL when out of memory.
aug_point_worker *aug_point_worker_new(const aug_study *study);
void aug_point_worker_free(aug_point_worker *worker);
// Evaluates points first .. first + count - 1, pruning against `front`.
void aug_point_evaluate_range(aug_point_worker *worker, const aug_front *front, uint64_t first, uint64_t count,
                              aug_point *points);
// Whether it ran out of memory; its points are not valid then.
bool aug_point_worker_failed(const aug_point_worker *worker);
// What is wrong with the first invalid point that any of the workers met, copied into `arena`.
const char *aug_point_first_invalid(aug_point_worker *const *workers, int count, aug_arena *arena);

// Reads the machine or the model of a study at an index of their parts, as points do; NULL with errors added. For checking a
// study before it runs.
const aug_machine *aug_point_machine(aug_point_worker *worker, aug_errors *errors, uint64_t part_index);
const aug_model *aug_point_model(aug_point_worker *worker, aug_errors *errors, uint64_t part_index);
bool aug_point_plan(aug_point_worker *worker, aug_errors *errors, uint64_t part_index, aug_plan *plan);
bool aug_point_scenario(aug_point_worker *worker, aug_errors *errors, uint64_t part_index, aug_scenario *scenario);

#endif
