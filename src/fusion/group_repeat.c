// What comes again at each step of the innermost shared loops, for there is no room to keep it.
//
// A tensor that the innermost shared loops do not move may stay in place over them (group_cost.c): whole, in
// one memory, all of its tile, beside the stores of the prefix and what others leave there. If it does not, a
// loop of the branch moves it, and all of its tile comes again at each step of those loops:
//
//     words that come again = words x steps of shared loops outside that leave it in place x (steps of the
//                             innermost ones - 1)
//
// Example: `for h:1 for m:512 for p:16` of a head of 2048 x 128: Q[h,m,e] and O[h,m,f] have tiles of 65,536
// words. Two memories of 65,536 words can hold both whole only if nothing else is there; a tile of scores in
// the one is enough for Q or O to come 128 times.
//
// Of shared ranks whose last tile is short only the full ones count. Short tiles leave instances inside
// arrays idle, which keep what they hold: where tiles need not divide, what such memories hold at most is
// taken off. All choices of what stays where are tried, and the cheapest counts.
#include "fusion/group_repeat.h"

#include <math.h>
#include <string.h>

enum { MOST_REPEATS = 6 };

// A tensor of a member that may stay.
typedef struct repeat {
    int member, tensor;
    double words, tile; // that come again if none stays; of its tile
    bool stays;         // in the choice that is looked at
} repeat;

typedef struct choice {
    const aug_group *group;
    const aug_group_prefix *prefix;
    const aug_problem *const *seen;
    const aug_group_least *const *leasts;
    bool perfect;
    int only; // a member by itself; -1: all
    int count;
    repeat at[MOST_REPEATS];
    double room[AUG_PROBLEM_MEMORIES]; // bits, of all instances
    aug_group_passing passing[AUG_GROUP_MEMBERS];
    aug_group_floor best;
} choice;

static bool has_second_store(const aug_group_prefix *prefix, int tensor) {
    int stores = 0;
    for (int i = 0; i < prefix->count; i++)
        stores += !prefix->nodes[i].is_loop && (prefix->nodes[i].tensors >> tensor & 1u);
    return stores > 1;
}

// Steps of loops that do not move a tensor: outside of the innermost one that does, and inside.
static void count_steps(const aug_group *group, const aug_group_prefix *prefix, repeat *of) {
    double outside = 1.0, inside = 1.0, full = 1.0;
    for (int i = 0; i < prefix->count; i++) {
        const aug_group_node *node = &prefix->nodes[i];
        if (!node->is_loop)
            continue;
        aug_count size = group->sizes[node->rank], whole = size / node->tile;
        if (!aug_group_moves(group, of->tensor, node->rank)) {
            inside *= (double)(whole + (size % node->tile != 0));
            continue;
        }
        outside *= inside;
        inside = 1.0;
        full *= (double)(whole * node->tile) / (double)size;
    }
    of->words *= full * outside * (inside - 1.0);
}

static void find_repeats(const aug_group_prefix *prefix, choice *c) {
    const aug_group *group = c->group;
    for (int e = 0; e < group->member_count && !group->windowed; e++)
        for (int t = 0; t < group->tensor_count; t++) {
            int own = group->tensor_of[e][t];
            if (own < 0 || (group->intermediates >> t & 1u) || !aug_group_is_plain(group, t) ||
                has_second_store(prefix, t) || c->count == MOST_REPEATS)
                continue;
            const aug_problem *p = group->members[e];
            repeat *of = &c->at[c->count];
            *of = (repeat){.member = e, .tensor = t};
            of->words = (double)aug_tensor_words(&p->tensors[own], p->sizes);
            of->tile = (double)aug_group_tile_words(group, prefix, prefix->count, t);
            count_steps(group, prefix, of);
            c->count += of->words > 0.0;
        }
}

static void find_room(const aug_group_prefix *prefix, choice *c) {
    const aug_problem *p = c->group->members[0];
    for (int m = 0; m < p->memory_count; m++)
        c->room[m] = p->memories[m].capacity_bits / (double)p->memories[m].buffers *
                     (double)p->memories[m].instances * (1.0 + 1e-12);
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < c->group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                c->room[prefix->nodes[i].memory] -= (double)aug_group_tile_words(c->group, prefix, i, t) *
                                                    aug_group_word_bits(c->group, prefix->nodes[i].memory, t);
}

