#include "system/apart.h"

#include "system/serving.h"

#include <math.h>

// ---- The load of a pair

static double finished(const aug_apart_load *load, double each, double step) {
    return each * load->replicas / (load->steps * step);
}

aug_apart_answer aug_apart_solve(const aug_apart_load *load, double (*step)(void *user, double requests), void *user) {
    double low = 1.0, high = fmax(1.0, fmin(load->most, ceil(load->requests / load->replicas)));
    while (low < high) { // the largest number whose requests are all in flight
        double middle = ceil((low + high) / 2.0);
        double flight = middle * load->replicas + finished(load, middle, step(user, middle)) * load->alone_seconds;
        if (flight <= load->requests)
            low = middle;
        else
            high = middle - 1.0;
    }
    double each = low;
    if (finished(load, each, step(user, each)) > load->prompts_per_second) {
        low = 1.0;
        high = each;
        while (low < high) { // the smallest number that keeps up with the prompts
            double middle = floor((low + high) / 2.0);
            if (finished(load, middle, step(user, middle)) >= load->prompts_per_second)
                high = middle;
            else
                low = middle + 1.0;
        }
        each = low;
    }
    aug_apart_answer answer = {.each = each, .step_seconds = step(user, each)};
    double decode = load->steps * answer.step_seconds;
    answer.requests_per_second = fmin(fmin(load->prompts_per_second, finished(load, each, answer.step_seconds)),
                                      load->requests / (load->alone_seconds + decode));
    answer.ttft_seconds = fmax(load->alone_seconds, load->requests / answer.requests_per_second - decode);
    return answer;
}

// ---- Workers

typedef struct known_step {
    double requests, seconds, energy_pj; // per token of a sequence; energy of all sequences; no requests: an empty place
    int home;
} known_step;

// A plan of one worker, and what is known of it.
typedef struct worker {
    aug_plan plan;
    double alone_seconds, prompts_per_second, prompt_pj; // of prompts; 0 per second: they do not fit
    double most;                                         // requests per replica that fit beside each other; 0: none
    int prompt_home;                                     // of weights, while prompts run
    aug_need need;
    known_step *steps; // hash table by requests, at most half full
    int step_count, step_places;
} worker;

typedef struct search {
    aug_arena *arena;
    const aug_deployment *deployment;
    const aug_stage *stage;
    aug_outcome *scratch; // for passes of drafts
    worker *workers;
    int count, capacity;
    const worker *best_prompt;
    worker *best_token;
    uint64_t prompt_workers, token_workers;
    aug_apart_answer answer;
    double transfer_seconds;
    bool met;
    uint64_t pairs;
    const aug_plan *wanted;
    aug_plan_front *front; // NULL: not wanted
} search;

static aug_phase_input input_of(const search *s, const worker *w, aug_pass pass, const aug_precision *precision, int home) {
    return (aug_phase_input){.roofline = &s->deployment->roofline,
                             .stage = s->stage,
                             .plan = &w->plan,
                             .precision = precision,
                             .pass = pass,
                             .home = home};
}

static aug_phase_cost run(const search *s, const worker *w, aug_pass pass, int home) {
    aug_precision precision = aug_plan_precision(&w->plan, &s->stage->precision);
    aug_phase_input input = input_of(s, w, pass, &precision, home);
    return aug_phase_evaluate(&input, NULL, NULL);
}

static void measure_prompts(const search *s, worker *w) {
    aug_replica replica = aug_replica_of(s->deployment->scenario, &w->plan, (double)w->plan.pp * (double)AUG_CHUNK_TOKENS);
    aug_need need = w->need;
    need.sequences = replica.together;
    aug_residency r = aug_residency_of(&s->deployment->roofline, &w->plan, &need);
    while (!r.fits && need.sequences > 1.0) { // fewer prompts at once
        need.sequences = replica.together = floor(need.sequences / 2.0);
        r = aug_residency_of(&s->deployment->roofline, &w->plan, &need);
    }
    if (!r.fits)
        return;
    w->prompt_home = r.home;
    replica.prompts.sequences = replica.together;
    aug_phase_cost alone = run(s, w, replica.prompt, r.home), together = run(s, w, replica.prompts, r.home);
    w->alone_seconds = alone.stage_seconds + aug_serving_alone_seconds(s->deployment);
    w->prompts_per_second = (double)(w->plan.dp * w->plan.pp) * replica.together /
                            (together.stage_seconds + replica.together * aug_serving_prompt_seconds(s->deployment));
    w->prompt_pj = aug_plan_layer_chips(&w->plan) * together.energy_pj / replica.together;
}

