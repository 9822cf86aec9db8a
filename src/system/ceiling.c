#include "system/ceiling.h"

#include "system/collective.h"
#include "system/residency.h"

#include <math.h>

// Sums over the operators of one pass, on all chips together.
typedef struct pass_sum {
    double weight_bits, cache_bits;
    double matrix_seconds; // on one chip
    double operations, operation_pj;
} pass_sum;

// One pass of one stage.
typedef struct pass_work {
    const aug_stage *stage;
    aug_precision precision;
    aug_pass pass;
    double repeats;
} pass_work;

static double level_bandwidth(const aug_machine *machine, int memory) {
    const aug_level *level = &machine->levels[machine->memories[memory]];
    return level->memory.read_bits_per_second * level->instances;
}

static double level_bits(const aug_machine *machine, int memory) {
    return aug_memory_total_bits(&machine->levels[machine->memories[memory]]);
}

static int memory_rows(const aug_machine *machine) {
    return machine->memory_count < AUG_ROOFLINE_MEMORIES ? machine->memory_count : AUG_ROOFLINE_MEMORIES;
}

// What the memories inside of one hold on one chip.
static double inner_bits(const aug_machine *machine, int memory) {
    double bits = 0.0;
    for (int i = memory + 1; i < machine->memory_count; i++)
        bits += level_bits(machine, i);
    return bits;
}

static double all_bits(const aug_machine *machine) {
    return level_bits(machine, 0) + inner_bits(machine, 0);
}

// Products of one operator: seconds at the peak of one chip's units.
static void add_products(const aug_ceiling_ask *ask, const pass_work *work, const aug_operator *op,
                         const double *sizes, bool weighs, pass_sum *sum) {
    if (!aug_einsum_is_product(&op->einsum) || op->vector || op->gathers)
        return;
    aug_number_format format = aug_operator_format(op, &work->precision), used;
    aug_unit unit = AUG_UNIT_MATRIX;
    double peak = aug_machine_peak(ask->machine, unit, format, &used);
    if (!(peak > 0.0)) {
        unit = AUG_UNIT_VECTOR;
        peak = aug_machine_peak(ask->machine, unit, format, &used);
    }
    double operations =
        aug_operator_points(op, &work->pass, sizes) * aug_operator_operations(op) * op->repeats;
    if (weighs)
        operations *= ask->weight_density;
    sum->operations += operations;
    if (!(peak > 0.0) || used == AUG_FORMAT_NONE)
        return;
    sum->matrix_seconds += operations / peak;
    sum->operation_pj += operations * ask->machine->energy_pj_per_op[unit][used];
}

static void add_operator(const aug_ceiling_ask *ask, const pass_work *work, const aug_operator *op,
                         pass_sum *sum) {
    if (!(op->phases & work->pass.phase))
        return;
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, &work->pass, &aug_split_none, sizes);
    bool weighs = false;
    for (int t = 0; t < op->einsum.tensor_count; t++) {
        aug_tensor_role role = op->uses[t].role;
        if (role != AUG_ROLE_WEIGHT && role != AUG_ROLE_CACHE && role != AUG_ROLE_STATE)
            continue;
        double bits =
            aug_operator_moved(op, t, sizes) * aug_operator_bits(op, t, &work->precision) * op->repeats;
        if (role == AUG_ROLE_WEIGHT)
            sum->weight_bits += bits * ask->weight_share * ask->weight_density;
        else
            sum->cache_bits +=
                role == AUG_ROLE_STATE ? bits / 2.0 : bits; // writing back may go beside reading
        weighs = weighs || role == AUG_ROLE_WEIGHT;
    }
    add_products(ask, work, op, sizes, weighs, sum);
}

static pass_sum sum_pass(const aug_ceiling_ask *ask, const pass_work *work) {
    pass_sum sum = {0};
    for (int i = 0; i < work->stage->graph.count; i++)
        add_operator(ask, work, &work->stage->graph.operators[i], &sum);
    return sum;
}

// ---- What has to be done

static pass_work work_of(const aug_ceiling_ask *ask, int stage, aug_pass pass, double repeats) {
    const aug_stage *s = &ask->model->stages[stage];
    return (pass_work){s, aug_plan_precision(ask->plan, &s->precision), pass, repeats};
}

