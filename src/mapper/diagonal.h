// Children on the diagonals of a window.
//
// Loops in space over several ranks of one index give neighbours on a diagonal the same words, and one read
// of the parent serves them. All children of a step hold boxes of one size that have moved by the same way
// since the step before, so two fetch the same set only if their boxes begin at the same place. Along one
// dimension the places are sums of one multiple of a tile for each rank, and of k sets of integers with n1,
// .. nk members there are at least
//
//     n1 + .. + nk - (k - 1)
//
// different sums; dimensions that share no rank multiply. Short tiles differ in size: then all but the
// longest of the loops may be shared.
//
// Example: I[p+r], 12 cells with p in 4 parts and r in 3: at least 4 + 3 - 1 = 6 different children, and no
// more where the parts of both are single words: a row-stationary array. Parts of 14 words of p never meet.
#ifndef AUG_MAPPER_DIAGONAL_H
#define AUG_MAPPER_DIAGONAL_H

#include "mapper/frame.h"

// What is known of pairs of steps, for many of them; begins with zeros.
typedef struct aug_diagonal_cache {
    struct {
        aug_count one, other, different; // 0: nothing
        const aug_problem_term *terms[2];
    } at[256];
} aug_diagonal_cache;

// Different children of a parent, at least, of `steps` along each rank that slides the tensor, one loop over each. Of
// two loops a and b apart, whose tiles are any that divide, the least over tiles counts: 2 p + r, p in 7 and r in 3
// words, shares no more than 15 of 21, though 9 sums could do. `cache` may be NULL.
aug_count aug_diagonal_different(const aug_space *space, int tensor, const aug_count *steps,
                                 aug_diagonal_cache *cache);

// The same for the loops in space below the last store of a tensor that share its reads; `all`: how many
// children there are. Where two loops make a diagonal and their tiles are known the number is exact.
aug_count aug_diagonal_of_path(const aug_space *space, const aug_keeping *keeping, int tensor,
                               const aug_item *path, const aug_frame *frame, aug_count *all);

// The same, at least, where it is not known which of the loops in time over a rank, `tiles` of them together,
// stand inside of those in space; `extents`: of the tiles below all of them.
aug_count aug_diagonal_at_least(const aug_space *space, const aug_keeping *keeping, int tensor,
                                const aug_item *path, const aug_frame *frame, const aug_count *extents,
                                const aug_count *tiles);

// Steps of these loops along each rank. False where children may differ in size.
bool aug_diagonal_steps(const aug_space *space, const aug_keeping *keeping, int tensor, const aug_item *path,
                        const aug_frame *frame, aug_count *steps);

#endif
