// A page holds its document, and is to stay small however long a front is. Lists that stand in the document
// itself or in a member of it keep `keep` rows, evenly spaced from the first on, as fronts are ordered; all
// else is copied as it stands.
//
//     {"front": [1, 2, 3, 4, 5], "run": {"threads": 2}}, two rows
//     {"front": [1, 4], "run": {"threads": 2},
//     "cut": [{"list": "front", "rows": 5, "shown": 2}]}
//
// Row i of n is kept where the whole part of i·keep/n is another one than that of the row before: of 0, 0.4,
// 0.8, 1.2, 1.6 the first and the fourth. The text is JSON that this library wrote, so nothing is checked.
#include "report/page_cut.h"

#include <string.h>

typedef struct cutter {
    const char *at; // what is read next
    size_t keep;
    aug_buffer *out, *cuts;
} cutter;

static const char *skip_string(const char *at) {
    for (at++; *at && *at != '"'; at++)
        at += *at == '\\' && at[1];
    return *at ? at + 1 : at;
}

// The end of the value that starts here: what follows it, a comma, a bracket or a brace, stands outside.
static const char *skip_value(const char *at) {
    for (int depth = 0; *at;) {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if ((*at == '}' || *at == ']') && depth-- == 0)
            break;
        else if (*at == ',' && depth == 0)
            break;
        at++;
    }
    return at;
}

static void copy_to(cutter *cut, const char *end) {
    aug_buffer_add(cut->out, cut->at, (size_t)(end - cut->at));
    cut->at = end;
}

// Rows of the list whose first row starts at `at`.
static size_t count_rows(const char *at) {
    size_t count = 1;
    for (at = skip_value(at); *at == ','; at = skip_value(at + 1))
        count++;
    return count;
}

static void note_cut(cutter *cut, const char *name, size_t length, size_t rows) {
    aug_buffer_print(cut->cuts, "%s{\"list\": \"", aug_buffer_text(cut->cuts)[0] ? ", " : "");
    aug_buffer_add(cut->cuts, name, length);
    aug_buffer_print(cut->cuts, "\", \"rows\": %zu, \"shown\": %zu}", rows, cut->keep);
}

static void cut_list(cutter *cut, const char *name, size_t length) {
    size_t rows = count_rows(cut->at + 1);
    if (rows <= cut->keep) {
        copy_to(cut, skip_value(cut->at));
        return;
    }
    note_cut(cut, name, length, rows);
    copy_to(cut, cut->at + 1);
    for (size_t i = 0; i < rows; i++) {
        const char *end = skip_value(cut->at);
        if (i == 0 || i * cut->keep / rows != (i - 1) * cut->keep / rows) {
            if (i)
                aug_buffer_put(cut->out, ",");
            copy_to(cut, end);
        }
        cut->at = *end == ',' ? end + 1 : end;
    }
    copy_to(cut, skip_value(cut->at));
    copy_to(cut, cut->at + 1);
}

static void cut_members(cutter *cut, int level);

static void cut_value(cutter *cut, const char *name, size_t length, int level) {
    if (*cut->at == '[')
        cut_list(cut, name, length);
    else if (*cut->at == '{' && level < 1)
        cut_members(cut, level + 1);
    else
        copy_to(cut, skip_value(cut->at));
}

// An object without its closing brace at level 0, where `cut` may follow.
static void cut_members(cutter *cut, int level) {
    copy_to(cut, cut->at + 1);
    while (*cut->at && *cut->at != '}') {
        const char *name = strchr(cut->at, '"');
        const char *end = skip_value(cut->at);
        if (!name || name >= end) { // an empty object
            copy_to(cut, end);
            break;
        }
        const char *after = skip_string(name);
        copy_to(cut, after + strspn(after, ": \n"));
        cut_value(cut, name + 1, (size_t)(after - name - 2), level);
        copy_to(cut, skip_value(cut->at));
        if (*cut->at == ',')
            copy_to(cut, cut->at + 1);
    }
    if (level)
        copy_to(cut, cut->at + 1);
}

void aug_page_cut(aug_buffer *out, const char *json, size_t keep) {
    aug_buffer cuts;
    aug_buffer_init(&cuts, out->arena);
    cutter cut = {.at = json, .keep = keep, .out = out, .cuts = &cuts};
    cut_members(&cut, 0);
    if (aug_buffer_text(&cuts)[0])
        aug_buffer_print(out, ",\n\"cut\": [%s]", aug_buffer_text(&cuts));
    aug_buffer_put(out, cut.at);
}
