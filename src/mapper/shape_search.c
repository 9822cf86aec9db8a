#include "mapper/shape_search.h"

#include "mapper/image.h"
#include "mapper/search_walk.h"
#include "mapper/shape_corner.h"
#include "mapper/shape_cut.h"
#include "mapper/spread_box.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIVES = 3,         // shapes of a keeping in which a nest is looked for first
    DIVE_NODES = 1500, // of each
};

typedef struct kept_shape {
    aug_shape shape;
    aug_wide bound;
    int number;
    aug_box_point at;
} kept_shape;

struct aug_shape_list {
    int count, capacity;
    kept_shape **at; // the least bound first
};

typedef struct gathering {
    aug_search *search;
    aug_arena *arena;
    aug_wide limit; // prices from here on are of no interest
    aug_wide look;  // no bound has to be larger
    bool fails;
    aug_shape_list *list;
    aug_shape_terms terms;
} gathering;

static aug_wide limit_of(const aug_search *s) {
    return aug_incumbent_limit(s->incumbent, s->keeping->cycles);
}

// The energy from which on nests of a box are not wanted; 0: none is.
static aug_wide limit_in(const aug_search *s, const aug_shape_terms *terms, const aug_box *box,
                         double *cycles) {
    *cycles = s->keeping->cycles;
    if (s->options->objective != AUG_OBJECTIVE_ENERGY || !isinf(s->space->most_cycles))
        *cycles = fmax(*cycles, aug_box_cycles(terms, box));
    return *cycles > s->space->most_cycles ? 0 : aug_incumbent_limit(s->incumbent, *cycles);
}

// Cycles beyond which no nest is wanted, whatever its energy.
static double most_cycles(const aug_search *s) {
    double most = s->space->most_cycles;
    for (int i = 0; i < s->incumbent->count; i++) {
        aug_value known = s->incumbent->known[i].value;
        if (s->options->objective == AUG_OBJECTIVE_LATENCY)
            most = fmin(most, known.cycles);
        if (s->options->objective == AUG_OBJECTIVE_EDP)
            most = fmin(most, (double)known.energy * known.cycles / (double)s->keeping->floor * (1.0 + 1e-9));
    }
    return most;
}

static bool is_open(aug_wide limit) {
    return limit >= ~(aug_wide)0 >> 3;
}

// Where nests that are fast enough are wanted whatever their energy, a bound of energies only shows where to
// look.
static aug_wide limit_to_look(const aug_search *s, aug_wide limit) {
    return is_open(limit) && s->incumbent->count > 0 ? 2 * s->incumbent->known[0].value.energy + 1 : limit;
}

// ---- Nests

typedef struct leaf {
    aug_search *search;
    const aug_shape *shape;
    const aug_box *box;
} leaf;

static void build(const leaf *l, int item, const aug_frame *frame);

// Whether the steps of a loop along all groups are those of the box, as far as they are known. Where nothing
// parts the rank further out, any that make its tiles: 9 in tiles of 2 are 5 in space, though 3 steps along
// one axis and 2 along another are room for 6.
static bool is_wanted(const leaf *l, int item, int group, const aug_frame *frame) {
    const aug_shape_item *loop = &l->shape->at[item];
    aug_count steps = 1;
    const aug_tile_class *classes = l->search->space->classes[loop->rank].at;
    if (classes[loop->before < 0 ? 0 : l->box->from[loop->before]].count == 1)
        return true;
    for (int i = frame->path - 1; i >= 0 && l->search->path[i].kind == AUG_ITEM_PAR; i--)
        if (l->search->path[i].rank == loop->rank && l->search->path[i].group >= loop->group)
            steps *= l->search->path[i].steps;
    if (group + 1 < loop->group_end)
        return l->box->most[item] % steps == 0;
    return steps == l->box->most[item];
}

