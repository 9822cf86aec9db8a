#include "validation/truth_deployment.h"

#include <math.h>

// Requests that each client of a measurement sends, one after another: benchmark scripts send ten per client
// (num_prompts = 10 · concurrency in those of InferenceX).
static const double requests_per_client = 10.0;
// Lengths of prompts and outputs are drawn evenly between this much below their nominal ones and these (random-range-ratio 0.8).
static const double length_spread = 0.2;

// A machine as a server uses it: with the kernels of the server's library.
typedef struct aug_truth_server {
    const aug_machine *machine; // as it is
    const aug_software *software;
    aug_machine served;
    struct aug_truth_server *next;
} aug_truth_server;

static const aug_machine *serve_with(aug_truth *truth, const aug_machine *machine, const aug_software *software) {
    if (!machine->models || !software)
        return machine;
    for (const aug_truth_server *s = truth->servers; s; s = s->next)
        if (s->machine == machine && s->software == software)
            return &s->served;
    aug_truth_server *s = AUG_NEW(truth->arena, aug_truth_server);
    aug_kernels *kernels = AUG_NEW(truth->arena, aug_kernels);
    *kernels = *machine->models;
    kernels->software = software;
    aug_usual_find(software, kernels->families, kernels->family_count, &kernels->usual);
    *s = (aug_truth_server){machine, software, *machine, truth->servers};
    s->served.models = kernels;
    truth->servers = s;
    return &s->served;
}

bool aug_truth_deployment_find(aug_truth *truth, const aug_table_row *row, aug_truth_deployment *run, aug_prediction *prediction) {
    const aug_truth_machine *machine = aug_truth_machine_of(truth, row, prediction);
    if (!machine)
        return false;
    run->software = aug_truth_software_of(truth, row, machine);
    run->machine = serve_with(truth, machine->machine, run->software);
    run->model = aug_truth_find_model(truth, aug_truth_cell(truth, row, "model"), prediction);
    return run->model != NULL;
}

// Tables call weights fp8 that a checkpoint scales in blocks: where it does, or where its experts are said to be.
static aug_number_format settled(const aug_truth_deployment *run, aug_number_format format) {
    bool own = run->model->language >= 0 &&
               run->model->stages[run->model->language].precision.of[AUG_STORAGE_EXPERT] == AUG_FORMAT_FP8_BLOCK;
    return format == AUG_FORMAT_FP8 && (own || run->experts == AUG_FORMAT_FP8_BLOCK) ? AUG_FORMAT_FP8_BLOCK : format;
}

aug_plan aug_truth_deployment_plan(const aug_truth_deployment *run, uint64_t chips) {
    aug_plan plan = aug_plan_default();
    plan.chips = chips;
    plan.tp = plan.pp = plan.dp = plan.ep = 0;
    plan.cp = 1; // servers that were measured share no sequences
    if (run->weights != AUG_FORMAT_NONE)
        plan.weights = (int)settled(run, run->weights);
    if (run->experts != AUG_FORMAT_NONE)
        plan.experts = (int)settled(run, run->experts);
    bool narrow = run->weights != AUG_FORMAT_NONE && aug_format_bits(run->weights) < 9.0;
    if (narrow && run->machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_FP8] > 0.0)
        plan.cache = AUG_FORMAT_FP8;
    return plan;
}

bool aug_truth_deployment_evaluate(aug_truth *truth, const aug_truth_deployment *run, aug_plan plan, uint64_t requests,
                                   aug_outcome *outcome) {
    truth->rejected.count = truth->rejected.dropped = 0;
    const aug_reader reader = {truth->arena, &truth->rejected};
    aug_scenario *scenario = &truth->scenario;
    *scenario = aug_scenario_default();
    scenario->in_tokens = run->in;
    scenario->out_tokens = run->out;
    scenario->batch = requests;
    aug_deployment deployment;
    aug_deployment_init(&deployment, run->model, run->machine, scenario, NULL);
    if (!aug_model_has_experts(run->model))
        plan.ep = 1;
    if (!aug_plan_check(&reader, NULL, &plan))
        plan.ep = 0;
    if (!aug_plan_check(&reader, NULL, &plan)) // more chips than any deployment has
        return false;
    uint64_t plans = 0;
    aug_fit fit = aug_deployment_best(&deployment, &plan, outcome, &plans);
    if (fit == AUG_FIT_NOT && plan.ep) {
        plan.ep = 0;
        fit = aug_deployment_best(&deployment, &plan, outcome, &plans);
    }
    return fit != AUG_FIT_NO_PLAN;
}

aug_queue_load aug_truth_deployment_load(const aug_truth_deployment *run, const aug_outcome *outcome, double requests) {
    static const aug_software none = {0};
    const aug_software *host = run->software ? run->software : &none;
    double slots = floor(outcome->residency.largest_batch / (double)outcome->plan.dp);
    double prompt_host = host->prompt_seconds + host->prompt_token_seconds * (double)run->in;
    return (aug_queue_load){.requests = requests,
                            .slots = slots >= 1.0 ? slots : (double)INFINITY, // what ran did fit
                            .alone_seconds = outcome->alone_seconds + prompt_host + host->request_seconds,
                            .prompt_seconds = outcome->prompt_seconds,
                            .host_seconds = prompt_host,
                            .step_seconds = outcome->tpot_seconds + host->step_seconds + host->step_request_seconds * requests,
                            .out_tokens = (double)run->out,
                            .waves = requests_per_client,
                            .variation = 1.0};
}

