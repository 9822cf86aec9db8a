// Any bytes as a Matrix Market file.
#include "fuzz_file.h"

#include "workload/pattern.h"

static void read_pattern(fuzz_ground *ground, const char *text, size_t length) {
    const aug_pattern *pattern = aug_pattern_load(&ground->arena, &ground->errors, fuzz_write_file(text, length));
    fuzz_require_errors(ground, pattern != NULL);
    if (!pattern)
        return;
    fuzz_require(pattern->starts[pattern->rows] == pattern->filled, "every non-zero is in a row");
    const aug_pattern_tiles one = aug_pattern_count(pattern, 1, 1), all = aug_pattern_count(pattern, pattern->rows, pattern->columns);
    fuzz_require(one.filled == pattern->filled && all.most == pattern->filled && all.count == 1, "tiles hold what the pattern holds");
    const aug_pattern_tiles some = aug_pattern_count(pattern, (pattern->rows + 1) / 2, (pattern->columns + 2) / 3);
    fuzz_require(some.filled <= some.count && some.filled <= pattern->filled && some.most <= pattern->filled, "no tile holds more than there is");
}

FUZZ_TARGET(read_pattern)
