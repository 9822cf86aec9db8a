// Sums of turns by hand, with passes that take 1 ms per new token and steps that take what each test says.
#include "support/testing.h"

#include "base/random.h"
#include "system/agent.h"

typedef struct toy {
    double step_seconds;           // of one sequence
    double step_seconds_per_token; // of the context
    double step_seconds_per_sequence;
    int passes;
} toy;

static aug_agent_cost toy_pass(void *user, const aug_pass *pass) {
    toy *t = user;
    t->passes++;
    if (pass->phase == AUG_PHASE_PREFILL)
        return (aug_agent_cost){1e-3 * pass->new_tokens, 7.0 * pass->new_tokens};
    return (aug_agent_cost){t->step_seconds + t->step_seconds_per_token * pass->past_tokens +
                                t->step_seconds_per_sequence * pass->sequences,
                            3.0 * pass->sequences};
}

static aug_scenario scenario_of(uint64_t turns, uint64_t in, uint64_t per_turn, uint64_t out, double tool,
                                double hit) {
    aug_scenario s = aug_scenario_default();
    s.in_tokens = in;
    s.out_tokens = out;
    s.turns = turns;
    s.turn = (aug_turn){per_turn, out, tool, hit};
    return s;
}

static void evaluate(const aug_scenario *s, toy *t, double agents, aug_agent *agent) {
    const aug_agent_load load = {.scenario = s,
                                 .agents = agents,
                                 .stages = 1.0,
                                 .turns = AUG_AGENT_TURNS,
                                 .pass = toy_pass,
                                 .user = t};
    aug_agent_evaluate(&load, agent);
}

// The example of agent.h.
static void a_task_is_the_sum_of_its_turns(void **state) {
    (void)state;
    aug_scenario s = scenario_of(3, 100, 20, 11, 1.0, 0.5);
    toy t = {.step_seconds = 2e-3};
    aug_agent a;
    evaluate(&s, &t, 1.0, &a);
    assert_int_equal(a.turn_count, 3);
    const double contexts[] = {100, 131, 162}, lost[] = {0, 55.5, 71};
    for (int i = 0; i < 3; i++) {
        assert_near(a.turn_list[i].turn, i + 1, 0.0);
        assert_near(a.turn_list[i].context_tokens, contexts[i], 0.0);
        assert_near(a.turn_list[i].missed_tokens, lost[i], 1e-12);
        assert_near(a.turn_list[i].seconds[AUG_AGENT_RECOMPUTE], 1e-3 * lost[i], 1e-12);
        assert_near(a.turn_list[i].seconds[AUG_AGENT_DECODE], 20e-3, 1e-12);
    }
    assert_near(a.seconds[AUG_AGENT_PREFILL], 0.140, 1e-12);
    assert_near(a.seconds[AUG_AGENT_RECOMPUTE], 0.1265, 1e-12);
    assert_near(a.seconds[AUG_AGENT_DECODE], 0.060, 1e-12);
    assert_near(a.seconds[AUG_AGENT_TOOL], 3.0, 1e-12);
    assert_near(a.seconds[AUG_AGENT_QUEUE], 0.0, 0.0);
    assert_near(a.task_seconds, 3.3265, 1e-12);
    // 7 pJ per new token, 3 pJ per step: 7·140, 7·126.5, 3·30.
    assert_near(a.energy_pj[AUG_AGENT_PREFILL], 980, 1e-12);
    assert_near(a.energy_pj[AUG_AGENT_RECOMPUTE], 885.5, 1e-12);
    assert_near(a.energy_pj[AUG_AGENT_DECODE], 90, 1e-12);
    // It ends at 162 + 11 tokens and has read 100 + 131 + 162, of which half of 111 + 142 from the cache.
    assert_near(a.longest_tokens, 173, 0.0);
    assert_near(a.read_tokens, 393, 1e-12);
    assert_near(a.cached_share, 126.5 / 393, 1e-12);
    assert_near(a.turns_per_second, 3 / 3.3265, 1e-12);
    // A tenth of the time it writes: 0.06 / 3.3265.
    assert_near(a.writing, 0.06 / 3.3265, 1e-9);
}

