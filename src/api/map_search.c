// Objective and constraints, one search per distinct einsum, and each answer of a search once more: every
// mapping is evaluated again by cost. Another result is a defect of Auger and told as such, never shown as an
// answer.
#include "api/map_search.h"

#include "api/map_fuse.h"
#include "base/pool.h"
#include "base/spelling.h"
#include "proof/certificate.h"
#include "mapper/restriction_check.h"
#include "mapper/restriction_read.h"
#include "mapper/suite.h"

#include <math.h>
#include <string.h>

aug_map_task *aug_map_task_new(aug_context *context, aug_answer *answer, const aug_map_options *options) {
    aug_map_task *task = AUG_NEW(&answer->arena, aug_map_task);
    *task = (aug_map_task){.context = context,
                           .answer = answer,
                           .reader = {&answer->arena, &answer->errors},
                           .options = options,
                           .unseen = AUG_NEW(&answer->arena, aug_errors)};
    return task;
}

void aug_map_task_reserve(aug_map_task *task, int count) {
    task->count = count;
    task->problems = AUG_NEW_ARRAY(task->reader.arena, const aug_problem *, (size_t)count);
    task->names = AUG_NEW_ARRAY(task->reader.arena, const char *, (size_t)count);
    task->repeats = AUG_NEW_ARRAY(task->reader.arena, double, (size_t)count);
    task->masks = AUG_NEW_ARRAY(task->reader.arena, const aug_mask *, (size_t)count);
}

// ---- What is asked

// Reads the name of an objective; without one it is energy. False with an error added.
static bool read_objective(const aug_map_task *task, aug_objective *objective) {
    const char *name = task->options->objective;
    aug_spelling spelling = {.wanted = name ? name : ""};
    *objective = AUG_OBJECTIVE_ENERGY;
    if (!name)
        return true;
    for (int i = 0; i < AUG_OBJECTIVE_COUNT; i++) {
        aug_spelling_offer(&spelling, aug_objective_names[i]);
        *objective = (aug_objective)i;
        if (strcmp(aug_objective_names[i], name) == 0)
            return true;
    }
    aug_error *error = aug_error_add(task->reader.errors, NULL, "unknown objective '%.60s'", name);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(error, "it is energy, latency, edp or front");
    return false;
}

// Without energies cycles are all there is to minimise: by default they are, with a note that says so.
static bool settle_objective(const aug_map_task *task, aug_map *map) {
    const char *level = NULL;
    for (int i = 0; i < task->count && !level; i++)
        level = aug_problem_without_energy(task->problems[i]);
    if (!level || map->objective == AUG_OBJECTIVE_LATENCY)
        return true;
    if (!task->options->objective) {
        map->objective = AUG_OBJECTIVE_LATENCY;
        map->notes[map->note_count++] =
            aug_arena_print(task->reader.arena,
                            "the machine states no energy of '%s', so cycles are what is minimised", level);
        return true;
    }
    aug_error *error = aug_error_add(task->reader.errors, NULL,
                                     "machine '%.60s' states no energy of '%.60s': objective '%s' is unknown",
                                     map->machine, level, aug_objective_names[map->objective]);
    aug_error_hint(error, "add 'energy' to it, or ask for --objective latency");
    return false;
}

static bool read_constraints(aug_map_task *task) {
    const char *path = task->options->constraints;
    if (!path && !task->constraints)
        return true;
    task->restrictions = AUG_NEW_ARRAY(task->reader.arena, aug_restriction, (size_t)task->count);
    return path ? aug_restriction_load(&task->reader, path, task->problems, task->count, task->restrictions)
                : aug_restriction_read(&task->reader, task->constraints, task->problems, task->count,
                                       task->restrictions);
}

// ---- The search

// Many einsums, and short tiles, are not searched without end unless that is asked for: a limit in nodes is the
// same on every machine.
static uint64_t node_limit(const aug_map_task *task) {
    enum { EACH_OF_MANY = 1000000, SHORT_TILES = 20000000 };
    uint64_t asked = task->options->node_limit;
    if (asked > 0)
        return asked == UINT64_MAX ? 0 : asked;
    return task->count > 1 ? EACH_OF_MANY : task->options->perfect ? 0 : SHORT_TILES;
}

