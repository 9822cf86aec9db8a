// All pipelines below one prefix, where the fastest members alone do not tell the best one.
#ifndef AUG_FUSION_GROUP_PIPE_BRANCH_H
#define AUG_FUSION_GROUP_PIPE_BRANCH_H

#include "fusion/group_pipe_search.h"

// Adds pipelines that are better than what `front` holds; what is left out joins `open`.
void aug_group_pipe_branch(const aug_group_pipe_task *task);

#endif