static void measure_room(const search *s, worker *w) {
    aug_need need = w->need;
    need.prompt_bytes = 0.0;
    need.sequences = 1.0;
    aug_residency r = aug_residency_of(&s->deployment->roofline, &w->plan, &need);
    w->most = r.fits ? floor(r.largest_batch / (double)w->plan.dp) : 0.0;
}

// Replicas side by side are workers of their own, unless they meet at the experts.
static bool add_worker(void *user, const aug_plan *plan) {
    search *s = user;
    if (plan->dp > 1 && plan->ep != plan->tp * plan->dp)
        return true;
    if (s->count == s->capacity)
        s->workers = aug_arena_grow(s->arena, s->workers, s->count, &s->capacity, sizeof *s->workers);
    worker *w = &s->workers[s->count++];
    *w = (worker){.plan = *plan, .need = aug_need_measure(s->deployment->model, s->deployment->scenario, plan)};
    measure_prompts(s, w);
    measure_room(s, w);
    return true;
}

static void add_workers(search *s, const aug_plan *wanted) {
    aug_plan_space space = aug_deployment_space(s->deployment);
    aug_plan each = *wanted;
    each.tp = each.pp = each.ep = each.dp = 0;
    for (uint64_t chips = 1; chips < wanted->chips; chips++) {
        bool power = (chips & (chips - 1)) == 0;
        if (!power && wanted->chips % chips != 0)
            continue;
        each.chips = chips;
        aug_plan_each(&each, &space, add_worker, s);
    }
}

typedef struct stepper {
    const search *search;
    worker *worker;
} stepper;

static known_step measure_step(const search *s, const worker *w, double requests) {
    aug_need need = w->need;
    need.prompt_bytes = 0.0;
    need.sequences = requests;
    int home = aug_residency_of(&s->deployment->roofline, &w->plan, &need).home;
    aug_replica replica = aug_replica_of(s->deployment->scenario, &w->plan, requests);
    aug_phase_cost cost = run(s, w, replica.step, home);
    cost.stage_seconds += aug_serving_step_seconds(s->deployment, requests);
    if (w->plan.speculate) {
        aug_phase_input draft = aug_deployment_draft(s->deployment, s->scratch, &w->plan, aug_proposal_pass(&replica.step), home);
        aug_phase_cost proposal = aug_phase_evaluate(&draft, NULL, NULL);
        cost.stage_seconds += (double)w->plan.speculate * proposal.stage_seconds;
        cost.energy_pj += (double)w->plan.speculate * proposal.energy_pj;
    }
    return (known_step){requests, cost.stage_seconds / replica.tokens_per_step,
                        aug_plan_layer_chips(&w->plan) * cost.energy_pj / replica.tokens_per_step / replica.step.sequences, home};
}

// The place of a step in the table of a worker: where it is, or where it would be.
static known_step *place_of_step(const worker *w, double requests) {
    uint64_t mask = (uint64_t)w->step_places - 1, at = (uint64_t)requests * UINT64_C(0x9e3779b97f4a7c15) >> 32 & mask;
    while (w->steps[at].requests != 0.0 && w->steps[at].requests != requests)
        at = (at + 1) & mask;
    return &w->steps[at];
}

static void grow_steps(aug_arena *arena, worker *w) {
    const known_step *old = w->steps;
    int places = w->step_places;
    w->step_places = places ? places * 2 : 16;
    w->steps = AUG_NEW_ARRAY(arena, known_step, (size_t)w->step_places);
    for (int i = 0; i < places; i++)
        if (old[i].requests != 0.0)
            *place_of_step(w, old[i].requests) = old[i];
}

static known_step find_step(const search *s, worker *w, double requests) {
    if (w->step_count * 2 >= w->step_places)
        grow_steps(s->arena, w);
    known_step *step = place_of_step(w, requests);
    if (step->requests == 0.0) {
        *step = measure_step(s, w, requests);
        w->step_count++;
    }
    return *step;
}

static double step_seconds(void *user, double requests) {
    const stepper *at = user;
    return find_step(at->search, at->worker, requests).seconds;
}

// ---- Pairs

