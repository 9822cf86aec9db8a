// Levels with one mistake each, read as the second line of a machine whose other parts are good.
#ifndef AUGER_TESTS_BAD_LEVEL_H
#define AUGER_TESTS_BAD_LEVEL_H

#include "support/testing.h"

#include "machine/machine.h"

#include <stdio.h>

typedef struct bad_level {
    const char *members; // behind "  - {": column 6
    const char *message, *hint;
    unsigned column;
} bad_level;

static inline void check_bad_levels(const bad_level *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        test_ground ground;
        aug_machine machine;
        char text[400];
        test_begin(&ground);
        snprintf(text, sizeof text, "levels:\n  - {%s}\n  - memory: m\n  - {compute: mac, peak: {int8: 1 TOP/s}}\n", cases[i].members);
        assert_false(aug_machine_read(&ground.reader, test_parse(&ground, text), "test", &machine));
        if (ground.errors.items[0].column != cases[i].column)
            print_error("column %u: %s\n", ground.errors.items[0].column, ground.errors.items[0].message);
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, 2);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

#endif
