// The answer of an estimate as people, programs and tables read it, for the layer whose figures
// deployment_test.c derives.
#include "support/small_model.h"

#include "report/estimate_report.h"
#include "report/report.h"
#include "workload/graph_build.h"

#include <stdlib.h>

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_scenario scenario;
    aug_economy economy;
    aug_plan plan;
    aug_estimate *estimate;
    aug_buffer out;
} bench;

static void set_up(bench *b) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(
        &b->ground.reader,
        test_parse(&b->ground, "model: kernel\n"
                               "levels:\n"
                               "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
                               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
                               "kernel: {launch: 1 us, low: 0.5, high: 2}\n"
                               "power: {static: 10 W}\n"
                               "rent: 3.6 USD/h\n"),
        "tiny", &b->machine));
    test_small_model(&b->ground, &b->model, "linear, plain", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    b->scenario = aug_scenario_default();
    b->scenario.in_tokens = 100;
    b->scenario.out_tokens = 11;
    b->scenario.batch = 4;
    b->economy = (aug_economy){.life_seconds = 31557600.0, .pue = 1.0, .utilization = 0.5};
    b->plan = aug_plan_default();
    b->estimate = AUG_NEW(&b->ground.arena, aug_estimate);
    aug_buffer_init(&b->out, &b->ground.arena);
}

static void make(bench *b) {
    aug_estimate_make(&b->ground.arena, &b->model, &b->machine, &b->scenario, &b->economy, &b->plan,
                      b->estimate);
}

