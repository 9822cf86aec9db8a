#include "mapper/way_bound.h"

#include <string.h>

// What is the same for all ways.
typedef struct look {
    const aug_space *space;
    const aug_keeping *keeping;
    const aug_frame *frame;
    const aug_array_ways *ways;
    const aug_rest *sum;
    aug_wide least_compute, least_inner, compute, inner; // floors, and what is known of both
    unsigned filled, declared, written;                  // tensors
    double words[AUG_PROBLEM_TENSORS];                   // declared: points of a tile before the array
    double room_bits;
    aug_count copies[AUG_PROBLEM_TENSORS]; // of those written, before the array, at most
} look;

static aug_wide more_of(aug_wide a, aug_wide b) {
    return a > b ? a : b;
}

static aug_count fan_before(const look *of, int next_group) {
    aug_count fan = 1;
    for (int g = next_group; g < of->ways->spreads->group; g++)
        fan *= of->keeping->idle >> of->space->groups[g].segment & 1 ? 1 : of->space->groups[g].fan;
    return fan;
}

static void look_at_tensor(look *of, int tensor, int next_group) {
    const aug_space *space = of->space;
    const aug_space_tensor *own = &space->tensors[tensor];
    int inner = of->ways->inner;
    bool holds = inner >= 0 && of->keeping->only < 0 && next_group == of->ways->spreads->group;
    of->filled |= of->sum->fills[tensor] > 0 ? 1u << tensor : 0;
    if (own->is_output && !own->accumulates && of->ways->counted) {
        of->written |= 1u << tensor;
        of->copies[tensor] = of->frame->copies[tensor] * fan_before(of, next_group);
    }
    for (int i = of->frame->placed[tensor]; holds && i < of->frame->declared[tensor]; i++)
        if (of->keeping->chain[tensor][i] == inner && !own->slides) {
            of->declared |= 1u << tensor;
            of->words[tensor] = space->memories[inner].bits[tensor];
            for (int r = 0; r < space->rank_count; r++)
                if (own->ranks >> r & 1)
                    of->words[tensor] *= (double)space->classes[r].at[of->frame->cut[r]].least;
        }
}

// Whether tiles of declared stores fit; words in the gaps of strides are not counted.
static bool holds(const look *of, int way) {
    const aug_spreads *spreads = of->ways->spreads;
    double bits = 0.0;
    for (int t = 0; t < of->space->tensor_count; t++)
        if (of->declared >> t & 1)
            bits += of->words[t] * spreads->copies[t][way] / spreads->all[way];
    return bits * (1.0 - 1e-12) <= of->room_bits;
}

// Reads of sums that the table took for first writes, because arrays further out could have copied them.
static aug_wide read_again(const look *of, int way) {
    const aug_array_ways *ways = of->ways;
    aug_wide price = 0;
    for (int t = 0; t < of->space->tensor_count; t++) {
        if (!(of->written >> t & 1))
            continue;
        const aug_way_operand *own = &ways->operands[t];
        aug_count copies = (aug_count)ways->spreads->copies[t][way];
        aug_count most = own->apart * (own->through ? copies : 1), now = of->copies[t] * copies;
        if (now < most)
            price += (aug_wide)(of->space->tensors[t].words * (most - now) / (own->outer * (own->up ? copies : 1))) *
                     own->read;
    }
    return price;
}

static aug_wide copied(const look *of, int way) {
    aug_wide price = 0;
    for (int t = 0; t < of->space->tensor_count; t++)
        if (of->filled >> t & 1)
            price += of->sum->fills[t] * (aug_count)(of->ways->spreads->copies[t][way] - 1.0);
    return price;
}

// The ways of one word that divide what is left of each rank.
static uint64_t fitting(const look *of, int word) {
    const aug_array_ways *ways = of->ways;
    uint64_t fit = ~(uint64_t)0;
    for (int r = 0; r < of->space->rank_count && fit; r++)
        if (of->space->large >> r & 1)
            fit &= (of->frame->whole >> r & 1 ? ways->whole : ways->fits)[r][of->frame->cut[r] * ways->words + word];
    if (word == ways->words - 1 && ways->count % 64)
        fit &= ((uint64_t)1 << (ways->count % 64)) - 1;
    return fit;
}

// The way with the least price of compute and the memory inside together. False where none is left.
static bool least_of(const look *of, aug_wide *compute, aug_wide *inner) {
    const aug_array_ways *ways = of->ways;
    aug_wide least = ~(aug_wide)0, known = more_of(of->inner, of->least_inner);
    for (int w = 0; w < ways->words; w++)
        for (uint64_t fit = fitting(of, w); fit; fit &= fit - 1) {
            int i = 64 * w + __builtin_ctzll(fit), way = ways->way[i];
            if (more_of(more_of(ways->price[i], of->compute), of->least_compute) +
                    more_of(known, ways->fills_from[i]) >= least)
                return true;
            if (ways->price[i] + ways->fills[i] >= least || (of->declared && !holds(of, way)))
                continue;
            aug_wide own = more_of(ways->price[i] + read_again(of, way), of->compute),
                     fills = more_of(of->inner + copied(of, way), ways->fills[i]),
                     all = more_of(own, of->least_compute) + more_of(fills, of->least_inner);
            if (all < least) {
                least = all;
                *compute = own;
                *inner = fills;
            }
        }
    return least != ~(aug_wide)0;
}

void aug_way_bound(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame, int next_group,
                   aug_rest *sum) {
    const aug_array_ways *ways = keeping->ways;
    if (!ways || next_group > ways->spreads->group)
        return;
    int unit = space->memory_count;
    look of = {.space = space, .keeping = keeping, .frame = frame, .ways = ways, .sum = sum,
               .least_compute = keeping->floors[unit], .compute = sum->price[unit]};
    if (ways->inner >= 0) {
        const aug_space_memory *memory = &space->memories[ways->inner];
        of.least_inner = keeping->floors[ways->inner];
        of.inner = sum->price[ways->inner];
        of.room_bits = memory->capacity_bits / memory->buffers - frame->held_bits[ways->inner];
    }
    for (int t = 0; t < space->tensor_count; t++)
        look_at_tensor(&of, t, next_group);
    aug_wide compute = ~(aug_wide)0 >> 2, inner = of.inner;
    least_of(&of, &compute, &inner);
    sum->price[unit] = compute;
    if (ways->inner >= 0)
        sum->price[ways->inner] = inner;
}
