#include "report/calibrate_report.h"

#include "report/text_table.h"
#include "text/csv_writer.h"
#include "validation/calibration.h"

#include <math.h>

static const char *const nouns[] = {"machine", "family", "library"};

static int constant_count(const aug_calibrated *item) {
    return item->formats ? 1 : aug_kernel_models[item->kind]->constant_count;
}

static const aug_constant *constant_of(const aug_calibrated *item, int index) {
    static const aug_constant overhead = {.name = "overhead", .dimension = AUG_DIMENSION_SECONDS, .low = 0.0, .high = 1e-3};
    return item->formats ? &overhead : &aug_kernel_models[item->kind]->constants[index];
}

static const char *unit_of(const aug_constant *constant) {
    return constant->dimension == AUG_DIMENSION_SECONDS ? "s" : constant->dimension == AUG_DIMENSION_PICOJOULES ? "pJ" : "1";
}

static void put_quantity(aug_text_table *table, double value, int dimension) {
    if (dimension == AUG_DIMENSION_SECONDS)
        aug_text_table_print_cell(table, "%.3g us", value * 1e6);
    else if (dimension == AUG_DIMENSION_PICOJOULES)
        aug_text_table_print_cell(table, "%.3g pJ", value);
    else
        aug_text_table_print_cell(table, "%.3g", value);
}

static void write_constants(aug_buffer *out, const aug_calibration *c) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "llrrrl");
    static const char *const heads[] = {"kernel", "constant", "before", "fitted", "+-", "within"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < c->count; i++) {
        const aug_calibrated *item = &c->items[i];
        for (int k = 0; k < constant_count(item); k++) {
            const aug_constant *constant = constant_of(item, k);
            aug_text_table_add(&table, aug_kernel_models[item->kind]->name);
            aug_text_table_add(&table, item->formats ? item->formats : constant->name);
            put_quantity(&table, item->before[k], constant->dimension);
            put_quantity(&table, item->after[k], constant->dimension);
            if (isnan(item->errors[k]))
                aug_text_table_add(&table, "-");
            else
                aug_text_table_print_cell(&table, "%.0f %%", 100.0 * item->errors[k]);
            aug_shown low = aug_show(constant->low, (aug_dimension)constant->dimension), high = aug_show(constant->high, (aug_dimension)constant->dimension);
            aug_text_table_print_cell(&table, "%s to %s", low.text, high.text);
        }
    }
    aug_text_table_fit(&table, 80);
    aug_text_table_write(&table, out, 0);
}

static void write_errors(aug_buffer *out, const aug_calibration *c) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "llrrrrrr");
    static const char *const heads[] = {"kernel", "formats", "rows", "machines", "before", "fitted", "held back", "p90"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < c->count; i++) {
        const aug_calibrated *item = &c->items[i];
        aug_text_table_add(&table, aug_kernel_models[item->kind]->name);
        aug_text_table_add(&table, item->formats ? item->formats : "all");
        aug_text_table_print_cell(&table, "%zu", item->rows);
        aug_text_table_print_cell(&table, "%zu", item->machines);
        aug_text_table_print_cell(&table, "%.1f", item->score_before.mdape);
        aug_text_table_print_cell(&table, "%.1f", item->score_after.mdape);
        aug_text_table_print_cell(&table, "%.1f", item->score_held.mdape);
        aug_text_table_print_cell(&table, "%.1f", item->score_held.p90);
    }
    aug_text_table_fit(&table, 80);
    aug_text_table_write(&table, out, 0);
}

void aug_calibrate_text(aug_buffer *out, const void *found) {
    const aug_calibration *c = found;
    aug_buffer_print(out, "%s %s: %zu measurements used, %zu left out\n", nouns[c->what], c->name, c->rows, c->left_out);
    if (c->any_device)
        aug_buffer_put(out, "no row names this machine: all rows were taken for it\n");
    if (c->count == 0) {
        aug_buffer_print(out, "nothing to fit: a kind of kernel needs %d measurements\n", AUG_CALIBRATION_LEAST);
        return;
    }
    aug_buffer_put(out, "\n");
    write_constants(out, c);
    aug_buffer_put(out, "\nmedian absolute error in percent: before, fitted to all rows, of rows held back\n\n");
    write_errors(out, c);
}

static void write_score(aug_json *json, const char *key, const aug_score *score) {
    aug_json_open_row(json, key, '{');
    aug_json_number(json, "mdape", score->mdape);
    aug_json_number(json, "mape", score->mape);
    aug_json_number(json, "p90", score->p90);
    aug_json_number(json, "bias", score->bias);
    aug_json_close(json, '}');
}

