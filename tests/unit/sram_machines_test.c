// Machines whose weights stay in SRAM: the tables of src/system/README.md, and that a layer takes about as
// long whatever its size.
#include "support/testing.h"

#include "system/deployment.h"

static const double close_to = 5e-3;

typedef struct run {
    const char *model, *machine;
    uint64_t tp, pp;
    int weights;
    uint64_t batch;
} run;

typedef struct answer {
    double rounds_seconds; // one product's crossing
    double reduce_seconds; // one all-reduce of a step
    double layer_seconds, step_seconds;
} answer;

static answer evaluate(const run *r) {
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, r->model);
    aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, r->machine);
    assert_true(model && machine);
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 1024;
    scenario.out_tokens = 256;
    scenario.batch = r->batch;
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, &scenario, NULL);
    aug_plan plan = aug_plan_default();
    plan.tp = r->tp;
    plan.pp = r->pp;
    plan.ep = plan.dp = 1;
    plan.chips = plan.tp * plan.pp;
    plan.weights = r->weights;
    aug_outcome outcome;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    const aug_stage *stage = &model->stages[model->language];
    const aug_roofline *roofline = &deployment.roofline;
    answer a = {.rounds_seconds = aug_crossing_seconds(&roofline->crossing, aug_stage_layers(stage, &plan)),
                .reduce_seconds = aug_collective_cost(roofline, AUG_COLLECTIVE_ALL_REDUCE, (double)r->tp,
                                                      stage->width * 16.0)
                                      .seconds,
                .layer_seconds = outcome.tpot_seconds / stage->graph.layers,
                .step_seconds = outcome.tpot_seconds};
    test_end(&ground);
    return a;
}

static void a_wafer_follows_by_hand(void **state) {
    (void)state;
    const run small = {"llama-3.1-8b", "cerebras-wse3", 1, 1, -1, 1},
              large = {"llama-3.1-70b", "cerebras-wse3", 1, 4, -1, 1};
    answer a = evaluate(&small);
    assert_near(a.rounds_seconds, 1.829e-6, close_to);
    assert_near(a.layer_seconds, 19.4e-6 + (2 * 1.83e-6 + 4.49e-6) / 32,
                0.02); // embedding, last norm and head at the ends
    a = evaluate(&large);
    assert_near(a.rounds_seconds, 6 * 1897 / 1.1e9 / sqrt(20.0), 1e-9);
    assert_near(a.layer_seconds, 10 * 2.314e-6 + 2.75e-6 + (3 * 5.14e-6 + 10.3e-6) / 80, 0.02);
}

static void hundreds_of_chips_follow_by_hand(void **state) {
    (void)state;
    const run large = {"llama-2-70b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 1};
    answer a = evaluate(&large);
    assert_near(a.rounds_seconds, 0.9156e-6, close_to);
    assert_near(a.reduce_seconds, 0.28e-6 + 6 * 0.7578e-6 + 0.27e-6, 0.01);
    assert_near(a.layer_seconds, 19 * 0.9156e-6 + 2.58e-6 + 2 * 5.1e-6 + 20e-6 / 80, 0.02);
}

// Four times the weights on groups of the same size: a layer takes less than a tenth longer. From DRAM it
// takes most of four times as long.
static void a_layer_takes_as_long_whatever_its_size(void **state) {
    (void)state;
    const run sram[] = {{"llama-2-70b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 1},
                        {"llama-3.1-8b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 1}};
    double ratio = evaluate(&sram[0]).layer_seconds / evaluate(&sram[1]).layer_seconds;
    assert_true(ratio > 1.0 && ratio < 1.1);
    const run dram[] = {{"llama-2-70b", "sn40l", 16, 1, -1, 1}, {"llama-3.1-8b", "sn40l", 16, 1, -1, 1}};
    assert_true(evaluate(&dram[0]).layer_seconds / evaluate(&dram[1]).layer_seconds > 2.5);
}

// Sixteen tokens in each of eight stages: sixteen times the bits of every all-reduce, 4.3 us, on hops that
// stay as they are.
static void a_full_service_waits_for_bandwidth_too(void **state) {
    (void)state;
    const run alone = {"llama-2-70b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 1},
              full = {"llama-2-70b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 128};
    double more = evaluate(&full).layer_seconds - evaluate(&alone).layer_seconds;
    assert_true(more > 2.0 * 15.0 * 0.26e-6 && more < 11e-6); // attention of more sequences takes the rest
}

// 144 chips a layer instead of 72 stand in a row of 18 nodes: 5 hops between them instead of 2, there and
// back.
static void more_chips_a_layer_take_more_hops(void **state) {
    (void)state;
    const run few = {"llama-2-70b", "groq-lpu", 72, 8, AUG_FORMAT_FP8, 1},
              many = {"llama-2-70b", "groq-lpu", 144, 4, AUG_FORMAT_FP8, 1};
    assert_near(evaluate(&many).reduce_seconds - evaluate(&few).reduce_seconds, 2 * 3 * 0.7578e-6, 0.02);
    assert_true(evaluate(&many).step_seconds > evaluate(&few).step_seconds);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wafer_follows_by_hand),
        cmocka_unit_test(hundreds_of_chips_follow_by_hand),
        cmocka_unit_test(a_layer_takes_as_long_whatever_its_size),
        cmocka_unit_test(a_full_service_waits_for_bandwidth_too),
        cmocka_unit_test(more_chips_a_layer_take_more_hops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
