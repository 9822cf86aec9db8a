// The front, and one sentence that says what is best in what.
#include "report/design_report.h"

#include "design/mix.h"
#include "report/reference_report.h"
#include "report/study_basis.h"
#include "report/text_table.h"
#include "text/csv_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const aug_node *choice_value(const aug_sweep *sweep, const aug_front_point *point, int choice) {
    const aug_space *space = &sweep->study->space;
    const aug_choice *c = &space->choices[choice];
    uint64_t part_index = aug_space_part_index(space, point->index, c->part);
    return c->values[aug_space_digit(space, choice, part_index)];
}

// The last part of a path, or what is left of it when another choice ends alike.
static const char *short_name(const aug_space *space, int choice) {
    const char *path = space->choices[choice].path, *dot = strrchr(path, '.');
    if (space->choices[choice].is_variant)
        return aug_part_name(space->choices[choice].part);
    const char *name = dot ? dot + 1 : path;
    for (int c = 0; c < space->choice_count; c++) {
        const char *other = strrchr(space->choices[c].path, '.');
        if (c == choice || strcmp(other ? other + 1 : space->choices[c].path, name) != 0)
            continue;
        while (dot && dot > path && dot[-1] != '.')
            dot--;
        return dot ? dot : path;
    }
    return name;
}

static const aug_front_point *best_of(const aug_sweep *sweep, int objective) {
    const aug_front_point *best = &sweep->front.points[0];
    for (size_t i = 1; i < sweep->front.count; i++)
        if (sweep->front.points[i].objectives[objective] < best->objectives[objective])
            best = &sweep->front.points[i];
    return best;
}

const char *aug_design_show_metric(aug_arena *arena, aug_metric metric, double value) {
    aug_dimension dimension = aug_metric_dimension(metric);
    aug_shown shown = dimension == AUG_DIMENSION_NUMBER ? aug_show_number(value, 4) : aug_show(value, dimension);
    return aug_arena_copy(arena, shown.text, strlen(shown.text));
}

// Choices that follow another one, and mixes, tell points apart no further.
static bool is_shown(const aug_choice *choice) {
    return choice->leader < 0 && !choice->is_mix;
}

// Whether a choice follows a mix, or is one: each point has all its values.
static bool is_mixed(const aug_space *space, int choice) {
    const aug_choice *c = &space->choices[choice];
    return c->is_mix || (c->leader >= 0 && space->choices[c->leader].is_mix);
}

// Whether all points of the front have the same value of a choice.
static bool is_settled(const aug_sweep *sweep, int choice) {
    for (size_t p = 1; p < sweep->front.count; p++)
        if (strcmp(choice_value(sweep, &sweep->front.points[p], choice)->text, choice_value(sweep, &sweep->front.points[0], choice)->text) != 0)
            return false;
    return true;
}

void aug_design_write_choices(aug_buffer *out, const aug_sweep *sweep, const aug_front_point *point, bool settled) {
    const char *comma = "";
    for (int c = 0; c < sweep->study->space.choice_count; c++) {
        if (!is_shown(&sweep->study->space.choices[c]) || is_settled(sweep, c) != settled)
            continue;
        aug_buffer_print(out, "%s%s %s", comma, short_name(&sweep->study->space, c), choice_value(sweep, point, c)->text);
        comma = ", ";
    }
}

// How many choices, followers left out, are settled, or are not.
static int count_choices(const aug_sweep *sweep, bool settled) {
    int count = 0;
    for (int c = 0; c < sweep->study->space.choice_count; c++)
        count += is_shown(&sweep->study->space.choices[c]) && is_settled(sweep, c) == settled;
    return count;
}

