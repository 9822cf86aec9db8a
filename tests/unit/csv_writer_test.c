#include "support/testing.h"

#include "base/random.h"
#include "text/csv_writer.h"
#include "text/table.h"

#include <stdio.h>

static void rows_are_written_cell_by_cell(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer out;
    aug_buffer_init(&out, &ground.arena);
    aug_csv csv = {.out = &out};
    aug_csv_text(&csv, "name");
    aug_csv_text(&csv, "a,b");
    aug_csv_end(&csv);
    aug_csv_text(&csv, "say \"hi\"");
    aug_csv_number(&csv, 0.1);
    aug_csv_end(&csv);
    aug_csv_text(&csv, "");
    aug_csv_number(&csv, -1e300);
    aug_csv_end(&csv);
    aug_csv_number(&csv, NAN); // unknown: an empty cell
    aug_csv_number(&csv, INFINITY);
    aug_csv_text(&csv, "two\nlines");
    aug_csv_end(&csv);
    assert_string_equal(aug_buffer_text(&out), "name,\"a,b\"\n"
                                               "\"say \"\"hi\"\"\",0.1\n"
                                               ",-1e+300\n"
                                               ",,\"two\nlines\"\n");
    test_end(&ground);
}

static void a_row_of_one_empty_cell_is_a_row(void **state) {
    (void)state;
    static const char path[] = "csv_writer_test.tmp";
    test_ground ground;
    test_begin(&ground);
    aug_buffer out;
    aug_buffer_init(&out, &ground.arena);
    aug_csv csv = {.out = &out};
    aug_csv_text(&csv, "a");
    aug_csv_end(&csv);
    aug_csv_text(&csv, "");
    aug_csv_end(&csv);
    aug_csv_number(&csv, NAN);
    aug_csv_end(&csv);
    aug_csv_text(&csv, " x");
    aug_csv_end(&csv);
    assert_string_equal(aug_buffer_text(&out), "a\n\"\"\n\"\"\n\" x\"\n");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(out.text, 1, out.length, file), out.length);
    assert_int_equal(fclose(file), 0);
    const aug_table *table = aug_table_load(&ground.arena, &ground.errors, path);
    assert_int_equal(remove(path), 0);
    assert_non_null(table);
    assert_int_equal(table->row_count, 3);
    assert_string_equal(table->rows[1].cells[0], "");
    assert_string_equal(table->rows[2].cells[0], " x");
    test_end(&ground);
}

static void a_cell_may_be_all_quotes(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    char quotes[1001], expected[2003];
    memset(quotes, '"', 1000);
    quotes[1000] = '\0';
    memset(expected, '"', 2002); // each twice, and one at either end
    expected[2002] = '\0';
    aug_buffer out;
    aug_buffer_init(&out, &ground.arena);
    aug_csv csv = {.out = &out};
    aug_csv_text(&csv, quotes);
    assert_string_equal(aug_buffer_text(&out), expected);
    test_end(&ground);
}

static void what_is_written_reads_back_as_itself(void **state) {
    (void)state;
    static const char path[] = "csv_writer_test.tmp";
    static const char *const texts[] = {"x", "a,b", "\"", "two\r\nlines", "\xC3\xA4", "a b", "'", "=1+1", " x", "x\t", " "};
    enum { ROWS = 200 };
    test_ground ground;
    test_begin(&ground);
    aug_random random = {3};
    double numbers[ROWS];
    aug_buffer out;
    aug_buffer_init(&out, &ground.arena);
    aug_csv csv = {.out = &out};
    aug_csv_text(&csv, "text");
    aug_csv_text(&csv, "number");
    aug_csv_end(&csv);
    for (size_t i = 0; i < ROWS; i++) {
        numbers[i] = (aug_random_unit(&random) - 0.5) * pow(10.0, 600.0 * aug_random_unit(&random) - 300.0);
        aug_csv_text(&csv, texts[i % AUG_COUNT(texts)]);
        aug_csv_number(&csv, numbers[i]);
        aug_csv_end(&csv);
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(out.text, 1, out.length, file), out.length);
    assert_int_equal(fclose(file), 0);
    const aug_table *table = aug_table_load(&ground.arena, &ground.errors, path);
    assert_int_equal(remove(path), 0);
    assert_non_null(table);
    assert_int_equal(table->row_count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        double value = NAN;
        assert_string_equal(table->rows[i].cells[0], texts[i % AUG_COUNT(texts)]);
        assert_true(aug_table_number(table, &table->rows[i], 1, &ground.errors, &value));
        assert_near(value, numbers[i], 0.0);
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_cell_by_cell),
        cmocka_unit_test(a_row_of_one_empty_cell_is_a_row),
        cmocka_unit_test(a_cell_may_be_all_quotes),
        cmocka_unit_test(what_is_written_reads_back_as_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