static double transfer_seconds(const search *s, const worker *prompt, const worker *token, double chips) {
    const aug_scenario *scenario = s->deployment->scenario;
    aug_precision precision = aug_plan_precision(&token->plan, &s->stage->precision);
    double bytes = aug_stage_cache_bytes(s->stage, &precision, (double)scenario->in_tokens, 1.0) + aug_stage_state_bytes(s->stage, 1.0);
    double lanes = fmin((double)(prompt->plan.tp * prompt->plan.pp), (double)(token->plan.tp * token->plan.pp));
    return aug_collective_cost(&s->deployment->roofline, AUG_COLLECTIVE_SEND, chips, 8.0 * bytes / lanes).seconds;
}

static void fill(const search *s, const worker *prompt, worker *token, uint64_t prompt_workers, uint64_t token_workers,
                 const aug_apart_answer *answer, double transfer, aug_outcome *o) {
    const aug_scenario *scenario = s->deployment->scenario;
    double out = (double)scenario->out_tokens;
    known_step step = find_step(s, token, answer->each);
    o->plan = token->plan;
    o->plan.chips = s->wanted->chips;
    o->prefill_plan = prompt->plan;
    o->decode_plan = token->plan;
    o->prefill_workers = prompt_workers;
    o->decode_workers = token_workers;
    o->transfer_seconds = transfer;
    o->precision = o->stage_precisions[s->deployment->model->language] = aug_plan_precision(&token->plan, &s->stage->precision);
    o->tokens_per_step = aug_plan_tokens_per_step(&token->plan);
    aug_need need = token->need;
    need.prompt_bytes = 0.0;
    need.sequences = answer->each;
    o->residency = aug_residency_of(&s->deployment->roofline, &token->plan, &need);
    o->residency.largest_batch *= (double)token_workers;
    o->ttft_seconds = answer->ttft_seconds;
    o->tpot_seconds = answer->step_seconds;
    o->latency_seconds = o->ttft_seconds + (out - 1.0) * o->tpot_seconds;
    o->alone_seconds = prompt->alone_seconds;
    o->prompt_seconds = 1.0 / prompt->prompts_per_second;
    o->tokens_per_second = answer->requests_per_second * out;
    o->in_flight = (double)scenario->batch;
    o->meets_limits = aug_deployment_within(scenario->ttft_limit_seconds, o->ttft_seconds) &&
                      aug_deployment_within(scenario->tpot_limit_seconds, o->tpot_seconds);
    aug_deployment_finish(s->deployment, (prompt->prompt_pj + (out - 1.0) * step.energy_pj) / out * 1e-12, o);
}

// The passes of the outcome.
static void fill_phases(const search *s, const worker *prompt, worker *token, double each, aug_outcome *o) {
    int home = find_step(s, token, each).home;
    const aug_scenario *scenario = s->deployment->scenario;
    aug_replica replica = aug_replica_of(scenario, &prompt->plan, 1.0), decode = aug_replica_of(scenario, &token->plan, each);
    aug_phase *phases = o->phases;
    phases[0] = (aug_phase){.name = "prefill", .repeats = 1.0, .input = input_of(s, prompt, replica.prompt, &o->precision, prompt->prompt_home)};
    phases[1] = (aug_phase){.name = "decode", .repeats = 1.0, .input = input_of(s, token, decode.step, &o->precision, home)};
    phases[0].input.plan = &o->prefill_plan;
    phases[1].input.plan = &o->decode_plan;
    o->phase_count = 2;
    if (token->plan.speculate)
        phases[o->phase_count++] = (aug_phase){
            .name = "draft",
            .repeats = (double)token->plan.speculate,
            .input = aug_deployment_draft(s->deployment, o, &o->decode_plan, aug_proposal_pass(&decode.step), home)};
    for (int i = 0; i < o->phase_count; i++)
        phases[i].cost = aug_phase_evaluate(&phases[i].input, NULL, NULL);
}

// What no number of requests per replica can beat: prompts, a request that finds everything idle, decoders that are full. Not all is
// looked at where one of them is not above `enough` already.
static double most_per_second(const aug_apart_load *load, stepper *at, double enough) {
    double most = fmin(load->prompts_per_second, load->requests / (load->alone_seconds + load->steps * step_seconds(at, 1.0)));
    if (most <= enough)
        return most;
    double full = fmax(1.0, fmin(load->most, ceil(load->requests / load->replicas)));
    return fmin(most, finished(load, full, step_seconds(at, full)));
}

