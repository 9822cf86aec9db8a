#include "mapper/spread_box.h"

#include "mapper/bound.h"

#include "base/compiler.h"
#include "cost/latency.h"

#include <stdlib.h>

enum { SPLITS = 3000 }; // of boxes; then those that are left have to do

typedef struct spread_term { // words that compute reads, or that it reads again
    aug_count price, words;
    bool again;
    unsigned sharers, first; // loops in space that share a word; those that have a first one each
} spread_term;

typedef struct spread_plan {
    const aug_shape_terms *terms;
    aug_spread_limit *limit;
    const void *context;
    int count, term_count;
    int rank[AUG_SPREAD_LOOPS], group[AUG_SPREAD_LOOPS], end[AUG_SPREAD_LOOPS];
    aug_count fan[AUG_SPREAD_LOOPS];
    spread_term at[AUG_SHAPE_TERMS];
} spread_plan;

// ---- What compute takes

static bool shares(const aug_shape_terms *terms, const aug_shape_term *term, int item) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < term->dividers.count; i++) // all loops over the rank down to this one
        if (item <= term->dividers.at[i] && shape->at[term->dividers.at[i]].rank == shape->at[item].rank)
            return true;
    return aug_term_list_has(&term->sharers, item);
}

static bool make_plan(const aug_shape_terms *terms, spread_plan *plan) {
    const aug_shape *shape = terms->shape;
    int items[AUG_SPREAD_LOOPS];
    for (int i = 0; i < shape->count; i++) {
        if (shape->at[i].kind != AUG_ITEM_PAR)
            continue;
        if (plan->count == AUG_SPREAD_LOOPS)
            return false;
        plan->rank[plan->count] = shape->at[i].rank;
        plan->group[plan->count] = shape->at[i].group;
        plan->end[plan->count] = shape->at[i].group_end;
        plan->fan[plan->count] = aug_shape_fan(terms->space, &shape->at[i]);
        items[plan->count++] = i;
    }
    for (int t = 0; t < terms->count; t++) {
        const aug_shape_term *term = &terms->at[t];
        if (term->kind != AUG_TERM_OPERANDS && term->kind != AUG_TERM_RESULTS)
            continue;
        spread_term *to = &plan->at[plan->term_count++];
        *to = (spread_term){
            .price = term->price, .words = term->words, .again = term->kind == AUG_TERM_RESULTS};
        for (int i = 0; i < plan->count; i++) {
            if (shares(terms, term, items[i]))
                to->sharers |= 1u << i;
            else if (aug_term_list_has(&term->copies, items[i]))
                to->first |= 1u << i;
        }
    }
    return true;
}

// Points that one instance has of all ranks, where so many loops in space part them.
static aug_wide points_of(const spread_plan *plan, const aug_spread_box *box, unsigned loops) {
    const aug_space *space = plan->terms->space;
    aug_wide points = 1;
    for (int r = 0; r < space->rank_count; r++) {
        aug_count size = space->problem->sizes[r], steps = 1;
        for (int i = 0; i < plan->count; i++)
            if ((loops >> i & 1) && plan->rank[i] == r)
                steps = box->most[i] < size / steps + 1 ? steps * box->most[i] : size;
        points *= (size + steps - 1) / steps;
    }
    return points;
}

static aug_wide least_compute(const spread_plan *plan, const aug_spread_box *box) {
    aug_wide sum = 0;
    for (int t = 0; t < plan->term_count; t++) {
        const spread_term *term = &plan->at[t];
        aug_wide points = points_of(plan, box, term->sharers), first = term->again ? term->words : 0;
        for (int i = 0; i < plan->count; i++)
            if (term->first >> i & 1)
                first *= box->most[i];
        sum += points > first ? (points - first) * term->price : 0;
    }
    return sum;
}

static double least_cycles(const spread_plan *plan, const aug_spread_box *box) {
    const aug_space *space = plan->terms->space;
    double busiest = (double)points_of(plan, box, ~0u),
           even = space->operations / (double)space->fan_below[0];
    double cycles = fmax(busiest, even * (1.0 - 1e-13)) / space->unit_rate * (1.0 - 1e-13);
    return aug_whole_cycles(cycles) + space->overhead_cycles;
}

static bool is_wanted(const spread_plan *plan, const aug_spread_box *box) {
    const aug_space *space = plan->terms->space;
    const aug_keeping *keeping = plan->terms->keeping;
    aug_wide prices[AUG_PROBLEM_MEMORIES + 1] = {0};
    prices[space->memory_count] = least_compute(plan, box);
    aug_wide energy = plan->terms->fixed + aug_bound_sum(space, keeping, prices);
    energy = energy > keeping->floor ? energy : keeping->floor;
    return energy < plan->limit(plan->context, least_cycles(plan, box));
}

// ---- What fits

