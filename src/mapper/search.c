#include "mapper/search_walk.h"
#include "mapper/shape_floor.h"
#include "mapper/shape_search.h"

#include <math.h>
#include <string.h>

enum { PATIENCE = 100000 }; // nodes

// ---- Bounds and limits

bool aug_search_wants(const aug_search *s, aug_value value) {
    if (s->keeping->only >= 0)
        return value.energy < s->least;
    return value.cycles <= s->space->most_cycles && aug_incumbent_wants(s->incumbent, value);
}

void aug_search_count_node(aug_search *s) {
    s->nodes++;
    if (s->node_limit && s->nodes > s->node_limit)
        s->stopped = true;
    // Who interrupts wants what there is: something, if it is near.
    bool any = s->keeping->only >= 0 || s->incumbent->count > 0 || s->nodes > PATIENCE;
    if ((s->nodes & 255) == 0 && any && aug_progress_stopped(s->options->progress))
        s->stopped = true;
}

aug_value aug_search_bound(const aug_search *s, const aug_frame *frame, int next_group, bool tight) {
    aug_rest sum;
    return s->plan ? aug_plain_bound(s->plan, frame, next_group, tight, &sum)
                   : aug_bound(s->space, s->keeping, frame, s->path, next_group, tight);
}

bool aug_search_promising(aug_search *s, const aug_frame *frame, int next_group) {
    aug_search_count_node(s);
    if (s->stopped)
        return false;
    if (s->plan) {
        aug_rest sum;
        s->bound = aug_plain_bound(s->plan, frame, next_group, true, &sum);
        s->tightened = sum.tightened;
    } else {
        s->bound = aug_bound_tight(s->space, s->keeping, frame, s->path, next_group, &s->tightened);
    }
    return aug_search_wants(s, s->bound);
}

bool aug_search_steady_promising(const aug_search *s, const aug_frame *frame, int next_group) {
    return aug_search_wants(s, aug_search_bound(s, frame, next_group, false));
}

int aug_search_first_group(const aug_search *s, int segment) {
    int group = 0, at = -1, before = -1;
    for (; group < s->space->group_count; group++) {
        int own = s->space->groups[group].segment;
        if (own != before && !(s->keeping->idle >> own & 1))
            at++;
        before = own;
        if (at >= segment)
            break;
    }
    return group;
}

// ---- The walk

bool aug_search_complete(const aug_search *s, const aug_frame *frame) {
    for (int t = 0; t < s->space->tensor_count; t++)
        if (frame->placed[t] < s->keeping->chain_count[t] &&
            s->keeping->segment[s->keeping->chain[t][frame->placed[t]]] <= frame->segment)
            return false;
    return true;
}

static void leave_segment(aug_search *s, const aug_frame *frame, const aug_value *known);

// Loops in time of ranks that slide may stand above those in space: then neighbours come one after the other
// in an instance. Where a restriction looks at their order others may have to stand there with them.
static void slide_above(aug_search *s, const aug_frame *frame, unsigned free) {
    const aug_space *space = s->space;
    bool ordered = !aug_search_canonical(s) || aug_search_sliding(s, frame);
    unsigned mirrored = aug_search_mirrored(s, frame);
    for (int r = 0; r < space->rank_count; r++) {
        if (mirrored >> r & 1)
            continue;
        if (aug_search_canonical(s) && frame->slides_above && !(space->sliding >> r & 1))
            continue;
        const aug_tile_classes *classes = &space->classes[r];
        for (int to = frame->cut[r] + 1; (free >> r & 1) && to < classes->count && !s->stopped; to++) {
            if (!aug_tile_class_follows(classes, frame->cut[r], to) ||
                (r == frame->parted && !frame->slides_above && !frame->across))
                continue;
            aug_frame next = *frame;
            aug_frame_for(space, r, to, s->path, &next);
            if ((ordered && r == frame->parted) || (frame->across && (space->sliding >> r & 1)))
                next.parted = -1;
            next.above |= 1u << r;
            next.slides_above |= space->sliding >> r & 1;
            next.late = false;
            if (!aug_search_promising(s, &next, aug_search_first_group(s, next.segment)))
                continue;
            aug_value bound = s->bound;
            if (!aug_search_can_cross(s, &next))
                continue;
            if (next.slides_above || space->all_tiles)
                leave_segment(s, &next, &bound);
            slide_above(s, &next, free & ~(ordered ? 1u << r : (2u << r) - 1u));
        }
    }
}

