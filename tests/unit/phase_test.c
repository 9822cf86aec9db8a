// One pass of a one-operator stage under a plan, by hand, and what holds for every shipped model.
#include "support/testing.h"

#include "system/phase.h"
#include "workload/graph_build.h"

// 8e11 bit/s of memory and of link, 1e12 operations per second, 1 us per launch and per hop.
static const char tiny[] = "model: kernel\n"
                           "levels:\n"
                           "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                           "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                           "links: {near: {bandwidth: 100 GB/s, latency: 1 us, energy: 5 pJ/bit}}\n"
                           "kernel: {launch: 1 us}\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_roofline roofline;
    aug_stage stage;
    aug_graph_builder builder;
    aug_plan plan;
    aug_phase_input input;
} bench;

static void set_up(bench *b) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, tiny), "tiny", &b->machine));
    aug_roofline_init(&b->roofline, &b->machine);
    b->stage = (aug_stage){.name = "language",
                           .kind = AUG_STAGE_LANGUAGE,
                           .attends = -1,
                           .sequences = 1,
                           .passes = 1,
                           .width = 1000};
    b->stage.precision = aug_precision_of(AUG_FORMAT_BF16);
    aug_graph_init(&b->stage.graph, &b->ground.arena);
    b->stage.graph.layers = 3;
    aug_builder_init(&b->builder, &b->stage.graph);
    b->plan = (aug_plan){.chips = 1,
                         .tp = 1,
                         .pp = 1,
                         .ep = 1,
                         .dp = 1,
                         .weights = -1,
                         .activations = -1,
                         .cache = -1,
                         .experts = -1};
    b->input = (aug_phase_input){.roofline = &b->roofline,
                                 .stage = &b->stage,
                                 .plan = &b->plan,
                                 .precision = &b->stage.precision,
                                 .pass = {.phase = AUG_PHASE_DECODE, .sequences = 4, .new_tokens = 1}};
}

