// A nest that is being built from the outside in, and what it costs so far.
//
// A keeping says which tensors every memory keeps. A frame is the beginning of a nest: loops in time that cut
// ranks, loops in space, stores. What a store fetches is known when it is placed, for it depends on what
// stands above it alone:
//
//     words fetched = words of the tensor · product over the ranks that do not move it of the number of their
//     tiles
//
// at the innermost loop in time above the store that moves it (`steady`); loops further in leave the tile
// where it is. Loops in space that do not move it make copies, and share one read of the parent where the
// axis lets them.
//
// Example: Z[m,n] += A[m,k] B[k,n], 64 each, `dram[A B Z] for m:16 for n:8 | buffer[A] ...`: the loop over n
// leaves A in place, so A is fetched once, 4096 words; B (no loop over n, k inside of it) 4 · 4096; Z once.
//
// A store of a memory inside an array may be *declared* further out than it can stand: between its
// declaration and its array no loop moves it, so that it stays where it is. Loops that would move it are
// banned until then.
#ifndef AUG_MAPPER_FRAME_H
#define AUG_MAPPER_FRAME_H

#include "mapper/map_space.h"

struct aug_array_ways; // array_ways.h

// What every memory keeps.
typedef struct aug_keeping {
    unsigned kept[AUG_PROBLEM_MEMORIES];
    unsigned idle;                        // bit s: no loops in space between segments s and s + 1
    int chain_count[AUG_PROBLEM_TENSORS]; // memories that keep a tensor
    int chain[AUG_PROBLEM_TENSORS][AUG_PROBLEM_MEMORIES]; // from its home inwards
    int segment_count;
    int segment[AUG_PROBLEM_MEMORIES]; // of a memory; idle arrays part nothing
    aug_wide
        tails[AUG_SPACE_SEGMENTS + 1]; // price of all edges into a segment and those inside of it, at least
    int only;                          // memory whose edges alone count, see below; -1: all do
    aug_wide floors[AUG_PROBLEM_MEMORIES + 1]; // price of the edges into a memory, at least; last: compute
    aug_wide floor;                            // of all, with the operations
    double cycles;                             // at least
    aug_wide searched;                         // all nests below were looked at
    int tries;                                 // searches so far
    int raised;                                // parts whose floors are known as well as they can be
    const struct aug_shape_list *shapes;       // that can be of interest (shape_search.h); NULL: not known
    const struct aug_array_ways *ways;         // of the last array, where a search knows them; else NULL
} aug_keeping;

// keeping->only: a memory; memory_count: compute; memory_count + 1 + s: segment s and all inside of it.
static inline bool aug_keeping_counts(const aug_space *space, const aug_keeping *keeping, int part) {
    int only = keeping->only, tail = only - space->memory_count - 1;
    if (only <= space->memory_count)
        return only < 0 || only == part;
    return part == space->memory_count || space->memories[part].segment >= tail;
}

typedef enum aug_item_kind { AUG_ITEM_FOR, AUG_ITEM_PAR, AUG_ITEM_STORE } aug_item_kind;

typedef struct aug_item {
    uint8_t kind;          // aug_item_kind
    int8_t rank, group;    // FOR, PAR; PAR
    int8_t tensor, memory; // STORE
    int32_t from, to;      // FOR, PAR: classes of its tiles
    aug_count steps;       // FOR, PAR
} aug_item;

enum { AUG_PATH_ITEMS = AUG_MAPPING_NODES };

typedef struct aug_frame {
    int cut[AUG_PROBLEM_RANKS];            // class of the tiles that remain
    int placed[AUG_PROBLEM_TENSORS];       // stores of the chain that stand
    int declared[AUG_PROBLEM_TENSORS];     // that stand or are declared
    aug_count spread[AUG_PROBLEM_RANKS];   // steps in space
    aug_count instances;                   // product of them
    aug_count every[AUG_PROBLEM_TENSORS];  // tiles of the ranks that do not move the tensor
    aug_count steady[AUG_PROBLEM_TENSORS]; // the same at the innermost loop that moves it, times copies since
    aug_count copies[AUG_PROBLEM_TENSORS]; // steps in space that do not move it
    aug_count fewest[AUG_PROBLEM_TENSORS]; // of them, those in use where tiles are short, at least
    aug_count shared_down[AUG_PROBLEM_TENSORS],
        shared_up[AUG_PROBLEM_TENSORS]; // of them, below its last store and shared
    aug_count slid[AUG_PROBLEM_TENSORS],
        different[AUG_PROBLEM_TENSORS];      // steps that slide it, below its last store, and how many of
                                             // these children fetch what no other does, at least
    aug_count holders[AUG_PROBLEM_MEMORIES]; // instances in use
    aug_count fewest_holders[AUG_PROBLEM_MEMORIES]; // where tiles are short, at least
    double held_bits[AUG_PROBLEM_MEMORIES];
    double lasting_bits[AUG_PROBLEM_MEMORIES]; // of them, behind the prefix, what stays (see aug_lasting)
    double read_bits[AUG_PROBLEM_MEMORIES], write_bits[AUG_PROBLEM_MEMORIES]; // of one instance
    aug_wide price[AUG_PROBLEM_MEMORIES + 1]; // of the edges into a memory; last: compute
    int segment;                              // whose stores are placed
    int previous;                             // tensor of the store above the gap; -1: the top
    bool top;                                 // no store but the prefix yet
    unsigned banned;                          // ranks that move declared stores
    unsigned whole;  // ranks that the last array has to use up and no loop in time can cut before
    unsigned unraised;                        // ranks that may stand below the store that they move
    unsigned kept_over; // tensors that stay over loops of the prefix as long as no loop in time moves them,
    unsigned kept_partly; // or, where a short tile of the prefix leaves it but one step, whatever moves them
    unsigned above;    // ranks of loops in time above the array that was crossed last, in the same gap
    bool slides_above; // loops of sliding ranks stand above the array that was crossed last, none below
    int8_t given_two[AUG_PROBLEM_TENSORS]; // rank of the prefix's innermost loop that moves a tensor, where
                                           // that has two steps, the second a short one; -1: none
    int8_t parted;     // rank of which the next gap has to have one more loop, behind another; -1: none
    bool across;       // the gap goes on below an array: then a loop over any rank that slides will do
    bool late;         // a store was declared behind the last one of the segment: a loop has to follow
    int path;          // items
} aug_frame;

