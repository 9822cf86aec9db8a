// Deployments side by side: the estimate of each, who is best in what, by how much, and why.
//
// Rows are evaluated on all cores, each with memory of its own, and say what `estimate` says. Why one wins is
// told against the next best: in the phase where it saves most time, the resource whose waiting time shrinks
// most, and the ratios of what that time is made of (bandwidth, bytes, peak, operations); for energy and
// money the two factors that they are products of.
#ifndef AUG_DESIGN_COMPARISON_H
#define AUG_DESIGN_COMPARISON_H

#include "base/progress.h"
#include "design/metric.h"
#include "system/estimate.h"
#include "system/mapped.h"

// What a row is: the inputs that may differ, as they were asked for.
#define AUG_IDENTITIES(ROW)                                                                                  \
    ROW(MODEL, "model")                                                                                      \
    ROW(MACHINE, "machine")                                                                                  \
    ROW(CHIPS, "chips")                                                                                      \
    ROW(TP, "tp")                                                                                            \
    ROW(PP, "pp")                                                                                            \
    ROW(EP, "ep")                                                                                            \
    ROW(DP, "dp")                                                                                            \
    ROW(WEIGHTS, "weights")                                                                                  \
    ROW(ACTIVATIONS, "activations")                                                                          \
    ROW(KV, "kv")                                                                                            \
    ROW(IN, "in")                                                                                            \
    ROW(OUT, "out")                                                                                          \
    ROW(BATCH, "batch")

typedef enum aug_identity {
#define ROW(suffix, name) AUG_IDENTITY_##suffix,
    AUG_IDENTITIES(ROW)
#undef ROW
        AUG_IDENTITY_COUNT
} aug_identity;

const char *aug_identity_name(int identity);

typedef struct aug_comparison_row {
    const aug_model *model;
    const aug_machine *machine;
    aug_plan wish;
    aug_scenario scenario;
    aug_estimate_wishes wishes;
    const char *is[AUG_IDENTITY_COUNT]; // as asked for; NULL: left open
    // Found:
    aug_estimate *estimate;           // NULL: it was not evaluated
    double metrics[AUG_METRIC_COUNT]; // NaN: unknown
    const char *reason;               // why it has no answer, or none that counts; NULL: it has one
    aug_arena arena;                  // what the row owns
    bool failed;                      // out of memory
} aug_comparison_row;

enum { AUG_COMPARED = 8 }; // metrics that rows compete in

typedef struct aug_winner {
    aug_metric metric;
    int row, next;   // the best and the next best; -1: none
    double ratio;    // by how much, 1 at least
    const char *why; // a sentence
} aug_winner;

typedef struct aug_comparison {
    aug_comparison_row *rows;
    int count;
    bool varies[AUG_IDENTITY_COUNT]; // whether rows differ in it
    aug_winner winners[AUG_COMPARED];
    int winner_count;
    int answers;   // rows that have one
    bool language; // some model generates text
    const aug_economy *economy;
    struct aug_mapping_memo *memo; // NULL: times do not come from mappings
    uint64_t node_limit;
    const char *cache;
    aug_progress *progress;
    bool stopped;
} aug_comparison;

// Evaluates all rows that have no reason yet, with so many threads; sets what is found. False when out of
// memory.
bool aug_comparison_run(aug_comparison *comparison, int threads);
// Finds the winners and tells why; texts in `arena`.
void aug_comparison_judge(aug_arena *arena, aug_comparison *comparison);
// Frees what the rows own.
void aug_comparison_free(aug_comparison *comparison);
// What tells a row from the others: "h200, fp8". All that varies; the machine where nothing does.
const char *aug_comparison_label(aug_arena *arena, const aug_comparison *comparison, int row);
// Why `winner` is better than the next (comparison_why.c).
const char *aug_comparison_why(aug_arena *arena, const aug_comparison *comparison, const aug_winner *winner);

#endif
