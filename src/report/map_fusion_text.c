// What `map` tells people about neighbours that are fused.
//
//     scores + softmax + values: 25165824 cycles instead of 27518568
//       buffer keeps S (2 x 32768 words), P (2 x 32768 words)
//       units overlap in 2048 steps, 3 stages: mac (scores, values) busy 100 %, vector (softmax) 50 %; mac
//       decides. ... dram[Q K V O] for h:1 for m:1024 ... { scores: ... } { softmax: ... } { values: ... }
#include "report/map_report.h"

#include "base/quantity.h"
#include "report/map_band_report.h"
#include "report/map_units.h"
#include "report/text_table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 80 };

static const char *const aims[AUG_OBJECTIVE_COUNT] = {
    "for least energy", "for fewest cycles", "for the least energy-delay product",
    "to a whole front, shown at the least energy-delay product"};

static const char *energy_of(aug_arena *arena, double energy_pj) {
    return isnan(energy_pj)
               ? "unknown"
               : aug_arena_print(arena, "%s", aug_show(energy_pj, AUG_DIMENSION_PICOJOULES).text);
}

static const char *time_of(aug_arena *arena, const aug_map *map, double cycles) {
    if (!(map->clock_hz > 0.0))
        return "";
    return aug_arena_print(arena, " (%s)", aug_show(cycles / map->clock_hz, AUG_DIMENSION_SECONDS).text);
}

static const char *gap_of(aug_arena *arena, double value, double lower_bound) {
    return aug_arena_print(arena, "gap of %s %%",
                           aug_show_number(aug_map_gap(value, lower_bound) * 100.0, 3).text);
}

// ", in 1, 2, 4 or 8 bands": the most that were tried of any.
static const char *bands_of(aug_arena *arena, const aug_map_fusion *fusion) {
    int most = 0;
    for (int i = 0; i < fusion->banding_count; i++)
        most = most > fusion->bandings[i].trial_count ? most : fusion->bandings[i].trial_count;
    aug_buffer text;
    aug_buffer_init(&text, arena);
    for (int i = 0; i < most; i++)
        aug_buffer_print(&text, "%s%d", i == 0 ? ", in " : i + 1 < most ? ", " : " or ", 1 << i);
    aug_buffer_put(&text, most > 1 ? " bands" : "");
    return aug_buffer_text(&text);
}

static const char *proof_of(aug_arena *arena, const aug_map *map, const aug_map_sums *sums) {
    const char *scope = aug_map_scope(arena, map);
    const char *whatever = map->fusion->is_apart ? bands_of(arena, map->fusion) : ", fused or not";
    if (sums->proven)
        return aug_arena_print(arena, "proven: no mapping%s %s%s", scope,
                               map->objective == AUG_OBJECTIVE_FRONT
                                   ? "has less of one without more of the other"
                                   : "takes less",
                               whatever);
    const char *until =
        map->fusion->stopped
            ? aug_arena_print(arena, " %s", aug_map_stopped_by(arena, map, map->fusion->node_limit))
            : "";
    if (map->objective == AUG_OBJECTIVE_FRONT)
        return aug_arena_print(arena, "the best found%s, not proven", until);
    return aug_arena_print(arena, "the best found%s; no mapping%s takes less than %s%s: a %s", until, scope,
                           aug_map_value_text(arena, map->objective, sums->lower_bound), whatever,
                           gap_of(arena, sums->value, sums->lower_bound));
}

static const char *times_less(aug_arena *arena, double before, double after) {
    return aug_arena_print(arena, "%s", aug_show_number(before / after, 4).text);
}

static bool all_proven(const aug_map *map) {
    for (int i = 0; i < map->count; i++)
        if (!map->einsums[i].result.proven)
            return false;
    return true;
}

static bool is_fused(const aug_map_way *way) {
    for (int i = 0; i < way->count; i++)
        if (way->groups[i].plan->group->member_count > 1)
            return true;
    return false;
}

