// Crossovers of a study: a sentence for each, and a table with a row for each place along the way.
//
//     usd_per_mtok of machine sram and hbm along batch, limit 300 W: hbm is best at all of it
#include "report/crossover_report.h"

#include "design/crossover.h"
#include "report/design_report.h"
#include "report/front_part.h"
#include "report/text_table.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 78 };

static const char *side_name(const aug_study *study, const aug_crossover *of, int side) {
    return study->space.choices[of->between].values[side]->text;
}

static int side_count(const aug_study *study, const aug_crossover *of) {
    return study->space.choices[of->between].count;
}

static aug_metric metric_of(const aug_study *study, const aug_crossover *of) {
    return study->objectives[of->objective].metric;
}

// A place along the way: "64", "100 or more", "20 ms or less".
static const char *place_of(aug_arena *arena, const aug_study *study, const aug_crossover *of,
                            const aug_crossover_row *row) {
    return row->text
               ? row->text
               : aug_design_show_metric(arena, study->objectives[of->along_objective].metric, row->along);
}

static const char *along_name(const aug_study *study, const aug_crossover *of) {
    return of->along_choice >= 0 ? aug_choice_short_name(&study->space, of->along_choice)
                                 : aug_metric_key(study->objectives[of->along_objective].metric);
}

static const char *value_of(aug_arena *arena, const aug_study *study, const aug_crossover *of,
                            const aug_front_point *point) {
    aug_metric metric = metric_of(study, of);
    return point ? aug_design_show_metric(arena, metric, point->metrics[metric]) : "-";
}

static void write_title(aug_buffer *line, const aug_sweep *sweep, const aug_crossover_table *table) {
    const aug_study *study = sweep->study;
    const aug_crossover *of = table->of;
    aug_buffer_print(line, "%s of %s ", aug_metric_key(metric_of(study, of)),
                     aug_choice_short_name(&study->space, of->between));
    for (int side = 0; side < side_count(study, of); side++)
        aug_buffer_print(line, "%s%s",
                         !side                              ? ""
                         : side + 1 < side_count(study, of) ? ", "
                                                            : " and ",
                         side_name(study, of, side));
    aug_buffer_print(line, " along %s", along_name(study, of));
    for (int i = 0; i < of->fixed_count; i++)
        aug_buffer_print(line, ", %s %s", aug_choice_short_name(&study->space, of->fixed[i]),
                         aug_front_choice(sweep, table->any, of->fixed[i])->text);
}

// "hbm up to 163 (0.28 against 0.36), then sram": the sides in the order in which they are best.
static void write_switches(aug_buffer *line, const aug_sweep *sweep, const aug_crossover_table *table) {
    const aug_study *study = sweep->study;
    const aug_crossover *of = table->of;
    if (!table->switch_count) {
        for (int i = 0; i < table->row_count; i++) {
            if (table->rows[i].winner < 0)
                continue;
            aug_buffer_print(line, ": %s throughout", side_name(study, of, table->rows[i].winner));
            return;
        }
    }
    for (int i = 0; i < table->switch_count; i++) {
        const aug_crossover_switch *at = &table->switches[i];
        const aug_front_point *other = at->last.best[at->first.winner];
        aug_buffer_print(line, "%s%s up to %s (%s", i ? ", " : ": ", side_name(study, of, at->last.winner),
                         place_of(line->arena, study, of, &at->last),
                         value_of(line->arena, study, of, at->last.best[at->last.winner]));
        if (other)
            aug_buffer_print(line, " against %s", value_of(line->arena, study, of, other));
        aug_buffer_put(line, ")");
    }
    if (table->switch_count) {
        const aug_crossover_row *last = &table->switches[table->switch_count - 1].first;
        aug_buffer_print(line, ", then %s (%s)", side_name(study, of, last->winner),
                         value_of(line->arena, study, of, last->best[last->winner]));
    }
}

static void write_rows(aug_buffer *out, const aug_sweep *sweep, const aug_crossover_table *table) {
    const aug_study *study = sweep->study;
    const aug_crossover *of = table->of;
    aug_text_table text = {.arena = out->arena};
    char alignment[AUG_CROSSOVER_SIDES + 3] = "r";
    memset(alignment + 1, 'r', (size_t)side_count(study, of));
    alignment[1 + side_count(study, of)] = 'l';
    aug_text_table_init(&text, out->arena, alignment);
    aug_text_table_add(&text, along_name(study, of));
    for (int side = 0; side < side_count(study, of); side++)
        aug_text_table_add(&text, side_name(study, of, side));
    aug_text_table_add(&text, "best");
    for (int i = 0; i < table->row_count; i++) {
        const aug_crossover_row *row = &table->rows[i];
        aug_text_table_add(&text, place_of(out->arena, study, of, row));
        for (int side = 0; side < side_count(study, of); side++)
            aug_text_table_add(&text, value_of(out->arena, study, of, row->best[side]));
        aug_text_table_add(&text, row->winner < 0 ? "-" : side_name(study, of, row->winner));
    }
    aug_text_table_write(&text, out, 2);
}

