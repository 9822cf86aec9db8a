// Random machines, densities and nests of A[m,k] B[k,n] Z[m,n] with zeros, as text in the ground's arena.
#ifndef AUGER_TESTS_SPARSE_ORACLE_RANDOM_H
#define AUGER_TESTS_SPARSE_ORACLE_RANDOM_H

#include "support/testing.h"

#include "base/random.h"

enum { RANKS = 3, TENSORS = 3 };

// Two memories, an array of 8 x 8, registers; each memory with formats and rules of its own.
const char *sparse_random_machine(aug_random *random, test_ground *ground);
// What a tensor's zeros follow; `sizes` of m, n and k.
const char *sparse_random_density(aug_random *random, int tensor, const int *sizes);
// A nest whose tiles divide.
const char *sparse_random_nest(aug_random *random, test_ground *ground, const int *sizes);

#endif