// A step of `sequences` sequences: one pass of a language model, or all stages of another one. Returns how
// many passes.
static int list_step(const aug_ceiling_ask *ask, double sequences, pass_work works[AUG_STAGES]) {
    const aug_model *model = ask->model;
    const aug_scenario *s = ask->scenario;
    if (model->language >= 0) {
        double past = (double)s->in_tokens + (double)s->out_tokens / 2.0 - 1.0;
        aug_pass pass = {.phase = AUG_PHASE_DECODE,
                         .sequences = sequences,
                         .new_tokens = ask->tokens_per_pass,
                         .past_tokens = fmax(0.0, past)};
        works[0] = work_of(ask, model->language, pass, 1.0);
        return 1;
    }
    int count = 0;
    for (int i = 0; i < model->stage_count; i++) {
        const aug_stage *stage = &model->stages[i];
        double past = stage->attends >= 0 ? aug_stage_tokens(&model->stages[stage->attends], s) : 0.0;
        aug_pass pass = {.phase = AUG_PHASE_PREFILL,
                         .sequences = sequences * stage->sequences,
                         .new_tokens = aug_stage_tokens(stage, s),
                         .past_tokens = past};
        works[count++] = work_of(ask, i, pass, stage->passes);
    }
    return count;
}

// Caches of one sequence as they lie there: no pass needs more of them, however often its operators read
// them.
static double cache_limit(const pass_work *work) {
    const aug_stage *stage = work->stage;
    double tokens = work->pass.past_tokens + work->pass.new_tokens;
    double bytes =
        aug_stage_cache_bytes(stage, &work->precision, tokens, 1.0) + aug_stage_state_bytes(stage, 1.0);
    return 8.0 * bytes * work->pass.sequences;
}

// Bytes of weights in all, and of caches of one request at its full length.
static void measure_need(const aug_ceiling_ask *ask, double *weight_bits, double *request_bits) {
    aug_plan whole = *ask->plan;
    whole.chips = whole.tp = whole.pp = whole.ep = whole.dp = 1;
    whole.speculate = 0;
    aug_need need = aug_need_measure(ask->model, ask->scenario, &whole);
    *weight_bits = 8.0 * need.weights_bytes * ask->weight_share * ask->weight_density;
    *request_bits = 8.0 * need.sequence_bytes;
}

// ---- Links

// Seconds of one block on `chips` chips that share it, exchanges left out.
static double block_seconds(const aug_ceiling_ask *ask, const pass_sum *block, double chips,
                            double all_chips) {
    double longest = block->matrix_seconds / chips, bits = block->weight_bits + block->cache_bits;
    for (int m = 0; m < memory_rows(ask->machine); m++) {
        double outside = fmax(0.0, bits - inner_bits(ask->machine, m) * all_chips);
        longest = fmax(longest, outside / (level_bandwidth(ask->machine, m) * chips));
    }
    return longest;
}

// Where all memory lies inside an array whose steps take time (a wafer of cores), the longest way to its
// middle: what a sum over all of it takes at least. `axes` receives along how many axes it may be spread. 0:
// no such array.
static double crossing_seconds(const aug_ceiling_ask *ask, int *axes) {
    const aug_machine *machine = ask->machine;
    double cycles = 0.0;
    *axes = 0;
    for (int i = 0; i < machine->memories[0]; i++) {
        const aug_array *array = &machine->levels[i].array;
        if (machine->levels[i].kind != AUG_LEVEL_ARRAY || !(array->hop_cycles > 0.0))
            continue;
        *axes += array->axis_count;
        for (int a = 0; a < array->axis_count; a++)
            cycles += array->hop_cycles * array->fanout[a] / 2.0;
    }
    return machine->clock_hz > 0.0 ? cycles / machine->clock_hz * ask->latency_share : 0.0;
}

// A block that takes T on all of an array, with r sums over what it is spread on: on a share f of each of a
// axes
//
//     T / f^a + r X f,   least at f = (a T / (r X))^(1 / (a + 1)), at most 1
static double crossed_seconds(const aug_ceiling_ask *ask, double seconds, double sums) {
    int axes;
    double crossing = crossing_seconds(ask, &axes) * sums;
    if (!(crossing > 0.0) || !(seconds > 0.0))
        return seconds;
    double share = fmin(1.0, pow(axes * seconds / crossing, 1.0 / (axes + 1.0)));
    return seconds / pow(share, axes) + crossing * share;
}

// Hops over link `index` from the middle of a group of `chips` chips to its farthest: a sum of all takes as
// many at least.
static double radius(const aug_machine *machine, int index, double chips) {
    const aug_link *link = &machine->links[index];
    double inner = index > 0 ? machine->links[index - 1].chips : 1.0, nodes = ceil(chips / inner);
    switch ((aug_topology)link->topology) {
    case AUG_TOPOLOGY_RING:
        return fmax(1.0, floor(nodes / 2.0));
    case AUG_TOPOLOGY_TORUS: // along one of its dimensions
        return fmax(1.0, floor(sqrt(nodes) / 2.0));
    case AUG_TOPOLOGY_ROW:
        return fmax(1.0, ceil(ceil((nodes - 1.0) / 2.0) / link->reach));
    case AUG_TOPOLOGY_SWITCH:
    case AUG_TOPOLOGY_MESH:
        break;
    }
    return 1.0;
}

