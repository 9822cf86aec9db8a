#include "support/testing.h"

#include <stdio.h>

static aug_document *parse(test_ground *ground, const char *text) {
    return aug_document_parse(&ground->arena, &ground->errors, "a.yaml", text, strlen(text));
}

// Checks that a text is refused with one error, and every part of it.
typedef struct refused_row {
    const char *text;
    unsigned line, column;
    const char *message, *hint, *source;
} refused_row;

static void check_refused(const refused_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(parse(&ground, rows[i].text));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        const aug_error *error = &ground.errors.items[0];
        assert_string_equal(error->file, "a.yaml");
        assert_int_equal(error->line, rows[i].line);
        assert_int_equal(error->column, rows[i].column);
        assert_string_equal(error->source, rows[i].source);
        test_end(&ground);
    }
}

static void what_auger_does_not_read_is_refused_at_its_place(void **state) {
    (void)state;
    static const refused_row rows[] = {
        {"a: 1\nb: 2\na: 3\n", 3, 1, "key 'a' stands twice", "its first place is line 1, column 1", "a: 3"},
        {"{\"a\": 1, \"a\": 2}", 1, 10, "key 'a' stands twice", "its first place is line 1, column 2", "{\"a\": 1, \"a\": 2}"},
        {"x:\n  - {a: 1, 'a': 2}\n", 2, 12, "key 'a' stands twice", "its first place is line 2, column 6", "  - {a: 1, 'a': 2}"},
        {"a: !!str b\n", 1, 4, "tags (!type) are not read here", "leave the tag out", "a: !!str b"},
        {"a: !x [b]\n", 1, 4, "tags (!type) are not read here", "leave the tag out", "a: !x [b]"},
        {"!x {a: b}\n", 1, 1, "tags (!type) are not read here", "leave the tag out", "!x {a: b}"},
        {"a: 1\n---\nb: 2\n", 2, 1, "a second document (---) in one file", "one input per file", "---"},
        {"a: *b\n", 1, 4, "an alias (*name) without its anchor (&name) before it", "", "a: *b"},
        {"a: *b\nc: &b 1\n", 1, 4, "an alias (*name) without its anchor (&name) before it", "", "a: *b"},
        {"a: &b [*b]\n", 1, 8, "an alias inside of what it names", "", "a: &b [*b]"},
        {"? [a]\n: b\n", 1, 3, "a key must be plain text", "", "? [a]"},
        {"{{}: b}", 1, 2, "a key must be plain text", "", "{{}: b}"},
        {"a: &x k\n*x : 1\n", 2, 1, "a key must be plain text", "", "*x : 1"},
        {"a: \"\\0\"\n", 1, 4, "a text with a NUL character in it", "", "a: \"\\0\""},
        {"{\"a\": \"b\\u0000c\"}", 1, 7, "a text with a NUL character in it", "", "{\"a\": \"b\\u0000c\"}"},
        {"&x a: 1\nb: *x\n", 1, 1, "an anchor (&name) on a key is not read", "name the value: 'key: &name value'", "&x a: 1"},
        {"a: b\rc: d\n", 1, 5, "U+000D in the text, which some programs take for the end of a line",
         "end lines with \\n or \\r\\n", "a: b.c: d"},
        {"a: b\xFF\n", 1, 5, "byte 0xFF is not UTF-8", "save the file as UTF-8", "a: b\xFF"},
        {"a: b\x01\n", 1, 5, "control character U+0001 in the text", "", "a: b."},
    };
    check_refused(rows, AUG_COUNT(rows));
}

