// What the walk (oracle.c) keeps: stores, their instances, and where it is.
#ifndef AUGER_TESTS_ORACLE_STATE_H
#define AUGER_TESTS_ORACLE_STATE_H

#include "oracle.h"

#include "word_set.h"

// A part of the iteration space.
typedef struct tile {
    aug_count start[AUG_PROBLEM_RANKS], extent[AUG_PROBLEM_RANKS];
} tile;

typedef struct instance {
    chunk *held;     // words that it keeps
    chunk *partial;  // outputs: words that it has a partial result of
    chunk *next;     // words that it keeps from the current step on
    chunk *moved;    // words on their way in the current step
    bool active;     // in the current step: its tile is not empty
    bool moves;      // takes part in the current transfer
    bool ever;       // was active at some time
    aug_count held_words;
    aug_count drained;
} instance;

typedef struct store {
    int node, memory, tensor;
    int parent;           // store that it fetches from; -1: none
    bool whole;           // refetches at every step
    int pars;             // par loops around it
    int count;            // instances
    instance *instances;
    int *read_group, *update_group; // by instance: equal where a transfer may be shared
} store;

typedef struct compute_unit {
    int pars, count;
    bool *active;          // by instance: in the current step
    tile *at;              // by instance: the point that it computes
    size_t *word;          // by instance: the word of the tensor looked at
    aug_count *operations; // by instance
    int innermost[AUG_PROBLEM_TENSORS]; // store that serves a tensor
    int *group[AUG_PROBLEM_TENSORS];    // inputs: of reads; output: of updates
} compute_unit;

enum { STORES = AUG_PROBLEM_MEMORIES * AUG_PROBLEM_TENSORS };

typedef struct walk {
    aug_arena *arena;
    const aug_problem *problem;
    const aug_mapping *mapping;
    oracle_counts *counts;
    aug_count extents[AUG_PROBLEM_TENSORS][AUG_PROBLEM_DIMS]; // of whole tensors
    size_t words[AUG_PROBLEM_TENSORS], chunks[AUG_PROBLEM_TENSORS];
    aug_count steps[AUG_MAPPING_NODES]; // of each loop, in the first and largest tile around it
    aug_count index[AUG_MAPPING_NODES]; // of each for loop, now
    int par_nodes[AUG_MAPPING_NODES], par_count;
    store stores[STORES];
    int store_count;
    compute_unit unit;
    bool moved; // contents changed since they were last weighed
} walk;

// The index of one par loop in the number of an instance that has `pars` par loops around it.
static inline aug_count par_index(const walk *w, int pars, int number, int par) {
    for (int inner = pars - 1; inner > par; inner--)
        number /= (int)w->steps[w->par_nodes[inner]];
    return (aug_count)number % w->steps[w->par_nodes[par]];
}

// Sizes of tensors, steps of loops, and every store and compute unit with its instances, before the first step.
void oracle_place(walk *w);

#endif
