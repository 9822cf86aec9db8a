// A file is written line by line: what stood under the key that holds the constants is left out, and the new block follows
// at the end. A file that is not written in blocks (JSON) cannot be cut by lines: it is written anew, a line for each key.
#include "report/calibration_file.h"

#include "validation/calibration.h"

#include <math.h>
#include <string.h>

static void put_quoted(aug_buffer *out, const char *text) {
    aug_buffer_put(out, "\"");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ')
            aug_buffer_print(out, "\\x%02x", byte);
        else
            aug_buffer_print(out, byte == '"' || byte == '\\' ? "\\%c" : "%c", byte);
    }
    aug_buffer_put(out, "\"");
}

// A node on one line.
static void put_flow(aug_buffer *out, const aug_node *node) {
    if (node->kind == AUG_NODE_SCALAR && node->quoted) {
        put_quoted(out, node->text);
        return;
    }
    if (node->kind == AUG_NODE_SCALAR) {
        aug_buffer_put(out, node->text);
        return;
    }
    bool map = node->kind == AUG_NODE_MAP;
    aug_buffer_put(out, map ? "{" : "[");
    for (const aug_node *child = node->first; child; child = child->next) {
        if (map)
            aug_buffer_print(out, "%s: ", child->key);
        put_flow(out, child);
        if (child->next)
            aug_buffer_put(out, ", ");
    }
    aug_buffer_put(out, map ? "}" : "]");
}

static void put_value(aug_buffer *out, double value, int dimension) {
    if (dimension == AUG_DIMENSION_SECONDS)
        aug_buffer_print(out, "%.4g us", value * 1e6);
    else if (dimension == AUG_DIMENSION_PICOJOULES)
        aug_buffer_print(out, "%.4g pJ", value);
    else
        aug_buffer_print(out, "%.4g", value);
}

static const aug_calibrated *fitted(const aug_calibration *c, const char *kind) {
    for (int i = 0; i < c->count; i++)
        if (strcmp(aug_kernel_models[c->items[i].kind]->name, kind) == 0)
            return &c->items[i];
    return NULL;
}

static void put_constants(aug_buffer *out, const aug_calibrated *item) {
    const aug_kernel_model *model = aug_kernel_models[item->kind];
    aug_buffer_print(out, "  %s:\n", model->name);
    for (int i = 0; i < model->constant_count; i++) {
        aug_buffer_print(out, "    %s: ", model->constants[i].name);
        put_value(out, item->after[i], model->constants[i].dimension);
        aug_buffer_put(out, "\n");
    }
    aug_buffer_print(out, "    rows: %zu\n    error: %.3g\n    spread: {", item->rows, item->score_held.mdape / 100.0);
    for (int r = 0; r < model->regime_count; r++)
        aug_buffer_print(out, "%s%s: [%.3g, %.3g]", r ? ", " : "", model->regimes[r], item->low[r], item->high[r]);
    aug_buffer_put(out, "}\n");
}

static void put_kernels(aug_buffer *out, const aug_calibration *c) {
    const aug_node *before = aug_node_peek(c->document->root, "kernels");
    for (const aug_node *kind = before ? before->first : NULL; kind; kind = kind->next) {
        if (fitted(c, kind->key))
            continue;
        aug_buffer_print(out, "  %s: ", kind->key);
        put_flow(out, kind);
        aug_buffer_put(out, "\n");
    }
    for (int i = 0; i < c->count; i++)
        put_constants(out, &c->items[i]);
}

static const aug_calibrated *fitted_overhead(const aug_calibration *c, const char *kind, const char *formats) {
    for (int i = 0; i < c->count; i++)
        if (strcmp(aug_kernel_models[c->items[i].kind]->name, kind) == 0 && strcmp(c->items[i].formats, formats) == 0)
            return &c->items[i];
    return NULL;
}

static void begin_overhead(aug_buffer *out, const char *kind, int before) {
    if (before)
        aug_buffer_put(out, ", ");
    else
        aug_buffer_print(out, "  %s: {", kind);
}

