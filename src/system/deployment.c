#include "system/deployment.h"

#include <math.h>

void aug_deployment_init(aug_deployment *deployment, const aug_model *model, const aug_machine *machine,
                         const aug_scenario *scenario, const aug_economy *economy) {
    deployment->model = model;
    deployment->scenario = scenario;
    deployment->economy = economy;
    aug_roofline_init(&deployment->roofline, machine);
}

static double most_layers(const aug_model *model) {
    double most = 1.0;
    for (int i = 0; i < model->stage_count; i++)
        if (model->language < 0 || i == model->language)
            most = fmax(most, model->stages[i].graph.layers);
    return most;
}

aug_plan_space aug_deployment_space(const aug_deployment *deployment) {
    return (aug_plan_space){.layers = most_layers(deployment->model),
                            .experts = aug_model_has_experts(deployment->model),
                            .joined = aug_collective_joined(deployment->roofline.machine)};
}

// What evaluating one plan needs at hand.
typedef struct evaluation {
    const aug_deployment *deployment;
    aug_outcome *outcome;
} evaluation;

static aug_phase_cost run_pass(const evaluation *e, int stage, aug_pass pass, int home, aug_phase *phase, const char *name,
                               double repeats) {
    aug_phase_input input = {.roofline = &e->deployment->roofline,
                             .stage = &e->deployment->model->stages[stage],
                             .plan = &e->outcome->plan,
                             .precision = &e->outcome->stage_precisions[stage],
                             .pass = pass,
                             .home = home};
    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
    if (phase)
        *phase = (aug_phase){name, repeats, input, cost};
    return cost;
}

static aug_phase *next_phase(aug_outcome *outcome) {
    return &outcome->phases[outcome->phase_count++];
}

// The image encoder's pass over one request's image tokens.
static aug_phase_cost encode_image(const evaluation *e) {
    const aug_model *model = e->deployment->model;
    aug_phase_cost none = {0};
    double tokens = (double)e->deployment->scenario->image_tokens;
    for (int i = 0; i < model->stage_count && tokens > 0.0; i++) {
        const aug_stage *stage = &model->stages[i];
        if (stage->kind != AUG_STAGE_IMAGE)
            continue;
        aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = tokens * stage->tokens_per_image_token};
        return run_pass(e, i, pass, e->outcome->residency.home, next_phase(e->outcome), stage->name, 1.0);
    }
    return none;
}

// Seconds and energy per prompt when prompts are batched, over the stages of the pipeline.
typedef struct prompt_cost {
    double seconds, energy_pj;
} prompt_cost;

static prompt_cost batched_prompt(const evaluation *e, const aug_phase_cost *single, double requests) {
    const aug_scenario *s = e->deployment->scenario;
    double stages = (double)e->outcome->plan.pp;
    double most = floor(AUG_CHUNK_TOKENS / (double)s->in_tokens);
    double together = fmin(most, requests / stages);
    aug_phase_cost cost = *single;
    if (together > 1.0) {
        aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = together, .new_tokens = (double)s->in_tokens};
        cost = run_pass(e, e->deployment->model->language, pass, e->outcome->residency.home, NULL, NULL, 1.0);
    } else {
        together = 1.0;
    }
    double busy_stages = fmin(stages, fmax(1.0, requests));
    return (prompt_cost){cost.stage_seconds / together / busy_stages, cost.energy_pj / together};
}

// One replica with `requests` requests in flight.
typedef struct replica_cost {
    double tokens_per_second;
    double energy_pj_per_token; // of its chips, without static power
    double step_seconds;
} replica_cost;

static replica_cost run_replica(const evaluation *e, double requests, const aug_phase_cost *image,
                                const aug_phase_cost *prefill, aug_phase *decode_phase) {
    const aug_scenario *s = e->deployment->scenario;
    double stages = (double)e->outcome->plan.pp, tp = (double)e->outcome->plan.tp;
    double out = (double)s->out_tokens, together = fmax(1.0, requests / stages);
    aug_pass step = {.phase = AUG_PHASE_DECODE,
                     .sequences = together,
                     .new_tokens = 1.0,
                     .past_tokens = (double)s->in_tokens + out / 2.0 - 1.0};
    aug_phase_cost decode =
        run_pass(e, e->deployment->model->language, step, e->outcome->residency.home, decode_phase, "decode", 1.0);
    prompt_cost prompt = batched_prompt(e, prefill, requests);
    double seconds = requests * (prompt.seconds + image->stage_seconds) + (out - 1.0) * decode.stage_seconds;
    double energy = prompt.energy_pj + image->energy_pj + (out - 1.0) * decode.energy_pj / together;
    return (replica_cost){requests * out / seconds, tp * energy / out, decode.stage_seconds};
}

