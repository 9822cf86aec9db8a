#include "support/testing.h"

#include "workload/graph_build.h"

typedef struct built {
    test_ground ground;
    aug_graph graph;
    aug_graph_builder builder;
} built;

static void begin(built *b) {
    test_begin(&b->ground);
    aug_graph_init(&b->graph, &b->ground.arena);
    aug_builder_init(&b->builder, &b->graph);
}

// Sizes of a pass of 2 sequences with 3 new tokens each.
static void sizes_of(const aug_operator *op, double sizes[AUG_EINSUM_RANKS]) {
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 2.0, .new_tokens = 3.0};
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
}

static void a_new_graph_is_empty(void **state) {
    (void)state;
    built b;
    begin(&b);
    assert_int_equal(b.graph.count, 0);
    assert_int_equal(b.graph.cache_count, 0);
    assert_int_equal(b.graph.state_count, 0);
    assert_true(b.builder.repeats == 1.0);
    test_end(&b.ground);
}

static void an_operator_starts_as_activations_in_and_residual_out(void **state) {
    (void)state;
    built b;
    begin(&b);
    b.builder.repeats = 7.0;
    aug_bind(&b.builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 4.0);
    const aug_operator *op = aug_build(&b.builder, "sum", "Z[m] = A[m] + B[m]");
    assert_string_equal(op->name, "sum");
    assert_true(op->repeats == 7.0);
    assert_int_equal(op->kernel, 0);
    assert_int_equal(op->phases, AUG_PHASE_BOTH);
    assert_true(op->causal);
    assert_int_equal(op->exchange, AUG_EXCHANGE_NONE);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(op->uses[i].role, AUG_ROLE_INPUT);
        assert_int_equal(op->uses[i].storage, AUG_STORAGE_ACTIVATION);
        assert_true(op->uses[i].density == 1.0);
        assert_false(op->uses[i].local);
    }
    assert_int_equal(op->uses[2].role, AUG_ROLE_OUTPUT);
    assert_int_equal(op->uses[2].storage, AUG_STORAGE_RESIDUAL);
    test_end(&b.ground);
}

static void the_last_binding_of_a_rank_counts(void **state) {
    (void)state;
    built b;
    begin(&b);
    aug_bind(&b.builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 4.0);
    aug_build(&b.builder, "first", "Z[m] = A[m]");
    aug_bind(&b.builder, "m", AUG_RANK_FEATURE, AUG_VARIABLE_NEW, 5.0);
    aug_build(&b.builder, "second", "Z[m] = A[m]");
    assert_int_equal(b.builder.bound_count, 1);
    double sizes[AUG_EINSUM_RANKS];
    sizes_of(&b.graph.operators[0], sizes);
    assert_true(sizes[0] == 4.0);
    sizes_of(&b.graph.operators[1], sizes);
    assert_true(sizes[0] == 15.0); // 5 per new token
    assert_int_equal(b.graph.operators[1].ranks[0].kind, AUG_RANK_FEATURE);
    test_end(&b.ground);
}

static void operators_between_the_ends_of_a_kernel_share_its_number(void **state) {
    (void)state;
    built b;
    begin(&b);
    aug_bind(&b.builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 4.0);
    static const int expected[] = {0, 1, 1, 0, 2};
    for (int i = 0; i < 5; i++) {
        if (i == 1 || i == 4)
            aug_kernel_begin(&b.builder);
        if (i == 3)
            aug_kernel_end(&b.builder);
        assert_int_equal(aug_build(&b.builder, "op", "Z[m] = A[m]")->kernel, expected[i]);
    }
    assert_int_equal(b.graph.kernels, 2);
    test_end(&b.ground);
}

// The list of operators grows by doubling from 32.
static void a_graph_grows_without_losing_operators(void **state) {
    (void)state;
    built b;
    begin(&b);
    for (int i = 0; i < 100; i++) {
        aug_bind(&b.builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, i + 1.0);
        aug_build(&b.builder, "op", "Z[m] = A[m]");
    }
    assert_int_equal(b.graph.count, 100);
    for (int i = 0; i < 100; i++)
        assert_true(b.graph.operators[i].ranks[0].factor == i + 1.0);
    test_end(&b.ground);
}

// 6 tokens from 16 to 24 features: 6 * 16 in, 16 * 24 weights, 24 biases, 6 * 24 out.
static void a_linear_layer_has_its_weights_and_biases(void **state) {
    (void)state;
    built b;
    begin(&b);
    const aug_features in = {16.0, AUG_RANK_PLAIN}, out = {24.0, AUG_RANK_FEATURE};
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *op = aug_build_linear(&b.builder, "linear", in, out, AUG_STORAGE_ATTENTION, true);
    sizes_of(op, sizes);
    static const double elements[] = {6 * 16, 16 * 24, 24, 6 * 24};
    for (int i = 0; i < 4; i++)
        assert_true(aug_operator_elements(op, i, sizes) == elements[i]);
    assert_int_equal(op->uses[1].role, AUG_ROLE_WEIGHT);
    assert_int_equal(op->uses[1].storage, AUG_STORAGE_ATTENTION);
    assert_int_equal(op->uses[2].role, AUG_ROLE_WEIGHT);
    assert_int_equal(op->uses[2].storage, AUG_STORAGE_NORM);
    assert_true(aug_operator_operations(op) == 2.0); // the bias is no operation per point
    op = aug_build_linear(&b.builder, "plain", in, out, AUG_STORAGE_MLP, false);
    assert_int_equal(op->einsum.tensor_count, 3);
    assert_true(aug_operator_operations(op) == 2.0);
    test_end(&b.ground);
}

