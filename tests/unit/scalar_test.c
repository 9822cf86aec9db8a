#include "support/testing.h"

#include "base/random.h"
#include "text/json_writer.h"

#include <inttypes.h>

static const char *const colours[] = {"red", "green", "blue", NULL};

// What the rows below are read as.
typedef enum reading {
    TEXT, BOOL, COUNT, WORD, CAPACITY, NUMBER, ENERGY, CYCLE_RATE, OPERATIONS, RATE, SHARE, POSITIVE, MAYBE_INFINITE, NOT_NEGATIVE, EITHER
} reading;

static bool read_as(reading kind, const aug_reader *reader, const aug_node *node) {
    const char *text;
    bool yes;
    uint64_t count;
    int index;
    double value;
    switch (kind) {
    case TEXT:
        return aug_scalar_text(reader, node, &text);
    case BOOL:
        return aug_scalar_bool(reader, node, &yes);
    case COUNT:
        return aug_scalar_count(reader, node, &count);
    case WORD:
        return aug_scalar_word(reader, node, colours, &index);
    case CAPACITY:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_BITS, AUG_ANY, &value);
    case NUMBER:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_ANY, &value);
    case ENERGY:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_PICOJOULES, AUG_ANY, &value);
    case CYCLE_RATE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_PER_CYCLE, AUG_ANY, &value);
    case OPERATIONS:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_OPS_PER_SECOND, AUG_ANY, &value);
    case RATE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_BITS_PER_SECOND, AUG_ANY, &value);
    case SHARE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_SHARE, &value);
    case POSITIVE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_WATTS, AUG_POSITIVE, &value);
    case MAYBE_INFINITE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_WATTS, AUG_POSITIVE_OR_INFINITE, &value);
    case NOT_NEGATIVE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_WATTS, AUG_NOT_NEGATIVE, &value);
    case EITHER:
        return aug_scalar_either(reader, node, AUG_DIMENSION_BITS_PER_SECOND, AUG_DIMENSION_BITS_PER_CYCLE, AUG_POSITIVE,
                                 &value, &yes);
    }
    return false;
}

