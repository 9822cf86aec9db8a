#include "mapper/spread.h"

#include "mapper/diagonal.h"
#include "mapper/nest_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPLITS = 32768 };

typedef struct listing {
    const aug_space *space;
    const aug_axis_group *group;
    double least;   // steps; with fewer a nest takes more cycles than are of interest
    aug_spread *at; // NULL: count only
    int count, looked_at;
    aug_spread now;
    uint64_t splits[SPLITS / 64]; // of the first ways looked at, those that go along the axes
} listing;

// Whether the way of now goes along the axes of the group; found out once, when ways are counted.
static bool goes_along(listing *l) {
    aug_count split[AUG_PROBLEM_AXES][AUG_PROBLEM_RANKS];
    int at = l->looked_at++;
    if (l->group->axis_count == 1)
        return true;
    if (l->at && at < SPLITS)
        return l->splits[at / 64] >> (at % 64) & 1;
    bool goes = aug_axes_split(l->space, l->group, l->now.steps, split);
    if (goes && at < SPLITS)
        l->splits[at / 64] |= (uint64_t)1 << (at % 64);
    return goes;
}

static double steps_of(const listing *l) {
    double all = 1.0;
    for (int r = 0; r < l->space->rank_count; r++)
        all *= (double)l->now.steps[r];
    return all;
}

static void list_from(listing *l, int rank, aug_count room) {
    const aug_space *space = l->space;
    while (rank < space->rank_count && !(space->large & l->group->ranks & 1u << rank))
        rank++;
    if (l->count > AUG_SPREADS)
        return;
    if (rank == space->rank_count) {
        if (steps_of(l) < l->least || !goes_along(l))
            return;
        if (l->at)
            l->at[l->count] = l->now;
        l->count++;
        return;
    }
    const aug_tile_classes *classes = &space->classes[rank];
    for (int c = 0; c < classes->count && classes->at[c].steps <= room; c++) {
        l->now.steps[rank] = classes->at[c].steps;
        list_from(l, rank + 1, room / classes->at[c].steps);
    }
    l->now.steps[rank] = 1;
}

static int by_steps(const void *a, const void *b) {
    const aug_spread *x = a, *y = b;
    if (x->all != y->all)
        return x->all > y->all ? -1 : 1;
    return memcmp(x->steps, y->steps, sizeof x->steps);
}

// Children on a diagonal of a window share what they fetch; with loops further out that slide it all may.
static void set_reads(aug_arena *arena, const aug_space *space, const aug_spread *at, int tensor, bool slid,
                       aug_spreads *spreads) {
    const aug_space_tensor *of = &space->tensors[tensor];
    double *reads = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    spreads->reads[slid][tensor] = reads;
    spreads->diagonals[tensor] = NULL;
    for (int i = 0; i < spreads->count && !of->slides; i++)
        reads[i] = 1.0 / spreads->copies[tensor][i];
    if (!of->slides)
        return;
    double *diagonals = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    aug_diagonal_cache cache;
    memset(&cache, 0, sizeof cache);
    for (int i = 0; i < spreads->count; i++) {
        double all = 1.0;
        for (int r = 0; r < space->rank_count; r++)
            all *= (of->ranks & ~of->direct) >> r & 1 ? (double)at[i].steps[r] : 1.0;
        diagonals[i] = all;
        double shares = spreads->copies[tensor][i] * all;
        if (!slid)
            shares /= (double)aug_diagonal_different(space, tensor, at[i].steps, &cache);
        reads[i] = 1.0 / shares;
    }
    spreads->diagonals[tensor] = diagonals;
}

static void set_products(aug_arena *arena, const aug_space *space, aug_spread *at, aug_spreads *spreads) {
    double *all = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    for (int i = 0; i < spreads->count; i++) {
        at[i].all = 1;
        for (int r = 0; r < space->rank_count; r++)
            at[i].all *= at[i].steps[r];
    }
    qsort(at, (size_t)spreads->count, sizeof *at, by_steps);
    for (int i = 0; i < spreads->count; i++)
        all[i] = (double)at[i].all;
    spreads->all = all;
    for (int t = 0; t < space->tensor_count; t++) {
        double *copies = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
        for (int i = 0; i < spreads->count; i++) {
            copies[i] = 1.0;
            for (int r = 0; r < space->rank_count; r++)
                copies[i] *= space->tensors[t].ranks >> r & 1 ? 1.0 : (double)at[i].steps[r];
        }
        spreads->copies[t] = copies;
        for (int slid = 0; slid < 2; slid++)
            set_reads(arena, space, at, t, slid, spreads);
    }
}

// Bits of the ways whose steps of a rank are those of one class.
static void mark_steps(const aug_spread *at, int count, int rank, aug_count steps, uint64_t *bits) {
    for (int i = 0; i < count; i++)
        bits[i / 64] |= (uint64_t)(at[i].steps[rank] == steps) << (i % 64);
}

