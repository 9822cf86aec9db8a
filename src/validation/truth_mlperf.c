// A benchmark result of a whole system: tokens (or samples) per second, some with the watts at the wall.
//
// The system is `accelerators · nodes` chips; what plan it ran under a row does not say, so the best one counts. Every plan
// is taken with the batch that serves its scenario best:
//
//     Offline                as many requests as fit: all samples are there at once, and no latency counts
//     Server, Interactive    random arrivals: the most requests in flight for which 99 % keep the benchmark's limits on ttft
//                            and tpot, by the open queue of system/queueing.h, and slots last for 99 % of the time
//     SingleStream           one request after another; results in milliseconds are the latency of one
//
// The result is requests per second times tokens per sample; where the model writes no text, samples per second. Results of
// models that write text count tokens even where the unit says "Queries/s": a system that answers 10^5 queries of 128 tokens
// would write a hundred times its own Offline result.
//
// Watts at the wall are those of the chips and their host's share (data/economies), without what cooling the room takes.
#include "validation/truth_result.h"

#include "system/economy.h"
#include "validation/benchmark.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

// No server holds more sequences at once: settings of published configurations end at about 2350 (max_batch_size).
static const double most_slots = 2048.0;

typedef enum scenario_kind {
    SCENARIO_OFFLINE,
    SCENARIO_SERVER,
    SCENARIO_INTERACTIVE,
    SCENARIO_STREAM,
    SCENARIO_UNKNOWN
} scenario_kind;

// Benchmarks read so far, with the economy that prices them.
typedef struct aug_truth_benchmark {
    const char *name;
    const aug_benchmark *benchmark; // NULL: not known
    const aug_economy *economy;
    const char *reason;
    struct aug_truth_benchmark *next;
} aug_truth_benchmark;

typedef struct system_run {
    aug_truth *truth;
    aug_truth_deployment run;
    const aug_benchmark *benchmark;
    aug_benchmark_limits limits;
    scenario_kind scenario;
    aug_deployment deployment;
    const aug_economy *economy;
    aug_outcome outcome;         // of the plan at hand
    double value;                // of the best plan: requests per second; a stream: latency in seconds
    double watts, chips;
} system_run;

static bool is_word(const char *text, const char *word) {
    while (*text && *word && tolower((unsigned char)*text) == *word) {
        text++;
        word++;
    }
    return !*text && !*word;
}

static scenario_kind scenario_of(const char *text) {
    static const char *const names[] = {"offline", "server", "interactive", "singlestream"};
    for (size_t i = 0; i < AUG_COUNT(names); i++)
        if (is_word(text, names[i]))
            return (scenario_kind)i;
    return SCENARIO_UNKNOWN;
}

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "weight_dtype");
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    const char *scenario = aug_truth_cell(truth, row, "scenario");
    return target == 0 ? scenario : aug_arena_print(truth->arena, "%s power", scenario);
}

// Number formats as submitters write them: "UINT4" is int4; where none is set, the narrowest format that costs no accuracy
// on the machine counts (fp8, else the model's own).
static bool read_format(aug_truth *truth, const char *cell, aug_truth_deployment *run, aug_prediction *prediction) {
    char name[16];
    const char *written = cell;
    size_t length = 0;
    for (cell += cell[0] == 'U' && cell[1] == 'I'; *cell && length + 1 < sizeof name; cell++)
        name[length++] = (char)tolower((unsigned char)*cell);
    name[length] = '\0';
    run->experts = run->weights = AUG_FORMAT_NONE;
    if (!*name || strcmp(name, "unset") == 0) {
        if (run->machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_FP8] > 0.0)
            run->weights = AUG_FORMAT_FP8;
        return true;
    }
    run->weights = aug_format_find(name);
    if (run->weights != AUG_FORMAT_NONE)
        return true;
    prediction->reason = aug_arena_print(truth->arena, "unknown number format '%.40s' in column 'weight_dtype'", written);
    return false;
}

// The outcome of the plan at hand with `requests` in flight in each replica.
static aug_queue_load load_of(system_run *s, const aug_plan *plan, double requests, double slots) {
    s->truth->scenario.batch = (uint64_t)requests * plan->dp;
    aug_deployment_evaluate(&s->deployment, plan, &s->outcome);
    aug_queue_load load = aug_truth_deployment_load(&s->run, &s->outcome, requests);
    load.slots = slots;
    load.waves = (double)INFINITY;
    load.variation = s->benchmark->variation;
    return load;
}

// Whether 99 % of the requests keep the limits. Steps of the requests in flight grow with their number, which is above
// aug_queue_open_slots for 1 % of the time.
static bool keeps(const system_run *s, const aug_queue_load *load) {
    aug_queue_answer queue = aug_queue_open(load);
    double crowd = aug_queue_open_slots(load->requests);
    return crowd <= fmax(load->slots, 4.0) && !(queue.ttft_seconds > s->limits.ttft_seconds) &&
           !(queue.tpot_seconds * crowd / load->requests > s->limits.tpot_seconds);
}

