// What the sections of Timeloop's files say, between reading and writing.
//
// Levels stand outermost first, the compute units last. Sets of data spaces and of dimensions are bit masks.
// A member that nobody stated is NaN (numbers), 0 (counts) or NULL.
#ifndef AUG_INTERCHANGE_TIMELOOP_PARTS_H
#define AUG_INTERCHANGE_TIMELOOP_PARTS_H

#include "text/scalar.h"

enum {
    AUG_TIMELOOP_LEVELS = 13, // memories and, at the end, the compute units
    AUG_TIMELOOP_DIMS = 16,
    AUG_TIMELOOP_SPACES = 6, // that an einsum of Auger can have
    AUG_TIMELOOP_RANKS = 8,
    AUG_TIMELOOP_TERMS = 4,
    AUG_TIMELOOP_GROUPS = 16 // of actions that are saved in one memory
};

// Actions whose energy the tables state.
typedef enum aug_timeloop_action {
    AUG_TIMELOOP_READ,
    AUG_TIMELOOP_WRITE,
    AUG_TIMELOOP_UPDATE,
    AUG_TIMELOOP_GATED_READ,
    AUG_TIMELOOP_GATED_WRITE,
    AUG_TIMELOOP_GATED_UPDATE,
    AUG_TIMELOOP_SKIPPED_READ,
    AUG_TIMELOOP_SKIPPED_WRITE,
    AUG_TIMELOOP_SKIPPED_UPDATE,
    AUG_TIMELOOP_METADATA_READ,
    AUG_TIMELOOP_METADATA_WRITE,
    AUG_TIMELOOP_METADATA_UPDATE,
    AUG_TIMELOOP_METADATA_GATED,
    AUG_TIMELOOP_METADATA_SKIPPED, // reads
    AUG_TIMELOOP_LEAK,
    AUG_TIMELOOP_COMPUTE,
    AUG_TIMELOOP_COMPUTE_GATED,
    AUG_TIMELOOP_COMPUTE_SKIPPED,
    AUG_TIMELOOP_ACTIONS
} aug_timeloop_action;

// Accesses of one data space that are saved where others are zero.
typedef struct aug_timeloop_option {
    int target;
    unsigned on;
} aug_timeloop_option;

// Options of which the best one is taken.
typedef struct aug_timeloop_group {
    bool skips; // else gates
    int count;
    aug_timeloop_option options[AUG_TIMELOOP_SPACES];
} aug_timeloop_group;

typedef enum aug_timeloop_zeros {
    AUG_TIMELOOP_ZEROS_COMPUTED,
    AUG_TIMELOOP_ZEROS_GATED,
    AUG_TIMELOOP_ZEROS_SKIPPED
} aug_timeloop_zeros;

typedef struct aug_timeloop_level {
    const aug_node *node; // the component
    const char *said;     // its name there, without the range
    const char *name;     // in Auger's files
    bool computes;
    double instances, mesh_x, mesh_y;
    double word_bits, block;                             // bits of a word, words of one access
    double size_words;                                   // infinite: unlimited
    double buffering;                                    // copies of each tile; 1.5 is possible
    double read_words, write_words, shared_words;        // per cycle; infinite: unlimited
    double hop_pj, router_pj, fill_cycles, drain_cycles; // of the network towards the next level inside
    const aug_node *gated_node;
    int gated_at; // level that switches this one off; -1: itself
    double energy_pj[AUG_TIMELOOP_ACTIONS];
    int energy_rank[AUG_TIMELOOP_ACTIONS]; // of the name that stated it: lower ones win
    double area_um2;
    // What stands between this level and the next one inside.
    double fanout_x, fanout_y;
    const char *array; // its name; NULL: nothing
    // Zeros.
    double metadata_bits;                     // of one word of metadata; NaN: as many as needed
    double metadata_block;                    // words of metadata that one access moves
    const char *formats[AUG_TIMELOOP_SPACES]; // "[offsets, coordinates]"; NULL: none
    aug_timeloop_group groups[AUG_TIMELOOP_GROUPS];
    int group_count;
    aug_timeloop_zeros zeros;
} aug_timeloop_level;

typedef struct aug_timeloop_machine {
    const char *name;
    aug_timeloop_level levels[AUG_TIMELOOP_LEVELS];
    int level_count;  // the compute units included
    bool saves_zeros; // sparse optimisations were given
    bool placed;      // every component has its level, so that other sections may name it
    bool good;        // nothing is wrong with it
} aug_timeloop_machine;

typedef struct aug_timeloop_dim {
    const char *name;
    const aug_node *node;
    uint64_t size;
} aug_timeloop_dim;

typedef struct aug_timeloop_rank {
    int term_count;
    struct {
        int dim;
        uint64_t coefficient;
    } terms[AUG_TIMELOOP_TERMS];
} aug_timeloop_rank;

typedef enum aug_timeloop_density {
    AUG_TIMELOOP_DENSE,
    AUG_TIMELOOP_UNIFORM,
    AUG_TIMELOOP_STRUCTURED,
    AUG_TIMELOOP_BANDED
} aug_timeloop_density;

