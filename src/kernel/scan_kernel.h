// Time of one scan over the state of a linear attention or a state space: the gated delta rule, Mamba-2.
//
// Every head keeps a matrix of `keys` × `values` per sequence. Two algorithms, the faster one counts:
//
//     recurrent  one token after another, the state on the chip
//                t = launch + m·step + max(2·state bytes + rows, 3 passes over the state as vector work)
//     chunked    chunks of C = 64 tokens as matrix products inside, states handed from chunk to chunk
//                t = 3 launches + ⌈m/C⌉·step + max(2·MACs/rate, (rows + 2·states of all chunks)/bandwidth)
//                MACs per token and head = C·keys + C·values + 2·keys·values       [Dao & Gu 2024 §6; Yang 2024]
//
// The rate is that of the matrix units times `compute`, of the units that have a (sequence, head, chunk) to work on: ⌈tiles/units⌉
// waves. No measurements of scans are public, so the constants are those of a data sheet.
//
// Example: one step of 64 sequences, 32 heads, state 128 × 128 in 32 bit: 64·32·16384·4 B = 134 MB, read and written once, at
// 0.8 · 3350 GB/s: 100 µs.
#ifndef AUG_KERNEL_SCAN_KERNEL_H
#define AUG_KERNEL_SCAN_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

typedef struct aug_scan_shape {
    double sequences, tokens; // tokens: new ones per sequence
    double heads;             // that keep a state each
    double keys, values;      // the state's sides
    double state_bits;        // per element of the state
    double row_bytes;         // of inputs and results per token, all heads
    double software_seconds;  // overhead of the library
} aug_scan_shape;

enum { AUG_SCAN_LAUNCH, AUG_SCAN_STEP, AUG_SCAN_COMPUTE, AUG_SCAN_MEMORY };

extern const aug_kernel_model aug_scan_model;

aug_kernel_time aug_scan_time(const aug_chip *chip, const double constants[AUG_CONSTANTS], const aug_scan_shape *shape);

#endif
