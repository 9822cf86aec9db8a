// The bounds of documents, their aliases, and what is done with nodes; document_test.c has what is read and refused.
#include "support/testing.h"

#include "base/buffer.h"

#include <stdbool.h>

static const aug_node *parse_buffer(test_ground *ground, const aug_buffer *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "a.yaml", aug_buffer_text(text), text->length);
    return document ? document->root : NULL;
}

static void sixty_four_levels_are_read_and_no_more(void **state) {
    (void)state;
    static const char *const brackets[] = {"[]", "{}"};
    for (size_t i = 0; i < AUG_COUNT(brackets); i++)
        for (size_t levels = 63; levels <= 65; levels++) {
            test_ground ground;
            test_begin(&ground);
            aug_buffer text;
            aug_buffer_init(&text, &ground.arena);
            for (size_t level = 0; level < levels; level++)
                aug_buffer_put(&text, i == 0 ? "[" : "{a: ");
            aug_buffer_fill(&text, brackets[i][1], levels);
            assert_int_equal(parse_buffer(&ground, &text) != NULL, levels <= 64);
            if (levels == 65) {
                assert_error(&ground.errors, 1, "nested deeper than 64 levels", "");
                assert_int_equal(ground.errors.items[0].column, i == 0 ? 65 : 64 * 4 + 1);
            }
            test_end(&ground);
        }
}

static void thousands_of_levels_do_no_harm(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    aug_buffer_fill(&text, '[', 5000);
    assert_null(parse_buffer(&ground, &text));
    assert_error(&ground.errors, 1, "nested deeper than 64 levels", "");
    test_end(&ground);
}

// The list and its items count: 299,999 items are the most.
static void three_hundred_thousand_values_are_read_and_no_more(void **state) {
    (void)state;
    for (unsigned items = 299999; items <= 300000; items++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer text;
        aug_buffer_init(&text, &ground.arena);
        aug_buffer_put(&text, "[");
        for (unsigned i = 0; i < items; i++)
            aug_buffer_put(&text, i % 1000 ? "1," : "1,\n");
        aug_buffer_put(&text, "]");
        const aug_node *root = parse_buffer(&ground, &text);
        if (items == 299999) {
            assert_int_equal(root->count, 299999);
            assert_int_equal(root->weight, 300000);
        } else {
            assert_null(root);
            assert_error(&ground.errors, 1, "too many values: more than 300000, aliases followed",
                         "split the file, or use fewer aliases");
        }
        test_end(&ground);
    }
}

// Each line names the line before ten times: 10, 100, ... values. The sixth line passes 300,000.
static void a_bomb_of_aliases_is_refused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    aug_buffer_put(&text, "a0: &a0 1\n");
    for (int line = 1; line <= 20; line++) {
        aug_buffer_print(&text, "a%d: &a%d [", line, line);
        for (int i = 0; i < 10; i++)
            aug_buffer_print(&text, "*a%d,", line - 1);
        aug_buffer_put(&text, "]\n");
    }
    assert_null(parse_buffer(&ground, &text));
    assert_error(&ground.errors, 1, "too many values: more than 300000, aliases followed",
                 "split the file, or use fewer aliases");
    assert_int_equal(ground.errors.items[0].line, 7); // a0 stands in line 1; a5 has 111111 values
    test_end(&ground);
}

static void an_alias_is_what_it_names(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "a: &x {p: 1, q: [2, 3]}\nb: *x\nc: &x '5'\nd: *x\ne: 6\n");
    assert_int_equal(root->count, 5);
    assert_int_equal(root->weight, 14); // the root, a and b with 5 each, c, d, e
    const aug_node *a = aug_node_peek(root, "a"), *b = aug_node_peek(root, "b"), *d = aug_node_peek(root, "d");
    assert_string_equal(b->key, "b");
    assert_int_equal(b->key_line, 2);
    assert_int_equal(b->weight, 5);
    assert_ptr_equal(b->first, a->first);
    assert_string_equal(aug_node_peek(b, "p")->text, "1");
    assert_string_equal(d->text, "5"); // the anchor nearest above counts
    assert_true(d->quoted);
    assert_string_equal(d->next->key, "e");
    test_end(&ground);
}

