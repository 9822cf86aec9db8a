// Time of one fused mixture-of-experts layer on one chip: routing, two grouped multiplies, activation,
// combination.
#ifndef AUG_KERNEL_MOE_KERNEL_H
#define AUG_KERNEL_MOE_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"
#include "kernel/moe_routing.h"

// How a library lays the work out. A row is one (token, expert) pair that this chip multiplies.
typedef enum aug_moe_algorithm {
    AUG_MOE_GATHERED, // rows are gathered while they are loaded, the activation is fused into the first
                      // multiply
    AUG_MOE_PERMUTED, // rows are copied in the order of experts, the activation is a pass of its own
    AUG_MOE_ALIGNED,  // as permuted, every expert padded to full tiles of 128 rows
    AUG_MOE_BLOCKED,  // sorted blocks of rows; buffers and passes span all tokens x topk pairs, local or not
    AUG_MOE_STRIPED,  // as blocked, with weights laid out so that their expansion hides behind their loading
    AUG_MOE_ALGORITHMS
} aug_moe_algorithm;

extern const char *const aug_moe_algorithm_names[AUG_MOE_ALGORITHMS + 1]; // NULL at the end

// What happens to pairs whose expert lives on another chip.
typedef enum aug_moe_remote {
    AUG_MOE_REMOTE_SKIPPED,  // they cost nothing in the multiplies
    AUG_MOE_REMOTE_VISITING, // all pairs of the tokens that visit this chip are multiplied
    AUG_MOE_REMOTE_ALL       // all pairs of all tokens are multiplied
} aug_moe_remote;

// Facts of a library's kernel, beside its algorithm.
typedef struct aug_moe_facts {
    aug_moe_algorithm algorithm;
    aug_moe_remote remote;
    bool warp_level;   // uses the matrix instructions of a single warp, not those of the newest units
    bool rescales;     // multiplies block scales into the sums outside the matrix units, and does not hide it
    bool wide;         // weights are expanded to 16 bits once, when they are loaded
    bool quantises;    // converts the activations inside the timed call
    bool untuned;      // runs the library's default tactic, not the best of its tactics
    bool sorts_apart;  // routes with general kernels: more experts per token, or more experts, than its own
                       // ones take
    bool assumes_even; // chooses its tile as if all pairs were spread evenly over this chip's experts
} aug_moe_facts;

typedef struct aug_moe_shape {
    aug_moe_routing routing; // tokens, experts, groups and how they meet
    double hidden, inner;    // widths of a token and of an expert on this chip (after tensor parallelism)
    bool gated;              // two matrices before the activation, not one
    aug_number_format weights, activations;
    aug_moe_facts facts;
    double software_seconds; // of the library for this number format
} aug_moe_shape;

// Indices of the constants.
enum {
    AUG_MOE_COMPUTE,
    AUG_MOE_WARP_COMPUTE,
    AUG_MOE_MEMORY,
    AUG_MOE_PASS,
    AUG_MOE_EXPAND_ROWS,
    AUG_MOE_TILE_SECONDS,
    AUG_MOE_STEP_SECONDS,
    AUG_MOE_EXPOSED
};

extern const aug_kernel_model aug_moe_model;

aug_kernel_time aug_moe_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                             const aug_moe_shape *shape);
// The same for a load that is known.
aug_kernel_time aug_moe_time_of_load(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                     const aug_moe_shape *shape, const aug_moe_load *load);

#endif
