// Shared loops: any order of any of the ranks that may be shared, each once, each with any tile of its list.
// Stores between them: a tensor in a memory outside of all arrays, above a loop that does not move it and
// below one that does (or none), for elsewhere it costs the same or less in another place:
//
//     above a loop that moves it, below one that moves it (or none)     further in: a smaller tile, no more
//     words below a loop that does not move it                                above that loop: the same tile
//     and words
//
// The first holds for tensors without sums of ranks as indices; others stand anywhere.
#include "fusion/group_prefixes.h"

#include "fusion/group_batch.h"
#include "fusion/group_glance.h"
#include "fusion/group_repeat.h"
#include "fusion/group_tiles.h"

#include <math.h>
#include <string.h>

enum { MOST_ITEMS = 1 << 18 };

typedef struct aug_group_finder {
    aug_arena *arena;
    const aug_group *group;
    const aug_group_front *known;
    aug_group_leasts *leasts;
    aug_group_sights *sights;
    bool perfect;
    aug_group_front *open; // where floors alone are looked for; else NULL
    int depth;             // loops of the prefixes that are looked for; -1: any
    aug_group_prefixes *out;
    unsigned moved[AUG_GROUP_RANKS], slid[AUG_GROUP_RANKS]; // tensors; by recomputed windows of the rank
    unsigned plain, several;                                // tensors; that several members have
    unsigned placeable, by_rule;                            // of the item
    unsigned batch;                                         // ranks that come first, one by one
    aug_group_tiles tiles[AUG_GROUP_RANKS];
    aug_group_item item;
    aug_group_glance glance;
    double held[AUG_PROBLEM_MEMORIES]; // where a glance applies: bits of homes and of the stores that are chosen
    aug_group_item_visit *visit; // of prefixes; NULL: they go into the list
    void *context;
} finder;

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

bool aug_group_may_be_home(const aug_group *group, int memory, int tensor) {
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
                out->places.count < AUG_GROUP_PLACES)
                out->places.at[out->places.count++] = (aug_group_place){t, m};
}

static void list_moves(finder *f) {
    const aug_group *group = f->group;
    for (int t = 0; t < group->tensor_count; t++) {
        int readers = 0;
        for (int e = 0; e < group->member_count; e++) {
            readers += group->tensor_of[e][t] >= 0;
            for (int r = 0; r < group->rank_count; r++)
                f->slid[r] |= (unsigned)(group->tensor_of[e][t] >= 0 && group->halo[e][r] > 0) << t;
        }
        f->several |= (unsigned)(readers > 1) << t;
        f->plain |= (unsigned)aug_group_is_plain(group, t) << t;
        for (int r = 0; r < group->rank_count; r++)
            f->moved[r] |= (unsigned)aug_group_moves(group, t, r) << t;
    }
}

// Tensors that a store between loops may be of, given the halos: members that read one tensor may be at
// different windows of it. `plain`: those for which the rule of places holds.
static unsigned placeable(const finder *f, unsigned *plain) {
    unsigned tensors = ~0u;
    *plain = f->plain;
    for (int i = 0; i < f->item.loop_count; i++) {
        int r = f->item.ranks[i];
        if (f->item.halos[i] != AUG_HALO_NONE)
            tensors &= ~(f->several & f->moved[r]);
        if (f->item.halos[i] == AUG_HALO_RECOMPUTE)
            *plain &= ~(f->moved[r] & f->slid[r]);
    }
    return tensors;
}

static bool is_good_place(const finder *f, int tensor, int loop) {
    const aug_group_item *item = &f->item;
    if (!(f->placeable >> tensor & 1u))
        return false;
    if (!(f->by_rule >> tensor & 1u))
        return true;
    return !(f->moved[item->ranks[loop]] >> tensor & 1u) &&
           (loop == 0 || (f->moved[item->ranks[loop - 1]] >> tensor & 1u));
}

// ---- Items