static void every_wrong_value_is_explained(void **state) {
    (void)state;
    static const struct {
        reading kind;
        const char *value, *message, *hint;
    } rows[] = {
        {TEXT, "[x]", "expected a text, found a list", ""},
        {TEXT, "{}", "expected a text, found a map", ""},
        {TEXT, "", "expected a text, found nothing", ""},
        {TEXT, "~", "expected a text, found nothing", ""},
        {BOOL, "yes", "expected true or false, found 'yes'", ""},
        {BOOL, "True", "expected true or false, found 'True'", ""},
        {BOOL, "null", "expected true or false, found nothing", ""},
        {COUNT, "many", "expected a whole number such as '32', found 'many'", ""},
        {COUNT, "[1]", "expected a whole number, found a list", ""},
        {COUNT, "1.5", "expected a whole number from 0 to 2^63 - 1, found '1.5'", ""},
        {COUNT, "-1", "expected a whole number from 0 to 2^63 - 1, found '-1'", ""},
        {COUNT, "inf", "expected a whole number from 0 to 2^63 - 1, found 'inf'", ""},
        {COUNT, "3 B", "expected a whole number from 0 to 2^63 - 1, found '3 B'", ""},
        {COUNT, "9223372036854775808", "expected a whole number from 0 to 2^63 - 1, found '9223372036854775808'", ""},
        {COUNT, "+99999999999999999999", "expected a whole number from 0 to 2^63 - 1, found '+99999999999999999999'", ""},
        {COUNT, "9223372036854775807.0", "expected a whole number from 0 to 2^63 - 1, found '9223372036854775807.0'", ""}, // 2^63 to a double
        {COUNT, "+", "expected a whole number such as '32', found '+'", ""},
        {COUNT, "1e400", "expected a whole number, '1e400' is beyond 10^308", ""},
        {COUNT, "3 layers", "expected a whole number such as '32', unit 'layers' is not known", ""},
        {COUNT, "0x10", "expected a whole number such as '32', found '0x10'", ""},
        {WORD, "gren", "expected one of red, green, blue, found 'gren'", "did you mean 'green'?"},
        {WORD, "Red", "expected one of red, green, blue, found 'Red'", "did you mean 'red'?"},
        {WORD, "violet", "expected one of red, green, blue, found 'violet'", ""},
        {WORD, "{}", "expected a word, found a map", ""},
        {CAPACITY, "192", "expected a capacity such as '192 KiB', found '192'", "add the unit: '192 bit'"},
        {CAPACITY, "3 s", "expected a capacity such as '192 KiB', found '3 s'", ""},
        {CAPACITY, "3 Gb", "expected a capacity such as '192 KiB', unit 'Gb' is not known",
         "write 'bit' for bits, 'B' for bytes"},
        {CAPACITY, "3 b", "expected a capacity such as '192 KiB', unit 'b' is not known",
         "write 'bit' for bits, 'B' for bytes"},
        {CAPACITY, "3 blob", "expected a capacity such as '192 KiB', unit 'blob' is not known", ""},
        {CAPACITY, "NaN", "expected a capacity such as '192 KiB', found 'NaN'", ""},
        {CAPACITY, "Infinity", "expected a capacity such as '192 KiB', found 'Infinity'", ""},
        {CAPACITY, "", "expected a capacity, found nothing", ""},
        {CAPACITY, "''", "expected a capacity such as '192 KiB', found ''", ""},
        {CAPACITY, "1e308 GB", "expected a capacity, '1e308 GB' is beyond 10^308", ""},
        {ENERGY, "1e300 J", "expected an energy, '1e300 J' is beyond 10^308", ""}, // 10^312 pJ
        {ENERGY, "-1e300 J", "expected an energy, '-1e300 J' is beyond 10^308", ""},
        {CYCLE_RATE, "3", "expected a rate per cycle such as '1/cycle', found '3'", "add the unit: '3 1/cycle'"},
        {OPERATIONS, "3", "expected a rate of operations such as '989 TFLOP/s', found '3'", "add the unit: '3 OP/s'"},
        {NUMBER, "3 B", "expected a number such as '0.5', found '3 B'", "write the number without a unit"},
        {RATE, "400 GB", "expected a bandwidth such as '400 GB/s', found '400 GB'", ""},
        {RATE, "3 bit/cycle", "expected a bandwidth such as '400 GB/s', found '3 bit/cycle'", ""},
        {SHARE, "0", "expected a share above 0 and at most 1, found '0'", ""},
        {SHARE, "-0.5", "expected a share above 0 and at most 1, found '-0.5'", ""},
        {SHARE, "80", "expected a share above 0 and at most 1, found '80'", "shares are written 0.8, not 80"},
        {SHARE, "1.01", "expected a share above 0 and at most 1, found '1.01'", "shares are written 0.8, not 80"},
        {SHARE, "101", "expected a share above 0 and at most 1, found '101'", ""},
        {POSITIVE, "0", "expected a finite value above 0, found '0'", ""},
        {POSITIVE, "0 W", "expected a finite value above 0, found '0 W'", ""},
        {POSITIVE, "inf", "expected a finite value above 0, found 'inf'", ""},
        {POSITIVE, "1e-400 W", "expected a finite value above 0, found '1e-400 W'", ""},
        {MAYBE_INFINITE, "0", "expected a value above 0, or inf, found '0'", ""},
        {MAYBE_INFINITE, "-inf", "expected a value above 0, or inf, found '-inf'", ""},
        {NOT_NEGATIVE, "-1 W", "expected a finite value, 0 or more, found '-1 W'", ""},
        {NOT_NEGATIVE, "inf", "expected a finite value, 0 or more, found 'inf'", ""},
        {EITHER, "64", "expected a bandwidth such as '400 GB/s' or '64 bit/cycle', found '64'", "add the unit: '64 bit/s'"},
        {EITHER, "64 B", "expected a bandwidth such as '400 GB/s' or '64 bit/cycle', found '64 B'", ""},
        {EITHER, "-1 B/s", "expected a finite value above 0, found '-1 B/s'", ""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena, "a: 1\nbc: %s\n", rows[i].value);
        const aug_node *node = test_parse(&ground, text)->last;
        assert_false(read_as(rows[i].kind, &ground.reader, node));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        if (*rows[i].value) { // an empty value has no place of its own
            assert_int_equal(ground.errors.items[0].line, 2);
            assert_int_equal(ground.errors.items[0].column, 5);
        }
        test_end(&ground);
    }
}