// Decode and tools of one second each. Ten times as fast a decode: 2 / 1.1 = 1.82; none at all: 2.
static void faster_decode_does_not_help_against_tools(void **state) {
    (void)state;
    aug_scenario s = scenario_of(33, 1, 1, 101, 1.0, 1.0);
    toy t = {.step_seconds = 10e-3}, fast = {.step_seconds = 1e-3};
    aug_agent a, b;
    evaluate(&s, &t, 1.0, &a);
    evaluate(&s, &fast, 1.0, &b);
    assert_near(a.task_seconds / b.task_seconds, 2.001 / 1.101, 1e-12); // 1 ms of prefill
    assert_near(aug_agent_faster(&a, AUG_AGENT_DECODE, AUG_AGENT_DECODE), 2.001 / 1.001, 1e-12);
    assert_near(aug_agent_faster(&a, AUG_AGENT_TOOL, AUG_AGENT_TOOL), 2.001 / 1.001, 1e-12);
    assert_near(aug_agent_faster(&a, AUG_AGENT_PREFILL, AUG_AGENT_RECOMPUTE), 2.001 / 2.0, 1e-12);
    assert_near(aug_agent_faster(&a, AUG_AGENT_RECOMPUTE, AUG_AGENT_RECOMPUTE), 1.0, 0.0);
}

// p = 0.1 s, ten steps of 2 ms, k = 1/2. With b = 0.4: X = 0.4 / (0.4·0.1/2 + 0.02) = 10, rho = 10·0.1/2 =
// 0.5, W = 0.001 + 0.5·0.1/(2·0.5) = 0.051; two agents where 10 (0.051 + 0.1 + tool) + 0.4 = 2: tool = 9 ms.
// Queue: 0.051 + 0.02·0.5/0.5 = 0.071; task 0.2 s.
static void two_agents_wait_for_each_other(void **state) {
    (void)state;
    aug_scenario s = scenario_of(1, 100, 20, 11, 9e-3, 1.0);
    toy t = {.step_seconds = 2e-3};
    aug_agent a;
    evaluate(&s, &t, 2.0, &a);
    assert_near(a.writing, 0.4, 1e-9);
    assert_near(a.turns_per_second, 10.0, 1e-9);
    assert_near(a.busy, 1.0, 1e-9);
    assert_near(a.seconds[AUG_AGENT_QUEUE], 0.071, 1e-9);
    assert_near(a.task_seconds, 0.2, 1e-9);
}

// Away at tools for long, they hardly ever write at once, and none waits much; without tools all but the one
// that reads write.
static void who_waits_for_tools_does_not_write(void **state) {
    (void)state;
    toy t = {.step_seconds = 1e-3, .step_seconds_per_sequence = 1e-4};
    aug_scenario away = scenario_of(10, 1, 1, 101, 1000.0, 1.0), here = scenario_of(10, 1, 1, 101, 0.0, 1.0);
    aug_agent a, b;
    evaluate(&away, &t, 64.0, &a);
    // A turn of 110 ms of decode in 1000.11 s: 64 · 0.110 / 1000.1.
    assert_near(a.writing, 64 * 0.110 / 1000.1, 0.01);
    assert_true(a.seconds[AUG_AGENT_QUEUE] < 1e-4 * a.task_seconds);
    evaluate(&here, &t, 64.0, &b);
    assert_true(b.writing > 60.0 && b.writing < 64.0);
    // A step of all of them: 1 ms + b · 0.1 ms, interpolated between 32 and 64 without error as it is linear.
    assert_near(b.step_seconds, 1e-3 + 1e-4 * b.writing, 1e-12);
}

static void a_turn_of_a_single_token_takes_no_steps(void **state) {
    (void)state;
    aug_scenario s = scenario_of(2, 100, 50, 1, 0.0, 1.0);
    toy t = {.step_seconds = 1.0};
    aug_agent a;
    evaluate(&s, &t, 1.0, &a);
    assert_near(a.seconds[AUG_AGENT_DECODE], 0.0, 0.0);
    assert_near(a.task_seconds, 0.150, 1e-12);
}

// 10^9 turns, 33 of them evaluated. Steps of 1 ns per token of the context: turn t takes 10 (100 + 31 t
// + 4.5) ns, over all of them 10 (104.5 T + 31 T (T - 1) / 2) ns; the first turn reads 100 tokens, the
// others 20.
static void very_many_turns_are_summed_from_some(void **state) {
    (void)state;
    const double turns = 1e9;
    aug_scenario s = scenario_of(1000000000, 100, 20, 11, 2.0, 1.0);
    toy t = {.step_seconds_per_token = 1e-9};
    aug_agent a;
    evaluate(&s, &t, 1.0, &a);
    assert_int_equal(a.turn_count, AUG_AGENT_TURNS);
    assert_true(t.passes < 4 * AUG_AGENT_TURNS);
    assert_near(a.turn_list[32].turn, turns, 0.0);
    assert_near(a.seconds[AUG_AGENT_DECODE], 1e-8 * (104.5 * turns + 15.5 * turns * (turns - 1)), 1e-9);
    assert_near(a.seconds[AUG_AGENT_PREFILL], 0.1 + 0.02 * (turns - 1), 1e-12);
    assert_near(a.seconds[AUG_AGENT_TOOL], 2.0 * turns, 1e-12);
}

