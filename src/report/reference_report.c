// References of a study: a table of each one's points with their distances from the front, and a sentence
// that says what the front has where the reference is farthest from it.
#include "report/reference_report.h"

#include "design/reference.h"
#include "report/design_report.h"
#include "report/text_table.h"

#include <math.h>
#include <string.h>

enum { SHOWN_POINTS = 12, WIDTH = 78 };

static bool is_measured(const aug_sweep *sweep, const aug_reference *reference) {
    return sweep->front.count > 0 && reference->sweep.front.count > 0;
}

static const aug_front_point *nearest_to(const aug_sweep *sweep, const aug_reference_point *point) {
    return &sweep->front.points[point->distance.nearest];
}

// "1.5 times better in tokens_per_s_per_user, 1.3 in usd_per_mtok"
static void write_ratios(aug_buffer *out, const aug_study *study, const aug_reference_point *point) {
    for (int i = 0; i < study->objective_count; i++)
        aug_buffer_print(out, "%s%s %sin %s", i ? ", " : "", aug_show_number(point->ratios[i], 3).text,
                         i ? "" : "times better ", aug_metric_key(study->objectives[i].metric));
}

// "its machine has 0.85 x the peak, 1.33 x the memory bandwidth": what differs by more than half a percent.
static void write_figures(aug_buffer *out, const aug_figures *own, const aug_figures *front) {
    const char *comma = "its machine has ";
    for (int f = 0; f < AUG_FIGURE_COUNT; f++) {
        double ratio = front->of[f] / own->of[f];
        if (!(fabs(ratio - 1.0) > 0.005))
            continue;
        aug_buffer_print(out, "%s%s x %s", comma, aug_show_number(ratio, 3).text,
                         aug_figure_text((aug_figure)f));
        comma = ", ";
    }
    if (strcmp(comma, ", ") != 0)
        aug_buffer_put(out, "its machine has the same figures");
}

// The choices that tell one point of a reference from the others, "batch 8"; empty where it has one.
static const char *where(aug_arena *arena, const aug_reference *reference, size_t point) {
    aug_buffer at;
    aug_buffer_init(&at, arena);
    aug_design_write_choices(&at, &reference->sweep, &reference->sweep.front.points[point], false);
    return aug_buffer_text(&at);
}

static const char *why(aug_arena *arena, const aug_sweep *sweep, const aug_reference *reference) {
    const aug_reference_point *point = &reference->points[reference->farthest];
    const char *at = where(arena, reference, reference->farthest);
    aug_buffer out;
    aug_buffer_init(&out, arena);
    aug_buffer_print(&out, "%s%sthe nearest point of the front is ", at, *at ? ": " : "");
    write_ratios(&out, sweep->study, point);
    aug_buffer_put(&out, "; ");
    write_figures(&out, &reference->own, &point->front);
    return aug_buffer_text(&out);
}

// A row for each point of the reference: where it is, unless there is but one, its objectives, its distance.
static void fill_table(aug_text_table *table, const aug_sweep *sweep, const aug_reference *reference) {
    const aug_study *study = sweep->study;
    char alignment[AUG_OBJECTIVES + 3] = {0};
    bool several = *where(table->arena, reference, 0) != '\0';
    memset(alignment, 'r', (size_t)study->objective_count + 1 + several);
    alignment[0] = several ? 'l' : 'r';
    aug_text_table_init(table, table->arena, alignment);
    if (several)
        aug_text_table_add(table, "at");
    for (int i = 0; i < study->objective_count; i++)
        aug_text_table_add(table, aug_metric_label(study->objectives[i].metric));
    aug_text_table_add(table, "distance");
    for (size_t p = 0; p < reference->sweep.front.count && p < SHOWN_POINTS; p++) {
        if (several)
            aug_text_table_add(table, where(table->arena, reference, p));
        for (int i = 0; i < study->objective_count; i++) {
            aug_metric metric = study->objectives[i].metric;
            aug_text_table_add(table,
                               aug_design_show_metric(table->arena, metric,
                                                      reference->sweep.front.points[p].metrics[metric]));
        }
        aug_text_table_print_cell(table, "%.3f", reference->points[p].distance.factor);
    }
}

// Why there is no distance: what most of its points lack.
static const char *missing(aug_arena *arena, const aug_reference *reference) {
    if (reference->sweep.front.count)
        return "the front is empty";
    int most = AUG_REASON_NONE;
    for (int r = 1; r < AUG_REASON_COUNT; r++)
        if (reference->sweep.reasons[r] > reference->sweep.reasons[most])
            most = r;
    if (!reference->sweep.complete)
        return "interrupted before any point was evaluated";
    return most == AUG_REASON_NONE ? "not evaluated"
                                   : aug_arena_print(arena, "no point of it is feasible; most %s",
                                                     aug_design_reason(arena, reference->study, most));
}

