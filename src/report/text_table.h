// Aligned columns of text.
#ifndef AUG_REPORT_TEXT_TABLE_H
#define AUG_REPORT_TEXT_TABLE_H

#include "base/buffer.h"

#include <stdbool.h>

enum { AUG_TEXT_COLUMNS = 16 };

typedef struct aug_text_table {
    aug_arena *arena;
    int columns;
    bool right[AUG_TEXT_COLUMNS];  // aligned to the right
    size_t widths[AUG_TEXT_COLUMNS];
    size_t most[AUG_TEXT_COLUMNS]; // cells longer than this are cut; 0: never
    const char **cells;            // row after row; the first row is the heading
    int count, capacity;           // cells
} aug_text_table;

// Columns by one letter each: 'l' left, 'r' right.
void aug_text_table_init(aug_text_table *table, aug_arena *arena, const char *alignment);
// Adds one cell; rows fill from left to right. The text is kept, not copied.
void aug_text_table_add(aug_text_table *table, const char *text);
void aug_text_table_print_cell(aug_text_table *table, const char *format, ...) AUG_PRINTF(2, 3);
// Characters of a row.
size_t aug_text_table_width(const aug_text_table *table);
// Cuts the widest columns of texts until a row has at most `width` characters.
void aug_text_table_fit(aug_text_table *table, size_t width);
// Writes all rows, each behind `indent` blanks, columns two blanks apart.
void aug_text_table_write(const aug_text_table *table, aug_buffer *out, size_t indent);

enum { AUG_TEXT_VALUE_COLUMN = 25 };

// "  label          text" in lines of at most 80 characters, the text from column 25 on.
void aug_text_labelled(aug_buffer *out, const char *label, const char *text);

// Text broken into lines of at most `width` characters behind `indent` blanks.
void aug_text_wrap(aug_buffer *out, const char *text, size_t indent, size_t width);

#endif
