// Which neighbours to fuse.
#ifndef AUG_FUSION_GROUP_CHOICE_H
#define AUG_FUSION_GROUP_CHOICE_H

#include "fusion/group.h"

// aug_group_map, in one search.
aug_mapper_status aug_group_choose(aug_arena *arena, const aug_group_chain *chain, const aug_mapper_options *options,
                                   aug_group_result *result);

#endif
