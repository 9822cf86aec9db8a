// B doubles up to ALWAYS, and on until a doubling brings less than GAIN: that is the last one. Operations
// fall from (B + 1) / (2 B) of all pairs to (2 B + 1) / (4 B), by the share 1 / (2 B + 2): from 16 bands to
// 32 by 0.029. Few bands are tried in any case, for what fits a memory comes in steps.
//
// A number of bands that takes no less than what is known, as far as its bands are searched, is given up.
// Those that are not searched yet count with their floors (group_floor.h), of operations, compulsory traffic
// and what einsums take alone. That sum is its bound, and a doubling that brings nothing is the last one: of
// B bands operations are a (1 + 1 / B) and traffic is b (1 + B), so if more bands than the best take more,
// still more do so, too. Few bands are shown in any case: up to 4 they are searched where the floors allow.
//
// All numbers of bands share one limit. Each search begins with what is known of other bands (band_seed.h).
#include "fusion/band_search.h"

#include "fusion/band_seed.h"
#include "fusion/group_floor.h"
#include "mapper/suite.h"

#include <math.h>

static const double GAIN = 0.03;
enum { ALWAYS = 8 };

// One size of band: its einsums, each by itself, and the best way to run them.
typedef struct aug_band_part {
    aug_mask_band size;
    const aug_problem *members[AUG_GROUP_MEMBERS];
    aug_mapper_result alone[AUG_GROUP_MEMBERS];
    aug_group_point floor;                        // however it is fused
    bool is_mapped;                               // `all` is known
    aug_group_result all, own[AUG_GROUP_MEMBERS]; // `own`: of one member
} part;

// ---- Parts

static part *find_part(const aug_band_search *s, aug_mask_band size) {
    for (int i = 0; i < s->part_count; i++)
        if (s->parts[i].size.rows == size.rows && s->parts[i].size.columns == size.columns)
            return &s->parts[i];
    return NULL;
}

