// The front of a study against its definition, whatever the threads and whatever was pruned.
#include "support/test_share.h"
#include "support/testing.h"

#include "design/point.h"

static const aug_library library = {.root = AUG_TEST_DATA};

static const aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    const aug_study *study =
        document ? aug_study_read(&library, &ground->arena, &ground->errors, document, "own") : NULL;
    if (!study)
        print_error("%s\n", ground->errors.items[0].message);
    assert_non_null(study);
    return study;
}

// 1008 points: enough for rounds that prune.
static const char large[] =
    "model: {from: llama-3.1-8b, set: {weights: {choose: [bf16, fp8]}}}\n"
    "machine: {choose: [h100-sxm, a100-80g, l40s, mi300x, groq-lpu, server-cpu]}\n"
    "plan: {chips: {choose: [1, 2, 4, 128]}}\n"
    "scenario: {in: {choose: [512, 2048, 4096]}, out: 64, batch: {range: [1, 64], step: x2}}\n";

static const aug_study *large_study(test_ground *ground, const char *wants) {
    return read_study(ground, aug_arena_print(&ground->arena, "%s%s", large, wants));
}

// All points, evaluated with nothing to prune against.
static aug_point *evaluate_all(test_ground *ground, const aug_study *study) {
    aug_point *points = AUG_NEW_ARRAY(&ground->arena, aug_point, (size_t)study->space.count);
    aug_point_worker *worker = aug_point_worker_new(study);
    aug_front none;
    aug_front_init(&none, study->objective_count);
    assert_non_null(worker);
    for (uint64_t place = 0; place < study->space.count; place++)
        aug_point_evaluate_range(worker, &none, place, 1, &points[aug_space_visited(&study->space, place)]);
    assert_false(aug_point_worker_failed(worker));
    aug_point_worker_free(worker);
    return points;
}

// The same, with all points taken out that are not among the first `count` that are visited.
static const aug_point *visited_only(test_ground *ground, const aug_study *study, uint64_t count) {
    aug_point *points = evaluate_all(ground, study);
    for (uint64_t place = count; place < study->space.count; place++)
        points[aug_space_visited(&study->space, place)].reason = AUG_REASON_INVALID;
    return points;
}

static void check_front(const aug_front *front, const aug_point *points, uint64_t count) {
    size_t expected = 0;
    for (uint64_t i = 0; i < count; i++) {
        assert_false(points[i].pruned);
        if (points[i].reason != AUG_REASON_NONE)
            continue;
        bool beaten = false, repeated = false;
        for (uint64_t j = 0; j < count; j++) {
            if (points[j].reason != AUG_REASON_NONE)
                continue;
            beaten = beaten ||
                     aug_front_dominates(points[j].objectives, points[i].objectives, front->objective_count);
            repeated = repeated || (j < i && memcmp(points[j].objectives, points[i].objectives,
                                                    sizeof points[i].objectives) == 0);
        }
        expected += !beaten && !repeated;
        bool found = false;
        for (size_t p = 0; p < front->count; p++)
            found = found || front->points[p].index == i;
        assert_int_equal(found, !beaten && !repeated);
    }
    assert_int_equal(front->count, expected);
}

static void check_study(const char *wants, bool prunes) {
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = large_study(&ground, wants);
    const aug_point *points = evaluate_all(&ground, study);
    static const int threads[] = {1, 2, 4};
    aug_sweep first = {0};
    for (size_t t = 0; t < AUG_COUNT(threads); t++) {
        aug_sweep sweep;
        assert_true(aug_sweep_run(study, threads[t], NULL, &sweep));
        assert_true(sweep.complete);
        assert_int_equal(sweep.total, 1008);
        assert_int_equal(sweep.evaluated + sweep.pruned + sweep.infeasible, sweep.total);
        check_front(&sweep.front, points, sweep.total);
        assert_int_equal(sweep.pruned > 0, prunes);
        if (t == 0) {
            first = sweep;
            continue;
        }
        assert_int_equal(sweep.evaluated, first.evaluated);
        assert_int_equal(sweep.pruned, first.pruned);
        assert_memory_equal(sweep.reasons, first.reasons, sizeof first.reasons);
        assert_int_equal(sweep.front.count, first.front.count);
        for (size_t i = 0; i < sweep.front.count; i++) {
            assert_int_equal(sweep.front.points[i].index, first.front.points[i].index);
            assert_memory_equal(sweep.front.points[i].objectives, first.front.points[i].objectives,
                                sizeof first.front.points[i].objectives);
        }
        aug_front_free(&sweep.front);
    }
    aug_front_free(&first.front);
    test_end(&ground);
}

