#include "mapper/keeping_turns.h"

#include "mapper/shape_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIVES = 24,         // keepings in which any nest is looked for at first
    DIVE_NODES = 2000,  // of each
    PROBES = 8,         // keepings with windows that are looked into before any is searched whole
    PROBE_NODES = 3000, // of each
    GLANCES = 4,        // the same, before limits rise from the least floor
    GLANCE_NODES = 300,
    RUNGS = 4,          // limits below which a keeping is searched
    SHAPE_RUNGS = 24,   // the same where tiles are short
    SHARE = 4,          // of a limit that nests to begin with may take
};

// ---- Which keeping is next

bool aug_keeping_run_wants(const aug_keeping_run *r, const aug_keeping *keeping) {
    return aug_incumbent_wants(&r->incumbent, (aug_value){keeping->floor, keeping->cycles});
}

bool aug_keeping_run_interrupted(const aug_keeping_run *r) {
    return r->incumbent.count > 0 && aug_progress_stopped(r->options.progress);
}

static bool is_over(const aug_keeping_run *r) {
    return aug_keeping_run_interrupted(r) ||
           (r->started && r->options.node_limit && r->nodes >= r->options.node_limit);
}

// Whether half of the limit went into looking for the first keeping.
static bool has_looked_enough(const aug_keeping_run *r) {
    return !r->started && r->options.node_limit && r->nodes >= r->options.node_limit / 2;
}

// The next keeping that can be searched: those that are more promising at first sight are looked at more
// closely until one remains the first. NULL: none is of interest any more.
aug_keeping *aug_keeping_run_next(aug_keeping_run *r) {
    for (aug_keeping *first; (first = aug_keeping_heap_first(&r->heap)) && !is_over(r);) {
        if (!aug_keeping_run_wants(r, first)) {
            aug_keeping_heap_drop(&r->heap);
            continue;
        }
        if (has_looked_enough(r) ||
            !aug_floors_raise(r->floors, first, aug_incumbent_limit(&r->incumbent, first->cycles),
                              &r->nodes)) {
            aug_keeping_heap_drop(&r->heap);
            return first;
        }
        aug_keeping_heap_settle(&r->heap);
    }
    return NULL;
}

// ---- One keeping after the other

static void fail_to(aug_search_memory *memory, jmp_buf *failure) {
    memory->table.failure = memory->scratch.failure = failure;
}

static void search_item(void *context, int worker, uint64_t index) {
    aug_turn *at = context;
    aug_turn_item *of = &at->items[index];
    aug_search *search = &at->searches[worker];
    if (setjmp(of->failure) != 0) {
        of->failed = true;
        return;
    }
    fail_to(search->memory, &of->failure);
    aug_search_run(search, of->keeping, &of->incumbent, at->limit);
    fail_to(search->memory, at->run->arena->failure);
    of->nodes = search->nodes;
    of->stopped = search->stopped;
    of->open = search->open;
}

static bool has_nest(const aug_incumbent *incumbent) {
    bool any = false;
    for (int i = 0; i < incumbent->count; i++)
        any |= incumbent->known[i].mapping != NULL;
    return any;
}

// Without a good nest a search is long, but to show that there is none little above the floor is not: limits
// rise from there, each choice of what is kept with its own, until something is found.
static void set_rung(const aug_keeping_run *r, aug_turn_item *of) {
    bool perfect = r->space.perfect;
    int tries = of->keeping->tries++;
    double rung = (double)of->keeping->floor * (!perfect ? 1.2 : tries == 0 ? 1.1 : 1.5);
    of->rung = 0;
    if (!r->climbs || tries >= (perfect ? RUNGS : SHAPE_RUNGS) ||
        rung >= (double)aug_incumbent_limit(&r->incumbent, of->keeping->cycles))
        return;
    of->rung = (aug_wide)rung;
    if (of->rung == 0)
        return;
    of->incumbent.count = 0;
    aug_incumbent_add(&of->incumbent, (aug_value){of->rung, 0.0}, NULL);
}

static void gather(aug_keeping_run *r, aug_turn *at, int count) {
    for (int i = 0; i < count; i++) {
        aug_turn_item *of = &at->items[i];
        r->nodes += of->nodes;
        aug_incumbent_join(&r->incumbent, &of->incumbent);
        if (!of->stopped && of->rung > 0 && !has_nest(&of->incumbent)) {
            of->keeping->searched = of->keeping->floor = of->rung;
            aug_keeping_heap_put(&r->heap, &of->keeping, 1);
        }
        if (of->stopped && !at->probe) {
            r->limited = true;
            r->open = fmin(r->open, fmax(of->open, aug_keeping_heap_rank(&r->heap, of->keeping)));
        }
        aug_arena_free(&of->arena);
    }
}

