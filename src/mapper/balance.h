// One mapping of each of many einsums for both its time and its energy, in bounded work.
//
// What is wanted is the least product of energy and cycles; cycles alone where the machine states no
// energies. Three searches, each by all problems at once, the next one for what the last has not proven:
//
//     1. least energy. Its cycles are the fewest there can be: nothing is better in either, and it is proven.
//     2. least product among plain keepings, where what was found is far above the bound: each memory keeps
//        all tensors or none. A search that is stopped in the whole space may have met poor nests only; these
//        few are searched far deeper with the same number of nodes.
//     3. a product below what was found, in the whole space. There is none: proven.
//
// A decode step's product of 1 x 4096 x 6144 ends with 1: it reads its weights once and is as fast as the
// memory. A prompt's product of 2048 tokens on a machine with two arrays ends with 3, proven or with a bound.
#ifndef AUG_MAPPER_BALANCE_H
#define AUG_MAPPER_BALANCE_H

#include "mapper/mapper.h"

typedef struct aug_balance_options {
    int threads;
    uint64_t node_limit; // of each search
    const char *cache;   // a folder (mapping_cache.h); NULL: none
    aug_progress *progress;
} aug_balance_options;

typedef struct aug_balanced {
    bool found;
    bool proven; // nothing has a smaller product (fewer cycles)
    aug_mapper_point point;
    double gap;      // of the product (of the cycles): 1 - bound / value; 0 where proven
    const char *why; // not found: a sentence
} aug_balanced;

// Tiles divide the ones around them. Problems are such that aug_mapper_can_search and aug_problem_unit take
// them.
void aug_balance_run(aug_arena *arena, const aug_problem *const *problems, int count,
                     const aug_balance_options *options, aug_balanced *answers);

// Cycles that no mapping is below: the unit's, and those in which each tensor comes from its outermost
// memory, or goes there, once.
double aug_balance_least_cycles(const aug_problem *problem);

#endif
