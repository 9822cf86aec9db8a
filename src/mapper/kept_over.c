#include "mapper/kept_over.h"

#include <string.h>

static unsigned moved_by(const aug_space *space, int rank) {
    unsigned tensors = 0;
    for (int t = 0; t < space->tensor_count; t++)
        tensors |= (space->tensors[t].ranks >> rank & 1u) << t;
    return tensors;
}

void aug_kept_over_find(const aug_space *space, const aug_keeping *keeping, const aug_mapper_options *options,
                        unsigned *kept, unsigned *partly) {
    unsigned passed = 0, uneven = 0;
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, space->problem->sizes, sizeof extents);
    *kept = 0;
    for (int i = 0; i < options->prefix_count; i++) {
        const aug_mapping_node *node = &options->prefix[i];
        if (node->kind != AUG_MAPPING_FOR || node->tile >= extents[node->rank])
            continue;
        extents[node->rank] = node->tile;
        unsigned moved = moved_by(space, node->rank);
        *kept = ~moved;
        passed |= ~moved;
        if (space->problem->sizes[node->rank] % node->tile != 0)
            uneven |= moved;
    }
    *partly = passed & uneven;
    *kept |= keeping->only < 0 ? *partly : passed;
}
