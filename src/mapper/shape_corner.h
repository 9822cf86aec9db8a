// The least price in a box: every count above the line as small, every one below it as large as it can be.
//
// In whole numbers, so that ties with what is known are seen. What may stay in place in short tails
// (ragged_words in frame.c) is taken off, at most.
#ifndef AUG_MAPPER_SHAPE_CORNER_H
#define AUG_MAPPER_SHAPE_CORNER_H

#include "mapper/shape_box.h"

// The part of a tensor's words that may stay in place when its innermost loop in time comes again (see
// ragged_words in frame.c): no more than 1 / (c - behind) of them, c tiles of that loop and at least `fewest`,
// or else `part` whatever there are.
typedef struct aug_unsure {
    double part; // in the box
    bool falls;  // with the count of the loop
    double fewest, behind;
} aug_unsure;

static inline double aug_unsure_at(const aug_unsure *of, double count) {
    return of->falls ? 1.0 / (fmax(count, of->fewest) - of->behind) : of->part;
}

aug_unsure aug_box_unsure(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term);
// The part of a term that is sure in spite of steps in space behind a loop in time over the same rank that
// leaves the tensor in place: in the short tile of the loops further out fewer may be in use.
double aug_box_sure_steps(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term);
// Copies for each time that words come, at most: so much of a term comes for the first time.
double aug_box_most_first(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term);
// Whether in the last of the tiles around a loop in space more than one of its tiles is left: then that one
// takes as long as the others.
bool aug_box_fills_last(const aug_shape_terms *terms, const aug_box *box, int item);
// Results that compute does not read again, for they are there for the first time, at most.
aug_wide aug_box_most_results(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term);
// A lower bound of the price of all nests of a box.
aug_wide aug_box_corner(const aug_shape_terms *terms, const aug_box *box);
// And of their cycles.
double aug_box_cycles(const aug_shape_terms *terms, const aug_box *box);
// A loop that may have two steps or more, where two alone leave most of a tensor in place; -1: none.
int aug_box_two_steps(const aug_shape_terms *terms, const aug_box *box);

#endif
