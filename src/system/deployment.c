#include "system/deployment.h"

#include "system/agent_serving.h"
#include "system/chunked.h"
#include "system/serving.h"
#include "system/throttle.h"

#include <math.h>

void aug_deployment_init(aug_deployment *deployment, const aug_model *model, const aug_machine *machine,
                         const aug_scenario *scenario, const aug_economy *economy) {
    deployment->model = model;
    deployment->scenario = scenario;
    deployment->economy = economy;
    deployment->mapped = NULL;
    deployment->server = NULL;
    deployment->agent_turns = AUG_AGENT_TURNS;
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
                            .contexts = deployment->model->language >= 0 && !deployment->scenario->turns,
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
                             .home = home,
                             .mapped = e->deployment->mapped};
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

aug_replica aug_replica_of(const aug_scenario *scenario, const aug_plan *plan, double requests) {
    double stages = (double)plan->pp, in = (double)scenario->in_tokens;
    double fresh = aug_scenario_new_tokens(scenario), cached = in - fresh;
    double together = fmax(1.0, fmin(floor(AUG_CHUNK_TOKENS / fresh), requests / stages));
    return (aug_replica){.requests = requests,
                         .prompt = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = fresh, .past_tokens = cached},
                         .prompts = {.phase = AUG_PHASE_PREFILL, .sequences = together, .new_tokens = fresh, .past_tokens = cached},
                         .together = together,
                         .busy_stages = fmin(stages, fmax(1.0, requests)),
                         .step = {.phase = AUG_PHASE_DECODE,
                                  .sequences = fmax(1.0, requests / stages),
                                  .new_tokens = 1.0 + (double)plan->speculate,
                                  .past_tokens = in + (double)scenario->out_tokens / 2.0 - 1.0},
                         .tokens_per_step = aug_plan_tokens_per_step(plan)};
}

aug_pass aug_proposal_pass(const aug_pass *step) {
    aug_pass pass = *step;
    pass.past_tokens += pass.new_tokens / 2.0;
    pass.new_tokens = 1.0;
    return pass;
}

double aug_replica_tokens_per_second(const aug_replica *replica, const aug_scenario *scenario, double image_seconds,
                                     double prompts_seconds, double step_seconds) {
    double out = (double)scenario->out_tokens;
    double prompt = prompts_seconds / replica->together / replica->busy_stages;
    return replica->requests * out / (replica->requests * (prompt + image_seconds) + (out - 1.0) * step_seconds);
}

aug_spread aug_spread_of(const aug_scenario *scenario, const aug_plan *plan) {
    double replicas = (double)plan->dp, batch = (double)scenario->batch;
    double fewer = floor(batch / replicas), more = ceil(batch / replicas), loaded = batch - fewer * replicas;
    return (aug_spread){more, fewer, more > fewer ? loaded : replicas, more > fewer ? replicas - loaded : 0.0};
}

aug_phase_input aug_deployment_draft(const aug_deployment *d, aug_outcome *o, const aug_plan *plan, aug_pass pass, int home) {
    const aug_model *draft = plan->draft ? plan->draft : d->model;
    const aug_stage *stage = &draft->stages[draft->language];
    o->draft_plan = aug_plan_of_draft(plan);
    o->draft_precision = aug_plan_precision(&o->draft_plan, &stage->precision);
    return (aug_phase_input){.roofline = &d->roofline,
                             .stage = stage,
                             .plan = &o->draft_plan,
                             .precision = &o->draft_precision,
                             .pass = pass,
                             .home = home,
                             .module = !plan->draft};
}

// What proposes tokens makes one pass: a draft model's, or that of the model's module.
static aug_phase_cost run_draft(const evaluation *e, aug_pass pass, aug_phase *phase, double repeats) {
    aug_outcome *o = e->outcome;
    aug_phase_input input = aug_deployment_draft(e->deployment, o, &o->plan, pass, o->residency.home);
    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
    if (phase)
        *phase = (aug_phase){"draft", repeats, input, cost};
    return cost;
}