static void malformed_texts_are_refused_at_their_place(void **state) {
    (void)state;
    static const refused_row rows[] = {
        {"a: b: c\n", 1, 5, "malformed text: mapping values are not allowed in this context", "", "a: b: c"},
        {"a: [1, 2\n", 2, 1, "malformed text: did not find expected ',' or ']'",
         "while parsing a flow sequence that begins in line 1", ""},
        {"a: \"x\n\n", 3, 1, "malformed text: found unexpected end of stream",
         "while scanning a quoted scalar that begins in line 1", ""},
        {"a: 'x", 1, 6, "malformed text: found unexpected end of stream", "while scanning a quoted scalar", "a: 'x"},
        // No newline at the end: behind the last character, not in a line that is not there.
        {"a: 1\nb: [1, 2", 2, 9, "malformed text: did not find expected ',' or ']'", "while parsing a flow sequence", "b: [1, 2"},
        {"{\"a\": \"\\ud83d\\ude00\"", 1, 21, "malformed text: did not find expected ',' or '}'", "while parsing a flow mapping",
         "{\"a\": \"\\ud83d\\ude00\""},
        {"- a\nb: 1\n", 2, 1, "malformed text: did not find expected '-' indicator",
         "while parsing a block collection that begins in line 1", "b: 1"},
        {"a: @x\n", 1, 4, "malformed text: found character that cannot start any token",
         "while scanning for the next token", "a: @x"},
        {"\ta: 1\n", 1, 1, "malformed text: found character that cannot start any token",
         "indent with blanks, not with tabs", " a: 1"},
        {"[1, 2]]", 1, 7, "malformed text: did not find expected <document start>", "", "[1, 2]]"},
        {"{\"a\": 1,, \"b\": 2}", 1, 9, "malformed text: did not find expected node content", "while parsing a flow node",
         "{\"a\": 1,, \"b\": 2}"},
        {"a: \"\\q\"\n", 1, 5, "malformed text: found unknown escape character", "while parsing a quoted scalar",
         "a: \"\\q\""},
        {"\xC3\xA4: \xC3\xB6: \xC3\xBC\n", 1, 5, "malformed text: mapping values are not allowed in this context", "",
         "\xC3\xA4: \xC3\xB6: \xC3\xBC"}, // columns count characters
        // Behind two escapes that the reader sees as one of ten characters, the column is that of the file.
        {"{\"a\": \"\\ud83d\\ude00\", @}", 1, 23, "malformed text: found character that cannot start any token",
         "while scanning for the next token", "{\"a\": \"\\ud83d\\ude00\", @}"},
    };
    check_refused(rows, AUG_COUNT(rows));
}

static void a_tree_has_the_shape_of_its_text(void **state) {
    (void)state;
    static const char *const texts[] = {
        "a: 1\nb:\n  - x\n  - 'y'\n  - [z]\nc: {}\n",
        "{\"a\": 1, \"b\": [\"x\", \"y\", [\"z\"]], \"c\": {}}",
        "# a comment\r\na: 1\r\nb:\r\n- x\r\n- \"y\"\r\n- - z\r\nc: {}\r\n",
        "\xEF\xBB\xBF{a: 1, b: [x, \"y\", [z]], c: {}}",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_node *root = test_parse(&ground, texts[i]);
        assert_int_equal(root->kind, AUG_NODE_MAP);
        assert_int_equal(root->count, 3);
        assert_int_equal(root->weight, 8); // the root, a, b, x, y, [z], z, c
        assert_null(root->key);
        const aug_node *a = root->first, *b = a->next, *c = b->next;
        assert_string_equal(a->key, "a");
        assert_string_equal(a->text, "1");
        assert_false(a->quoted);
        assert_int_equal(b->kind, AUG_NODE_LIST);
        assert_int_equal(b->count, 3);
        assert_string_equal(b->first->text, "x");
        assert_null(b->first->key);
        assert_string_equal(b->first->next->text, "y");
        assert_true(b->first->next->quoted);
        assert_string_equal(b->last->first->text, "z");
        assert_int_equal(c->kind, AUG_NODE_MAP);
        assert_int_equal(c->count, 0);
        assert_null(c->first);
        assert_null(c->next);
        assert_ptr_equal(root->last, c);
        test_end(&ground);
    }
}

