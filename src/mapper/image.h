// Pairs of ranks and of tensors that can change places: A and B of a product with as many rows as columns.
//
// Z[m,n] += A[m,k] B[k,n] with m and n of one size stays what it is when m and n, A and B change places, if
// every memory and array treats A and B alike. Each nest then has an image of the same price and cycles, and one
// of the two is enough: that which has the first of a pair where they begin to differ. Loops of one gap, and
// stores that stand together, are in no order, so what is held against each other are sets of them.
//
// Example: `for m | A | for n | B Z` is `for n | B | for m | A Z`; the first one is searched.
#ifndef AUG_MAPPER_IMAGE_H
#define AUG_MAPPER_IMAGE_H

#include "mapper/shape.h"

// Whether a space of short tiles has an image; notes what changes places.
bool aug_image_find(aug_space *space);
// Whether a keeping is the one to search, or its own image. True where there is no image.
bool aug_image_takes_keeping(const aug_space *space, const aug_keeping *keeping);
// The same of a shape of a keeping that is searched.
bool aug_image_takes_shape(const aug_space *space, const aug_keeping *keeping, const aug_shape *shape);

#endif
