#include "support/testing.h"

#include <stdio.h>

static void quantities_become_the_one_unit_of_their_dimension(void **state) {
    (void)state;
    static const struct {
        const char *text;
        aug_dimension dimension;
        double value;
    } rows[] = {
        {"0.5", AUG_DIMENSION_NUMBER, 0.5},
        {"8 bit/B", AUG_DIMENSION_NUMBER, 1.0}, // units that cancel
        {"192 KiB", AUG_DIMENSION_BITS, 1572864.0}, // 192·1024·8
        {"3 Mbit", AUG_DIMENSION_BITS, 3e6},
        {"2 kB", AUG_DIMENSION_BITS, 16000.0},
        {"2 KB", AUG_DIMENSION_BITS, 16000.0},
        {"1 PiB", AUG_DIMENSION_BITS, 9007199254740992.0}, // 2^50·8
        {"5E3B", AUG_DIMENSION_BITS, 40000.0}, // an exponent
        {"5 EB", AUG_DIMENSION_BITS, 4e19},    // a prefix
        {"5EB", AUG_DIMENSION_BITS, 4e19},
        {"3 us", AUG_DIMENSION_SECONDS, 3e-6},
        {"3 \xC2\xB5s", AUG_DIMENSION_SECONDS, 3e-6}, // the micro sign
        {"3 \xCE\xBCs", AUG_DIMENSION_SECONDS, 3e-6}, // the Greek letter
        {"2 min", AUG_DIMENSION_SECONDS, 120.0},
        {"1 day", AUG_DIMENSION_SECONDS, 86400.0},
        {"1 year", AUG_DIMENSION_SECONDS, 31557600.0}, // 365.25 days
        {"4 cycles", AUG_DIMENSION_CYCLES, 4.0},
        {"1.4 GHz", AUG_DIMENSION_HERTZ, 1.4e9},
        {"100/s", AUG_DIMENSION_HERTZ, 100.0},
        {"3.35 TB/s", AUG_DIMENSION_BITS_PER_SECOND, 26.8e12},
        {"64 bit/cycle", AUG_DIMENSION_BITS_PER_CYCLE, 64.0},
        {"64 bit / cycle", AUG_DIMENSION_BITS_PER_CYCLE, 64.0},
        {"989 TFLOP/s", AUG_DIMENSION_OPS_PER_SECOND, 9.89e14},
        {"989 TFLOPS", AUG_DIMENSION_OPS_PER_SECOND, 9.89e14},
        {"5 GMAC/s", AUG_DIMENSION_OPS_PER_SECOND, 1e10}, // a MAC is two operations
        {"1/cycle", AUG_DIMENSION_PER_CYCLE, 1.0},
        {"0.5 1/cycle", AUG_DIMENSION_PER_CYCLE, 0.5},
        {"0.001 1/mm2", AUG_DIMENSION_PER_MM2, 0.001},
        {"3\t1/ s", AUG_DIMENSION_HERTZ, 3.0},
        {"0.3 pJ", AUG_DIMENSION_PICOJOULES, 0.3},
        {"1 kWh", AUG_DIMENSION_PICOJOULES, 3.6e18},  // 3.6 MJ
        {"1 kW*h", AUG_DIMENSION_PICOJOULES, 3.6e18},
        {"1 kW h", AUG_DIMENSION_PICOJOULES, 3.6e18},
        {"56 pJ/B", AUG_DIMENSION_PJ_PER_BIT, 7.0},
        {"4 pJ/word", AUG_DIMENSION_PJ_PER_WORD, 4.0},
        {"3 nJ/words", AUG_DIMENSION_PJ_PER_WORD, 3000.0},
        {"0.5 pJ/cycle", AUG_DIMENSION_PJ_PER_CYCLE, 0.5},
        {"50000 um2", AUG_DIMENSION_MM2, 0.05},
        {"0.1 pJ/bit/mm", AUG_DIMENSION_PJ_PER_BIT_MM, 0.1},
        {"300 W", AUG_DIMENSION_WATTS, 300.0},
        {"300 J/s", AUG_DIMENSION_WATTS, 300.0},
        {"0.05 W/mm2", AUG_DIMENSION_WATTS_PER_MM2, 0.05},
        {"12 kUSD", AUG_DIMENSION_USD, 12000.0},
        {"2.35 USD/h", AUG_DIMENSION_USD_PER_HOUR, 2.35},
        {"876.6 USD/year", AUG_DIMENSION_USD_PER_HOUR, 0.1}, // 8766 hours
        {"16 USD/GB", AUG_DIMENSION_USD_PER_BIT, 2e-9},
        {"0.08 USD/kWh", AUG_DIMENSION_USD_PER_KWH, 0.08},
        {"0.02 USD/mm2", AUG_DIMENSION_USD_PER_MM2, 0.02},
        {"30 cm", AUG_DIMENSION_MM, 300.0},
        {"814 mm2", AUG_DIMENSION_MM2, 814.0},
        {"8.14 cm^2", AUG_DIMENSION_MM2, 814.0},
        {"2 mm*mm", AUG_DIMENSION_MM2, 2.0},
        {"8 mm2/B", AUG_DIMENSION_MM2_PER_BIT, 1.0},
        {"0.1/cm2", AUG_DIMENSION_PER_MM2, 0.001},
        {"  7\tB  ", AUG_DIMENSION_BITS, 56.0},
        {"-3 s", AUG_DIMENSION_SECONDS, -3.0},
        {"+.5 s", AUG_DIMENSION_SECONDS, 0.5},
        {"5. s", AUG_DIMENSION_SECONDS, 5.0},
        {"007 s", AUG_DIMENSION_SECONDS, 7.0},
        {"inf B/s", AUG_DIMENSION_BITS_PER_SECOND, INFINITY},
        {"-inf", AUG_DIMENSION_NUMBER, -INFINITY},
        {"1e-400", AUG_DIMENSION_NUMBER, 0.0}, // below a double's range: as good as nothing
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_quantity quantity;
        char unit[32];
        double value = NAN;
        assert_int_equal(aug_quantity_parse(rows[i].text, &quantity, unit, sizeof unit), AUG_QUANTITY_OK);
        assert_true(aug_quantity_to(&quantity, rows[i].dimension, &value));
        assert_near(value, rows[i].value, 1e-15);
        assert_string_equal(unit, "");
    }
}

