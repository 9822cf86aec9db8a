#include "cost/children.h"

#include "cost/box_set.h"

#include <stdlib.h>
#include <string.h>

// What a rank does for one child: its tile now and before; extent 0: none.
typedef struct place {
    aug_tile now, before;
} place;

struct aug_children {
    aug_arena *arena;
    aug_box_set *items;
    int count, capacity;
    place *places[AUG_PROBLEM_RANKS];
    int place_count[AUG_PROBLEM_RANKS], place_capacity[AUG_PROBLEM_RANKS];
};

aug_children *aug_children_new(aug_arena *arena) {
    aug_children *children = AUG_NEW(arena, aug_children);
    children->arena = arena;
    return children;
}

static aug_box_set *add_child(aug_children *children) {
    if (children->count == children->capacity)
        children->items = aug_arena_grow(children->arena, children->items, children->count,
                                         &children->capacity, sizeof(aug_box_set));
    return &children->items[children->count++];
}

static void add_place(aug_children *children, int i, place p) {
    if (children->place_count[i] == children->place_capacity[i])
        children->places[i] = aug_arena_grow(children->arena, children->places[i], children->place_count[i],
                                             &children->place_capacity[i], sizeof(place));
    children->places[i][children->place_count[i]++] = p;
}

// ---- Distinct sets

static bool is_part(const aug_box_set *c) {
    return !aug_interval_is_empty(c->kept[0]) && aug_box_compare(c->box, c->kept) != 0;
}

// What the children of one box keep.
typedef struct kept_kinds {
    bool empty, full;
} kept_kinds;

static bool is_full(const aug_box_set *c) {
    return !aug_interval_is_empty(c->kept[0]) && aug_box_compare(c->box, c->kept) == 0;
}

// The children of one box follow each other; returns where the next box begins.
static int kinds_of_box(const aug_box_set *items, int count, int first, kept_kinds *kinds) {
    int next = first;
    *kinds = (kept_kinds){false, false};
    for (; next < count && aug_box_compare(items[first].box, items[next].box) == 0; next++) {
        kinds->empty |= aug_interval_is_empty(items[next].kept[0]);
        kinds->full |= is_full(&items[next]);
    }
    return next;
}

// Whether a difference is also the whole box of a child: then it may be counted there already.
static void add_twice(const aug_box_set *items, int count, const aug_box_set *difference,
                      aug_count words_of_it, aug_child_sums *sums) {
    int low = 0, high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (aug_box_compare(items[middle].box, difference->box) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || aug_box_compare(items[low].box, difference->box) != 0)
        return;
    kept_kinds kinds;
    kinds_of_box(items, count, low, &kinds);
    if (kinds.empty) {
        sums->twice_empty += words_of_it;
        return;
    }
    sums->twice_box += words_of_it;
    if (kinds.full)
        sums->twice_full += words_of_it;
}

static void add_differences(aug_children *children, int dim_count, aug_count copies, aug_child_sums *sums) {
    int count = children->count, parts = 0;
    for (int i = 0; i < count; i++)
        if (is_part(&children->items[i])) {
            aug_box_set part = children->items[i];
            aug_box_set_normalise(&part, dim_count);
            *add_child(children) = part;
            parts++;
        }
    const aug_box_set *items = children->items;
    aug_box_set *differences = children->items + count;
    qsort(differences, (size_t)parts, sizeof(aug_box_set), aug_box_set_compare);
    for (int i = 0; i < parts; i++) {
        if (i > 0 && aug_box_set_compare(&differences[i - 1], &differences[i]) == 0)
            continue;
        aug_count of_it = copies * aug_box_set_words(&differences[i], dim_count);
        sums->differences += of_it;
        if (aug_interval_is_empty(differences[i].kept[0]))
            add_twice(items, count, &differences[i], of_it, sums);
    }
}

static void add_distinct(aug_children *children, int dim_count, aug_count copies, aug_child_sums *sums) {
    if (children->count == 0)
        return; // and perhaps no room yet
    qsort(children->items, (size_t)children->count, sizeof(aug_box_set), aug_box_set_compare);
    for (int i = 0; i < children->count;) {
        kept_kinds kinds;
        int next = kinds_of_box(children->items, children->count, i, &kinds);
        aug_count box = copies * aug_box_words(children->items[i].box, dim_count);
        sums->boxes += box;
        sums->without_empty += kinds.empty ? 0 : box;
        sums->full_boxes += kinds.full ? box : 0;
        sums->full_without_empty += kinds.full && !kinds.empty ? box : 0;
        for (; i < next; i++) {
            const aug_box_set *c = &children->items[i];
            if (!is_part(c) || (i > 0 && aug_box_set_compare(c - 1, c) == 0))
                continue;
            sums->part_boxes += box;
            sums->part_kept += copies * aug_box_words(c->kept, dim_count);
        }
    }
    add_differences(children, dim_count, copies, sums);
}

