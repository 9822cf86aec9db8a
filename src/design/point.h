// One worker's evaluation of points: what it last read of a machine and of models is kept for the next point.
#ifndef AUG_DESIGN_POINT_H
#define AUG_DESIGN_POINT_H

#include "design/sweep.h"

typedef struct aug_point_worker aug_point_worker;

// NULL when out of memory.
aug_point_worker *aug_point_worker_new(const aug_study *study);
// From now on times of machines that are described level by level come from mappings. Threads are one. False when out of memory.
bool aug_point_worker_map(aug_point_worker *worker, const aug_mapped_options *options);
// From now on points are compared with those of the baseline's study, by its points; borrowed.
void aug_point_worker_compare(aug_point_worker *worker, const aug_point *baseline);
void aug_point_worker_free(aug_point_worker *worker);
// Evaluates the points at places first .. first + count - 1 of the order of visit, pruning against `front`.
void aug_point_evaluate_range(aug_point_worker *worker, const aug_front *front, uint64_t first, uint64_t count,
                              aug_point *points);
// Whether it ran out of memory; its points are not valid then.
bool aug_point_worker_failed(const aug_point_worker *worker);
// What is wrong with the first invalid point that any of the workers met; lives as long as they do. NULL: none was.
const char *aug_point_first_invalid(aug_point_worker *const *workers, int count);

// Reads one part of the study at an index of its own, as points do, for checking a study before it runs: whether it is
// good, errors added where not.
bool aug_point_try(aug_point_worker *worker, aug_errors *errors, aug_part part, uint64_t part_index);
// The machine of a point, until another one is asked for; NULL where it cannot be read.
const aug_machine *aug_point_machine(aug_point_worker *worker, uint64_t point);
// Tokens that the model last tried is trained on; 0: not said.
double aug_point_training_tokens(const aug_point_worker *worker);

#endif
