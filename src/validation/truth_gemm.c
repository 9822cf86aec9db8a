// One matrix multiply: Z[m,n] += A[m,k] * W[k,n], weights and activations in the formats of the row.
#include "validation/truth.h"

#include "workload/graph_build.h"

#include <string.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *weights = aug_truth_cell(truth, row, "weight_dtype"), *inputs = aug_truth_cell(truth, row, "act_dtype");
    return strcmp(weights, inputs) == 0 ? weights : aug_arena_print(truth->arena, "%s/%s", weights, inputs);
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    uint64_t m, n, k;
    aug_number_format weights, inputs;
    const aug_machine *machine = aug_truth_find_machine(truth, aug_truth_cell(truth, row, "device"), prediction);
    if (!machine || !aug_truth_format(truth, row, "weight_dtype", &weights, prediction) ||
        !aug_truth_format(truth, row, "act_dtype", &inputs, prediction))
        return;
    bool sized = aug_truth_count(truth, row, "m", 0, &m);
    sized = aug_truth_count(truth, row, "n", 0, &n) && sized;
    if (!aug_truth_count(truth, row, "k", 0, &k) || !sized) {
        prediction->reason = "a size is missing";
        return;
    }
    aug_graph_builder builder;
    truth->graph.count = 0;
    aug_builder_init(&builder, &truth->graph);
    const aug_features in = {(double)k, AUG_RANK_PLAIN}, out = {(double)n, AUG_RANK_PLAIN};
    const aug_operator *op = aug_build_linear(&builder, "gemm", in, out, AUG_STORAGE_MLP, false);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_MLP] = weights;
    precision.of[AUG_STORAGE_ACTIVATION] = inputs;
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = (double)m, .new_tokens = 1.0};
    aug_roofline roofline;
    aug_roofline_init(&roofline, machine);
    aug_work work = aug_roofline_work(&roofline, op, &(aug_setting){&pass, &aug_split_none, &precision, 0});
    int bound;
    double seconds = aug_work_seconds(&roofline, &work, &bound);
    aug_truth_answer(prediction, 0, seconds, machine->kernel.low_ratio, machine->kernel.high_ratio);
    prediction->basis = machine->kernel.basis;
    const char *name = aug_bound_name(&roofline, bound);
    prediction->reason = aug_arena_copy(truth->arena, name, strlen(name));
}

const aug_truth_kind aug_truth_gemm = {
    .name = "gemm",
    .columns = {"device", "weight_dtype", "act_dtype", "m", "n", "k", "latency_us", NULL},
    .library = "framework",
    .unit_seconds = 1e-6,
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "gemm", .suffix = ""}},
    .dtype = dtype,
    .predict = predict,
};
