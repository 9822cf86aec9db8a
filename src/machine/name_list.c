// The nodes of a file become arrays of texts that live as long as the machine.
#include "machine/name_list.h"

#include "text/fields.h"

#include <string.h>

bool aug_name_list_has(const aug_name_list *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

bool aug_name_list_read(const aug_reader *reader, const aug_node *node, aug_name_list *list) {
    *list = (aug_name_list){0};
    if (node->kind == AUG_NODE_MAP || aug_node_is_null(node)) {
        aug_node_error(reader->errors, node, "expected a list of tensors or roles such as [A, weight], found %s",
                       aug_node_noun(reader->arena, node));
        return false;
    }
    bool single = node->kind == AUG_NODE_SCALAR, good = true;
    list->names = AUG_NEW_ARRAY(reader->arena, const char *, single ? 1 : node->count);
    for (const aug_node *item = single ? node : node->first; item; item = single ? NULL : item->next)
        good &= aug_scalar_text(reader, item, &list->names[list->count++]);
    return good;
}

typedef struct keep_row {
    const aug_node *must, *may, *never;
} keep_row;

static const aug_field keep_rows[] = {
    AUG_ROW_NODE(keep_row, must, "must", NULL, AUG_LAYOUT_LIST, "it always keeps these"),
    AUG_ROW_NODE(keep_row, may, "may", NULL, AUG_LAYOUT_LIST, "it may keep these, and no others than those in `must`; all where missing"),
    AUG_ROW_NODE(keep_row, never, "never", NULL, AUG_LAYOUT_LIST, "these pass by it"),
};

const aug_fields aug_keep_fields = {
    .name = "keep",
    .about = "What a memory keeps: names of tensors, or roles (input, weight, cache, state, output). A name counts more than a role.",
    .rows = keep_rows,
    .count = AUG_COUNT(keep_rows),
};

static bool check_apart(const aug_reader *reader, const aug_node *node, const aug_name_list *list,
                        const aug_name_list *other, const char *places) {
    for (int i = 0; i < list->count; i++) {
        if (!aug_name_list_has(other, list->names[i]))
            continue;
        aug_node_error(reader->errors, node, "'%.60s' stands in %s", list->names[i], places);
        return false;
    }
    return true;
}

bool aug_keep_read(const aug_reader *reader, const aug_node *node, aug_keep *keep) {
    keep_row row;
    *keep = (aug_keep){0};
    if (!node)
        return true;
    if (!aug_fields_read(reader, node, &aug_keep_fields, &row))
        return false;
    keep->is_limited = row.may != NULL;
    bool good = !row.must || aug_name_list_read(reader, row.must, &keep->must);
    good &= !row.may || aug_name_list_read(reader, row.may, &keep->may);
    good &= !row.never || aug_name_list_read(reader, row.never, &keep->never);
    return good && check_apart(reader, row.never, &keep->never, &keep->must, "'must' and in 'never'") &&
           check_apart(reader, row.never, &keep->never, &keep->may, "'may' and in 'never'");
}

bool aug_sharing_read(const aug_reader *reader, const aug_node *node, aug_sharing *sharing) {
    *sharing = (aug_sharing){0};
    if (node->kind == AUG_NODE_SCALAR && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
        return aug_scalar_bool(reader, node, &sharing->all);
    return aug_name_list_read(reader, node, &sharing->names);
}
