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
    aug_exchange_cost exchange = aug_collective_cost(run->input->roofline, step->kind, step->chips, step->bits);
    aug_operator_cost cost = {.name = step->name,
                              .repeats = step->repeats,
                              .seconds = exchange.seconds * step->repeats,
                              .energy_pj = exchange.energy_pj * step->repeats,
                              .bound = AUG_BOUND_LINK,
                              .low = exchange.low,
                              .high = exchange.high,
                              .basis = exchange.basis};
    emit(run, &cost);
}

static void emit_exchanges_of(const phase_run *run, const aug_operator *op) {
    const aug_phase_input *input = run->input;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    int count = aug_exchange_steps(op, &input->pass, &run->split, input->precision, input->stage->width, steps);
    for (int i = 0; i < count; i++)
        emit_exchange(run, &steps[i]);
}

// The time of operators that run as one kernel.
static aug_call_time kernel_time(const phase_run *run, const aug_operator *first, int count, const aug_work *sum) {
    const aug_roofline *roofline = run->input->roofline;
    if (roofline->models)
        return aug_call_evaluate(roofline, first, count, &run->setting, sum);
    const aug_kernel *kernel = &roofline->machine->kernel;
    aug_call_time time = {.low = kernel->low_ratio, .high = kernel->high_ratio, .basis = kernel->basis};
    time.seconds = aug_work_seconds(roofline, sum, &time.bound);
    return time;
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
    aug_call_time time = kernel_time(run, first, count, &sum);
    for (int i = 0; i < count; i++) {
        double share = count == 1 ? 1.0 : alone > 0.0 ? aug_work_busy_seconds(&works[i]) / alone : 1.0 / count;
        aug_operator_cost cost = {.op = &first[i],
                                  .name = first[i].name,
                                  .repeats = first[i].repeats,
                                  .seconds = time.seconds * share * first[i].repeats,
                                  .operations = works[i].operations * first[i].repeats,
                                  .bits = works[i].bits * first[i].repeats,
                                  .energy_pj = works[i].energy_pj * first[i].repeats,
                                  .bound = time.bound,
                                  .low = time.low,
                                  .high = time.high,
                                  .basis = time.basis};
        emit(run, &cost);
    }
    for (int i = 0; i < count; i++)
        emit_exchanges_of(run, &first[i]);
}

double aug_stage_ratio(const aug_stage *stage, const aug_plan *plan) {
    double stages = (double)plan->pp, layers = stage->graph.layers;
    return stages > 1.0 && layers > 0.0 ? ceil(layers / stages) * stages / layers : 1.0;
}

static void walk(const phase_run *run) {
    const aug_phase_input *input = run->input;
    const aug_graph *graph = &input->stage->graph;
    for (int i = 0; i < graph->count;) {
        int length = aug_call_length(input->roofline, graph, i);
        if (graph->operators[i].phases & input->pass.phase)
            emit_kernel(run, &graph->operators[i], length);
        i += length;
    }
}

aug_phase_cost aug_pass_evaluate(const aug_roofline *roofline, const aug_stage *stage, const aug_precision *precision,
                                 const aug_pass *pass, const aug_split *split, int home) {
    aug_phase_cost cost = {0};
    const aug_phase_input input = {.roofline = roofline, .stage = stage, .precision = precision, .pass = *pass, .home = home};
    phase_run run = {.input = &input, .split = *split, .cost = &cost};
    run.setting = (aug_setting){&input.pass, &run.split, precision, home};
    walk(&run);
    return cost;
}

aug_phase_cost aug_phase_evaluate(const aug_phase_input *input, aug_operator_sink *sink, void *user) {
    aug_phase_cost cost = {0};
    phase_run run = {.input = input, .split = aug_plan_split(input->plan), .cost = &cost, .sink = sink, .user = user};
    run.setting = (aug_setting){&input->pass, &run.split, input->precision, input->home};
    walk(&run);
    cost.stage_seconds = cost.seconds * aug_stage_ratio(input->stage, input->plan);
    if (input->plan->pp > 1) {
        double before = cost.seconds;
        aug_exchange_step send = aug_exchange_send(input->plan, &input->pass, input->precision, input->stage->width);
        emit_exchange(&run, &send);
        cost.stage_seconds += cost.seconds - before;
    }
    return cost;
}