// What is not any part's own goes by the time: (100 J - 2·(980 + 885.5 + 90) pJ) · 3 / 3.3265 to the tools.
static void joules_and_dollars_are_shared_out(void **state) {
    (void)state;
    aug_scenario s = scenario_of(3, 100, 20, 11, 1.0, 0.5);
    toy t = {.step_seconds = 2e-3};
    aug_agent a;
    evaluate(&s, &t, 1.0, &a);
    aug_agent_charge(&a, 2.0, 100.0, 6.653);
    assert_near(a.joules[AUG_AGENT_TOOL], (100 - 2 * 1955.5e-12) * 3 / 3.3265, 1e-12);
    assert_near(a.usd[AUG_AGENT_TOOL], 6.0, 1e-12);
    double joules = 0.0, usd = 0.0;
    for (int part = 0; part < AUG_AGENT_PARTS; part++) {
        joules += a.joules[part];
        usd += a.usd[part];
    }
    assert_near(joules, 100.0, 1e-12);
    assert_near(usd, 6.653, 1e-12);
}

// ---- The closed network against a walk through its events

enum { MOST_AGENTS = 64 };

typedef struct world {
    double prefill, step, step_per_writer, tool; // seconds
    int agents, steps;
} world;

// What an agent does: away until `back`, in line for its prefill, or writing with `left` steps to go.
typedef struct walker {
    double back; // infinite: not away
    int left;
    bool waits;
    int place; // in the line
} walker;

// Turns per second of agents whose tools take random times of that mean. Prefills are served first, one by one; else all writers take a
// step together.
static double walk(const world *w, int turns) {
    walker agents[MOST_AGENTS];
    aug_random random = {7};
    double now = 0.0, from = 0.0;
    int line = 0, served = 0, done = 0, skip = turns / 10;
    for (int i = 0; i < w->agents; i++)
        agents[i] = (walker){.back = w->tool * i / w->agents};
    while (done < turns) {
        walker *next = NULL;
        double first = INFINITY;
        int writers = 0;
        for (int i = 0; i < w->agents; i++) { // whoever is back stands in line
            walker *a = &agents[i];
            if (a->back <= now) {
                a->back = INFINITY;
                a->waits = true;
                a->place = line++;
            }
            first = fmin(first, a->back);
            writers += a->left > 0;
            if (a->waits && (!next || a->place < next->place))
                next = a;
        }
        if (next) {
            now += w->prefill;
            next->waits = false;
            next->left = w->steps;
            served++;
            continue;
        }
        if (!writers) {
            now = first;
            continue;
        }
        now += w->step + w->step_per_writer * writers;
        for (int i = 0; i < w->agents; i++) {
            walker *a = &agents[i];
            if (a->left == 0 || --a->left > 0)
                continue;
            a->back = now - w->tool * log1p(-aug_random_unit(&random));
            if (++done == skip)
                from = now;
        }
    }
    assert_true(served >= done);
    return (turns - skip) / (now - from);
}

// Agents of equal turns, from idle to crowded, with short and with long prefills.
static void turns_per_second_are_those_of_a_simulation(void **state) {
    (void)state;
    static const world rows[] = {
        {0.10, 0.020, 0.0005, 1.0, 2, 10},   {0.10, 0.020, 0.0005, 1.0, 4, 100},   {0.15, 0.020, 0.0004, 10.0, 32, 300},
        {0.05, 0.020, 0.0003, 2.0, 64, 300}, {0.50, 0.020, 0.0005, 5.0, 16, 100}, {1.00, 0.020, 0.0005, 20.0, 32, 50},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const world *w = &rows[i];
        uint64_t tokens = (uint64_t)(w->prefill * 1000.0 + 0.5);
        aug_scenario s = scenario_of(20, tokens, tokens, (uint64_t)w->steps + 1, w->tool, 1.0);
        toy t = {.step_seconds = w->step, .step_seconds_per_sequence = w->step_per_writer};
        aug_agent a;
        evaluate(&s, &t, w->agents, &a);
        assert_near(a.turns_per_second, walk(w, 400 * w->agents), 0.04);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_is_the_sum_of_its_turns),
        cmocka_unit_test(faster_decode_does_not_help_against_tools),
        cmocka_unit_test(two_agents_wait_for_each_other),
        cmocka_unit_test(who_waits_for_tools_does_not_write),
        cmocka_unit_test(a_turn_of_a_single_token_takes_no_steps),
        cmocka_unit_test(very_many_turns_are_summed_from_some),
        cmocka_unit_test(turns_per_second_are_those_of_a_simulation),
        cmocka_unit_test(joules_and_dollars_are_shared_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
