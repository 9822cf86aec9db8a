// Whether an outline leaves room for members together.
#ifndef AUG_FUSION_GROUP_OUTLINE_JOINT_H
#define AUG_FUSION_GROUP_OUTLINE_JOINT_H

#include "fusion/group_joint.h"

// Whether nothing below the outline of a prefix (draft.prefix), and so nothing below the prefix, is better than what
// is known where members take turns. `searches`: else with what is known already. ENERGY and LATENCY, without windows.
bool aug_group_outline_joint_rules_out(const aug_group_joint *joint, bool searches);

#endif
