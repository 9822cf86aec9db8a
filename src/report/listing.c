#include "report/listing.h"

#include "report/text_table.h"
#include "text/csv_writer.h"

#include <math.h>
#include <string.h>

aug_listing *aug_listing_new(aug_arena *arena, const char *name, const char *title, const char *columns) {
    aug_listing *listing = AUG_NEW(arena, aug_listing);
    listing->arena = arena;
    listing->name = name;
    listing->title = title;
    while (*columns && listing->column_count < AUG_LISTING_COLUMNS) {
        size_t length = strcspn(columns, " ");
        listing->columns[listing->column_count++] = aug_arena_copy(arena, columns, length);
        columns += length + (columns[length] == ' ');
    }
    return listing;
}

static void add(aug_listing *listing, aug_cell cell) {
    if (listing->cell_count == listing->capacity)
        listing->cells = aug_arena_grow(listing->arena, listing->cells, listing->cell_count, &listing->capacity, sizeof cell);
    listing->cells[listing->cell_count++] = cell;
}

void aug_listing_text(aug_listing *listing, const char *text) {
    add(listing, (aug_cell){text ? text : "", (double)NAN});
}

void aug_listing_number(aug_listing *listing, double number, const char *text) {
    add(listing, (aug_cell){isnan(number) ? "-" : text, number});
}

// The last column of texts may be long: it is wrapped behind the others.
static void write_wrapped(aug_buffer *out, const aug_listing *listing) {
    size_t widths[AUG_LISTING_COLUMNS] = {0}, before = 2;
    int last = listing->column_count - 1;
    for (int i = 0; i < listing->cell_count; i++) {
        size_t length = strlen(listing->cells[i].text);
        size_t *width = &widths[i % listing->column_count];
        *width = length > *width ? length : *width;
    }
    for (int c = 0; c < last; c++)
        before += widths[c] + 2;
    for (int i = 0; i < listing->cell_count; i += listing->column_count) {
        aug_buffer_fill(out, ' ', 2);
        for (int c = 0; c < last; c++) {
            const char *text = listing->cells[i + c].text;
            aug_buffer_put(out, text);
            aug_buffer_fill(out, ' ', widths[c] - strlen(text) + 2);
        }
        aug_buffer wrapped;
        aug_buffer_init(&wrapped, listing->arena);
        size_t indent = before < 50 ? before : 50;
        aug_text_wrap(&wrapped, listing->cells[i + last].text, indent, 80);
        const char *text = aug_buffer_text(&wrapped);
        aug_buffer_put(out, text + strspn(text, " "));
    }
}

static void write_lines(aug_buffer *out, const aug_listing *listing) {
    for (int i = 0; i < listing->cell_count; i++) {
        bool last = (i + 1) % listing->column_count == 0;
        aug_buffer_print(out, "%s%s", listing->cells[i].text, last ? "\n" : ": ");
    }
}

static void write_columns(aug_buffer *out, const aug_listing *listing) {
    char alignment[AUG_LISTING_COLUMNS + 1] = {0};
    for (int c = 0; c < listing->column_count; c++) {
        bool number = listing->cell_count > c && (!isnan(listing->cells[c].number) || strcmp(listing->cells[c].text, "-") == 0);
        alignment[c] = number ? 'r' : 'l';
    }
    aug_text_table table;
    aug_text_table_init(&table, out->arena, alignment);
    for (int c = 0; c < listing->column_count; c++)
        aug_text_table_add(&table, listing->columns[c]);
    for (int i = 0; i < listing->cell_count; i++)
        aug_text_table_add(&table, listing->cells[i].text);
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

void aug_listing_write_text(aug_buffer *out, const void *found) {
    for (const aug_listing *listing = found; listing; listing = listing->next) {
        if (listing->title)
            aug_buffer_print(out, "%s\n", listing->title);
        // Two columns, or one with sentences in it, need no heading.
        if (listing->lines)
            write_lines(out, listing);
        else if (listing->column_count <= 2)
            write_wrapped(out, listing);
        else
            write_columns(out, listing);
        if (listing->next)
            aug_buffer_put(out, "\n");
    }
}

void aug_listing_write_json(aug_json *json, const void *found) {
    for (const aug_listing *listing = found; listing; listing = listing->next) {
        aug_json_open(json, listing->name, '[');
        for (int i = 0; i < listing->cell_count; i += listing->column_count) {
            aug_json_open_row(json, NULL, '{');
            for (int c = 0; c < listing->column_count; c++) {
                const aug_cell *cell = &listing->cells[i + c];
                if (!isnan(cell->number))
                    aug_json_number(json, listing->columns[c], cell->number);
                else if (strcmp(cell->text, "-") == 0)
                    aug_json_null(json, listing->columns[c]);
                else
                    aug_json_text(json, listing->columns[c], cell->text);
            }
            aug_json_close(json, '}');
        }
        aug_json_close(json, ']');
    }
}

void aug_listing_write_csv(aug_buffer *out, const void *found) {
    const aug_listing *listing = found;
    aug_csv csv = {.out = out};
    for (int c = 0; c < listing->column_count; c++)
        aug_csv_text(&csv, listing->columns[c]);
    aug_csv_end(&csv);
    for (int i = 0; i < listing->cell_count; i++) {
        const aug_cell *cell = &listing->cells[i];
        if (!isnan(cell->number))
            aug_csv_number(&csv, cell->number);
        else
            aug_csv_text(&csv, strcmp(cell->text, "-") == 0 ? "" : cell->text);
        if ((i + 1) % listing->column_count == 0)
            aug_csv_end(&csv);
    }
}

aug_report aug_listing_report(aug_listing *first) {
    return (aug_report){.found = first, .text = aug_listing_write_text, .json = aug_listing_write_json, .csv = aug_listing_write_csv};
}