void aug_crossover_text(aug_buffer *out, const aug_sweep *sweep) {
    aug_crossovers all = aug_crossovers_find(out->arena, sweep);
    for (int i = 0; i < all.count; i++) {
        aug_buffer line;
        aug_buffer_init(&line, out->arena);
        write_title(&line, sweep, &all.tables[i]);
        write_switches(&line, sweep, &all.tables[i]);
        aug_buffer_put(out, "\n");
        aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
        write_rows(out, sweep, &all.tables[i]);
    }
}

// ---- JSON

static void write_place(aug_json *json, const char *key, const aug_crossover_row *row) {
    if (row->text)
        aug_json_text(json, key, row->text);
    else
        aug_json_number(json, key, row->along);
}

static void write_best(aug_json *json, const aug_sweep *sweep, const aug_crossover_table *table,
                       const aug_crossover_row *row) {
    const aug_study *study = sweep->study;
    aug_metric metric = metric_of(study, table->of);
    aug_json_open_row(json, "best", '{');
    for (int side = 0; side < side_count(study, table->of); side++) {
        const aug_front_point *point = row->best[side];
        if (!point)
            continue;
        aug_json_open_row(json, side_name(study, table->of, side), '{');
        aug_json_number(json, "value", point->metrics[metric]);
        aug_json_open_row(json, "choices", '{');
        for (int c = 0; c < study->space.choice_count; c++)
            if (aug_front_choice(sweep, point, c) != &aug_front_no_choice &&
                !aug_choice_is_repeated(&study->space, c))
                aug_json_text(json, study->space.choices[c].path, aug_front_choice(sweep, point, c)->text);
        aug_json_close(json, '}');
        aug_json_close(json, '}');
    }
    aug_json_close(json, '}');
    aug_json_text(json, "winner", row->winner < 0 ? NULL : side_name(study, table->of, row->winner));
}

static void write_switches_json(aug_json *json, const aug_sweep *sweep, const aug_crossover_table *table) {
    aug_metric metric = metric_of(sweep->study, table->of);
    aug_json_open(json, "switches", '[');
    for (int i = 0; i < table->switch_count; i++) {
        const aug_crossover_switch *at = &table->switches[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "from", side_name(sweep->study, table->of, at->last.winner));
        aug_json_text(json, "to", side_name(sweep->study, table->of, at->first.winner));
        write_place(json, "last", &at->last);
        write_place(json, "first", &at->first);
        aug_json_number(json, "last_value", at->last.best[at->last.winner]->metrics[metric]);
        aug_json_number(json, "first_value", at->first.best[at->first.winner]->metrics[metric]);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_table_json(aug_json *json, const aug_sweep *sweep, const aug_crossover_table *table) {
    const aug_study *study = sweep->study;
    const aug_crossover *of = table->of;
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "between", study->space.choices[of->between].path);
    aug_json_text(json, "along",
                  of->along_choice >= 0 ? study->space.choices[of->along_choice].path
                                        : along_name(study, of));
    aug_json_text(json, "metric", aug_metric_key(metric_of(study, of)));
    aug_json_open_row(json, "for", '{');
    for (int i = 0; i < of->fixed_count; i++)
        aug_json_text(json, study->space.choices[of->fixed[i]].path,
                      aug_front_choice(sweep, table->any, of->fixed[i])->text);
    aug_json_close(json, '}');
    aug_json_open(json, "rows", '[');
    for (int i = 0; i < table->row_count; i++) {
        aug_json_open_row(json, NULL, '{');
        write_place(json, "along", &table->rows[i]);
        write_best(json, sweep, table, &table->rows[i]);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    write_switches_json(json, sweep, table);
    aug_json_close(json, '}');
}

void aug_crossover_json(aug_json *json, const aug_sweep *sweep) {
    if (!sweep->study->crossover_count)
        return;
    aug_crossovers all = aug_crossovers_find(json->out->arena, sweep);
    aug_json_open(json, "crossovers", '[');
    for (int i = 0; i < all.count; i++)
        write_table_json(json, sweep, &all.tables[i]);
    aug_json_close(json, ']');
}
