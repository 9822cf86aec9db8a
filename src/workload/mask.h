// A causal mask over two ranks of an einsum, and the bands that it is met by.
//
// Row i of m (from 1) sees the columns up to past + i, and of those the last `window` where there is one. The
// columns of an einsum are those that its last row sees:
//
//     columns = past + m, or window + m - 1 where that is less
//     pairs   = sum over i = 1 .. m of min(window, past + i)        (aug_attention_pairs)
//
// The rows are cut in B bands; band i has rows floor((i - 1) m / B) + 1 .. floor(i m / B) and is computed in
// full with the columns that any of its rows sees:
//
//     columns of band i = past + floor(i m / B), or window + rows of it - 1 where that is less
//
// Without past and window, and where B divides m, bands compute (B + 1) / (2 B) of all m x m pairs: 8 rows in
// 4 bands are 2 x 2 + 2 x 4 + 2 x 6 + 2 x 8 = 40 of 64, which is 5/8. The mask leaves 8 x 9 / 2 = 36.
#ifndef AUG_WORKLOAD_MASK_H
#define AUG_WORKLOAD_MASK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct aug_mask {
    int rows, columns; // ranks of the einsum; columns -1: it has none, and is cut along its rows alone
    uint64_t past;     // columns that stand before the first row's own
    uint64_t window;   // columns that a row sees at most; 0: all
} aug_mask;

typedef struct aug_mask_band {
    uint64_t rows, columns;
} aug_mask_band;

// Columns that some of `rows` rows see whose last one is row `last`.
uint64_t aug_mask_columns(const aug_mask *mask, uint64_t rows, uint64_t last);
// Band `band` (from 1) of `bands`; 1 .. `rows` bands.
aug_mask_band aug_mask_cut(const aug_mask *mask, uint64_t rows, int bands, int band);
// Pairs that all bands compute.
double aug_mask_banded_pairs(const aug_mask *mask, uint64_t rows, int bands);
// Whether two masks ask the same of their rows, whatever the ranks are called.
bool aug_mask_equal(const aug_mask *left, const aug_mask *right);

#endif
