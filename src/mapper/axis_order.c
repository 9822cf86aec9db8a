#include "mapper/axis_order.h"

#include <string.h>

typedef struct walk {
    const aug_space *space;
    int count;
    aug_item path[AUG_PATH_ITEMS];
    void (*take)(void *context, const aug_item *path);
    void *context;
} walk;

static bool in_space(const walk *w, int at) {
    return at < w->count && w->path[at].kind == AUG_ITEM_PAR;
}

static int segment_at(const walk *w, int at) {
    return w->space->groups[w->path[at].group].segment;
}

// The end of the loops of the array that the loop at `from` belongs to.
static int end_of_array(const walk *w, int from) {
    int end = from;
    while (in_space(w, end) && segment_at(w, end) == segment_at(w, from))
        end++;
    return end;
}

// Whether a rank whose order counts goes along several groups.
static bool order_counts(const walk *w, int from, int end) {
    unsigned count = w->space->perfect ? w->space->sliding : ~0u;
    for (int i = from; i < end; i++)
        for (int j = i + 1; j < end; j++)
            if (w->path[i].rank == w->path[j].rank && w->path[i].group != w->path[j].group &&
                (count >> w->path[i].rank & 1))
                return true;
    return false;
}

// Tiles of the loops from the inside out: each as many times the one inside of it as it had before.
static void cut_again(walk *w, int from, int end) {
    int inner[AUG_PROBLEM_RANKS], outer[AUG_PROBLEM_RANKS];
    aug_count tile[AUG_PROBLEM_RANKS];
    for (int r = 0; r < w->space->rank_count; r++)
        inner[r] = outer[r] = -1;
    for (int i = from; i < end; i++) {
        const aug_item *loop = &w->path[i];
        if (inner[loop->rank] < 0 || loop->to > inner[loop->rank])
            inner[loop->rank] = loop->to;
        if (outer[loop->rank] < 0 || loop->from < outer[loop->rank])
            outer[loop->rank] = loop->from;
    }
    for (int r = 0; r < w->space->rank_count; r++)
        tile[r] = inner[r] < 0 ? 1 : w->space->classes[r].at[inner[r]].least;
    for (int i = end - 1; i >= from; i--) {
        aug_item *loop = &w->path[i];
        const aug_tile_classes *classes = &w->space->classes[loop->rank];
        loop->to = aug_tile_class_find(classes, tile[loop->rank]);
        tile[loop->rank] *= loop->steps;
        loop->from = aug_tile_class_find(classes, tile[loop->rank]);
    }
}

static void next_array(walk *w, int at);

// Orders of the groups of one array from `at` on: each of those that are left comes next.
static void next_group(walk *w, int from, int at, int end) {
    if (at == end) {
        aug_item before[AUG_PATH_ITEMS];
        memcpy(before, w->path, sizeof before);
        cut_again(w, from, end);
        next_array(w, end);
        memcpy(w->path, before, sizeof before);
        return;
    }
    unsigned tried = 0;
    for (int i = at; i < end; i++) {
        int group = w->path[i].group, to = at;
        if (tried >> group & 1)
            continue;
        tried |= 1u << group;
        aug_item before[AUG_PATH_ITEMS];
        memcpy(before, w->path, sizeof before);
        for (int k = at; k < end; k++)
            if (before[k].group == group)
                w->path[to++] = before[k];
        for (int k = at, rest = to; k < end; k++)
            if (before[k].group != group)
                w->path[rest++] = before[k];
        next_group(w, from, to, end);
        memcpy(w->path, before, sizeof before);
    }
}

// Whether words pay for their way along the array of the loop at `at`.
static bool pays(const walk *w, int at) {
    const aug_problem *problem = w->space->problem;
    int axis = w->space->groups[w->path[at].group].axes[0];
    const aug_problem_array *array = &problem->arrays[problem->axes[axis].array];
    return array->hop_pj > 0.0 || array->router_pj > 0.0;
}

static void orders_of_groups(walk *w, int from, int end) {
    if (order_counts(w, from, end))
        next_group(w, from, from, end);
    else
        next_array(w, end);
}

static void swap(aug_item *a, aug_item *b) {
    aug_item first = *a;
    *a = *b;
    *b = first;
}

// Orders of the loops of each group from `at` on, which stand together: each of those that are left comes
// next.
static void next_loop(walk *w, int from, int at, int end) {
    if (at == end) {
        orders_of_groups(w, from, end);
        return;
    }
    for (int i = at; i < end && w->path[i].group == w->path[at].group; i++) {
        swap(&w->path[at], &w->path[i]);
        next_loop(w, from, at + 1, end);
        swap(&w->path[at], &w->path[i]);
    }
}

static void next_array(walk *w, int at) {
    while (at < w->count) {
        int end = in_space(w, at) ? end_of_array(w, at) : at + 1;
        if (in_space(w, at) && pays(w, at)) {
            next_loop(w, at, at, end);
            return;
        }
        if (in_space(w, at) && order_counts(w, at, end)) {
            next_group(w, at, at, end);
            return;
        }
        at = end;
    }
    w->take(w->context, w->path);
}

void aug_axis_orders(const aug_space *space, const aug_item *path, int count,
                     void (*take)(void *context, const aug_item *path), void *context) {
    walk w = {.space = space, .count = count, .take = take, .context = context};
    memcpy(w.path, path, (size_t)count * sizeof *path);
    next_array(&w, 0);
}