// Where each study takes long, some of them.
static void the_front_depends_neither_on_threads_nor_on_pruning(void **state) {
    static const struct {
        const char *wants;
        bool prunes;
    } rows[] = {
        {"minimize: [joules_per_token, ttft]\nmaximize: [tokens_per_s_per_chip]\n", true},
        {"minimize: [usd_per_mtok]\n", true},
        {"minimize: [usd_per_mtok]\nmaximize: [tokens_per_s_per_user]\n", true},
        // What nothing bounds is not pruned: the least of what is better large.
        {"minimize: [tokens_per_s]\n", false},
        {"minimize: [latency_s, chips]\n", true},
        {"minimize: [usd_per_mtok, watts_per_chip]\nmaximize: [tokens_per_s, largest_batch]\nbudgets: "
         "{tpot: 30 ms, tokens_per_s: 20}\n",
         false},
    };
    size_t step = AUG_COUNT(rows) / test_some_of(AUG_COUNT(rows));
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i += step)
        check_study(rows[i].wants, rows[i].prunes);
}

static const char mapped_study[] =
    "model: {from: llama-3.1-8b, set: {num_hidden_layers: 2}}\n"
    "machine: {from: bench-256, set: {levels.buffer.size: {choose: [8 KiB, 32 KiB]}, levels.pe.fanout.x: {choose: [8, 16]}}}\n"
    "scenario: {in: 16, out: 4, batch: {choose: [1, 2]}}\n"
    "minimize: [joules_per_token, tpot_s]\n";

// Threads that share what they find give one front; that of rooflines is another one.
static void mappings_do_not_depend_on_threads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, mapped_study);
    aug_sweep roofline, sweeps[3];
    assert_true(aug_sweep_run(study, 1, NULL, &roofline));
    assert_false(roofline.mapped);
    for (int t = 0; t < 3; t++) {
        const aug_mapped_options options = {.memo = aug_mapped_memo_new(), .node_limit = 2000};
        assert_true(aug_sweep_map(study, t + 1, NULL, &options, &sweeps[t]));
        aug_mapped_memo_free(options.memo);
        assert_true(sweeps[t].complete && sweeps[t].mapped);
        assert_int_equal(sweeps[t].evaluated, 8);
        assert_int_equal(sweeps[t].front.count, sweeps[0].front.count);
        assert_int_equal(sweeps[t].unproven, sweeps[0].unproven);
        assert_true(sweeps[t].worst_gap == sweeps[0].worst_gap);
        for (size_t i = 0; i < sweeps[0].front.count; i++)
            assert_memory_equal(sweeps[t].front.points[i].metrics, sweeps[0].front.points[i].metrics,
                                sizeof sweeps[0].front.points[i].metrics);
    }
    assert_true(sweeps[0].front.points[0].objectives[0] < roofline.front.points[0].objectives[0]);
    for (int t = 0; t < 3; t++)
        aug_front_free(&sweeps[t].front);
    aug_front_free(&roofline.front);
    test_end(&ground);
}

// What was searched in a round that is stopped is no part of the front.
static void a_stopped_round_with_mappings_is_left_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, mapped_study);
    aug_progress progress = {0};
    progress.stop = true;
    const aug_mapped_options options = {.memo = aug_mapped_memo_new(), .progress = &progress};
    aug_sweep sweep;
    assert_true(aug_sweep_map(study, 2, &progress, &options, &sweep));
    assert_false(sweep.complete);
    assert_int_equal(sweep.evaluated, 0);
    aug_mapped_memo_free(options.memo);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

static void an_interrupted_sweep_keeps_the_front_so_far(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = large_study(&ground, "minimize: [usd_per_mtok]\n");
    aug_progress progress = {0};
    progress.stop = true;
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 2, &progress, &sweep));
    assert_false(sweep.complete);
    assert_int_equal(sweep.evaluated + sweep.pruned + sweep.infeasible, 0);
    assert_int_equal(sweep.front.count, 0);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

typedef struct watcher {
    aug_progress *progress;
    uint64_t done, total;
    int calls;
} watcher;

static void stop_at_once(void *user, uint64_t done, uint64_t total) {
    watcher *w = user;
    w->done = done;
    w->total = total;
    w->calls++;
    w->progress->stop = true;
}