// A decode step: the model's pass and, with speculation, the proposals before it.
static aug_phase_cost run_step(const evaluation *e, const aug_replica *replica, aug_phase *decode_phase, aug_phase *draft_phase) {
    const aug_outcome *o = e->outcome;
    aug_phase_cost step = run_pass(e, e->deployment->model->language, replica->step, o->residency.home, decode_phase, "decode", 1.0);
    if (!o->plan.speculate)
        return step;
    double proposals = (double)o->plan.speculate;
    aug_phase_cost draft = run_draft(e, aug_proposal_pass(&replica->step), draft_phase, proposals);
    step.stage_seconds = (step.stage_seconds + proposals * draft.stage_seconds) / replica->tokens_per_step;
    step.energy_pj = (step.energy_pj + proposals * draft.energy_pj) / replica->tokens_per_step;
    return step;
}

// One replica's steady state.
typedef struct replica_cost {
    double tokens_per_second;
    double energy_pj_per_token; // of its chips, without static power
    double step_seconds, prompt_seconds;
    double line_seconds; // of chunked prefill: from arrival to the first token; NaN: prompts run apart
} replica_cost;

// Prompts in pieces, in the passes that decode.
static replica_cost run_chunked(const evaluation *e, const aug_replica *replica, const aug_phase_cost *image, aug_phase *mixed_phase,
                                aug_phase *decode_phase, aug_phase *draft_phase) {
    const aug_scenario *s = e->deployment->scenario;
    const aug_plan *plan = &e->outcome->plan;
    double out = (double)s->out_tokens, steps = (out - 1.0) / replica->tokens_per_step;
    double fresh = replica->prompt.new_tokens;
    aug_mix mix = aug_mix_of(replica->step.sequences, fresh, steps, replica->step.new_tokens, (double)plan->chunk);
    aug_replica decoding = *replica;
    decoding.step.sequences = mix.decoding > 0.0 ? mix.decoding : 1.0;
    aug_pass pass = aug_mix_pass(&mix, &decoding.step, &replica->prompt);
    aug_phase_cost mixed = run_pass(e, e->deployment->model->language, pass, e->outcome->residency.home, mixed_phase, "mixed", 1.0);
    aug_phase_cost step = run_step(e, &decoding, decode_phase, draft_phase);
    step.stage_seconds = step.stage_seconds * replica->tokens_per_step + aug_serving_step_seconds(e->deployment, replica->requests); // of the whole step
    step.energy_pj *= replica->tokens_per_step;
    double proposals = 0.0, proposal_pj = 0.0;
    if (draft_phase && mix.decoding > 0.0) {
        proposals = draft_phase->cost.stage_seconds * draft_phase->repeats;
        proposal_pj = draft_phase->cost.energy_pj * draft_phase->repeats;
    }
    double mixed_seconds = mixed.stage_seconds + proposals + aug_serving_step_seconds(e->deployment, replica->requests);
    double mean = mix.share * mixed_seconds + (1.0 - mix.share) * step.stage_seconds + mix.finished * image->stage_seconds;
    double mean_pj = mix.share * (mixed.energy_pj + proposal_pj) + (1.0 - mix.share) * step.energy_pj + mix.finished * image->energy_pj;
    double wait = mix.waiting / mix.finished * mean + (replica->requests > 1.0 ? mean / 2.0 : 0.0);
    return (replica_cost){.tokens_per_second = replica->busy_stages * out * mix.finished / mean,
                          .energy_pj_per_token = aug_plan_layer_chips(plan) * mean_pj / (mix.finished * out),
                          .step_seconds = mean / replica->tokens_per_step,
                          .prompt_seconds = mix.prompt_passes * (mixed_seconds - step.stage_seconds),
                          .line_seconds = wait + image->stage_seconds + mix.prompt_passes * mixed_seconds + aug_serving_alone_seconds(e->deployment)};
}

