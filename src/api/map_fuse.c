// The fused groups of a workload: asked of the mapper with what is known of each einsum alone, and each
// answer once more by cost, as those of single einsums are.
#include "api/map_fuse.h"

#include "api/map_split.h"
#include "fusion/band.h"
#include "proof/certificate.h"

#include <math.h>
#include <string.h>

// All groups together may take as long as so many einsums: of the limit that was asked for, or of the usual
// one; all numbers of bands together four times as long where one figure counts. Where units overlap fewest cycles and
// products are harder to find than the least energy.
enum { SHARE = 24, USUAL_SHARE = 8, BANDS = 4 };

static aug_group_chain chain_of(const aug_map_task *task) {
    return (aug_group_chain){.members = task->problems,
                             .count = task->count,
                             .repeats = task->repeats,
                             .running = task->running,
                             .apart = task->unfused,
                             .overlap = task->overlap};
}

// Whether what is told of a model would not add up.
static bool is_part(const aug_map_task *task, const aug_map *map) {
    return task->rest_count > 0 &&
           (map->objective == AUG_OBJECTIVE_EDP || map->objective == AUG_OBJECTIVE_FRONT);
}

// The same where a certificate is asked for, which is of units that take turns.
static const char *why_no_certificate(const aug_map_task *task, const aug_map *map) {
    const aug_mapper_options options = {.objective = map->objective, .perfect = map->perfect};
    aug_certificate_part *parts = AUG_NEW_ARRAY(task->reader.arena, aug_certificate_part, (size_t)task->count);
    for (int i = 0; i < task->count; i++)
        parts[i] = (aug_certificate_part){.name = task->names[i], .repeats = task->repeats[i], .problem = task->problems[i]};
    const char *why = task->overlap == AUG_OVERLAP_PIPELINED
                          ? "units overlap"
                          : aug_certificate_cannot_plan(task->reader.arena, parts, task->count, &options);
    return why ? aug_arena_print(task->reader.arena, "the certificate is of einsums one by one, none are fused: %s", why)
               : NULL;
}

// Why neighbours are not fused though some could be; NULL: they are.
static const char *why_not(const aug_map_task *task, const aug_map *map) {
    if (task->restrictions)
        return "constraints are those of single einsums: none are fused";
    if (is_part(task, map))
        return "of a whole model neighbours are fused for energy or latency alone";
    return task->options->certificate ? why_no_certificate(task, map) : NULL;
}

// The same of masks.
static const char *why_whole(const aug_map_task *task, const aug_map *map) {
    if (task->restrictions)
        return "constraints are those of whole einsums: pairs that a mask leaves out are computed";
    if (task->options->certificate)
        return "a certificate is of a whole einsum: pairs that its mask leaves out are computed";
    if (is_part(task, map))
        return "of a whole model masks count for energy or latency alone: all pairs are computed";
    return NULL;
}

static void settle_masks(aug_map_task *task, aug_map *map) {
    const aug_group_chain chain = chain_of(task);
    if (!aug_band_is_any(&chain, task->masks))
        return;
    const char *why = why_whole(task, map);
    if (why)
        map->notes[map->note_count++] = why;
    task->masked = !why;
}

static void settle_groups(aug_map_task *task, aug_map *map) {
    const aug_group_chain chain = chain_of(task);
    task->unfused = true;
    if (task->count < 2 || aug_group_count(task->reader.arena, &chain) == 0)
        return;
    const char *why = why_not(task, map);
    if (why)
        map->notes[map->note_count++] = why;
    task->unfused = why;
    task->certifies_plan = task->options->certificate && !why;
    if (task->certifies_plan)
        map->overlap = task->overlap = AUG_OVERLAP_TURNS;
}

// How units are to run what is fused. False where it is not known.
static bool settle_overlap(aug_map_task *task, aug_map *map) {
    const char *how = task->options->units;
    for (int i = 0; how && aug_overlap_names[i]; i++)
        if (strcmp(how, aug_overlap_names[i]) == 0) {
            map->overlap = task->overlap = (aug_overlap)i;
            return true;
        }
    if (how)
        aug_error_hint(aug_error_add(task->reader.errors, NULL, "unknown way for units to run: '%.60s'", how),
                       "it is best, turns or pipelined");
    return !how;
}

