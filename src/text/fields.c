// One switch per direction: setting defaults, reading values.
#include "text/fields.h"

#include "base/spelling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t word_count(const char *const *words) {
    size_t count = 0;
    while (words[count])
        count++;
    return count;
}

static void set_all(double *values, size_t count, double value) {
    for (size_t i = 0; i < count; i++)
        values[i] = value;
}

static int word_index(const char *const *words, const char *word) {
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return 0;
}

// Defaults are written by us, so they parse; a wrong one is found by the test that reads every table.
static double default_quantity(const aug_field *field) {
    aug_quantity quantity;
    char unit[8];
    double value = (double)NAN;
    if (field->fallback && aug_quantity_parse(field->fallback, &quantity, unit, sizeof unit) == AUG_QUANTITY_OK)
        aug_quantity_to(&quantity, field->dimension, &value);
    return value;
}

static void set_default(const aug_field *field, char *target) {
    void *member = target + field->offset;
    const char *fallback = field->fallback;
    switch (field->kind) {
    case AUG_FIELD_TEXT:
        *(const char **)member = fallback;
        break;
    case AUG_FIELD_BOOL:
        *(bool *)member = fallback && strcmp(fallback, "true") == 0;
        break;
    case AUG_FIELD_COUNT:
        *(uint64_t *)member = fallback ? strtoull(fallback, NULL, 10) : 0;
        break;
    case AUG_FIELD_QUANTITY:
        *(double *)member = default_quantity(field);
        if (field->alternative != field->dimension)
            *(double *)(void *)(target + field->alternative_offset) = (double)NAN;
        break;
    case AUG_FIELD_WORD:
        *(int *)member = fallback ? word_index(field->words, fallback) : -1;
        break;
    case AUG_FIELD_KEYED:
    case AUG_FIELD_SPLIT:
        set_all(member, word_count(field->words), (double)NAN);
        break;
    case AUG_FIELD_GROUP:
        aug_fields_default(field->fields, member);
        break;
    case AUG_FIELD_NODE:
        *(const aug_node **)member = NULL;
        break;
    }
}

void aug_fields_default(const aug_fields *fields, void *target) {
    for (size_t i = 0; i < fields->count; i++)
        set_default(&fields->rows[i], target);
}

static bool read_keyed(const aug_reader *reader, const aug_node *node, const aug_field *field, double *values) {
    if (field->kind == AUG_FIELD_SPLIT && node->kind == AUG_NODE_SCALAR) {
        double value;
        if (!aug_scalar_quantity(reader, node, field->dimension, field->bounds, &value))
            return false;
        set_all(values, word_count(field->words), value);
        return true;
    }
    if (node->kind != AUG_NODE_MAP) {
        aug_error *error = aug_node_error(reader->errors, node, "key '%s' expects a map, found %s", field->key,
                                          aug_node_noun(reader->arena, node));
        aug_error_hint(error, "write {%s: %s}", field->words[0], aug_dimension_example(field->dimension));
        return false;
    }
    bool good = true;
    for (const aug_node *member = node->first; member; member = member->next) {
        aug_spelling spelling = {.wanted = member->key};
        int found = -1;
        for (int i = 0; field->words[i]; i++) {
            if (strcmp(field->words[i], member->key) == 0)
                found = i;
            aug_spelling_offer(&spelling, field->words[i]);
        }
        if (found >= 0) {
            good &= aug_scalar_quantity(reader, member, field->dimension, field->bounds, &values[found]);
            continue;
        }
        good = false;
        aug_error *error = aug_node_key_error(reader->errors, member, "unknown key '%.60s' in '%s'", member->key, field->key);
        aug_spelling_hint(&spelling, error);
    }
    return good;
}

static bool read_quantity(const aug_reader *reader, const aug_node *node, const aug_field *field, char *target) {
    double value;
    bool second;
    if (!aug_scalar_either(reader, node, field->dimension, field->alternative, field->bounds, &value, &second))
        return false;
    double *of_first = (void *)(target + field->offset), *of_second = (void *)(target + field->alternative_offset);
    if (field->alternative != field->dimension)
        *of_first = *of_second = (double)NAN; // an overlay may find the other one set
    *(second ? of_second : of_first) = value;
    return true;
}

static bool read_field(const aug_reader *reader, const aug_node *node, const aug_field *field, char *target) {
    void *member = target + field->offset;
    switch (field->kind) {
    case AUG_FIELD_TEXT:
        return aug_scalar_text(reader, node, member);
    case AUG_FIELD_BOOL:
        return aug_scalar_bool(reader, node, member);
    case AUG_FIELD_COUNT:
        return aug_scalar_count(reader, node, member);
    case AUG_FIELD_QUANTITY:
        return read_quantity(reader, node, field, target);
    case AUG_FIELD_WORD:
        return aug_scalar_word(reader, node, field->words, member);
    case AUG_FIELD_KEYED:
    case AUG_FIELD_SPLIT:
        return read_keyed(reader, node, field, member);
    case AUG_FIELD_GROUP:
        return aug_fields_read(reader, node, field->fields, member);
    case AUG_FIELD_NODE:
        *(const aug_node **)member = node;
        return true;
    }
    return true;
}

void aug_fields_unknown(const aug_reader *reader, const aug_node *member, const aug_fields *fields) {
    aug_spelling spelling = {.wanted = member->key};
    for (size_t i = 0; i < fields->count; i++)
        aug_spelling_offer(&spelling, fields->rows[i].key);
    aug_error *error =
        aug_node_key_error(reader->errors, member, "unknown key '%.60s' in %s", member->key, fields->name);
    aug_spelling_hint(&spelling, error);
}

const aug_field *aug_fields_find(const aug_fields *fields, const char *key) {
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->rows[i].key, key) == 0)
            return &fields->rows[i];
    return NULL;
}

bool aug_fields_read(const aug_reader *reader, const aug_node *map, const aug_fields *fields, void *target) {
    aug_fields_default(fields, target);
    if (map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map (%s), found %s", fields->name,
                       aug_node_noun(reader->arena, map));
        return false;
    }
    bool good = true;
    for (aug_node *member = map->first; member; member = member->next) {
        const aug_field *field = aug_fields_find(fields, member->key);
        member->used = true;
        if (field) {
            good &= read_field(reader, member, field, target);
        } else {
            aug_fields_unknown(reader, member, fields);
            good = false;
        }
    }
    for (size_t i = 0; i < fields->count; i++) {
        if (!fields->rows[i].required || aug_node_peek(map, fields->rows[i].key))
            continue;
        aug_error *error = aug_node_key_error(reader->errors, map, "key '%s' is missing in %s", fields->rows[i].key, fields->name);
        aug_error_hint(error, "%s", fields->rows[i].help);
        good = false;
    }
    return good;
}

bool aug_fields_overlay(const aug_reader *reader, const aug_node *map, const aug_fields *fields, void *target) {
    if (map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map (%s), found %s", fields->name,
                       aug_node_noun(reader->arena, map));
        return false;
    }
    bool good = true;
    for (aug_node *member = map->first; member; member = member->next) {
        const aug_field *field = aug_fields_find(fields, member->key);
        if (!field || aug_node_is_null(member))
            continue;
        member->used = true;
        good &= read_field(reader, member, field, target);
    }
    return good;
}
