// Why a band by itself is exact: rows are apart, for the result has them as an index, so bands write
// different words of it; what they read they read for themselves, as if nothing was left of the band before.
// Bands of equal rows and columns (a window makes many of them) are one problem.
//
// B doubles up to ALWAYS, and on until a doubling brings less than GAIN: that is the last one. Operations
// fall from (B + 1) / (2 B) of all pairs to (2 B + 1) / (4 B), by the share 1 / (2 B + 2): from 16 bands to
// 32 by 0.029. Few bands are tried in any case, for what fits a memory comes in steps.
//
// A number of bands whose operations and compulsory traffic (group_floor.h) are no less than what is known is
// not searched; that floor is its bound.
//
//     one-pass attention of 16 heads, 2048 x 2048, B = 2: 1024 x 1024 and 1024 x 2048 pairs, 3/4 of all; K
//     and V are read for 1024 + 2048 positions, Q and the result of 2048 rows pass once
#include "mapper/band.h"

#include "mapper/group_floor.h"
#include "mapper/group_front.h"
#include "mapper/suite.h"
#include "problem/problem_equal.h"

#include <math.h>
#include <string.h>

static const double GAIN = 0.03;
enum { ALWAYS = 8 };

// One size of band: its einsums, each by itself, and the best way to run them.
typedef struct part {
    aug_mask_band size;
    const aug_problem *members[AUG_GROUP_MEMBERS];
    aug_mapper_result alone[AUG_GROUP_MEMBERS];
    aug_group_result all, own[AUG_GROUP_MEMBERS]; // `own`: of one member
} part;

typedef struct fronts {
    aug_group_front best, low;
} fronts;

typedef struct searcher {
    aug_arena *arena;
    const aug_band_question *question;
    aug_mapper_options options; // EDP: of fronts
    aug_banding *banding;
    int part_count, part_capacity;
    part *parts;
    fronts all;                    // of the run, of all numbers of bands so far
    fronts own[AUG_GROUP_MEMBERS]; // of each member by itself
    uint64_t nodes;
} searcher;

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

// ---- Parts

static part *find_part(const searcher *s, aug_mask_band size) {
    for (int i = 0; i < s->part_count; i++)
        if (s->parts[i].size.rows == size.rows && s->parts[i].size.columns == size.columns)
            return &s->parts[i];
    return NULL;
}

// The one of all rows is what the chain has already.
static void add_part(searcher *s, aug_mask_band size) {
    if (s->part_count == s->part_capacity)
        s->parts = aug_arena_grow(s->arena, s->parts, s->part_count, &s->part_capacity, sizeof *s->parts);
    part *of = &s->parts[s->part_count++];
    *of = (part){.size = size};
    for (int e = 0; e < s->banding->count; e++) {
        int at = s->banding->first + e;
        if (size.rows == s->banding->rows) {
            of->members[e] = s->question->chain->members[at];
            of->alone[e] = s->question->chain->alone[at];
            continue;
        }
        aug_problem *problem = AUG_NEW(s->arena, aug_problem);
        *problem = aug_band_problem(s->question->chain->members[at], s->question->masks[at], size);
        of->members[e] = problem;
    }
}

// Each member of parts `from` .. by itself, equal ones once.
static void map_alone(searcher *s, int from, int bands) {
    int count = s->banding->count, asked = (s->part_count - from) * count;
    aug_suite_member *members = AUG_NEW_ARRAY(s->arena, aug_suite_member, (size_t)asked);
    aug_suite_answer *answers = AUG_NEW_ARRAY(s->arena, aug_suite_answer, (size_t)asked);
    for (int i = 0; i < asked; i++)
        members[i] = (aug_suite_member){.problem = s->parts[from + i / count].members[i % count]};
    aug_mapper_options options = s->options;
    options.node_limit = s->question->alone_limit > 0 ? s->question->alone_limit / (uint64_t)bands + 1 : 0;
    aug_suite_run(s->arena, members, asked, &options, s->question->cache, answers);
    for (int i = 0; i < asked; i++) {
        s->parts[from + i / count].alone[i % count] = answers[i].result;
        s->nodes += answers[i].same_as == i ? answers[i].result.nodes : 0;
    }
}

