// One einsum on one machine, as integers: what mapping, cost and mapper work on.
//
// Memories, axes of arrays and compute units stand outermost first. Positions are counted in memories and
// axes: a memory has `axes_above` axes around it, so memory m has one instance per point of axes 0 ..
// axes_above - 1. Tensors are inputs in the order of the einsum, the output last. Sets of ranks and of
// tensors are bit masks.
//
// That no count overflows is proven once, here (aug_problem_bind); hot code then multiplies freely.
#ifndef AUG_PROBLEM_PROBLEM_H
#define AUG_PROBLEM_PROBLEM_H

#include "machine/machine.h"
#include "workload/einsum.h"
#include "workload/graph.h"

#include <stdint.h>

enum {
    AUG_PROBLEM_RANKS = AUG_EINSUM_RANKS,     // 10
    AUG_PROBLEM_TENSORS = AUG_EINSUM_TENSORS, // 6
    AUG_PROBLEM_DIMS = AUG_EINSUM_DIMS,       // 8
    AUG_PROBLEM_MEMORIES = 12,
    AUG_PROBLEM_ARRAYS = 8,
    AUG_PROBLEM_AXES = 16,
    AUG_PROBLEM_COMPUTES = 6
};

// A count of words or operations; exact.
typedef uint64_t aug_count;

typedef struct aug_problem_term {
    int rank;
    aug_count coefficient; // 1 at least
} aug_problem_term;

// One dimension of a tensor: index = sum(coefficient · rank).
typedef struct aug_problem_dim {
    int term_count;
    aug_problem_term terms[AUG_EINSUM_TERMS];
} aug_problem_dim;

struct aug_density; // workload/density.h

typedef struct aug_problem_tensor {
    const char *name;
    aug_tensor_role role;
    bool is_output;
    bool accumulates; // an output that starts from existing values
    int dim_count;
    aug_problem_dim dims[AUG_PROBLEM_DIMS];
    unsigned ranks;                    // those that stand in an index
    const struct aug_density *density; // NULL: dense
} aug_problem_tensor;

// What a memory does with a tensor; dense actions first, then those of sparse data.
typedef struct aug_problem_memory {
    const char *name;
    int level;      // of the machine
    int axes_above; // axes around it
    aug_count instances;
    double capacity_bits;                             // per instance; infinite: unlimited
    aug_count buffers;                                // copies of each tile
    double read_bits_per_cycle, write_bits_per_cycle; // per instance; infinite: unlimited
    bool shared_port;                                 // one port of read_bits_per_cycle for reads and writes
    aug_count block;                                  // words that one action moves
    double bits[AUG_PROBLEM_TENSORS];                 // of a word of each tensor in this memory
    double energy_pj[AUG_PROBLEM_TENSORS][AUG_ACTION_COUNT]; // per action on `block` words; NaN: not stated
    double gated_pj[AUG_PROBLEM_TENSORS]
                   [AUG_ACTION_COUNT]; // the same where the action is gated; 0 where not stated
    double leakage_pj_per_cycle;       // per instance
    int gated_at;         // memory whose instances switch this one off as a whole; -1: each by itself
    double area_um2;      // per instance; NaN: not stated
    unsigned must, never; // tensors that it has to keep, may not keep
} aug_problem_memory;

typedef struct aug_problem_axis {
    const char *name; // "pe.x"
    int array;
    int memories_above; // memories outside it
    aug_count fanout;
    unsigned multicast, reduce; // tensors whose transfers children along it may share, downwards and upwards
} aug_problem_axis;

typedef struct aug_problem_array {
    const char *name;
    int level;
    int first_axis, axis_count;
    double hop_pj, router_pj;         // per word and hop, per word and router
    double fill_cycles, drain_cycles; // until the first result, behind the last
    double sweep_cycles;              // to cross it and back, once per run
    bool per_fold;                    // fill and drain once per fold (see cost/latency.h), else once per run
} aug_problem_array;

typedef struct aug_problem_compute {
    const char *name;
    int level;
    int unit; // aug_unit
    int memories_above, axes_above;
    aug_count instances;
    double rate_per_cycle; // points of the einsum per instance and cycle; 0: it cannot do them
    double energy_pj, gated_pj, skipped_pj; // per point; energy NaN: not stated
    aug_number_format format;               // that it computes in
    double area_um2;                        // per instance; NaN: not stated
} aug_problem_compute;

