#include "cost/rank_walk.h"

#include <assert.h>

// ---- Which extents there are, and which indices behave alike

typedef struct extent_set {
    int count;
    aug_count items[AUG_WALK_EXTENTS];
} extent_set;

static void set_add(extent_set *set, aug_count extent) {
    for (int i = 0; i < set->count; i++)
        if (set->items[i] == extent)
            return;
    assert(set->count < AUG_WALK_EXTENTS);
    set->items[set->count++] = extent;
}

static aug_count largest(const extent_set *set) {
    aug_count most = set->items[0];
    for (int i = 1; i < set->count; i++)
        most = set->items[i] > most ? set->items[i] : most;
    return most;
}

static void runs_cut(aug_count *cuts, int *count, aug_count at) {
    int place = 0;
    while (place < *count && cuts[place] < at)
        place++;
    if (place < *count && cuts[place] == at)
        return;
    for (int i = *count; i > place; i--)
        cuts[i] = cuts[i - 1];
    cuts[place] = at;
    ++*count;
}

// An extent e makes indices below floor(e / t) whole tiles, the next one short, those behind idle.
static void find_runs(aug_walk_loop *loop, const extent_set *extents) {
    aug_count cuts[2 * AUG_WALK_EXTENTS + 1] = {0};
    int count = 1;
    for (int i = 0; i < extents->count; i++) {
        aug_count whole = extents->items[i] / loop->tile;
        runs_cut(cuts, &count, whole);
        if (extents->items[i] % loop->tile)
            runs_cut(cuts, &count, whole + 1);
    }
    loop->run_count = count - 1;
    for (int i = 0; i + 1 < count; i++)
        loop->runs[i] = (aug_index_run){cuts[i], cuts[i + 1] - cuts[i]};
}

void aug_walk_init(aug_rank_walk *walk, const aug_mapping *mapping, int rank, aug_count size) {
    walk->size = size;
    walk->loop_count = 0;
    walk->even = true;
    extent_set extents = {1, {size}};
    for (int n = 0; n < mapping->count; n++) {
        const aug_mapping_node *node = &mapping->nodes[n];
        if ((node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR) || node->rank != rank)
            continue;
        if (largest(&extents) <= node->tile)
            continue; // one step: it changes nothing
        assert(walk->loop_count < AUG_WALK_LOOPS);
        aug_walk_loop *loop = &walk->loops[walk->loop_count++];
        loop->tile = node->tile;
        loop->node = n;
        loop->in_space = node->kind == AUG_MAPPING_PAR;
        if (walk->even && extents.items[0] % node->tile == 0) {
            loop->run_count = 1;
            loop->runs[0] = (aug_index_run){0, extents.items[0] / node->tile};
            extents.items[0] = node->tile;
            continue;
        }
        walk->even = false;
        find_runs(loop, &extents);
        extent_set inner = {0, {0}};
        for (int i = 0; i < extents.count; i++) {
            if (extents.items[i] >= node->tile)
                set_add(&inner, node->tile);
            if (extents.items[i] % node->tile)
                set_add(&inner, extents.items[i] % node->tile);
        }
        extents = inner;
    }
}

const aug_walk_loop *aug_walk_loop_at(const aug_rank_walk *walk, int node) {
    int depth = aug_walk_depth(walk, node);
    return depth < walk->loop_count && walk->loops[depth].node == node ? &walk->loops[depth] : NULL;
}

int aug_walk_depth(const aug_rank_walk *walk, int node) {
    int depth = 0;
    while (depth < walk->loop_count && walk->loops[depth].node < node)
        depth++;
    return depth;
}

// ---- One instance

// The extent of tile `index` of an extent; 0 where there is none.
static aug_count tile_of(aug_count extent, aug_count tile, aug_count index) {
    if (index >= extent / tile + (extent % tile != 0))
        return 0;
    aug_count left = extent - index * tile;
    return left < tile ? left : tile;
}

aug_tile aug_walk_first(const aug_rank_walk *walk, const aug_walk_indices *indices, aug_count extent,
                        int depth, int end) {
    aug_count start = 0;
    for (int l = depth; l < end && extent; l++) {
        aug_count index = walk->loops[l].in_space ? indices->at[l] : 0;
        start += index * walk->loops[l].tile;
        extent = tile_of(extent, walk->loops[l].tile, index);
    }
    return (aug_tile){start, extent};
}