static void map_chain(searcher *s, const aug_problem *const *members, const aug_mapper_result *alone,
                      int count, uint64_t node_limit, aug_group_result *result) {
    const aug_group_chain chain = {.members = members,
                                   .count = count,
                                   .running = s->question->chain->running,
                                   .alone = alone,
                                   .apart = s->question->chain->apart};
    aug_mapper_options options = s->options;
    options.node_limit = node_limit;
    aug_group_map(s->arena, &chain, &options, result);
    s->nodes += result->nodes;
}

static void map_part(searcher *s, part *of, uint64_t node_limit) {
    map_chain(s, of->members, of->alone, s->banding->count, node_limit, &of->all);
    for (int e = 0; s->banding->count > 1 && e < s->banding->count; e++)
        map_chain(s, &of->members[e], &of->alone[e], 1, node_limit, &of->own[e]);
}

// All sizes of band that are not known yet. The limit is shared evenly; what one leaves the others have.
static void map_parts(searcher *s, int from, int bands) {
    uint64_t limit = s->options.node_limit, before;
    if (bands > 1)
        map_alone(s, from, bands);
    before = s->nodes;
    for (int i = from; i < s->part_count; i++) {
        uint64_t used = s->nodes - before, left = used < limit ? limit - used : 0;
        map_part(s, &s->parts[i], limit > 0 ? left / (uint64_t)(s->part_count - i) + 1 : 0);
    }
}

// ---- Sums over bands

static aug_group_front new_front(const searcher *s) {
    return (aug_group_front){.arena = s->arena, .objective = s->options.objective};
}

// The point of least value; NULL where there is none.
static const aug_mapper_point *best_alone(const searcher *s, const aug_mapper_result *result) {
    const aug_mapper_point *best = NULL;
    double least = (double)INFINITY;
    for (int i = 0; i < result->point_count; i++) {
        const aug_mapper_point *point = &result->points[i];
        double value =
            aug_group_value(s->options.objective, aug_group_energy(point->energy_pj), point->cycles);
        if (value < least) {
            least = value;
            best = point;
        }
    }
    return best;
}

// A plan of a part as one of a band of the run, with all before it in the band.
static const aug_group_plan *stamp(const searcher *s, const part *of, const aug_group_plan *plan, int offset,
                                   int band, int bands) {
    if (!plan)
        return NULL;
    aug_group_plan *copy = AUG_NEW(s->arena, aug_group_plan);
    *copy = *plan;
    copy->before = stamp(s, of, plan->before, offset, band, bands);
    copy->band = bands > 1 ? band : 0;
    copy->bands = bands > 1 ? bands : 0;
    for (int e = 0; bands > 1 && e < plan->group->member_count; e++) {
        const aug_mapper_point *alone = best_alone(s, &of->alone[offset + plan->first + e]);
        copy->alone_pj += alone ? alone->energy_pj : (double)NAN;
        copy->alone_cycles += alone ? alone->cycles : (double)NAN;
    }
    copy->first = s->banding->first + offset + plan->first;
    return copy;
}

// Adds one band behind those that `sum` has already. `offset`: the member that the result begins with.
static void add_band(const searcher *s, const part *of, const aug_group_result *result, int offset, int band,
                     int bands, fronts *sum) {
    aug_group_front points = new_front(s), low = new_front(s);
    for (int i = 0; i < result->point_count; i++) {
        aug_group_point point = result->points[i];
        point.last = stamp(s, of, point.last, offset, band, bands);
        aug_group_front_add(&points, point);
    }
    for (int i = 0; i < result->low_count; i++)
        aug_group_front_add(&low, result->low[i]);
    const fronts before = *sum;
    *sum = (fronts){new_front(s), new_front(s)};
    aug_group_front_add_sums(&sum->best, &before.best, &points, 1.0);
    aug_group_front_add_sums(&sum->low, &before.low, &low, 1.0);
}

static fronts nothing(const searcher *s) {
    fronts start = {new_front(s), new_front(s)};
    const aug_group_point none = {0.0, 0.0, NULL};
    aug_group_front_add(&start.best, none);
    aug_group_front_add(&start.low, none);
    return start;
}

