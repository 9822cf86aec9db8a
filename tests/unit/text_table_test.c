#include "support/testing.h"

#include "report/text_table.h"

typedef struct bench {
    test_ground ground;
    aug_buffer out;
    aug_text_table table;
} bench;

static void set_up(bench *b, const char *alignment) {
    test_begin(&b->ground);
    aug_buffer_init(&b->out, &b->ground.arena);
    aug_text_table_init(&b->table, &b->ground.arena, alignment);
}

static void fill(bench *b, const char *const *cells) {
    for (; *cells; cells++)
        aug_text_table_add(&b->table, *cells);
}

static void columns_are_as_wide_as_their_widest_cell(void **state) {
    (void)state;
    bench b;
    set_up(&b, "lrl");
    fill(&b, (const char *const[]){"name", "n", "note", "x", "1000", "", "longer name", "2", "yes", NULL});
    assert_int_equal(aug_text_table_width(&b.table), 11 + 2 + 4 + 2 + 4);
    aug_text_table_write(&b.table, &b.out, 1);
    assert_string_equal(aug_buffer_text(&b.out), " name            n  note\n"
                                                 " x            1000  \n"
                                                 " longer name     2  yes\n");
    test_end(&b.ground);
}

static void cells_beyond_the_most_of_a_column_are_cut(void **state) {
    (void)state;
    bench b;
    set_up(&b, "lr");
    b.table.most[0] = 6;
    aug_text_table_add(&b.table, "abcdef");
    aug_text_table_print_cell(&b.table, "%d", 7);
    aug_text_table_add(&b.table, "abcdefg");
    aug_text_table_print_cell(&b.table, "%.1f %%", 12.34);
    aug_text_table_write(&b.table, &b.out, 0);
    assert_string_equal(aug_buffer_text(&b.out), "abcdef       7\n"
                                                 "abcd..  12.3 %\n");
    test_end(&b.ground);
}

static void a_table_that_is_too_wide_loses_text_but_no_numbers(void **state) {
    (void)state;
    bench b;
    set_up(&b, "lrl");
    fill(&b, (const char *const[]){"0123456789abcdef", "12345678901234567890", "0123456789", NULL});
    // 16 + 2 + 20 + 2 + 10 = 50; the first column gives until both texts are alike, then both in turn.
    aug_text_table_fit(&b.table, 42);
    assert_int_equal(aug_text_table_width(&b.table), 42);
    aug_text_table_write(&b.table, &b.out, 0);
    assert_string_equal(aug_buffer_text(&b.out), "0123456..  12345678901234567890  0123456..\n");
    // No text column falls below 6 characters.
    aug_text_table_fit(&b.table, 10);
    assert_int_equal(aug_text_table_width(&b.table), 6 + 2 + 20 + 2 + 6);
    test_end(&b.ground);
}

static void a_table_that_fits_stays_as_it_is(void **state) {
    (void)state;
    bench b;
    set_up(&b, "ll");
    fill(&b, (const char *const[]){"left side", "right side", NULL});
    aug_text_table_fit(&b.table, 21);
    aug_text_table_write(&b.table, &b.out, 0);
    assert_string_equal(aug_buffer_text(&b.out), "left side  right side\n");
    test_end(&b.ground);
}

static void tables_grow_with_their_rows(void **state) {
    (void)state;
    bench b;
    set_up(&b, "r");
    for (int i = 0; i < 1000; i++)
        aug_text_table_print_cell(&b.table, "%d", i);
    aug_text_table_write(&b.table, &b.out, 0);
    assert_int_equal(b.out.length, 4000);
    assert_string_equal(aug_buffer_text(&b.out) + 3996, "999\n");
    test_end(&b.ground);
}

static void lines_break_between_words(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t indent, width;
        const char *lines;
    } rows[] = {
        {"one two three", 0, 80, "one two three\n"},
        {"one two three", 0, 7, "one two\nthree\n"},
        {"one two three", 0, 6, "one\ntwo\nthree\n"},
        {"one two three", 2, 9, "  one two\n  three\n"},
        {"one  two", 0, 80, "one two\n"},
        {"incomprehensible word", 0, 5, "incomprehensible\nword\n"},
        {"", 2, 80, "\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b, "l");
        aug_text_wrap(&b.out, rows[i].text, rows[i].indent, rows[i].width);
        assert_string_equal(aug_buffer_text(&b.out), rows[i].lines);
        test_end(&b.ground);
    }
}

static void figures_stand_behind_their_label_and_wrap_there(void **state) {
    (void)state;
    bench b;
    set_up(&b, "l");
    aug_text_labelled(&b.out, "throughput", "6650 tokens/s (0.1015 per chip), prompt work of all requests included");
    assert_string_equal(aug_buffer_text(&b.out), "  throughput             6650 tokens/s (0.1015 per chip), prompt work of all\n"
                                                 "                         requests included\n");
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(cells_beyond_the_most_of_a_column_are_cut),
        cmocka_unit_test(a_table_that_is_too_wide_loses_text_but_no_numbers),
        cmocka_unit_test(a_table_that_fits_stays_as_it_is),
        cmocka_unit_test(tables_grow_with_their_rows),
        cmocka_unit_test(lines_break_between_words),
        cmocka_unit_test(figures_stand_behind_their_label_and_wrap_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
