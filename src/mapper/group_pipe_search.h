// The best pipelines below one prefix.
#ifndef AUG_MAPPER_GROUP_PIPE_SEARCH_H
#define AUG_MAPPER_GROUP_PIPE_SEARCH_H

#include "mapper/group_floor.h"
#include "mapper/group_search.h"

typedef struct aug_group_pipe_task {
    aug_group_search *search;
    const aug_group_plan *draft;         // prefix, and what the members see of it
    const aug_group_question *questions; // that serial members ask
    const aug_group_floor *floors;       // of members below the prefix
    aug_group_front *front, *open;
} aug_group_pipe_task;

// Adds pipelines that are better than what `front` holds; `open` as in aug_group_search_run. Of ENERGY there
// is nothing to look for: no pipeline takes less than the same nests in turns.
void aug_group_pipe_search(const aug_group_pipe_task *task);
// Whether there could be any.
bool aug_group_pipe_is_wanted(const aug_group_pipe_task *task);
// Makes a plan of given nests a pipeline if that takes fewer cycles and fits, and adds it to the front.
void aug_group_pipe_offer(aug_group_search *search, const aug_group_plan *plan, aug_group_front *front);

#endif