bool aug_map_settle_fuse(aug_map_task *task, aug_map *map) {
    const char *how = task->options->fuse ? task->options->fuse : "auto";
    if (strcmp(how, "none") != 0 && strcmp(how, "auto") != 0) {
        aug_error *error = aug_error_add(task->reader.errors, NULL, "unknown way to fuse: '%.60s'", how);
        aug_error_hint(error, "it is auto or none");
        return false;
    }
    if (!settle_overlap(task, map))
        return false;
    task->unfused = true;
    if (strcmp(how, "auto") == 0)
        settle_groups(task, map);
    settle_masks(task, map);
    task->fuses = !task->unfused || task->masked;
    return true;
}

bool aug_map_may_all_run(const aug_map_task *task, aug_map *map) {
    const aug_group_chain chain = chain_of(task);
    int stuck = 0, fusible = 0;
    for (int i = 0; i < map->count; i++) {
        if (map->einsums[i].result.point_count > 0)
            continue;
        bool joins = !task->unfused && map->einsums[i].status == AUG_MAPPER_NONE &&
                     aug_group_may_join(task->reader.arena, &chain, i);
        fusible += joins;
        stuck += !joins;
    }
    if (stuck > 0 && fusible > 0)
        map->notes[map->note_count++] = "what passes between neighbours may fit where they are fused, which is not "
                                        "looked at, for others do not fit";
    return stuck == 0;
}

// ---- The answer once more

typedef struct maker {
    aug_map_task *task;
    const aug_map *map;
    aug_cost_scratch *scratch;
    aug_cost *cost;
} maker;

// What an einsum takes by itself; not a number where it does not fit.
static aug_group_point point_of(const aug_map_einsum *alone) {
    if (alone->result.point_count == 0)
        return (aug_group_point){(double)NAN, (double)NAN, NULL};
    const aug_mapper_point *point = &alone->result.points[alone->chosen];
    return (aug_group_point){point->energy_pj, point->cycles, NULL};
}

// Adds what a member costs. False where its nest is none, or does not fit.
static bool add_member(const maker *m, const aug_group_plan *plan, int member, aug_map_member *into,
                       aug_map_group *group) {
    const aug_problem *problem = plan->problems[member];
    const aug_reader unseen = {m->task->reader.arena, m->task->unseen};
    memset(m->cost, 0, sizeof *m->cost);
    if (!aug_mapping_check(&unseen, NULL, problem, plan->nests[member]) ||
        !aug_cost_evaluate(problem, plan->nests[member], m->scratch, m->cost))
        return false;
    into->energy_pj = m->cost->has_energy ? m->cost->energy_pj : (double)NAN;
    into->cycles = m->cost->cycles;
    into->utilization = m->cost->utilization;
    aug_group_load_of(problem, m->cost, &into->load);
    into->memories = aug_map_keep_memories(m->task->reader.arena, problem, m->cost);
    group->energy_pj += into->energy_pj;
    group->cycles += into->cycles;
    if (plan->bands == 0 && !plan->is_split) {
        const aug_map_einsum *alone = &m->map->einsums[plan->first + member];
        group->unfused_energy_pj += point_of(alone).energy_pj;
        group->unfused_cycles += point_of(alone).cycles;
    }
    return true;
}

static double value_of(aug_objective objective, double energy_pj, double cycles) {
    return objective == AUG_OBJECTIVE_ENERGY    ? energy_pj
           : objective == AUG_OBJECTIVE_LATENCY ? cycles
                                                : energy_pj * cycles;
}

// Members take turns, or units overlap.
static void settle_cycles(aug_map_group *group) {
    const aug_group_plan *plan = group->plan;
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_pipe pipe;
    double busy[AUG_PROBLEM_COMPUTES] = {0};
    for (int e = 0; e < plan->group->member_count; e++) {
        const aug_map_member *member = &group->members[e];
        loads[e] = member->load;
        busy[plan->pipelined ? aug_problem_unit(plan->problems[e]) : 0] +=
            member->utilization * member->cycles;
    }
    if (plan->pipelined && aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe))
        group->cycles = aug_group_pipe_cycles(&pipe, loads, NULL);
    for (int c = 0; c < AUG_PROBLEM_COMPUTES; c++)
        group->utilization = fmax(group->utilization, busy[c] / group->cycles);
}