// Whether ranks that slide are left for the gap above compute.
static bool slides_on(const aug_search *s, const aug_frame *frame) {
    unsigned ranks = s->space->sliding & s->space->large;
    for (int r = 0; r < s->space->rank_count; r++)
        if ((ranks >> r & 1) && frame->cut[r] < s->space->classes[r].count - 1)
            return true;
    return false;
}

// Ranks that do not slide, of tensors whose windows come further in.
static unsigned ranks_beside_windows(const aug_search *s, const aug_frame *frame) {
    unsigned ranks = 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (s->space->tensors[t].slides && frame->declared[t] < s->keeping->chain_count[t])
            ranks |= aug_search_ranks(s, t);
    return ranks & ~s->space->sliding;
}

// Goes through the array below the segment, or ends the nest. `known`: its bound; NULL: not known.
static void leave_segment(aug_search *s, const aug_frame *frame, const aug_value *known) {
    if (frame->segment + 1 < s->keeping->segment_count) {
        if (frame->late || (frame->parted >= 0 && frame->slides_above) || !aug_search_can_use_up(s, frame))
            return;
        aug_value bound =
            known ? *known : aug_search_bound(s, frame, aug_search_first_group(s, frame->segment), true);
        aug_stage *stage = &s->stages[2 * frame->segment];
        aug_search_gather(s, stage, bound, frame, aug_search_cross_array);
    } else if (s->keeping->only >= 0) {
        aug_search_finish_floor(s, frame);
    } else if (frame->parted < 0 || (frame->across && slides_on(s, frame))) {
        aug_search_close(s, frame);
    }
}

// The segment is complete.
static void finish_segment(aug_search *s, const aug_frame *frame, const aug_value *known) {
    const aug_keeping *keeping = s->keeping;
    if (keeping->only >= 0 && keeping->only < s->space->memory_count) {
        if (keeping->segment[keeping->only] == frame->segment) {
            aug_search_finish_floor(s, frame);
            return;
        }
    }
    bool moves_above = s->space->all_tiles || (s->space->sliding && !frame->slides_above);
    if (frame->segment + 1 < keeping->segment_count && keeping->only < 0 && moves_above &&
        !aug_search_leaves_windows(s, frame)) {
        if (!aug_search_can_cross(s, frame))
            return;
        slide_above(s, frame,
                    (aug_search_canonical(s) ? s->space->sliding | ranks_beside_windows(s, frame) : ~0u) &
                        s->space->large & ~frame->banned & (s->space->all_tiles ? ~frame->above : ~0u));
    }
    leave_segment(s, frame, known);
}

// Loops of windows may still come above the array, and stores inside of it may stay over them.
static bool declares_late(const aug_search *s, const aug_frame *frame) {
    return s->space->sliding && aug_search_canonical(s) && s->keeping->only < 0 &&
           frame->segment + 1 < s->keeping->segment_count;
}

// Whether loops of windows can follow a store that is declared last: those that move it stand further in.
static bool windows_can_follow(const aug_search *s, const aug_frame *frame, int tensor) {
    unsigned ranks = s->space->sliding & s->space->large & ~frame->banned & ~aug_search_ranks(s, tensor);
    for (int r = 0; r < s->space->rank_count; r++)
        if ((ranks >> r & 1) && frame->cut[r] < s->space->classes[r].count - 1)
            return true;
    return false;
}