static void a_sweep_that_is_stopped_ends_after_its_round(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        large_study(&ground, "minimize: [usd_per_mtok]\nmaximize: [tokens_per_s_per_user]\n");
    aug_progress progress = {.report = stop_at_once};
    watcher w = {.progress = &progress};
    progress.user = &w;
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 2, &progress, &sweep));
    assert_false(sweep.complete);
    assert_int_equal(w.calls, 1);
    assert_int_equal(w.total, 1008);
    assert_true(w.done > 0 && w.done < w.total);
    assert_int_equal(sweep.evaluated + sweep.pruned + sweep.infeasible, w.done);
    check_front(&sweep.front, visited_only(&ground, study, w.done), study->space.count);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

static void points_that_are_not_feasible_have_a_reason(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const struct {
        const char *text;
        int reason;
        uint64_t points;
    } rows[] = {
        {"model: llama-3.1-70b\nmachine: h100-sxm\nplan: {chips: {choose: [1, 4]}}\nminimize: [ttft]\n",
         AUG_REASON_MEMORY, 1},
        {"model: llama-3.1-8b\nmachine: h100-sxm\nplan: {chips: 64, pp: {choose: [1, 64]}}\nminimize: "
         "[ttft]\n",
         AUG_REASON_PLAN, 1},
        {"model: llama-3.1-8b\nmachine: h100-sxm\nscenario: {tpot: {choose: [1 us, 1 s]}}\nminimize: "
         "[ttft]\n",
         AUG_REASON_LIMITS, 1},
        {"model: pi0\nmachine: jetson-thor\nscenario: {period: {choose: [20 ms, 1 s]}}\nminimize: [price_usd]\n",
         AUG_REASON_LIMITS, 1},
        {"model: llama-3.1-8b\nmachine: {choose: [h100-sxm, l40s]}\nminimize: [ttft]\nbudgets: {chips: 1, "
         "power: 500 W}\n",
         AUG_REASON_BUDGET + 1, 1},
        {"model: llama-3.1-8b\nmachine: {choose: [h100-sxm, l40s]}\nminimize: [ttft]\nbudgets: {tpot: 10 "
         "ms}\n",
         AUG_REASON_BUDGET, 1},
        {"model: llama-3.1-8b\nmachine: {choose: [h100-sxm, trainium2]}\nminimize: [ttft, usd_per_mtok]\n",
         AUG_REASON_UNKNOWN + 1, 1},
        {"model: {from: llama-3.1-8b, set: {num_attention_heads: {choose: [32, 40]}, num_key_value_heads: "
         "{choose: [8, 5]}, head_dim: 128}}\n"
         "machine: h100-sxm\nminimize: [ttft]\n",
         AUG_REASON_INVALID, 1},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_sweep sweep;
        assert_true(aug_sweep_run(read_study(&ground, rows[i].text), 1, NULL, &sweep));
        if (sweep.reasons[rows[i].reason] != rows[i].points)
            print_error("%s", rows[i].text);
        assert_int_equal(sweep.reasons[rows[i].reason], rows[i].points);
        assert_int_equal(sweep.infeasible, rows[i].points);
        assert_int_equal(sweep.evaluated, sweep.total - rows[i].points);
        assert_int_equal(*sweep.invalid != '\0', rows[i].reason == AUG_REASON_INVALID);
        aug_front_free(&sweep.front);
    }
    test_end(&ground);
}

static void models_beyond_the_law_are_noted(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const texts[] = {
        "model: {from: llama-3.1-8b, set: {training_tokens: 200e9}}\nmachine: h100-sxm\nminimize: [loss]\n",
        "model: {from: llama-3.1-8b, set: {training_tokens: 15e12}}\nmachine: h100-sxm\nminimize: [loss]\n",
    };
    for (int i = 0; i < 2; i++) {
        aug_sweep sweep;
        assert_true(aug_sweep_run(read_study(&ground, texts[i]), 1, NULL, &sweep));
        assert_int_equal(sweep.outside_law, i == 1);
        assert_int_equal(sweep.front.count, 1);
        assert_near(sweep.front.points[0].objectives[0], sweep.front.points[0].metrics[AUG_METRIC_LOSS], 0.0);
        aug_front_free(&sweep.front);
    }
    test_end(&ground);
}

