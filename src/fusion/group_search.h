// The best mapping of one group whose intermediates all stay on chip.
#ifndef AUG_FUSION_GROUP_SEARCH_H
#define AUG_FUSION_GROUP_SEARCH_H

#include "fusion/group_floor.h"
#include "fusion/group_front.h"
#include "fusion/group_least.h"
#include "fusion/group_member.h"
#include "fusion/group_pipe_port.h"

typedef struct aug_group_search {
    aug_arena *arena, *scratch; // of plans; of one group's search
    const aug_mapper_options *options;
    aug_group_members *members;
    aug_group_leasts leasts;
    aug_group_sights sights;
    bool is_seed;                   // nothing has to be proven
    uint64_t prefixes;              // looked at
    bool stopped;                   // something was left out, by the limit or by the user
    aug_group_floor least;          // of the group that was searched last: no plan of it takes less
    aug_cost_scratch *cost_scratch; // of pipelines; NULL: there was none yet
    aug_cost *cost;
    aug_group_pipe_ports ports;
    struct aug_group_brancher *brancher; // NULL: there was none yet
} aug_group_search;

// Adds plans of the group that are better than what `front` holds, which begins with the best without this
// group. `open` takes points (without plans) that nothing better than is ruled out for, though no plan is
// known: of what did not fit together, and of what was left out when the search ended early.
void aug_group_search_run(aug_group_search *search, const aug_group *group, int first, aug_group_front *front,
                          aug_group_front *open);

#endif
