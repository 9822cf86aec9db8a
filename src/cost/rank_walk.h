// How the tiles of one rank come and go.
//
// A rank is split by its own loops alone, so what happens to it can be counted apart from all other ranks.
// Loops in space pick one of several tiles for each instance, loops in time step through them. Example: size
// 10, `for r:4`, `par x r:1`:
//
//     tiles of the loop in time: 4 4 2, so instances 0 and 1 are busy three times, instances 2 and 3 twice
//
// Behind each loop there are few different extents (the tile, and what the division of each extent before
// leaves), and few kinds of instances: those for which all these extents hold the same. That is why counting
// takes time that depends on the number of loops but neither on how many steps they take nor on how many
// instances there are.
#ifndef AUG_COST_RANK_WALK_H
#define AUG_COST_RANK_WALK_H

#include "mapping/mapping.h"

enum {
    AUG_WALK_LOOPS = AUG_MAPPING_SPLITS,
    AUG_WALK_EXTENTS = AUG_WALK_LOOPS + 2, // different ones behind a loop
    AUG_WALK_KINDS = 56                    // of instances along one loop in space
};

// A run of indices of a loop for which every extent before it gives the same extent behind it.
typedef struct aug_index_run {
    aug_count first, copies;
} aug_index_run;

typedef struct aug_walk_loop {
    aug_count tile;
    int node; // of the mapping
    bool in_space;
    int run_count; // of indices
    aug_index_run runs[AUG_WALK_KINDS];
} aug_walk_loop;

typedef struct aug_rank_walk {
    aug_count size;
    int loop_count;
    aug_walk_loop loops[AUG_WALK_LOOPS];
    bool even; // every tile divides the one around it: one extent per depth, one kind of instance
} aug_rank_walk;

// What is chosen of a loop in space: an entry per node of the mapping.
enum {
    AUG_CHOOSE_ALL = -1,
    AUG_CHOOSE_FIRST = -2
}; // else the number of a run, whose first index stands for itself alone

// A step of a rank: where its tile was and is, and how often that happens.
typedef struct aug_move {
    int64_t shift;           // start of the new tile - start of the old one
    aug_count before, after; // extents; 0: there is none
    aug_count count;
} aug_move;

enum { AUG_MOVES = 768 };
typedef struct aug_moves {
    int count;
    bool overflow; // more different moves than fit
    aug_move items[AUG_MOVES];
} aug_moves;

// Collects the loops of a rank over the whole mapping; those that take one step are left out.
void aug_walk_init(aug_rank_walk *walk, const aug_mapping *mapping, int rank, aug_count size);
// Loops of the rank that stand before a node.
int aug_walk_depth(const aug_rank_walk *walk, int node);

// The loop of a node; NULL where it takes one step.
const aug_walk_loop *aug_walk_loop_at(const aug_rank_walk *walk, int node);

// Where one instance is: the indices of all loops in space, by position in walk->loops.
typedef struct aug_walk_indices {
    aug_count at[AUG_WALK_LOOPS];
} aug_walk_indices;

// A tile: where it starts and how far it goes; extent 0: there is none.
typedef struct aug_tile {
    aug_count start, extent;
} aug_tile;

// The first and the last tile that an instance visits inside a tile of `extent` behind loop `depth`, down to
// `end` loops.
aug_tile aug_walk_first(const aug_rank_walk *walk, const aug_walk_indices *indices, aug_count extent,
                        int depth, int end);
aug_tile aug_walk_last(const aug_rank_walk *walk, const aug_walk_indices *indices, aug_count extent,
                       int depth, int end);

// What a list of moves is asked for. A number of 0 or more is a node of the mapping: the moves of the rank
// when that loop in time steps (a loop of this rank, or of another one that starts this rank's inner loops
// over).
enum { AUG_MOVES_LEAVES = -1 }; // every tile that is ever visited (`after` alone)

// Appends to nothing: fills `moves` for a node that has `end` of the rank's loops above it.
void aug_walk_moves(const aug_rank_walk *walk, const int *choice, int node, int end, aug_moves *moves);
// Number of moves of a rank that does not index the tensor: the sum of their counts.
aug_count aug_walk_count(const aug_rank_walk *walk, const int *choice, int node, int end);
// Instances along the rank's loops in space, of the first `end` loops, that are busy at some time.
aug_count aug_walk_instances(const aug_rank_walk *walk, const int *choice, int end);

#endif