// What a study finds for each machine is what studies of each machine alone find.
static void each_value_has_the_front_of_a_study_of_its_own(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const machines[] = {"h100-sxm", "a100-80g"};
    static const char rest[] = "model: {from: llama-3.1-8b, set: {weights: {choose: [bf16, fp8]}}}\nscenario: {batch: {range: [1, 256], step: x2}}\n"
                               "minimize: [usd_per_mtok, tpot_s]\n";
    aug_sweep all, own[2];
    assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "machine: {choose: [h100-sxm, a100-80g]}\n%seach: [machine]\n", rest)),
                              2, NULL, &all));
    size_t at = 0;
    for (int m = 0; m < 2; m++) {
        assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "machine: %s\n%s", machines[m], rest)), 1, NULL, &own[m]));
        for (size_t p = 0; p < own[m].front.count; p++, at++) {
            assert_true(at < all.front.count);
            assert_int_equal(all.front.points[at].group, m);
            assert_memory_equal(all.front.points[at].metrics, own[m].front.points[p].metrics, sizeof own[m].front.points[p].metrics);
        }
        aug_sweep_free(&own[m]);
    }
    assert_int_equal(at, all.front.count);
    aug_sweep_free(&all);
    test_end(&ground);
}

// The model of the baseline is one of the points: it keeps a budget of its own loss, and one of half its price per token is kept by
// none that is not twice as cheap.
static void budgets_follow_the_baseline(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char parts[] = "machine: {choose: [h100-sxm, a100-80g]}\n"
                                "model: {from: llama-3.1-8b, set: {num_hidden_layers: {choose: [16, 32, 40]}}}\n"
                                "baseline: {model: llama-3.1-8b}\nminimize: [tpot_s]\neach: [machine]\n";
    aug_sweep sweep;
    assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "%sbudgets: {loss: baseline}\n", parts)), 1, NULL, &sweep));
    assert_int_equal(sweep.front.count, 2);
    assert_int_equal(sweep.reasons[AUG_REASON_BUDGET], 2); // 16 layers, on both machines
    for (size_t p = 0; p < 2; p++) {
        const aug_front_point *point = &sweep.front.points[p];
        const aug_point *baseline = &sweep.baseline[aug_study_baseline_point(sweep.study, point->index)];
        assert_near(point->metrics[AUG_METRIC_TPOT], baseline->metrics[AUG_METRIC_TPOT], 0.0);
        assert_near(point->metrics[AUG_METRIC_LOSS_GAP], 0.0, 1e-12);
        assert_near(point->metrics[AUG_METRIC_LOSS_GAP_HIGH], 0.0, 1e-12);
        assert_true(point->metrics[AUG_METRIC_LOSS_HIGH] - point->metrics[AUG_METRIC_LOSS] > 0.02);
    }
    aug_sweep_free(&sweep);
    assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "%sbudgets: {tpot: 0.9 baseline}\n", parts)), 1, NULL, &sweep));
    assert_int_equal(sweep.reasons[AUG_REASON_BUDGET], 4); // all but 16 layers
    for (size_t p = 0; p < sweep.front.count; p++) {
        const aug_point *baseline = &sweep.baseline[aug_study_baseline_point(sweep.study, sweep.front.points[p].index)];
        assert_true(sweep.front.points[p].metrics[AUG_METRIC_TPOT] <= 0.9 * baseline->metrics[AUG_METRIC_TPOT]);
    }
    aug_sweep_free(&sweep);
    test_end(&ground);
}

// A baseline that does not fit has no figures, and a budget of it allows nothing; one that is too slow for the scenario has them.
static void baselines_may_not_fit_or_be_late(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char parts[] = "machine: h100-sxm\nmodel: gemma-2b\nminimize: [tpot_s]\n";
    aug_sweep sweep;
    assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "%sbaseline: {model: llama-3.1-70b}\nbudgets: {tpot: baseline}\n", parts)), 1,
                              NULL, &sweep));
    assert_int_equal(sweep.reasons[AUG_REASON_BUDGET], 1);
    assert_int_equal(sweep.baseline[0].reason, AUG_REASON_MEMORY);
    aug_sweep_free(&sweep);
    assert_true(aug_sweep_run(read_study(&ground, aug_arena_print(&ground.arena, "%sbaseline: {model: llama-2-7b}\nscenario: {tpot: 3 ms}\nbudgets: {tpot: baseline}\n", parts)),
                              1, NULL, &sweep));
    assert_int_equal(sweep.baseline[0].reason, AUG_REASON_LIMITS);
    assert_true(sweep.baseline[0].metrics[AUG_METRIC_TPOT] > 3e-3);
    assert_int_equal(sweep.front.count, 1);
    aug_sweep_free(&sweep);
    test_end(&ground);
}

