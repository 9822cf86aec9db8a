// Ranks that can change places.
//
// A convolution of square images and filters is the same problem with rows and columns exchanged: p with q
// and r with s at once, where both have the same sizes and steps and every tensor has an index for each. Then
// every nest has a twin of the same cost, and one of the two is enough: that in which the first loop over any
// of these ranks is over the first one of its pair.
#ifndef AUG_MAPPER_MIRROR_H
#define AUG_MAPPER_MIRROR_H

#include "problem/problem.h"

// twin[r]: the rank that changes places with r; r itself: none does. All of them at once. False where no two
// indices of a tensor can be exchanged.
bool aug_mirror_find(const aug_problem *problem, int *twin);

#endif
