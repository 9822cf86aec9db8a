#include "mapper/array_ways.h"

#include "mapper/diagonal.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WAYS = 2048 };

void aug_array_ways_init(aug_arena *arena, const aug_space *space, const aug_spreads *spreads,
                         aug_array_ways *ways) {
    size_t most = spreads->count < MOST_WAYS ? (size_t)spreads->count : MOST_WAYS;
    *ways = (aug_array_ways){.spreads = spreads};
    ways->way = AUG_NEW_ARRAY(arena, int, most + 1);
    ways->price = AUG_NEW_ARRAY(arena, aug_wide, most + 1);
    ways->mask = AUG_NEW_ARRAY(arena, uint64_t, (size_t)spreads->words);
    ways->estimates = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    for (int r = 0; r < space->rank_count; r++)
        ways->fits[r] = AUG_NEW_ARRAY(arena, uint64_t, (size_t)space->classes[r].count * (most / 64 + 1));
}

// ---- Prices

// What compute reads of one tensor, as far as the way to fill the array decides on it.
typedef struct operand {
    bool through;    // the array
    aug_count outer; // steps in space of arrays between its memory and this one, all of which may share
    aug_count apart; // instances of all arrays outside
} operand;

static aug_count fan_of(const aug_space *space, const aug_keeping *keeping, int from, int to) {
    aug_count fan = 1;
    for (int g = 0; g < space->group_count; g++)
        if (space->groups[g].segment >= from && space->groups[g].segment < to &&
            !(keeping->idle >> space->groups[g].segment & 1))
            fan *= space->groups[g].fan;
    return fan;
}

static operand operand_of(const aug_space *space, const aug_keeping *keeping, int tensor, int segment) {
    int own = space->memories[keeping->chain[tensor][keeping->chain_count[tensor] - 1]].segment;
    return (operand){.through = own <= segment,
                     .outer = own < segment ? fan_of(space, keeping, own, segment) : 1,
                     .apart = fan_of(space, keeping, 0, own <= segment ? segment : space->segment_count)};
}

static aug_wide price_of(const aug_space *space, const aug_keeping *keeping, int tensor, const operand *of,
                         const aug_axis_group *group, const aug_spread *way) {
    int memory = keeping->chain[tensor][keeping->chain_count[tensor] - 1];
    unsigned ranks = space->tensors[tensor].ranks, sliding = ranks & ~space->tensors[tensor].direct;
    aug_count copies = 1, slid = 1;
    for (int r = 0; r < space->rank_count; r++) {
        copies *= ranks >> r & 1 ? 1 : way->steps[r];
        slid *= sliding >> r & 1 ? way->steps[r] : 1;
    }
    bool down = of->through && (group->multicast >> tensor & 1),
         up = of->through && (group->reduce >> tensor & 1);
    aug_sharers by = {.down = of->outer, .up = of->outer, .slid = 1, .different = 1};
    by.down *= down ? copies : 1;
    by.up *= up ? copies : 1;
    if (down && of->outer > 1)
        by.down *= slid;
    else if (down)
        by = (aug_sharers){by.down, by.up, slid, aug_diagonal_different(space, tensor, way->steps)};
    aug_count first = space->tensors[tensor].words * of->apart * (of->through ? copies : 1);
    aug_edge_words words = aug_edge_count(space, tensor, space->problem->operations, first, by, true);
    return aug_edge_price(space, tensor, memory, -1, &words);
}

// About the same for all ways at once.
AUG_VECTORS static void estimate(const aug_spreads *spreads, const double *reads, double words,
                                 double *sum) {
    for (int i = 0; i < spreads->count; i++)
        sum[i] += words * reads[i];
}

