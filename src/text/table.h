// A CSV table with a header line, over libcsv (RFC 4180).
#ifndef AUG_TEXT_TABLE_H
#define AUG_TEXT_TABLE_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUG_TABLE_BYTES = 256 << 20 };

typedef struct aug_table_row {
    const char **cells; // one per column, "" where the line is short
    unsigned line;
} aug_table_row;

typedef struct aug_table {
    const char *name;
    const char **columns;
    int column_count;
    aug_table_row *rows;
    size_t row_count;
} aug_table;

// Loads a table; NULL with errors added where it cannot be read, is no text, has no header, a column twice, or a line
// with more cells than the header. Lines of blanks are no rows; a line of one empty quoted cell ("") is one.
aug_table *aug_table_load(aug_arena *arena, aug_errors *errors, const char *path);
// Whether a file looks like a table: its name ends in ".csv".
bool aug_table_is_named(const char *path);
// The column called `name`, or -1.
int aug_table_column(const aug_table *table, const char *name);
// A cell, "" where the column is -1.
const char *aug_table_cell(const aug_table *table, const aug_table_row *row, int column);
// A number in a cell: false where the cell is empty; an error and false where it is no finite number.
bool aug_table_number(const aug_table *table, const aug_table_row *row, int column, aug_errors *errors,
                      double *value);
// Adds an error at a row.
aug_error *aug_table_error(aug_errors *errors, const aug_table *table, const aug_table_row *row, const char *format,
                           ...) AUG_PRINTF(4, 5);
// One cell as CSV writes it: quoted where it must be. An empty one is written as nothing, so a row of that alone needs
// its quotes from whoever writes the row.
void aug_table_quote(char *out, size_t size, const char *cell);

#endif