// Two neighbours among the loops, with no store between them, change nothing by changing places where every
// tensor is moved by both, by none, or by a loop further in that no store of it is above.
static bool change_places(const finder *f, int loop) {
    const aug_group *group = f->group;
    const aug_group_item *item = &f->item;
    for (int i = 0; i < f->out->places.count; i++)
        if (item->at[i] == loop + 1)
            return false;
    for (int t = 0; t < group->tensor_count; t++) {
        bool outer = f->moved[item->ranks[loop]] >> t & 1u, inner = f->moved[item->ranks[loop + 1]] >> t & 1u;
        int end = item->loop_count;
        if (outer == inner || ((group->intermediates & ~group->running) >> t & 1u))
            continue;
        for (int i = 0; i < f->out->places.count; i++)
            if (f->out->places.at[i].tensor == t && item->at[i] > loop && item->at[i] < end)
                end = item->at[i];
        bool moved = false;
        for (int i = loop + 2; i < end; i++)
            moved |= f->moved[item->ranks[i]] >> t & 1u;
        if (!moved || (group->running >> t & 1u) || !(f->plain >> t & 1u))
            return false;
    }
    return true;
}

// Of loops that can change places the ones whose ranks are in order are enough.
static bool is_in_order(const finder *f) {
    for (int i = 0; !f->group->windowed && i + 1 < f->item.loop_count; i++)
        if (!(f->batch >> f->item.ranks[i] & 1u) && f->item.ranks[i] > f->item.ranks[i + 1] &&
            change_places(f, i))
            return false;
    return true;
}

// Floors of a member that few nodes give say little of one that sees windows: it is likely to take what it
// takes without them, as often as it has more operations, and what passes the outermost stores more often.
static void find_likely(finder *f, const aug_problem *const *seen, const aug_group_floor *floors,
                        const double *passing_pj) {
    const aug_group_prefix none = {0};
    f->item.likely_energy_pj = f->item.likely_cycles = 0.0;
    for (int e = 0; e < f->group->member_count; e++) {
        const aug_problem *own = f->group->members[e];
        const aug_group_least *least = aug_group_least_of(f->leasts, f->group, e, own, f->item.homes);
        aug_group_floor once = aug_group_floor_of(f->group, &none, e, own, least);
        double once_pj = aug_group_passing_of(f->group, &none, e, own).energy_pj;
        double times = (double)seen[e]->operations / (double)own->operations;
        f->item.likely_energy_pj +=
            fmax(floors[e].energy_pj, once.energy_pj * times + passing_pj[e] - once_pj);
        f->item.likely_cycles += fmax(floors[e].cycles, once.cycles * times);
    }
}

// Members may take turns, or overlap. False where they may do neither.
static bool allow_pipe(finder *f, const aug_group_prefix *prefix, const aug_problem *const *seen,
                       const aug_group_floor *floors) {
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_pipe pipe;
    bool must = aug_group_must_overlap(f->group);
    f->item.likely_best_cycles = f->item.likely_cycles;
    if (!aug_group_pipe_init(f->group, prefix, seen, &pipe) || !aug_group_pipe_prefix_fits(&pipe, prefix))
        return !must;
    for (int e = 0; e < f->group->member_count; e++)
        loads[e] = aug_group_floor_load(&floors[e]);
    double cycles = aug_group_pipe_cycles(&pipe, loads, NULL);
    if (cycles >= f->item.cycles && !must)
        return true;
    f->item.likely_best_cycles *= cycles / f->item.cycles;
    f->item.cycles = cycles;
    return true;
}

static void add_item(finder *f) {
    aug_group_prefixes *out = f->out;
    if (out->count == MOST_ITEMS) {
        out->truncated = true;
        return;
    }
    if (out->count == out->capacity)
        out->items = aug_arena_grow(f->arena, out->items, out->count, &out->capacity, sizeof *out->items);
    out->items[out->count++] = f->item;
}