void aug_search_explore_now(aug_search *s, const aug_frame *frame, const aug_value *known) {
    const aug_space *space = s->space;
    bool complete = aug_search_complete(s, frame);
    if (complete) {
        finish_segment(s, frame, known);
        if (!declares_late(s, frame))
            return;
    }
    for (int t = 0; t < space->tensor_count && !s->stopped; t++) {
        if (frame->declared[t] == s->keeping->chain_count[t])
            continue;
        bool later = s->keeping->segment[s->keeping->chain[t][frame->declared[t]]] > frame->segment;
        if (later && (!aug_search_canonical(s) || s->keeping->only >= 0))
            continue;
        if (complete && !windows_can_follow(s, frame, t))
            continue;
        unsigned free = aug_search_gap_ranks(s, frame, t);
        aug_frame own = *frame;
        own.whole = aug_search_whole(s, frame, t, free);
        if (own.whole == 0 || aug_search_promising(s, &own, aug_search_first_group(s, own.segment)))
            aug_search_fill_gap(s, &own, t, free, -1);
    }
}

void aug_search_explore(aug_search *s, const aug_frame *frame) {
    aug_value bound = s->bound;
    if (!aug_search_put_off(s, frame))
        aug_search_explore_now(s, frame, &bound);
}

void aug_search_walk_segment(aug_search *s, const aug_frame *frame) {
    aug_frame own = *frame;
    aug_stage *stage = &s->stages[2 * own.segment];
    aug_stage_begin(stage, &own);
    aug_search_explore_now(s, &own, NULL);
    if (own.segment == 0)
        aug_search_join_up(s);
    if (own.segment + 1 < s->keeping->segment_count)
        aug_search_work_off(s, stage, aug_search_cross_array);
}

// Short tiles by boxes. False where they have to be tried one by one.
static bool search_shapes(aug_search *s) {
    if (s->dive || s->keeping->only >= 0 || !aug_shapes_apply(s->space))
        return false;
    s->open = (double)INFINITY;
    if (aug_shapes_search(s))
        return true;
    s->open = 0.0;
    return false;
}

// What a search asks of ways: before anything stands.
typedef struct way_look {
    const aug_search *search;
    aug_frame frame;
} way_look;

static double ways_limit(const void *of, double steps) {
    const way_look *look = of;
    const aug_search *s = look->search;
    for (int g = 0; g < s->ways.spreads->group; g++) // arrays further out may be full
        steps *= s->keeping->idle >> s->space->groups[g].segment & 1 ? 1.0 : (double)s->space->groups[g].fan;
    return aug_search_spread_limit(s, &look->frame, s->ways.spreads, steps);
}

// With what all else costs at least.
static double ways_whole(const void *of, aug_wide compute, int inner, aug_wide fills) {
    const aug_search *s = ((const way_look *)of)->search;
    aug_wide prices[AUG_PROBLEM_MEMORIES + 1] = {0};
    prices[s->space->memory_count] = compute;
    if (inner >= 0)
        prices[inner] = fills;
    return (double)(aug_bound_sum(s->space, s->keeping, prices) +
                    (s->keeping->only < 0 ? (aug_wide)s->space->problem->operations * s->space->unit_price : 0));
}

// The ways to fill the last array that may come to something.
static void find_ways(aug_search *s) {
    const aug_spreads *spreads = s->ways.spreads;
    if (!spreads || s->plan || s->dive || s->keeping->only == s->space->memory_count ||
        !aug_keeping_counts(s->space, s->keeping, s->space->memory_count) ||
        (s->keeping->idle >> s->space->groups[spreads->group].segment & 1))
        return;
    double others = s->keeping->only < 0 ? s->space->operations * (double)s->space->unit_price : 0.0;
    for (int m = 0; m < s->space->memory_count; m++)
        others += (double)s->keeping->floors[m];
    way_look look = {.search = s};
    aug_item path[AUG_PATH_ITEMS];
    aug_frame_init(s->space, s->keeping, s->options, path, &look.frame);
    const aug_array_interest interest = {&look, ways_limit, ways_whole};
    if (aug_array_ways_find(s->space, s->keeping, others * (1.0 - 1e-12), &interest, &s->ways))
        s->own.ways = &s->ways;
    if (s->own.ways) {
        aug_spread_choice_take(s->space, spreads, s->ways.mask, &s->choice);
        s->chosen = s->choice.list;
    }
}

