// Finished nests, and the gap above compute, which takes all that is left.
#include "mapper/axis_order.h"
#include "mapper/nest_build.h"
#include "mapper/restriction_check.h"
#include "mapper/search_walk.h"

static void take(aug_search *s, aug_value value, const aug_mapping *mapping) {
    if (!aug_incumbent_takes(s->incumbent, value))
        return;
    aug_incumbent_add(s->incumbent, value, mapping);
    s->stopped |= s->dive;
}

// Where room was added the frame alone knows what fits.
static void finish_by_cost(aug_search *s, const aug_mapping *mapping) {
    aug_totals totals;
    const aug_problem *problem = s->space->problem;
    if (s->space->restriction) {
        totals.fits = aug_cost_evaluate(problem, mapping, s->scratch, s->cost) &&
                      aug_restriction_holds(problem, s->space->restriction, mapping, s->cost);
        totals.cycles = s->cost->cycles;
        totals.energy_pj = s->cost->energy_pj;
    } else {
        aug_cost_totals(problem, mapping, s->scratch, s->cost, &totals);
    }
    if ((!totals.fits && !s->space->roomy) || totals.cycles > s->space->most_cycles)
        return;
    aug_value value = {aug_space_price(s->space, totals.energy_pj), totals.cycles};
    take(s, value, mapping);
}

typedef struct orders {
    aug_search *s;
    int count;
    aug_mapping mapping;
} orders;

static void finish_order(void *context, const aug_item *path) {
    orders *of = context;
    if (aug_nest_build(of->s->space, of->s->options, path, of->count, &of->mapping))
        finish_by_cost(of->s, &of->mapping);
}

static void finish_orders(aug_search *s, int count) {
    orders of = {.s = s, .count = count};
    aug_axis_orders(s->space, s->path, count, finish_order, &of);
}

static void finish(aug_search *s, const aug_frame *before) {
    aug_frame frame = *before;
    const aug_space *space = s->space;
    aug_frame_compute(space, s->keeping, s->path, &frame);
    bool exact = space->closed && space->divides; // then the search's own figures are those of the cost
    aug_wide price = (aug_wide)space->problem->operations * space->unit_price;
    for (int m = 0; m <= space->memory_count; m++)
        price += frame.price[m];
    double cycles = aug_frame_cycles(space, s->keeping, &frame);
    price += aug_frame_leak(space, s->keeping, &frame, cycles);
    aug_value value = {price, cycles};
    if (cycles > space->most_cycles || !aug_incumbent_takes(s->incumbent, value))
        return;
    if (exact) {
        aug_mapping mapping;
        if (aug_nest_build(space, s->options, s->path, frame.path, &mapping))
            take(s, value, &mapping);
    } else {
        finish_orders(s, frame.path);
    }
}

void aug_search_finish_floor(aug_search *s, const aug_frame *before) {
    aug_frame frame = *before;
    aug_wide price = 0;
    if (aug_keeping_counts(s->space, s->keeping, s->space->memory_count))
        aug_frame_compute(s->space, s->keeping, s->path, &frame);
    for (int m = 0; m <= s->space->memory_count; m++)
        price += aug_keeping_counts(s->space, s->keeping, m) ? frame.price[m] : 0;
    if (price < s->least)
        s->least = price;
}

// Ranks from the outside in: those that the restriction orders come last.
static void order_above_compute(const aug_space *space, int *order) {
    const aug_restriction *restriction = space->restriction;
    int count = 0, listed_count = restriction ? restriction->order_count[AUG_PROBLEM_MEMORIES] : 0;
    unsigned listed = 0;
    for (int i = 0; i < listed_count; i++)
        listed |= 1u << restriction->order[AUG_PROBLEM_MEMORIES][i];
    for (int r = 0; r < space->rank_count; r++)
        if (!(listed >> r & 1))
            order[count++] = r;
    for (int i = 0; i < listed_count; i++)
        order[count++] = restriction->order[AUG_PROBLEM_MEMORIES][i];
}

bool aug_search_in_order(const aug_search *s, const aug_frame *frame, int memory) {
    const aug_restriction *restriction = s->space->restriction;
    if (!restriction || restriction->order_count[memory] == 0)
        return true;
    int place = restriction->order_count[memory];
    bool others = false;
    for (int i = frame->path - 1; i >= 0 && s->path[i].kind != AUG_ITEM_STORE; i--) {
        if (s->path[i].kind != AUG_ITEM_FOR || s->path[i].steps == 1)
            continue;
        int at = 0;
        while (at < restriction->order_count[memory] && restriction->order[memory][at] != s->path[i].rank)
            at++;
        if (at == restriction->order_count[memory])
            others = true;
        else if (others || at >= place)
            return false;
        else
            place = at;
    }
    return true;
}

bool aug_search_in_range(const aug_search *s, const aug_frame *frame, int memory) {
    const aug_restriction *restriction = s->space->restriction;
    if (!restriction || !restriction->has_tiles[memory])
        return true;
    for (int r = 0; r < s->space->rank_count; r++) {
        const aug_tile_class *at = &s->space->classes[r].at[frame->cut[r]];
        const aug_tile_range *range = &restriction->tiles[memory][r];
        if (at->most < range->least || at->least > range->most)
            return false;
    }
    return true;
}

void aug_search_close(aug_search *s, const aug_frame *before) {
    const aug_space *space = s->space;
    aug_frame frame = *before;
    unsigned raised = frame.previous >= 0 && !space->tensors[frame.previous].slides
                          ? aug_search_ranks(s, frame.previous) & ~frame.unraised & ~space->sliding
                          : 0;
    int order[AUG_PROBLEM_RANKS];
    order_above_compute(space, order);
    for (int i = 0; i < space->rank_count; i++) {
        int r = order[i], last = space->classes[r].count - 1;
        if (!(space->large >> r & 1) || frame.cut[r] == last)
            continue;
        if ((aug_search_canonical(s) && (raised >> r & 1)) ||
            (frame.slides_above && ((space->sliding | frame.above) >> r & 1)) || (space->all_tiles && (frame.above >> r & 1)))
            return;
        if (!aug_tile_class_follows(&space->classes[r], frame.cut[r], last))
            return;
        aug_frame_for(space, r, last, s->path, &frame);
    }
    finish(s, &frame);
}
