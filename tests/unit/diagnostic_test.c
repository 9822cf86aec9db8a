#include "support/testing.h"

#include "text/diagnostic.h"

static void one_error_is_printed_with_its_line_and_caret(void **state) {
    (void)state;
    static const char text[] = "machine: x\n  bandwith: 400 GB/s\n";
    static const struct {
        aug_place place;
        const char *hint, *printed;
    } rows[] = {
        {{"chip.yaml", text, sizeof text - 1, 2, 3}, "did you mean 'bandwidth'?",
         "chip.yaml:2:3: error: unknown key\n"
         "    2 |   bandwith: 400 GB/s\n"
         "      |   ^\n"
         "hint: did you mean 'bandwidth'?\n"},
        {{"chip.yaml", text, sizeof text - 1, 1, 1}, NULL,
         "chip.yaml:1:1: error: unknown key\n"
         "    1 | machine: x\n"
         "      | ^\n"},
        {{"chip.csv", NULL, 0, 12, 1}, NULL, "chip.csv:12:1: error: unknown key\n"}, // a line without its text
        {{"chip.yaml", NULL, 0, 0, 0}, "look here", "chip.yaml: error: unknown key\nhint: look here\n"},
        {{NULL, NULL, 0, 0, 0}, NULL, "error: unknown key\n"},
        {{"chip.yaml", text, sizeof text - 1, 3, 1}, NULL, "chip.yaml:3:1: error: unknown key\n"}, // the empty last line
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_error *error = aug_error_add(&ground.errors, &rows[i].place, "unknown key");
        if (rows[i].hint)
            aug_error_hint(error, "%s", rows[i].hint);
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_diagnostic_print(&out, error);
        assert_string_equal(aug_buffer_text(&out), rows[i].printed);
        test_end(&ground);
    }
}

static void the_caret_stands_below_its_character(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
        const char *printed;
    } rows[] = {
        {"\tx", 1, 2, "f:1:2: error: m\n    1 |  x\n      |  ^\n"},                 // a tab takes one column
        {"\xC3\xA4: x", 1, 4, "f:1:4: error: m\n    1 | \xC3\xA4: x\n      |    ^\n"}, // two bytes, one column
        {"ab", 1, 3, "f:1:3: error: m\n    1 | ab\n      |   ^\n"},                // behind the end
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_place place = {"f", rows[i].text, (unsigned)strlen(rows[i].text), rows[i].line, rows[i].column};
        aug_error_add(&ground.errors, &place, "m");
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_diagnostics_print(&out, &ground.errors);
        assert_string_equal(aug_buffer_text(&out), rows[i].printed);
        test_end(&ground);
    }
}

static void a_line_far_down_keeps_its_caret(void **state) {
    (void)state;
    static const struct {
        unsigned line;
        const char *printed;
    } rows[] = {
        {99999, "f:99999:2: error: m\n99999 | abc\n      |  ^\n"},
        {100000, "f:100000:2: error: m\n100000 | abc\n       |  ^\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer text, out;
        aug_buffer_init(&text, &ground.arena);
        aug_buffer_fill(&text, '\n', rows[i].line - 1);
        aug_buffer_put(&text, "abc\n");
        aug_place place = {"f", aug_buffer_text(&text), (unsigned)text.length, rows[i].line, 2};
        aug_error_add(&ground.errors, &place, "m");
        aug_buffer_init(&out, &ground.arena);
        aug_diagnostics_print(&out, &ground.errors);
        assert_string_equal(aug_buffer_text(&out), rows[i].printed);
        test_end(&ground);
    }
}

static void errors_beyond_the_limit_are_counted(void **state) {
    (void)state;
    static const struct {
        int errors;
        const char *end;
    } rows[] = {
        {0, ""},
        {1, "error: m\n"},
        {16, "error: m\n"},
        {17, "error: m\nand 1 more error\n"},
        {20, "error: m\nand 4 more errors\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        for (int j = 0; j < rows[i].errors; j++)
            aug_error_add(&ground.errors, NULL, "m");
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_diagnostics_print(&out, &ground.errors);
        size_t shown = rows[i].errors < 16 ? (size_t)rows[i].errors : 16, length = shown ? (shown - 1) * strlen("error: m\n") : 0;
        assert_int_equal(out.length, length + strlen(rows[i].end));
        assert_string_equal(aug_buffer_text(&out) + length, rows[i].end);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_error_is_printed_with_its_line_and_caret),
        cmocka_unit_test(the_caret_stands_below_its_character),
        cmocka_unit_test(a_line_far_down_keeps_its_caret),
        cmocka_unit_test(errors_beyond_the_limit_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
