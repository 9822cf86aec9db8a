// Ranks whose points have nothing in common, such as heads: least energy takes them one by one.
#ifndef AUG_FUSION_GROUP_BATCH_H
#define AUG_FUSION_GROUP_BATCH_H

#include "fusion/group_item.h"

// Of one einsum: its numbers of ranks.
unsigned aug_batch_ranks(const aug_problem *problem);
// Those that shared loops may take one by one: the group's numbers of ranks.
unsigned aug_group_batch(const aug_group *group);
// What nests begin with that take such ranks of an einsum one by one: the outermost stores, then the loops.
int aug_batch_prefix(const aug_problem *problem, aug_mapping_node *nodes);

#endif
