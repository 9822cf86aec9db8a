// A cap on power: what it allows is kept, less is never faster, and what nothing draws changes nothing.
//
// On a grid of caps between static power and the most that a chip may draw (or, where no limit is stated, ten times what it draws),
// the same plan takes at least as long under the lower one, and draws no more than it is allowed. Sends between pipeline stages are not
// part of what a pass is judged by: they may add a thousandth.
#include "property.h"

static const double sends = 1e-3;

static void check_cap(property_case *at) {
    const aug_machine *machine = at->deployment.roofline.machine;
    double fixed = isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
    double most = isnan(machine->power_limit_watts) ? 10.0 * at->outcome.watts : machine->power_limit_watts;
    if (isnan(at->outcome.watts) || !(most > fixed))
        return;
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    aug_plan plan = at->outcome.plan;
    plan.power_cap_watts = 1e9;
    aug_deployment_evaluate(&at->deployment, &plan, outcome);
    property_equal(at, &plan, "tokens per second under a cap of 1 GW", at->outcome.tokens_per_second, outcome->tokens_per_second);
    property_equal(at, &plan, "joules per token under a cap of 1 GW", at->outcome.joules_per_token, outcome->joules_per_token);
    double ttft = at->outcome.ttft_seconds, tpot = at->outcome.tpot_seconds, slow = 1.0 / at->outcome.tokens_per_second;
    static const double shares[] = {1.0, 0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.01};
    for (size_t i = 0; i < AUG_COUNT(shares); i++) {
        plan.power_cap_watts = fixed + shares[i] * (most - fixed);
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        property_not_larger(at, &plan, "a lower cap", "ttft under the higher one", outcome->ttft_seconds, ttft);
        property_not_larger(at, &plan, "a lower cap", "tpot under the higher one", outcome->tpot_seconds, tpot);
        property_not_larger(at, &plan, "a lower cap", "time per token under the higher one", 1.0 / outcome->tokens_per_second, slow);
        property_not_larger(at, &plan, "a cap", "power", plan.power_cap_watts * (1.0 + sends), outcome->watts);
        ttft = outcome->ttft_seconds;
        tpot = outcome->tpot_seconds;
        slow = 1.0 / outcome->tokens_per_second;
    }
    free(outcome);
}

static void less_power_is_never_faster(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 1, check_cap);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(less_power_is_never_faster)};
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
