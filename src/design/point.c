// From an index to metrics: the best plan of a point whose parts are at hand (point_read.c), or what is in its way.
#include "design/mix.h"
#include "design/point_worker.h"

#include <math.h>
#include <string.h>

enum { LIST_BYTES = 24 << 20 }; // that lists of plans may hold together

static bool is_list_of(const aug_point_list *kept, const aug_point_worker *w, const aug_point_model *slot, double joined) {
    return kept->list && kept->model == slot->index && kept->plan == w->plan_index && kept->scenario == w->scenario_index &&
           kept->joined == joined;
}

static void forget_list(aug_point_list *kept) {
    kept->list = NULL;
    aug_arena_reset(&kept->arena);
}

// The oldest slot, emptied; all are where they hold too much.
static aug_point_list *free_list(aug_point_worker *w) {
    size_t bytes = 0;
    for (int i = 0; i < AUG_POINT_LISTS; i++)
        bytes += w->lists[i].arena.used_bytes;
    for (int i = 0; i < AUG_POINT_LISTS && bytes > LIST_BYTES; i++)
        forget_list(&w->lists[i]);
    aug_point_list *oldest = &w->lists[w->oldest_list++ % AUG_POINT_LISTS];
    forget_list(oldest);
    return oldest;
}

// The plans of the point at hand, from the last machine or made anew. What a list holds does not depend on the model's
// slot, but for the stage that it points to.
static aug_plan_list *find_list(aug_point_worker *w, const aug_point_model *slot, const aug_plan *plan) {
    double joined = aug_collective_joined(w->machine);
    for (int i = 0; i < AUG_POINT_LISTS; i++) {
        aug_plan_list *list = w->lists[i].list;
        if (!is_list_of(&w->lists[i], w, slot, joined))
            continue;
        if (list->stage)
            list->stage = &slot->model->stages[slot->model->language];
        return list;
    }
    aug_point_list *made = free_list(w);
    made->model = slot->index;
    made->plan = w->plan_index;
    made->scenario = w->scenario_index;
    made->joined = joined;
    return made->list = aug_plan_list_make(&made->arena, &w->deployment, plan);
}

static double objective(const aug_objective *wanted, const double *metrics) {
    double value = metrics[wanted->metric];
    return wanted->maximize ? -value : value;
}

// Whether a point of the front beats the best that this point could be.
static bool is_hopeless(const aug_point_worker *w, const aug_plan_list *list, double chips, const aug_front *front,
                        uint64_t group, const double *before) {
    if (front->count == 0 || !list->any_fits)
        return false;
    const aug_lower_bound bound = list->best;
    double best[AUG_METRIC_COUNT];
    for (int i = 0; i < AUG_METRIC_COUNT; i++)
        best[i] = !isnan(before[i]) ? before[i] : aug_metric_is_less_better((aug_metric)i) ? -HUGE_VAL : HUGE_VAL;
    best[AUG_METRIC_TTFT] = bound.ttft_seconds;
    best[AUG_METRIC_TPOT] = bound.tpot_seconds;
    best[AUG_METRIC_LATENCY] = bound.latency_seconds;
    best[AUG_METRIC_TOKENS] = bound.tokens_per_second;
    best[AUG_METRIC_TOKENS_USER] = 1.0 / bound.tpot_seconds;
    best[AUG_METRIC_TOKENS_CHIP] = bound.tokens_per_second / chips;
    best[AUG_METRIC_JOULES] = bound.joules_per_token;
    best[AUG_METRIC_USD_MTOK] = bound.usd_per_mtok;
    double objectives[AUG_OBJECTIVES] = {0};
    for (int i = 0; i < w->study->objective_count; i++) {
        const aug_objective *wanted = &w->study->objectives[i];
        // An objective against its nature (the most expensive machine) has no bound.
        if (wanted->maximize == aug_metric_is_less_better(wanted->metric) && isnan(before[wanted->metric]))
            return false;
        objectives[i] = objective(wanted, best);
    }
    return aug_front_beats(front, group, objectives);
}

// The first budget that known metrics break, or AUG_REASON_NONE. A baseline that has no value allows nothing.
static aug_reason_kind check_budgets(const aug_study *study, const double *baseline, const double *metrics) {
    for (int i = 0; i < study->budget_count; i++) {
        const aug_budget *budget = &study->budgets[i];
        double value = metrics[budget->metric], limit = budget->limit * (budget->relative ? baseline[budget->metric] : 1.0);
        bool over = aug_metric_is_less_better(budget->metric) ? value > limit : value < limit;
        over = over || (budget->relative && isnan(limit));
        if (over)
            return (aug_reason_kind)(AUG_REASON_BUDGET + i);
    }
    return AUG_REASON_NONE;
}

