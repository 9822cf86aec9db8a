// What a way to fill the last array decides on, before the array is crossed.
//
// `array_ways` knows what compute takes through the last array, for each way that is of interest. A way decides
// on more: the stores inside of the array are filled once for each copy that it makes of a tensor, tiles of
// stores that are declared have to fit there, and sums that arrays further out did not copy are written first
// fewer times than there are cells. So each way that divides what is left is priced with all of that, and the
// least is a bound of both together:
//
//     least over ways of  max(compute, its floor) + max(stores + fills · (copies - 1), their floor)
//
// Example: 16 cells, 1000 pJ of compute by k 16, 1200 by p 16, and B[k,n] in registers, 10 pJ to fill them
// once. Along k nothing is copied, along p 16 times: 1010 or 1360 pJ. If 16 parts of k are too long for a
// register that has to hold what stands outside, 1360 is left.
#ifndef AUG_MAPPER_WAY_BOUND_H
#define AUG_MAPPER_WAY_BOUND_H

#include "mapper/array_ways.h"
#include "mapper/bound.h"

// Raises the price of compute, and of the memory inside of the last array, where the keeping knows its ways and
// the array is to come. `sum` holds prices with what stands, and what it costs to fill that memory.
void aug_way_bound(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame, int next_group,
                   aug_rest *sum);

#endif
