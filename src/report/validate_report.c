#include "report/validate_report.h"

#include "report/text_table.h"
#include "text/csv_writer.h"

#include <math.h>
#include <string.h>

static void write_heads(aug_text_table *table, bool libraries) {
    static const char *const heads[] = {"device", "operation", "dtype", "library", "n", "MdAPE", "MAPE", "p90", "bias", "in80", "width"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        if (libraries || i != 3)
            aug_text_table_add(table, heads[i]);
}

static void add_percent(aug_text_table *table, double value) {
    if (isnan(value))
        aug_text_table_add(table, "-");
    else
        aug_text_table_print_cell(table, "%.1f", value);
}

static void write_group_row(aug_text_table *table, const aug_validation_group *group, bool libraries) {
    const aug_score *s = &group->score;
    aug_text_table_add(table, *group->device ? group->device : "(none)");
    aug_text_table_add(table, group->operation);
    aug_text_table_add(table, group->dtype);
    if (libraries)
        aug_text_table_add(table, group->library);
    aug_text_table_print_cell(table, "%zu", s->n);
    const double figures[] = {s->mdape, s->mape, s->p90, s->bias, s->coverage80, s->mean_width};
    for (size_t i = 0; i < AUG_COUNT(figures); i++)
        add_percent(table, figures[i]);
}

static void write_groups_text(aug_buffer *out, const aug_validation_group *groups, size_t count, bool libraries) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, libraries ? "llllrrrrrrr" : "lllrrrrrrr");
    write_heads(&table, libraries);
    for (size_t i = 0; i < count; i++)
        write_group_row(&table, &groups[i], libraries);
    aug_text_table_fit(&table, 80);
    aug_text_table_write(&table, out, 0);
}

static void write_worst(aug_buffer *out, const aug_validation *v) {
    enum { SHOWN = 10 };
    aug_buffer_put(out, "\nfarthest off:\n");
    for (int i = 0; i < v->worst_count && i < SHOWN; i++) {
        const aug_validation_row *w = &v->worst[i];
        const aug_prediction *p = &v->predictions[w->row];
        const aug_target *target = &v->kind->targets[w->target];
        double unit = aug_truth_unit(v->table, target, w->row);
        aug_buffer_print(out, "  row %zu: %s %.6g measured, %.4g predicted%s%s\n", w->row + 1, target->measured,
                         aug_validation_measured(v, w->row, w->target) / unit, p->values[w->target] / unit,
                         !p->reason ? "" : strstr(p->reason, "assumed") ? ", for " : ", bound by ", p->reason ? p->reason : "");
    }
}

// Reasons why rows have no answer, each once.
static void write_unanswered(aug_buffer *out, const aug_validation *v) {
    enum { REASONS = 8 };
    const char *reasons[REASONS];
    size_t counts[REASONS] = {0};
    int count = 0;
    for (size_t r = 0; r < v->table->row_count; r++) {
        if (v->predictions[r].answered || !aug_validation_counts(v, r))
            continue;
        const char *reason = v->predictions[r].reason ? v->predictions[r].reason : "unknown";
        int at = 0;
        while (at < count && strcmp(reasons[at], reason) != 0)
            at++;
        if (at == REASONS)
            continue;
        if (at == count)
            reasons[count++] = reason;
        counts[at]++;
    }
    for (int i = 0; i < count; i++)
        aug_buffer_print(out, "  %zu without an answer: %s\n", counts[i], reasons[i]);
}

void aug_validate_text(aug_buffer *out, const void *found) {
    const aug_validation *v = found;
    aug_buffer_print(out, "%s: %zu rows, %zu predicted, %zu unanswered, %zu left out by quality\n", v->kind->name,
                     v->table->row_count, v->answered, v->unanswered, v->skipped);
    write_unanswered(out, v);
    aug_buffer_put(out, "\nabsolute error in percent: median, mean, 90th percentile; bias: mean error;\n"
                        "in80: share between low and high; width: mean of (high - low) / predicted\n\n");
    write_groups_text(out, v->totals, v->total_count, false);
    aug_buffer_put(out, "\nby library\n\n");
    write_groups_text(out, v->groups, v->group_count, true);
    if (v->hardware_constants) // tables of kernels
        aug_buffer_print(out, "\nrests on %d constants of the hardware and %d overheads of software\n", v->hardware_constants, v->software_constants);
    if (v->worst_count)
        write_worst(out, v);
}

