// Which einsums are a group, and what its members have in common.
#include "fusion/group.h"

#include <string.h>

const char *const aug_overlap_names[] = {"best", "turns", "pipelined", NULL};

static int place(const char **names, int *count, int most, const char *name) {
    for (int i = 0; i < *count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    if (*count == most)
        return -1;
    names[*count] = name;
    return (*count)++;
}

static bool join_names(aug_group *group, int member) {
    const aug_problem *p = group->members[member];
    for (int t = 0; t < p->tensor_count; t++) {
        int at = place(group->tensors, &group->tensor_count, AUG_GROUP_TENSORS, p->tensors[t].name);
        if (at < 0)
            return false;
        group->tensor_of[member][at] = t;
    }
    for (int r = 0; r < p->rank_count; r++) {
        int at = place(group->ranks, &group->rank_count, AUG_GROUP_RANKS, p->ranks[r]);
        if (at < 0)
            return false;
        group->rank_of[member][at] = r;
    }
    return true;
}

// Read behind `from` before something else of that name is made.
static bool is_used_after(const aug_problem *const *members, int all, int from, const char *tensor) {
    for (int e = from; e < all; e++) {
        int output = aug_problem_output(members[e]);
        for (int t = 0; t < output; t++)
            if (strcmp(members[e]->tensors[t].name, tensor) == 0)
                return true;
        if (strcmp(members[e]->tensors[output].name, tensor) == 0)
            return false;
    }
    return false;
}

// The member that makes a tensor; -1: none. -2: it cannot pass between members.
static int maker_of(const aug_group *group, int tensor) {
    int maker = -1;
    for (int e = 0; e < group->member_count; e++) {
        int t = group->tensor_of[e][tensor];
        if (t < 0 || t != aug_problem_output(group->members[e]))
            continue;
        if (maker >= 0)
            return -2;
        maker = e;
    }
    for (int e = 0; e < maker; e++)
        if (group->tensor_of[e][tensor] >= 0)
            return -2;
    return maker;
}

static bool is_read(const aug_group *group, int tensor, int maker) {
    for (int e = maker + 1; e < group->member_count; e++)
        if (group->tensor_of[e][tensor] >= 0)
            return true;
    return false;
}

// What is kept for later runs, or added to what is there, has to leave the chip.
static bool outlives(const aug_group *group, int tensor, int maker) {
    const aug_problem_tensor *of = &group->members[maker]->tensors[group->tensor_of[maker][tensor]];
    return of->accumulates || of->role == AUG_ROLE_STATE || of->role == AUG_ROLE_CACHE;
}

static bool find_intermediates(const aug_problem *const *members, int all, int end, aug_group *group) {
    unsigned tied = 1; // members
    for (int t = 0; t < group->tensor_count; t++) {
        int maker = maker_of(group, t);
        if (maker == -2)
            return false;
        if (maker < 0 || !is_read(group, t, maker))
            continue;
        if (outlives(group, t, maker) || is_used_after(members, all, end, group->tensors[t]))
            return false;
        group->intermediates |= 1u << t;
    }
    for (int turn = 0; turn < group->member_count; turn++)
        for (int t = 0; t < group->tensor_count; t++) {
            unsigned users = 0;
            for (int e = 0; e < group->member_count; e++)
                users |= (unsigned)(group->tensor_of[e][t] >= 0) << e;
            if ((group->intermediates >> t & 1u) && (tied & users))
                tied |= users;
        }
    return tied == (1u << group->member_count) - 1u;
}

static bool is_listed(const char *const *names, const char *name) {
    for (; names && *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool aug_group_init(const aug_problem *const *members, int all, int first, int count,
                    const char *const *running, aug_group *group) {
    *group = (aug_group){.member_count = count};
    if (count > AUG_GROUP_MEMBERS)
        return false;
    memset(group->tensor_of, -1, sizeof group->tensor_of);
    memset(group->rank_of, -1, sizeof group->rank_of);
    for (int e = 0; e < count; e++) {
        group->members[e] = members[first + e];
        if (!join_names(group, e))
            return false;
    }
    if (!find_intermediates(members, all, first + count, group))
        return false;
    for (int t = 0; t < group->tensor_count; t++)
        if (group->intermediates >> t & 1u)
            group->running |= (unsigned)is_listed(running, group->tensors[t]) << t;
    if (count > 1)
        aug_group_find_shareable(group);
    return true;
}
