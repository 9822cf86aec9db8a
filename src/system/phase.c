// Operators that follow each other with the same kernel number are summed and pay one launch; their time is handed back
// to them in proportion to what each would take alone, so that parts sum to the whole. An exchange follows the operator
// that needs it.
#include "system/phase.h"

#include "system/exchange.h"
#include "system/mapped.h"
#include "system/throttle.h"

#include <math.h>
#include <string.h>

typedef struct phase_run {
    const aug_phase_input *input;
    aug_split split;
    aug_setting setting;
    aug_phase_cost *cost;
    aug_operator_sink *sink;
    void *user;
    aug_pass whole; // of whole sequences, where groups share them
    double groups;  // that share prompts; 1: none do
    const aug_operator *originals; // of the kernel at hand, where what is evaluated are copies
    aug_throttle throttle;
} phase_run;

// An operator under the throttle of its pass.
static void slow_down(const aug_throttle *throttle, aug_operator_cost *cost) {
    cost->seconds *= aug_throttle_slows(cost->bound) ? throttle->clocked_time : throttle->fixed_time;
    double before = aug_energy_clocked_pj(&cost->parts);
    cost->energy_pj += before * (throttle->clocked_energy - 1.0);
    aug_energy_scale_clocked(&cost->parts, throttle->clocked_energy);
}

static void emit(const phase_run *run, aug_operator_cost *cost) {
    aug_phase_cost *sum = run->cost;
    if (run->throttle.clock < 1.0 || run->throttle.clocked_energy < 1.0)
        slow_down(&run->throttle, cost);
    aug_energy_add(&sum->parts, &cost->parts, 1.0);
    sum->clocked_seconds += aug_throttle_slows(cost->bound) ? cost->seconds : 0.0;
    sum->seconds += cost->seconds;
    sum->operations += cost->operations;
    sum->bits += cost->bits;
    sum->energy_pj += cost->energy_pj;
    sum->bound_seconds[cost->bound] += cost->seconds;
    sum->worst_gap = cost->gap > sum->worst_gap ? cost->gap : sum->worst_gap; // NaN is not
    sum->unmapped_seconds += cost->why ? cost->seconds : 0.0;
    if (run->sink)
        run->sink(run->user, cost);
}

static void emit_exchange(const phase_run *run, const aug_exchange_step *step) {
    aug_exchange_cost exchange = aug_collective_cost(run->input->roofline, step->kind, step->chips, step->bits);
    aug_operator_cost cost = {.name = step->name,
                              .repeats = step->repeats,
                              .seconds = exchange.seconds * step->repeats,
                              .energy_pj = exchange.energy_pj * step->repeats,
                              .parts.links_pj = exchange.energy_pj * step->repeats,
                              .bound = AUG_BOUND_LINK,
                              .low = exchange.low,
                              .high = exchange.high,
                              .basis = exchange.basis,
                              .gap = (double)NAN};
    emit(run, &cost);
}

static void emit_exchanges_of(const phase_run *run, const aug_operator *op) {
    const aug_phase_input *input = run->input;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    int count = aug_exchange_steps(op, run->setting.pass, &run->split, input->precision, input->stage->width, steps);
    for (int i = 0; i < count; i++)
        emit_exchange(run, &steps[i]);
}

// Attention over prompts that groups share. A kernel works on whole tiles of queries, and the last ones see all keys, however many of
// the prompt come from the cache: a group takes its share of all tiles, and no less than one of the last. A run of tokens as long as
// the share, halfway down the prompt, would be neither: 192 of 6144 tokens in tiles of 128 pay for 256, 128 of 4096 miss half of the keys.
static aug_call_time shared_attention_time(const phase_run *run, const aug_operator *first, int count, const aug_work *sum) {
    const aug_roofline *roofline = run->input->roofline;
    aug_setting all = run->setting, end = run->setting;
    aug_pass last = run->whole;
    last.new_tokens = fmin(1.0, run->whole.new_tokens);
    last.past_tokens += run->whole.new_tokens - last.new_tokens;
    all.pass = &run->whole;
    end.pass = &last;
    aug_call_time share = aug_call_evaluate(roofline, first, count, &all, sum);
    share.seconds /= run->groups;
    aug_call_time least = aug_call_evaluate(roofline, first, count, &end, sum);
    return share.seconds > least.seconds ? share : least;
}

