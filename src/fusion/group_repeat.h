// Floors of all members below a prefix, with what cannot stay on the chip over its innermost loops.
#ifndef AUG_FUSION_GROUP_REPEAT_H
#define AUG_FUSION_GROUP_REPEAT_H

#include "fusion/group_floor.h"

// Floors of each member by itself, and (the result) of all together, which share what room there is.
// `seen`, `leasts`: of each member. Ports: of each member, what passes them once.
aug_group_floor aug_group_floors(const aug_group *group, const aug_group_prefix *prefix, bool perfect,
                                 const aug_problem *const *seen, const aug_group_least *const *leasts,
                                 aug_group_floor *floors);

#endif