// The one of all rows is what the chain has already.
static void add_part(aug_band_search *s, aug_mask_band size) {
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
static void map_alone(aug_band_search *s, int from, int bands) {
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

// Of mappings with the least energy the search meets fast ones, which the seed may not be. So it looks for
// what is below a little more.
static const double SLACK = 1e-9;

// What is known of other bands.
static int find_seeds(aug_band_search *s, const aug_group_chain *chain, aug_group_offer *offers) {
    s->seeds = s->seeds ? s->seeds : aug_band_seeds_new(s->arena, s->options.objective);
    aug_band_seeds *seeds = s->seeds;
    aug_band_seeds_start(seeds, chain);
    for (int i = 0; i < s->part_count; i++)
        for (int k = 0; k < s->parts[i].all.point_count; k++)
            aug_band_seeds_add(seeds, s->parts[i].all.points[k].last);
    int count = aug_band_seeds_offer(seeds, offers);
    for (int i = 0; i < count && s->options.objective == AUG_OBJECTIVE_ENERGY; i++) {
        aug_group_point *raised = AUG_NEW(s->arena, aug_group_point);
        *raised = offers[i].points[0];
        raised->energy_pj *= 1.0 + SLACK;
        offers[i].points = raised;
    }
    return count;
}

// Without the slack: what the plans take.
static void take_off_slack(const aug_band_search *s, aug_group_result *result) {
    if (s->options.objective != AUG_OBJECTIVE_ENERGY || result->point_count == 0)
        return;
    aug_group_point *point = AUG_NEW(s->arena, aug_group_point);
    *point = result->points[0];
    double energy = 0.0;
    for (const aug_group_plan *plan = point->last; plan; plan = plan->before)
        energy += aug_group_energy(plan->energy_pj);
    if (energy >= point->energy_pj * (1.0 - SLACK / 16.0))
        return;
    point->energy_pj = energy;
    result->points = point;
    result->value = energy;
    result->lower_bound = fmin(result->lower_bound, energy);
}

static void map_chain(aug_band_search *s, const aug_problem *const *members, const aug_mapper_result *alone,
                      int count, uint64_t node_limit, aug_group_result *result) {
    aug_group_offer offers[AUG_BAND_SEEDS];
    aug_group_chain chain = {.members = members,
                             .count = count,
                             .running = s->question->chain->running,
                             .alone = alone,
                             .apart = s->question->chain->apart,
                             .overlap = s->question->chain->overlap};
    if (count > 1 && !chain.apart) {
        chain.offer_count = find_seeds(s, &chain, offers);
        chain.offers = offers;
    }
    aug_mapper_options options = s->options;
    options.node_limit = node_limit;
    aug_group_map(s->arena, &chain, &options, result);
    take_off_slack(s, result);
    s->nodes += result->nodes;
    s->stopped = s->stopped || result->stopped;
}

static void map_part(aug_band_search *s, part *of, uint64_t node_limit) {
    map_chain(s, of->members, of->alone, s->banding->count, node_limit, &of->all);
    of->is_mapped = true;
}

// Members by themselves: what is known of them as groups.
static void put_own(aug_band_search *s, part *of) {
    for (int e = 0; s->banding->count > 1 && e < s->banding->count; e++)
        map_chain(s, &of->members[e], &of->alone[e], 1, s->options.node_limit, &of->own[e]);
}

// ---- Sums over bands

static aug_group_front new_front(const aug_band_search *s) {
    return (aug_group_front){.arena = s->arena, .objective = s->options.objective};
}

// The point of least value; NULL where there is none.
const aug_mapper_point *aug_band_alone(const aug_band_search *s, const aug_mapper_result *result) {
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
static const aug_group_plan *stamp(const aug_band_search *s, const part *of, const aug_group_plan *plan,
                                   int offset, int band, int bands) {
    if (!plan)
        return NULL;
    aug_group_plan *copy = AUG_NEW(s->arena, aug_group_plan);
    *copy = *plan;
    copy->before = stamp(s, of, plan->before, offset, band, bands);
    copy->band = bands > 1 ? band : 0;
    copy->bands = bands > 1 ? bands : 0;
    for (int e = 0; bands > 1 && e < plan->group->member_count; e++) {
        const aug_mapper_point *alone = aug_band_alone(s, &of->alone[offset + plan->first + e]);
        copy->alone_pj += alone ? alone->energy_pj : (double)NAN;
        copy->alone_cycles += alone ? alone->cycles : (double)NAN;
    }
    copy->first = s->banding->first + offset + plan->first;
    return copy;
}

// Adds one band behind those that `sum` has already. `offset`: the member that the result begins with.
static void add_band(const aug_band_search *s, const part *of, const aug_group_result *result, int offset,
                     int band, int bands, aug_band_fronts *sum) {
    aug_group_front points = new_front(s), low = new_front(s);
    for (int i = 0; i < result->point_count; i++) {
        aug_group_point point = result->points[i];
        point.last = stamp(s, of, point.last, offset, band, bands);
        aug_group_front_add(&points, point);
    }
    for (int i = 0; i < result->low_count; i++)
        aug_group_front_add(&low, result->low[i]);
    const aug_band_fronts before = *sum;
    *sum = (aug_band_fronts){new_front(s), new_front(s)};
    aug_group_front_add_sums(&sum->best, &before.best, &points, 1.0);
    aug_group_front_add_sums(&sum->low, &before.low, &low, 1.0);
}

static aug_band_fronts nothing(const aug_band_search *s) {
    aug_band_fronts start = {new_front(s), new_front(s)};
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

static void settle_trial(const aug_band_fronts *sum, aug_band_trial *trial) {
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

// What a band takes at least however it is fused: operations, what has to pass the outermost memory, and what
// its einsums take alone but for what passes between them.
static aug_group_point floor_of(const aug_band_search *s, const part *of) {
    const aug_banding *b = s->banding;
    const aug_group_prefix none = {0};
    aug_group *group = AUG_NEW(s->arena, aug_group);
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_point point = {0.0, 0.0, NULL};
    if (!aug_group_init(of->members, b->count, 0, b->count, s->question->chain->running, group))
        return point;
    for (int e = 0; e < b->count; e++) {
        double alone_pj = of->alone[e].lower_bound;
        if (s->options.objective == AUG_OBJECTIVE_ENERGY && isfinite(alone_pj))
            group->least_pj[e] = aug_group_least_pj(group, e, alone_pj);
        aug_group_floor floor = aug_group_floor_of(group, &none, e, group->members[e], NULL);
        point.energy_pj += floor.energy_pj;
        loads[e] = aug_group_floor_load(&floor);
    }
    point.cycles = aug_group_units_cycles(group, loads);
    return point;
}

// The same of all bands, given what is known of those that are searched.
static aug_group_point floor_of_all(const aug_band_search *s, int bands) {
    aug_group_point sum = {0.0, 0.0, NULL};
    for (int i = 1; i <= bands; i++) {
        const part *of = find_part(s, aug_mask_cut(s->banding->mask, s->banding->rows, bands, i));
        aug_group_point least = of->floor;
        if (of->is_mapped && s->options.objective == AUG_OBJECTIVE_ENERGY)
            least.energy_pj = fmax(least.energy_pj, of->all.lower_bound);
        if (of->is_mapped && s->options.objective == AUG_OBJECTIVE_LATENCY)
            least.cycles = fmax(least.cycles, of->all.lower_bound);
        sum.energy_pj += least.energy_pj;
        sum.cycles += least.cycles;
    }
    return sum;
}

// No less than what is known, as far as sums of doubles tell: that is its bound, too.
static void rule_out(const aug_band_search *s, aug_group_point floor, aug_band_trial *trial) {
    trial->value = (double)INFINITY;
    trial->lower_bound = aug_group_value(s->options.objective, floor.energy_pj, floor.cycles);
}

// Members by themselves are searched in any case.
static void add_own(aug_band_search *s, int bands) {
    const aug_banding *b = s->banding;
    for (int e = 0; b->count > 1 && e < b->count; e++) {
        aug_band_fronts own = nothing(s);
        for (int i = 1; i <= bands; i++) {
            const part *of = find_part(s, aug_mask_cut(b->mask, b->rows, bands, i));
            add_band(s, of, &of->own[e], e, i, bands, &own);
        }
        join(&s->own[e].best, &own.best);
        if (bands > 1)
            join(&s->own[e].low, &own.low);
    }
}

// Whether it is better than fewer bands. Of all rows as one band the choice of groups finds the bounds
// itself.
static bool add_all(aug_band_search *s, aug_band_trial *trial) {
    const aug_banding *b = s->banding;
    aug_band_fronts sum = nothing(s);
    for (int i = 1; i <= trial->bands; i++) {
        const part *of = find_part(s, aug_mask_cut(b->mask, b->rows, trial->bands, i));
        add_band(s, of, &of->all, 0, i, trial->bands, &sum);
    }
    settle_trial(&sum, trial);
    if (trial->bands > 1 || s->is_all)
        join(&s->all.low, &sum.low);
    return join(&s->all.best, &sum.best);
}

// What this number of bands may take of the limit: at first even parts, for there are four or more.
static uint64_t allowance(const aug_band_search *s, int bands) {
    uint64_t limit = s->options.node_limit, left = s->nodes < limit ? limit - s->nodes : 0;
    return left / (uint64_t)(bands >= ALWAYS / 2 ? 2 : bands == 1 ? 4 : 3) + 1;
}

// Searches the bands that are not known yet, the largest first. The limit is shared evenly; what one leaves
// the others have. False: it is no better than what is known, by `floor`.
static bool map_parts(aug_band_search *s, int from, int bands, aug_group_point *floor) {
    uint64_t limit = allowance(s, bands), before = s->nodes, left_over = 0;
    for (int i = from; i < s->part_count; i++)
        left_over += !s->parts[i].is_mapped;
    for (int i = bands; i >= 1; i--) {
        part *of = find_part(s, aug_mask_cut(s->banding->mask, s->banding->rows, bands, i));
        *floor = floor_of_all(s, bands);
        bool may_stop = bands >= ALWAYS || (bands > 1 && i == bands);
        if (may_stop && !aug_group_front_allows(&s->all.best, floor->energy_pj, floor->cycles))
            return false;
        if (of->is_mapped)
            continue;
        uint64_t used = s->nodes - before, left = used < limit ? limit - used : 0;
        map_part(s, of, s->options.node_limit > 0 ? left / (left_over > 1 ? left_over-- : 1) + 1 : 0);
    }
    return true;
}

// Whether it is better than fewer bands.
static bool try_bands(aug_band_search *s, aug_band_trial *trial) {
    const aug_banding *b = s->banding;
    int from = s->part_count;
    aug_group_point floor;
    trial->pairs = aug_mask_banded_pairs(b->mask, b->rows, trial->bands);
    for (int i = 1; i <= trial->bands; i++) {
        aug_mask_band size = aug_mask_cut(b->mask, b->rows, trial->bands, i);
        if (!find_part(s, size))
            add_part(s, size);
    }
    if (trial->bands > 1)
        map_alone(s, from, trial->bands);
    for (int i = from; i < s->part_count; i++) {
        s->parts[i].floor = floor_of(s, &s->parts[i]);
        put_own(s, &s->parts[i]);
    }
    add_own(s, trial->bands);
    if (map_parts(s, from, trial->bands, &floor))
        return add_all(s, trial);
    rule_out(s, floor, trial);
    return false;
}

aug_band_search aug_band_search_new(aug_arena *arena, const aug_band_question *question,
                                    aug_banding *banding) {
    aug_band_search s = {
        .arena = arena, .question = question, .options = *question->options, .banding = banding};
    s.is_all = banding && banding->count == question->chain->count;
    if (s.options.objective == AUG_OBJECTIVE_EDP)
        s.options.objective = AUG_OBJECTIVE_FRONT;
    s.all = (aug_band_fronts){new_front(&s), new_front(&s)};
    for (int e = 0; e < AUG_GROUP_MEMBERS; e++)
        s.own[e] = s.all;
    return s;
}

void aug_band_search_run(aug_band_search *s) {
    aug_banding *b = s->banding;
    double least = (double)INFINITY;
    for (int bands = 1; bands <= AUG_BAND_MOST && (aug_count)bands <= b->rows; bands *= 2) {
        aug_band_trial *trial = &b->trials[b->trial_count++];
        trial->bands = bands;
        bool is_better = try_bands(s, trial);
        if (bands >= ALWAYS && (!is_better || trial->value > least * (1.0 - GAIN)))
            break;
        if (aug_progress_stopped(s->options.progress))
            break;
        least = fmin(least, trial->value);
    }
}