static void good_values_are_taken(void **state) {
    (void)state;
    static const struct {
        reading kind;
        const char *value;
    } rows[] = {
        {TEXT, "x"},      {TEXT, "''"},          {TEXT, "'~'"},          {TEXT, "1e400"},        {BOOL, "true"},
        {BOOL, "false"},  {WORD, "blue"},        {CAPACITY, "192 KiB"},  {CAPACITY, "'3 B'"},    {CAPACITY, "-3 B"},
        {CAPACITY, "0"},  {CAPACITY, "inf"},     {ENERGY, "inf J"},      {CYCLE_RATE, "3 1/cycle"}, {OPERATIONS, "3 OP/s"},     {NUMBER, "-0.5"},       {NUMBER, "inf"},        {RATE, "3 GB/s"},
        {SHARE, "1"},     {SHARE, "1e-9"},       {POSITIVE, "1 mW"},     {MAYBE_INFINITE, "inf"}, {MAYBE_INFINITE, "1 W"},
        {NOT_NEGATIVE, "0"}, {NOT_NEGATIVE, "0 W"}, {EITHER, "3 B/s"},   {EITHER, "3 B/cycle"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *node = test_parse(&ground, aug_arena_print(&ground.arena, "a: %s\n", rows[i].value))->first;
        assert_true(read_as(rows[i].kind, &ground.reader, node));
        assert_int_equal(ground.errors.count, 0);
        test_end(&ground);
    }
}

static void counts_are_exact(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"32", 32},
        {"007", 7},
        {"4e6", 4000000},
        {"128.0", 128},
        {"1.5e1", 15},
        {"9007199254740992", UINT64_C(9007199254740992)}, // 2^53, and the next, which no double is
        {"9007199254740993", UINT64_C(9007199254740993)},
        {"123456789012345679", UINT64_C(123456789012345679)},
        {"4611686018427387904", UINT64_C(4611686018427387904)}, // 2^62
        {"8999999999999999999", UINT64_C(8999999999999999999)},
        {"9000000000000000001", UINT64_C(9000000000000000001)},
        {"9223372036854774783", UINT64_C(9223372036854774783)}, // between two doubles
        {"9223372036854775807", UINT64_C(9223372036854775807)}, // 2^63 - 1
        {"+9223372036854775807", UINT64_C(9223372036854775807)},
        {"+0", 0},
        {"9e18", UINT64_C(9000000000000000000)},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *node = test_parse(&ground, aug_arena_print(&ground.arena, "a: %s\n", rows[i].text))->first;
        uint64_t value = 77;
        assert_true(aug_scalar_count(&ground.reader, node, &value));
        assert_true(value == rows[i].value);
        test_end(&ground);
    }
}

