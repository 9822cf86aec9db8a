// Operators that follow each other with the same kernel number are summed and pay one launch; their time is handed back
// to them in proportion to what each would take alone, so that parts sum to the whole. An exchange follows the operator
// that needs it.
#include "system/phase.h"

#include <math.h>
#include <string.h>

enum { KERNEL_OPERATORS = 8 };

typedef struct phase_run {
    const aug_phase_input *input;
    aug_split split;
    aug_setting setting;
    aug_phase_cost *cost;
    aug_operator_sink *sink;
    void *user;
} phase_run;

static void emit(const phase_run *run, const aug_operator_cost *cost) {
    aug_phase_cost *sum = run->cost;
    sum->seconds += cost->seconds;
    sum->operations += cost->operations;
    sum->bits += cost->bits;
    sum->energy_pj += cost->energy_pj;
    sum->bound_seconds[cost->bound] += cost->seconds;
    if (run->sink)
        run->sink(run->user, cost);
}

static void emit_exchange(const phase_run *run, const char *name, aug_collective_kind kind, double chips, double bits,
                          double repeats) {
    aug_exchange_cost exchange = aug_collective_cost(run->input->roofline->machine, kind, chips, bits);
    aug_operator_cost cost = {.name = name,
                              .repeats = repeats,
                              .seconds = exchange.seconds * repeats,
                              .energy_pj = exchange.energy_pj * repeats,
                              .bound = AUG_BOUND_LINK};
    emit(run, &cost);
}

// Bits of the vectors of all tokens of the pass, as the residual stream keeps them.
static double stream_bits(const phase_run *run) {
    const aug_pass *pass = &run->input->pass;
    return pass->sequences * pass->new_tokens * run->input->stage->width *
           aug_format_bits(run->input->precision->of[AUG_STORAGE_RESIDUAL]);
}

// Tokens go to the chips of their experts and back. Inside a tensor-parallel group every chip has all tokens already:
// nothing is sent there, and the results are summed. Across data-parallel groups each token is sent to the groups that
// hold its experts.
static void emit_expert_exchange(const phase_run *run, const aug_operator *op) {
    double tp = run->split.tensor, groups = run->split.expert_groups, replicas = run->split.expert_tokens;
    if (replicas <= 1.0) {
        if (op->exchange == AUG_EXCHANGE_COMBINE && tp > 1.0)
            emit_exchange(run, "all-reduce", AUG_COLLECTIVE_ALL_REDUCE, tp, stream_bits(run), op->repeats);
        return;
    }
    bool dispatch = op->exchange == AUG_EXCHANGE_DISPATCH;
    double copies = fmin(op->chosen, groups); // chips that one token is sent to
    double ratio = dispatch ? aug_format_bits(run->input->precision->of[AUG_STORAGE_ACTIVATION]) /
                                  aug_format_bits(run->input->precision->of[AUG_STORAGE_RESIDUAL])
                            : 1.0;
    emit_exchange(run, dispatch ? "all-to-all dispatch" : "all-to-all combine", AUG_COLLECTIVE_ALL_TO_ALL, groups,
                  stream_bits(run) / tp * copies * ratio, op->repeats);
    if (!dispatch && tp > 1.0)
        emit_exchange(run, "all-gather", AUG_COLLECTIVE_ALL_GATHER, tp, stream_bits(run), op->repeats);
}

static void emit_exchange_of(const phase_run *run, const aug_operator *op) {
    double tp = run->split.tensor;
    switch (op->exchange) {
    case AUG_EXCHANGE_NONE:
        break;
    case AUG_EXCHANGE_REDUCE:
    case AUG_EXCHANGE_GATHER:
        if (tp > 1.0) {
            double sizes[AUG_EINSUM_RANKS];
            int output = op->einsum.tensor_count - 1;
            bool reduce = op->exchange == AUG_EXCHANGE_REDUCE;
            aug_operator_sizes(op, &run->input->pass, &run->split, sizes);
            double bits = aug_operator_elements(op, output, sizes) * aug_operator_bits(op, output, run->input->precision);
            emit_exchange(run, reduce ? "all-reduce" : "all-gather",
                          reduce ? AUG_COLLECTIVE_ALL_REDUCE : AUG_COLLECTIVE_ALL_GATHER, tp, reduce ? bits : bits * tp,
                          op->repeats);
        }
        break;
    case AUG_EXCHANGE_DISPATCH:
    case AUG_EXCHANGE_COMBINE:
        emit_expert_exchange(run, op);
        break;
    }
}

// Evaluates the operators [first, first + count) as one kernel.
static void emit_kernel(const phase_run *run, const aug_operator *first, int count) {
    const aug_roofline *roofline = run->input->roofline;
    aug_work works[KERNEL_OPERATORS], sum = {0};
    double alone = 0.0;
    for (int i = 0; i < count; i++) {
        works[i] = aug_roofline_work(roofline, &first[i], &run->setting);
        aug_work_add(&sum, &works[i]);
        alone += aug_work_busy_seconds(&works[i]);
    }
    int bound;
    double seconds = aug_work_seconds(roofline, &sum, &bound);
    for (int i = 0; i < count; i++) {
        double share = count == 1 ? 1.0 : alone > 0.0 ? aug_work_busy_seconds(&works[i]) / alone : 1.0 / count;
        aug_operator_cost cost = {.op = &first[i],
                                  .name = first[i].name,
                                  .repeats = first[i].repeats,
                                  .seconds = seconds * share * first[i].repeats,
                                  .operations = works[i].operations * first[i].repeats,
                                  .bits = works[i].bits * first[i].repeats,
                                  .energy_pj = works[i].energy_pj * first[i].repeats,
                                  .bound = bound};
        emit(run, &cost);
    }
    for (int i = 0; i < count; i++)
        emit_exchange_of(run, &first[i]);
}

static int kernel_length(const aug_graph *graph, int first) {
    int length = 1;
    int kernel = graph->operators[first].kernel;
    while (kernel > 0 && length < KERNEL_OPERATORS && first + length < graph->count &&
           graph->operators[first + length].kernel == kernel)
        length++;
    return length;
}

// Layers are handed out whole: the longest pipeline stage has ceil(layers / stages) of them.
static double stage_ratio(const aug_phase_input *input) {
    double stages = (double)input->plan->pp, layers = input->stage->graph.layers;
    return stages > 1.0 && layers > 0.0 ? ceil(layers / stages) * stages / layers : 1.0;
}

aug_phase_cost aug_phase_evaluate(const aug_phase_input *input, aug_operator_sink *sink, void *user) {
    aug_phase_cost cost = {0};
    phase_run run = {.input = input, .split = aug_plan_split(input->plan), .cost = &cost, .sink = sink, .user = user};
    run.setting = (aug_setting){&input->pass, &run.split, input->precision, input->home};
    const aug_graph *graph = &input->stage->graph;
    for (int i = 0; i < graph->count;) {
        int length = kernel_length(graph, i);
        if (graph->operators[i].phases & input->pass.phase)
            emit_kernel(&run, &graph->operators[i], length);
        i += length;
    }
    cost.stage_seconds = cost.seconds * stage_ratio(input);
    if (input->plan->pp > 1) {
        double sends = (double)input->plan->pp - 1.0;
        double before = cost.seconds;
        emit_exchange(&run, "send to the next stage", AUG_COLLECTIVE_SEND, (double)(input->plan->pp * input->plan->tp),
                      stream_bits(&run) / run.split.tensor, sends);
        cost.stage_seconds += cost.seconds - before;
    }
    return cost;
}