// The quickest way to do a block: on one chip, or on a group with the hops of its size each time. Group sizes
// are taken in steps of a tenth: the work of the largest of a step, the hops of its smallest.
static double quickest_block(const aug_ceiling_ask *ask, const pass_sum *block, double hops, double chips) {
    const aug_machine *machine = ask->machine;
    double quickest = crossed_seconds(ask, block_seconds(ask, block, 1.0, chips), hops);
    int link = 0;
    for (double least = 2.0, most; least <= chips && machine->link_count > 0; least = floor(most) + 1.0) {
        while (link + 1 < machine->link_count && least > machine->links[link].chips)
            link++;
        most = fmin(chips, floor(least * 1.1));
        if (link + 1 < machine->link_count)
            most = fmin(most, machine->links[link].chips);
        double seconds = crossed_seconds(ask, block_seconds(ask, block, most, chips), hops);
        seconds +=
            hops * radius(machine, link, least) * machine->links[link].latency_seconds * ask->latency_share;
        quickest = fmin(quickest, seconds);
    }
    return quickest;
}

// One pass of one sequence alone.
static double linked_seconds(const aug_ceiling_ask *ask, const pass_work *work, double chips) {
    pass_work alone = *work;
    alone.pass.sequences = 1.0;
    pass_sum block = {0};
    double seconds = 0.0;
    for (int i = 0; i < work->stage->graph.count; i++) {
        const aug_operator *op = &work->stage->graph.operators[i];
        add_operator(ask, &alone, op, &block);
        bool sums = op->exchange == AUG_EXCHANGE_REDUCE || op->exchange == AUG_EXCHANGE_COMBINE;
        if (!(op->phases & work->pass.phase) || !sums)
            continue;
        seconds += quickest_block(ask, &block, op->repeats, chips);
        block = (pass_sum){0};
    }
    return (seconds + quickest_block(ask, &block, 0.0, chips)) * work->repeats;
}

// ---- Sums

// Whether what is shared has a way to go at all.
static bool hops_count(const aug_ceiling_ask *ask, double chips) {
    int axes;
    return chips > 1.0 || crossing_seconds(ask, &axes) > 0.0;
}

// Seconds of a step of `sequences` sequences on `chips` chips by every row.
static void time_step(const aug_ceiling_ask *ask, double sequences, double chips, aug_ceiling *c,
                      double *energy_pj) {
    const aug_machine *machine = ask->machine;
    pass_work works[AUG_STAGES];
    int count = list_step(ask, sequences, works);
    for (int i = 0; i < count; i++) {
        pass_sum sum = sum_pass(ask, &works[i]);
        sum.cache_bits = fmin(sum.cache_bits, cache_limit(&works[i]));
        double bits = sum.weight_bits + sum.cache_bits, repeats = works[i].repeats;
        c->weight_bits += sum.weight_bits * repeats;
        c->cache_bits += sum.cache_bits * repeats;
        c->operations += sum.operations * repeats;
        c->seconds[AUG_CEILING_COMPUTE] += sum.matrix_seconds * repeats / chips;
        *energy_pj += sum.operation_pj * repeats;
        for (int m = 0; m < memory_rows(machine); m++) {
            double outside = fmax(0.0, bits - inner_bits(machine, m) * chips) * repeats;
            c->memory_bits[m] += outside;
            c->seconds[AUG_CEILING_MEMORY + m] += outside / (level_bandwidth(machine, m) * chips);
            if (outside > 0.0)
                *energy_pj +=
                    outside * machine->levels[machine->memories[m]].memory.energy_pj_per_bit[AUG_ACTION_READ];
        }
        if (hops_count(ask, chips))
            c->seconds[AUG_CEILING_LINKS] += linked_seconds(ask, &works[i], chips);
    }
}

// Operations of one request's prompt, what the cache holds left out; its weights are read along with those of
// steps.
static void time_prompt(const aug_ceiling_ask *ask, aug_ceiling *c, double *energy_pj) {
    if (ask->per_user || ask->model->language < 0)
        return;
    double in = (double)ask->scenario->in_tokens, fresh = aug_scenario_new_tokens(ask->scenario);
    aug_pass pass = {
        .phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = fresh, .past_tokens = in - fresh};
    pass_work work = work_of(ask, ask->model->language, pass, 1.0);
    pass_sum sum = sum_pass(ask, &work);
    c->prompt_seconds[AUG_CEILING_COMPUTE] = sum.matrix_seconds / ask->chips;
    *energy_pj = sum.operation_pj;
}

