// Study files: what they ask for, and every complaint about them.
#include "support/testing.h"

#include "design/study.h"

static const aug_library library = {.root = AUG_TEST_DATA};

static aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
}

static void a_study_says_what_it_wants(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "question: which one?\n"
                            "model: {from: llama-3.1-8b, set: {weights: {choose: [bf16, fp8]}}}\n"
                            "machine: {choose: [h100-sxm, a100-80g]}\n"
                            "minimize: [usd_per_mtok]\n"
                            "maximize: [tokens_per_s, tokens_per_s_per_user]\n"
                            "budgets: {tpot: 50 ms, power: 700 W, tokens_per_s: 10, chips: 8}\n");
    assert_non_null(study);
    assert_string_equal(study->name, "own");
    assert_string_equal(study->question, "which one?");
    assert_int_equal(study->objective_count, 3);
    assert_int_equal(study->objectives[0].metric, AUG_METRIC_USD_MTOK);
    assert_false(study->objectives[0].maximize);
    assert_int_equal(study->objectives[2].metric, AUG_METRIC_TOKENS_USER);
    assert_true(study->objectives[2].maximize);
    assert_int_equal(study->budget_count, 4);
    assert_int_equal(study->budgets[0].metric, AUG_METRIC_TPOT);
    assert_near(study->budgets[0].limit, 0.05, 1e-12);
    assert_near(study->budgets[1].limit, 700, 0);
    assert_string_equal(study->economy->name, "default");
    assert_null(study->law);
    assert_int_equal(study->space.count, 4);
    // The process nodes that its machines name.
    assert_non_null(aug_study_technology(study, "5nm"));
    assert_non_null(aug_study_technology(study, "7nm"));
    assert_null(aug_study_technology(study, "3nm"));
    test_end(&ground);
}

static void parts_may_be_written_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "name: tiny\n"
                            "model:\n"
                            "  auger: workload/1\n"
                            "  ranks: {m: {choose: [64, 128]}, n: 64, k: 64}\n"
                            "  einsums: ['Z[m,n] += A[m,k] * B[k,n]']\n"
                            "machine:\n"
                            "  auger: machine/1\n"
                            "  levels:\n"
                            "    - {memory: dram, bandwidth: {range: [1 GB/s, 4 GB/s], step: x2}}\n"
                            "    - {compute: mac, peak: {int8: 1 TFLOP/s}}\n"
                            "minimize: [latency_s]\n");
    assert_non_null(study);
    assert_string_equal(study->name, "tiny");
    assert_int_equal(study->space.count, 6);
    assert_string_equal(study->space.choices[0].path, "machine.levels.dram.bandwidth");
    assert_string_equal(study->space.choices[1].path, "model.ranks.m");
    test_end(&ground);
}

static void shipped_studies_are_good(void **state) {
    (void)state;
    test_ground names_ground;
    test_begin(&names_ground);
    aug_library_names names = aug_library_list(&library, &names_ground.arena, "studies");
    assert_true(names.count > 0);
    for (int i = 0; i < names.count; i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_study *study = aug_study_load(&library, &ground.arena, &ground.errors, names.names[i]);
        if (!study)
            print_error("%s: %s\n", names.names[i], ground.errors.items[0].message);
        assert_non_null(study);
        test_end(&ground);
    }
    test_end(&names_ground);
}

#define PARTS   "model: llama-3.1-8b\nmachine: h100-sxm\n"
#define CHEAP   "minimize: [usd_per_mtok]\n"
#define METRICS "'auger list metrics' shows all"