// The list of the outermost map, `levels` lists around an alias, and what it names: a list of 40 levels.
static void levels_behind_an_alias_count(void **state) {
    (void)state;
    for (size_t levels = 22; levels <= 24; levels++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer text;
        aug_buffer_init(&text, &ground.arena);
        aug_buffer_put(&text, "a: &a ");
        aug_buffer_fill(&text, '[', 40);
        aug_buffer_fill(&text, ']', 40);
        aug_buffer_put(&text, "\nb: ");
        aug_buffer_fill(&text, '[', levels);
        aug_buffer_put(&text, "*a ");
        aug_buffer_fill(&text, ']', levels);
        const aug_node *root = parse_buffer(&ground, &text);
        assert_int_equal(root != NULL, levels <= 23); // 1 + 23 + 40
        if (root)
            assert_int_equal(root->height, levels + 41);
        else
            assert_error(&ground.errors, 1, "nested deeper than 64 levels", "aliases count with what they name");
        test_end(&ground);
    }
}

// Each line puts 60 lists around the line before.
static void a_tower_of_aliases_is_refused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    aug_buffer_put(&text, "x0: &x0 1\n");
    for (int line = 1; line <= 90; line++) {
        aug_buffer_print(&text, "x%d: &x%d ", line, line);
        aug_buffer_fill(&text, '[', 60);
        aug_buffer_print(&text, "*x%d ", line - 1);
        aug_buffer_fill(&text, ']', 60);
        aug_buffer_put(&text, "\n");
    }
    assert_null(parse_buffer(&ground, &text));
    assert_error(&ground.errors, 1, "nested deeper than 64 levels", "aliases count with what they name");
    assert_int_equal(ground.errors.items[0].line, 3); // x1 has 60 levels, x2 would have 120
    test_end(&ground);
}

static void two_hundred_and_fifty_six_anchors_are_read_and_no_more(void **state) {
    (void)state;
    for (int anchors = 256; anchors <= 257; anchors++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer text;
        aug_buffer_init(&text, &ground.arena);
        aug_buffer_put(&text, "[");
        for (int i = 0; i < anchors; i++)
            aug_buffer_print(&text, "&n%d %d,", i, i);
        for (int i = 0; i < 1000; i++) // the same name again is no new one
            aug_buffer_print(&text, "&n0 %d,", i);
        aug_buffer_put(&text, "*n0, *n255]");
        const aug_node *root = parse_buffer(&ground, &text);
        assert_int_equal(root != NULL, anchors == 256);
        if (root)
            assert_string_equal(root->last->text, "255");
        else
            assert_error(&ground.errors, 1, "more than 256 anchors (&name)", "write the values out, or split the file");
        test_end(&ground);
    }
}

static void only_the_first_sixteen_duplicates_are_told(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    for (int i = 0; i < 21; i++)
        aug_buffer_put(&text, "k: 1\n");
    assert_null(parse_buffer(&ground, &text));
    assert_error(&ground.errors, 16, "key 'k' stands twice", "its first place is line 1, column 1");
    assert_int_equal(ground.errors.items[0].line, 2);
    assert_int_equal(ground.errors.dropped, 4);
    test_end(&ground);
}

static void members_are_found_and_marked(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "a: 1\nb: [x]\n");
    assert_string_equal(aug_node_peek(root, "a")->text, "1");
    assert_false(root->first->used);
    assert_ptr_equal(aug_node_get(root, "a"), root->first);
    assert_true(root->first->used);
    assert_false(root->last->used);
    assert_null(aug_node_get(root, "A"));
    assert_null(aug_node_get(root, ""));
    assert_null(aug_node_get(NULL, "a"));
    assert_null(aug_node_get(root->last, "a"));
    assert_null(aug_node_get(root->first, "a"));
    test_end(&ground);
}

