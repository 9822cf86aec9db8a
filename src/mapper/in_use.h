// How many steps in space are in use where tiles may be short, at least.
//
// Two loops in space of two steps each over k 3 are four places, of which three have work; behind a loop in
// time over the same rank the last tile may leave work to one of them. So what steps multiply is counted by
// what is surely in use, and only what they divide, or what is taken off, by all of them.
#ifndef AUG_MAPPER_IN_USE_H
#define AUG_MAPPER_IN_USE_H

#include "mapper/frame.h"

// How often what `ranks` alone move comes, at least: the product over all other ranks of their tiles in loops
// in time down to item `last` of a path and in all loops in space. Loops in time further in leave it in
// place; last -1: all do, and the product is of places.
aug_count aug_in_use(const aug_space *space, unsigned ranks, const aug_item *path, int count, int last);

// The same where a loop of the prefix moves the tensor, with the last loop of the path, which is in space. `before`
// is how often it came without that: 3 tiles of a rank without a loop in the prefix, where two arrays of two steps
// each go over it, not 2 times 2; of a rank with one, the last tile that it leaves may have one of the steps.
aug_count aug_in_use_behind_prefix(const aug_space *space, const aug_item *path, int count, aug_count before);

#endif
