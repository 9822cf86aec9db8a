// A member whose nests may take no more than so many cycles, and move no more than so much through each port.
//
// The mapper looks at the slowest of all that a nest does. So in a world where each of them is as much slower
// as is wanted, nests within all caps are those that take no more than one number of cycles:
//
//     slowest, of x / most of x, <= 1        x: compute and what passes each port, each in cycles
//
// Example: no more than 100 cycles, of which the port of the buffer 40: with 40 / 100 of its bandwidth, nests
// of no more than 100 cycles. What has no cap is infinitely fast.
#ifndef AUG_FUSION_GROUP_CAP_H
#define AUG_FUSION_GROUP_CAP_H

#include "fusion/group_pipe.h"

// Cycles that an array adds to what is slowest, however a nest is, for the unit that does this einsum.
double aug_group_cap_overhead(const aug_problem *problem);
// The member in that world, and the cycles that its nests may take there: a whole number. What arrays add is
// left out of it; where they add it for each fold some nests take more than they may.
double aug_group_cap_world(const aug_problem *problem, const aug_group_load *most, aug_problem *world);
bool aug_group_cap_is_any(const aug_group_load *most);
// Nothing is wanted.
aug_group_load aug_group_cap_none(void);

#endif