// ---- The children of one step

static aug_interval along(const aug_problem_dim *dim, const place *const *at, bool now) {
    aug_interval box = {0, 0};
    for (int t = 0; t < dim->term_count; t++) {
        const place *p = at[dim->terms[t].rank];
        aug_tile tile = now ? p->now : p->before;
        int64_t coefficient = (int64_t)dim->terms[t].coefficient;
        box.low += coefficient * (int64_t)tile.start;
        box.high += coefficient * (int64_t)(tile.start + tile.extent - 1);
    }
    return box;
}

static void make_child(aug_box_set *c, const aug_group *group, const place *const *at,
                       aug_direction direction, bool has_now, bool has_before) {
    aug_interval now[AUG_PROBLEM_DIMS], before[AUG_PROBLEM_DIMS];
    for (int d = 0; d < group->dim_count; d++) {
        now[d] = has_now ? along(&group->dims[d], at, true) : (aug_interval){0, -1};
        before[d] = has_before ? along(&group->dims[d], at, false) : (aug_interval){0, -1};
    }
    if (direction == AUG_FETCHED)
        aug_box_set_make(c, now, before, group->dim_count);
    else
        aug_box_set_make(c, before, now, group->dim_count);
}

static void make_children(const aug_group *group, aug_direction direction, bool has_now, bool has_before,
                          aug_children *children) {
    const place *at[AUG_PROBLEM_RANKS];
    int index[AUG_PROBLEM_RANKS] = {0};
    children->count = 0;
    for (int i = 0; i < group->rank_count; i++)
        if (children->place_count[i] == 0)
            return;
    for (;;) {
        for (int i = 0; i < group->rank_count; i++)
            at[group->rank_list[i]] = &children->places[i][index[i]];
        make_child(add_child(children), group, at, direction, has_now, has_before);
        int i = group->rank_count - 1;
        while (i >= 0 && ++index[i] == children->place_count[i])
            index[i--] = 0;
        if (i < 0)
            return;
    }
}

// ---- One rank: what it does in a step, for all children that share along it

// How a loop takes part in a step.
typedef enum part {
    PART_RUNS,    // stands still at an index: one of each run
    PART_STEPS,   // goes on by one
    PART_STARTS,  // starts over, or: whatever it does is decided by the others (last tiles)
    PART_CHILDREN // in space, every index is another child
} part;

typedef struct scene {
    const aug_rank_walk *walk;
    int end, own; // own: the loop that steps, -1: none of this rank
    int depth;    // loops outside of the one that steps
    part parts[AUG_WALK_LOOPS];
    int chosen[AUG_WALK_LOOPS]; // run, or -1 for all runs
    int at[AUG_WALK_LOOPS];     // odometer
    aug_walk_indices indices;
    aug_count copies;
} scene;

// Steps of a loop: those inside of each run, and those from one run to the next.
static int step_kinds(const aug_walk_loop *loop) {
    return 2 * loop->run_count;
}

static int kinds_of(const scene *s, int l) {
    const aug_walk_loop *loop = &s->walk->loops[l];
    if (s->parts[l] == PART_STEPS)
        return step_kinds(loop);
    return s->parts[l] == PART_RUNS && s->chosen[l] < 0 ? loop->run_count : 1;
}

// Sets indices and copies from the odometer; copies 0: no such step.
static void show(scene *s) {
    s->copies = 1;
    for (int l = 0; l < s->end; l++) {
        const aug_walk_loop *loop = &s->walk->loops[l];
        s->indices.at[l] = 0;
        if (s->parts[l] == PART_RUNS) {
            const aug_index_run *run = &loop->runs[s->chosen[l] < 0 ? s->at[l] : s->chosen[l]];
            s->indices.at[l] = run->first;
            if (s->chosen[l] < 0)
                s->copies *= run->copies;
        } else if (s->parts[l] == PART_STEPS) {
            const aug_index_run *run = &loop->runs[s->at[l] / 2];
            bool inside = s->at[l] % 2 == 0;
            s->indices.at[l] = run->first + inside;
            s->copies *= inside ? run->copies - 1 : run->first > 0;
        }
    }
}

