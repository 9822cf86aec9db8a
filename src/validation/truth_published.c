// Published throughput and latency of whole systems, as press, vendors, benchmarks and owners of machines
// state them.
//
// Cells are text that people wrote: "1?", "~294 mean", "fp8/fp16 mix", "auto (saturated)". The first number
// of a cell counts, the first word of a format. What a row does not say is assumed, and the prediction says
// so: 1024 tokens in and 512 out, one request in flight; a processor without a number of chips is a host with
// as many sockets as its first link joins. A metric is one of
//
//     decode rate              1 / time per output token
//     ITL, TPOT                time per output token
//     TTFT                     arrival to first token
//     throughput               output tokens per second of the whole system
//     latency                  arrival to last token of all requests that start together
//     rate (in Hz)             1 / latency
//
// A scenario that names static batches starts all requests at once and waits for the last; a saturated one
// holds as many requests as fit; one that names a benchmark's run is predicted as that (truth_mlperf.c).
// Groups tell apart how far a figure can be trusted: measured by others ("independent"), under a benchmark's
// rules ("audited"), in a vendor's documents ("vendor"), repeated by someone
// ("secondary"), or said by whoever sells it or its rival ("claim").
#include "validation/truth_result.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t usual_in = 1024, usual_out = 512;
static const double most_slots = 2048.0; // as in truth_mlperf.c
static const uint64_t most = UINT64_C(1) << 24;

typedef enum metric {
    METRIC_STEP,
    METRIC_STEP_RATE,
    METRIC_FIRST,
    METRIC_THROUGHPUT,
    METRIC_LATENCY,
    METRIC_LATENCY_RATE,
    METRIC_NONE
} metric;

static bool has(const char *text, const char *word) {
    size_t length = strlen(word);
    for (; *text; text++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)text[i]) == word[i])
            i++;
        if (i == length)
            return true;
    }
    return length == 0;
}

static metric metric_of(const char *text) {
    static const struct {
        const char *word;
        metric metric;
    } words[] = {{"throughput", METRIC_THROUGHPUT},
                 {"decode rate", METRIC_STEP_RATE},
                 {"itl", METRIC_STEP},
                 {"tpot", METRIC_STEP},
                 {"ttft", METRIC_FIRST},
                 {"latency", METRIC_LATENCY},
                 {"rate", METRIC_LATENCY_RATE}};
    for (size_t i = 0; i < AUG_COUNT(words); i++)
        if (has(text, words[i].word))
            return words[i].metric;
    return METRIC_NONE;
}

static const char *class_of(const char *confidence) {
    static const struct {
        const char *word, *class;
    } words[] = {{"claim", "claim"},
                 {"competitor", "claim"},
                 {"audited", "audited"},
                 {"artificial analysis", "independent"},
                 {"3rd", "independent"},
                 {"vendor+press", "claim"},
                 {"vendor", "vendor"},
                 {"secondary", "secondary"},
                 {"compiled", "secondary"},
                 {"paper", "independent"},
                 {"independent", "independent"},
                 {"measure", "independent"},
                 {"ci", "independent"},
                 {"doc", "independent"}};
    for (size_t i = 0; i < AUG_COUNT(words); i++)
        if (has(confidence, words[i].word))
            return words[i].class;
    return "not stated";
}

// The first whole number in a cell, rounded; 0 where there is none or it is out of range.
static uint64_t first_number(const char *cell) {
    while (*cell && !isdigit((unsigned char)*cell))
        cell++;
    double value = *cell ? strtod(cell, NULL) : 0.0;
    return value >= 0.5 && value <= (double)most ? (uint64_t)(value + 0.5) : 0;
}

// As first_number; `usual` where the cell has none, and `assumed` becomes true.
static uint64_t number_or(const char *cell, uint64_t usual, bool *assumed) {
    uint64_t number = first_number(cell);
    *assumed = *assumed || number == 0;
    return number ? number : usual;
}

