#include "support/testing.h"

#include "base/buffer.h"
#include "base/random.h"
#include "text/table.h"

#include <stdio.h>

static const char path[] = "table_test.csv";

// Loads a table with these bytes.
static aug_table *load(test_ground *ground, const char *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    aug_table *table = aug_table_load(&ground->arena, &ground->errors, path);
    assert_int_equal(remove(path), 0);
    return table;
}

static void tables_have_the_cells_of_their_text(void **state) {
    (void)state;
    static const char *const texts[] = {
        "a,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y",                            // no newline at the end
        "a,b\r\n1,x\r\n2,y\r\n",                    // CRLF
        "\xEF\xBB\xBF\x61,b\n1,x\n2,y\n",              // a byte order mark, then an a
        "\"a\",\"b\"\n\"1\",\"x\"\n2,\"y\"\n",      // quotes
        "\n\na,b\n\n1,x\n\n\n2,y\n\n",              // empty lines
        "a , b\n1,\tx\n 2,y \n",                    // blanks around cells
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_table *table = load(&ground, texts[i], strlen(texts[i]));
        assert_int_equal(ground.errors.count, 0);
        assert_non_null(table);
        assert_string_equal(table->name, path);
        assert_int_equal(table->column_count, 2);
        assert_int_equal(table->row_count, 2);
        static const char *const cells[] = {"1", "x", "2", "y"};
        for (int j = 0; j < 4; j++)
            assert_string_equal(table->rows[j / 2].cells[j % 2], cells[j]);
        assert_int_equal(aug_table_column(table, "a"), 0);
        assert_int_equal(aug_table_column(table, "b"), 1);
        assert_int_equal(aug_table_column(table, "c"), -1);
        assert_int_equal(aug_table_column(table, "A"), -1);
        test_end(&ground);
    }
}

static void quoted_cells_keep_everything(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char text[] = "name,\"a,b\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n\" x \",\"\"\n";
    const aug_table *table = load(&ground, text, sizeof text - 1);
    assert_string_equal(table->columns[1], "a,b");
    assert_string_equal(table->rows[0].cells[0], "say \"hi\"");
    assert_string_equal(table->rows[0].cells[1], "two\nlines");
    assert_string_equal(table->rows[1].cells[0], " x ");
    assert_string_equal(table->rows[1].cells[1], "");
    test_end(&ground);
}

static void rows_know_their_lines(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char text[] = "a,b\n\n1,x\r\n2,\"y\nz\"\n3,w"; // the third row begins behind a cell of two lines
    const aug_table *table = load(&ground, text, sizeof text - 1);
    static const unsigned lines[] = {3, 4, 6};
    assert_int_equal(table->row_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(table->rows[i].line, lines[i]);
    test_end(&ground);
}

static void the_last_row_knows_its_line_too(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
    } rows[] = {
        {"a\n1\n2", 3},                  // no newline at the end
        {"a\n1\n2\n", 3},
        {"a\n1\n\"2\n3\"\n", 3},         // a newline in the first cell
        {"a\n1\n \t\n\n\"\n\n3\"", 5},    // blanks and nothing before it
        {"a\r1\r2\r", 3},               // the oldest way to end lines
        {"a\r\n1\r\n\r\n2", 4},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_table *table = load(&ground, rows[i].text, strlen(rows[i].text));
        assert_int_equal(table->row_count, 2);
        assert_int_equal(table->rows[1].line, rows[i].line);
        test_end(&ground);
    }
}

static void what_is_no_text_is_no_table(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *message, *hint;
    } rows[] = {
#define BYTES(text) text, sizeof(text) - 1
        {BYTES("a,b\n1,x\0y\n"), "control character U+0000 in the text", ""},
        {BYTES("a,b\n1,x\x1B\n"), "control character U+001B in the text", ""},
        {BYTES("a,b\n1,\"\x7F\"\n"), "control character U+007F in the text", ""},
        {BYTES("a,b\n1,\xE4\n"), "byte 0xE4 is not UTF-8", "save the file as UTF-8"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(load(&ground, rows[i].text, rows[i].length));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].line, 2);
        test_end(&ground);
    }
}

static void one_empty_quoted_cell_is_a_row(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char text[] = "a\n\"\"\n\nx\n \"\" \n";
    const aug_table *table = load(&ground, text, sizeof text - 1);
    assert_int_equal(table->row_count, 3);
    assert_string_equal(table->rows[0].cells[0], "");
    assert_string_equal(table->rows[1].cells[0], "x");
    assert_string_equal(table->rows[2].cells[0], "");
    assert_int_equal(table->rows[2].line, 5);
    test_end(&ground);
}

