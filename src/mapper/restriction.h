// What a user wants of mappings beyond what the machine states (auger: constraints/1), as integers of one
// problem.
#ifndef AUG_MAPPER_RESTRICTION_H
#define AUG_MAPPER_RESTRICTION_H

#include "problem/problem.h"

typedef struct aug_tile_range {
    aug_count least, most; // of the tile that remains; 1 and UINT64_MAX: free
} aug_tile_range;

typedef struct aug_restriction {
    unsigned must[AUG_PROBLEM_MEMORIES],
        never[AUG_PROBLEM_MEMORIES];      // tensors, on top of those of the machine
    bool axis_is_fixed[AUG_PROBLEM_AXES]; // only axis_ranks may be spread along it
    unsigned axis_ranks[AUG_PROBLEM_AXES];
    // Loops directly above the stores of a memory (or above the compute unit, index AUG_PROBLEM_MEMORIES),
    // outer to inner. Seen from the stores outwards, the loops in time of more than one step up to the next
    // store further out are: ranks of this list in this order, each at most once (those with one step are
    // absent), then any others.
    int order_count[AUG_PROBLEM_MEMORIES + 1];
    int order[AUG_PROBLEM_MEMORIES + 1][AUG_PROBLEM_RANKS];
    // What remains of a rank inside the stores of a memory, for every store of the memory.
    bool has_tiles[AUG_PROBLEM_MEMORIES];
    aug_tile_range tiles[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_RANKS];
    double min_utilization; // of all compute instances, 0 .. 1
} aug_restriction;

#endif