aug_truth_deployment aug_truth_deployment_drawn(const aug_truth_deployment *run) {
    aug_truth_deployment drawn = *run;
    double mean = 1.0 - length_spread / 2.0;
    drawn.in = (uint64_t)fmax(1.0, floor((double)run->in * mean + 0.5));
    drawn.out = (uint64_t)fmax(1.0, floor((double)run->out * mean + 0.5));
    return drawn;
}

// A step of fewer requests than those in flight, evaluated where they fill each replica with at least one.
static bool add_step(aug_truth *truth, const aug_truth_deployment *run, const aug_plan *plan, double requests, aug_rerun_load *load) {
    aug_outcome outcome;
    if (!aug_truth_deployment_evaluate(truth, run, *plan, (uint64_t)requests * plan->dp, &outcome))
        return false;
    load->steps[load->step_count++] = (aug_rerun_step){requests, outcome.tpot_seconds};
    return true;
}

bool aug_truth_deployment_rerun(aug_truth *truth, const aug_truth_deployment *run, const aug_plan *plan, aug_outcome *outcome,
                                 aug_rerun_load *load) {
    const aug_truth_deployment drawn = aug_truth_deployment_drawn(run);
    if (!aug_truth_deployment_evaluate(truth, &drawn, *plan, run->requests, outcome))
        return false;
    double replicas = (double)outcome->plan.dp, clients = ceil((double)run->requests / replicas);
    double slots = floor(outcome->residency.largest_batch / replicas), working = clients;
    if (slots >= 1.0 && clients > slots) {
        working = slots;
        if (!aug_truth_deployment_evaluate(truth, &drawn, outcome->plan, (uint64_t)(slots * replicas), outcome))
            return false;
    }
    double together = fmax(1.0, fmin(floor(AUG_CHUNK_TOKENS / (double)drawn.in), clients));
    double each = together > 1.0 ? (together * outcome->prompt_seconds - outcome->alone_seconds) / (together - 1.0) : outcome->alone_seconds;
    each = fmin(each, outcome->alone_seconds);
    *load = (aug_rerun_load){.clients = clients,
                              .waves = requests_per_client,
                              .slots = slots >= 1.0 ? slots : (double)INFINITY, // what ran did fit
                              .out_tokens = (double)run->out,
                              .spread = length_spread,
                              .start_seconds = outcome->alone_seconds - each,
                              .each_seconds = each,
                              .together = together,
                              .hosts = 1.0,
                              .ranks = replicas};
    if (working >= 2.0 && !add_step(truth, &drawn, &outcome->plan, 1.0, load))
        return false;
    if (working >= 8.0 && !add_step(truth, &drawn, &outcome->plan, floor(working / 4.0), load))
        return false;
    load->steps[load->step_count++] = (aug_rerun_step){working, outcome->tpot_seconds};
    return true;
}

void aug_truth_deployment_host(const aug_software *server, const aug_truth_deployment *run, aug_rerun_load *load) {
    if (!server)
        return;
    double prompt_tokens = (double)aug_truth_deployment_drawn(run).in;
    load->step_host_seconds = server->step_seconds;
    load->request_host_seconds = server->step_request_seconds;
    load->prompt_host_seconds = server->prompt_seconds + server->prompt_token_seconds * prompt_tokens;
    load->delay_seconds = server->request_seconds;
    load->looks = server->looks;
    load->mixes = server->mixes;
    if (load->ranks > 1.0) // prompts wait for prompts of the other ranks
        load->delay_seconds += server->ranks_wait * load->steps[load->step_count - 1].seconds;
}

aug_rerun_answer aug_truth_deployment_serve(aug_truth *truth, const aug_rerun_load *load) {
    if (!truth->room)
        truth->room = aug_rerun_room_make(truth->arena);
    return aug_rerun_run(truth->room, load);
}

void aug_truth_deployment_answer(const aug_truth_deployment *run, int time, double seconds, aug_prediction *prediction, int target) {
    const aug_software *s = run->software;
    double low = (double)NAN, high = (double)NAN;
    if (s) {
        low = time == AUG_SERVER_TTFT ? s->ttft_low : s->tpot_low;
        high = time == AUG_SERVER_TTFT ? s->ttft_high : s->tpot_high;
    }
    const aug_kernel *kernel = &run->machine->kernel;
    aug_truth_answer(prediction, target, seconds, isnan(low) ? kernel->low_ratio : low, isnan(high) ? kernel->high_ratio : high);
}

double aug_truth_deployment_watts(const aug_truth_deployment *run, const aug_outcome *outcome, double tokens_per_second) {
    if (isnan(outcome->watts))
        return 0.0;
    double idle = isnan(run->machine->power_static_watts) ? 0.0 : run->machine->power_static_watts;
    double watts = idle + (outcome->watts - idle) * tokens_per_second / outcome->tokens_per_second;
    double limit = run->machine->power_limit_watts;
    return (isnan(limit) ? watts : fmin(watts, limit)) * (double)outcome->plan.chips;
}
