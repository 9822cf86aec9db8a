// What a study rests on: published facts that stand beside its numbers, and the constants behind them with
// their sources.
//
//     facts:
//       - {what: LPU serves Llama-2-70B on 576 chips, metric: tokens_per_s_per_user, value: 300 tok/s,
//       source: GROQ-SUM}
//
// Every file that a study reads names the source of each of its numbers under `sources`; a source that begins
// with or holds memory(H), memory(M) or memory(L) stands for none: the number is from memory, within 5 %, 20
// % or of that order.
#ifndef AUG_DESIGN_PROVENANCE_H
#define AUG_DESIGN_PROVENANCE_H

#include "design/metric.h"
#include "text/fields.h"

typedef struct aug_study_fact {
    const char *what, *source;
    aug_metric metric; // AUG_METRIC_COUNT: of none
    double value;      // in the metric's unit; NaN: none
} aug_study_fact;

extern const aug_fields aug_study_fact_fields;

// The facts of a study's file; -1 for *count where one is wrong, with errors added.
const aug_study_fact *aug_study_facts_read(const aug_reader *reader, const aug_node *list, int *count);

// One constant: "machine groq-lpu", "levels.sram", "SHIP-R".
typedef struct aug_study_constant {
    const char *of, *key, *source;
} aug_study_constant;

typedef struct aug_study_constants_list {
    int count, from_memory;
    const aug_study_constant *at;
} aug_study_constants_list;

struct aug_study;

// The constants of all that a study names: machines (from their files) and that of a baseline, technologies, economy, law, the study
// itself.
aug_study_constants_list aug_study_constants(aug_arena *arena, const struct aug_study *study);
// Whether a source says that there is none.
bool aug_source_is_memory(const char *source);

#endif
