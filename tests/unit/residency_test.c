// Bytes on one chip, from published sizes of two models and from one product small enough to count.
#include "support/small_model.h"

#include "system/deployment.h"
#include "workload/graph_build.h"

static const aug_model *load(test_ground *ground, const char *name) {
    aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, name);
    assert_non_null(model);
    return model;
}

static aug_plan plan_of(uint64_t tp, uint64_t pp, uint64_t ep, uint64_t dp) {
    aug_plan plan = aug_plan_default();
    plan.chips = tp * pp * dp;
    plan.tp = tp;
    plan.pp = pp;
    plan.ep = ep;
    plan.dp = dp;
    return plan;
}

static double weights(const aug_model *model, aug_plan plan) {
    return aug_stage_weights_bytes(&model->stages[model->language], &plan);
}

// Llama-3.1-8B: a layer has 2·4096² + 2·4096·1024 + 3·4096·14336 = 218103808 weights in matrices and 2·4096
// in norms; 32 of them; two tables of 128256·4096; a final norm of 4096.
static const double matrices = 218103808.0, norms = 8192.0, table = 525336576.0, last = 4096.0;

static void weights_of_a_dense_model_are_split(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "llama-3.1-8b");
    double layers = 32.0 * (matrices + norms);
    assert_near(weights(model, plan_of(1, 1, 1, 1)), 2.0 * (layers + 2.0 * table + last), 1e-12);
    // Replicas hold the same.
    assert_near(weights(model, plan_of(1, 1, 1, 4)), 2.0 * (layers + 2.0 * table + last), 1e-12);
    // Eight chips share the matrices, every one has the norms.
    assert_near(weights(model, plan_of(8, 1, 1, 1)),
                2.0 * (32.0 * (matrices / 8 + norms) + 2.0 * table / 8 + last), 1e-12);
    // Two stages of 16 layers, with one table each.
    assert_near(weights(model, plan_of(1, 2, 1, 1)), 2.0 * (16.0 * (matrices + norms) + table), 1e-6);
    // Five stages: the longest has ceil(32 / 5) = 7 layers.
    assert_near(weights(model, plan_of(1, 5, 1, 1)), 2.0 * (7.0 * (matrices + norms) + table), 1e-6);
    test_end(&ground);
}

static void formats_change_matrices_alone(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "llama-3.1-8b");
    aug_plan plan = plan_of(1, 1, 1, 1);
    plan.weights = AUG_FORMAT_FP8;
    assert_near(weights(model, plan), 32.0 * (matrices + 2.0 * norms) + 2.0 * (2.0 * table + last), 1e-12);
    test_end(&ground);
}

// Mixtral 8x7B: 8 experts of 3·4096·14336 weights in each of 32 layers; the rest is attention, router, norms,
// tables.
static void experts_are_split_over_their_groups(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "mixtral-8x7b-v0.1");
    double experts = 32.0 * 8.0 * 3.0 * 4096.0 * 14336.0;
    double rest = weights(model, plan_of(1, 1, 1, 1)) / 2.0 - experts;
    // Attention 2·4096² + 2·4096·1024, router 8·4096, two norms per layer; two tables of 32000·4096, the last
    // norm.
    assert_near(rest, 32.0 * (41943040.0 + 32768.0 + 8192.0) + 2.0 * 32000.0 * 4096.0 + 4096.0, 1e-12);
    // Over replicas: each holds one expert and all of the rest.
    assert_near(weights(model, plan_of(1, 1, 8, 8)), 2.0 * (rest + experts / 8), 1e-12);
    // Inside a replica: whole experts or slices of all take the same.
    assert_near(weights(model, plan_of(8, 1, 8, 1)), weights(model, plan_of(8, 1, 1, 1)), 1e-12);
    assert_near(weights(model, plan_of(8, 1, 2, 1)), weights(model, plan_of(8, 1, 4, 1)), 1e-12);
    test_end(&ground);
}