// Sums over 1000 inputs, which the chips of a tensor-parallel group share.
static aug_operator *add_linear(bench *b, const char *name, double outputs) {
    return aug_build_linear(&b->builder, name, (aug_features){1000, AUG_RANK_FEATURE},
                            (aug_features){outputs, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
}

typedef struct seen {
    aug_operator_cost costs[64];
    int count;
    double seconds, operations, bits, energy_pj;
} seen;

static void look(void *user, const aug_operator_cost *cost) {
    seen *s = user;
    if (s->count < 64)
        s->costs[s->count] = *cost;
    s->count++;
    s->seconds += cost->seconds;
    s->operations += cost->operations;
    s->bits += cost->bits;
    s->energy_pj += cost->energy_pj;
}

static void a_single_operator_takes_its_roofline_time(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_operator *op = add_linear(&b, "linear", 1000);
    op->repeats = 3;
    seen s = {0};
    // 16·(4000 + 10^6 + 4000) = 1.6128e7 bits: 20.16 us, and 1 us; 8e6 operations of 1 pJ. Three times.
    aug_phase_cost cost = aug_phase_evaluate(&b.input, look, &s);
    assert_near(cost.seconds, 3 * 21.16e-6, 1e-12);
    assert_near(cost.stage_seconds, cost.seconds, 1e-12);
    assert_near(cost.operations, 3 * 8e6, 1e-12);
    assert_near(cost.bits, 3 * 1.6128e7, 1e-12);
    assert_near(cost.energy_pj, 3 * (8e6 + 1.6128e8), 1e-12);
    assert_near(cost.bound_seconds[AUG_BOUND_MEMORY], cost.seconds, 1e-12);
    assert_int_equal(s.count, 1);
    assert_string_equal(s.costs[0].name, "linear");
    assert_near(s.costs[0].repeats, 3, 0);
    test_end(&b.ground);
}

static void operators_of_other_phases_are_left_out(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    add_linear(&b, "both", 1000);
    add_linear(&b, "prefill", 1000)->phases = AUG_PHASE_PREFILL;
    seen s = {0};
    aug_phase_evaluate(&b.input, look, &s);
    assert_int_equal(s.count, 1);
    b.input.pass.phase = AUG_PHASE_PREFILL;
    s.count = 0;
    aug_phase_evaluate(&b.input, look, &s);
    assert_int_equal(s.count, 2);
    test_end(&b.ground);
}

static void operators_of_one_kernel_pay_one_launch(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_kernel_begin(&b.builder);
    add_linear(&b, "first", 1000);
    add_linear(&b, "second", 3000);
    aug_kernel_end(&b.builder);
    assert_int_equal(aug_kernel_length(&b.stage.graph, 0), 2);
    assert_int_equal(aug_kernel_length(&b.stage.graph, 1), 1);
    seen s = {0};
    // 1.6128e7 and 16·(4000 + 3·10^6 + 12000) = 4.8256e7 bits: 20.16 us and 60.32 us, with 1 us in
    // proportion.
    aug_phase_cost cost = aug_phase_evaluate(&b.input, look, &s);
    assert_near(cost.seconds, 81.48e-6, 1e-12);
    assert_near(s.costs[0].seconds, 81.48e-6 * 20.16 / 80.48, 1e-12);
    assert_near(s.costs[1].seconds, 81.48e-6 * 60.32 / 80.48, 1e-12);
    test_end(&b.ground);
}

static void tensor_parallel_chips_share_the_work_and_sum(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    add_linear(&b, "linear", 1000)->exchange = AUG_EXCHANGE_REDUCE;
    b.plan.chips = b.plan.tp = 2;
    seen s = {0};
    // Half of the inputs: 16·(2000 + 5·10^5 + 4000) = 8.096e6 bits: 10.12 us, and 1 us. Then 64000 bits are
    // summed over two chips in one step: 1 us for the hop, 0.08 us, and a launch.
    aug_phase_cost cost = aug_phase_evaluate(&b.input, look, &s);
    assert_int_equal(s.count, 2);
    assert_near(s.costs[0].seconds, 11.12e-6, 1e-12);
    assert_string_equal(s.costs[1].name, "all-reduce");
    assert_null(s.costs[1].op);
    assert_int_equal(s.costs[1].bound, AUG_BOUND_LINK);
    assert_near(s.costs[1].seconds, 2.08e-6, 1e-12);
    // Each chip sends 2·1/2 of the bits at 5 pJ.
    assert_near(s.costs[1].energy_pj, 64000.0 * 5.0, 1e-12);
    assert_near(cost.seconds, 13.2e-6, 1e-12);
    assert_near(cost.bound_seconds[AUG_BOUND_LINK], 2.08e-6, 1e-12);
    test_end(&b.ground);
}

static void the_longest_pipeline_stage_sets_the_pace(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    add_linear(&b, "linear", 1000)->repeats = 3;
    b.plan.chips = b.plan.pp = 2;
    seen s = {0};
    // Three layers over two stages: the longer one has two, 4/3 of the mean. Between them 4·1000 numbers of
    // 16 bits: a hop, 0.08 us, a launch.
    aug_phase_cost cost = aug_phase_evaluate(&b.input, look, &s);
    assert_near(aug_stage_ratio(&b.stage, &b.plan), 4.0 / 3.0, 1e-12);
    assert_string_equal(s.costs[1].name, "send to the next stage");
    assert_near(s.costs[1].seconds, 2.08e-6, 1e-12);
    assert_near(cost.seconds, 3 * 21.16e-6 + 2.08e-6, 1e-12);
    assert_near(cost.stage_seconds, 4 * 21.16e-6 + 2.08e-6, 1e-12);
    b.plan.pp = 1;
    assert_near(aug_stage_ratio(&b.stage, &b.plan), 1.0, 0.0);
    test_end(&b.ground);
}

static void tokens_travel_to_experts_of_other_replicas(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_operator *op = add_linear(&b, "experts", 1000);
    op->experts = 8;
    op->chosen = 2;
    op->exchange = AUG_EXCHANGE_DISPATCH;
    op = add_linear(&b, "sum", 1000);
    op->experts = 8;
    op->chosen = 2;
    op->exchange = AUG_EXCHANGE_COMBINE;
    b.plan.chips = b.plan.dp = b.plan.ep = 4;
    b.stage.precision.of[AUG_STORAGE_ACTIVATION] = AUG_FORMAT_FP8;
    seen s = {0};
    // 4·1000 numbers go to two of four chips, 3/4 of them leave: 8 bits there, 16 bits back. A hop and a
    // launch each.
    aug_phase_evaluate(&b.input, look, &s);
    assert_int_equal(s.count, 4);
    assert_string_equal(s.costs[1].name, "all-to-all dispatch");
    assert_near(s.costs[1].seconds, 2e-6 + 0.75 * 64000.0 / 8e11, 1e-12);
    assert_string_equal(s.costs[3].name, "all-to-all combine");
    assert_near(s.costs[3].seconds, 2e-6 + 0.75 * 128000.0 / 8e11, 1e-12);
    test_end(&b.ground);
}

// Kernels hold operators of the same phases, and what the operators take sums to what the pass takes.
static void the_parts_sum_to_the_whole_for_all_models(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_library library = test_library();
    aug_library_names names = aug_library_list(&library, &b.ground.arena, "models");
    for (int i = 0; i < names.count; i++) {
        const aug_model *model = aug_model_load(&library, &b.ground.arena, &b.ground.errors, names.names[i]);
        assert_non_null(model);
        for (int j = 0; j < model->stage_count; j++) {
            const aug_graph *graph = &model->stages[j].graph;
            for (int o = 0; o + 1 < graph->count; o++)
                if (graph->operators[o].kernel &&
                    graph->operators[o].kernel == graph->operators[o + 1].kernel)
                    assert_int_equal(graph->operators[o].phases, graph->operators[o + 1].phases);
            for (unsigned phase = AUG_PHASE_PREFILL; phase <= AUG_PHASE_DECODE; phase++) {
                b.plan = (aug_plan){.chips = 16,
                                    .tp = 4,
                                    .pp = 2,
                                    .ep = 2,
                                    .dp = 2,
                                    .weights = -1,
                                    .activations = -1,
                                    .cache = -1,
                                    .experts = -1};
                b.input.stage = &model->stages[j];
                b.input.precision = &model->stages[j].precision;
                b.input.pass = (aug_pass){.phase = phase,
                                          .sequences = 3,
                                          .new_tokens = phase == AUG_PHASE_DECODE ? 1 : 700,
                                          .past_tokens = 11};
                seen s = {0};
                aug_phase_cost cost = aug_phase_evaluate(&b.input, look, &s);
                double bounds = 0.0;
                for (int k = 0; k < AUG_BOUNDS; k++)
                    bounds += cost.bound_seconds[k];
                assert_true(isfinite(cost.seconds) && cost.seconds > 0.0);
                assert_near(s.seconds, cost.seconds, 1e-9);
                assert_near(bounds, cost.seconds, 1e-9);
                assert_near(s.operations, cost.operations, 1e-9);
                assert_near(s.bits, cost.bits, 1e-9);
            }
        }
    }
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_operator_takes_its_roofline_time),
        cmocka_unit_test(operators_of_other_phases_are_left_out),
        cmocka_unit_test(operators_of_one_kernel_pay_one_launch),
        cmocka_unit_test(tensor_parallel_chips_share_the_work_and_sum),
        cmocka_unit_test(the_longest_pipeline_stage_sets_the_pace),
        cmocka_unit_test(tokens_travel_to_experts_of_other_replicas),
        cmocka_unit_test(the_parts_sum_to_the_whole_for_all_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
