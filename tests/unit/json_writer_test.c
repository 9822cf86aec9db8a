#include "support/testing.h"

#include "base/random.h"
#include "text/json_writer.h"

#include <stdlib.h>

typedef struct writer {
    test_ground ground;
    aug_buffer out;
    aug_json json;
} writer;

static void begin_writer(writer *w) {
    test_begin(&w->ground);
    aug_buffer_init(&w->out, &w->ground.arena);
    aug_json_init(&w->json, &w->out);
}

static void objects_and_lists_are_indented_and_rows_are_not(void **state) {
    (void)state;
    writer w;
    begin_writer(&w);
    aug_json *json = &w.json;
    aug_json_open(json, NULL, '{');
    aug_json_text(json, "name", "x");
    aug_json_open(json, "list", '[');
    aug_json_count(json, NULL, 1);
    aug_json_bool(json, NULL, true);
    aug_json_bool(json, NULL, false);
    aug_json_null(json, NULL);
    aug_json_close(json, ']');
    aug_json_open(json, "empty", '[');
    aug_json_close(json, ']');
    aug_json_open_row(json, "row", '{');
    aug_json_number(json, "a", 0.5);
    aug_json_open_row(json, "b", '[');
    aug_json_count(json, NULL, 2);
    aug_json_count(json, NULL, 3);
    aug_json_close(json, ']');
    aug_json_open(json, "c", '{');
    aug_json_close(json, '}');
    aug_json_close(json, '}');
    aug_json_open(json, "object", '{');
    aug_json_text(json, "null", NULL);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
    aug_json_end(json);
    assert_string_equal(aug_buffer_text(&w.out), "{\n"
                                                 "  \"name\": \"x\",\n"
                                                 "  \"list\": [\n"
                                                 "    1,\n"
                                                 "    true,\n"
                                                 "    false,\n"
                                                 "    null\n"
                                                 "  ],\n"
                                                 "  \"empty\": [],\n"
                                                 "  \"row\": {\"a\": 0.5, \"b\": [2, 3], \"c\": {}},\n"
                                                 "  \"object\": {\n"
                                                 "    \"null\": null\n"
                                                 "  }\n"
                                                 "}\n");
    test_end(&w.ground);
}

static void rows_follow_each_other_on_lines_of_their_own(void **state) {
    (void)state;
    writer w;
    begin_writer(&w);
    aug_json_open(&w.json, NULL, '[');
    for (uint64_t i = 0; i < 2; i++) {
        aug_json_open_row(&w.json, NULL, '[');
        aug_json_count(&w.json, NULL, i);
        aug_json_close(&w.json, ']');
    }
    aug_json_open_row(&w.json, NULL, '{');
    aug_json_close(&w.json, '}');
    aug_json_close(&w.json, ']');
    assert_string_equal(aug_buffer_text(&w.out), "[\n  [0],\n  [1],\n  {}\n]");
    test_end(&w.ground);
}

static void a_value_may_stand_alone(void **state) {
    (void)state;
    writer w;
    begin_writer(&w);
    aug_json_count(&w.json, NULL, UINT64_MAX);
    aug_json_end(&w.json);
    assert_string_equal(aug_buffer_text(&w.out), "18446744073709551615\n");
    test_end(&w.ground);
}