// Loops along one group after the other; `rank` from `item` on. Between groups any tile will do.
static void split(const leaf *l, int first, int item, int group, aug_count room, const aug_frame *frame) {
    aug_search *s = l->search;
    const aug_shape_item *loop = &l->shape->at[item];
    bool here =
        item < l->shape->count && loop->kind == AUG_ITEM_PAR && loop->group == l->shape->at[first].group;
    if (!here) {
        group++;
        if (group == l->shape->at[first].group_end)
            build(l, item, frame);
        else
            split(l, first, first, group, s->space->groups[group].fan, frame);
        return;
    }
    aug_search_count_node(s);
    const aug_tile_classes *classes = &s->space->classes[loop->rank];
    int from = frame->cut[loop->rank], last = l->box->from[item];
    for (int to = last; to >= from && !s->stopped; to--) {
        aug_count steps = (classes->at[to].steps + classes->at[from].steps - 1) / classes->at[from].steps;
        if (steps <= room && (to == from || aug_tile_class_follows(classes, from, to)) &&
            (to == last || aug_tile_class_follows(classes, to, last))) {
            aug_frame next = *frame;
            if (to > from)
                aug_frame_par(s->space, s->keeping, group, loop->rank, to, s->path, &next);
            if (is_wanted(l, item, group, &next))
                split(l, first, item + 1, group, room / steps, &next);
        }
        if (group + 1 == l->shape->at[first].group_end)
            return;
    }
}

// The rest of a nest from an item on.
static void build(const leaf *l, int item, const aug_frame *before) {
    aug_search *s = l->search;
    aug_frame frame = *before;
    for (int i = item; i < l->shape->count; i++) {
        const aug_shape_item *at = &l->shape->at[i];
        if (at->kind == AUG_ITEM_PAR) {
            split(l, i, i, at->group, s->space->groups[at->group].fan, &frame);
            return;
        }
        if (at->kind == AUG_ITEM_FOR) {
            if (!aug_tile_class_follows(&s->space->classes[at->rank], frame.cut[at->rank], l->box->from[i]))
                return;
            aug_frame_for(s->space, at->rank, l->box->from[i], s->path, &frame);
        } else if (!aug_frame_store(s->space, s->keeping, at->tensor, s->path, &frame)) {
            return;
        }
    }
    aug_search_close(s, &frame);
}

static void finish(aug_search *s, const aug_shape *shape, const aug_box *box) {
    leaf l = {s, shape, box};
    aug_frame frame;
    aug_frame_init(s->space, s->keeping, s->options, s->path, &frame);
    build(&l, 0, &frame);
}

// ---- Boxes

static void note_open(aug_search *s, aug_value bound) {
    s->open = fmin(s->open, aug_value_rank(s->options->objective, bound));
}

typedef struct cutting {
    aug_search *search;
    const aug_shape_terms *terms;
    aug_wide most; // prices from here on are not looked at
    int depth;
} cutting;

static void cut(const cutting *outer, const aug_box *before, aug_value above, const aug_box_point *at);

static void cut_parts(const cutting *c, const aug_box *parts, int count, aug_value bound,
                      const aug_box_point *at) {
    for (int i = 0; i < count; i++)
        cut(c, &parts[i], bound, at);
}

static void cut(const cutting *outer, const aug_box *before, aug_value above, const aug_box_point *at) {
    const cutting c = {outer->search, outer->terms, outer->most, outer->depth + 1};
    aug_search *s = c.search;
    aug_box box = *before, parts[AUG_BOX_PARTS];
    aug_search_count_node(s);
    if (s->stopped) {
        note_open(s, above);
        return;
    }
    if (!aug_box_narrow(c.terms, &box))
        return;
    aug_value bound = {aug_box_corner(c.terms, &box), 0.0};
    bound.energy = bound.energy > s->keeping->floor ? bound.energy : s->keeping->floor;
    aug_wide limit = limit_in(s, c.terms, &box, &bound.cycles);
    limit = limit < c.most ? limit : c.most;
    if (bound.energy >= limit)
        return;
    if (aug_box_is_nest(c.terms, &box)) {
        finish(s, c.terms->shape, &box);
        if (s->stopped)
            note_open(s, bound);
        return;
    }
    int count = aug_box_cut_apart(c.terms, &box, parts);
    if (count > 0) {
        cut_parts(&c, parts, count, above, at);
        return;
    }
    aug_box_point near = *at;
    aug_wide convex = aug_box_bound(c.terms, &box, limit_to_look(s, limit), &near, &s->nodes);
    bound.energy = convex > bound.energy ? convex : bound.energy;
    bound.energy = bound.energy > above.energy ? bound.energy : above.energy;
    if (bound.energy >= limit)
        return;
    count = aug_box_cut(c.terms, &box, &near, is_open(limit), c.depth, parts);
    cut_parts(&c, parts, count, bound, &near);
}

