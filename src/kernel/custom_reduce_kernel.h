// Time of an all-reduce by kernels that read the memory of their peers, as serving engines bring them along
// for short messages.
//
//     one shot   every chip reads the whole message of every peer         V = (n-1)·S        one round of
//     barriers two shots  every chip adds its share, then reads those of others    V = 2·(n-1)/n·S    two
//     rounds switched   the switch adds and multicasts                           V = (1 + 1/n)·S    two
//     rounds
//
//     t = launch + rounds·barriers·barrier + V/(share·B)
//
// B: bandwidth of the links of one chip, one way. A library with flags inside the data needs one barrier a
// round, with flags before and after two. Which method a library takes is its table of sizes, given with the
// shape; for long messages it calls the communication library, whose time the caller gives. Calls that are
// issued one by one (no graph of kernels was recorded) cannot be quicker than the host issues them: t =
// max(host, t).
//
// Example: launch 1 µs, barrier 1.7 µs, share 0.6, B 450 GB/s, 1 MB between 2 chips, two barriers: one shot
// is 1 + 2·1.7 + 1 MB/(270 GB/s) = 8.1 µs.
//
// Source: the kernels of vLLM, SGLang and TensorRT-LLM; docs/kernels/collectives.md.
#ifndef AUG_KERNEL_CUSTOM_REDUCE_KERNEL_H
#define AUG_KERNEL_CUSTOM_REDUCE_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

typedef enum aug_reduce_method {
    AUG_REDUCE_ONE_SHOT,
    AUG_REDUCE_TWO_SHOTS,
    AUG_REDUCE_SWITCHED,
    AUG_REDUCE_LIBRARY
} aug_reduce_method;

typedef struct aug_custom_reduce_shape {
    double chips;            // that take part, all of one group; at least 1
    double bytes;            // of the message, which every chip holds before and after
    int method;              // aug_reduce_method
    double barriers;         // in a round: a fact of the library
    double library_seconds;  // what the communication library takes; read where that is the method
    bool host_issued;        // no recorded graph of kernels
    double software_seconds; // overhead of the library
} aug_custom_reduce_shape;

enum {
    AUG_CUSTOM_REDUCE_LAUNCH,
    AUG_CUSTOM_REDUCE_BARRIER,
    AUG_CUSTOM_REDUCE_ONE_SHOT,
    AUG_CUSTOM_REDUCE_TWO_SHOTS,
    AUG_CUSTOM_REDUCE_SWITCHED,
    AUG_CUSTOM_REDUCE_HOST
};

extern const aug_kernel_model aug_custom_reduce_model;

aug_kernel_time aug_custom_reduce_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                       const aug_custom_reduce_shape *shape);

#endif
