// Shared loops: any order of any of the ranks that may be shared, each once, each with any tile of its list.
// Stores between them: a tensor in a memory outside of all arrays, above a loop that does not move it and
// below one that does (or none), for elsewhere it costs the same or less in another place:
//
//     above a loop that moves it, below one that moves it (or none)     further in: a smaller tile, no more
//     words below a loop that does not move it                                above that loop: the same tile
//     and words
//
// The first holds for tensors without sums of ranks as indices; others stand anywhere.
#include "mapper/group_prefixes.h"

#include "mapper/group_floor.h"

#include <string.h>

enum { MOST_ITEMS = 1 << 18, ALL_TILES = 16 };

typedef struct finder {
    aug_arena *arena;
    const aug_group *group;
    const aug_group_front *known;
    aug_group_leasts *leasts;
    aug_group_prefixes *out;
    int tile_count[AUG_GROUP_RANKS];
    aug_count *tiles[AUG_GROUP_RANKS];
    aug_group_item item;
} finder;

// ---- Tiles

static aug_count steps_of(aug_count size, aug_count tile) {
    return size / tile + (size % tile != 0);
}

static void add_tile(finder *f, int rank, aug_count tile) {
    for (int i = 0; i < f->tile_count[rank]; i++)
        if (f->tiles[rank][i] == tile)
            return;
    f->tiles[rank][f->tile_count[rank]++] = tile;
}

// Perfect: the divisors. Else of short ranks all tiles, of long ones the divisors and the multiples of a
// sixteenth.
static void list_tiles(finder *f, int rank, bool perfect) {
    aug_count size = f->group->members[0]->sizes[f->group->rank_of[0][rank]];
    aug_count part = steps_of(size, ALL_TILES), most = ALL_TILES;
    for (aug_count tile = 1; tile * tile <= size; tile++)
        most += size % tile == 0 ? 2 : 0;
    f->tiles[rank] = AUG_NEW_ARRAY(f->arena, aug_count, (size_t)most);
    for (aug_count tile = 1; tile * tile <= size; tile++)
        if (size % tile == 0) {
            if (tile < size)
                add_tile(f, rank, tile);
            if (size / tile < size)
                add_tile(f, rank, size / tile);
        }
    for (aug_count tile = part; !perfect && tile < size; tile += part)
        add_tile(f, rank, tile);
}

// ---- Places

static bool may_keep(const aug_group *group, int memory, int tensor) {
    for (int e = 0; e < group->member_count; e++) {
        int own = group->tensor_of[e][tensor];
        const aug_problem_memory *m = &group->members[e]->memories[memory];
        if (own >= 0 && ((m->never >> own & 1u) || m->axes_above > 0))
            return false;
    }
    return true;
}

// An intermediate lives in memories from its home on only.
static bool may_be_home(const aug_group *group, int memory, int tensor) {
    if (!may_keep(group, memory, tensor) || memory <= aug_group_home(group, tensor))
        return false;
    for (int e = 0; e < group->member_count; e++)
        for (int m = 0; m < memory && group->tensor_of[e][tensor] >= 0; m++)
            if (group->members[e]->memories[m].must >> group->tensor_of[e][tensor] & 1u)
                return false;
    return true;
}

static void list_places(const aug_group *group, aug_group_prefixes *out) {
    for (int t = 0; t < group->tensor_count; t++)
        for (int m = 0; m < group->members[0]->memory_count; m++)
            if (!(group->intermediates >> t & 1u) && m > aug_group_home(group, t) && may_keep(group, m, t) &&
                out->place_count < AUG_GROUP_PLACES)
                out->places[out->place_count++] = (aug_group_place){t, m};
}

static bool is_good_place(const finder *f, int tensor, int loop) {
    const aug_group_item *item = &f->item;
    if (!aug_group_is_plain(f->group, tensor))
        return true;
    return !aug_group_moves(f->group, tensor, item->ranks[loop]) &&
           (loop == 0 || aug_group_moves(f->group, tensor, item->ranks[loop - 1]));
}

// ---- Items

static void add_stores(const aug_group_prefixes *prefixes, const aug_group_item *item, int loop,
                       aug_group_prefix *prefix) {
    const aug_group *group = prefixes->group;
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        unsigned tensors = 0;
        for (int i = 0; i < prefixes->place_count; i++)
            if (item->at[i] == loop && prefixes->places[i].memory == m)
                tensors |= 1u << prefixes->places[i].tensor;
        if (tensors)
            prefix->nodes[prefix->count++] = (aug_group_node){.memory = m, .tensors = tensors};
    }
}

static void add_homes(const aug_group *group, const aug_group_item *item, bool intermediates,
                      aug_group_prefix *prefix) {
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        unsigned tensors = 0;
        for (int t = 0; t < group->tensor_count; t++) {
            bool is_one = group->intermediates >> t & 1u;
            if (is_one == intermediates && m == (is_one ? item->homes[t] : aug_group_home(group, t)))
                tensors |= 1u << t;
        }
        if (tensors)
            prefix->nodes[prefix->count++] = (aug_group_node){.memory = m, .tensors = tensors};
    }
}

