// From an index to metrics.
//
// A worker has its own copies of the study's trees and fills the scalars of a point into them. The machine is read anew
// when its index changes, which is seldom; models are kept in a few slots by their index. Each has an arena of its own that
// is reset before it is read again.
#include "design/point.h"

#include "design/mix.h"
#include "system/plan_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Turns of an agent that are evaluated, those between taken as linear: what grows with the square of the context is met within
// 1/100 (agent.h).
enum { AGENT_TURNS = 9 };

enum { MODEL_SLOTS = AUG_VISIT_MODELS, LIST_SLOTS = AUG_VISIT_POINTS, LIST_BYTES = 24 << 20 };

static const uint64_t no_index = UINT64_MAX;

typedef struct model_slot {
    aug_arena arena;
    uint64_t index;
    aug_model *model; // NULL: invalid
    aug_plan formats; // number formats that the study sets for the model
    double parameters;
    bool has_experts;
} model_slot;

// The plans of one model, plan, scenario and size of the network that joins the chips.
typedef struct list_slot {
    aug_arena arena; // for the list
    uint64_t model, plan, scenario;
    double joined;
    aug_plan_list *list; // NULL: empty
} list_slot;

struct aug_point_worker {
    const aug_study *study;
    jmp_buf failure;
    bool failed;
    aug_arena arena; // for the copies
    aug_space_copy copy;
    aug_errors errors;

    aug_arena machine_arena;
    uint64_t machine_index;
    aug_machine *machine; // NULL: invalid
    bool base_tried[AUG_VARIANTS];
    aug_machine *bases[AUG_VARIANTS]; // machines as their files have them; read when first needed
    aug_deployment deployment;        // with the roofline of the machine
    aug_mapped *mapped;               // NULL: no times come from mappings

    model_slot slots[MODEL_SLOTS];
    list_slot lists[LIST_SLOTS];
    unsigned oldest_list;  // gives way to the next; all do when they hold LIST_BYTES together
    aug_arena small_arena; // for plans and scenarios
    uint64_t plan_index, scenario_index;
    aug_plan plan;
    aug_scenario scenario;
    bool plan_valid, scenario_valid;

    const aug_point *baseline; // by point of the baseline's study; NULL: none
    uint64_t compared;         // the point whose baseline counts: of a mix the one that stands for all

    uint64_t tried; // index of the model that was tried last
    uint64_t first_invalid; // part and index in it
    char invalid[sizeof ((aug_error *)0)->message];
    aug_outcome outcome;
};

void aug_point_worker_free(aug_point_worker *w) {
    if (!w)
        return;
    aug_mapped_free(w->mapped);
    aug_arena_free(&w->arena);
    aug_arena_free(&w->machine_arena);
    aug_arena_free(&w->small_arena);
    for (int i = 0; i < LIST_SLOTS; i++)
        aug_arena_free(&w->lists[i].arena);
    for (int i = 0; i < MODEL_SLOTS; i++)
        aug_arena_free(&w->slots[i].arena);
    free(w);
}

// Copies the study's trees; false when out of memory.
static bool copy_space(aug_point_worker *w) {
    if (setjmp(w->failure) != 0)
        return false;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        aug_space_copy_part(&w->arena, &w->study->space, (aug_part)part, &w->copy);
    return true;
}

aug_point_worker *aug_point_worker_new(const aug_study *study) {
    aug_point_worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->study = study;
    w->deployment.agent_turns = AGENT_TURNS;
    w->machine_index = w->plan_index = w->scenario_index = w->first_invalid = no_index;
    aug_arena_init(&w->arena, &w->failure);
    aug_arena_init(&w->machine_arena, &w->failure);
    aug_arena_init(&w->small_arena, &w->failure);
    for (int i = 0; i < LIST_SLOTS; i++)
        aug_arena_init(&w->lists[i].arena, &w->failure);
    for (int i = 0; i < MODEL_SLOTS; i++) {
        aug_arena_init(&w->slots[i].arena, &w->failure);
        w->slots[i].index = no_index;
    }
    if (copy_space(w))
        return w;
    aug_point_worker_free(w);
    return NULL;
}

void aug_point_worker_compare(aug_point_worker *w, const aug_point *baseline) {
    w->baseline = baseline;
}

bool aug_point_worker_map(aug_point_worker *w, const aug_mapped_options *options) {
    aug_mapped_options own = *options;
    own.threads = 1;
    w->mapped = aug_mapped_new(&own, &w->failure);
    return w->mapped != NULL;
}

// ---- Machines

// The machine as its file has it, for what a varied one follows from.
static const aug_machine *base_machine(aug_point_worker *w, int variant) {
    if (!w->bases[variant] && !w->base_tried[variant]) {
        w->base_tried[variant] = true;
        const aug_variant *v = &w->study->space.parts[AUG_PART_MACHINE].variants[variant];
        const aug_reader reader = {&w->arena, &w->errors};
        aug_machine *machine = AUG_NEW(&w->arena, aug_machine);
        // A base that is not valid by itself (choices written in place) has nothing to follow from.
        if (aug_machine_read(&reader, aug_node_copy(&w->arena, v->base), v->name, machine))
            w->bases[variant] = machine;
        w->errors.count = w->errors.dropped = 0;
        if (!w->bases[variant])
            return NULL;
        const aug_technology *technology = machine->technology ? aug_study_technology(w->study, machine->technology) : NULL;
        if (technology)
            aug_silicon_complete(machine, technology);
    }
    return w->bases[variant];
}

