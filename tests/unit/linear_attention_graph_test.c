#include "support/testing.h"

#include "workload/layer_graph.h"
#include "workload/model.h"

// A small layer: hidden width 64, 4 value heads of 16, 2 key heads of 8, 4 taps, states in 32 bits, 3 such layers.
static void build(test_ground *ground, aug_graph *graph) {
    const aug_mixer mixer = {.kind = AUG_MIXER_LINEAR,
                             .heads = 4,
                             .groups = 2,
                             .head_width = 8,
                             .value_width = 16,
                             .convolution = 4,
                             .state_format = AUG_FORMAT_FP32};
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    builder.repeats = 3.0;
    aug_graph_linear_attention(&builder, &mixer, 64.0);
}

// Keys 16, values 64: inputs 64 * (2 * 16 + 2 * 64), steps and decays 64 * 2 * 4, taps (32 + 64) * 4, two vectors of 4,
// a norm of 16, output 64 * 64.
static void weights_are_those_of_projections_taps_and_vectors(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, &graph);
    assert_true(aug_graph_weights(&graph, false) == 3 * (10240 + 512 + 384 + 8 + 16 + 4096));
    test_end(&ground);
}

// Per sequence and layer: 4 * 8 * 16 elements in 32 bits, and 96 channels * 3 earlier inputs in 16 bits.
static void the_state_has_a_fixed_size(void **state) {
    (void)state;
    test_ground ground;
    aug_stage stage = {.attends = -1};
    test_begin(&ground);
    build(&ground, &stage.graph);
    assert_int_equal(stage.graph.cache_count, 0);
    assert_int_equal(stage.graph.state_count, 2);
    assert_true(aug_stage_state_bytes(&stage, 1) == 3 * (512 * 4 + 288 * 2));
    assert_true(aug_stage_state_bytes(&stage, 2) == 3 * (256 * 4 + 144 * 2));
    // Four chips: the state has 4 heads, the convolution follows the 2 key heads.
    assert_true(aug_stage_state_bytes(&stage, 4) == 3 * (128 * 4 + 144 * 2));
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 100000, 1) == 0.0);
    test_end(&ground);
}

static double state_work(const aug_graph *graph, const aug_pass *pass, double *moved) {
    double operations = 0.0;
    *moved = 0.0;
    for (int i = 0; i < graph->count; i++) {
        const aug_operator *op = &graph->operators[i];
        if (strncmp(op->name, "state", 5) != 0)
            continue;
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, pass, &aug_split_none, sizes);
        operations += aug_operator_points(op, pass, sizes) * aug_operator_operations(op);
        for (int t = 0; t < op->einsum.tensor_count; t++)
            if (op->uses[t].role == AUG_ROLE_STATE)
                *moved += aug_operator_moved(op, t, sizes);
    }
    return operations;
}

// 512 elements of state, each decayed and retrieved (3), updated (2) and read (2) per token. It moves in and out once per
// sequence, however many tokens come and have come.
static void the_state_moves_once_per_pass(void **state) {
    (void)state;
    static const struct {
        double sequences, new_tokens, past_tokens;
    } cases[] = {{1, 1, 0}, {1, 1, 5000}, {3, 1, 7}, {2, 100, 0}};
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, &graph);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_pass pass = {.phase = cases[i].new_tokens > 1 ? AUG_PHASE_PREFILL : AUG_PHASE_DECODE,
                               .sequences = cases[i].sequences,
                               .new_tokens = cases[i].new_tokens,
                               .past_tokens = cases[i].past_tokens};
        double moved;
        assert_true(state_work(&graph, &pass, &moved) == cases[i].sequences * cases[i].new_tokens * 512 * 7);
        assert_true(moved == cases[i].sequences * 2 * 512);
    }
    test_end(&ground);
}

// The state is kept in its own format, whatever the format of the model.
static void the_state_keeps_its_own_bits(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, &graph);
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    int states = 0;
    for (int i = 0; i < graph.count; i++)
        for (int t = 0; t < graph.operators[i].einsum.tensor_count; t++)
            if (graph.operators[i].uses[t].role == AUG_ROLE_STATE) {
                assert_true(aug_operator_bits(&graph.operators[i], t, &precision) == 32.0);
                states++;
            }
    assert_int_equal(states, 3);
    test_end(&ground);
}

// A convolution of 96 channels and 4 taps: 2 operations per tap, channel and token.
static void a_short_convolution_runs_on_vector_units(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    aug_graph_builder builder;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_graph_short_convolution(&builder, 96.0, 4.0, true, 2.0);
    const aug_operator *op = &graph.operators[0];
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 2.0, .new_tokens = 10.0};
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_true(op->vector);
    assert_true(aug_operator_points(op, &pass, sizes) * aug_operator_operations(op) == 2.0 * 10 * 96 * 4 * 2);
    assert_true(aug_operator_elements(op, 0, sizes) == 2.0 * 13 * 96); // 10 inputs and 3 before them
    assert_true(aug_graph_weights(&graph, false) == 96 * 4 + 96);
    assert_true(graph.states[0].elements == 96 * 3);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_projections_taps_and_vectors),
        cmocka_unit_test(the_state_has_a_fixed_size),
        cmocka_unit_test(the_state_moves_once_per_pass),
        cmocka_unit_test(the_state_keeps_its_own_bits),
        cmocka_unit_test(a_short_convolution_runs_on_vector_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
