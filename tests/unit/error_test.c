#include "support/testing.h"

#include <stdio.h>

static aug_place place_in(const char *text, unsigned line, unsigned column) {
    return (aug_place){"a.yaml", text, (unsigned)strlen(text), line, column};
}

static void an_error_keeps_its_place_message_and_hint(void **state) {
    (void)state;
    aug_errors errors = {0};
    char file[] = "chip.yaml", text[] = "one\ntwo\n", unit[] = "GB";
    aug_place place = {file, text, 8, 2, 3};
    aug_error *error = aug_error_add(&errors, &place, "%d of '%s'", 12, unit);
    aug_error_hint(error, "did you mean '%s'?", unit);
    // What the error was made from is gone.
    memset(file, 'x', strlen(file));
    memset(text, 'x', strlen(text));
    memset(unit, 'x', strlen(unit));
    assert_ptr_equal(error, &errors.items[0]);
    assert_string_equal(error->file, "chip.yaml");
    assert_int_equal(error->line, 2);
    assert_int_equal(error->column, 3);
    assert_string_equal(error->message, "12 of 'GB'");
    assert_string_equal(error->hint, "did you mean 'GB'?");
    assert_string_equal(error->source, "two");
    assert_int_equal(error->caret, 3);
}

static void an_error_may_be_nowhere(void **state) {
    (void)state;
    static const aug_place only_text = {.text = "a\n", .length = 2, .line = 1, .column = 1};
    static const aug_place only_file = {.file = "a.yaml"};
    aug_errors errors = {0};
    aug_error_add(&errors, NULL, "x");
    aug_error_add(&errors, &only_text, "x");
    aug_error_add(&errors, &only_file, "x");
    static const char *const files[] = {"", "", "a.yaml"}, *const sources[] = {"", "a", ""};
    for (int i = 0; i < 3; i++) {
        assert_string_equal(errors.items[i].file, files[i]);
        assert_string_equal(errors.items[i].source, sources[i]);
        assert_string_equal(errors.items[i].hint, "");
        assert_int_equal(errors.items[i].line, i == 1);
    }
}

static void the_line_of_an_error_is_kept_printable(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
        const char *source;
        unsigned caret;
    } rows[] = {
        {"a\nbc\nd", 1, 1, "a", 1},
        {"a\nbc\nd", 2, 2, "bc", 2},
        {"a\nbc\nd", 3, 1, "d", 1},          // no newline at the end
        {"a\nbc\nd", 3, 2, "d", 2},          // just behind the end
        {"a\nbc\nd", 2, 0, "bc", 1},         // no particular column
        {"a\nbc\nd", 0, 0, "", 0},           // no particular line
        {"a\nbc\nd", 4, 1, "", 0},           // no such line
        {"a\n", 2, 1, "", 1},                // the empty line behind the last newline
        {"", 1, 1, "", 1},
        {"\n\nx", 2, 1, "", 1},
        {"ab\r\ncd\r\n", 1, 2, "ab", 2},     // CRLF
        {"ab\r\ncd\r\n", 2, 1, "cd", 1},
        {"\r\nx", 1, 1, "", 1},
        {"a\tb\x01" "c\x7F" "d", 1, 3, "a b.c.d", 3},
        {"\xC3\xA4\xC3\xB6: x", 1, 5, "\xC3\xA4\xC3\xB6: x", 5}, // columns count characters, not bytes
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_errors errors = {0};
        aug_place place = place_in(rows[i].text, rows[i].line, rows[i].column);
        const aug_error *error = aug_error_add(&errors, &place, "x");
        assert_string_equal(error->source, rows[i].source);
        assert_int_equal(error->caret, rows[i].caret);
    }
}

