// A product of a gate and an up projection reads its input once for both, so one by one it is better whole; apart
// their two results need not leave the chip before the activation takes them. Both are searched: the whole among
// the einsums of the task, the parts as a chain of their own, whose best is an offer to the choice of groups.
// So splitting never loses, and what is proven is proven of both.
//
//     gate and up projection 105 mJ, activation 10, down projection 56: 171 mJ
//     gate projection + up projection + activation + down projection: less than 171 mJ, or it is not taken
#include "api/map_split.h"

#include "mapper/suite.h"
#include "problem/problem_equal.h"

#include <math.h>

typedef struct found {
    const aug_map_split *split;
    aug_mapper_result *alone; // of its members
    aug_group_result result;
} found;

static bool asks_the_same(const aug_map_split *left, const aug_map_split *right) {
    bool same = left->member_count == right->member_count;
    for (int e = 0; same && e < left->member_count; e++)
        same = aug_problem_is_equal(left->members[e], right->members[e]);
    return same;
}

// Each member by itself, as the einsums of the task are searched.
static void map_alone(aug_map_task *task, const aug_map *map, const aug_mapper_options *of_groups, found *to) {
    aug_arena *arena = task->reader.arena;
    int count = to->split->member_count;
    aug_suite_member *members = AUG_NEW_ARRAY(arena, aug_suite_member, (size_t)count);
    aug_suite_answer *answers = AUG_NEW_ARRAY(arena, aug_suite_answer, (size_t)count);
    aug_mapper_options options = *of_groups;
    options.node_limit = map->node_limit;
    to->alone = AUG_NEW_ARRAY(arena, aug_mapper_result, (size_t)count);
    for (int e = 0; e < count; e++)
        members[e].problem = to->split->members[e];
    aug_suite_run(arena, members, count, &options, task->options->cache, answers);
    for (int e = 0; e < count; e++) {
        to->alone[e] = answers[e].result;
        task->nodes += answers[e].same_as == e ? answers[e].result.nodes : 0;
    }
}

static void search(aug_map_task *task, const aug_map *map, const aug_mapper_options *of_groups, found *to) {
    map_alone(task, map, of_groups, to);
    const aug_group_chain chain = {.members = to->split->members,
                                   .count = to->split->member_count,
                                   .alone = to->alone,
                                   .overlap = task->overlap};
    aug_group_map(task->reader.arena, &chain, of_groups, &to->result);
    task->nodes += to->result.nodes;
}

// A plan of the split chain, and those before it, as ones of the task.
static const aug_group_plan *plans_of(aug_arena *arena, const found *from, int first, const aug_group_plan *plan) {
    const aug_group_plan *end = NULL;
    aug_group_plan *behind = NULL;
    for (; plan; plan = plan->before) {
        aug_group_plan *copy = AUG_NEW(arena, aug_group_plan);
        *copy = *plan;
        copy->is_split = true;
        copy->first = first;
        for (int e = 0; e < plan->group->member_count; e++) {
            const aug_mapper_result *alone = &from->alone[plan->first + e];
            copy->alone_pj += alone->point_count ? alone->points[0].energy_pj : (double)NAN;
            copy->alone_cycles += alone->point_count ? alone->points[0].cycles : (double)NAN;
        }
        if (behind)
            behind->before = copy;
        else
            end = copy;
        behind = copy;
    }
    return end;
}

static aug_group_offer offer_of(aug_arena *arena, const aug_map_split *split, const found *from) {
    const aug_group_result *result = &from->result;
    aug_group_point *points = AUG_NEW_ARRAY(arena, aug_group_point, (size_t)result->point_count);
    for (int i = 0; i < result->point_count; i++) {
        points[i] = result->points[i];
        points[i].last = plans_of(arena, from, split->first, result->points[i].last);
    }
    return (aug_group_offer){.first = split->first,
                             .count = split->count,
                             .point_count = result->point_count,
                             .points = points,
                             .low_count = result->low_count,
                             .low = result->low};
}

aug_map_split_offers aug_map_splits_search(aug_map_task *task, const aug_map *map,
                                           const aug_mapper_options *of_groups) {
    aug_arena *arena = task->reader.arena;
    size_t most = (size_t)task->split_count;
    found *all = AUG_NEW_ARRAY(arena, found, most);
    aug_map_split_offers offers = {.offers = AUG_NEW_ARRAY(arena, aug_group_offer, most)};
    for (int i = 0; i < task->split_count; i++) {
        int same = 0;
        while (same < i && !asks_the_same(all[same].split, &task->splits[i]))
            same++;
        all[i] = all[same];
        all[i].split = &task->splits[i];
        if (same == i)
            search(task, map, of_groups, &all[i]);
        offers.offers[offers.count++] = offer_of(arena, &task->splits[i], &all[i]);
        offers.stopped = offers.stopped || all[i].result.stopped;
    }
    return offers;
}