// Tokens per second with steps and prompts that take so long: of one user, or of all requests.
static double rate_of(const aug_ceiling_ask *ask, double step, double prompt) {
    if (ask->model->language < 0)
        return (ask->per_user ? 1.0 : ask->batch) / step;
    if (ask->per_user)
        return ask->tokens_per_pass / step;
    double out = (double)ask->scenario->out_tokens;
    double request = prompt + (out - 1.0) / ask->tokens_per_pass * step / ask->batch;
    return out / request;
}

// What the power limit allows, were energies as the machine's file says and chips busy without end.
static double power_rate(const aug_ceiling_ask *ask, double step_pj, double prompt_pj) {
    const aug_machine *machine = ask->machine;
    double watts =
        machine->power_limit_watts - (isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts);
    if (!machine->has_energy || isnan(watts) || ask->model->language < 0)
        return (double)NAN;
    double out = (double)ask->scenario->out_tokens;
    double joules = step_pj / ask->batch / ask->tokens_per_pass * 1e-12;
    if (!ask->per_user)
        joules = joules * (out - 1.0) / out + prompt_pj / out * 1e-12;
    return watts * ask->chips / joules / (ask->per_user ? ask->batch : 1.0);
}

aug_ceiling_ask aug_ceiling_ask_of(const aug_model *model, const aug_machine *machine,
                                   const aug_scenario *scenario, const aug_plan *plan) {
    return (aug_ceiling_ask){.model = model,
                             .machine = machine,
                             .scenario = scenario,
                             .plan = plan,
                             .chips = (double)plan->chips,
                             .batch = (double)scenario->batch,
                             .tokens_per_pass = aug_plan_tokens_per_step(plan),
                             .weight_share = 1.0,
                             .weight_density = 1.0,
                             .latency_share = 1.0};
}

aug_ceiling aug_ceiling_find(const aug_ceiling_ask *ask) {
    aug_ceiling c = {.rows = AUG_CEILING_MEMORY + memory_rows(ask->machine)};
    c.sharing = ask->join_all ? ask->chips : fmin(ask->chips, aug_collective_joined(ask->machine));
    double replicas = fmin(ask->chips / c.sharing, ask->batch), weight_bits, request_bits, step_pj = 0.0,
           prompt_pj = 0.0;
    measure_need(ask, &weight_bits, &request_bits);
    double room = all_bits(ask->machine) * c.sharing - weight_bits;
    c.largest_batch = room < 0.0 ? 0.0
                      : request_bits > 0.0
                          ? fmin(0x1p53, floor(room / request_bits) * floor(ask->chips / c.sharing))
                          : 0x1p53;
    time_step(ask, ask->batch / replicas, c.sharing, &c, &step_pj);
    c.weight_bits *= replicas;
    c.cache_bits *= replicas;
    c.operations *= replicas;
    for (int m = 0; m < AUG_ROOFLINE_MEMORIES; m++)
        c.memory_bits[m] *= replicas;
    time_prompt(ask, &c, &prompt_pj);
    c.power_tokens_per_second = power_rate(ask, step_pj * replicas, prompt_pj);
    for (int row = 0; row < c.rows; row++)
        c.tokens_per_second[row] = rate_of(ask, c.seconds[row], c.prompt_seconds[row]);
    double outermost = level_bandwidth(ask->machine, 0) * c.sharing * replicas;
    c.anew_tokens_per_second = rate_of(ask, (c.weight_bits + c.cache_bits) / outermost, 0.0);
    c.tokens_per_second[AUG_CEILING_CAPACITY] = ask->batch <= c.largest_batch ? (double)INFINITY : 0.0;
    for (int row = 1; row < c.rows; row++)
        if (c.tokens_per_second[row] < c.tokens_per_second[c.limit])
            c.limit = row;
    c.least = c.tokens_per_second[c.limit];
    return c;
}

const char *aug_ceiling_name(const aug_machine *machine, int row) {
    switch (row) {
    case AUG_CEILING_CAPACITY:
        return "capacity";
    case AUG_CEILING_COMPUTE:
        return "matrix units";
    case AUG_CEILING_LINKS:
        return "hops";
    default:
        return machine->levels[machine->memories[row - AUG_CEILING_MEMORY]].name;
    }
}
