// How full a tensor is, and what that means for one of its tiles.
//
// A tensor of N words in which every tile of t words is equally likely to hold k of the nnz non-zeros follows the
// hypergeometric distribution [Wu22 §5.3]:
//
//     P(k) = C(t, k) C(N - t, nnz - k) / C(N, nnz),   expected t nnz / N,   P(0) = C(N - t, nnz) / C(N, nnz)
//
// Example: 256 words, density 0.01: nnz = ceil(2.56) = 3; a tile of 8 words is empty with 248 247 246 / (256 255 254) = 0.909.
//
// Other models know more: n of every m neighbours (density_blocks.c), a band (density_band.c), the non-zeros of a file
// (density_measured.c). Shapes and tiles are extents per dimension of the tensor; tiles lie side by side from the origin,
// and figures are means over all of them, so that they hold for whatever tile a loop visits.
#ifndef AUG_WORKLOAD_DENSITY_H
#define AUG_WORKLOAD_DENSITY_H

#include "workload/pattern.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum aug_density_model {
    AUG_DENSITY_UNIFORM,
    AUG_DENSITY_BLOCKS,  // n:m, also of several levels
    AUG_DENSITY_BAND,
    AUG_DENSITY_MEASURED
} aug_density_model;

enum { AUG_DENSITY_LEVELS = 4, AUG_DENSITY_DIMS = 8 };
#define AUG_DENSITY_PERIOD (UINT64_C(1) << 20) // most elements of an outermost block

// n of every m neighbours are not zero: elements on the last level, blocks of the level behind it on the others.
typedef struct aug_density_block {
    uint64_t n, m;
} aug_density_block;

typedef struct aug_density {
    aug_density_model model;
    double share;            // UNIFORM: non-zero elements over all
    int dim;                 // BLOCKS: dimension of the tensor along which they lie
    int level_count;
    aug_density_block levels[AUG_DENSITY_LEVELS]; // outermost first
    uint64_t width;          // BAND: |i - j| <= width
    const aug_pattern *pattern; // MEASURED
} aug_density;

// A tile of a tensor.
typedef struct aug_tile_shape {
    int dim_count;
    uint64_t shape[AUG_DENSITY_DIMS]; // of the whole tensor
    uint64_t tile[AUG_DENSITY_DIMS];  // at most the shape
    uint64_t copies;                  // so many tiles that lie apart count as one; 1: one tile
} aug_tile_shape;

// Non-zeros over all elements of a tensor of this shape; whole numbers of non-zeros.
double aug_density_mean(const aug_density *density, const aug_tile_shape *of);
// Expected non-zeros of a tile.
double aug_density_expected(const aug_density *density, const aug_tile_shape *of);
// Probability that a tile holds none.
double aug_density_empty(const aug_density *density, const aug_tile_shape *of);
// Non-zeros that no tile exceeds.
double aug_density_most(const aug_density *density, const aug_tile_shape *of);
// Expected non-zeros of a tile that holds any.
double aug_density_expected_filled(const aug_density *density, const aug_tile_shape *of);
// Non-zeros of the fullest of `count` tiles, expected. Models that are not uniform know where their non-zeros are.
double aug_density_fullest(const aug_density *density, const aug_tile_shape *of, double count);

// Words of the tile (all copies) and of the tensor.
double aug_tile_words(const aug_tile_shape *of);
double aug_tile_tensor_words(const aug_tile_shape *of);

// The models behind them.
double aug_uniform_empty(double words, double filled, double tile);
// `tile` words each of `count` tiles, `filled` of all words not zero.
double aug_uniform_fullest(double words, double filled, double tile, double count);
// Calls `each` for every number of non-zeros of a tile that has a chance worth counting, with that chance.
typedef void aug_uniform_visit(void *context, double filled_words, double chance);
void aug_uniform_each(double words, double filled, double tile, aug_uniform_visit *each, void *context);

double aug_blocks_empty(const aug_density *density, const aug_tile_shape *of);
double aug_blocks_most(const aug_density *density, const aug_tile_shape *of);
double aug_band_filled(uint64_t rows, uint64_t columns, uint64_t width);
double aug_band_empty(const aug_density *density, const aug_tile_shape *of);
double aug_band_most(const aug_density *density, const aug_tile_shape *of);

#endif
