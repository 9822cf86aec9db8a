// A language model of one linear layer: every figure of a deployment by hand.
#include "support/small_model.h"

#include "kernel/software.h"
#include "system/deployment.h"
#include "workload/graph_build.h"

#include <stdio.h>

// 8e11 bit/s, 1e12 operations per second, 1 us per launch; rented at 3.6 USD per hour.
static const char tiny[] = "model: kernel\n"
                           "levels:\n"
                           "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                           "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                           "links: {near: {bandwidth: 100 GB/s, latency: 1 us}}\n"
                           "kernel: {launch: 1 us}\n"
                           "power: {static: 10 W}\n"
                           "rent: 3.6 USD/h\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_scenario scenario;
    aug_economy economy;
    aug_deployment deployment;
    aug_outcome outcome;
} bench;

// 1000 x 1000 weights; prompts of 100 tokens, answers of 11, four requests in flight.
static void set_up(bench *b) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, tiny), "tiny", &b->machine));
    test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    b->scenario = aug_scenario_default();
    b->scenario.in_tokens = 100;
    b->scenario.out_tokens = 11;
    b->scenario.batch = 4;
    b->economy = (aug_economy){.life_seconds = 31557600.0, .pue = 1.0, .utilization = 0.5};
    aug_deployment_init(&b->deployment, &b->model, &b->machine, &b->scenario, &b->economy);
}

static aug_plan plan_of(uint64_t tp, uint64_t pp, uint64_t dp) {
    aug_plan plan = aug_plan_default();
    plan.chips = tp * pp * dp;
    plan.tp = tp;
    plan.pp = pp;
    plan.ep = 1;
    plan.dp = dp;
    return plan;
}

// One prompt: 2e8 operations, 200 us, and 1 us. Four together: 801 us. A step of four requests moves
// 16·(4000 + 10^6 + 4000) = 1.6128e7 bits: 20.16 us, and 1 us.
static void the_steady_state_of_one_chip_follows_by_hand(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    const aug_outcome *o = &b.outcome;
    double tokens = 4 * 11 / (801e-6 + 10 * 21.16e-6);
    assert_near(o->tokens_per_second, tokens, 1e-12);
    assert_near(o->tpot_seconds, 21.16e-6, 1e-12);
    // A request waits for half a step of the others before its own prompt.
    assert_near(o->ttft_seconds, 10.58e-6 + 201e-6, 1e-12);
    assert_near(o->latency_seconds, 10.58e-6 + 201e-6 + 10 * 21.16e-6, 1e-12);
    // Per request: a quarter of 8e8 + 10·16·(4·10^5 + 10^6 + 4·10^5) pJ for prompts, a quarter of ten steps
    // of 8e6 + 1.6128e8 pJ; over 11 tokens. Static power is shared by the tokens of a second.
    double dynamic = (1.088e9 / 4 + 10 * 1.6928e8 / 4) / 11 * 1e-12;
    assert_near(o->joules_per_token, dynamic + 10.0 / tokens, 1e-12);
    assert_near(o->watts, dynamic * tokens + 10.0, 1e-12);
    // Half of the time it is idle: 0.001 USD per second over tokens / 2.
    assert_near(o->usd_per_hour, 3.6, 1e-12);
    assert_near(o->usd_per_mtok, 0.001 / (tokens / 2) * 1e6, 1e-12);
    assert_int_equal(o->price_basis, AUG_PRICE_RENT);
    assert_int_equal(o->phase_count, 2);
    assert_string_equal(o->phases[0].name, "prefill");
    assert_string_equal(o->phases[1].name, "decode");
    assert_near(o->phases[1].input.pass.past_tokens, 104.5, 1e-12);
    test_end(&b.ground);
}

// An agent of one turn without tools is a request: the same times, joules and dollars.
static void an_agent_of_one_turn_is_a_request(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.batch = 1;
    aug_plan plan = plan_of(1, 1, 2);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    aug_outcome request = b.outcome;
    b.scenario.turns = 1;
    b.scenario.turn = (aug_turn){.in_tokens = 5, .out_tokens = 11, .cache_hit = 1.0};
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    const aug_outcome *o = &b.outcome;
    assert_near(o->ttft_seconds, request.ttft_seconds, 1e-12);
    assert_near(o->tpot_seconds, request.tpot_seconds, 1e-12);
    assert_near(o->latency_seconds, request.latency_seconds, 1e-12);
    assert_near(o->tokens_per_second, request.tokens_per_second, 1e-12);
    assert_near(o->joules_per_token, request.joules_per_token, 1e-12);
    assert_near(o->usd_per_mtok, request.usd_per_mtok, 1e-12);
    assert_near(o->agent.task_joules, 11 * request.joules_per_token, 1e-12);
    assert_near(o->agent.task_usd, 11e-6 * request.usd_per_mtok, 1e-12);
    test_end(&b.ground);
}

