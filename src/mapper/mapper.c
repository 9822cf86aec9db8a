#include "mapper/mapper.h"

#include "cost/scatter.h"
#include "mapper/floors.h"
#include "mapper/image.h"
#include "mapper/keeping_heap.h"
#include "mapper/keeping_image.h"
#include "mapper/padding.h"
#include "mapper/rank_merge.h"
#include "mapper/restriction_check.h"
#include "mapper/shape_search.h"
#include "mapper/unroll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const aug_objective_names[] = {"energy", "latency", "edp", "front", NULL};

enum {
    TURN = 4,             // keepings that are searched before what they found is shared
    DIVES = 24,           // keepings in which any nest is looked for at first
    DIVE_NODES = 2000,    // of each
    AHEAD_NODES = 100000, // of each search of a problem that is like this one
    UNROLL_NODES = 20000, // of each search of a product that is like a window
    PROBES = 8,           // keepings with windows that are looked into before any is searched whole
    PROBE_NODES = 3000,   // of each
    CLIMB_NODES = 20000,  // below them the first nests count, not the proof
    RUNGS = 4,            // limits below which a keeping is searched
    SHARE = 4,            // of the limit that the search for the least energy may take before another one
    STEP_NODES = 200000,  // of all searches below a step above the least floor
    STEP_SHARE = 4,       // of the limit that they may take
};

static const double STEPS[] = {1.002, 1.006, 1.015, 1.035, 1.08, 1.15}; // times the least floor

typedef struct run {
    aug_arena *arena;
    aug_space space;
    aug_mapper_options options; // the user's, or those of a search ahead
    aug_keepings keepings;
    aug_keeping_heap heap; // those that are not searched yet
    aug_floors *floors;
    aug_cost_scratch *scratch;
    aug_incumbent incumbent;
    uint64_t nodes;
    bool started; // a keeping has been searched
    bool climbs;  // keepings are searched below limits of their own that rise
    bool limited;
    double open; // least rank of a keeping that was given up
} run;

const char *aug_mapper_can_search(const aug_problem *problem, aug_objective objective) {
    (void)objective;
    if (problem->sparse)
        return "machines that do something about zeros cannot be searched yet";
    if (aug_scatter_is_needed(problem))
        return "outputs that are indexed by a sum of ranks cannot be searched yet";
    return NULL;
}

// ---- Which keeping is next

static bool of_interest(const run *r, const aug_keeping *keeping) {
    return aug_incumbent_wants(&r->incumbent, (aug_value){keeping->floor, keeping->cycles});
}

static bool is_over(const run *r) {
    if (!r->started)
        return false;
    return (r->options.node_limit && r->nodes >= r->options.node_limit) ||
           aug_progress_stopped(r->options.progress);
}

// Whether half of the limit went into looking for the first keeping.
static bool has_looked_enough(const run *r) {
    return !r->started && r->options.node_limit && r->nodes >= r->options.node_limit / 2;
}

// The next keeping that can be searched: those that are more promising at first sight are looked at more
// closely until one remains the first. NULL: none is of interest any more.
static aug_keeping *next_keeping(run *r) {
    for (aug_keeping *first; (first = aug_keeping_heap_first(&r->heap)) && !is_over(r);) {
        if (!of_interest(r, first)) {
            aug_keeping_heap_drop(&r->heap);
            continue;
        }
        if (has_looked_enough(r) ||
            !aug_floors_raise(r->floors, first, aug_incumbent_limit(&r->incumbent, first->cycles), &r->nodes)) {
            aug_keeping_heap_drop(&r->heap);
            return first;
        }
        aug_keeping_heap_settle(&r->heap);
    }
    return NULL;
}

// ---- One keeping after the other

typedef struct item {
    aug_arena arena;
    aug_keeping *keeping;
    aug_incumbent incumbent;
    uint64_t nodes;
    aug_wide rung;        // only energies below are looked for; 0: all
    double open;          // of what was not looked at, at least
    bool stopped, failed; // out of memory
    jmp_buf failure;
} item;

