// What einsums that run one after another reach together: sums of the points of their fronts.
#ifndef AUG_MAPPER_SUITE_FRONT_H
#define AUG_MAPPER_SUITE_FRONT_H

#include "mapper/suite.h"

typedef struct aug_suite_point {
    double energy_pj, cycles;
    const int *choices; // of each member, which point of its own front
} aug_suite_point;

typedef struct aug_suite_front {
    int count;
    const aug_suite_point *points; // energy rises, cycles fall
} aug_suite_front;

// The front of all sums Σ repeats · point, one point of each member; all repeats of a member share its
// mapping. Exact: no sum is left out that another one is not at least as good as. False, with an empty front,
// where one member has no points or the front of the first members passes `most` points.
bool aug_suite_front_sum(aug_arena *arena, const aug_suite_answer *answers, const double *repeats, int count,
                         int most, aug_suite_front *front);

#endif
