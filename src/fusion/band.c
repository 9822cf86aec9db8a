// Why a band by itself is exact: rows are apart, for the result has them as an index, so bands write
// different words of it; what they read they read for themselves, as if nothing was left of the band before.
// Bands of equal rows and columns (a window makes many of them) are one problem.
//
//     one-pass attention of 16 heads, 2048 x 2048, B = 2: 1024 x 1024 and 1024 x 2048 pairs, 3/4 of all; K
//     and V are read for 1024 + 2048 positions, Q and the result of 2048 rows pass once
#include "fusion/band_search.h"

#include "problem/problem_equal.h"

#include <math.h>
#include <string.h>

aug_problem aug_band_problem(const aug_problem *problem, const aug_mask *mask, aug_mask_band band) {
    aug_problem cut = *problem;
    cut.sizes[mask->rows] = band.rows;
    if (mask->columns >= 0)
        cut.sizes[mask->columns] = band.columns;
    cut.operations = 1;
    for (int r = 0; r < cut.rank_count; r++)
        cut.operations *= cut.sizes[r];
    return cut;
}

// ---- Runs

static bool is_cut(const aug_group_chain *chain, const aug_mask *const *masks, int at) {
    return masks[at] && chain->members[at]->sizes[masks[at]->rows] > 1;
}

static const char *rank_name(const aug_problem *problem, int rank) {
    return rank < 0 ? NULL : problem->ranks[rank];
}

static bool same_name(const char *left, const char *right) {
    return !left || !right || strcmp(left, right) == 0;
}

// Whether two neighbours are cut alike: the same rows and columns of one mask, equally often.
static bool is_alike(const aug_band_question *q, int left, int right) {
    const aug_problem *a = q->chain->members[left], *b = q->chain->members[right];
    const aug_mask *of_a = q->masks[left], *of_b = q->masks[right];
    const double *repeats = q->chain->repeats;
    return is_cut(q->chain, q->masks, right) && aug_mask_equal(of_a, of_b) &&
           a->sizes[of_a->rows] == b->sizes[of_b->rows] &&
           strcmp(a->ranks[of_a->rows], b->ranks[of_b->rows]) == 0 &&
           same_name(rank_name(a, of_a->columns), rank_name(b, of_b->columns)) &&
           (!repeats || (repeats[left] <= repeats[right] && repeats[left] >= repeats[right]));
}

static int run_length(const aug_band_question *q, int first) {
    int count = 1;
    while (count < AUG_GROUP_MEMBERS && first + count < q->chain->count && is_alike(q, first, first + count))
        count++;
    return count;
}

bool aug_band_is_any(const aug_group_chain *chain, const aug_mask *const *masks) {
    for (int i = 0; masks && i < chain->count; i++)
        if (is_cut(chain, masks, i))
            return true;
    return false;
}

// ---- All runs

static void put_offer(int first, int count, const aug_band_fronts *of, aug_bands *bands) {
    bands->offers[bands->offer_count++] = (aug_group_offer){.first = first,
                                                            .count = count,
                                                            .point_count = of->best.count,
                                                            .points = of->best.points,
                                                            .low_count = of->low.count,
                                                            .low = of->low.points};
}

// The least that a member takes by itself.
static void put_alone(const aug_band_search *s, int at, const aug_group_front *front, double *alone_pj,
                      double *alone_cycles) {
    for (int i = 0; i < front->count; i++) {
        const aug_group_point *point = &front->points[i];
        if (aug_group_value(front->objective, point->energy_pj, point->cycles) > aug_group_front_value(front))
            continue;
        const aug_mapper_result *whole = &s->question->chain->alone[at];
        bool has_energy = whole->point_count == 0 || !isnan(whole->points[0].energy_pj);
        alone_pj[at] = has_energy ? point->energy_pj : (double)NAN;
        alone_cycles[at] = point->cycles;
        return;
    }
}

static void put_run(const aug_band_search *s, aug_bands *bands, double *alone_pj, double *alone_cycles) {
    int first = s->banding->first, count = s->banding->count;
    put_offer(first, count, &s->all, bands);
    for (int e = 0; e < count; e++) {
        if (count > 1)
            put_offer(first + e, 1, &s->own[e], bands);
        put_alone(s, first + e, count > 1 ? &s->own[e].best : &s->all.best, alone_pj, alone_cycles);
    }
}

// ---- Runs that ask the same

