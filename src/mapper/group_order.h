// The order in which prefixes are tried: those that are likely to take least first.
#ifndef AUG_MAPPER_GROUP_ORDER_H
#define AUG_MAPPER_GROUP_ORDER_H

#include "mapper/group_prefixes.h"

// Of all items, by cycles for LATENCY and by energy else.
const aug_group_item **aug_group_order(aug_arena *arena, const aug_group_prefixes *prefixes,
                                       aug_objective objective);

#endif