// Inside of a smaller extent an instance is never busy where it is idle inside of a larger one, and the first
// tile is the largest: so it is busy somewhere exactly where it is busy in the first tile.
static bool is_busy(const aug_rank_walk *walk, const aug_walk_indices *indices, aug_count extent, int depth,
                    int end) {
    return aug_walk_first(walk, indices, extent, depth, end).extent != 0;
}

aug_tile aug_walk_last(const aug_rank_walk *walk, const aug_walk_indices *indices, aug_count extent,
                       int depth, int end) {
    aug_count start = 0;
    for (int l = depth; l < end && extent; l++) {
        aug_count tile = walk->loops[l].tile, whole = extent / tile, rest = extent % tile, index;
        if (walk->loops[l].in_space)
            index = indices->at[l];
        else
            index = rest && is_busy(walk, indices, rest, l + 1, end) ? whole : whole ? whole - 1 : 0;
        start += index * tile;
        extent = tile_of(extent, tile, index);
    }
    return (aug_tile){start, extent};
}

// ---- All of them

typedef struct state {
    aug_count extent, count;
} state;

typedef struct state_set {
    int count;
    state items[AUG_WALK_EXTENTS];
} state_set;

static void states_add(state_set *set, aug_count extent, aug_count count) {
    for (int i = 0; i < set->count; i++)
        if (set->items[i].extent == extent) {
            set->items[i].count += count;
            return;
        }
    assert(set->count < AUG_WALK_EXTENTS);
    set->items[set->count++] = (state){extent, count};
}

// The extents that an instance meets behind the first `depth` loops, and how often; those inside of which it
// never works are left out.
static void find_states(const aug_rank_walk *walk, const aug_walk_indices *indices, int depth, int end,
                        state_set *states) {
    states->count = 0;
    if (is_busy(walk, indices, walk->size, 0, end))
        states_add(states, walk->size, 1);
    for (int l = 0; l < depth; l++) {
        aug_count tile = walk->loops[l].tile;
        state_set inner = {0};
        for (int i = 0; i < states->count; i++) {
            state s = states->items[i];
            if (walk->loops[l].in_space) {
                aug_count extent = tile_of(s.extent, tile, indices->at[l]);
                if (extent && is_busy(walk, indices, extent, l + 1, end))
                    states_add(&inner, extent, s.count);
                continue;
            }
            aug_count whole = s.extent / tile, rest = s.extent % tile;
            if (whole && is_busy(walk, indices, tile, l + 1, end))
                states_add(&inner, tile, s.count * whole);
            if (rest && is_busy(walk, indices, rest, l + 1, end))
                states_add(&inner, rest, s.count);
        }
        *states = inner;
    }
}

// Calls for each choice of runs of the rank's loops in space, with the number of instances that it stands
// for.
typedef struct odometer {
    const aug_rank_walk *walk;
    const int *choice;
    int end;
    int run[AUG_WALK_LOOPS];
    aug_walk_indices indices;
    aug_count copies;
} odometer;

static int runs_of(const odometer *o, int l) {
    const aug_walk_loop *loop = &o->walk->loops[l];
    return loop->in_space && o->choice[loop->node] == AUG_CHOOSE_ALL ? loop->run_count : 1;
}

static void odometer_show(odometer *o) {
    o->copies = 1;
    for (int l = 0; l < o->end; l++) {
        const aug_walk_loop *loop = &o->walk->loops[l];
        if (!loop->in_space)
            continue;
        int chosen = o->choice[loop->node];
        const aug_index_run *run = &loop->runs[chosen == AUG_CHOOSE_ALL     ? o->run[l]
                                               : chosen == AUG_CHOOSE_FIRST ? 0
                                                                            : chosen];
        o->indices.at[l] = run->first;
        if (chosen == AUG_CHOOSE_ALL)
            o->copies *= run->copies;
    }
}

static void odometer_start(odometer *o, const aug_rank_walk *walk, const int *choice, int end) {
    o->walk = walk;
    o->choice = choice;
    o->end = end;
    for (int l = 0; l < end; l++)
        o->run[l] = 0;
    odometer_show(o);
}

static bool odometer_next(odometer *o) {
    for (int l = o->end - 1; l >= 0; l--) {
        if (++o->run[l] < runs_of(o, l)) {
            odometer_show(o);
            return true;
        }
        o->run[l] = 0;
    }
    return false;
}