// Eight agents on four chips. A single agent gets the plan of the shortest task, several the one of most tasks per second.
static void plans_of_agents_compete_for_time_or_for_tasks(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.turns = 5;
    b.scenario.turn = (aug_turn){.in_tokens = 50, .out_tokens = 11, .tool_seconds = 1e-4, .cache_hit = 0.9};
    for (uint64_t agents = 1; agents <= 8; agents *= 8) {
        b.scenario.batch = agents;
        aug_plan wanted = aug_plan_default();
        wanted.chips = 4;
        uint64_t plans;
        assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_OK);
        double most = 0.0, least = INFINITY;
        for (uint64_t tp = 1; tp <= 4; tp *= 2) {
            aug_plan plan = plan_of(tp, 1, 4 / tp);
            aug_outcome other;
            aug_deployment_evaluate(&b.deployment, &plan, &other);
            most = fmax(most, other.tokens_per_second);
            least = fmin(least, other.agent.task_seconds);
        }
        assert_near(agents > 1 ? b.outcome.tokens_per_second : b.outcome.agent.task_seconds, agents > 1 ? most : least, 0.0);
    }
    test_end(&b.ground);
}

static void requests_spread_over_replicas_as_evenly_as_they_can(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.batch = 3;
    aug_plan plan = plan_of(1, 1, 2);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    // Two requests: prompts of 200 tokens take 401 us, a step 16·(2000 + 10^6 + 2000) / 8e11 = 20.08 us and 1
    // us. One request: 201 us and 16·(1000 + 10^6 + 1000) / 8e11 + 1 us = 21.04 us.
    double two = 22 / (401e-6 + 10 * 21.08e-6), one = 11 / (201e-6 + 10 * 21.04e-6);
    assert_near(b.outcome.tokens_per_second, two + one, 1e-12);
    assert_near(b.outcome.tpot_seconds, 21.08e-6, 1e-12);
    assert_near(b.outcome.usd_per_hour, 7.2, 1e-12);
    // Replicas without a request add nothing.
    b.scenario.batch = 1;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.tokens_per_second, one, 1e-12);
    assert_near(b.outcome.ttft_seconds, 201e-6, 1e-12);
    test_end(&b.ground);
}

static void a_pipeline_works_on_one_part_of_the_requests_per_stage(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.model.stages[0].graph.layers = 2;
    b.model.stages[0].graph.operators[0].repeats = 2;
    aug_plan plan = plan_of(1, 2, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    // Steps of two requests through both layers, 2·21.08 us, and a send of 32000 bits: hop, launch and 0.04
    // us.
    assert_near(b.outcome.tpot_seconds, 2 * 21.08e-6 + 2.04e-6, 1e-12);
    // Prompts go in pairs, 2·401 us and a send of 2 us + 4 us, and both stages are busy: a quarter of that
    // per prompt.
    double pair = 2 * 401e-6 + 2e-6 + 4e-6;
    assert_near(b.outcome.tokens_per_second, 44 / (4 * pair / 4 + 10 * b.outcome.tpot_seconds), 1e-12);
    test_end(&b.ground);
}

static void the_best_plan_has_most_tokens_or_with_a_period_the_least_latency(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan wanted = aug_plan_default();
    wanted.chips = 4;
    uint64_t plans;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_OK);
    // One layer allows no pipeline: tp · cp · dp is 4 in six ways.
    assert_int_equal(plans, 6);
    double most = 0.0, least = INFINITY;
    for (uint64_t way = 0; way < 9; way++) {
        uint64_t tp = UINT64_C(1) << way % 3, cp = UINT64_C(1) << way / 3;
        if (tp * cp > 4)
            continue;
        aug_plan plan = plan_of(tp, 1, 4 / tp / cp);
        plan.chips = 4;
        plan.cp = cp;
        aug_outcome other;
        aug_deployment_evaluate(&b.deployment, &plan, &other);
        most = fmax(most, other.tokens_per_second);
        least = fmin(least, other.latency_seconds);
    }
    assert_near(b.outcome.tokens_per_second, most, 0.0);
    b.scenario.period_seconds = 1.0;
    aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans);
    assert_near(b.outcome.latency_seconds, least, 0.0);
    test_end(&b.ground);
}