static bool join(aug_group_front *into, const aug_group_front *from) {
    bool better = false;
    for (int i = 0; i < from->count; i++)
        better |= aug_group_front_add(into, from->points[i]);
    return better;
}

// ---- One number of bands

static void settle_trial(const fronts *sum, aug_band_trial *trial) {
    trial->is_searched = true;
    trial->value = aug_group_front_value(&sum->best);
    trial->lower_bound = fmin(trial->value, aug_group_front_value(&sum->low));
    for (int i = 0; i < sum->best.count; i++) {
        const aug_group_point *point = &sum->best.points[i];
        if (trial->is_found ||
            aug_group_value(sum->best.objective, point->energy_pj, point->cycles) > trial->value)
            continue;
        trial->is_found = true;
        trial->energy_pj = point->energy_pj;
        trial->cycles = point->cycles;
    }
}

// What each band takes at least however it is fused: operations, and what has to pass the outermost memory.
static aug_group_point floor_of(const searcher *s, int bands) {
    const aug_banding *b = s->banding;
    const aug_group_prefix none = {0};
    aug_group *group = AUG_NEW(s->arena, aug_group);
    aug_group_point point = {0.0, 0.0, NULL};
    for (int i = 1; i <= bands; i++) {
        const part *of = find_part(s, aug_mask_cut(b->mask, b->rows, bands, i));
        if (!aug_group_init(of->members, b->count, 0, b->count, s->question->chain->running, group))
            continue;
        for (int e = 0; e < b->count; e++) {
            aug_group_floor floor = aug_group_floor_of(group, &none, e, group->members[e], NULL);
            point.energy_pj += floor.energy_pj;
            point.cycles += floor.cycles;
        }
    }
    return point;
}

static void rule_out(searcher *s, aug_group_point floor, aug_band_trial *trial) {
    trial->value = (double)INFINITY;
    trial->lower_bound = aug_group_value(s->options.objective, floor.energy_pj, floor.cycles);
    aug_group_front_add(&s->all.low, floor);
}

// Whether it is better than fewer bands. Of all rows as one band the choice of groups finds the bounds
// itself.
static bool search_bands(searcher *s, int from, aug_band_trial *trial) {
    const aug_banding *b = s->banding;
    map_parts(s, from, trial->bands);
    fronts sum = nothing(s), own[AUG_GROUP_MEMBERS];
    for (int e = 0; e < b->count; e++)
        own[e] = nothing(s);
    for (int i = 1; i <= trial->bands; i++) {
        const part *of = find_part(s, aug_mask_cut(b->mask, b->rows, trial->bands, i));
        add_band(s, of, &of->all, 0, i, trial->bands, &sum);
        for (int e = 0; e < b->count; e++)
            add_band(s, of, &of->own[e], e, i, trial->bands, &own[e]);
    }
    settle_trial(&sum, trial);
    for (int e = 0; e < b->count; e++)
        join(&s->own[e].best, &own[e].best);
    for (int e = 0; trial->bands > 1 && e < b->count; e++)
        join(&s->own[e].low, &own[e].low);
    if (trial->bands > 1)
        join(&s->all.low, &sum.low);
    return join(&s->all.best, &sum.best);
}

static bool try_bands(searcher *s, aug_band_trial *trial) {
    const aug_banding *b = s->banding;
    int from = s->part_count;
    trial->pairs = aug_mask_banded_pairs(b->mask, b->rows, trial->bands);
    for (int i = 1; i <= trial->bands; i++) {
        aug_mask_band size = aug_mask_cut(b->mask, b->rows, trial->bands, i);
        if (!find_part(s, size))
            add_part(s, size);
    }
    aug_group_point floor = floor_of(s, trial->bands);
    if (trial->bands == 1 || aug_group_front_allows(&s->all.best, floor.energy_pj, floor.cycles))
        return search_bands(s, from, trial);
    s->part_count = from;
    rule_out(s, floor, trial);
    return true;
}

