// Answers that are tables: what ships, what files are, what one of them says.
#ifndef AUG_REPORT_LISTING_H
#define AUG_REPORT_LISTING_H

#include "report/report.h"

enum { AUG_LISTING_COLUMNS = 10 };

typedef struct aug_cell {
    const char *text; // as people read it
    double number;    // NaN: the text is the value
} aug_cell;

// One table.
typedef struct aug_listing {
    const char *name;   // its key in JSON: "machines"
    const char *title;  // above it in text; NULL: none
    const char *columns[AUG_LISTING_COLUMNS];
    int column_count;
    bool lines;         // in text, each row is one line, its cells behind colons
    aug_cell *cells;    // row after row
    int cell_count, capacity;
    aug_arena *arena;
    struct aug_listing *next;
} aug_listing;

// An empty listing; columns by their names, separated by blanks.
aug_listing *aug_listing_new(aug_arena *arena, const char *name, const char *title, const char *columns);
// Adds one cell; rows fill from left to right. The text is kept, not copied; NULL is an empty one.
void aug_listing_text(aug_listing *listing, const char *text);
// A number with the text that people read; NaN is shown as '-'.
void aug_listing_number(aug_listing *listing, double number, const char *text);

// `found` is the first of a chain of listings.
void aug_listing_write_text(aug_buffer *out, const void *found);
void aug_listing_write_json(aug_json *json, const void *found);
void aug_listing_write_csv(aug_buffer *out, const void *found);
aug_report aug_listing_report(aug_listing *first);

#endif