static void finish_silicon(aug_point_worker *w, aug_machine *machine, int variant) {
    const aug_technology *technology = machine->technology ? aug_study_technology(w->study, machine->technology) : NULL;
    const aug_space_part *part = &w->study->space.parts[AUG_PART_MACHINE];
    if (!technology)
        return;
    const aug_machine *base = part->is_set ? base_machine(w, variant) : NULL;
    const aug_variant *v = &part->variants[variant];
    if (base)
        aug_silicon_vary_dies(machine, base, w->study->dies[variant], technology,
                              base->technology ? aug_study_technology(w->study, base->technology) : NULL,
                              (aug_stated){.area = v->sets_area, .price = v->sets_price, .power = v->sets_power, .energy = v->sets_energy});
    else
        aug_silicon_complete(machine, technology);
}

static const aug_machine *read_machine(aug_point_worker *w, aug_errors *errors, uint64_t part_index) {
    aug_arena_reset(&w->machine_arena);
    const aug_reader reader = {&w->machine_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_MACHINE, part_index, &w->copy);
    aug_machine *machine = AUG_NEW(&w->machine_arena, aug_machine);
    const char *name = w->study->space.parts[AUG_PART_MACHINE].variants[variant].name;
    if (!aug_machine_read(&reader, w->copy.roots[AUG_PART_MACHINE][variant], name, machine))
        return NULL;
    finish_silicon(w, machine, variant);
    if (!w->study->varies_kernels)
        machine->models = machine->model == AUG_MACHINE_KERNEL ? w->study->models[variant] : NULL;
    else if (!aug_kernels_attach(w->study->library, &w->machine_arena, errors, machine))
        return NULL;
    return w->machine = machine;
}

// ---- Models

static bool read_formats(const aug_reader *reader, const aug_node *map, aug_plan *formats) {
    *formats = aug_plan_default();
    return !map || aug_plan_read(reader, map, formats);
}

static aug_model *read_model(aug_point_worker *w, aug_arena *arena, aug_errors *errors, uint64_t part_index, aug_plan *formats) {
    const aug_reader reader = {arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_MODEL, part_index, &w->copy);
    const aug_variant *v = &w->study->space.parts[AUG_PART_MODEL].variants[variant];
    const aug_document document = {.name = *v->file ? v->file : v->base->document->name, .root = w->copy.roots[AUG_PART_MODEL][variant]};
    if (!read_formats(&reader, w->copy.formats[AUG_PART_MODEL][variant], formats))
        return NULL;
    aug_model *model = aug_model_read(w->study->library, &reader, &document, v->name);
    if (model && v->suffix)
        aug_model_set_weights(model, v->suffix);
    return model;
}

static const aug_model *fill_slot(aug_point_worker *w, aug_errors *errors, uint64_t part_index) {
    model_slot *slot = &w->slots[part_index % MODEL_SLOTS];
    slot->index = no_index;
    aug_arena_reset(&slot->arena);
    slot->model = read_model(w, &slot->arena, errors, part_index, &slot->formats);
    if (slot->model) {
        aug_parameters parameters = aug_model_parameters(slot->model);
        slot->parameters = parameters.total;
        slot->has_experts = aug_model_has_experts(slot->model);
    }
    slot->index = part_index;
    return slot->model;
}

// ---- Plans and scenarios

static bool read_plan(aug_point_worker *w, aug_errors *errors, uint64_t part_index, aug_plan *plan) {
    aug_arena_reset(&w->small_arena);
    const aug_reader reader = {&w->small_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_PLAN, part_index, &w->copy);
    return aug_plan_read(&reader, w->copy.roots[AUG_PART_PLAN][variant], plan);
}

static bool read_scenario(aug_point_worker *w, aug_errors *errors, uint64_t part_index, aug_scenario *scenario) {
    aug_arena_reset(&w->small_arena);
    const aug_reader reader = {&w->small_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_SCENARIO, part_index, &w->copy);
    const aug_node *root = w->copy.roots[AUG_PART_SCENARIO][variant];
    return aug_scenario_read(&reader, root, scenario);
}

// ---- Trying parts

static bool try_part(aug_point_worker *w, aug_errors *errors, aug_part part, uint64_t index) {
    aug_plan plan;
    aug_scenario scenario;
    switch (part) {
    case AUG_PART_MACHINE:
        return read_machine(w, errors, index) != NULL;
    case AUG_PART_MODEL:
        w->tried = index;
        return fill_slot(w, errors, index) != NULL;
    case AUG_PART_PLAN:
        return read_plan(w, errors, index, &plan);
    case AUG_PART_SCENARIO:
        return read_scenario(w, errors, index, &scenario);
    case AUG_PART_COUNT:
        break;
    }
    return true;
}

