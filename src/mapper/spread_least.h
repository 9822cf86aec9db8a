// The fewest cycles that compute can take with whole numbers of steps in space.
//
// A rank of n that takes s steps in space takes ceil(n / s) or more in time, whatever its tiles, and s is a product of
// whole numbers, one along each axis, which all ranks share:
//
//     points >= product over ranks of ceil(n_r / s_r),   s_r = product over axes of s_ra,   product over r of s_ra <= fan_a
//
// Example: 2003 x 1009 x 4099 on 16 x 16 units are 32,360,116 points each if all of them always had work. The best
// whole numbers are 4, 4 and 16, 501 * 253 * 257 = 32,575,521 (spread_least_test.c).
#ifndef AUG_MAPPER_SPREAD_LEAST_H
#define AUG_MAPPER_SPREAD_LEAST_H

#include "mapper/map_space.h"

// Cycles that no nest is below, for short tiles without windows; `idle`: arrays left out (keeping.h). 0 where there are
// too many ways to tell.
double aug_spread_least_cycles(const aug_space *space, unsigned idle);

#endif
