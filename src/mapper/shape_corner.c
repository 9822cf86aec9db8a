#include "mapper/shape_corner.h"

#include "cost/latency.h"

#include <string.h>

enum { LOOKED_AT = 64 }; // numbers of steps

// ---- What is surely moved

// Whether all tiles of a rank are known and divide its size: none is short.
static bool is_even(const aug_shape_terms *terms, const aug_box *box, int rank) {
    if (terms->space->classes[rank].exact)
        return aug_shape_is_even(terms->space, rank);
    aug_count size = terms->space->problem->sizes[rank], inner = 1;
    for (int i = terms->shape->last[rank]; i >= 0; i = terms->shape->at[i].before) {
        const aug_tile_class *of = aug_box_class(terms, i, box->from[i]);
        if (box->from[i] != box->to[i] || of->least * of->count != size || of->least % inner)
            return false;
        inner = of->least;
    }
    return true;
}

// Loops in space over the mover's rank between it and the store.
typedef struct inside {
    aug_count least, most; // steps
    aug_count tiles;       // of the innermost of them, at least
    int loops;             // along one group of axes each
} inside;

static inside steps_inside(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term,
                           int rank) {
    const aug_shape *shape = terms->shape;
    inside of = {.least = 1, .most = 1};
    int last = aug_shape_loop_above(shape, term->store, rank);
    of.tiles = aug_box_least_count(terms, box, last);
    for (int i = last; i > term->mover; i = shape->at[i].before) {
        of.least *= aug_box_least_steps(terms, box, i);
        of.most *= aug_box_most_steps(terms, box, i);
        of.loops += shape->at[i].group_end - shape->at[i].group;
    }
    return of;
}

// Two steps of the only loop in time that moves a tensor, with S tiles in each, c together: 2 S - c of them are
// of instances that have no second one. Along one axis these steps are half of the tiles, rounded up, so it is
// one at most; along two, s1 and s2, there are more than 2 (s1 - 1) s2 tiles and more than (2 s1 - 1) (s2 - 1),
// which leaves (S + 4) / (3 S - 6) at most, where s1 = 2.
static double unsure_of_two(const inside *of) {
    if (of->most == 1)
        return 0.0;
    double most = 1.0 - 1.0 / (double)of->most, tiles = (double)of->tiles - 1.0, steps = (double)of->least;
    double kept = 2.0 * (double)of->most - (double)of->tiles;
    if (of->loops == 1)
        kept = fmin(kept, 1.0);
    if (of->loops == 2)
        most = fmin(most, steps < 6.0 ? 5.0 / 6.0 : (steps + 4.0) / (3.0 * steps - 6.0));
    return tiles > 0.0 ? fmin(most, fmax(0.0, kept / tiles)) : most;
}

// Behind c - 1 whole tiles of the mover, in the last one of the loops around it, r words are left of a size of
// (c - 1) T + r. Where it has one step there it stays in place: r <= T, c >= 3. With loops in space inside and
// two steps T + d what instances behind d keep of the first: T - d of (c - 1) T + d, where c counts both, c >= 4.
static aug_unsure unsure_of_tails(const inside *of, double least) {
    bool in_space = of->most > 1;
    aug_unsure unsure = {.falls = true, .fewest = in_space ? 4.0 : 3.0, .behind = in_space ? 1.0 : 0.0};
    unsure.part = aug_unsure_at(&unsure, least);
    return unsure;
}

aug_unsure aug_box_unsure(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    aug_unsure none = {0};
    if (term->mover < 0) {
        aug_count many = term->given_two < 0 ? 1 : steps_inside(terms, box, term, term->given_two).most;
        return (aug_unsure){.part = 1.0 - 1.0 / (double)many};
    }
    const aug_shape_item *mover = &terms->shape->at[term->mover];
    if (is_even(terms, box, mover->rank))
        return none;
    const inside of = steps_inside(terms, box, term, mover->rank);
    aug_count least = aug_box_least_count(terms, box, term->mover);
    bool first = aug_box_least_around(terms, box, term->mover) == 1;
    double two = first && least == 2 ? unsure_of_two(&of) : 0.0;
    if (aug_box_most_around(terms, box, term->mover) == 1)
        return (aug_unsure){.part = two};
    aug_unsure tails = unsure_of_tails(&of, (double)least);
    return two > tails.part ? (aug_unsure){.part = two} : tails;
}