static void short_lines_are_filled_up(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char text[] = "a,b,c\n1\n1,2\n,,3\n";
    const aug_table *table = load(&ground, text, sizeof text - 1);
    assert_int_equal(table->row_count, 3);
    assert_string_equal(table->rows[0].cells[2], "");
    assert_string_equal(table->rows[1].cells[1], "2");
    assert_string_equal(table->rows[1].cells[2], "");
    assert_string_equal(table->rows[2].cells[0], "");
    assert_string_equal(table->rows[2].cells[2], "3");
    assert_string_equal(aug_table_cell(table, &table->rows[1], 1), "2");
    assert_string_equal(aug_table_cell(table, &table->rows[1], -1), "");
    assert_string_equal(aug_table_cell(table, &table->rows[1], 3), "");
    test_end(&ground);
}

static void malformed_tables_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
        const char *message;
    } rows[] = {
        {"", 0, "the table is empty: no header line"},
        {"\n\r\n", 0, "the table is empty: no header line"},
        {"\xEF\xBB\xBF", 0, "the table is empty: no header line"},
        {"a,b,a\n1,2,3\n", 1, "column 'a' stands twice"},
        {"\na,,b,\n", 2, "column '' stands twice"},
        {"a,b\n1,2\n1,2,3\n", 3, "3 cells in a table of 2 columns"},
        {"a,b\n1,2,\n", 2, "3 cells in a table of 2 columns"},
        {"a,b\n1,\"x\n", 2, "malformed CSV: error parsing data while strict checking enabled"}, // no closing quote
        {"a,b\n1,x\"y\n", 2, "malformed CSV: error parsing data while strict checking enabled"},
        {"a,b\n1,\"x\"y\n", 2, "malformed CSV: error parsing data while strict checking enabled"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(load(&ground, rows[i].text, strlen(rows[i].text)));
        assert_error(&ground.errors, 1, rows[i].message, "");
        assert_string_equal(ground.errors.items[0].file, path);
        assert_int_equal(ground.errors.items[0].line, rows[i].line);
        assert_int_equal(ground.errors.items[0].column, rows[i].line ? 1 : 0);
        test_end(&ground);
    }
    test_ground ground;
    test_begin(&ground);
    assert_null(aug_table_load(&ground.arena, &ground.errors, "no/such.csv"));
    assert_error(&ground.errors, 1, "cannot open the file: No such file or directory", "");
    test_end(&ground);
}

static void reading_ends_at_sixteen_errors(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    char text[202] = "a\n";
    for (int i = 0; i < 50; i++)
        memcpy(text + 2 + 4 * i, "1,2\n", 4);
    assert_null(load(&ground, text, 202));
    assert_error(&ground.errors, 16, "2 cells in a table of 1 columns", "");
    assert_int_equal(ground.errors.items[15].line, 17);
    test_end(&ground);
}

// More rows than a table holds at first (256), more columns than a row does (32).
static void tables_grow(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    for (int row = -1; row < 1000; row++)
        for (int column = 0; column < 40; column++)
            aug_buffer_print(&text, row < 0 ? "c%d%s" : "%d%s", row < 0 ? column : row * 40 + column, column < 39 ? "," : "\n");
    const aug_table *table = load(&ground, aug_buffer_text(&text), text.length);
    assert_int_equal(table->column_count, 40);
    assert_int_equal(table->row_count, 1000);
    for (int i = 0; i < 40000; i++) {
        double value = -1.0;
        assert_true(aug_table_number(table, &table->rows[i / 40], i % 40, &ground.errors, &value));
        assert_near(value, i, 0.0);
    }
    test_end(&ground);
}

