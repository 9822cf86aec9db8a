// From events to a tree, with a stack of open lists and maps instead of recursion.
//
// The loop holds a parser of libyaml while it allocates, so it uses aug_arena_try and leaves by one exit that frees
// the parser first. An alias becomes a copy of the node it names that shares its children; `weight` counts what a
// walk over the tree would meet and `height` how deep it would go, so a bomb of nested aliases is refused before
// anything walks it.
#include "text/document.h"

#include "base/buffer.h"
#include "text/source_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct anchor {
    const char *name;
    aug_node *node;
} anchor;

typedef struct builder {
    aug_arena *arena;
    aug_errors *errors;
    aug_document *document;
    const aug_source_text *source;
    aug_node *open[AUG_DOCUMENT_DEPTH];
    const char *keys[AUG_DOCUMENT_DEPTH]; // the key that waits for its value, per open map
    yaml_mark_t key_marks[AUG_DOCUMENT_DEPTH];
    int depth;
    anchor anchors[AUG_DOCUMENT_ANCHORS];
    unsigned anchor_count;
    unsigned nodes;
    bool out_of_memory;
    bool ended;
} builder;

static aug_place place_at(const builder *b, yaml_mark_t mark) {
    unsigned line = (unsigned)mark.line + 1, column = (unsigned)mark.column + 1;
    column = aug_source_text_column(b->source, line, column);
    if (line > b->source->end_line) // libyaml ends every text with a newline of its own
        line = b->source->end_line, column = b->source->end_column;
    return (aug_place){.file = b->document->name,
                       .text = b->document->text,
                       .length = (unsigned)b->document->length,
                       .line = line,
                       .column = column};
}

static bool refuse(builder *b, yaml_mark_t mark, const char *message, const char *hint) {
    aug_place place = place_at(b, mark);
    aug_error *error = aug_error_add(b->errors, &place, "%s", message);
    if (hint)
        aug_error_hint(error, "%s", hint);
    return false;
}

static aug_node *new_node(builder *b, aug_node_kind kind, yaml_mark_t mark) {
    aug_node *node = aug_arena_try(b->arena, sizeof *node);
    if (!node) {
        b->out_of_memory = true;
        return NULL;
    }
    aug_place place = place_at(b, mark);
    node->document = b->document;
    node->kind = kind;
    node->line = place.line;
    node->column = place.column;
    node->weight = 1;
    return node;
}

static char *copy_text(builder *b, const char *text, size_t length) {
    char *copy = aug_arena_try(b->arena, length + 1);
    if (!copy) {
        b->out_of_memory = true;
        return NULL;
    }
    if (length)
        memcpy(copy, text, length);
    return copy;
}

