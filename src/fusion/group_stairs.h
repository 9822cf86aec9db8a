// What a group takes at least in both figures at once.
#ifndef AUG_FUSION_GROUP_STAIRS_H
#define AUG_FUSION_GROUP_STAIRS_H

#include "fusion/group_search.h"

// Points of which every plan of the group that is of interest takes at least as much as one, of energy and of
// cycles. NULL: no more is known than of each figure by itself. They live in the scratch arena of the search.
const aug_group_front *aug_group_stairs_of(aug_group_search *search, const aug_group *group,
                                           const aug_group_front *front);

#endif
