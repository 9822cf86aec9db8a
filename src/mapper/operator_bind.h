// An operator of a model as a problem of the mapper, or why it is none.
//
//     projection z[t,n] += a[t,k] * w[k,n] at t 1, k 4096, n 6144: a problem
//     a lookup in an embedding: "it reads only some rows of its table"
#ifndef AUG_MAPPER_OPERATOR_BIND_H
#define AUG_MAPPER_OPERATOR_BIND_H

#include "mapper/mapper.h"

// Whole sizes, those that are expectations rounded up: `rounded` is set where one was. False where a rank has
// no size.
bool aug_operator_whole_sizes(const aug_operator *op, const double *exact, aug_count *sizes, bool *rounded);
// NULL where `problem` is bound and can be searched; else the reason, in `arena`.
const char *aug_operator_bind(aug_arena *arena, const aug_operator *op, const aug_precision *precision,
                              const aug_count *sizes, const aug_machine *machine, aug_problem *problem);

#endif