static void write_item(aug_json *json, const aug_calibrated *item) {
    const aug_kernel_model *model = aug_kernel_models[item->kind];
    aug_json_open(json, NULL, '{');
    aug_json_text(json, "kernel", model->name);
    aug_json_text(json, "formats", item->formats ? item->formats : "all");
    aug_json_count(json, "rows", item->rows);
    aug_json_count(json, "machines", item->machines);
    aug_json_open(json, "constants", '[');
    for (int k = 0; k < constant_count(item); k++) {
        const aug_constant *constant = constant_of(item, k);
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", constant->name);
        aug_json_text(json, "unit", unit_of(constant));
        aug_json_number(json, "before", item->before[k]);
        aug_json_number(json, "value", item->after[k]);
        aug_json_number(json, "relative_error", item->errors[k]);
        aug_json_number(json, "low", constant->low);
        aug_json_number(json, "high", constant->high);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    write_score(json, "before", &item->score_before);
    write_score(json, "fitted", &item->score_after);
    write_score(json, "held_back", &item->score_held);
    aug_json_open(json, "held_back_groups", '[');
    for (size_t g = 0; g < item->group_count; g++) {
        const aug_held_group *group = &item->groups[g];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "machine", group->machine);
        aug_json_text(json, "formats", group->formats);
        aug_json_count(json, "n", group->score.n);
        aug_json_number(json, "mdape", group->score.mdape);
        aug_json_number(json, "p90", group->score.p90);
        aug_json_number(json, "bias", group->score.bias);
        aug_json_number(json, "coverage80", group->score.coverage80);
        aug_json_number(json, "mean_width", group->score.mean_width);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_open(json, "spread", '[');
    for (int r = 0; !item->formats && r < model->regime_count; r++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "regime", model->regimes[r]);
        aug_json_count(json, "rows", item->regime_rows[r]);
        aug_json_number(json, "low", item->low[r]);
        aug_json_number(json, "high", item->high[r]);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

void aug_calibrate_json(aug_json *json, const void *found) {
    const aug_calibration *c = found;
    aug_json_text(json, nouns[c->what], c->name);
    aug_json_count(json, "rows", c->rows);
    aug_json_count(json, "left_out", c->left_out);
    aug_json_open(json, "fits", '[');
    for (int i = 0; i < c->count; i++)
        write_item(json, &c->items[i]);
    aug_json_close(json, ']');
}

void aug_calibrate_csv(aug_buffer *out, const void *found) {
    const aug_calibration *c = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "kernel,formats,constant,unit,before,value,relative_error,low,high,rows,held_back_mdape\n");
    for (int i = 0; i < c->count; i++) {
        const aug_calibrated *item = &c->items[i];
        for (int k = 0; k < constant_count(item); k++) {
            const aug_constant *constant = constant_of(item, k);
            const char *const texts[] = {aug_kernel_models[item->kind]->name, item->formats ? item->formats : "all", constant->name,
                                         unit_of(constant)};
            const double numbers[] = {item->before[k], item->after[k], item->errors[k], constant->low, constant->high,
                                      (double)item->rows, item->score_held.mdape};
            for (size_t t = 0; t < AUG_COUNT(texts); t++)
                aug_csv_text(&csv, texts[t]);
            for (size_t n = 0; n < AUG_COUNT(numbers); n++)
                aug_csv_number(&csv, numbers[n]);
            aug_csv_end(&csv);
        }
    }
}

void aug_calibrate_predictions(aug_buffer *out, const void *found) {
    const aug_calibration *c = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "kernel,table,row,machine,formats,part,regime,measured_s,predicted_s,low_s,high_s\n");
    for (int i = 0; i < c->count; i++) {
        const aug_calibrated *item = &c->items[i];
        const aug_kernel_model *model = aug_kernel_models[item->kind];
        for (size_t r = 0; item->held && r < item->rows; r++) {
            const aug_held_row *h = &item->held[r];
            aug_csv_text(&csv, model->name);
            aug_csv_text(&csv, h->table);
            aug_csv_number(&csv, (double)h->row);
            aug_csv_text(&csv, h->machine);
            aug_csv_text(&csv, h->formats);
            aug_csv_number(&csv, (double)h->part);
            aug_csv_text(&csv, model->regimes[h->regime]);
            const double seconds[] = {h->values.measured, h->values.predicted, h->values.low, h->values.high};
            for (size_t k = 0; k < AUG_COUNT(seconds); k++)
                aug_csv_number(&csv, seconds[k]);
            aug_csv_end(&csv);
        }
    }
}
