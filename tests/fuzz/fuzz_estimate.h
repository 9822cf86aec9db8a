// What is read without an error can be estimated: the times are numbers.
#ifndef AUGER_TESTS_FUZZ_ESTIMATE_H
#define AUGER_TESTS_FUZZ_ESTIMATE_H

#include "fuzz.h"
#include "support/test_machine.h"

#include "system/estimate.h"
#include "workload/config.h"

#include <math.h>

static inline void fuzz_estimate(fuzz_ground *ground, const aug_model *model, const aug_machine *machine) {
    aug_scenario scenario = aug_scenario_default();
    scenario.batch = 3;
    aug_plan plan = aug_plan_default();
    plan.chips = 4;
    aug_estimate *estimate = AUG_NEW(&ground->arena, aug_estimate);
    aug_estimate_make(&ground->arena, model, machine, &scenario, NULL, &plan, estimate);
    if (estimate->fit == AUG_FIT_NO_PLAN)
        return;
    const aug_outcome *outcome = &estimate->outcome;
    fuzz_require(!isnan(outcome->ttft_seconds) && outcome->ttft_seconds >= 0.0, "the time to the first token is a number");
    fuzz_require(!isnan(outcome->tpot_seconds) && outcome->tpot_seconds >= 0.0, "the time per token is a number");
    fuzz_require(!isnan(outcome->tokens_per_second) && outcome->tokens_per_second >= 0.0, "the throughput is a number");
    fuzz_require(!isnan(outcome->residency.weights_bytes) && outcome->residency.weights_bytes >= 0.0, "the weights have a size");
}

static inline void fuzz_estimate_model(fuzz_ground *ground, const aug_model *model) {
    const aug_library library = fuzz_library();
    const aug_machine *machine = test_machine(&library, &ground->arena, &ground->errors, "h100-sxm");
    fuzz_require(machine != NULL, "a shipped machine can be read");
    fuzz_estimate(ground, model, machine);
}

static inline void fuzz_estimate_machine(fuzz_ground *ground, const aug_machine *machine) {
    const aug_library library = fuzz_library();
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, "qwen3-0.6b");
    fuzz_require(model != NULL, "a shipped model can be read");
    fuzz_estimate(ground, model, machine);
}

#endif
