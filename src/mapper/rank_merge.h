// Ranks that are alike, as one.
//
// Two ranks that are indices of the same tensors, each by itself, do the same to every tile: heads and
// positions of attention scores S[h,p,m] += Q[h,p,d] * K[m,d], pixels of a 1x1 convolution, all ranks of a
// map. Where tiles divide, cutting one rank of the product of their sizes is all that cutting both can do:
// every divisor of 4 · 2048 is one of 4 times one of 2048, and so is every chain of divisors. So the search
// has one rank less, and the nest that it finds becomes one of the ranks that there are.
//
//     h 4, p 2048 as hp 8192: `for hp:16` has 512 steps: `for h:1 for p:16`
#ifndef AUG_MAPPER_RANK_MERGE_H
#define AUG_MAPPER_RANK_MERGE_H

#include "mapper/mapper.h"

typedef struct aug_rank_merge {
    const aug_problem *whole; // as it was
    aug_problem problem;      // with ranks merged
    aug_restriction restriction;
    aug_mapper_options options;  // of a search of `problem`
    int into[AUG_PROBLEM_RANKS]; // of each rank of `whole`, the one of `problem`
} aug_rank_merge;

// False where no ranks are alike, or where it counts in which order their loops stand: tiles that need not
// divide, a prefix, a restriction of order or tiles, words that pay for routers or for their way along two axes.
bool aug_rank_merge_init(const aug_problem *problem, const aug_mapper_options *options,
                         aug_rank_merge *merge);
// The mapping in the ranks of `whole`. False where it has too many nodes.
bool aug_rank_merge_undo(const aug_rank_merge *merge, const aug_mapping *merged, aug_mapping *mapping);

#endif
