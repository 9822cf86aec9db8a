// A result refers to plans, and these to groups, nests and problems that live as long as the search. What is
// copied is all that a plan needs: members' problems stay where they are, for they are the caller's; those of
// members that recompute windows are the search's own.
#include "fusion/group_copy.h"

// Out of the work's memory into the caller's. NULL: no room.
static aug_group_plan *try_copy(aug_arena *arena, const aug_group_plan *from) {
    aug_group_plan *plan = aug_arena_try(arena, sizeof *plan);
    aug_group *group = aug_arena_try(arena, sizeof *group);
    if (!plan || !group)
        return NULL;
    *group = *from->group;
    *plan = *from;
    plan->group = group;
    plan->before = NULL;
    for (int e = 0; e < group->member_count; e++) {
        aug_mapping *nest = aug_arena_try(arena, sizeof *nest);
        if (!nest)
            return NULL;
        *nest = *from->nests[e];
        plan->nests[e] = nest;
        if (from->problems[e] == from->group->members[e])
            continue;
        aug_problem *seen = aug_arena_try(arena, sizeof *seen);
        if (!seen)
            return NULL;
        *seen = *from->problems[e];
        plan->problems[e] = seen;
    }
    return plan;
}

bool aug_group_result_copy(aug_arena *arena, aug_group_result *result) {
    aug_group_point *points = aug_arena_try(arena, (size_t)result->point_count * sizeof *points);
    for (int i = 0; points && i < result->point_count; i++) {
        const aug_group_plan **to = &points[i].last;
        points[i] = result->points[i];
        for (const aug_group_plan *plan = result->points[i].last; plan; plan = plan->before) {
            aug_group_plan *copy = try_copy(arena, plan);
            if (!copy)
                return false;
            *to = copy;
            to = &copy->before;
        }
    }
    aug_group_point *low = aug_arena_try(arena, (size_t)result->low_count * sizeof *low);
    for (int i = 0; low && i < result->low_count; i++) {
        low[i] = result->low[i];
        low[i].last = NULL;
    }
    result->points = points;
    result->low = low;
    return points && low;
}
