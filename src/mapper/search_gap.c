// Loops in time between two stores, and the store below them.
#include "mapper/kept_over.h"
#include "mapper/search_walk.h"

#include <string.h>

// Ranks that do not slide and do not move the next store, but one that slides and comes further in: outside
// of loops that slide it they leave its halo in place.
static unsigned ranks_kept_outside(const aug_search *s, const aug_frame *frame, int tensor) {
    unsigned ranks = 0;
    if (!aug_search_sliding(s, frame) || frame->slides_above)
        return 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (t != tensor && s->space->tensors[t].slides && frame->declared[t] < s->keeping->chain_count[t])
            ranks |= aug_search_ranks(s, t);
    return ranks & ~aug_search_ranks(s, tensor) & ~s->space->sliding & s->space->large;
}

// Whether a rank that slides a tensor is not used up yet.
static bool slides_further(const aug_search *s, const aug_frame *frame, int tensor) {
    unsigned ranks = aug_search_ranks(s, tensor) & s->space->sliding & s->space->large;
    for (int r = 0; r < s->space->rank_count; r++)
        if ((ranks >> r & 1) && frame->cut[r] < s->space->classes[r].count - 1)
            return true;
    return false;
}

// Ranks that may stand behind a loop over `window`, which slides (-1: any): they move the next store, but not one that the
// window moves and that comes below loops over the same window further in. Those go back to where they began with each of
// their steps, which leaves what both ends have in common; one gap further out, each step of the window would have to go on
// from the far end: `for p:2 for n:1 store[Z] for r:1 store[A]`, A[p+r], Z[p,n].
static unsigned ranks_inside_windows(const aug_search *s, const aug_frame *frame, int tensor, int window) {
    unsigned ranks = 0;
    if (!aug_search_canonical(s) || s->keeping->only >= 0 || !s->space->sliding)
        return 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (t != tensor && s->space->tensors[t].slides && frame->declared[t] < s->keeping->chain_count[t] &&
            (window < 0 || (aug_search_ranks(s, t) >> window & 1)) && slides_further(s, frame, t))
            ranks |= ~aug_search_ranks(s, t);
    return ranks & aug_search_ranks(s, tensor) & ~s->space->sliding & s->space->large;
}

// Whether the next store of a tensor stands in this segment and an array comes below it.
static bool parts_from_array(const aug_search *s, const aug_frame *frame, int tensor) {
    int memory = s->keeping->chain[tensor][frame->declared[tensor]];
    return s->keeping->segment[memory] == frame->segment && frame->segment + 1 < s->keeping->segment_count;
}

unsigned aug_search_gap_ranks(const aug_search *s, const aug_frame *frame, int tensor) {
    const aug_space *space = s->space;
    unsigned last = aug_search_last_ranks(s, frame, tensor);
    if (!aug_search_canonical(s))
        return space->large & ~frame->banned & ~(frame->slides_above ? space->sliding | frame->above : 0) &
               (space->all_tiles ? ~frame->above : ~0u);
    unsigned own = (aug_search_ranks(s, tensor) & ~last) | ranks_kept_outside(s, frame, tensor), raised = 0;
    if (frame->previous >= 0 && !space->tensors[frame->previous].slides)
        raised = aug_search_ranks(s, frame->previous) & ~frame->unraised & ~space->sliding;
    if (!aug_search_sliding(s, frame) && !parts_from_array(s, frame, tensor))
        last = 0;
    return ((own & ~raised) | last) & space->large & ~frame->banned &
           ~(frame->slides_above ? space->sliding : 0);
}

// Whether a loop of the gap stands there for what slides further in alone.
static bool keeps_outside(const aug_search *s, const aug_frame *frame, int tensor) {
    for (int i = frame->path - 1; i >= 0 && s->path[i].kind == AUG_ITEM_FOR; i--)
        if (!((aug_search_ranks(s, tensor) | s->space->sliding) >> s->path[i].rank & 1))
            return true;
    return false;
}

