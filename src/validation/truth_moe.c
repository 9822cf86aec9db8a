// One fused layer of experts on one chip of a group that shares them.
#include "validation/truth.h"

#include "kernel/software_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "dtype");
}

// Names of quantisations that say weights and activations at once.
static const struct {
    const char *name;
    aug_number_format weights, activations;
} pairs[] = {
    {"int4_wo", AUG_FORMAT_INT4, AUG_FORMAT_BF16},
    {"int4", AUG_FORMAT_INT4, AUG_FORMAT_FP8},
    {"int8_wo", AUG_FORMAT_INT8, AUG_FORMAT_BF16},
    {"w4a16_mxfp4", AUG_FORMAT_MXFP4, AUG_FORMAT_BF16},
    {"w4a8_mxfp4_mxfp8", AUG_FORMAT_MXFP4, AUG_FORMAT_FP8},
    {"mxfp4", AUG_FORMAT_MXFP4, AUG_FORMAT_MXFP4},
};

static bool read_formats(aug_truth *truth, const aug_table_row *row, aug_moe_shape *shape, aug_prediction *prediction) {
    const char *name = aug_truth_cell(truth, row, "dtype");
    for (size_t i = 0; i < AUG_COUNT(pairs); i++)
        if (strcmp(pairs[i].name, name) == 0) {
            shape->weights = pairs[i].weights;
            shape->activations = pairs[i].activations;
            return true;
        }
    if (!aug_truth_format(truth, row, "dtype", &shape->weights, prediction))
        return false;
    shape->activations = shape->weights;
    return true;
}

// "balanced", "power_law_1.2", "activated_experts=16".
static bool read_routing(aug_truth *truth, const aug_table_row *row, aug_moe_routing *routing) {
    const char *text = aug_truth_cell(truth, row, "routing");
    routing->kind = AUG_MOE_BALANCED;
    if (!*text || strcmp(text, "balanced") == 0 || strcmp(text, "uniform") == 0)
        return true;
    char *end = NULL;
    if (strncmp(text, "power_law_", 10) == 0) {
        routing->kind = AUG_MOE_POWER_LAW;
        routing->exponent = strtod(text + 10, &end);
        return !*end && routing->exponent > 0.0;
    }
    if (strncmp(text, "activated_experts=", 18) == 0) {
        routing->kind = AUG_MOE_ACTIVATED;
        routing->activated = strtod(text + 18, &end);
        return !*end && routing->activated >= 1.0;
    }
    return false;
}

static bool sample(aug_truth *truth, const aug_table_row *row, aug_sample *s, aug_prediction *prediction) {
    uint64_t tokens, hidden, inner, topk, experts, tp, ep;
    aug_moe_shape *shape = &s->shape.moe;
    *shape = (aug_moe_shape){.gated = strcmp(aug_truth_cell(truth, row, "gated"), "False") != 0};
    bool good = aug_truth_count(truth, row, "tokens", 0, &tokens);
    good = aug_truth_count(truth, row, "hidden", 0, &hidden) && good;
    good = aug_truth_count(truth, row, "moe_inter", 0, &inner) && good;
    good = aug_truth_count(truth, row, "topk", 0, &topk) && good;
    good = aug_truth_count(truth, row, "experts", 0, &experts) && good;
    good = aug_truth_count(truth, row, "moe_tp", 1, &tp) && good;
    good = aug_truth_count(truth, row, "moe_ep", 1, &ep) && good;
    if (!good || topk > experts) {
        prediction->reason = "a size is missing or out of range";
        return false;
    }
    if (!read_formats(truth, row, shape, prediction))
        return false;
    shape->routing = (aug_moe_routing){.tokens = (double)tokens, .topk = (double)topk, .experts = (double)experts, .groups = (double)ep};
    if (!read_routing(truth, row, &shape->routing)) {
        prediction->reason = aug_arena_print(truth->arena, "unknown routing '%.40s'", aug_truth_cell(truth, row, "routing"));
        return false;
    }
    shape->hidden = (double)hidden;
    shape->inner = (double)inner / (double)tp;
    s->kind = AUG_KERNEL_KIND_MOE;
    aug_software_formats(shape->weights, shape->activations, s->formats);
    const aug_software_use use = aug_sample_use(s);
    aug_software_moe_facts(&use, &shape->routing, &shape->facts);
    // Some tables call all experts gated; of those that choose so many experts none is.
    if ((double)topk == aug_software_number(&use, AUG_FACT_UNGATED_TOPK, 0.0))
        shape->gated = false;
    return true;
}

const aug_truth_kind aug_truth_moe = {
    .name = "moe",
    .columns = {"device", "dtype", "tokens", "hidden", "moe_inter", "topk", "experts", "moe_tp", "moe_ep", "latency_us", NULL},
    .library = "framework",
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "moe", .suffix = "", .unit = 1e-6}},
    .dtype = dtype,
    .sample = sample,
    .shape = {"hidden", "moe_inter", "topk", "experts", "moe_tp", "moe_ep", NULL},
};
