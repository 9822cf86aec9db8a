#include "report/text_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void aug_text_table_init(aug_text_table *table, aug_arena *arena, const char *alignment) {
    memset(table, 0, sizeof *table);
    table->arena = arena;
    for (; alignment[table->columns] && table->columns < AUG_TEXT_COLUMNS; table->columns++)
        table->right[table->columns] = alignment[table->columns] == 'r';
}

// Characters of a text: bytes that begin one.
static size_t characters(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static const char *cut(const aug_text_table *table, int column, const char *text) {
    size_t most = table->most[column];
    return most && strlen(text) > most ? aug_arena_print(table->arena, "%.*s..", (int)most - 2, text) : text;
}

void aug_text_table_add(aug_text_table *table, const char *text) {
    if (table->count == table->capacity)
        table->cells = aug_arena_grow(table->arena, table->cells, table->count, &table->capacity, sizeof *table->cells);
    int column = table->count % table->columns;
    text = cut(table, column, text);
    size_t length = characters(text);
    if (length > table->widths[column])
        table->widths[column] = length;
    table->cells[table->count++] = text;
}

void aug_text_table_print_cell(aug_text_table *table, const char *format, ...) {
    char text[256];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    aug_text_table_add(table, aug_arena_copy(table->arena, text, strlen(text)));
}

size_t aug_text_table_width(const aug_text_table *table) {
    size_t row = 0;
    for (int c = 0; c < table->columns; c++)
        row += table->widths[c] + (c > 0 ? 2 : 0);
    return row;
}

void aug_text_table_fit(aug_text_table *table, size_t width) {
    enum { LEAST = 6 };
    for (size_t row = aug_text_table_width(table); row > width; row--) {
        int widest = -1;
        for (int c = 0; c < table->columns; c++)
            if (!table->right[c] && table->widths[c] > LEAST && (widest < 0 || table->widths[c] >= table->widths[widest]))
                widest = c;
        if (widest < 0)
            break;
        table->most[widest] = --table->widths[widest];
    }
    for (int i = 0; i < table->count; i++)
        table->cells[i] = cut(table, i % table->columns, table->cells[i]);
}

void aug_text_table_write(const aug_text_table *table, aug_buffer *out, size_t indent) {
    for (int i = 0; i < table->count; i += table->columns) {
        aug_buffer_fill(out, ' ', indent);
        for (int c = 0; c < table->columns && i + c < table->count; c++) {
            const char *cell = table->cells[i + c];
            size_t blanks = table->widths[c] - characters(cell);
            bool last = c + 1 == table->columns;
            if (table->right[c])
                aug_buffer_fill(out, ' ', blanks);
            aug_buffer_put(out, cell);
            if (!table->right[c] && !last)
                aug_buffer_fill(out, ' ', blanks);
            if (!last)
                aug_buffer_put(out, "  ");
        }
        aug_buffer_put(out, "\n");
    }
}

void aug_text_wrap(aug_buffer *out, const char *text, size_t indent, size_t width) {
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > width) {
            aug_buffer_put(out, "\n");
            column = 0;
        }
        if (column == 0) {
            aug_buffer_fill(out, ' ', indent);
            column = indent;
        } else {
            aug_buffer_put(out, " ");
            column++;
        }
        aug_buffer_add(out, text, length);
        column += length;
        text += length;
        while (*text == ' ')
            text++;
    }
    aug_buffer_put(out, "\n");
}

void aug_text_labelled(aug_buffer *out, const char *label, const char *text) {
    aug_buffer wrapped;
    aug_buffer_init(&wrapped, out->arena);
    aug_text_wrap(&wrapped, text, AUG_TEXT_VALUE_COLUMN, 80);
    aug_buffer_print(out, "  %-*s", AUG_TEXT_VALUE_COLUMN - 2, label);
    aug_buffer_put(out, aug_buffer_text(&wrapped) + AUG_TEXT_VALUE_COLUMN);
}
