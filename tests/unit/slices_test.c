// Attention cut into slices by hand, experts, and kernels that need no cut.
#include "support/testing.h"

#include "system/slices.h"
#include "workload/layer_graph.h"

typedef struct bench {
    test_ground ground;
    aug_graph graph;
    aug_pass pass;
    aug_precision precision;
    aug_setting setting;
    const aug_operator *first; // of the kernel of attention
    aug_slices slices;
} bench;

enum { SCORES, SOFTMAX, VALUES };
enum { B, G, Q, M, P };

// 8 groups of 4 query heads, 128 wide: scores S[b,g,q,m,p] of 32 bits, their weights P of 16.
static void set_up(bench *b, double new_tokens, double past_tokens, double window) {
    *b = (bench){.pass = {.phase = AUG_PHASE_PREFILL,
                          .sequences = 1,
                          .new_tokens = new_tokens,
                          .past_tokens = past_tokens}};
    test_begin(&b->ground);
    const aug_mixer mixer = {.kind = AUG_MIXER_ATTENTION,
                             .heads = 32,
                             .groups = 8,
                             .head_width = 128,
                             .value_width = 128,
                             .window = window};
    aug_graph_builder builder;
    aug_graph_init(&b->graph, &b->ground.arena);
    aug_builder_init(&builder, &b->graph);
    builder.repeats = 1.0;
    aug_graph_attention(&builder, &mixer, 4096.0);
    b->precision = aug_precision_of(AUG_FORMAT_BF16);
    b->setting = (aug_setting){&b->pass, &aug_split_none, &b->precision, 0, 0};
    for (int i = 0; i < b->graph.count && !b->first; i++)
        if (b->graph.operators[i].kernel > 0)
            b->first = &b->graph.operators[i];
    assert_non_null(b->first);
}

static void cut(bench *b, double room_bytes) {
    aug_slices_make(b->first, 3, &b->setting, room_bytes * 8.0, &b->slices);
}

static void check_sizes(const bench *b, double times, const double sizes[5]) {
    assert_near(b->slices.times, times, 1e-12);
    for (int r = 0; r < 5; r++)
        assert_near(b->slices.sizes[SOFTMAX][r], sizes[r], 1e-12);
}

// 1024 new tokens: all of S and its weights take 8 · 4 · 1024 · 1024 · 6 B = 201 MB. In 64 MB: groups apart,
// 25 MB; then the mask cuts the tokens in eight of 128, which attend to (1024 + 128) / 2 = 576 positions: 4 ·
// 128 · 576 · 6 B = 1.77 MB.
static void a_mask_cuts_tokens_into_eight(void **state) {
    (void)state;
    bench b;
    set_up(&b, 1024, 0, 0);
    cut(&b, 64e6);
    check_sizes(&b, 8.0 * 8.0, (const double[]){1, 1, 4, 128, 576});
    assert_true(b.slices.masked);
    assert_near(b.slices.most_bits, 4.0 * 128 * 576 * 48, 1e-12);
    assert_true(b.slices.stay[SCORES] == 1u << 2 && b.slices.stay[SOFTMAX] == 3u &&
                b.slices.stay[VALUES] == 1u);
    for (int i = 0; i < 3; i++)
        assert_true(b.slices.kept_bits[i] == 0.0); // nothing stays but for the next one
    test_end(&b.ground);
}

// In 1 MB: groups apart leave 25.2 MB = 4 · 1024 · 1024 · 6 B; 25.2 times too much: query heads apart, 6.3
// MB; tokens in parts of at most 1024 / 6.29 = 162, so of 128; then eight parts are there already.
static void little_room_cuts_heads_then_tokens(void **state) {
    (void)state;
    bench b;
    set_up(&b, 1024, 0, 0);
    cut(&b, 1e6);
    check_sizes(&b, 8.0 * 4.0 * 8.0, (const double[]){1, 1, 1, 128, 576});
    test_end(&b.ground);
}

// A decode step has one token and no pairs to leave out: 8 · 4 · 2049 · 6 B = 393 KB.
static void what_fits_is_not_cut(void **state) {
    (void)state;
    bench b;
    set_up(&b, 1, 2048, 0);
    cut(&b, 1e6);
    check_sizes(&b, 1.0, (const double[]){1, 8, 4, 1, 2049});
    assert_false(b.slices.masked);
    cut(&b, 0.0); // nothing stays, so nothing has to fit
    check_sizes(&b, 1.0, (const double[]){1, 8, 4, 1, 2049});
    test_end(&b.ground);
}

