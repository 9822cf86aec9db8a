// The figures that a study optimises, limits and reports: one row each.
#ifndef AUG_DESIGN_METRIC_H
#define AUG_DESIGN_METRIC_H

#include "base/quantity.h"
#include "design/quality.h"
#include "system/deployment.h"

// Row: suffix, key, heading in tables for people, other key for budgets ("" none), dimension, whether less is better, what it is.
#define AUG_METRICS(ROW)                                                                                              \
    ROW(TTFT, "ttft_s", "ttft", "ttft", SECONDS, true, "arrival to first token")                                      \
    ROW(TPOT, "tpot_s", "tpot", "tpot", SECONDS, true, "time per output token")                                       \
    ROW(LATENCY, "latency_s", "latency", "latency", SECONDS, true, "arrival to last token")                           \
    ROW(TOKENS, "tokens_per_s", "tok/s", "", NUMBER, false, "output tokens per second of the deployment, prompt work included")\
    ROW(TOKENS_USER, "tokens_per_s_per_user", "tok/s/user", "", NUMBER, false, "1 / tpot_s")                          \
    ROW(TOKENS_CHIP, "tokens_per_s_per_chip", "tok/s/chip", "", NUMBER, false, "tokens_per_s over the chips")         \
    ROW(JOULES, "joules_per_token", "J/tok", "", NUMBER, true, "joules per output token, prompt work and static power included")\
    ROW(USD_MTOK, "usd_per_mtok", "USD/Mtok", "", NUMBER, true, "dollars per million output tokens")                  \
    ROW(USD_HOUR, "usd_per_hour", "USD/h", "", USD_PER_HOUR, true, "dollars per hour of the deployment")              \
    ROW(WATTS, "watts_per_chip", "W/chip", "", WATTS, true, "average power of one chip at this load")                 \
    ROW(METER, "meter_watts", "W meter", "meter", WATTS, true, "average power of the deployment at the meter, host and building included")\
    ROW(TOKENS_MW, "tokens_per_s_per_mw", "tok/s/MW", "", NUMBER, false, "tokens_per_s over the megawatts at the meter")\
    ROW(AREA, "area_mm2", "area", "area", MM2, true, "silicon of one chip")                                           \
    ROW(POWER, "power_watts", "power", "power", WATTS, true, "most power of one chip")                                \
    ROW(PRICE, "price_usd", "price", "price", USD, true, "price of one chip")                                         \
    ROW(BALANCE, "bytes_per_op", "B/op", "", NUMBER, false, "bytes per second of the outermost memory over operations per second in 16 bits")\
    ROW(SYSTEM_POWER, "system_power_watts", "all power", "system_power", WATTS, true, "most power of all chips")      \
    ROW(SYSTEM_PRICE, "system_price_usd", "all price", "system_price", USD, true, "price of all chips")               \
    ROW(CHIPS, "chips", "chips", "", NUMBER, true, "chips of the deployment")                                         \
    ROW(LOSS, "loss", "loss", "", NUMBER, true, "predicted loss of the model, nats per token")                        \
    ROW(LOSS_LOW, "loss_low", "loss low", "", NUMBER, true, "lower end of the loss's band, two standard errors below it")\
    ROW(LOSS_HIGH, "loss_high", "loss high", "", NUMBER, true, "upper end of the same")                               \
    ROW(LOSS_GAP, "loss_gap", "loss gap", "", NUMBER, true, "loss beyond that of the baseline")                       \
    ROW(LOSS_GAP_LOW, "loss_gap_low", "gap low", "", NUMBER, true, "lower end of the gap's band: above 0 the model is worse than the baseline's")\
    ROW(LOSS_GAP_HIGH, "loss_gap_high", "gap high", "", NUMBER, true, "upper end of the same: below 0 the model is better")\
    ROW(PARAMETERS, "parameters", "weights", "", NUMBER, true, "weights of the model")                                \
    ROW(TRAINING, "training_tokens", "trained on", "", NUMBER, true, "tokens that the model is trained on")           \
    ROW(TRAINING_OPS, "training_flops", "6 N D", "", NUMBER, true, "6 x weights x tokens: operations that its training takes")\
    ROW(MEMORY, "memory_bytes", "memory", "memory", NUMBER, true, "bytes needed on one chip")                         \
    ROW(LARGEST_BATCH, "largest_batch", "max batch", "", NUMBER, false, "requests that fit at once")                  \
    ROW(TASK, "task_s", "task", "task", SECONDS, true, "an agent's task, its tools included")                         \
    ROW(TASK_JOULES, "joules_per_task", "J/task", "", NUMBER, true, "joules of an agent's task, its share of static power included")\
    ROW(TASK_USD, "usd_per_task", "USD/task", "", NUMBER, true, "dollars of an agent's task")

typedef enum aug_metric {
#define ROW(suffix, key, label, other, dimension, less, help) AUG_METRIC_##suffix,
    AUG_METRICS(ROW)
#undef ROW
        AUG_METRIC_COUNT
} aug_metric;

const char *aug_metric_key(aug_metric metric);
const char *aug_metric_label(aug_metric metric);
const char *aug_metric_help(aug_metric metric);
aug_dimension aug_metric_dimension(aug_metric metric);
bool aug_metric_is_less_better(aug_metric metric);
// The metric with this key, or this budget key; AUG_METRIC_COUNT where there is none.
aug_metric aug_metric_find(const char *key);
// The same for a node of a file; an error with the nearest key as its hint where there is none.
aug_metric aug_metric_read(const aug_reader *reader, const aug_node *node, const char *text);
// The shorter key that budgets may use, "" where there is none.
const char *aug_metric_budget_key(aug_metric metric);
// Keys of all metrics, ended by NULL.
extern const char *const aug_metric_keys[AUG_METRIC_COUNT + 1];

// Metrics that depend on the machine and the plan alone, before anything is evaluated; all others are NaN.
void aug_metrics_before(const aug_machine *machine, const aug_plan *plan, double metrics[AUG_METRIC_COUNT]);
// All metrics of an outcome; those of aug_metrics_before must be there already.
void aug_metrics_after(const aug_outcome *outcome, double metrics[AUG_METRIC_COUNT]);

#endif
