// The part of one tensor that goes with one access to another.
//
// While a tile of the follower stays in a memory, the loops inside of it walk through a tile of the leader. Where that holds
// no non-zero, the follower's tile is not needed. Nest: dram[A B] for k:8 for m:1 buffer[B] for n ..., B[k,n] follows A[m,k]:
// a tile of B (8 values of k) stays for all m, since m does not index B, so its leader is A[all m, 8 k]. Loops in space that
// do not index the follower count too where they share one read: it is needed if any of the children needs it.
//
// Compute keeps nothing: each of its operations reads one word of each operand, so leaders of the innermost reads are single
// words, one per child that shares the read.
#ifndef AUG_COST_SPARSE_LEADER_H
#define AUG_COST_SPARSE_LEADER_H

#include "mapping/mapping.h"
#include "machine/sparse_design.h"
#include "workload/density.h"

// A mapping by tensor: nodes that store it, from the outside in.
typedef struct aug_sparse_nest {
    const aug_problem *problem;
    const aug_mapping *mapping;
    const aug_sparse_design *design; // never NULL
    int store_count[AUG_PROBLEM_TENSORS];
    int stores[AUG_PROBLEM_TENSORS][AUG_PROBLEM_MEMORIES];
} aug_sparse_nest;

void aug_sparse_nest_init(aug_sparse_nest *nest, const aug_problem *problem, const aug_mapping *mapping, const aug_sparse_design *design);
// Index into stores of the innermost store of a tensor in a memory or outside of it; -1: none.
int aug_sparse_store(const aug_sparse_nest *nest, int tensor, int memory);

// A tile of a tensor for extents of all ranks.
aug_tile_shape aug_sparse_tile(const aug_problem *problem, int tensor, const aug_count *extents);
// Chance that a tile holds no non-zero; 0 for a dense tensor.
double aug_sparse_empty(const aug_sparse_nest *nest, int tensor, const aug_tile_shape *tile);
// Non-zero share of a tensor.
double aug_sparse_share(const aug_problem *problem, int tensor);

// Chance that what of `leader` goes with one access to `tensor` in its store `store` is empty. Where tiles differ in size, the
// mean over all accesses. `words` receives those of the largest such tile.
double aug_leader_empty(const aug_sparse_nest *nest, int tensor, int store, int leader, double *words);

#endif
