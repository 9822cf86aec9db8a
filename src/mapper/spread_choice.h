// Of all ways to fill an array those that may come to something, as a list of its own.
//
// When the search of a keeping begins most ways are struck out (array_ways.h): of 7,085 ways to fill 128 x
// 128 cells with a convolution five are left. All ways are looked at in words of 64, so those that are left,
// 300 at most and wide apart, are put side by side, in the same order.
#ifndef AUG_MAPPER_SPREAD_CHOICE_H
#define AUG_MAPPER_SPREAD_CHOICE_H

#include "mapper/spread.h"

enum { AUG_SPREAD_CHOICE = 1024 }; // ways at most

typedef struct aug_spread_choice {
    aug_spreads list; // count 0: all ways
    int *way;         // of all
    aug_spread *at;
    double *all, *copies[AUG_PROBLEM_TENSORS], *reads[2][AUG_PROBLEM_TENSORS],
        *diagonals[AUG_PROBLEM_TENSORS], *steps[AUG_PROBLEM_RANKS];
    uint64_t *fits[AUG_PROBLEM_RANKS], *whole[AUG_PROBLEM_RANKS];
} aug_spread_choice;

// Room for ways of a list.
void aug_spread_choice_init(aug_arena *arena, const aug_space *space, const aug_spreads *all,
                            aug_spread_choice *choice);
// The ways of `mask`. None is chosen where there are too many of them. Prices have the room of `all`.
void aug_spread_choice_take(const aug_space *space, const aug_spreads *all, const uint64_t *mask,
                            aug_spread_choice *choice);
// Gives a list the room for prices that another one of the same array has, at least as long.
void aug_spreads_lend(const aug_spreads *from, aug_spreads *to);

#endif