// The time of operators that run as one kernel.
static aug_call_time kernel_time(const phase_run *run, const aug_operator *first, int count, const aug_work *sum) {
    const aug_roofline *roofline = run->input->roofline;
    bool attends = first->run == AUG_RUN_ATTENTION || first->run == AUG_RUN_LATENT;
    if (roofline->models && attends && run->groups > 1.0)
        return shared_attention_time(run, first, count, sum);
    if (roofline->models)
        return aug_call_evaluate(roofline, first, count, &run->setting, sum);
    const aug_kernel *kernel = &roofline->machine->kernel;
    aug_call_time time = {.low = kernel->low_ratio, .high = kernel->high_ratio, .basis = kernel->basis};
    time.seconds = aug_work_seconds(roofline, sum, &time.bound);
    return time;
}

// What one operator of a kernel is, however its time is found.
static aug_operator_cost cost_of(const aug_operator *op, const aug_work *work) {
    aug_operator_cost cost = {.op = op,
                              .name = op->name,
                              .repeats = op->repeats,
                              .operations = work->operations * op->repeats,
                              .bits = work->bits * op->repeats,
                              .energy_pj = work->energy_pj * op->repeats,
                              .gap = (double)NAN};
    aug_energy_add(&cost.parts, &work->parts, op->repeats);
    return cost;
}

// The operators of a kernel by their mappings, one after another behind one launch, which falls to the first. NULL, or why
// they are not mapped.
static const char *emit_mapped(const phase_run *run, const aug_operator *first, int count, const aug_work *works) {
    const aug_roofline *roofline = run->input->roofline;
    aug_mapped_cost mapped[AUG_KERNEL_OPERATORS];
    const char *why = aug_mapped_kernel(run->input->mapped, roofline, first, count, &run->setting, mapped);
    for (int i = 0; i < count && !why; i++) {
        double launch = i == 0 ? roofline->launch_seconds : 0.0;
        aug_operator_cost cost = cost_of(&first[i], &works[i]);
        cost.seconds = (mapped[i].seconds + launch) * first[i].repeats;
        cost.bits = mapped[i].bits * first[i].repeats;
        double energy_pj = mapped[i].energy_pj * first[i].repeats, parts = cost.energy_pj;
        cost.energy_pj = energy_pj; // in the proportions of its roofline
        cost.parts = (aug_energy){0};
        aug_energy_add(&cost.parts, &works[i].parts, parts > 0.0 ? energy_pj / parts * first[i].repeats : 0.0);
        cost.bound = launch > mapped[i].seconds ? AUG_BOUND_LAUNCH : mapped[i].bound;
        cost.low = roofline->machine->kernel.low_ratio;
        cost.high = roofline->machine->kernel.high_ratio;
        cost.basis = roofline->machine->kernel.basis;
        cost.gap = mapped[i].gap;
        emit(run, &cost);
    }
    return why;
}

// The operators of a kernel by its model, or by the roofline of them all.
static void emit_whole(const phase_run *run, const aug_operator *first, int count, const aug_work *works, const char *why) {
    aug_work sum = {0};
    double alone = 0.0;
    for (int i = 0; i < count; i++) {
        aug_work_add(&sum, &works[i]);
        alone += aug_work_busy_seconds(&works[i]);
    }
    aug_call_time time = kernel_time(run, first, count, &sum);
    for (int i = 0; i < count; i++) {
        double share = count == 1 ? 1.0 : alone > 0.0 ? aug_work_busy_seconds(&works[i]) / alone : 1.0 / count;
        aug_operator_cost cost = cost_of(&first[i], &works[i]);
        cost.op = run->originals ? &run->originals[i] : &first[i];
        cost.seconds = time.seconds * share * first[i].repeats;
        cost.bound = time.bound;
        cost.low = time.low;
        cost.high = time.high;
        cost.basis = time.basis;
        cost.why = why;
        emit(run, &cost);
    }
}

// Whether an operator stands outside of all layers: the embedding and the head.
static bool is_at_end(const aug_operator *op) {
    for (int t = 0; t < op->einsum.tensor_count; t++)
        if (op->uses[t].role == AUG_ROLE_WEIGHT && op->uses[t].storage == AUG_STORAGE_HEAD)
            return true;
    return false;
}

