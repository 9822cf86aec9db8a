#include "system/queueing.h"

#include "support/testing.h"

static const double close_to = 1e-9;

// 4 requests, prompts of 100 ms, steps of 10 ms, 101 tokens: the example of queueing.h.
static aug_queue_load example(void) {
    return (aug_queue_load){.requests = 4.0,
                            .slots = (double)INFINITY,
                            .alone_seconds = 0.1,
                            .prompt_seconds = 0.1,
                            .step_seconds = 0.01,
                            .out_tokens = 101.0,
                            .waves = 10.0,
                            .variation = 1.0};
}

// cycle = 4 · 0.1 + 100 · 0.01 = 1.4 s; rate = 4 / 1.4; others = 4/1.4 · 0.1 · 3/4 = 0.3/1.4; steady = 5 ms + wait + 100 ms with
// wait = others · 0.1 / (2 (1 - others)) = 0.03/1.4 / (2 · 1.1/1.4) = 0.03/2.2; burst = 3 · 0.05 + 0.1 = 0.25.
static void the_example_of_the_header(void **state) {
    (void)state;
    aug_queue_load load = example();
    aug_queue_answer q = aug_queue_closed(&load);
    assert_near(q.requests_per_second, 4.0 / 1.4, close_to);
    assert_near(q.busy, 0.4 / 1.4, close_to);
    assert_near(q.tpot_seconds, 0.01 * 1.4 / 1.1, close_to);
    double steady = 0.105 + 0.03 / 2.2;
    assert_near(q.ttft_seconds, 0.025 + 0.9 * steady, close_to);
    load.waves = (double)INFINITY;
    assert_near(aug_queue_closed(&load).ttft_seconds, steady, close_to);
}

// A lone request waits for nobody: its prompt, and steps.
static void a_lone_request_does_not_wait(void **state) {
    (void)state;
    aug_queue_load load = example();
    load.requests = 1.0;
    aug_queue_answer q = aug_queue_closed(&load);
    assert_near(q.ttft_seconds, 0.1, close_to);
    assert_near(q.tpot_seconds, 0.01, close_to);
    assert_near(q.requests_per_second, 1.0 / 1.1, close_to);
}

// 3 slots for 4 requests: cycle = 0.3 + 1 = 1.3 s, rate = 3/1.3, one request outside on average: 1.3/3 s of waiting more.
static void what_has_no_slot_waits(void **state) {
    (void)state;
    aug_queue_load load = example();
    load.requests = 3.0;
    double inside = aug_queue_closed(&load).ttft_seconds;
    load.requests = 4.0;
    load.slots = 3.0;
    aug_queue_answer q = aug_queue_closed(&load);
    assert_near(q.requests_per_second, 3.0 / 1.3, close_to);
    assert_near(q.ttft_seconds, inside + 1.3 / 3.0, close_to);
}

// One token each: there are no steps, and a prompt waits for those of all others.
static void without_steps_prompts_queue(void **state) {
    (void)state;
    aug_queue_load load = example();
    load.out_tokens = 1.0;
    load.waves = (double)INFINITY;
    aug_queue_answer q = aug_queue_closed(&load);
    assert_near(q.requests_per_second, 10.0, close_to);
    assert_true(q.ttft_seconds <= 0.005 + 0.3 + 0.1 + 1e-12);
    assert_true(isfinite(q.tpot_seconds));
}

// busy = 0.4/1.4; W99 = 0.1 · 2 / (2 · 1/1.4) · ln(40/1.4) = 0.14 · 3.35241 = 0.469337.
static void an_open_load_has_a_tail(void **state) {
    (void)state;
    aug_queue_load load = example();
    aug_queue_answer q = aug_queue_open(&load);
    assert_near(q.ttft_seconds, 0.01 + 0.14 * log(40.0 / 1.4) + 0.1, close_to);
    assert_near(q.tpot_seconds, 0.014, close_to);
    load.out_tokens = 1.0; // prompts fill the time
    assert_true(isinf(aug_queue_open(&load).ttft_seconds));
    assert_near(aug_queue_open_slots(100.0), 123.3, close_to);
}

// More requests never answer sooner, and never come to fewer per second.
static void more_requests_wait_longer(void **state) {
    (void)state;
    aug_queue_load load = example();
    load.slots = 64.0;
    aug_queue_answer before = {0};
    for (load.requests = 1.0; load.requests < 1000.0; load.requests += 1.0) {
        aug_queue_answer q = aug_queue_closed(&load);
        assert_true(q.ttft_seconds >= before.ttft_seconds && q.tpot_seconds >= before.tpot_seconds);
        assert_true(q.requests_per_second >= before.requests_per_second);
        before = q;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_header),  cmocka_unit_test(a_lone_request_does_not_wait),
        cmocka_unit_test(what_has_no_slot_waits),     cmocka_unit_test(without_steps_prompts_queue),
        cmocka_unit_test(an_open_load_has_a_tail),    cmocka_unit_test(more_requests_wait_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