// Up to column 60 a line is shown from its start; beyond, 39 characters stand in front of the caret. 72 are shown.
static void a_long_line_is_cut_to_a_window(void **state) {
    (void)state;
    static const struct {
        unsigned column, first, count, caret; // `first` shown character of the line, from 0
    } rows[] = {
        {1, 0, 72, 1},    {60, 0, 72, 60},    {61, 21, 72, 40},  {100, 60, 72, 40},
        {200, 160, 40, 40}, {201, 161, 39, 40}, // the last of 200 characters, and behind it
    };
    for (int wide = 0; wide < 2; wide++) {
        size_t width = wide ? 2 : 1; // bytes per character: 'A' .. or U+00C1 ..
        char line[401] = "";
        for (int i = 0; i < 200; i++) {
            char letter = (char)('A' + i % 26);
            if (wide)
                line[2 * i] = '\xC3', line[2 * i + 1] = (char)((letter & 0x3F) | 0x80);
            else
                line[i] = letter;
        }
        for (size_t i = 0; i < AUG_COUNT(rows); i++) {
            aug_errors errors = {0};
            aug_place place = place_in(line, 1, rows[i].column);
            const aug_error *error = aug_error_add(&errors, &place, "x");
            assert_int_equal(strlen(error->source), rows[i].count * width);
            assert_memory_equal(error->source, line + rows[i].first * width, rows[i].count * width);
            assert_int_equal(error->caret, rows[i].caret);
            assert_int_equal(error->column, rows[i].column);
        }
    }
}

// 72 characters are shown however wide they are, so the caret stands below one of them.
static void a_line_of_four_byte_characters_reaches_its_caret(void **state) {
    (void)state;
    char line[401];
    for (int i = 0; i < 100; i++)
        memcpy(line + 4 * i, "\xF0\x9F\x98\x80", 4);
    line[400] = '\0';
    aug_errors errors = {0};
    for (unsigned column = 1; column <= 60; column += 59) {
        aug_place place = place_in(line, 1, column);
        const aug_error *error = aug_error_add(&errors, &place, "x");
        assert_int_equal(strlen(error->source), 72 * 4);
        assert_int_equal(error->caret, column);
    }
}

// "\xC3\xA4" is one character: an odd number of bytes cuts it, in the midst of a message, at its end, in a hint, in a path.
static void no_character_is_cut_in_two(void **state) {
    (void)state;
    char wide[601], file[302];
    for (size_t i = 0; i < 600; i++)
        wide[i] = i % 2 ? '\xA4' : '\xC3';
    wide[600] = '\0';
    snprintf(file, sizeof file, "%.300s", wide);
    aug_errors errors = {0};
    aug_error *error = aug_error_add(&errors, &(aug_place){.file = file}, "found '%.7s', end", wide);
    assert_string_equal(error->message, "found '\xC3\xA4\xC3\xA4\xC3\xA4', end");
    assert_int_equal(strlen(error->file), 254); // 255 bytes are kept, of them 127 pairs
    aug_error_hint(error, "%s", wide);
    assert_int_equal(strlen(error->hint), 238);
    assert_int_equal(strlen(aug_error_add(&errors, NULL, "%s", wide)->message), 398);
    error = aug_error_add(&errors, &(aug_place){.file = "caf\xE9.yaml"}, "x"); // a name that fits stays as it is
    assert_string_equal(error->file, "caf\xE9.yaml");
}

static void broken_utf8_stays_inside_its_line(void **state) {
    (void)state;
    char line[1001];
    memset(line, '\x80', 1000); // one "character" of a thousand continuation bytes
    line[1000] = '\0';
    for (unsigned column = 1; column < 1000; column += 111) {
        aug_errors errors = {0};
        aug_place place = place_in(line, 1, column);
        assert_true(strlen(aug_error_add(&errors, &place, "x")->source) < sizeof errors.items[0].source);
    }
}

static void texts_that_are_too_long_are_cut(void **state) {
    (void)state;
    char file[301];
    memset(file, 'f', 300);
    file[300] = '\0';
    aug_errors errors = {0};
    aug_error *error = aug_error_add(&errors, &(aug_place){.file = file}, "%0500d", 7);
    aug_error_hint(error, "%0500d", 7);
    assert_int_equal(strlen(error->file), 255);
    assert_int_equal(strlen(error->message), 399);
    assert_int_equal(strlen(error->hint), 239);
}