// The least product of sums need not be a sum of least products: what is fused needs whole fronts.
static aug_mapper_options search_options(const aug_map_task *task, aug_objective objective, int index) {
    bool whole = task->fuses && objective == AUG_OBJECTIVE_EDP;
    return (aug_mapper_options){
        .objective = whole ? AUG_OBJECTIVE_FRONT : objective,
        .perfect = task->options->perfect,
        .breaks_ties = !task->options->certificate, // which is of one nest
        .restriction = task->restrictions ? &task->restrictions[index] : NULL,
        .threads = task->threads,
        .node_limit = node_limit(task),
        .progress = &task->context->progress,
    };
}

static bool can_search(const aug_map_task *task, aug_objective objective) {
    for (int i = 0; i < task->count; i++) {
        const aug_mapper_options options = search_options(task, objective, i);
        const char *why = aug_mapper_can_search(task->problems[i], &options);
        if (!why)
            continue;
        aug_error_add(task->reader.errors, NULL, "einsum '%.60s' cannot be mapped: %s", task->names[i], why);
        return false;
    }
    return true;
}

// The point of a front that the value belongs to.
static int least_product(const aug_mapper_result *result) {
    int best = 0;
    for (int i = 1; i < result->point_count; i++)
        if (result->points[i].energy_pj * result->points[i].cycles <
            result->points[best].energy_pj * result->points[best].cycles)
            best = i;
    return best;
}

// Cycles are the same to the last; energies, which the search may sum in another order, but for rounding.
static bool agrees(const aug_mapper_point *point, const aug_cost *cost) {
    const double rounding = 1e-12;
    return cost->cycles == point->cycles &&
           (!cost->has_energy || fabs(cost->energy_pj - point->energy_pj) <= rounding * cost->energy_pj);
}

// The value of what was found, from figures as cost gives them; what is proven is bound by itself.
static void settle_value(aug_map_einsum *e, aug_objective objective) {
    const aug_mapper_point *point = &e->result.points[e->chosen];
    e->result.value = objective == AUG_OBJECTIVE_ENERGY    ? point->energy_pj
                      : objective == AUG_OBJECTIVE_LATENCY ? point->cycles
                                                           : point->energy_pj * point->cycles;
    e->result.lower_bound = e->result.proven ? e->result.value : fmin(e->result.lower_bound, e->result.value);
}

// The form of the nest, which a reader would check.
static bool is_well_formed(const aug_map_task *task, const aug_problem *problem, const aug_mapping *mapping) {
    const aug_reader reader = {task->reader.arena, task->unseen};
    return aug_mapping_check(&reader, NULL, problem, mapping);
}

// Evaluates one point again. False where it is none, costs something else or is not what was asked for.
static bool evaluate_point(aug_map_task *task, int index, const aug_problem *problem, aug_mapper_point *point,
                           aug_cost *cost, aug_evaluation *into) {
    const aug_restriction *asked = task->restrictions ? &task->restrictions[index] : NULL;
    memset(cost, 0, sizeof *cost);
    *into = (aug_evaluation){task->workload, problem, &point->mapping, cost, into->scratch, false};
    bool good = is_well_formed(task, problem, &point->mapping) &&
                aug_cost_evaluate(problem, &point->mapping, into->scratch, cost) && agrees(point, cost) &&
                (!asked || aug_restriction_holds(problem, asked, &point->mapping, cost));
    point->energy_pj = cost->energy_pj;
    return good;
}

