// Scalars are described as loosely as they are read: a quantity is a text with its unit or a plain number, a count may be
// written 4e6, a text may look like a number. What only the readers can tell (units, ranges across keys) they tell.
#include "report/fields_reference.h"

#include <ctype.h>
#include <string.h>

// "machine level: memory" → "machine-level-memory".
static const char *definition_name(aug_arena *arena, const char *name) {
    char *copy = aug_arena_copy(arena, name, strlen(name));
    size_t length = 0;
    for (const char *at = name; *at; at++) {
        bool plain = isalnum((unsigned char)*at) || *at == '.' || *at == '_';
        if (plain)
            copy[length++] = *at;
        else if (length && copy[length - 1] != '-')
            copy[length++] = '-';
    }
    copy[length] = '\0';
    return copy;
}

static void put_reference(aug_json *json, const char *key, const aug_fields *fields) {
    aug_json_open_row(json, key, '{');
    aug_json_text(json, "$ref", aug_arena_print(json->out->arena, "#/$defs/%s", definition_name(json->out->arena, fields->name)));
    aug_json_close(json, '}');
}

// "string number" → ["string", "number"], with "null" behind where files of other makers leave a key without a value.
static void put_types(aug_json *json, const char *types, bool lenient) {
    if (!strchr(types, ' ') && !lenient) {
        aug_json_text(json, "type", types);
        return;
    }
    aug_json_open_row(json, "type", '[');
    for (const char *at = types; *at;) {
        size_t length = strcspn(at, " ");
        aug_json_text(json, NULL, aug_arena_copy(json->out->arena, at, length));
        at += length + (at[length] == ' ');
    }
    if (lenient)
        aug_json_text(json, NULL, "null");
    aug_json_close(json, ']');
}

static void put_keyed(aug_json *json, const aug_field *row, bool lenient) {
    put_types(json, row->kind == AUG_FIELD_SPLIT ? "string number object" : "object", lenient);
    aug_json_open_row(json, "propertyNames", '{');
    aug_json_open_row(json, "enum", '[');
    for (int i = 0; row->words[i]; i++)
        aug_json_text(json, NULL, row->words[i]);
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

static void put_items(aug_json *json, const char *key, const aug_field *row) {
    if (row->fields) {
        put_reference(json, key, row->fields);
        return;
    }
    aug_json_open(json, key, '{');
    aug_json_open(json, "anyOf", '[');
    for (int v = 0; row->variants[v]; v++)
        put_reference(json, NULL, row->variants[v]);
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

static void put_node(aug_json *json, const aug_field *row, bool lenient) {
    bool described = row->fields || row->variants;
    if (row->layout == AUG_LAYOUT_LIST) {
        put_types(json, "array", lenient);
        if (described)
            put_items(json, "items", row);
    } else if (row->layout == AUG_LAYOUT_MAP) {
        put_types(json, "object", lenient);
        if (described)
            put_items(json, "additionalProperties", row);
    }
}

static void put_property(aug_json *json, const aug_field *row, bool lenient) {
    aug_json_open(json, row->key, '{');
    aug_json_text(json, "description", row->help);
    if (row->fallback)
        aug_json_text(json, "default", row->fallback);
    switch (row->kind) {
    case AUG_FIELD_TEXT:
    case AUG_FIELD_COUNT:
        put_types(json, "string number", lenient);
        break;
    case AUG_FIELD_BOOL:
        put_types(json, "boolean", lenient);
        break;
    case AUG_FIELD_QUANTITY:
        put_types(json, "string number", lenient);
        aug_json_open_row(json, "examples", '[');
        aug_json_text(json, NULL, aug_dimension_example(row->dimension));
        aug_json_close(json, ']');
        break;
    case AUG_FIELD_WORD:
        aug_json_open_row(json, "enum", '[');
        for (int i = 0; row->words[i]; i++)
            aug_json_text(json, NULL, row->words[i]);
        aug_json_close(json, ']');
        break;
    case AUG_FIELD_KEYED:
    case AUG_FIELD_SPLIT:
        put_keyed(json, row, lenient);
        break;
    case AUG_FIELD_GROUP:
        aug_json_text(json, "$ref", aug_arena_print(json->out->arena, "#/$defs/%s", definition_name(json->out->arena, row->fields->name)));
        break;
    case AUG_FIELD_NODE:
        put_node(json, row, lenient);
        break;
    }
    aug_json_close(json, '}');
}

static void put_object(aug_json *json, const aug_fields *fields, bool lenient) {
    aug_json_text(json, "description", fields->about);
    put_types(json, fields->plain ? "object string number" : "object", false);
    aug_json_open(json, "properties", '{');
    for (size_t i = 0; i < fields->count; i++) {
        bool again = false; // tables for files of other makers give one member several keys, never one key twice
        for (size_t j = 0; j < i; j++)
            again = again || strcmp(fields->rows[i].key, fields->rows[j].key) == 0;
        if (!again)
            put_property(json, &fields->rows[i], lenient);
    }
    aug_json_close(json, '}');
    aug_json_open_row(json, "required", '[');
    for (size_t i = 0; i < fields->count; i++)
        if (fields->rows[i].required)
            aug_json_text(json, NULL, fields->rows[i].key);
    aug_json_close(json, ']');
    aug_json_bool(json, "additionalProperties", lenient);
}

void aug_reference_schema(aug_json *json, const aug_reference *reference, bool lenient) {
    put_object(json, reference->tables[0], lenient);
    aug_json_open(json, "$defs", '{');
    for (int i = 1; i < reference->count; i++) {
        aug_json_open(json, definition_name(json->out->arena, reference->tables[i]->name), '{');
        put_object(json, reference->tables[i], lenient);
        aug_json_close(json, '}');
    }
    aug_json_close(json, '}');
}
