// Bounds of one pass: the sums by hand, and never above what the pass takes on any shipped machine.
#include "support/testing.h"
#include "support/test_machine.h"

#include "system/sketch.h"
#include "system/throttle.h"
#include "workload/graph_build.h"

static void read_tiny(test_ground *ground, aug_machine *machine) {
    assert_true(aug_machine_read(
        &ground->reader,
        test_parse(ground, "model: kernel\n"
                           "levels:\n"
                           "  - {memory: dram, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                           "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                           "links: {near: {bandwidth: 100 GB/s, latency: 1 us, energy: 5 pJ/bit}}\n"
                           "kernel: {launch: 1 us}\n"),
        "tiny", machine));
}

static void the_sums_of_two_products_follow_by_hand(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine;
    read_tiny(&ground, &machine);
    aug_roofline roofline;
    aug_roofline_init(&roofline, &machine);
    aug_stage stage = {
        .kind = AUG_STAGE_LANGUAGE, .width = 1000, .precision = aug_precision_of(AUG_FORMAT_BF16)};
    aug_graph_init(&stage.graph, &ground.arena);
    aug_graph_builder builder;
    aug_builder_init(&builder, &stage.graph);
    for (int i = 0; i < 2; i++) {
        aug_operator *op = aug_build_linear(&builder, "linear", (aug_features){1000, AUG_RANK_FEATURE},
                                            (aug_features){1000, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
        op->exchange = AUG_EXCHANGE_REDUCE;
        op->repeats = i + 1;
    }
    aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 4, .new_tokens = 1};
    aug_split pair = {2, 1, 2, 1};
    aug_sketch sketch = aug_sketch_make(&stage, &pair, &stage.precision, &pass);
    // Three times: 2·4·500·1000 operations, 16·(2000 + 5·10^5) bits read and 16·4000 written, and equal
    // exchanges.
    assert_near(sketch.kernels, 3, 0);
    assert_int_equal(sketch.rate_count, 1);
    assert_near(sketch.rates[0].operations, 12e6, 1e-12);
    assert_near(sketch.read_bits[0], 3 * 8.032e6, 1e-12);
    assert_near(sketch.write_bits[0], 3 * 64000, 1e-12);
    assert_int_equal(sketch.step_count, 1);
    assert_near(sketch.steps[0].repeats, 3, 0);
    // Launches of 1 us, 3·8.096e6 bits at 8e11/s, and sums of 64000 bits at 2.08 us each.
    aug_sketch_bound bound = aug_sketch_bound_of(&sketch, &roofline, 0);
    assert_near(bound.seconds, 3 * (1e-6 + 10.12e-6 + 2.08e-6), 1e-12);
    assert_near(bound.energy_pj, 3 * (4e6 + 8.096e7 + 64000 * 5), 1e-12);
    test_end(&ground);
}

// A product that is short of its units and a map that is short of memory: each counts with what it is short of, unless both
// are one kernel, which takes the larger of the sums.
static void kernels_short_of_different_things_do_not_hide_each_other(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine;
    read_tiny(&ground, &machine);
    aug_roofline roofline;
    aug_roofline_init(&roofline, &machine);
    const aug_plan plan = {.chips = 1, .tp = 1, .pp = 1, .ep = 1, .dp = 1};
    for (int fused = 0; fused < 2; fused++) {
        aug_stage stage = {.kind = AUG_STAGE_LANGUAGE, .width = 1000, .precision = aug_precision_of(AUG_FORMAT_BF16)};
        aug_graph_init(&stage.graph, &ground.arena);
        aug_graph_builder builder;
        aug_builder_init(&builder, &stage.graph);
        if (fused)
            aug_kernel_begin(&builder);
        aug_build_linear(&builder, "linear", (aug_features){1000, AUG_RANK_PLAIN}, (aug_features){1000, AUG_RANK_PLAIN},
                         AUG_STORAGE_MLP, false);
        aug_build_map(&builder, "map", (aug_features){1000, AUG_RANK_PLAIN}, 2, 1.0);
        if (fused)
            aug_kernel_end(&builder);
        // 1000 tokens: 2e9 operations, 2 ms; 3e6 elements, 60 us. The map: 3e6 elements, 60 us.
        const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 1000};
        aug_sketch sketch = aug_sketch_make(&stage, &aug_split_none, &stage.precision, &pass);
        double expected = fused ? 1e-6 + 2e-3 : 2e-6 + 2e-3 + 60e-6;
        assert_near(aug_sketch_bound_of(&sketch, &roofline, 0).seconds, expected, 1e-12);
        aug_phase_input input = {.roofline = &roofline, .stage = &stage, .plan = &plan, .precision = &stage.precision, .pass = pass};
        assert_near(aug_phase_evaluate(&input, NULL, NULL).seconds, expected, 1e-12);
    }
    test_end(&ground);
}