static void estimate_all(const aug_space *space, const aug_keeping *keeping, const operand *of,
                         const aug_axis_group *group, aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    double fixed = 0.0;
    memset(ways->estimates, 0, (size_t)spreads->count * sizeof *ways->estimates);
    for (int t = 0; t < space->tensor_count; t++) {
        const aug_space_memory *from = &space->memories[keeping->chain[t][keeping->chain_count[t] - 1]];
        bool output = space->tensors[t].is_output;
        bool shared = of[t].through && ((output ? group->reduce : group->multicast) >> t & 1);
        double each = (double)from->read[t] + (output ? (double)from->update[t] : 0.0);
        double price = space->operations * each / (double)of[t].outer;
        if (!shared)
            fixed += price;
        else
            estimate(spreads, spreads->reads[!output && of[t].outer > 1][t], price,
                     ways->estimates);
        if (output && !space->tensors[t].accumulates) // no more copies than cells are written first
            fixed -= (double)space->tensors[t].words * (double)of[t].apart * (double)from->read[t] *
                     (shared || !of[t].through ? 1.0 : (double)group->fan);
    }
    for (int i = 0; i < spreads->count; i++)
        ways->estimates[i] += fixed;
}

// ---- Ways

typedef struct priced {
    aug_wide price;
    int way;
} priced;

static int by_price(const void *a, const void *b) {
    const priced *x = a, *y = b;
    return x->price != y->price ? (x->price > y->price) - (x->price < y->price)
                                : (x->way > y->way) - (x->way < y->way);
}

static void set_fits(const aug_space *space, aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    ways->words = (ways->count + 63) / 64;
    memset(ways->mask, 0, (size_t)spreads->words * sizeof *ways->mask);
    for (int i = 0; i < ways->count; i++)
        ways->mask[ways->way[i] / 64] |= (uint64_t)1 << (ways->way[i] % 64);
    for (int r = 0; r < space->rank_count; r++) {
        memset(ways->fits[r], 0, (size_t)(space->classes[r].count * ways->words) * sizeof *ways->fits[r]);
        for (int c = 0; c < space->classes[r].count; c++)
            for (int i = 0; i < ways->count; i++) {
                const uint64_t *own = &spreads->fits[r][c * spreads->words];
                ways->fits[r][c * ways->words + i / 64] |=
                    (uint64_t)aug_spreads_fit(spreads, own, ways->way[i]) << (i % 64);
            }
    }
}

bool aug_array_ways_find(const aug_space *space, const aug_keeping *keeping, double others,
                         const aug_array_interest *interest, aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    const aug_axis_group *group = &space->groups[spreads->group];
    operand of[AUG_PROBLEM_TENSORS];
    priced found[MOST_WAYS];
    double limit = 0.0, all = 0.0;
    int count = 0;
    for (int t = 0; t < space->tensor_count; t++)
        of[t] = operand_of(space, keeping, t, group->segment);
    estimate_all(space, keeping, of, group, ways);
    for (int i = 0; i < spreads->count; i++) {
        if (spreads->all[i] != all)
            limit = interest->limit(interest->of, spreads->all[i]);
        all = spreads->all[i];
        if (others + ways->estimates[i] * (1.0 - 1e-9) >= limit)
            continue;
        aug_wide price = 0;
        for (int t = 0; t < space->tensor_count; t++)
            price += price_of(space, keeping, t, &of[t], group, &spreads->at[i]);
        if (!interest->wants(interest->of, price, spreads->all[i]))
            continue;
        if (count == MOST_WAYS)
            return false;
        found[count++] = (priced){price, i};
    }
    qsort(found, (size_t)count, sizeof *found, by_price);
    for (int i = 0; i < count; i++) {
        ways->way[i] = found[i].way;
        ways->price[i] = found[i].price;
    }
    ways->count = count;
    set_fits(space, ways);
    return true;
}

aug_wide aug_array_ways_least(const aug_array_ways *ways, const aug_space *space, const int *cut) {
    for (int w = 0; w < ways->words; w++) {
        uint64_t fit = ~(uint64_t)0;
        for (int r = 0; r < space->rank_count && fit; r++)
            if (space->large >> r & 1)
                fit &= ways->fits[r][cut[r] * ways->words + w];
        if (w == ways->words - 1 && ways->count % 64)
            fit &= ((uint64_t)1 << (ways->count % 64)) - 1;
        if (fit)
            return ways->price[64 * w + __builtin_ctzll(fit)];
    }
    return ~(aug_wide)0 >> 2;
}
