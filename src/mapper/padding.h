// Nests with short tiles from nests with whole ones.
//
// Sizes with few divisors have few ways to be cut: 1000 into 16 leaves a rest. A slightly larger size has
// many, and a search with tiles that divide it is fast. What it finds is a nest of the true sizes, too, whose
// outermost tiles are short: 1008 in 16 tiles of 63 is 1000 in 16, the last of 55. It is seldom the best,
// but close to it, and there is nothing else to begin with in so large a space.
#ifndef AUG_MAPPER_PADDING_H
#define AUG_MAPPER_PADDING_H

#include "mapper/mapper.h"

enum { AUG_PADDINGS = 2 };

// Sizes a little above `size`, at most AUG_PADDINGS: one with many divisors and one of a high power of two.
// The number of them.
int aug_padding_sizes(aug_count size, aug_count *sizes);

// Tiles of a mapping of a padded problem for the true one: as many in each loop, no larger than needed. False
// where no such tiles are multiples of one another.
bool aug_padding_fit(const aug_problem *problem, const aug_mapping *padded, aug_mapping *mapping);

// Searches a few padded problems, each within `node_limit`, and gives what it finds to `take`. Nodes are
// added to `nodes`.
void aug_padding_search(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                        uint64_t node_limit, void (*take)(void *context, const aug_mapping *mapping),
                        void *context, uint64_t *nodes);

#endif