static void put_overheads(aug_buffer *out, const aug_calibration *c) {
    const aug_node *before = aug_node_peek(c->document->root, "overheads");
    for (int k = 0; k < AUG_KERNEL_KIND_COUNT; k++) {
        const char *name = aug_kernel_models[k]->name;
        const aug_node *kind = aug_node_peek(before, name);
        int count = 0;
        for (const aug_node *row = kind ? kind->first : NULL; row; row = row->next) {
            if (fitted_overhead(c, name, row->key))
                continue;
            begin_overhead(out, name, count++);
            aug_buffer_print(out, "%s: %s", row->key, row->text);
        }
        for (int i = 0; i < c->count; i++) {
            if (c->items[i].kind != (aug_kernel_kind)k)
                continue;
            begin_overhead(out, name, count++);
            aug_buffer_print(out, "%s: ", c->items[i].formats);
            put_value(out, c->items[i].after[0], AUG_DIMENSION_SECONDS);
        }
        if (count)
            aug_buffer_put(out, "}\n");
    }
}

static const char *next_line(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : end;
}

// Whether a line is blank, a comment or the end of the document.
static bool is_aside(const char *at, const char *next) {
    while (at < next && strchr(" \t\r\n", *at))
        at++;
    return at == next || *at == '#' || (*at == '.' && strncmp(at, "...", 3) == 0);
}

// The line behind the last one of a member: comments and blanks in front of the next member are not its own.
static unsigned end_of(const aug_document *document, const aug_node *member) {
    unsigned line = 1, last = member->key_line;
    for (const char *at = document->text, *end = at + document->length; at < end; line++) {
        const char *next = next_line(at, end);
        if (line >= member->key_line && (!member->next || line < member->next->key_line) && !is_aside(at, next))
            last = line;
        at = next;
    }
    return last + 1;
}

static bool is_in_blocks(const aug_document *document) {
    for (const char *at = document->text, *end = at + document->length; at < end;) {
        const char *next = next_line(at, end), *word = at + strspn(at, " \t");
        if (!is_aside(at, next) && strncmp(word, "---", 3) != 0)
            return *word != '{';
        at = next;
    }
    return true;
}

// All lines but those of key `skipped` and the end of the document.
static void put_lines(aug_buffer *out, const aug_document *document, const aug_node *skipped) {
    unsigned from = skipped ? skipped->key_line : 0, to = skipped ? end_of(document, skipped) : 0, line = 1;
    for (const char *at = document->text, *end = at + document->length; at < end; line++) {
        const char *next = next_line(at, end);
        if ((line < from || line >= to) && strncmp(at, "...", 3) != 0)
            aug_buffer_add(out, at, (size_t)(next - at));
        at = next;
    }
    if (out->length && out->text[out->length - 1] != '\n')
        aug_buffer_put(out, "\n");
}

static void put_others(aug_buffer *out, const aug_document *document, const char *skipped) {
    if (is_in_blocks(document)) {
        put_lines(out, document, aug_node_peek(document->root, skipped));
        return;
    }
    for (const aug_node *member = document->root->first; member; member = member->next) {
        if (strcmp(member->key, skipped) == 0)
            continue;
        aug_buffer_print(out, "%s: ", member->key);
        put_flow(out, member);
        aug_buffer_put(out, "\n");
    }
}

static const char *name_of_path(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void aug_calibration_file(aug_buffer *out, const void *found) {
    const aug_calibration *c = found;
    bool library = c->what == AUG_CALIBRATES_LIBRARY;
    const char *key = library ? "overheads" : "kernels";
    put_others(out, c->document, key);
    aug_buffer_print(out, "%s: # auger calibrate %s", key, c->name);
    for (int i = 0; i < c->table_count; i++)
        aug_buffer_print(out, " %s", name_of_path(c->tables[i]));
    aug_buffer_put(out, "\n");
    if (library)
        put_overheads(out, c);
    else
        put_kernels(out, c);
}