void aug_group_prefix_build(const aug_group_prefixes *prefixes, const aug_group_item *item,
                            aug_group_prefix *prefix) {
    prefix->count = 0;
    add_homes(prefixes->group, item, false, prefix);
    for (int i = 0; i < item->loop_count; i++) {
        add_stores(prefixes, item, i, prefix);
        prefix->nodes[prefix->count++] =
            (aug_group_node){.is_loop = true, .rank = item->ranks[i], .tile = item->tiles[i]};
    }
    add_homes(prefixes->group, item, true, prefix);
}

static bool prefix_fits(const aug_group *group, const aug_group_prefix *prefix) {
    double held[AUG_PROBLEM_MEMORIES] = {0};
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                held[prefix->nodes[i].memory] += (double)aug_group_tile_words(group, prefix, i, t) *
                                                 aug_group_word_bits(group, prefix->nodes[i].memory, t);
    const aug_problem *p = group->members[0];
    for (int m = 0; m < p->memory_count; m++)
        if (held[m] * (double)p->memories[m].buffers > p->memories[m].capacity_bits)
            return false;
    return true;
}

static void put(finder *f) {
    aug_group_prefixes *out = f->out;
    aug_group_prefix prefix;
    if (out->truncated)
        return;
    aug_group_prefix_build(out, &f->item, &prefix);
    if (!prefix_fits(f->group, &prefix))
        return;
    f->item.energy_pj = f->item.cycles = 0.0;
    for (int e = 0; e < f->group->member_count; e++) {
        aug_group_floor floor = aug_group_floor_of(f->group, &prefix, e,
                                                   aug_group_least_of(f->leasts, f->group, e, f->item.homes));
        f->item.energy_pj += floor.energy_pj;
        f->item.cycles += floor.cycles;
    }
    if (!aug_group_front_allows(f->known, f->item.energy_pj, f->item.cycles))
        return;
    if (out->count == MOST_ITEMS) {
        out->truncated = true;
        return;
    }
    if (out->count == out->capacity)
        out->items = aug_arena_grow(f->arena, out->items, out->count, &out->capacity, sizeof *out->items);
    out->items[out->count++] = f->item;
}

// Every way to place stores, from place `at` on; memories of a tensor go inwards.
static void choose_stores(finder *f, int at) {
    const aug_group_prefixes *out = f->out;
    if (at == out->place_count) {
        put(f);
        return;
    }
    int from = 0;
    for (int i = 0; i < at; i++)
        if (out->places[i].tensor == out->places[at].tensor && f->item.at[i] >= 0)
            from = f->item.at[i];
    f->item.at[at] = -1;
    choose_stores(f, at + 1);
    for (int loop = from; loop < f->item.loop_count; loop++)
        if (is_good_place(f, out->places[at].tensor, loop)) {
            f->item.at[at] = (int8_t)loop;
            choose_stores(f, at + 1);
        }
    f->item.at[at] = -1;
}

static void choose_homes(finder *f, int tensor) {
    while (tensor < f->group->tensor_count && !(f->group->intermediates >> tensor & 1u))
        tensor++;
    if (tensor >= f->group->tensor_count) {
        choose_stores(f, 0);
        return;
    }
    for (int m = 0; m < f->group->members[0]->memory_count; m++)
        if (may_be_home(f->group, m, tensor)) {
            f->item.homes[tensor] = (int8_t)m;
            choose_homes(f, tensor + 1);
        }
}

// A running tensor stays in place while a loop that does not move it goes on: no loop inside of that one
// moves it.
static bool keeps_running(const finder *f, int rank) {
    const aug_group *group = f->group;
    for (int t = 0; t < group->tensor_count; t++)
        if ((group->running >> t & 1u) && aug_group_moves(group, t, rank))
            for (int i = 0; i < f->item.loop_count; i++)
                if (!aug_group_moves(group, t, f->item.ranks[i]))
                    return false;
    return true;
}

static void choose_loops(finder *f, unsigned left) {
    choose_homes(f, 0);
    for (int r = 0; r < f->group->rank_count && f->item.loop_count < AUG_GROUP_LOOPS; r++) {
        if (!(left >> r & 1u) || !keeps_running(f, r))
            continue;
        int at = f->item.loop_count++;
        f->item.ranks[at] = (int8_t)r;
        for (int i = 0; i < f->tile_count[r]; i++) {
            f->item.tiles[at] = f->tiles[r][i];
            choose_loops(f, left & ~(1u << r));
        }
        f->item.loop_count--;
    }
}

void aug_group_prefixes_find(aug_arena *arena, const aug_group *group, bool perfect,
                             const aug_group_front *known, aug_group_leasts *leasts,
                             aug_group_prefixes *prefixes) {
    *prefixes = (aug_group_prefixes){.group = group};
    finder f = {.arena = arena, .group = group, .known = known, .leasts = leasts, .out = prefixes};
    memset(f.item.homes, -1, sizeof f.item.homes);
    list_places(group, prefixes);
    for (int r = 0; r < group->rank_count; r++)
        if (group->shareable >> r & 1u)
            list_tiles(&f, r, perfect);
    choose_loops(&f, group->shareable);
}
