#include "support/testing.h"

#include "machine/machine.h"

typedef struct bad_machine {
    const char *text, *message, *hint;
    unsigned line, column;
} bad_machine;

static void what_no_table_can_say_is_checked(void **state) {
    (void)state;
    static const bad_machine cases[] = {
        {"levels:\n  - memory: a\n  - {compute: c, peak: {int8: 1 TOP/s}}\n  - memory: a\n", "two levels are called 'a'", "", 4, 5},
        {"levels:\n  - {compute: c, peak: {int8: 1 TOP/s}}\n  - memory: a\n", "compute 'c' has no memory outside of it", "", 2, 5},
        {"levels:\n  - array: a\n    fanout: {x: 2}\n", "a machine needs at least one memory", "", 2, 5},
        {"levels:\n  - memory: a\n  - memory: b\n", "a machine needs a compute level of matrix units",
         "add '- compute: mac' with a rate or a peak", 3, 5},
        {"levels:\n  - memory: a\n  - {compute: c, unit: vector, peak: {fp32: 1 TOP/s}}\n",
         "a machine needs a compute level of matrix units", "add '- compute: mac' with a rate or a peak", 3, 5},
        {"levels:\n  - memory: a\n  - {array: b, fanout: {x: 2}, hop: 1 cycle}\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "a hop in cycles needs the machine's clock", "add 'clock: 1 GHz' to the machine", 3, 5},
        {"levels:\n  - memory: outer\n  - {memory: inner, gated_at: outr}\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "no memory outside of 'inner' is called 'outr'", "did you mean 'outer'?", 3, 31},
        {"levels:\n  - {memory: outer, gated_at: inner}\n  - memory: inner\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "no memory outside of 'outer' is called 'inner'", "", 2, 31},
        {"levels:\n  - memory: outer\n  - {array: pe, fanout: {x: 2}}\n  - {memory: inner, gated_at: pe}\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "no memory outside of 'inner' is called 'pe'", "there is only 'outer'", 4, 31},
        {"kernel:\n  low: 1.1\nlevels:\n  - memory: a\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "expected low <= 1 <= high in 'kernel'", "", 2, 3},
        {"kernel: {high: 0.9}\nlevels:\n  - memory: a\n  - {compute: c, peak: {int8: 1 TOP/s}}\n",
         "expected low <= 1 <= high in 'kernel'", "", 1, 9},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_machine machine;
        test_begin(&ground);
        assert_false(aug_machine_read(&ground.reader, test_parse(&ground, cases[i].text), "test", &machine));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void all_that_is_wrong_is_reported(void **state) {
    (void)state;
    test_ground ground;
    aug_machine machine;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "kernel: {low: 2}\nlevels:\n  - memory: a\n  - memory: a\n  - {array: b, fanout: {x: 2}, hop: 1 cycle}\n");
    assert_false(aug_machine_read(&ground.reader, root, "test", &machine));
    assert_int_equal(ground.errors.count, 4); // names, no compute, hop without clock, ratios
    test_end(&ground);
}

// A memory alone in front of a matrix unit is a machine; memories may also stand around arrays and beside vector units.
static void what_holds_passes(void **state) {
    (void)state;
    static const char *const texts[] = {
        "{levels: [{memory: a}, {compute: c, peak: {int8: 1 TOP/s}}]}",
        "{levels: [{array: tiles, fanout: {x: 4}}, {memory: a}, {compute: c, peak: {int8: 1 TOP/s}}]}",
        "{levels: [{memory: a}, {compute: v, unit: vector, peak: {fp32: 1 TOP/s}}, {compute: c, peak: {int8: 1 TOP/s}}]}",
        "{kernel: {low: 1, high: 1}, levels: [{memory: a}, {compute: c, peak: {int8: 1 TOP/s}}]}",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        aug_machine machine;
        test_begin(&ground);
        const aug_node *root = test_parse(&ground, texts[i]);
        assert_true(aug_machine_read(&ground.reader, root, "test", &machine));
        assert_true(aug_machine_check(&ground.reader, root, &machine));
        assert_int_equal(ground.errors.count, 0);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_table_can_say_is_checked),
        cmocka_unit_test(all_that_is_wrong_is_reported),
        cmocka_unit_test(what_holds_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