// Steps in space behind a loop in time over the same rank that leaves the tensor in place: in the short tile
// of the loops further out fewer may be in use.
double aug_box_sure_steps(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    double sure = 1.0;
    for (int i = 0; i < term->steps.count; i++) {
        int rank = terms->shape->at[term->steps.at[i]].rank;
        aug_count given = aug_shape_given(terms->space, rank);
        if (aug_shape_is_even(terms->space, rank))
            continue;
        sure *= given > 1 ? 1.0 - 1.0 / (double)given : 1.0;
        for (int k = 0; k < term->counts.count; k++) {
            int loop = term->counts.at[k];
            if (terms->shape->at[loop].rank != rank || aug_box_most_count(terms, box, loop) == 1)
                continue;
            aug_count least = aug_box_least_count(terms, box, loop);
            sure *= 1.0 - 1.0 / (double)(least > 2 ? least : 2);
        }
    }
    return sure;
}

// Copies for each time that words come, at most. Of `steps` in space in each of `outer` tiles, all but the
// last of which are full, there are (outer - 1) steps + 1 tiles at least; with a loop in time inside of one
// in space alone 2 (steps - 1) + 1.
static double most_first_of(const aug_shape_terms *terms, const aug_box *box, int loop) {
    const aug_shape *shape = terms->shape;
    int arrays = 0, outermost = -1, rank = shape->at[loop].rank;
    double steps = 1.0, part = 1.0;
    bool any = aug_shape_given(terms->space, rank) > 1;
    for (int i = loop; i >= 0; i = shape->at[i].before) {
        any |= shape->at[i].kind == AUG_ITEM_FOR;
        if (shape->at[i].kind != AUG_ITEM_PAR)
            continue;
        arrays++;
        steps *= (double)aug_box_most_steps(terms, box, i);
        outermost = i;
    }
    if (!any)
        return 1.0;
    if (arrays > 0 && aug_shape_is_inside(terms, outermost) && !aug_shape_is_even(terms->space, rank))
        part = steps / (((double)aug_box_least_around(terms, box, outermost) - 1.0) * steps + 1.0);
    else if (arrays == 1 && !aug_shape_is_inside(terms, outermost))
        part = 2.0 / 3.0;
    return fmin(1.0, fmin(part, steps / (double)aug_box_least_count(terms, box, loop)));
}

double aug_box_most_first(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    double part = 1.0 / (double)term->given;
    for (int k = 0; k < term->counts.count; k++)
        part *= most_first_of(terms, box, term->counts.at[k]);
    return part;
}

// ---- The corner of least counts

static bool all_single(const aug_shape_terms *terms, const aug_box *box, const aug_term_list *loops) {
    for (int i = 0; i < loops->count; i++)
        if (!aug_box_is_single(box, loops->at[i]) ||
            !aug_box_is_single(box, terms->shape->at[loops->at[i]].before))
            return false;
    return true;
}

static aug_count product_of_sharers(const aug_shape_terms *terms, const aug_box *box,
                                    const aug_shape_term *term) {
    aug_count product = aug_box_steps_product(terms, box, &term->sharers, true);
    for (int i = 0; i < term->dividers.count; i++)
        product *= aug_box_most_count(terms, box, term->dividers.at[i]);
    return product;
}

// The tiles of a rank that come by, where loops in space share a read: no fewer than around them, or once.
static aug_count count_shared(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term,
                              int loop) {
    const aug_shape *shape = terms->shape;
    int rank = shape->at[loop].rank, sharer = -1, sharers = 0;
    aug_count count = aug_box_least_count(terms, box, loop);
    for (int i = 0; i < term->dividers.count; i++)
        if (shape->at[term->dividers.at[i]].rank == rank) {
            aug_count once = aug_box_most_count(terms, box, term->dividers.at[i]);
            return count > once ? count : once;
        }
    for (int i = 0; i < term->sharers.count; i++)
        if (shape->at[term->sharers.at[i]].rank == rank) {
            sharer = term->sharers.at[i];
            sharers++;
        }
    if (sharers != 1 || sharer > loop)
        return count;
    aug_count outer = aug_box_least_around(terms, box, sharer) * aug_box_most_steps(terms, box, sharer);
    return count > outer ? count : outer;
}

bool aug_box_fills_last(const aug_shape_terms *terms, const aug_box *box, int item) {
    aug_count whole = (aug_box_most_around(terms, box, item) - 1) * aug_box_most_steps(terms, box, item);
    return aug_box_least_count(terms, box, item) > whole + 1 ||
           aug_box_class(terms, item, box->from[item])->most == 1;
}

