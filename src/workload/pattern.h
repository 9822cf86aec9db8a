// Where the non-zeros of a matrix are, from a file in Matrix Market's coordinate form [Boisvert96].
//
//     %%MatrixMarket matrix coordinate real general
//     % comments
//     3 3 2
//     1 1 4.0
//     3 2 -1.0
//
// Rows and columns count from 1. Fields real, integer and pattern; symmetries general and symmetric (the other triangle is
// added). An entry that says 0 is no non-zero; one that stands twice counts once.
#ifndef AUG_WORKLOAD_PATTERN_H
#define AUG_WORKLOAD_PATTERN_H

#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>

enum { AUG_PATTERN_BYTES = 1 << 30 }; // of the largest file

typedef struct aug_pattern {
    uint64_t rows, columns, filled; // filled: non-zeros
    const uint64_t *starts;         // of each row in `at`, rows + 1 of them
    const uint64_t *at;             // columns from 0, in order
} aug_pattern;

// What a pattern looks like in tiles.
typedef struct aug_pattern_tiles {
    uint64_t count;  // of tiles, short ones included
    uint64_t filled; // those that hold any non-zero
    uint64_t most;   // non-zeros of the fullest
} aug_pattern_tiles;

// NULL with errors added (file and line).
const aug_pattern *aug_pattern_load(aug_arena *arena, aug_errors *errors, const char *path);
// Counts tiles of `height` x `width`. Takes time in proportion to the filled tiles x their height.
aug_pattern_tiles aug_pattern_count(const aug_pattern *pattern, uint64_t height, uint64_t width);

#endif
