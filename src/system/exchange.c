#include "system/exchange.h"

#include <math.h>

// Bits of the vectors of all tokens of the pass, as the residual stream keeps them.
static double stream_bits(const aug_pass *pass, const aug_precision *precision, double width) {
    return aug_pass_tokens(pass) * width * aug_format_bits(precision->of[AUG_STORAGE_RESIDUAL]);
}

// Tokens go to the chips of their experts and back. Inside a tensor-parallel group every chip has all tokens already:
// nothing is sent there, and the results are summed. Across data-parallel groups each token is sent to the groups that
// hold its experts.
static int expert_steps(const aug_operator *op, const aug_split *split, const aug_precision *precision, double stream,
                        aug_exchange_step *steps) {
    double tp = split->tensor, groups = split->expert_groups;
    bool dispatch = op->exchange == AUG_EXCHANGE_DISPATCH;
    int count = 0;
    if (split->expert_tokens <= 1.0) {
        if (!dispatch && tp > 1.0)
            steps[count++] = (aug_exchange_step){"all-reduce", AUG_COLLECTIVE_ALL_REDUCE, tp, stream, op->repeats};
        return count;
    }
    if (groups <= 1.0) { // every chip has its part of every expert: it needs all tokens, and sums what all make of its own
        steps[count++] = (aug_exchange_step){dispatch ? "token gather" : "token reduce", AUG_COLLECTIVE_ALL_GATHER,
                                             split->expert_tokens * tp, stream * split->expert_tokens, op->repeats};
        return count;
    }
    double copies = fmin(op->chosen, groups); // groups that one token is sent to, each chip of which has a part of the expert
    double ratio = 1.0;
    if (dispatch)
        ratio = aug_format_bits(precision->of[AUG_STORAGE_ACTIVATION]) / aug_format_bits(precision->of[AUG_STORAGE_RESIDUAL]);
    steps[count++] = (aug_exchange_step){dispatch ? "all-to-all dispatch" : "all-to-all combine", AUG_COLLECTIVE_ALL_TO_ALL,
                                         split->expert_tokens * tp,
                                         stream / tp * fmin(copies * split->expert_tensor, groups * split->expert_tensor) * ratio, op->repeats};
    if (!dispatch && tp > 1.0)
        steps[count++] = (aug_exchange_step){"all-gather", AUG_COLLECTIVE_ALL_GATHER, tp, stream, op->repeats};
    return count;
}

int aug_exchange_steps(const aug_operator *op, const aug_pass *pass, const aug_split *split, const aug_precision *precision,
                       double width, aug_exchange_step steps[AUG_EXCHANGE_STEPS]) {
    double tp = split->tensor;
    switch (op->exchange) {
    case AUG_EXCHANGE_NONE:
        break;
    case AUG_EXCHANGE_REDUCE:
    case AUG_EXCHANGE_GATHER:
        if (tp > 1.0) {
            double sizes[AUG_EINSUM_RANKS];
            int output = op->einsum.tensor_count - 1;
            bool reduce = op->exchange == AUG_EXCHANGE_REDUCE;
            aug_operator_sizes(op, pass, split, sizes);
            double bits = aug_operator_elements(op, output, sizes) * aug_operator_bits(op, output, precision);
            steps[0] = (aug_exchange_step){reduce ? "all-reduce" : "all-gather",
                                           reduce ? AUG_COLLECTIVE_ALL_REDUCE : AUG_COLLECTIVE_ALL_GATHER, tp,
                                           reduce ? bits : bits * tp, op->repeats};
            return 1;
        }
        break;
    case AUG_EXCHANGE_DISPATCH:
    case AUG_EXCHANGE_COMBINE:
        return expert_steps(op, split, precision, stream_bits(pass, precision, width), steps);
    }
    return 0;
}

aug_exchange_step aug_exchange_send(const aug_plan *plan, const aug_pass *pass, const aug_precision *precision, double width) {
    return (aug_exchange_step){"send to the next stage", AUG_COLLECTIVE_SEND, (double)(plan->pp * plan->tp),
                               stream_bits(pass, precision, width) / (double)plan->tp, (double)plan->pp - 1.0};
}

// Bits of one token's caches on one chip, the mean of all layers.
static double cached_bits(const aug_graph *graph, const aug_precision *precision, double tp) {
    double bits = 0.0;
    for (int i = 0; i < graph->cache_count; i++) {
        const aug_cache *cache = &graph->caches[i];
        double heads = cache->heads > 0.0 ? fmin(tp, cache->heads) : 1.0;
        bits += cache->elements / heads * cache->layers / graph->layers * aug_format_bits(precision->of[AUG_STORAGE_CACHE]);
    }
    return bits;
}

bool aug_exchange_context(const aug_operator *values, const aug_plan *plan, const aug_pass *pass, const aug_graph *graph,
                          const aug_precision *precision, aug_exchange_step *step) {
    bool attends = values->run == AUG_RUN_ATTENTION || values->run == AUG_RUN_LATENT;
    if (!attends || aug_plan_context(plan) <= 1)
        return false;
    *step = (aug_exchange_step){.chips = aug_plan_layer_chips(plan), .repeats = values->repeats};
    if (pass->phase == AUG_PHASE_PREFILL) {
        step->name = "key and value gather";
        step->kind = AUG_COLLECTIVE_ALL_GATHER;
        step->bits = pass->sequences * pass->new_tokens * cached_bits(graph, precision, (double)plan->tp);
    } else {
        double sizes[AUG_EINSUM_RANKS];
        aug_split split = aug_plan_split(plan);
        aug_operator_sizes(values, pass, &split, sizes);
        step->name = "attention reduce";
        step->kind = AUG_COLLECTIVE_ALL_REDUCE;
        step->bits = aug_operator_elements(values, values->einsum.tensor_count - 1, sizes) * 32.0;
    }
    step->chips = (double)aug_plan_context(plan);
    return true;
}
