// JSON Schemas of tables: what they allow is what the readers take.
#include "support/testing.h"

#include "report/fields_reference.h"
#include "text/fields.h"

#include <stddef.h>

typedef struct own_row {
    const char *text;
    uint64_t count;
    bool flag;
    const aug_node *items, *places;
} own_row;

static const aug_field item_rows[] = {
    {.key = "name", .kind = AUG_FIELD_TEXT, .offset = offsetof(own_row, text), .required = true, .help = "its name"},
};

static const aug_fields item_fields = {
    .name = "own: item", .about = "An item; a plain text is its name.", .rows = item_rows, .count = AUG_COUNT(item_rows), .plain = true};

static const aug_field own_rows[] = {
    AUG_ROW_TEXT(own_row, text, "text", "a text"),
    AUG_ROW_COUNT(own_row, count, "count", "1", "a count"),
    AUG_ROW_BOOL(own_row, flag, "flag", NULL, "a flag"),
    AUG_ROW_NODE(own_row, items, "items", &item_fields, AUG_LAYOUT_LIST, "items"),
    AUG_ROW_NODE(own_row, places, "places", NULL, AUG_LAYOUT_MAP, "places"),
};

static const aug_fields own_fields = {.name = "own", .about = "A file.", .rows = own_rows, .count = AUG_COUNT(own_rows)};

// What the schema says of the type of a property.
static const aug_node *type_of(test_ground *ground, bool lenient, const char *property) {
    aug_buffer out;
    aug_json json;
    aug_buffer_init(&out, &ground->arena);
    aug_json_init(&json, &out);
    aug_json_open(&json, NULL, '{');
    aug_reference reference = {.tables = {&own_fields, &item_fields}, .count = 2};
    aug_reference_schema(&json, &reference, lenient);
    aug_json_close(&json, '}');
    aug_json_end(&json);
    const aug_node *root = test_parse(ground, aug_buffer_text(&out));
    const aug_node *place = *property ? aug_node_peek(aug_node_peek(root, "properties"), property)
                                      : aug_node_peek(aug_node_peek(root, "$defs"), "own-item");
    assert_non_null(place);
    return aug_node_peek(place, "type");
}

static const char *words_of(test_ground *ground, const aug_node *type) {
    if (type->kind == AUG_NODE_SCALAR)
        return type->text;
    const char *words = "";
    for (const aug_node *item = type->first; item; item = item->next)
        words = aug_arena_print(&ground->arena, "%s%s%s", words, *words ? " " : "", item->text);
    return words;
}

static void types_are_those_that_are_read(void **state) {
    (void)state;
    static const struct {
        const char *property, *own, *lenient; // files of our own; those of other makers, where null is a key left out
    } rows[] = {
        {"text", "string number", "string number null"}, {"count", "string number", "string number null"},
        {"flag", "boolean", "boolean null"},             {"items", "array", "array null"},
        {"places", "object", "object null"},             {"", "object string number", "object string number"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_string_equal(words_of(&ground, type_of(&ground, false, rows[i].property)), rows[i].own);
        assert_string_equal(words_of(&ground, type_of(&ground, true, rows[i].property)), rows[i].lenient);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_those_that_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