// Points of a rank that are read, of which loops in space share: as many as one of each of their tiles has,
// with the steps of loops between two of them.
static aug_count points_of(const aug_shape_terms *terms, const aug_box *box, const aug_term_list *sharers,
                           int rank) {
    const aug_shape *shape = terms->shape;
    aug_count size = terms->space->problem->sizes[rank], steps = 1, within = 1, outer = 1;
    int last = -1;
    bool whole = false;
    for (int i = 0; i < sharers->count; i++) {
        int item = sharers->at[i], before = shape->at[item].before;
        if (shape->at[item].rank != rank)
            continue;
        steps *= aug_box_most_steps(terms, box, item);
        if (last < 0) {
            outer = aug_box_least_around(terms, box, item);
            whole = aug_box_fills_last(terms, box, item);
        } else {
            aug_count around = aug_box_most_count(terms, box, last);
            within *= (aug_box_least_count(terms, box, before) + around - 1) / around;
        }
        last = item;
    }
    aug_count all = (size + steps - 1) / steps;
    within *= aug_box_class(terms, last, box->to[last])->least;
    within = whole ? outer * within : (outer - 1) * within + 1;
    return all > within ? all : within;
}

// Operands that compute reads, of which loops in space share: of a rank that does not move the tensor a tile
// of the innermost of them, or what its steps leave.
static aug_count operands_of(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    const aug_shape *shape = terms->shape;
    aug_count product = 1;
    for (int r = 0; r < terms->space->rank_count; r++) {
        aug_count points = terms->space->problem->sizes[r];
        for (int i = 0; i < term->dividers.count; i++)
            if (shape->at[term->dividers.at[i]].rank == r)
                points = aug_box_class(terms, term->dividers.at[i], box->to[term->dividers.at[i]])->least;
        for (int i = 0; i < term->sharers.count; i++)
            if (shape->at[term->sharers.at[i]].rank == r) {
                points = points_of(terms, box, &term->sharers, r);
                break;
            }
        product *= points;
    }
    return product;
}

aug_wide aug_box_most_results(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    aug_wide first = term->words;
    for (int i = 0; i < term->copies.count; i++) {
        int item = term->copies.at[i];
        bool shares = aug_term_list_has(&term->sharers, item);
        for (int k = 0; k < term->dividers.count; k++)
            shares |= term->dividers.at[k] >= item &&
                      terms->shape->at[term->dividers.at[k]].rank == terms->shape->at[item].rank;
        first *= shares ? 1 : aug_box_most_steps(terms, box, item);
    }
    return first;
}

static aug_wide corner_of(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    if (term->kind == AUG_TERM_OPERANDS)
        return (aug_wide)operands_of(terms, box, term) * term->price;
    if (term->kind == AUG_TERM_RESULTS) {
        aug_wide all = operands_of(terms, box, term), first = aug_box_most_results(terms, box, term);
        return first < all ? (all - first) * term->price : 0;
    }
    aug_count sharers = product_of_sharers(terms, box, term);
    aug_wide times = term->given, words;
    for (int i = 0; i < term->counts.count; i++)
        times *= count_shared(terms, box, term, term->counts.at[i]);
    times *= aug_box_steps_product(terms, box, &term->steps, false);
    double sure = (1.0 - aug_box_unsure(terms, box, term).part) * aug_box_sure_steps(terms, box, term);
    if (term->kind == AUG_TERM_MOVED) {
        if (sure == 1.0)
            return times * term->words / sharers * term->price;
        aug_wide once = aug_box_steps_product(terms, box, &term->copies, false);
        words = (aug_wide)((double)(times * term->words) * sure * (1.0 - 1e-12));
        once *= term->words;
        words = words > once ? words : once;
        return words / sharers * term->price;
    }
    if (sure == 1.0 && all_single(terms, box, &term->counts) && all_single(terms, box, &term->copies)) {
        aug_wide first = aug_box_steps_product(terms, box, &term->copies, true);
        return times > first ? (times - first) * term->words / sharers * term->price : 0;
    }
    sure *= 1.0 - aug_box_most_first(terms, box, term);
    words = (aug_wide)((double)(times * term->words) * sure * (1.0 - 1e-12));
    return words / sharers * term->price;
}