static bool make_group(const maker *m, const aug_group_plan *plan, aug_map_group *group) {
    const double rounding = 1e-12;
    int count = plan->group->member_count;
    aug_map_member *members = AUG_NEW_ARRAY(m->task->reader.arena, aug_map_member, (size_t)count);
    *group = (aug_map_group){.plan = plan,
                             .members = members,
                             .repeats = m->task->repeats[plan->first],
                             .unfused_energy_pj = plan->alone_pj,
                             .unfused_cycles = plan->alone_cycles};
    for (int e = 0; e < count; e++)
        if (!add_member(m, plan, e, &members[e], group))
            return false;
    settle_cycles(group);
    group->value = value_of(m->map->objective, group->energy_pj, group->cycles);
    group->lower_bound = fmin(plan->lower_bound, group->value);
    if (group->lower_bound >= group->value * (1.0 - rounding))
        group->lower_bound = group->value;
    bool same_energy =
        isnan(group->energy_pj) || fabs(group->energy_pj - plan->energy_pj) <= rounding * group->energy_pj;
    return aug_group_fits(plan) && group->cycles >= plan->cycles && group->cycles <= plan->cycles &&
           same_energy;
}

// The groups of one point in the order in which they run.
static bool make_way(const maker *m, const aug_group_point *point, aug_map_way *way) {
    *way = (aug_map_way){.count = 0};
    for (const aug_group_plan *plan = point->last; plan; plan = plan->before)
        way->count++;
    aug_map_group *groups = AUG_NEW_ARRAY(m->task->reader.arena, aug_map_group, (size_t)way->count);
    int at = way->count;
    for (const aug_group_plan *plan = point->last; plan; plan = plan->before)
        if (!make_group(m, plan, &groups[--at]))
            return false;
    for (int i = 0; i < way->count; i++) {
        way->energy_pj += groups[i].energy_pj * groups[i].repeats;
        way->cycles += groups[i].cycles * groups[i].repeats;
        way->utilization += groups[i].utilization * groups[i].cycles * groups[i].repeats;
    }
    way->utilization /= way->cycles;
    way->groups = groups;
    return true;
}

static void choose(const aug_map *map, aug_map_fusion *fusion) {
    fusion->value = (double)INFINITY;
    for (int i = 0; i < fusion->way_count; i++) {
        double value = value_of(map->objective, fusion->ways[i].energy_pj, fusion->ways[i].cycles);
        if (value < fusion->value) {
            fusion->value = value;
            fusion->chosen = i;
        }
    }
}

static bool make_fusion(const maker *m, const aug_group_result *result, const aug_bands *bands,
                        aug_map_fusion *fusion) {
    aug_map_way *ways = AUG_NEW_ARRAY(m->task->reader.arena, aug_map_way, (size_t)result->point_count);
    fusion->way_count = result->point_count;
    fusion->ways = ways;
    for (int i = 0; i < result->point_count; i++)
        if (!make_way(m, &result->points[i], &ways[i]))
            return false;
    choose(m->map, fusion);
    fusion->proven = result->proven;
    fusion->stopped = result->stopped || (bands && bands->stopped);
    fusion->lower_bound = result->proven ? fusion->value : fmin(result->lower_bound, fusion->value);
    for (int i = 0; i < m->map->count; i++) {
        const aug_map_einsum *e = &m->map->einsums[i];
        const aug_group_point alone = point_of(e);
        fusion->unfused_energy_pj += (bands ? bands->alone_pj[i] : alone.energy_pj) * e->repeats;
        fusion->unfused_cycles += (bands ? bands->alone_cycles[i] : alone.cycles) * e->repeats;
    }
    for (int i = 0; i < m->map->rest_count; i++) {
        fusion->unfused_energy_pj += m->map->rests[i].energy_pj * m->map->rests[i].repeats;
        fusion->unfused_cycles += m->map->rests[i].cycles * m->map->rests[i].repeats;
    }
    return true;
}

