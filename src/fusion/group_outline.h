// Floors under a prefix from its beginnings: the first loops alone, with all that stands above them.
#ifndef AUG_FUSION_GROUP_OUTLINE_H
#define AUG_FUSION_GROUP_OUTLINE_H

#include "fusion/group_front.h"
#include "fusion/group_member.h"
#include "fusion/group_repeat.h"

// What is known of all members below a prefix: each by itself, and all together.
typedef struct aug_group_floors_known {
    aug_group_floor each[AUG_GROUP_MEMBERS], all;
} aug_group_floors_known;

// What searches of members took, and how many prefixes they ruled out.
typedef struct aug_group_tries {
    uint64_t nodes[AUG_GROUP_MEMBERS], fails[AUG_GROUP_MEMBERS];
} aug_group_tries;
// Members by what it took of their searches to rule out a prefix, the least first.
void aug_group_tries_order(const aug_group_tries *tries, int count, int *order);

// A prefix with the widest tile of its innermost loop below which the same floors hold; and with the narrowest.
void aug_group_outline_of(const aug_group *group, const aug_group_prefix *prefix, aug_group_prefix *outline);
void aug_group_outline_least(aug_group_prefix *prefix);
// What a member is asked below an outline, for a floor of one figure under all prefixes that are part of it.
aug_group_question aug_group_outline_question(const aug_group *group, const aug_group_prefix *outline,
                                              int member, aug_objective figure);
// LATENCY: what others leave of the energy of the best plan, for a member that takes as many cycles as they leave it.
double aug_group_outline_tie_pj(const aug_group_front *front, const aug_group_floors_known *floors, int count,
                                int member);

// Raises floors, one beginning after the other. False where nothing below the prefix is better than `front`.
bool aug_group_outline_raise(aug_group_members *members, const aug_group *group,
                             const aug_group_prefix *prefix, const aug_group_front *front,
                             aug_group_tries *tries, aug_group_floors_known *floors);

#endif