// Every point, and what is shown of each.
static bool evaluate_points(aug_map_task *task, const aug_map *map, int index) {
    aug_map_einsum *e = &map->einsums[index];
    aug_arena *arena = task->reader.arena;
    size_t count = (size_t)e->result.point_count;
    aug_map_row *rows = AUG_NEW_ARRAY(arena, aug_map_row, count);
    aug_mapper_point *points = AUG_NEW_ARRAY(arena, aug_mapper_point, count);
    aug_cost_scratch *scratch = aug_cost_scratch_new(arena);
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    for (size_t i = 0; i < count; i++) {
        aug_evaluation evaluation = {.scratch = scratch};
        points[i] = e->result.points[i];
        if (!evaluate_point(task, index, e->problem, &points[i], cost, &evaluation))
            return false;
        rows[i] = (aug_map_row){cost->utilization, aug_evaluation_bound(arena, &evaluation), NULL};
        if (map->objective == AUG_OBJECTIVE_FRONT)
            rows[i].memories = aug_map_keep_memories(arena, e->problem, cost);
    }
    e->result.points = points;
    e->rows = rows;
    e->chosen = least_product(&e->result);
    if (count == 0)
        return true;
    settle_value(e, map->objective);
    e->evaluation.scratch = scratch;
    return evaluate_point(task, index, e->problem, &points[e->chosen], cost, &e->evaluation);
}

// Why none fits: the constraint to blame, or the machine. A search for it that is stopped says nothing.
static aug_restriction_cause find_cause(aug_map_task *task, const aug_map_einsum *e,
                                        const aug_mapper_options *options) {
    aug_restriction_cause cause = aug_restriction_why(task->reader.arena, e->problem, options);
    if (aug_progress_stopped(options->progress) && e->result.why)
        cause = (aug_restriction_cause){"machine", e->result.why, (double)NAN, (double)NAN};
    return cause;
}

// What the suite found for one. Of a proven no the cause is looked for.
static void take_answer(aug_map_task *task, aug_map *map, int index, const aug_suite_answer *answer,
                        const aug_map_einsum *same) {
    aug_map_einsum *e = &map->einsums[index];
    e->status = answer->status;
    e->result = answer->result;
    if (e->status == AUG_MAPPER_NONE) {
        const aug_mapper_options options = search_options(task, map->objective, index);
        e->result.value = e->result.lower_bound = (double)INFINITY;
        e->cause = same ? same->cause : find_cause(task, e, &options);
    }
    if (!same)
        task->nodes += e->result.nodes;
}

// What cannot be met at first sight is not searched.
static bool is_hopeless(const aug_map_task *task, const aug_map *map, int index) {
    const aug_mapper_options options = search_options(task, map->objective, index);
    return aug_restriction_is_hopeless(task->reader.arena, task->problems[index], &options);
}

static void map_einsums(aug_map_task *task, aug_map *map) {
    aug_arena *arena = task->reader.arena;
    size_t most = (size_t)map->count;
    aug_suite_member *members = AUG_NEW_ARRAY(arena, aug_suite_member, most);
    aug_suite_answer *answers = AUG_NEW_ARRAY(arena, aug_suite_answer, most);
    int *einsums = AUG_NEW_ARRAY(arena, int, most), count = 0;
    for (int i = 0; i < map->count; i++) {
        aug_map_einsum *e = &map->einsums[i];
        e->name = task->names[i];
        e->repeats = task->repeats[i];
        e->problem = task->problems[i];
        if (is_hopeless(task, map, i)) {
            const aug_suite_answer no = {.status = AUG_MAPPER_NONE, .result.proven = true};
            take_answer(task, map, i, &no, NULL);
            continue;
        }
        members[count] = (aug_suite_member){.problem = e->problem,
                                            .restriction = task->restrictions ? &task->restrictions[i] : NULL};
        einsums[count++] = i;
    }
    aug_mapper_options options = search_options(task, map->objective, 0);
    options.tells_progress = count > 1;
    aug_suite_run(arena, members, count, &options, task->options->cache, answers);
    for (int i = 0; i < count; i++)
        take_answer(task, map, einsums[i], &answers[i],
                    answers[i].same_as == i ? NULL : &map->einsums[einsums[answers[i].same_as]]);
}

// A proven no of one is one of all; a limit of one is a limit of all else.
static aug_status status_of(const aug_map *map) {
    aug_status status = AUG_OK;
    if (map->fusion)
        return map->fusion->proven ? AUG_OK : AUG_LIMIT;
    for (int i = 0; i < map->count; i++) {
        if (map->einsums[i].status == AUG_MAPPER_NONE)
            return AUG_NO;
        if (map->einsums[i].status == AUG_MAPPER_LIMIT)
            status = AUG_LIMIT;
    }
    return status;
}