// Requests per second of a replica whose arrivals are random, 0 where even one in flight breaks a limit.
static double open_rate(system_run *s, const aug_plan *plan, double slots) {
    double good = 0.0, bad = 1.0, rate = 0.0;
    while (bad <= slots) { // doubling, then halving
        aug_queue_load load = load_of(s, plan, bad, slots);
        if (!keeps(s, &load))
            break;
        good = bad;
        rate = aug_queue_open(&load).requests_per_second;
        bad *= 2.0;
    }
    while (bad - good > fmax(1.0, good / 64.0)) {
        double middle = floor((good + bad) / 2.0);
        aug_queue_load load = load_of(s, plan, middle, slots);
        if (middle <= slots && keeps(s, &load)) {
            good = middle;
            rate = aug_queue_open(&load).requests_per_second;
        } else {
            bad = middle;
        }
    }
    if (good > 0.0)
        load_of(s, plan, good, slots); // leaves the outcome that counts
    return rate;
}

static double closed_rate(system_run *s, const aug_plan *plan, double slots) {
    aug_queue_load load = load_of(s, plan, slots, slots);
    if (s->run.model->language < 0)
        return s->outcome.tokens_per_second / (double)plan->dp;
    return aug_queue_closed(&load).requests_per_second;
}

static bool try_plan(void *user, const aug_plan *plan) {
    system_run *s = user;
    s->truth->scenario.batch = plan->dp;
    double largest = aug_residency_find(&s->deployment.roofline, s->run.model, &s->truth->scenario, plan).largest_batch;
    double slots = fmin(floor(largest / (double)plan->dp), most_slots), value;
    if (!(slots >= 1.0))
        return true;
    if (s->scenario == SCENARIO_STREAM) {
        aug_queue_load load = load_of(s, plan, 1.0, slots);
        value = load.alone_seconds + fmax(load.out_tokens - 1.0, 0.0) * load.step_seconds;
        if (s->value > 0.0 && value >= s->value)
            return true;
    } else {
        bool open = s->scenario != SCENARIO_OFFLINE && s->run.model->language >= 0;
        value = (double)plan->dp * (open ? open_rate(s, plan, slots) : closed_rate(s, plan, slots));
        if (value <= s->value)
            return true;
    }
    s->value = value;
    double each = s->run.model->language >= 0 ? (double)s->run.out : 1.0;
    double rate = s->scenario == SCENARIO_STREAM ? 1.0 / value : value;
    s->watts = aug_truth_deployment_watts(&s->run, &s->outcome, rate * each);
    return true;
}

static const aug_truth_benchmark *find_benchmark(aug_truth *truth, const char *name) {
    aug_truth_benchmark *entry = truth->benchmarks;
    while (entry && strcmp(entry->name, name) != 0)
        entry = entry->next;
    if (entry)
        return entry;
    entry = AUG_NEW(truth->arena, aug_truth_benchmark);
    entry->name = aug_arena_copy(truth->arena, name, strlen(name));
    entry->next = truth->benchmarks;
    truth->benchmarks = entry;
    aug_errors *errors = AUG_NEW(truth->arena, aug_errors);
    entry->economy = aug_economy_load(truth->library, truth->arena, errors, "default");
    entry->benchmark = entry->economy ? aug_benchmark_load(truth->library, truth->arena, errors, name) : NULL;
    if (!entry->benchmark)
        entry->reason = *name ? errors->items[0].message : "the row names no benchmark";
    return entry;
}

static bool read_run(aug_truth *truth, const aug_truth_result *result, system_run *s, aug_prediction *prediction) {
    s->run.machine = result->machine;
    s->run.software = result->software;
    s->scenario = scenario_of(result->scenario);
    prediction->reason = "the scenario is none that is known: Offline, Server, Interactive, SingleStream";
    if (s->scenario == SCENARIO_UNKNOWN)
        return false;
    const aug_truth_benchmark *found = find_benchmark(truth, result->benchmark);
    s->benchmark = found->benchmark;
    s->economy = found->economy;
    prediction->reason = found->reason;
    if (!s->benchmark)
        return false;
    s->run.model = aug_truth_find_model(truth, s->benchmark->model, prediction);
    s->limits = s->scenario == SCENARIO_INTERACTIVE ? s->benchmark->interactive : s->benchmark->server;
    s->run.out = result->tokens_per_sample >= 1.0 && result->tokens_per_sample < 1e9 ? (uint64_t)(result->tokens_per_sample + 0.5)
                                                                                  : s->benchmark->out_tokens;
    s->run.in = s->benchmark->in_tokens;
    return s->run.model && read_format(truth, result->format, &s->run, prediction);
}

