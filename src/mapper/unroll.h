// Nests of a convolution from products that are like it.
//
// Windows make a space large: loops over them stand anywhere, in any order. Two problems without windows are
// close to a convolution and are searched in milliseconds:
//
//     O[k,p] += I[c,p+r] * W[k,c,r]
//     unrolled   I[c,p,r]: every tap has words of its own, as if nothing overlapped
//     covered    I[c,p]: taps cost nothing, as if all that overlaps stayed
//
// Their best nests are nests of the convolution. What they cost there is where its own search begins.
#ifndef AUG_MAPPER_UNROLL_H
#define AUG_MAPPER_UNROLL_H

#include "mapper/mapper.h"

// Whether a tensor has an index that is a sum or a multiple of ranks.
bool aug_unroll_applies(const aug_problem *problem);

// Searches both with tiles that divide, each within `node_limit`, and gives their nests to `take`, which has
// to see whether they fit. Nodes are added to `nodes`.
void aug_unroll_search(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                       uint64_t node_limit, void (*take)(void *context, const aug_mapping *mapping),
                       void *context, uint64_t *nodes);

#endif
