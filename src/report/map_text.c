// One screen for people: the best value and whether it is proven, then what `evaluate` tells of that mapping.
// A front is a table of its points, a workload of several einsums a table of those, with their nests below.
#include "report/map_report.h"

#include "base/quantity.h"
#include "report/map_band_report.h"
#include "report/text_table.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 80,
    NESTS = 8
}; // a front of more points shows the nests at its ends and of least energy-delay product

static const char *const bests[AUG_OBJECTIVE_COUNT] = {"Least energy", "Fewest cycles",
                                                       "Least energy-delay product", "Energy and cycles"};
static const char *const aims[AUG_OBJECTIVE_COUNT] = {
    "for least energy", "for fewest cycles", "for the least energy-delay product",
    "to its whole front, shown at the least energy-delay product"};

static const char *percent(aug_arena *arena, double share) {
    return aug_arena_print(arena, "%s %%", aug_show_number(share * 100.0, 3).text);
}

static const char *time_of(aug_arena *arena, const aug_map *map, double cycles) {
    if (!(map->clock_hz > 0.0))
        return "";
    return aug_arena_print(arena, " (%s)", aug_show(cycles / map->clock_hz, AUG_DIMENSION_SECONDS).text);
}

static const char *energy_of(aug_arena *arena, double energy_pj) {
    return isnan(energy_pj)
               ? "unknown"
               : aug_arena_print(arena, "%s", aug_show(energy_pj, AUG_DIMENSION_PICOJOULES).text);
}

static void write_sentence(aug_buffer *out, const char *text) {
    aug_text_wrap(out, text, 0, WIDTH);
}

// ---- One einsum

static const char *subject_of(aug_arena *arena, const aug_map *map, const aug_map_einsum *e) {
    return aug_arena_print(arena, "%s on %s", e->name, map->machine);
}

static void write_none(aug_buffer *out, const aug_map *map, const aug_map_einsum *e) {
    write_sentence(out, aug_arena_print(out->arena, "%s: no mapping%s fits.", subject_of(out->arena, map, e),
                                        aug_map_scope(out->arena, map)));
    aug_text_wrap(out, e->cause.text, 2, WIDTH);
}

static void write_nothing_found(aug_buffer *out, const aug_map *map, const aug_map_einsum *e) {
    aug_arena *arena = out->arena;
    write_sentence(out, aug_arena_print(arena, "%s: no mapping%s was found %s; none takes less than %s.",
                                        subject_of(arena, map, e), aug_map_scope(arena, map),
                                        aug_map_stopped_by(arena, map, map->node_limit),
                                        aug_map_value_text(arena, map->objective, e->result.lower_bound)));
}

static const char *proof_of(aug_arena *arena, const aug_map *map, const aug_mapper_result *result) {
    const char *scope = aug_map_scope(arena, map);
    if (result->proven)
        return aug_arena_print(arena, "proven: no mapping%s takes less", scope);
    return aug_arena_print(arena, "the best found %s; no mapping%s takes less than %s: a gap of %s",
                           aug_map_stopped_by(arena, map, map->node_limit), scope,
                           aug_map_value_text(arena, map->objective, result->lower_bound),
                           percent(arena, aug_map_gap(result->value, result->lower_bound)));
}

static void write_best(aug_buffer *out, const aug_map *map, const aug_map_einsum *e) {
    write_sentence(out, aug_arena_print(out->arena, "%s: %s, %s.", bests[map->objective],
                                        aug_map_value_text(out->arena, map->objective, e->result.value),
                                        proof_of(out->arena, map, &e->result)));
    aug_evaluate_text(out, &e->evaluation);
}

// ---- A front

static const char *mark_of(const aug_map_einsum *e, int point) {
    static const char *const marks[] = {"",       "EDP",         "cycles", "cycles, EDP",
                                        "energy", "energy, EDP", "both",   "all"};
    bool first = point == 0, last = point == e->result.point_count - 1;
    return marks[(first ? 4 : 0) + (last ? 2 : 0) + (point == e->chosen ? 1 : 0)];
}

