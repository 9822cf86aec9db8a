#include "support/testing.h"

#include "base/utf8.h"

#include <stdbool.h>

static unsigned decode(const char *bytes, size_t length, unsigned *code) {
    const unsigned char *at = (const unsigned char *)bytes;
    return aug_utf8_decode(at, at + length, code);
}

static void characters_have_their_length_and_code(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        unsigned length, code;
    } rows[] = {
        {"a", 1, 'a'},
        {"\x7F", 1, 0x7F},
        {"\xC2\x80", 2, 0x80}, // the first and the last of each length
        {"\xC3\xA4", 2, 0xE4},
        {"\xDF\xBF", 2, 0x7FF},
        {"\xE0\xA0\x80", 3, 0x800},
        {"\xE2\x82\xAC", 3, 0x20AC},
        {"\xED\x9F\xBF", 3, 0xD7FF}, // around the surrogates
        {"\xEE\x80\x80", 3, 0xE000},
        {"\xEF\xBF\xBF", 3, 0xFFFF},
        {"\xF0\x90\x80\x80", 4, 0x10000},
        {"\xF0\x9F\x98\x80", 4, 0x1F600},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        unsigned code = 0;
        assert_int_equal(decode(rows[i].bytes, strlen(rows[i].bytes), &code), rows[i].length);
        assert_int_equal(code, rows[i].code);
        for (size_t cut = 1; cut < rows[i].length; cut++)
            assert_int_equal(decode(rows[i].bytes, cut, &code), 0);
    }
    unsigned code = 1;
    assert_int_equal(decode("\0", 1, &code), 1);
    assert_int_equal(code, 0);
}

static void what_the_standard_forbids_is_no_character(void **state) {
    (void)state;
    static const char *const rows[] = {
        "\x80",     "\xBF",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF7\xBF\xBF\xBF", "\xF8\x88\x80\x80\x80",
        "\xFE",     "\xFF",         "\xC3" "a",         "\xE2\x82" "a",     "\xF0\x9F\x98" "a", "\xE2" "a" "\x82", "\xC3\xC3",
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        unsigned code;
        assert_int_equal(decode(rows[i], strlen(rows[i]), &code), 0);
    }
}

// Every code point is written by hand-made rules of RFC 3629 and read back.
static void every_code_point_is_read_back(void **state) {
    (void)state;
    for (unsigned code = 0; code <= 0x10FFFF; code++) {
        char bytes[4];
        size_t length = 0;
        if (code < 0x80)
            bytes[length++] = (char)code;
        else if (code < 0x800)
            bytes[length++] = (char)(0xC0 | code >> 6);
        else if (code < 0x10000)
            bytes[length++] = (char)(0xE0 | code >> 12);
        else
            bytes[length++] = (char)(0xF0 | code >> 18);
        for (int shift = code < 0x80 ? -6 : code < 0x800 ? 0 : code < 0x10000 ? 6 : 12; shift >= 0; shift -= 6)
            bytes[length++] = (char)(0x80 | (code >> shift & 0x3F));
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        unsigned found = 0;
        unsigned taken = decode(bytes, length, &found);
        if (taken != (surrogate ? 0 : length) || (!surrogate && found != code))
            fail_msg("U+%04X is read as U+%04X in %u bytes", code, found, taken);
    }
}

static void a_text_holds_no_control_characters(void **state) {
    (void)state;
    static const unsigned refused[] = {0x00, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x84, 0x86, 0x9F, 0xFEFF, 0xFFFE, 0xFFFF};
    static const unsigned taken[] = {'\t', '\n', '\r', ' ', '~', 0x85, 0xA0, 0x2028, 0x2029, 0xFFFD, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < AUG_COUNT(refused); i++)
        assert_false(aug_utf8_is_text(refused[i]));
    for (size_t i = 0; i < AUG_COUNT(taken); i++)
        assert_true(aug_utf8_is_text(taken[i]));
    for (unsigned code = 0; code < 0x3000; code++)
        assert_int_equal(aug_utf8_ends_line(code), code == 0x85 || code == 0x2028 || code == 0x2029);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_have_their_length_and_code),
        cmocka_unit_test(what_the_standard_forbids_is_no_character),
        cmocka_unit_test(every_code_point_is_read_back),
        cmocka_unit_test(a_text_holds_no_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