// The number behind two letters: "TP8, PP 2". 0: left open.
static uint64_t degree(const char *text, const char *letters) {
    for (; *text; text++) {
        if (tolower((unsigned char)text[0]) != letters[0] || tolower((unsigned char)text[1]) != letters[1])
            continue;
        const char *at = text + 2 + (text[2] == ' ');
        if (isdigit((unsigned char)*at))
            return first_number(at);
    }
    return 0;
}

// "fp8/fp16 mix", "Q4_K_M (default)": the first word. Empty cells mean the model's own format.
static bool read_format(aug_truth *truth, const char *cell, aug_number_format *format,
                        aug_prediction *prediction) {
    *format = AUG_FORMAT_NONE;
    size_t length = strcspn(cell, " /?,(");
    if (length == 0)
        return true;
    const char *name = aug_arena_copy(truth->arena, cell, length);
    *format = aug_format_find(name);
    if (*format == AUG_FORMAT_NONE && strncmp(name, "UI", 2) == 0)
        *format = aug_format_find(name + 1);
    if (*format != AUG_FORMAT_NONE)
        return true;
    prediction->reason =
        aug_arena_print(truth->arena, "unknown number format '%.40s' in column 'precision'", name);
    return false;
}

static const char *metric_text(aug_truth *truth, const aug_table_row *row) {
    return aug_truth_cell(truth, row, "metric");
}

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    static const char *const names[] = {"step", "decode rate", "first token", "throughput",
                                        "latency", "rate", "other"};
    return names[metric_of(metric_text(truth, row))];
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    (void)target;
    return class_of(aug_truth_cell(truth, row, "confidence"));
}

// Sockets that share a host: those that the machine's first link joins.
static uint64_t host_of(const aug_machine *machine) {
    bool finite = machine->link_count > 0 && isfinite(machine->links[0].chips);
    return finite ? (uint64_t)machine->links[0].chips : 1;
}

static bool read_chips(aug_truth *truth, const aug_table_row *row, const aug_machine *machine,
                       uint64_t *chips, aug_prediction *prediction) {
    const char *cell = aug_truth_cell(truth, row, "n_chips");
    bool none = strcmp(cell, "0") == 0; // a host that counts no accelerators
    *chips = none ? host_of(machine) : first_number(cell);
    prediction->reason = "the row does not say how many chips there are";
    return *chips > 0 && *chips <= 65536;
}

typedef struct published {
    metric metric;
    bool saturated, together; // as many requests as fit; all start at once
    bool assumed;
    aug_truth_deployment run;
    aug_plan plan;
} published;

static bool read_row(aug_truth *truth, const aug_table_row *row, const aug_truth_machine *machine,
                     published *p, aug_prediction *prediction) {
    const char *parallel = aug_truth_cell(truth, row, "parallelism"),
               *scenario = aug_truth_cell(truth, row, "scenario");
    uint64_t chips;
    p->run.machine = machine->machine;
    p->run.software = aug_truth_software_of(truth, row, machine);
    p->run.experts = AUG_FORMAT_NONE;
    p->run.model = aug_truth_find_model(truth, aug_truth_cell(truth, row, "model"), prediction);
    if (!p->run.model || !read_chips(truth, row, p->run.machine, &chips, prediction) ||
        !read_format(truth, aug_truth_cell(truth, row, "precision"), &p->run.weights, prediction))
        return false;
    // Experts that a model ships in fewer bits stay as they are.
    aug_number_format own = p->run.model->stages[0].precision.of[AUG_STORAGE_EXPERT];
    if (aug_model_has_experts(p->run.model) && aug_format_bits(own) < aug_format_bits(p->run.weights))
        p->run.experts = own;
    p->metric = metric_of(metric_text(truth, row));
    prediction->reason = "the metric is none that is known";
    if (p->metric == METRIC_NONE)
        return false;
    const char *requests = aug_truth_cell(truth, row, "concurrency_or_batch");
    p->saturated = has(requests, "auto");
    p->together = has(scenario, "static") || p->metric == METRIC_LATENCY;
    p->run.in = number_or(aug_truth_cell(truth, row, "isl"), usual_in, &p->assumed);
    p->run.out = number_or(aug_truth_cell(truth, row, "osl"), usual_out, &p->assumed);
    p->run.requests = p->saturated ? 1 : number_or(requests, 1, &p->assumed);
    p->plan = aug_truth_deployment_plan(&p->run, chips);
    p->plan.tp = degree(parallel, "tp");
    p->plan.pp = degree(parallel, "pp");
    p->plan.ep = degree(parallel, "ep");
    if (p->plan.tp > chips || (p->plan.tp && chips % p->plan.tp != 0)) // said of another number of chips
        p->plan.tp = 0;
    return true;
}

