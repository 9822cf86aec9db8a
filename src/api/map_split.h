// Operators of a model that are two products side by side, as a gate and an up projection are: apart each of them may be
// fused with what reads it.
#ifndef AUG_API_MAP_SPLIT_H
#define AUG_API_MAP_SPLIT_H

#include "api/map_search.h"
#include "fusion/group.h"

// Neighbours of a task with such a product apart. What stands in front of it and hands it its input is one of them, and
// so is what hands on behind it.
typedef struct aug_map_split {
    int first, count; // einsums of the task that these are
    int member_count;
    const aug_problem **members;
} aug_map_split;

// Ways to run those neighbours of a task with their products apart, one offer each. `of_groups`: as the groups of the
// whole are searched.
typedef struct aug_map_split_offers {
    int count;
    aug_group_offer *offers;
    bool stopped; // some search ended early
} aug_map_split_offers;

aug_map_split_offers aug_map_splits_search(aug_map_task *task, const aug_map *map,
                                           const aug_mapper_options *of_groups);

#endif
