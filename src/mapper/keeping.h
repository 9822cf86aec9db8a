// All choices of what each memory keeps, and of arrays that stay idle.
#ifndef AUG_MAPPER_KEEPING_H
#define AUG_MAPPER_KEEPING_H

#include "mapper/frame.h"

typedef struct aug_keepings {
    int count;
    aug_keeping *at;
} aug_keepings;

// Every choice that the machine, the restriction and the prefix allow. Counts may be large: 8 per memory and
// 3 tensors.
void aug_keepings_init(aug_arena *arena, const aug_space *space, const aug_mapper_options *options,
                       aug_keepings *keepings);
// The same with the edges of one part alone (see aug_keeping.only), under the parents that they have.
void aug_keeping_only(const aug_space *space, const aug_keeping *all, int part, aug_keeping *only);

#endif