// A model that runs in stages: what one inference takes. Rows that say how many cameras look on are answered
// where the model has as many.
static void predict_stages(aug_truth *truth, const aug_table_row *row, published *p,
                           aug_prediction *prediction) {
    const char *in = aug_truth_cell(truth, row, "isl");
    const aug_stage *first = &p->run.model->stages[0];
    prediction->reason = "the model looks through another number of cameras";
    if (has(in, "cam") && first->sequences > 1.0 && first_number(in) != (uint64_t)first->sequences)
        return;
    aug_outcome outcome;
    prediction->reason = "no such plan on this machine";
    if (!aug_truth_deployment_evaluate(truth, &p->run, p->plan, p->run.requests, &outcome))
        return;
    const aug_kernel *kernel = &p->run.machine->kernel;
    bool rate = p->metric == METRIC_LATENCY_RATE || p->metric == METRIC_STEP_RATE || p->metric == METRIC_THROUGHPUT;
    if (rate)
        aug_truth_answer(prediction, 0, 1.0 / outcome.latency_seconds, 1.0 / kernel->high_ratio,
                         1.0 / kernel->low_ratio);
    else
        aug_truth_answer(prediction, 0, outcome.latency_seconds, kernel->low_ratio, kernel->high_ratio);
}

// Requests of all replicas for which there is room.
static bool fill(aug_truth *truth, published *p) {
    aug_outcome outcome;
    if (!aug_truth_deployment_evaluate(truth, &p->run, p->plan, 1, &outcome))
        return false;
    double replicas = (double)outcome.plan.dp,
           slots = fmin(floor(outcome.residency.largest_batch / replicas), most_slots);
    p->run.requests = (uint64_t)fmax(1.0, slots * replicas);
    return true;
}

static void set_rate(const published *p, double rate, aug_prediction *prediction) {
    double low = p->run.machine->kernel.high_ratio, high = p->run.machine->kernel.low_ratio;
    if (p->run.software && !isnan(p->run.software->tpot_low)) {
        low = p->run.software->tpot_high;
        high = p->run.software->tpot_low;
    }
    aug_truth_answer(prediction, 0, rate, 1.0 / low, 1.0 / high);
}

// A steady service: what its clients see of a plan, those that memory has no room for waiting in line.
static bool serve(aug_truth *truth, const published *p, aug_outcome *outcome, aug_queue_answer *answer) {
    if (!aug_truth_deployment_evaluate(truth, &p->run, p->plan, p->run.requests, outcome))
        return false;
    double replicas = (double)outcome->plan.dp, requests = ceil((double)p->run.requests / replicas);
    aug_queue_load load = aug_truth_deployment_load(&p->run, outcome, requests);
    if (requests > load.slots) {
        if (!aug_truth_deployment_evaluate(truth, &p->run, outcome->plan, (uint64_t)(load.slots * replicas), outcome))
            return false;
        load = aug_truth_deployment_load(&p->run, outcome, requests);
    }
    *answer = aug_queue_closed(&load);
    return true;
}

