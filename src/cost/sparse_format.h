// What a tile takes in a memory that stores it without its zeros.
//
// The loops inside of a store cut its tile into fibers: s04's buffer holds A[8 m, 16 k] behind `for m:1 for k:1`, so its outer rank
// is one fiber of 8 rows, its inner rank 8 fibers of 16 words. Each rank has its own format (machine/sparse_design.h). With c
// parts of a depth in the tile and P the chance that one of them is empty, expected figures are, for a fiber of s parts:
//
//     parts with a non-zero     c (1 - P)
//     bitmask                   s bits per fiber
//     coordinates, run lengths  one word per part with a non-zero; runs longer than a word counts take one part more each
//     offsets                   s + 1 words per fiber
//
// A part behind bitmask, coordinates or run_length is there only where it has a non-zero, behind offsets and uncompressed
// always. Parts of unknown length behind the first three need a pointer each. Words of the last rank's parts are the data.
#ifndef AUG_COST_SPARSE_FORMAT_H
#define AUG_COST_SPARSE_FORMAT_H

#include "cost/sparse_leader.h"

typedef struct aug_stored_rank {
    aug_rank_format format;
    double parts;                       // of one of its fibers, s
    double words, pointers;             // expected metadata of the whole tile: coordinates, runs, bits; offsets and pointers
    double most_words, most_pointers;
    double word_bits, pointer_bits;
} aug_stored_rank;

typedef struct aug_stored_tile {
    int rank_count; // 0: no format, all words are there
    aug_stored_rank ranks[AUG_SPARSE_RANKS]; // outermost first
    double words, most_words; // of data
} aug_stored_tile;

// The tile of a tensor in one of its stores.
aug_stored_tile aug_format_tile(const aug_sparse_nest *nest, int tensor, int store);
// Bits of all metadata of the tile: expected, or most.
double aug_format_metadata_bits(const aug_stored_tile *tile, bool most);

#endif