// EDP: of the fronts that were searched for the groups' sake, each einsum shows its own least product.
static void keep_chosen(const aug_map *map) {
    for (int i = 0; i < map->count; i++) {
        aug_map_einsum *e = &map->einsums[i];
        if (e->result.point_count == 0)
            continue;
        e->result.points += e->chosen;
        e->result.point_count = 1;
        e->rows += e->chosen;
        e->chosen = 0;
    }
}

static uint64_t share_of(const aug_map_task *task, const aug_map *map) {
    return task->options->node_limit || map->objective != AUG_OBJECTIVE_ENERGY ? SHARE : USUAL_SHARE;
}

// All runs under a mask, in bands. NULL: there are none.
static const aug_bands *find_bands(aug_map_task *task, const aug_map *map, const aug_group_chain *chain,
                                   const aug_mapper_options *of_groups) {
    if (!task->masked)
        return NULL;
    aug_mapper_options options = *of_groups;
    if (map->objective == AUG_OBJECTIVE_ENERGY || map->objective == AUG_OBJECTIVE_LATENCY)
        options.node_limit *= BANDS;
    aug_bands *bands = AUG_NEW(task->reader.arena, aug_bands);
    const aug_band_question question = {.chain = chain,
                                        .masks = task->masks,
                                        .options = &options,
                                        .alone_limit = map->node_limit,
                                        .cache = task->options->cache};
    aug_bands_search(task->reader.arena, &question, bands);
    task->nodes += bands->nodes;
    return bands;
}

// All that is known of neighbours before groups are searched. Whether some search for it ended early.
static bool put_offers(aug_map_task *task, const aug_map *map, const aug_bands *bands,
                       const aug_mapper_options *options, aug_group_chain *chain) {
    int banded = bands ? bands->offer_count : 0, most = banded + task->split_count;
    aug_group_offer *offers = AUG_NEW_ARRAY(task->reader.arena, aug_group_offer, (size_t)most);
    for (int i = 0; i < banded; i++)
        offers[i] = bands->offers[i];
    aug_map_split_offers splits = {0};
    if (!chain->apart && !task->options->certificate)
        splits = aug_map_splits_search(task, map, options);
    for (int i = 0; i < splits.count; i++)
        offers[banded + i] = splits.offers[i];
    chain->offers = offers;
    chain->offer_count = banded + splits.count;
    return splits.stopped;
}

bool aug_map_fuse(aug_map_task *task, aug_map *map) {
    aug_arena *arena = task->reader.arena;
    aug_mapper_result *alone = AUG_NEW_ARRAY(arena, aug_mapper_result, (size_t)map->count);
    for (int i = 0; i < map->count; i++)
        alone[i] = map->einsums[i].result;
    aug_group_chain chain = chain_of(task);
    chain.alone = alone;
    const aug_mapper_options options = {.objective = map->objective,
                                        .perfect = map->perfect,
                                        .breaks_ties = !task->options->certificate,
                                        .threads = task->threads,
                                        .node_limit = map->node_limit * share_of(task, map),
                                        .progress = &task->context->progress};
    const aug_bands *bands = find_bands(task, map, &chain, &options);
    bool is_open = put_offers(task, map, bands, &options, &chain);
    chain.apart = chain.apart || (bands && bands->is_all);
    aug_group_result result;
    aug_group_map(arena, &chain, &options, &result);
    task->nodes += result.nodes;
    if (result.point_count == 0)
        return true;
    aug_map_fusion *fusion = AUG_NEW(arena, aug_map_fusion);
    const maker m = {task, map, aug_cost_scratch_new(arena), AUG_NEW(arena, aug_cost)};
    fusion->node_limit = options.node_limit;
    if (!make_fusion(&m, &result, bands, fusion))
        return false;
    fusion->is_apart = task->unfused;
    fusion->banding_count = bands ? bands->count : 0;
    fusion->bandings = bands ? bands->bandings : NULL;
    fusion->stopped = fusion->stopped || is_open;
    map->fusion = fusion;
    if (map->objective == AUG_OBJECTIVE_EDP)
        keep_chosen(map);
    return true;
}
