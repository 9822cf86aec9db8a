#include "support/testing.h"

#include "workload/graph_build.h"

static aug_pass decode_pass(double sequences, double past) {
    return (aug_pass){.phase = AUG_PHASE_DECODE, .sequences = sequences, .new_tokens = 1.0, .past_tokens = past};
}

static aug_pass prefill_pass(double sequences, double tokens) {
    return (aug_pass){.phase = AUG_PHASE_PREFILL, .sequences = sequences, .new_tokens = tokens};
}

// The scores of an attention layer: groups of keys, queries per group, width of a head.
static aug_operator *add_scores(test_ground *ground, aug_graph *graph, double groups, double queries, double width) {
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    aug_bind(&builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(&builder, "g", AUG_RANK_GROUP, AUG_VARIABLE_ONE, groups);
    aug_bind(&builder, "q", AUG_RANK_QUERY, AUG_VARIABLE_ONE, queries);
    aug_bind(&builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(&builder, "p", AUG_RANK_PLAIN, AUG_VARIABLE_POSITIONS, 1.0);
    aug_bind(&builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, width);
    return aug_build(&builder, "scores", "S[b,g,q,m,p] += Q[b,g,q,m,d] * K[b,g,p,d]");
}

static double size_of(const aug_operator *op, const aug_pass *pass, const aug_split *split, const char *rank) {
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, pass, split, sizes);
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (strcmp(op->einsum.ranks[r], rank) == 0)
            return sizes[r];
    fail();
    return 0.0;
}

static double points_of(const aug_operator *op, const aug_pass *pass) {
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, pass, &aug_split_none, sizes);
    return aug_operator_points(op, pass, sizes);
}

// Counted one by one: new token i (from 1) sees itself and those before it, at most a window of them.
static void pairs_are_what_counting_them_gives(void **state) {
    (void)state;
    for (int new_tokens = 1; new_tokens <= 9; new_tokens++)
        for (int past = 0; past <= 9; past++)
            for (int window = 0; window <= 12; window++) {
                int causal = 0, all = 0;
                for (int i = 1; i <= new_tokens; i++) {
                    int seen = past + i, whole = past + new_tokens;
                    causal += window && window < seen ? window : seen;
                    all += window && window < whole ? window : whole;
                }
                assert_true(aug_attention_pairs(new_tokens, past, window, true) == causal);
                assert_true(aug_attention_pairs(new_tokens, past, window, false) == all);
            }
}

// Counted one by one: the token at place i (from 1) of its chunk sees i tokens.
static void chunk_pairs_are_what_counting_them_gives(void **state) {
    (void)state;
    for (int chunk = 1; chunk <= 6; chunk++)
        for (int new_tokens = 1; new_tokens <= 15; new_tokens++)
            for (int past = 0; past <= 15; past++) {
                int pairs = 0;
                for (int i = past; i < past + new_tokens; i++)
                    pairs += i % chunk + 1;
                assert_true(aug_attention_chunk_pairs(new_tokens, past, chunk) == pairs);
            }
}

// Chunks of 8. A prompt of 20 is 36 + 36 + 10 pairs; a decode step sees what a window of 8 shows.
static void a_prompt_is_cut_into_chunks(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_operator *op = add_scores(&ground, &graph, 1, 1, 1);
    op->window = 8;
    op->chunked = true;
    aug_pass pass = prefill_pass(1, 20);
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 20.0);
    assert_near(points_of(op, &pass), 36.0 + 36 + 10, 1e-15);
    op->causal = false; // and one that sees both ways what a window shows
    assert_near(points_of(op, &pass), 20.0 * 8, 1e-15);
    op->causal = true;
    for (double past = 0; past < 40; past++) {
        pass = decode_pass(1, past);
        assert_true(points_of(op, &pass) == (past < 7 ? past + 1 : 8));
    }
    test_end(&ground);
}

