// Ways to fill the last array that may come to something, known before anything stands.
//
// What compute takes through the last array depends on the way to fill it alone: each operand is read once by
// all that share it, whatever loops in time there are. So when the search of a keeping begins, all ways are
// priced once, with least prices of all else, and those that are out of reach are struck out. Loops in time
// then only decide which of the rest still divide what is left of the ranks: the cheapest of them is a bound
// of compute at any time before the array is crossed, found in a few words of bits (way_bound.h).
//
// A way decides on what the memory inside of the array takes of a window, too: each cell reads all that its
// points touch at least once, whatever loops in time there are, and neighbours have a part of it in common.
// I[p+r], p 28 in 4 parts, r 3: 7 + 2 words for each of 4 cells, 36 of 30.
//
// Example: 16 x 16 cells and a convolution of 28 x 28 pixels. If only ways with 7 of p or q are cheap enough,
// the first loop that leaves neither of them a multiple of 7 ends a branch.
#ifndef AUG_MAPPER_ARRAY_WAYS_H
#define AUG_MAPPER_ARRAY_WAYS_H

#include "mapper/spread.h"

// What compute reads or writes of one tensor, as far as ways decide on it.
typedef struct aug_way_operand {
    bool through;    // the array
    bool down, up;   // which shares the reads, the sums
    aug_count outer; // steps in space of arrays between its memory and this one, all of which may share
    aug_count apart; // instances of all arrays outside, or of all where it does not pass
    aug_count read;  // price of a word
} aug_way_operand;

typedef struct aug_array_ways {
    const aug_spreads *spreads;
    int count, words;                  // of interest, the cheapest first; words of bits of them
    int *way;                          // of spreads
    aug_wide *price;                   // of the edges into compute, at least
    aug_wide *fills;                   // of the edges into `inner`, at least; 0 where there is none
    aug_wide *fills_from;              // the least of this way's and those of all after it
    uint64_t *fits[AUG_PROBLEM_RANKS]; // class · most words: ways whose steps divide what is left of the rank
    uint64_t *whole[AUG_PROBLEM_RANKS]; // the same: whose steps are what is left of the rank
    uint64_t *mask;                    // of all ways, those of interest
    double *estimates;
    aug_way_operand operands[AUG_PROBLEM_TENSORS];
    bool counted; // no way writes more sums first than there are operations
    int inner;    // the one memory inside of the array that keeps anything; -1: none, or several
} aug_array_ways;

// Room for the ways of an array.
void aug_array_ways_init(aug_arena *arena, const aug_space *space, const aug_spreads *spreads,
                         aug_array_ways *ways);

typedef struct aug_array_interest {
    const void *of;
    // Energy that a nest with so many steps in space has to stay below.
    double (*limit)(const void *of, double steps);
    // That of one with this price of compute, at least; `inner`: ways->inner, or -1, and what its edges take.
    double (*whole)(const void *of, aug_wide compute, int inner, aug_wide fills);
} aug_array_interest;

// The ways that are of interest. False where that is not known: operands that pass other arrays of which it
// is not told who shares them, or too many of them.
bool aug_array_ways_find(const aug_space *space, const aug_keeping *keeping, double others,
                         const aug_array_interest *interest, aug_array_ways *ways);

#endif
