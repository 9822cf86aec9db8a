// Which exchanges an operator brings, and how many bits each chip hands in.
#include "support/testing.h"

#include "system/exchange.h"
#include "workload/graph_build.h"

typedef struct bench {
    test_ground ground;
    aug_graph graph;
    aug_operator *op;
    aug_pass pass;
    aug_split split;
    aug_precision precision;
} bench;

// 4 tokens, 1000 inputs and 600 outputs, both shared by the chips of a tensor-parallel group where a test
// says so.
static void set_up(bench *b, aug_exchange exchange, double tensor) {
    test_begin(&b->ground);
    aug_graph_init(&b->graph, &b->ground.arena);
    aug_graph_builder builder;
    aug_builder_init(&builder, &b->graph);
    bool gather = exchange == AUG_EXCHANGE_GATHER;
    b->op = aug_build_linear(
        &builder, "linear", (aug_features){1000, gather ? AUG_RANK_PLAIN : AUG_RANK_FEATURE},
        (aug_features){600, gather ? AUG_RANK_FEATURE : AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
    b->op->exchange = exchange;
    b->op->repeats = 3;
    b->op->experts = 8;
    b->op->chosen = 2;
    b->pass = (aug_pass){.phase = AUG_PHASE_DECODE, .sequences = 4, .new_tokens = 1};
    b->split = (aug_split){tensor, 1, tensor, 1};
    b->precision = aug_precision_of(AUG_FORMAT_BF16);
}

static int steps_of(bench *b, aug_exchange_step *steps) {
    return aug_exchange_steps(b->op, &b->pass, &b->split, &b->precision, 1000, steps);
}

static void check_step(const aug_exchange_step *step, const char *name, aug_collective_kind kind,
                       double chips, double bits) {
    assert_string_equal(step->name, name);
    assert_int_equal(step->kind, kind);
    assert_near(step->chips, chips, 0.0);
    assert_near(step->bits, bits, 1e-12);
    assert_near(step->repeats, 3, 0.0);
}

static void one_chip_exchanges_nothing(void **state) {
    (void)state;
    for (int exchange = AUG_EXCHANGE_NONE; exchange <= AUG_EXCHANGE_COMBINE; exchange++) {
        bench b;
        aug_exchange_step steps[AUG_EXCHANGE_STEPS];
        set_up(&b, (aug_exchange)exchange, 1);
        assert_int_equal(steps_of(&b, steps), 0);
        test_end(&b.ground);
    }
}

// Experts in eighths on eight chips that attend by themselves: all need the tokens of all, 8 · 4 · 1000 words of 16 bits, and sum.
static void experts_in_parts_over_replicas_gather_all_tokens(void **state) {
    (void)state;
    const aug_exchange exchanges[] = {AUG_EXCHANGE_DISPATCH, AUG_EXCHANGE_COMBINE};
    for (int i = 0; i < 2; i++) {
        bench b;
        aug_exchange_step steps[AUG_EXCHANGE_STEPS];
        set_up(&b, exchanges[i], 1);
        b.split = (aug_split){1, 1, 8, 8};
        assert_int_equal(steps_of(&b, steps), 1);
        check_step(&steps[0], i == 0 ? "token gather" : "token reduce", AUG_COLLECTIVE_ALL_GATHER, 8, 8 * 4 * 16000);
        test_end(&b.ground);
    }
}

// Two groups share prompts of 100 tokens whose layers cache 512 words of 16 bits, in 8 heads of which each of 2 chips has half.
static void groups_that_share_sequences_gather_keys_or_sum_results(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_EXCHANGE_NONE, 1);
    b.op->run = AUG_RUN_ATTENTION;
    b.graph.layers = 3;
    b.graph.caches[0] = (aug_cache){.name = "kv", .elements = 512, .layers = 3, .heads = 8};
    b.graph.cache_count = 1;
    aug_plan plan = {.chips = 4, .tp = 2, .cp = 2, .pp = 1, .ep = 1, .dp = 1};
    aug_exchange_step step;
    const aug_pass prompt = {.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 100};
    assert_true(aug_exchange_context(b.op, &plan, &prompt, &b.graph, &b.precision, &step));
    check_step(&step, "key and value gather", AUG_COLLECTIVE_ALL_GATHER, 2, 100 * 256 * 16);
    // A step of 4 sequences: 4 · 600 results in 32 bits.
    assert_true(aug_exchange_context(b.op, &plan, &b.pass, &b.graph, &b.precision, &step));
    check_step(&step, "attention reduce", AUG_COLLECTIVE_ALL_REDUCE, 2, 4 * 600 * 32);
    plan.cp = 0;
    assert_false(aug_exchange_context(b.op, &plan, &prompt, &b.graph, &b.precision, &step));
    plan.cp = 2;
    b.op->run = AUG_RUN_ALONE;
    assert_false(aug_exchange_context(b.op, &plan, &prompt, &b.graph, &b.precision, &step));
    test_end(&b.ground);
}

static void sums_and_parts_are_those_of_the_result(void **state) {
    (void)state;
    bench b;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    // Every one of 8 chips has a sum for all 4·600 results.
    set_up(&b, AUG_EXCHANGE_REDUCE, 8);
    assert_int_equal(steps_of(&b, steps), 1);
    check_step(&steps[0], "all-reduce", AUG_COLLECTIVE_ALL_REDUCE, 8, 4 * 600 * 16);
    test_end(&b.ground);
    // Each has 75 of 600 results.
    set_up(&b, AUG_EXCHANGE_GATHER, 8);
    assert_int_equal(steps_of(&b, steps), 1);
    check_step(&steps[0], "all-gather", AUG_COLLECTIVE_ALL_GATHER, 8, 4 * 600 * 16);
    test_end(&b.ground);
    set_up(&b, AUG_EXCHANGE_NONE, 8);
    assert_int_equal(steps_of(&b, steps), 0);
    test_end(&b.ground);
}

static void inside_a_replica_expert_results_are_summed(void **state) {
    (void)state;
    bench b;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    // Every chip has all tokens already: nothing is sent there, vectors of 1000 numbers are summed.
    set_up(&b, AUG_EXCHANGE_DISPATCH, 8);
    assert_int_equal(steps_of(&b, steps), 0);
    test_end(&b.ground);
    set_up(&b, AUG_EXCHANGE_COMBINE, 8);
    assert_int_equal(steps_of(&b, steps), 1);
    check_step(&steps[0], "all-reduce", AUG_COLLECTIVE_ALL_REDUCE, 8, 4 * 1000 * 16);
    test_end(&b.ground);
}

static void over_replicas_tokens_go_to_their_experts_and_back(void **state) {
    (void)state;
    bench b;
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    // 2 chips per replica, 8 groups over 4 replicas. A chip sends its half of the vectors to 2 experts, in 8
    // bits there.
    set_up(&b, AUG_EXCHANGE_DISPATCH, 2);
    b.split = (aug_split){2, 8, 1, 4};
    b.precision.of[AUG_STORAGE_ACTIVATION] = AUG_FORMAT_FP8;
    assert_int_equal(steps_of(&b, steps), 1);
    check_step(&steps[0], "all-to-all dispatch", AUG_COLLECTIVE_ALL_TO_ALL, 8, 4 * 1000 * 8 / 2 * 2);
    // In 16 bits back, and the halves are collected.
    b.op->exchange = AUG_EXCHANGE_COMBINE;
    assert_int_equal(steps_of(&b, steps), 2);
    check_step(&steps[0], "all-to-all combine", AUG_COLLECTIVE_ALL_TO_ALL, 8, 4 * 1000 * 16 / 2 * 2);
    check_step(&steps[1], "all-gather", AUG_COLLECTIVE_ALL_GATHER, 2, 4 * 1000 * 16);
    // A token goes to no more groups than there are.
    b.op->chosen = 6;
    b.split = (aug_split){1, 4, 1, 4};
    assert_int_equal(steps_of(&b, steps), 1);
    check_step(&steps[0], "all-to-all combine", AUG_COLLECTIVE_ALL_TO_ALL, 4, 4 * 1000 * 16 * 4);
    test_end(&b.ground);
}

static void pipeline_stages_hand_on_the_stream(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_EXCHANGE_NONE, 2);
    aug_plan plan = {.chips = 8, .tp = 2, .pp = 4, .ep = 1, .dp = 1};
    aug_exchange_step send = aug_exchange_send(&plan, &b.pass, &b.precision, 1000);
    // Each of 2 chips sends its half, three times.
    check_step(&send, "send to the next stage", AUG_COLLECTIVE_SEND, 8, 4 * 1000 * 16 / 2);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_chip_exchanges_nothing),
        cmocka_unit_test(experts_in_parts_over_replicas_gather_all_tokens),
        cmocka_unit_test(groups_that_share_sequences_gather_keys_or_sum_results),
        cmocka_unit_test(sums_and_parts_are_those_of_the_result),
        cmocka_unit_test(inside_a_replica_expert_results_are_summed),
        cmocka_unit_test(over_replicas_tokens_go_to_their_experts_and_back),
        cmocka_unit_test(pipeline_stages_hand_on_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