// The front of all einsums together, with what is counted by its roofline; proven as far as theirs are.
static void sum_fronts(const aug_map_task *task, aug_map *map) {
    enum { MOST = 100000 };
    aug_arena *arena = task->reader.arena;
    size_t count = (size_t)map->count + (size_t)map->rest_count;
    aug_suite_answer *answers = AUG_NEW_ARRAY(arena, aug_suite_answer, count);
    double *repeats = AUG_NEW_ARRAY(arena, double, count);
    for (int i = 0; i < map->count; i++) {
        answers[i].result = map->einsums[i].result;
        repeats[i] = map->einsums[i].repeats;
    }
    for (int i = 0; i < map->rest_count; i++) {
        aug_mapper_point *point = AUG_NEW(arena, aug_mapper_point);
        point->energy_pj = map->rests[i].energy_pj;
        point->cycles = map->rests[i].cycles;
        answers[map->count + i].result = (aug_mapper_result){.point_count = 1, .points = point};
        repeats[map->count + i] = map->rests[i].repeats;
    }
    if (!aug_suite_front_sum(arena, answers, repeats, (int)count, MOST, &map->front) &&
        status_of(map) == AUG_OK)
        map->notes[map->note_count++] =
            "the front of all einsums together has more than 100000 points and is left out";
}

static void note_own_products(aug_map *map) {
    map->notes[map->note_count++] =
        "each einsum has its own least energy-delay product; that of all together may be less";
}

// ---- The certificate

static const aug_certificate_part *parts_of(const aug_map_task *task, const aug_map *map) {
    aug_certificate_part *parts =
        AUG_NEW_ARRAY(task->reader.arena, aug_certificate_part, (size_t)task->count);
    for (int i = 0; i < task->count; i++)
        parts[i] = (aug_certificate_part){task->names[i], task->repeats[i], task->problems[i],
                                          map ? &map->einsums[i].result : NULL,
                                          task->restrictions ? &task->restrictions[i] : NULL};
    return parts;
}

// Of a kind that certificates speak of; told before the search.
static bool can_certify(const aug_map_task *task, aug_objective objective) {
    if (!task->options->certificate || task->certifies_plan)
        return true;
    const aug_mapper_options options = search_options(task, objective, 0);
    int which = 0;
    const char *why = task->count == 1
                          ? aug_certificate_cannot(task->problems[0], &options)
                          : aug_certificate_cannot_all(parts_of(task, NULL), task->count, &options, &which);
    if (why)
        aug_error_add(task->reader.errors, NULL, "einsum '%.60s' cannot be certified: %s", task->names[which],
                      why);
    return !why;
}

static void put_certificate(aug_buffer *out, const void *found) {
    const aug_map *map = found;
    aug_buffer_put(out, map->certificate);
}

// Of the plan that was found, which need not be proven: the certificate says what no plan goes below.
static void certify_plan(const aug_map_task *task, aug_map *map) {
    const aug_mapper_options options = search_options(task, map->objective, 0);
    aug_arena *arena = task->reader.arena;
    const aug_map_way *way = map->fusion ? &map->fusion->ways[map->fusion->chosen] : NULL;
    aug_buffer out;
    aug_buffer_init(&out, arena);
    const char **groups = AUG_NEW_ARRAY(arena, const char *, (size_t)(way ? way->count : 1));
    for (int g = 0; way && g < way->count; g++) {
        aug_buffer text;
        aug_buffer_init(&text, arena);
        aug_group_print(&text, way->groups[g].plan);
        groups[g] = aug_buffer_text(&text);
    }
    const aug_certificate_plan plan = {groups, way ? way->count : 0, task->running};
    if (way && aug_certificate_write_plan(&out, arena, parts_of(task, map), map->count, &plan, &options)) {
        map->certificate = aug_buffer_text(&out);
        task->answer->report.certificate = put_certificate;
        map->notes[map->note_count++] =
            "the certificate proves what the plan takes and what no plan goes below, units in turns: 'auger check' tells both";
    } else {
        map->notes[map->note_count++] =
            "no certificate is written (the file is empty): the plan is none that certificates speak of";
    }
}

