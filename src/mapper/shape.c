#include "mapper/shape.h"

#include "mapper/kept_over.h"
#include "mapper/search_walk.h"

#include <string.h>

bool aug_shapes_apply(const aug_space *space) {
    for (int t = 0; t < space->tensor_count; t++)
        if (!space->tensors[t].plain || space->tensors[t].tangled)
            return false;
    return !space->perfect && space->canonical && !space->mixed && !space->sliding;
}

typedef struct walk {
    const aug_search *search;
    const aug_space *space;
    const aug_keeping *keeping;
    aug_shape_visit *visit;
    void *context;
    unsigned open; // ranks of which more than one point is left below the loops that the nest begins with
    unsigned kept_partly; // as of aug_frame
    bool too_long;
} walk;

// As aug_frame, without tiles.
typedef struct state {
    aug_shape shape;
    int placed[AUG_PROBLEM_TENSORS], declared[AUG_PROBLEM_TENSORS];
    int segment, previous;
    unsigned banned, unraised, kept_over; // as of aug_frame
} state;

static bool add_item(walk *w, state *s, aug_shape_item item) {
    if (s->shape.count == AUG_SHAPE_ITEMS) {
        w->too_long = true;
        return false;
    }
    item.before = -1;
    if (item.kind != AUG_ITEM_STORE) {
        item.before = (int8_t)s->shape.last[item.rank];
        s->shape.last[item.rank] = s->shape.count;
    }
    for (int t = 0; item.kind == AUG_ITEM_FOR && t < w->space->tensor_count; t++)
        s->kept_over &= ~((w->space->tensors[t].ranks >> item.rank & 1u) << t) | w->kept_partly;
    s->shape.at[s->shape.count++] = item;
    return true;
}

static void explore(walk *w, const state *s);

// ---- Stores

static bool is_complete(const walk *w, const state *s) {
    for (int t = 0; t < w->space->tensor_count; t++)
        if (s->placed[t] < w->keeping->chain_count[t] &&
            w->keeping->segment[w->keeping->chain[t][s->placed[t]]] <= s->segment)
            return false;
    return true;
}

static unsigned raised_ranks(const walk *w, const state *s) {
    return s->previous < 0 ? 0 : w->space->tensors[s->previous].ranks & ~s->unraised;
}

// A store right below another one stands there only where it cannot stand further out (search_gap.c).
static bool repeats(const walk *w, const state *s, int tensor) {
    if (s->shape.count == 0)
        return false;
    const aug_shape_item *above = &s->shape.at[s->shape.count - 1];
    if (above->kind != AUG_ITEM_STORE || above->tensor == tensor ||
        w->keeping->segment[above->memory] != s->segment)
        return false;
    for (int i = s->shape.count - 1; i >= 0; i--) {
        if (s->shape.at[i].kind == AUG_ITEM_PAR)
            return above->tensor > tensor;
        if (s->shape.at[i].kind == AUG_ITEM_FOR)
            return !(w->space->tensors[tensor].ranks >> s->shape.at[i].rank & 1) || above->tensor > tensor;
    }
    return above->tensor > tensor;
}

static void put_store(walk *w, const state *before, int tensor) {
    state s = *before;
    int memory = w->keeping->chain[tensor][s.declared[tensor]];
    s.declared[tensor]++;
    if (w->keeping->segment[memory] == s.segment) {
        if (!add_item(
                w, &s,
                (aug_shape_item){.kind = AUG_ITEM_STORE, .tensor = (int8_t)tensor, .memory = (int8_t)memory}))
            return;
        s.placed[tensor]++;
        s.unraised = aug_kept_over_ranks(w->space, s.kept_over, tensor, memory);
    } else {
        s.banned |= w->space->tensors[tensor].ranks;
    }
    s.previous = tensor;
    explore(w, &s);
}

// Loops over some of `free` from `rank` on, then the store.
static void fill_gap(walk *w, const state *s, int tensor, unsigned free, int rank, bool any) {
    if (any || !repeats(w, s, tensor))
        put_store(w, s, tensor);
    for (int r = rank; r < w->space->rank_count; r++) {
        if (!((free & w->open) >> r & 1))
            continue;
        state next = *s;
        if (add_item(w, &next, (aug_shape_item){.kind = AUG_ITEM_FOR, .rank = (int8_t)r}))
            fill_gap(w, &next, tensor, free, r + 1, true);
    }
}

// ---- Arrays