static replica_cost run_replica(const evaluation *e, double requests, const aug_phase_cost *image,
                                const aug_phase_cost *prefill, aug_phase *decode_phase, aug_phase *draft_phase) {
    const aug_scenario *s = e->deployment->scenario;
    int stage = e->deployment->model->language, home = e->outcome->residency.home;
    aug_replica replica = aug_replica_of(s, &e->outcome->plan, requests);
    if (e->outcome->plan.chunk) {
        aug_phase *mixed = decode_phase ? next_phase(e->outcome) : NULL;
        return run_chunked(e, &replica, image, mixed, decode_phase, draft_phase);
    }
    aug_phase_cost step = run_step(e, &replica, decode_phase, draft_phase);
    aug_phase_cost prompts = replica.together > 1.0 ? run_pass(e, stage, replica.prompts, home, NULL, NULL, 1.0) : *prefill;
    if (e->outcome->plan.speculate) { // it reads the prompt, too
        aug_phase_cost draft = run_draft(e, replica.prompts, NULL, 1.0);
        prompts.stage_seconds += draft.stage_seconds;
        prompts.energy_pj += draft.energy_pj;
    }
    double out = (double)s->out_tokens;
    double energy = prompts.energy_pj / replica.together + image->energy_pj + (out - 1.0) * step.energy_pj / replica.step.sequences;
    return (replica_cost){
        aug_replica_tokens_per_second(&replica, s, image->stage_seconds, prompts.stage_seconds, step.stage_seconds),
        aug_plan_layer_chips(&e->outcome->plan) * energy / out, step.stage_seconds,
        prompts.stage_seconds / replica.together / replica.busy_stages + image->stage_seconds, (double)NAN};
}

void aug_deployment_finish(const aug_deployment *d, double dynamic_joules_per_token, aug_outcome *outcome) {
    const aug_machine *machine = d->roofline.machine;
    double chips = (double)outcome->plan.chips;
    double static_watts = isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
    outcome->joules_per_token = dynamic_joules_per_token + static_watts * chips / outcome->tokens_per_second;
    if (!machine->has_energy)
        outcome->joules_per_token = (double)NAN;
    outcome->watts = outcome->joules_per_token * outcome->tokens_per_second / chips;
    outcome->meter_watts = chips * outcome->watts;
    if (d->economy)
        outcome->meter_watts = chips * d->economy->pue * aug_economy_system_watts(d->economy, machine, outcome->watts);
    outcome->usd_per_hour = (double)NAN;
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
    aug_spread spread = aug_spread_of(s, &o->plan);
    aug_pass prompt = aug_replica_of(s, &o->plan, spread.more).prompt;
    aug_phase_cost prefill = run_pass(e, d->model->language, prompt, o->residency.home, next_phase(o), "prefill", 1.0);
    o->tokens_per_step = aug_plan_tokens_per_step(&o->plan);
    aug_phase *decode_phase = next_phase(o), *draft_phase = o->plan.speculate ? next_phase(o) : NULL;
    replica_cost full = run_replica(e, spread.more, &image, &prefill, decode_phase, draft_phase);
    o->tokens_per_second = full.tokens_per_second * spread.loaded;
    double energy_pj_per_second = o->tokens_per_second * full.energy_pj_per_token;
    if (spread.others > 0.0 && spread.fewer > 0.0) {
        replica_cost rest = run_replica(e, spread.fewer, &image, &prefill, NULL, NULL);
        o->tokens_per_second += rest.tokens_per_second * spread.others;
        energy_pj_per_second += rest.tokens_per_second * spread.others * rest.energy_pj_per_token;
    }
    o->tpot_seconds = full.step_seconds;
    o->alone_seconds = image.stage_seconds + prefill.stage_seconds;
    o->prompt_seconds = full.prompt_seconds;
    // A request that arrives while others decode waits for the step that runs, half of one on average.
    double wait = spread.more > 1.0 ? full.step_seconds * o->tokens_per_step / 2.0 : 0.0;
    o->ttft_seconds = isnan(full.line_seconds) ? wait + o->alone_seconds : full.line_seconds;
    o->latency_seconds = o->ttft_seconds + ((double)s->out_tokens - 1.0) * o->tpot_seconds;
    aug_deployment_finish(d, energy_pj_per_second / o->tokens_per_second * 1e-12, o);
}

// Weights of a stage, and keys and values that it reads, of all its requests.
static double working_set_bytes(const evaluation *e, int index, double requests) {
    const aug_deployment *d = e->deployment;
    const aug_stage *stage = &d->model->stages[index];
    double past = stage->attends >= 0 ? aug_stage_tokens(&d->model->stages[stage->attends], d->scenario) : 0.0;
    return aug_stage_weights_bytes(stage, &e->outcome->plan) +
           requests * stage->sequences *
               aug_stage_cache_bytes(stage, &e->outcome->stage_precisions[index], past + aug_stage_tokens(stage, d->scenario), (double)e->outcome->plan.tp);
}