static void put(finder *f) {
    aug_group_prefixes *out = f->out;
    aug_group_prefix prefix;
    if (!is_in_order(f))
        return;
    aug_group_prefix_build(f->group, &out->places, &f->item, &prefix);
    if (!aug_group_prefix_fits(f->group, &prefix))
        return;
    const aug_group_least *leasts[AUG_GROUP_MEMBERS];
    const aug_problem *seen[AUG_GROUP_MEMBERS];
    aug_group_floor floors[AUG_GROUP_MEMBERS];
    double passing_pj[AUG_GROUP_MEMBERS];
    f->item.passing_pj = 0.0;
    for (int e = 0; e < f->group->member_count; e++) {
        seen[e] = aug_group_seen(f->sights, f->group, &prefix, e);
        if (!seen[e])
            return;
        leasts[e] = aug_group_least_below(f->leasts, f->sights, f->perfect, f->group, &prefix, e, seen[e],
                                          f->item.homes);
        passing_pj[e] = aug_group_passing_of(f->group, &prefix, e, seen[e]).energy_pj;
        f->item.passing_pj += passing_pj[e];
    }
    aug_group_floor all = aug_group_floors(f->group, &prefix, f->perfect, seen, leasts, floors);
    f->item.energy_pj = f->item.likely_energy_pj = all.energy_pj;
    f->item.cycles = f->item.likely_cycles = all.cycles;
    if (f->group->windowed)
        find_likely(f, seen, floors, passing_pj);
    if (!allow_pipe(f, &prefix, seen, floors))
        return;
    out->least_pj = fmin(out->least_pj, f->item.energy_pj);
    out->least_cycles = fmin(out->least_cycles, f->item.cycles);
    if (!aug_group_front_allows(f->known, f->item.energy_pj, f->item.cycles))
        return;
    f->item.number = out->found++;
    if (f->visit)
        f->visit(f->context, &f->item);
    else
        add_item(f);
}

// Whether stores between these loops can make anything of interest; their floor.
static bool may_matter(finder *f) {
    unsigned good[AUG_GROUP_PLACES] = {0};
    double held[AUG_PROBLEM_MEMORIES];
    if (!aug_group_glance_held(&f->glance, &f->item, held))
        return false;
    for (int i = 0; i < f->out->places.count; i++)
        for (int loop = 0; loop < f->item.loop_count; loop++)
            good[i] |= (unsigned)is_good_place(f, f->out->places.at[i].tensor, loop) << loop;
    const aug_group_floor all =
        aug_group_glance_floor(&f->glance, &f->out->places, good, held, f->leasts, &f->item);
    f->out->least_pj = fmin(f->out->least_pj, all.energy_pj);
    f->out->least_cycles = fmin(f->out->least_cycles, all.cycles);
    f->item.energy_pj = f->item.likely_energy_pj = all.energy_pj;
    f->item.cycles = f->item.likely_cycles = f->item.likely_best_cycles = all.cycles;
    return aug_group_front_allows(f->known, all.energy_pj, all.cycles);
}

// Loops and homes of which a glance tells something: their stores are chosen when it is their turn.
static void put_open(finder *f) {
    memset(f->item.at, -1, sizeof f->item.at);
    if (!may_matter(f))
        return;
    f->item.is_open = true;
    f->item.number = f->out->found++;
    add_item(f);
    f->item.is_open = false;
}

// Whatever else the prefix has, its loops over windows are these.
static void put_least(finder *f) {
    const aug_group_prefix none = {0};
    aug_group_prefix prefix;
    aug_group_prefix_build(f->group, &f->out->places, &f->item, &prefix);
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < f->group->member_count; e++) {
        const aug_problem *seen = aug_group_seen(f->sights, f->group, &prefix, e);
        if (!seen)
            return;
        const aug_group_least *least = aug_group_least_below(f->leasts, f->sights, f->perfect, f->group,
                                                             &prefix, e, seen, f->item.homes);
        aug_group_floor floor = aug_group_floor_of(f->group, &none, e, seen, least);
        point.energy_pj += floor.energy_pj;
        loads[e] = aug_group_floor_load(&floor);
    }
    point.cycles = aug_group_units_cycles(f->group, loads);
    aug_group_front_add(f->open, point);
}

