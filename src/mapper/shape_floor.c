#include "mapper/shape_floor.h"

#include "mapper/shape_corner.h"
#include "mapper/shape_cut.h"

#include <math.h>

enum {
    BUDGET = 4000, // nodes; then bounds of what is left have to do
    OTHERS_BUDGET = 500, // where arrays are further in
    NEAR = 1024,   // a part of the price in which it does not pay to look closer
};

typedef struct looking {
    aug_search *search;
    const aug_keeping *keeping;
    aug_wide limit; // prices from here on are of no interest
    bool fails;
    uint64_t budget;
    aug_shape_terms terms;
} looking;

static void cut(looking *l, const aug_box *before, aug_wide above, const aug_box_point *at, int depth) {
    aug_search *s = l->search;
    aug_box box = *before, parts[AUG_BOX_PARTS];
    s->nodes++;
    if (!aug_box_narrow(&l->terms, &box))
        return;
    aug_wide bound = aug_box_corner(&l->terms, &box);
    bound = bound > above ? bound : above;
    if (bound >= l->limit)
        return;
    if (aug_box_is_nest(&l->terms, &box)) {
        l->limit = bound - bound / NEAR;
        return;
    }
    aug_box_point near = *at;
    int count = aug_box_cut_apart(&l->terms, &box, parts);
    if (count == 0) {
        aug_wide convex = aug_box_bound(&l->terms, &box, l->limit, &near, &s->nodes);
        bound = convex > bound ? convex : bound;
        if (bound >= l->limit)
            return;
        if (s->nodes > l->budget) {
            l->limit = bound;
            return;
        }
        count = aug_box_cut(&l->terms, &box, &near, false, depth, parts);
    }
    for (int i = 0; i < count; i++)
        cut(l, &parts[i], bound, &near, depth + 1);
}

static void look(void *context, const aug_shape *shape) {
    looking *l = context;
    aug_box box;
    aug_box_point at;
    if (!aug_shape_terms_init(l->search, l->keeping, shape, &l->terms)) {
        l->fails = true;
        return;
    }
    l->terms.most_cycles = (double)INFINITY;
    for (int i = 0; i < AUG_SHAPE_ITEMS; i++)
        at.tiles[i] = at.steps[i] = -1.0;
    aug_box_init(&l->terms, &box);
    cut(l, &box, 0, &at, 0);
}

aug_wide aug_shapes_floor(aug_search *s, const aug_keeping *keeping, aug_wide cutoff, uint64_t node_limit) {
    int memories = s->space->memory_count, tail = memories + s->space->segment_count;
    bool last = keeping->only == memories || keeping->only == tail;
    uint64_t budget = last ? BUDGET : OTHERS_BUDGET;
    looking l; // terms are large, and each shape sets those that it has
    l.search = s;
    l.keeping = keeping;
    l.limit = cutoff;
    l.fails = false;
    l.budget = node_limit < budget ? node_limit : budget;
    s->keeping = keeping;
    return aug_shapes_walk(s, keeping, look, &l) && !l.fails ? l.limit : 0;
}