// A prompt has the mask that its graph says, a decode step and what sees both ways none.
static void a_pass_lays_its_mask_over_attention(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    aug_mask mask;
    test_begin(&ground);
    aug_operator *op = add_scores(&ground, &graph, 1, 1, 1);
    op->window = 8;
    aug_pass pass = prefill_pass(1, 20);
    pass.past_tokens = 5;
    assert_true(aug_operator_mask(op, &pass, &mask));
    assert_string_equal(op->einsum.ranks[mask.rows], "m");
    assert_string_equal(op->einsum.ranks[mask.columns], "p");
    assert_true(mask.past == 5 && mask.window == 8);
    assert_true(size_of(op, &pass, &aug_split_none, "p") == (double)aug_mask_columns(&mask, 20, 20));
    op->causal = false;
    assert_false(aug_operator_mask(op, &pass, &mask));
    op->causal = true;
    pass = decode_pass(1, 30);
    assert_false(aug_operator_mask(op, &pass, &mask));
    test_end(&ground);
}

// E (1 - (1 - k/E)^T): 8 experts, 2 each: one token 2, two tokens 8 (1 - 9/16) = 3.5, three 8 (1 - 27/64) = 4.625.
static void experts_are_touched_as_tokens_choose_evenly(void **state) {
    (void)state;
    static const struct {
        double experts, chosen, tokens, touched;
    } cases[] = {{8, 2, 1, 2}, {8, 2, 2, 3.5}, {8, 2, 3, 4.625}, {256, 8, 1, 8}, {8, 2, 0, 0}, {8, 2, 1e6, 8}, {4, 4, 1, 4}, {4, 5, 3, 4}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(aug_experts_touched(cases[i].experts, cases[i].chosen, cases[i].tokens), cases[i].touched, 1e-14);
}

// The example at the head of graph.c: 8 * 4 * 128 * 2048 * 2049 / 2 points.
static void scores_of_a_prompt_are_half_a_square(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_operator *op = add_scores(&ground, &graph, 8, 4, 128);
    aug_pass pass = prefill_pass(1, 2048);
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 2048.0);
    assert_near(points_of(op, &pass), 8.0 * 4 * 128 * 2098176, 1e-14);
    assert_true(aug_operator_operations(op) == 2.0);
    test_end(&ground);
}

static void a_decode_step_sees_all_tokens_before_it(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_operator *op = add_scores(&ground, &graph, 8, 4, 128);
    aug_pass pass = decode_pass(3, 99);
    assert_true(size_of(op, &pass, &aug_split_none, "b") == 3.0);
    assert_true(size_of(op, &pass, &aug_split_none, "m") == 1.0);
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 100.0);
    assert_near(points_of(op, &pass), 3.0 * 32 * 128 * 100, 1e-14);
    test_end(&ground);
}

// A window of 4: the step behind 10 tokens sees 4 of 11; three new tokens together reach 4 + 3 - 1 = 6 positions, in
// 3 * 4 = 12 pairs.
static void a_window_cuts_positions_and_pairs(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_operator *op = add_scores(&ground, &graph, 1, 1, 1);
    op->window = 4;
    aug_pass pass = decode_pass(1, 10);
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 4.0);
    pass.new_tokens = 3;
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 6.0);
    assert_near(points_of(op, &pass), 12.0, 1e-14);
    pass = decode_pass(1, 2); // 3 tokens: the window is not yet full
    assert_true(size_of(op, &pass, &aug_split_none, "p") == 3.0);
    test_end(&ground);
}

// 8 groups of 4 queries: chips share the groups first, then the queries of a group. On 3 chips the busiest has
// ceil(8/3) = 3 groups and ceil(32/3) = 11 heads.
static void heads_are_split_by_group_first(void **state) {
    (void)state;
    static const struct {
        double chips, groups, queries;
    } cases[] = {{1, 8, 4}, {2, 4, 4}, {8, 1, 4}, {16, 1, 2}, {32, 1, 1}, {64, 1, 1}, {3, 3, 11.0 / 3.0}};
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_operator *op = add_scores(&ground, &graph, 8, 4, 128);
    aug_pass pass = decode_pass(1, 0);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_split split = {cases[i].chips, 1.0, 1.0, 1.0};
        assert_true(size_of(op, &pass, &split, "g") == cases[i].groups);
        assert_near(size_of(op, &pass, &split, "q"), cases[i].queries, 1e-15);
        assert_true(size_of(op, &pass, &split, "d") == 128.0);
    }
    test_end(&ground);
}