static void limits_and_missing_plans_are_told_apart(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan wanted = aug_plan_default();
    uint64_t plans;
    b.scenario.tpot_limit_seconds = 21e-6;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_LIMITS);
    assert_false(b.outcome.meets_limits);
    b.scenario.tpot_limit_seconds = 22e-6;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_OK);
    b.scenario.ttft_limit_seconds = 200e-6;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_LIMITS);
    wanted.pp = 2; // one layer has no second stage
    wanted.chips = 2;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_NO_PLAN);
    assert_int_equal(plans, 0);
    test_end(&b.ground);
}

static void what_does_not_fit_names_the_chips_it_needs(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    // Weights of 2 MB and 0.6 MB for a prompt; half of the weights and two thirds of the rest on two
    // chips: 1.5 MB.
    b.machine.levels[0].memory.size_bits = 8 * 2e6;
    aug_deployment_init(&b.deployment, &b.model, &b.machine, &b.scenario, &b.economy);
    aug_plan wanted = aug_plan_default();
    uint64_t plans;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_NOT);
    assert_int_equal(aug_deployment_chips_needed(&b.deployment, &wanted), 2);
    wanted.chips = 2;
    assert_int_equal(aug_deployment_best(&b.deployment, &wanted, &b.outcome, &plans), AUG_FIT_OK);
    assert_int_equal(b.outcome.plan.tp, 2);
    // Chips that no link joins never hold it.
    wanted.chips = 1;
    b.machine.link_count = 0;
    assert_int_equal(aug_deployment_chips_needed(&b.deployment, &wanted), 0);
    test_end(&b.ground);
}

static void without_energies_and_prices_the_rest_is_known(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.machine.has_energy = false;
    b.machine.rent_usd_per_hour = NAN;
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_true(isnan(b.outcome.joules_per_token) && isnan(b.outcome.watts));
    assert_true(isnan(b.outcome.usd_per_hour) && isnan(b.outcome.usd_per_mtok));
    assert_int_equal(b.outcome.price_basis, AUG_PRICE_NONE);
    assert_true(b.outcome.tokens_per_second > 0.0);
    test_end(&b.ground);
}

// A workload of one einsum has no tokens: its batch is done in one pass.
static void a_workload_runs_once_per_batch(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_node *root = test_parse(&b.ground, "auger: workload/1\n"
                                                 "batch: m\n"
                                                 "ranks: {m: 1, n: 1000, k: 1000}\n"
                                                 "einsums: ['Z[m,n] += A[m,k] * W[k,n]']\n"
                                                 "tensors: {'*': {bits: 16}, W: {bits: 16, role: weight}}\n");
    assert_true(aug_model_from_workload(&b.ground.reader, root, "product", &b.model));
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    // The same product as a step of four requests.
    assert_near(b.outcome.latency_seconds, 21.16e-6, 1e-12);
    assert_near(b.outcome.tokens_per_second, 4 / 21.16e-6, 1e-12);
    assert_int_equal(b.outcome.phase_count, 1);
    test_end(&b.ground);
}

// One token is proposed and taken half of the time: 1.5 tokens a step. Verifying two tokens of each of four requests moves
// 16·(8000 + 10^6 + 8000) = 1.6256e7 bits: 20.32 us, and 1 us. The module that proposes has the model's one layer: a step of 21.16 us.
// It reads the prompts, too.
static void speculation_verifies_in_one_pass(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan plan = plan_of(1, 1, 1);
    plan.speculate = 1;
    plan.acceptance = 0.5;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    const aug_outcome *o = &b.outcome;
    double step = (21.32e-6 + 21.16e-6) / 1.5;
    assert_near(o->tokens_per_step, 1.5, 1e-15);
    assert_near(o->tpot_seconds, step, 1e-12);
    assert_near(o->tokens_per_second, 4 * 11 / (2 * 801e-6 + 10 * step), 1e-12);
    assert_near(o->residency.weights_bytes, 2 * 2e6, 1e-9); // the model's and the module's
    assert_int_equal(o->phase_count, 3);
    assert_string_equal(o->phases[2].name, "draft");
    assert_near(o->phases[2].repeats, 1, 0);
    // Another model of the same shape takes as long.
    plan.draft = &b.model;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(o->tpot_seconds, step, 1e-12);
    test_end(&b.ground);
}

