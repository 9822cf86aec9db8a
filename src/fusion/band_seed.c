// Bands of one run differ in the sizes of two ranks, so the best way to run one is nearly the best of the
// next. Its loops are those of the other band, with tiles that divide what they cut here. Of a loop over a
// rank of another size either the tile stays, as far as it divides, or the steps do:
//
//     for p:16 of 2048 columns, in a band of 1792:    for p:16, 112 steps; or 128 steps, for p:14
//     for m:128 of 256 rows, in a band of 128:        no loop; or 2 steps, for m:64
//
// All choices for the ranks that differ are looked at. What fits and `cost` prices is a way to run this band,
// whatever it comes from; it says nothing about bounds.
#include "fusion/band_seed.h"

#include "cost/cost.h"
#include "fusion/group_pipe.h"

#include <string.h>

typedef struct aug_band_draft {
    aug_group group;
    aug_group_plan plan;
    aug_mapping nests[AUG_GROUP_MEMBERS];
    aug_cost cost;
} aug_band_draft;

// A plan that is kept, with all that it points at.
typedef struct aug_band_room {
    aug_group_plan plan;
    aug_group group;
    aug_mapping nests[AUG_GROUP_MEMBERS];
} aug_band_room;

aug_band_seeds *aug_band_seeds_new(aug_arena *arena, aug_objective objective) {
    aug_band_seeds *seeds = AUG_NEW(arena, aug_band_seeds);
    seeds->arena = arena;
    for (int i = 0; i < AUG_BAND_SEEDS; i++)
        seeds->fronts[i] = (aug_group_front){.arena = arena, .objective = objective};
    seeds->scratch = aug_cost_scratch_new(arena);
    seeds->draft = AUG_NEW(arena, aug_band_draft);
    return seeds;
}

void aug_band_seeds_start(aug_band_seeds *seeds, const aug_group_chain *chain) {
    seeds->chain = *chain;
    seeds->used = 0;
    for (int i = 0; i < AUG_BAND_SEEDS; i++)
        seeds->fronts[i].count = 0;
}

// ---- Loops

