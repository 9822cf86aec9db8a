#include "mapper/mapper.h"

#include "mapper/floors.h"
#include "mapper/image.h"
#include "mapper/keeping_image.h"
#include "mapper/keeping_turns.h"
#include "mapper/padding.h"
#include "mapper/rank_merge.h"
#include "mapper/restriction_check.h"
#include "mapper/shape_search.h"
#include "mapper/spread_least.h"
#include "mapper/unroll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const aug_objective_names[] = {"energy", "latency", "edp", "front", NULL};

enum {
    AHEAD_NODES = 100000, // of each search of a problem that is like this one
    UNROLL_NODES = 20000, // of each search of a product that is like a window
    CLIMB_NODES = 20000,  // below them the first nests count, not the proof
    SHARE = 4,            // of the limit that the search for the least energy may take before another one
    STEP_NODES = 200000,  // of all searches below a step above the least floor
    STEP_SHARE = 4,       // of the limit that they may take
    TIE_NODES = 1000,     // of a search among mappings of the same energy, beside a part of those before it
    TIE_SHARE = 16,
    HASTE_NODES = 10000,  // of each search that begins when the user does not wait any more
};

static const double GLANCE_STEP = 1.004; // times the least floor
static const double STEPS[] = {1.002, 1.006, 1.015, 1.035, 1.08, 1.1, 1.13}; // times the least floor

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

