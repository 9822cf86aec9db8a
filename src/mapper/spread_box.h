// Steps in space that may come to something, whatever else a nest does.
//
// What compute takes through the last array, and how many cycles it needs, is bounded by the steps of all
// loops in space alone, and few of them are near what is known. They are the same for all shapes of a
// keeping, so boxes that hold all of these are found once, and shapes are cut from there.
//
// Example: GEMM 4096^3 on 4 x 128 x 128 units, each of which reads its operands from outside of the array. Of
// 71,988 ways to use 95 % of the units and more 18 can have a product of energy and cycles below that of the
// best one, 4 x (32 x 16 x 32) among them.
#ifndef AUG_MAPPER_SPREAD_BOX_H
#define AUG_MAPPER_SPREAD_BOX_H

#include "mapper/shape_box.h"

enum { AUG_SPREAD_BOXES = 1024, AUG_SPREAD_LOOPS = 12 };

typedef struct aug_spread_box {
    aug_count least[AUG_SPREAD_LOOPS], most[AUG_SPREAD_LOOPS]; // steps of loops in space, from the outside in
    double cycles;                                             // at least
} aug_spread_box;

typedef struct aug_spread_cover {
    int count;
    aug_spread_box at[AUG_SPREAD_BOXES]; // the fewest cycles first
} aug_spread_cover;

// Energies from here on are not wanted of nests that take so many cycles; 0: none is.
typedef aug_wide aug_spread_limit(const void *context, double cycles);

// `terms`: of any shape of the keeping. False where there are too many loops to tell. Adds its nodes to
// `nodes`.
bool aug_spread_cover_find(const aug_shape_terms *terms, aug_spread_limit *limit, const void *context,
                           aug_spread_cover *cover, uint64_t *nodes);
// Narrows all tiles of a shape to those of the steps. False where nothing is left.
bool aug_spread_box_apply(const aug_spread_box *spread, const aug_shape_terms *terms, aug_box *box);

#endif
