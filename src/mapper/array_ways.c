#include "mapper/array_ways.h"

#include "mapper/diagonal.h"
#include "mapper/window_words.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WAYS = 2048 };

void aug_array_ways_init(aug_arena *arena, const aug_space *space, const aug_spreads *spreads,
                         aug_array_ways *ways) {
    size_t most = spreads->count < MOST_WAYS ? (size_t)spreads->count : MOST_WAYS;
    *ways = (aug_array_ways){.spreads = spreads};
    ways->way = AUG_NEW_ARRAY(arena, int, most + 1);
    ways->price = AUG_NEW_ARRAY(arena, aug_wide, most + 1);
    ways->fills = AUG_NEW_ARRAY(arena, aug_wide, most + 1);
    ways->fills_from = AUG_NEW_ARRAY(arena, aug_wide, most + 1);
    ways->mask = AUG_NEW_ARRAY(arena, uint64_t, (size_t)spreads->words);
    ways->estimates = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    for (int r = 0; r < space->rank_count; r++)
        ways->fits[r] = AUG_NEW_ARRAY(arena, uint64_t, (size_t)space->classes[r].count * (most / 64 + 1));
    for (int r = 0; r < space->rank_count; r++)
        ways->whole[r] = AUG_NEW_ARRAY(arena, uint64_t, (size_t)space->classes[r].count * (most / 64 + 1));
}

// ---- Prices

static aug_count fan_of(const aug_space *space, const aug_keeping *keeping, int from, int to) {
    aug_count fan = 1;
    for (int g = 0; g < space->group_count; g++)
        if (space->groups[g].segment >= from && space->groups[g].segment < to &&
            !(keeping->idle >> space->groups[g].segment & 1))
            fan *= space->groups[g].fan;
    return fan;
}

static aug_way_operand operand_of(const aug_space *space, const aug_keeping *keeping, int tensor,
                                  const aug_axis_group *group) {
    const aug_space_memory *from =
        &space->memories[keeping->chain[tensor][keeping->chain_count[tensor] - 1]];
    bool through = from->segment <= group->segment;
    int until = through ? group->segment : space->segment_count;
    return (aug_way_operand){
        .through = through,
        .down = through && (group->multicast >> tensor & 1),
        .up = through && (group->reduce >> tensor & 1),
        .outer = from->segment < group->segment ? fan_of(space, keeping, from->segment, group->segment) : 1,
        .apart = fan_of(space, keeping, 0, until),
        .read = from->read[tensor]};
}

// Sums that are written first, at most.
static aug_count first_of(const aug_space *space, int tensor, const aug_way_operand *of, aug_count copies) {
    return space->tensors[tensor].words * of->apart * (of->through ? copies : 1);
}

static aug_wide price_of(const aug_space *space, const aug_keeping *keeping, int tensor, const aug_spread *way,
                         aug_array_ways *ways) {
    const aug_way_operand *of = &ways->operands[tensor];
    int memory = keeping->chain[tensor][keeping->chain_count[tensor] - 1];
    unsigned ranks = space->tensors[tensor].ranks, sliding = ranks & ~space->tensors[tensor].direct;
    aug_count copies = 1, slid = 1;
    for (int r = 0; r < space->rank_count; r++) {
        copies *= ranks >> r & 1 ? 1 : way->steps[r];
        slid *= sliding >> r & 1 ? way->steps[r] : 1;
    }
    aug_sharers by = {.down = of->outer, .up = of->outer, .slid = 1, .different = 1};
    by.down *= of->down ? copies : 1;
    by.up *= of->up ? copies : 1;
    if (of->down && of->outer > 1)
        by.down *= slid;
    else if (of->down)
        by = (aug_sharers){by.down, by.up, slid, aug_diagonal_different(space, tensor, way->steps, NULL)};
    aug_count first = first_of(space, tensor, of, copies);
    ways->counted &= !space->tensors[tensor].is_output || first <= space->problem->operations;
    aug_edge_words words = aug_edge_count(space, tensor, space->problem->operations, first, by, true);
    return aug_edge_price(space, tensor, memory, -1, &words);
}

// Words of a window that its parent gives to the memory inside, at least.
static aug_count given_to(const aug_space *space, const aug_keeping *keeping, int tensor, int parent,
                          const aug_spread *way, const aug_axis_group *group, aug_count copies) {
    aug_count outer = fan_of(space, keeping, space->memories[parent].segment, group->segment);
    aug_count all = aug_window_spread(space, tensor, way->steps), slid = 1;
    if (!(group->multicast >> tensor & 1))
        return all * copies;
    if (outer > 1)
        return aug_window_read(space, tensor, way->steps, outer);
    for (int r = 0; r < space->rank_count; r++)
        slid *= (space->tensors[tensor].ranks & ~space->tensors[tensor].direct) >> r & 1 ? way->steps[r] : 1;
    return (aug_count)((aug_wide)all * aug_diagonal_different(space, tensor, way->steps, NULL) / slid);
}

// Edges of one tensor into the memory inside. Each instance is filled with all that its points touch, and the
// parent gives every word once, and once for each place where children fetch it.
static aug_wide fills_of(const aug_space *space, const aug_keeping *keeping, int tensor, int parent,
                         const aug_spread *way, const aug_array_ways *ways) {
    const aug_space_tensor *of = &space->tensors[tensor];
    const aug_axis_group *group = &space->groups[ways->spreads->group];
    bool window = of->slides && !of->is_output && space->divides && !of->tangled;
    aug_count copies = 1, first = of->words * fan_of(space, keeping, 0, group->segment);
    for (int r = 0; r < space->rank_count; r++)
        copies *= of->ranks >> r & 1 ? 1 : way->steps[r];
    aug_count moved = (window ? aug_window_spread(space, tensor, way->steps) : of->least) * copies;
    aug_edge_words words = aug_edge_count(space, tensor, moved, first * copies, (aug_sharers){1, 1, 1, 1}, false);
    aug_count down = window ? given_to(space, keeping, tensor, parent, way, group, copies)
                            : (group->multicast >> tensor & 1 ? of->least : moved);
    down = down > of->least ? down : of->least;
    words.down = words.down < down ? words.down : down;
    if (of->is_output)
        words.up = group->reduce >> tensor & 1 ? of->least : moved;
    return aug_edge_price(space, tensor, parent, ways->inner, &words);
}

