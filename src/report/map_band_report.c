// Sums over bands, and beside them what other numbers of bands come to:
//
//     2048 rows m under a mask of 2048 columns p: scores + softmax + values
//
//     bands  pairs computed   energy    cycles  answer
//         1           100 %  38.8 mJ  25165824  proven
//         2            75 %  29.6 mJ  18874368  proven
//         4          62.5 %    27 mJ  15728640  proven, taken
//         8          56.3 %  27.1 mJ  14155776  proven
#include "report/map_band_report.h"

#include "base/quantity.h"
#include "report/text_table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 80 };

const aug_banding *aug_map_banding(const aug_map *map, const aug_group_plan *plan) {
    for (int i = 0; map->fusion && i < map->fusion->banding_count; i++) {
        const aug_banding *b = &map->fusion->bandings[i];
        if (plan->first >= b->first && plan->first < b->first + b->count)
            return b;
    }
    return NULL;
}

static bool is_same(const aug_map_group *left, const aug_map_group *right) {
    return left->plan->bands > 0 && left->plan->first == right->plan->first &&
           left->plan->bands == right->plan->bands &&
           left->plan->group->member_count == right->plan->group->member_count;
}

bool aug_map_opens(const aug_map_way *way, int group) {
    for (int i = 0; i < group; i++)
        if (is_same(&way->groups[i], &way->groups[group]))
            return false;
    return true;
}

aug_map_stack aug_map_stack_of(const aug_map_way *way, int group) {
    aug_map_stack stack = {.sum = way->groups[group]};
    stack.bands = stack.sum.plan->bands > 0;
    for (int i = group + 1; stack.bands > 0 && i < way->count; i++) {
        const aug_map_group *next = &way->groups[i];
        if (!is_same(&way->groups[group], next))
            continue;
        stack.bands++;
        stack.sum.plan = next->plan;
        stack.sum.members = next->members;
        stack.sum.energy_pj += next->energy_pj;
        stack.sum.cycles += next->cycles;
        stack.sum.unfused_energy_pj += next->unfused_energy_pj;
        stack.sum.unfused_cycles += next->unfused_cycles;
        stack.sum.value += next->value;
        stack.sum.lower_bound += next->lower_bound;
    }
    return stack;
}

const char *aug_map_stack_name(aug_arena *arena, const aug_map_stack *stack) {
    const char *name = aug_map_group_name(arena, &stack->sum);
    int all = stack->sum.plan->bands;
    if (stack->bands == 0)
        return name;
    return stack->bands == all ? aug_arena_print(arena, "%d bands: %s", all, name)
                               : aug_arena_print(arena, "%d of %d bands: %s", stack->bands, all, name);
}

static const aug_problem *problem_with(const aug_map *map, const aug_banding *b, bool columns,
                                       const aug_mask **mask) {
    for (int i = b->first; i < b->first + b->count; i++) {
        *mask = map->masks[i];
        if (!columns || (*mask)->columns >= 0)
            return map->einsums[i].problem;
    }
    return NULL;
}

static const char *rows_name(const aug_map *map, const aug_banding *b) {
    const aug_mask *mask;
    return problem_with(map, b, false, &mask)->ranks[map->masks[b->first]->rows];
}

// NULL: none of the einsums has them.
static const char *columns_name(const aug_map *map, const aug_banding *b) {
    const aug_mask *mask;
    const aug_problem *problem = problem_with(map, b, true, &mask);
    return problem ? problem->ranks[mask->columns] : NULL;
}

static aug_mask_band band_of(const aug_banding *b, const aug_group_plan *plan) {
    return aug_mask_cut(b->mask, b->rows, plan->bands, plan->band);
}

const char *aug_map_band_text(aug_arena *arena, const aug_map *map, const aug_group_plan *plan) {
    const aug_banding *b = aug_map_banding(map, plan);
    if (plan->bands == 0 || !b)
        return "";
    const char *columns = columns_name(map, b);
    aug_mask_band band = band_of(b, plan);
    return aug_arena_print(arena, ", band %d of %d: %" PRIu64 " rows %s%s", plan->band, plan->bands,
                           band.rows, rows_name(map, b),
                           columns ? aug_arena_print(arena, ", %" PRIu64 " columns %s", band.columns, columns)
                                   : "");
}

int aug_map_bands(const aug_map_way *way, const aug_banding *banding) {
    int bands = -1;
    for (int i = 0; i < way->count; i++) {
        const aug_group_plan *plan = way->groups[i].plan;
        int end = plan->first + plan->group->member_count;
        if (plan->is_split || end <= banding->first || plan->first >= banding->first + banding->count)
            continue;
        int own = plan->bands > 0 ? plan->bands : 1;
        if (bands >= 0 && bands != own)
            return 0;
        bands = own;
    }
    return bands;
}

// ---- Text

static const char *answer_of(aug_arena *arena, const aug_map *map, const aug_band_trial *trial,
                             bool is_taken) {
    const char *taken = is_taken ? ", taken" : "";
    if (!trial->is_searched)
        return aug_arena_print(arena, "no less than %s",
                               aug_map_value_text(arena, map->objective, trial->lower_bound));
    if (!trial->is_found)
        return isinf(trial->lower_bound) ? "none fits" : "none found";
    if (trial->lower_bound >= trial->value)
        return aug_arena_print(arena, "proven%s", taken);
    return aug_arena_print(arena, "gap %s %%%s",
                           aug_show_number(aug_map_gap(trial->value, trial->lower_bound) * 100.0, 3).text,
                           taken);
}