static void cells_are_read_as_finite_numbers(void **state) {
    (void)state;
    static const struct {
        const char *cell;
        double value;
        const char *message; // NULL: a number; "": an empty cell, which is no error
    } rows[] = {
        {"12", 12.0, NULL},     {"-0.5", -0.5, NULL},  {"1e3", 1000.0, NULL}, {" 7 ", 7.0, NULL}, {"1e-400", 0.0, NULL},
        {"", 0.0, ""},          {"  ", 0.0, ""},
        {"x", 0.0, "column 'b': expected a number, found 'x'"},
        {"1 2", 0.0, "column 'b': expected a number, found '1 2'"},
        {"3 ms", 0.0, "column 'b': expected a number, found '3 ms'"},
        {"nan", 0.0, "column 'b': expected a number, found 'nan'"},
        {"inf", 0.0, "column 'b': expected a number, found 'inf'"},
        {"0x10", 0.0, "column 'b': expected a number, found '0x10'"},
        {"-0X1p3", 0.0, "column 'b': expected a number, found '-0X1p3'"},
        {"1e400", 0.0, "column 'b': expected a number, found '1e400'"},
        {"\"1,5\"", 0.0, "column 'b': expected a number, found '1,5'"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena, "a,b\n\nx,%s\n", rows[i].cell);
        const aug_table *table = load(&ground, text, strlen(text));
        double value = NAN;
        assert_int_equal(aug_table_number(table, &table->rows[0], 1, &ground.errors, &value), rows[i].message == NULL);
        if (!rows[i].message)
            assert_near(value, rows[i].value, 0.0);
        assert_error(&ground.errors, rows[i].message && *rows[i].message ? 1 : 0, rows[i].message, "");
        assert_int_equal(ground.errors.items[0].line, ground.errors.count ? 3 : 0);
        assert_false(aug_table_number(table, &table->rows[0], -1, &ground.errors, &value)); // no such column
        test_end(&ground);
    }
}

static void cells_are_quoted_where_they_must_be(void **state) {
    (void)state;
    static const struct {
        const char *cell, *quoted;
    } rows[] = {
        {"", ""},           {"abc", "abc"},           {"a b", "a b"},         {"a,b", "\"a,b\""},
        {"\"", "\"\"\"\""}, {"say \"x\"", "\"say \"\"x\"\"\""}, {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""},
        {"\xC3\xA4", "\xC3\xA4"}, {" a", "\" a\""},      {"a\t", "\"a\t\""},    {" ", "\" \""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        char out[32];
        aug_table_quote(out, sizeof out, rows[i].cell);
        assert_string_equal(out, rows[i].quoted);
    }
}

static void a_quoted_cell_stays_inside_its_buffer(void **state) {
    (void)state;
    for (size_t size = 0; size < 12; size++) {
        char out[16];
        memset(out, '#', sizeof out);
        aug_table_quote(out, size, "a,b,c,d,e");
        assert_true(size == 0 || strlen(out) < size);
        assert_int_equal(out[size], '#');
        aug_table_quote(out, size, "abcdefghi");
        assert_true(size == 0 || strlen(out) < size);
        assert_int_equal(out[size], '#');
    }
}

static void what_is_quoted_reads_back_as_itself(void **state) {
    (void)state;
    aug_random random = {11};
    static const char letters[] = "ab,\"\n;' \tx";
    for (int i = 0; i < 200; i++) {
        char cells[3][9], quoted[3][24];
        for (int j = 0; j < 3; j++) {
            size_t length = 1 + aug_random_below(&random, 8);
            for (size_t k = 0; k < length; k++)
                cells[j][k] = letters[aug_random_below(&random, sizeof letters - 1)];
            cells[j][length] = '\0';
            aug_table_quote(quoted[j], sizeof quoted[j], cells[j]);
        }
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena, "a,b,c\n%s,%s,%s\n", quoted[0], quoted[1], quoted[2]);
        const aug_table *table = load(&ground, text, strlen(text));
        assert_non_null(table);
        for (int j = 0; j < 3; j++)
            assert_string_equal(table->rows[0].cells[j], cells[j]);
        test_end(&ground);
    }
}

static void tables_are_known_by_their_ending(void **state) {
    (void)state;
    static const char *const named[] = {"a.csv", "x/a.CSV", "a.b.csv"};
    static const char *const other[] = {"", "csv", ".csv", "a.csv.gz", "a.yaml"};
    for (size_t i = 0; i < AUG_COUNT(named); i++)
        assert_true(aug_table_is_named(named[i]));
    for (size_t i = 0; i < AUG_COUNT(other); i++)
        assert_false(aug_table_is_named(other[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_have_the_cells_of_their_text), cmocka_unit_test(quoted_cells_keep_everything),
        cmocka_unit_test(the_last_row_knows_its_line_too),     cmocka_unit_test(what_is_no_text_is_no_table),
        cmocka_unit_test(one_empty_quoted_cell_is_a_row),
        cmocka_unit_test(rows_know_their_lines),               cmocka_unit_test(short_lines_are_filled_up),
        cmocka_unit_test(malformed_tables_are_refused),        cmocka_unit_test(reading_ends_at_sixteen_errors),
        cmocka_unit_test(tables_grow),                         cmocka_unit_test(cells_are_read_as_finite_numbers),
        cmocka_unit_test(cells_are_quoted_where_they_must_be), cmocka_unit_test(a_quoted_cell_stays_inside_its_buffer),
        cmocka_unit_test(what_is_quoted_reads_back_as_itself), cmocka_unit_test(tables_are_known_by_their_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
