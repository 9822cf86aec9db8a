// What all kernel models share: constants with names, units and physical limits, and the form of an answer.
//
// A model is a pure function of a chip's data sheet, at most eight constants of the hardware and the shape of one kernel
// call. Overheads of software (one number of seconds per library and number format) come with the shape: they belong to
// the library, not to the chip.
#ifndef AUG_KERNEL_KERNEL_MODEL_H
#define AUG_KERNEL_KERNEL_MODEL_H

#include "base/quantity.h"

enum { AUG_CONSTANTS = 8, AUG_REGIMES = 8 };

// One constant of a model. `low` and `high` are its physical limits: a share never exceeds 1.
typedef struct aug_constant {
    const char *name;
    int dimension;           // aug_dimension: AUG_DIMENSION_NUMBER for shares, AUG_DIMENSION_SECONDS for times
    double low, high, start; // start: what holds for a chip of which only the data sheet is known
    const char *help;        // its meaning and its unit
    bool latency;            // a time that passes whatever the rates are: starts, dependent steps
} aug_constant;

typedef struct aug_kernel_model {
    const char *name;        // key in machine and family files
    const char *about;
    const aug_constant *constants;
    int constant_count;
    const char *const *regimes; // names of the regimes that residuals are told apart by
    int regime_count;
} aug_kernel_model;

// What limits a kernel.
typedef enum aug_kernel_bound {
    AUG_KERNEL_COMPUTE, // matrix units
    AUG_KERNEL_VECTOR,  // all other arithmetic
    AUG_KERNEL_POWER,   // what the chip may draw
    AUG_KERNEL_MEMORY,  // outermost memory
    AUG_KERNEL_CACHE,   // last level of cache
    AUG_KERNEL_LINK,    // links between chips
    AUG_KERNEL_LATENCY  // launch, dependent steps, software
} aug_kernel_bound;

typedef struct aug_kernel_time {
    double seconds;
    aug_kernel_bound bound;
    int regime; // index into the model's regimes
} aug_kernel_time;

#endif