// Of prompts of 100 tokens, 60 are in the cache: 40 new ones take 8e7 operations, 80 us, and 1 us; four together 321 us.
static void what_the_cache_holds_is_not_worked_on(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.cache_hit = 0.6;
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.alone_seconds, 81e-6, 1e-12);
    assert_near(b.outcome.tokens_per_second, 4 * 11 / (321e-6 + 10 * 21.16e-6), 1e-12);
    b.scenario.cache_hit = 1.0; // the last token is always worked on: 2e6 operations, 1.6032e7 bits
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.alone_seconds, 21.04e-6, 1e-12);
    test_end(&b.ground);
}

// Passes of 64 tokens: two pieces per prompt, so 4 / (1 + 2/10) requests decode and a third of one ends per pass. A pass with a piece
// has 64 tokens: 1.28e8 operations, 128 us, and 1 us; one without moves 16·(2·3333.3 + 10^6) bits, 20.13 us, and 1 us.
static void prompts_in_pieces_ride_with_decode_steps(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan plan = plan_of(1, 1, 1);
    plan.chunk = 64;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    double decoding = 4 / 1.2, piece = 64 - decoding, share = decoding / 10 * 100 / piece;
    double step = 16 * (2000 * decoding + 1e6) / 8e11 + 1e-6, mean = share * 129e-6 + (1 - share) * step;
    assert_near(b.outcome.tpot_seconds, mean, 1e-9);
    assert_near(b.outcome.tokens_per_second, 11 * decoding / 10 / mean, 1e-9);
    // Half a pass until the next begins, then two with a piece each.
    assert_near(b.outcome.ttft_seconds, mean / 2 + 2 * 129e-6, 1e-9);
    test_end(&b.ground);
}

// Two groups share each prompt: 50 tokens take 100 us, and 1 us; the model has no attention whose keys they would exchange. Both hold all
// weights and do the whole of a step. Four prompts together: 401 us.
static void groups_share_each_sequence(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_plan plan = plan_of(1, 1, 1);
    plan.chips = plan.cp = 2;
    assert_true(aug_plan_is_complete(&plan));
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.alone_seconds, 101e-6, 1e-12);
    assert_near(b.outcome.tpot_seconds, 21.16e-6, 1e-12);
    double tokens = 4 * 11 / (401e-6 + 10 * 21.16e-6);
    assert_near(b.outcome.tokens_per_second, tokens, 1e-12);
    // Prompts: half of 8e8 + 10·16·(2·2·10^5 + 10^6) pJ on each chip, weights read twice; steps twice.
    double dynamic = 2 * ((4e8 + 160 * (4e5 + 1e6)) / 4 + 10 * 1.6928e8 / 4) / 11 * 1e-12;
    assert_near(b.outcome.joules_per_token, dynamic + 2 * 10.0 / tokens, 1e-12);
    test_end(&b.ground);
}

// A server's host takes 8 us per step and 0.5 us per request of it, 3 us per prompt and 0.02 us per token of it: 10 us and 5 us; 7 us more pass before a request's first token. Prompts take 801 / 4 us of
// the replica each: of a cycle of 801 us + 10 steps of 31.16 us, others' prompts take three quarters of 801.
static void a_servers_host_and_queue_add_to_times(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_software server = {.name = "server", .step_seconds = 8e-6, .step_request_seconds = 0.5e-6, .prompt_seconds = 3e-6, .prompt_token_seconds = 0.02e-6, .request_seconds = 7e-6};
    b.deployment.server = &server;
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    double cycle = 801e-6 + 10 * 31.16e-6, others = 801e-6 * 0.75 / cycle, ahead = (801e-6 + 20e-6) * 0.75 / cycle;
    double line = 801e-6 / 4 + 5e-6;
    assert_near(b.outcome.tpot_seconds, 31.16e-6 / (1 - others), 1e-9);
    assert_near(b.outcome.tokens_per_second, 4 * 11 / cycle, 1e-9);
    assert_near(b.outcome.ttft_seconds, 31.16e-6 / 2 + fmin(ahead * line / (2 * (1 - ahead)), 3 * line) + 201e-6 + 12e-6, 1e-9);
    test_end(&b.ground);
}