// A budget or objective whose metric has no value for this point.
static aug_reason_kind check_known(const aug_study *study, const double *metrics) {
    for (int i = 0; i < study->objective_count; i++)
        if (isnan(metrics[study->objectives[i].metric]))
            return (aug_reason_kind)(AUG_REASON_UNKNOWN + i);
    for (int i = 0; i < study->budget_count; i++)
        if (isnan(metrics[study->budgets[i].metric]))
            return (aug_reason_kind)(AUG_REASON_BUDGET + i);
    return AUG_REASON_NONE;
}

static aug_reason_kind reason_of(aug_fit fit) {
    switch (fit) {
    case AUG_FIT_OK:
        break;
    case AUG_FIT_NOT:
        return AUG_REASON_MEMORY;
    case AUG_FIT_LIMITS:
        return AUG_REASON_LIMITS;
    case AUG_FIT_NO_PLAN:
        return AUG_REASON_PLAN;
    }
    return AUG_REASON_NONE;
}

static void set_formats(aug_plan *plan, const aug_plan *formats) {
    int *const targets[] = {&plan->weights, &plan->activations, &plan->cache, &plan->experts};
    const int values[] = {formats->weights, formats->activations, formats->cache, formats->experts};
    for (size_t i = 0; i < AUG_COUNT(targets); i++)
        if (values[i] >= 0)
            *targets[i] = values[i];
}

static double predicted_loss(const aug_point_worker *w, const aug_point_model *slot, const aug_plan *plan) {
    if (!w->study->law || slot->has_experts || slot->model->language < 0)
        return (double)NAN;
    aug_precision precision = aug_plan_precision(plan, &slot->model->stages[slot->model->language].precision);
    return aug_law_loss(w->study->law, slot->parameters, slot->model->training_tokens, &precision);
}

// The bands of the loss, and of what it is beyond the baseline's.
static void set_losses(const aug_point_worker *w, const double *baseline, double *metrics) {
    const aug_law *law = w->study->law;
    if (!law || isnan(metrics[AUG_METRIC_LOSS]))
        return;
    const aug_quality own = {metrics[AUG_METRIC_PARAMETERS], metrics[AUG_METRIC_TRAINING], metrics[AUG_METRIC_LOSS]};
    double half = AUG_LAW_BAND * aug_law_error(law, &own);
    metrics[AUG_METRIC_LOSS_LOW] = own.loss - half;
    metrics[AUG_METRIC_LOSS_HIGH] = own.loss + half;
    if (!baseline || isnan(baseline[AUG_METRIC_LOSS]))
        return;
    const aug_quality other = {baseline[AUG_METRIC_PARAMETERS], baseline[AUG_METRIC_TRAINING], baseline[AUG_METRIC_LOSS]};
    double gap = own.loss - other.loss;
    half = AUG_LAW_BAND * aug_law_gap_error(law, &own, &other);
    metrics[AUG_METRIC_LOSS_GAP] = gap;
    metrics[AUG_METRIC_LOSS_GAP_LOW] = gap - half;
    metrics[AUG_METRIC_LOSS_GAP_HIGH] = gap + half;
}

// Whether an agent's longest context is one that the model sees.
static bool sees_all(const aug_point_model *slot, const aug_scenario *scenario) {
    double most = slot->model->context_tokens;
    return !scenario->turns || !(most > 0.0) || aug_scenario_longest(scenario) <= most;
}

// How far the times of the outcome are those of the best mappings.
static void judge_mappings(const aug_outcome *outcome, aug_point *point) {
    for (int i = 0; i < outcome->phase_count; i++) {
        const aug_phase_cost *cost = &outcome->phases[i].cost;
        point->worst_gap = cost->worst_gap > point->worst_gap ? cost->worst_gap : point->worst_gap;
        point->unmapped = point->unmapped || cost->unmapped_seconds > 0.01 * cost->seconds;
    }
}