// "Of 96 points, 7 are not beaten: lowest usd_per_mtok 0.21 with machine mi300x, batch 64; ..."
static const char *answer(aug_arena *arena, const aug_sweep *sweep) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    const aug_study *study = sweep->study;
    if (sweep->front.count == 0) {
        aug_buffer_print(&out, "Of %" PRIu64 " point%s none is feasible.", sweep->total, sweep->total == 1 ? "" : "s");
        return aug_buffer_text(&out);
    }
    aug_buffer_print(&out, "Of %" PRIu64 " point%s, %zu %s not beaten: ", sweep->total, sweep->total == 1 ? "" : "s", sweep->front.count,
                     sweep->front.count == 1 ? "is" : "are");
    for (int i = 0; i < study->objective_count; i++) {
        const aug_objective *objective = &study->objectives[i];
        const aug_front_point *best = best_of(sweep, i);
        aug_buffer_print(&out, "%s%s %s %s", i ? "; " : "", objective->maximize ? "highest" : "lowest",
                         aug_metric_key(objective->metric), aug_design_show_metric(arena, objective->metric, best->metrics[objective->metric]));
        if (count_choices(sweep, false)) {
            aug_buffer_put(&out, " with ");
            aug_design_write_choices(&out, sweep, best, false);
        }
    }
    if (count_choices(sweep, true)) {
        aug_buffer_print(&out, "; %s ", sweep->front.count == 1 ? "with" : "all with");
        aug_design_write_choices(&out, sweep, &sweep->front.points[0], true);
    }
    aug_buffer_put(&out, ".");
    return aug_buffer_text(&out);
}

const char *aug_design_reason(aug_arena *arena, const aug_study *study, int reason) {
    if (reason >= AUG_REASON_UNKNOWN)
        return aug_arena_print(arena, "have no %s", aug_metric_key(study->objectives[reason - AUG_REASON_UNKNOWN].metric));
    if (reason >= AUG_REASON_BUDGET)
        return aug_arena_print(arena, "break the budget of %s", aug_metric_key(study->budgets[reason - AUG_REASON_BUDGET].metric));
    static const char *const texts[] = {"", "cannot be built", "have no plan", "do not fit into memory", "miss the scenario's limits"};
    return texts[reason];
}

static void write_counts(aug_buffer *out, const aug_sweep *sweep) {
    aug_buffer_print(out, "%" PRIu64 " point%s: %" PRIu64 " evaluated, %" PRIu64 " pruned, %" PRIu64 " infeasible", sweep->total, sweep->total == 1 ? "" : "s",
                     sweep->evaluated, sweep->pruned, sweep->infeasible);
    if (!sweep->complete)
        aug_buffer_put(out, " - INTERRUPTED, the front so far");
    aug_buffer_put(out, "\n");
    for (int r = 1; r < AUG_REASON_COUNT; r++)
        if (sweep->reasons[r])
            aug_buffer_print(out, "  %" PRIu64 " %s%s%s\n", sweep->reasons[r], aug_design_reason(out->arena, sweep->study, r),
                             r == AUG_REASON_INVALID && *sweep->invalid ? ", the first: " : "",
                             r == AUG_REASON_INVALID && *sweep->invalid ? sweep->invalid : "");
}

// "each point serves all of model llama-3.2-3b, resnet-50; its metrics are geometric means over them"
static void write_mixes(aug_buffer *out, const aug_sweep *sweep) {
    const aug_space *space = &sweep->study->space;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    for (int c = 0; c < space->choice_count; c++) {
        if (!is_mixed(space, c))
            continue;
        aug_buffer_print(&line, "%s%s", *aug_buffer_text(&line) ? "; " : "each point serves all of ", short_name(space, c));
        for (int i = 0; i < space->choices[c].count; i++)
            aug_buffer_print(&line, "%s %s", i ? "," : "", space->choices[c].values[i]->text);
    }
    if (*aug_buffer_text(&line))
        aug_text_wrap(out, aug_arena_print(out->arena, "%s: metrics are geometric means over them", aug_buffer_text(&line)), 0, 80);
}

static void write_mappings(aug_buffer *out, const aug_sweep *sweep) {
    aug_buffer line;
    if (!sweep->mapped)
        return;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "times of machines described level by level come from mappings%s", sweep->unproven ? "" : ", all proven");
    if (sweep->unproven)
        aug_buffer_print(&line, "; not all are proven at %" PRIu64 " point%s, where a product of energy and time may be up to %.3g %% above the least",
                         sweep->unproven, sweep->unproven == 1 ? "" : "s", 100.0 * sweep->worst_gap / (1.0 - sweep->worst_gap));
    if (sweep->unmapped)
        aug_buffer_print(&line, "; 1 %% of a phase or more counts by the roofline at %" PRIu64 " point%s", sweep->unmapped,
                         sweep->unmapped == 1 ? "" : "s");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_law(aug_buffer *out, const aug_sweep *sweep) {
    const aug_law *law = sweep->study->law;
    if (!law)
        return;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "loss: law %s (%s), fitted on %s to %s parameters and %s to %s tokens, uncertain by %s%s", law->name,
                     law->about ? law->about : "", aug_show_number(law->least_parameters / 1e9, 3).text,
                     aug_arena_print(out->arena, "%s G", aug_show_number(law->most_parameters / 1e9, 3).text),
                     aug_show_number(law->least_tokens / 1e9, 3).text,
                     aug_arena_print(out->arena, "%s G", aug_show_number(law->most_tokens / 1e9, 3).text),
                     aug_show_number(law->uncertainty, 2).text,
                     sweep->outside_law ? "; some models here lie outside that range" : "");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