// "5 einsums fused into 1, in 4 bands"
static const char *what_of(aug_arena *arena, const aug_map *map, const aug_map_way *way) {
    int groups = 0, bands = 0, fewest = AUG_BAND_MOST;
    for (int i = 0; i < way->count; i++) {
        const aug_group_plan *plan = way->groups[i].plan;
        groups += plan->band < 2;
        bands = plan->bands > bands ? plan->bands : bands;
        fewest = plan->bands > 0 && plan->bands < fewest ? plan->bands : fewest;
    }
    const char *cut = bands == 0       ? ""
                      : bands > fewest ? aug_arena_print(arena, ", in up to %d bands", bands)
                                       : aug_arena_print(arena, ", in %d bands", bands);
    if (map->count == 1)
        return aug_arena_print(arena, "%s%s", map->einsums[0].name, cut);
    return groups == map->count
               ? aug_arena_print(arena, "%d einsums one after another%s", map->count, cut)
               : aug_arena_print(arena, "%d einsums fused into %d%s", map->count, groups, cut);
}

static void write_sentence(aug_buffer *out, const aug_map *map, const aug_map_way *way) {
    const aug_map_sums sums = aug_map_sum(map);
    aug_arena *arena = out->arena;
    const char *what = what_of(arena, map, way);
    aug_text_wrap(out,
                  aug_arena_print(arena, "%s on %s: %s, %s cycles%s, energy %s, mapped %s; %s.",
                                  map->workload, map->machine, what, aug_show_whole(sums.cycles).text,
                                  time_of(arena, map, sums.cycles), energy_of(arena, sums.energy_pj),
                                  aims[map->objective], proof_of(arena, map, &sums)),
                  0, WIDTH);
    const aug_map_fusion *fusion = map->fusion;
    if (fusion->is_apart)
        return;
    if (!is_fused(way)) {
        aug_text_wrap(out,
                      fusion->proven ? "To fuse neighbours gains nothing."
                                     : "Nothing was found that neighbours gain by being fused.",
                      0, WIDTH);
        return;
    }
    if (isnan(fusion->unfused_cycles)) {
        aug_text_wrap(out, "One by one some do not fit.", 0, WIDTH);
        return;
    }
    aug_text_wrap(
        out,
        aug_arena_print(arena, "One by one%s: %s cycles, energy %s; that is %s and %s times as much.",
                        all_proven(map) ? "" : ", as far as found", aug_show_whole(fusion->unfused_cycles).text,
                        energy_of(arena, fusion->unfused_energy_pj),
                        times_less(arena, fusion->unfused_cycles, sums.cycles),
                        isnan(sums.energy_pj) ? "unknown"
                                              : times_less(arena, fusion->unfused_energy_pj, sums.energy_pj)),
        0, WIDTH);
}

static void add_group(aug_text_table *table, const aug_map_stack *stack) {
    aug_arena *arena = table->arena;
    const aug_map_group *group = &stack->sum;
    aug_text_table_add(table, aug_map_stack_name(arena, stack));
    aug_text_table_print_cell(table, "%s", aug_show_whole(group->repeats).text);
    aug_text_table_add(table, energy_of(arena, group->energy_pj));
    bool fits = !isnan(group->unfused_cycles);
    aug_text_table_add(table, fits ? energy_of(arena, group->unfused_energy_pj) : "-");
    aug_text_table_print_cell(table, "%s", aug_show_whole(group->cycles).text);
    aug_text_table_add(table, fits ? aug_arena_print(arena, "%s", aug_show_whole(group->unfused_cycles).text) : "-");
    aug_text_table_add(table, group->lower_bound >= group->value
                                  ? "proven"
                                  : gap_of(arena, group->value, group->lower_bound));
}

