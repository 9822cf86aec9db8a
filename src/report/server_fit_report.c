#include "report/server_fit_report.h"

#include "report/text_table.h"
#include "text/csv_writer.h"
#include "validation/server_fit.h"

#include <math.h>
#include <string.h>

static void put_heads(aug_text_table *table, const char *const *heads, size_t count) {
    for (size_t i = 0; i < count; i++)
        aug_text_table_add(table, heads[i]);
}

static void write_constants(aug_buffer *out, const aug_server_fit *f) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrl");
    static const char *const heads[] = {"constant", "before", "fitted", "+-", "within"};
    put_heads(&table, heads, AUG_COUNT(heads));
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++) {
        const aug_server_constant *c = &aug_server_constants[i];
        aug_text_table_add(&table, c->name);
        aug_text_table_print_cell(&table, "%.3g ms", f->before[i] * 1e3);
        aug_text_table_print_cell(&table, "%.3g ms", f->after[i] * 1e3);
        if (isnan(f->errors[i]))
            aug_text_table_add(&table, "-");
        else
            aug_text_table_print_cell(&table, "%.0f %%", 100.0 * f->errors[i]);
        aug_text_table_print_cell(&table, "%.3g to %.3g ms", c->low * 1e3, c->high * 1e3);
    }
    aug_text_table_fit(&table, 80);
    aug_text_table_write(&table, out, 0);
}

static void write_errors(aug_buffer *out, const aug_server_fit *f) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrrrr");
    static const char *const heads[] = {"time", "n", "before", "fitted", "held back", "mean", "p90"};
    put_heads(&table, heads, AUG_COUNT(heads));
    for (int t = 0; t < AUG_SERVER_TIMES; t++) {
        aug_text_table_add(&table, aug_server_times[t]);
        aug_text_table_print_cell(&table, "%zu", f->score_held[t].n);
        aug_text_table_print_cell(&table, "%.1f", f->score_before[t].mdape);
        aug_text_table_print_cell(&table, "%.1f", f->score_after[t].mdape);
        aug_text_table_print_cell(&table, "%.1f", f->score_held[t].mdape);
        aug_text_table_print_cell(&table, "%.1f", f->score_held[t].mape);
        aug_text_table_print_cell(&table, "%.1f", f->score_held[t].p90);
    }
    aug_text_table_fit(&table, 80);
    aug_text_table_write(&table, out, 0);
}

void aug_server_fit_text(aug_buffer *out, const void *found) {
    const aug_server_fit *f = found;
    aug_buffer_print(out, "server %s: %zu serving runs of %d models used, %zu left out\n", f->name, f->rows, f->model_count, f->left_out);
    if (f->rows == 0)
        return;
    aug_buffer_put(out, "\n");
    write_constants(out, f);
    aug_buffer_put(out, "\nmedian absolute error in percent: before, fitted to all rows, of models held back\n(with its mean and 90th percentile)\n\n");
    write_errors(out, f);
}

static void write_score(aug_json *json, const char *key, const aug_score *score) {
    aug_json_open_row(json, key, '{');
    aug_json_count(json, "n", score->n);
    aug_json_number(json, "mdape", score->mdape);
    aug_json_number(json, "mape", score->mape);
    aug_json_number(json, "p90", score->p90);
    aug_json_number(json, "bias", score->bias);
    aug_json_close(json, '}');
}

void aug_server_fit_json(aug_json *json, const void *found) {
    const aug_server_fit *f = found;
    aug_json_text(json, "server", f->name);
    aug_json_count(json, "rows", f->rows);
    aug_json_count(json, "left_out", f->left_out);
    aug_json_count(json, "models", (size_t)f->model_count);
    aug_json_open(json, "constants", '[');
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", aug_server_constants[i].name);
        aug_json_text(json, "unit", "s");
        aug_json_number(json, "before", f->before[i]);
        aug_json_number(json, "value", f->after[i]);
        aug_json_number(json, "relative_error", f->errors[i]);
        aug_json_number(json, "low", aug_server_constants[i].low);
        aug_json_number(json, "high", aug_server_constants[i].high);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_open(json, "times", '[');
    for (int t = 0; t < AUG_SERVER_TIMES; t++) {
        aug_json_open(json, NULL, '{');
        aug_json_text(json, "time", aug_server_times[t]);
        write_score(json, "before", &f->score_before[t]);
        write_score(json, "fitted", &f->score_after[t]);
        write_score(json, "held_back", &f->score_held[t]);
        aug_json_number(json, "low", f->low[t]);
        aug_json_number(json, "high", f->high[t]);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_server_fit_csv(aug_buffer *out, const void *found) {
    const aug_server_fit *f = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "server,constant,unit,before,value,relative_error,low,high,rows\n");
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++) {
        const aug_server_constant *c = &aug_server_constants[i];
        const double numbers[] = {f->before[i], f->after[i], f->errors[i], c->low, c->high, (double)f->rows};
        aug_csv_text(&csv, f->name);
        aug_csv_text(&csv, c->name);
        aug_csv_text(&csv, "s");
        for (size_t n = 0; n < AUG_COUNT(numbers); n++)
            aug_csv_number(&csv, numbers[n]);
        aug_csv_end(&csv);
    }
}

void aug_server_fit_predictions(aug_buffer *out, const void *found) {
    const aug_server_fit *f = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "server,table,row,machine,model,part,time,measured_s,predicted_s\n");
    for (size_t i = 0; i < f->held_count; i++) {
        const aug_server_held *h = &f->held[i];
        aug_csv_text(&csv, f->name);
        aug_csv_text(&csv, h->table);
        aug_csv_number(&csv, (double)h->row);
        aug_csv_text(&csv, h->machine);
        aug_csv_text(&csv, h->model);
        aug_csv_number(&csv, (double)h->part);
        aug_csv_text(&csv, aug_server_times[h->time]);
        aug_csv_number(&csv, h->measured);
        aug_csv_number(&csv, h->predicted);
        aug_csv_end(&csv);
    }
}

static int constant_of(const char *line, size_t length) {
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++) {
        size_t name = strlen(aug_server_constants[i].name);
        if (length > name && strncmp(line, aug_server_constants[i].name, name) == 0 && line[name] == ':')
            return i;
    }
    return -1;
}

static void put_constant(aug_buffer *out, const aug_server_fit *f, int i) {
    double ms = f->after[i] * 1e3;
    aug_buffer_print(out, ms < 0.1 ? "%s: %.3g us\n" : "%s: %.3g ms\n", aug_server_constants[i].name, ms < 0.1 ? ms * 1e3 : ms);
}

// The library's file as it is, its five constants in place, or behind the others where they were not stated.
void aug_server_fit_file(aug_buffer *out, const void *found) {
    const aug_server_fit *f = found;
    const char *at = f->document->text, *end = at + f->document->length;
    bool put[AUG_SERVER_CONSTANTS] = {false};
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *next = newline ? newline + 1 : end;
        int constant = constant_of(at, (size_t)(next - at));
        if (constant >= 0) {
            put_constant(out, f, constant);
            put[constant] = true;
        } else {
            aug_buffer_add(out, at, (size_t)(next - at));
        }
        at = next;
    }
    if (out->length && out->text[out->length - 1] != '\n')
        aug_buffer_put(out, "\n");
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++)
        if (!put[i])
            put_constant(out, f, i);
}