static void predict_text(aug_truth *truth, published *p, aug_prediction *prediction) {
    aug_outcome outcome;
    aug_queue_answer queue;
    prediction->reason = "no such plan on this machine";
    if ((p->saturated && !fill(truth, p)) ||
        !serve(truth, p, &outcome, &queue))
        return;
    double requests = (double)p->run.requests, out = (double)p->run.out, replicas = (double)outcome.plan.dp;
    const aug_software *s = p->run.software;
    double host = s ? s->step_seconds + s->step_request_seconds * requests / replicas : 0.0;
    double together =
        requests / replicas * (outcome.prompt_seconds) + (out - 1.0) * (outcome.tpot_seconds + host);
    switch (p->metric) {
    case METRIC_STEP:
        aug_truth_deployment_answer(&p->run, AUG_SERVER_TPOT, queue.tpot_seconds, prediction, 0);
        break;
    case METRIC_FIRST:
        aug_truth_deployment_answer(&p->run, AUG_SERVER_TTFT, queue.ttft_seconds, prediction, 0);
        break;
    case METRIC_STEP_RATE:
        set_rate(p, 1.0 / queue.tpot_seconds, prediction);
        break;
    case METRIC_THROUGHPUT:
        set_rate(p, p->together ? requests * out / together : queue.requests_per_second * replicas * out,
                 prediction);
        break;
    case METRIC_LATENCY:
        aug_truth_deployment_answer(&p->run, AUG_SERVER_TPOT, together, prediction, 0);
        break;
    case METRIC_LATENCY_RATE:
        set_rate(p, 1.0 / together, prediction);
        break;
    case METRIC_NONE:
        break;
    }
}

static void predict_benchmark(aug_truth *truth, const aug_table_row *row, const aug_truth_machine *machine,
                              aug_prediction *prediction) {
    const char *scenario = aug_truth_cell(truth, row, "scenario"), *last = strrchr(scenario, ' ');
    const char *format = aug_truth_cell(truth, row, "precision"), *tokens = aug_truth_cell(truth, row, "osl");
    aug_truth_result result = {.machine = machine->machine,
                               .software = aug_truth_software_of(truth, row, machine),
                               .benchmark = aug_truth_cell(truth, row, "model"),
                               .scenario = last ? last + 1 : scenario,
                               .format = aug_arena_copy(truth->arena, format, strcspn(format, " /?,(")),
                               .unit = aug_truth_cell(truth, row, "unit")};
    uint64_t each = first_number(tokens);
    result.tokens_per_sample = strchr(tokens, '<') ? 0.0 : (double)each; // a limit is no mean
    if (!read_chips(truth, row, machine->machine, &result.chips, prediction))
        return;
    if (strstr(aug_truth_cell(truth, row, "system"), " Dual ")) // a card that carries two chips
        result.chips *= 2;
    aug_truth_result_predict(truth, &result, prediction);
    prediction->values[1] = 0.0;
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    const aug_truth_machine *machine = aug_truth_machine_of(truth, row, prediction);
    if (!machine)
        return;
    if (has(aug_truth_cell(truth, row, "scenario"), "mlperf")) {
        predict_benchmark(truth, row, machine, prediction);
        return;
    }
    published p = {0};
    if (!read_row(truth, row, machine, &p, prediction))
        return;
    if (p.run.model->language < 0)
        predict_stages(truth, row, &p, prediction);
    else
        predict_text(truth, &p, prediction);
    if (!prediction->answered)
        return;
    prediction->basis = p.run.machine->kernel.basis;
    prediction->reason = p.assumed ? "an assumed load" : NULL;
}

const aug_truth_kind aug_truth_published = {
    .name = "published",
    .columns = {"id", "model", "system", "n_chips", "parallelism", "precision", "scenario",
                "concurrency_or_batch", "isl", "osl", "metric", "value", "unit", "confidence", NULL},
    .device = "system",
    .library = "scenario",
    .target_count = 1,
    .targets = {{.measured = "value",
                 .operation = "value",
                 .suffix = "",
                 .unit = 1.0,
                 .odd_column = "unit",
                 .odd_begin = "ms",
                 .odd_unit = 1e-3}},
    .dtype = dtype,
    .operation = operation,
    .predict = predict,
};