static void caches_grow_with_tokens_and_requests(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_model *model = load(&ground, "llama-3.1-8b");
    const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, "h100-sxm");
    assert_non_null(machine);
    aug_roofline roofline;
    aug_roofline_init(&roofline, machine);
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 1000;
    scenario.out_tokens = 24;
    scenario.batch = 5;
    aug_plan plan = plan_of(1, 1, 1, 1);
    // Keys and values of 8 heads of 128 numbers of 2 bytes in 32 layers: 131072 bytes per token, 1024 tokens.
    aug_residency r = aug_residency_find(&roofline, model, &scenario, &plan);
    assert_near(r.sequence_bytes, 131072.0 * 1024.0, 1e-12);
    assert_near(r.cache_bytes, 5.0 * 131072.0 * 1024.0, 1e-12);
    assert_true(r.fits);
    // The largest batch is the last that fits.
    scenario.batch = (uint64_t)r.largest_batch;
    assert_true(aug_residency_find(&roofline, model, &scenario, &plan).fits);
    scenario.batch++;
    assert_false(aug_residency_find(&roofline, model, &scenario, &plan).fits);
    scenario.batch = 5;
    // Two replicas: the fuller one has 3 requests. 16 chips share 8 heads: each keeps one.
    plan = plan_of(1, 1, 1, 2);
    assert_near(aug_residency_find(&roofline, model, &scenario, &plan).cache_bytes, 3.0 * 131072.0 * 1024.0,
                1e-12);
    plan = plan_of(16, 1, 1, 1);
    assert_near(aug_residency_find(&roofline, model, &scenario, &plan).sequence_bytes, 131072.0 * 1024.0 / 8,
                1e-12);
    plan = plan_of(1, 4, 1, 1);
    plan.cache = AUG_FORMAT_FP8;
    assert_near(aug_residency_find(&roofline, model, &scenario, &plan).sequence_bytes, 131072.0 * 1024.0 / 8,
                1e-12);
    test_end(&ground);
}

