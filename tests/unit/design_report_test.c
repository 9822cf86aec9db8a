// A study of four points whose seconds follow by hand, as text, JSON and table.
#include "support/testing.h"

#include "report/design_report.h"

#include <stdlib.h>

static const aug_library library = {.root = AUG_TEST_DATA};

// One product of 1000 x 1000 x 1000 in int8: 2e9 operations take 20 us, 24e6 bits take 30 us at 100 GB/s and
// 15 us at 200 GB/s.
static const char study_text[] =
    "name: four\n"
    "question: which chip?\n"
    "model: {auger: workload/1, ranks: {m: 1000, n: 1000, k: 1000}, einsums: ['Z[m,n] += A[m,k] * B[k,n]']}\n"
    "machine:\n"
    "  auger: machine/1\n"
    "  model: kernel\n"
    "  price: {choose: [1000 USD, 2000 USD]}\n"
    "  levels:\n"
    "    - {memory: dram, bandwidth: {choose: [100 GB/s, 200 GB/s]}}\n"
    "    - {compute: mac, peak: {int8: {choose: [100 TFLOP/s]}}}\n";

typedef struct bench {
    test_ground ground;
    aug_buffer out;
    aug_sweep sweep;
} bench;

static void set_up(bench *b, const char *wants) {
    test_begin(&b->ground);
    aug_buffer_init(&b->out, &b->ground.arena);
    const char *text = aug_arena_print(&b->ground.arena, "%s%s", study_text, wants);
    const aug_document *document =
        aug_document_parse(&b->ground.arena, &b->ground.errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    const aug_study *study = aug_study_read(&library, &b->ground.arena, &b->ground.errors, document, "own");
    if (!study)
        print_error("%s\n", b->ground.errors.items[0].message);
    assert_non_null(study);
    assert_true(aug_sweep_run(study, 1, NULL, &b->sweep));
}

static void tear_down(bench *b) {
    aug_front_free(&b->sweep.front);
    test_end(&b->ground);
}

static void the_answer_names_the_best_of_each_objective(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s, price_usd]\n");
    aug_design_text(&b.out, &b.sweep);
    assert_string_equal(aug_buffer_text(&b.out),
                        "which chip?\n"
                        "Of 4 points, 1 is not beaten: lowest latency_s 20 us; lowest price_usd 1000 USD;\n"
                        "with price 1000 USD, bandwidth 200 GB/s, int8 100 TFLOP/s.\n"
                        "\n"
                        "4 points: 4 evaluated, 0 pruned, 0 infeasible\n"
                        "\n"
                        "  latency     price\n"
                        "    20 us  1000 USD\n"
                        "\n"
                        "rests on 9 constants, whose sources --json lists; 6 are from memory: economy\n"
                        "default 6\n");
    tear_down(&b);
}

static void points_over_budget_are_counted(void **state) {
    (void)state;
    bench b;
    // The dearer machine with the faster memory beats all; those with the slower memory are too late.
    set_up(&b, "minimize: [latency_s]\nmaximize: [price_usd]\nbudgets: {latency: 25 us}\n");
    aug_design_text(&b.out, &b.sweep);
    assert_non_null(
        strstr(aug_buffer_text(&b.out),
               "4 points: 2 evaluated, 0 pruned, 2 infeasible\n  2 break the budget of latency_s\n"));
    assert_non_null(strstr(aug_buffer_text(&b.out), "with price 2000 USD, bandwidth 200 GB/s"));
    tear_down(&b);
}

// A front of two points that differ in their price alone.
static void choices_that_differ_stand_in_the_table(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\nmaximize: [price_usd]\n");
    aug_front_point cheap = b.sweep.front.points[0];
    cheap.index = 1; // the fast memory at 1000 USD
    cheap.objectives[0] *= 0.5;
    cheap.objectives[1] = -1000.0;
    cheap.metrics[AUG_METRIC_LATENCY] *= 0.5;
    cheap.metrics[AUG_METRIC_PRICE] = 1000.0;
    assert_true(aug_front_add(&b.sweep.front, &cheap));
    aug_front_sort(&b.sweep.front);
    aug_design_text(&b.out, &b.sweep);
    assert_non_null(strstr(aug_buffer_text(&b.out),
                           "Of 4 points, 2 are not beaten: lowest latency_s 10 us with price 1000 USD;\n"
                           "highest price_usd 2000 USD with price 2000 USD; all with bandwidth 200 GB/s,\n"
                           "int8 100 TFLOP/s.\n"));
    assert_non_null(strstr(aug_buffer_text(&b.out), "  price     latency     price\n"
                                                    "  1000 USD    10 us  1000 USD\n"
                                                    "  2000 USD    20 us  2000 USD\n"));
    tear_down(&b);
}

static void equal_points_are_counted_together(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\n");
    assert_int_equal(b.sweep.front.count, 1);
    // Both prices take as long.
    assert_int_equal(b.sweep.front.points[0].equal, 1);
    aug_json json;
    aug_json_init(&json, &b.out);
    aug_json_open(&json, NULL, '{');
    aug_design_json(&json, &b.sweep);
    aug_json_close(&json, '}');
    aug_json_end(&json);
    const aug_node *root = test_parse(&b.ground, aug_buffer_text(&b.out));
    assert_string_equal(aug_node_peek(root, "study")->text, "four");
    assert_string_equal(aug_node_peek(root, "question")->text, "which chip?");
    assert_string_equal(aug_node_peek(root, "complete")->text, "true");
    assert_string_equal(aug_node_peek(root, "total")->text, "4");
    const aug_node *point = aug_node_peek(root, "front")->first;
    assert_string_equal(aug_node_peek(point, "equal")->text, "1");
    const aug_node *choices = aug_node_peek(point, "choices"), *metrics = aug_node_peek(point, "metrics");
    assert_string_equal(aug_node_peek(choices, "machine.levels.dram.bandwidth")->text, "200 GB/s");
    assert_near(strtod(aug_node_peek(metrics, "latency_s")->text, NULL), 20e-6, 1e-12);
    assert_string_equal(aug_node_peek(metrics, "joules_per_token")->text, "null");
    tear_down(&b);
}

