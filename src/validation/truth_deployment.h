// Rows that measured a deployment: what they say of model, machine, formats and plan, and the outcome of it.
#ifndef AUG_VALIDATION_TRUTH_DEPLOYMENT_H
#define AUG_VALIDATION_TRUTH_DEPLOYMENT_H

#include "system/queueing.h"
#include "system/rerun.h"
#include "validation/truth.h"

typedef struct aug_truth_deployment {
    const aug_machine *machine;
    const aug_model *model;
    uint64_t in, out, requests;
    aug_number_format weights, experts; // AUG_FORMAT_NONE: the model's own
    const aug_software *software;       // the server; NULL: not known
} aug_truth_deployment;

// Machine and model by the cells of these columns. False with the prediction's reason set.
bool aug_truth_deployment_find(aug_truth *truth, const aug_table_row *row, aug_truth_deployment *run, aug_prediction *prediction);
// A complete or open plan in the formats of the run. Weights of 8 bits and less go with keys and values in fp8 where the
// machine computes in it, as servers are set up for them (kv_cache_dtype fp8 in the recipes that were measured).
aug_plan aug_truth_deployment_plan(const aug_truth_deployment *run, uint64_t chips);
// The outcome of a plan, whose open degrees are chosen best; expert groups that cannot be expressed, or with which it would
// not fit, are chosen too. False where there is no such plan.
bool aug_truth_deployment_evaluate(aug_truth *truth, const aug_truth_deployment *run, aug_plan plan, uint64_t requests,
                                   aug_outcome *outcome);
// What the queue in front of one replica of an outcome sees, the server's host work included; `requests` in flight in it.
aug_queue_load aug_truth_deployment_load(const aug_truth_deployment *run, const aug_outcome *outcome, double requests);
// The mean lengths of a benchmark's requests, where `run` states the nominal ones.
aug_truth_deployment aug_truth_deployment_drawn(const aug_truth_deployment *run);
// `run.requests` clients in front of a plan, as passes that can be rerun; those that memory has no room for wait. `outcome`
// is of those that have. The server's host is not in it.
bool aug_truth_deployment_rerun(aug_truth *truth, const aug_truth_deployment *run, const aug_plan *plan, aug_outcome *outcome,
                                 aug_rerun_load *load);
// Adds the server's host; NULL: none.
void aug_truth_deployment_host(const aug_software *server, const aug_truth_deployment *run, aug_rerun_load *load);
// What the clients of a load see.
aug_rerun_answer aug_truth_deployment_serve(aug_truth *truth, const aug_rerun_load *load);
// Sets a time of a server: ratios of measured to predicted as its library has them, else the machine's.
enum { AUG_SERVER_TTFT, AUG_SERVER_TPOT };
void aug_truth_deployment_answer(const aug_truth_deployment *run, int time, double seconds, aug_prediction *prediction, int target);
// Watts that the chips of an outcome draw together, each at most its limit, where they write so many tokens per second; 0: the
// machine states no energies.
double aug_truth_deployment_watts(const aug_truth_deployment *run, const aug_outcome *outcome, double tokens_per_second);

#endif