static void what_is_wrong_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
        unsigned line, column;
    } rows[] = {
        {PARTS, "the study has no objective", "add 'minimize: [usd_per_mtok]' or 'maximize: [tokens_per_s]'",
         1, 1},
        {PARTS "minimize: [usd_per_mtik]", "unknown metric 'usd_per_mtik'",
         "did you mean 'usd_per_mtok'? " METRICS, 3, 12},
        {PARTS "minimize: [beauty_of_the_machine]", "unknown metric 'beauty_of_the_machine'", METRICS, 3, 12},
        {PARTS "minimize: usd_per_mtok", "expected a list of metrics, found 'usd_per_mtok'", "", 3, 11},
        {PARTS "minimize: [[ttft_s]]", "expected a text, found a list", "", 3, 12},
        {PARTS "minimize: [ttft_s, ttft]", "metric 'ttft' stands twice", "", 3, 20},
        {PARTS "minimize: [ttft_s]\nmaximize: [ttft_s]", "metric 'ttft_s' stands twice", "", 4, 12},
        {PARTS "minimize: [ttft_s, tpot_s, latency_s, tokens_per_s, joules_per_token, usd_per_mtok, "
               "usd_per_hour, chips]\nmaximize: [area_mm2]",
         "more than 8 objectives", "", 4, 12},
        {PARTS CHEAP "budgets: [power]", "expected a map of limits, found a list", "", 4, 10},
        {PARTS CHEAP "budgets: {powr: 300 W}", "unknown metric 'powr'", "did you mean 'power'? 'auger list metrics' shows all", 4, 17},
        {PARTS CHEAP "budgets: {power: 300}", "expected a power such as '300 W', found '300'",
         "add the unit: '300 W'", 4, 18},
        {PARTS CHEAP "budgets: {tpot: 50 W}", "expected a time such as '3 us', found '50 W'", "", 4, 17},
        {PARTS CHEAP "econmy: default", "unknown key 'econmy' in study", "did you mean 'economy'?", 4, 1},
        {PARTS CHEAP "economy: defalt", "unknown economy 'defalt'",
         "did you mean 'default'? 'auger list' shows all names", 0, 0},
        {PARTS "minimize: [loss]\nlaw: chinchila-epoch", "unknown law 'chinchila-epoch'",
         "did you mean 'chinchilla-epoch'? 'auger list' shows all names", 0, 0},
        {"machine: h100-sxm\nmodel: gemma-2b\nminimize: [loss]", "the metric 'loss' needs to know how many tokens the model is trained on",
         "add 'training_tokens: 15e12' to the model's 'set'", 2, 8},
        {"machine: h100-sxm\n" CHEAP, "key 'model' is missing in study",
         "model: NAME, or {from: NAME, set: {path: {choose: [...]}}}", 1, 1},
        {"[1]", "expected a map (study), found a list", "", 1, 1},
        {PARTS CHEAP "show: [loss, speed_of_light]", "unknown metric 'speed_of_light'", METRICS, 4, 14},
        {PARTS CHEAP "show: loss", "expected a list of at most 8 metrics", "", 4, 7},
        {PARTS CHEAP "scenario: {batch: {choose: [1, 2]}}\neach: [scenario.bath]", "no choice has the path 'scenario.bath'",
         "did you mean 'scenario.batch'?", 5, 8},
        {PARTS CHEAP "each: scenario.batch", "expected a list of at most 4 choices", "", 4, 7},
        {PARTS CHEAP "scenario: {batch: {choose: [1, 2]}}\neach: [scenario.batch]\nreferences: [a100-80g]",
         "'references' beside 'each': a distance is from one front", "", 6, 13},
        {PARTS CHEAP "scenario: {in: {mix: [1, 2]}}\neach: [scenario.in]", "each point has all values of 'scenario.in'", "", 5, 8},
        {PARTS CHEAP "budgets: {tpot: baseline}", "a budget names a baseline, and there is none", "add 'baseline: {model: NAME}'", 4, 10},
        {PARTS CHEAP "budgets: {tpot: fast baseline}\nbaseline: {model: llama-3.1-8b}",
         "expected a time such as '3 us', found 'fast baseline'", "", 4, 17},
        {PARTS CHEAP "baseline: {modl: llama-3.1-8b}", "unknown key 'modl' in study: baseline", "did you mean 'model'?", 4, 12},
        {PARTS CHEAP "baseline: {model: {choose: [llama-3.1-8b, gemma-2b]}}", "a part of the baseline has no choices", "", 4, 19},
        {PARTS CHEAP "scenario: {in: {range: [1, 100], step: 1}, out: {range: [1, 100], step: 1}}\nbaseline: {model: llama-3.1-8b}",
         "the baseline has 10000 points, one for each of the parts that it does not state; at most 4096",
         "state the parts with most choices: baseline: {model: NAME, machine: NAME}", 5, 11},
        {"machine: h100-sxm\nmodel: llama-3.1-8b\nminimize: [loss]\nbaseline: {model: gemma-2b}",
         "the metric 'loss' needs to know how many tokens the model is trained on", "add 'training_tokens: 15e12' to the model's 'set'", 4, 19},
        // A value that nothing accepts is an error of the study, at its place.
        {PARTS CHEAP "plan: {chips: {choose: [1, 0]}}", "chips: expected 1 to 1000000", "", 4, 28},
        {PARTS CHEAP "plan: {chps: 2}", "unknown key 'chps' in plan", "did you mean 'chips'?", 4, 8},
        {PARTS CHEAP "plan: {weights: {choose: [bf16, fp7]}}",
         "expected one of fp32, tf32, bf16, fp16, fp8, fp8_block, int8, mxfp4, nvfp4, fp4, int4, q8_0, q6_k, q4_k_m, found 'fp7'",
         "did you mean 'fp8'?", 4, 33},
        {PARTS CHEAP "scenario: {in: 10, images: {choose: [5, 11]}}", "images: expected 0 to 10, found 11",
         "", 4, 41},
        {"model: llama-3.1-8b\nmachine: {from: h100-sxm, set: {levels.hbm.bandwidth: {choose: [1 TB/s, 2 "
         "TB]}}}\n" CHEAP,
         "expected a bandwidth such as '400 GB/s' or '64 bit/cycle', found '2 TB'", "", 2, 73},
        {"model: llama-3.1-8b\nmachine: {from: h100-sxm, set: {levels.hbm.sise: 1 GB}}\n" CHEAP,
         "unknown key 'sise' in machine level: memory", "did you mean 'size'?", 2, 50},
        {"model: llama-3.1-8b\nmachine: {from: h100-sxm, set: {technology: {choose: [5nm, 6nm]}}}\n" CHEAP,
         "unknown technology '6nm'", "did you mean '16nm'? 'auger list' shows all names", 2, 60},
        {"model: {from: llama-3.1-8b, set: {weights: {choose: [bf16, fp7]}}}\nmachine: h100-sxm\n" CHEAP,
         "expected one of fp32, tf32, bf16, fp16, fp8, fp8_block, int8, mxfp4, nvfp4, fp4, int4, q8_0, q6_k, q4_k_m, found 'fp7'",
         "did you mean 'fp8'?", 1, 60},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read_study(&ground, rows[i].text));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        if (ground.errors.items[0].line != rows[i].line || ground.errors.items[0].column != rows[i].column)
            print_error("%s: found line %u, column %u\n", rows[i].message, ground.errors.items[0].line,
                        ground.errors.items[0].column);
        assert_int_equal(ground.errors.items[0].line, rows[i].line);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

