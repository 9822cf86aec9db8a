// libcsv calls back for each cell and each row. It is fed line by line, so the line that a row begins in is known: the
// first one with anything in it behind the row before. Callbacks cannot leave early, so a failure is noted and the
// loop ends after the line.
#include "text/table.h"

#include "base/quantity.h"
#include "text/source_text.h"

#include <csv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct loader {
    aug_arena *arena;
    aug_errors *errors;
    aug_table *table;
    const char **cells; // of the row that is being read
    int cell_count, cell_capacity;
    size_t row_capacity;
    unsigned line, row_line; // the line that is fed; that the row began in
    bool in_row;
    bool out_of_memory;
} loader;

static void *grow(loader *load, const void *old, size_t used, size_t capacity, size_t bytes) {
    void *larger = aug_arena_try(load->arena, capacity * bytes);
    if (!larger) {
        load->out_of_memory = true;
        return NULL;
    }
    if (used)
        memcpy(larger, old, used * bytes);
    return larger;
}

static void on_cell(void *text, size_t length, void *user) {
    loader *load = user;
    if (load->out_of_memory)
        return;
    if (load->cell_count == load->cell_capacity) {
        int capacity = load->cell_capacity ? load->cell_capacity * 2 : 32;
        const char **cells = grow(load, load->cells, (size_t)load->cell_count, (size_t)capacity, sizeof *cells);
        if (!cells)
            return;
        load->cells = cells;
        load->cell_capacity = capacity;
    }
    char *copy = aug_arena_try(load->arena, length + 1);
    if (!copy) {
        load->out_of_memory = true;
        return;
    }
    if (length)
        memcpy(copy, text, length);
    load->cells[load->cell_count++] = copy;
}

static void take_header(loader *load) {
    aug_table *table = load->table;
    table->column_count = load->cell_count;
    table->columns = grow(load, load->cells, (size_t)load->cell_count, (size_t)load->cell_count, sizeof *load->cells);
    for (int i = 0; i < load->cell_count && !load->out_of_memory; i++)
        for (int j = 0; j < i; j++)
            if (strcmp(table->columns[i], table->columns[j]) == 0)
                aug_error_add(load->errors, &(aug_place){.file = table->name, .line = load->row_line, .column = 1},
                              "column '%s' stands twice", table->columns[i]);
}

static void take_row(loader *load) {
    aug_table *table = load->table;
    if (load->cell_count > table->column_count) {
        aug_error_add(load->errors, &(aug_place){.file = table->name, .line = load->row_line, .column = 1},
                      "%d cells in a table of %d columns", load->cell_count, table->column_count);
        return;
    }
    if (table->row_count == load->row_capacity) {
        size_t capacity = load->row_capacity ? load->row_capacity * 2 : 256;
        aug_table_row *rows = grow(load, table->rows, table->row_count, capacity, sizeof *rows);
        if (!rows)
            return;
        table->rows = rows;
        load->row_capacity = capacity;
    }
    const char **cells = aug_arena_try(load->arena, (size_t)table->column_count * sizeof *cells);
    if (!cells) {
        load->out_of_memory = true;
        return;
    }
    for (int i = 0; i < table->column_count; i++)
        cells[i] = i < load->cell_count ? load->cells[i] : "";
    table->rows[table->row_count++] = (aug_table_row){cells, load->row_line};
}

static void on_row(int character, void *user) {
    (void)character;
    loader *load = user;
    if (!load->out_of_memory && load->cell_count > 0) {
        if (load->table->columns)
            take_row(load);
        else
            take_header(load);
    }
    load->cell_count = 0;
    load->in_row = false;
}

// The end of the line at `at`: behind its \n, \r\n or \r.
static const char *line_end(const char *at, const char *end) {
    while (at < end && *at != '\n' && *at != '\r')
        at++;
    if (at < end && *at == '\r')
        at++;
    return at < end && *at == '\n' ? at + 1 : at;
}

