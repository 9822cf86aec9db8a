// The tile of a tensor is its size divided by what loops over its ranks cut, and what comes to its outermost
// store is that size times the steps of loops that stand outside of its innermost one and do not move it
// (group_floor.c). So a few products tell what fits, and how often a tensor comes at least if its store
// stands where it is best by itself: above the outermost loop where it may stand and has room beside the
// homes, for loops that are not above it do not count.
//
// Example: `for h:1 for m:256 for p:16`, K[h,p,e] of 32 x 2048 x 128 in a buffer of 65,536 words. Above m
// there are 262,144 words of K, which do not fit, so all of K comes 8 times; 65,536 words of 512 x 128 would.
#include "fusion/group_glance.h"

static bool is_simple(const aug_group *group) {
    bool simple = !group->windowed;
    for (int t = 0; t < group->tensor_count; t++)
        simple &= aug_group_is_plain(group, t);
    for (int e = 0; e < group->member_count; e++)
        for (int r = 0; r < group->rank_count; r++)
            simple &= !(group->shareable >> r & 1u) ||
                      (group->rank_of[e][r] >= 0 && group->stride[e][r] == 1 && group->halo[e][r] == 0);
    return simple;
}

void aug_group_glance_init(const aug_group *group, aug_group_glance *glance) {
    const aug_group_prefix none = {0};
    *glance = (aug_group_glance){.group = group, .applies = is_simple(group)};
    for (int t = 0; t < group->tensor_count && glance->applies; t++) {
        glance->words[t] = (double)aug_group_tile_words(group, &none, 0, t);
        glance->home[t] = aug_group_home(group, t);
        for (int m = 0; m < group->members[0]->memory_count; m++)
            glance->bits[m][t] = aug_group_word_bits(group, m, t);
        for (int r = 0; r < group->rank_count; r++)
            glance->moved[r] |= (unsigned)aug_group_moves(group, t, r) << t;
    }
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        const aug_problem_memory *memory = &group->members[0]->memories[m];
        glance->room[m] = memory->capacity_bits / (double)memory->buffers;
    }
}

// Words of a tensor below so many loops.
static double tile_words(const aug_group_glance *g, const aug_group_item *item, int tensor, int loops) {
    double words = g->words[tensor];
    for (int i = 0; i < loops; i++)
        if (g->moved[item->ranks[i]] >> tensor & 1u)
            words = words / (double)g->group->sizes[item->ranks[i]] * (double)item->tiles[i];
    return words;
}

double aug_group_glance_bits(const aug_group_glance *g, const aug_group_item *item, int memory, int tensor, int loops) {
    return g->bits[memory][tensor] * tile_words(g, item, tensor, loops);
}

// Sizes are divided before they are multiplied.
bool aug_group_glance_has_room(const aug_group_glance *g, int memory, double bits) {
    return bits <= g->room[memory] * (1.0 + 1e-12);
}

bool aug_group_glance_held(const aug_group_glance *g, const aug_group_item *item, double *held) {
    int count = g->group->members[0]->memory_count;
    for (int m = 0; m < count; m++)
        held[m] = 0.0;
    for (int t = 0; t < g->group->tensor_count; t++) {
        bool passes = g->group->intermediates >> t & 1u;
        int home = passes ? item->homes[t] : g->home[t];
        if (home >= 0)
            held[home] += aug_group_glance_bits(g, item, home, t, passes ? item->loop_count : 0);
    }
    for (int m = 0; m < count; m++)
        if (!aug_group_glance_has_room(g, m, held[m]))
            return false;
    return true;
}

// Loops above the best store of a tensor by itself.
static int best_depth(const aug_group_glance *g, const aug_group_places *places, const aug_group_item *item,
                      const unsigned *good, const double *held, int tensor) {
    int best = item->loop_count;
    for (int i = 0; i < places->count; i++) {
        int m = places->at[i].memory;
        for (int loop = 0; places->at[i].tensor == tensor && loop < best; loop++)
            if ((good[i] >> loop & 1u) &&
                aug_group_glance_has_room(g, m, held[m] + aug_group_glance_bits(g, item, m, tensor, loop)))
                best = loop;
    }
    return best;
}

// How often a tensor comes when its next store has so many loops above it.
static double times(const aug_group_glance *g, const aug_group_item *item, int tensor, int depth) {
    double steps = 1.0, outside = 1.0;
    for (int i = 0; i < depth; i++) {
        aug_count size = g->group->sizes[item->ranks[i]], tile = item->tiles[i];
        if (g->moved[item->ranks[i]] >> tensor & 1u)
            steps = outside;
        else
            outside *= (double)(size / tile + (size % tile != 0));
    }
    return steps;
}

// What passes the outermost stores of a member at least.
static aug_group_passing passing_of(const aug_group_glance *g, const aug_group_places *places,
                                    const aug_group_item *item, const unsigned *good, const double *held,
                                    int member) {
    aug_group_passing passing = {0.0, 0.0, 0.0};
    for (int t = 0; t < g->group->tensor_count; t++) {
        int own = g->group->tensor_of[member][t];
        if (own < 0 || (g->group->intermediates >> t & 1u))
            continue;
        const aug_problem_tensor *of = &g->group->members[member]->tensors[own];
        double write = 0.0,
               read = g->words[t] * times(g, item, t, best_depth(g, places, item, good, held, t));
        if (of->is_output) {
            write = read;
            read = of->accumulates ? write : write - g->words[t];
        }
        aug_group_pass_words(g->group, member, t, read, write, &passing);
    }
    return passing;
}

aug_group_floor aug_group_glance_floor(const aug_group_glance *g, const aug_group_places *places,
                                       const unsigned *good, const double *held, aug_group_leasts *leasts,
                                       aug_group_item *item) {
    const aug_group_prefix none = {0};
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_floor all = {0};
    item->passing_pj = 0.0;
    for (int e = 0; e < g->group->member_count; e++) {
        const aug_problem *member = g->group->members[e];
        const aug_group_least *least = aug_group_least_of(leasts, g->group, e, member, item->homes);
        const aug_group_passing passing = passing_of(g, places, item, good, held, e);
        aug_group_floor floor = aug_group_floor_with(g->group, &none, e, member, least, &passing);
        all.energy_pj += floor.energy_pj;
        loads[e] = aug_group_floor_load(&floor);
        item->passing_pj += passing.energy_pj;
    }
    all.cycles = aug_group_units_cycles(g->group, loads);
    return all;
}
