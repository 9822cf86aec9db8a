// The space of mappings of one problem, as the search sees it: what each memory may keep, how ranks can be
// cut, how arrays may be filled, and the price of every word as an integer.
//
// Memories stand in segments: those between the same arrays. Stores of one segment stand in any order; loops
// in space part segments. Prices are whole numbers of a unit that is small enough for those of the machine
// (10^-12 pJ where they allow it), so sums of counts times prices are exact and comparing two of them is.
#ifndef AUG_MAPPER_MAP_SPACE_H
#define AUG_MAPPER_MAP_SPACE_H

#include "base/compiler.h"
#include "mapper/mapper.h"
#include "mapper/tile_class.h"

enum { AUG_SPACE_SEGMENTS = AUG_PROBLEM_ARRAYS + 1 };

typedef struct aug_space_tensor {
    unsigned ranks;  // of more than one point, that stand in an index
    unsigned direct; // of them, those that are an index by themselves, with a stride where tiles divide
    bool slides;     // not all are direct: tiles may have words in common
    bool plain;      // all are, and none leaves gaps: words are the product of the extents of a tile
    bool tangled;    // a rank stands in more than one index, or twice in one
    bool is_output, accumulates;
    aug_count words; // of its box
    aug_count least; // different words that are ever touched, at least
} aug_space_tensor;

typedef struct aug_space_memory {
    int segment;
    unsigned may, must; // tensors
    double capacity_bits, buffers;
    double bits[AUG_PROBLEM_TENSORS];
    double read_width, write_width; // bits per cycle
    bool shared_port;
    aug_count read[AUG_PROBLEM_TENSORS], fill[AUG_PROBLEM_TENSORS],
        update[AUG_PROBLEM_TENSORS]; // price of a word
    aug_count leak;                  // price of an instance and cycle
} aug_space_memory;

// Axes of an array that are alike: what counts is the product of the loops along them.
typedef struct aug_axis_group {
    int segment; // the memories outside are those up to this segment
    int axis_count;
    int axes[AUG_PROBLEM_AXES];
    aug_count fan;              // product
    unsigned ranks;             // that may be spread along them
    unsigned multicast, reduce; // tensors
} aug_axis_group;

// A loop of the prefix with several steps.
typedef struct aug_given_loop {
    int rank;
    aug_count tile, steps;
} aug_given_loop;

typedef struct aug_space {
    const aug_problem *problem;
    const aug_restriction *restriction; // NULL: none
    aug_arena *arena;
    bool perfect;
    bool has_prefix;
    bool divides;          // perfect, and loops of the prefix divide, too
    int given_count;       // of the prefix
    aug_given_loop *given; // from the outside in
    bool given_stores[AUG_PROBLEM_TENSORS][AUG_PROBLEM_MEMORIES]; // that the prefix has
    bool outside_in_prefix; // see aug_mapper_options
    bool roomy;             // some memory has more room than the machine says, for floors
    bool all_tiles; // of short ones, see tile_scope.h
    bool mixed;     // not perfect, but tiles of some ranks have to divide
    bool canonical; // loops stand where no restriction looks, so rules about equal nests hold
    bool closed; // energy and cycles of perfect tiles are known to the search; else aug_cost_evaluate tells
    int unit;    // compute unit
    double unit_rate;
    aug_count unit_price; // of an operation
    double unit_instances;
    double operations;
    int tensor_count, rank_count, memory_count, group_count, segment_count;
    unsigned large;                       // ranks that are searched: more than one point left
    unsigned sliding;                     // ranks that move a sliding index of any tensor
    unsigned partners[AUG_PROBLEM_RANKS]; // the other ranks of such an index
    int twin[AUG_PROBLEM_RANKS];          // mirror.h
    unsigned twins, later;                // ranks that have one; of each pair the second
    int image_ranks[2], image_tensors[2]; // image.h; -1: there is none
    aug_space_tensor tensors[AUG_PROBLEM_TENSORS];
    aug_space_memory memories[AUG_PROBLEM_MEMORIES];
    aug_axis_group groups[AUG_PROBLEM_AXES];
    aug_count fan_below[AUG_SPACE_SEGMENTS + 1]; // product of the fanouts inside of a segment
    aug_tile_classes classes[AUG_PROBLEM_RANKS];
    const aug_lasting *lasting; // NULL: anything may stay
    double price_pj; // of the unit of prices
    aug_count grain; // units that divide the energy of every nest; 0: not known
    bool has_energy;
    double overhead_cycles;        // at least
    double most_cycles;            // what the restriction on utilisation leaves
    int home[AUG_PROBLEM_TENSORS]; // memory of the outermost store of each tensor
} aug_space;

// Prepares the space. NULL, or why there is no mapping at all, as a sentence in the arena.
const char *aug_space_init(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                           aug_space *space);

// Which rules hold for an objective.
void aug_space_aim(aug_space *space, aug_objective objective);

static inline double aug_space_energy(const aug_space *space, aug_wide prices) {
    return (double)prices * space->price_pj;
}

// The energy of a mapping in units of prices. Sums in floating point end beside the exact one, and a nest that
// seems to take 2^-53 more than it does lets all that tie with it be searched: so the nearest multiple of the
// grain is taken where it is as near as rounding. Prices of 1 and 6 pJ and sums of 291,444,940.8 pJ in units
// of 10^-12 pJ: steps of 0.2 pJ, the sum is 32,768 units off.
aug_wide aug_space_price(const aug_space *space, double energy_pj);

#endif