typedef struct turn {
    run *run;
    item items[TURN];
    uint64_t limit;
    bool probe;           // only to find nests
    aug_search *searches; // one per worker
} turn;

static void fail_to(aug_search_memory *memory, jmp_buf *failure) {
    memory->table.failure = memory->scratch.failure = failure;
}

static void search_item(void *context, int worker, uint64_t index) {
    turn *at = context;
    item *of = &at->items[index];
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

// Without a good nest a search is long, but to show that there is none little above the floor is not: limits rise
// from there, each choice of what is kept with its own, until something is found.
static void set_rung(const run *r, item *of) {
    int tries = of->keeping->tries++;
    double rung = (double)of->keeping->floor * (tries == 0 ? 1.1 : 1.5);
    of->rung = 0;
    if (!r->climbs || tries >= RUNGS ||
        rung >= (double)aug_incumbent_limit(&r->incumbent, of->keeping->cycles))
        return;
    of->rung = (aug_wide)rung;
    if (of->rung == 0)
        return;
    of->incumbent.count = 0;
    aug_incumbent_add(&of->incumbent, (aug_value){of->rung, 0.0}, NULL);
}

static void gather(run *r, turn *at, int count) {
    for (int i = 0; i < count; i++) {
        item *of = &at->items[i];
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

static void run_turn(run *r, turn *at, int count) {
    uint64_t limit = r->options.node_limit;
    at->limit = limit ? (r->nodes < limit ? (limit - r->nodes) / (uint64_t)count + 1 : 1) : 0;
    if (at->probe && (!limit || at->limit > PROBE_NODES))
        at->limit = PROBE_NODES;
    for (int i = 0; i < count; i++) {
        item *of = &at->items[i];
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
static void give_up(run *r) {
    for (aug_keeping *first; (first = aug_keeping_heap_first(&r->heap)); aug_keeping_heap_drop(&r->heap))
        if (of_interest(r, first)) {
            r->limited = true;
            r->open = fmin(r->open, aug_keeping_heap_rank(&r->heap, first));
        }
}

// Some nest to begin with, so that there is one at any limit: in the keeping that is the most promising at
// first sight and has one.
static void dive(run *r, aug_search *search) {
    aug_keeping *tried[DIVES];
    int count = 0;
    while (count < DIVES && r->incumbent.count == 0 &&
           (tried[count] = aug_keeping_heap_first(&r->heap))) {
        aug_keeping_heap_drop(&r->heap);
        aug_search_dive(search, tried[count++], &r->incumbent, DIVE_NODES);
        r->nodes += search->nodes;
    }
    aug_keeping_heap_put(&r->heap, tried, count);
}

static int take_next(run *r, turn *at, int most) {
    int count = 0;
    while (count < most) {
        aug_keeping *next = next_keeping(r);
        if (!next)
            break;
        at->items[count++].keeping = next;
    }
    return count;
}

// A good nest ends most of the search, and where windows make keepings large the first of them has it seldom:
// the beginnings of several are looked at.
static void probe(run *r, turn *at) {
    aug_keeping *open[PROBES];
    int open_count = 0, count;
    at->probe = true;
    for (int i = 0; i < PROBES && (count = take_next(r, at, TURN)) > 0; i += TURN) {
        run_turn(r, at, count);
        for (int k = 0; k < count; k++)
            if (at->items[k].stopped)
                open[open_count++] = at->items[k].keeping;
    }
    at->probe = false;
    aug_keeping_heap_put(&r->heap, open, open_count);
}

// Short tiles begin with a good nest of the most promising keepings.
static void dive_into_shapes(run *r, aug_search *search) {
    aug_keeping *tried[PROBES];
    int count = 0;
    while (count < PROBES && !(r->options.node_limit && r->nodes >= r->options.node_limit / SHARE) &&
           (tried[count] = next_keeping(r))) {
        tried[count]->shapes = aug_shapes_dive(search, r->arena, tried[count], &r->incumbent);
        r->nodes += search->nodes;
        count++;
    }
    aug_keeping_heap_put(&r->heap, tried, count);
}

// The first keeping alone, for what it finds ends most others.
static void search_all(run *r, turn *at) {
    if (aug_shapes_apply(&r->space) && r->options.objective == AUG_OBJECTIVE_ENERGY && !r->options.has_cutoff)
        dive_into_shapes(r, &at->searches[r->options.worker]);
    for (int most = 1;; most = TURN) {
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

// ---- The answer

static int by_energy(const void *a, const void *b) {
    const aug_mapper_point *x = a, *y = b;
    return (x->energy_pj > y->energy_pj) - (x->energy_pj < y->energy_pj);
}

static double value_of(const aug_mapper_options *options, const aug_mapper_point *point) {
    return options->objective == AUG_OBJECTIVE_ENERGY    ? point->energy_pj
           : options->objective == AUG_OBJECTIVE_LATENCY ? point->cycles
                                                         : point->energy_pj * point->cycles;
}

static void put_points(run *r, aug_mapper_result *result) {
    aug_mapper_point *points = AUG_NEW_ARRAY(r->arena, aug_mapper_point, (size_t)(r->incumbent.count + 1));
    aug_cost *cost = AUG_NEW(r->arena, aug_cost);
    int count = 0;
    for (int i = 0; i < r->incumbent.count; i++) {
        const aug_known *known = &r->incumbent.known[i];
        if (!known->mapping)
            continue;
        aug_cost_evaluate(r->space.problem, known->mapping, r->scratch, cost);
        points[count].mapping.count = known->mapping->count;
        memcpy(points[count].mapping.nodes, known->mapping->nodes,
               (size_t)known->mapping->count * sizeof *known->mapping->nodes);
        points[count].energy_pj = cost->energy_pj;
        points[count++].cycles = cost->cycles;
    }
    qsort(points, (size_t)count, sizeof *points, by_energy);
    result->points = points;
    result->point_count = count;
    result->value = (double)INFINITY;
    for (int i = 0; i < count; i++)
        result->value = fmin(result->value, value_of(&r->options, &points[i]));
}

static aug_mapper_status answer(run *r, aug_mapper_result *result) {
    put_points(r, result);
    result->nodes = r->nodes;
    result->proven = !r->limited;
    result->lower_bound = result->value;
    if (r->limited) {
        double unit = r->options.objective == AUG_OBJECTIVE_LATENCY ? 1.0 : r->space.price_pj;
        result->lower_bound = fmin(result->value, r->open * unit);
        return AUG_MAPPER_LIMIT;
    }
    return result->point_count ? AUG_MAPPER_FOUND : AUG_MAPPER_NONE;
}

static void start_keepings(run *r) {
    aug_keepings_init(r->arena, &r->space, &r->options, &r->keepings);
    aug_keeping_images_drop(&r->space, &r->keepings);
    aug_keeping_heap_init(r->arena, r->keepings.count, &r->heap);
    aug_frame frame;
    aug_item path[AUG_PATH_ITEMS];
    for (int i = 0; i < r->keepings.count; i++) {
        aug_keeping *keeping = &r->keepings.at[i];
        aug_floors_begin(&r->space, keeping);
        aug_frame_init(&r->space, keeping, &r->options, path, &frame);
        keeping->cycles = aug_bound(&r->space, keeping, &frame, path, 0, true).cycles;
    }
}

static void take_points(run *r, const aug_mapper_point *points, int count) {
    for (int i = 0; i < count; i++) {
        aug_value value = {aug_space_price(&r->space, points[i].energy_pj), points[i].cycles};
        if (aug_incumbent_takes(&r->incumbent, value))
            aug_incumbent_add(&r->incumbent, value, &points[i].mapping);
    }
}

// Keepings that are searched, of those that are images of each other one.
static void fill_heap(run *r) {
    const aug_keepings none = {0};
    aug_keeping **open = AUG_NEW_ARRAY(r->arena, aug_keeping *, (size_t)(r->keepings.count + 1));
    int count = 0;
    for (int i = 0; i < r->keepings.count; i++)
        if (aug_image_takes_keeping(&r->space, &r->keepings.at[i]))
            open[count++] = &r->keepings.at[i];
    aug_keeping_heap_fill(&r->heap, r->options.objective, &none);
    aug_keeping_heap_put(&r->heap, open, count);
}

// All keepings are open.
static void begin_again(run *r) {
    for (int i = 0; i < r->keepings.count; i++)
        r->keepings.at[i].raised = 0; // floors that reached what was wanted then may be higher
    fill_heap(r);
    r->started = r->limited = false;
    r->climbs = r->options.objective == AUG_OBJECTIVE_ENERGY && r->space.perfect && !r->space.sliding &&
                (!r->options.node_limit || r->options.node_limit >= CLIMB_NODES);
    for (int i = 0; i < r->keepings.count; i++) {
        r->keepings.at[i].tries = 0;
        r->keepings.at[i].shapes = NULL;
    }
    r->open = (double)INFINITY;
}

// From now on only what is below `most` is of interest.
static void look_below(run *r, aug_wide most) {
    aug_incumbent_init(r->arena, r->options.objective, &r->incumbent);
    aug_incumbent_add(&r->incumbent, (aug_value){most, (double)INFINITY}, NULL);
    begin_again(r);
}

// Floors of what is far out of reach are not worth their time: the least floor is looked for below twice what
// is known of it, and so on. 0: none.
static aug_wide least_floor(run *r) {
    aug_incumbent before = r->incumbent;
    aug_keeping *first = NULL;
    aug_wide most = ~(aug_wide)0 >> 1;
    for (int i = 0; i < r->keepings.count; i++)
        most = r->keepings.at[i].floor < most ? r->keepings.at[i].floor : most;
    for (most *= 2; !first && aug_incumbent_wants(&before, (aug_value){most, 0.0}); most *= 2) {
        look_below(r, most);
        first = next_keeping(r);
    }
    r->incumbent = before;
    begin_again(r);
    first = first ? first : next_keeping(r);
    return first ? first->floor : 0;
}

// Searches below `most` alone. Whether something was found, and then it is the best.
static bool search_below(run *r, turn *at, aug_wide most) {
    aug_incumbent before = r->incumbent;
    look_below(r, most);
    search_all(r, at);
    if (r->incumbent.known[0].mapping)
        return true;
    r->incumbent = before;
    return false;
}

// With windows a good nest is found late, and most of the search is in vain. So nests a little above the least
// floor are searched first, then those a little further up: what is searched in vain costs less each time than
// what the best nest leaves to prove. Whether anything was found; if that is all there is, nothing is limited.
static bool search_by_steps(run *r, turn *at) {
    uint64_t limit = r->options.node_limit, most = r->nodes + STEP_NODES;
    if (limit && r->nodes + limit / STEP_SHARE < most)
        most = r->nodes + limit / STEP_SHARE;
    aug_wide least = least_floor(r);
    bool found = false;
    for (size_t i = 0; least > 0 && i < sizeof STEPS / sizeof *STEPS && !found && !r->limited; i++) {
        aug_wide step = (aug_wide)((double)least * STEPS[i]);
        if (!aug_incumbent_wants(&r->incumbent, (aug_value){step, 0.0}))
            break;
        r->options.node_limit = most;
        found = search_below(r, at, step);
        r->options.node_limit = limit;
    }
    return found;
}

// All keepings for one objective, from the incumbent on.
static void search_for(run *r, turn *at) {
    aug_space_aim(&r->space, r->options.objective);
    aug_image_find(&r->space);
    begin_again(r);
    dive(r, &at->searches[r->options.worker]);
    bool by_steps = r->space.sliding && r->space.perfect && r->options.objective == AUG_OBJECTIVE_ENERGY &&
                    !r->options.has_cutoff && r->incumbent.count > 0;
    if (by_steps) {
        bool found = search_by_steps(r, at);
        if (found && !r->limited)
            return;
        by_steps = found;
        begin_again(r);
    }
    if (r->space.sliding && !by_steps)
        probe(r, at);
    search_all(r, at);
}

// A search of its own, whose answers are where this one begins.
static void search_ahead(run *r, const aug_mapper_options *options) {
    aug_mapper_result result;
    aug_mapper_run(r->arena, r->space.problem, options, &result);
    r->nodes += result.nodes;
    take_points(r, result.points, result.point_count);
}

// A nest that is not known to fit.
static void take_nest(void *context, const aug_mapping *mapping) {
    run *r = context;
    const aug_problem *problem = r->space.problem;
    aug_cost *cost = AUG_NEW(r->arena, aug_cost);
    if (!aug_cost_evaluate(problem, mapping, r->scratch, cost) || cost->cycles > r->space.most_cycles ||
        (r->space.restriction && !aug_restriction_holds(problem, r->space.restriction, mapping, cost)))
        return;
    aug_value value = {aug_space_price(&r->space, cost->energy_pj), cost->cycles};
    if (aug_incumbent_takes(&r->incumbent, value))
        aug_incumbent_add(&r->incumbent, value, mapping);
}

static uint64_t ahead_nodes(const run *r, uint64_t most) {
    return r->options.node_limit && r->options.node_limit < most ? r->options.node_limit : most;
}

// Windows begin with nests of products that are like them.
static void search_unrolled(run *r) {
    if (r->options.prefix_count == 0 && aug_unroll_applies(r->space.problem))
        aug_unroll_search(r->arena, r->space.problem, &r->options, ahead_nodes(r, UNROLL_NODES), take_nest, r,
                          &r->nodes);
}

// Nothing takes less energy, in any keeping.
static void keep_least(run *r, aug_wide least) {
    aug_floors_know(r->floors, least);
    for (int i = 0; i < r->keepings.count; i++) {
        aug_keeping *keeping = &r->keepings.at[i];
        keeping->searched = least > keeping->searched ? least : keeping->searched;
        keeping->floor = least > keeping->floor ? least : keeping->floor;
    }
}

static bool any_of_interest(const run *r) {
    bool any = r->incumbent.count == 0;
    for (int i = 0; i < r->keepings.count; i++)
        any |= of_interest(r, &r->keepings.at[i]);
    return any;
}

// The same keepings for another objective.
static void search_least_energy(run *r, turn *at) {
    const aug_mapper_options wanted = r->options;
    aug_mapper_result result = {.point_count = 0};
    r->options.objective = AUG_OBJECTIVE_ENERGY;
    r->options.node_limit = wanted.node_limit ? wanted.node_limit / SHARE + 1 : 0;
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    search_unrolled(r);
    aug_mapper_options whole = r->options;
    whole.perfect = true;
    if (!wanted.perfect)
        search_ahead(r, &whole);
    search_for(r, at);
    put_points(r, &result);
    if (!r->limited && result.point_count > 0)
        keep_least(r, r->incumbent.known[0].value.energy);
    r->options = wanted;
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    take_points(r, result.points, result.point_count);
}

// What is found in a small part of the time. Tiles that divide have nearly the best among them. The nest of
// the least energy is found fast, and where the outermost memory sets the pace it is the fastest one, too.
static void search_early(run *r, turn *at) {
    aug_mapper_options ahead = r->options;
    ahead.perfect = true;
    if (!r->options.perfect) {
        bool by_shapes = aug_shapes_apply(&r->space);
        if (by_shapes && r->options.objective != AUG_OBJECTIVE_ENERGY && !r->options.has_cutoff)
            search_least_energy(r, at);
        if (any_of_interest(r))
            search_ahead(r, &ahead);
        if (r->options.prefix_count == 0 && !by_shapes && !r->space.mixed)
            aug_padding_search(r->arena, r->space.problem, &r->options, ahead_nodes(r, AHEAD_NODES), take_nest, r,
                               &r->nodes);
        return;
    }
    if (r->options.has_cutoff)
        return;
    if (r->options.objective != AUG_OBJECTIVE_ENERGY && r->space.canonical)
        search_least_energy(r, at);
    search_unrolled(r);
    if (r->options.objective == AUG_OBJECTIVE_ENERGY || r->space.canonical)
        return;
    ahead.objective = AUG_OBJECTIVE_ENERGY;
    ahead.node_limit = ahead.node_limit ? ahead.node_limit / SHARE + 1 : 0;
    search_ahead(r, &ahead);
}

// With ranks that are alike as one. False where there are none, or where a nest has too many nodes.
static bool run_merged(run *r, aug_mapper_result *result, aug_mapper_status *status) {
    aug_rank_merge *merge = AUG_NEW(r->arena, aug_rank_merge);
    if (!r->space.canonical || !aug_rank_merge_init(r->space.problem, &r->options, merge))
        return false;
    *status = aug_mapper_run(r->arena, &merge->problem, &merge->options, result);
    aug_mapper_point *points = AUG_NEW_ARRAY(r->arena, aug_mapper_point, (size_t)(result->point_count + 1));
    for (int i = 0; i < result->point_count; i++) {
        points[i] = result->points[i];
        if (!aug_rank_merge_undo(merge, &result->points[i].mapping, &points[i].mapping))
            return false;
    }
    result->points = points;
    return true;
}

static aug_mapper_status run_searches(run *r, aug_search_memory *memories, aug_mapper_result *result) {
    turn *at = AUG_NEW(r->arena, turn);
    at->run = r;
    int threads = aug_crew_threads(r->options.crew), own = r->options.worker;
    at->searches = AUG_NEW_ARRAY(r->arena, aug_search, (size_t)threads);
    for (int i = 0; i < threads; i++)
        aug_search_init(r->arena, &memories[i], &r->space, &r->options, &at->searches[i]);
    aug_search_join(r->options.crew, at->searches, threads);
    r->scratch = at->searches[own].scratch;
    r->floors = aug_floors_new(r->arena, &r->space, &at->searches[own]);
    start_keepings(r);
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    search_early(r, at);
    search_for(r, at);
    return answer(r, result);
}

static void free_memories(aug_search_memory *memories, int count) {
    for (int i = 0; i < count; i++)
        aug_search_memory_free(&memories[i]);
}

// Each search has memory of its own, which goes whatever happens.
static aug_mapper_status run_with_crew(run *r, aug_mapper_result *result) {
    int threads = aug_crew_threads(r->options.crew);
    aug_search_memory *memories = AUG_NEW_ARRAY(r->arena, aug_search_memory, (size_t)threads);
    jmp_buf failure, *before = r->arena->failure;
    for (int i = 0; i < threads; i++)
        aug_search_memory_init(&memories[i], &failure);
    r->arena->failure = &failure;
    if (setjmp(failure) != 0) {
        r->arena->failure = before;
        free_memories(memories, threads);
        aug_arena_fail(r->arena);
    }
    aug_mapper_status status = run_searches(r, memories, result);
    r->arena->failure = before;
    free_memories(memories, threads);
    return status;
}

// With a crew of its own where there is none.
static aug_mapper_status run_alone(run *r, aug_mapper_result *result) {
    if (r->options.crew)
        return run_with_crew(r, result);
    aug_crew *crew = r->options.crew = aug_crew_new(r->options.threads);
    jmp_buf failure, *before = r->arena->failure;
    if (!crew)
        aug_arena_fail(r->arena);
    r->options.worker = 0;
    r->arena->failure = &failure;
    if (setjmp(failure) != 0) {
        r->arena->failure = before;
        aug_crew_free(crew);
        aug_arena_fail(r->arena);
    }
    aug_mapper_status status = run_with_crew(r, result);
    r->arena->failure = before;
    aug_crew_free(crew);
    return status;
}

aug_mapper_status aug_mapper_run(aug_arena *arena, const aug_problem *problem,
                                 const aug_mapper_options *options, aug_mapper_result *result) {
    *result = (aug_mapper_result){.value = (double)INFINITY};
    run *r = AUG_NEW(arena, run);
    memset(r, 0, sizeof *r);
    r->arena = arena;
    r->options = *options;
    result->why = aug_space_init(arena, problem, options, &r->space);
    if (result->why) {
        result->proven = true;
        return AUG_MAPPER_NONE;
    }
    aug_mapper_status status;
    if (run_merged(r, result, &status))
        return status;
    return run_alone(r, result);
}