// A store right below another one stands there only where it cannot stand further out.
static bool repeats(const aug_search *s, const aug_frame *frame, int tensor) {
    if (!aug_search_canonical(s) || frame->path == 0)
        return false;
    const aug_item *above = &s->path[frame->path - 1];
    if (above->kind != AUG_ITEM_STORE || above->tensor == tensor)
        return false;
    if (s->keeping->segment[above->memory] != frame->segment)
        return false;
    // The innermost loop above both: the outer one in order, where it moves both.
    for (int i = frame->path - 1; i >= 0; i--) {
        // Loops above the array may part what was declared from others, and what stays over loops further out may keep a
        // loop below it that would rise above it where it stands last.
        if (s->path[i].kind == AUG_ITEM_PAR)
            return above->tensor > tensor && !frame->slides_above && !frame->unraised;
        if (s->path[i].kind == AUG_ITEM_FOR)
            return !(aug_search_ranks(s, tensor) >> s->path[i].rank & 1) || above->tensor > tensor;
    }
    return above->tensor > tensor;
}

unsigned aug_search_whole(const aug_search *s, const aug_frame *frame, int tensor, unsigned open) {
    const aug_space *space = s->space;
    int left = 0;
    if (!s->keeping->ways || !aug_search_canonical(s) || s->keeping->only >= 0 || space->has_prefix ||
        space->tensors[tensor].slides || frame->segment + 2 != s->keeping->segment_count)
        return 0;
    for (int t = 0; t < space->tensor_count; t++)
        left += s->keeping->chain_count[t] - frame->declared[t];
    if (left != 1 || s->keeping->segment[s->keeping->chain[tensor][frame->declared[tensor]]] != frame->segment)
        return 0;
    return aug_search_ranks(s, tensor) & ~frame->banned & ~space->sliding & space->large & ~open;
}

static void place(aug_search *s, const aug_frame *before, int tensor) {
    aug_frame frame = *before;
    frame.whole = aug_search_whole(s, before, tensor, 0);
    int index = frame.declared[tensor];
    int memory = s->keeping->chain[tensor][index];
    if (s->keeping->segment[memory] == frame.segment) {
        if (s->keeping->only < 0 &&
            !(aug_search_in_order(s, &frame, memory) && aug_search_in_range(s, &frame, memory)))
            return;
        frame.declared[tensor]++;
        if (!aug_frame_store(s->space, s->keeping, tensor, s->path, &frame))
            return;
        frame.unraised = aug_kept_over_ranks(s->space, frame.kept_over, tensor, memory);
        frame.slides_above = false;
        frame.above = 0;
    } else {
        frame.declared[tensor]++;
        frame.banned |= aug_search_ranks(s, tensor);
        frame.late = aug_search_complete(s, &frame);
    }
    frame.previous = tensor;
    if (aug_search_promising(s, &frame, aug_search_first_group(s, frame.segment)))
        aug_search_explore(s, &frame);
}

// A loop over `rank` that does not move the store below it sinks below, unless there is one more over the
// same rank in the next gap and another loop between the two, or an array is between it and others that
// slide.
static void place_parting(aug_search *s, const aug_frame *frame, int tensor, int rank) {
    int memory = s->keeping->chain[tensor][frame->declared[tensor]];
    if (s->keeping->segment[memory] != frame->segment)
        return;
    aug_frame next = *frame;
    next.parted = (int8_t)rank;
    next.across = false;
    place(s, &next, tensor);
}

