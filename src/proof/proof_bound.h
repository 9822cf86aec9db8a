// What a node of the tree has decided (proof_tree.c), and the least that every mapping below it costs.
#ifndef AUG_PROOF_PROOF_BOUND_H
#define AUG_PROOF_PROOF_BOUND_H

#include "proof/proof_tree.h"

enum { AUG_PROOF_LOOPS = 56 }; // of two steps and more: an einsum has less than 2^56 points

typedef struct aug_proof_loop {
    int rank;
    aug_count steps;
} aug_proof_loop;

typedef struct aug_proof_partial {
    unsigned kept[AUG_PROBLEM_MEMORIES];
    aug_count spread[AUG_PROBLEM_ARRAYS][AUG_PROBLEM_RANKS];
    int arrays;                         // that are decided
    aug_count count[AUG_PROBLEM_RANKS]; // tiles in time of each rank
    unsigned placed[AUG_PROBLEM_MEMORIES];
    aug_count repeats[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS]; // steps of ranks that do not move the store
    aug_count tile[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS];    // words, at least
    int memory, tensor;                                           // store that came last; memory -1: none
    unsigned grown;                                               // ranks that grew at it
    unsigned banned;                                              // ranks that could not
    int only;                                                     // memory whose stores alone count; -1: all
    unsigned windows; // ranks whose loops have an order here: windows that are still to come
    unsigned common;  // ranks that all tensors with such windows have
    int loop_count;   // in time: of each store those over windows, in their order, then the others
    aug_proof_loop loops[AUG_PROOF_LOOPS];
    aug_count fetched[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS]; // words of windows; 0: not known yet
    aug_wide floors[AUG_PROBLEM_MEMORIES];
} aug_proof_partial;

typedef struct aug_proof_value {
    bool fits;
    aug_wide price, parts[AUG_PROBLEM_MEMORIES]; // of all; of the edges into a memory
    aug_count words[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS][AUG_FLOW_COUNT]; // of an instance
    double cycles;
} aug_proof_value;

// Whether a rank stands in an index of a tensor.
static inline bool aug_proof_moves(const aug_proof *proof, int tensor, int rank) {
    return proof->problem->tensors[tensor].ranks >> rank & 1;
}

// Arrays around a memory.
int aug_proof_arrays_above(const aug_proof *proof, int memory);
// Steps in space of a rank along arrays from .. to - 1.
aug_count aug_proof_spread(const aug_proof_partial *at, int rank, int from, int to);
// Steps in time, so far, of the ranks that do not move a store.
aug_count aug_proof_repeats(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor);
// Words that a store keeps at least; of one that is not placed its part of what stands side by side inside of
// it.
aug_count aug_proof_tile(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor);
// What is decided counts, all else at its least.
void aug_proof_bound(const aug_proof *proof, const aug_proof_partial *at, aug_proof_value *v);

#endif
