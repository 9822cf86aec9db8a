// The answer of a search of groups, out of its memory into the caller's.
#ifndef AUG_FUSION_GROUP_COPY_H
#define AUG_FUSION_GROUP_COPY_H

#include "fusion/group.h"

// Replaces points and plans by copies in `arena`. False where there is no room.
bool aug_group_result_copy(aug_arena *arena, aug_group_result *result);

#endif