// Steps of each rank that slides a tensor, and room for what they share.
static void set_steps(aug_arena *arena, const aug_space *space, aug_spreads *spreads) {
    size_t count = (size_t)spreads->count;
    for (int r = 0; r < space->rank_count; r++) {
        if (!(space->sliding >> r & 1))
            continue;
        double *steps = AUG_NEW_ARRAY(arena, double, count);
        for (int i = 0; i < spreads->count; i++)
            steps[i] = (double)spreads->at[i].steps[r];
        spreads->steps[r] = steps;
    }
    spreads->slid = AUG_NEW(arena, aug_slid_shares);
    for (int t = 0; t < space->tensor_count; t++)
        spreads->slid->shares[t] = space->tensors[t].slides ? AUG_NEW_ROOM(arena, double, count) : NULL;
}

// Places of one dimension: one and those that each rank adds.
AUG_VECTORS static void divide_by_places(int from, int count, int terms, const double *const *steps,
                                         const double *outer, double *shares) {
    for (int i = from; i < from + count; i++) {
        double all = 1.0, places = 1.0;
        for (int r = 0; r < terms; r++) {
            double along = outer[r] * steps[r][i];
            all *= along;
            places += along - 1.0;
        }
        shares[i] *= all / places;
    }
}

// Shares of 64 ways.
static void slide_word(const aug_spreads *spreads, const aug_space *space, int tensor, const aug_count *outer,
                       int word) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    unsigned sliding = space->tensors[tensor].ranks & ~space->tensors[tensor].direct;
    double *shares = spreads->slid->shares[tensor];
    int from = 64 * word, count = spreads->count - from < 64 ? spreads->count - from : 64;
    memcpy(shares + from, spreads->copies[tensor] + from, (size_t)count * sizeof *shares);
    for (int d = 0; d < of->dim_count; d++) {
        const double *steps[AUG_EINSUM_TERMS];
        double own[AUG_EINSUM_TERMS];
        int terms = 0;
        for (int i = 0; i < of->dims[d].term_count; i++) {
            int rank = of->dims[d].terms[i].rank;
            if (!(sliding >> rank & 1))
                continue;
            steps[terms] = spreads->steps[rank];
            own[terms++] = (double)outer[rank];
        }
        if (terms)
            divide_by_places(from, count, terms, steps, own, shares);
    }
}

const double *aug_spreads_slide(const aug_spreads *spreads, const aug_space *space, int tensor,
                                const aug_count *outer) {
    aug_slid_shares *slid = spreads->slid;
    bool *known = slid->known[tensor];
    size_t bytes = (size_t)space->rank_count * sizeof *outer;
    if (slid->of[tensor] != spreads->at || memcmp(slid->outer[tensor], outer, bytes) != 0) {
        slid->of[tensor] = spreads->at;
        memcpy(slid->outer[tensor], outer, bytes);
        memset(known, 0, (size_t)spreads->words * sizeof *known);
    }
    for (int w = 0; w < spreads->words; w++)
        if (spreads->fitting[w] && !known[w]) {
            slide_word(spreads, space, tensor, outer, w);
            known[w] = true;
        }
    return slid->shares[tensor];
}

static void set_fits(aug_arena *arena, const aug_space *space, const aug_spread *at, aug_spreads *spreads) {
    int words = spreads->words = (spreads->count + 63) / 64;
    uint64_t *same = AUG_NEW_ARRAY(arena, uint64_t, (size_t)words);
    for (int r = 0; r < space->rank_count; r++) {
        const aug_tile_classes *classes = &space->classes[r];
        size_t bits = (size_t)classes->count * (size_t)words;
        uint64_t *fits = AUG_NEW_ARRAY(arena, uint64_t, bits), *whole = AUG_NEW_ARRAY(arena, uint64_t, bits);
        memset(fits, 0, bits * sizeof *fits);
        memset(whole, 0, bits * sizeof *whole);
        for (int k = 0; k < classes->count; k++) {
            aug_count steps = classes->at[k].steps;
            memset(same, 0, (size_t)words * sizeof *same);
            mark_steps(at, spreads->count, r, steps, same);
            for (int c = 0; c < classes->count; c++) {
                bool divides = classes->at[c].least % steps == 0, equals = classes->at[c].least == steps;
                for (int w = 0; w < words && divides; w++)
                    fits[c * words + w] |= same[w];
                for (int w = 0; w < words && equals; w++)
                    whole[c * words + w] |= same[w];
            }
        }
        spreads->fits[r] = fits;
        spreads->whole[r] = whole;
    }
}

// Steps in space of one array, where the others are full, for no more cycles than are of interest; those of compute are whole.
static double least_steps(const aug_space *space, int group) {
    double least = space->operations / (floor(space->most_cycles) * space->unit_rate) * (1.0 - 2e-9);
    for (int g = 0; g < space->group_count; g++)
        least /= g == group ? 1.0 : (double)space->groups[g].fan;
    return least;
}

