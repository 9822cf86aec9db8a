// The first cost model: a roofline per operator over all memory levels, with the machine's own overheads.
//
//     seconds = launch + hops + max(matrix, vector, memory 0, memory 1, ...)     hops: cost/crossings.h
//
// matrix = operations / (peak · achievable), memory i = bits over level i / (bandwidth · achievable). README.md works one
// operator through by hand.
// On a machine that fuses (`kernel: {fuses: true}`, or an ideal one) element-wise operators run inside the product before them: it writes their result in
// place of its own. They move
//
//     results - inputs        a gated activation of F features per token: F - 2 F = -F; a norm: nothing
//
// and that falls to the product (aug_work_fuse). Weights, caches and states move as ever.
#ifndef AUG_COST_ROOFLINE_H
#define AUG_COST_ROOFLINE_H

#include "cost/crossings.h"
#include "kernel/kernels.h"
#include "machine/machine.h"
#include "workload/graph.h"

enum { AUG_ROOFLINE_MEMORIES = 8 };

// One memory level of a chip, all instances together.
typedef struct aug_roofline_memory {
    const char *name;
    double capacity_bits;
    double read_bits_per_second, write_bits_per_second; // achievable
    bool shared_port;
    double read_pj_per_bit, write_pj_per_bit; // NaN: not stated
    double below_bits;       // fast memory that reuses what is read here; infinite: unknown, only compulsory traffic counts
    bool innermost;          // every operation reads its operands here
    bool computed;           // operands have the width here that they are computed in
} aug_roofline_memory;

// A machine, prepared for evaluation.
typedef struct aug_roofline {
    const aug_machine *machine;
    bool fuses; // element-wise operators run inside the product before them
    aug_roofline_memory memories[AUG_ROOFLINE_MEMORIES];
    int memory_count;
    double rate[AUG_UNIT_COUNT][AUG_FORMAT_COUNT];      // achievable operations per second, 0: no such unit
    double energy_pj[AUG_UNIT_COUNT][AUG_FORMAT_COUNT]; // per operation
    double launch_seconds, hop_seconds;
    aug_crossing crossing;
    aug_chip chip;
    const aug_kernels *models; // of its kernels; NULL: the roofline is the time
    uint64_t timing;           // the same for machines whose times and energies are the same; of machines with models
} aug_roofline;

void aug_roofline_init(aug_roofline *roofline, const aug_machine *machine);

// What limits a time.
typedef enum aug_bound {
    AUG_BOUND_MATRIX,
    AUG_BOUND_VECTOR,
    AUG_BOUND_POWER,   // of kernel models: what the chip may draw
    AUG_BOUND_LATENCY, // of kernel models: starts, dependent steps
    AUG_BOUND_LAUNCH,
    AUG_BOUND_HOPS,
    AUG_BOUND_LINK,
    AUG_BOUND_MEMORY // + index of the memory
} aug_bound;

// Where energy goes.
typedef struct aug_energy {
    double operations_pj;                        // switching of the units
    double memories_pj[AUG_ROOFLINE_MEMORIES];   // traffic over each level
    double links_pj;
} aug_energy;

// Work of one or more operators that run as one kernel.
typedef struct aug_work {
    double operations;
    double bits;                                   // over the outermost memory that they use
    double unit_seconds[AUG_UNIT_COUNT];
    double memory_seconds[AUG_ROOFLINE_MEMORIES];
    double energy_pj;                              // NaN where the machine does not state an energy that is needed
    double hop_seconds;                            // of crossings, where they count per operator
    aug_energy parts;                              // of energy_pj
} aug_work;

// How an operator meets the machine.
typedef struct aug_setting {
    const aug_pass *pass;
    const aug_split *split;
    const aug_precision *precision;
    int home; // memory level that the model's data live in: 0, or further in where all of it fits
    double layers; // of the pass that share the chip (cost/crossings.h); 0: one
} aug_setting;

// The work of one operator, once.
aug_work aug_roofline_work(const aug_roofline *roofline, const aug_operator *op, const aug_setting *setting);
// What follows the voltage of the clocked parts: all but the outermost memory and the links.
double aug_energy_clocked_pj(const aug_energy *energy);
void aug_energy_scale_clocked(aug_energy *energy, double share);
// Adds so many times a part.
void aug_energy_add(aug_energy *sum, const aug_energy *part, double times);
void aug_work_add(aug_work *sum, const aug_work *work);
// Moves the traffic that operators of a kernel that fuses take from it to the first; below nothing it cannot come.
void aug_work_fuse(aug_work *works, int count);
// Seconds of the resources alone.
double aug_work_busy_seconds(const aug_work *work);
// Seconds of a kernel, launch and hops included; `bound` receives what takes most of it.
double aug_work_seconds(const aug_roofline *roofline, const aug_work *work, int *bound);
// "hbm", "matrix units", "launch": a bound for people.
const char *aug_bound_name(const aug_roofline *roofline, int bound);

#endif