static aug_wide fills_of_all(const aug_space *space, const aug_keeping *keeping, const aug_spread *way,
                             const aug_array_ways *ways) {
    aug_wide price = 0;
    for (int t = 0; ways->inner >= 0 && t < space->tensor_count; t++)
        for (int i = 1; i < keeping->chain_count[t]; i++)
            if (keeping->chain[t][i] == ways->inner && !space->given_stores[t][ways->inner])
                price += fills_of(space, keeping, t, keeping->chain[t][i - 1], way, ways);
    return price;
}

// About the same for all ways at once.
AUG_VECTORS static void estimate(const aug_spreads *spreads, const double *reads, double words,
                                 double *sum) {
    for (int i = 0; i < spreads->count; i++)
        sum[i] += words * reads[i];
}

static void estimate_all(const aug_space *space, const aug_keeping *keeping, const aug_axis_group *group,
                         aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    const aug_way_operand *of = ways->operands;
    double fixed = 0.0;
    memset(ways->estimates, 0, (size_t)spreads->count * sizeof *ways->estimates);
    for (int t = 0; t < space->tensor_count; t++) {
        const aug_space_memory *from = &space->memories[keeping->chain[t][keeping->chain_count[t] - 1]];
        bool output = space->tensors[t].is_output;
        bool shared = output ? of[t].up : of[t].down;
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
    aug_wide price, fills;
    int way;
} priced;

static int by_price(const void *a, const void *b) {
    const priced *x = a, *y = b;
    return x->price != y->price ? (x->price > y->price) - (x->price < y->price)
                                : (x->way > y->way) - (x->way < y->way);
}

// Of bits of all ways those of the ways of interest.
static void gather_bits(const aug_array_ways *ways, const uint64_t *all, uint64_t *own) {
    memset(own, 0, (size_t)ways->words * sizeof *own);
    for (int i = 0; i < ways->count; i++)
        own[i / 64] |= (uint64_t)aug_spreads_fit(ways->spreads, all, ways->way[i]) << (i % 64);
}

static void set_fits(const aug_space *space, aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    ways->words = (ways->count + 63) / 64;
    memset(ways->mask, 0, (size_t)spreads->words * sizeof *ways->mask);
    for (int i = 0; i < ways->count; i++)
        ways->mask[ways->way[i] / 64] |= (uint64_t)1 << (ways->way[i] % 64);
    for (int r = 0; r < space->rank_count; r++)
        for (int c = 0; c < space->classes[r].count; c++) {
            gather_bits(ways, &spreads->fits[r][c * spreads->words], &ways->fits[r][c * ways->words]);
            gather_bits(ways, &spreads->whole[r][c * spreads->words], &ways->whole[r][c * ways->words]);
        }
}

static int inner_memory(const aug_space *space, const aug_keeping *keeping) {
    int inner = -1, count = 0;
    for (int m = 0; m < space->memory_count; m++)
        if (space->memories[m].segment == space->segment_count - 1 && keeping->kept[m]) {
            inner = m;
            count++;
        }
    return count == 1 ? inner : -1;
}

bool aug_array_ways_find(const aug_space *space, const aug_keeping *keeping, double others,
                         const aug_array_interest *interest, aug_array_ways *ways) {
    const aug_spreads *spreads = ways->spreads;
    const aug_axis_group *group = &space->groups[spreads->group];
    priced found[MOST_WAYS];
    double limit = 0.0, all = 0.0;
    int count = 0;
    for (int t = 0; t < space->tensor_count; t++)
        ways->operands[t] = operand_of(space, keeping, t, group);
    ways->counted = true;
    ways->inner = inner_memory(space, keeping);
    estimate_all(space, keeping, group, ways);
    for (int i = 0; i < spreads->count; i++) {
        if (spreads->all[i] != all)
            limit = interest->limit(interest->of, spreads->all[i]);
        all = spreads->all[i];
        if (others + ways->estimates[i] * (1.0 - 1e-9) >= limit)
            continue;
        aug_wide price = 0;
        for (int t = 0; t < space->tensor_count; t++)
            price += price_of(space, keeping, t, &spreads->at[i], ways);
        if (interest->whole(interest->of, price, -1, 0) >= limit)
            continue;
        aug_wide fills = fills_of_all(space, keeping, &spreads->at[i], ways);
        if (interest->whole(interest->of, price, ways->inner, fills) >= limit)
            continue;
        if (count == MOST_WAYS)
            return false;
        found[count++] = (priced){price, fills, i};
    }
    qsort(found, (size_t)count, sizeof *found, by_price);
    for (int i = 0; i < count; i++) {
        ways->way[i] = found[i].way;
        ways->price[i] = found[i].price;
        ways->fills[i] = found[i].fills;
    }
    for (int i = count - 1; i >= 0; i--)
        ways->fills_from[i] =
            i + 1 < count && ways->fills_from[i + 1] < found[i].fills ? ways->fills_from[i + 1] : found[i].fills;
    ways->count = count;
    set_fits(space, ways);
    return true;
}