// The innermost memory below `home` that holds what all stages of several passes work on, as they take turns: passes after the
// first find it there. Registers, the last memory of a machine that is described to its end, and caches of kernel models hold nothing.
static int warm_home(const evaluation *e, double requests) {
    const aug_roofline *roofline = &e->deployment->roofline;
    double bytes = 0.0;
    for (int i = 0; i < e->deployment->model->stage_count; i++)
        if (e->deployment->model->stages[i].passes > 1.0)
            bytes += working_set_bytes(e, i, requests);
    bool last = roofline->machine->model == AUG_MACHINE_KERNEL && !roofline->models;
    int home = e->outcome->residency.home, end = roofline->memory_count - (last ? 0 : 1);
    for (int i = home + 1; i < end && roofline->memories[i].capacity_bits >= bytes * 8.0; i++)
        if (isfinite(roofline->memories[i].read_bits_per_second))
            home = i;
    return home;
}

// One stage for `requests` requests, of all its passes; `phases` receives what it does where `keep` is set.
static aug_phase_cost run_stage(const evaluation *e, int index, double requests, bool keep) {
    const aug_deployment *d = e->deployment;
    const aug_stage *stage = &d->model->stages[index];
    double past = stage->attends >= 0 ? aug_stage_tokens(&d->model->stages[stage->attends], d->scenario) : 0.0;
    double tokens = aug_stage_tokens(stage, d->scenario), sequences = requests * stage->sequences;
    aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = sequences, .new_tokens = tokens, .past_tokens = past};
    int home = e->outcome->residency.home;
    int warm = stage->passes > 1.0 ? warm_home(e, requests) : home;
    double cold_passes = stage->passes > 1.0 && warm > home ? 1.0 : stage->passes, warm_passes = stage->passes - cold_passes;
    aug_phase_cost cost = run_pass(e, index, pass, home, keep ? next_phase(e->outcome) : NULL, stage->name, cold_passes);
    aug_phase_cost sum = {.stage_seconds = cost.stage_seconds * cold_passes, .energy_pj = cost.energy_pj * cold_passes};
    if (warm_passes > 0.0) {
        cost = run_pass(e, index, pass, warm, keep ? next_phase(e->outcome) : NULL, stage->resident_name, warm_passes);
        sum.stage_seconds += cost.stage_seconds * warm_passes;
        sum.energy_pj += cost.energy_pj * warm_passes;
    }
    return sum;
}

// All stages, one after another.
static aug_phase_cost run_stages(const evaluation *e, double requests, bool keep) {
    aug_phase_cost sum = {0};
    for (int i = 0; i < e->deployment->model->stage_count; i++) {
        aug_phase_cost cost = run_stage(e, i, requests, keep);
        sum.stage_seconds += cost.stage_seconds;
        sum.energy_pj += cost.energy_pj;
    }
    return sum;
}

static void evaluate_stages(const evaluation *e) {
    aug_outcome *o = e->outcome;
    aug_spread spread = aug_spread_of(e->deployment->scenario, &o->plan);
    aug_phase_cost full = run_stages(e, spread.more, true);
    o->ttft_seconds = o->tpot_seconds = o->latency_seconds = o->alone_seconds = o->prompt_seconds = full.stage_seconds;
    o->tokens_per_second = spread.loaded * spread.more / full.stage_seconds;
    double energy_pj_per_second = spread.loaded * full.energy_pj / full.stage_seconds;
    if (spread.others > 0.0 && spread.fewer > 0.0) {
        aug_phase_cost rest = run_stages(e, spread.fewer, false);
        o->tokens_per_second += spread.others * spread.fewer / rest.stage_seconds;
        energy_pj_per_second += spread.others * rest.energy_pj / rest.stage_seconds;
    }
    aug_deployment_finish(e->deployment, aug_plan_layer_chips(&o->plan) * energy_pj_per_second / o->tokens_per_second * 1e-12, o);
}

bool aug_deployment_within(double limit, double value) {
    return isnan(limit) || value <= limit;
}