static void texts_are_escaped(void **state) {
    (void)state;
    static const struct {
        const char *text, *quoted;
    } rows[] = {
        {"", "\"\""},
        {"a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\""},
        {"a/b", "\"a/b\""},
        {"a\nb\tc\r", "\"a\\nb\\u0009c\\u000d\""},
        {"\x01\x1F", "\"\\u0001\\u001f\""},
        {"\xC3\xA4\xF0\x9F\x98\x80", "\"\xC3\xA4\xF0\x9F\x98\x80\""},
        {"100%s", "\"100%s\""},
        {"a\x7F" "b", "\"a\\u007fb\""},
        {"\xC2\x80\xC2\x85\xC2\x9F\xC2\xA0", "\"\\u0080\\u0085\\u009f\xC2\xA0\""},
        {"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA", "\"\\u2028\\u2029\xE2\x80\xAA\""},
        {"\xEF\xBB\xBF\xEF\xBF\xBD\xEF\xBF\xBE\xEF\xBF\xBF", "\"\\ufeff\xEF\xBF\xBD\\ufffe\\uffff\""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        writer w;
        begin_writer(&w);
        aug_json_text(&w.json, NULL, rows[i].text);
        assert_string_equal(aug_buffer_text(&w.out), rows[i].quoted);
        // What is written reads back, as a document.
        writer row;
        begin_writer(&row);
        aug_json_open_row(&row.json, NULL, '{');
        aug_json_text(&row.json, rows[i].text, rows[i].text);
        aug_json_close(&row.json, '}');
        const aug_node *node = test_parse(&row.ground, aug_buffer_text(&row.out))->first;
        assert_string_equal(node->text, rows[i].text);
        assert_string_equal(node->key, rows[i].text);
        test_end(&row.ground);
        test_end(&w.ground);
    }
}

static void broken_utf8_becomes_a_replacement_character(void **state) {
    (void)state;
    static const struct {
        const char *text, *quoted;
    } rows[] = {
#define MARK "\xEF\xBF\xBD" // U+FFFD
        {"\xFF", "\"" MARK "\""},
        {"a\xC3", "\"a" MARK "\""}, // cut off
        {"\xE2\x82", "\"" MARK MARK "\""},
        {"\xC3\"", "\"" MARK "\\\"\""}, // what follows is still escaped
        {"\xED\xA0\x80", "\"" MARK MARK MARK "\""},
        {"\xC0\x80", "\"" MARK MARK "\""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        writer w;
        begin_writer(&w);
        aug_json_text(&w.json, NULL, rows[i].text);
        assert_string_equal(aug_buffer_text(&w.out), rows[i].quoted);
        test_end(&w.ground);
    }
}

static void numbers_are_written_in_few_digits(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"},          {-0.0, "-0"},         {1.0, "1"},          {100000.0, "100000"},
        {0.1, "0.1"},        {0.1 + 0.2, "0.30000000000000004"}, // the classic
        {123456789.0, "123456789"}, {3.35e12, "3350000000000"}, {9007199254740992.0, "9007199254740992"}, {9007199254740994.0, "9007199254740994"}, {1e17, "1e+17"}, {-2.5, "-2.5"}, {1e-7, "1e-07"},
        {1.0 / 3.0, "0.3333333333333333"}, {9007199254740993.0, "9007199254740992"}, // 2^53
        {1e300, "1e+300"},   {NAN, "null"},        {INFINITY, "null"},  {-INFINITY, "null"},
        {1.7976931348623157e308, "1.7976931348623157e+308"}, {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},  {-1e-323, "-1e-323"}, {1.5e-323, "1.5e-323"}, {1.2345e-310, "1.2345e-310"}, // fewer digits than six
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        writer w;
        begin_writer(&w);
        aug_json_number(&w.json, NULL, rows[i].value);
        assert_string_equal(aug_buffer_text(&w.out), rows[i].text);
        test_end(&w.ground);
    }
}

static void every_double_reads_back_as_itself(void **state) {
    (void)state;
    aug_random random = {99};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = aug_random_next(&random);
        if (i % 4 == 0)
            bits &= UINT64_C(0x800FFFFFFFFFFFFF); // below the normal range
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[32];
        aug_json_shortest(text, value);
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_lists_are_indented_and_rows_are_not),
        cmocka_unit_test(rows_follow_each_other_on_lines_of_their_own),
        cmocka_unit_test(a_value_may_stand_alone),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(broken_utf8_becomes_a_replacement_character),
        cmocka_unit_test(numbers_are_written_in_few_digits),
        cmocka_unit_test(every_double_reads_back_as_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
