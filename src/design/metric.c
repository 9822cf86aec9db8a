#include "design/metric.h"

#include "base/spelling.h"
#include "design/figures.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *key, *label, *other, *help;
    aug_dimension dimension;
    bool less;
} table[AUG_METRIC_COUNT] = {
#define ROW(suffix, key, label, other, dimension, less, help) [AUG_METRIC_##suffix] = {key, label, other, help, AUG_DIMENSION_##dimension, less},
    AUG_METRICS(ROW)
#undef ROW
};

const char *const aug_metric_keys[AUG_METRIC_COUNT + 1] = {
#define ROW(suffix, key, label, other, dimension, less, help) key,
    AUG_METRICS(ROW)
#undef ROW
        NULL,
};

const char *aug_metric_key(aug_metric metric) {
    return table[metric].key;
}

const char *aug_metric_label(aug_metric metric) {
    return table[metric].label;
}

const char *aug_metric_help(aug_metric metric) {
    return table[metric].help;
}

const char *aug_metric_budget_key(aug_metric metric) {
    return table[metric].other;
}

aug_dimension aug_metric_dimension(aug_metric metric) {
    return table[metric].dimension;
}

bool aug_metric_is_less_better(aug_metric metric) {
    return table[metric].less;
}

aug_metric aug_metric_find(const char *key) {
    for (int i = 0; i < AUG_METRIC_COUNT; i++)
        if (strcmp(table[i].key, key) == 0 || (*table[i].other && strcmp(table[i].other, key) == 0))
            return (aug_metric)i;
    return AUG_METRIC_COUNT;
}

aug_metric aug_metric_read(const aug_reader *reader, const aug_node *node, const char *text) {
    aug_metric metric = aug_metric_find(text);
    if (metric != AUG_METRIC_COUNT)
        return metric;
    aug_spelling spelling = {.wanted = text};
    for (int i = 0; i < AUG_METRIC_COUNT; i++) {
        aug_spelling_offer(&spelling, aug_metric_keys[i]);
        aug_spelling_offer(&spelling, aug_metric_budget_key((aug_metric)i));
    }
    aug_error *error = aug_node_error(reader->errors, node, "unknown metric '%.60s'", text);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'? 'auger list metrics' shows all", spelling.nearest);
    else
        aug_error_hint(error, "'auger list metrics' shows all");
    return metric;
}

static double balance(const aug_machine *machine) {
    aug_figures figures = aug_figures_of(machine);
    return aug_figures_balance(&figures);
}

void aug_metrics_before(const aug_machine *machine, const aug_plan *plan, double metrics[AUG_METRIC_COUNT]) {
    for (int i = 0; i < AUG_METRIC_COUNT; i++)
        metrics[i] = (double)NAN;
    double chips = (double)plan->chips;
    metrics[AUG_METRIC_AREA] = machine->area_mm2;
    metrics[AUG_METRIC_POWER] = machine->power_limit_watts;
    metrics[AUG_METRIC_PRICE] = machine->price_usd;
    metrics[AUG_METRIC_BALANCE] = balance(machine);
    metrics[AUG_METRIC_SYSTEM_POWER] = machine->power_limit_watts * chips;
    metrics[AUG_METRIC_SYSTEM_PRICE] = machine->price_usd * chips;
    metrics[AUG_METRIC_CHIPS] = chips;
}

void aug_metrics_after(const aug_outcome *o, double metrics[AUG_METRIC_COUNT]) {
    metrics[AUG_METRIC_TTFT] = o->ttft_seconds;
    metrics[AUG_METRIC_TPOT] = o->tpot_seconds;
    metrics[AUG_METRIC_LATENCY] = o->latency_seconds;
    metrics[AUG_METRIC_TOKENS] = o->tokens_per_second;
    metrics[AUG_METRIC_TOKENS_USER] = 1.0 / o->tpot_seconds;
    metrics[AUG_METRIC_TOKENS_CHIP] = o->tokens_per_second / (double)o->plan.chips;
    metrics[AUG_METRIC_JOULES] = o->joules_per_token;
    metrics[AUG_METRIC_USD_MTOK] = o->usd_per_mtok;
    metrics[AUG_METRIC_USD_HOUR] = o->usd_per_hour;
    metrics[AUG_METRIC_WATTS] = o->watts;
    metrics[AUG_METRIC_METER] = o->meter_watts;
    metrics[AUG_METRIC_TOKENS_MW] = o->tokens_per_second / (o->meter_watts / 1e6);
    metrics[AUG_METRIC_MEMORY] = o->residency.weights_bytes + o->residency.cache_bytes + o->residency.activations_bytes;
    metrics[AUG_METRIC_LARGEST_BATCH] = o->residency.largest_batch;
    if (o->agent.turns > 0.0) {
        metrics[AUG_METRIC_TASK] = o->agent.task_seconds;
        metrics[AUG_METRIC_TASK_JOULES] = o->agent.task_joules;
        metrics[AUG_METRIC_TASK_USD] = o->agent.task_usd;
    }
}
