// Short tiles: the price of one part of all nests of a keeping, at least.
//
// As shape_search.h, of the shapes of the part alone: of compute the steps in space, of a memory its tiles and
// the loops above it. What is found is less than the least price by no more than a part of 1024, or, where that
// takes long, as much as bounds tell.
//
// Example: two axes of 16 for m and n that share reads, 1 / m + 1 / n words for each operation: 2 / 16; for m, n
// and k no less than with steps of 6, 6 and 7, for 6.35 of each are none.
#ifndef AUG_MAPPER_SHAPE_FLOOR_H
#define AUG_MAPPER_SHAPE_FLOOR_H

#include "mapper/shape.h"

// The price of the edges of a part (keeping->only), at least; no more than `cutoff` is looked for. After
// `node_limit` nodes it looks no closer.
aug_wide aug_shapes_floor(aug_search *search, const aug_keeping *keeping, aug_wide cutoff,
                          uint64_t node_limit);

#endif
