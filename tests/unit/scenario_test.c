#include "support/testing.h"

#include "system/scenario.h"

static void what_is_missing_has_a_default(void **state) {
    (void)state;
    aug_scenario scenario = aug_scenario_default();
    assert_int_equal(scenario.in_tokens, 1024);
    assert_int_equal(scenario.out_tokens, 128);
    assert_int_equal(scenario.batch, 1);
    assert_int_equal(scenario.image_tokens, 0);
    assert_true(isnan(scenario.period_seconds) && isnan(scenario.ttft_limit_seconds) &&
                isnan(scenario.tpot_limit_seconds));
}

static void a_scenario_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_scenario s;
    const aug_node *map = test_parse(
        &ground,
        "{auger: scenario/1, name: chat, in: 4e3, out: 200, concurrency: 64, images: 256, ttft: 1 s, "
        "tpot: 50 ms, period: 100 ms, sources: {in: assumption}}");
    assert_true(aug_scenario_read(&ground.reader, map, &s));
    assert_int_equal(s.in_tokens, 4000);
    assert_int_equal(s.out_tokens, 200);
    assert_int_equal(s.batch, 64);
    assert_int_equal(s.image_tokens, 256);
    assert_near(s.ttft_limit_seconds, 1.0, 0.0);
    assert_near(s.tpot_limit_seconds, 0.05, 1e-12);
    assert_near(s.period_seconds, 0.1, 1e-12);
    test_end(&ground);
}

// What an agent reads and writes per turn; `out` stands for both where per_turn has none.
static void an_agent_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_scenario s;
    assert_true(aug_scenario_read(&ground.reader, test_parse(&ground, "{in: 16000, out: 9, turns: 33, per_turn: {in: 1750, out: 383, tool: 8 s, cache_hit: 0.98}}"), &s));
    assert_int_equal(s.turns, 33);
    assert_int_equal(s.turn.in_tokens, 1750);
    assert_int_equal(s.turn.out_tokens, 383);
    assert_int_equal(s.out_tokens, 383);
    assert_near(s.turn.tool_seconds, 8.0, 0.0);
    assert_near(s.turn.cache_hit, 0.98, 0.0);
    // 16000 + 383 and 32 times 1750 + 383; the last turn reads 2 % of 84256 - 1750 again.
    assert_near(aug_scenario_longest(&s), 84639, 0.0);
    assert_near(aug_scenario_longest_prompt(&s), 16000, 0.0);
    s.turn.cache_hit = 0.0;
    assert_near(aug_scenario_longest_prompt(&s), 84256, 1e-12);
    assert_true(aug_scenario_read(&ground.reader, test_parse(&ground, "{in: 10, out: 9, turns: 1, per_turn: {in: 5}}"), &s));
    assert_int_equal(s.turn.out_tokens, 9);
    assert_near(s.turn.cache_hit, 0.0, 0.0);
    assert_near(aug_scenario_longest(&s), 19, 0.0);
    assert_near(aug_scenario_longest_prompt(&s), 10, 0.0);
    test_end(&ground);
}

#define AGENT_HINT "an agent has both: turns: 33, per_turn: {in: 1750, out: 380, tool: 8 s, cache_hit: 0.98}"

static void what_is_wrong_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
        unsigned column;
    } rows[] = {
        {"in: 0", "in: expected 1 to 1099511627776, found 0", "", 5},
        {"out: 0", "out: expected 1 to 1099511627776, found 0", "", 6},
        {"batch: 0", "batch: expected 1 to 1099511627776, found 0", "", 8},
        {"in: 2e12", "in: expected 1 to 1099511627776, found 2000000000000", "", 5},
        {"{cache_hit: 1.5}", "cache_hit: expected a share of 0 to 1", "", 13},
        {"{in: 100, images: 101}", "images: expected 0 to 100, found 101", "", 19},
        {"{batch: 2, concurrency: 3}", "'batch' and 'concurrency' are the same: give one", "", 12},
        {"{batch: 2, concurrency: 0}", "'batch' and 'concurrency' are the same: give one", "", 12},
        {"concurrency: 0", "concurrency: expected 1 to 1099511627776, found 0", "", 14},
        {"concurrency: 2e12", "concurrency: expected 1 to 1099511627776, found 2000000000000", "", 14},
        {"in: many", "expected a whole number such as '32', found 'many'", "", 5},
        {"in: 1.5", "expected a whole number from 0 to 2^63 - 1, found '1.5'", "", 5},
        {"ttft: 1", "expected a time such as '3 us', found '1'", "add the unit: '1 s'", 7},
        {"tpot: 0 s", "expected a finite value above 0, found '0 s'", "", 7},
        {"period: inf", "expected a finite value above 0, found 'inf'", "", 9},
        {"inn: 5", "unknown key 'inn' in scenario", "did you mean 'in'?", 1},
        {"turns: 3", "'turns' without 'per_turn'", AGENT_HINT, 1},
        {"per_turn: {in: 5}", "'per_turn' without 'turns'", AGENT_HINT, 1},
        {"{turns: 0, per_turn: {in: 5}}", "turns: expected 1 to 1099511627776, found 0", "", 9},
        {"{turns: 3, per_turn: {in: 0}}", "per_turn: in: expected 1 to 1099511627776 tokens, found '0'", "", 27},
        {"{turns: 3, per_turn: {out: 7}}", "key 'in' is missing in per_turn: expected 1 to 1099511627776 tokens", "", 12},
        {"{turns: 3, per_turn: {in: 5, out: 0}}", "per_turn: out: expected 1 to 1099511627776 tokens, found '0'", "", 35},
        {"{turns: 3, per_turn: {in: 5, cache_hit: 1.5}}", "per_turn: cache_hit: expected a share from 0 to 1, found '1.5'", "", 41},
        {"{turns: 3, per_turn: {in: 5, tool: 8}}", "expected a time such as '3 us', found '8'", "add the unit: '8 s'", 36},
        {"{turns: 3, per_turn: {in: 5}, cache_hit: 0.5}", "'cache_hit' beside 'turns'", "an agent's cache_hit stands in per_turn", 31},
        {"{turns: 3, per_turn: {in: 5, tool: 2e9 s}}", "per_turn: tool: expected a time of at most 1e9 s, found '2e9 s'", "", 36},
        {"{turns: 3, per_turn: {in: 5}, rate: 3/s}", "'rate' beside 'turns'", "give 'concurrency', the number of agents", 31},
        {"chat", "expected a map (scenario), found 'chat'", "", 1},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_scenario scenario;
        assert_false(aug_scenario_read(&ground.reader, test_parse(&ground, rows[i].text), &scenario));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

static void a_scenario_without_a_text_is_checked_too(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_scenario scenario = aug_scenario_default();
    assert_true(aug_scenario_check(&ground.reader, NULL, &scenario));
    scenario.out_tokens = 0;
    scenario.image_tokens = 2000;
    assert_false(aug_scenario_check(&ground.reader, NULL, &scenario));
    assert_error(&ground.errors, 2, "out: expected 1 to 1099511627776, found 0", "");
    assert_int_equal(ground.errors.items[0].line, 0);
    assert_string_equal(ground.errors.items[1].message, "images: expected 0 to 1024, found 2000");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_has_a_default),
        cmocka_unit_test(a_scenario_is_read),
        cmocka_unit_test(an_agent_is_read),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(a_scenario_without_a_text_is_checked_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
