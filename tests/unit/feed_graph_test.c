#include "support/testing.h"

#include "workload/layer_graph.h"
#include "workload/model.h"

// Every layer here has a hidden width of 64.
static void build(test_ground *ground, const aug_feed *feed, aug_graph *graph) {
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    if (feed->kind == AUG_FEED_MIXTURE)
        aug_graph_mixture(&builder, feed, 64.0);
    else
        aug_graph_dense(&builder, feed, 64.0);
}

static void check_weights(const aug_feed *feed, double total, double touched) {
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, feed, &graph);
    assert_near(aug_graph_weights(&graph, false), total, 1e-14);
    assert_near(aug_graph_weights(&graph, true), touched, 1e-14);
    test_end(&ground);
}

static const aug_operator *find(const aug_graph *graph, const char *name) {
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, name) == 0)
            return &graph->operators[i];
    print_error("no operator '%s'\n", name);
    fail();
    return NULL;
}

static void dense_weights_are_two_or_three_matrices(void **state) {
    (void)state;
    aug_feed feed = {.kind = AUG_FEED_DENSE, .width = 256};
    check_weights(&feed, 2 * 64 * 256, 2 * 64 * 256);
    feed.bias = true; // 256 behind the first, 64 behind the last
    check_weights(&feed, 32768 + 256 + 64, 32768 + 256 + 64);
    feed.gated = true;
    check_weights(&feed, 3 * 64 * 256 + 2 * 256 + 64, 3 * 64 * 256 + 2 * 256 + 64);
    feed.bias = false;
    check_weights(&feed, 49152, 49152);
}

static aug_feed small_mixture(void) {
    return (aug_feed){.kind = AUG_FEED_MIXTURE, .gated = true, .experts = 8, .chosen = 2, .expert_width = 32};
}

// A router of 64 * 8 = 512 and experts of 3 * 64 * 32 = 6144; a token touches two.
static void a_mixture_stores_all_experts_and_touches_the_chosen_ones(void **state) {
    (void)state;
    aug_feed feed = small_mixture();
    check_weights(&feed, 512 + 8 * 6144, 512 + 2 * 6144);
    feed.router_bias = true;
    check_weights(&feed, 520 + 8 * 6144, 520 + 2 * 6144);
    feed.expert_bias = true; // 2 * 32 + 64 per expert
    check_weights(&feed, 520 + 8 * (6144 + 128), 520 + 2 * (6144 + 128));
    feed = small_mixture();
    feed.gated = false; // two matrices
    check_weights(&feed, 512 + 8 * 4096, 512 + 2 * 4096);
}

static void what_stands_beside_the_experts_is_used_by_every_token(void **state) {
    (void)state;
    aug_feed feed = small_mixture();
    feed.shared_width = 48; // 3 * 64 * 48 = 9216
    check_weights(&feed, 512 + 8 * 6144 + 9216, 512 + 2 * 6144 + 9216);
    feed.shared_gate = true; // one number per token: a vector of 64
    check_weights(&feed, 512 + 8 * 6144 + 9280, 512 + 2 * 6144 + 9280);
    feed = small_mixture();
    feed.width = 16; // a dense layer, 3 * 64 * 16 = 3072
    check_weights(&feed, 512 + 8 * 6144 + 3072, 512 + 2 * 6144 + 3072);
}

// 5 tokens choose 2 of 8 each: 10 rows through 3 * 64 * 32 weights, however many experts that touches.
static void operations_follow_tokens_not_experts(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_feed feed = small_mixture();
    build(&ground, &feed, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 5.0, .new_tokens = 1.0};
    static const char *const names[] = {"expert gate and up projection", "expert down projection"};
    double operations = 0.0, moved = 0.0;
    for (int i = 0; i < 2; i++) {
        const aug_operator *op = find(&graph, names[i]);
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, &pass, &aug_split_none, sizes);
        operations += aug_operator_points(op, &pass, sizes) * aug_operator_operations(op);
        moved += aug_operator_moved(op, 1, sizes);
    }
    assert_near(operations, 2.0 * 10 * 6144, 1e-13);
    // 8 (1 - (3/4)^5) = 6.1015625 experts are read.
    assert_near(moved, 6.1015625 * 6144, 1e-13);
    test_end(&ground);
}

// Four groups of chips, each keeping 2 experts on 2 chips that halve the width.
static void experts_are_split_over_groups_and_inside_them(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_feed feed = small_mixture();
    build(&ground, &feed, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0, .every_expert = true};
    const aug_split split = {8.0, 4.0, 2.0, 1.0};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *op = find(&graph, "expert down projection");
    aug_operator_sizes(op, &pass, &split, sizes);
    assert_near(aug_operator_elements(op, 1, sizes), 2.0 * 16 * 64, 1e-14);
    op = find(&graph, "router"); // every chip has the whole router
    aug_operator_sizes(op, &pass, &split, sizes);
    assert_true(aug_operator_elements(op, 1, sizes) == 512.0);
    test_end(&ground);
}

// Tokens travel once to the experts and once back; what is summed with the experts' results needs no sum of its own.
static void one_exchange_serves_experts_and_what_is_beside_them(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_feed feed = small_mixture();
    feed.shared_width = 48;
    feed.width = 16;
    build(&ground, &feed, &graph);
    int dispatches = 0, combinations = 0, others = 0;
    for (int i = 0; i < graph.count; i++) {
        aug_exchange exchange = graph.operators[i].exchange;
        dispatches += exchange == AUG_EXCHANGE_DISPATCH;
        combinations += exchange == AUG_EXCHANGE_COMBINE;
        others += exchange == AUG_EXCHANGE_REDUCE || exchange == AUG_EXCHANGE_GATHER;
    }
    assert_int_equal(dispatches, 1);
    assert_int_equal(combinations, 1);
    assert_int_equal(others, 0);
    feed = (aug_feed){.kind = AUG_FEED_DENSE, .width = 256};
    build(&ground, &feed, &graph);
    assert_int_equal(find(&graph, "down projection")->exchange, AUG_EXCHANGE_REDUCE);
    test_end(&ground);
}

static void weights_are_stored_by_kind(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_feed feed = small_mixture();
    feed.shared_width = 48;
    build(&ground, &feed, &graph);
    assert_int_equal(find(&graph, "router")->uses[1].storage, AUG_STORAGE_ROUTER);
    assert_int_equal(find(&graph, "expert gate and up projection")->uses[1].storage, AUG_STORAGE_EXPERT);
    assert_int_equal(find(&graph, "shared expert down projection")->uses[1].storage, AUG_STORAGE_MLP);
    assert_int_equal(find(&graph, "router")->uses[2].storage, AUG_STORAGE_SUM); // scores in 32 bits
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_weights_are_two_or_three_matrices),
        cmocka_unit_test(a_mixture_stores_all_experts_and_touches_the_chosen_ones),
        cmocka_unit_test(what_stands_beside_the_experts_is_used_by_every_token),
        cmocka_unit_test(operations_follow_tokens_not_experts),
        cmocka_unit_test(experts_are_split_over_groups_and_inside_them),
        cmocka_unit_test(one_exchange_serves_experts_and_what_is_beside_them),
        cmocka_unit_test(weights_are_stored_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