static void messages_name_what_they_found(void **state) {
    (void)state;
    static const struct {
        const char *text, *noun;
        bool null;
    } rows[] = {
        {"[[]]", "a list", false},     {"[{}]", "a map", false}, {"[x]", "'x'", false},  {"- ", "nothing", true},
        {"[~]", "nothing", true},      {"[null]", "nothing", true}, {"['~']", "'~'", false}, {"['']", "''", false},
        {"[\"null\"]", "'null'", false}, {"[Null]", "'Null'", false},
        {"[0123456789012345678901234567890123456789012345678901234567890123456789]",
         "'012345678901234567890123456789012345678901234567890123456789'", false}, // cut to 60
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *node = test_parse(&ground, rows[i].text)->first;
        assert_string_equal(aug_node_noun(&ground.arena, node), rows[i].noun);
        assert_int_equal(aug_node_is_null(node), rows[i].null);
        test_end(&ground);
    }
}

static void a_copy_is_deep_and_may_be_changed(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "a: {b: [1, 2]}\nc: 3\n");
    aug_node *copy = aug_node_copy(&ground.arena, root);
    assert_int_equal(copy->count, 2);
    assert_ptr_not_equal(copy->first, root->first);
    assert_ptr_not_equal(copy->first->first->last, root->first->first->last);
    assert_string_equal(copy->first->first->last->text, "2");
    assert_ptr_equal(copy->last, copy->first->next);

    aug_node_assign(copy->last, root->first->first); // c becomes the list [1, 2]
    assert_string_equal(copy->last->key, "c");
    assert_int_equal(copy->last->kind, AUG_NODE_LIST);
    assert_int_equal(copy->last->count, 2);
    assert_null(copy->last->next);
    aug_node *added = aug_node_add(&ground.arena, copy, "d", root->last);
    assert_string_equal(added->key, "d");
    assert_string_equal(added->text, "3");
    assert_int_equal(copy->count, 3);
    assert_ptr_equal(aug_node_peek(copy, "d"), added);

    assert_int_equal(root->count, 2); // untouched
    assert_string_equal(root->last->text, "3");
    assert_null(root->last->next);
    test_end(&ground);
}

static void errors_stand_at_the_value_or_at_its_key(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "a: 1\nbb: [x]\n");
    aug_node_error(&ground.errors, root->last, "value %d", 1);
    aug_node_key_error(&ground.errors, root->last, "key %s", "bb");
    aug_node_key_error(&ground.errors, root->last->first, "no key");
    static const unsigned columns[] = {5, 1, 6};
    static const char *const messages[] = {"value 1", "key bb", "no key"};
    for (int i = 0; i < 3; i++) {
        assert_string_equal(ground.errors.items[i].message, messages[i]);
        assert_int_equal(ground.errors.items[i].line, 2);
        assert_int_equal(ground.errors.items[i].column, columns[i]);
        assert_string_equal(ground.errors.items[i].source, "bb: [x]");
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixty_four_levels_are_read_and_no_more),
        cmocka_unit_test(thousands_of_levels_do_no_harm),
        cmocka_unit_test(three_hundred_thousand_values_are_read_and_no_more),
        cmocka_unit_test(a_bomb_of_aliases_is_refused),
        cmocka_unit_test(an_alias_is_what_it_names),
        cmocka_unit_test(levels_behind_an_alias_count),
        cmocka_unit_test(a_tower_of_aliases_is_refused),
        cmocka_unit_test(two_hundred_and_fifty_six_anchors_are_read_and_no_more),
        cmocka_unit_test(only_the_first_sixteen_duplicates_are_told),
        cmocka_unit_test(members_are_found_and_marked),
        cmocka_unit_test(messages_name_what_they_found),
        cmocka_unit_test(a_copy_is_deep_and_may_be_changed),
        cmocka_unit_test(errors_stand_at_the_value_or_at_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
