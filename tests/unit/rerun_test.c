// Loads short enough to rerun by hand.
#include "system/rerun.h"

#include "support/testing.h"

#include <math.h>
#include <setjmp.h>

static const double close_to = 1e-9;

static aug_rerun_answer run(const aug_rerun_load *load) {
    aug_arena arena;
    jmp_buf failure;
    assert_int_equal(setjmp(failure), 0);
    aug_arena_init(&arena, &failure);
    aug_rerun_answer answer = aug_rerun_run(aug_rerun_room_make(&arena), load);
    aug_arena_free(&arena);
    return answer;
}

// 2 clients, one request each, prompts of 100 ms one at a time, steps of 10 ms, 11 tokens: the example of rerun.h.
static aug_rerun_load example(void) {
    return (aug_rerun_load){.clients = 2.0,
                             .waves = 1.0,
                             .slots = (double)INFINITY,
                             .out_tokens = 11.0,
                             .each_seconds = 0.1,
                             .together = 1.0,
                             .steps = {{1.0, 0.01}},
                             .step_count = 1};
}

static void the_example_of_the_header(void **state) {
    (void)state;
    aug_rerun_load load = example();
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, 0.15, close_to);
    assert_near(a.tpot_seconds, 0.015, close_to);
    assert_near(a.requests_per_second, 2.0 / 0.3, close_to);
}

// In the pass with B's prompt, 100 + 10 ms, A gets a token: A ends nine steps later, at 300 ms; B one after, at 310 ms.
static void a_server_that_mixes_writes_on(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.mixes = true;
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, (0.1 + 0.21) / 2.0, close_to);
    assert_near(a.tpot_seconds, (0.2 + 0.1) / 10.0 / 2.0, close_to);
}

// Both prompts in one pass of 20 + 2 · 100 ms.
static void prompts_share_a_pass(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.together = 2.0;
    load.start_seconds = 0.02;
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, 0.22, close_to);
    assert_near(a.tpot_seconds, 0.01, close_to);
}

// The host takes 30 ms for each prompt: the first may start at 30 ms; the second is ready long before its turn.
static void the_host_takes_prompts_one_by_one(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.prompt_host_seconds = 0.03;
    load.delay_seconds = 0.005;
    assert_near(run(&load).ttft_seconds, 0.185, close_to);
    // 150 ms each: at 150 ms the first, done at 250; the second, ready at 300, waits for the step that runs until 300.
    load.prompt_host_seconds = 0.15;
    load.delay_seconds = 0.0;
    assert_near(run(&load).ttft_seconds, (0.25 + 0.4) / 2.0, close_to);
}

// One slot: B starts when A has ended at 200 ms.
static void what_has_no_slot_waits(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.slots = 1.0;
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, (0.1 + 0.3) / 2.0, close_to);
    assert_near(a.tpot_seconds, 0.01, close_to);
}

// Two requests each. At 300 ms both end and send again: prompts until 400 and 500 ms. Host work of 2 ms per step and 1 ms per request
// of it: 10 + 2 + 2 · 1 = 14 ms per step of two; passes of prompts pay the 2 ms.
static void clients_send_again(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.waves = 2.0;
    assert_near(run(&load).ttft_seconds, 0.15, close_to);
    load.step_host_seconds = 0.002;
    load.request_host_seconds = 0.001;
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, 0.153, close_to);
    assert_near(a.tpot_seconds, (0.242 + 0.14) / 10.0 / 2.0, close_to);
}

// Request 0: part(0.5) = 0.5, 11 · 0.75 = 8.25 -> 8 tokens; its prompt is of mean length.
static void lengths_differ(void **state) {
    (void)state;
    aug_rerun_load load = example();
    load.clients = 1.0;
    load.spread = 0.5;
    aug_rerun_answer a = run(&load);
    assert_near(a.ttft_seconds, 0.1, close_to);
    assert_near(a.tpot_seconds, 0.01, close_to);
    assert_near(a.requests_per_second, 1.0 / (0.1 + 0.07), close_to);
}

// Steps between those that were evaluated.
static void steps_are_linear_between(void **state) {
    (void)state;
    aug_rerun_load load = {.steps = {{1.0, 0.01}, {4.0, 0.016}, {16.0, 0.022}}, .step_count = 3};
    static const struct {
        double requests, seconds;
    } cases[] = {{1, 0.01}, {2, 0.012}, {4, 0.016}, {10, 0.019}, {16, 0.022}, {0, 0.01}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(aug_rerun_step_seconds(&load, cases[i].requests), cases[i].seconds, close_to);
}

// Three requests of two clients, a spread of one half, prompts of 100 ms of any length. Outputs: part(0.5 + i / φ) = 0.5, 0.118, 0.736:
// 11 · 0.75 = 8.25 -> 8, 11 · 0.941 = 10.35 -> 10, 11 · 0.632 = 6.95 -> 7 tokens. A and B decode from 200 ms on; A ends at 270 and
// sends the third, while B decodes until 290. A server that looks every step takes it at 270; one that looks every 8 steps at
// 280; one that looks every 20 when B has ended.
static void a_server_that_seldom_looks_sees_late(void **state) {
    (void)state;
    static const struct {
        double looks, seconds;
    } cases[] = {{0, 0.1}, {1, 0.1}, {8, 0.11}, {20, 0.12}};
    aug_rerun_load load = example();
    load.waves = 1.5;
    load.spread = 0.5;
    load.start_seconds = 0.1;
    load.each_seconds = 0.0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load.looks = cases[i].looks;
        assert_near(run(&load).ttft_seconds, (0.1 + 0.2 + cases[i].seconds) / 3.0, close_to);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_header),
        cmocka_unit_test(a_server_that_mixes_writes_on),
        cmocka_unit_test(prompts_share_a_pass),
        cmocka_unit_test(the_host_takes_prompts_one_by_one),
        cmocka_unit_test(what_has_no_slot_waits),
        cmocka_unit_test(clients_send_again),
        cmocka_unit_test(lengths_differ),
        cmocka_unit_test(steps_are_linear_between),
        cmocka_unit_test(a_server_that_seldom_looks_sees_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
