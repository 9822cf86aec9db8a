// Words of tiles that slide, where tiles divide and no rank stands in two indices.
//
// An instance fetches what a step needs and the one before did not hold. With all loops known that is a sum
// of boxes less what neighbouring steps have in common (`aug_window_words`). Where they are not all known:
//
// - a store further in touches in every step of the loops known so far all words of the box here, and holds
// no
//   more of the step before than the two have in common, nor more than its memory has room for;
// - a floor of one memory knows how often tiles come by, not in which order. The innermost loop that moves
// the
//   tensor does so for n steps, T / n times, T the product of all counts. Steps along one rank x bring
//   `fresh` words: the box less what two of them have in common. Where no other rank moves that index in time
//   a tile is never the same twice in a row, so what comes after each n brings as many. Hence T · fresh at
//   least, or (n - 1) / n of it with the least n that divides the count of x, for the x with the least of it;
// - whatever the order, m points of one rank and n of another touch m + n - 1 words of their index. Where the n
//   are neighbours and steps of the m are a words, each of the m but one adds min(a, n).
//
// Example: I[p + r], tiles of 2 along p and 3 along r, 8 steps of p: boxes of 4 words of which 2 are new, 18
// words in all, 16 and more by the second rule. With two steps of r as well 16 steps, half of which bring 2
// words or more: 16 and more.
#ifndef AUG_MAPPER_WINDOW_WORDS_H
#define AUG_MAPPER_WINDOW_WORDS_H

#include "mapper/frame.h"

// Of one instance, with the loops of a path, behind those of the prefix, and tiles of `extents`; of each step
// no more than `held` words stay. `touched`: without words in the gaps of strides, which tiles further in
// need not have.
aug_count aug_window_words(const aug_space *space, int tensor, const aug_item *path, int count,
                           const aug_count *extents, double held, bool touched);
// Of tiles behind the first `given` loops of the prefix.
aug_count aug_window_given(const aug_space *space, int tensor, int given, const aug_count *extents);

// Of one instance, for tiles of `extents` whose counts in time are `tiles`, whatever the order of the loops.
// `times`: as often all comes again, for ranks that do not move the tensor.
aug_count aug_window_least(const aug_space *space, int tensor, const aug_count *extents,
                           const aug_count *tiles, aug_count times);
// Different words of all tiles together.
aug_count aug_window_reached(const aug_space *space, int tensor, const aug_count *extents,
                             const aug_count *tiles);
// Words that all instances along an array touch together, each of its own, `steps` of each rank, whatever points
// of a rank an instance has.
aug_count aug_window_spread(const aug_space *space, int tensor, const aug_count *steps);
// Words that all of them are given, where those at one place share and arrays further out have up to `fan` instances
// in which others may be at the same places.
aug_count aug_window_read(const aug_space *space, int tensor, const aug_count *steps, aug_count fan);

#endif
