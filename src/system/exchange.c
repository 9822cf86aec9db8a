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
    double copies = fmin(op->chosen, groups); // chips that one token is sent to
    double ratio = 1.0;
    if (dispatch)
        ratio = aug_format_bits(precision->of[AUG_STORAGE_ACTIVATION]) / aug_format_bits(precision->of[AUG_STORAGE_RESIDUAL]);
    steps[count++] = (aug_exchange_step){dispatch ? "all-to-all dispatch" : "all-to-all combine", AUG_COLLECTIVE_ALL_TO_ALL,
                                         groups, stream / tp * copies * ratio, op->repeats};
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
