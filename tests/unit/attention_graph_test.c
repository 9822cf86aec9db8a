#include "support/testing.h"

#include "workload/layer_graph.h"
#include "workload/model.h"

// A small layer: hidden width 64, 8 query heads in 2 groups of 16 wide heads.
static aug_mixer small_mixer(void) {
    return (aug_mixer){.kind = AUG_MIXER_ATTENTION, .heads = 8, .groups = 2, .head_width = 16, .value_width = 16, .rotary = true};
}

static void build(test_ground *ground, const aug_mixer *mixer, double layers, aug_graph *graph) {
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    builder.repeats = layers;
    aug_graph_attention(&builder, mixer, 64.0);
}

static const aug_operator *find(const aug_graph *graph, const char *name) {
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, name) == 0)
            return &graph->operators[i];
    print_error("no operator '%s'\n", name);
    fail();
    return NULL;
}

static double weights_of(const aug_mixer *mixer) {
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, mixer, 1.0, &graph);
    double weights = aug_graph_weights(&graph, false);
    test_end(&ground);
    return weights;
}

// Queries 8 * 16 = 128, keys and values 2 * 16 = 32 each.
static void weights_are_those_of_the_projections(void **state) {
    (void)state;
    aug_mixer mixer = small_mixer();
    assert_true(weights_of(&mixer) == 64 * (128 + 32 + 32) + 128 * 64); // 20,480
    mixer.input_bias = true;
    assert_true(weights_of(&mixer) == 20480 + 192);
    mixer.output_bias = true;
    assert_true(weights_of(&mixer) == 20480 + 192 + 64);
    mixer = small_mixer();
    mixer.head_norm = AUG_HEAD_NORM_EACH; // one vector of 16 for queries, one for keys
    assert_true(weights_of(&mixer) == 20480 + 16 + 16);
    mixer.head_norm = AUG_HEAD_NORM_WHOLE; // one vector per projection
    assert_true(weights_of(&mixer) == 20480 + 128 + 32);
    mixer = small_mixer();
    mixer.gated = true; // the query projection makes the gate too
    assert_true(weights_of(&mixer) == 20480 + 64 * 128);
    mixer = small_mixer();
    mixer.sinks = true; // a logit per query head
    assert_true(weights_of(&mixer) == 20480 + 8);
    mixer = small_mixer();
    mixer.values_are_keys = true;
    assert_true(weights_of(&mixer) == 20480 - 64 * 32);
    mixer = small_mixer();
    mixer.borrowed = true; // keys and values of an earlier layer: queries and output alone
    assert_true(weights_of(&mixer) == 64 * 128 + 128 * 64);
}

static void layers_multiply_weights(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, 3.0, &graph);
    assert_true(aug_graph_weights(&graph, false) == 3 * 20480);
    assert_true(aug_graph_weights(&graph, true) == 3 * 20480);
    test_end(&ground);
}

// 2 sequences of 4 new tokens: 10 pairs each, over 8 heads of 16.
static void a_prompt_attends_to_itself(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, 1.0, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 2.0, .new_tokens = 4.0};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *op = find(&graph, "attention scores");
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_near(aug_operator_points(op, &pass, sizes), 2.0 * 8 * 10 * 16, 1e-14);
    assert_true(aug_operator_operations(op) == 2.0);
    op = find(&graph, "attention softmax"); // 5 operations per pair and head
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_near(aug_operator_points(op, &pass, sizes) * aug_operator_operations(op), 2.0 * 8 * 10 * 5, 1e-14);
    op = find(&graph, "attention values");
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_near(aug_operator_points(op, &pass, sizes), 2.0 * 8 * 10 * 16, 1e-14);
    test_end(&ground);
}

