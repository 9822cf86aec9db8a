// One matrix multiply: Z[m,n] += A[m,k] * W[k,n], weights and activations in the formats of the row.
#include "validation/truth.h"

#include "kernel/software_facts.h"

#include <string.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *weights = aug_truth_cell(truth, row, "weight_dtype"), *inputs = aug_truth_cell(truth, row, "act_dtype");
    return strcmp(weights, inputs) == 0 ? weights : aug_arena_print(truth->arena, "%s/%s", weights, inputs);
}

static bool sample(aug_truth *truth, const aug_table_row *row, aug_sample *s, aug_prediction *prediction) {
    uint64_t m, n, k;
    aug_gemm_shape *shape = &s->shape.gemm;
    *shape = (aug_gemm_shape){.batch = 1.0, .output = AUG_FORMAT_BF16};
    if (!aug_truth_format(truth, row, "weight_dtype", &shape->weights, prediction) ||
        !aug_truth_format(truth, row, "act_dtype", &shape->activations, prediction))
        return false;
    bool sized = aug_truth_count(truth, row, "m", 0, &m);
    sized = aug_truth_count(truth, row, "n", 0, &n) && sized;
    if (!aug_truth_count(truth, row, "k", 0, &k) || !sized) {
        prediction->reason = "a size is missing";
        return false;
    }
    shape->m = (double)m;
    shape->n = (double)n;
    shape->k = (double)k;
    s->kind = AUG_KERNEL_KIND_GEMM;
    aug_software_formats(shape->weights, shape->activations, s->formats);
    const aug_software_use use = aug_sample_use(s);
    aug_software_gemm_facts(&use, &shape->facts);
    shape->weight_sets = aug_software_number(&use, AUG_FACT_WEIGHT_SETS, 0.0);
    return true;
}

const aug_truth_kind aug_truth_gemm = {
    .name = "gemm",
    .columns = {"device", "weight_dtype", "act_dtype", "m", "n", "k", "latency_us", NULL},
    .library = "framework",
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "gemm", .suffix = "", .unit = 1e-6}},
    .dtype = dtype,
    .sample = sample,
    .shape = {"n", "k", NULL},
};
