// Loops in space, in every order that can make a difference: along different groups of axes, and along one axis.
//
// A search crosses the groups of an array one after the other. Where a rank goes along two of them, either
// can take the outer steps. That counts if the rank slides a tensor (neighbours share words along a diagonal
// only if both loops step by as much) or its last tile is short. Two ranks may need the groups in different
// orders: A[p+2*r] whose reads x does not share, p and r 3 in 2 steps along each of x and y, meets itself most
// often as
//
//     par y p:2 par x p:1 par x r:2 par y r:1
//
// so the order of each rank is its own. Loops over different ranks along different groups commute, and stand
// as they came.
//
// Of several ranks along one axis the inner one takes the neighbours. Where words pay for their way along the
// array, it counts which (cost/network.h):
//
//     Z[k] += A[k,m], k and m along x in 2 each: with m inside, the sums of k 0 come from places 0 and 1, else
//     from 0 and 2
#ifndef AUG_MAPPER_AXIS_ORDER_H
#define AUG_MAPPER_AXIS_ORDER_H

#include "mapper/frame.h"

// Calls `take` with the path as it is, then with every other order.
void aug_axis_orders(const aug_space *space, const aug_item *path, int count,
                     void (*take)(void *context, const aug_item *path), void *context);

#endif
