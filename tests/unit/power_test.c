// Where the watts of a deployment go, and what a site can feed, by hand.
#include "support/small_model.h"

#include "system/power_budget.h"

// 1 us per launch; 1 pJ per operation, 10 pJ per bit; 10 W whatever it does.
static const char tiny[] = "model: kernel\n"
                           "levels:\n"
                           "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                           "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                           "links: {near: {bandwidth: 100 GB/s, latency: 1 us, energy: 5 pJ/bit}}\n"
                           "kernel: {launch: 1 us}\n"
                           "power: {static: 10 W, limit: 20 W}\n"
                           "price: 8766 USD\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_scenario scenario;
    aug_economy economy;
    aug_deployment deployment;
    aug_outcome outcome;
} bench;

static void set_up(bench *b) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, tiny), "tiny", &b->machine));
    test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    b->scenario = aug_scenario_default();
    b->scenario.in_tokens = 100;
    b->scenario.out_tokens = 11;
    b->scenario.batch = 4;
    b->economy = (aug_economy){.life_seconds = 31557600.0,
                               .pue = 1.5,
                               .utilization = 1.0,
                               .host_watts_share = 0.1,
                               .host_static_share = 0.5};
    aug_deployment_init(&b->deployment, &b->model, &b->machine, &b->scenario, &b->economy);
}

static aug_power evaluate(bench *b, uint64_t tp, double cap_watts) {
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = tp;
    plan.pp = plan.ep = plan.dp = 1;
    plan.power_cap_watts = cap_watts;
    aug_deployment_evaluate(&b->deployment, &plan, &b->outcome);
    return aug_power_of(&b->deployment, &b->outcome);
}

// A request is a quarter of four prompts, 8e8 operations and 16·(4·10^5 + 10^6 + 4·10^5) bits, and of ten
// steps of 8e6 operations and 1.6128e7 bits: 220 uJ of operations and 475.2 uJ of memory.
static void parts_follow_the_joules_of_a_request(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_power power = evaluate(&b, 1, NAN);
    double requests = b.outcome.tokens_per_second / 11.0;
    assert_near(power.units_watts, 220e-6 * requests, 1e-9);
    assert_near(power.memories_watts[0], 475.2e-6 * requests, 1e-9);
    assert_near(power.links_watts, 0.0, 0.0);
    assert_near(power.static_watts, 10.0, 0.0);
    double chip = 10.0 + 695.2e-6 * requests;
    assert_near(power.chip_watts, chip, 1e-9);
    assert_near(power.host_watts, 0.1 * chip + 10.0, 1e-9); // a tenth, and half of the limit
    assert_near(power.system_watts, 1.1 * chip + 10.0, 1e-9);
    assert_near(power.meter_watts, 1.5 * (1.1 * chip + 10.0), 1e-9);
    assert_near(power.clock, 1.0, 0.0);
    test_end(&b.ground);
}

static void parts_sum_to_the_chip(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const double caps[] = {NAN, 11.5, 10.4};
    for (uint64_t tp = 1; tp <= 2; tp++)
        for (size_t i = 0; i < AUG_COUNT(caps); i++) {
            aug_power power = evaluate(&b, tp, caps[i]);
            assert_near(power.units_watts + power.memories_watts[0] + power.links_watts + power.static_watts,
                        power.chip_watts, 1e-9);
            assert_true(isnan(caps[i]) || power.chip_watts <= caps[i] * (1 + 1e-9));
            assert_true((power.clock < 1.0) == !isnan(caps[i]));
        }
    test_end(&b.ground);
}

// A cap above what any phase draws changes nothing; lower ones only slow down.
static void lower_caps_are_never_faster(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, 1, NAN);
    aug_outcome free = b.outcome;
    evaluate(&b, 1, 19.9);
    assert_near(b.outcome.tokens_per_second, free.tokens_per_second, 0.0);
    assert_near(b.outcome.joules_per_token, free.joules_per_token, 0.0);
    double before = free.tokens_per_second;
    for (double cap = 19.0; cap > 10.1; cap -= 0.4) {
        evaluate(&b, 1, cap);
        assert_true(b.outcome.tokens_per_second <= before * (1 + 1e-12));
        assert_true(b.outcome.watts <= cap * (1 + 1e-9));
        before = b.outcome.tokens_per_second;
    }
    assert_true(before < 0.2 * free.tokens_per_second);
    test_end(&b.ground);
}

// A cap that no clock keeps: no plan.
static void static_power_leaves_no_plan(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan plan = aug_plan_default();
    plan.power_cap_watts = 10.0;
    uint64_t plans;
    assert_int_equal(aug_deployment_best(&b.deployment, &plan, &b.outcome, &plans), AUG_FIT_NO_PLAN);
    plan.power_cap_watts = 11.0;
    assert_int_equal(aug_deployment_best(&b.deployment, &plan, &b.outcome, &plans), AUG_FIT_OK);
    test_end(&b.ground);
}

static void a_budget_feeds_whole_deployments(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_power power = evaluate(&b, 2, NAN);
    double one = 2.0 * power.meter_watts;
    aug_power_budget budget = aug_power_budget_of(&b.deployment, &b.outcome, 3.5 * one);
    assert_near(budget.deployments, 3.0, 0.0);
    assert_near(budget.chips, 6.0, 0.0);
    assert_near(budget.used_watts, 3.0 * one, 1e-12);
    assert_near(budget.tokens_per_second, 3.0 * b.outcome.tokens_per_second, 1e-12);
    assert_near(budget.usd_per_year, 3.0 * 2.0 * 8766.0, 1e-12); // two chips for 1 USD/h each
    assert_near(budget.tokens_per_day_per_megawatt, b.outcome.tokens_per_second * 86400e6 / one, 1e-12);
    assert_near(aug_power_budget_of(&b.deployment, &b.outcome, 0.9 * one).deployments, 0.0, 0.0);
    // Without energies the limit counts: 1.5·(1.1·20 + 10) = 48 W each.
    b.machine.has_energy = false;
    evaluate(&b, 2, NAN);
    assert_near(aug_power_budget_of(&b.deployment, &b.outcome, 1000.0).deployment_watts, 96.0, 1e-12);
    assert_near(aug_power_budget_of(&b.deployment, &b.outcome, 1000.0).deployments, 10.0, 0.0);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_follow_the_joules_of_a_request), cmocka_unit_test(parts_sum_to_the_chip),
        cmocka_unit_test(lower_caps_are_never_faster),          cmocka_unit_test(static_power_leaves_no_plan),
        cmocka_unit_test(a_budget_feeds_whole_deployments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