static void either_dimension_is_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
        bool second;
    } rows[] = {{"3 GB/s", 24e9, false}, {"64 bit/cycle", 64.0, true}, {"8 B/cycle", 64.0, true}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *node = test_parse(&ground, aug_arena_print(&ground.arena, "a: %s\n", rows[i].text))->first;
        double value = 0.0;
        bool second = !rows[i].second;
        assert_true(aug_scalar_either(&ground.reader, node, AUG_DIMENSION_BITS_PER_SECOND, AUG_DIMENSION_BITS_PER_CYCLE,
                                      AUG_POSITIVE, &value, &second));
        assert_near(value, rows[i].value, 1e-15);
        assert_int_equal(second, rows[i].second);
        test_end(&ground);
    }
}

static void one_of_several_dimensions_is_told(void **state) {
    (void)state;
    static const aug_dimension choices[] = {AUG_DIMENSION_PJ_PER_BIT, AUG_DIMENSION_PJ_PER_WORD, AUG_DIMENSION_PICOJOULES};
    static const struct {
        const char *text;
        double value;
        int which;
    } rows[] = {{"7 pJ/bit", 7.0, 0}, {"4 pJ/word", 4.0, 1}, {"2 pJ", 2.0, 2}, {"0", 0.0, 0}};
    test_ground ground;
    double value;
    int which;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_begin(&ground);
        const aug_node *node = test_parse(&ground, aug_arena_print(&ground.arena, "a: %s\n", rows[i].text))->first;
        assert_true(aug_scalar_among(&ground.reader, node, choices, 3, AUG_NOT_NEGATIVE, &value, &which));
        assert_near(value, rows[i].value, 1e-15);
        assert_int_equal(which, rows[i].which);
        test_end(&ground);
    }
    test_begin(&ground);
    assert_false(aug_scalar_among(&ground.reader, test_parse(&ground, "a: 7 W")->first, choices, 3, AUG_NOT_NEGATIVE, &value, &which));
    assert_error(&ground.errors, 1, "expected an energy per bit such as '7 pJ/bit', '4 pJ/word' or '0.3 pJ', found '7 W'", "");
    test_end(&ground);
}

static void words_and_booleans_have_their_values(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "[red, blue, true, false, no]");
    int index = -1;
    const aug_node *node = root->first;
    assert_true(aug_scalar_word(&ground.reader, node, colours, &index));
    assert_int_equal(index, 0);
    assert_true(aug_scalar_word(&ground.reader, node = node->next, colours, &index));
    assert_int_equal(index, 2);
    bool value = false;
    assert_true(aug_scalar_bool(&ground.reader, node = node->next, &value));
    assert_true(value);
    assert_true(aug_scalar_bool(&ground.reader, node = node->next, &value));
    assert_false(value);
    test_end(&ground);
}

// Print, then read: a number as JSON writes it, a count as digits.
static void printed_values_read_back_as_themselves(void **state) {
    (void)state;
    aug_random random = {5};
    for (int i = 0; i < 2000; i++) {
        test_ground ground;
        test_begin(&ground);
        double number = (aug_random_unit(&random) - 0.5) * pow(10.0, 600.0 * aug_random_unit(&random) - 300.0);
        uint64_t count = aug_random_next(&random) >> (2 + aug_random_below(&random, 60)); // below 2^62
        char text[32];
        aug_json_shortest(text, number);
        const aug_node *root = test_parse(&ground, aug_arena_print(&ground.arena, "[%s, %" PRIu64 "]", text, count));
        double number_back = 0.0;
        uint64_t count_back = 0;
        assert_true(aug_scalar_quantity(&ground.reader, root->first, AUG_DIMENSION_NUMBER, AUG_ANY, &number_back));
        assert_true(aug_scalar_count(&ground.reader, root->last, &count_back));
        assert_near(number_back, number, 0.0);
        assert_true(count_back == count);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_value_is_explained),       cmocka_unit_test(good_values_are_taken),
        cmocka_unit_test(counts_are_exact),                     cmocka_unit_test(either_dimension_is_told_apart),
        cmocka_unit_test(one_of_several_dimensions_is_told),
        cmocka_unit_test(words_and_booleans_have_their_values), cmocka_unit_test(printed_values_read_back_as_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