enum { SHOWN_POINTS = 40 };

// The front as a table: a column per choice that is not settled, then one per objective. `letters` heads the choices with
// a, b, c, for where their names are too long.
static void fill_front(aug_text_table *table, const aug_sweep *sweep, const int *choices, int count, size_t shown, bool letters) {
    const aug_study *study = sweep->study;
    int objectives = AUG_TEXT_COLUMNS - count < study->objective_count ? AUG_TEXT_COLUMNS - count : study->objective_count;
    char alignment[AUG_TEXT_COLUMNS + 1] = {0};
    for (int c = 0; c < count + objectives; c++)
        alignment[c] = c < count ? 'l' : 'r';
    aug_text_table_init(table, table->arena, alignment);
    for (int c = 0; c < count; c++)
        aug_text_table_add(table, letters ? aug_arena_print(table->arena, "%c", 'a' + c) : short_name(&study->space, choices[c]));
    for (int i = 0; i < objectives; i++)
        aug_text_table_add(table, aug_metric_label(study->objectives[i].metric));
    for (size_t p = 0; p < shown; p++) {
        const aug_front_point *point = &sweep->front.points[p];
        for (int c = 0; c < count; c++)
            aug_text_table_add(table, choice_value(sweep, point, choices[c])->text);
        for (int i = 0; i < objectives; i++) {
            aug_metric metric = study->objectives[i].metric;
            aug_text_table_add(table, aug_design_show_metric(table->arena, metric, point->metrics[metric]));
        }
    }
}

static void write_legend(aug_buffer *out, const aug_sweep *sweep, const int *choices, int count) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    for (int c = 0; c < count; c++)
        aug_buffer_print(&line, "%s%c %s", c ? ", " : "", 'a' + c, short_name(&sweep->study->space, choices[c]));
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_front(aug_buffer *out, const aug_sweep *sweep) {
    enum { WIDTH = 78, MOST_CHOICES = 12 };
    int choices[MOST_CHOICES] = {0}, count = 0;
    for (int c = 0; c < sweep->study->space.choice_count && count < MOST_CHOICES; c++)
        if (is_shown(&sweep->study->space.choices[c]) && !is_settled(sweep, c))
            choices[count++] = c;
    size_t shown = sweep->front.count < SHOWN_POINTS ? sweep->front.count : SHOWN_POINTS;
    aug_text_table table = {.arena = out->arena};
    fill_front(&table, sweep, choices, count, shown, false);
    aug_buffer_put(out, "\n");
    if (aug_text_table_width(&table) > WIDTH) {
        write_legend(out, sweep, choices, count);
        fill_front(&table, sweep, choices, count, shown, true);
        aug_text_table_fit(&table, WIDTH);
    }
    aug_text_table_write(&table, out, 2);
    if (shown < sweep->front.count)
        aug_buffer_print(out, "  and %zu more points: --csv or --json have all\n", sweep->front.count - shown);
}

void aug_design_text(aug_buffer *out, const void *found) {
    const aug_sweep *sweep = found;
    if (sweep->study->question)
        aug_text_wrap(out, sweep->study->question, 0, 80);
    aug_text_wrap(out, answer(out->arena, sweep), 0, 80);
    aug_buffer_put(out, "\n");
    write_counts(out, sweep);
    write_mixes(out, sweep);
    write_mappings(out, sweep);
    write_law(out, sweep);
    if (sweep->front.count)
        write_front(out, sweep);
    aug_reference_text(out, sweep);
    aug_study_basis_text(out, sweep->study);
}

