// Any bytes as a CSV table.
#include "fuzz_file.h"

#include "text/table.h"

static void read_table(fuzz_ground *ground, const char *text, size_t length) {
    const aug_table *table = aug_table_load(&ground->arena, &ground->errors, fuzz_write_file(text, length));
    fuzz_require_errors(ground, table != NULL);
    for (size_t r = 0; table && r < table->row_count; r++)
        for (int c = 0; c < table->column_count; c++) {
            double value;
            char quoted[64];
            aug_errors errors = {.count = 0};
            aug_table_number(table, &table->rows[r], c, &errors, &value);
            aug_table_quote(quoted, sizeof quoted, aug_table_cell(table, &table->rows[r], c));
            fuzz_require(memchr(quoted, '\0', sizeof quoted) != NULL, "a quoted cell ends");
        }
}

FUZZ_TARGET(read_table)