// ---- Shapes

static void keep(gathering *g, const aug_shape *shape, aug_wide bound, const aug_box_point *at) {
    aug_shape_list *list = g->list;
    if (list->count == list->capacity)
        list->at = aug_arena_grow(g->arena, list->at, list->count, &list->capacity, sizeof(kept_shape *));
    kept_shape *kept = AUG_NEW(g->arena, kept_shape);
    kept->shape = *shape;
    kept->bound = bound;
    kept->number = list->count;
    kept->at = *at;
    list->at[list->count++] = kept;
}

// The bound of a shape; `at` is where it is met.
static aug_wide bound_of(const aug_shape_terms *terms, const aug_box *before, aug_wide limit, aug_wide look,
                         aug_box_point *at, uint64_t *nodes) {
    aug_box box = *before;
    if (!aug_box_narrow(terms, &box))
        return limit;
    aug_wide bound = aug_box_corner(terms, &box);
    if (bound >= limit)
        return limit;
    int two = aug_box_two_steps(terms, &box);
    if (two >= 0) {
        int from = box.from[two];
        aug_box_point other = *at;
        box.from[two]++;
        aug_wide more = bound_of(terms, &box, limit, look, at, nodes);
        box.from[two] = box.to[two] = from;
        aug_wide alone = bound_of(terms, &box, more, look, &other, nodes);
        return alone < more ? alone : more;
    }
    aug_wide convex = aug_box_bound(terms, &box, look < limit ? look : limit, at, nodes);
    bound = convex > bound ? convex : bound;
    return bound < limit ? bound : limit;
}

static void gather(void *context, const aug_shape *shape) {
    gathering *g = context;
    aug_search *s = g->search;
    aug_box box;
    aug_box_point at;
    if (!aug_image_takes_shape(s->space, s->keeping, shape))
        return;
    aug_search_count_node(s);
    if (!aug_shape_terms_init(s, s->keeping, shape, &g->terms)) {
        g->fails = true;
        return;
    }
    g->terms.most_cycles = most_cycles(s);
    for (int i = 0; i < AUG_SHAPE_ITEMS; i++)
        at.tiles[i] = at.steps[i] = -1.0;
    aug_box_init(&g->terms, &box);
    aug_wide bound = bound_of(&g->terms, &box, g->limit, g->look, &at, &s->nodes);
    if (bound < g->limit)
        keep(g, shape, bound, &at);
}

static int by_bound(const void *a, const void *b) {
    const kept_shape *x = *(kept_shape *const *)a, *y = *(kept_shape *const *)b;
    if (x->bound != y->bound)
        return x->bound < y->bound ? -1 : 1;
    return x->number - y->number;
}

// NULL where shapes do not tell all nests.
static aug_shape_list *list_shapes(aug_search *s, aug_arena *arena, aug_wide look) {
    aug_shape_list *list = AUG_NEW(arena, aug_shape_list);
    *list = (aug_shape_list){.count = 0};
    gathering g; // terms are large, and each shape sets those that it has
    g.search = s;
    g.arena = arena;
    g.limit = limit_of(s);
    g.look = look;
    g.fails = false;
    g.list = list;
    if (!aug_shapes_walk(s, s->keeping, gather, &g) || g.fails)
        return NULL;
    if (list->count)
        qsort(list->at, (size_t)list->count, sizeof(kept_shape *), by_bound);
    return list;
}