static void evaluate_one(aug_point_worker *w, const aug_front *front, uint64_t index, aug_point *point) {
    const aug_study *study = w->study;
    aug_point_model *slot;
    *point = (aug_point){.reason = AUG_REASON_INVALID};
    if (!aug_point_prepare(w, index, &slot))
        return;
    const double *baseline = w->baseline ? w->baseline[aug_study_baseline_point(study, w->compared)].metrics : NULL;
    aug_plan plan = w->plan;
    set_formats(&plan, &slot->formats);
    w->deployment.model = slot->model;
    w->deployment.scenario = &w->scenario;
    w->deployment.economy = study->economy;
    aug_metrics_before(w->machine, &plan, point->metrics);
    point->metrics[AUG_METRIC_PARAMETERS] = slot->parameters;
    point->metrics[AUG_METRIC_TRAINING] = slot->model->training_tokens > 0.0 ? slot->model->training_tokens : (double)NAN;
    point->metrics[AUG_METRIC_TRAINING_OPS] = 6.0 * slot->parameters * point->metrics[AUG_METRIC_TRAINING];
    point->metrics[AUG_METRIC_LOSS] = predicted_loss(w, slot, &plan);
    set_losses(w, baseline, point->metrics);
    point->reason = sees_all(slot, &w->scenario) ? check_budgets(study, baseline, point->metrics) : AUG_REASON_LIMITS;
    if (point->reason != AUG_REASON_NONE)
        return;
    aug_plan_list *list = find_list(w, slot, &plan);
    aug_plan_list_bound(list, &w->deployment);
    if (is_hopeless(w, list, (double)plan.chips, front, aug_study_cell(study, index), point->metrics)) {
        point->pruned = true;
        return;
    }
    if (!list->any_fits) // what it would be like if it did is of no interest here
        point->reason = list->count ? AUG_REASON_MEMORY : AUG_REASON_PLAN;
    else
        point->reason = reason_of(aug_plan_list_best(list, &w->deployment, &w->outcome));
    if (w->outcome.latency_seconds > w->scenario.period_seconds && point->reason == AUG_REASON_NONE) // no period is NaN, which nothing exceeds
        point->reason = AUG_REASON_LIMITS;
    bool compares = point->reason == AUG_REASON_LIMITS && !study->objective_count; // a baseline may be too slow
    if (point->reason != AUG_REASON_NONE && !compares)
        return;
    aug_metrics_after(&w->outcome, point->metrics);
    judge_mappings(&w->outcome, point);
    if (point->reason == AUG_REASON_NONE)
        point->reason = check_known(study, point->metrics);
    if (point->reason == AUG_REASON_NONE)
        point->reason = check_budgets(study, baseline, point->metrics);
    for (int i = 0; i < study->objective_count; i++)
        point->objectives[i] = objective(&study->objectives[i], point->metrics);
}

// All members of a mix, of which nothing is pruned; the first that is not feasible decides.
static void evaluate_mix(aug_point_worker *w, uint64_t members, uint64_t index, aug_point *point) {
    const aug_front none = {0};
    aug_mix_sum sum = {0};
    double worst_gap = 0.0;
    bool unmapped = false;
    for (uint64_t m = 0; m < members; m++) {
        evaluate_one(w, &none, aug_mix_member(&w->study->space, index, m), point);
        if (point->reason != AUG_REASON_NONE)
            return;
        aug_mix_add(&sum, point->metrics);
        worst_gap = fmax(worst_gap, point->worst_gap);
        unmapped = unmapped || point->unmapped;
    }
    aug_mix_mean(&sum, point->metrics);
    point->worst_gap = worst_gap;
    point->unmapped = unmapped;
    for (int i = 0; i < w->study->objective_count; i++)
        point->objectives[i] = objective(&w->study->objectives[i], point->metrics);
}

static void evaluate(aug_point_worker *w, const aug_front *front, uint64_t index, aug_point *point) {
    const aug_space *space = &w->study->space;
    uint64_t members = aug_mix_members(space);
    w->compared = index;
    if (members == 1)
        evaluate_one(w, front, index, point);
    else if (aug_mix_is_first(space, index))
        evaluate_mix(w, members, index, point);
    else
        *point = (aug_point){.is_member = true};
}

void aug_point_evaluate_range(aug_point_worker *w, const aug_front *front, uint64_t first, uint64_t count, aug_point *points) {
    if (w->failed)
        return;
    if (setjmp(w->failure) != 0) {
        w->failed = true;
        return;
    }
    for (uint64_t i = 0; i < count; i++)
        evaluate(w, front, aug_space_visited(&w->study->space, first + i), &points[i]);
}

bool aug_point_worker_failed(const aug_point_worker *worker) {
    return worker->failed;
}

const char *aug_point_first_invalid(aug_point_worker *const *workers, int count) {
    const aug_point_worker *first = NULL;
    for (int i = 0; i < count; i++)
        if (workers[i]->first_invalid != AUG_POINT_NO_INDEX && (!first || workers[i]->first_invalid < first->first_invalid))
            first = workers[i];
    return first ? first->invalid : NULL;
}