// Ranks that the last array has to use up (search_array.c).
static unsigned ranks_to_use_up(const walk *w, const state *s) {
    if (w->keeping->only >= 0 || s->previous < 0 || s->segment + 2 < w->keeping->segment_count)
        return 0;
    unsigned ranks = w->space->tensors[s->previous].ranks & ~s->banned & w->space->large;
    ranks &= w->space->has_prefix ? ~s->unraised : ~0u;
    for (int t = 0; t < w->space->tensor_count; t++)
        if (s->declared[t] < w->keeping->chain_count[t])
            ranks &= s->kept_over >> t & 1 ? 0 : w->space->tensors[t].ranks;
    return ranks;
}

static bool alike(const aug_axis_group *a, const aug_axis_group *b) {
    return a->ranks == b->ranks && a->multicast == b->multicast && a->reduce == b->reduce;
}

static bool put_loops_in_space(walk *w, state *s) {
    const aug_space *space = w->space;
    int end = aug_search_first_group(w->search, s->segment + 1);
    for (int g = aug_search_first_group(w->search, s->segment), next; g < end; g = next) {
        const aug_axis_group *group = &space->groups[g];
        for (next = g + 1; next < end && space->groups[next].segment == group->segment &&
                           alike(&space->groups[next], group);)
            next++;
        if (w->keeping->idle >> group->segment & 1)
            continue;
        for (int r = 0; r < space->rank_count; r++)
            if ((w->open & group->ranks) >> r & 1 && !add_item(w, s,
                                                               (aug_shape_item){.kind = AUG_ITEM_PAR,
                                                                                .rank = (int8_t)r,
                                                                                .group = (int8_t)g,
                                                                                .group_end = (int8_t)next}))
                return false;
    }
    return true;
}

// Stores that were declared further out stand below the array.
static bool put_declared(walk *w, state *s) {
    s->unraised = s->banned | (w->space->has_prefix ? s->unraised : 0);
    s->banned = 0;
    for (int t = 0; t < w->space->tensor_count; t++) {
        for (; s->placed[t] < s->declared[t]; s->placed[t]++) {
            int memory = w->keeping->chain[t][s->placed[t]];
            if (w->keeping->segment[memory] != s->segment)
                break;
            if (!add_item(
                    w, s,
                    (aug_shape_item){.kind = AUG_ITEM_STORE, .tensor = (int8_t)t, .memory = (int8_t)memory}))
                return false;
        }
        s->banned |= s->placed[t] < s->declared[t] ? w->space->tensors[t].ranks : 0;
    }
    return true;
}

static void cross(walk *w, const state *before) {
    state s = *before;
    s.shape.used_up |= ranks_to_use_up(w, before);
    if (!put_loops_in_space(w, &s))
        return;
    s.segment++;
    if (put_declared(w, &s))
        explore(w, &s);
}

// ---- The end

static void finish(walk *w, const state *before) {
    state s = *before;
    if (w->keeping->only < 0)
        s.shape.used_up |= raised_ranks(w, &s) & w->space->large;
    for (int r = 0; r < w->space->rank_count; r++)
        if ((s.shape.used_up & w->open) >> r & 1 && s.shape.last[r] < 0)
            return;
    w->visit(w->context, &s.shape);
}

static void finish_segment(walk *w, const state *s) {
    const aug_keeping *keeping = w->keeping;
    bool found = keeping->only >= 0 && keeping->only < w->space->memory_count &&
                 keeping->segment[keeping->only] == s->segment;
    if (found || s->segment + 1 == keeping->segment_count)
        finish(w, s);
    else
        cross(w, s);
}

static void explore(walk *w, const state *s) {
    if (is_complete(w, s)) {
        finish_segment(w, s);
        return;
    }
    for (int t = 0; t < w->space->tensor_count; t++) {
        if (s->declared[t] == w->keeping->chain_count[t])
            continue;
        bool later = w->keeping->segment[w->keeping->chain[t][s->declared[t]]] > s->segment;
        if (later && w->keeping->only >= 0)
            continue;
        unsigned free = w->space->tensors[t].ranks & ~raised_ranks(w, s) & w->space->large & ~s->banned;
        fill_gap(w, s, t, free, 0, false);
    }
}

bool aug_shapes_walk(const aug_search *search, const aug_keeping *keeping, aug_shape_visit *visit,
                     void *context) {
    walk w = {
        .search = search, .space = search->space, .keeping = keeping, .visit = visit, .context = context};
    state s = {.previous = -1};
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
        s.shape.last[r] = -1;
    for (int r = 0; r < w.space->rank_count; r++)
        w.open |= w.space->large & (unsigned)(w.space->classes[r].count > 1) << r;
    aug_frame frame;
    aug_item path[1];
    aug_frame_init(w.space, keeping, search->options, path, &frame);
    for (int t = 0; t < w.space->tensor_count; t++)
        s.placed[t] = s.declared[t] = frame.placed[t];
    s.kept_over = frame.kept_over;
    w.kept_partly = frame.kept_partly;
    explore(&w, &s);
    return !w.too_long;
}
