#include "support/testing.h"

#include "text/scalar_place.h"

// The place of the first 'X' of a scalar's text in each way to write it.
static void characters_are_found_in_every_style(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
    } cases[] = {
        {"nest: a b X c\n", 1, 11},
        {"nest: \"a b X c\"\n", 1, 12},
        {"nest: 'a b X c'\n", 1, 12},
        {"nest: 'it''s X'\n", 1, 14},
        {"nest: \"a \\\" \\\\ X\"\n", 1, 16},
        {"{\"nest\": \"a b X\"}\n", 1, 15},
        {"nest: a b\n  c X\n  d\n", 2, 5},
        {"nest: \"a b\n\n  c X\"\n", 3, 5},
        {"nest: \"a \\\n  b X\"\n", 2, 5},
        {"nest: |\n  a b\n    c X\n", 3, 7},
        {"nest: >-\n  a b\n\n  c X\n", 4, 5},
        {"nest: &name !  a X\n", 1, 18},
        {"nest: &name\n  'a X'\n", 2, 6},
        {"# é\nnest: é X\n", 2, 9},
        {"nest: \"é\t \xC2\xB5X\"\n", 1, 12},
        {"nest: \"a\\tb X\"\n", 1, 13},
        {"nest: \"a\\n\\n  b X\"\n", 1, 17},
        {"nest: \"\\x61 X\"\n", 1, 7}, // another spelling of a character: the scalar as a whole
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *node = aug_node_peek(test_parse(&ground, cases[i].text), "nest");
        const char *at = strchr(node->text, 'X');
        assert_non_null(at);
        aug_place place = aug_scalar_place(node, (size_t)(at - node->text));
        if (place.line != cases[i].line || place.column != cases[i].column)
            print_error("%s: found %u:%u, expected %u:%u\n", cases[i].text, place.line, place.column, cases[i].line, cases[i].column);
        assert_int_equal(place.line, cases[i].line);
        assert_int_equal(place.column, cases[i].column);
        test_end(&ground);
    }
}

static void the_end_and_blanks_are_behind_what_is_before_them(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *node = aug_node_peek(test_parse(&ground, "nest: >\n  ab cd\n  ef\n\n"), "nest");
    assert_string_equal(node->text, "ab cd ef\n");
    aug_place blank = aug_scalar_place(node, 2), end = aug_scalar_place(node, strlen(node->text));
    assert_int_equal(blank.line, 2);
    assert_int_equal(blank.column, 5);
    assert_int_equal(end.line, 3);
    assert_int_equal(end.column, 5);
    test_end(&ground);
}

static void an_alias_points_at_what_it_names(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *node = aug_node_peek(test_parse(&ground, "a: &x b X\nnest: *x\n"), "nest");
    aug_place place = aug_scalar_place(node, 2);
    assert_string_equal(node->text, "b X");
    // The place of an alias is that of its content.
    assert_int_equal(place.line, 1);
    assert_int_equal(place.column, 9);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_found_in_every_style),
        cmocka_unit_test(the_end_and_blanks_are_behind_what_is_before_them),
        cmocka_unit_test(an_alias_points_at_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
