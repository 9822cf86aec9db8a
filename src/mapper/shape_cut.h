// Where a box is cut, and into what.
//
// The count or the steps that much of the price depends on, and that the bound would like between two whole
// numbers, become the nearest one, less, or more: m would be best in 3.4 tiles, so 3; 1 and 2; 4 and more.
#ifndef AUG_MAPPER_SHAPE_CUT_H
#define AUG_MAPPER_SHAPE_CUT_H

#include "mapper/shape_program.h"

enum { AUG_BOX_PARTS = 3 };

// Parts of a box whose bound is met at `at`, the most promising first, and how many. `in_space`: loops in
// space first, for they decide on cycles. `depth`: cuts so far.
int aug_box_cut(const aug_shape_terms *terms, const aug_box *box, const aug_box_point *at, bool in_space,
                int depth, aug_box parts[AUG_BOX_PARTS]);
// Apart from others a loop of two steps, where they leave much in place, or one in space whose last tile may
// stand alone; 0: there is none.
int aug_box_cut_apart(const aug_shape_terms *terms, const aug_box *box, aug_box parts[AUG_BOX_PARTS]);
// Whether nothing is left to cut.
bool aug_box_is_nest(const aug_shape_terms *terms, const aug_box *box);

#endif
