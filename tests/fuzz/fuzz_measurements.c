// Any bytes as a table of measured silicon: what has the columns of one is predicted row by row.
#include "fuzz_file.h"

#include "validation/validation.h"

static void read_measurements(fuzz_ground *ground, const char *text, size_t length) {
    const aug_library library = fuzz_library();
    const aug_validation *found =
        aug_validation_run(&library, &ground->arena, &ground->errors, fuzz_write_file(text, length), NULL);
    fuzz_require_errors(ground, found != NULL);
    if (!found)
        return;
    fuzz_require(found->worst_count <= AUG_WORST_ROWS, "no more of the worst rows than there is room for");
    for (size_t r = 0; r < found->table->row_count; r++)
        aug_validation_counts(found, r);
}

FUZZ_TARGET(read_measurements)