static void assert_holds(const char *text, const char *part) {
    if (!strstr(text, part))
        print_error("'%s' is not in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

static const char *text_of(bench *b) {
    make(b);
    aug_buffer_init(&b->out, &b->ground.arena);
    aug_estimate_text(&b->out, b->estimate);
    return aug_buffer_text(&b->out);
}

static void people_read_one_screen(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const char *text = text_of(&b);
    assert_holds(
        text, "small on 1 x tiny\nweights bf16, activations bf16, kv bf16; 100 tokens in, 11 out, batch 4\n");
    // Of the 695.2 uJ of a request 200 + 20 uJ are of operations: of 2.746 W 0.869 W.
    // 211.58 us, 21.16 us, 43452 tokens/s; 63.2 uJ and 10 W over the tokens of a second: 293 uJ, 12.7 W.
    assert_holds(text, "\n  time to first token    212 us\n"
                       "  time per output token  21.2 us (47259 tokens/s per user)\n"
                       "  throughput             43452 tokens/s (43452 per chip), prompt work included\n"
                       "  energy                 0.000293 J/token (12.7 W per chip)\n"
                       "  power per chip         units 869 mW, dram 1.88 W, static 10 W; with the host\n"
                       "                         12.7 W, at the meter 12.7 W\n"
                       "  cost                   0.046 USD per million tokens (3.6 USD/h, rented)\n"
                       "  memory per chip        2.6 MB of 1 GB: weights 2 MB,\n"
                       "                         kv and state 0 B, activations 600 kB\n");
    assert_holds(text, "\ndecode waits for dram bandwidth 100 % of the time, prefill waits for matrix\nunits "
                       "100 % of the time\n");
    // 2e8 operations and 2.4 MB for a prompt, 8e6 and 2.016 MB for a step.
    assert_holds(text, "\nprefill: 201 us\n  operator       times    time  GFLOP   MB   mJ  bound by\n"
                       "  linear, plain      1  201 us    0.2  2.4  2.4  matrix units\n");
    assert_holds(text, "\ndecode: 21.2 us\n");
    assert_holds(text, "  +10 % of        first token  per token  USD/Mtok\n  dram bandwidth       ");
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strcspn(line, "\n") <= 80);
    test_end(&b.ground);
}

static void what_is_unknown_is_said(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.machine.has_energy = false;
    b.machine.rent_usd_per_hour = NAN;
    const char *text = text_of(&b);
    assert_holds(text, "  energy                 unknown: the machine states no energies\n"
                       "  cost                   unknown: the machine states no price\n");
    b.machine.price_usd = 8766.0;
    assert_holds(text_of(&b), "USD/h, bought)\n");
    test_end(&b.ground);
}

static void a_deadline_is_kept_or_missed(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    // The answer takes 423.18 us.
    b.scenario.period_seconds = 500e-6;
    assert_holds(text_of(&b), "  deadline               kept every 500 us, 76.8 us to spare\n");
    b.scenario.period_seconds = 400e-6;
    assert_holds(text_of(&b), "  deadline               MISSED every 400 us, 23.2 us too late\n");
    test_end(&b.ground);
}

static void without_a_plan_there_is_a_line_and_a_note(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.plan.chips = b.plan.pp = 2;
    assert_string_equal(text_of(&b),
                        "small on tiny: no plan\n"
                        "note: no plan: the degrees that are asked for do not fit the chips, the layers\n"
                        "      or the links\n");
    test_end(&b.ground);
}

// The JSON of an estimate, read back.
static const aug_node *json_of(bench *b) {
    make(b);
    aug_buffer_init(&b->out, &b->ground.arena);
    aug_report report = {.found = b->estimate, .json = aug_estimate_json, .seconds = 0.25, .threads = 3};
    aug_report_json(&b->out, &report, "ok");
    return test_parse(&b->ground, aug_buffer_text(&b->out));
}

static double number_at(const aug_node *map, const char *key) {
    const aug_node *node = aug_node_peek(map, key);
    assert_non_null(node);
    return strcmp(node->text, "null") == 0 ? (double)NAN : strtod(node->text, NULL);
}

static const char *text_at(const aug_node *map, const char *key) {
    const aug_node *node = aug_node_peek(map, key);
    assert_non_null(node);
    return node->text;
}

static void programs_read_seconds_joules_bytes_and_dollars(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_node *root = json_of(&b);
    assert_string_equal(text_at(root, "status"), "ok");
    assert_string_equal(text_at(root, "model"), "small");
    assert_string_equal(text_at(root, "fits"), "true");
    const aug_outcome *o = &b.estimate->outcome;
    const struct {
        const char *key;
        double value;
    } rows[] = {{"ttft_s", 211.58e-6},
                {"tpot_s", 21.16e-6},
                {"latency_s", 423.18e-6},
                {"tokens_per_s", o->tokens_per_second},
                {"tokens_per_s_per_user", 1 / 21.16e-6},
                {"tokens_per_s_per_chip", o->tokens_per_second},
                {"joules_per_token", o->joules_per_token},
                {"usd_per_hour", 3.6},
                {"usd_per_mtok", o->usd_per_mtok},
                {"watts_per_chip", o->watts},
                {"meter_watts", o->meter_watts},
                {"plans", 1},
                {"kv_bytes_per_token", 0}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_near(number_at(root, rows[i].key), rows[i].value, 1e-9);
    const aug_node *memory = aug_node_peek(root, "memory"), *plan = aug_node_peek(root, "plan");
    assert_near(number_at(memory, "weights_bytes"), 2e6, 1e-12);
    assert_near(number_at(memory, "capacity_bytes"), 1e9, 1e-12);
    assert_near(number_at(plan, "tp"), 1, 0);
    assert_string_equal(text_at(plan, "kv"), "bf16");
    assert_near(number_at(aug_node_peek(root, "parameters"), "total"), 1e6, 0);
    assert_string_equal(text_at(root, "deadline"), "null");
    assert_near(number_at(aug_node_peek(root, "run"), "threads"), 3, 0);
    assert_near(number_at(aug_node_peek(root, "run"), "seconds"), 0.25, 0);
    test_end(&b.ground);
}

static void phases_and_operators_stand_in_lists(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_node *root = json_of(&b), *phase = aug_node_peek(root, "phases")->first,
                   *op = aug_node_peek(root, "operators")->last;
    assert_int_equal(aug_node_peek(root, "phases")->count, 2);
    assert_string_equal(text_at(phase, "name"), "prefill");
    assert_near(number_at(phase, "seconds"), 201e-6, 1e-9);
    // 2e8 operations of 1 pJ, 1.92e7 bits of 10 pJ, and 10 W for 201 us.
    assert_near(number_at(phase, "energy_j"), 2e-4 + 1.92e-4 + 10 * 201e-6, 1e-9);
    assert_near(number_at(phase, "flops"), 2e8, 1e-12);
    assert_near(number_at(phase, "bytes"), 2.4e6, 1e-12);
    assert_string_equal(text_at(phase, "bound_by"), "matrix units");
    assert_string_equal(text_at(op, "phase"), "decode");
    assert_string_equal(text_at(op, "name"), "linear, plain");
    assert_string_equal(text_at(op, "bound_by"), "dram");
    assert_near(number_at(op, "low_seconds"), 0.5 * 21.16e-6, 1e-9);
    assert_near(number_at(op, "high_seconds"), 2 * 21.16e-6, 1e-9);
    assert_string_equal(text_at(op, "einsum"), "Z[t,n] += A[t,k] * W[k,n]");
    assert_near(number_at(aug_node_peek(op, "ranks"), "t"), 4, 0);
    assert_string_equal(text_at(aug_node_peek(root, "sensitivities")->first, "resource"), "dram bandwidth");
    test_end(&b.ground);
}

static void unknown_figures_are_null_and_deadlines_have_slack(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.machine.has_energy = false;
    b.machine.rent_usd_per_hour = NAN;
    b.scenario.period_seconds = 400e-6;
    const aug_node *root = json_of(&b);
    assert_string_equal(text_at(root, "joules_per_token"), "null");
    assert_string_equal(text_at(root, "usd_per_mtok"), "null");
    assert_string_equal(text_at(aug_node_peek(root, "phases")->first, "energy_j"), "null");
    assert_string_equal(text_at(aug_node_peek(root, "deadline"), "met"), "false");
    assert_near(number_at(aug_node_peek(root, "deadline"), "slack_s"), -23.18e-6, 1e-6);
    test_end(&b.ground);
}

static void without_a_plan_figures_are_left_out(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.plan.chips = b.plan.pp = 2;
    const aug_node *root = json_of(&b);
    assert_string_equal(text_at(root, "fits"), "false");
    assert_null(aug_node_peek(root, "ttft_s"));
    assert_null(aug_node_peek(root, "operators"));
    assert_int_equal(aug_node_peek(root, "notes")->count, 1);
    test_end(&b.ground);
}

static void tables_have_a_line_per_operator(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b);
    aug_estimate_csv(&b.out, b.estimate);
    const char *text = aug_buffer_text(&b.out);
    assert_int_equal(
        strncmp(text,
                "phase,name,repeats,seconds,flops,bytes,bound_by,energy_j,low_seconds,high_seconds,basis\n",
                88),
        0);
    assert_holds(text, "\nprefill,\"linear, plain\",1,0.000201");
    assert_holds(text, ",200000000,2400000,matrix units,0.002402,");
    assert_holds(text, "\ndecode,\"linear, plain\",1,");
    int lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 3);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_read_one_screen),
        cmocka_unit_test(what_is_unknown_is_said),
        cmocka_unit_test(a_deadline_is_kept_or_missed),
        cmocka_unit_test(without_a_plan_there_is_a_line_and_a_note),
        cmocka_unit_test(programs_read_seconds_joules_bytes_and_dollars),
        cmocka_unit_test(phases_and_operators_stand_in_lists),
        cmocka_unit_test(unknown_figures_are_null_and_deadlines_have_slack),
        cmocka_unit_test(without_a_plan_figures_are_left_out),
        cmocka_unit_test(tables_have_a_line_per_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
