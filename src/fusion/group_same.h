// Einsums of a chain that differ in names alone: what is asked of one is asked of all.
#ifndef AUG_FUSION_GROUP_SAME_H
#define AUG_FUSION_GROUP_SAME_H

#include "problem/problem.h"

typedef struct aug_group_sames {
    aug_arena *arena;
    int count;
    struct aug_group_same *first;
} aug_group_sames;

// The first problem that was asked for and is the same; itself where there was none.
const aug_problem *aug_group_same(aug_group_sames *sames, const aug_problem *problem);

#endif