static void finish_money(const aug_deployment *d, double dynamic_joules_per_token, aug_outcome *outcome) {
    const aug_machine *machine = d->roofline.machine;
    double chips = (double)outcome->plan.chips;
    double static_watts = isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
    outcome->joules_per_token = dynamic_joules_per_token + static_watts * chips / outcome->tokens_per_second;
    if (!machine->has_energy)
        outcome->joules_per_token = NAN;
    outcome->watts = outcome->joules_per_token * outcome->tokens_per_second / chips;
    outcome->usd_per_hour = NAN;
    outcome->price_basis = AUG_PRICE_NONE;
    if (d->economy)
        outcome->usd_per_hour = chips * aug_economy_usd_per_hour(d->economy, machine, outcome->watts, &outcome->price_basis);
    double utilization = d->economy ? d->economy->utilization : 1.0;
    outcome->usd_per_mtok = outcome->usd_per_hour / 3600.0 / (outcome->tokens_per_second * utilization) * 1e6;
}

static void evaluate_language(const evaluation *e) {
    const aug_deployment *d = e->deployment;
    const aug_scenario *s = d->scenario;
    aug_outcome *o = e->outcome;
    aug_phase_cost image = encode_image(e);
    aug_pass prompt = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = (double)s->in_tokens};
    aug_phase_cost prefill = run_pass(e, d->model->language, prompt, o->residency.home, next_phase(o), "prefill", 1.0);

    double replicas = (double)o->plan.dp, batch = (double)s->batch;
    double fewer = floor(batch / replicas), more = ceil(batch / replicas), loaded = batch - fewer * replicas;
    replica_cost full = run_replica(e, more, &image, &prefill, next_phase(o));
    o->tokens_per_second = full.tokens_per_second * (more > fewer ? loaded : replicas);
    if (more > fewer && fewer > 0.0)
        o->tokens_per_second += run_replica(e, fewer, &image, &prefill, NULL).tokens_per_second * (replicas - loaded);
    o->tpot_seconds = full.step_seconds;
    // A request that arrives while others decode waits for the step that runs, half of one on average.
    double wait = more > 1.0 ? full.step_seconds / 2.0 : 0.0;
    o->ttft_seconds = wait + image.stage_seconds + prefill.stage_seconds;
    o->latency_seconds = o->ttft_seconds + ((double)s->out_tokens - 1.0) * o->tpot_seconds;
    finish_money(d, full.energy_pj_per_token * 1e-12, o);
}

// A stage of a model file: `passes` passes, of which the later ones find its data further in where they fit there.
static double run_stage(const evaluation *e, int index, double sequences, double *energy_pj) {
    const aug_deployment *d = e->deployment;
    const aug_stage *stage = &d->model->stages[index];
    double past = stage->attends >= 0 ? d->model->stages[stage->attends].tokens : 0.0;
    aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = sequences * stage->sequences, .new_tokens = stage->tokens, .past_tokens = past};
    int home = e->outcome->residency.home, later = home;
    double bytes = aug_stage_weights_bytes(stage, &e->outcome->plan) +
                   sequences * stage->sequences * aug_stage_cache_bytes(stage, &e->outcome->stage_precisions[index], past + stage->tokens, 1.0);
    for (int i = home + 1; i + 1 < d->roofline.memory_count && d->roofline.memories[i].capacity_bits >= bytes * 8.0; i++)
        later = i;
    double first_passes = stage->passes > 1.0 && later > home ? 1.0 : stage->passes;
    aug_phase_cost cost = run_pass(e, index, pass, home, next_phase(e->outcome), stage->name, first_passes);
    double seconds = cost.stage_seconds * first_passes;
    *energy_pj += cost.energy_pj * first_passes;
    if (first_passes < stage->passes) {
        double rest = stage->passes - first_passes;
        cost = run_pass(e, index, pass, later, next_phase(e->outcome), stage->resident_name, rest);
        seconds += cost.stage_seconds * rest;
        *energy_pj += cost.energy_pj * rest;
    }
    return seconds;
}

