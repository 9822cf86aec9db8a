#include "kernel/kernel_kinds.h"

#include <string.h>

#include "base/spelling.h"

const aug_kernel_model *const aug_kernel_models[AUG_KERNEL_KIND_COUNT] = {
#define ROW(suffix, name) [AUG_KERNEL_KIND_##suffix] = &aug_##name##_model,
    AUG_KERNEL_KINDS(ROW)
#undef ROW
};

bool aug_kernel_kind_read(const aug_reader *reader, const aug_node *node, aug_kernel_kind *kind) {
    for (int i = 0; i < AUG_KERNEL_KIND_COUNT; i++)
        if (strcmp(aug_kernel_models[i]->name, node->key) == 0) {
            *kind = (aug_kernel_kind)i;
            return true;
        }
    aug_spelling spelling = {.wanted = node->key};
    for (int i = 0; i < AUG_KERNEL_KIND_COUNT; i++)
        aug_spelling_offer(&spelling, aug_kernel_models[i]->name);
    aug_error *error = aug_node_key_error(reader->errors, node, "unknown kind of kernel '%.60s'", node->key);
    aug_spelling_hint(&spelling, error);
    return false;
}
