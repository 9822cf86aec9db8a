// Loops in space along different groups of axes, in every order that can make a difference.
//
// A search crosses the groups of an array one after the other. Where a rank goes along two of them, either
// can take the outer steps. That counts if the rank slides a tensor (neighbours share words along a diagonal
// only if both loops step by as much) or its last tile is short.
//
//     r of 4 along x in 2 and along y in 2: `par x r:2 par y r:1` or `par y r:2 par x r:1`
#ifndef AUG_MAPPER_AXIS_ORDER_H
#define AUG_MAPPER_AXIS_ORDER_H

#include "mapper/frame.h"

// Calls `take` with the path as it is, then with every other order.
void aug_axis_orders(const aug_space *space, const aug_item *path, int count,
                     void (*take)(void *context, const aug_item *path), void *context);

#endif
