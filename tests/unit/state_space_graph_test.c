#include "support/testing.h"

#include "workload/layer_graph.h"
#include "workload/model.h"

// A small layer: hidden width 64, 8 heads of 16 (inner width 128), 2 groups, states of 4 per channel, 3 such layers.
static void build(test_ground *ground, bool bias, aug_graph *graph) {
    const aug_mixer mixer = {.kind = AUG_MIXER_STATE_SPACE,
                             .heads = 8,
                             .groups = 2,
                             .head_width = 16,
                             .state_width = 4,
                             .convolution = 4,
                             .convolution_bias = bias,
                             .state_format = AUG_FORMAT_BF16};
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    builder.repeats = 3.0;
    aug_graph_state_space(&builder, &mixer, 64.0);
}

// B and C are 2 * 4 = 8 wide each. Input 64 * (2 * 128 + 2 * 8 + 8), convolution (128 + 16) * 4 and its bias, three
// vectors of 8, a norm of 128, output 128 * 64.
static void weights_are_those_of_projections_taps_and_vectors(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, true, &graph);
    assert_true(aug_graph_weights(&graph, false) == 3 * (17920 + 576 + 144 + 24 + 128 + 8192));
    build(&ground, false, &graph);
    assert_true(aug_graph_weights(&graph, false) == 3 * (17920 + 576 + 24 + 128 + 8192));
    test_end(&ground);
}

// Per sequence and layer: 128 * 4 elements, and 144 channels * 3 earlier inputs, 2 bytes each.
static void the_state_has_a_fixed_size(void **state) {
    (void)state;
    test_ground ground;
    aug_stage stage = {.attends = -1};
    test_begin(&ground);
    build(&ground, true, &stage.graph);
    assert_int_equal(stage.graph.cache_count, 0);
    assert_true(aug_stage_state_bytes(&stage, 1) == 3 * (512 * 2 + 432 * 2));
    // 4 chips: 2 of 8 heads each, and one of 2 groups.
    assert_true(aug_stage_state_bytes(&stage, 4) == 3 * (128 * 2 + 216 * 2));
    test_end(&ground);
}

// 512 elements of state: 3 operations to update and 2 to read each per token; in and out once per sequence.
static void the_state_moves_once_per_pass(void **state) {
    (void)state;
    static const struct {
        double sequences, new_tokens;
    } cases[] = {{1, 1}, {4, 1}, {2, 50}};
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, true, &graph);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = cases[i].sequences, .new_tokens = cases[i].new_tokens};
        double operations = 0.0, moved = 0.0;
        for (int o = 0; o < graph.count; o++) {
            const aug_operator *op = &graph.operators[o];
            double sizes[AUG_EINSUM_RANKS];
            aug_operator_sizes(op, &pass, &aug_split_none, sizes);
            if (op->kernel)
                operations += aug_operator_points(op, &pass, sizes) * aug_operator_operations(op);
            for (int t = 0; t < op->einsum.tensor_count; t++)
                if (op->uses[t].role == AUG_ROLE_STATE)
                    moved += aug_operator_moved(op, t, sizes);
        }
        assert_true(operations == cases[i].sequences * cases[i].new_tokens * 512 * 5);
        assert_true(moved == cases[i].sequences * 2 * 512);
    }
    test_end(&ground);
}

// Of 8 heads in 2 groups each of 4 chips has 2 heads of one group: a quarter of the state, half of B.
static void heads_are_split_by_group_first(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, true, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0};
    const aug_split split = {4.0, 1.0, 1.0, 1.0};
    for (int o = 0; o < graph.count; o++) {
        const aug_operator *op = &graph.operators[o];
        if (strcmp(op->name, "state update") != 0)
            continue;
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, &pass, &split, sizes);
        assert_true(aug_operator_elements(op, 0, sizes) == 2 * 16); // X
        assert_true(aug_operator_elements(op, 1, sizes) == 4);      // B
        assert_true(aug_operator_elements(op, 2, sizes) == 2 * 16 * 4);
    }
    assert_int_equal(graph.operators[graph.count - 1].exchange, AUG_EXCHANGE_REDUCE);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_projections_taps_and_vectors),
        cmocka_unit_test(the_state_has_a_fixed_size),
        cmocka_unit_test(the_state_moves_once_per_pass),
        cmocka_unit_test(heads_are_split_by_group_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