// A norm of the whole width has a vector of it; norms per head share one vector of a head's width.
static void norms_share_their_vector_between_heads(void **state) {
    (void)state;
    static const struct {
        double count, width, weights;
        bool bias;
        int tensors;
    } cases[] = {{1, 64, 64, false, 3}, {1, 64, 64, true, 4}, {8, 16, 16, false, 3}};
    built b;
    begin(&b);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_operator *op =
            aug_build_norm(&b.builder, "norm", cases[i].count, cases[i].width, AUG_RANK_FEATURE, cases[i].bias);
        double sizes[AUG_EINSUM_RANKS];
        sizes_of(op, sizes);
        assert_int_equal(op->einsum.tensor_count, cases[i].tensors);
        assert_true(aug_operator_elements(op, 0, sizes) == 6 * cases[i].count * cases[i].width);
        for (int w = 1; w + 1 < cases[i].tensors; w++) {
            assert_int_equal(op->uses[w].role, AUG_ROLE_WEIGHT);
            assert_true(aug_operator_elements(op, w, sizes) == cases[i].weights);
        }
        assert_true(aug_operator_operations(op) == 4.0);
    }
    test_end(&b.ground);
}

static void a_map_reads_as_many_tensors_as_it_says(void **state) {
    (void)state;
    built b;
    begin(&b);
    for (int inputs = 1; inputs <= 3; inputs++) {
        const aug_operator *op = aug_build_map(&b.builder, "map", (aug_features){8.0, AUG_RANK_FEATURE}, inputs, 5.0);
        assert_int_equal(op->einsum.tensor_count, inputs + 1);
        for (int i = 0; i < inputs; i++)
            assert_int_equal(op->uses[i].storage, AUG_STORAGE_RESIDUAL);
        const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 2.0, .new_tokens = 3.0};
        double sizes[AUG_EINSUM_RANKS];
        sizes_of(op, sizes);
        assert_true(aug_operator_points(op, &pass, sizes) * aug_operator_operations(op) == 6 * 8 * 5.0);
    }
    test_end(&b.ground);
}

// Which inputs decide the format: the factors of a product, not its bias; all of a map. Pairs: new tokens and positions.
static void what_never_changes_is_derived_once(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned operands;
        bool pairs;
    } cases[] = {
        {"Z[m,n] += A[m,k] * W[k,n] + B[n]", 3, false}, {"Z[m,n] += B[n] + A[m,k] * W[k,n]", 6, false},
        {"Z[m,n] = A[m] + B[n]", 3, false},             {"Z[n] += A[n,m]", 1, false},
        {"S[m,p] += Q[m,k] * K[p,k]", 3, true},         {"Y[p,k] = X[p,k]", 1, false},
    };
    test_ground ground;
    test_begin(&ground);
    aug_graph graph;
    aug_graph_builder builder;
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_bind(&builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(&builder, "p", AUG_RANK_PLAIN, AUG_VARIABLE_POSITIONS, 1.0);
    aug_bind(&builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 8.0);
    aug_bind(&builder, "n", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 4.0);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_operator *op = aug_build(&builder, "op", cases[i].text);
        assert_int_equal(op->operands, cases[i].operands);
        assert_int_equal(op->pairs, cases[i].pairs);
    }
    test_end(&ground);
}

// Sizes that follow from the pass, or that are no whole numbers of the file, are not counts.
static void only_stated_sizes_are_counts(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_graph graph;
    aug_graph_builder builder;
    uint64_t counts[AUG_EINSUM_RANKS];
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_bind_count(&builder, "m", AUG_VARIABLE_ONE, UINT64_C(1) << 60);
    aug_bind_count(&builder, "n", AUG_VARIABLE_SEQUENCES, 3);
    const aug_operator *op = aug_build(&builder, "op", "Z[m] += A[m,n]");
    assert_true(op->ranks[0].factor == 0x1p60 && op->ranks[0].kind == AUG_RANK_PLAIN);
    assert_true(aug_operator_counts(op, counts));
    assert_true(counts[0] == UINT64_C(1) << 60 && counts[1] == 3);
    aug_bind_count(&builder, "n", AUG_VARIABLE_TOKENS, 3);
    assert_false(aug_operator_counts(aug_build(&builder, "op", "Z[m] += A[m,n]"), counts));
    aug_bind(&builder, "n", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 3.0);
    assert_false(aug_operator_counts(aug_build(&builder, "op", "Z[m] += A[m,n]"), counts));
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_graph_is_empty),
        cmocka_unit_test(an_operator_starts_as_activations_in_and_residual_out),
        cmocka_unit_test(the_last_binding_of_a_rank_counts),
        cmocka_unit_test(operators_between_the_ends_of_a_kernel_share_its_number),
        cmocka_unit_test(a_graph_grows_without_losing_operators),
        cmocka_unit_test(a_linear_layer_has_its_weights_and_biases),
        cmocka_unit_test(norms_share_their_vector_between_heads),
        cmocka_unit_test(a_map_reads_as_many_tensors_as_it_says),
        cmocka_unit_test(what_never_changes_is_derived_once),
        cmocka_unit_test(only_stated_sizes_are_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