// Evaluates the operators [first, first + count) as one kernel.
static void emit_kernel(const phase_run *run, const aug_operator *first, int count) {
    aug_work works[AUG_KERNEL_OPERATORS];
    for (int i = 0; i < count; i++)
        works[i] = aug_roofline_work(run->input->roofline, &first[i], &run->setting);
    if (run->input->roofline->fuses)
        aug_work_fuse(works, count);
    const char *why = run->input->mapped ? emit_mapped(run, first, count, works) : NULL;
    if (!run->input->mapped || why)
        emit_whole(run, first, count, works, why);
    for (int i = 0; i < count; i++)
        emit_exchanges_of(run, &first[i]);
}

aug_pass aug_pass_part(const aug_pass *pass, double groups) {
    aug_pass part = *pass;
    if (groups > 1.0 && pass->phase == AUG_PHASE_PREFILL) {
        part.new_tokens /= groups;
        part.past_tokens += (pass->new_tokens - part.new_tokens) / 2.0;
    } else if (groups > 1.0) {
        part.past_tokens = fmax(0.0, (pass->past_tokens + pass->new_tokens) / groups - pass->new_tokens);
    }
    return part;
}

// A kernel where groups share sequences, and the exchange behind attention: of a decode step, attention sees its part of the cache.
static void emit_shared_kernel(phase_run *run, const aug_operator *first, int count) {
    const aug_phase_input *input = run->input;
    aug_pass part = aug_pass_part(&run->whole, (double)aug_plan_context(input->plan));
    const aug_pass *pass = run->setting.pass;
    if (run->whole.phase == AUG_PHASE_DECODE && !aug_operator_rides(first))
        run->setting.pass = &part;
    emit_kernel(run, first, count);
    run->setting.pass = pass;
    aug_exchange_step step;
    if (aug_exchange_context(&first[count - 1], input->plan, &run->whole, &input->stage->graph, input->precision, &step))
        emit_exchange(run, &step);
}

// The same of a module: each layer once.
static void emit_module_kernel(phase_run *run, const aug_operator *first, int count) {
    aug_operator module[AUG_KERNEL_OPERATORS];
    for (int i = 0; i < count; i++) {
        module[i] = first[i];
        if (!is_at_end(&first[i]))
            module[i].repeats /= fmax(1.0, run->input->stage->graph.layers);
    }
    run->originals = first;
    emit_kernel(run, module, count);
}

double aug_stage_ratio(const aug_stage *stage, const aug_plan *plan) {
    double stages = (double)plan->pp, layers = stage->graph.layers;
    return stages > 1.0 && layers > 0.0 ? ceil(layers / stages) * stages / layers : 1.0;
}

double aug_stage_layers(const aug_stage *stage, const aug_plan *plan) {
    return ceil(fmax(1.0, stage->graph.layers) / (double)plan->pp);
}

// A kernel of a pass with riders: together with them where it can be, else for the prompts and for them, one after the other.
static void emit_with_riders(const phase_run *run, const aug_operator *first, int count) {
    bool rides = true;
    for (int i = 0; i < count; i++)
        rides = rides && aug_operator_rides(&first[i]);
    if (rides) {
        emit_kernel(run, first, count);
        return;
    }
    aug_pass alone = aug_pass_alone(&run->input->pass), riders = aug_pass_of_riders(&run->input->pass);
    phase_run apart = *run;
    apart.setting.pass = &alone;
    if (first->phases & AUG_PHASE_PREFILL)
        emit_kernel(&apart, first, count);
    apart.setting.pass = &riders;
    if (first->phases & AUG_PHASE_DECODE)
        emit_kernel(&apart, first, count);
}

static void walk(phase_run *run) {
    const aug_phase_input *input = run->input;
    const aug_graph *graph = &input->stage->graph;
    for (int i = 0; i < graph->count;) {
        int length = aug_call_length(input->roofline, graph, i);
        bool counts = graph->operators[i].phases & input->pass.phase;
        if (input->pass.riders > 0.0)
            emit_with_riders(run, &graph->operators[i], length);
        else if (counts && input->plan && aug_plan_context(input->plan) > 1)
            emit_shared_kernel(run, &graph->operators[i], length);
        else if (counts && input->module)
            emit_module_kernel(run, &graph->operators[i], length);
        else if (counts)
            emit_kernel(run, &graph->operators[i], length);
        i += length;
    }
}