static void tables_hold_choices_and_metrics(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\nmaximize: [price_usd]\n");
    aug_design_csv(&b.out, &b.sweep);
    const char *text = aug_buffer_text(&b.out);
    assert_int_equal(
        strncmp(text,
                "machine.price,machine.levels.dram.bandwidth,machine.levels.mac.peak.int8,ttft_s,tpot_s,",
                87),
        0);
    const char *line = strchr(text, '\n') + 1;
    assert_int_equal(strncmp(line, "2000 USD,200 GB/s,100 TFLOP/s,", 30), 0);
    // Unknown figures are empty cells.
    assert_non_null(strstr(line, ",,"));
    int commas[2] = {0, 0}, row = 0;
    for (const char *at = text; *at; at++) {
        row += *at == '\n';
        if (row < 2)
            commas[row] += *at == ',';
    }
    assert_int_equal(row, 2);
    assert_int_equal(commas[0], commas[1]);
    assert_int_equal(commas[0], 3 + AUG_METRIC_COUNT - 1);
    tear_down(&b);
}

static void no_feasible_point_is_said(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\nbudgets: {price: 10 USD}\n");
    aug_design_text(&b.out, &b.sweep);
    assert_string_equal(aug_buffer_text(&b.out), "which chip?\n"
                                                 "Of 4 points none is feasible.\n"
                                                 "\n"
                                                 "4 points: 0 evaluated, 0 pruned, 4 infeasible\n"
                                                 "  4 break the budget of price_usd\n"
                        "\n"
                        "rests on 9 constants, whose sources --json lists; 6 are from memory: economy\n"
                        "default 6\n");
    tear_down(&b);
}

static void objectives_without_a_value_are_named(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s, joules_per_token]\n");
    aug_design_text(&b.out, &b.sweep);
    assert_non_null(strstr(aug_buffer_text(&b.out), "  4 have no joules_per_token\n"));
    tear_down(&b);
}

static void an_interrupted_study_says_so(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\n");
    b.sweep.complete = false;
    aug_design_text(&b.out, &b.sweep);
    assert_non_null(strstr(aug_buffer_text(&b.out), "infeasible - INTERRUPTED, the front so far\n"));
    tear_down(&b);
}

// Each memory has a front of its own; the baseline is the slow memory at 1000 USD: 30 us.
static void points_stand_beside_their_baseline(void **state) {
    (void)state;
    bench b;
    set_up(&b, "minimize: [latency_s]\nshow: [price_usd]\neach: [machine.levels.dram.bandwidth]\n"
               "baseline: {machine: {auger: machine/1, model: kernel, price: 1000 USD, levels: [{memory: dram, bandwidth: 100 GB/s}, "
               "{compute: mac, peak: {int8: 100 TFLOP/s}}]}}\n");
    aug_design_text(&b.out, &b.sweep);
    assert_non_null(strstr(aug_buffer_text(&b.out),
                           "Of 4 points, 2 are not beaten: with bandwidth 100 GB/s lowest latency_s 30 us (1\n"
                           "of the baseline); with bandwidth 200 GB/s lowest latency_s 20 us (0.667 of the\n"
                           "baseline).\n"));
    assert_non_null(strstr(aug_buffer_text(&b.out), "all with price 1000 USD, int8 100 TFLOP/s\n"
                                                    "\n"
                                                    "  bandwidth   100 GB/s  200 GB/s\n"
                                                    "  latency        30 us     20 us\n"
                                                    "    baseline     30 us     30 us\n"
                                                    "    of it            1     0.667\n"
                                                    "  price       1000 USD  1000 USD\n"
                                                    "    baseline  1000 USD  1000 USD\n"
                                                    "    of it            1         1\n"));
    aug_json json;
    aug_buffer_init(&b.out, &b.ground.arena);
    aug_json_init(&json, &b.out);
    aug_json_open(&json, NULL, '{');
    aug_design_json(&json, &b.sweep);
    aug_json_close(&json, '}');
    aug_json_end(&json);
    const aug_node *root = test_parse(&b.ground, aug_buffer_text(&b.out));
    const aug_node *point = aug_node_peek(root, "front")->last;
    assert_string_equal(aug_node_peek(point, "group")->text, "1");
    assert_string_equal(aug_node_peek(point, "baseline")->text, "0");
    assert_near(strtod(aug_node_peek(aug_node_peek(point, "of_baseline"), "latency_s")->text, NULL), 2.0 / 3.0, 1e-6);
    const aug_node *baseline = aug_node_peek(root, "baseline")->first;
    assert_near(strtod(aug_node_peek(aug_node_peek(baseline, "metrics"), "latency_s")->text, NULL), 30e-6, 1e-9);
    aug_sweep_free(&b.sweep);
    tear_down(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_stand_beside_their_baseline),
        cmocka_unit_test(the_answer_names_the_best_of_each_objective),
        cmocka_unit_test(choices_that_differ_stand_in_the_table),
        cmocka_unit_test(points_over_budget_are_counted),
        cmocka_unit_test(equal_points_are_counted_together),
        cmocka_unit_test(tables_hold_choices_and_metrics),
        cmocka_unit_test(no_feasible_point_is_said),
        cmocka_unit_test(objectives_without_a_value_are_named),
        cmocka_unit_test(an_interrupted_study_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