static void write_group(aug_json *json, const aug_validation *v, const aug_validation_group *group) {
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "table", v->kind->name);
    aug_json_text(json, "device", group->device);
    aug_json_text(json, "operation", group->operation);
    aug_json_text(json, "dtype", group->dtype);
    aug_json_text(json, "library", group->library);
    aug_json_count(json, "n", group->score.n);
    aug_json_number(json, "mdape", group->score.mdape);
    aug_json_number(json, "mape", group->score.mape);
    aug_json_number(json, "p90", group->score.p90);
    aug_json_number(json, "bias", group->score.bias);
    aug_json_number(json, "coverage80", group->score.coverage80);
    aug_json_number(json, "mean_width", group->score.mean_width);
    aug_json_count(json, "unanswered", group->unanswered);
    aug_json_close(json, '}');
}

static void write_groups(aug_json *json, const char *key, const aug_validation *v, const aug_validation_group *groups, size_t count) {
    aug_json_open(json, key, '[');
    for (size_t i = 0; i < count; i++)
        write_group(json, v, &groups[i]);
    aug_json_close(json, ']');
}

enum { POINT_NAMES = 4, MOST_POINTS = 2500, MOST_NAMES = 400 };

// Which of a point's names: device, operation, dtype, library.
static const char *point_name(const aug_validation_point *point, int which) {
    const char *const names[POINT_NAMES] = {point->device, point->operation, point->dtype, point->library};
    return names[which] ? names[which] : "";
}

typedef struct name_table {
    int count;
    const char *at[MOST_NAMES]; // more are all the last
} name_table;

static int name_index(name_table *table, const char *name) {
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->at[i], name) == 0)
            return i;
    if (table->count < MOST_NAMES)
        table->at[table->count++] = name;
    return table->count - 1;
}