static void every_node_knows_its_place(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "# x\nfirst: 1\n\xC3\xA4\xC3\xB6:   [10,\n    {b: c}]\n");
    assert_int_equal(root->line, 2);
    assert_int_equal(root->column, 1);
    const aug_node *list = root->last, *inner = list->last;
    assert_int_equal(list->key_line, 3);
    assert_int_equal(list->key_column, 1);
    assert_int_equal(list->column, 7); // two letters, a colon, three blanks
    assert_int_equal(list->first->column, 8);
    assert_int_equal(inner->line, 4);
    assert_int_equal(inner->column, 5);
    assert_int_equal(inner->first->key_column, 6);
    assert_int_equal(inner->first->column, 9);
    test_end(&ground);
}

static void json_escapes_become_characters(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
    } rows[] = {
        {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "\"\\/\b\f\n\r\t"},
        {"[\"\\u00e4\\u20AC\"]", "\xC3\xA4\xE2\x82\xAC"},
        {"[\"\\ud83d\\ude00\"]", "\xF0\x9F\x98\x80"},       // U+1F600
        {"[\"\\uD83D\\uDE00!\"]", "\xF0\x9F\x98\x80!"},
        {"[\"\\ud83d\"]", "\xEF\xBF\xBD"},                  // a lone half: U+FFFD
        {"[\"\\ude00\\ud83d\"]", "\xEF\xBF\xBD\xEF\xBF\xBD"}, // the wrong way round
        {"[\"\\ud83d\\u0041\"]", "\xEF\xBF\xBD" "A"},
        {"[\"\\ud83d\\ud83d\\ude00\"]", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
        {"[\"\\\\ud83d\"]", "\\ud83d"}, // an escaped backslash, then five letters
        {"[\"\xF0\x9F\x98\x80\"]", "\xF0\x9F\x98\x80"},
        {"[\"a\xE2\x80\xA8" "b\xE2\x80\xA9\xC2\x85\"]", "a\xE2\x80\xA8" "b\xE2\x80\xA9\xC2\x85"}, // line ends of others
        {"\t[\"a\tb\"\t]\n\t", "a\tb"}, // tabs around the whole, and one that is meant
        {"[Infinity]", "Infinity"}, // what Python writes: plain text here
        {"[-Infinity]", "-Infinity"},
        {"[NaN]", "NaN"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_string_equal(test_parse(&ground, rows[i].text)->first->text, rows[i].value);
        test_end(&ground);
    }
}

static void an_empty_text_has_no_root(void **state) {
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF", "  "};
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_document *document = parse(&ground, texts[i]);
        assert_non_null(document);
        assert_null(document->root);
        assert_int_equal(ground.errors.count, 0);
        test_end(&ground);
    }
}

static void write_file(const char *path, const char *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void an_empty_file_is_an_error(void **state) {
    (void)state;
    static const char path[] = "document_test.tmp";
    test_ground ground;
    test_begin(&ground);
    write_file(path, "# nothing\n", 10);
    assert_null(aug_document_load(&ground.arena, &ground.errors, path));
    assert_error(&ground.errors, 1, "the file is empty", "an Auger file begins with a line such as 'auger: machine/1'");
    assert_string_equal(ground.errors.items[0].file, path);
    assert_int_equal(ground.errors.items[0].line, 0);
    write_file(path, "a: 1\n", 5);
    const aug_document *document = aug_document_load(&ground.arena, &ground.errors, path);
    assert_non_null(document);
    assert_string_equal(document->name, path);
    assert_string_equal(document->root->first->text, "1");
    assert_int_equal(remove(path), 0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_auger_does_not_read_is_refused_at_its_place),
        cmocka_unit_test(malformed_texts_are_refused_at_their_place),
        cmocka_unit_test(a_tree_has_the_shape_of_its_text),
        cmocka_unit_test(every_node_knows_its_place),
        cmocka_unit_test(json_escapes_become_characters),
        cmocka_unit_test(an_empty_text_has_no_root),
        cmocka_unit_test(an_empty_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