// Written with the answer, for it is part of it. Nothing where not all is proven.
static void certify(const aug_map_task *task, aug_map *map) {
    const aug_mapper_options options = search_options(task, map->objective, 0);
    aug_buffer out;
    if (!task->options->certificate)
        return;
    if (task->certifies_plan) {
        certify_plan(task, map);
        return;
    }
    for (int i = 0; i < map->count; i++)
        if (map->einsums[i].status != AUG_MAPPER_FOUND)
            return;
    aug_buffer_init(&out, task->reader.arena);
    if (map->count == 1 ? aug_certificate_write(&out, task->reader.arena, map->einsums[0].problem, &options,
                                                &map->einsums[0].result)
                        : aug_certificate_write_all(&out, task->reader.arena, parts_of(task, map), map->count,
                                                    &options)) {
        map->certificate = aug_buffer_text(&out);
        task->answer->report.certificate = put_certificate;
        if (!options.perfect)
            map->notes[map->note_count++] =
                "tiles need not divide: 'auger check' tells to within what the certificate proves it";
        if (task->rest_count > 0)
            map->notes[map->note_count++] =
                "the certificate is of the einsums that are mapped, without those counted by their roofline";
    } else {
        map->notes[map->note_count++] =
            "no certificate is written (the file is empty): its proof does not close, or is too large";
    }
}

static aug_status report_defect(const aug_map_task *task, const char *name) {
    aug_error_add(
        task->reader.errors, NULL,
        "the mapping found for '%.60s' does not stand when it is evaluated again: a defect of Auger", name);
    return AUG_INTERNAL;
}

static aug_status search(aug_map_task *task, aug_map *map) {
    atomic_store_explicit(&task->context->progress.stop, false, memory_order_relaxed);
    map_einsums(task, map);
    for (int i = 0; i < map->count; i++)
        if (!evaluate_points(task, map, i))
            return report_defect(task, map->einsums[i].name);
    if (task->fuses && aug_map_may_all_run(task, map) && !aug_map_fuse(task, map))
        return report_defect(task, map->workload);
    if (map->count > 1 && map->objective == AUG_OBJECTIVE_FRONT && !map->fusion)
        sum_fronts(task, map);
    if (map->count > 1 && map->objective == AUG_OBJECTIVE_EDP && !map->fusion)
        note_own_products(map);
    map->interrupted = aug_progress_stopped(&task->context->progress);
    task->answer->report = (aug_report){.found = map,
                                        .text = aug_map_text,
                                        .json = aug_map_json,
                                        .csv = aug_map_csv,
                                        .metric = aug_map_metric,
                                        .threads = task->threads,
                                        .nodes = task->nodes};
    certify(task, map);
    return status_of(map);
}

aug_status aug_map_search(aug_map_task *task) {
    aug_arena *arena = task->reader.arena;
    const aug_map_options *options = task->options;
    aug_map *map = AUG_NEW(arena, aug_map);
    if (!read_objective(task, &map->objective) || !read_constraints(task))
        return AUG_BAD_INPUT;
    map->workload = task->workload;
    map->machine = task->machine->name ? task->machine->name : "the machine";
    map->clock_hz = task->machine->clock_hz;
    map->perfect = options->perfect;
    map->constraints = task->constraints ? "the constraints of the case" : options->constraints;
    map->node_limit = node_limit(task);
    map->count = task->count;
    map->masks = task->masks;
    map->rest_count = task->rest_count;
    map->rests = task->rests;
    for (int i = 0; i < task->note_count; i++)
        map->notes[map->note_count++] = task->notes[i];
    map->einsums = AUG_NEW_ARRAY(arena, aug_map_einsum, (size_t)task->count);
    task->threads = task->context->threads > 0 ? task->context->threads : aug_pool_cores();
    if (!settle_objective(task, map) || !can_search(task, map->objective) || !aug_map_settle_fuse(task, map) ||
        !can_certify(task, map->objective))
        return AUG_BAD_INPUT;
    return search(task, map);
}
