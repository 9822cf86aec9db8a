// Which runs of neighbours matter at all.
//
// A run matters if all members together could be better with it than the best that is known:
//
//     value of the run, as often as it runs < best of all - floors of what comes before and behind it
//
// Example: scores and softmax in one group, 73.5 mJ, leave 30.3 of 103.8 mJ for values, which alone write
// what passes 33.5: no nest of theirs is looked at. Only where one figure counts: ENERGY and LATENCY.
#ifndef AUG_FUSION_GROUP_LIMIT_H
#define AUG_FUSION_GROUP_LIMIT_H

#include "fusion/group_floor.h"
#include "fusion/group_front.h"

// Under each run of members i .. i + n - 1, once, and the best that is known of it, of the objective's value:
// [i * AUG_GROUP_MEMBERS + n - 1]; infinite: it is no run, or nothing is known.
typedef struct aug_group_limits {
    aug_arena *arena;
    const aug_group_chain *chain;
    aug_objective objective;
    double *floors, *best;
} aug_group_limits;

// Begins with operations, and what has to pass the outermost memory once. Windows: nothing.
void aug_group_limits_begin(aug_arena *arena, const aug_group_chain *chain, aug_objective objective,
                            aug_group_limits *limits);
bool aug_group_limits_apply(aug_objective objective);
// No plan of a run as one group takes less.
void aug_group_limits_raise(aug_group_limits *limits, int first, int count, double value);
// Sets the limit of what is of interest of a run.
void aug_group_limits_set(const aug_group_limits *limits, int first, int count, aug_group_front *front);
// EDP: sets what makes the product of all members as large as `product` with a run; 0: nothing is known.
void aug_group_limits_set_product(const aug_group_limits *energies, const aug_group_limits *times,
                                  double product, int first, int count, aug_group_front *front);
// What is left out of a run for that has a product of its own of at least this; infinite: nothing is.
double aug_group_limits_left_out(const aug_group_limits *energies, const aug_group_limits *times, int first,
                                 int count, const aug_group_front *front);
// Whether neighbours run equally often.
bool aug_group_is_run(const aug_group_chain *chain, int first, int count);
// Members of a chain run as often as the first of them.
double aug_group_repeats(const aug_group_chain *chain, int member);

#endif
