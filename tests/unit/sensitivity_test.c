// What 10 % more of a resource changes, by hand for one layer and by sign for shipped models.
#include "support/small_model.h"
#include "support/test_machine.h"

#include "system/sensitivity.h"
#include "workload/graph_build.h"

static const aug_sensitivity *find(const aug_sensitivity *rows, int count, const char *resource) {
    for (int i = 0; i < count; i++)
        if (strcmp(rows[i].resource, resource) == 0)
            return &rows[i];
    return NULL;
}

// A prompt of 100 tokens waits for 200 us of matrix units, a step for 20.04 us of memory; each launch takes 1
// us.
static void each_resource_shortens_what_waits_for_it(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine;
    assert_true(aug_machine_read(&ground.reader,
                                 test_parse(&ground, "model: kernel\n"
                                                     "levels:\n"
                                                     "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                                                     "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"
                                                     "links: {near: {bandwidth: 100 GB/s, latency: 1 us}}\n"
                                                     "kernel: {launch: 1 us}\n"
                                                     "rent: 1 USD/h\n"),
                                 "tiny", &machine));
    aug_model model;
    test_small_model(&ground, &model, "linear", AUG_RANK_FEATURE, AUG_RANK_PLAIN)->exchange = AUG_EXCHANGE_REDUCE;
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 100;
    scenario.out_tokens = 11;
    aug_economy economy = {.life_seconds = 1.0, .pue = 1.0, .utilization = 1.0};
    aug_deployment deployment;
    aug_deployment_init(&deployment, &model, &machine, &scenario, &economy);
    aug_plan plan = aug_plan_default();
    plan.tp = plan.pp = plan.ep = plan.dp = 1;
    aug_outcome outcome;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    aug_sensitivity rows[AUG_SENSITIVITIES];
    int count = aug_sensitivities_find(&ground.arena, &deployment, &outcome, rows);
    assert_int_equal(count, 3);

    const aug_sensitivity *memory = find(rows, count, "dram bandwidth");
    assert_near(memory->tpot, (20.04 / 1.1 + 1) / 21.04 - 1, 1e-9);
    assert_near(memory->ttft, 0.0, 0.0);
    // A rented machine costs what its time costs.
    assert_near(memory->usd_per_mtok, (201 + 10 * (20.04 / 1.1 + 1)) / (201 + 10 * 21.04) - 1, 1e-9);
    const aug_sensitivity *matrix = find(rows, count, "matrix units");
    assert_near(matrix->tpot, 0.0, 0.0);
    assert_near(matrix->ttft, (200 / 1.1 + 1) / 201 - 1, 1e-9);
    const aug_sensitivity *launch = find(rows, count, "launch (-10 %)");
    assert_near(launch->tpot, -0.1 / 21.04, 1e-9);
    assert_near(launch->ttft, -0.1 / 201, 1e-9);
    // What shortens the time per token most stands first.
    assert_ptr_equal(memory, &rows[0]);
    assert_ptr_equal(launch, &rows[1]);

    // Two chips that share the layer also wait for their links.
    plan.chips = plan.tp = 2;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    count = aug_sensitivities_find(&ground.arena, &deployment, &outcome, rows);
    assert_int_equal(count, 5);
    // A step: 500 inputs, 16·(500 + 5·10^5 + 1000) bits are 10.03 us, and 1 us; the sum of 16000 bits: 1 us
    // of launch, 1 us of hop, 0.02 us.
    double step = 11.03 + 2.02;
    assert_near(outcome.tpot_seconds, step * 1e-6, 1e-9);
    assert_near(find(rows, count, "link bandwidth")->tpot, (0.02 / 1.1 - 0.02) / step, 1e-6);
    assert_near(find(rows, count, "link latency (-10 %)")->tpot, -0.1 / step, 1e-6);
    assert_near(find(rows, count, "launch (-10 %)")->tpot, -0.2 / step, 1e-6);
    test_end(&ground);
}

// A prompt's products run into the 700 W of an H100, single tokens into starts of kernels and its memory.
static void kernel_models_have_latencies_and_a_power_limit(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, "llama-3.1-8b");
    aug_machine *machine = test_machine(&library, &ground.arena, &ground.errors, "h100-sxm");
    const double launch = machine->models->fits[AUG_KERNEL_KIND_GEMM].constants[0];
    aug_scenario scenario = aug_scenario_default();
    aug_economy economy = {.life_seconds = 1.0, .pue = 1.0, .utilization = 1.0};
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, &scenario, &economy);
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = 2;
    plan.pp = plan.ep = plan.dp = 1;
    aug_outcome *outcome = AUG_NEW(&ground.arena, aug_outcome);
    aug_deployment_evaluate(&deployment, &plan, outcome);
    aug_sensitivity rows[AUG_SENSITIVITIES];
    int count = aug_sensitivities_find(&ground.arena, &deployment, outcome, rows);
    assert_null(find(rows, count, "launch (-10 %)"));
    assert_true(find(rows, count, "power limit")->ttft < find(rows, count, "matrix units")->ttft);
    assert_true(find(rows, count, "latency (-10 %)")->tpot < -0.005);
    assert_true(find(rows, count, "link latency (-10 %)")->tpot < -0.001);
    assert_true(machine->models->fits[AUG_KERNEL_KIND_GEMM].constants[0] == launch); // a copy was changed
    test_end(&ground);
}

static void no_resource_ever_hurts(void **state) {
    (void)state;
    static const char *const models[] = {"llama-3.1-8b", "qwen3-30b-a3b", "pi0", "nemotron-h-56b-base-8k"};
    static const char *const machines[] = {"h100-sxm", "trainium2", "groq-lpu", "tpu-v4i-like", "server-cpu"};
    aug_library library = test_library();
    for (size_t i = 0; i < AUG_COUNT(models); i++) {
        for (size_t j = 0; j < AUG_COUNT(machines); j++) {
            test_ground ground;
            test_begin(&ground);
            const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, models[i]);
            const aug_machine *machine =
                test_machine(&library, &ground.arena, &ground.errors, machines[j]);
            assert_true(model && machine);
            aug_scenario scenario = aug_scenario_default();
            scenario.batch = 16;
            aug_deployment deployment;
            aug_deployment_init(&deployment, model, machine, &scenario, NULL);
            aug_plan plan = aug_plan_default();
            plan.chips = plan.tp = 4;
            plan.pp = plan.ep = plan.dp = 1;
            aug_outcome *outcome = AUG_NEW(&ground.arena, aug_outcome);
            aug_deployment_evaluate(&deployment, &plan, outcome);
            aug_sensitivity rows[AUG_SENSITIVITIES];
            int count = aug_sensitivities_find(&ground.arena, &deployment, outcome, rows);
            assert_true(count > 0);
            for (int r = 0; r < count; r++) {
                assert_true(rows[r].ttft <= 0.0 && rows[r].tpot <= 0.0);
                assert_true(rows[r].ttft > -0.1 && rows[r].tpot > -0.1);
                assert_true(isnan(rows[r].usd_per_mtok));
                assert_true(r == 0 || rows[r].tpot >= rows[r - 1].tpot);
            }
            test_end(&ground);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_resource_shortens_what_waits_for_it),
        cmocka_unit_test(kernel_models_have_latencies_and_a_power_limit),
        cmocka_unit_test(no_resource_ever_hurts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
