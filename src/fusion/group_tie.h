// Of plans of a group with the same least energy, a faster one.
#ifndef AUG_FUSION_GROUP_TIE_H
#define AUG_FUSION_GROUP_TIE_H

#include "fusion/group_search.h"

// A plan of the same group that takes as much energy and fewer cycles; NULL: none was found within so many
// nodes.
const aug_group_plan *aug_group_tie_break(aug_group_search *search, const aug_group_plan *plan,
                                          uint64_t nodes);

#endif