// Rows as lists of numbers, so that pages of thousands stay small: every so many of the points, names by their place in `names`.
static void write_points(aug_json *json, const aug_validation *v) {
    static const char *const keys[POINT_NAMES] = {"device", "operation", "dtype", "library"};
    static const char *const columns[] = {"row", "device", "operation", "dtype", "library", "measured", "predicted", "low", "high"};
    name_table *tables = AUG_NEW_ARRAY(json->out->arena, name_table, POINT_NAMES);
    size_t step = (v->point_count + MOST_POINTS - 1) / MOST_POINTS;
    aug_json_open(json, "points", '{');
    aug_json_count(json, "of", v->point_count);
    aug_json_open_row(json, "columns", '[');
    for (size_t i = 0; i < AUG_COUNT(columns); i++)
        aug_json_text(json, NULL, columns[i]);
    aug_json_close(json, ']');
    aug_json_open(json, "rows", '[');
    for (size_t i = 0; i < v->point_count; i += step) {
        const aug_validation_point *p = &v->points[i];
        aug_json_open_row(json, NULL, '[');
        aug_json_count(json, NULL, p->row + 1);
        for (int n = 0; n < POINT_NAMES; n++)
            aug_json_count(json, NULL, (uint64_t)name_index(&tables[n], point_name(p, n)));
        const double numbers[] = {p->measured, p->predicted, p->low, p->high};
        for (size_t n = 0; n < AUG_COUNT(numbers); n++)
            aug_json_number(json, NULL, numbers[n]);
        aug_json_close(json, ']');
    }
    aug_json_close(json, ']');
    aug_json_open(json, "names", '{');
    for (int n = 0; n < POINT_NAMES; n++) {
        aug_json_open_row(json, keys[n], '[');
        for (int i = 0; i < tables[n].count; i++)
            aug_json_text(json, NULL, tables[n].at[i]);
        aug_json_close(json, ']');
    }
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

void aug_validate_json(aug_json *json, const void *found) {
    const aug_validation *v = found;
    aug_json_text(json, "file", v->file);
    aug_json_count(json, "rows", v->table->row_count);
    aug_json_count(json, "skipped", v->skipped);
    write_groups(json, "groups", v, v->groups, v->group_count);
    write_groups(json, "totals", v, v->totals, v->total_count);
    write_points(json, v);
    aug_json_open(json, "worst", '[');
    for (int i = 0; i < v->worst_count; i++) {
        const aug_validation_row *w = &v->worst[i];
        const aug_prediction *p = &v->predictions[w->row];
        aug_json_open_row(json, NULL, '{');
        aug_json_count(json, "row", w->row + 1);
        aug_json_text(json, "operation", v->kind->targets[w->target].operation);
        double unit = aug_truth_unit(v->table, &v->kind->targets[w->target], w->row);
        aug_json_number(json, "measured", aug_validation_measured(v, w->row, w->target) / unit);
        aug_json_number(json, "predicted", p->values[w->target] / unit);
        aug_json_text(json, "basis", aug_basis_names[p->basis]);
        aug_json_text(json, "reason", p->reason);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_open_row(json, "constants", '{');
    aug_json_count(json, "hardware", (uint64_t)v->hardware_constants);
    aug_json_count(json, "software", (uint64_t)v->software_constants);
    aug_json_close(json, '}');
    aug_json_open(json, "unanswered", '[');
    for (size_t r = 0; r < v->table->row_count; r++) {
        if (v->predictions[r].answered || !aug_validation_counts(v, r))
            continue;
        aug_json_open_row(json, NULL, '{');
        aug_json_count(json, "row", r + 1);
        aug_json_text(json, "reason", v->predictions[r].reason);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_validate_csv(aug_buffer *out, const void *found) {
    const aug_validation *v = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "table,device,operation,dtype,library,n,mdape,mape,p90,bias,coverage80,mean_width,unanswered\n");
    for (size_t i = 0; i < v->group_count; i++) {
        const aug_validation_group *g = &v->groups[i];
        const aug_score *s = &g->score;
        const char *const texts[] = {v->kind->name, g->device, g->operation, g->dtype, g->library};
        const double numbers[] = {(double)s->n, s->mdape, s->mape, s->p90, s->bias, s->coverage80, s->mean_width, (double)g->unanswered};
        for (size_t t = 0; t < AUG_COUNT(texts); t++)
            aug_csv_text(&csv, texts[t]);
        for (size_t n = 0; n < AUG_COUNT(numbers); n++)
            aug_csv_number(&csv, numbers[n]);
        aug_csv_end(&csv);
    }
}

static const char *const added[] = {"predicted", "low", "high"};

static int predicted_columns(const aug_validation *v, int target) {
    return v->kind->targets[target].alone ? 1 : (int)AUG_COUNT(added);
}

void aug_validate_predictions(aug_buffer *out, const void *found) {
    const aug_validation *v = found;
    aug_csv csv = {.out = out};
    for (int c = 0; c < v->table->column_count; c++)
        aug_csv_text(&csv, v->table->columns[c]);
    for (int t = 0; t < v->kind->target_count; t++)
        for (int i = 0; i < predicted_columns(v, t); i++)
            aug_csv_text(&csv, aug_arena_print(out->arena, "%s%s", added[i], v->kind->targets[t].suffix));
    aug_csv_text(&csv, "basis");
    aug_csv_end(&csv);
    for (size_t r = 0; r < v->table->row_count; r++) {
        const aug_prediction *p = &v->predictions[r];
        for (int c = 0; c < v->table->column_count; c++)
            aug_csv_text(&csv, aug_table_cell(v->table, &v->table->rows[r], c));
        for (int t = 0; t < v->kind->target_count; t++) {
            const double numbers[] = {p->values[t], p->low[t], p->high[t]};
            bool has_answer = p->answered && p->values[t] > 0.0;
            for (int i = 0; i < predicted_columns(v, t); i++)
                aug_csv_number(&csv, has_answer ? numbers[i] / aug_truth_unit(v->table, &v->kind->targets[t], r) : (double)NAN);
        }
        aug_csv_text(&csv, p->answered ? aug_basis_names[p->basis] : "");
        aug_csv_end(&csv);
    }
}