static void beyond_sixteen_errors_are_only_counted(void **state) {
    (void)state;
    aug_errors errors = {0};
    for (int i = 0; i < 20; i++) {
        aug_error *error = aug_error_add(&errors, NULL, "error %d", i);
        assert_int_equal(error != NULL, i < 16);
        aug_error_hint(error, "hint %d", i);
    }
    assert_int_equal(errors.count, 16);
    assert_int_equal(errors.dropped, 4);
    assert_int_equal(aug_errors_total(&errors), 20);
    assert_string_equal(errors.items[15].message, "error 15");
    assert_string_equal(errors.items[15].hint, "hint 15");
}

static void lists_of_errors_are_joined(void **state) {
    (void)state;
    aug_errors first = {0}, second = {0};
    for (int i = 0; i < 10; i++)
        aug_error_add(&first, NULL, "first %d", i);
    for (int i = 0; i < 18; i++)
        aug_error_add(&second, NULL, "second %d", i);
    aug_errors_append(&first, &second);
    // 10 + 6 of 16 stored, 10 of those and the 2 dropped before are dropped.
    assert_int_equal(first.count, 16);
    assert_int_equal(first.dropped, 12);
    assert_int_equal(aug_errors_total(&first), 28);
    assert_string_equal(first.items[9].message, "first 9");
    assert_string_equal(first.items[10].message, "second 0");
    assert_string_equal(first.items[15].message, "second 5");
}

// Errors are found table by table; people read a file from its top.
static void errors_of_a_file_are_put_in_order(void **state) {
    (void)state;
    static const struct {
        const char *file;
        unsigned line, column;
    } found[] = {{"a", 9, 1}, {"a", 2, 7}, {"a", 2, 3}, {"b", 1, 1}, {"a", 1, 1}};
    static const unsigned lines[] = {2, 2, 9, 1, 1}, columns[] = {3, 7, 1, 1, 1};
    aug_errors errors = {0};
    for (size_t i = 0; i < AUG_COUNT(found); i++)
        aug_error_add(&errors, &(aug_place){.file = found[i].file, .line = found[i].line, .column = found[i].column}, "x");
    aug_errors_sort(&errors);
    for (size_t i = 0; i < AUG_COUNT(found); i++) {
        assert_int_equal(errors.items[i].line, lines[i]);
        assert_int_equal(errors.items[i].column, columns[i]);
    }
}

// What is read again and again is wrong once.
static void the_same_error_of_the_same_place_is_kept_once(void **state) {
    (void)state;
    aug_errors errors = {0}, more = {0};
    const aug_place here = {.file = "a", .line = 2, .column = 3}, there = {.file = "a", .line = 2, .column = 4};
    aug_error *first = aug_error_add(&errors, &here, "unknown key '%s'", "x");
    assert_ptr_equal(aug_error_add(&errors, &here, "unknown key '%s'", "x"), first);
    aug_error_add(&errors, &there, "unknown key 'x'");
    aug_error_add(&errors, &here, "unknown key 'y'");
    assert_int_equal(aug_errors_total(&errors), 3);
    aug_error_add(&more, &here, "unknown key 'x'");
    aug_error_add(&more, &here, "unknown key 'z'");
    aug_errors_append(&errors, &more);
    assert_int_equal(aug_errors_total(&errors), 4);
    assert_string_equal(errors.items[3].message, "unknown key 'z'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_a_file_are_put_in_order),
        cmocka_unit_test(an_error_keeps_its_place_message_and_hint),
        cmocka_unit_test(an_error_may_be_nowhere),
        cmocka_unit_test(the_line_of_an_error_is_kept_printable),
        cmocka_unit_test(a_long_line_is_cut_to_a_window),
        cmocka_unit_test(a_line_of_four_byte_characters_reaches_its_caret),
        cmocka_unit_test(no_character_is_cut_in_two),
        cmocka_unit_test(broken_utf8_stays_inside_its_line),
        cmocka_unit_test(texts_that_are_too_long_are_cut),
        cmocka_unit_test(beyond_sixteen_errors_are_only_counted),
        cmocka_unit_test(lists_of_errors_are_joined),
        cmocka_unit_test(the_same_error_of_the_same_place_is_kept_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