// Whether even at its bounds a pair is neither the best nor of the front. What the front holds is no better than the best.
static bool is_hopeless(const search *s, const aug_apart_load *load, stepper *at) {
    if (!s->front)
        return s->met && most_per_second(load, at, s->answer.requests_per_second) <= s->answer.requests_per_second;
    double tokens = most_per_second(load, at, 0.0) * (load->steps + 1.0);
    return !aug_plan_front_takes(s->front, load->alone_seconds, step_seconds(at, 1.0), tokens);
}

static void try_pair(search *s, const worker *prompt, worker *token, uint64_t prompt_workers, uint64_t token_workers) {
    const aug_scenario *scenario = s->deployment->scenario;
    double chips = (double)(prompt_workers * prompt->plan.chips + token_workers * token->plan.chips);
    double transfer = transfer_seconds(s, prompt, token, chips);
    const aug_apart_load load = {.requests = (double)scenario->batch,
                                 .alone_seconds = prompt->alone_seconds + transfer,
                                 .prompts_per_second = (double)prompt_workers * prompt->prompts_per_second,
                                 .replicas = (double)(token_workers * token->plan.dp),
                                 .steps = (double)scenario->out_tokens - 1.0,
                                 .most = token->most};
    stepper at = {s, token};
    s->pairs++;
    if (is_hopeless(s, &load, &at))
        return;
    aug_apart_answer answer = aug_apart_solve(&load, step_seconds, &at);
    bool met = aug_deployment_within(scenario->ttft_limit_seconds, answer.ttft_seconds) &&
               aug_deployment_within(scenario->tpot_limit_seconds, answer.step_seconds);
    double tokens = answer.requests_per_second * (double)scenario->out_tokens;
    if (s->front && aug_plan_front_takes(s->front, answer.ttft_seconds, answer.step_seconds, tokens)) {
        fill(s, prompt, token, prompt_workers, token_workers, &answer, transfer, s->scratch);
        aug_plan_front_add(s->front, s->scratch);
    }
    if (s->best_prompt && (met == s->met ? answer.requests_per_second <= s->answer.requests_per_second : !met))
        return;
    s->best_prompt = prompt;
    s->best_token = token;
    s->prompt_workers = prompt_workers;
    s->token_workers = token_workers;
    s->answer = answer;
    s->transfer_seconds = transfer;
    s->met = met;
}

static void try_pairs(search *s, const worker *prompt, worker *token, uint64_t chips, uint64_t prefill_chips) {
    uint64_t p = prompt->plan.chips, t = token->plan.chips;
    if (p + t > chips)
        return;
    for (uint64_t n = (chips - t) / p; n >= 1; n--)
        if (!prefill_chips || n * p == prefill_chips)
            try_pair(s, prompt, token, n, (chips - n * p) / t);
}

static void fill_best(const search *s, aug_outcome *outcome) {
    fill(s, s->best_prompt, s->best_token, s->prompt_workers, s->token_workers, &s->answer, s->transfer_seconds, outcome);
    fill_phases(s, s->best_prompt, s->best_token, s->answer.each, outcome);
}

aug_fit aug_apart_best(aug_arena *arena, const aug_deployment *d, const aug_plan *wanted, uint64_t prefill_chips, aug_plan_front *front,
                       aug_outcome *outcome, uint64_t *plans) {
    search s = {.arena = arena, .deployment = d, .stage = &d->model->stages[d->model->language], .scratch = outcome};
    s.wanted = wanted;
    s.front = front;
    add_workers(&s, wanted);
    for (int p = 0; p < s.count; p++)
        for (int t = 0; t < s.count && s.workers[p].prompts_per_second > 0.0; t++)
            if (s.workers[t].most > 0.0)
                try_pairs(&s, &s.workers[p], &s.workers[t], wanted->chips, prefill_chips);
    *plans = s.pairs;
    if (!s.best_prompt)
        return AUG_FIT_NO_PLAN;
    fill_best(&s, outcome);
    return s.met ? AUG_FIT_OK : AUG_FIT_LIMITS;
}

void aug_apart_again(aug_arena *arena, const aug_deployment *d, const aug_outcome *outcome, aug_outcome *changed) {
    search s = {.arena = arena, .deployment = d, .stage = &d->model->stages[d->model->language], .scratch = changed};
    s.wanted = &outcome->plan;
    add_worker(&s, &outcome->prefill_plan);
    add_worker(&s, &outcome->decode_plan);
    try_pair(&s, &s.workers[0], &s.workers[1], outcome->prefill_workers, outcome->decode_workers);
    fill_best(&s, changed);
}
