// Time of attention over new tokens: softmax(Q Kᵀ) V with a causal mask, fused in one kernel.
//
// The scores of one head form a trapezoid: new tokens down, past and new tokens across. The kernel cuts it into tiles; one
// block of threads owns a tile of query rows and walks the tiles of keys under the mask [Dao 2023 §3.1].
//
//     work of a step   multiply = 2·rows·keys·(head + value)/(rate of a unit)      softmax = rows·keys·softmax_seconds
//                      busy = larger + serial_share·smaller
//     a lone block     start + steps·(busy + step·(1/2 + head/256))
//     a busy unit      r resident blocks hide each other's latencies: a step costs max(busy, (busy + latency)/r)
//     span             max(longest block, blocks/unit·(average steps·step cost + start/r) and the last, partly filled wave)
//     kernel           max(span, memory) + serial_share·smaller of them
//     t                software + launch + kernel + passes over new keys and values, which are written to the cache
//
// The rate of a unit is chip peak/units·matrix_share, times older_share for kernels written for the matrix instructions of an
// earlier generation. Heads of a group that share keys may be packed into the rows of one tile: then a short prompt fills it.
//
// Example: one unit, 1 TFLOP/s, all shares 1 (serial 0), 64 × 64 tiles, one head of 64, 128 tokens: blocks of 1 and 2 steps,
// a step is 2·64·64·128/1e12 = 1.05 µs, so the unit needs 3.15 µs.
#ifndef AUG_KERNEL_ATTENTION_PREFILL_KERNEL_H
#define AUG_KERNEL_ATTENTION_PREFILL_KERNEL_H

#include "base/number_format.h"
#include "kernel/chip.h"
#include "kernel/kernel_model.h"

#include <stdbool.h>

// How a library's kernel cuts the work: facts of the library.
typedef struct aug_prefill_design {
    double tile_rows, tile_keys; // of one step
    double resident;             // blocks that share a unit
    bool packs_heads;            // rows of a tile hold all heads of a group
    bool pads_head;              // head sizes are rounded up to a power of two
    bool ignores_window;         // masks what lies before the window, but computes it
    bool older_instructions;     // runs on the matrix instructions of an earlier generation
} aug_prefill_design;

typedef struct aug_attention_prefill_shape {
    double batch, new_tokens, past_tokens;
    double query_heads, kv_heads, head_size, value_size;
    double window;             // keys that a query sees at most; 0: all
    bool unmasked;             // every query sees all new tokens, also those behind it: encoders of images
    aug_number_format format;  // that tiles are multiplied in
    aug_number_format cache;   // of stored keys and values
    aug_prefill_design design;
    bool appends;              // new keys and values are written to the cache inside the timed call
    bool quantises_query;      // and queries are rewritten in `format`
    double software_seconds;
} aug_attention_prefill_shape;

enum {
    AUG_PREFILL_LAUNCH,
    AUG_PREFILL_MATRIX_SHARE,
    AUG_PREFILL_SOFTMAX,
    AUG_PREFILL_STEP,
    AUG_PREFILL_START,
    AUG_PREFILL_MEMORY_SHARE,
    AUG_PREFILL_OLDER_SHARE,
    AUG_PREFILL_SERIAL_SHARE
};

extern const aug_kernel_model aug_attention_prefill_model;

aug_kernel_time aug_attention_prefill_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                           const aug_attention_prefill_shape *shape);

#endif
