// One kernel that walks over a matrix of tokens: norms, rotary embeddings, activations, adds, quantisation. What it moves is the
// library's affair, looked up by the name of the operation.
#include "validation/truth.h"

#include "kernel/software_facts.h"

#include <stdio.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "dtype");
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    (void)target;
    return aug_truth_cell(truth, row, "op");
}

static bool sample(aug_truth *truth, const aug_table_row *row, aug_sample *s, aug_prediction *prediction) {
    uint64_t tokens, width;
    aug_number_format format;
    bool sized = aug_truth_count(truth, row, "tokens", 0, &tokens);
    if (!aug_truth_count(truth, row, "width", 0, &width) || !sized) {
        prediction->reason = "a size is missing";
        return false;
    }
    if (!aug_truth_format(truth, row, "dtype", &format, prediction))
        return false;
    s->kind = AUG_KERNEL_KIND_ELEMENTWISE;
    snprintf(s->formats, sizeof s->formats, "%s", aug_truth_cell(truth, row, "op"));
    const aug_software_use use = aug_sample_use(s);
    s->shape.elementwise = (aug_elementwise_shape){.rows = (double)tokens, .width = (double)width};
    aug_software_elementwise_facts(&use, 2.0 * aug_format_bits(format) / 8.0, &s->shape.elementwise); // read and written once
    return true;
}

const aug_truth_kind aug_truth_norm = {
    .name = "norm",
    .columns = {"device", "op", "tokens", "width", "dtype", "latency_us", NULL},
    .library = "framework",
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "norm", .suffix = "", .unit = 1e-6}},
    .dtype = dtype,
    .operation = operation,
    .sample = sample,
    .shape = {"tokens", "width", NULL},
};