static void add_point(aug_text_table *table, const aug_map_einsum *e, int point) {
    const aug_mapper_point *of = &e->result.points[point];
    aug_text_table_print_cell(table, "%d", point + 1);
    aug_text_table_print_cell(table, "%s", aug_show(of->energy_pj, AUG_DIMENSION_PICOJOULES).text);
    aug_text_table_print_cell(table, "%s", aug_show_whole(of->cycles).text);
    aug_text_table_print_cell(table, "%s", aug_show_number(of->energy_pj * of->cycles, 4).text);
    aug_text_table_add(table, percent(table->arena, e->rows[point].utilization));
    aug_text_table_add(table, e->rows[point].bound);
    aug_text_table_add(table, mark_of(e, point));
}

static void write_points(aug_buffer *out, const aug_map_einsum *e) {
    static const char *const heads[] = {"point", "energy", "cycles", "EDP", "used", "bound by", "least"};
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "rrrrrll");
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < e->result.point_count; i++)
        add_point(&table, e, i);
    aug_text_table_fit(&table, WIDTH - 2);
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
}

static void write_mapping(aug_buffer *out, const char *label, const aug_map_einsum *e,
                          const aug_mapping *mapping) {
    enum { INDENT = 9 };
    aug_buffer wrapped;
    aug_buffer_init(&wrapped, out->arena);
    aug_text_wrap(&wrapped, aug_map_mapping_text(out->arena, e->problem, mapping), INDENT, WIDTH);
    aug_buffer_print(out, "  %5s  %s", label, aug_buffer_text(&wrapped) + INDENT);
}

static void write_mappings(aug_buffer *out, const aug_map_einsum *e) {
    aug_buffer_put(out, "\n");
    int left_out = 0;
    for (int i = 0; i < e->result.point_count; i++) {
        if (e->result.point_count <= NESTS || *mark_of(e, i))
            write_mapping(out, aug_arena_print(out->arena, "%d", i + 1), e, &e->result.points[i].mapping);
        else
            left_out++;
    }
    if (left_out > 0)
        aug_buffer_put(out, "  --csv and --json write all nests.\n");
}

static void write_front(aug_buffer *out, const aug_map *map, const aug_map_einsum *e) {
    aug_arena *arena = out->arena;
    int count = e->result.point_count;
    const char *proof =
        e->result.proven
            ? aug_arena_print(arena, "proven: no mapping%s has less of one without more of the other",
                              aug_map_scope(arena, map))
            : aug_arena_print(arena, "the best found %s, not proven: no energy-delay product is below %s",
                              aug_map_stopped_by(arena, map, map->node_limit),
                              aug_map_value_text(arena, map->objective, e->result.lower_bound));
    write_sentence(out, aug_arena_print(arena, "Energy and cycles of %s: %d mapping%s, %s.",
                                        subject_of(arena, map, e), count, count == 1 ? "" : "s", proof));
    write_points(out, e);
    write_mappings(out, e);
}

static void write_one(aug_buffer *out, const aug_map *map, const aug_map_einsum *e) {
    if (e->status == AUG_MAPPER_NONE)
        write_none(out, map, e);
    else if (e->result.point_count == 0)
        write_nothing_found(out, map, e);
    else if (map->objective == AUG_OBJECTIVE_FRONT)
        write_front(out, map, e);
    else
        write_best(out, map, e);
}

// ---- Several einsums

static void add_einsum(aug_text_table *table, const aug_map_einsum *e) {
    bool found = e->result.point_count > 0;
    const aug_mapper_point *best = found ? &e->result.points[e->chosen] : NULL;
    aug_text_table_add(table, e->name);
    aug_text_table_print_cell(table, "%s", aug_show_whole(e->repeats).text);
    aug_text_table_add(table, found ? energy_of(table->arena, best->energy_pj) : "-");
    aug_text_table_print_cell(table, "%s", found ? aug_show_whole(best->cycles).text : "-");
    aug_text_table_add(table, found ? percent(table->arena, e->rows[e->chosen].utilization) : "-");
    aug_text_table_add(table, found ? e->rows[e->chosen].bound : "-");
    double gap = aug_map_gap(e->result.value, e->result.lower_bound);
    aug_text_table_add(table, e->status == AUG_MAPPER_NONE ? "none fits"
                              : e->result.proven           ? "proven"
                              : !found                     ? "none found"
                                       : aug_arena_print(table->arena, "gap %s", percent(table->arena, gap)));
}