static void add_trial(aug_text_table *table, const aug_map *map, const aug_banding *b,
                      const aug_band_trial *trial) {
    aug_arena *arena = table->arena;
    const aug_map_way *way = &map->fusion->ways[map->fusion->chosen];
    double all = b->trials[0].pairs;
    aug_text_table_print_cell(table, "%d", trial->bands);
    aug_text_table_add(table,
                       aug_arena_print(arena, "%s %%", aug_show_number(trial->pairs / all * 100.0, 3).text));
    if (trial->is_found) {
        aug_text_table_add(
            table,
            isnan(trial->energy_pj)
                ? "unknown"
                : aug_arena_print(arena, "%s", aug_show(trial->energy_pj, AUG_DIMENSION_PICOJOULES).text));
        aug_text_table_print_cell(table, "%s", aug_show_whole(trial->cycles).text);
    } else {
        aug_text_table_add(table, "-");
        aug_text_table_add(table, "-");
    }
    aug_text_table_add(table, answer_of(arena, map, trial, aug_map_bands(way, b) == trial->bands));
}

static const char *members_of(aug_arena *arena, const aug_map *map, const aug_banding *b) {
    aug_buffer names;
    aug_buffer_init(&names, arena);
    for (int i = b->first; i < b->first + b->count; i++)
        aug_buffer_print(&names, "%s%s", i > b->first ? " + " : "", map->einsums[i].name);
    return aug_buffer_text(&names);
}

static void write_banding(aug_buffer *out, const aug_map *map, const aug_banding *b) {
    static const char *const heads[] = {"bands", "pairs", "energy", "cycles", "answer"};
    const char *columns = columns_name(map, b);
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "rrrrl");
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < b->trial_count; i++)
        add_trial(&table, map, b, &b->trials[i]);
    aug_text_table_fit(&table, WIDTH - 2);
    aug_buffer_put(out, "\n");
    aug_text_wrap(out,
                  aug_arena_print(out->arena, "%" PRIu64 " rows %s under a mask%s%s: %s", b->rows,
                                  rows_name(map, b), columns ? " of columns " : "", columns ? columns : "",
                                  members_of(out->arena, map, b)),
                  2, WIDTH);
    aug_text_table_write(&table, out, 2);
}

void aug_map_bands_text(aug_buffer *out, const aug_map *map) {
    for (int i = 0; map->fusion && i < map->fusion->banding_count; i++)
        write_banding(out, map, &map->fusion->bandings[i]);
}

// ---- JSON

static void write_trial(aug_json *json, const aug_band_trial *trial) {
    aug_json_open_row(json, NULL, '{');
    aug_json_count(json, "bands", (uint64_t)trial->bands);
    aug_json_number(json, "pairs", trial->pairs);
    aug_json_number(json, "energy_pj", trial->is_found ? trial->energy_pj : (double)NAN);
    aug_json_number(json, "cycles", trial->is_found ? trial->cycles : (double)NAN);
    aug_json_number(json, "value", trial->is_found ? trial->value : (double)NAN);
    aug_json_number(json, "lower_bound", trial->lower_bound);
    aug_json_bool(json, "searched", trial->is_searched);
    aug_json_bool(json, "proven", trial->is_searched && trial->lower_bound >= trial->value);
    aug_json_close(json, '}');
}

static void write_mask(aug_json *json, const aug_map *map, const aug_banding *b) {
    const aug_map_fusion *fusion = map->fusion;
    int bands = aug_map_bands(&fusion->ways[fusion->chosen], b);
    aug_json_open(json, NULL, '{');
    aug_json_open(json, "einsums", '[');
    for (int i = b->first; i < b->first + b->count; i++)
        aug_json_text(json, NULL, map->einsums[i].name);
    aug_json_close(json, ']');
    aug_json_text(json, "rows", rows_name(map, b));
    aug_json_text(json, "columns", columns_name(map, b));
    aug_json_count(json, "past", b->mask->past);
    aug_json_count(json, "window", b->mask->window);
    aug_json_number(json, "bands", bands > 0 ? (double)bands : (double)NAN);
    aug_json_open(json, "tried", '[');
    for (int i = 0; i < b->trial_count; i++)
        write_trial(json, &b->trials[i]);
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

void aug_map_bands_json(aug_json *json, const aug_map *map) {
    if (!map->fusion || map->fusion->banding_count == 0)
        return;
    aug_json_open(json, "masks", '[');
    for (int i = 0; i < map->fusion->banding_count; i++)
        write_mask(json, map, &map->fusion->bandings[i]);
    aug_json_close(json, ']');
}

void aug_map_band_json(aug_json *json, const aug_map *map, const aug_group_plan *plan) {
    const aug_banding *b = aug_map_banding(map, plan);
    if (plan->bands == 0 || !b)
        return;
    aug_mask_band band = band_of(b, plan);
    aug_json_open_row(json, "band", '{');
    aug_json_count(json, "number", (uint64_t)plan->band);
    aug_json_count(json, "of", (uint64_t)plan->bands);
    aug_json_count(json, "rows", band.rows);
    aug_json_count(json, "columns", band.columns);
    aug_json_close(json, '}');
}
