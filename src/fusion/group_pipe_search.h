// The best pipelines below one prefix.
#ifndef AUG_FUSION_GROUP_PIPE_SEARCH_H
#define AUG_FUSION_GROUP_PIPE_SEARCH_H

#include "fusion/group_floor.h"
#include "fusion/group_search.h"

typedef struct aug_group_pipe_task {
    aug_group_search *search;
    const aug_group_plan *draft;         // prefix, and what the members see of it
    const aug_group_question *questions; // that serial members ask
    const aug_group_floor *floors;       // of members below the prefix
    aug_group_front *front, *open;
} aug_group_pipe_task;

// Adds pipelines that are better than what `front` holds, as far as the fastest members and a few others tell;
// `open` takes what may be better than these (group_pipe_branch.h finds it). Of ENERGY there is nothing to
// look for where members may take turns: no pipeline takes less than the same nests in turns.
void aug_group_pipe_search(const aug_group_pipe_task *task);
// Whether there could be any.
bool aug_group_pipe_is_wanted(const aug_group_pipe_task *task);
// What is asked of a member, in the room that all copies leave.
void aug_group_pipe_question(const aug_group_pipe_task *task, const aug_group_pipe *pipe, int member,
                             aug_group_question *question);
// What a nest takes; search->cost has the rest.
void aug_group_pipe_load(aug_group_search *search, const aug_problem *problem, const aug_mapping *nest,
                         aug_group_load *load);
// What a member takes of one thing at least, in cycles: of a port, or (memory -1) of its unit. 0: not known.
double aug_group_pipe_least(aug_group_search *search, const aug_group_question *question, int memory, int kind);
// Makes a plan of given nests a pipeline if that takes fewer cycles and fits, and adds it to the front.
void aug_group_pipe_offer(aug_group_search *search, const aug_group_plan *plan, aug_group_front *front);

#endif