// A window of 100: slices of 128 tokens reach 227 positions, fewer than the mean of 576.
static void a_window_bounds_positions(void **state) {
    (void)state;
    bench b;
    set_up(&b, 1024, 0, 100);
    cut(&b, 64e6);
    assert_near(b.slices.sizes[VALUES][M], 128, 1e-12);
    check_sizes(&b, 8.0 * 8.0, (const double[]){1, 1, 4, 128, 227});
    test_end(&b.ground);
}

// 3 sequences of 100 tokens behind 60: tokens in ten slices of 10 (12.5 does not divide), (100 + 10) / 2 + 60
// = 115 positions.
static void slices_divide(void **state) {
    (void)state;
    bench b;
    set_up(&b, 100, 60, 0);
    b.pass.sequences = 3;
    cut(&b, 64e6);
    check_sizes(&b, 3.0 * 8.0 * 10.0, (const double[]){1, 1, 4, 10, 115});
    test_end(&b.ground);
}

// 8 of 64 experts for each of 4 tokens: 64 (1 - (7/8)^4) = 26.48 experts are expected to have work, one after
// another.
static void each_expert_is_a_slice(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_graph graph;
    aug_graph_builder builder;
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_bind(&builder, "e", AUG_RANK_EXPERT, AUG_VARIABLE_ONE, 1.0);
    aug_bind(&builder, "t", AUG_RANK_ROUTED, AUG_VARIABLE_ONE, 1.0);
    aug_bind(&builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 32.0);
    aug_bind(&builder, "n", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 16.0);
    aug_operator *op = aug_build(&builder, "experts", "Z[e,t,n] += A[e,t,k] * W[e,k,n]");
    op->experts = 64.0;
    op->chosen = 8.0;
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 4, .new_tokens = 1};
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    const aug_setting setting = {&pass, &aug_split_none, &precision, 0, 0};
    aug_slices slices;
    aug_slices_make(op, 1, &setting, 1e6, &slices);
    assert_near(slices.times, aug_experts_touched(64, 8, 4), 1e-12);
    assert_near(slices.times, 26.48, 1e-3);
    assert_near(slices.sizes[0][0], 1.0, 1e-12);
    assert_near(slices.sizes[0][1], 4.0 * 8.0 / slices.times, 1e-12);
    test_end(&ground);
}

// A waits for the third operator while the second makes B: 6 · 10 words of 16 bits.
static void what_waits_takes_room(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_graph graph;
    aug_graph_builder builder;
    aug_graph_init(&graph, &ground.arena);
    aug_builder_init(&builder, &graph);
    aug_bind(&builder, "i", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 6.0);
    aug_bind(&builder, "j", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 10.0);
    aug_kernel_begin(&builder);
    aug_use_local(aug_build(&builder, "first", "A[i,j] = exp(I[i,j])"), "A");
    aug_operator *second = aug_build(&builder, "second", "B[i,j] = exp(C[i,j])");
    aug_use_local(second, "B");
    aug_use_local(second, "C"); // made by nobody here: it is read
    aug_operator *third = aug_build(&builder, "third", "Z[i] += A[i,j] * B[i,j]");
    aug_use_local(third, "A");
    aug_use_local(third, "B");
    aug_kernel_end(&builder);
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 1};
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    const aug_setting setting = {&pass, &aug_split_none, &precision, 0, 0};
    aug_slices slices;
    aug_slices_make(graph.operators, 3, &setting, 1e6, &slices);
    assert_true(slices.stay[0] == 2u && slices.stay[1] == 2u && slices.stay[2] == 3u);
    assert_true(slices.kept_bits[0] == 0.0 && slices.kept_bits[1] == 960.0 && slices.kept_bits[2] == 0.0);
    assert_true(slices.most_bits == 1920.0 && slices.times == 1.0);
    aug_slices_make(graph.operators, 3, &setting, 400.0, &slices); // rows i alone: 320 bits
    assert_true(slices.most_bits == 320.0 && slices.times == 6.0 && slices.sizes[2][0] == 1.0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mask_cuts_tokens_into_eight),
        cmocka_unit_test(little_room_cuts_heads_then_tokens),
        cmocka_unit_test(what_fits_is_not_cut),
        cmocka_unit_test(a_window_bounds_positions),
        cmocka_unit_test(slices_divide),
        cmocka_unit_test(each_expert_is_a_slice),
        cmocka_unit_test(what_waits_takes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