// 3 sequences behind 7 tokens: each reads keys and values of 8 positions, 2 groups of 16. Scores and weights stay.
static void a_step_reads_keys_and_values_of_every_position_once(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, 1.0, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 3.0, .new_tokens = 1.0, .past_tokens = 7.0};
    double cache = 0.0, scores = 0.0;
    for (int i = 0; i < graph.count; i++) {
        const aug_operator *op = &graph.operators[i];
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, &pass, &aug_split_none, sizes);
        for (int t = 0; t < op->einsum.tensor_count; t++) {
            const char *name = op->einsum.tensors[t].name;
            if (op->uses[t].role == AUG_ROLE_CACHE)
                cache += aug_operator_moved(op, t, sizes);
            if (op->kernel && (strcmp(name, "S") == 0 || strcmp(name, "P") == 0))
                scores += aug_operator_moved(op, t, sizes);
        }
    }
    assert_true(cache == 3.0 * 8 * 2 * (16 + 16));
    assert_true(scores == 0.0);
    assert_int_equal(find(&graph, "attention scores")->kernel, find(&graph, "attention values")->kernel);
    test_end(&ground);
}

// Over 4 chips each keeps one of 2 groups (so two chips keep the same one) and 2 of 8 heads.
static void chips_beyond_the_groups_repeat_the_cache(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, 1.0, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0, .past_tokens = 7.0};
    const aug_split split = {4.0, 1.0, 1.0, 1.0};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *op = find(&graph, "attention scores");
    aug_operator_sizes(op, &pass, &split, sizes);
    assert_true(aug_operator_elements(op, 1, sizes) == 8.0 * 16);
    assert_near(aug_operator_points(op, &pass, sizes), 2.0 * 8 * 16, 1e-14);
    op = find(&graph, "query, key, value projection"); // 192 features over 4 chips
    aug_operator_sizes(op, &pass, &split, sizes);
    assert_true(aug_operator_elements(op, 1, sizes) == 64.0 * 48);
    assert_int_equal(find(&graph, "attention output projection")->exchange, AUG_EXCHANGE_REDUCE);
    test_end(&ground);
}

static void a_window_stops_the_cache_from_growing(void **state) {
    (void)state;
    test_ground ground;
    aug_stage stage = {.attends = -1};
    test_begin(&ground);
    aug_mixer mixer = small_mixer();
    mixer.window = 100.0;
    build(&ground, &mixer, 3.0, &stage.graph);
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    // 2 groups * (16 + 16) elements * 3 layers * 2 bytes = 384 per token.
    assert_true(aug_stage_cache_bytes_per_token(&stage, &precision) == 384.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 99, 1) == 99 * 384.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 100, 1) == 100 * 384.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 5000, 1) == 100 * 384.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 5000, 2) == 50 * 384.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 5000, 8) == 50 * 384.0); // no chip has less than one group
    test_end(&ground);
}

// An encoder sees all pairs and keeps nothing; a layer that borrows its keys keeps nothing either.
static void only_layers_with_keys_of_their_own_and_a_mask_keep_a_cache(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_mixer mixer = small_mixer();
    mixer.unmasked = true;
    build(&ground, &mixer, 1.0, &graph);
    assert_int_equal(graph.cache_count, 0);
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 4.0};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *op = find(&graph, "attention scores");
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_near(aug_operator_points(op, &pass, sizes), 8.0 * 16 * 16, 1e-14);
    mixer = small_mixer();
    mixer.borrowed = true;
    build(&ground, &mixer, 1.0, &graph);
    assert_int_equal(graph.cache_count, 0);
    test_end(&ground);
}

static void positions_without_rotation_are_only_appended(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_mixer mixer = small_mixer();
    build(&ground, &mixer, 1.0, &graph);
    assert_true(find(&graph, "rotation and cache append")->operations == 3.0);
    mixer.rotary = false;
    build(&ground, &mixer, 1.0, &graph);
    assert_true(find(&graph, "cache append")->operations == 1.0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_the_projections),
        cmocka_unit_test(layers_multiply_weights),
        cmocka_unit_test(a_prompt_attends_to_itself),
        cmocka_unit_test(a_step_reads_keys_and_values_of_every_position_once),
        cmocka_unit_test(chips_beyond_the_groups_repeat_the_cache),
        cmocka_unit_test(a_window_stops_the_cache_from_growing),
        cmocka_unit_test(only_layers_with_keys_of_their_own_and_a_mask_keep_a_cache),
        cmocka_unit_test(positions_without_rotation_are_only_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