static void no_pass_is_faster_than_its_bound(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    aug_library_names models = aug_library_list(&library, &ground.arena, "models");
    aug_library_names machines = aug_library_list(&library, &ground.arena, "machines");
    static const aug_plan plans[] = {{.chips = 1,
                                      .tp = 1,
                                      .pp = 1,
                                      .ep = 1,
                                      .dp = 1,
                                      .weights = -1,
                                      .activations = -1,
                                      .cache = -1,
                                      .experts = -1},
                                     {.chips = 4,
                                      .tp = 2,
                                      .pp = 1,
                                      .ep = 4,
                                      .dp = 2,
                                      .weights = AUG_FORMAT_FP8,
                                      .activations = -1,
                                      .cache = -1,
                                      .experts = -1}};
    for (int j = 0; j < machines.count; j++) {
        const aug_machine *machine =
            test_machine(&library, &ground.arena, &ground.errors, machines.names[j]);
        assert_non_null(machine);
        aug_roofline roofline;
        aug_roofline_init(&roofline, machine);
        for (int i = j % 3; i < models.count; i += 3) {
            test_ground inner;
            test_begin(&inner);
            const aug_model *model = aug_model_load(&library, &inner.arena, &inner.errors, models.names[i]);
            assert_non_null(model);
            const aug_stage *stage = &model->stages[model->language >= 0 ? model->language : 0];
            for (size_t p = 0; p < AUG_COUNT(plans); p++) {
                for (unsigned phase = AUG_PHASE_PREFILL; phase <= AUG_PHASE_DECODE; phase++) {
                    aug_pass pass = {.phase = phase,
                                     .sequences = 5,
                                     .new_tokens = phase == AUG_PHASE_DECODE ? 1 : 300,
                                     .past_tokens = 40};
                    aug_precision precision = aug_plan_precision(&plans[p], &stage->precision);
                    aug_split split = aug_plan_split(&plans[p]);
                    aug_sketch sketch = aug_sketch_make(stage, &split, &precision, &pass);
                    aug_sketch_bound bound = aug_sketch_bound_of(&sketch, &roofline, 0);
                    aug_phase_input input = {.roofline = &roofline,
                                             .stage = stage,
                                             .plan = &plans[p],
                                             .precision = &precision,
                                             .pass = pass};
                    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
                    assert_true(bound.seconds > 0.0 && bound.seconds <= cost.seconds * (1 + 1e-9));
                    double least = aug_throttle_least_pj(&roofline, (double)NAN, bound.seconds, bound.energy_pj);
                    assert_true(isnan(cost.energy_pj) || isnan(least) || least <= cost.energy_pj * (1 + 1e-9));
                }
            }
            test_end(&inner);
        }
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sums_of_two_products_follow_by_hand),
        cmocka_unit_test(kernels_short_of_different_things_do_not_hide_each_other),
        cmocka_unit_test(no_pass_is_faster_than_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