static aug_operator *add_experts(test_ground *ground, aug_graph *graph) {
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    aug_bind(&builder, "x", AUG_RANK_EXPERT, AUG_VARIABLE_ONE, 1.0);
    aug_bind(&builder, "r", AUG_RANK_ROUTED, AUG_VARIABLE_ONE, 1.0);
    aug_bind(&builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 64.0);
    aug_bind(&builder, "f", AUG_RANK_EXPERT_FEATURE, AUG_VARIABLE_ONE, 10.0);
    aug_operator *op = aug_build(&builder, "experts", "Z[x,r,f] += A[x,r,k] * W[x,k,f]");
    op->experts = 8;
    op->chosen = 2;
    return op;
}

// Two tokens touch 3.5 of 8 experts and bring them 4 rows. Groups: 4 keep 2 experts each, 3 keep at most 3 of 8.
static void experts_with_work_are_shared_by_groups(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_operator *op = add_experts(&ground, &graph);
    aug_pass pass = decode_pass(2, 100);
    assert_near(size_of(op, &pass, &aug_split_none, "x"), 3.5, 1e-14);
    assert_near(size_of(op, &pass, &aug_split_none, "r"), 4.0 / 3.5, 1e-14);
    assert_near(size_of(op, &pass, &(aug_split){1, 4, 1, 1}, "x"), 3.5 / 4.0, 1e-14);
    assert_near(size_of(op, &pass, &(aug_split){1, 3, 1, 1}, "x"), 3.5 * 3.0 / 8.0, 1e-14);
    assert_true(size_of(op, &pass, &(aug_split){1, 1, 4, 1}, "f") == 3.0); // ceil(10/4)
    assert_true(size_of(op, &pass, &(aug_split){4, 1, 1, 1}, "f") == 10.0);
    // Twice the tokens meet at the experts: 8 (1 - (3/4)^4) = 5.46875 of them, 8 rows.
    assert_near(size_of(op, &pass, &(aug_split){1, 1, 1, 2}, "x"), 5.46875, 1e-14);
    assert_near(size_of(op, &pass, &(aug_split){1, 1, 1, 2}, "r"), 8.0 / 5.46875, 1e-14);
    pass.every_expert = true;
    assert_true(size_of(op, &pass, &aug_split_none, "x") == 8.0);
    assert_true(size_of(op, &pass, &aug_split_none, "r") == 0.5);
    test_end(&ground);
}

// However many experts are touched, each token is computed by two of them: T * 2 * 64 * 10 points.
static void routed_points_are_tokens_times_chosen(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_operator *op = add_experts(&ground, &graph);
    for (double tokens = 1; tokens < 1e5; tokens *= 7) {
        aug_pass pass = decode_pass(tokens, 0);
        assert_near(points_of(op, &pass), tokens * 2 * 64 * 10, 1e-13);
    }
    test_end(&ground);
}

// I[n,c,2*p+r] of p = 3 outputs and r = 3 taps spans 2 * 2 + 2 + 1 = 7; I[2*p] alone 2 * 2 + 1 = 5.
static void an_index_sum_spans_its_window(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    aug_graph_builder builder;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    static const struct {
        const char *rank;
        double size;
    } ranks[] = {{"n", 2}, {"k", 5}, {"c", 4}, {"p", 3}, {"r", 3}};
    for (size_t i = 0; i < AUG_COUNT(ranks); i++)
        aug_bind(&builder, ranks[i].rank, AUG_RANK_PLAIN, AUG_VARIABLE_ONE, ranks[i].size);
    const aug_operator *op = aug_build(&builder, "conv", "O[n,k,p] += I[n,c,2*p+r] * W[k,c,r]");
    aug_pass pass = prefill_pass(1, 1);
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_elements(op, 0, sizes) == 2 * 4 * 7);
    assert_true(aug_operator_elements(op, 1, sizes) == 5 * 4 * 3);
    assert_true(aug_operator_elements(op, 2, sizes) == 2 * 5 * 3);
    assert_true(aug_operator_overlap(op, sizes) == 1.5); // 3 taps at a stride of 2
    op = aug_build(&builder, "shortcut", "O[n,k,p] += I[n,c,2*p] * W[k,c]");
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_elements(op, 0, sizes) == 2 * 4 * 5);
    assert_true(aug_operator_overlap(op, sizes) == 1.0);
    op = aug_build(&builder, "patches", "O[n,k,p] += I[n,c,4*p+r] * W[k,c,r]"); // windows that do not meet
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_overlap(op, sizes) == 1.0);
    test_end(&ground);
}

