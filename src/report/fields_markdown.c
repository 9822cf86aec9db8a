#include "report/fields_reference.h"

#include <string.h>

void aug_reference_add(aug_reference *reference, const aug_fields *fields) {
    for (int i = 0; i < reference->count; i++)
        if (reference->tables[i] == fields)
            return;
    if (reference->count == AUG_REFERENCE_TABLES)
        return;
    reference->tables[reference->count++] = fields;
    for (size_t i = 0; i < fields->count; i++) {
        const aug_field *row = &fields->rows[i];
        if (row->fields)
            aug_reference_add(reference, row->fields);
        for (int v = 0; row->variants && row->variants[v]; v++)
            aug_reference_add(reference, row->variants[v]);
    }
}

// Cells of a table must not hold a bar.
static void put_cell(aug_buffer *out, const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            aug_buffer_put(out, "\\|");
        else
            aug_buffer_add(out, text, 1);
    }
}

static void put_words(aug_buffer *out, const char *const *words) {
    for (int i = 0; words[i]; i++)
        aug_buffer_print(out, "%s`%s`", i ? ", " : "", words[i]);
}

static void put_bounds(aug_buffer *out, aug_bounds bounds) {
    static const char *const texts[] = {"", ", 0 or more", ", above 0", ", above 0 or `inf`", ", above 0, at most 1"};
    aug_buffer_put(out, texts[bounds]);
}

static void put_quantity(aug_buffer *out, const aug_field *row) {
    aug_buffer_print(out, "%s, `%s`", aug_dimension_noun(row->dimension), aug_dimension_example(row->dimension));
    if (row->alternative != row->dimension)
        aug_buffer_print(out, ", or %s, `%s`", aug_dimension_noun(row->alternative), aug_dimension_example(row->alternative));
    put_bounds(out, row->bounds);
}

static void put_node(aug_buffer *out, const aug_field *row) {
    static const char *const shapes[] = {"", "list of ", "map to "};
    aug_buffer_put(out, row->fields || row->variants ? shapes[row->layout] : row->layout == AUG_LAYOUT_LIST ? "list" : row->layout == AUG_LAYOUT_MAP ? "map" : "see text");
    if (row->fields)
        aug_buffer_print(out, "*%s*", row->fields->name);
    for (int v = 0; row->variants && row->variants[v]; v++)
        aug_buffer_print(out, "%s*%s*", v ? " or " : "", row->variants[v]->name);
}

static void put_value(aug_buffer *out, const aug_field *row) {
    switch (row->kind) {
    case AUG_FIELD_TEXT:
        aug_buffer_put(out, "text");
        break;
    case AUG_FIELD_BOOL:
        aug_buffer_put(out, "true or false");
        break;
    case AUG_FIELD_COUNT:
        aug_buffer_put(out, "whole number");
        break;
    case AUG_FIELD_QUANTITY:
        put_quantity(out, row);
        break;
    case AUG_FIELD_WORD:
        put_words(out, row->words);
        break;
    case AUG_FIELD_SPLIT:
    case AUG_FIELD_KEYED:
        if (row->kind == AUG_FIELD_SPLIT) {
            put_quantity(out, row);
            aug_buffer_put(out, ", or a map of such by ");
        } else {
            aug_buffer_put(out, "map to ");
            put_quantity(out, row);
            aug_buffer_put(out, ", by ");
        }
        put_words(out, row->words);
        break;
    case AUG_FIELD_GROUP:
        aug_buffer_print(out, "*%s*", row->fields->name);
        break;
    case AUG_FIELD_NODE:
        put_node(out, row);
        break;
    }
}

static void put_table(aug_buffer *out, const aug_fields *fields, int level) {
    aug_buffer_fill(out, '#', (size_t)level);
    aug_buffer_print(out, " %s\n\n%s\n\n| key | value | default | what it is |\n|---|---|---|---|\n", fields->name,
                     fields->about ? fields->about : "");
    for (size_t i = 0; i < fields->count; i++) {
        const aug_field *row = &fields->rows[i];
        aug_buffer value;
        aug_buffer_init(&value, out->arena);
        put_value(&value, row);
        aug_buffer_print(out, "| `%s` | ", row->key);
        put_cell(out, aug_buffer_text(&value));
        aug_buffer_put(out, " | ");
        if (row->required)
            aug_buffer_put(out, "required");
        else if (row->fallback)
            aug_buffer_print(out, "`%s`", row->fallback);
        aug_buffer_put(out, " | ");
        put_cell(out, row->help);
        aug_buffer_put(out, " |\n");
    }
    aug_buffer_put(out, "\n");
}

void aug_reference_markdown(aug_buffer *out, const aug_reference *reference, int level) {
    for (int i = 0; i < reference->count; i++)
        put_table(out, reference->tables[i], level);
}