static void add_rest(aug_text_table *table, const aug_map_rest *rest) {
    aug_text_table_add(table, rest->name);
    aug_text_table_print_cell(table, "%s", aug_show_whole(rest->repeats).text);
    aug_text_table_add(table, energy_of(table->arena, rest->energy_pj));
    aug_text_table_print_cell(table, "%s", aug_show_whole(rest->cycles).text);
    aug_text_table_add(table, "-");
    aug_text_table_add(table, "-");
    aug_text_table_add(table, "roofline");
}

static void write_table(aug_buffer *out, const aug_map *map) {
    static const char *const heads[] = {"einsum", "times", "energy", "cycles", "used", "bound by", "answer"};
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrrll");
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < map->count; i++)
        add_einsum(&table, &map->einsums[i]);
    for (int i = 0; i < map->rest_count; i++)
        add_rest(&table, &map->rests[i]);
    aug_text_table_fit(&table, WIDTH - 2);
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
}

static void write_sums(aug_buffer *out, const aug_map *map) {
    const aug_map_sums sums = aug_map_sum(map);
    aug_arena *arena = out->arena;
    int none = 0;
    for (int i = 0; i < map->count; i++)
        none += map->einsums[i].status == AUG_MAPPER_NONE;
    const char *subject = aug_arena_print(arena, "%s on %s", map->workload, map->machine);
    if (none > 0) {
        write_sentence(out, aug_arena_print(arena, "%s: no mapping%s of %d of its %d einsums fits.", subject,
                                            aug_map_scope(arena, map), none, map->count));
        return;
    }
    if (!isfinite(sums.value)) {
        write_sentence(out, aug_arena_print(arena, "%s: not every einsum has a mapping that was found %s.",
                                            subject, aug_map_stopped_by(arena, map, map->node_limit)));
        return;
    }
    write_sentence(
        out, aug_arena_print(
                 arena,
                 "%s: %d einsums one after another, %s cycles%s, energy %s; each mapped by itself %s, %s.",
                 subject, map->count, aug_show_whole(sums.cycles).text, time_of(arena, map, sums.cycles),
                 energy_of(arena, sums.energy_pj), aims[map->objective],
                 sums.proven ? "proven" : "not all proven"));
}

static void write_several(aug_buffer *out, const aug_map *map) {
    if (map->fusion) {
        aug_map_fusion_text(out, map);
    } else {
        write_sums(out, map);
    }
    if (aug_map_fused(map))
        aug_buffer_put(out,
                       map->fusion->banding_count > 0 ? "\n  one by one, all pairs:\n" : "\n  one by one:\n");
    write_table(out, map);
    if (aug_map_fused(map))
        return;
    aug_buffer_put(out, "\n");
    for (int i = 0; i < map->count; i++) {
        const aug_map_einsum *e = &map->einsums[i];
        if (e->status != AUG_MAPPER_NONE && e->result.point_count == 0)
            continue;
        const char *text =
            e->status == AUG_MAPPER_NONE
                ? e->cause.text
                : aug_map_mapping_text(out->arena, e->problem, &e->result.points[e->chosen].mapping);
        aug_buffer_print(out, "  %s\n", e->name);
        aug_text_wrap(out, text, 4, WIDTH);
    }
}

void aug_map_text(aug_buffer *out, const void *found) {
    const aug_map *map = found;
    if (map->count == 1 && map->rest_count == 0 && !aug_map_fused(map))
        write_one(out, map, &map->einsums[0]);
    else
        write_several(out, map);
    aug_map_bands_text(out, map);
    if (map->note_count > 0 && map->fusion && map->fusion->banding_count > 0)
        aug_buffer_put(out, "\n");
    for (int i = 0; i < map->note_count; i++) {
        enum { INDENT = 6 };
        aug_buffer note;
        aug_buffer_init(&note, out->arena);
        aug_text_wrap(&note, map->notes[i], INDENT, WIDTH);
        aug_buffer_print(out, "note: %s", aug_buffer_text(&note) + INDENT);
    }
}
