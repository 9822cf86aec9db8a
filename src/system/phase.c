// Operators that follow each other with the same kernel number are summed and pay one launch; their time is handed back
// to them in proportion to what each would take alone, so that parts sum to the whole. An exchange follows the operator
// that needs it.
#include "system/phase.h"

#include "system/exchange.h"

#include <math.h>
#include <string.h>

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

static void emit_exchange(const phase_run *run, const aug_exchange_step *step) {
    aug_exchange_cost exchange = aug_collective_cost(run->input->roofline->machine, step->kind, step->chips, step->bits);
    aug_operator_cost cost = {.name = step->name,
                              .repeats = step->repeats,
                              .seconds = exchange.seconds * step->repeats,
                              .energy_pj = exchange.energy_pj * step->repeats,
                              .bound = AUG_BOUND_LINK};
    emit(run, &cost);
}

static void emit_exchanges_of(const phase_run *run, const aug_operator *op) {
    const aug_phase_input *input = run->input;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    int count = aug_exchange_steps(op, &input->pass, &run->split, input->precision, input->stage->width, steps);
    for (int i = 0; i < count; i++)
        emit_exchange(run, &steps[i]);
}

// Evaluates the operators [first, first + count) as one kernel.
static void emit_kernel(const phase_run *run, const aug_operator *first, int count) {
    const aug_roofline *roofline = run->input->roofline;
    aug_work works[AUG_KERNEL_OPERATORS], sum = {0};
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
        emit_exchanges_of(run, &first[i]);
}

int aug_kernel_length(const aug_graph *graph, int first) {
    int length = 1;
    int kernel = graph->operators[first].kernel;
    while (kernel > 0 && length < AUG_KERNEL_OPERATORS && first + length < graph->count &&
           graph->operators[first + length].kernel == kernel)
        length++;
    return length;
}

double aug_stage_ratio(const aug_stage *stage, const aug_plan *plan) {
    double stages = (double)plan->pp, layers = stage->graph.layers;
    return stages > 1.0 && layers > 0.0 ? ceil(layers / stages) * stages / layers : 1.0;
}

aug_phase_cost aug_phase_evaluate(const aug_phase_input *input, aug_operator_sink *sink, void *user) {
    aug_phase_cost cost = {0};
    phase_run run = {.input = input, .split = aug_plan_split(input->plan), .cost = &cost, .sink = sink, .user = user};
    run.setting = (aug_setting){&input->pass, &run.split, input->precision, input->home};
    const aug_graph *graph = &input->stage->graph;
    for (int i = 0; i < graph->count;) {
        int length = aug_kernel_length(graph, i);
        if (graph->operators[i].phases & input->pass.phase)
            emit_kernel(&run, &graph->operators[i], length);
        i += length;
    }
    cost.stage_seconds = cost.seconds * aug_stage_ratio(input->stage, input->plan);
    if (input->plan->pp > 1) {
        double before = cost.seconds;
        aug_exchange_step send = aug_exchange_send(input->plan, &input->pass, input->precision, input->stage->width);
        emit_exchange(&run, &send);
        cost.stage_seconds += cost.seconds - before;
    }
    return cost;
}