bool aug_spreads_init(aug_arena *arena, const aug_space *space, int segment, aug_spreads *spreads) {
    listing l = {.space = space};
    int groups = 0;
    *spreads = (aug_spreads){.count = 0};
    for (int g = 0; g < space->group_count; g++)
        if (space->groups[g].segment == segment) {
            l.group = &space->groups[g];
            spreads->group = g;
            groups++;
        }
    if (groups != 1 || !space->perfect)
        return false;
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
        l.now.steps[r] = 1;
    l.least = least_steps(space, spreads->group);
    list_from(&l, 0, l.group->fan);
    if (l.count > AUG_SPREADS)
        return false;
    aug_spread *at = AUG_NEW_ARRAY(arena, aug_spread, (size_t)l.count);
    l.at = at;
    spreads->count = l.count;
    l.count = l.looked_at = 0;
    list_from(&l, 0, l.group->fan);
    spreads->at = at;
    set_products(arena, space, at, spreads);
    set_steps(arena, space, spreads);
    set_fits(arena, space, at, spreads);
    spreads->prices = AUG_NEW_ARRAY(arena, double, (size_t)spreads->count);
    spreads->fitting = AUG_NEW_ARRAY(arena, uint64_t, (size_t)spreads->words);
    memset(spreads->fitting, 0xff, (size_t)spreads->words * sizeof *spreads->fitting);
    spreads->order = AUG_NEW_ARRAY(arena, int, (size_t)spreads->count);
    return true;
}

void aug_spreads_fitting(const aug_spreads *spreads, const aug_space *space, const int *cut, uint64_t *fits) {
    for (int w = 0; w < spreads->words; w++)
        fits[w] = ~(uint64_t)0;
    if (spreads->count % 64)
        fits[spreads->words - 1] = ((uint64_t)1 << (spreads->count % 64)) - 1;
    for (int r = 0; r < space->rank_count; r++)
        for (int w = 0; w < spreads->words && (space->large >> r & 1); w++)
            fits[w] &= spreads->fits[r][cut[r] * spreads->words + w];
}

void aug_spreads_using_up(const aug_spreads *spreads, const aug_space *space, const int *cut, unsigned ranks,
                          uint64_t *fits) {
    for (int r = 0; r < space->rank_count; r++)
        for (int w = 0; w < spreads->words && (ranks >> r & 1); w++)
            fits[w] &= spreads->whole[r][cut[r] * spreads->words + w];
}

AUG_VECTORS static void sum_of(const aug_spreads *spreads, int tensors, const aug_spread_price *price,
                               int from, int count, double *fills, double *operands) {
    for (int i = 0; i < count; i++) {
        fills[i] = price->still;
        operands[i] = price->idle;
    }
    for (int t = 0; t < tensors; t++) {
        const double *copies = spreads->copies[t] + from, *reads = spreads->reads[price->slid[t]][t] + from;
        const double *shares = price->shares[t] ? price->shares[t] + from : NULL;
        double in = price->fills[t], out = price->operands[t];
        for (int i = 0; i < count && in > 0.0; i++)
            fills[i] += in * copies[i];
        const double *diagonals = spreads->diagonals[t] ? spreads->diagonals[t] + from : NULL;
        for (int i = 0; i < count && price->downs[t] > 0.0; i++)
            fills[i] += diagonals ? price->downs[t] / diagonals[i] : price->downs[t];
        for (int i = 0; i < count && out > 0.0 && !shares; i++)
            operands[i] += out * reads[i];
        for (int i = 0; i < count && out > 0.0 && shares; i++)
            operands[i] += out / shares[i];
    }
}

AUG_VECTORS static void add_up(const aug_spread_price *price, int count, const double *operands,
                               double *prices) {
    double least_fills = price->least_fills, least_operands = price->least_operands, fixed = price->fixed;
    for (int i = 0; i < count; i++) {
        double in = prices[i] > least_fills ? prices[i] : least_fills;
        double out = operands[i] > least_operands ? operands[i] : least_operands;
        prices[i] = fixed + in + out;
    }
}

void aug_spreads_price_word(const aug_spreads *spreads, int tensors, const aug_spread_price *price, int word,
                            double *prices) {
    double operands[64];
    int from = 64 * word, count = spreads->count - from < 64 ? spreads->count - from : 64;
    sum_of(spreads, tensors, price, from, count, prices + from, operands);
    add_up(price, count, operands, prices + from);
}

AUG_VECTORS static uint64_t count_below(const double *prices, int count, double limit) {
    uint64_t below = 0;
    for (int i = 0; i < count; i++)
        below += (uint64_t)(prices[i] < limit);
    return below;
}

bool aug_spreads_any_below(const aug_spreads *spreads, int word, double limit) {
    int from = 64 * word, count = spreads->count - from < 64 ? spreads->count - from : 64;
    return count_below(spreads->prices + from, count, limit) > 0;
}

void aug_spreads_price(const aug_spreads *spreads, int tensors, const aug_spread_price *price,
                       double *prices) {
    for (int w = 0; w < spreads->words; w++)
        aug_spreads_price_word(spreads, tensors, price, w, prices);
}