// Whether there is room for one more store above a loop, as far as a glance tells; its bits.
static bool has_room(const finder *f, const aug_group_place *place, int loop, double *bits) {
    *bits = 0.0;
    if (!f->glance.applies)
        return true;
    *bits = aug_group_glance_bits(&f->glance, &f->item, place->memory, place->tensor, loop);
    return aug_group_glance_has_room(&f->glance, place->memory, f->held[place->memory] + *bits);
}

// Every way to place stores, from place `at` on; memories of a tensor go inwards.
static void choose_stores(finder *f, int at) {
    const aug_group_prefixes *out = f->out;
    if (out->truncated)
        return;
    if (at == out->places.count) {
        put(f);
        return;
    }
    int from = 0;
    for (int i = 0; i < at; i++)
        if (out->places.at[i].tensor == out->places.at[at].tensor && f->item.at[i] >= 0)
            from = f->item.at[i];
    f->item.at[at] = -1;
    choose_stores(f, at + 1);
    for (int loop = from; loop < f->item.loop_count; loop++) {
        const aug_group_place *place = &out->places.at[at];
        double bits;
        if (!is_good_place(f, place->tensor, loop) || !has_room(f, place, loop, &bits))
            continue;
        f->item.at[at] = (int8_t)loop;
        f->held[place->memory] += bits;
        choose_stores(f, at + 1);
        f->held[place->memory] -= bits;
    }
    f->item.at[at] = -1;
}