static void every_example_is_of_its_dimension_only(void **state) {
    (void)state;
    for (int i = 0; i < AUG_DIMENSION_COUNT; i++) {
        aug_quantity quantity;
        char unit[32];
        const char *example = aug_dimension_example((aug_dimension)i);
        assert_int_equal(aug_quantity_parse(example, &quantity, unit, sizeof unit), AUG_QUANTITY_OK);
        for (int j = 0; j < AUG_DIMENSION_COUNT; j++) {
            double value;
            assert_int_equal(aug_quantity_to(&quantity, (aug_dimension)j, &value), i == j);
        }
        assert_true(strlen(aug_dimension_noun((aug_dimension)i)) > 2);
    }
}

// "1 UNIT" is 1 in that unit.
static void one_of_a_unit_is_one(void **state) {
    (void)state;
    for (int i = 0; i < AUG_DIMENSION_COUNT; i++) {
        char text[32], unknown[32];
        snprintf(text, sizeof text, "1 %s", aug_dimension_unit((aug_dimension)i));
        aug_quantity quantity;
        double value = NAN;
        assert_int_equal(aug_quantity_parse(text, &quantity, unknown, sizeof unknown), AUG_QUANTITY_OK);
        assert_true(aug_quantity_to(&quantity, (aug_dimension)i, &value));
        assert_near(value, 1.0, 1e-15);
    }
}

static void what_is_no_quantity_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",     " ",      "B",     "abc",      "-",       "+-3",     "- 3",       ".",       "e5",     "nan",
        "NaN",  "0x10",   "-0X1p3", "infinity", "Infinity", "INF",    "inf5",      "1.5.2",   "1,000",  "1_000",
        "5 /",  "5 s/",   "5 s//m", "5 * s",    "5 s*",    "5 s**m",  "5 s^-1",    "5 mm0",   "5 mm10", "5 mm^12", "5 s^",    "5 s^/m",  "5 m^ 2",
        "5 (s)", "5 s\n", "5 %",   "5 s 6",    "5 m9*m",  "5 s5/Hz5", "\xC2\xA0\x35", "1/2",   "5 1/2",   "5 1",    "5 1 /s",  "5 11/s", "5 s 1/m", "inf1/s",  "5 1/",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        aug_quantity quantity;
        char unit[32];
        aug_quantity_status status = aug_quantity_parse(texts[i], &quantity, unit, sizeof unit);
        if (status != AUG_QUANTITY_NOT_A_NUMBER)
            print_error("'%s' is taken\n", texts[i]);
        assert_int_equal(status, AUG_QUANTITY_NOT_A_NUMBER);
    }
}

