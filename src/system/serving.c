#include "system/serving.h"

#include "kernel/software.h"
#include "system/queueing.h"

#include <math.h>

double aug_serving_step_seconds(const aug_deployment *d, double requests) {
    return d->server ? d->server->step_seconds + d->server->step_request_seconds * requests : 0.0;
}

double aug_serving_prompt_seconds(const aug_deployment *d) {
    return d->server ? d->server->prompt_seconds + d->server->prompt_token_seconds * aug_scenario_new_tokens(d->scenario) : 0.0;
}

double aug_serving_alone_seconds(const aug_deployment *d) {
    return d->server ? aug_serving_prompt_seconds(d) + d->server->request_seconds : 0.0;
}

static aug_queue_load load_of(const aug_deployment *d, const aug_outcome *o, double requests) {
    return (aug_queue_load){.requests = requests,
                            .slots = (double)INFINITY, // the plan fits
                            .alone_seconds = o->alone_seconds + aug_serving_alone_seconds(d),
                            .prompt_seconds = o->prompt_seconds,
                            .host_seconds = aug_serving_prompt_seconds(d),
                            .step_seconds = o->tpot_seconds + aug_serving_step_seconds(d, requests) / o->tokens_per_step,
                            .out_tokens = (double)d->scenario->out_tokens,
                            .waves = (double)INFINITY,
                            .variation = 0.0};
}

// Energy beside static power, per token.
static double dynamic_joules(const aug_deployment *d, const aug_outcome *o) {
    double watts = d->roofline.machine->power_static_watts;
    return o->joules_per_token - (isnan(watts) ? 0.0 : watts * (double)o->plan.chips / o->tokens_per_second);
}

static void set_times(const aug_deployment *d, double ttft, double tpot, double tokens_per_second, aug_outcome *o) {
    double joules = dynamic_joules(d, o);
    o->ttft_seconds = ttft;
    o->tpot_seconds = tpot;
    o->latency_seconds = ttft + ((double)d->scenario->out_tokens - 1.0) * tpot;
    o->tokens_per_second = tokens_per_second;
    aug_deployment_finish(d, joules, o);
}

void aug_serving_apply(const aug_deployment *d, aug_outcome *o) {
    aug_spread spread = aug_spread_of(d->scenario, &o->plan);
    aug_queue_load load = load_of(d, o, spread.more);
    aug_queue_answer more = aug_queue_closed(&load);
    double rate = more.requests_per_second * spread.loaded;
    if (spread.others > 0.0 && spread.fewer > 0.0) { // a little slower than they are: a step of as many
        load = load_of(d, o, spread.fewer);
        rate += aug_queue_closed(&load).requests_per_second * spread.others;
    }
    set_times(d, more.ttft_seconds, more.tpot_seconds, rate * (double)d->scenario->out_tokens, o);
}

// The deployment with a steady number of requests in flight, without arrivals.
typedef struct steady {
    aug_scenario scenario;
    aug_deployment deployment;
} steady;

static double rate_with(steady *s, const aug_plan *plan, double requests, aug_outcome *o) {
    s->scenario.batch = (uint64_t)requests;
    aug_deployment_evaluate(&s->deployment, plan, o);
    return o->tokens_per_second / (double)s->scenario.out_tokens;
}

// The fewest requests in flight at which so many end per second, `least` at least; where memory holds too few, all that it holds.
static double requests_for(steady *s, const aug_plan *plan, double wanted, double least, aug_outcome *o) {
    if (rate_with(s, plan, least, o) >= wanted)
        return least;
    double most = fmax(least, fmin(o->residency.largest_batch, 1e6 * least));
    if (rate_with(s, plan, most, o) < wanted)
        return most;
    double low = least, high = fmin(2.0 * least, most); // low is too few
    while (high < most && rate_with(s, plan, high, o) < wanted) {
        low = high;
        high = fmin(2.0 * high, most);
    }
    while (high - low > 1.0) {
        double middle = floor((low + high) / 2.0);
        *(rate_with(s, plan, middle, o) >= wanted ? &high : &low) = middle;
    }
    return high;
}

void aug_serving_arrivals(const aug_deployment *d, const aug_plan *plan, aug_outcome *o) {
    steady s = {.scenario = *d->scenario, .deployment = *d};
    s.scenario.rate_hz = s.scenario.ttft_limit_seconds = s.scenario.tpot_limit_seconds = (double)NAN;
    s.deployment.scenario = &s.scenario;
    double wanted = d->scenario->rate_hz, replicas = (double)plan->dp;
    double high = requests_for(&s, plan, wanted, replicas, o), reached = rate_with(&s, plan, high, o);
    for (int i = 0; i < o->phase_count; i++)
        o->phases[i].input.roofline = &d->roofline; // which outlives the copy
    o->in_flight = high;
    o->largest_rate = reached;
    if (reached < wanted) {
        o->ttft_seconds = o->latency_seconds = (double)INFINITY;
        o->meets_limits = false;
        return;
    }
    double each = wanted / replicas, prompt = o->prompt_seconds + aug_serving_prompt_seconds(d), busy = each * prompt;
    double wait = busy < 1.0 ? busy * prompt / (2.0 * (1.0 - busy)) : (double)INFINITY;
    double first = o->alone_seconds + aug_serving_alone_seconds(d) + o->tpot_seconds / 2.0;
    double tpot = d->server || o->plan.chunk ? o->tpot_seconds : o->tpot_seconds / fmax(1.0 - each * o->prompt_seconds, 1e-9);
    set_times(d, wait + (o->plan.chunk ? o->ttft_seconds : first), tpot, wanted * (double)d->scenario->out_tokens, o);
    o->meets_limits = aug_deployment_within(d->scenario->ttft_limit_seconds, o->ttft_seconds) &&
                      aug_deployment_within(d->scenario->tpot_limit_seconds, o->tpot_seconds);
}
