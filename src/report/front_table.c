// A front as text: a row for each point, or points side by side with a line for each choice and each metric.
#include "report/front_table.h"

#include "report/front_part.h"
#include "report/text_table.h"

#include <math.h>
#include <string.h>

enum { SHOWN_POINTS = 40, MOST_CHOICES = 12, WIDTH = 78 };

// What the table of a part of the front shows.
typedef struct front_view {
    const aug_sweep *sweep;
    aug_front_part part;
    int choices[MOST_CHOICES], choice_count;
    aug_metric metrics[AUG_OBJECTIVES + AUG_SHOWN];
    int metric_count;
    bool ratios[AUG_OBJECTIVES + AUG_SHOWN]; // a column of multiples of the baseline behind the metric
    bool letters;                            // choices are headed by a, b, c: their names are too long
} front_view;

static void add_metric(front_view *view, aug_metric metric) {
    for (int i = 0; i < view->metric_count; i++)
        if (view->metrics[i] == metric)
            return;
    bool ratio = isfinite(aug_front_ratio(view->sweep, &view->sweep->front.points[view->part.first], metric));
    view->ratios[view->metric_count] = ratio;
    view->metrics[view->metric_count++] = metric;
}

static front_view view_of(const aug_sweep *sweep, aug_front_part part) {
    front_view view = {.sweep = sweep, .part = part};
    for (int c = 0; c < sweep->study->space.choice_count && view.choice_count < MOST_CHOICES; c++)
        if (aug_choice_is_shown(sweep->study, c) && !aug_choice_is_settled(sweep, part, c))
            view.choices[view.choice_count++] = c;
    for (int i = 0; i < sweep->study->objective_count; i++)
        add_metric(&view, sweep->study->objectives[i].metric);
    for (int i = 0; i < sweep->study->shown_count; i++)
        add_metric(&view, sweep->study->shown[i]);
    int columns = view.choice_count;
    for (int i = 0; i < view.metric_count; i++) {
        columns += 1 + view.ratios[i];
        if (columns > AUG_TEXT_COLUMNS)
            view.metric_count = i;
    }
    return view;
}

static void add_heading(aug_text_table *table, const front_view *view) {
    for (int c = 0; c < view->choice_count; c++)
        aug_text_table_add(table, view->letters ? aug_arena_print(table->arena, "%c", 'a' + c) : aug_choice_short_name(&view->sweep->study->space, view->choices[c]));
    for (int i = 0; i < view->metric_count; i++) {
        aug_text_table_add(table, aug_metric_label(view->metrics[i]));
        if (view->ratios[i])
            aug_text_table_add(table, "of base");
    }
}

// The baseline of a part's points, where all have the same one.
static void add_baseline(aug_text_table *table, const front_view *view) {
    const aug_point *baseline = aug_front_baseline(view->sweep, &view->sweep->front.points[view->part.first]);
    for (size_t p = view->part.first; baseline && p < view->part.end; p++)
        baseline = aug_front_baseline(view->sweep, &view->sweep->front.points[p]) == baseline ? baseline : NULL;
    if (!baseline)
        return;
    for (int c = 0; c < view->choice_count; c++)
        aug_text_table_add(table, c ? "" : "base");
    for (int i = 0; i < view->metric_count; i++) {
        bool known = !isnan(baseline->metrics[view->metrics[i]]);
        aug_text_table_add(table, known ? aug_front_cell(view->sweep, table->arena, view->metrics[i], baseline->metrics) : "");
        if (view->ratios[i])
            aug_text_table_add(table, "1");
    }
}

// The front as a table: a column per choice that is not settled, then one per objective and metric to show.
static void fill_front(aug_text_table *table, const front_view *view) {
    char alignment[AUG_TEXT_COLUMNS + 1] = {0};
    int columns = view->choice_count;
    memset(alignment, 'l', (size_t)columns);
    for (int i = 0; i < view->metric_count; i++) {
        alignment[columns++] = 'r';
        if (view->ratios[i])
            alignment[columns++] = 'r';
    }
    aug_text_table_init(table, table->arena, alignment);
    add_heading(table, view);
    add_baseline(table, view);
    size_t shown = view->part.end - view->part.first < SHOWN_POINTS ? view->part.end : view->part.first + SHOWN_POINTS;
    for (size_t p = view->part.first; p < shown; p++) {
        const aug_front_point *point = &view->sweep->front.points[p];
        for (int c = 0; c < view->choice_count; c++)
            aug_text_table_add(table, aug_front_choice(view->sweep, point, view->choices[c])->text);
        for (int i = 0; i < view->metric_count; i++) {
            aug_text_table_add(table, aug_front_cell(view->sweep, table->arena, view->metrics[i], point->metrics));
            if (view->ratios[i])
                aug_text_table_print_cell(table, "%.3g", aug_front_ratio(view->sweep, point, view->metrics[i]));
        }
    }
}