static void run_turn(aug_keeping_run *r, aug_turn *at, int count) {
    uint64_t limit = r->options.node_limit;
    at->limit = limit ? (r->nodes < limit ? (limit - r->nodes) / (uint64_t)count + 1 : 1) : 0;
    if (at->probe && (!limit || at->limit > at->probe_nodes))
        at->limit = at->probe_nodes;
    for (int i = 0; i < count; i++) {
        aug_turn_item *of = &at->items[i];
        of->failed = false;
        aug_arena_init(&of->arena, &of->failure);
        aug_incumbent_copy(r->arena, &r->incumbent, &of->incumbent);
        set_rung(r, of);
        of->incumbent.arena = &of->arena;
    }
    aug_crew_run(r->options.crew, r->options.worker, (uint64_t)count, search_item, at);
    for (int i = 0; i < count; i++)
        if (at->items[i].failed) {
            for (int k = 0; k < count; k++)
                aug_arena_free(&at->items[k].arena);
            aug_arena_fail(r->arena);
        }
    gather(r, at, count);
}

// Keepings that are not looked at any more bound what there may be.
static void give_up(aug_keeping_run *r) {
    for (aug_keeping *first; (first = aug_keeping_heap_first(&r->heap)); aug_keeping_heap_drop(&r->heap))
        if (aug_keeping_run_wants(r, first)) {
            r->limited = true;
            r->open = fmin(r->open, aug_keeping_heap_rank(&r->heap, first));
        }
}

// Some nest to begin with, so that there is one at any limit: in the keeping that is the most promising at
// first sight and has one.
void aug_keeping_run_dive(aug_keeping_run *r, aug_search *search) {
    aug_keeping *tried[DIVES];
    int count = 0;
    while (count < DIVES && r->incumbent.count == 0 && (tried[count] = aug_keeping_heap_first(&r->heap))) {
        aug_keeping_heap_drop(&r->heap);
        aug_search_dive(search, tried[count++], &r->incumbent, DIVE_NODES);
        r->nodes += search->nodes;
    }
    aug_keeping_heap_put(&r->heap, tried, count);
}

static int take_next(aug_keeping_run *r, aug_turn *at, int most) {
    int count = 0;
    while (count < most) {
        aug_keeping *next = aug_keeping_run_next(r);
        if (!next)
            break;
        at->items[count++].keeping = next;
    }
    return count;
}

// A good nest ends most of the search, and where windows make keepings large the first of them has it seldom:
// the beginnings of several are looked at.
void aug_keeping_run_probe(aug_keeping_run *r, aug_turn *at, bool glance) {
    aug_keeping *open[PROBES];
    int open_count = 0, count, probes = glance ? GLANCES : PROBES;
    at->probe = true;
    at->probe_nodes = glance ? GLANCE_NODES : PROBE_NODES;
    for (int i = 0; i < probes && (count = take_next(r, at, AUG_TURN)) > 0; i += AUG_TURN) {
        run_turn(r, at, count);
        for (int k = 0; k < count; k++)
            if (at->items[k].stopped)
                open[open_count++] = at->items[k].keeping;
    }
    at->probe = false;
    aug_keeping_heap_put(&r->heap, open, open_count);
}

// Short tiles begin with a good nest of the most promising keepings.
static void dive_into_shapes(aug_keeping_run *r, aug_search *search) {
    aug_keeping *tried[PROBES];
    int count = 0;
    while (count < PROBES && !(r->options.node_limit && r->nodes >= r->options.node_limit / SHARE) &&
           (tried[count] = aug_keeping_run_next(r))) {
        tried[count]->shapes = aug_shapes_dive(search, r->arena, tried[count], &r->incumbent);
        r->nodes += search->nodes;
        count++;
    }
    aug_keeping_heap_put(&r->heap, tried, count);
}

// The first keeping alone, for what it finds ends most others.
void aug_keeping_run_all(aug_keeping_run *r, aug_turn *at) {
    if (aug_shapes_apply(&r->space) && r->options.objective == AUG_OBJECTIVE_ENERGY && !r->options.has_cutoff)
        dive_into_shapes(r, &at->searches[r->options.worker]);
    for (int most = 1;; most = AUG_TURN) {
        if (is_over(r))
            give_up(r);
        int count = take_next(r, at, most);
        if (count == 0) {
            give_up(r);
            return;
        }
        run_turn(r, at, count);
        r->started = true;
    }
}
