// Counts and steps of a term of a shape, with those left out that cancel where loops in space share a read.
//
// Right inside of what comes by, c tiles in steps of s are read as often as there are tiles around the loop,
// which c / s may be below. Further out it is as often as in one of the tiles of the loop, of which there are
// c, for each tile around it; that one is whole where the last of the tiles around has more than one. So is
// that of points that compute reads.
//
// Example: `for m par m register[A]`, m 9 in tiles of 4 and 1: 3 tiles around, 9 inside in steps of 4. Reads
// that the steps share come 3 times, not 9 / 4.
#ifndef AUG_MAPPER_SHAPE_NET_H
#define AUG_MAPPER_SHAPE_NET_H

#include "mapper/shape_box.h"

typedef struct aug_shape_net {
    aug_term_list counts, sharers, dividers; // tiles that multiply; steps, and tiles, that divide
    double given;                            // tiles that multiply, of loops that the nest begins with
} aug_shape_net;

aug_shape_net aug_shape_net_of(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term);

// Whether a term is of words that come to a store.
static inline bool aug_term_moves(const aug_shape_term *term) {
    return term->kind == AUG_TERM_MOVED || term->kind == AUG_TERM_AGAIN;
}

#endif