static void evaluate_stages(const evaluation *e) {
    const aug_deployment *d = e->deployment;
    aug_outcome *o = e->outcome;
    double replicas = (double)o->plan.dp, batch = (double)d->scenario->batch;
    double sequences = ceil(batch / replicas), energy_pj = 0.0, seconds = 0.0;
    for (int i = 0; i < d->model->stage_count; i++)
        seconds += run_stage(e, i, sequences, &energy_pj);
    o->ttft_seconds = o->tpot_seconds = o->latency_seconds = seconds;
    o->tokens_per_second = batch / seconds;
    finish_money(d, (double)o->plan.tp * energy_pj / sequences * 1e-12, o);
}

static bool within(double limit, double value) {
    return isnan(limit) || value <= limit;
}

void aug_deployment_evaluate(const aug_deployment *d, const aug_plan *plan, aug_outcome *outcome) {
    const evaluation e = {d, outcome};
    outcome->plan = *plan;
    outcome->phase_count = 0;
    for (int i = 0; i < d->model->stage_count; i++)
        outcome->stage_precisions[i] = aug_plan_precision(plan, &d->model->stages[i].precision);
    outcome->precision = outcome->stage_precisions[d->model->language >= 0 ? d->model->language : 0];
    outcome->residency = aug_residency_find(&d->roofline, d->model, d->scenario, plan);
    if (d->model->language >= 0)
        evaluate_language(&e);
    else
        evaluate_stages(&e);
    outcome->meets_limits = within(d->scenario->ttft_limit_seconds, outcome->ttft_seconds) &&
                            within(d->scenario->tpot_limit_seconds, outcome->tpot_seconds);
}

typedef struct plan_search {
    const aug_deployment *deployment;
    aug_plan best, nearest;
    double best_value, nearest_lack;
    bool found, met, any;
    uint64_t plans;
    aug_outcome *scratch;
} plan_search;

// Larger is better.
static double value_of(const aug_deployment *d, const aug_outcome *outcome) {
    return isnan(d->scenario->period_seconds) ? outcome->tokens_per_second : -outcome->latency_seconds;
}

static bool try_plan(void *user, const aug_plan *plan) {
    plan_search *search = user;
    const aug_deployment *d = search->deployment;
    search->plans++;
    aug_residency r = aug_residency_find(&d->roofline, d->model, d->scenario, plan);
    if (!r.fits) {
        double lack = (r.weights_bytes + r.cache_bytes + r.activations_bytes) / r.capacity_bytes;
        if (!search->any || lack < search->nearest_lack) {
            search->any = true;
            search->nearest = *plan;
            search->nearest_lack = lack;
        }
        return true;
    }
    aug_deployment_evaluate(d, plan, search->scratch);
    double value = value_of(d, search->scratch);
    bool met = search->scratch->meets_limits;
    if (!search->found || (met && !search->met) || (met == search->met && value > search->best_value)) {
        search->found = true;
        search->met = met;
        search->best = *plan;
        search->best_value = value;
    }
    return true;
}

aug_fit aug_deployment_best(const aug_deployment *d, const aug_plan *wanted, aug_outcome *outcome, uint64_t *plans) {
    plan_search search = {.deployment = d, .scratch = outcome};
    aug_plan_space space = aug_deployment_space(d);
    aug_plan_each(wanted, &space, try_plan, &search);
    *plans = search.plans;
    if (!search.found && !search.any)
        return AUG_FIT_NO_PLAN;
    aug_deployment_evaluate(d, search.found ? &search.best : &search.nearest, outcome);
    return !search.found ? AUG_FIT_NOT : search.met ? AUG_FIT_OK : AUG_FIT_LIMITS;
}

typedef struct fit_search {
    const aug_deployment *deployment;
    bool fits;
} fit_search;

static bool try_fit(void *user, const aug_plan *plan) {
    fit_search *search = user;
    const aug_deployment *d = search->deployment;
    search->fits = aug_residency_find(&d->roofline, d->model, d->scenario, plan).fits;
    return !search->fits;
}

uint64_t aug_deployment_chips_needed(const aug_deployment *d, const aug_plan *wanted) {
    aug_plan_space space = aug_deployment_space(d);
    aug_plan plan = *wanted;
    plan.tp = plan.pp = plan.ep = plan.dp = 0;
    for (plan.chips = wanted->chips * 2; plan.chips <= 65536; plan.chips *= 2) {
        fit_search search = {.deployment = d};
        aug_plan_each(&plan, &space, try_fit, &search);
        if (search.fits)
            return plan.chips;
    }
    return 0;
}
