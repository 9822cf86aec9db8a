// Crossovers: reading them, and where one side takes over on fronts that are written down.
#include "support/testing.h"

#include "design/crossover.h"

#include <stdio.h>

static const aug_library library = {.root = AUG_TEST_DATA};

static aug_study *read_study(test_ground *ground, const char *crossover) {
    char text[2048];
    snprintf(text, sizeof text,
             "model: llama-3.1-8b\nmachine: {choose: [groq-lpu, h100-sxm]}\nplan: {chips: {choose: [1, 8]}}\n"
             "scenario: {batch: {choose: [1, 4, 16]}}\nminimize: [usd_per_mtok]\nmaximize: "
             "[tokens_per_s_per_user]\n%s",
             crossover);
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
}

// A point of machine 0 or 1, batch 0 to 2 (as places) on one chip: index = machine · 6 + chips · 3 + batch.
static aug_front_point point_of(uint64_t machine, uint64_t batch, double usd, double speed) {
    aug_front_point point = {.index = machine * 6 + batch, .objectives = {usd, -speed}};
    point.metrics[AUG_METRIC_USD_MTOK] = usd;
    point.metrics[AUG_METRIC_TOKENS_USER] = speed;
    return point;
}

static aug_crossover_table table_of(test_ground *ground, const aug_study *study, aug_front_point *points,
                                    size_t count) {
    aug_sweep sweep = {.study = study, .cells = {.objective_count = 2, .points = points, .count = count}};
    aug_crossovers all = aug_crossovers_find(&ground->arena, &sweep);
    assert_int_equal(all.count, 1);
    return all.tables[0];
}

// The example of the header.
static void along_an_objective_each_side_is_as_good_as_its_points_that_reach_it(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(
        &ground, "crossover: [{between: machine, along: tokens_per_s_per_user, metric: usd_per_mtok}]\n");
    assert_non_null(study);
    aug_front_point points[] = {point_of(0, 0, 10, 1000), point_of(0, 1, 4, 500), point_of(1, 0, 1, 100),
                                point_of(1, 1, 6, 600)};
    aug_crossover_table table = table_of(&ground, study, points, AUG_COUNT(points));
    assert_int_equal(table.switch_count, 3);
    static const struct {
        double last;
        int from, to;
        double from_usd, to_usd;
    } switches[] = {{100, 1, 0, 1, 4}, {500, 0, 1, 4, 6}, {600, 1, 0, 6, 10}};
    for (int i = 0; i < 3; i++) {
        const aug_crossover_switch *at = &table.switches[i];
        assert_near(at->last.along, switches[i].last, 1e-12);
        assert_int_equal(at->last.winner, switches[i].from);
        assert_int_equal(at->first.winner, switches[i].to);
        assert_near(at->last.best[switches[i].from]->metrics[AUG_METRIC_USD_MTOK], switches[i].from_usd, 0);
        assert_near(at->first.best[switches[i].to]->metrics[AUG_METRIC_USD_MTOK], switches[i].to_usd, 0);
    }
    // Rows at 100, 200, 500 and 1000; at 1000 only the first has a point.
    static const double places[] = {100, 200, 500, 1000};
    assert_int_equal(table.row_count, 4);
    for (int i = 0; i < 4; i++)
        assert_near(table.rows[i].along, places[i], 1e-9);
    assert_null(table.rows[3].best[1]);
    assert_int_equal(table.rows[0].winner, 1);
    assert_near(table.rows[1].best[1]->metrics[AUG_METRIC_USD_MTOK], 6, 0);
    test_end(&ground);
}

static void along_a_choice_each_value_stands_for_itself(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "crossover: [{between: machine, along: scenario.batch, metric: usd_per_mtok}]\n");
    assert_non_null(study);
    // Batch 1: 3 against 5, and 2 of another point of the first. Batch 4: the second alone. Batch 16: 2
    // against 1.
    aug_front_point points[] = {point_of(0, 0, 3, 10), point_of(0, 0, 2, 9), point_of(1, 0, 5, 20),
                                point_of(1, 1, 4, 8),  point_of(0, 2, 2, 7), point_of(1, 2, 1, 6)};
    aug_crossover_table table = table_of(&ground, study, points, AUG_COUNT(points));
    assert_int_equal(table.row_count, 3);
    assert_string_equal(table.rows[0].text, "1");
    assert_int_equal(table.rows[0].winner, 0);
    assert_near(table.rows[0].best[0]->metrics[AUG_METRIC_USD_MTOK], 2, 0);
    assert_null(table.rows[1].best[0]);
    assert_int_equal(table.rows[1].winner, 1);
    assert_int_equal(table.switch_count, 1);
    assert_string_equal(table.switches[0].last.text, "1");
    assert_string_equal(table.switches[0].first.text, "4");
    test_end(&ground);
}

// The front is that of the study without crossovers; its cells hold what is beaten elsewhere.
static void cells_keep_what_the_front_does_not(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *plain = read_study(&ground, ""),
                    *crossed = read_study(&ground, "crossover: [{between: machine, along: scenario.batch, "
                                                   "metric: usd_per_mtok, for: [plan.chips]}]\n");
    aug_progress progress = {0};
    aug_sweep one, two;
    assert_true(aug_sweep_run(plain, 1, &progress, &one));
    assert_true(aug_sweep_run(crossed, 2, &progress, &two));
    assert_int_equal(one.front.count, two.front.count);
    for (size_t i = 0; i < one.front.count; i++)
        assert_int_equal(one.front.points[i].index, two.front.points[i].index);
    assert_int_equal(one.cells.count, 0);
    // An H100 holds the model at every batch, alone and by eights: six cells. No GroqChip does.
    assert_int_equal(two.cells.count, 6);
    assert_int_equal(aug_crossovers_find(&ground.arena, &two).count, 2);
    aug_sweep_free(&one);
    aug_sweep_free(&two);
    test_end(&ground);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
    } rows[] = {
        {"crossover: {between: machine}", "expected a list of at most 8 crossovers",
         "crossover: [{between: machine, along: scenario.batch, metric: usd_per_mtok}]"},
        {"crossover: [{between: machine, along: scenario.batch}]",
         "key 'metric' is missing in study: crossover", NULL},
        {"crossover: [{between: machin, along: scenario.batch, metric: usd_per_mtok}]",
         "'machin' is no choice of this study", "did you mean 'machine'?"},
        {"crossover: [{between: machine, along: scenario.bach, metric: usd_per_mtok}]",
         "'scenario.bach' is no choice of this study", "did you mean 'scenario.batch'?"},
        {"crossover: [{between: machine, along: joules_per_token, metric: usd_per_mtok}]",
         "'joules_per_token' is no objective of this study",
         "crossovers compare what 'minimize' and 'maximize' name"},
        {"crossover: [{between: machine, along: scenario.batch, metric: price_usd}]",
         "'price_usd' is no objective of this study",
         "crossovers compare what 'minimize' and 'maximize' name"},
        {"crossover: [{between: machine, along: scenario.batch, metric: usd_per_mtok, for: [plan.chip]}]",
         "'plan.chip' is no choice of this study", "did you mean 'plan.chips'?"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read_study(&ground, rows[i].text));
        assert_string_equal(ground.errors.items[0].message, rows[i].message);
        if (rows[i].hint)
            assert_string_equal(ground.errors.items[0].hint, rows[i].hint);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(along_an_objective_each_side_is_as_good_as_its_points_that_reach_it),
        cmocka_unit_test(along_a_choice_each_value_stands_for_itself),
        cmocka_unit_test(cells_keep_what_the_front_does_not),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