static void write_table(aug_buffer *out, const aug_map_way *way) {
    static const char *const heads[] = {"group", "times", "energy", "unfused", "cycles", "unfused", "answer"};
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrrrl");
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < way->count; i++) {
        aug_map_stack stack = aug_map_stack_of(way, i);
        if (aug_map_opens(way, i))
            add_group(&table, &stack);
    }
    aug_text_table_fit(&table, WIDTH - 2);
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
}

// A front: what each way takes, and what it fuses.
static void write_ways(aug_buffer *out, const aug_map_fusion *fusion) {
    static const char *const heads[] = {"point", "energy", "cycles", "groups"};
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "rrrl");
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < fusion->way_count; i++) {
        const aug_map_way *way = &fusion->ways[i];
        aug_buffer names;
        aug_buffer_init(&names, out->arena);
        for (int g = 0; g < way->count; g++) {
            aug_map_stack stack = aug_map_stack_of(way, g);
            if (aug_map_opens(way, g))
                aug_buffer_print(&names, "%s%s", g ? ", " : "", aug_map_stack_name(out->arena, &stack));
        }
        aug_text_table_print_cell(&table, "%d", i + 1);
        aug_text_table_add(&table, energy_of(out->arena, way->energy_pj));
        aug_text_table_print_cell(&table, "%s", aug_show_whole(way->cycles).text);
        aug_text_table_add(&table, aug_buffer_text(&names));
    }
    aug_text_table_fit(&table, WIDTH - 2);
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
    aug_buffer_print(out, "\n  point %d:\n", fusion->chosen + 1);
}

// "buffer keeps S (32768 words), R (1024 words)", a line per memory.
static void write_kept(aug_buffer *out, const aug_map_group *group) {
    const aug_group *of = group->plan->group;
    for (int m = 0; m < of->members[0]->memory_count; m++) {
        const char *memory = of->members[0]->memories[m].name;
        aug_buffer line;
        aug_buffer_init(&line, out->arena);
        for (int t = 0; t < of->tensor_count; t++) {
            aug_map_kept kept;
            if (aug_map_group_keeps(group, t, &kept) && strcmp(kept.memory, memory) == 0)
                aug_buffer_print(&line, "%s %s (%s%" PRIu64 " word%s)", line.length ? "," : "", kept.tensor,
                                 kept.copies > 1 ? aug_arena_print(out->arena, "%d x ", kept.copies) : "",
                                 kept.words, kept.words == 1 ? "" : "s");
        }
        if (line.length)
            aug_text_wrap(out, aug_arena_print(out->arena, "%s keeps%s", memory, aug_buffer_text(&line)), 4,
                          WIDTH);
    }
}

// Of bands the last one, which is the largest.
static void write_nests(aug_buffer *out, const aug_map *map, const aug_map_stack *stack) {
    const aug_map_group *group = &stack->sum;
    aug_arena *arena = out->arena;
    aug_text_wrap(out,
                  aug_arena_print(arena, "%s%s", aug_map_group_name(arena, group),
                                  aug_map_band_text(arena, map, group->plan)),
                  2, WIDTH);
    write_kept(out, group);
    const char *units = aug_map_units_text(arena, group);
    if (*units)
        aug_text_wrap(out, units, 4, WIDTH);
    aug_text_wrap(out, aug_map_group_text(arena, group), 4, WIDTH);
}

void aug_map_fusion_text(aug_buffer *out, const aug_map *map) {
    const aug_map_way *way = &map->fusion->ways[map->fusion->chosen];
    write_sentence(out, map, way);
    if (map->fusion->way_count > 1)
        write_ways(out, map->fusion);
    if (!aug_map_fused(map))
        return;
    write_table(out, way);
    aug_buffer_put(out, "\n");
    for (int i = 0; i < way->count; i++) {
        const aug_map_stack stack = aug_map_stack_of(way, i);
        if (aug_map_opens(way, i))
            write_nests(out, map, &stack);
    }
}