static aug_count common(aug_count a, aug_count b) {
    while (b > 0) {
        aug_count rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// The tile of a loop over what is left of a rank: `there` in the other band, `here` in this one.
static aug_count tile_here(aug_count there, aug_count here, aug_count tile, bool keeps_steps) {
    aug_count steps = there / tile;
    if (keeps_steps && there % tile == 0 && here % steps == 0)
        return here / steps;
    return common(here, tile);
}

// Goes one loop further in. False: it has one step here, so there is no loop.
static bool resize(aug_count *there, aug_count *here, aug_count *tile, bool keeps_steps) {
    aug_count own = tile_here(*there, *here, *tile, keeps_steps);
    bool is_loop = own < *here;
    *there = *tile;
    *here = *tile = own;
    return is_loop;
}

static void put_prefix(const aug_group_plan *from, unsigned keeps_steps, aug_group_plan *to) {
    aug_count there[AUG_GROUP_RANKS], here[AUG_GROUP_RANKS];
    memcpy(there, from->group->sizes, sizeof there);
    memcpy(here, to->group->sizes, sizeof here);
    to->prefix.count = 0;
    for (int i = 0; i < from->prefix.count; i++) {
        aug_group_node node = from->prefix.nodes[i];
        if (!node.is_loop ||
            resize(&there[node.rank], &here[node.rank], &node.tile, keeps_steps >> node.rank & 1u))
            to->prefix.nodes[to->prefix.count++] = node;
    }
}

// Ranks of a member that are these ones of the group.
static unsigned ranks_of(const aug_group *group, int member, unsigned ranks) {
    unsigned own = 0;
    for (int r = 0; r < group->rank_count; r++)
        if ((ranks >> r & 1u) && group->rank_of[member][r] >= 0)
            own |= 1u << group->rank_of[member][r];
    return own;
}

static bool is_loop(const aug_mapping_node *node) {
    return node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR;
}

// Sizes that the loops of a member's prefix leave.
static void leave(const aug_mapping_node *nodes, int count, aug_count *sizes) {
    for (int i = 0; i < count; i++)
        if (is_loop(&nodes[i]))
            sizes[nodes[i].rank] = nodes[i].tile;
}

static bool are_ones(const aug_count *sizes, int count) {
    for (int i = 0; i < count; i++)
        if (sizes[i] != 1)
            return false;
    return true;
}

// False: some loops are missing here. A rank that the prefix cuts to 1 there has none behind it, and may be
// left as more here.
static bool put_nest(const aug_group_plan *from, int member, unsigned keeps_steps, aug_group_plan *to,
                     aug_mapping *nest) {
    const aug_mapping *other = from->nests[member];
    aug_count there[AUG_PROBLEM_RANKS], here[AUG_PROBLEM_RANKS];
    unsigned keeps = ranks_of(to->group, member, keeps_steps);
    memcpy(there, from->problems[member]->sizes, sizeof there);
    memcpy(here, to->group->members[member]->sizes, sizeof here);
    nest->count = aug_group_member_prefix(to->group, &to->prefix, member, nest->nodes);
    leave(nest->nodes, nest->count, here);
    leave(other->nodes, from->prefix_nodes[member], there);
    to->prefix_nodes[member] = nest->count;
    for (int i = from->prefix_nodes[member]; i < other->count; i++) {
        aug_mapping_node node = other->nodes[i];
        if (!is_loop(&node) ||
            resize(&there[node.rank], &here[node.rank], &node.tile, keeps >> node.rank & 1u))
            nest->nodes[nest->count++] = node;
    }
    to->problems[member] = to->group->members[member];
    to->nests[member] = nest;
    return are_ones(here, to->problems[member]->rank_count);
}

// ---- Plans

static bool price(aug_band_seeds *seeds, aug_group_plan *plan) {
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_pipe pipe;
    if (plan->pipelined && !aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe))
        return false;
    bool fits = aug_group_fits(plan);
    plan->energy_pj = plan->cycles = 0.0;
    for (int e = 0; fits && e < plan->group->member_count; e++) {
        aug_cost *cost = &seeds->draft->cost;
        fits = aug_cost_evaluate(plan->problems[e], plan->nests[e], seeds->scratch, cost);
        plan->energy_pj += aug_group_energy(cost->energy_pj);
        plan->cycles += cost->cycles;
        aug_group_load_of(plan->problems[e], cost, &loads[e]);
    }
    if (fits && plan->pipelined)
        plan->cycles = aug_group_pipe_cycles(&pipe, loads, NULL);
    return fits;
}

// Room for one more plan, left by another band where there is some.
static aug_band_room *next_room(aug_band_seeds *seeds) {
    if (seeds->used < seeds->room_count)
        return seeds->rooms[seeds->used++];
    if (seeds->room_count == seeds->room_capacity)
        seeds->rooms = aug_arena_grow(seeds->arena, seeds->rooms, seeds->room_count, &seeds->room_capacity,
                                      sizeof *seeds->rooms);
    seeds->used++;
    return seeds->rooms[seeds->room_count++] = AUG_NEW(seeds->arena, aug_band_room);
}

static const aug_group_plan *keep(aug_band_seeds *seeds, const aug_group_plan *draft) {
    aug_band_room *room = next_room(seeds);
    room->group = *draft->group;
    room->plan = *draft;
    room->plan.group = &room->group;
    for (int e = 0; e < room->group.member_count; e++) {
        room->nests[e] = *draft->nests[e];
        room->plan.nests[e] = &room->nests[e];
    }
    return &room->plan;
}

static void add_one(aug_band_seeds *seeds, const aug_group_plan *from, unsigned keeps_steps) {
    aug_band_draft *draft = seeds->draft;
    aug_group_plan *to = &draft->plan;
    int count = from->group->member_count;
    *to = (aug_group_plan){.group = &draft->group, .first = from->first, .pipelined = from->pipelined};
    put_prefix(from, keeps_steps, to);
    for (int e = 0; e < count; e++)
        if (!put_nest(from, e, keeps_steps, to, &draft->nests[e]))
            return;
    aug_group_front *front = &seeds->fronts[from->first * AUG_GROUP_MEMBERS + count - 1];
    if (price(seeds, to) && aug_group_front_wants(front, to->energy_pj, to->cycles))
        aug_group_front_add(front, (aug_group_point){to->energy_pj, to->cycles, keep(seeds, to)});
}

// Ranks of another size here.
static unsigned resized(const aug_group *there, const aug_group *here) {
    unsigned ranks = 0;
    for (int r = 0; r < here->rank_count; r++)
        for (int e = 0; e < here->member_count; e++) {
            int own = here->rank_of[e][r];
            if (own >= 0 && there->members[e]->sizes[own] != here->members[e]->sizes[own])
                ranks |= 1u << r;
        }
    return ranks;
}

void aug_band_seeds_add(aug_band_seeds *seeds, const aug_group_plan *last) {
    const aug_group_chain *chain = &seeds->chain;
    for (const aug_group_plan *from = last; from; from = from->before) {
        aug_group *group = &seeds->draft->group;
        int count = from->group->member_count;
        if (count == 1 || from->group->windowed ||
            !aug_group_init(chain->members, chain->count, from->first, count, chain->running, group) ||
            group->windowed || group->shareable != from->group->shareable)
            continue;
        group->overlap = chain->overlap;
        unsigned all = resized(from->group, group), some = 0;
        do {
            add_one(seeds, from, some);
            some = (some - all) & all; // the next subset
        } while (some);
    }
}

int aug_band_seeds_offer(const aug_band_seeds *seeds, aug_group_offer *offers) {
    int count = 0;
    for (int i = 0; i < AUG_BAND_SEEDS; i++)
        if (seeds->fronts[i].count > 0)
            offers[count++] = (aug_group_offer){.first = i / AUG_GROUP_MEMBERS,
                                                .count = i % AUG_GROUP_MEMBERS + 1,
                                                .point_count = seeds->fronts[i].count,
                                                .points = seeds->fronts[i].points};
    return count;
}