// With all steps in space, or where a cover is given, with those.
static void cut_shape(aug_search *s, const kept_shape *kept, const aug_spread_cover *cover, aug_wide most) {
    aug_shape_terms terms;
    aug_box all, box;
    aug_shape_terms_init(s, s->keeping, &kept->shape, &terms);
    terms.most_cycles = most_cycles(s);
    aug_box_init(&terms, &all);
    const cutting c = {s, &terms, most, 0};
    const aug_value bound = {kept->bound, s->keeping->cycles};
    if (!cover)
        cut(&c, &all, bound, &kept->at);
    for (int i = 0; cover && i < cover->count; i++) {
        box = all;
        const aug_value slow = {kept->bound, fmax(bound.cycles, cover->at[i].cycles)};
        if (aug_spread_box_apply(&cover->at[i], &terms, &box))
            cut(&c, &box, slow, &kept->at);
    }
}

// The energy from which on nests of so many cycles are not wanted.
static aug_wide limit_at(const void *of, double cycles) {
    const aug_search *s = of;
    cycles = fmax(cycles, s->keeping->cycles);
    return cycles > s->space->most_cycles ? 0 : aug_incumbent_limit(s->incumbent, cycles);
}

// Where cycles count, the steps in space that may come to something. NULL where all may.
static const aug_spread_cover *find_cover(aug_search *s, const aug_shape_list *list) {
    aug_shape_terms terms;
    if (list->count == 0 || (s->options->objective == AUG_OBJECTIVE_ENERGY && isinf(s->space->most_cycles)))
        return NULL;
    aug_spread_cover *cover = AUG_NEW(&s->memory->table, aug_spread_cover);
    aug_shape_terms_init(s, s->keeping, &list->at[0]->shape, &terms);
    return aug_spread_cover_find(&terms, limit_at, s, cover, &s->nodes) ? cover : NULL;
}

bool aug_shapes_search(aug_search *s) {
    if (!aug_incumbent_has_limit(s->incumbent))
        return false;
    aug_arena_reset(&s->memory->table);
    const aug_shape_list *list = s->keeping->shapes;
    if (!list)
        list = list_shapes(s, &s->memory->table, limit_to_look(s, limit_of(s)));
    if (!list)
        return false;
    const aug_spread_cover *cover = find_cover(s, list);
    for (int i = 0; i < list->count; i++) {
        const kept_shape *kept = list->at[i];
        if (kept->bound >= limit_of(s))
            break;
        if (s->stopped) {
            if (!cover || cover->count > 0)
                note_open(s, (aug_value){kept->bound, cover ? fmax(s->keeping->cycles, cover->at[0].cycles)
                                                            : s->keeping->cycles});
            break;
        }
        cut_shape(s, kept, cover, ~(aug_wide)0);
    }
    return true;
}

static void dive_into(aug_search *s, const kept_shape *kept, aug_wide most) {
    s->node_limit = s->nodes + DIVE_NODES;
    s->stopped = false;
    cut_shape(s, kept, NULL, most);
}

const aug_shape_list *aug_shapes_dive(aug_search *s, aug_arena *arena, const aug_keeping *keeping,
                                      aug_incumbent *incumbent) {
    s->keeping = keeping;
    s->incumbent = incumbent;
    s->nodes = s->node_limit = 0;
    s->stopped = false;
    aug_wide look = limit_of(s), most = keeping->floor + keeping->floor / 2;
    look = look < most ? look : most;
    const aug_shape_list *list = list_shapes(s, arena, look);
    s->dive = true;
    for (int i = 0; list && i < list->count && i < DIVES; i++) {
        const kept_shape *kept = list->at[i];
        if (kept->bound >= limit_of(s))
            break;
        dive_into(s, kept, kept->bound + kept->bound / 4);
        if (limit_of(s) / 3 > kept->bound) // all that is known is far away
            dive_into(s, kept, 3 * kept->bound);
    }
    s->dive = false;
    return list;
}
