// All ways to spread ranks over the array below a segment, with a quick look at what each can come to.
//
// For tiles that divide, the steps along an array are divisors of the sizes, so all ways are listed once: for
// 16 x 16 cells and three ranks of powers of two there are 165. Which of them divide what is left of the
// ranks is a bit each. The price of the edges that the array changes is a sum of a few products of the copies
// that each way makes, so many ways are looked at in the time of one node.
#ifndef AUG_MAPPER_SPREAD_H
#define AUG_MAPPER_SPREAD_H

#include "mapper/incumbent.h"
#include "mapper/frame.h"

enum { AUG_SPREADS = 16384 }; // at most

typedef struct aug_spread {
    aug_count steps[AUG_PROBLEM_RANKS];
    aug_count all; // product
} aug_spread;

// Shares of children that loops in space further out slide, too, as they were asked for last.
typedef struct aug_slid_shares {
    double *shares[AUG_PROBLEM_TENSORS];
    const aug_spread *of[AUG_PROBLEM_TENSORS];               // the ways; NULL: nothing is known
    aug_count outer[AUG_PROBLEM_TENSORS][AUG_PROBLEM_RANKS]; // steps further out
    bool known[AUG_PROBLEM_TENSORS][AUG_SPREADS / 64 + 1];   // of each 64 ways
} aug_slid_shares;

typedef struct aug_spreads {
    int count, words;
    const aug_spread *at;                         // the most steps first
    const double *copies[AUG_PROBLEM_TENSORS];    // of each way: steps that do not move the tensor
    const double *reads[2][AUG_PROBLEM_TENSORS];  // 1 / copies: what is left of each read where one is shared;
                                                  // of windows, the same with diagonals
    const double *diagonals[AUG_PROBLEM_TENSORS]; // NULL, or steps that slide the tensor
    const double *all;
    const uint64_t
        *fits[AUG_PROBLEM_RANKS]; // class · words: ways whose steps divide what is left of the rank
    const uint64_t *whole[AUG_PROBLEM_RANKS]; // the same: are what is left of it
    int group;                    // the one group of axes of the array
    const double *steps[AUG_PROBLEM_RANKS]; // of each way along a rank that slides a tensor; else NULL
    aug_slid_shares *slid; // room
    double *prices;               // room for those of each way
    uint64_t *fitting; // room: ways that are looked at; all to begin with
    int *order;
} aug_spreads;

// The ways of the array below a segment. False where they have to be tried one by one: groups of axes that
// differ, tiles that do not divide, too many ways.
bool aug_spreads_init(aug_arena *arena, const aug_space *space, int segment, aug_spreads *spreads);

// What the edges across the array cost: fixed + max(least_fills, sum of fills · copies + still) +
// max(least_operands, sum of operands / copies + idle). The first sum is about stores inside, the second
// about operands of compute.
typedef struct aug_spread_price {
    double fixed, still, idle, least_fills, least_operands;
    double fills[AUG_PROBLEM_TENSORS], operands[AUG_PROBLEM_TENSORS];
    double downs[AUG_PROBLEM_TENSORS]; // part of the first sum: what diagonals may share
    bool slid[AUG_PROBLEM_TENSORS];    // loops in space further out slide it too: the diagonals may be theirs
    const double *shares[AUG_PROBLEM_TENSORS]; // of operands, where those further out are known; else NULL
} aug_spread_price;

// How many children of a tensor's store may come of one read for each way that is looked at, with `outer` steps along each
// rank further out; in the spreads' own room.
const double *aug_spreads_slide(const aug_spreads *spreads, const aug_space *space, int tensor,
                                const aug_count *outer);

// Prices of all ways into `prices` (those that do not fit included).
void aug_spreads_price(const aug_spreads *spreads, int tensors, const aug_spread_price *price,
                       double *prices);
// The same for ways 64 · word and up to 63 after it.
void aug_spreads_price_word(const aug_spreads *spreads, int tensors, const aug_spread_price *price, int word,
                            double *prices);
// Whether any of the 64 ways of a word has a price below the limit.
bool aug_spreads_any_below(const aug_spreads *spreads, int word, double limit);
// Of ways that fit those that leave one point of each of these ranks.
void aug_spreads_using_up(const aug_spreads *spreads, const aug_space *space, const int *cut, unsigned ranks,
                          uint64_t *fits);
// Whether way `index` divides what is left.
static inline bool aug_spreads_fit(const aug_spreads *spreads, const uint64_t *fits, int index) {
    (void)spreads;
    return fits[index / 64] >> (index % 64) & 1;
}
// The ways that divide what a frame leaves of each rank, as bits; `fits` has spreads->words of them.
void aug_spreads_fitting(const aug_spreads *spreads, const aug_space *space, const int *cut, uint64_t *fits);

#endif