bool aug_point_try(aug_point_worker *w, aug_errors *errors, aug_part part, uint64_t part_index) {
    if (setjmp(w->failure) != 0) {
        w->failed = true;
        return false;
    }
    return try_part(w, errors, part, part_index);
}

const aug_machine *aug_point_machine(aug_point_worker *w, uint64_t point) {
    w->machine = NULL;
    w->machine_index = no_index;
    aug_point_try(w, &w->errors, AUG_PART_MACHINE, aug_space_part_index(&w->study->space, point, AUG_PART_MACHINE));
    w->errors.count = w->errors.dropped = 0;
    return w->machine;
}

double aug_point_training_tokens(const aug_point_worker *w) {
    const aug_model *model = w->slots[w->tried % MODEL_SLOTS].model;
    return model ? model->training_tokens : 0.0;
}

// ---- Points

// Keeps the message of the first part that cannot be read, whatever the order in which parts are met.
static void note_invalid(aug_point_worker *w, aug_part part, uint64_t part_index) {
    uint64_t place = (uint64_t)part << 48 | part_index; // there are at most 2^40 points
    if (w->errors.count && place < w->first_invalid) {
        w->first_invalid = place;
        memcpy(w->invalid, w->errors.items[0].message, sizeof w->invalid);
    }
    w->errors.count = w->errors.dropped = 0;
}

// Brings machine, model, plan and scenario of a point to hand; false where one cannot be read.
static bool prepare(aug_point_worker *w, uint64_t point, model_slot **slot) {
    const aug_space *space = &w->study->space;
    uint64_t machine = aug_space_part_index(space, point, AUG_PART_MACHINE);
    uint64_t model = aug_space_part_index(space, point, AUG_PART_MODEL);
    uint64_t plan = aug_space_part_index(space, point, AUG_PART_PLAN);
    uint64_t scenario = aug_space_part_index(space, point, AUG_PART_SCENARIO);
    if (machine != w->machine_index) {
        w->machine = NULL;
        read_machine(w, &w->errors, machine);
        w->machine_index = machine;
        if (w->machine)
            aug_roofline_init(&w->deployment.roofline, w->machine);
        w->deployment.mapped = w->machine && w->machine->model == AUG_MACHINE_MAPPED ? w->mapped : NULL;
        note_invalid(w, AUG_PART_MACHINE, machine);
    }
    *slot = &w->slots[model % MODEL_SLOTS];
    if ((*slot)->index != model)
        fill_slot(w, &w->errors, model);
    note_invalid(w, AUG_PART_MODEL, model);
    if (plan != w->plan_index) {
        w->plan_valid = read_plan(w, &w->errors, plan, &w->plan);
        w->plan_index = plan;
        note_invalid(w, AUG_PART_PLAN, plan);
    }
    if (scenario != w->scenario_index) {
        w->scenario_valid = read_scenario(w, &w->errors, scenario, &w->scenario);
        w->scenario_index = scenario;
        note_invalid(w, AUG_PART_SCENARIO, scenario);
    }
    return w->machine && (*slot)->model && w->plan_valid && w->scenario_valid;
}

static bool is_list_of(const list_slot *kept, const aug_point_worker *w, const model_slot *slot, double joined) {
    return kept->list && kept->model == slot->index && kept->plan == w->plan_index && kept->scenario == w->scenario_index &&
           kept->joined == joined;
}

static void forget_list(list_slot *kept) {
    kept->list = NULL;
    aug_arena_reset(&kept->arena);
}

// The oldest slot, emptied; all are where they hold too much.
static list_slot *free_list(aug_point_worker *w) {
    size_t bytes = 0;
    for (int i = 0; i < LIST_SLOTS; i++)
        bytes += w->lists[i].arena.used_bytes;
    for (int i = 0; i < LIST_SLOTS && bytes > LIST_BYTES; i++)
        forget_list(&w->lists[i]);
    list_slot *oldest = &w->lists[w->oldest_list++ % LIST_SLOTS];
    forget_list(oldest);
    return oldest;
}

// The plans of the point at hand, from the last machine or made anew. What a list holds does not depend on the model's
// slot, but for the stage that it points to.
static aug_plan_list *find_list(aug_point_worker *w, const model_slot *slot, const aug_plan *plan) {
    double joined = aug_collective_joined(w->machine);
    for (int i = 0; i < LIST_SLOTS; i++) {
        aug_plan_list *list = w->lists[i].list;
        if (!is_list_of(&w->lists[i], w, slot, joined))
            continue;
        if (list->stage)
            list->stage = &slot->model->stages[slot->model->language];
        return list;
    }
    list_slot *made = free_list(w);
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

static double predicted_loss(const aug_point_worker *w, const model_slot *slot, const aug_plan *plan) {
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
static bool sees_all(const model_slot *slot, const aug_scenario *scenario) {
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
    model_slot *slot;
    *point = (aug_point){.reason = AUG_REASON_INVALID};
    if (!prepare(w, index, &slot))
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
        if (workers[i]->first_invalid != no_index && (!first || workers[i]->first_invalid < first->first_invalid))
            first = workers[i];
    return first ? first->invalid : NULL;
}