static bool read_sizes(aug_truth *truth, const aug_table_row *row, aug_truth_result *result) {
    uint64_t accelerators, nodes;
    bool good = aug_truth_count(truth, row, "accelerators", 0, &accelerators);
    good = aug_truth_count(truth, row, "nodes", 1, &nodes) && good;
    good = good && accelerators <= 4096 && nodes <= 4096 && accelerators * nodes <= 32768;
    // A card that calls itself dual carries two chips.
    result->chips = good ? accelerators * nodes * (strstr(aug_truth_cell(truth, row, "device"), " Dual ") ? 2 : 1) : 1;
    double tokens = 0.0; // a mean, so it need not be whole
    int column = aug_table_column(truth->table, "tokens_per_sample");
    result->tokens_per_sample = aug_table_number(truth->table, row, column, truth->errors, &tokens) ? tokens : 0.0;
    return good;
}

// At the wall: with their host's share.
static double system_watts(const system_run *s) {
    double chips = s->chips;
    return chips * aug_economy_system_watts(s->economy, s->run.machine, s->watts / chips);
}

// `samples`: the result is in samples per second though the model writes text.
static void set_answer(const system_run *s, bool milliseconds, bool samples, aug_prediction *prediction) {
    const aug_kernel *kernel = &s->run.machine->kernel;
    bool text = s->run.model->language >= 0;
    double each = text && !samples ? (double)s->run.out : 1.0;
    if (s->scenario == SCENARIO_STREAM && milliseconds)
        aug_truth_answer(prediction, 0, s->value * 1e3, kernel->low_ratio, kernel->high_ratio);
    else // a time that is longer by a ratio is a rate that is lower by it
        aug_truth_answer(prediction, 0, s->scenario == SCENARIO_STREAM ? each / s->value : s->value * each,
                         1.0 / kernel->high_ratio, 1.0 / kernel->low_ratio);
    if (s->watts > 0.0)
        aug_truth_answer(prediction, 1, system_watts(s), 1.0 / kernel->high_ratio,
                         1.0 / kernel->low_ratio);
    prediction->basis = kernel->basis;
    prediction->reason = NULL;
}

void aug_truth_result_predict(aug_truth *truth, const aug_truth_result *result, aug_prediction *prediction) {
    system_run s = {.truth = truth};
    if (!read_run(truth, result, &s, prediction))
        return;
    s.chips = (double)result->chips;
    truth->scenario = aug_scenario_default();
    truth->scenario.in_tokens = s.run.in;
    truth->scenario.out_tokens = s.run.out;
    aug_deployment_init(&s.deployment, s.run.model, s.run.machine, &truth->scenario, NULL);
    aug_plan wanted = aug_truth_deployment_plan(&s.run, result->chips);
    aug_plan_space space = aug_deployment_space(&s.deployment);
    // 4-bit weights were run with activations of 4 bits where the machine computes in them: closed results are of W4A4.
    if (s.run.weights == AUG_FORMAT_MXFP4 && s.run.machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_FP4] > 0.0)
        wanted.activations = AUG_FORMAT_MXFP4;
    aug_plan_each(&wanted, &space, try_plan, &s);
    if (!(s.value > 0.0)) { // what the row calls its format does not fit: the model's own
        s.run.weights = AUG_FORMAT_NONE;
        wanted = aug_truth_deployment_plan(&s.run, result->chips);
        aug_plan_each(&wanted, &space, try_plan, &s);
    }
    prediction->reason = "no plan fits the machines and keeps the benchmark's limits";
    if (s.value > 0.0)
        set_answer(&s, strstr(result->unit, "ms") || strstr(result->unit, "illi"), strncmp(result->unit, "samples", 7) == 0, prediction);
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    const aug_truth_machine *machine = aug_truth_machine_of(truth, row, prediction);
    if (!machine)
        return;
    aug_truth_result result = {.machine = machine->machine,
                               .software = aug_truth_software_of(truth, row, machine),
                               .benchmark = aug_truth_cell(truth, row, "model"),
                               .scenario = aug_truth_cell(truth, row, "scenario"),
                               .format = aug_truth_cell(truth, row, "weight_dtype"),
                               .unit = aug_truth_cell(truth, row, "unit")};
    if (read_sizes(truth, row, &result))
        aug_truth_result_predict(truth, &result, prediction);
    else
        prediction->reason = "the row does not say how many accelerators there are";
}

const aug_truth_kind aug_truth_mlperf = {
    .name = "e2e_mlperf",
    .columns = {"device", "accelerators", "model", "scenario", "weight_dtype", "result", NULL},
    .library = "software",
    .target_count = 2,
    .targets = {{.measured = "result", .operation = "result", .suffix = "", .unit = 1.0},
                {.measured = "power", .operation = "power", .suffix = "_power_w", .unit = 1.0, .alone = true}},
    .dtype = dtype,
    .operation = operation,
    .predict = predict,
};
