// Keys are those of CONTRACTS. One einsum has all that `evaluate` gives; several have sums, and each its own
// row.
#include "report/map_report.h"

#include "report/evaluate_report.h"
#include "report/map_band_report.h"
#include "report/map_units.h"
#include "text/csv_writer.h"

#include <math.h>

static void write_point(aug_json *json, const aug_map_einsum *e, int index) {
    const aug_mapper_point *point = &e->result.points[index];
    aug_json_open(json, NULL, '{');
    aug_json_number(json, "energy_pj", point->energy_pj);
    aug_json_number(json, "cycles", point->cycles);
    aug_json_number(json, "utilization", e->rows[index].utilization);
    aug_json_text(json, "bound_by", e->rows[index].bound);
    aug_json_text(json, "mapping", aug_map_mapping_text(json->out->arena, e->problem, &point->mapping));
    aug_memories_json(json, e->problem, e->rows[index].memories);
    aug_json_close(json, '}');
}

static void write_front(aug_json *json, const aug_map *map, const aug_map_einsum *e) {
    aug_json_open(json, "front", '[');
    for (int i = 0; map->objective == AUG_OBJECTIVE_FRONT && i < e->result.point_count; i++)
        write_point(json, e, i);
    aug_json_close(json, ']');
}

// Members that every mapped einsum has, found or not.
static void write_best(aug_json *json, const aug_map_einsum *e) {
    bool found = e->result.point_count > 0;
    const aug_mapper_point *point = found ? &e->result.points[e->chosen] : NULL;
    aug_json_number(json, "energy_pj", found ? point->energy_pj : (double)NAN);
    aug_json_number(json, "cycles", found ? point->cycles : (double)NAN);
    aug_json_text(json, "mapping",
                  found ? aug_map_mapping_text(json->out->arena, e->problem, &point->mapping) : NULL);
}

