// One exchange between chips: a call of a communication library, of a serving engine's own all-reduce, or the way of tokens to the
// chips of their experts and back.
#include "validation/truth.h"

#include "kernel/software_facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "dtype");
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    (void)target;
    return aug_truth_cell(truth, row, "op");
}

typedef struct exchange {
    const char *op, *detail;
    double gpus, nodes, bytes;
} exchange;

static const struct {
    const char *op;
    int call;
} calls[] = {{"all_reduce", AUG_CALL_ALL_REDUCE}, {"all_gather", AUG_CALL_ALL_GATHER}, {"reduce_scatter", AUG_CALL_REDUCE_SCATTER},
             {"alltoall", AUG_CALL_ALL_TO_ALL},   {"all_to_all", AUG_CALL_ALL_TO_ALL}, {"send_recv", AUG_CALL_SEND}};

static int call_of(const char *op) {
    for (size_t i = 0; i < AUG_COUNT(calls); i++)
        if (strcmp(calls[i].op, op) == 0)
            return calls[i].call;
    return -1;
}

// A fact of the library about the cluster that the row's detail names, for the row's operation.
static double cluster_fact(const aug_sample *s, const exchange *x, aug_fact_name name, double fallback) {
    aug_software_use use = aug_sample_use(s);
    use.kind = AUG_KERNEL_KIND_COLLECTIVE;
    use.formats = x->detail;
    use.kernel = x->op;
    return *x->detail ? aug_software_number(&use, name, fallback) : fallback;
}

// Bandwidth between groups of chips: of a network, which may be slower for long messages, or of the bridge between pairs inside a node.
static double network_of(const aug_sample *s, const exchange *x) {
    if (x->nodes <= 1.0)
        return cluster_fact(s, x, AUG_FACT_BRIDGE_SHARE, 0.0) * s->machine->chip.node_link_bytes_per_second;
    double network = cluster_fact(s, x, AUG_FACT_NETWORK, 0.0);
    return x->bytes < 4e6 ? network : cluster_fact(s, x, AUG_FACT_NETWORK_LONG, network);
}

static void set_library(const exchange *x, bool integers, aug_sample *s) {
    aug_collective_shape *shape = &s->shape.collective;
    s->kind = AUG_KERNEL_KIND_COLLECTIVE;
    snprintf(s->formats, sizeof s->formats, "%s", x->op);
    const aug_software_use use = aug_sample_use(s);
    // Chips that stand in pairs of one link each are groups of their own.
    double group = cluster_fact(s, x, AUG_FACT_GROUP, x->gpus / x->nodes);
    *shape = (aug_collective_shape){.call = call_of(x->op),
                                    .chips = x->gpus,
                                    .nodes = fmax(x->nodes, ceil(x->gpus / group)),
                                    .bytes = x->bytes * (aug_software_fact(&use, AUG_FACT_COUNTS_EACH) ? x->gpus : 1.0),
                                    .network_bytes_per_second = network_of(s, x),
                                    .narrow_integers = integers,
                                    .without_copies = aug_software_fact(&use, AUG_FACT_WITHOUT_COPIES) != NULL};
}

// The communication library's own time, for messages that a serving engine hands to it.
static double library_seconds(const exchange *x, const aug_sample *s) {
    aug_sample library = *s;
    set_library(x, false, &library);
    const aug_kernel_fit *fit = &s->machine->machine->models->fits[AUG_KERNEL_KIND_COLLECTIVE];
    return aug_kernel_call(AUG_KERNEL_KIND_COLLECTIVE, &s->machine->chip, fit->constants, &library.shape).seconds;
}

static void set_custom(const exchange *x, aug_sample *s) {
    s->kind = AUG_KERNEL_KIND_CUSTOM_REDUCE;
    snprintf(s->formats, sizeof s->formats, "%.0f", x->gpus);
    const aug_software_use use = aug_sample_use(s);
    aug_custom_reduce_shape shape = {.chips = x->gpus,
                                     .bytes = x->bytes,
                                     .method = (int)aug_software_reduce_method(&use, x->bytes),
                                     .barriers = aug_software_number(&use, AUG_FACT_BARRIERS, 2.0),
                                     .host_issued = strstr(x->detail, "eager") != NULL};
    if (shape.method == AUG_REDUCE_LIBRARY)
        shape.library_seconds = library_seconds(x, s);
    s->shape.custom_reduce = shape;
}