// Whether a memory may keep a tensor inside of its outermost store.
static bool may_stay(const choice *c, const repeat *of, int memory) {
    const aug_problem *p = c->group->members[of->member];
    int own = c->group->tensor_of[of->member][of->tensor];
    return memory > aug_group_home(c->group, of->tensor) && !(p->memories[memory].never >> own & 1u);
}

static double bits_in(const choice *c, const repeat *of, int memory) {
    return c->group->members[of->member]->memories[memory].bits[c->group->tensor_of[of->member][of->tensor]];
}

// The part of a tile that instances which short tiles leave idle may still hold.
static double part_held(const choice *c, const repeat *of) {
    const aug_problem *p = c->group->members[of->member];
    double most = 0.0;
    for (int m = 0; m < p->memory_count && !c->perfect; m++)
        if (p->memories[m].axes_above > 0 && may_stay(c, of, m) && c->room[m] > 0.0)
            most = fmax(most, c->room[m] / bits_in(c, of, m));
    return fmin(1.0, most / of->tile);
}

// What members cost where it is known what stays.
static void look(choice *c) {
    aug_group_passing passing[AUG_GROUP_MEMBERS];
    aug_group_floor sum = {.energy_pj = 0.0};
    for (int e = 0; e < c->group->member_count; e++)
        passing[e] = c->passing[e];
    for (int i = 0; i < c->count; i++) {
        const repeat *of = &c->at[i];
        if (of->stays || (c->only >= 0 && of->member != c->only))
            continue;
        int own = c->group->tensor_of[of->member][of->tensor];
        bool writes = c->group->members[of->member]->tensors[own].is_output;
        double words = of->words * (1.0 - part_held(c, of));
        aug_group_pass_words(c->group, of->member, of->tensor, words, writes ? words : 0.0,
                             &passing[of->member]);
    }
    for (int e = 0; e < c->group->member_count; e++) {
        if (c->only >= 0 && e != c->only)
            continue;
        aug_group_floor floor =
            aug_group_floor_with(c->group, c->prefix, e, c->seen[e], c->leasts[e], &passing[e]);
        sum.energy_pj += floor.energy_pj;
        sum.cycles += floor.cycles;
    }
    c->best.energy_pj = fmin(c->best.energy_pj, sum.energy_pj);
    c->best.cycles = fmin(c->best.cycles, sum.cycles);
}

static void choose(choice *c, int index) {
    if (index == c->count) {
        look(c);
        return;
    }
    repeat *of = &c->at[index];
    if (c->only >= 0 && of->member != c->only) {
        choose(c, index + 1);
        return;
    }
    const aug_problem *p = c->group->members[of->member];
    of->stays = true;
    for (int m = 0; m < p->memory_count; m++) {
        double bits = of->tile * bits_in(c, of, m);
        if (!may_stay(c, of, m) || bits > c->room[m])
            continue;
        c->room[m] -= bits;
        choose(c, index + 1);
        c->room[m] += bits;
    }
    of->stays = false;
    choose(c, index + 1);
}

static aug_group_floor least_of(choice *c, int only) {
    c->only = only;
    c->best = (aug_group_floor){.energy_pj = (double)INFINITY, .cycles = (double)INFINITY};
    choose(c, 0);
    return c->best;
}

aug_group_floor aug_group_floors(const aug_group *group, const aug_group_prefix *prefix, bool perfect,
                                 const aug_problem *const *seen, const aug_group_least *const *leasts,
                                 aug_group_floor *floors) {
    choice c = {.group = group, .prefix = prefix, .seen = seen, .leasts = leasts, .perfect = perfect};
    find_repeats(prefix, &c);
    if (c.count > 0)
        find_room(prefix, &c);
    for (int e = 0; e < group->member_count; e++)
        c.passing[e] = aug_group_passing_of(group, prefix, e, seen[e]);
    for (int e = 0; e < group->member_count; e++) {
        aug_group_floor once = aug_group_floor_with(group, prefix, e, seen[e], leasts[e], &c.passing[e]);
        floors[e] = least_of(&c, e);
        memcpy(floors[e].port_cycles, once.port_cycles, sizeof once.port_cycles);
    }
    return least_of(&c, -1);
}
