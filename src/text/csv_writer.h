// CSV out (RFC 4180, lines end with \n): commas and quotes kept in one place.
#ifndef AUG_TEXT_CSV_WRITER_H
#define AUG_TEXT_CSV_WRITER_H

#include "base/buffer.h"

#include <stdbool.h>

typedef struct aug_csv {
    aug_buffer *out;
    bool begun; // the row has a cell already
    size_t row_start; // where in `out` that row starts
} aug_csv;

void aug_csv_text(aug_csv *csv, const char *text);
// A number that reads back as the same double; an empty cell where it is NaN or infinite.
void aug_csv_number(aug_csv *csv, double value);
void aug_csv_end(aug_csv *csv);

#endif
