#include "mapper/keeping.h"

#include <string.h>

// Memories of the prefix come first in the chain of a tensor; -1: none.
static int deepest_of_prefix(const aug_mapper_options *options, int tensor) {
    int deepest = -1;
    for (int i = 0; i < options->prefix_count; i++)
        if (options->prefix[i].kind == AUG_MAPPING_STORE && (options->prefix[i].tensors >> tensor & 1))
            deepest = options->prefix[i].memory;
    return deepest;
}

static void start_chains(const aug_space *space, const aug_mapper_options *options, aug_keeping *keeping) {
    memset(keeping, 0, sizeof *keeping);
    keeping->only = -1;
    for (int t = 0; t < space->tensor_count; t++) {
        for (int i = 0; i < options->prefix_count; i++)
            if (options->prefix[i].kind == AUG_MAPPING_STORE && (options->prefix[i].tensors >> t & 1))
                keeping->chain[t][keeping->chain_count[t]++] = options->prefix[i].memory;
        if (keeping->chain_count[t] == 0)
            keeping->chain[t][keeping->chain_count[t]++] = space->home[t];
        for (int i = 0; i < keeping->chain_count[t]; i++)
            keeping->kept[keeping->chain[t][i]] |= 1u << t;
    }
}

static void set_segments(const aug_space *space, aug_keeping *keeping) {
    int merged[AUG_SPACE_SEGMENTS + 1] = {0}, at = 0;
    for (int s = 0; s < space->segment_count; s++) {
        merged[s] = at;
        at += !(keeping->idle >> s & 1);
    }
    keeping->segment_count = merged[space->segment_count - 1] + 1;
    for (int m = 0; m < space->memory_count; m++)
        keeping->segment[m] = merged[space->memories[m].segment];
}

typedef struct choice {
    const aug_space *space;
    const aug_mapper_options *options;
    unsigned free[AUG_PROBLEM_MEMORIES], forced[AUG_PROBLEM_MEMORIES]; // what a memory may keep, has to keep
    aug_keepings *out;
} choice;

static void put(const choice *c, const unsigned *kept, unsigned idle) {
    aug_keeping *keeping = c->out->at ? &c->out->at[c->out->count] : NULL;
    c->out->count++;
    if (!keeping)
        return;
    start_chains(c->space, c->options, keeping);
    for (int m = 0; m < c->space->memory_count; m++)
        for (int t = 0; t < c->space->tensor_count; t++)
            if (kept[m] >> t & 1) {
                keeping->kept[m] |= 1u << t;
                keeping->chain[t][keeping->chain_count[t]++] = m;
            }
    keeping->idle = idle;
    set_segments(c->space, keeping);
}

// An array is left idle for the sake of stores on both sides of it that can change places then.
static void put_idle(const choice *c, const unsigned *kept) {
    const aug_space *space = c->space;
    unsigned between = 0;
    for (int s = 0; s + 1 < space->segment_count; s++) {
        bool outer = false, inner = false;
        for (int m = 0; m < space->memory_count; m++) {
            outer |= kept[m] && space->memories[m].segment <= s;
            inner |= kept[m] && space->memories[m].segment > s;
        }
        between |= (unsigned)(outer && inner) << s;
    }
    for (unsigned idle = between;; idle = (idle - 1) & between) {
        put(c, kept, idle);
        if (!idle)
            break;
    }
}

static void choose(const choice *c, int memory, unsigned *kept) {
    if (memory == c->space->memory_count) {
        put_idle(c, kept);
        return;
    }
    unsigned open = c->free[memory] & ~c->forced[memory];
    for (unsigned set = open;; set = (set - 1) & open) {
        kept[memory] = set | c->forced[memory];
        choose(c, memory + 1, kept);
        if (!set)
            break;
    }
}

void aug_keepings_init(aug_arena *arena, const aug_space *space, const aug_mapper_options *options,
                       aug_keepings *keepings) {
    choice c = {.space = space, .options = options, .out = keepings};
    aug_keeping homes;
    start_chains(space, options, &homes);
    for (int m = 0; m < space->memory_count; m++)
        for (int t = 0; t < space->tensor_count; t++) {
            int outer = deepest_of_prefix(options, t);
            outer = outer < 0 ? space->home[t] : outer;
            if (m <= outer)
                continue;
            c.free[m] |= space->memories[m].may & 1u << t;
            c.forced[m] |= space->memories[m].must & 1u << t;
        }
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    *keepings = (aug_keepings){0};
    choose(&c, 0, kept);
    keepings->at = AUG_NEW_ARRAY(arena, aug_keeping, (size_t)(keepings->count ? keepings->count : 1));
    keepings->count = 0;
    choose(&c, 0, kept);
}

// Where the chain of a tensor enters a part: the place of its first memory that counts; chain_count: compute.
static int first_counted(const aug_space *space, const aug_keeping *all, const aug_keeping *only,
                         int tensor) {
    for (int i = 1; i < all->chain_count[tensor]; i++)
        if (aug_keeping_counts(space, only, all->chain[tensor][i]))
            return i;
    return aug_keeping_counts(space, only, space->memory_count) ? all->chain_count[tensor] : -1;
}

void aug_keeping_only(const aug_space *space, const aug_keeping *all, int part, aug_keeping *only) {
    *only = *all;
    only->ways = NULL;
    only->only = part;
    if (part > space->memory_count) // stores of the tail stand in their own segments
        only->idle = 0;
    memset(only->floors, 0, sizeof only->floors);
    memset(only->tails, 0, sizeof only->tails);
    for (int m = 0; m < space->memory_count; m++)
        only->kept[m] = aug_keeping_counts(space, only, m) ? all->kept[m] : 0;
    for (int t = 0; t < space->tensor_count; t++) {
        int first = first_counted(space, all, only, t);
        only->chain_count[t] = 1;
        only->chain[t][0] = all->chain[t][first > 0 ? first - 1 : 0];
        for (int i = first; first > 0 && i < all->chain_count[t]; i++)
            if (aug_keeping_counts(space, only, all->chain[t][i]))
                only->chain[t][only->chain_count[t]++] = all->chain[t][i];
    }
    set_segments(space, only);
}
