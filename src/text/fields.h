// Field tables: one row says what a key means, how it is read, checked and explained.
//
// A struct that comes from a map has one table; from it come the reader (aug_fields_read), the hints for unknown
// keys, the format reference (docs/formats.md) and the JSON schema. A new key is one row and one struct member.
#ifndef AUG_TEXT_FIELDS_H
#define AUG_TEXT_FIELDS_H

#include "text/scalar.h"

typedef enum aug_field_kind {
    AUG_FIELD_TEXT,     // const char *
    AUG_FIELD_BOOL,     // bool
    AUG_FIELD_COUNT,    // uint64_t
    AUG_FIELD_QUANTITY, // double in the unit of `dimension`; of `alternative` at `alternative_offset`, the other NaN
    AUG_FIELD_WORD,     // int, index into `words`
    AUG_FIELD_KEYED,    // double per word of `words`: a map, NaN where a word is missing
    AUG_FIELD_SPLIT,    // as KEYED, or one scalar, which sets all of them
    AUG_FIELD_GROUP,    // a struct with the table `fields`, inside this one
    AUG_FIELD_NODE      // const aug_node *, NULL where missing: read by the caller, `fields` may describe its items
} aug_field_kind;

// How the values of an AUG_FIELD_NODE are laid out, for the reference.
typedef enum aug_layout { AUG_LAYOUT_ONE, AUG_LAYOUT_LIST, AUG_LAYOUT_MAP } aug_layout;

typedef struct aug_field {
    const char *key;
    aug_field_kind kind;
    size_t offset;
    aug_dimension dimension, alternative;
    size_t alternative_offset;
    aug_bounds bounds;
    const char *const *words;
    const char *fallback; // text of the default; NULL: unknown (NaN, NULL, 0, false)
    bool required;
    const struct aug_fields *fields;
    const struct aug_fields *const *variants; // NODE whose items are maps of one of these, ended by NULL; told apart by
                                              // their first key
    aug_layout layout;
    const char *help;
} aug_field;

typedef struct aug_fields {
    const char *name;  // "machine", "machine level: memory"
    const char *about; // one sentence
    const aug_field *rows;
    size_t count;
    bool plain;        // a scalar may stand in place of the map, as `about` says
} aug_fields;

// Reads a map into `target` after setting every default. Unknown keys, wrong kinds and missing required keys are
// errors. Returns whether there was none.
bool aug_fields_read(const aug_reader *reader, const aug_node *map, const aug_fields *fields, void *target);
// Reads the keys that the table knows over what `target` holds already, and passes over all others and every null: for
// files of other makers.
bool aug_fields_overlay(const aug_reader *reader, const aug_node *map, const aug_fields *fields, void *target);
// The row of a key, NULL where the table has none.
const aug_field *aug_fields_find(const aug_fields *fields, const char *key);
// The defaults alone.
void aug_fields_default(const aug_fields *fields, void *target);
// Adds "unknown key" with the nearest key of the table as its hint.
void aug_fields_unknown(const aug_reader *reader, const aug_node *member, const aug_fields *fields);

// Rows. NODE and GROUP take the table of what is inside (NULL: none).
#define AUG_ROW_TEXT(type, member, name, text) {.key = name, .kind = AUG_FIELD_TEXT, .offset = offsetof(type, member), .help = text}
#define AUG_ROW_BOOL(type, member, name, initial, text)                                                      \
    {.key = name, .kind = AUG_FIELD_BOOL, .offset = offsetof(type, member), .fallback = initial, .help = text}
#define AUG_ROW_COUNT(type, member, name, initial, text)                                                     \
    {.key = name, .kind = AUG_FIELD_COUNT, .offset = offsetof(type, member), .fallback = initial, .help = text}
#define AUG_ROW_QUANTITY(type, member, name, dim, bound, initial, text)                                      \
    {.key = name, .kind = AUG_FIELD_QUANTITY, .offset = offsetof(type, member), .dimension = dim,            \
     .alternative = dim, .bounds = bound, .fallback = initial, .help = text}
#define AUG_ROW_WORD(type, member, name, list, initial, text)                                                \
    {.key = name, .kind = AUG_FIELD_WORD, .offset = offsetof(type, member), .words = list, .fallback = initial, .help = text}
#define AUG_ROW_KEYED(type, member, name, list, dim, bound, text)                                            \
    {.key = name, .kind = AUG_FIELD_KEYED, .offset = offsetof(type, member), .words = list, .dimension = dim, \
     .alternative = dim, .bounds = bound, .help = text}
#define AUG_ROW_SPLIT(type, member, name, list, dim, bound, text)                                            \
    {.key = name, .kind = AUG_FIELD_SPLIT, .offset = offsetof(type, member), .words = list, .dimension = dim, \
     .alternative = dim, .bounds = bound, .help = text}
#define AUG_ROW_GROUP(type, member, name, table, text)                                                       \
    {.key = name, .kind = AUG_FIELD_GROUP, .offset = offsetof(type, member), .fields = table, .help = text}
#define AUG_ROW_NODE(type, member, name, table, shape, text)                                                 \
    {.key = name, .kind = AUG_FIELD_NODE, .offset = offsetof(type, member), .fields = table, .layout = shape, .help = text}

#endif