static void what_moves_depends_on_the_role(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    aug_graph_builder builder;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_bind(&builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(&builder, "v", AUG_RANK_VOCABULARY, AUG_VARIABLE_ONE, 1000.0);
    aug_bind(&builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 16.0);
    aug_operator *op = aug_build(&builder, "embedding", "Z[t,k] += X[t] * W[v,k]");
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_HEAD);
    aug_pass pass = prefill_pass(2, 3);
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_true(aug_operator_moved(op, 1, sizes) == 16000.0);
    assert_near(aug_operator_points(op, &pass, sizes), 6.0 * 16 * 1000, 1e-15);
    op->gathers = true; // only the rows of the six tokens, copied
    assert_true(aug_operator_moved(op, 1, sizes) == 6.0 * 16);
    assert_true(aug_operator_points(op, &pass, sizes) == 6.0 * 16);
    op->gathers = false;
    op->uses[1].role = AUG_ROLE_STATE; // read and written
    assert_true(aug_operator_moved(op, 1, sizes) == 32000.0);
    aug_use_local(op, "W");
    assert_true(aug_operator_moved(op, 1, sizes) == 0.0);
    test_end(&ground);
}

static void bits_follow_storage_density_and_what_is_stated(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    aug_operator *op = add_experts(&ground, &graph);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_EXPERT);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_EXPERT] = AUG_FORMAT_MXFP4;
    assert_true(aug_operator_bits(op, 0, &precision) == 16.0);
    assert_true(aug_operator_bits(op, 1, &precision) == 4.25);
    op->uses[1].density = 0.5;
    assert_true(aug_operator_bits(op, 1, &precision) == 2.125);
    op->uses[1].bits = 6.0;
    assert_true(aug_operator_bits(op, 1, &precision) == 3.0);
    test_end(&ground);
}

// The wider operand decides; a bias is only added and does not.
static void an_operator_computes_in_the_wider_format(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    aug_graph_builder builder;
    test_begin(&ground);
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    const aug_features side = {8.0, AUG_RANK_PLAIN};
    aug_operator *op = aug_build_linear(&builder, "linear", side, side, AUG_STORAGE_MLP, true);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_int_equal(aug_operator_format(op, &precision), AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_INT4;
    assert_int_equal(aug_operator_format(op, &precision), AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_ACTIVATION] = precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_FP8;
    assert_int_equal(aug_operator_format(op, &precision), AUG_FORMAT_FP8); // the bias stays in bf16
    op->uses[1].bits = 4.0;
    op->uses[0].bits = 8.0;
    assert_int_equal(aug_operator_format(op, &precision), AUG_FORMAT_INT8);
    op = aug_build_map(&builder, "map", side, 1, 1.0);
    precision.of[AUG_STORAGE_RESIDUAL] = AUG_FORMAT_FP16;
    assert_int_equal(aug_operator_format(op, &precision), AUG_FORMAT_FP16);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_what_counting_them_gives),
        cmocka_unit_test(chunk_pairs_are_what_counting_them_gives),
        cmocka_unit_test(a_pass_lays_its_mask_over_attention),
        cmocka_unit_test(a_prompt_is_cut_into_chunks),
        cmocka_unit_test(experts_are_touched_as_tokens_choose_evenly),
        cmocka_unit_test(scores_of_a_prompt_are_half_a_square),
        cmocka_unit_test(a_decode_step_sees_all_tokens_before_it),
        cmocka_unit_test(a_window_cuts_positions_and_pairs),
        cmocka_unit_test(heads_are_split_by_group_first),
        cmocka_unit_test(experts_with_work_are_shared_by_groups),
        cmocka_unit_test(routed_points_are_tokens_times_chosen),
        cmocka_unit_test(an_index_sum_spans_its_window),
        cmocka_unit_test(what_moves_depends_on_the_role),
        cmocka_unit_test(bits_follow_storage_density_and_what_is_stated),
        cmocka_unit_test(an_operator_computes_in_the_wider_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