// Machine 1 of 2, model 2 of 3, batch 3 of 4 (from 0: 1, 1 and 2): its group by machine and batch is 1 · 4 + 2, its baseline's
// point, which has no choice of a model, the same.
static void points_have_a_group_and_a_baseline(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, "machine: {choose: [h100-sxm, a100-80g]}\n"
                                                 "model: {choose: [gemma-2b, llama-2-7b, llama-3.1-8b]}\n"
                                                 "scenario: {batch: {choose: [1, 2, 4, 8]}}\n"
                                                 "each: [machine, scenario.batch]\n"
                                                 "baseline: {model: llama-3.1-8b}\n"
                                                 "budgets: {tpot: 0.5 baseline, latency: baseline, ttft: 1 s}\n" CHEAP);
    assert_non_null(study);
    uint64_t point = (1 * 3 + 1) * 4 + 2;
    assert_int_equal(aug_study_group(study, point), 6);
    assert_int_equal(study->baseline.study->space.count, 8);
    assert_int_equal(aug_study_baseline_point(study, point), 6);
    assert_true(study->budgets[0].relative && study->budgets[1].relative && !study->budgets[2].relative);
    assert_near(study->budgets[0].limit, 0.5, 0.0);
    assert_near(study->budgets[1].limit, 1.0, 0.0);
    test_end(&ground);
}

static void at_most_16_budgets_fit(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = PARTS CHEAP "budgets:\n";
    for (int i = 0; i < 17; i++)
        text = aug_arena_print(&ground.arena, "%s  %s: 1%s\n", text, aug_metric_keys[i],
                               *aug_dimension_unit(aug_metric_dimension((aug_metric)i))
                                   ? aug_arena_print(&ground.arena, " %s",
                                                     aug_dimension_unit(aug_metric_dimension((aug_metric)i)))
                                   : "");
    assert_null(read_study(&ground, text));
    assert_error(&ground.errors, 1, "more than 16 budgets", "");
    test_end(&ground);
}

static void several_mistakes_are_told_at_once(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_null(read_study(&ground, "model: lama-3.1-8b\nmachine: h100-sxn\nminimize: [usd]\n"));
    assert_int_equal(ground.errors.count, 3);
    assert_string_equal(ground.errors.items[0].message, "unknown metric 'usd'");
    assert_string_equal(ground.errors.items[1].message, "unknown machine 'h100-sxn'");
    assert_string_equal(ground.errors.items[2].message, "unknown model 'lama-3.1-8b'");
    test_end(&ground);
}

static void values_that_only_some_combinations_accept_are_kept(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    // 32 heads do not divide into 5 groups, 40 do.
    const aug_study *study =
        read_study(&ground, "model: {from: llama-3.1-8b, set: {num_attention_heads: {choose: [32, 40]}, "
                            "num_key_value_heads: {choose: [8, 5]}, head_dim: 128}}\n"
                            "machine: h100-sxm\n" CHEAP);
    assert_non_null(study);
    assert_int_equal(study->space.count, 4);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_says_what_it_wants),
        cmocka_unit_test(parts_may_be_written_out),
        cmocka_unit_test(shipped_studies_are_good),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(points_have_a_group_and_a_baseline),
        cmocka_unit_test(at_most_16_budgets_fit),
        cmocka_unit_test(several_mistakes_are_told_at_once),
        cmocka_unit_test(values_that_only_some_combinations_accept_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