// A frame with the homes of all tensors, or what the prefix says. `path` has room for AUG_PATH_ITEMS.
void aug_frame_init(const aug_space *space, const aug_keeping *keeping, const aug_mapper_options *options,
                    aug_item *path, aug_frame *frame);
void aug_frame_for(const aug_space *space, int rank, int to, aug_item *path, aug_frame *frame);
void aug_frame_par(const aug_space *space, const aug_keeping *keeping, int group, int rank, int to,
                   aug_item *path, aug_frame *frame);
// All loops along an array at once, `steps` of each rank, where all tiles divide.
void aug_frame_spread(const aug_space *space, const aug_keeping *keeping, int group, const aug_count *steps,
                      aug_item *path, aug_frame *frame);
// Places the next store of a tensor. False where it does not fit.
bool aug_frame_store(const aug_space *space, const aug_keeping *keeping, int tensor, aug_item *path,
                     aug_frame *frame);
// The edges into compute, when all loops stand.
void aug_frame_compute(const aug_space *space, const aug_keeping *keeping, const aug_item *path,
                       aug_frame *frame);
// Cycles and energy of what stands; `whole`: nothing is missing.
double aug_frame_cycles(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame);
aug_wide aug_frame_leak(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                        double cycles);

// Cycles of the slower port.
double aug_port_cycles(const aug_space_memory *memory, double read_bits, double write_bits);

// Words that are fetched `times` times, copies included, but for a part of them that may stay in place.
static inline aug_count aug_frame_surely(aug_count words, double unsure, aug_count copies, aug_count times) {
    double sure = (double)words * (1.0 - unsure) * (1.0 - 1e-12);
    return words * copies + (sure > 1.0 ? (aug_count)sure : 0) * (times - copies);
}

// Words that the next store of a tensor fetches at least, wherever it will stand, with up to `fan` more steps
// in space before it: not less than it would fetch here, for a tile further in is a part of the one here at
// every step, and every word of a box here is in some box there. Of a tile that slides `held` words stay at
// most, of one step for the next, of all children of an instance together.
aug_count aug_frame_least_moved(const aug_space *space, const aug_keeping *keeping, int tensor,
                                const aug_item *path, const aug_frame *frame, aug_count fan, double held);

// How many children share what the parent gives and takes: `down` by ranks that do not move the tensor, of
// `slid` others `different` ones fetch something of their own.
typedef struct aug_sharers {
    aug_count down, up, slid, different;
} aug_sharers;
static inline aug_sharers aug_frame_sharers(const aug_frame *frame, int tensor) {
    return (aug_sharers){frame->shared_down[tensor], frame->shared_up[tensor], frame->slid[tensor],
                         frame->different[tensor]};
}
static inline aug_count aug_shared_by(aug_sharers by, aug_count words) {
    words /= by.down;
    return by.slid == by.different ? words : (aug_count)((aug_wide)words * by.different / by.slid);
}

// Words over an edge, over all instances; for bounds as for facts.
typedef struct aug_edge_words {
    aug_count down, up, fill, drain; // parent gives, parent takes, child is filled, child sends up
} aug_edge_words;

aug_edge_words aug_edge_count(const aug_space *space, int tensor, aug_count moved, aug_count first,
                              aug_sharers by, bool compute);
// Price of the child's part of them.
aug_wide aug_edge_fills(const aug_space *space, int tensor, int child, const aug_edge_words *words);
// Price of all; child -1: compute.
aug_wide aug_edge_price(const aug_space *space, int tensor, int parent, int child,
                        const aug_edge_words *words);

#endif
