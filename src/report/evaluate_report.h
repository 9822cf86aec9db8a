// The answer of `evaluate` as text, JSON and CSV.
#ifndef AUG_REPORT_EVALUATE_REPORT_H
#define AUG_REPORT_EVALUATE_REPORT_H

#include "cost/cost.h"
#include "text/json_writer.h"

// One mapping and what it costs.
typedef struct aug_evaluation {
    const char *workload; // its name
    const aug_problem *problem;
    const aug_mapping *mapping;
    const aug_cost *cost;
    aug_cost_scratch *scratch; // that it was counted in, for explanations
    bool explain; // tell how each number comes about
} aug_evaluation;

// `found` is an aug_evaluation.
void aug_evaluate_text(aug_buffer *out, const void *found);
// Members of an open object.
void aug_evaluate_json(aug_json *json, const void *found);
// Members of it: `ranks` with their sizes; `memories`, which are those of the problem, as cost counts them.
void aug_problem_ranks_json(aug_json *json, const aug_problem *problem);
void aug_memories_json(aug_json *json, const aug_problem *problem, const aug_memory_cost *memories);
// One line per memory and tensor.
void aug_evaluate_csv(aug_buffer *out, const void *found);
// One figure by its key in JSON ("cycles", "energy_pj", ...); false where there is none or it is unknown.
bool aug_evaluate_metric(const void *found, const char *key, double *value);

// Whether zeros save or cost anything: then words are expectations.
bool aug_evaluation_is_sparse(const aug_evaluation *evaluation);
// Which port or unit takes longest: "the read port of buffer", "mac", ...
const char *aug_evaluation_slowest(aug_arena *arena, const aug_evaluation *evaluation);
// What takes most time: the same, or the overhead of arrays.
const char *aug_evaluation_bound(aug_arena *arena, const aug_evaluation *evaluation);
// One sentence about what is violated and by how much.
const char *aug_violation_text(aug_arena *arena, const aug_problem *problem, const aug_violation *violation);
// Why the energy is unknown; only where it is.
const char *aug_evaluation_unknown_energy(aug_arena *arena, const aug_evaluation *evaluation);
const char *aug_port_name(aug_port_kind kind);
extern const char *const aug_flow_names[AUG_FLOW_COUNT]; // "reads", "fills", "updates"

// How each number comes about, one line each (evaluate_explain.c).
void aug_evaluate_explain(aug_buffer *out, const aug_evaluation *evaluation);

#endif