static bool same_names(const aug_problem *a, const aug_problem *b) {
    bool same = strcmp(a->name, b->name) == 0;
    for (int t = 0; t < a->tensor_count; t++)
        same = same && strcmp(a->tensors[t].name, b->tensors[t].name) == 0;
    for (int r = 0; r < a->rank_count; r++)
        same = same && strcmp(a->ranks[r], b->ranks[r]) == 0;
    return same;
}

static bool same_member(const aug_band_question *q, int left, int right) {
    const aug_problem *a = q->chain->members[left], *b = q->chain->members[right];
    return aug_problem_is_equal(a, b) && same_names(a, b) &&
           q->masks[left]->columns == q->masks[right]->columns &&
           q->masks[left]->rows == q->masks[right]->rows && aug_mask_equal(q->masks[left], q->masks[right]);
}

static bool same_run(const aug_band_question *q, const aug_banding *left, const aug_banding *right) {
    bool same = left->count == right->count;
    for (int e = 0; same && e < left->count; e++)
        same = same_member(q, left->first + e, right->first + e);
    return same;
}

// Plans of another run as those of this one.
static const aug_group_plan *shift(aug_arena *arena, const aug_group_plan *plan, int by) {
    if (!plan)
        return NULL;
    aug_group_plan *copy = AUG_NEW(arena, aug_group_plan);
    *copy = *plan;
    copy->first += by;
    copy->before = shift(arena, plan->before, by);
    return copy;
}

static void take_run(aug_band_search *s, const aug_banding *from, const aug_bands *known) {
    aug_banding *b = s->banding;
    int by = b->first - from->first;
    b->trial_count = from->trial_count;
    memcpy(b->trials, from->trials, sizeof b->trials);
    for (int i = 0; i < known->offer_count; i++) {
        const aug_group_offer *offer = &known->offers[i];
        if (offer->first < from->first || offer->first >= from->first + from->count)
            continue;
        aug_band_fronts *to = offer->count == from->count ? &s->all : &s->own[offer->first - from->first];
        for (int k = 0; k < offer->point_count; k++) {
            aug_group_point point = offer->points[k];
            point.last = shift(s->arena, point.last, by);
            aug_group_front_add(&to->best, point);
        }
        for (int k = 0; k < offer->low_count; k++)
            aug_group_front_add(&to->low, offer->low[k]);
    }
}

// What is known of a run that asks the same; false: nothing.
static bool find_run(aug_band_search *s, const aug_bands *known) {
    for (int i = 0; i + 1 < known->count; i++)
        if (same_run(s->question, &known->bandings[i], s->banding)) {
            take_run(s, &known->bandings[i], known);
            return true;
        }
    return false;
}

// A run from member `first` on.
static aug_banding banding_of(const aug_band_question *question, int first) {
    const aug_problem *problem = question->chain->members[first];
    const aug_mask *mask = question->masks[first];
    aug_banding banding = {.first = first, .count = run_length(question, first), .mask = mask};
    banding.rows = problem->sizes[mask->rows];
    return banding;
}

static void start_alone(const aug_band_search *s, int at, double *alone_pj, double *alone_cycles) {
    const aug_mapper_point *best = aug_band_alone(s, &s->question->chain->alone[at]);
    alone_pj[at] = best ? best->energy_pj : (double)NAN;
    alone_cycles[at] = best ? best->cycles : (double)NAN;
}

void aug_bands_search(aug_arena *arena, const aug_band_question *question, aug_bands *bands) {
    size_t most = (size_t)question->chain->count;
    aug_banding *bandings = AUG_NEW_ARRAY(arena, aug_banding, most);
    double *alone_pj = AUG_NEW_ARRAY(arena, double, most), *alone_cycles = AUG_NEW_ARRAY(arena, double, most);
    *bands = (aug_bands){.bandings = bandings,
                         .offers = AUG_NEW_ARRAY(arena, aug_group_offer, 2 * most),
                         .alone_pj = alone_pj,
                         .alone_cycles = alone_cycles};
    for (int i = 0; i < question->chain->count; i++) {
        aug_band_search s = aug_band_search_new(arena, question, NULL);
        start_alone(&s, i, alone_pj, alone_cycles);
    }
    for (int i = 0; i < question->chain->count; i++) {
        if (!is_cut(question->chain, question->masks, i))
            continue;
        aug_banding *banding = &bandings[bands->count++];
        *banding = banding_of(question, i);
        aug_band_search s = aug_band_search_new(arena, question, banding);
        if (!find_run(&s, bands))
            aug_band_search_run(&s);
        put_run(&s, bands, alone_pj, alone_cycles);
        bands->nodes += s.nodes;
        bands->is_all = s.is_all;
        bands->stopped = bands->stopped || s.stopped;
        i += banding->count - 1;
    }
}
