// Lists of tensors and roles in a machine file: what a memory keeps, what an axis may share.
//
// A machine knows no tensors, so the names stay text until it meets an einsum (problem/problem_bind.c).
#ifndef AUG_MACHINE_NAME_LIST_H
#define AUG_MACHINE_NAME_LIST_H

#include "text/scalar.h"

typedef struct aug_name_list {
    int count;
    const char **names;
} aug_name_list;

// What a memory keeps of tensors or roles. A tensor's own name counts more than its role.
typedef struct aug_keep {
    aug_name_list must, may, never;
    bool is_limited; // `may` is given: what no list names is not kept
} aug_keep;

// Whose transfers children along an axis may share.
typedef struct aug_sharing {
    bool all;            // of every tensor
    aug_name_list names; // of these, where not of all
} aug_sharing;

extern const struct aug_fields aug_keep_fields;

// Reads one name or a list of them.
bool aug_name_list_read(const aug_reader *reader, const aug_node *node, aug_name_list *list);
bool aug_name_list_has(const aug_name_list *list, const char *name);
// Reads {must: [...], may: [...], never: [...]}; a NULL node asks for nothing.
bool aug_keep_read(const aug_reader *reader, const aug_node *node, aug_keep *keep);
// Reads true, false, a name or a list of names.
bool aug_sharing_read(const aug_reader *reader, const aug_node *node, aug_sharing *sharing);

#endif