static void put_points(aug_keeping_run *r, aug_mapper_result *result) {
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

static aug_mapper_status answer(aug_keeping_run *r, aug_mapper_result *result) {
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

static void start_keepings(aug_keeping_run *r) {
    aug_keepings_init(r->arena, &r->space, &r->options, &r->keepings);
    aug_keeping_images_drop(&r->space, &r->keepings);
    aug_keeping_heap_init(r->arena, r->keepings.count, &r->heap);
    aug_frame frame;
    aug_item path[AUG_PATH_ITEMS];
    double whole = 0.0; // cycles for whole numbers of steps in space, of the keeping before
    unsigned idle = ~0u;
    for (int i = 0; i < r->keepings.count; i++) {
        aug_keeping *keeping = &r->keepings.at[i];
        if (keeping->idle != idle && aug_shapes_apply(&r->space))
            whole = aug_spread_least_cycles(&r->space, idle = keeping->idle);
        aug_floors_begin(&r->space, keeping);
        aug_frame_init(&r->space, keeping, &r->options, path, &frame);
        keeping->cycles = fmax(aug_bound(&r->space, keeping, &frame, path, 0, true).cycles, whole);
    }
}

static void take_points(aug_keeping_run *r, const aug_mapper_point *points, int count) {
    for (int i = 0; i < count; i++) {
        aug_value value = {aug_space_price(&r->space, points[i].energy_pj), points[i].cycles};
        if (aug_incumbent_takes(&r->incumbent, value))
            aug_incumbent_add(&r->incumbent, value, &points[i].mapping);
    }
}

// Keepings that are searched, of those that are images of each other one.
static void fill_heap(aug_keeping_run *r) {
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
static void begin_again(aug_keeping_run *r) {
    for (int i = 0; i < r->keepings.count; i++)
        r->keepings.at[i].raised = 0; // floors that reached what was wanted then may be higher
    fill_heap(r);
    r->started = r->limited = false;
    r->climbs = r->options.objective == AUG_OBJECTIVE_ENERGY && !r->space.sliding &&
                (r->space.perfect || aug_shapes_apply(&r->space)) &&
                (!r->options.node_limit || r->options.node_limit >= CLIMB_NODES);
    for (int i = 0; i < r->keepings.count; i++) {
        r->keepings.at[i].tries = 0;
        r->keepings.at[i].shapes = NULL;
    }
    r->open = (double)INFINITY;
}

// From now on only what is below `most` is of interest.
static void look_below(aug_keeping_run *r, aug_wide most) {
    aug_incumbent_init(r->arena, r->options.objective, &r->incumbent);
    aug_incumbent_add(&r->incumbent, (aug_value){most, (double)INFINITY}, NULL);
    begin_again(r);
}

// Floors of what is far out of reach are not worth their time: the least floor is looked for below twice what
// is known of it, and so on. 0: none.
static aug_wide least_floor(aug_keeping_run *r) {
    aug_incumbent before = r->incumbent;
    aug_keeping *first = NULL;
    aug_wide most = ~(aug_wide)0 >> 1;
    for (int i = 0; i < r->keepings.count; i++)
        most = r->keepings.at[i].floor < most ? r->keepings.at[i].floor : most;
    for (most *= 2; most > 0 && !first && aug_incumbent_wants(&before, (aug_value){most, 0.0}); most *= 2) {
        look_below(r, most);
        first = aug_keeping_run_next(r);
    }
    r->incumbent = before;
    begin_again(r);
    first = first ? first : aug_keeping_run_next(r);
    return first ? first->floor : 0;
}

// Searches below `most` alone. Whether something was found, and then it is the best.
static bool search_below(aug_keeping_run *r, aug_turn *at, aug_wide most) {
    aug_incumbent before = r->incumbent;
    look_below(r, most);
    aug_keeping_run_all(r, at);
    if (r->incumbent.known[0].mapping)
        return true;
    r->incumbent = before;
    return false;
}

// A glance at keepings a little above the least floor: sometimes the best nest is found at once, and limits that
// rise would look for it in vain in others first.
static void glance_below(aug_keeping_run *r, aug_turn *at, aug_wide most) {
    aug_incumbent before = r->incumbent;
    if (aug_incumbent_wants(&before, (aug_value){most, 0.0}))
        look_below(r, most);
    aug_keeping_run_probe(r, at, true);
    if (!r->incumbent.known[0].mapping)
        r->incumbent = before;
    begin_again(r);
}

// With windows a good nest is found late, and most of the search is in vain. So nests a little above the
// least floor are searched first, then those a little further up: what is searched in vain costs less each
// time than what the best nest leaves to prove. Whether a nest is known that is no more than a step above what there can
// be; `best`: it is the best, unless a limit was hit.
static bool search_by_steps(aug_keeping_run *r, aug_turn *at, bool *best) {
    uint64_t limit = r->options.node_limit, most = r->nodes + STEP_NODES;
    if (limit && r->nodes + limit / STEP_SHARE < most)
        most = r->nodes + limit / STEP_SHARE;
    aug_wide least = least_floor(r);
    bool near = false;
    *best = false;
    if (least > 0)
        glance_below(r, at, (aug_wide)((double)least * GLANCE_STEP));
    for (size_t i = 0; least > 0 && i < sizeof STEPS / sizeof *STEPS && !near && !r->limited; i++) {
        aug_wide step = (aug_wide)((double)least * STEPS[i]);
        near = !aug_incumbent_wants(&r->incumbent, (aug_value){step, 0.0});
        if (near)
            break;
        r->options.node_limit = most;
        near = *best = search_below(r, at, step);
        r->options.node_limit = limit;
    }
    return near;
}

static bool any_of_interest(const aug_keeping_run *r) {
    bool any = r->incumbent.count == 0;
    if (aug_keeping_run_interrupted(r))
        return false;
    for (int i = 0; i < r->keepings.count; i++)
        any |= aug_keeping_run_wants(r, &r->keepings.at[i]);
    return any;
}

// A nest that is not known to fit.
static void take_nest(void *context, const aug_mapping *mapping) {
    aug_keeping_run *r = context;
    const aug_problem *problem = r->space.problem;
    aug_cost *cost = AUG_NEW(r->arena, aug_cost);
    if (!aug_cost_evaluate(problem, mapping, r->scratch, cost) || cost->cycles > r->space.most_cycles ||
        (r->space.restriction && !aug_restriction_holds(problem, r->space.restriction, mapping, cost)))
        return;
    aug_value value = {aug_space_price(&r->space, cost->energy_pj), cost->cycles};
    if (aug_incumbent_takes(&r->incumbent, value))
        aug_incumbent_add(&r->incumbent, value, mapping);
}

static uint64_t ahead_nodes(const aug_keeping_run *r, uint64_t most) {
    return r->options.node_limit && r->options.node_limit < most ? r->options.node_limit : most;
}

// Nests of products that are like a window, where something better than all that is known could be.
static void search_unrolled(aug_keeping_run *r) {
    if (r->options.prefix_count == 0 && any_of_interest(r) && aug_unroll_applies(r->space.problem))
        aug_unroll_search(r->arena, r->space.problem, &r->options, ahead_nodes(r, UNROLL_NODES), take_nest, r,
                          &r->nodes);
}

// All keepings for one objective, from the incumbent on.
static void search_for(aug_keeping_run *r, aug_turn *at) {
    aug_space_aim(&r->space, r->options.objective);
    aug_image_find(&r->space);
    begin_again(r);
    aug_keeping_run_dive(r, &at->searches[r->options.worker]);
    bool by_steps = r->space.sliding && r->space.perfect && r->options.objective == AUG_OBJECTIVE_ENERGY &&
                    !r->options.has_cutoff;
    if (by_steps && r->incumbent.count == 0)
        search_unrolled(r);
    by_steps &= r->incumbent.count > 0;
    if (by_steps) {
        bool best;
        by_steps = search_by_steps(r, at, &best);
        if (best && !r->limited)
            return;
        if (!by_steps)
            search_unrolled(r);
        begin_again(r);
    }
    if (r->space.sliding && !by_steps)
        aug_keeping_run_probe(r, at, false);
    aug_keeping_run_all(r, at);
}

// A search of its own, whose answers are where this one begins.
static void search_ahead(aug_keeping_run *r, const aug_mapper_options *of) {
    aug_mapper_options options = *of;
    aug_mapper_result result;
    options.breaks_ties = false;
    aug_mapper_run(r->arena, r->space.problem, &options, &result);
    r->nodes += result.nodes;
    take_points(r, result.points, result.point_count);
}

// Who interrupts has waited for other searches, and wants this one's answer too: a good one, if it is near.
static void search_in_haste(aug_keeping_run *r) {
    aug_mapper_options options = r->options;
    options.perfect = true;
    options.progress = NULL;
    options.node_limit = ahead_nodes(r, HASTE_NODES);
    options.objective = AUG_OBJECTIVE_ENERGY;
    if (r->space.has_energy)
        search_ahead(r, &options);
    options.objective = AUG_OBJECTIVE_LATENCY;
    if (r->options.objective != AUG_OBJECTIVE_ENERGY)
        search_ahead(r, &options);
}

// Nothing takes less energy, in any keeping.
static void keep_least(aug_keeping_run *r, aug_wide least) {
    aug_floors_know(r->floors, least);
    for (int i = 0; i < r->keepings.count; i++) {
        aug_keeping *keeping = &r->keepings.at[i];
        keeping->searched = least > keeping->searched ? least : keeping->searched;
        keeping->floor = least > keeping->floor ? least : keeping->floor;
    }
}

// The same keepings for another objective.
static void search_least_energy(aug_keeping_run *r, aug_turn *at) {
    const aug_mapper_options wanted = r->options;
    aug_mapper_result result = {.point_count = 0};
    aug_wide least = 0;
    r->options.objective = AUG_OBJECTIVE_ENERGY;
    r->options.node_limit = wanted.node_limit ? wanted.node_limit / SHARE + 1 : 0;
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    aug_mapper_options whole = r->options;
    whole.perfect = true;
    if (!wanted.perfect)
        search_ahead(r, &whole);
    search_for(r, at);
    put_points(r, &result);
    if (!r->limited && result.point_count > 0)
        keep_least(r, least = r->incumbent.known[0].value.energy);
    else if (!r->limited && !wanted.has_cutoff)
        least = r->incumbent.most; // nothing is below it
    r->options = wanted;
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    r->incumbent.least = least;
    take_points(r, result.points, result.point_count);
}

// A front with windows begins at its point of the least product, which its own search finds late.
static void search_least_product(aug_keeping_run *r, aug_turn *at) {
    const aug_mapper_options wanted = r->options;
    aug_incumbent front = r->incumbent;
    aug_mapper_result result = {.point_count = 0};
    put_points(r, &result);
    r->options.objective = AUG_OBJECTIVE_EDP;
    r->options.node_limit = wanted.node_limit ? r->nodes + wanted.node_limit / SHARE + 1 : 0;
    aug_incumbent_begin(r->arena, &r->options, r->space.price_pj, &r->incumbent);
    r->incumbent.least = front.least;
    take_points(r, result.points, result.point_count);
    search_unrolled(r);
    search_for(r, at);
    put_points(r, &result);
    r->options = wanted;
    r->incumbent = front;
    take_points(r, result.points, result.point_count);
}

// Of what is slower than the known nest of the least energy nothing is of interest, so the rest is a search of its own, with those
// ways to fill arrays alone that are fast enough: floors know of them, too. Whether it was searched to its end.
static bool search_faster(aug_keeping_run *r) {
    const aug_known *best = NULL;
    for (int i = 0; i < r->incumbent.count; i++)
        if (r->incumbent.known[i].mapping && r->incumbent.known[i].value.energy <= r->incumbent.least)
            best = &r->incumbent.known[i];
    if (!best || r->options.most_cycles > 0.0 || !any_of_interest(r))
        return false;
    aug_mapper_options options = r->options;
    aug_mapper_result result;
    options.most_cycles = nextafter(best->value.cycles, 0.0);
    if (options.node_limit)
        options.node_limit -= r->nodes < options.node_limit ? r->nodes : options.node_limit - 1;
    aug_mapper_status status = aug_mapper_run(r->arena, r->space.problem, &options, &result);
    r->nodes += result.nodes;
    take_points(r, result.points, result.point_count);
    r->limited = false;
    r->open = (double)INFINITY;
    return status != AUG_MAPPER_LIMIT;
}

// What is found in a small part of the time. Tiles that divide have nearly the best among them. The nest of
// the least energy is found fast, and where the outermost memory sets the pace it is the fastest one, too.
static void search_early(aug_keeping_run *r, aug_turn *at) {
    aug_mapper_options ahead = r->options;
    if (r->space.all_tiles) {
        ahead.least_tiles = true;
        search_ahead(r, &ahead);
        return;
    }
    ahead.perfect = true;
    if (aug_keeping_run_interrupted(r))
        return;
    if (!r->options.perfect) {
        bool by_shapes = aug_shapes_apply(&r->space);
        if (by_shapes && r->options.objective != AUG_OBJECTIVE_ENERGY && !r->options.has_cutoff)
            search_least_energy(r, at);
        if (any_of_interest(r))
            search_ahead(r, &ahead);
        if (r->options.prefix_count == 0 && !by_shapes && !r->space.mixed && !aug_keeping_run_interrupted(r))
            aug_padding_search(r->arena, r->space.problem, &r->options, ahead_nodes(r, AHEAD_NODES),
                               take_nest, r, &r->nodes);
        return;
    }
    if (r->options.has_cutoff)
        return;
    if (r->options.objective != AUG_OBJECTIVE_ENERGY && r->space.canonical)
        search_least_energy(r, at);
    r->searched = r->options.objective != AUG_OBJECTIVE_ENERGY && r->space.canonical && r->space.sliding && search_faster(r);
    if (r->searched)
        return;
    if (r->options.objective == AUG_OBJECTIVE_FRONT && r->space.canonical && r->space.sliding)
        search_least_product(r, at);
    else if (r->options.objective != AUG_OBJECTIVE_ENERGY)
        search_unrolled(r);
    if (r->options.objective == AUG_OBJECTIVE_ENERGY || r->space.canonical)
        return;
    ahead.objective = AUG_OBJECTIVE_ENERGY;
    ahead.node_limit = ahead.node_limit ? ahead.node_limit / SHARE + 1 : 0;
    search_ahead(r, &ahead);
}

// With ranks that are alike as one. False where there are none, or where a nest has too many nodes.
static bool run_merged(aug_keeping_run *r, aug_mapper_result *result, aug_mapper_status *status) {
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

// Of mappings with the least energy the fastest: a front that ends where energy is more. False where a limit was hit.
static bool break_tie(aug_keeping_run *r, aug_turn *at) {
    const aug_mapper_options wanted = r->options;
    const aug_known found = r->incumbent.known[0];
    // Costs are rounded sums, bounds are not.
    const aug_value more = {found.value.energy + (found.value.energy >> 50) + 1, 0.0};
    r->options.objective = AUG_OBJECTIVE_FRONT;
    r->options.node_limit = r->nodes + r->nodes / TIE_SHARE + TIE_NODES;
    aug_incumbent_init(r->arena, AUG_OBJECTIVE_FRONT, &r->incumbent);
    aug_incumbent_add(&r->incumbent, more, NULL);
    aug_incumbent_add(&r->incumbent, found.value, found.mapping);
    keep_least(r, found.value.energy);
    search_for(r, at);
    const bool all = !r->limited;
    aug_known best = found;
    for (int i = 0; i < r->incumbent.count; i++) {
        const aug_known *other = &r->incumbent.known[i];
        if (other->mapping && other->value.energy <= found.value.energy && other->value.cycles < best.value.cycles)
            best = *other;
    }
    r->options = wanted;
    aug_incumbent_init(r->arena, wanted.objective, &r->incumbent);
    aug_incumbent_add(&r->incumbent, best.value, best.mapping);
    r->limited = false;
    return all;
}

static aug_mapper_status run_searches(aug_keeping_run *r, aug_search_memory *memories,
                                      aug_mapper_result *result) {
    aug_turn *at = AUG_NEW(r->arena, aug_turn);
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
    if (r->incumbent.count == 0 && aug_progress_stopped(r->options.progress))
        search_in_haste(r);
    search_early(r, at);
    if (!r->searched)
        search_for(r, at);
    if (r->options.breaks_ties && r->options.objective == AUG_OBJECTIVE_ENERGY && !r->limited && r->incumbent.count > 0 &&
        r->incumbent.known[0].mapping)
        result->is_fastest = break_tie(r, at);
    return answer(r, result);
}

static void free_memories(aug_search_memory *memories, int count) {
    for (int i = 0; i < count; i++)
        aug_search_memory_free(&memories[i]);
}

// Each search has memory of its own, which goes whatever happens.
static aug_mapper_status run_with_crew(aug_keeping_run *r, aug_mapper_result *result) {
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
static aug_mapper_status run_alone(aug_keeping_run *r, aug_mapper_result *result) {
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
    aug_keeping_run *r = AUG_NEW(arena, aug_keeping_run);
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
