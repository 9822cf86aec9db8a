// An independent count of what a mapping costs: it walks.
//
// Every loop of the nest is executed, one iteration after the other, and every word that an instance of a memory holds
// is a bit of a set. Nothing is multiplied, nothing is derived: a count is what was seen while walking. It is slow and
// fit for problems of some thousand operations; src/cost has to agree with it to the last word.
//
// What a reader has to believe, all in oracle.c:
//   tile_at       which part of the iteration space stands at a node, for indices of the loops around it
//   box_of        the words of a tensor that a tile touches, gaps included
//   store_step    what an instance sends up, what it fetches, and who shares a transfer
//   compute_step  what an operation reads and updates
#ifndef AUGER_TESTS_ORACLE_H
#define AUGER_TESTS_ORACLE_H

#include "base/arena.h"
#include "cost/cost.h"

// A tensor in a memory; totals over instances.
typedef struct oracle_holding {
    bool kept;
    aug_count tile_words;              // most words that one instance held
    aug_count instances;               // that ever held any
    aug_count words[AUG_FLOW_COUNT];
    aug_count actions[AUG_FLOW_COUNT]; // of `block` words, rounded up per instance
    aug_count drain_words;             // part of the reads
} oracle_holding;

// What one instance did with one tensor.
typedef struct oracle_share {
    aug_count words[AUG_FLOW_COUNT];
} oracle_share;

typedef struct oracle_memory {
    bool used;
    int instance_count;     // places that the nest has for instances
    aug_count instances;    // that ever held anything
    aug_count switches;     // places of the memory at `gated_at` with such an instance under them; 0 where there is none
    double occupancy_bits;  // most that one instance held at one time, buffers included
    oracle_holding tensors[AUG_PROBLEM_TENSORS];
    oracle_share *shares[AUG_PROBLEM_TENSORS]; // by instance; NULL where the tensor is not kept
} oracle_memory;

typedef struct oracle_counts {
    oracle_memory memories[AUG_PROBLEM_MEMORIES];
    aug_count operations;
    aug_count busiest_operations; // of one compute instance
    aug_count compute_instances;  // that did any
} oracle_counts;

// Walks the mapping, which has passed aug_mapping_check. Memory comes from the arena.
void oracle_walk(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping, oracle_counts *counts);

// Bits that one instance moved in some flows (a set of 1 << aug_flow_kind), all tensors together.
double oracle_moved_bits(const aug_problem *problem, const oracle_counts *counts, int memory, int instance, unsigned flows);

#endif