// 8.03 G weights on 15 T and on 15.01 T tokens differ by 2e-5, far within the band: the one that costs more is on the front for nothing
// that the law tells. On 1 T the loss differs by 0.05, which it tells.
static void points_within_the_band_are_counted(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const tokens[] = {"15e12, 15.01e12", "1e12, 15e12"};
    for (int i = 0; i < 2; i++) {
        aug_sweep sweep;
        const char *text = aug_arena_print(&ground.arena, "machine: h100-sxm\nmodel: {from: llama-3.1-8b, set: {training_tokens: {choose: [%s]}}}\n"
                                                          "minimize: [loss, training_flops]\n", tokens[i]);
        assert_true(aug_sweep_run(read_study(&ground, text), 1, NULL, &sweep));
        assert_int_equal(sweep.front.count, 2);
        assert_int_equal(sweep.like_better, i == 0);
        if (i == 0) {
            bool first_is_dearer = sweep.front.points[0].metrics[AUG_METRIC_TRAINING] > sweep.front.points[1].metrics[AUG_METRIC_TRAINING];
            assert_true(first_is_dearer ? sweep.front.points[0].like_better : sweep.front.points[1].like_better);
        }
        aug_sweep_free(&sweep);
    }
    test_end(&ground);
}

// An agent's task: what it costs in all is what a token costs times the tokens that it writes.
static void agents_are_evaluated(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_sweep sweep;
    assert_true(aug_sweep_run(read_study(&ground, "machine: h100-sxm\nmodel: llama-3.1-8b\nminimize: [usd_per_task]\n"
                                                  "scenario: {in: 1000, turns: 5, per_turn: {in: 500, out: 100, tool: {choose: [0 s, 1 s]}, cache_hit: 0.9}}\n"
                                                  "each: [scenario.per_turn.tool]\n"),
                              1, NULL, &sweep));
    assert_int_equal(sweep.front.count, 2);
    const double *idle = sweep.front.points[0].metrics, *waits = sweep.front.points[1].metrics;
    assert_near(idle[AUG_METRIC_TASK_USD], idle[AUG_METRIC_USD_MTOK] * 1e-6 * 500.0, 1e-9);
    assert_near(idle[AUG_METRIC_TASK_JOULES], idle[AUG_METRIC_JOULES] * 500.0, 1e-9);
    assert_near(waits[AUG_METRIC_TASK] - idle[AUG_METRIC_TASK], 5.0, 1e-9); // five turns of a second
    assert_true(waits[AUG_METRIC_TASK_USD] > idle[AUG_METRIC_TASK_USD]);
    aug_sweep_free(&sweep);
    // A model that does not see the whole context has no answer: 1000 + 4 (500 + 100) + 100 tokens.
    assert_true(aug_sweep_run(read_study(&ground, "machine: h100-sxm\nmodel: {from: llama-3.1-8b, set: {max_position_embeddings: {choose: [3499, 3500]}}}\n"
                                                  "scenario: {in: 1000, turns: 5, per_turn: {in: 500, out: 100, tool: 1 s, cache_hit: 0.9}}\nminimize: [task_s]\n"),
                              1, NULL, &sweep));
    assert_int_equal(sweep.reasons[AUG_REASON_LIMITS], 1);
    assert_int_equal(sweep.evaluated, 1);
    aug_sweep_free(&sweep);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_the_front_of_a_study_of_its_own),
        cmocka_unit_test(budgets_follow_the_baseline),
        cmocka_unit_test(baselines_may_not_fit_or_be_late),
        cmocka_unit_test(points_within_the_band_are_counted),
        cmocka_unit_test(agents_are_evaluated),
        cmocka_unit_test(the_front_depends_neither_on_threads_nor_on_pruning),
        cmocka_unit_test(mappings_do_not_depend_on_threads),
        cmocka_unit_test(a_stopped_round_with_mappings_is_left_out),
        cmocka_unit_test(an_interrupted_sweep_keeps_the_front_so_far),
        cmocka_unit_test(a_sweep_that_is_stopped_ends_after_its_round),
        cmocka_unit_test(points_that_are_not_feasible_have_a_reason),
        cmocka_unit_test(models_beyond_the_law_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
