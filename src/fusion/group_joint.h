// One prefix of a group: the best branches of every member below it, joined.
#ifndef AUG_FUSION_GROUP_JOINT_H
#define AUG_FUSION_GROUP_JOINT_H

#include "fusion/group_item.h"
#include "fusion/group_outline.h"
#include "fusion/group_search.h"

// Bits per instance of each memory that a member leaves in place from one shared step to the next.
typedef struct aug_group_shares {
    double low[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES], high[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES];
} aug_group_shares;

// Better than what is known, but does not fit.
typedef struct aug_group_clash {
    int member, memory;
    double bits; // that the member leaves in place there
    aug_group_point point;
} aug_group_clash;

// A prefix, what its members were asked and answered.
typedef struct aug_group_joint {
    aug_group_search *search;
    const aug_group *group;
    int first;
    const aug_group_item *item; // of the prefix
    aug_group_front *front, *open;
    aug_group_plan draft; // prefix and what the members see of it
    aug_group_question questions[AUG_GROUP_MEMBERS];
    aug_group_floors_known floors;
    const aug_group_best *best[AUG_GROUP_MEMBERS];
    int order[AUG_GROUP_MEMBERS];   // in which members are searched
    unsigned found;                 // members whose best branches are known
    bool takes_turns;               // could be better where members do
    const aug_group_shares *shares; // of the case that is looked at
    aug_group_clash clash;
    int cases;
    bool may_wait, waits; // cases are not looked at now, if at all
} aug_group_joint;

// What its members see of a prefix (draft.prefix), and their floors.
void aug_group_joint_ask(aug_group_joint *j, const aug_group_item *item);
// What of a member matters, when the others cost what is known of them.
void aug_group_joint_limit(aug_group_joint *j, int member);
// What is left for a member when the others cost what is known of them; infinite where both figures count.
double aug_group_joint_cutoff(const aug_group_joint *j, int member);
// Whether nothing that a member can take is of interest, for its floor is as high.
bool aug_group_joint_out_of_reach(const aug_group_joint *j, int member);
aug_group_point aug_group_joint_floor(const aug_group_joint *j);
// Adds plans of members in turns to the front; what is left out stays open.
void aug_group_joint_look(aug_group_joint *j);
// The memory that the tiles of the draft's nests overfill, and the member that leaves most there beyond what `shares`
// say. False where there is none.
bool aug_group_joint_find_clash(aug_group_joint *j);
// Two cases that all plans of one are in: the member of a clash leaves less, or there is less room for all others.
void aug_group_joint_part(const aug_group_shares *of, const aug_group_clash *clash, aug_group_shares *less,
                          aug_group_shares *others);
aug_group_shares aug_group_shares_all(void); // whatever members leave
// The limit is reached, or somebody stopped it.
bool aug_group_search_is_over(const aug_group_search *search);

#endif
