// Chips for prompts and chips for tokens, by hand.
#include "support/small_model.h"

#include "system/apart.h"

static double two_ms(void *user, double requests) {
    (void)user;
    (void)requests;
    return 2e-3;
}

// Steps of 2 ms, ten per request: b in flight finish 50 b per second and replica.
static void the_narrower_side_and_littles_law_set_the_times(void **state) {
    (void)state;
    const struct {
        double requests, prompts_per_second, replicas, most;
        double each, rate, ttft;
    } rows[] = {
        {8, 100, 1, 99, 2, 100, 8 / 100.0 - 0.02},   // prompts are the bottleneck: five would do 250 per second
        {8, 1000, 1, 99, 5, 250, 8 / 250.0 - 0.02},  // 5 + 250 · 0.01 are in flight, 6 + 300 · 0.01 too many
        {8, 1000, 1, 3, 3, 150, 8 / 150.0 - 0.02},   // more do not fit
        {1, 1000, 4, 99, 1, 1 / 0.03, 0.01},         // one request: 10 ms, then ten steps
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const aug_apart_load load = {.requests = rows[i].requests,
                                     .alone_seconds = 0.01,
                                     .prompts_per_second = rows[i].prompts_per_second,
                                     .replicas = rows[i].replicas,
                                     .steps = 10,
                                     .most = rows[i].most};
        aug_apart_answer answer = aug_apart_solve(&load, two_ms, NULL);
        assert_near(answer.each, rows[i].each, 0);
        assert_near(answer.requests_per_second, rows[i].rate, 1e-12);
        assert_near(answer.ttft_seconds, rows[i].ttft, 1e-9);
        assert_near(answer.step_seconds, 2e-3, 0);
    }
}

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_scenario scenario;
    aug_deployment deployment;
    aug_outcome outcome;
} bench;

// The chip of deployment_test.c: prompts of 100 tokens alone 201 us, of 81 together (8100 tokens) 16201 us; a step of b requests moves
// 16 (2000 b + 10^6) bits at 8e11 bit/s or does 2e6 b operations, and 1 us.
static void set_up(bench *b) {
    static const char tiny[] = "model: kernel\n"
                               "levels:\n"
                               "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                               "links: {near: {bandwidth: 100 GB/s, latency: 1 us}}\n"
                               "kernel: {launch: 1 us}\n";
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, tiny), "tiny", &b->machine));
    test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_PLAIN);
    b->scenario = aug_scenario_default();
    b->scenario.in_tokens = 100;
    b->scenario.out_tokens = 101;
    b->scenario.batch = 64;
    aug_deployment_init(&b->deployment, &b->model, &b->machine, &b->scenario, NULL);
}

static void all_chips_are_shared_out_for_the_most_tokens(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan wanted = aug_plan_default();
    wanted.chips = 3;
    uint64_t pairs = 0;
    assert_int_equal(aug_apart_best(&b.ground.arena, &b.deployment, &wanted, 0, NULL, &b.outcome, &pairs), AUG_FIT_OK);
    const aug_outcome *o = &b.outcome;
    // One chip finishes 81 prompts in 16201 us, 5000 a second. A step of b requests takes 2 b us of arithmetic beyond b = 10, so one decoder
    // finishes less than 1 / (100 · 2 us) = 5000 a second, two with six each 12 / (100 · 21.24 us) = 5650: one for prompts, two for tokens.
    assert_int_equal(o->prefill_workers, 1);
    assert_int_equal(o->prefill_plan.chips, 1);
    assert_int_equal(o->decode_workers, 2);
    assert_int_equal(o->decode_plan.chips, 1);
    assert_int_equal(o->plan.chips, 3);
    assert_near(o->tokens_per_second, 81 / 16201e-6 * 101, 1e-9);
    assert_near(o->tpot_seconds, 21.24e-6, 1e-9);
    assert_near(64 / (o->ttft_seconds + 100 * o->tpot_seconds), o->tokens_per_second / 101, 1e-9); // Little's law
    assert_int_equal(o->phase_count, 2);
    assert_string_equal(o->phases[1].name, "decode");
    // No split of the chips that is asked for does better.
    double best = o->tokens_per_second;
    for (uint64_t chips = 1; chips <= 2; chips++) {
        assert_int_equal(aug_apart_best(&b.ground.arena, &b.deployment, &wanted, chips, NULL, &b.outcome, &pairs), AUG_FIT_OK);
        assert_int_equal(b.outcome.prefill_workers * b.outcome.prefill_plan.chips, chips);
        assert_true(b.outcome.tokens_per_second <= best);
    }
    test_end(&b.ground);
}

static void the_front_holds_the_best_and_nothing_that_is_beaten(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan wanted = aug_plan_default();
    wanted.chips = 6;
    uint64_t pairs = 0;
    aug_plan_front front = {.arena = &b.ground.arena};
    aug_apart_best(&b.ground.arena, &b.deployment, &wanted, 0, &front, &b.outcome, &pairs);
    aug_plan_front_finish(&front);
    assert_true(front.count > 0);
    assert_near(front.items[0].tokens_per_second, b.outcome.tokens_per_second, 1e-12);
    for (int i = 0; i < front.count; i++)
        for (int k = 0; k < front.count; k++)
            assert_false(i != k && front.items[k].ttft_seconds <= front.items[i].ttft_seconds &&
                         front.items[k].tpot_seconds <= front.items[i].tpot_seconds &&
                         front.items[k].tokens_per_second >= front.items[i].tokens_per_second);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_narrower_side_and_littles_law_set_the_times),
        cmocka_unit_test(all_chips_are_shared_out_for_the_most_tokens),
        cmocka_unit_test(the_front_holds_the_best_and_nothing_that_is_beaten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