// Whether the next store could be held if all ranks of `free` were cut down to one.
static bool can_hold(const aug_search *s, const aug_frame *frame, int tensor, unsigned free) {
    const aug_space *space = s->space;
    int memory = s->keeping->chain[tensor][frame->declared[tensor]];
    if (s->keeping->segment[memory] != frame->segment)
        return true;
    aug_count extents[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        extents[r] = free >> r & 1 ? 1 : space->classes[r].at[frame->cut[r]].least;
    double bits = (double)aug_tensor_words(&space->problem->tensors[tensor], extents) *
                  space->memories[memory].bits[tensor];
    return (frame->held_bits[memory] + bits) * space->memories[memory].buffers <=
           space->memories[memory].capacity_bits;
}

// One more loop of the gap, over `rank`. Steps of ranks that do not slide only add words, so the first count
// that is out of reach whatever stays in place ends them.
static void add_loop(aug_search *s, const aug_frame *frame, int tensor, unsigned free, int rank) {
    const aug_space *space = s->space;
    const aug_tile_classes *classes = &space->classes[rank];
    int from = frame->cut[rank], group = aug_search_first_group(s, frame->segment);
    unsigned last = aug_search_last_ranks(s, frame, tensor);
    bool slides = space->sliding >> rank & 1, ordered = aug_search_sliding(s, frame) != 0;
    unsigned rest = free & ~(1u << rank), open = rest;
    if (aug_search_canonical(s) && !(last >> rank & 1))
        open &= ~((1u << rank) - 1u) | last | ranks_inside_windows(s, frame, tensor, -1);
    aug_frame next = *frame;
    for (int to = from + 1; to < classes->count && !s->stopped; to++) {
        if (s->keeping->only < 0 && !aug_tile_class_follows(classes, from, to))
            continue;
        next.path = frame->path;
        next.cut[rank] = frame->cut[rank];
        memcpy(next.every, frame->every, sizeof next.every);
        memcpy(next.steady, frame->steady, sizeof next.steady);
        next.parted = (ordered && frame->parted == rank) || (slides && frame->across) ? -1 : frame->parted;
        aug_frame_for(space, rank, to, s->path, &next);
        next.whole = aug_search_whole(s, frame, tensor, last >> rank & 1 ? 0 : open);
        if (!can_hold(s, &next, tensor, open))
            continue;
        if (aug_search_promising(s, &next, group)) {
            aug_search_fill_gap(s, &next, tensor, rest, rank);
            continue;
        }
        bool used_up = next.whole >> rank & 1; // smaller tiles may be what the array can use up
        next.whole &= ~(1u << rank);
        if (!(slides && ordered) && !s->stopped &&
            ((!s->tightened && !used_up) || !aug_search_steady_promising(s, &next, group)))
            break;
    }
}

void aug_search_fill_gap(aug_search *s, const aug_frame *frame, int tensor, unsigned free, int last) {
    const aug_space *space = s->space;
    unsigned come_last = aug_search_last_ranks(s, frame, tensor);
    bool after_sliding = last >= 0 && (come_last >> last & 1);
    bool moved = last >= 0 ? (aug_search_ranks(s, tensor) >> last & 1) != 0 : !repeats(s, frame, tensor);
    if (aug_search_canonical(s) && last >= 0 && !after_sliding && keeps_outside(s, frame, tensor))
        moved = false;
    if ((moved && frame->parted < 0) || !aug_search_canonical(s))
        place(s, frame, tensor);
    else if (!moved && after_sliding && frame->parted < 0)
        place_parting(s, frame, tensor, last);
    unsigned mirrored = aug_search_mirrored(s, frame),
             inside = after_sliding ? ranks_inside_windows(s, frame, tensor, last) : 0;
    for (int r = 0; r < space->rank_count && !s->stopped; r++) {
        if (!(free >> r & 1) || (mirrored >> r & 1))
            continue;
        bool comes_last = come_last >> r & 1, in_order = comes_last && aug_search_sliding(s, frame);
        if (aug_search_canonical(s) && !in_order &&
            ((after_sliding && !comes_last && !(inside >> r & 1)) || (r < last && after_sliding == comes_last)))
            continue;
        if (r == frame->parted && last < 0 && !frame->across)
            continue;
        add_loop(s, frame, tensor, free, r);
    }
}
