// Time of attention of one new token per sequence over its cached keys and values.
//
// One block of threads owns a sequence, a key head (its group of query heads packed into the rows of a matrix tile) and a share of
// the context: where blocks are too few to fill the chip the context is split and a second kernel adds the parts [Dao 2023,
// Flash-Decoding].
//
//     a step           `keys` cached tokens: busy = max(load at a lone unit's rate, multiply of the padded tile)
//     a lone block     start + steps·(busy + step)
//     r blocks a unit  max(lone block, r·(steps·busy + start/overlap)), at most 2·overlap at a time, in waves
//     memory           bytes/bandwidth; what fits the last cache comes at the cache's rate
//     t                software + launch + max(blocks, memory, rereads through the cache) + pass for each further kernel
//
// Of no split, one block per unit and two per unit, the fastest counts: that is what the libraries' own rules aim at.
// The latent form (one shared head: keys are the latent with its rotary part, values the latent itself) reads each cached token once for
// keys and values [DeepSeek-V2 §2.1].
//
// Rates of units and caches are stated per unit in seconds for 1 KiB: they follow the chip's clock, not its memory.
//
// Example: 1 unit, 100 GB/s, shares 1, 1 key head of 64, 2 query heads, 1000 tokens in bf16: 256 kB, 2.56 µs + start.
#ifndef AUG_KERNEL_ATTENTION_DECODE_KERNEL_H
#define AUG_KERNEL_ATTENTION_DECODE_KERNEL_H

#include "base/number_format.h"
#include "kernel/chip.h"
#include "kernel/kernel_model.h"

#include <stdbool.h>

typedef enum aug_splits {
    AUG_SPLITS_FREE,   // as many as help, up to most_splits
    AUG_SPLITS_FIXED,  // most_splits always
    AUG_SPLITS_PACKED, // free, but only where heads are packed
    AUG_SPLITS_NONE
} aug_splits;

// How a library's kernel cuts the work: facts of the library.
typedef struct aug_decode_design {
    double tile_rows, tile_keys, overlap; // of packed heads; overlap: blocks of a unit whose starts overlap
    double lone_keys, lone_overlap;       // of heads that are not packed
    double least_group, most_group;       // groups of query heads that are packed
    aug_splits splits;
    double most_splits;
    bool packs_windows;   // packs heads of windowed layers too
    double group_copies;  // kernels that rearrange queries or results of packed groups; a lone key head needs none
    bool walks_window;    // steps over what lies before the window, without loading it
    bool splits_by_context; // launches its second kernel by the whole context, not by the window
    bool converts_cache;  // casts the whole cache to 16 bit first
    bool cache_resident;  // packed heads read pages that stay in the cache (a fact of some benchmarks)
} aug_decode_design;

typedef struct aug_attention_decode_shape {
    double batch, context;    // context: cached tokens and the new one
    double query_heads, kv_heads, head_size, value_size;
    double window;            // 0: none
    bool latent;              // values are part of the keys
    bool verifies;            // several tokens of each sequence at once: query_heads counts the heads of all, which are packed
    aug_number_format format; // that tiles are multiplied in
    aug_number_format cache;
    aug_decode_design design;
    double software_seconds;
} aug_attention_decode_shape;

enum {
    AUG_DECODE_LAUNCH,
    AUG_DECODE_MEMORY_SHARE,
    AUG_DECODE_CACHE_KIB,
    AUG_DECODE_STEP,
    AUG_DECODE_START,
    AUG_DECODE_PASS,
    AUG_DECODE_MATRIX_SHARE,
    AUG_DECODE_UNIT_KIB
};

extern const aug_kernel_model aug_attention_decode_model;

aug_kernel_time aug_attention_decode_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                          const aug_attention_decode_shape *shape);

#endif