// Counts the line and, where a row begins in it, notes it. libcsv passes over lines of blanks between rows.
static void begin_line(loader *load, const char *at, const char *next) {
    load->line++;
    while (at < next && strchr(" \t\r\n", *at))
        at++;
    if (load->in_row || at == next)
        return;
    load->in_row = true;
    load->row_line = load->line;
}

static bool feed(loader *load, const char *text, size_t length) {
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        load->out_of_memory = true;
        return false;
    }
    bool good = true;
    const char *at = text, *end = text + length;
    while (good && at < end && !load->out_of_memory && load->errors->count < AUG_ERROR_LIMIT) {
        const char *next = line_end(at, end);
        begin_line(load, at, next);
        good = csv_parse(&parser, at, (size_t)(next - at), on_cell, on_row, load) == (size_t)(next - at);
        at = next;
    }
    good = good && csv_fini(&parser, on_cell, on_row, load) == 0;
    if (!good && csv_error(&parser) == CSV_ENOMEM)
        load->out_of_memory = true;
    else if (!good)
        aug_error_add(load->errors, &(aug_place){.file = load->table->name, .line = load->line, .column = 1},
                      "malformed CSV: %s", csv_strerror(csv_error(&parser)));
    csv_free(&parser);
    return good;
}

aug_table *aug_table_load(aug_arena *arena, aug_errors *errors, const char *path) {
    size_t length = 0;
    char *text = aug_source_text_load(arena, errors, path, AUG_TABLE_BYTES, &length);
    if (!text)
        return NULL;
    int before = aug_errors_total(errors);
    aug_table *table = AUG_NEW(arena, aug_table);
    table->name = aug_arena_copy(arena, path, strlen(path));
    loader load = {.arena = arena, .errors = errors, .table = table};
    size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (!aug_source_text_check(errors, table->name, text + mark, length - mark))
        return NULL;
    feed(&load, text + mark, length - mark);
    if (load.out_of_memory)
        aug_arena_fail(arena);
    if (aug_errors_total(errors) == before && !table->columns)
        aug_error_add(errors, &(aug_place){.file = table->name}, "the table is empty: no header line");
    return aug_errors_total(errors) == before ? table : NULL;
}

bool aug_table_is_named(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".csv") == 0;
}

int aug_table_column(const aug_table *table, const char *name) {
    for (int i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], name) == 0)
            return i;
    return -1;
}

const char *aug_table_cell(const aug_table *table, const aug_table_row *row, int column) {
    return column >= 0 && column < table->column_count ? row->cells[column] : "";
}

bool aug_table_number(const aug_table *table, const aug_table_row *row, int column, aug_errors *errors,
                      double *value) {
    const char *cell = aug_table_cell(table, row, column);
    if (!*cell)
        return false;
    aug_quantity quantity;
    bool good = aug_quantity_parse(cell, &quantity, NULL, 0) == AUG_QUANTITY_OK && !quantity.has_unit;
    if (good && isfinite(quantity.value)) {
        *value = quantity.value;
        return true;
    }
    aug_table_error(errors, table, row, "column '%s': expected a number, found '%.60s'", table->columns[column], cell);
    return false;
}

aug_error *aug_table_error(aug_errors *errors, const aug_table *table, const aug_table_row *row, const char *format,
                           ...) {
    char message[sizeof ((aug_error *)0)->message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    return aug_error_add(errors, &(aug_place){.file = table->name, .line = row->line, .column = 1}, "%s", message);
}

void aug_table_quote(char *out, size_t size, const char *cell) {
    if (size == 0)
        return;
    size_t cell_length = strlen(cell);
    bool blank_end = cell_length > 0 && (strchr(" \t", cell[0]) || strchr(" \t", cell[cell_length - 1]));
    if (!blank_end && !strpbrk(cell, ",\"\r\n")) {
        snprintf(out, size, "%s", cell);
        return;
    }
    size_t length = csv_write(out, size - 1, cell, cell_length);
    out[length < size ? length : size - 1] = '\0';
}
