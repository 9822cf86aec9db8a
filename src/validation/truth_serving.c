// A serving run: a model under a parallel plan with a number of requests in flight.
//
// Aggregated: one deployment of tp · pp · attn_dp chips does prompts and tokens. Disaggregated: p_workers workers do
// prompts, d_workers others do tokens; a request waits where it finds its workers busy. With c requests in flight, of
// which each takes `prefill` of one of P prompt workers and then `out` tokens of a decode worker, the prompt workers are
// the bottleneck where c · prefill / P is longer than prefill + decode, and then a request's cycle is that long
// (asymptotic bound of closed queues [Denning & Buzen 1978]):
//
//     ttft = max(prefill, c · prefill / P - decode)
#include "validation/truth.h"

#include <math.h>
#include <string.h>

typedef struct serving_run {
    const aug_machine *machine;
    const aug_model *model;
    uint64_t in, out, requests;
    aug_number_format weights, experts;
} serving_run;

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *weights = aug_truth_cell(truth, row, "weight_quant"), *experts = aug_truth_cell(truth, row, "moe_quant");
    bool same = !*experts || strcmp(weights, experts) == 0;
    return same ? weights : aug_arena_print(truth->arena, "%s/%s", weights, experts);
}

static aug_plan plan_of(const serving_run *run, uint64_t tp, uint64_t pp, uint64_t dp, uint64_t ep) {
    aug_plan plan = aug_plan_default();
    plan.tp = tp;
    plan.pp = pp;
    plan.dp = dp;
    plan.ep = ep;
    plan.chips = tp * pp * dp;
    plan.weights = (int)run->weights;
    if (run->experts != AUG_FORMAT_NONE)
        plan.experts = (int)run->experts;
    return plan;
}

// The outcome of a stated plan. Where its expert groups cannot be expressed, or where it would not fit with them (tables
// leave them at 1 when the server chose), the groups that serve it best count.
static bool evaluate(aug_truth *truth, const serving_run *run, aug_plan plan, uint64_t requests, aug_outcome *outcome) {
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

static bool predict_together(aug_truth *truth, const aug_table_row *row, const serving_run *run, aug_prediction *prediction) {
    uint64_t tp, pp, dp, ep;
    bool good = aug_truth_count(truth, row, "tp", 1, &tp);
    good = aug_truth_count(truth, row, "pp", 1, &pp) && good;
    good = aug_truth_count(truth, row, "attn_dp", 1, &dp) && good;
    if (!aug_truth_count(truth, row, "moe_ep", 1, &ep) || !good || tp > 100000 || pp > 1000 || dp > 100000)
        return false;
    aug_outcome outcome;
    if (!evaluate(truth, run, plan_of(run, tp, pp, dp, ep), run->requests, &outcome)) {
        prediction->reason = "no such plan on this machine";
        return false;
    }
    const aug_kernel *kernel = &run->machine->kernel;
    aug_truth_answer(prediction, 0, outcome.ttft_seconds, kernel->low_ratio, kernel->high_ratio);
    aug_truth_answer(prediction, 1, outcome.tpot_seconds, kernel->low_ratio, kernel->high_ratio);
    return true;
}

// One side of a disaggregated deployment.
typedef struct side {
    uint64_t workers, tp, dp, ep;
} side;

static bool read_side(aug_truth *truth, const aug_table_row *row, const char *const columns[4], side *s) {
    bool good = aug_truth_count(truth, row, columns[0], 1, &s->workers);
    good = aug_truth_count(truth, row, columns[1], 1, &s->tp) && good;
    good = aug_truth_count(truth, row, columns[2], 1, &s->dp) && good;
    return aug_truth_count(truth, row, columns[3], 1, &s->ep) && good && s->tp <= 100000 && s->dp <= 100000;
}

static bool predict_apart(aug_truth *truth, const aug_table_row *row, const serving_run *run, aug_prediction *prediction) {
    static const char *const prompt_columns[] = {"p_workers", "p_tp", "p_dp", "p_ep"};
    static const char *const token_columns[] = {"d_workers", "d_tp", "d_dp", "d_ep"};
    side p, d;
    bool good = read_side(truth, row, prompt_columns, &p);
    if (!read_side(truth, row, token_columns, &d) || !good)
        return false;
    aug_outcome prompts, tokens;
    uint64_t each = (run->requests + d.workers - 1) / d.workers;
    if (!evaluate(truth, run, plan_of(run, p.tp, 1, p.dp, p.ep), 1, &prompts) ||
        !evaluate(truth, run, plan_of(run, d.tp, 1, d.dp, d.ep), each, &tokens)) {
        prediction->reason = "no such plan on this machine";
        return false;
    }
    double prefill = prompts.ttft_seconds, servers = (double)(p.workers * p.dp);
    double decode = tokens.tpot_seconds * ((double)run->out - 1.0);
    double queued = (double)run->requests * prefill / servers - decode;
    const aug_kernel *kernel = &run->machine->kernel;
    aug_truth_answer(prediction, 0, fmax(prefill, queued), kernel->low_ratio, kernel->high_ratio);
    aug_truth_answer(prediction, 1, tokens.tpot_seconds, kernel->low_ratio, kernel->high_ratio);
    return true;
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    serving_run r = {.experts = AUG_FORMAT_NONE};
    r.machine = aug_truth_find_machine(truth, aug_truth_cell(truth, row, "device"), prediction);
    if (!r.machine || (r.model = aug_truth_find_model(truth, aug_truth_cell(truth, row, "model"), prediction)) == NULL)
        return;
    if (r.model->language < 0) {
        prediction->reason = "the model does not generate text";
        return;
    }
    if (!aug_truth_format(truth, row, "weight_quant", &r.weights, prediction))
        return;
    if (*aug_truth_cell(truth, row, "moe_quant") && !aug_truth_format(truth, row, "moe_quant", &r.experts, prediction))
        return;
    uint64_t batch = 0;
    bool sized = aug_truth_count(truth, row, "input_tokens", 0, &r.in);
    sized = aug_truth_count(truth, row, "output_tokens", 0, &r.out) && sized;
    sized = (aug_truth_count(truth, row, "concurrency", 0, &r.requests) || aug_truth_count(truth, row, "batch", 0, &batch)) && sized;
    if (r.requests == 0)
        r.requests = batch;
    if (!sized || r.in > UINT64_C(1) << 32 || r.out > UINT64_C(1) << 32 || r.requests > UINT64_C(1) << 32) {
        prediction->reason = "a size is missing or out of range";
        return;
    }
    prediction->reason = "the plan is incomplete";
    bool apart = strcmp(aug_truth_cell(truth, row, "serving"), "disagg") == 0;
    if (apart ? predict_apart(truth, row, &r, prediction) : predict_together(truth, row, &r, prediction)) {
        prediction->basis = r.machine->kernel.basis;
        prediction->reason = NULL;
    }
}

const aug_truth_kind aug_truth_serving = {
    .name = "e2e",
    .columns = {"device", "model", "serving", "weight_quant", "input_tokens", "output_tokens", "concurrency", "tp", "ttft_ms",
                "tpot_ms", NULL},
    .library = "framework",
    .unit_seconds = 1e-3,
    .target_count = 2,
    .targets = {{.measured = "ttft_ms", .operation = "ttft", .suffix = "_ttft_ms"},
                {.measured = "tpot_ms", .operation = "tpot", .suffix = "_tpot_ms"}},
    .dtype = dtype,
    .predict = predict,
};