static void write_legend(aug_buffer *out, const front_view *view) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    for (int c = 0; c < view->choice_count; c++)
        aug_buffer_print(&line, "%s%c %s", c ? ", " : "", 'a' + c, aug_choice_short_name(&view->sweep->study->space, view->choices[c]));
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_heading(aug_buffer *out, const front_view *view) {
    const aug_front_point *point = &view->sweep->front.points[view->part.first];
    if (!view->sweep->study->each_count)
        return;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_front_group_write(&line, view->sweep, point);
    aug_buffer_put(&line, ": ");
    if (aug_front_part_choices(view->sweep, view->part, true))
        aug_front_part_write(&line, view->sweep, view->part, point, true);
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

// ---- Points side by side, a line for each choice and each metric: for few points, or where rows would be too long

enum { BESIDE = 16, COLUMNS = 4 };

static void add_row(aug_text_table *table, const char *label, int columns, const char *const *cells) {
    aug_text_table_add(table, label);
    for (int i = 0; i < columns; i++)
        aug_text_table_add(table, cells[i]);
}

static void add_choice_rows(aug_text_table *table, const front_view *view, size_t first, int columns, bool each) {
    const aug_sweep *sweep = view->sweep;
    const char *cells[COLUMNS];
    for (int c = 0; c < sweep->study->space.choice_count; c++) {
        if (each ? !aug_choice_is_each(sweep->study, c) : !aug_choice_is_shown(sweep->study, c) || aug_choice_is_settled(sweep, view->part, c))
            continue;
        for (int i = 0; i < columns; i++)
            cells[i] = aug_front_choice(sweep, &sweep->front.points[first + (size_t)i], c)->text;
        add_row(table, aug_choice_short_name(&sweep->study->space, c), columns, cells);
    }
}

static void add_metric_rows(aug_text_table *table, const front_view *view, size_t first, int columns, int metric) {
    const aug_sweep *sweep = view->sweep;
    aug_metric shown = view->metrics[metric];
    const char *cells[COLUMNS], *bases[COLUMNS], *ratios[COLUMNS];
    bool any = false;
    for (int i = 0; i < columns; i++) {
        const aug_front_point *point = &sweep->front.points[first + (size_t)i];
        const aug_point *baseline = aug_front_baseline(sweep, point);
        bool known = baseline && !isnan(baseline->metrics[shown]);
        any = any || known;
        cells[i] = aug_front_cell(sweep, table->arena, shown, point->metrics);
        bases[i] = known ? aug_front_cell(sweep, table->arena, shown, baseline->metrics) : "-";
        double ratio = aug_front_ratio(sweep, point, shown);
        ratios[i] = isfinite(ratio) ? aug_arena_print(table->arena, "%.3g", ratio) : "-";
    }
    add_row(table, aug_metric_label(shown), columns, cells);
    if (any && shown != AUG_METRIC_LOSS_GAP)
        add_row(table, "  baseline", columns, bases);
    if (view->ratios[metric])
        add_row(table, "  of it", columns, ratios);
}

static bool write_columns(aug_buffer *out, const front_view *view, size_t first, int columns) {
    aug_text_table table = {.arena = out->arena};
    aug_text_table_init(&table, out->arena, &"lrrrr"[0]);
    table.columns = 1 + columns;
    add_choice_rows(&table, view, first, columns, true);
    add_choice_rows(&table, view, first, columns, false);
    for (int i = 0; i < view->metric_count; i++)
        add_metric_rows(&table, view, first, columns, i);
    if (aug_text_table_width(&table) > WIDTH && columns > 1)
        return false;
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
    return true;
}

static void write_beside(aug_buffer *out, const front_view *view) {
    size_t most = view->part.first + BESIDE < view->part.end ? view->part.first + BESIDE : view->part.end;
    for (size_t first = view->part.first; first < most;) {
        int columns = most - first < COLUMNS ? (int)(most - first) : COLUMNS;
        while (!write_columns(out, view, first, columns))
            columns--;
        first += (size_t)columns;
    }
    if (most < view->part.end)
        aug_buffer_print(out, "  and %zu more points: --csv or --json have all\n", view->part.end - most);
}

static void write_part(aug_buffer *out, const aug_sweep *sweep, aug_front_part part) {
    front_view view = view_of(sweep, part);
    aug_text_table table = {.arena = out->arena};
    fill_front(&table, &view);
    view.letters = aug_text_table_width(&table) > WIDTH;
    if (view.letters) {
        fill_front(&table, &view);
        aug_text_table_fit(&table, WIDTH);
    }
    aug_buffer_put(out, "\n");
    write_heading(out, &view);
    if (aug_text_table_width(&table) > WIDTH) {
        write_beside(out, &view);
        return;
    }
    if (view.letters)
        write_legend(out, &view);
    aug_text_table_write(&table, out, 2);
    if (part.end - part.first > SHOWN_POINTS)
        aug_buffer_print(out, "  and %zu more points: --csv or --json have all\n", part.end - part.first - SHOWN_POINTS);
}

void aug_front_table_write(aug_buffer *out, const aug_sweep *sweep) {
    if (sweep->study->each_count && sweep->front.count <= BESIDE) {
        front_view view = view_of(sweep, aug_front_part_whole(sweep));
        aug_buffer line;
        aug_buffer_init(&line, out->arena);
        if (aug_front_part_choices(sweep, view.part, true)) {
            aug_buffer_put(&line, "all with ");
            aug_front_part_write(&line, sweep, view.part, &sweep->front.points[0], true);
            aug_buffer_put(out, "\n");
            aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
        }
        write_beside(out, &view);
        return;
    }
    if (!sweep->study->each_count) {
        write_part(out, sweep, aug_front_part_whole(sweep));
        return;
    }
    for (size_t first = 0; first < sweep->front.count;) {
        aug_front_part part = aug_front_part_next(sweep, first);
        write_part(out, sweep, part);
        first = part.end;
    }
}