// Hangs a finished or just opened node under the innermost open one, or makes it the root.
static bool attach(builder *b, aug_node *node, yaml_mark_t mark) {
    if (b->depth == 0) {
        b->document->root = node;
        return true;
    }
    aug_node *parent = b->open[b->depth - 1];
    if (parent->kind == AUG_NODE_MAP) {
        const char **key = &b->keys[b->depth - 1];
        if (!*key)
            return refuse(b, mark, "a key must be plain text", NULL);
        aug_place place = place_at(b, b->key_marks[b->depth - 1]);
        node->key = *key;
        node->key_line = place.line;
        node->key_column = place.column;
        *key = NULL;
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
    return true;
}

static anchor *find_anchor(builder *b, const unsigned char *name) {
    for (unsigned i = 0; i < b->anchor_count; i++)
        if (strcmp(b->anchors[i].name, (const char *)name) == 0)
            return &b->anchors[i];
    return NULL;
}

// A name that stands again means the new node from here on.
static bool remember_anchor(builder *b, const unsigned char *name, aug_node *node, yaml_mark_t mark) {
    if (!name)
        return true;
    anchor *entry = find_anchor(b, name);
    if (entry) {
        entry->node = node;
        return true;
    }
    if (b->anchor_count == AUG_DOCUMENT_ANCHORS)
        return refuse(b, mark, "more than 256 anchors (&name)", "write the values out, or split the file");
    const char *copy = copy_text(b, (const char *)name, strlen((const char *)name));
    if (!copy)
        return false;
    b->anchors[b->anchor_count++] = (anchor){copy, node};
    return true;
}

static bool count_nodes(builder *b, unsigned more, yaml_mark_t mark) {
    if (more > AUG_DOCUMENT_NODES - b->nodes)
        return refuse(b, mark, "too many values: more than 300000, aliases followed",
                      "split the file, or use fewer aliases");
    b->nodes += more;
    return true;
}

static const char too_deep[] = "nested deeper than 64 levels";

static bool is_tagged(const unsigned char *tag) {
    return tag && strcmp((const char *)tag, "!") != 0;
}

static bool on_scalar(builder *b, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (memchr(text, '\0', length))
        return refuse(b, event->start_mark, "a text with a NUL character in it", NULL);
    if (is_tagged(event->data.scalar.tag))
        return refuse(b, event->start_mark, "tags (!type) are not read here", "leave the tag out");
    if (!count_nodes(b, 1, event->start_mark))
        return false;
    char *copy = copy_text(b, text, length);
    if (!copy)
        return false;
    if (b->depth > 0 && b->open[b->depth - 1]->kind == AUG_NODE_MAP && !b->keys[b->depth - 1]) {
        if (event->data.scalar.anchor)
            return refuse(b, event->start_mark, "an anchor (&name) on a key is not read",
                          "name the value: 'key: &name value'");
        b->keys[b->depth - 1] = copy;
        b->key_marks[b->depth - 1] = event->start_mark;
        return true;
    }
    aug_node *node = new_node(b, AUG_NODE_SCALAR, event->start_mark);
    if (!node)
        return false;
    node->text = copy;
    node->quoted = event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    return remember_anchor(b, event->data.scalar.anchor, node, event->start_mark) && attach(b, node, event->start_mark);
}

static bool on_open(builder *b, const yaml_event_t *event, aug_node_kind kind, const unsigned char *name,
                    const unsigned char *tag) {
    if (b->depth == AUG_DOCUMENT_DEPTH)
        return refuse(b, event->start_mark, too_deep, NULL);
    if (is_tagged(tag))
        return refuse(b, event->start_mark, "tags (!type) are not read here", "leave the tag out");
    if (!count_nodes(b, 1, event->start_mark))
        return false;
    aug_node *node = new_node(b, kind, event->start_mark);
    if (!node || !attach(b, node, event->start_mark))
        return false;
    // An alias inside its own anchor finds an open node: `weight` 0 marks it until it is closed.
    node->weight = 0;
    if (!remember_anchor(b, name, node, event->start_mark))
        return false;
    b->keys[b->depth] = NULL;
    b->open[b->depth++] = node;
    return true;
}

static int compare_keys(const void *left, const void *right) {
    const aug_node *const *a = left, *const *b = right;
    int order = strcmp((*a)->key, (*b)->key);
    if (order != 0)
        return order;
    if ((*a)->key_line != (*b)->key_line)
        return (*a)->key_line < (*b)->key_line ? -1 : 1;
    return (*a)->key_column < (*b)->key_column ? -1 : (*a)->key_column > (*b)->key_column;
}

// Every key of a map once. Sorting keeps it cheap for maps with thousands of keys.
static bool check_duplicates(builder *b, const aug_node *map) {
    if (map->count < 2)
        return true;
    const aug_node **members = malloc(map->count * sizeof *members);
    if (!members) {
        b->out_of_memory = true;
        return false;
    }
    unsigned count = 0;
    for (const aug_node *member = map->first; member; member = member->next)
        members[count++] = member;
    qsort(members, count, sizeof *members, compare_keys);
    bool unique = true;
    for (unsigned i = 1; i < count; i++) {
        if (strcmp(members[i - 1]->key, members[i]->key) != 0)
            continue;
        unique = false;
        aug_error *error = aug_node_key_error(b->errors, members[i], "key '%s' stands twice", members[i]->key);
        aug_error_hint(error, "its first place is line %u, column %u", members[i - 1]->key_line,
                       members[i - 1]->key_column);
    }
    free(members);
    return unique;
}

static bool on_close(builder *b) {
    aug_node *node = b->open[--b->depth];
    unsigned weight = 1, height = 0;
    for (const aug_node *child = node->first; child; child = child->next) {
        weight += child->weight;
        height = child->height > height ? child->height : height;
    }
    node->weight = weight;
    node->height = height + 1;
    return node->kind != AUG_NODE_MAP || check_duplicates(b, node);
}

static bool on_alias(builder *b, const yaml_event_t *event) {
    const anchor *entry = find_anchor(b, event->data.alias.anchor);
    if (!entry)
        return refuse(b, event->start_mark, "an alias (*name) without its anchor (&name) before it", NULL);
    if (entry->node->weight == 0)
        return refuse(b, event->start_mark, "an alias inside of what it names", NULL);
    if ((unsigned)b->depth + entry->node->height > AUG_DOCUMENT_DEPTH)
        return refuse(b, event->start_mark, too_deep, "aliases count with what they name");
    if (!count_nodes(b, entry->node->weight, event->start_mark))
        return false;
    aug_node *node = new_node(b, entry->node->kind, event->start_mark);
    if (!node)
        return false;
    aug_node_assign(node, entry->node);
    return attach(b, node, event->start_mark);
}

static bool on_event(builder *b, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->ended)
            return refuse(b, event->start_mark, "a second document (---) in one file", "one input per file");
        return true;
    case YAML_DOCUMENT_END_EVENT:
        b->ended = true;
        return true;
    case YAML_SCALAR_EVENT:
        return on_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(b, event, AUG_NODE_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return on_open(b, event, AUG_NODE_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(b);
    case YAML_ALIAS_EVENT:
        return on_alias(b, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
        break;
    }
    return true;
}

// Whether a tab stands at a place, behind nothing but blanks: YAML does not take it for indentation.
static bool indents_by_tab(const builder *b, yaml_mark_t place) {
    const char *at = b->source->text, *end = at + b->source->length;
    for (size_t line = place.line; line > 0 && at < end; at++)
        line -= *at == '\n';
    const char *start = at;
    while (at < end && *at == ' ')
        at++;
    return at < end && *at == '\t' && (size_t)(at - start) == place.column;
}

static void report_parser_error(builder *b, const yaml_parser_t *parser) {
    if (parser->error == YAML_MEMORY_ERROR) {
        b->out_of_memory = true;
        return;
    }
    aug_place place = place_at(b, parser->problem_mark);
    aug_error *error =
        aug_error_add(b->errors, &place, "malformed text: %s", parser->problem ? parser->problem : "not YAML or JSON");
    if (indents_by_tab(b, parser->problem_mark))
        aug_error_hint(error, "indent with blanks, not with tabs");
    else if (parser->context && parser->context_mark.line + 1 != place.line)
        aug_error_hint(error, "%s that begins in line %zu", parser->context, parser->context_mark.line + 1);
    else if (parser->context)
        aug_error_hint(error, "%s", parser->context);
}

// Runs the parser over the text; false where anything was wrong.
static bool build(builder *b) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        b->out_of_memory = true;
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)b->source->text, b->source->length);
    bool good = true, more = true;
    while (good && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            report_parser_error(b, &parser);
            good = false;
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        good = on_event(b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

aug_document *aug_document_parse(aug_arena *arena, aug_errors *errors, const char *name, const char *text,
                                 size_t length) {
    aug_document *document = AUG_NEW(arena, aug_document);
    document->name = aug_arena_copy(arena, name, strlen(name));
    aug_source_text source;
    if (!aug_source_text_prepare(arena, errors, document->name, text, length, &source))
        return NULL;
    document->text = source.original;
    document->length = source.original_length;
    builder *b = AUG_NEW(arena, builder);
    *b = (builder){.arena = arena, .errors = errors, .document = document, .source = &source};
    bool good = build(b);
    if (b->out_of_memory)
        aug_arena_fail(arena);
    return good ? document : NULL;
}

aug_document *aug_document_load(aug_arena *arena, aug_errors *errors, const char *path) {
    aug_place place = {.file = path};
    size_t length = 0;
    char *text = aug_source_text_load(arena, errors, path, AUG_SOURCE_TEXT_BYTES, &length);
    if (!text)
        return NULL;
    aug_document *document = aug_document_parse(arena, errors, path, text, length);
    if (document && !document->root) {
        aug_error *error = aug_error_add(errors, &place, "the file is empty");
        aug_error_hint(error, "an Auger file begins with a line such as 'auger: machine/1'");
        return NULL;
    }
    return document;
}

aug_node *aug_node_peek(const aug_node *map, const char *key) {
    if (!map || map->kind != AUG_NODE_MAP)
        return NULL;
    for (aug_node *member = map->first; member; member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

aug_node *aug_node_get(const aug_node *map, const char *key) {
    aug_node *member = aug_node_peek(map, key);
    if (member)
        member->used = true;
    return member;
}

bool aug_node_is_null(const aug_node *node) {
    return node->kind == AUG_NODE_SCALAR && !node->quoted &&
           (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

const char *aug_node_noun(aug_arena *arena, const aug_node *node) {
    switch (node->kind) {
    case AUG_NODE_LIST:
        return "a list";
    case AUG_NODE_MAP:
        return "a map";
    case AUG_NODE_SCALAR:
        break;
    }
    return aug_node_is_null(node) ? "nothing" : aug_arena_print(arena, "'%.60s'", node->text);
}

void aug_node_assign(aug_node *node, const aug_node *value) {
    aug_node kept = *node;
    *node = *value;
    node->key = kept.key;
    node->key_line = kept.key_line;
    node->key_column = kept.key_column;
    node->next = kept.next;
    node->used = kept.used;
}

static void append(aug_node *parent, aug_node *child) {
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

// The depth of a document is bounded, so is this recursion.
aug_node *aug_node_copy(aug_arena *arena, const aug_node *node) {
    aug_node *copy = AUG_NEW(arena, aug_node);
    *copy = *node;
    copy->next = NULL;
    copy->first = copy->last = NULL;
    copy->count = 0;
    for (const aug_node *child = node->first; child; child = child->next)
        append(copy, aug_node_copy(arena, child));
    return copy;
}

aug_node *aug_node_add(aug_arena *arena, aug_node *map, const char *key, const aug_node *value) {
    aug_node *member = aug_node_copy(arena, value);
    member->key = aug_arena_copy(arena, key, strlen(key));
    member->key_line = value->line;
    member->key_column = value->column;
    append(map, member);
    return member;
}

aug_place aug_node_place(const aug_node *node) {
    return (aug_place){.file = node->document->name,
                       .text = node->document->text,
                       .length = (unsigned)node->document->length,
                       .line = node->line,
                       .column = node->column};
}

AUG_PRINTF(3, 0)
static aug_error *add_error(aug_errors *errors, const aug_place *place, const char *format, va_list values) {
    char message[sizeof ((aug_error *)0)->message];
    vsnprintf(message, sizeof message, format, values);
    return aug_error_add(errors, place, "%s", message);
}

aug_error *aug_node_error(aug_errors *errors, const aug_node *node, const char *format, ...) {
    va_list values;
    va_start(values, format);
    aug_place place = aug_node_place(node);
    aug_error *error = add_error(errors, &place, format, values);
    va_end(values);
    return error;
}

aug_error *aug_node_key_error(aug_errors *errors, const aug_node *node, const char *format, ...) {
    va_list values;
    va_start(values, format);
    aug_place place = aug_node_place(node);
    if (node->key) {
        place.line = node->key_line;
        place.column = node->key_column;
    }
    aug_error *error = add_error(errors, &place, format, values);
    va_end(values);
    return error;
}
