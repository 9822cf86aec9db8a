#include "support/testing.h"

#include "base/random.h"

static void values_are_shown_with_three_digits_and_a_prefix(void **state) {
    (void)state;
    static const struct {
        double value;
        aug_dimension dimension;
        const char *text;
    } rows[] = {
        {0.0, AUG_DIMENSION_SECONDS, "0 s"},
        {0.0124, AUG_DIMENSION_SECONDS, "12.4 ms"},
        {1e-12, AUG_DIMENSION_SECONDS, "1 ps"},
        {2.5e-14, AUG_DIMENSION_SECONDS, "0.025 ps"}, // below the smallest prefix
        {1.234e-18, AUG_DIMENSION_SECONDS, "0.00000123 ps"},
        {1.234e-19, AUG_DIMENSION_SECONDS, "1.23e-07 ps"}, // it would take nine decimals
        {1e-22, AUG_DIMENSION_SECONDS, "1.00e-10 ps"},
        {-1e-22, AUG_DIMENSION_SECONDS, "-1.00e-10 ps"},
        {1e14, AUG_DIMENSION_SECONDS, "3168809 year"}, // 10^14 / 31557600, above the largest name
        {1e15, AUG_DIMENSION_SECONDS, "3.17e+07 year"},
        {1e20, AUG_DIMENSION_SECONDS, "3.17e+12 year"},
        {-1.7e308, AUG_DIMENSION_SECONDS, "-5.39e+300 year"},
        {1e32, AUG_DIMENSION_OPS_PER_SECOND, "1.00e+14 EOP/s"},
        {8e32, AUG_DIMENSION_BITS_PER_SECOND, "1.00e+14 EB/s"},
        {59.0, AUG_DIMENSION_SECONDS, "59 s"},
        {1234.4, AUG_DIMENSION_SECONDS, "1234 s"},    // no digit in front of the point is lost
        {3600.0, AUG_DIMENSION_SECONDS, "1 h"},
        {5400.0, AUG_DIMENSION_SECONDS, "1.5 h"},
        {86400.0, AUG_DIMENSION_SECONDS, "1 day"},
        {3.15576e7, AUG_DIMENSION_SECONDS, "1 year"},
        {3.15576e9, AUG_DIMENSION_SECONDS, "100 year"},
        {-0.0124, AUG_DIMENSION_SECONDS, "-12.4 ms"},
        {0.0, AUG_DIMENSION_BITS, "0 B"},
        {1.0, AUG_DIMENSION_BITS, "0.125 B"},
        {8.0, AUG_DIMENSION_BITS, "1 B"},
        {8e3, AUG_DIMENSION_BITS, "1 kB"},
        {8192.0, AUG_DIMENSION_BITS, "1.02 kB"},
        {1536e9, AUG_DIMENSION_BITS, "192 GB"},
        {26.8e12, AUG_DIMENSION_BITS_PER_SECOND, "3.35 TB/s"},
        {1.4e9, AUG_DIMENSION_HERTZ, "1.4 GHz"},
        {989.4e12, AUG_DIMENSION_OPS_PER_SECOND, "989 TOP/s"},
        {0.5, AUG_DIMENSION_WATTS, "500 mW"},
        {700.0, AUG_DIMENSION_WATTS, "700 W"},
        {1500.0, AUG_DIMENSION_WATTS, "1.5 kW"},
        {1e12, AUG_DIMENSION_PICOJOULES, "1 J"},
        {0.3, AUG_DIMENSION_PICOJOULES, "0.3 pJ"},
        {3.6e18, AUG_DIMENSION_PICOJOULES, "3.6 MJ"},
        // What rounds to 1000 takes the next prefix; 999.5 is the bound.
        {999.4e-6, AUG_DIMENSION_SECONDS, "999 us"},
        {999.6e-6, AUG_DIMENSION_SECONDS, "1 ms"},
        {999.4e9, AUG_DIMENSION_HERTZ, "999 GHz"},
        {999.6e9, AUG_DIMENSION_HERTZ, "1 THz"},
        // All others with their one unit and four digits.
        {0.5, AUG_DIMENSION_NUMBER, "0.5"},
        {64.0, AUG_DIMENSION_BITS_PER_CYCLE, "64 bit/cycle"},
        {7.0 / 3.0, AUG_DIMENSION_PJ_PER_BIT, "2.333 pJ/bit"},
        {814.0, AUG_DIMENSION_MM2, "814 mm2"},
        {0.0, AUG_DIMENSION_USD, "0 USD"},
        {1234567.0, AUG_DIMENSION_USD, "1234567 USD"},
        {1.2e7, AUG_DIMENSION_USD, "1.200e+07 USD"},
        {2e-9, AUG_DIMENSION_USD_PER_BIT, "2.000e-09 USD/bit"},
        {2.35, AUG_DIMENSION_USD_PER_HOUR, "2.35 USD/h"},
        {-1.2345e-300, AUG_DIMENSION_PJ_PER_BIT_MM, "-1.234e-300 pJ/bit/mm"}, // the longest number and unit
        {-0.0, AUG_DIMENSION_USD, "0 USD"},
        {-0.0, AUG_DIMENSION_SECONDS, "0 s"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_string_equal(aug_show(rows[i].value, rows[i].dimension).text, rows[i].text);
}

static void what_is_no_finite_number_is_a_word(void **state) {
    (void)state;
    for (int i = 0; i < AUG_DIMENSION_COUNT; i++) {
        assert_string_equal(aug_show(NAN, (aug_dimension)i).text, "unknown");
        assert_string_equal(aug_show(INFINITY, (aug_dimension)i).text, "unlimited");
        assert_string_equal(aug_show(-INFINITY, (aug_dimension)i).text, "-unlimited");
    }
    assert_string_equal(aug_show_number(NAN, 3).text, "unknown");
    assert_string_equal(aug_show_number(INFINITY, 3).text, "unlimited");
    assert_string_equal(aug_show_number(-INFINITY, 3).text, "-unlimited");
    assert_string_equal(aug_show_capacity(NAN).text, "unknown");
    assert_string_equal(aug_show_capacity(INFINITY).text, "unlimited");
}

static void numbers_are_shown_with_the_digits_asked_for(void **state) {
    (void)state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } rows[] = {
        {0.0, 3, "0"},         {-0.0, 3, "0"},         {-12.0, 3, "-12"},      {1.0, 1, "1"},           {100.0, 3, "100"},
        {1234.5678, 4, "1235"}, {1234.5678, 2, "1235"}, {1234.5678, 6, "1234.57"}, {-2.5, 4, "-2.5"},
        {0.1, 3, "0.1"},       {2.0 / 3.0, 3, "0.667"}, {10.04, 3, "10"},        {9.996, 3, "10"},
        {0.00012345, 3, "0.000123"}, {1e-4, 3, "0.0001"}, {1e-5, 3, "1.00e-05"},  {9999999.0, 3, "9999999"},
        {1e7, 3, "1.00e+07"},  {-1.5e300, 3, "-1.50e+300"}, {5e-324, 2, "4.9e-324"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_string_equal(aug_show_number(rows[i].value, rows[i].digits).text, rows[i].text);
}

static void whole_counts_have_all_digits_below_1e15(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"}, {0.75, "1"}, {12288.0, "12288"}, {-3.0, "-3"}, {999999999999999.0, "999999999999999"},
        {1e15, "1.000e+15"}, {6.4e301, "6.400e+301"}, {INFINITY, "unlimited"}, {NAN, "unknown"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_string_equal(aug_show_whole(rows[i].value).text, rows[i].text);
}

static void capacities_take_binary_prefixes_where_exact(void **state) {
    (void)state;
    static const struct {
        double bits;
        const char *text;
    } rows[] = {
        {192.0 * 8192, "192 KiB"},
        {8192.0, "1 KiB"},
        {8192.0 * 1536, "1536 KiB"}, // one and a half MiB
        {8192.0 * 65536, "64 MiB"},  // the largest prefix that is exact
        {8.0 * 1073741824 * 24, "24 GiB"},
        {8.0 * 1099511627776, "1 TiB"},
        {8.0 * 1099511627776 * 65535, "65535 TiB"},
        {8.0 * 1099511627776 * 65536, "72.1 PB"}, // 2^56 bytes are 72.06·10^15
        {1536e9, "192 GB"},
        {8192.0 * 1.5, "1.54 kB"}, // 1536 bytes
        {8.0, "1 B"},
        {0.0, "0 B"},
        {-8192.0, "-1.02 kB"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_string_equal(aug_show_capacity(rows[i].bits).text, rows[i].text);
}

static void counts_take_a_prefix_from_a_thousand_on(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"},         {0.5, "0.5"},       {1.0, "1"},          {999.0, "999"},    {999.4, "999"},
        {999.6, "1 k"},     {1000.0, "1 k"},    {1234567.0, "1.23 M"}, {8.03e9, "8.03 G"}, {-8.03e9, "-8.03 G"},
        {671e9, "671 G"},   {1e18, "1 E"},      {1e40, "1.00e+22 E"}, {-0.0, "0"},       {NAN, "unknown"},    {INFINITY, "unlimited"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_string_equal(aug_show_count(rows[i].value).text, rows[i].text);
}

static double read_back(const char *text, aug_dimension dimension) {
    aug_quantity quantity;
    char unit[32];
    double value = NAN;
    if (aug_quantity_parse(text, &quantity, unit, sizeof unit) != AUG_QUANTITY_OK ||
        !aug_quantity_to(&quantity, dimension, &value))
        print_error("'%s' is not read back\n", text);
    return value;
}

// Half a unit of the third of three digits is at most 0.5 % of the value.
static void what_is_shown_reads_back_within_its_digits(void **state) {
    (void)state;
    aug_random random = {2024};
    for (int i = 0; i < AUG_DIMENSION_COUNT; i++) {
        aug_dimension dimension = (aug_dimension)i;
        for (int j = 0; j < 500; j++) {
            double value = pow(10.0, 80.0 * aug_random_unit(&random) - 40.0);
            assert_near(read_back(aug_show(value, dimension).text, dimension), value, 0.00501);
        }
    }
}

static void exact_capacities_read_back_exactly(void **state) {
    (void)state;
    aug_random random = {7};
    for (int i = 0; i < 2000; i++) {
        double bits = ldexp(1.0 + (double)aug_random_below(&random, 60000), 13 + 10 * (int)aug_random_below(&random, 4));
        assert_near(read_back(aug_show_capacity(bits).text, AUG_DIMENSION_BITS), bits, 0.0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_shown_with_three_digits_and_a_prefix),
        cmocka_unit_test(what_is_no_finite_number_is_a_word),
        cmocka_unit_test(numbers_are_shown_with_the_digits_asked_for),
        cmocka_unit_test(whole_counts_have_all_digits_below_1e15),
        cmocka_unit_test(capacities_take_binary_prefixes_where_exact),
        cmocka_unit_test(counts_take_a_prefix_from_a_thousand_on),
        cmocka_unit_test(what_is_shown_reads_back_within_its_digits),
        cmocka_unit_test(exact_capacities_read_back_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
