#include "support/testing.h"

#include "workload/graph_build.h"
#include "workload/model.h"
#include "workload/stack.h"

// A dense layer over a hidden width of 64: attention 64 * (128 + 2 * 32) + 128 * 64 = 20,480, feed-forward 3 * 64 * 256 =
// 49,152, two norms of 64: 69,760 weights.
static aug_layer small_layer(void) {
    aug_layer layer = {.norms = 2.0};
    layer.mixer = (aug_mixer){.kind = AUG_MIXER_ATTENTION, .heads = 8, .groups = 2, .head_width = 16, .value_width = 16};
    layer.feed = (aug_feed){.kind = AUG_FEED_DENSE, .width = 256, .gated = true};
    return layer;
}

// Three such layers behind an embedding of 100 rows and in front of a norm and a head.
static aug_stack small_stack(void) {
    aug_stack stack = {.hidden = 64, .vocabulary = 100, .head = true, .final_norm = true};
    const aug_layer layer = small_layer();
    for (int i = 0; i < 3; i++)
        aug_stack_add(&stack, &layer);
    return stack;
}

static void check_weights(const aug_stack *stack, double total, double touched) {
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    aug_stack_graph(stack, &graph);
    assert_near(aug_graph_weights(&graph, false), total, 1e-14);
    assert_near(aug_graph_weights(&graph, true), touched, 1e-14);
    test_end(&ground);
}

static void equal_layers_stand_once(void **state) {
    (void)state;
    aug_stack stack = small_stack();
    assert_int_equal(stack.group_count, 1);
    aug_layer other = small_layer();
    other.mixer.window = 128;
    aug_stack_add(&stack, &other);
    const aug_layer first = small_layer();
    aug_stack_add(&stack, &first);
    assert_int_equal(stack.group_count, 2);
    assert_true(stack.groups[0].count == 4.0);
    assert_true(stack.groups[1].count == 1.0);
    assert_true(aug_stack_layers(&stack) == 5.0);
}

static void any_difference_keeps_layers_apart(void **state) {
    (void)state;
    aug_layer layers[8];
    for (int i = 0; i < 8; i++)
        layers[i] = small_layer();
    layers[1].norms = 4;
    layers[2].feed.width = 257;
    layers[3].mixer.borrowed = true;
    layers[4].mixer.state_format = AUG_FORMAT_BF16;
    layers[5].feed.shared_gate = true;
    layers[6].side_width = 8;
    layers[7].mixer.chunked = true;
    aug_stack stack = {.hidden = 64};
    for (int i = 0; i < 8; i++)
        aug_stack_add(&stack, &layers[i]);
    assert_int_equal(stack.group_count, 8);
}

static void more_kinds_than_fit_are_noted(void **state) {
    (void)state;
    aug_stack stack = {.hidden = 64};
    aug_layer layer = small_layer();
    for (int i = 0; i < AUG_LAYER_GROUPS; i++) {
        layer.feed.width = 1.0 + i;
        aug_stack_add(&stack, &layer);
    }
    assert_false(stack.too_many_kinds);
    layer.feed.width = 1000.0;
    aug_stack_add(&stack, &layer);
    assert_true(stack.too_many_kinds);
    assert_int_equal(stack.group_count, AUG_LAYER_GROUPS);
}

// 3 layers, a table and a head of 100 * 64 each, a last norm of 64. A token touches all but the table.
static void weights_are_layers_table_head_and_norm(void **state) {
    (void)state;
    aug_stack stack = small_stack();
    check_weights(&stack, 3 * 69760 + 6400 + 64 + 6400, 3 * 69760 + 64 + 6400);
    stack.tied = true; // the head is the table
    check_weights(&stack, 3 * 69760 + 6400 + 64, 3 * 69760 + 64 + 6400);
    stack.head = false;
    check_weights(&stack, 3 * 69760 + 6400 + 64, 3 * 69760 + 64);
    stack.vocabulary = 0;
    stack.final_norm = false;
    check_weights(&stack, 3 * 69760, 3 * 69760);
}

static void learned_positions_and_biases_are_weights(void **state) {
    (void)state;
    aug_stack stack = small_stack();
    stack.tied = true;
    stack.positions = 50; // 50 * 64
    check_weights(&stack, 3 * 69760 + 6400 + 64 + 3200, 3 * 69760 + 64 + 6400);
    stack.norm_bias = true; // of the last norm
    check_weights(&stack, 3 * 69760 + 6400 + 128 + 3200, 3 * 69760 + 128 + 6400);
}