// The sums of a pass under a throttle.
static void slow_pass(const aug_throttle *throttle, aug_phase_cost *cost) {
    if (throttle->clock == 1.0 && throttle->clocked_energy == 1.0)
        return;
    if (throttle->clock < 1.0)
        cost->seconds += cost->clocked_seconds * (throttle->clocked_time - throttle->fixed_time) + cost->seconds * (throttle->fixed_time - 1.0);
    cost->clocked_seconds *= throttle->clocked_time;
    for (int b = 0; b < AUG_BOUNDS; b++)
        cost->bound_seconds[b] *= aug_throttle_slows(b) ? throttle->clocked_time : throttle->fixed_time;
    cost->energy_pj += aug_energy_clocked_pj(&cost->parts) * (throttle->clocked_energy - 1.0);
    aug_energy_scale_clocked(&cost->parts, throttle->clocked_energy);
    cost->unmapped_seconds *= throttle->clocked_time;
    cost->clock = throttle->clock;
}

// Kernels and exchanges. Under a limit of power they are walked at full clock first, to see what they draw; for a sink once more,
// at the clock that keeps the limit.
static void walk_below(phase_run *run, double cap_watts) {
    const aug_machine *machine = run->input->roofline->machine;
    aug_operator_sink *sink = run->sink;
    run->throttle = aug_throttle_none;
    bool limited = machine->has_energy && (machine->power_limit_watts > 0.0 || cap_watts > 0.0);
    if (limited)
        run->sink = NULL;
    walk(run);
    run->cost->clock = 1.0;
    run->sink = sink;
    if (!limited)
        return;
    const aug_phase_cost *cost = run->cost;
    double clocked_pj = aug_energy_clocked_pj(&cost->parts);
    const aug_busy busy = {.clocked_seconds = cost->clocked_seconds,
                           .fixed_seconds = cost->seconds - cost->clocked_seconds,
                           .clocked_joules = clocked_pj * 1e-12,
                           .fixed_joules = (cost->energy_pj - clocked_pj) * 1e-12};
    run->throttle = aug_throttle_find(machine, cap_watts, &busy);
    if (!sink) {
        slow_pass(&run->throttle, run->cost);
        return;
    }
    *run->cost = (aug_phase_cost){.clock = run->throttle.clock};
    walk(run);
}

// Groups that share the prompts of a pass; with riders each of them works on its own.
static double groups_of(const aug_pass *pass, double groups) {
    return pass->phase == AUG_PHASE_PREFILL && !(pass->riders > 0.0) ? groups : 1.0;
}

aug_phase_cost aug_pass_evaluate(const aug_phase_input *input, const aug_split *split, double groups) {
    aug_phase_cost cost = {0};
    aug_pass part = aug_pass_part(&input->pass, groups);
    phase_run run = {.input = input, .split = *split, .cost = &cost, .whole = input->pass, .groups = groups_of(&input->pass, groups)};
    run.setting = (aug_setting){&part, &run.split, input->precision, input->home, 0.0};
    walk_below(&run, (double)NAN);
    return cost;
}

aug_phase_cost aug_phase_evaluate(const aug_phase_input *input, aug_operator_sink *sink, void *user) {
    aug_phase_cost cost = {0};
    phase_run run = {.input = input, .split = aug_plan_split(input->plan), .cost = &cost, .sink = sink, .user = user};
    aug_pass pass = input->pass;
    run.whole = pass;
    run.groups = groups_of(&pass, (double)aug_plan_context(input->plan));
    if (pass.phase == AUG_PHASE_PREFILL)
        pass = aug_pass_part(&pass, (double)aug_plan_context(input->plan));
    run.setting = (aug_setting){&pass, &run.split, input->precision, input->home, aug_stage_layers(input->stage, input->plan)};
    if (input->mapped)
        aug_mapped_prepare(input->mapped, input->roofline, &input->stage->graph, &run.setting);
    walk_below(&run, input->plan->power_cap_watts);
    cost.stage_seconds = cost.seconds * aug_stage_ratio(input->stage, input->plan);
    if (input->plan->pp > 1) {
        double before = cost.seconds;
        aug_exchange_step send = aug_exchange_send(input->plan, &pass, input->precision, input->stage->width);
        emit_exchange(&run, &send);
        cost.stage_seconds += cost.seconds - before;
    }
    return cost;
}
