// Any bytes as a scenario and as a plan.
#include "fuzz.h"

#include "system/plan.h"
#include "system/scenario.h"

static bool count_plan(void *user, const aug_plan *plan) {
    uint64_t *count = user;
    fuzz_require(aug_plan_is_complete(plan), "plans that are found are complete");
    return ++*count < 100000;
}

static void read_scenario(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_scenario scenario;
    if (aug_scenario_read(&ground->reader, root, &scenario)) {
        fuzz_require(scenario.batch >= 1 && scenario.in_tokens >= scenario.image_tokens && scenario.out_tokens >= 1,
                     "a scenario that is read is within its ranges");
        fuzz_require_errors(ground, true);
    } else {
        fuzz_require_errors(ground, false);
    }
    ground->errors.count = ground->errors.dropped = 0;
    aug_plan plan;
    bool good = aug_plan_read(&ground->reader, root, &plan);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    uint64_t plans = 0;
    aug_plan_each(&plan, &(aug_plan_space){.layers = 80.0, .experts = true, .joined = 1e9}, count_plan, &plans);
}

FUZZ_TARGET(read_scenario)
