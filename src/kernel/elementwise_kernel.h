// Time of kernels that pass over a matrix of rows and do little with each word: norms, rotary embeddings,
// activations, residual adds, quantisation.
//
//     t = software + launches·launch + max(stream, rows, issue) + serial
//
//     stream = e·b·[hit/(cache·M·C) + (1 - hit)/(share·M)]   e words in all, b bytes moved per word, M
//     bandwidth of the memory hit    = 1 while footprint <= r·size, falling to 0 at 1.35·r·size: benchmarks
//     and layers find in the last level of cache
//              what the kernel before left there
//     rows   = passes·rows·row/units                          kernels that give a block of threads to every
//     row serial = passes·width·lane                              and walk along it, once or more issue  =
//     e·work·word/units                              kernels that treat words one by one
//
// C·M, the bandwidth of the cache, is stated as a multiple of the memory's, for data sheets rarely state it.
//
// Example: 4096 rows of 4096 words, 4 bytes moved and kept per word: 67 MB, more than a cache of 50 MB with r
// 0.7 holds at all (1.35·35 MB = 47 MB). At share 0.9 of 3350 GB/s: 67.1 MB/3015 GB/s = 22.3 µs, and the
// launch.
//
// Source: docs/kernels/elementwise.md.
#ifndef AUG_KERNEL_ELEMENTWISE_KERNEL_H
#define AUG_KERNEL_ELEMENTWISE_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

typedef struct aug_elementwise_shape {
    double rows, width; // of the matrix that is written
    double moved_bytes; // to and from memory or cache per word of it, all passes of the library's kernels
                        // together
    double kept_bytes;  // footprint per word: what a cache must hold so that nothing is fetched again
    double launches;    // kernels in one call
    double row_passes;  // walks along a row by its own block of threads; 0: blocks take stretches of words
    double work;        // instructions per word, over those of a quantisation in groups without vector loads
    double software_seconds; // overhead of the library
} aug_elementwise_shape;

enum {
    AUG_ELEMENTWISE_LAUNCH,
    AUG_ELEMENTWISE_MEMORY,
    AUG_ELEMENTWISE_CACHE,
    AUG_ELEMENTWISE_RESIDENT,
    AUG_ELEMENTWISE_ROW,
    AUG_ELEMENTWISE_LANE,
    AUG_ELEMENTWISE_WORD
};

extern const aug_kernel_model aug_elementwise_model;

aug_kernel_time aug_elementwise_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                     const aug_elementwise_shape *shape);

#endif
