// Seconds of one matrix product, Z[m,n] += A[m,k] · W[k,n], on one chip.
//
// The essay of gemm_kernel.c has the formula and an example; docs/kernels/gemm.md how far it is off.
#ifndef AUG_KERNEL_GEMM_KERNEL_H
#define AUG_KERNEL_GEMM_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

// Constants, in the order of aug_gemm_model.
enum {
    AUG_GEMM_LAUNCH,       // seconds of a launch
    AUG_GEMM_MEMORY,       // share of the memory bandwidth that streaming reaches
    AUG_GEMM_CACHE,        // bandwidth of the last cache, in memory bandwidths
    AUG_GEMM_STEP,         // seconds from loading one step of k to having multiplied it
    AUG_GEMM_MATRIX,       // share of the matrix peak that one processor reaches
    AUG_GEMM_ENERGY,       // picojoules of a 16-bit operation under full load, the whole chip included
    AUG_GEMM_NARROW,       // energy of an operation of half the bits, as a share
    AUG_GEMM_SCALED,       // share of the matrix rate left where software applies the scales of blocks
    AUG_GEMM_CONSTANTS
};

// How a library shares one output tile between processors.
typedef enum aug_gemm_split {
    AUG_GEMM_SPLIT_NONE,
    AUG_GEMM_SPLIT_REDUCED, // partial sums, added by a second kernel
    AUG_GEMM_SPLIT_ATOMIC   // partial sums, added in place
} aug_gemm_split;

// How activations become narrow inside the timed call.
typedef enum aug_gemm_quantise {
    AUG_GEMM_QUANTISE_NONE,  // they arrive narrow
    AUG_GEMM_QUANTISE_BLOCK, // read once: scales of blocks
    AUG_GEMM_QUANTISE_ROW,   // read twice: a scale per row, or per tensor
    AUG_GEMM_QUANTISE_SLOW_ROW // read once, but one row at a time on each processor
} aug_gemm_quantise;

// What is so in a library's kernel for some format, whatever the chip.
typedef struct aug_gemm_facts {
    aug_gemm_split split;
    aug_gemm_quantise quantise;
    double step_bytes;    // of k that one step multiplies, per row; 0: 128
    bool scales_apart;    // scales of blocks or rows are applied by software between steps
    bool host_paced;      // calls are issued one by one: software_seconds is a floor, not an addition
    bool writes_last;     // a tile is written after its sums are done, while nothing else runs
} aug_gemm_facts;

typedef struct aug_gemm_shape {
    double m, n, k;              // at least 1
    double batch;                // products of this shape in one call; 0: one
    aug_number_format weights, activations, output;
    aug_gemm_facts facts;
    double weight_sets;          // calls until the same operands return, for a loop over few of them; 0: never
    double software_seconds;     // of the library, per call
} aug_gemm_shape;

extern const aug_kernel_model aug_gemm_model;

aug_kernel_time aug_gemm_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                              const aug_gemm_shape *shape);
// Energy of one operation in the format that a product is computed in, all that the chip draws included.
double aug_gemm_energy_pj(const double constants[AUG_CONSTANTS], aug_number_format computed);

#endif
