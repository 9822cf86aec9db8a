// What no plan can beat: a cheap lower bound on times, energy and cost, for pruning.
//
// Each operator takes at least its share of the machine's peak and bandwidth, and work splits at best evenly over all
// chips; launches do not split. So with C chips
//
//     step ≥ launches + max(operations / rate, bits / bandwidth) / C
//
// The work is measured once per model and scenario and serves every machine.
#ifndef AUG_SYSTEM_BOUND_H
#define AUG_SYSTEM_BOUND_H

#include "system/deployment.h"

// Work of one pass of one sequence.
typedef struct aug_pass_work {
    double operations[AUG_UNIT_COUNT][AUG_FORMAT_COUNT];
    double weight_bits, other_bits; // that must move at least
    double kernels;
} aug_pass_work;

typedef struct aug_bound_work {
    bool known; // false: a model of stages, which is not bounded
    aug_pass_work prefill, decode;
    double weight_bits; // stored
} aug_bound_work;

// Best values that any plan could have; 0 and infinity where nothing is known.
typedef struct aug_lower_bound {
    double ttft_seconds, tpot_seconds, joules_per_token, usd_per_mtok; // not below
    double tokens_per_second;                                         // not above
} aug_lower_bound;

aug_bound_work aug_bound_measure(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan);
aug_lower_bound aug_bound_find(const aug_deployment *deployment, const aug_bound_work *work, double chips);

#endif
