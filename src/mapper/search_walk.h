// What the parts of the search share. The walk goes
//
//     aug_search_explore    search.c        the next store of any tensor, or the end of the segment
//     aug_search_fill_gap   search_gap.c    loops in time above it, then the store
//     aug_search_cross_array search_array.c  loops in space, then the next segment
//     aug_search_close      search_end.c    what is left above compute, and the nest is complete
//
// each calling the next with a frame of its own on the stack: depth is bounded by the nodes of a nest.
#ifndef AUG_MAPPER_SEARCH_WALK_H
#define AUG_MAPPER_SEARCH_WALK_H

#include "mapper/search.h"

// Rules about equal nests hold: no restriction looks at where loops stand, or only one memory counts.
static inline bool aug_search_canonical(const aug_search *s) {
    return s->space->canonical || s->keeping->only >= 0;
}

// Ranks whose order in a gap matters: those that slide, while a store of a tensor that they slide is to come.
static inline unsigned aug_search_sliding(const aug_search *s, const aug_frame *frame) {
    if (s->keeping->only >= 0 || !s->space->sliding)
        return 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (s->space->tensors[t].slides && frame->declared[t] < s->keeping->chain_count[t])
            return s->space->sliding;
    return 0;
}

// Ranks whose loops come last in the gap above a store. When all stores that slide stand they only matter for
// neighbours in space, and only where they part the store from an array.
static inline unsigned aug_search_last_ranks(const aug_search *s, const aug_frame *frame, int tensor) {
    unsigned sliding = aug_search_sliding(s, frame);
    return sliding || s->keeping->only >= 0 ? sliding : s->space->sliding & ~s->space->tensors[tensor].ranks;
}

static inline unsigned aug_search_ranks(const aug_search *s, int tensor) {
    return s->space->tensors[tensor].ranks;
}

// Whether no loop stands yet over any rank that can change places with another one.
static inline bool aug_search_untouched(const aug_space *space, const aug_frame *frame) {
    for (int r = 0; r < space->rank_count; r++)
        if ((space->twins >> r & 1) && frame->cut[r] > 0)
            return false;
    return true;
}

// Ranks that cannot come next: the twin of one that can, where nothing tells them apart yet.
static inline unsigned aug_search_mirrored(const aug_search *s, const aug_frame *frame) {
    return s->space->later && aug_search_untouched(s->space, frame) ? s->space->later : 0;
}

// ---- search.c

// Whether nests with this bound are of interest.
bool aug_search_wants(const aug_search *s, aug_value value);
// One node more; sets `stopped` at the limit.
void aug_search_count_node(aug_search *s);
// aug_bound, or aug_plain_bound.
aug_value aug_search_bound(const aug_search *s, const aug_frame *frame, int next_group, bool tight);
// Whether nests that begin so can still be of interest.
bool aug_search_promising(aug_search *s, const aug_frame *frame, int next_group);
// The same for whatever loops in time come first: if not, more steps of the last loop are of no use either.
bool aug_search_steady_promising(const aug_search *s, const aug_frame *frame, int next_group);
// The first group of axes below a segment, idle ones left out.
int aug_search_first_group(const aug_search *s, int segment);
// Whether no store is left to place in the frame's segment.
bool aug_search_complete(const aug_search *s, const aug_frame *frame);
// What begins with a frame that aug_search_promising has just looked at.
void aug_search_explore(aug_search *s, const aug_frame *frame);
// Stores of one segment, then the array below it.
void aug_search_walk_segment(aug_search *s, const aug_frame *frame);

// The same without putting anything off first. `known`: the bound of the frame; NULL: not known.
void aug_search_explore_now(aug_search *s, const aug_frame *frame, const aug_value *known);

// ---- search_fork.c

// Stores that stand or are declared.
int aug_search_stores(const aug_search *s, const aug_frame *frame);
// Puts off what begins with a frame, if it is one of many parts of a large search. Does parts that were put off when
// there are enough of them.
bool aug_search_put_off(aug_search *s, const aug_frame *frame);
// Does all that were put off.
void aug_search_join_up(aug_search *s);

// ---- search_gap.c

// Ranks that may stand above the next store of a tensor.
unsigned aug_search_gap_ranks(const aug_search *s, const aug_frame *frame, int tensor);
// Ranks that the last array has to use up, of which the gap above the last store of all, of this tensor, cannot cut
// those that are not `open` any more.
unsigned aug_search_whole(const aug_search *s, const aug_frame *frame, int tensor, unsigned open);
// Loops over `free` ranks behind the one over `last` (-1: none), then the store.
void aug_search_fill_gap(aug_search *s, const aug_frame *frame, int tensor, unsigned free, int last);

// ---- search_array.c

typedef void aug_search_go_on(aug_search *s, const aug_frame *frame);

// Puts a frame into a stage, which is worked off first where it is full. What nothing can be better than is
// gone on with at once.
void aug_search_gather(aug_search *s, aug_stage *stage, aug_value bound, const aug_frame *frame,
                       aug_search_go_on *next);
// Goes on with what a stage has gathered.
void aug_search_work_off(aug_search *s, aug_stage *stage, aug_search_go_on *next);
// The bound of what begins with a segment, with what its memories can do at best. False where nothing of it
// is of interest.
bool aug_search_enter_bound(aug_search *s, const aug_frame *frame, aug_value *bound);
// Whether the last array has room for the ranks that it has to use up.
bool aug_search_can_use_up(const aug_search *s, const aug_frame *frame);
// The energy that ways of so many steps along the array below must stay below, as a sum in floating point shows
// it.
double aug_search_spread_limit(const aug_search *s, const aug_frame *frame, const aug_spreads *spreads,
                               double steps);
// Whether any way to fill the array below a complete segment is of interest, whatever loops over windows come
// first: they leave fewer ways, and nothing gets cheaper.
bool aug_search_can_cross(aug_search *s, const aug_frame *frame);
// Whether nothing but compute is to come, and crossing the array looks for loops over windows above it.
bool aug_search_leaves_windows(const aug_search *s, const aug_frame *frame);
void aug_search_cross_array(aug_search *s, const aug_frame *frame);

// ---- search_end.c

// Whether the loops right above a store of this memory come as the restriction wants them, and whether tiles
// that it allows are among those of the classes.
bool aug_search_in_order(const aug_search *s, const aug_frame *frame, int memory);
bool aug_search_in_range(const aug_search *s, const aug_frame *frame, int memory);
// One memory counts alone.
void aug_search_finish_floor(aug_search *s, const aug_frame *before);
// The gap above compute takes all that is left.
void aug_search_close(aug_search *s, const aug_frame *before);

#endif