// 1000 requests per second: one in flight suffices, 1 / (201 + 10 · 21.04) us = 2431 per second. A prompt of 201 us keeps the replica busy
// for 0.201 of the time; a request waits 0.201 · 201 / (2 · 0.799) us for those in front.
static void arrivals_keep_as_many_in_flight_as_they_need(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.rate_hz = 1000;
    aug_plan plan = plan_of(1, 1, 1);
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.in_flight, 1, 0);
    assert_near(b.outcome.largest_rate, 1 / (201e-6 + 210.4e-6), 1e-9);
    assert_near(b.outcome.tokens_per_second, 11000, 1e-9);
    assert_near(b.outcome.tpot_seconds, 21.04e-6 / 0.799, 1e-9);
    assert_near(b.outcome.ttft_seconds, 0.201 * 201e-6 / (2 * 0.799) + 201e-6 + 10.52e-6, 1e-9);
    assert_true(b.outcome.meets_limits);
    // 3000 per second: with b in flight 1 / (801 / 4 us + 10 · 21.16 / b us) of b = 4, 3937 per second; of three less, or not.
    b.scenario.rate_hz = 3900;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_near(b.outcome.in_flight, 4, 0);
    // Prompts alone fill the time: 5000 per second are too many, however many are in flight.
    b.scenario.rate_hz = 6000;
    aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
    assert_true(isinf(b.outcome.ttft_seconds));
    assert_false(b.outcome.meets_limits);
    assert_true(b.outcome.largest_rate < 5000);
    test_end(&b.ground);
}

// One token, ten passes over 2 MB of weights: 16·(1000 + 10^6 + 1000) bits are 20.04 us from the outer memory and 2.505 us from one that
// is eight times as fast, and a launch each. It holds what all stages of several passes work on, or nothing.
static void passes_after_the_first_find_weights_on_the_chip(void **state) {
    (void)state;
    static const struct {
        const char *size;
        int stages;
        double seconds;
    } rows[] = {{"3 MB", 1, 21.04e-6 + 9 * 3.505e-6}, {"1 MB", 1, 210.4e-6}, {"3 MB", 2, 420.8e-6}, {"5 MB", 2, 42.08e-6 + 18 * 3.505e-6}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b);
        char text[512];
        snprintf(text, sizeof text, "model: kernel\nlevels:\n  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n  - {memory: sram, size: %s, bandwidth: 800 GB/s}\n"
                                    "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\nkernel: {launch: 1 us}\n", rows[i].size);
        assert_true(aug_machine_read(&b.ground.reader, test_parse(&b.ground, text), "staged", &b.machine));
        aug_stage *stage = &b.model.stages[0];
        stage->kind = AUG_STAGE_PASS;
        stage->tokens = 1.0;
        stage->passes = 10.0;
        b.model.language = -1;
        b.model.stage_count = rows[i].stages;
        b.model.stages[1] = *stage;
        b.scenario.batch = 1;
        aug_deployment_init(&b.deployment, &b.model, &b.machine, &b.scenario, &b.economy);
        aug_plan plan = plan_of(1, 1, 1);
        aug_deployment_evaluate(&b.deployment, &plan, &b.outcome);
        assert_near(b.outcome.latency_seconds, rows[i].seconds, 1e-12);
        test_end(&b.ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_steady_state_of_one_chip_follows_by_hand),
        cmocka_unit_test(an_agent_of_one_turn_is_a_request),
        cmocka_unit_test(plans_of_agents_compete_for_time_or_for_tasks),
        cmocka_unit_test(passes_after_the_first_find_weights_on_the_chip),
        cmocka_unit_test(requests_spread_over_replicas_as_evenly_as_they_can),
        cmocka_unit_test(a_pipeline_works_on_one_part_of_the_requests_per_stage),
        cmocka_unit_test(the_best_plan_has_most_tokens_or_with_a_period_the_least_latency),
        cmocka_unit_test(limits_and_missing_plans_are_told_apart),
        cmocka_unit_test(what_does_not_fit_names_the_chips_it_needs),
        cmocka_unit_test(without_energies_and_prices_the_rest_is_known),
        cmocka_unit_test(a_workload_runs_once_per_batch),
        cmocka_unit_test(speculation_verifies_in_one_pass),
        cmocka_unit_test(what_the_cache_holds_is_not_worked_on),
        cmocka_unit_test(prompts_in_pieces_ride_with_decode_steps),
        cmocka_unit_test(groups_share_each_sequence),
        cmocka_unit_test(a_servers_host_and_queue_add_to_times),
        cmocka_unit_test(arrivals_keep_as_many_in_flight_as_they_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