// Steps of loops along the same axes. False where there are too many.
static bool narrow_axes(const spread_plan *plan, aug_spread_box *box) {
    const aug_axis_group *groups = plan->terms->space->groups;
    for (int i = 0, end; i < plan->count; i = end) {
        aug_count least = 1;
        for (end = i; end < plan->count && plan->group[end] == plan->group[i]; end++)
            if ((least *= box->least[end]) > plan->fan[i])
                return false;
        for (int k = i; k < end; k++) {
            aug_count most = plan->fan[i] / (least / box->least[k]);
            box->most[k] = box->most[k] < most ? box->most[k] : most;
            if (box->least[k] > box->most[k])
                return false;
        }
        int along = plan->end[i] - plan->group[i];
        aug_count room[2] = {groups[plan->group[i]].fan, along == 2 ? groups[plan->group[i] + 1].fan : 1};
        if (along <= 2 && !aug_axes_hold(&box->least[i], end - i, room))
            return false;
    }
    return true;
}

// Fewer steps of one loop make every bound larger: the fewest with which a box is still wanted.
static void raise_least(const spread_plan *plan, aug_spread_box *box, int i) {
    aug_spread_box fewer = *box;
    aug_count low = box->least[i], high = box->most[i];
    while (low < high) {
        aug_count middle = low + (high - low) / 2;
        fewer.most[i] = middle;
        if (is_wanted(plan, &fewer))
            high = middle;
        else
            low = middle + 1;
    }
    box->least[i] = low;
}

static bool narrow(const spread_plan *plan, aug_spread_box *box) {
    for (int round = 0; round < 2; round++) {
        if (!narrow_axes(plan, box) || !is_wanted(plan, box))
            return false;
        for (int i = 0; i < plan->count; i++)
            raise_least(plan, box, i);
    }
    return narrow_axes(plan, box);
}

// ---- The cover

static int widest_loop(const spread_plan *plan, const aug_spread_box *box, double *width) {
    int widest = -1;
    *width = 1.0;
    for (int i = 0; i < plan->count; i++) {
        double own = (double)box->most[i] / (double)box->least[i];
        if (own > *width) {
            *width = own;
            widest = i;
        }
    }
    return widest;
}

static void put(const spread_plan *plan, aug_spread_box box, aug_spread_cover *cover) {
    if (narrow(plan, &box))
        cover->at[cover->count++] = box;
}

// Halves the widest box. False where all are single, or there is no room for more.
static bool split_widest(const spread_plan *plan, aug_spread_cover *cover) {
    int box = -1, loop = -1;
    double most = 1.0, width;
    for (int i = 0; i < cover->count; i++) {
        int own = widest_loop(plan, &cover->at[i], &width);
        if (own >= 0 && width > most) {
            most = width;
            box = i;
            loop = own;
        }
    }
    if (box < 0 || cover->count == AUG_SPREAD_BOXES)
        return false;
    aug_spread_box few = cover->at[box], many = few;
    aug_count middle = (aug_count)sqrt((double)few.least[loop] * (double)few.most[loop]);
    few.most[loop] = middle < few.most[loop] ? middle : few.most[loop] - 1;
    many.least[loop] = few.most[loop] + 1;
    cover->at[box] = cover->at[--cover->count];
    put(plan, few, cover);
    put(plan, many, cover);
    return true;
}

// A fast nest that is found early ends most of a search for fast ones.
static int by_cycles(const void *a, const void *b) {
    const aug_spread_box *x = a, *y = b;
    if (x->cycles != y->cycles)
        return x->cycles < y->cycles ? -1 : 1;
    for (int i = 0; i < AUG_SPREAD_LOOPS; i++)
        if (x->least[i] != y->least[i])
            return x->least[i] < y->least[i] ? -1 : 1;
    return 0;
}

bool aug_spread_cover_find(const aug_shape_terms *terms, aug_spread_limit *limit, const void *context,
                           aug_spread_cover *cover, uint64_t *nodes) {
    spread_plan plan = {.terms = terms, .limit = limit, .context = context};
    aug_spread_box all = {.cycles = 0.0};
    cover->count = 0;
    if (!make_plan(terms, &plan))
        return false;
    for (int i = 0; i < plan.count; i++) {
        aug_count size = terms->space->problem->sizes[plan.rank[i]];
        all.least[i] = 1;
        all.most[i] = size < plan.fan[i] ? size : plan.fan[i];
    }
    put(&plan, all, cover);
    for (int i = 0; i < SPLITS && split_widest(&plan, cover); i++)
        ++*nodes;
    for (int i = 0; i < cover->count; i++)
        cover->at[i].cycles = least_cycles(&plan, &cover->at[i]);
    if (cover->count)
        qsort(cover->at, (size_t)cover->count, sizeof *cover->at, by_cycles);
    return true;
}

bool aug_spread_box_apply(const aug_spread_box *spread, const aug_shape_terms *terms, aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0, loop = 0; i < shape->count; i++)
        if (shape->at[i].kind == AUG_ITEM_PAR) {
            if (!aug_box_limit_steps(terms, box, i, spread->least[loop], spread->most[loop]))
                return false;
            loop++;
        }
    return true;
}