static void write_one(aug_buffer *out, const aug_sweep *sweep, const aug_reference *reference,
                      const char *name) {
    if (!is_measured(sweep, reference)) {
        aug_text_wrap(out, aug_arena_print(out->arena, "%s: %s", name, missing(out->arena, reference)), 0,
                      80);
        return;
    }
    aug_text_table table = {.arena = out->arena};
    fill_table(&table, sweep, reference);
    aug_text_table_fit(&table, WIDTH);
    double most = reference->points[reference->farthest].distance.factor,
           least = reference->points[reference->nearest].distance.factor;
    const char *best = most > least ? aug_arena_print(out->arena, ", %.3f at best", least) : "";
    bool several = reference->sweep.front.count > 1;
    const char *text = aug_arena_print(out->arena, "%s: distance from the front %.3f%s; %s%s.", name, most,
                                       best, several ? "farthest " : "", why(out->arena, sweep, reference));
    aug_text_wrap(out, text, 0, 80);
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
    if (reference->sweep.front.count > SHOWN_POINTS)
        aug_buffer_print(out, "  and %zu more: --json has all\n",
                         reference->sweep.front.count - SHOWN_POINTS);
}

void aug_reference_text(aug_buffer *out, const aug_sweep *sweep) {
    for (int r = 0; sweep->references && r < sweep->study->reference_count; r++) {
        aug_buffer_put(out, "\n");
        write_one(out, sweep, &sweep->references[r], sweep->study->reference_names[r]);
    }
}

static void write_figures_json(aug_json *json, const char *key, const aug_figures *figures) {
    aug_json_open_row(json, key, '{');
    for (int f = 0; f < AUG_FIGURE_COUNT; f++)
        aug_json_number(json, aug_figure_key((aug_figure)f), figures->of[f]);
    aug_json_close(json, '}');
}

static void write_point_json(aug_json *json, const aug_sweep *sweep, const aug_reference *reference,
                             size_t p) {
    const aug_study *study = sweep->study;
    const aug_reference_point *point = &reference->points[p];
    aug_design_json_point(json, &reference->sweep, &reference->sweep.front.points[p]);
    aug_json_number(json, "distance", point->distance.factor);
    aug_json_text(json, "least_ahead", aug_metric_key(study->objectives[point->distance.objective].metric));
    aug_json_open_row(json, "ratios", '{');
    for (int i = 0; i < study->objective_count; i++)
        aug_json_number(json, aug_metric_key(study->objectives[i].metric), point->ratios[i]);
    aug_json_close(json, '}');
    aug_json_open_row(json, "nearest", '{');
    aug_json_count(json, "point", point->distance.nearest);
    aug_design_json_point(json, sweep, nearest_to(sweep, point));
    write_figures_json(json, "figures", &point->front);
    aug_json_close(json, '}');
}

static void write_one_json(aug_json *json, const aug_sweep *sweep, const aug_reference *reference,
                           const char *name) {
    aug_json_open(json, NULL, '{');
    aug_json_text(json, "machine", name);
    bool measured = is_measured(sweep, reference);
    aug_json_text(json, "status", measured ? "ok" : "no");
    if (!measured)
        aug_json_text(json, "reason", missing(json->out->arena, reference));
    write_figures_json(json, "figures", &reference->own);
    if (measured) {
        write_point_json(json, sweep, reference, reference->farthest);
        aug_json_text(json, "why", why(json->out->arena, sweep, reference));
        aug_json_number(json, "least_distance", reference->points[reference->nearest].distance.factor);
        aug_json_open(json, "points", '[');
        for (size_t p = 0; p < reference->sweep.front.count; p++) {
            aug_json_open_row(json, NULL, '{');
            write_point_json(json, sweep, reference, p);
            aug_json_close(json, '}');
        }
        aug_json_close(json, ']');
    }
    aug_json_close(json, '}');
}

void aug_reference_json(aug_json *json, const aug_sweep *sweep) {
    if (!sweep->references)
        return;
    aug_json_open(json, "references", '[');
    for (int r = 0; r < sweep->study->reference_count; r++)
        write_one_json(json, sweep, &sweep->references[r], sweep->study->reference_names[r]);
    aug_json_close(json, ']');
}
