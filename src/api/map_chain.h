// Which operators of a model hand on what they make, told by names: a tensor that one problem makes and another
// reads has one name in both, and no others have.
#ifndef AUG_API_MAP_CHAIN_H
#define AUG_API_MAP_CHAIN_H

#include "problem/problem.h"

// What a problem of a chain has to do with those before it.
typedef struct aug_map_link {
    int makers[AUG_PROBLEM_TENSORS]; // of each tensor the problem whose result it is; -1: it comes from memory
    int twin;                        // the problem whose inputs, but for weights, and ranks it has too; -1: none
} aug_map_link;

// Names the tensors and ranks of problems, which stand in their order, anew: Y[t,n] = norm(X[t,n], W[n]) and behind it
// Z[t,n] += A[t,k] * W[k,n] become Y[t,n] = norm(X[t,n], W[n]) and Z[t,n2] += Y[t,n] * W2[n,n2]. Links between
// tensors of other sizes do not count; of other formats they do, for each problem counts in its own.
void aug_map_chain_name(aug_arena *arena, aug_problem *const *problems, const aug_map_link *links, int count);

#endif