static void scene_start(scene *s, const aug_rank_walk *walk, int node, int end, const int *choice,
                        const bool *shared) {
    s->walk = walk;
    s->end = end;
    s->depth = node < 0 ? 0 : aug_walk_depth(walk, node);
    s->own = node >= 0 && aug_walk_loop_at(walk, node) ? s->depth : -1;
    for (int l = 0; l < end; l++) {
        const aug_walk_loop *loop = &walk->loops[l];
        s->at[l] = 0;
        s->chosen[l] = -1;
        if (loop->in_space) {
            s->parts[l] = shared[loop->node] ? PART_CHILDREN : PART_RUNS;
            s->chosen[l] = choice[loop->node] == AUG_CHOOSE_FIRST ? 0 : choice[loop->node];
        } else {
            bool still = node == AUG_MOVES_LEAVES || (node >= 0 && loop->node < node);
            s->parts[l] = l == s->own ? PART_STEPS : still ? PART_RUNS : PART_STARTS;
        }
    }
    show(s);
}

static bool scene_next(scene *s) {
    for (int l = s->end - 1; l >= 0; l--) {
        if (++s->at[l] < kinds_of(s, l)) {
            show(s);
            return true;
        }
        s->at[l] = 0;
    }
    return false;
}

// The tile behind the first `depth` loops at these indices.
static aug_tile tile_at(const scene *s, const aug_walk_indices *indices, int depth) {
    aug_tile tile = {0, s->walk->size};
    for (int l = 0; l < depth && tile.extent; l++) {
        aug_count t = s->walk->loops[l].tile, steps = tile.extent / t + (tile.extent % t != 0),
                  index = indices->at[l];
        if (index >= steps)
            return (aug_tile){0, 0};
        aug_count left = tile.extent - index * t;
        tile.start += index * t;
        tile.extent = left < t ? left : t;
    }
    return tile;
}

static place place_of(const scene *s, int node) {
    place p = {{0, 0}, {0, 0}};
    if (node != AUG_MOVES_LAST)
        p.now = tile_at(s, &s->indices, s->end);
    if (node >= 0 || node == AUG_MOVES_LAST) {
        aug_walk_indices before = s->indices;
        int depth = s->depth;
        if (s->own >= 0) {
            before.at[s->own]--;
            depth++;
        }
        aug_tile outer = tile_at(s, &before, depth);
        aug_tile last = aug_walk_last(s->walk, &before, outer.extent, depth, s->end);
        p.before = (aug_tile){outer.start + last.start, last.extent};
    }
    return p;
}

// The largest number of indices of a loop.
static aug_count indices_of(const aug_walk_loop *loop) {
    const aug_index_run *last = &loop->runs[loop->run_count - 1];
    return last->first + last->copies;
}

static void collect_places(scene *s, int node, aug_children *children, int i) {
    children->place_count[i] = 0;
    for (;;) {
        place p = place_of(s, node);
        if (node == AUG_MOVES_LAST ? p.before.extent : p.now.extent)
            add_place(children, i, p);
        int l = s->end - 1;
        for (; l >= 0; l--) {
            if (s->parts[l] != PART_CHILDREN)
                continue;
            if (++s->indices.at[l] < indices_of(&s->walk->loops[l]))
                break;
            s->indices.at[l] = 0;
        }
        if (l < 0)
            return;
    }
}

void aug_children_sums(const aug_form *form, const aug_group *group, int node, int end, const int *choice,
                       const bool *shared, aug_direction direction, aug_children *children,
                       aug_child_sums *sums) {
    scene scenes[AUG_PROBLEM_RANKS];
    memset(sums, 0, sizeof *sums);
    for (int i = 0; i < group->rank_count; i++) {
        const aug_rank_walk *walk = &form->ranks[group->rank_list[i]];
        scene_start(&scenes[i], walk, node, aug_walk_depth(walk, end), choice, shared);
        collect_places(&scenes[i], node, children, i);
    }
    for (;;) {
        aug_count copies = 1;
        for (int i = 0; i < group->rank_count; i++)
            copies *= scenes[i].copies;
        if (copies) {
            make_children(group, direction, node != AUG_MOVES_LAST, node >= 0 || node == AUG_MOVES_LAST,
                          children);
            add_distinct(children, group->dim_count, copies, sums);
        }
        int i = group->rank_count - 1;
        for (; i >= 0; i--) {
            const aug_rank_walk *walk = &form->ranks[group->rank_list[i]];
            bool more = scene_next(&scenes[i]);
            if (!more)
                scene_start(&scenes[i], walk, node, aug_walk_depth(walk, end), choice, shared);
            collect_places(&scenes[i], node, children, i);
            if (more)
                break;
        }
        if (i < 0)
            return;
    }
}
