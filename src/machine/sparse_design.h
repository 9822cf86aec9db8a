// What a machine does with zeros: formats that leave them out, accesses and operations that are saved where an operand is zero.
//
// A machine file names tensors or roles, because it does not know the einsum. aug_sparse_memory holds that, one per memory;
// aug_sparse_design is the same for one einsum, with tensors as numbers (problem/sparse_bind.h).
//
//   skip  the access does not happen: neither energy nor time
//   gate  it happens but moves nothing: energy of a gated action, and its time
#ifndef AUG_MACHINE_SPARSE_DESIGN_H
#define AUG_MACHINE_SPARSE_DESIGN_H

#include "text/scalar.h"

#include <math.h>

enum {
    AUG_SPARSE_RANKS = 8,   // of a stored tile
    AUG_SPARSE_TENSORS = 6, // named by one list; as many as an einsum has
    AUG_SPARSE_FORMATS = 8, // tensors or roles with a format in one memory
    AUG_SPARSE_RULES = 16,  // entries of skip and gate of one memory
    AUG_SPARSE_MEMORIES = 12,
    AUG_SPARSE_COMPUTES = 6,
    AUG_SPARSE_ACTIONS = 3  // read, write, update
};

// How the children of a fiber are stored. A fiber is what one step of the loops outside of a rank leaves: rows of a matrix
// whose outer rank is its row number.
//   UNCOMPRESSED  all of them, in order
//   BITMASK       one bit each; those with a non-zero
//   COORDINATES   those with a non-zero, each with its place
//   RUN_LENGTH    those with a non-zero, each with the number of empty ones before it
//   OFFSETS       where the fiber of each one begins, and where the last one ends
typedef enum aug_rank_format {
    AUG_FORMAT_UNCOMPRESSED,
    AUG_FORMAT_BITMASK,
    AUG_FORMAT_COORDINATES,
    AUG_FORMAT_RUN_LENGTH,
    AUG_FORMAT_OFFSETS
} aug_rank_format;

extern const char *const aug_rank_format_names[];

typedef enum aug_zeros { AUG_ZEROS_COMPUTE, AUG_ZEROS_GATE, AUG_ZEROS_SKIP } aug_zeros;
extern const char *const aug_zeros_names[];

// Counts of what happens with random zeros are expectations.
typedef enum aug_expectation {
    AUG_EXPECT_EXACT, // kept as they are
    AUG_EXPECT_WHOLE  // what is saved is rounded down to whole words per instance at every step, as Timeloop does
} aug_expectation;
extern const char *const aug_expectation_names[];

enum { AUG_METADATA_READ, AUG_METADATA_WRITE, AUG_METADATA_GATED, AUG_METADATA_SKIPPED, AUG_METADATA_ACTIONS };

typedef struct aug_sparse_format {
    const char *tensor; // or role
    int rank_count;
    aug_rank_format ranks[AUG_SPARSE_RANKS]; // outermost first
} aug_sparse_format;

typedef struct aug_sparse_option {
    const char *tensor; // whose reads and updates are saved
    int on_count;
    const char *on[AUG_SPARSE_TENSORS]; // where any of these is zero
} aug_sparse_option;

// Several options: the one that saves most is taken.
typedef struct aug_sparse_rule {
    bool skips;
    int option_count;
    aug_sparse_option options[AUG_SPARSE_TENSORS];
} aug_sparse_rule;

// `sparse` of a memory.
typedef struct aug_sparse_memory {
    int format_count;
    aug_sparse_format formats[AUG_SPARSE_FORMATS];
    double metadata_bits;     // of a coordinate, run or offset; NaN: as many as needed
    uint64_t metadata_vector; // metadata words that one action moves
    double metadata_pj[AUG_METADATA_ACTIONS]; // per action
    double gated_pj[AUG_SPARSE_ACTIONS];      // per action, NaN: stated per bit, or not at all
    double gated_pj_per_bit[AUG_SPARSE_ACTIONS];
    int rule_count;
    aug_sparse_rule rules[AUG_SPARSE_RULES];
} aug_sparse_memory;

// ---- The same for one einsum

typedef struct aug_sparse_choice {
    int tensor;
    unsigned on; // set of tensors
} aug_sparse_choice;

typedef struct aug_sparse_group {
    bool skips;
    int choice_count;
    aug_sparse_choice choices[AUG_SPARSE_TENSORS];
} aug_sparse_group;

typedef struct aug_sparse_level {
    int rank_count[AUG_SPARSE_TENSORS]; // 0: no format
    aug_rank_format ranks[AUG_SPARSE_TENSORS][AUG_SPARSE_RANKS];
    double metadata_bits;
    uint64_t metadata_vector;
    double metadata_pj[AUG_METADATA_ACTIONS];
    int group_count;
    aug_sparse_group groups[AUG_SPARSE_RULES];
} aug_sparse_level;

typedef struct aug_sparse_design {
    aug_expectation expectation;
    aug_sparse_level memories[AUG_SPARSE_MEMORIES]; // by memory of the problem
    aug_zeros zeros[AUG_SPARSE_COMPUTES];           // by compute unit of the problem
} aug_sparse_design;

extern const struct aug_fields aug_sparse_fields, aug_sparse_option_fields, aug_metadata_energy_fields, aug_gated_energy_fields;

// Reads `sparse` of a memory. NULL with errors added.
const aug_sparse_memory *aug_sparse_read(const aug_reader *reader, const aug_node *node);

#endif
