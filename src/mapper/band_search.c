// B doubles up to ALWAYS, and on until a doubling brings less than GAIN: that is the last one. Operations
// fall from (B + 1) / (2 B) of all pairs to (2 B + 1) / (4 B), by the share 1 / (2 B + 2): from 16 bands to
// 32 by 0.029. Few bands are tried in any case, for what fits a memory comes in steps.
//
// A number of bands whose operations and compulsory traffic (group_floor.h) are no less than what is known is
// not searched; that floor is its bound.
#include "mapper/band_search.h"

#include "mapper/group_floor.h"
#include "mapper/suite.h"

#include <math.h>

static const double GAIN = 0.03;
enum { ALWAYS = 8 };

// One size of band: its einsums, each by itself, and the best way to run them.
typedef struct aug_band_part {
    aug_mask_band size;
    const aug_problem *members[AUG_GROUP_MEMBERS];
    aug_mapper_result alone[AUG_GROUP_MEMBERS];
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

static void map_chain(aug_band_search *s, const aug_problem *const *members, const aug_mapper_result *alone,
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
    s->stopped = s->stopped || result->stopped;
}

static void map_part(aug_band_search *s, part *of, uint64_t node_limit) {
    map_chain(s, of->members, of->alone, s->banding->count, node_limit, &of->all);
    for (int e = 0; s->banding->count > 1 && e < s->banding->count; e++)
        map_chain(s, &of->members[e], &of->alone[e], 1, node_limit, &of->own[e]);
}

// All sizes of band that are not known yet. The limit is shared evenly; what one leaves the others have.
static void map_parts(aug_band_search *s, int from, int bands) {
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

// What each band takes at least however it is fused: operations, and what has to pass the outermost memory.
static aug_group_point floor_of(const aug_band_search *s, int bands) {
    const aug_banding *b = s->banding;
    const aug_group_prefix none = {0};
    aug_group *group = AUG_NEW(s->arena, aug_group);
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_point point = {0.0, 0.0, NULL};
    for (int i = 1; i <= bands; i++) {
        const part *of = find_part(s, aug_mask_cut(b->mask, b->rows, bands, i));
        if (!aug_group_init(of->members, b->count, 0, b->count, s->question->chain->running, group))
            continue;
        for (int e = 0; e < b->count; e++) {
            aug_group_floor floor = aug_group_floor_of(group, &none, e, group->members[e], NULL);
            point.energy_pj += floor.energy_pj;
            loads[e] = aug_group_floor_load(&floor);
        }
        point.cycles += aug_group_units_cycles(group, loads);
    }
    return point;
}

// No less than what is known, as far as sums of doubles tell: that is its bound, too.
static void rule_out(const aug_band_search *s, aug_group_point floor, aug_band_trial *trial) {
    trial->value = (double)INFINITY;
    trial->lower_bound = aug_group_value(s->options.objective, floor.energy_pj, floor.cycles);
}

// Whether it is better than fewer bands. Of all rows as one band the choice of groups finds the bounds
// itself.
static bool search_bands(aug_band_search *s, int from, aug_band_trial *trial) {
    const aug_banding *b = s->banding;
    map_parts(s, from, trial->bands);
    aug_band_fronts sum = nothing(s), own[AUG_GROUP_MEMBERS];
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
    if (trial->bands > 1 || s->is_all)
        join(&s->all.low, &sum.low);
    return join(&s->all.best, &sum.best);
}

static bool try_bands(aug_band_search *s, aug_band_trial *trial) {
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
        if (bands >= ALWAYS && trial->is_searched && (!is_better || trial->value > least * (1.0 - GAIN)))
            break;
        if (aug_progress_stopped(s->options.progress))
            break;
        least = fmin(least, trial->value);
    }
}
