#include "text/csv_writer.h"

#include "text/json_writer.h"
#include "text/table.h"

#include <math.h>
#include <string.h>

static void separate(aug_csv *csv) {
    if (csv->begun)
        aug_buffer_add(csv->out, ",", 1);
    else
        csv->row_start = csv->out->length;
    csv->begun = true;
}

void aug_csv_text(aug_csv *csv, const char *text) {
    separate(csv);
    size_t size = strlen(text) * 2 + 4; // every character may be a quote
    char *quoted = aug_arena_alloc(csv->out->arena, size);
    aug_table_quote(quoted, size, text);
    aug_buffer_put(csv->out, quoted);
}

void aug_csv_number(aug_csv *csv, double value) {
    separate(csv);
    char number[32] = "";
    if (isfinite(value))
        aug_json_shortest(number, value);
    aug_buffer_put(csv->out, number);
}

void aug_csv_end(aug_csv *csv) {
    if (csv->begun && csv->out->length == csv->row_start)
        aug_buffer_put(csv->out, "\"\""); // one empty cell: an empty line would be no row
    aug_buffer_add(csv->out, "\n", 1);
    csv->begun = false;
}