// Intermediates of a group: where they live, and how many words of them at a time.
static void write_kept(aug_json *json, const aug_map_group *group) {
    aug_json_open(json, "kept", '[');
    for (int t = 0; group && t < group->plan->group->tensor_count; t++) {
        aug_map_kept kept;
        if (!aug_map_group_keeps(group, t, &kept))
            continue;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "tensor", kept.tensor);
        aug_json_text(json, "memory", kept.memory);
        aug_json_count(json, "words", kept.words);
        aug_json_number(json, "bits", kept.bits);
        aug_json_count(json, "copies", (uint64_t)kept.copies);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_einsums(aug_json *json, const aug_map_group *group) {
    aug_json_open_row(json, "einsums", '[');
    for (int e = 0; e < group->plan->group->member_count; e++)
        aug_json_text(json, NULL, group->plan->group->members[e]->name);
    aug_json_close(json, ']');
}

// What each einsum takes in the group, with its words in each memory.
static void write_members(aug_json *json, const aug_map_group *group) {
    aug_json_open(json, "members", '[');
    for (int e = 0; e < group->plan->group->member_count; e++) {
        aug_json_open(json, NULL, '{');
        aug_json_text(json, "einsum", group->plan->group->members[e]->name);
        aug_json_number(json, "energy_pj", group->members[e].energy_pj);
        aug_json_number(json, "cycles", group->members[e].cycles);
        aug_memories_json(json, group->plan->problems[e], group->members[e].memories);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_group(aug_json *json, const aug_map *map, const aug_map_group *group) {
    aug_json_open(json, NULL, '{');
    write_einsums(json, group);
    aug_map_band_json(json, map, group->plan);
    aug_json_count(json, "repeats", (uint64_t)group->repeats);
    aug_json_number(json, "energy_pj", group->energy_pj);
    aug_json_number(json, "cycles", group->cycles);
    aug_json_number(json, "utilization", group->utilization);
    aug_json_number(json, "unfused_energy_pj", group->unfused_energy_pj);
    aug_json_number(json, "unfused_cycles", group->unfused_cycles);
    aug_json_number(json, "lower_bound", group->lower_bound);
    aug_json_bool(json, "proven", group->lower_bound >= group->value);
    write_kept(json, group);
    aug_map_units_json(json, group);
    aug_json_text(json, "mapping", aug_map_group_text(json->out->arena, group));
    write_members(json, group);
    aug_json_close(json, '}');
}

// An einsum by itself, with the same members.
static void write_single(aug_json *json, const aug_map_einsum *e) {
    bool found = e->result.point_count > 0;
    const aug_mapper_point *point = found ? &e->result.points[e->chosen] : NULL;
    double energy_pj = found ? point->energy_pj : (double)NAN, cycles = found ? point->cycles : (double)NAN;
    aug_json_open_row(json, NULL, '{');
    aug_json_open(json, "einsums", '[');
    aug_json_text(json, NULL, e->name);
    aug_json_close(json, ']');
    aug_json_count(json, "repeats", (uint64_t)e->repeats);
    aug_json_number(json, "energy_pj", energy_pj);
    aug_json_number(json, "cycles", cycles);
    aug_json_number(json, "utilization", found ? e->rows[e->chosen].utilization : (double)NAN);
    aug_json_number(json, "unfused_energy_pj", energy_pj);
    aug_json_number(json, "unfused_cycles", cycles);
    aug_json_number(json, "lower_bound", e->result.lower_bound);
    aug_json_bool(json, "proven", e->result.proven);
    write_kept(json, NULL);
    aug_json_text(json, "mapping",
                  found ? aug_map_mapping_text(json->out->arena, e->problem, &point->mapping) : NULL);
    aug_json_close(json, '}');
}

// The chosen groups in their order, those of one einsum too.
static void write_groups(aug_json *json, const aug_map *map) {
    const aug_map_way *way = map->fusion ? &map->fusion->ways[map->fusion->chosen] : NULL;
    aug_json_open(json, "groups", '[');
    for (int i = 0; way && i < way->count; i++)
        write_group(json, map, &way->groups[i]);
    for (int i = 0; !way && i < map->count; i++)
        write_single(json, &map->einsums[i]);
    aug_json_close(json, ']');
}

// All einsums one by one, beside which the groups stand.
static void write_unfused(aug_json *json, const aug_map *map) {
    if (!map->fusion)
        return;
    aug_json_open_row(json, "unfused", '{');
    aug_json_number(json, "energy_pj", map->fusion->unfused_energy_pj);
    aug_json_number(json, "cycles", map->fusion->unfused_cycles);
    aug_json_close(json, '}');
}

static void write_einsum(aug_json *json, const aug_map *map, const aug_map_einsum *e) {
    bool found = e->result.point_count > 0;
    aug_json_open(json, NULL, '{');
    aug_json_text(json, "name", e->name);
    aug_json_count(json, "repeats", (uint64_t)e->repeats);
    aug_json_text(json, "status", aug_map_status_name(e->status));
    aug_problem_ranks_json(json, e->problem);
    write_best(json, e);
    aug_json_number(json, "utilization", found ? e->rows[e->chosen].utilization : (double)NAN);
    aug_json_text(json, "bound_by", found ? e->rows[e->chosen].bound : NULL);
    aug_json_number(json, "value", found ? e->result.value : (double)NAN);
    aug_json_number(json, "lower_bound", e->result.lower_bound);
    aug_json_bool(json, "proven", e->result.proven);
    aug_json_text(json, "why", e->status == AUG_MAPPER_NONE ? e->cause.text : NULL);
    write_front(json, map, e);
    if (found && (map->count > 1 || aug_map_fused(map)))
        aug_memories_json(json, e->problem, e->evaluation.cost->memories);
    aug_json_close(json, '}');
}

// Which point of its own front each einsum takes is told by its index.
static void write_front_of_sums(aug_json *json, const aug_map *map) {
    aug_json_open(json, "front", '[');
    for (int i = 0; i < map->front.count; i++) {
        const aug_suite_point *point = &map->front.points[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_number(json, "energy_pj", point->energy_pj);
        aug_json_number(json, "cycles", point->cycles);
        aug_json_text(json, "mapping", NULL);
        aug_json_open(json, "points", '[');
        for (int e = 0; e < map->count; e++)
            aug_json_count(json, NULL, (uint64_t)point->choices[e]);
        aug_json_close(json, ']');
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

// Ways to run all einsums, each with its groups.
static void write_ways(aug_json *json, const aug_map *map) {
    const aug_map_fusion *fusion = map->fusion;
    aug_json_open(json, "front", '[');
    for (int i = 0; map->objective == AUG_OBJECTIVE_FRONT && i < fusion->way_count; i++) {
        const aug_map_way *way = &fusion->ways[i];
        aug_json_open(json, NULL, '{');
        aug_json_number(json, "energy_pj", way->energy_pj);
        aug_json_number(json, "cycles", way->cycles);
        aug_json_text(json, "mapping", NULL);
        aug_json_open(json, "groups", '[');
        for (int g = 0; g < way->count; g++) {
            aug_json_open(json, NULL, '{');
            write_einsums(json, &way->groups[g]);
            aug_map_band_json(json, map, way->groups[g].plan);
            aug_json_text(json, "mapping", aug_map_group_text(json->out->arena, &way->groups[g]));
            write_members(json, &way->groups[g]);
            aug_json_close(json, '}');
        }
        aug_json_close(json, ']');
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

// Operators that are counted and not mapped.
static void write_rests(aug_json *json, const aug_map *map) {
    aug_json_open(json, "unmapped", '[');
    for (int i = 0; i < map->rest_count; i++) {
        const aug_map_rest *rest = &map->rests[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", rest->name);
        aug_json_count(json, "repeats", (uint64_t)rest->repeats);
        aug_json_number(json, "energy_pj", rest->energy_pj);
        aug_json_number(json, "cycles", rest->cycles);
        aug_json_text(json, "basis", "roofline");
        aug_json_text(json, "why", rest->why);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_cause(aug_json *json, const aug_map_einsum *e) {
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "rule", e->cause.rule);
    aug_json_text(json, "einsum", e->name);
    aug_json_number(json, "have", e->cause.have);
    aug_json_number(json, "need", e->cause.need);
    aug_json_text(json, "message", e->cause.text);
    aug_json_close(json, '}');
}

static void write_sums(aug_json *json, const aug_map *map, const aug_map_sums *sums) {
    aug_json_text(json, "workload", map->workload);
    if (map->count == 1)
        aug_json_text(json, "einsum", map->einsums[0].name);
    aug_json_text(json, "machine", map->machine);
    aug_json_number(json, "cycles", sums->cycles);
    aug_json_number(json, "energy_pj", sums->energy_pj);
    aug_json_number(json, "edp_pj_cycles", sums->energy_pj * sums->cycles);
    aug_json_number(json, "utilization", sums->utilization);
    aug_json_text(json, "mapping", NULL);
    aug_json_open(json, "infeasible", '[');
    for (int i = 0; i < map->count && !map->fusion; i++)
        if (map->einsums[i].status == AUG_MAPPER_NONE)
            write_cause(json, &map->einsums[i]);
    aug_json_close(json, ']');
}

static void write_notes(aug_json *json, const aug_map *map) {
    aug_json_open(json, "notes", '[');
    for (int i = 0; i < map->note_count; i++)
        aug_json_text(json, NULL, map->notes[i]);
    aug_json_close(json, ']');
}

void aug_map_json(aug_json *json, const void *found) {
    const aug_map *map = found;
    const aug_map_sums sums = aug_map_sum(map);
    const aug_map_einsum *first = &map->einsums[0];
    if (map->count == 1 && map->rest_count == 0 && first->result.point_count > 0 && !aug_map_fused(map))
        aug_evaluate_json(json, &first->evaluation);
    else
        write_sums(json, map, &sums);
    aug_json_text(json, "objective", aug_objective_names[map->objective]);
    aug_json_bool(json, "perfect", map->perfect);
    if (map->fusion)
        aug_json_text(json, "units", aug_overlap_names[map->overlap]);
    aug_json_text(json, "constraints", map->constraints);
    aug_json_number(json, "value", sums.value);
    aug_json_number(json, "lower_bound", sums.lower_bound);
    aug_json_number(json, "gap",
                    isfinite(sums.value) ? aug_map_gap(sums.value, sums.lower_bound) : (double)NAN);
    aug_json_bool(json, "proven", sums.proven);
    if (map->fusion)
        write_ways(json, map);
    else if (map->count == 1)
        write_front(json, map, first);
    else
        write_front_of_sums(json, map);
    write_unfused(json, map);
    write_groups(json, map);
    aug_map_bands_json(json, map);
    aug_json_open(json, "einsums", '[');
    for (int i = 0; i < map->count; i++)
        write_einsum(json, map, &map->einsums[i]);
    aug_json_close(json, ']');
    if (map->rest_count > 0)
        write_rests(json, map);
    write_notes(json, map);
}

static void write_line(aug_csv *csv, const aug_map_einsum *e, int index) {
    const aug_mapper_point *point = index < 0 ? NULL : &e->result.points[index];
    aug_csv_text(csv, e->name);
    aug_csv_number(csv, e->repeats);
    aug_csv_text(csv, aug_map_status_name(e->status));
    aug_csv_number(csv, point ? point->energy_pj : (double)NAN);
    aug_csv_number(csv, point ? point->cycles : (double)NAN);
    aug_csv_number(csv, point ? point->energy_pj * point->cycles : (double)NAN);
    aug_csv_number(csv, point ? e->rows[index].utilization : (double)NAN);
    aug_csv_text(csv, point ? e->rows[index].bound : "");
    aug_csv_number(csv, e->result.lower_bound);
    aug_csv_text(csv, e->result.proven ? "true" : "false");
    aug_csv_text(csv, point           ? aug_map_mapping_text(csv->out->arena, e->problem, &point->mapping)
                      : e->cause.text ? e->cause.text
                                      : "");
    aug_csv_end(csv);
}

static void write_group_line(aug_csv *csv, const aug_map_group *group) {
    aug_arena *arena = csv->out->arena;
    bool proven = group->lower_bound >= group->value;
    const aug_group_plan *plan = group->plan;
    const char *name = aug_map_group_name(arena, group);
    aug_csv_text(csv, plan->bands
                          ? aug_arena_print(arena, "%s (band %d of %d)", name, plan->band, plan->bands)
                          : name);
    aug_csv_number(csv, group->repeats);
    aug_csv_text(csv, aug_map_status_name(proven ? AUG_MAPPER_FOUND : AUG_MAPPER_LIMIT));
    aug_csv_number(csv, group->energy_pj);
    aug_csv_number(csv, group->cycles);
    aug_csv_number(csv, group->energy_pj * group->cycles);
    aug_csv_number(csv, group->utilization);
    aug_csv_text(csv, "");
    aug_csv_number(csv, group->lower_bound);
    aug_csv_text(csv, proven ? "true" : "false");
    aug_csv_text(csv, aug_map_group_text(arena, group));
    aug_csv_end(csv);
}

void aug_map_csv(aug_buffer *out, const void *found) {
    const aug_map *map = found;
    const aug_map_way *fused = aug_map_fused(map);
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "einsum,repeats,status,energy_pj,cycles,edp_pj_cycles,utilization,bound_by,lower_"
                        "bound,proven,mapping\n");
    for (int i = 0; fused && i < fused->count; i++)
        write_group_line(&csv, &fused->groups[i]);
    for (int i = 0; !fused && i < map->count; i++) {
        const aug_map_einsum *e = &map->einsums[i];
        for (int k = 0; k < e->result.point_count; k++)
            write_line(&csv, e, k);
        if (e->result.point_count == 0)
            write_line(&csv, e, -1);
    }
}