static void moves_add(aug_moves *moves, aug_move move) {
    if (!move.count)
        return;
    for (int i = 0; i < moves->count; i++) {
        aug_move *item = &moves->items[i];
        if (item->shift == move.shift && item->before == move.before && item->after == move.after) {
            item->count += move.count;
            return;
        }
    }
    if (moves->count == AUG_MOVES)
        moves->overflow = true;
    else
        moves->items[moves->count++] = move;
}

// From the last tile inside of `old` to the first one inside of `new`, whose starts are `apart`.
static aug_move step(const odometer *o, aug_count old, aug_count new, aug_count apart, int depth,
                     aug_count count) {
    aug_tile last = aug_walk_last(o->walk, &o->indices, old, depth, o->end);
    aug_tile first = aug_walk_first(o->walk, &o->indices, new, depth, o->end);
    return (aug_move){(int64_t)apart + (int64_t)first.start - (int64_t)last.start, last.extent, first.extent,
                      count};
}

static void leaves(const odometer *o, aug_moves *moves) {
    state_set states;
    find_states(o->walk, &o->indices, o->end, o->end, &states);
    for (int i = 0; i < states.count; i++)
        moves_add(moves, (aug_move){0, 0, states.items[i].extent, states.items[i].count * o->copies});
}

// The loop that steps belongs to another rank: this one starts over inside of each tile behind its first
// `depth` loops.
static void restarts(const odometer *o, int depth, aug_moves *moves) {
    state_set states;
    find_states(o->walk, &o->indices, depth, o->end, &states);
    for (int i = 0; i < states.count; i++) {
        aug_count extent = states.items[i].extent;
        moves_add(moves, step(o, extent, extent, 0, depth, states.items[i].count * o->copies));
    }
}

// The rank's own loop `l` steps.
static void steps(const odometer *o, int l, aug_moves *moves) {
    state_set states;
    aug_count tile = o->walk->loops[l].tile;
    find_states(o->walk, &o->indices, l, o->end, &states);
    for (int i = 0; i < states.count; i++) {
        aug_count whole = states.items[i].extent / tile, rest = states.items[i].extent % tile;
        aug_count count = states.items[i].count * o->copies;
        if (whole > 1)
            moves_add(moves, step(o, tile, tile, tile, l + 1, count * (whole - 1)));
        if (whole && rest && is_busy(o->walk, &o->indices, rest, l + 1, o->end))
            moves_add(moves, step(o, tile, rest, tile, l + 1, count));
    }
}

void aug_walk_moves(const aug_rank_walk *walk, const int *choice, int node, int end, aug_moves *moves) {
    moves->count = 0;
    moves->overflow = false;
    int depth = node == AUG_MOVES_LEAVES ? end : aug_walk_depth(walk, node);
    bool own = node >= 0 && aug_walk_loop_at(walk, node);
    odometer o;
    odometer_start(&o, walk, choice, end);
    do {
        if (node == AUG_MOVES_LEAVES)
            leaves(&o, moves);
        else if (own)
            steps(&o, depth, moves);
        else
            restarts(&o, depth, moves);
    } while (odometer_next(&o));
}

aug_count aug_walk_count(const aug_rank_walk *walk, const int *choice, int node, int end) {
    int depth = node == AUG_MOVES_LEAVES ? end : aug_walk_depth(walk, node);
    bool own = node >= 0 && aug_walk_loop_at(walk, node);
    aug_count sum = 0;
    odometer o;
    odometer_start(&o, walk, choice, end);
    do {
        state_set states;
        find_states(walk, &o.indices, depth, end, &states);
        for (int i = 0; i < states.count; i++) {
            aug_count times = states.items[i].count * o.copies;
            if (own) {
                aug_count tile = walk->loops[depth].tile, whole = states.items[i].extent / tile,
                          rest = states.items[i].extent % tile;
                bool short_one = rest && is_busy(walk, &o.indices, rest, depth + 1, end);
                times *= whole ? whole - 1 + short_one : 0;
            }
            sum += times;
        }
    } while (odometer_next(&o));
    return sum;
}

aug_count aug_walk_instances(const aug_rank_walk *walk, const int *choice, int end) {
    aug_count sum = 0;
    odometer o;
    odometer_start(&o, walk, choice, end);
    do {
        if (is_busy(walk, &o.indices, walk->size, 0, end))
            sum += o.copies;
    } while (odometer_next(&o));
    return sum;
}