// "tokens=128 hidden=4096 topk=6 experts=256 KERNEL": a number of the detail, 0 where it is not there.
static double detail_number(const char *detail, const char *name) {
    char key[16];
    snprintf(key, sizeof key, "%s=", name);
    const char *at = strstr(detail, key);
    return at ? strtod(at + strlen(key), NULL) : 0.0;
}

static bool set_experts(const exchange *x, const char *format, aug_sample *s) {
    const char *blank = strrchr(x->detail, ' '), *kernel = blank ? blank + 1 : "";
    aug_expert_exchange_shape shape = {.chips = x->gpus,
                                       .tokens = detail_number(x->detail, "tokens"),
                                       .hidden = detail_number(x->detail, "hidden"),
                                       .topk = detail_number(x->detail, "topk"),
                                       .combine = strstr(x->op, "combine") != NULL};
    if (!(shape.tokens > 0.0) || !(shape.hidden > 0.0) || !(shape.topk > 0.0))
        return false;
    s->kind = AUG_KERNEL_KIND_EXPERT_EXCHANGE;
    snprintf(s->formats, sizeof s->formats, "%.22s %s", kernel, shape.combine ? "combine" : "dispatch");
    const aug_software_use use = aug_sample_use(s);
    aug_number_format sent = aug_format_find(format);
    double bits = sent == AUG_FORMAT_NVFP4 || sent == AUG_FORMAT_FP8 ? aug_format_bits(sent) : 16.0;
    shape.word_bytes = aug_software_number(&use, AUG_FACT_WORD_BYTES, bits / 8.0);
    shape.copy_per_expert = aug_software_fact(&use, AUG_FACT_COPY_PER_EXPERT) != NULL;
    s->shape.expert_exchange = shape;
    return true;
}

static bool sample(aug_truth *truth, const aug_table_row *row, aug_sample *s, aug_prediction *prediction) {
    uint64_t gpus, nodes;
    exchange x = {.op = aug_truth_cell(truth, row, "op"), .detail = aug_truth_cell(truth, row, "detail")};
    bool sized = aug_truth_count(truth, row, "gpus", 0, &gpus);
    sized = aug_truth_count(truth, row, "nodes", 1, &nodes) && sized;
    sized = aug_truth_number(truth, row, "message_bytes", 0.0, &x.bytes) && sized;
    if (!sized || nodes > gpus) {
        prediction->reason = "a size is missing or out of range";
        return false;
    }
    x.gpus = (double)gpus;
    x.nodes = (double)nodes;
    const char *format = aug_truth_cell(truth, row, "dtype");
    s->kernel = format; // older tables are known by it
    if (strncmp(x.op, "moe_a2a_", 8) == 0) {
        prediction->reason = "the detail states no tokens, hidden and topk";
        return set_experts(&x, format, s);
    }
    if (call_of(x.op) < 0) {
        prediction->reason = aug_arena_print(truth->arena, "no model of '%.40s'", x.op);
        return false;
    }
    if (strstr(aug_truth_cell(truth, row, "library"), "custom") && call_of(x.op) == AUG_CALL_ALL_REDUCE)
        set_custom(&x, s);
    else
        set_library(&x, strncmp(format, "int", 3) == 0, s);
    return true;
}

const aug_truth_kind aug_truth_collective = {
    .name = "collective",
    .columns = {"device", "op", "gpus", "message_bytes", "library", "latency_us", NULL},
    .library = "library",
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "collective", .suffix = "", .unit = 1e-6,
                 .odd_column = "op", .odd_begin = "moe_a2a_", .odd_unit = 1e-9}}, // these rows are in nanoseconds
    .dtype = dtype,
    .operation = operation,
    .sample = sample,
    .shape = {"op", "gpus", "message_bytes", "detail", NULL},
};