// One linear layer of 1000 x 1000 weights in bf16.
static aug_model small_model(test_ground *ground) {
    aug_model model;
    test_small_model(ground, &model, "linear", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    return model;
}

static aug_residency small_residency(test_ground *ground, const char *levels, aug_scenario scenario,
                                     aug_plan plan) {
    aug_machine machine;
    assert_true(aug_machine_read(&ground->reader, test_parse(ground, levels), "tiny", &machine));
    aug_roofline roofline;
    aug_roofline_init(&roofline, &machine);
    aug_model model = small_model(ground);
    return aug_residency_find(&roofline, &model, &scenario, &plan);
}

#define MACHINE(levels) "model: kernel\nlevels:\n" levels "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"

static void activations_of_the_larger_pass_count(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_scenario scenario = {.in_tokens = 100, .out_tokens = 10, .batch = 4};
    aug_plan plan = plan_of(1, 1, 1, 1);
    // A prompt of 100 tokens: inputs, results and the stream between layers, 3·100·1000 numbers of 2 bytes.
    aug_residency r = small_residency(&ground, MACHINE("  - {memory: dram, size: 2.6 MB}\n"), scenario, plan);
    assert_near(r.weights_bytes, 2e6, 1e-12);
    assert_near(r.activations_bytes, 6e5, 1e-12);
    assert_near(r.cache_bytes, 0.0, 0.0);
    assert_true(r.fits);
    // A sequence brings 3·1000 numbers to a step: 100 of them take as much as the prompt.
    assert_near(r.largest_batch, 100, 0.0);
    // One byte less does not hold it.
    r = small_residency(&ground, MACHINE("  - {memory: dram, size: 2599999 B}\n"), scenario, plan);
    assert_false(r.fits);
    assert_near(r.largest_batch, 0.0, 0.0);
    // 400 requests decode with more at hand than one prompt, and a prompt is worked on in chunks of 8192
    // tokens.
    scenario.batch = 400;
    assert_near(small_residency(&ground, MACHINE("  - {memory: dram}\n"), scenario, plan).activations_bytes,
                24e5, 1e-12);
    scenario.in_tokens = 100000;
    assert_near(small_residency(&ground, MACHINE("  - {memory: dram}\n"), scenario, plan).activations_bytes,
                8192.0 * 6000.0, 1e-12);
    test_end(&ground);
}

static void home_is_the_innermost_memory_that_holds_all(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_scenario scenario = {.in_tokens = 100, .out_tokens = 10, .batch = 1};
    aug_plan plan = plan_of(1, 1, 1, 1);
    // 2.6 MB are needed; the innermost memory of three is never a home.
    const struct {
        const char *levels;
        int home;
    } rows[] = {
        {MACHINE("  - {memory: dram, size: 1 GB}\n  - {memory: sram, size: 3 MB}\n  - {memory: near, size: 3 "
                 "MB}\n"),
         1},
        {MACHINE("  - {memory: dram, size: 1 GB}\n  - {memory: sram, size: 2 MB}\n  - {memory: near, size: 3 "
                 "MB}\n"),
         0},
        {MACHINE("  - {memory: dram, size: 1 GB}\n  - {memory: near, size: 3 MB}\n"), 0},
        // Four banks of 1 MB hold it together.
        {MACHINE("  - {memory: dram, size: 1 GB}\n  - {array: banks, fanout: {x: 4}}\n  - {memory: sram, "
                 "size: 1 MB}\n  - {memory: near, size: 1 kB}\n"),
         1},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_int_equal(small_residency(&ground, rows[i].levels, scenario, plan).home, rows[i].home);
    test_end(&ground);
}

static void more_chips_never_need_more_memory_each(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, "h100-sxm");
    aug_roofline roofline;
    aug_roofline_init(&roofline, machine);
    aug_library_names names = aug_library_list(&library, &ground.arena, "models");
    aug_scenario scenario = aug_scenario_default();
    scenario.batch = 64;
    for (int i = 0; i < names.count; i++) {
        const aug_model *model = load(&ground, names.names[i]);
        for (uint64_t degree = 1; degree <= 16; degree *= 2) {
            const aug_plan pairs[][2] = {{plan_of(degree, 1, 1, 1), plan_of(degree * 2, 1, 1, 1)},
                                         {plan_of(1, degree, 1, 1), plan_of(1, degree * 2, 1, 1)},
                                         {plan_of(1, 1, 1, degree), plan_of(1, 1, 1, degree * 2)},
                                         {plan_of(1, 1, degree, 32), plan_of(1, 1, degree * 2, 32)}};
            for (size_t p = 0; p < AUG_COUNT(pairs); p++) {
                aug_residency fewer = aug_residency_find(&roofline, model, &scenario, &pairs[p][0]);
                aug_residency more = aug_residency_find(&roofline, model, &scenario, &pairs[p][1]);
                assert_true(more.weights_bytes <= fewer.weights_bytes * (1 + 1e-12));
                assert_true(more.cache_bytes <= fewer.cache_bytes * (1 + 1e-12));
                // Chips that share experts with more replicas see the tokens of all of them.
                if (p < 3)
                    assert_true(more.activations_bytes <= fewer.activations_bytes * (1 + 1e-12));
            }
        }
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_of_a_dense_model_are_split),
        cmocka_unit_test(formats_change_matrices_alone),
        cmocka_unit_test(experts_are_split_over_their_groups),
        cmocka_unit_test(caches_grow_with_tokens_and_requests),
        cmocka_unit_test(activations_of_the_larger_pass_count),
        cmocka_unit_test(home_is_the_innermost_memory_that_holds_all),
        cmocka_unit_test(more_chips_never_need_more_memory_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