static void search_run(searcher *s) {
    aug_banding *b = s->banding;
    double least = (double)INFINITY;
    for (int bands = 1; bands <= AUG_BAND_MOST && (aug_count)bands <= b->rows; bands *= 2) {
        aug_band_trial *trial = &b->trials[b->trial_count++];
        trial->bands = bands;
        bool is_better = try_bands(s, trial);
        if (bands >= ALWAYS && trial->is_searched && (!is_better || trial->value > least * (1.0 - GAIN)))
            break;
        if (aug_progress_stopped(s->options.progress))
            break;
        least = fmin(least, trial->value);
    }
}

// ---- All runs

static void put_offer(int first, int count, const fronts *of, aug_bands *bands) {
    bands->offers[bands->offer_count++] = (aug_group_offer){.first = first,
                                                            .count = count,
                                                            .point_count = of->best.count,
                                                            .points = of->best.points,
                                                            .low_count = of->low.count,
                                                            .low = of->low.points};
}

// The least that a member takes by itself.
static void put_alone(const searcher *s, int at, const aug_group_front *front, double *alone_pj,
                      double *alone_cycles) {
    for (int i = 0; i < front->count; i++) {
        const aug_group_point *point = &front->points[i];
        if (aug_group_value(front->objective, point->energy_pj, point->cycles) > aug_group_front_value(front))
            continue;
        bool has_energy = !isnan(s->question->chain->alone[at].points[0].energy_pj);
        alone_pj[at] = has_energy ? point->energy_pj : (double)NAN;
        alone_cycles[at] = point->cycles;
        return;
    }
}

static void put_run(const searcher *s, aug_bands *bands, double *alone_pj, double *alone_cycles) {
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

static void take_run(searcher *s, const aug_banding *from, const aug_bands *known) {
    aug_banding *b = s->banding;
    int by = b->first - from->first;
    b->trial_count = from->trial_count;
    memcpy(b->trials, from->trials, sizeof b->trials);
    for (int i = 0; i < known->offer_count; i++) {
        const aug_group_offer *offer = &known->offers[i];
        if (offer->first < from->first || offer->first >= from->first + from->count)
            continue;
        fronts *to = offer->count == from->count ? &s->all : &s->own[offer->first - from->first];
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
static bool find_run(searcher *s, const aug_bands *known) {
    for (int i = 0; i + 1 < known->count; i++)
        if (same_run(s->question, &known->bandings[i], s->banding)) {
            take_run(s, &known->bandings[i], known);
            return true;
        }
    return false;
}

static searcher new_searcher(aug_arena *arena, const aug_band_question *question, aug_banding *banding) {
    searcher s = {.arena = arena, .question = question, .options = *question->options, .banding = banding};
    if (s.options.objective == AUG_OBJECTIVE_EDP)
        s.options.objective = AUG_OBJECTIVE_FRONT;
    s.all = (fronts){new_front(&s), new_front(&s)};
    for (int e = 0; e < AUG_GROUP_MEMBERS; e++)
        s.own[e] = s.all;
    return s;
}

// A run from member `first` on.
static aug_banding banding_of(const aug_band_question *question, int first) {
    const aug_problem *problem = question->chain->members[first];
    const aug_mask *mask = question->masks[first];
    aug_banding banding = {.first = first, .count = run_length(question, first), .mask = mask};
    banding.rows = problem->sizes[mask->rows];
    return banding;
}

static void start_alone(const searcher *s, int at, double *alone_pj, double *alone_cycles) {
    const aug_mapper_point *best = best_alone(s, &s->question->chain->alone[at]);
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
        searcher s = new_searcher(arena, question, NULL);
        start_alone(&s, i, alone_pj, alone_cycles);
    }
    for (int i = 0; i < question->chain->count; i++) {
        if (!is_cut(question->chain, question->masks, i))
            continue;
        aug_banding *banding = &bandings[bands->count++];
        *banding = banding_of(question, i);
        searcher s = new_searcher(arena, question, banding);
        if (!find_run(&s, bands))
            search_run(&s);
        put_run(&s, bands, alone_pj, alone_cycles);
        bands->nodes += s.nodes;
        i += banding->count - 1;
    }
}
