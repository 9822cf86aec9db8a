#include "mapper/axis_order.h"

#include <string.h>

typedef struct walk {
    const aug_space *space;
    int count;
    aug_item path[AUG_PATH_ITEMS];
    int number[AUG_PATH_ITEMS]; // of the loops of an array, in the order that they came in
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

// Ranks of which it matters which group takes the outer steps.
static unsigned ranks_that_count(const walk *w) {
    return w->space->perfect ? w->space->sliding : ~0u;
}

// Whether a rank whose order counts goes along several groups.
static bool order_counts(const walk *w, int from, int end) {
    unsigned count = ranks_that_count(w);
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

// Whether words pay for their way along the array of the loop at `at`.
static bool pays(const walk *w, int at) {
    const aug_problem *problem = w->space->problem;
    int axis = w->space->groups[w->path[at].group].axes[0];
    const aug_problem_array *array = &problem->arrays[problem->axes[axis].array];
    return array->hop_pj > 0.0 || array->router_pj > 0.0;
}

// Whether it matters which of two loops of an array stands outside.
static bool ordered(const walk *w, const aug_item *a, const aug_item *b, bool paid) {
    return a->rank == b->rank ? a->group != b->group && (ranks_that_count(w) >> a->rank & 1)
                              : paid && a->group == b->group;
}

// Whether some loops between `from` and `end` have more than one order that counts.
static bool any_ordered(const walk *w, int from, int end) {
    bool paid = pays(w, from);
    for (int i = from; i < end; i++)
        for (int k = i + 1; k < end; k++)
            if (ordered(w, &w->path[i], &w->path[k], paid))
                return true;
    return false;
}

// Of the orders that differ in loops that can change places alone, the one in which no loop stands behind a
// later one that it could change places with, and all between them.
static bool comes_first(const walk *w, int from, int at, bool paid) {
    for (int i = at - 1; i >= from && !ordered(w, &w->path[i], &w->path[at], paid); i--)
        if (w->number[i] > w->number[at])
            return false;
    return true;
}

// Brings the loop at `i` to `at`; those between move on.
static void bring(walk *w, int i, int at) {
    aug_item item = w->path[i];
    int number = w->number[i];
    memmove(&w->path[at + 1], &w->path[at], (size_t)(i - at) * sizeof *w->path);
    memmove(&w->number[at + 1], &w->number[at], (size_t)(i - at) * sizeof *w->number);
    w->path[at] = item;
    w->number[at] = number;
}

static void put_back(walk *w, int i, int at) {
    aug_item item = w->path[at];
    int number = w->number[at];
    memmove(&w->path[at], &w->path[at + 1], (size_t)(i - at) * sizeof *w->path);
    memmove(&w->number[at], &w->number[at + 1], (size_t)(i - at) * sizeof *w->number);
    w->path[i] = item;
    w->number[i] = number;
}

static void next_array(walk *w, int at);

// Orders of the loops of one array from `at` on: each of those that are left comes next.
static void next_loop(walk *w, int from, int at, int end, bool paid) {
    if (at == end) {
        aug_item before[AUG_PATH_ITEMS];
        memcpy(before, w->path, sizeof before);
        if (order_counts(w, from, end))
            cut_again(w, from, end);
        next_array(w, end);
        memcpy(w->path, before, sizeof before);
        return;
    }
    for (int i = at; i < end; i++) {
        bring(w, i, at);
        if (comes_first(w, from, at, paid))
            next_loop(w, from, at + 1, end, paid);
        put_back(w, i, at);
    }
}

static void next_array(walk *w, int at) {
    while (at < w->count) {
        int end = in_space(w, at) ? end_of_array(w, at) : at + 1;
        if (in_space(w, at) && any_ordered(w, at, end)) {
            for (int i = at; i < end; i++)
                w->number[i] = i;
            next_loop(w, at, at, end, pays(w, at));
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
