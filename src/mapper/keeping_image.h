// Ranks that change places together with tensors.
//
// Where two ranks have the same size and exchanging them makes one input another one, with the same bits and
// prices everywhere, a nest has an image of the same cost: Z[m,n] += A[m,k] B[k,n] with m and n of one size is
// itself with m for n and A for B. What memories keep in the image is what they keep with A for B, so of two
// such choices one is enough.
//
// Example: `buffer A Z, register B` and `buffer B Z, register A` are images; `buffer Z, register A B` is its own.
#ifndef AUG_MAPPER_KEEPING_IMAGE_H
#define AUG_MAPPER_KEEPING_IMAGE_H

#include "mapper/keeping.h"

// The tensor that each becomes when two ranks are exchanged. False where that is another problem.
bool aug_keeping_image_find(const aug_space *space, int rank, int other, int *image);
// Leaves one of the choices that are images of each other, the first one.
void aug_keeping_images_drop(const aug_space *space, aug_keepings *keepings);

#endif