// Each layer's own input: a table of 100 rows with 8 numbers for each of 3 layers, the projection 64 * 24 and its norm of
// 8, and per layer a gate 64 * 8, a projection 8 * 64 and a norm of 64.
static void inputs_per_layer_have_their_own_table(void **state) {
    (void)state;
    aug_stack stack = {.hidden = 64, .vocabulary = 100, .side_vocabulary = 100};
    aug_layer layer = small_layer();
    layer.side_width = 8;
    for (int i = 0; i < 3; i++)
        aug_stack_add(&stack, &layer);
    const double once = 1536 + 8, each = 69760 + 512 + 512 + 64;
    check_weights(&stack, 6400 + 2400 + once + 3 * each, once + 3 * each);
}

// Patches of 3 * 14 * 14 = 588 numbers go in with a bias. The merger joins 4 patches: 256 to 256 to 32; two further
// mergers stand beside it.
static void an_encoder_embeds_patches_and_merges_tokens(void **state) {
    (void)state;
    aug_stack stack = {.hidden = 64, .patch_inputs = 588, .merge_tokens = 4, .merge_in = 256, .merge_width = 256, .merge_out = 32};
    const double patches = 588 * 64 + 64;
    check_weights(&stack, patches + 256 * 256 + 256 * 32, patches + 256 * 256 + 256 * 32);
    stack.merge_extra = 2;
    check_weights(&stack, patches + 3 * (65536 + 8192), patches + 3 * (65536 + 8192));
    stack.merge_width = 0; // one layer
    stack.merge_extra = 0;
    check_weights(&stack, patches + 8192, patches + 8192);
    stack.merge_norm = true; // of its input
    check_weights(&stack, patches + 256 + 8192, patches + 256 + 8192);
    stack.merge_width = 40; // two hidden layers
    stack.merge_inner = true;
    const double hidden = 256 * 40 + 40 * 40 + 40 * 32;
    check_weights(&stack, patches + 256 + hidden, patches + 256 + hidden);
}

// Logits are computed for the last token of each sequence only: 2 sequences of 10 tokens need 2 * 64 * 100 products; the
// embedding copies 20 rows of 64.
static void the_head_sees_only_last_tokens(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    const aug_stack stack = small_stack();
    aug_stack_graph(&stack, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 2.0, .new_tokens = 10.0};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *head = &graph.operators[graph.count - 1], *table = &graph.operators[0];
    assert_string_equal(head->name, "lm head");
    aug_operator_sizes(head, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_points(head, &pass, sizes) == 2.0 * 64 * 100);
    assert_string_equal(table->name, "embedding");
    aug_operator_sizes(table, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_points(table, &pass, sizes) == 20.0 * 64);
    assert_true(aug_operator_moved(table, 1, sizes) == 20.0 * 64);
    // Over 8 chips a chip has ceil(100 / 8) = 13 rows of the vocabulary.
    aug_operator_sizes(head, &pass, &(aug_split){8, 1, 1, 1}, sizes);
    assert_true(aug_operator_elements(head, 1, sizes) == 64.0 * 13);
    assert_int_equal(head->exchange, AUG_EXCHANGE_GATHER);
    test_end(&ground);
}

static void layers_repeat_and_what_is_around_them_does_not(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    const aug_stack stack = small_stack();
    aug_stack_graph(&stack, &graph);
    assert_true(graph.layers == 3.0);
    for (int i = 0; i < graph.count; i++) {
        const aug_operator *op = &graph.operators[i];
        bool around = strcmp(op->name, "embedding") == 0 || strcmp(op->name, "final norm") == 0 || strcmp(op->name, "lm head") == 0;
        double expected = around ? 1.0 : strcmp(op->name, "norm") == 0 ? 6.0 : 3.0;
        assert_true(op->repeats == expected);
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_layers_stand_once),
        cmocka_unit_test(any_difference_keeps_layers_apart),
        cmocka_unit_test(more_kinds_than_fit_are_noted),
        cmocka_unit_test(weights_are_layers_table_head_and_norm),
        cmocka_unit_test(learned_positions_and_biases_are_weights),
        cmocka_unit_test(inputs_per_layer_have_their_own_table),
        cmocka_unit_test(an_encoder_embeds_patches_and_merges_tokens),
        cmocka_unit_test(the_head_sees_only_last_tokens),
        cmocka_unit_test(layers_repeat_and_what_is_around_them_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