aug_wide aug_box_corner(const aug_shape_terms *terms, const aug_box *box) {
    aug_wide prices[AUG_PROBLEM_MEMORIES + 1];
    memcpy(prices, terms->given, sizeof prices);
    for (int i = 0; i < terms->count; i++)
        prices[terms->at[i].child] += corner_of(terms, box, &terms->at[i]);
    return terms->fixed + aug_bound_sum(terms->space, terms->keeping, prices);
}

// ---- Cycles

// Instances that loops in space down to an item may use.
static double most_instances(const aug_shape_terms *terms, const aug_box *box, int end) {
    double instances = 1.0;
    for (int i = 0; i < end; i++)
        if (terms->shape->at[i].kind == AUG_ITEM_PAR)
            instances *= (double)aug_box_most_steps(terms, box, i);
    return instances;
}

// Times that a rank takes more steps in time than its points, spread over so many steps in space, are: 10 over
// 4 take 3, of 2.5. Over the least of all that loops from `at` on may have; 1 where they are too many to look
// at.
static double least_waste(const aug_shape_terms *terms, const aug_box *box, const aug_term_list *loops, int at,
                          aug_count steps, aug_count size, int *looked_at) {
    if (at == loops->count) {
        ++*looked_at;
        return (double)((size + steps - 1) / steps * steps) / (double)size;
    }
    double waste = (double)INFINITY;
    for (aug_count own = aug_box_least_steps(terms, box, loops->at[at]);
         own <= aug_box_most_steps(terms, box, loops->at[at]) && waste > 1.0; own++) {
        if (*looked_at > LOOKED_AT)
            return 1.0;
        waste = fmin(waste, least_waste(terms, box, loops, at + 1, steps * own, size, looked_at));
    }
    return waste;
}

static double least_compute_cycles(const aug_shape_terms *terms, const aug_box *box) {
    const aug_space *space = terms->space;
    double busiest = 1.0, even = space->operations / (double)space->fan_below[0];
    for (int r = 0; r < space->rank_count; r++) {
        aug_term_list loops = {.count = 0};
        aug_count size = space->problem->sizes[r];
        int looked_at = 0;
        for (int i = 0; i < terms->shape->count; i++)
            if (terms->shape->at[i].kind == AUG_ITEM_PAR && terms->shape->at[i].rank == r) {
                if (loops.count == AUG_SHAPE_FACTORS)
                    return even / space->unit_rate;
                loops.at[loops.count++] = (int8_t)i;
            }
        if (loops.count == 0) {
            busiest *= (double)size;
            continue;
        }
        busiest *= (double)points_of(terms, box, &loops, r);
        even *= least_waste(terms, box, &loops, 0, 1, size, &looked_at);
    }
    return fmax(busiest, even * (1.0 - 1e-13)) / space->unit_rate;
}

double aug_box_cycles(const aug_shape_terms *terms, const aug_box *box) {
    const aug_space *space = terms->space;
    double reads[AUG_PROBLEM_MEMORIES], writes[AUG_PROBLEM_MEMORIES];
    memcpy(reads, terms->read_bits, sizeof reads);
    memcpy(writes, terms->write_bits, sizeof writes);
    double slowest = least_compute_cycles(terms, box);
    for (int i = 0; i < terms->flow_count; i++) {
        const aug_shape_flow *flow = &terms->flows[i];
        const aug_shape_term *term = &flow->term;
        int tensor = term->store < 0 ? -1 - term->store : terms->shape->at[term->store].tensor;
        double bits = (double)corner_of(terms, box, term) * space->memories[flow->memory].bits[tensor] /
                      (flow->store < 0 ? 1.0 : most_instances(terms, box, flow->store));
        *(flow->writes ? &writes[flow->memory] : &reads[flow->memory]) += bits;
    }
    for (int m = 0; m < space->memory_count; m++)
        slowest = fmax(slowest, aug_port_cycles(&space->memories[m], reads[m], writes[m]));
    return aug_whole_cycles(slowest * (1.0 - 1e-13)) + space->overhead_cycles;
}

int aug_box_two_steps(const aug_shape_terms *terms, const aug_box *box) {
    for (int i = 0; i < terms->count; i++) {
        const aug_shape_term *term = &terms->at[i];
        if (term->kind > AUG_TERM_AGAIN || term->mover < 0 || aug_box_is_single(box, term->mover) ||
            aug_box_least_count(terms, box, term->mover) > 2)
            continue;
        const inside of = steps_inside(terms, box, term, terms->shape->at[term->mover].rank);
        if (aug_box_least_around(terms, box, term->mover) == 1 && unsure_of_two(&of) > 0.0)
            return term->mover;
    }
    return -1;
}
