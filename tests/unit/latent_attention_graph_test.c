#include "support/testing.h"

#include "workload/layer_graph.h"
#include "workload/model.h"

// A small layer: hidden width 64, 4 heads of 8 plain + 4 rotated, values of 8, latents of 16 (+ 4), queries through 32.
static aug_mixer small_mixer(void) {
    return (aug_mixer){.kind = AUG_MIXER_LATENT,
                       .heads = 4,
                       .groups = 4,
                       .query_rank = 32,
                       .latent_rank = 16,
                       .plain_width = 8,
                       .rotary_width = 4,
                       .value_width = 8};
}

static void build(test_ground *ground, const aug_mixer *mixer, aug_graph *graph) {
    aug_graph_builder builder;
    aug_graph_init(graph, &ground->arena);
    aug_builder_init(&builder, graph);
    builder.repeats = 3.0; // layers
    aug_graph_latent_attention(&builder, mixer, 64.0);
}

static const aug_operator *find(const aug_graph *graph, const char *name, unsigned phase) {
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, name) == 0 && (graph->operators[i].phases & phase))
            return &graph->operators[i];
    return NULL;
}

static double points_of(const aug_graph *graph, const char *name, const aug_pass *pass) {
    const aug_operator *op = find(graph, name, pass->phase);
    double sizes[AUG_EINSUM_RANKS];
    assert_non_null(op);
    aug_operator_sizes(op, pass, &aug_split_none, sizes);
    return aug_operator_points(op, pass, sizes);
}

static void check_weights(const aug_mixer *mixer, double per_layer) {
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    build(&ground, mixer, &graph);
    assert_true(aug_graph_weights(&graph, false) == 3 * per_layer);
    test_end(&ground);
}

// Compression 64 * (32 + 20), norm 32, queries 32 * 4 * 12, norm 16, expansion 16 * 4 * (8 + 8), output 32 * 64.
static void weights_are_counted_once_for_both_phases(void **state) {
    (void)state;
    aug_mixer mixer = small_mixer();
    check_weights(&mixer, 3328 + 32 + 1536 + 16 + 1024 + 2048);
    mixer.query_rank = 0; // queries straight from the hidden state: 64 * 48, and the compression 64 * 20
    check_weights(&mixer, 3072 + 1280 + 16 + 1024 + 2048);
    mixer = small_mixer();
    mixer.index_heads = 2; // queries 32 * 2 * 8, keys and weights 64 * (8 + 2), a norm with bias
    mixer.index_width = 8;
    mixer.index_chosen = 6;
    check_weights(&mixer, 7984 + 512 + 640 + 16);
}

// Behind 9 tokens a step of 2 sequences sees 10 positions. Absorption multiplies 4 heads * 8 by 16 on both sides;
// scores run over 16 + 4, values over 16 elements of the latent.
static void a_step_attends_to_latents(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 2.0, .new_tokens = 1.0, .past_tokens = 9.0};
    assert_true(points_of(&graph, "query absorption", &pass) == 2.0 * 4 * 8 * 16);
    assert_near(points_of(&graph, "attention scores", &pass), 2.0 * 4 * 10 * 20, 1e-14);
    assert_near(points_of(&graph, "attention values", &pass), 2.0 * 4 * 10 * 16, 1e-14);
    assert_true(points_of(&graph, "value absorption", &pass) == 2.0 * 4 * 16 * 8);
    assert_null(find(&graph, "latent expansion", AUG_PHASE_DECODE));
    test_end(&ground);
}

// 5 new tokens expand 5 latents to 4 heads of 8 + 8 and attend in 15 pairs over 12 and 8 elements.
static void a_prompt_expands_latents(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 5.0};
    assert_true(points_of(&graph, "latent expansion", &pass) == 5.0 * 16 * 4 * 16);
    assert_near(points_of(&graph, "attention scores", &pass), 4.0 * 15 * 12, 1e-14);
    assert_near(points_of(&graph, "attention values", &pass), 4.0 * 15 * 8, 1e-14);
    assert_null(find(&graph, "query absorption", AUG_PHASE_PREFILL));
    assert_null(find(&graph, "value absorption", AUG_PHASE_PREFILL));
    test_end(&ground);
}

// Scores and values use the same latents: 10 positions of 20 elements move once, whatever the number of chips.
static void latents_are_read_once_by_every_chip(void **state) {
    (void)state;
    test_ground ground;
    aug_graph graph;
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, &graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0, .past_tokens = 9.0};
    for (double chips = 1.0; chips <= 4.0; chips *= 2.0) {
        const aug_split split = {chips, 1.0, 1.0, 1.0};
        double moved = 0.0;
        for (int i = 0; i < graph.count; i++) {
            const aug_operator *op = &graph.operators[i];
            double sizes[AUG_EINSUM_RANKS];
            aug_operator_sizes(op, &pass, &split, sizes);
            for (int t = 0; t < op->einsum.tensor_count; t++)
                if ((op->phases & AUG_PHASE_DECODE) && op->uses[t].role == AUG_ROLE_CACHE)
                    moved += aug_operator_moved(op, t, sizes);
        }
        assert_true(moved == 10.0 * 20);
    }
    test_end(&ground);
}

static void latents_are_kept_whole_on_every_chip(void **state) {
    (void)state;
    test_ground ground;
    aug_stage stage = {.attends = -1};
    test_begin(&ground);
    const aug_mixer mixer = small_mixer();
    build(&ground, &mixer, &stage.graph);
    assert_int_equal(stage.graph.cache_count, 1);
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    // 20 elements, 3 layers, 2 bytes.
    assert_true(aug_stage_cache_bytes_per_token(&stage, &precision) == 120.0);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 1000, 4) == 120000.0);
    test_end(&ground);
}

// The indexer looks at all 10 positions with 2 heads of 8; attention then sees the 6 best of them.
static void an_indexer_bounds_what_attention_sees(void **state) {
    (void)state;
    test_ground ground;
    aug_stage stage = {.attends = -1};
    test_begin(&ground);
    aug_mixer mixer = small_mixer();
    mixer.index_heads = 2;
    mixer.index_width = 8;
    mixer.index_chosen = 6;
    build(&ground, &mixer, &stage.graph);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0, .past_tokens = 9.0};
    assert_near(points_of(&stage.graph, "indexer scores", &pass), 10.0 * 2 * 8, 1e-14);
    assert_near(points_of(&stage.graph, "attention scores", &pass), 4.0 * 6 * 20, 1e-14);
    assert_near(points_of(&stage.graph, "attention values", &pass), 4.0 * 6 * 16, 1e-14);
    // Both caches go on growing: any token may be chosen later. 20 + 8 elements, 3 layers, 2 bytes.
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_true(aug_stage_cache_bytes(&stage, &precision, 1000, 1) == 168000.0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_counted_once_for_both_phases),
        cmocka_unit_test(a_step_attends_to_latents),
        cmocka_unit_test(a_prompt_expands_latents),
        cmocka_unit_test(latents_are_read_once_by_every_chip),
        cmocka_unit_test(latents_are_kept_whole_on_every_chip),
        cmocka_unit_test(an_indexer_bounds_what_attention_sees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