static void choose_homes(finder *f, int tensor) {
    while (tensor < f->group->tensor_count && !(f->group->intermediates >> tensor & 1u))
        tensor++;
    if (tensor >= f->group->tensor_count && f->open) {
        put_least(f);
        return;
    }
    if (tensor >= f->group->tensor_count) {
        f->placeable = placeable(f, &f->by_rule);
        if (f->glance.applies)
            put_open(f);
        else
            choose_stores(f, 0);
        return;
    }
    for (int m = 0; m < f->group->members[0]->memory_count; m++)
        if (aug_group_may_be_home(f->group, m, tensor)) {
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

// Windows that are made anew are all whole.
static bool may_cut(const finder *f, int rank, aug_count tile, aug_group_halo halo) {
    return halo != AUG_HALO_RECOMPUTE || f->group->sizes[rank] % tile == 0;
}

// Whether a loop before cuts the same rank of a member, as p and q of O[p,q] += T[p+q] do.
static bool is_cut(const finder *f, int rank) {
    for (int i = 0; i < f->item.loop_count; i++)
        for (int e = 0; e < f->group->member_count; e++)
            if (f->group->rank_of[e][f->item.ranks[i]] == f->group->rank_of[e][rank])
                return true;
    return false;
}

static void choose_loops(finder *f, unsigned left);

static void choose_tile(finder *f, int rank, unsigned left) {
    int at = f->item.loop_count++;
    bool windowed = f->group->windowed >> rank & 1u;
    aug_group_halo first = windowed ? AUG_HALO_RETAIN : AUG_HALO_NONE,
                   last = windowed ? AUG_HALO_RECOMPUTE : AUG_HALO_NONE;
    f->item.ranks[at] = (int8_t)rank;
    for (int i = 0; i < f->tiles[rank].count; i++)
        for (aug_group_halo halo = first; halo <= last; halo++) {
            f->item.tiles[at] = f->tiles[rank].at[i];
            f->item.halos[at] = (int8_t)halo;
            if (may_cut(f, rank, f->tiles[rank].at[i], halo))
                choose_loops(f, left);
        }
    f->item.loop_count--;
}

static void take_one_by_one(finder *f, unsigned left) {
    int rank = 0, at = f->item.loop_count++;
    while (!(f->batch & left & 1u << rank))
        rank++;
    f->item.ranks[at] = (int8_t)rank;
    f->item.tiles[at] = 1;
    f->item.halos[at] = AUG_HALO_NONE;
    choose_loops(f, left & ~(1u << rank));
    f->item.loop_count--;
}

static void choose_loops(finder *f, unsigned left) {
    if (f->out->truncated)
        return;
    if (f->batch & left) {
        take_one_by_one(f, left);
        return;
    }
    if (f->depth < 0 || f->item.loop_count == f->depth)
        choose_homes(f, 0);
    if (f->item.loop_count == f->depth)
        return;
    for (int r = 0; r < f->group->rank_count && f->item.loop_count < AUG_GROUP_LOOPS; r++)
        if ((left >> r & 1u) && keeps_running(f, r) && !is_cut(f, r))
            choose_tile(f, r, left & ~(1u << r));
}

void aug_group_prefixes_find(aug_arena *arena, const aug_group *group, bool perfect, int most_loops,
                             const aug_group_front *known, aug_group_leasts *leasts, aug_group_sights *sights,
                             aug_group_prefixes *prefixes) {
    finder *f = AUG_NEW(arena, finder);
    *prefixes = (aug_group_prefixes){
        .group = group, .least_pj = (double)INFINITY, .least_cycles = (double)INFINITY, .finder = f};
    *f = (finder){.arena = arena,
                  .group = group,
                  .known = known,
                  .leasts = leasts,
                  .sights = sights,
                  .perfect = perfect,
                  .out = prefixes};
    memset(f->item.homes, -1, sizeof f->item.homes);
    list_places(group, prefixes);
    list_moves(f);
    aug_group_glance_init(group, &f->glance);
    for (int r = 0; r < group->rank_count; r++)
        if (group->shareable >> r & 1u)
            aug_group_tiles_list(arena, group->sizes[r], perfect, &f->tiles[r]);
    f->batch = known->objective == AUG_OBJECTIVE_ENERGY && !known->breaks_ties ? aug_group_batch(group) : 0;
    // With windows there may be too many: those of few loops come first.
    for (f->depth = group->windowed ? 0 : -1; f->depth <= (group->windowed ? most_loops : -1);
         f->depth++)
        choose_loops(f, group->shareable);
}

void aug_group_prefixes_open(aug_group_prefixes *prefixes, const aug_group_item *item,
                             aug_group_item_visit *visit, void *context) {
    finder *f = prefixes->finder;
    f->item = *item;
    f->item.is_open = false;
    f->visit = visit;
    f->context = context;
    f->placeable = placeable(f, &f->by_rule);
    if (aug_group_glance_held(&f->glance, &f->item, f->held))
        choose_stores(f, 0);
}

// Windowed ranks from `rank` on: each without a loop, or with one of each tile and halo.
static void choose_windows(finder *f, int rank) {
    while (rank < f->group->rank_count && !(f->group->windowed >> rank & 1u))
        rank++;
    if (rank == f->group->rank_count) {
        choose_homes(f, 0);
        return;
    }
    choose_windows(f, rank + 1);
    if (f->item.loop_count == AUG_GROUP_LOOPS || is_cut(f, rank))
        return;
    int at = f->item.loop_count++;
    f->item.ranks[at] = (int8_t)rank;
    for (int i = 0; i < 2 * f->tiles[rank].count; i++) {
        f->item.tiles[at] = f->tiles[rank].at[i / 2];
        f->item.halos[at] = i % 2 ? AUG_HALO_RECOMPUTE : AUG_HALO_RETAIN;
        if (may_cut(f, rank, f->item.tiles[at], (aug_group_halo)f->item.halos[at]))
            choose_windows(f, rank + 1);
    }
    f->item.loop_count--;
}

void aug_group_prefixes_least(aug_arena *arena, const aug_group *group, aug_group_leasts *leasts,
                              aug_group_sights *sights, bool perfect, aug_group_front *open) {
    aug_group_prefixes none = {.group = group};
    finder f = {.arena = arena,
                .group = group,
                .leasts = leasts,
                .sights = sights,
                .perfect = perfect,
                .open = open,
                .out = &none};
    memset(f.item.homes, -1, sizeof f.item.homes);
    for (int r = 0; r < group->rank_count; r++)
        if (group->windowed >> r & 1u)
            aug_group_tiles_list(arena, group->sizes[r], perfect, &f.tiles[r]);
    choose_windows(&f, 0);
}