void aug_deployment_evaluate(const aug_deployment *d, const aug_plan *plan, aug_outcome *outcome) {
    if (!isnan(d->scenario->rate_hz) && d->model->language >= 0) {
        aug_serving_arrivals(d, plan, outcome);
        return;
    }
    const evaluation e = {d, outcome};
    outcome->plan = *plan;
    outcome->prefill_workers = outcome->decode_workers = 0;
    outcome->phase_count = 0;
    outcome->agent.turns = 0.0;
    for (int i = 0; i < d->model->stage_count; i++)
        outcome->stage_precisions[i] = aug_plan_precision(plan, &d->model->stages[i].precision);
    outcome->precision = outcome->stage_precisions[d->model->language >= 0 ? d->model->language : 0];
    outcome->residency = aug_residency_find(&d->roofline, d->model, d->scenario, plan);
    if (d->model->language >= 0 && d->scenario->turns) {
        const aug_phase_cost image = encode_image(&e);
        aug_agent_serve(d, &image, outcome);
    } else if (d->model->language >= 0) {
        evaluate_language(&e);
        if (d->server && !plan->chunk)
            aug_serving_apply(d, outcome);
    } else {
        evaluate_stages(&e);
    }
    outcome->in_flight = (double)d->scenario->batch;
    outcome->meets_limits = aug_deployment_within(d->scenario->ttft_limit_seconds, outcome->ttft_seconds) &&
                            aug_deployment_within(d->scenario->tpot_limit_seconds, outcome->tpot_seconds);
}

typedef struct plan_search {
    const aug_deployment *deployment;
    aug_plan best, nearest;
    double best_value, nearest_lack;
    bool found, met, any;
    uint64_t plans;
    aug_outcome *scratch;
} plan_search;

double aug_deployment_value(const aug_deployment *d, const aug_outcome *outcome) {
    bool one = d->scenario->turns && d->scenario->batch == 1;
    return aug_scenario_hurries(d->scenario) || one ? -outcome->latency_seconds : outcome->tokens_per_second;
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
    double value = aug_deployment_value(d, search->scratch);
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
    *plans = 0;
    if (!aug_throttle_possible(d->roofline.machine, wanted->power_cap_watts))
        return AUG_FIT_NO_PLAN;
    aug_deployment compared = *d;
    compared.agent_turns = AUG_COMPARED_TURNS;
    plan_search search = {.deployment = &compared, .scratch = outcome};
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
    double weights_bits; // of the whole model
    double cache_bits;   // of all requests; spread over all chips at best
    bool fits;
} fit_search;

static bool try_fit(void *user, const aug_plan *plan) {
    fit_search *search = user;
    const aug_deployment *d = search->deployment;
    double share = (double)(plan->pp * (plan->ep > plan->tp ? plan->ep : plan->tp)); // of the weights, at best
    if (search->weights_bits / share + search->cache_bits / (double)plan->chips > d->roofline.memories[0].capacity_bits)
        return true;
    search->fits = aug_residency_find(&d->roofline, d->model, d->scenario, plan).fits;
    return !search->fits;
}

uint64_t aug_deployment_chips_needed(const aug_deployment *d, const aug_plan *wanted) {
    aug_plan_space space = aug_deployment_space(d);
    aug_plan plan = *wanted;
    plan.tp = plan.pp = plan.ep = plan.dp = 0;
    aug_plan alone = *wanted;
    alone.chips = alone.tp = alone.pp = alone.ep = alone.dp = 1;
    aug_need need = aug_need_measure(d->model, d->scenario, &alone);
    double weights_bits = 8.0 * need.weights_bytes, cache_bits = 8.0 * need.sequence_bytes * need.sequences;
    for (plan.chips = wanted->chips * 2; plan.chips <= 65536; plan.chips *= 2) {
        if (weights_bits + cache_bits > d->roofline.memories[0].capacity_bits * (double)plan.chips)
            continue; // not even the weights and the cache
        fit_search search = {.deployment = d, .weights_bits = weights_bits, .cache_bits = cache_bits};
        aug_plan_each(&plan, &space, try_fit, &search);
        if (search.fits)
            return plan.chips;
    }
    return 0;
}