typedef struct aug_problem {
    const aug_machine *machine;
    const aug_einsum *einsum;
    const char *name; // of the einsum
    int rank_count;
    const char *ranks[AUG_PROBLEM_RANKS];
    aug_count sizes[AUG_PROBLEM_RANKS];
    int tensor_count; // inputs, then the output
    aug_problem_tensor tensors[AUG_PROBLEM_TENSORS];
    int memory_count, array_count, axis_count, compute_count;
    aug_problem_memory memories[AUG_PROBLEM_MEMORIES];
    aug_problem_array arrays[AUG_PROBLEM_ARRAYS];
    aug_problem_axis axes[AUG_PROBLEM_AXES];
    aug_problem_compute computes[AUG_PROBLEM_COMPUTES];
    aug_count operations; // product of the sizes
    bool drain_reads;     // sending a partial result up reads it in the memory that it leaves
    unsigned rows;        // ranks that it goes along as a whole, as a norm along its rows: what one step of loops that
                          // einsums share has of it has to have all of them
    const struct aug_sparse_design
        *sparse; // what the machine does with zeros (machine/sparse_design.h); NULL: nothing
} aug_problem;

// Index of the output tensor.
static inline int aug_problem_output(const aug_problem *problem) {
    return problem->tensor_count - 1;
}

// Binds an operator of a workload to a machine. `sizes` gives the size of each rank of its einsum. False with
// errors added: a size of 0, a product that overflows (names the rank), a machine without what the einsum
// needs. Tensors whose bits the operator leaves open have 8. Names and errors live in the reader's arena.
bool aug_problem_bind(const aug_reader *reader, const aug_operator *operation, const aug_count *sizes,
                      const aug_machine *machine, aug_problem *problem);
// The same for an operator of a model, whose tensors have the formats of `precision` where they state no
// bits.
bool aug_problem_bind_as(const aug_reader *reader, const aug_operator *operation,
                         const aug_precision *precision, const aug_count *sizes, const aug_machine *machine,
                         aug_problem *problem);

// Counts the operations, and proves that no count overflows; false: words of a tensor over all steps may with
// a rank.
bool aug_problem_count(aug_problem *problem, int *tensor, int *rank);

// The set of the one tensor of this name; empty where there is none.
unsigned aug_problem_called(const aug_problem *problem, const char *name);
// The set of tensors in a role (input, weight, cache, state, output). The result is an output whatever else
// it is.
unsigned aug_problem_in_role(const aug_problem *problem, const char *role);
// Tensors that a list means, by name or by role.
unsigned aug_problem_named(const aug_problem *problem, const aug_name_list *list);
// The sets that a memory has to keep and may not keep. A tensor's own name counts more than its role; what a list of `may`
// leaves out is not kept.
void aug_problem_keep(const aug_problem *problem, const aug_keep *keep, unsigned *must, unsigned *never);
// The compute unit that an einsum is mapped to: the innermost one that can do it; -1: none.
int aug_problem_unit(const aug_problem *problem);
// Whether a memory takes energy for its time.
bool aug_problem_leaks(const aug_problem *problem);
// A level whose energy mappings would need and the machine does not state; NULL: there is none.
const char *aug_problem_without_energy(const aug_problem *problem);

// Extent of one dimension of a tensor for extents of ranks: sum(coefficient · (extent - 1)) + 1 words.
static inline aug_count aug_dim_extent(const aug_problem_dim *dim, const aug_count *extents) {
    aug_count extent = 1;
    for (int t = 0; t < dim->term_count; t++)
        extent += dim->terms[t].coefficient * (extents[dim->terms[t].rank] - 1);
    return extent;
}

// Words of the box of a tensor for extents of ranks.
static inline aug_count aug_tensor_words(const aug_problem_tensor *tensor, const aug_count *extents) {
    aug_count words = 1;
    for (int d = 0; d < tensor->dim_count; d++)
        words *= aug_dim_extent(&tensor->dims[d], extents);
    return words;
}

#endif
