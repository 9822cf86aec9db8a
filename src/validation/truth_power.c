// Serving runs with the watts that their chips drew: time per token and mean power at a number of requests in flight.
//
// `gpus` chips share requests as gpus / tp replicas. Lengths that a row does not state are 1024 tokens in and out (the shorter of
// the two sections of such benchmarks), requests in flight 64; a prediction that rests on that says so. Power is that of
// the chips as their own sensors see it, without their host: idle power, and what the work of the tokens takes in the time
// that they need, host work included.
#include "validation/truth_deployment.h"

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "weight_dtype");
}

// Reads a count that a row may leave out; `assumed` becomes true where it does.
static bool read_or_assume(aug_truth *truth, const aug_table_row *row, const char *column, uint64_t usual, uint64_t *value,
                           bool *assumed) {
    *assumed = *assumed || !*aug_truth_cell(truth, row, column);
    return aug_truth_count(truth, row, column, usual, value) && *value <= UINT64_C(1) << 32;
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    aug_truth_deployment r = {.weights = AUG_FORMAT_NONE, .experts = AUG_FORMAT_NONE};
    if (!aug_truth_deployment_find(truth, row, &r, prediction))
        return;
    if (r.model->language < 0) {
        prediction->reason = "the model does not generate text";
        return;
    }
    if (*aug_truth_cell(truth, row, "weight_dtype") && !aug_truth_format(truth, row, "weight_dtype", &r.weights, prediction))
        return;
    uint64_t chips, tp;
    bool assumed = false;
    bool good = read_or_assume(truth, row, "input_tokens", 1024, &r.in, &assumed);
    good = read_or_assume(truth, row, "output_tokens", 1024, &r.out, &assumed) && good;
    good = read_or_assume(truth, row, "concurrency", 64, &r.requests, &assumed) && good;
    good = aug_truth_count(truth, row, "tp", 1, &tp) && good;
    prediction->reason = "a size is missing or out of range";
    if (!aug_truth_count(truth, row, "gpus", tp, &chips) || !good || chips > 65536 || tp > chips || chips % tp != 0)
        return;
    aug_plan plan = aug_truth_deployment_plan(&r, chips);
    plan.tp = tp;
    plan.pp = 1;
    plan.dp = chips / tp;
    aug_outcome outcome;
    aug_rerun_load load;
    prediction->reason = "no such plan on this machine";
    if (!aug_truth_deployment_rerun(truth, &r, &plan, &outcome, &load))
        return;
    aug_truth_deployment_host(r.software, &r, &load);
    aug_rerun_answer rerun = aug_truth_deployment_serve(truth, &load);
    const aug_kernel *kernel = &r.machine->kernel;
    double rate = rerun.requests_per_second * (double)outcome.plan.dp * (double)aug_truth_deployment_drawn(&r).out;
    aug_truth_deployment_answer(&r, AUG_SERVER_TPOT, rerun.tpot_seconds, prediction, 0);
    aug_truth_answer(prediction, 1, aug_truth_deployment_watts(&r, &outcome, rate), 1.0 / kernel->high_ratio,
                     1.0 / kernel->low_ratio);
    prediction->basis = kernel->basis;
    prediction->reason = assumed ? "an assumed load" : NULL;
}

const aug_truth_kind aug_truth_power = {
    .name = "e2e_power",
    .columns = {"device", "gpus", "model", "tp", "concurrency", "tpot_ms", "avg_power_total_w", NULL},
    .library = "framework",
    .target_count = 2,
    .targets = {{.measured = "tpot_ms", .operation = "tpot", .suffix = "_tpot_ms", .unit = 1e-3, .alone = true},
                {.measured = "avg_power_total_w", .each = "avg_power_per_gpu_w", .times = "gpus", .operation = "power",
                 .suffix = "_power_w", .unit = 1.0, .alone = true}},
    .dtype = dtype,
    .predict = predict,
};