static void begin(aug_search *s, const aug_keeping *keeping, uint64_t node_limit) {
    s->own = *keeping;
    s->own.ways = NULL;
    s->chosen.count = 0;
    s->keeping = &s->own;
    s->nodes = 0;
    s->node_limit = node_limit;
    s->stopped = false;
    s->open = 0.0;
    if (search_shapes(s))
        return;
    s->plan = s->is_plain ? &s->own_plan : NULL;
    if (s->plan)
        aug_plain_plan_init(s->space, s->keeping, &s->own_plan);
    find_ways(s);
    aug_frame frame;
    aug_frame_init(s->space, keeping, s->options, s->path, &frame);
    s->root = (aug_value){0, 0.0};
    aug_value bound;
    if (!aug_search_enter_bound(s, &frame, &bound))
        return;
    s->root = bound;
    s->fork_level = 0;
    s->fork_depth = aug_search_stores(s, &frame);
    aug_search_walk_segment(s, &frame);
}

void aug_search_memory_init(aug_search_memory *memory, jmp_buf *failure) {
    aug_arena_init(&memory->table, failure);
    aug_arena_init(&memory->scratch, failure);
}

void aug_search_memory_free(aug_search_memory *memory) {
    aug_arena_free(&memory->table);
    aug_arena_free(&memory->scratch);
}

void aug_search_init(aug_arena *arena, aug_search_memory *memory, const aug_space *space,
                     const aug_mapper_options *options, aug_search *search) {
    memset(search, 0, sizeof *search);
    search->space = space;
    search->options = options;
    search->scratch = aug_cost_scratch_new(options->crew && aug_crew_threads(options->crew) > 1 ? &memory->scratch : arena);
    search->cost = AUG_NEW(arena, aug_cost);
    search->memory = memory;
    search->is_plain = aug_plain_applies(space);
    search->table = aug_level_table_new(arena, &memory->table, space);
    for (int i = 0; i < 2 * (space->segment_count - 1); i++)
        aug_stage_init(arena, &search->stages[i]);
    for (int i = 0; i + 1 < space->segment_count; i++)
        if (!aug_spreads_init(arena, space, i, &search->spreads[i]))
            search->spreads[i].count = 0;
    int last = space->segment_count - 2;
    if (last >= 0 && search->spreads[last].count > 0)
        aug_array_ways_init(arena, space, &search->spreads[last], &search->ways);
    if (last >= 0 && search->spreads[last].count > 0 && !search->is_plain)
        aug_spread_choice_init(arena, space, &search->spreads[last], &search->choice);
}

void aug_search_run(aug_search *search, const aug_keeping *keeping, aug_incumbent *incumbent,
                    uint64_t node_limit) {
    search->incumbent = incumbent;
    begin(search, keeping, node_limit);
}

void aug_search_dive(aug_search *search, const aug_keeping *keeping, aug_incumbent *incumbent,
                     uint64_t node_limit) {
    search->incumbent = incumbent;
    search->dive = true;
    begin(search, keeping, node_limit);
    search->dive = false;
}

aug_wide aug_search_floor(aug_search *search, const aug_keeping *keeping, aug_wide cutoff,
                          uint64_t node_limit) {
    search->least = cutoff;
    if (aug_shapes_apply(search->space)) {
        search->nodes = search->node_limit = 0;
        search->stopped = false;
        return aug_shapes_floor(search, keeping, cutoff, node_limit);
    }
    begin(search, keeping, node_limit);
    return search->stopped ? 0 : search->least;
}
