// A lower bound of the price in a box that knows of room: a larger tile of one tensor is a smaller one of
// another.
//
// Logarithms of counts and steps are the variables of a convex program (convex_bound.h). Its terms are those
// of the shape, its limits the room of memories, with tiles of a rank's size divided by their number, its
// lines the axes of arrays and the order of tiles.
#ifndef AUG_MAPPER_SHAPE_PROGRAM_H
#define AUG_MAPPER_SHAPE_PROGRAM_H

#include "mapper/shape_box.h"

// Where a bound is met: logarithms of counts of loops, and of steps. Negative: not known.
typedef struct aug_box_point {
    double tiles[AUG_SHAPE_ITEMS], steps[AUG_SHAPE_ITEMS];
} aug_box_point;

// `enough`: a price that is as good as any higher one. `at`: where to look first, then where the least is.
// Adds the steps of the method to `steps`.
aug_wide aug_box_bound(const aug_shape_terms *terms, const aug_box *box, aug_wide enough, aug_box_point *at,
                       uint64_t *steps);
// How much of the price depends on the tiles of each loop, and on its steps.
void aug_shape_weights(const aug_shape_terms *terms, const aug_box *box, const aug_box_point *at,
                       aug_box_point *weights);

#endif