static void an_unknown_unit_is_named(void **state) {
    (void)state;
    static const struct {
        const char *text, *unit;
    } rows[] = {
        {"5 Gb", "Gb"},       {"5 gb/s", "gb"},       {"5 GB/sec", "sec"}, {"5 hours", "hours"}, {"5 GiB/S", "S"},
        {"5 Gi", "Gi"},       {"5 k", "k"},           {"5 kmin", "kmin"},  {"5e", "e"},          {"00x10", "x"},
        {"5 mm\xC2\xB2", "mm\xC2\xB2"}, {"5 \xE2\x82\xAC", "\xE2\x82\xAC"}, {"5 kkB", "kkB"},     {"5 KiKiB", "KiKiB"},
        {"5 abcdefghijklmnop", "abcdefg"}, // cut to its size
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_quantity quantity;
        char unit[8];
        assert_int_equal(aug_quantity_parse(rows[i].text, &quantity, unit, sizeof unit), AUG_QUANTITY_UNKNOWN_UNIT);
        assert_string_equal(unit, rows[i].unit);
    }
}

static void nobody_need_ask_for_the_unit(void **state) {
    (void)state;
    aug_quantity quantity;
    assert_int_equal(aug_quantity_parse("5 blob", &quantity, NULL, 0), AUG_QUANTITY_UNKNOWN_UNIT);
    char unit[2] = "#";
    assert_int_equal(aug_quantity_parse("5 blob", &quantity, unit, 1), AUG_QUANTITY_UNKNOWN_UNIT);
    assert_string_equal(unit, "");
}

static void what_no_double_holds_is_too_large(void **state) {
    (void)state;
    static const char *const texts[] = {"1e400", "-1e400", "1e400 s", "1e308 GB", "1e300 Em9"};
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        aug_quantity quantity;
        char unit[8];
        assert_int_equal(aug_quantity_parse(texts[i], &quantity, unit, sizeof unit), AUG_QUANTITY_TOO_LARGE);
    }
}

static void a_unit_may_take_it_beyond_the_range(void **state) {
    (void)state;
    aug_quantity quantity;
    char unit[8];
    double value = 0.0;
    assert_int_equal(aug_quantity_parse("1e300 J", &quantity, unit, sizeof unit), AUG_QUANTITY_OK);
    assert_true(aug_quantity_to(&quantity, AUG_DIMENSION_PICOJOULES, &value)); // 10^312
    assert_true(isinf(value));
}

static void zero_and_infinity_without_a_unit_fit_everywhere(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool fits;
        double value;
    } rows[] = {{"0", true, 0.0},   {"-0", true, 0.0},     {"inf", true, INFINITY}, {"-inf", true, -INFINITY},
                {"0 m9", false, 0}, {"inf m9", false, 0}, {"1e-300", false, 0}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        for (int j = 1; j < AUG_DIMENSION_COUNT; j++) { // the number itself is the first dimension
            aug_quantity quantity;
            char unit[8];
            double value = NAN;
            aug_quantity_parse(rows[i].text, &quantity, unit, sizeof unit);
            assert_int_equal(aug_quantity_to(&quantity, (aug_dimension)j, &value), rows[i].fits);
            assert_near(value, rows[i].fits ? rows[i].value : (double)NAN, 0.0);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_become_the_one_unit_of_their_dimension),
        cmocka_unit_test(every_example_is_of_its_dimension_only),
        cmocka_unit_test(one_of_a_unit_is_one),
        cmocka_unit_test(what_is_no_quantity_is_refused),
        cmocka_unit_test(an_unknown_unit_is_named),
        cmocka_unit_test(nobody_need_ask_for_the_unit),
        cmocka_unit_test(what_no_double_holds_is_too_large),
        cmocka_unit_test(a_unit_may_take_it_beyond_the_range),
        cmocka_unit_test(zero_and_infinity_without_a_unit_fit_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