typedef struct aug_timeloop_space {
    const char *name;
    const aug_node *node;
    bool written;
    int rank_count;
    aug_timeloop_rank ranks[AUG_TIMELOOP_RANKS];
    unsigned dims; // that stand in a rank
    aug_timeloop_density density;
    double share;         // UNIFORM
    uint64_t n, m, width; // STRUCTURED: n of every m along `along`; BANDED: width
    int along;
} aug_timeloop_space;

typedef struct aug_timeloop_problem {
    const char *name;
    aug_timeloop_dim dims[AUG_TIMELOOP_DIMS];
    int dim_count;
    aug_timeloop_space spaces[AUG_TIMELOOP_SPACES];
    int space_count;
    int output; // the space that is written
} aug_timeloop_problem;

typedef enum aug_timeloop_factor_kind {
    AUG_TIMELOOP_FREE,
    AUG_TIMELOOP_EXACT,
    AUG_TIMELOOP_AT_MOST
} aug_timeloop_factor_kind;

// The iterations of a loop: `last` of them in the last pass of all.
typedef struct aug_timeloop_factor {
    aug_timeloop_factor_kind kind;
    uint64_t count, last; // count 0: the rest
    const aug_node *node;
} aug_timeloop_factor;

// One block of loops: dimensions, innermost first.
typedef struct aug_timeloop_block {
    const aug_node *node; // the directive; NULL: none was given
    aug_timeloop_factor factors[AUG_TIMELOOP_DIMS];
    int order[AUG_TIMELOOP_DIMS];
    int order_count; // dimensions that were named
    int split;       // of a spatial block: so many of `order` along x; -1: all
    const aug_node *split_node;
} aug_timeloop_block;

typedef struct aug_timeloop_nest {
    aug_timeloop_block time, space;
    const aug_node *store_node;
    unsigned keep, bypass; // as stated
    unsigned whole;        // fetched whole at every step
    const aug_node *whole_node;
    unsigned alone; // no instance shares with another
} aug_timeloop_nest;

// A mapping, or the bounds of a search.
typedef struct aug_timeloop_loops {
    const aug_node *node;
    aug_timeloop_nest nests[AUG_TIMELOOP_LEVELS];
    double min_utilization; // NaN: not stated
} aug_timeloop_loops;

// Everything that is read.
typedef struct aug_timeloop_design {
    const aug_reader *reader;
    aug_timeloop_machine machine;
    aug_timeloop_problem problem;
    aug_timeloop_loops mapping, bounds;
} aug_timeloop_design;

// Readers of one section each; false with errors added. `problem` and `machine` come first.
bool aug_timeloop_machine_read(aug_timeloop_design *design, const aug_node *architecture);
bool aug_timeloop_energies_read(aug_timeloop_design *design, const aug_node *ert);
bool aug_timeloop_areas_read(aug_timeloop_design *design, const aug_node *art);
bool aug_timeloop_problem_read(aug_timeloop_design *design, const aug_node *problem);
// The densities in the instance of a problem, whose data spaces are read.
bool aug_timeloop_densities_read(aug_timeloop_design *design, const aug_node *instance);
bool aug_timeloop_sparse_read(aug_timeloop_design *design, const aug_node *sparse);
bool aug_timeloop_mapping_read(aug_timeloop_design *design, const aug_node *mapping);
bool aug_timeloop_bounds_read(aug_timeloop_design *design, const aug_node *bounds);

// The texts.
const char *aug_timeloop_machine_write(const aug_timeloop_design *design);
const char *aug_timeloop_workload_write(const aug_timeloop_design *design);
const char *aug_timeloop_mapping_write(const aug_timeloop_design *design);
// NULL with errors added where a bound cannot be expressed.
const char *aug_timeloop_bounds_write(const aug_timeloop_design *design);

// The level, memory or compute units, that a name or an index (memories only, from the innermost one) means;
// -1 with an error added.
int aug_timeloop_level_find(const aug_timeloop_design *design, const aug_node *node, bool memories_only);
// The index of a data space or dimension by its name; -1.
int aug_timeloop_space_index(const aug_timeloop_problem *problem, const char *name);
int aug_timeloop_dim_index(const aug_timeloop_problem *problem, const char *name);
// The set of data spaces that a list names; false with errors added.
bool aug_timeloop_spaces(const aug_timeloop_design *design, const aug_node *list, unsigned *set);
// Reads "M=4 K=2,1 N<=8" (AT_MOST only where `bounds`) and "KMN" or [K, M, N].
bool aug_timeloop_factors_read(const aug_timeloop_design *design, const aug_node *node, bool bounds,
                               aug_timeloop_factor *factors);
bool aug_timeloop_order_read(const aug_timeloop_design *design, const aug_node *node,
                             aug_timeloop_block *block);
// The whole order of a block, dimensions that nobody named at its end; returns how many there are.
int aug_timeloop_order_all(const aug_timeloop_problem *problem, const aug_timeloop_block *block,
                           int order[AUG_TIMELOOP_DIMS]);

#endif
