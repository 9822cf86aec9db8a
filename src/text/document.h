// A YAML or JSON text as a tree that remembers where everything stands.
//
// libyaml does the reading; it takes JSON as the part of YAML that it is. What it does not take is mended first:
// surrogate escapes ("\ud83d\ude00") become one character, lone ones U+FFFD, and line separators in strings and tabs
// around the whole are taken; only a key that is cut off from its colon by a newline is not. Bounds keep any input
// harmless: 4 MiB of text, 64 levels and 300,000 nodes after aliases are followed, 256 anchors.
#ifndef AUG_TEXT_DOCUMENT_H
#define AUG_TEXT_DOCUMENT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUG_DOCUMENT_DEPTH = 64, AUG_DOCUMENT_NODES = 300000, AUG_DOCUMENT_ANCHORS = 256 };

typedef enum aug_node_kind { AUG_NODE_SCALAR, AUG_NODE_LIST, AUG_NODE_MAP } aug_node_kind;

typedef struct aug_document {
    const char *name; // as errors show it
    const char *text;
    size_t length;
    struct aug_node *root; // NULL for an empty text
} aug_document;

typedef struct aug_node aug_node;
struct aug_node {
    const aug_document *document;
    aug_node_kind kind;
    bool quoted;            // a scalar in quotes: text whatever it looks like
    bool used;              // a reader asked for it
    const char *text;       // of a scalar, NUL-terminated
    const char *key;        // of a member of a map, else NULL
    unsigned key_line, key_column;
    unsigned line, column;  // from 1
    unsigned count;         // children
    unsigned weight;        // nodes below and with it, aliases followed
    unsigned height;        // levels of lists and maps below and with it, aliases followed; 0 of a scalar
    aug_node *first, *last; // children
    aug_node *next;         // the sibling behind it
};

// Reads and parses a file. NULL with errors added where it cannot be read or is malformed.
aug_document *aug_document_load(aug_arena *arena, aug_errors *errors, const char *path);
// Parses text; `name` stands in for a file name in errors. The text is copied.
aug_document *aug_document_parse(aug_arena *arena, aug_errors *errors, const char *name, const char *text,
                                 size_t length);

// The member of a map, marked as used; NULL where there is none or `map` is NULL or no map.
aug_node *aug_node_get(const aug_node *map, const char *key);
// The same without marking.
aug_node *aug_node_peek(const aug_node *map, const char *key);
// A scalar that says nothing: empty, ~ or null without quotes.
bool aug_node_is_null(const aug_node *node);
// "a map", "a list", "'text'": how messages name what they found.
const char *aug_node_noun(aug_arena *arena, const aug_node *node);

// A deep copy into another arena, to be changed there.
aug_node *aug_node_copy(aug_arena *arena, const aug_node *node);
// Puts `value` (whose key, links and place are kept apart) in the place of the content of `node`.
void aug_node_assign(aug_node *node, const aug_node *value);
// Adds a member `key` to a map.
aug_node *aug_node_add(aug_arena *arena, aug_node *map, const char *key, const aug_node *value);

// Adds an error at a node (or at its key).
aug_error *aug_node_error(aug_errors *errors, const aug_node *node, const char *format, ...) AUG_PRINTF(3, 4);
aug_error *aug_node_key_error(aug_errors *errors, const aug_node *node, const char *format, ...) AUG_PRINTF(3, 4);
aug_place aug_node_place(const aug_node *node);

#endif
