#include "support/testing.h"

#include "text/source_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char path[] = "source_text_test.tmp";

static bool prepare(test_ground *ground, const char *text, size_t length, aug_source_text *source) {
    return aug_source_text_prepare(&ground->arena, &ground->errors, "a.json", text, length, source);
}

static void what_is_no_text_is_refused_at_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        unsigned line, column;
        const char *message, *hint;
    } rows[] = {
#define BYTES(text) text, sizeof(text) - 1
        {BYTES("a\nb\xFF"), 2, 2, "byte 0xFF is not UTF-8", "save the file as UTF-8"},
        {BYTES("a\x80"), 1, 2, "byte 0x80 is not UTF-8", "save the file as UTF-8"},     // no first byte
        {BYTES("\xC3"), 1, 1, "byte 0xC3 is not UTF-8", "save the file as UTF-8"},      // cut off
        {BYTES("\xE2\x82"), 1, 1, "byte 0xE2 is not UTF-8", "save the file as UTF-8"},
        {BYTES("\xF0\x9F\x98"), 1, 1, "byte 0xF0 is not UTF-8", "save the file as UTF-8"},
        {BYTES("\xC3" "a"), 1, 1, "byte 0xC3 is not UTF-8", "save the file as UTF-8"},
        {BYTES("\xC0\x80"), 1, 1, "byte 0xC0 is not UTF-8", "save the file as UTF-8"},  // NUL in two bytes
        {BYTES("\xC1\xBF"), 1, 1, "byte 0xC1 is not UTF-8", "save the file as UTF-8"},
        {BYTES("\xE0\x9F\xBF"), 1, 1, "byte 0xE0 is not UTF-8", "save the file as UTF-8"}, // longer than it need be
        {BYTES("\xF0\x8F\xBF\xBF"), 1, 1, "byte 0xF0 is not UTF-8", "save the file as UTF-8"},
        {BYTES("\xED\xA0\x80"), 1, 1, "byte 0xED is not UTF-8", "save the file as UTF-8"}, // half a surrogate pair
        {BYTES("\xF4\x90\x80\x80"), 1, 1, "byte 0xF4 is not UTF-8", "save the file as UTF-8"}, // beyond U+10FFFF
        {BYTES("\xF8\x88\x80\x80\x80"), 1, 1, "byte 0xF8 is not UTF-8", "save the file as UTF-8"},
        {BYTES("caf\xE9\n"), 1, 4, "byte 0xE9 is not UTF-8", "save the file as UTF-8"}, // Latin-1
        {BYTES("\xC3\xA4\xC3\xA4\x07"), 1, 3, "control character U+0007 in the text", ""}, // columns count characters
        {BYTES("a\0b"), 1, 2, "control character U+0000 in the text", ""},
        {BYTES("a\r\n\x1B[1m"), 2, 1, "control character U+001B in the text", ""},
        {BYTES("\x7F"), 1, 1, "control character U+007F in the text", ""},
        {BYTES("\xC2\x80"), 1, 1, "control character U+0080 in the text", ""},
        {BYTES("a\xEF\xBB\xBF"), 1, 2, "control character U+FEFF in the text", ""}, // a mark that is not at the start
        {BYTES("\xEF\xBB\xBF\xEF\xBB\xBF"), 1, 1, "control character U+FEFF in the text", ""},
        {BYTES("\xEF\xBF\xBF"), 1, 1, "control character U+FFFF in the text", ""},
#define LINE_END(code) "U+" code " in the text, which some programs take for the end of a line", "end lines with \\n or \\r\\n"
        {BYTES("a\n b\rc"), 2, 3, LINE_END("000D")},
        {BYTES("a\r"), 1, 2, LINE_END("000D")},
        {BYTES("a\r\r\n"), 1, 2, LINE_END("000D")},
        {BYTES("a: \xC2\x85"), 1, 4, LINE_END("0085")},
        {BYTES("a: \"\xE2\x80\xA8\""), 1, 5, LINE_END("2028")}, // YAML in blocks is not mended
        {BYTES("[\"\\ud83d\\ude00\", \xE2\x80\xA9]"), 1, 18, LINE_END("2029")}, // outside of strings, behind a mended one
        {BYTES("[1,\r2]"), 1, 4, LINE_END("000D")},
        {BYTES("\xFF\xFE" "a\0"), 0, 0, "the file is UTF-16", "save the file as UTF-8"},
        {BYTES("\xFE\xFF\0a"), 0, 0, "the file is UTF-16", "save the file as UTF-8"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_source_text source;
        assert_false(prepare(&ground, rows[i].text, rows[i].length, &source));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_string_equal(ground.errors.items[0].file, "a.json");
        assert_int_equal(ground.errors.items[0].line, rows[i].line);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

static void texts_are_mended_where_they_are_json(void **state) {
    (void)state;
    static const struct {
        const char *text, *mended;
    } rows[] = {
        {"", ""},
        {"a: \t\r\n\xC2\xA0\xE2\x82\xAC\xF4\x8F\xBF\xBD", "a: \t\r\n\xC2\xA0\xE2\x82\xAC\xF4\x8F\xBF\xBD"},
        {"\t\n\t{\t\"a\tb\": 1\t}\n\t\t", " \n {\t\"a\tb\": 1\t}\n  "},        // tabs around the whole
        {"\t- a\n", "\t- a\n"},
        {"[\"a\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\"]", "[\"a\\N\\L\\P\"]"},             // line ends in a string
        {"\xEF\xBB\xBF" "a", "a"},                                      // a byte order mark is dropped
        {"[\"\\ud83d\\ude00\"]", "[\"\\U0001F600\"]"},
        {" \r\n{\"\\uD800\\uDC00\": 1}", " \r\n{\"\\U00010000\": 1}"},  // the first pair
        {"[\"\\uDBFF\\uDFFF\"]", "[\"\\U0010FFFF\"]"},                  // the last
        {"[\"\\ud83d\"]", "[\"\\uFFFD\"]"},
        {"[\"\\ud83d", "[\"\\uFFFD"},                                   // at the end of the text
        {"[\"\\ud83d\\ude0\"]", "[\"\\uFFFD\\ude0\"]"},                 // its second half is cut off
        {"[\"\\udfff\\ud800\"]", "[\"\\uFFFD\\uFFFD\"]"},
        {"[\"\\ud7ff\\ue000\"]", "[\"\\ud7ff\\ue000\"]"},               // just outside
        {"[\"\\\\ud83d\\\\ude00\"]", "[\"\\\\ud83d\\\\ude00\"]"},       // escaped backslashes
        {"[\"\\\"\\ud83d\"]", "[\"\\\"\\uFFFD\"]"},                     // an escaped quote ends no text
        {"[\"a\", \\ud83d]", "[\"a\", \\ud83d]"},                       // outside of quotes
        {"[\"\\ud83x\", \"\\u\", \"\\", "[\"\\ud83x\", \"\\u\", \"\\"}, // no escapes of four digits
        {"a: \"\\ud83d\\ude00\"", "a: \"\\ud83d\\ude00\""},             // YAML in blocks is left alone
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_source_text source;
        assert_true(prepare(&ground, rows[i].text, strlen(rows[i].text), &source));
        assert_int_equal(source.length, strlen(rows[i].mended));
        assert_string_equal(source.text, rows[i].mended);
        size_t mark = strncmp(rows[i].text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        assert_string_equal(source.original, rows[i].text + mark);
        assert_int_equal(source.original_length, strlen(rows[i].text) - mark);
        test_end(&ground);
    }
}

// Two escapes of 12 characters become one of 10: what stands behind them in the same line moves by two.
static void columns_are_those_of_the_original(void **state) {
    (void)state;
    static const struct {
        unsigned line, column, original;
    } rows[] = {
        {1, 1, 1},   {1, 3, 3},   {1, 13, 15}, {1, 14, 16}, // a pair at 3 .. 12, the closing quote behind it
        {2, 1, 1},   {2, 2, 2},                              // nothing is mended there
        {3, 2, 2},   {3, 13, 15}, {3, 23, 27}, {3, 30, 34}, // two pairs, 3 .. 12 and 13 .. 22
        {4, 3, 3},   {4, 9, 9},                              // a lone half keeps its length
        {5, 3, 3},   {5, 4, 4},   {5, 14, 16},               // one character of two bytes before the pair at 4 .. 13
        {6, 2, 2},   {6, 4, 4},   {6, 5, 4},   {6, 15, 16},  // a separator at 3, mended two characters wide, then a pair
        {7, 1, 1},   {9, 5, 5},
    };
    static const char text[] = "[\"\\ud83d\\ude00\",\n"
                               " 1,\n"
                               " \"\\ud83d\\ude00\\ud83d\\ude00\",\n"
                               " \"\\ud83d\",\r\n"
                               " \"\xC3\xA4\\ud83d\\ude00\",\n"
                               " \"\xE2\x80\xA8\\ud83d\\ude00\"\n"
                               "]";
    test_ground ground;
    test_begin(&ground);
    aug_source_text source;
    assert_true(prepare(&ground, text, sizeof text - 1, &source));
    assert_int_equal(source.shrink_count, 6);
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_int_equal(aug_source_text_column(&source, rows[i].line, rows[i].column), rows[i].original);
    test_end(&ground);
}

static void the_end_of_a_text_is_known(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
    } rows[] = {
        {"", 1, 1}, {"a", 1, 2}, {"a\n", 2, 1}, {"a\r\n\xC3\xA4", 2, 2}, {"[\"\\ud83d\\ude00\"]", 1, 17},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_source_text source;
        assert_true(prepare(&ground, rows[i].text, strlen(rows[i].text), &source));
        assert_int_equal(source.end_line, rows[i].line);
        assert_int_equal(source.end_column, rows[i].column);
        test_end(&ground);
    }
}

// Every column of a text with 60,000 shrinks in lines of 1, 2, 3, ... pairs, against a count from its start.
static void columns_are_found_among_many_shrinks(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    enum { LINES = 346 };
    size_t length = 1;
    char *text = malloc(12 * 60100 + 2 * LINES + 4);
    assert_non_null(text);
    text[0] = '[';
    for (int line = 1; line <= LINES; line++) {
        text[length++] = '"';
        for (int pair = 0; pair < line; pair++, length += 12)
            memcpy(text + length, "\\ud83d\\ude00", 12);
        text[length++] = '"';
        text[length++] = line < LINES ? ',' : ']';
        text[length++] = '\n';
    }
    aug_source_text source;
    assert_true(prepare(&ground, text, length, &source));
    assert_int_equal(source.shrink_count, LINES * (LINES + 1) / 2);
    for (unsigned line = 1; line <= LINES; line++)
        for (unsigned pair = 0; pair <= line; pair++) {
            unsigned start = line == 1 ? 3 : 2; // of the first pair; each has 10 columns of 12
            assert_int_equal(aug_source_text_column(&source, line, start + 10 * pair), start + 12 * pair);
        }
    free(text);
    test_end(&ground);
}

static void more_than_four_mib_are_refused(void **state) {
    (void)state;
    size_t most = AUG_SOURCE_TEXT_BYTES;
    char *text = malloc(most + 1);
    assert_non_null(text);
    memset(text, ' ', most + 1);
    test_ground ground;
    test_begin(&ground);
    aug_source_text source;
    assert_true(prepare(&ground, text, most, &source));
    assert_int_equal(source.length, most);
    assert_false(prepare(&ground, text, most + 1, &source));
    assert_error(&ground.errors, 1, "the text is larger than 4 MiB", "");
    test_end(&ground);
    free(text);
}

static void write_file(const char *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

// The bytes are read as they are: sizes around those that the buffer grows at (16384, 32768) and around the limit.
static void files_up_to_the_limit_are_loaded_whole(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 16383, 16384, 16385, 32768, 1 << 20, (1 << 20) + 1};
    char *bytes = malloc((1 << 20) + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i <= 1 << 20; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        test_ground ground;
        test_begin(&ground);
        write_file(bytes, sizes[i]);
        size_t length = 77;
        const char *text = aug_source_text_load(&ground.arena, &ground.errors, path, 1 << 20, &length);
        if (sizes[i] <= 1 << 20) {
            assert_int_equal(length, sizes[i]);
            assert_memory_equal(text, bytes, sizes[i]);
            assert_int_equal(text[sizes[i]], 0);
            assert_int_equal(ground.errors.count, 0);
        } else {
            assert_null(text);
            assert_error(&ground.errors, 1, "the file is larger than 1 MiB", "");
            assert_string_equal(ground.errors.items[0].file, path);
        }
        test_end(&ground);
    }
    assert_int_equal(remove(path), 0);
    free(bytes);
}

static void what_cannot_be_read_is_told(void **state) {
    (void)state;
    static const struct {
        const char *path, *message;
    } rows[] = {
        {"no/such/file.yaml", "cannot open the file: No such file or directory"},
        {"", "cannot open the file: No such file or directory"},
        {".", "cannot read the file: Is a directory"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        size_t length;
        assert_null(aug_source_text_load(&ground.arena, &ground.errors, rows[i].path, 1 << 20, &length));
        assert_error(&ground.errors, 1, rows[i].message, "");
        assert_string_equal(ground.errors.items[0].file, rows[i].path);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_text_is_refused_at_its_place), cmocka_unit_test(texts_are_mended_where_they_are_json),
        cmocka_unit_test(columns_are_those_of_the_original),       cmocka_unit_test(more_than_four_mib_are_refused),
        cmocka_unit_test(the_end_of_a_text_is_known),              cmocka_unit_test(columns_are_found_among_many_shrinks),
        cmocka_unit_test(files_up_to_the_limit_are_loaded_whole),  cmocka_unit_test(what_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