static void write_value(aug_json *json, const char *key, const aug_node *value) {
    char *end = NULL;
    double number = strtod(value->text, &end);
    if (!value->quoted && end != value->text && *end == '\0' && isfinite(number))
        aug_json_number(json, key, number);
    else
        aug_json_text(json, key, value->text);
}

void aug_design_json_point(aug_json *json, const aug_sweep *sweep, const aug_front_point *point) {
    const aug_space *space = &sweep->study->space;
    aug_json_open_row(json, "choices", '{');
    for (int c = 0; c < space->choice_count; c++)
        if (!is_mixed(space, c))
            write_value(json, space->choices[c].path, choice_value(sweep, point, c));
    aug_json_close(json, '}');
    aug_json_open_row(json, "metrics", '{');
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        aug_json_number(json, aug_metric_key((aug_metric)m), point->metrics[m]);
    aug_json_close(json, '}');
}

static void write_mixes_json(aug_json *json, const aug_space *space) {
    if (aug_mix_members(space) == 1)
        return;
    aug_json_open(json, "mix", '{');
    for (int c = 0; c < space->choice_count; c++) {
        if (!is_mixed(space, c))
            continue;
        aug_json_open_row(json, space->choices[c].path, '[');
        for (int i = 0; i < space->choices[c].count; i++)
            write_value(json, NULL, space->choices[c].values[i]);
        aug_json_close(json, ']');
    }
    aug_json_close(json, '}');
}

void aug_design_json(aug_json *json, const void *found) {
    const aug_sweep *sweep = found;
    const aug_study *study = sweep->study;
    aug_json_text(json, "study", study->name);
    aug_json_text(json, "question", study->question);
    aug_json_text(json, "answer", answer(json->out->arena, sweep));
    aug_json_open(json, "front", '[');
    for (size_t p = 0; p < sweep->front.count; p++) {
        const aug_front_point *point = &sweep->front.points[p];
        aug_json_open_row(json, NULL, '{');
        aug_design_json_point(json, sweep, point);
        aug_json_count(json, "equal", point->equal);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    write_mixes_json(json, &study->space);
    aug_reference_json(json, sweep);
    aug_json_count(json, "evaluated", sweep->evaluated);
    aug_json_count(json, "pruned", sweep->pruned);
    aug_json_count(json, "infeasible", sweep->infeasible);
    aug_json_count(json, "total", sweep->total);
    aug_json_bool(json, "complete", sweep->complete);
    aug_json_open_row(json, "reasons", '{');
    for (int r = 1; r < AUG_REASON_COUNT; r++)
        if (sweep->reasons[r])
            aug_json_count(json, aug_design_reason(json->out->arena, study, r), sweep->reasons[r]);
    aug_json_close(json, '}');
    if (sweep->mapped) {
        aug_json_open_row(json, "mappings", '{');
        aug_json_count(json, "unproven_points", sweep->unproven);
        aug_json_number(json, "worst_gap", sweep->worst_gap);
        aug_json_count(json, "unmapped_points", sweep->unmapped);
        aug_json_close(json, '}');
    }
    if (study->law) {
        aug_json_open_row(json, "law", '{');
        aug_json_text(json, "name", study->law->name);
        aug_json_number(json, "uncertainty", study->law->uncertainty);
        aug_json_bool(json, "outside_range", sweep->outside_law);
        aug_json_close(json, '}');
    }
    aug_study_basis_json(json, study);
}

void aug_design_csv(aug_buffer *out, const void *found) {
    const aug_sweep *sweep = found;
    const aug_study *study = sweep->study;
    aug_csv csv = {.out = out};
    for (int c = 0; c < study->space.choice_count; c++)
        if (!is_mixed(&study->space, c))
            aug_csv_text(&csv, study->space.choices[c].path);
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        aug_csv_text(&csv, aug_metric_key((aug_metric)m));
    aug_csv_end(&csv);
    for (size_t p = 0; p < sweep->front.count; p++) {
        const aug_front_point *point = &sweep->front.points[p];
        for (int c = 0; c < study->space.choice_count; c++)
            if (!is_mixed(&study->space, c))
                aug_csv_text(&csv, choice_value(sweep, point, c)->text);
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            aug_csv_number(&csv, point->metrics[m]);
        aug_csv_end(&csv);
    }
}
