// The library as a program that embeds it sees it: the public header alone.
#include "auger.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static aug_context *context_of_tests(void) {
    aug_context *context = aug_context_new();
    assert_non_null(context);
    assert_true(aug_context_set_data(context, AUG_TEST_DATA));
    assert_string_equal(aug_context_data(context), AUG_TEST_DATA);
    return context;
}

static void an_estimate_has_text_json_csv_and_figures(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_estimate_options options = aug_estimate_options_default();
    options.chips = 8;
    aug_answer *answer = NULL;
    assert_int_equal(aug_estimate_run(context, "llama-3.1-70b", "h100-sxm", &options, &answer), AUG_OK);
    assert_int_equal(aug_answer_status(answer), AUG_OK);
    assert_non_null(strstr(aug_answer_text(answer), "llama-3.1-70b on 8 x h100-sxm"));
    assert_non_null(strstr(aug_answer_json(answer), "\"tpot_s\": "));
    assert_memory_equal(aug_answer_csv(answer), "phase,name,repeats", 18);
    assert_string_equal(aug_answer_errors(answer), "");
    assert_string_equal(aug_answer_predictions(answer), "");
    double tpot = 0.0, per_user = 0.0, nothing = 1.0;
    assert_true(aug_answer_metric(answer, "tpot_s", &tpot));
    assert_true(aug_answer_metric(answer, "tokens_per_s_per_user", &per_user));
    assert_true(fabs(tpot * per_user - 1.0) < 1e-12);
    assert_false(aug_answer_metric(answer, "loss", &nothing));
    assert_false(aug_answer_metric(answer, "no such key", &nothing));
    assert_true(nothing == 1.0);
    aug_answer_free(answer);
    aug_context_free(context);
}

static void a_wrong_input_has_errors_and_nothing_else(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_estimate_options options = aug_estimate_options_default();
    options.weights = "fp7";
    aug_answer *answer = NULL;
    assert_int_equal(aug_estimate_run(context, "lama-3.1-8b", "h100-sxm", &options, &answer), AUG_BAD_INPUT);
    assert_string_equal(aug_answer_text(answer), "");
    assert_string_equal(aug_answer_json(answer), "");
    assert_string_equal(aug_answer_csv(answer), "");
    assert_int_equal(aug_answer_error_count(answer), 2);
    aug_error_info error = aug_answer_error(answer, 1);
    assert_string_equal(error.message, "unknown model 'lama-3.1-8b'");
    assert_string_equal(error.hint, "did you mean 'llama-3.1-8b'? 'auger list' shows all names");
    assert_int_equal(error.line, 0);
    assert_string_equal(aug_answer_error(answer, 2).message, "");
    double value;
    assert_false(aug_answer_metric(answer, "tpot_s", &value));
    aug_answer_free(answer);
    aug_context_free(context);
}

static void what_does_not_fit_is_a_no_with_an_answer(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_estimate_options options = aug_estimate_options_default();
    aug_answer *answer = NULL;
    assert_int_equal(aug_estimate_run(context, "llama-3.1-405b", "rtx-4090", &options, &answer), AUG_NO);
    assert_non_null(strstr(aug_answer_json(answer), "\"status\": \"no\""));
    assert_non_null(strstr(aug_answer_json(answer), "\"fits\": false"));
    aug_answer_free(answer);
    aug_context_free(context);
}

typedef struct watcher {
    aug_context *context;
    uint64_t calls, last_done, total;
} watcher;

static void stop_at_once(void *user, uint64_t done, uint64_t total) {
    watcher *w = user;
    w->calls++;
    assert_true(done >= w->last_done && done <= total);
    w->last_done = done;
    w->total = total;
    aug_context_interrupt(w->context);
}

static void a_mapping_is_evaluated_by_name_or_as_text(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_evaluate_options options = aug_evaluate_options_default();
    options.einsum = "conv4 3x3";
    aug_answer *answer = NULL;
    assert_int_equal(aug_evaluate_run(context, "resnet-50", "eyeriss-like", "row-stationary", &options, &answer), AUG_OK);
    assert_memory_equal(aug_answer_text(answer), "conv4 3x3 on eyeriss-like: ", 27);
    assert_non_null(strstr(aug_answer_json(answer), "\"infeasible\": []"));
    assert_memory_equal(aug_answer_csv(answer), "memory,tensor,", 14);
    double cycles = 0.0, operations = 0.0;
    assert_true(aug_answer_metric(answer, "cycles", &cycles));
    assert_true(aug_answer_metric(answer, "operations", &operations));
    assert_true(operations == 14.0 * 14.0 * 256.0 * 256.0 * 9.0 && cycles >= operations / 168.0);
    aug_answer_free(answer);
    const char *nest = "dram[I W O] buffer[I W O] for k:1 for c:1 for p:1 for q:1 for r:1 for s:1";
    assert_int_equal(aug_evaluate_run(context, "resnet-50", "eyeriss-like", nest, &options, &answer), AUG_NO);
    assert_non_null(strstr(aug_answer_text(answer), "conv4 3x3 on eyeriss-like does not fit:\n  buffer holds "));
    assert_non_null(strstr(aug_answer_json(answer), "\"status\": \"no\""));
    aug_answer_free(answer);
    options.einsum = NULL;
    assert_int_equal(aug_evaluate_run(context, "resnet-50", "eyeriss-like", nest, &options, &answer), AUG_BAD_INPUT);
    assert_string_equal(aug_answer_json(answer), "");
    aug_answer_free(answer);
    aug_context_free(context);
}

static double metric(const aug_answer *answer, const char *key) {
    double value = (double)NAN;
    aug_answer_metric(answer, key, &value);
    return value;
}

// What a user gets per second is at most 1 / (weights / bandwidth), and the estimate below that; a claim between is no proven no.
static void a_claim_is_held_against_bound_and_estimate(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_audit_options options = aug_audit_options_default();
    options.tokens_per_s = 1e4;
    aug_answer *answer = NULL;
    assert_int_equal(aug_audit_run(context, "llama-3.1-8b", "h100-sxm", &options, &answer), AUG_NO);
    double bound = metric(answer, "bound"), estimate = metric(answer, "estimate");
    assert_true(estimate < bound && bound < 3350 / 14.9);
    assert_true(fabs(metric(answer, "margin") - bound / 1e4) < 1e-12);
    assert_non_null(strstr(aug_answer_json(answer), "\"possible\": false"));
    aug_answer_free(answer);
    options.tokens_per_s = (estimate + bound) / 2;
    assert_int_equal(aug_audit_run(context, "llama-3.1-8b", "h100-sxm", &options, &answer), AUG_OK);
    aug_answer_free(answer);
    const double wrong[] = {0.0, -1.0, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        options.tokens_per_s = wrong[i];
        assert_int_equal(aug_audit_run(context, "llama-3.1-8b", "h100-sxm", &options, &answer), AUG_BAD_INPUT);
        aug_answer_free(answer);
    }
    aug_context_free(context);
}

// The same rows and winners whatever the number of threads.
static void a_comparison_does_not_depend_on_threads(void **state) {
    (void)state;
    aug_compare_options options = aug_compare_options_default();
    options.chips = "1,4";
    options.weights = "bf16,fp8";
    aug_answer *answers[2] = {NULL};
    aug_context *contexts[2];
    for (int i = 0; i < 2; i++) {
        contexts[i] = context_of_tests();
        aug_context_set_threads(contexts[i], i ? 4 : 1);
        assert_int_equal(aug_compare_run(contexts[i], "qwen3-0.6b,llama-3.1-8b", "l40s,b200", &options, &answers[i]), AUG_OK);
    }
    assert_string_equal(aug_answer_csv(answers[0]), aug_answer_csv(answers[1]));
    assert_string_equal(aug_answer_text(answers[0]), aug_answer_text(answers[1]));
    assert_non_null(strstr(aug_answer_json(answers[1]), "\"winner\": {\"ttft_s\": "));
    for (int i = 0; i < 2; i++) {
        aug_answer_free(answers[i]);
        aug_context_free(contexts[i]);
    }
}

// The least energy is at most that of a mapping made by hand (16544 pJ), whatever the number of threads; a search that gives up tells
// a bound that is at most the best.
static void the_best_mapping_is_proven_or_bounded(void **state) {
    (void)state;
    static const char workload[] = AUG_TEST_FILES "/golden/files/product.yaml", machine[] = AUG_TEST_FILES "/golden/files/grid.yaml";
    aug_context *context = context_of_tests();
    aug_map_options options = aug_map_options_default();
    aug_answer *answer = NULL;
    double best[2];
    for (int threads = 1; threads <= 2; threads++) {
        aug_context_set_threads(context, threads);
        assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_OK);
        best[threads - 1] = metric(answer, "energy_pj");
        assert_true(best[threads - 1] == metric(answer, "value") && best[threads - 1] == metric(answer, "lower_bound"));
        assert_string_equal(aug_answer_certificate(answer), "");
        aug_answer_free(answer);
    }
    assert_true(best[0] <= 16544.0 && best[0] == best[1]);
    options.node_limit = 1;
    assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_LIMIT);
    assert_non_null(strstr(aug_answer_json(answer), "\"status\": \"limit\""));
    assert_true(metric(answer, "lower_bound") <= best[0]);
    assert_false(metric(answer, "value") < best[0]);
    aug_answer_free(answer);
    options.objective = "speed";
    assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_BAD_INPUT);
    assert_string_equal(aug_answer_error(answer, 0).message, "unknown objective 'speed'");
    aug_answer_free(answer);
    aug_context_free(context);
}

// Two products on a chip that AccelForge fuses at 188416 pJ of 240640; the same for any number of threads.
static void neighbours_are_fused(void **state) {
    (void)state;
    const char *workload = AUG_TEST_FILES "/golden/files/chain.yaml", *machine = AUG_TEST_FILES "/golden/files/two-level.yaml";
    aug_context *context = context_of_tests();
    aug_map_options options = aug_map_options_default();
    aug_answer *answer = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        aug_context_set_threads(context, threads);
        assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_OK);
        assert_true(metric(answer, "value") == 188416.0 && metric(answer, "lower_bound") == 188416.0);
        assert_non_null(strstr(aug_answer_json(answer), "\"einsums\": [\"T1\", \"T2\"],\n"));
        aug_answer_free(answer);
    }
    options.fuse = "none";
    assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_OK);
    assert_true(metric(answer, "value") == 240640.0);
    aug_answer_free(answer);
    options.fuse = "auto";
    options.node_limit = 1; // never worse than what the einsums take one by one within the same limit
    aug_map_run(context, workload, machine, &options, &answer);
    double fused = metric(answer, "value");
    assert_true(metric(answer, "lower_bound") <= 188416.0);
    aug_answer_free(answer);
    options.fuse = "none";
    assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_LIMIT);
    assert_true(fused <= metric(answer, "value"));
    aug_answer_free(answer);
    options.fuse = "both";
    assert_int_equal(aug_map_run(context, workload, machine, &options, &answer), AUG_BAD_INPUT);
    assert_string_equal(aug_answer_error(answer, 0).message, "unknown way to fuse: 'both'");
    aug_answer_free(answer);
    aug_context_free(context);
}

typedef struct interrupter {
    aug_context *context;
    atomic_bool done;
} interrupter;

static void *interrupt_until_done(void *argument) {
    interrupter *i = argument;
    while (!atomic_load(&i->done)) {
        aug_context_interrupt(i->context);
        usleep(1000);
    }
    return NULL;
}

// The whole front of this product takes minutes; stopped, the search answers with a bound that is at most what it has found.
static void an_interrupted_search_gives_the_best_so_far(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_context_set_threads(context, 2);
    aug_map_options options = aug_map_options_default();
    options.objective = "front";
    interrupter i = {.context = context};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_until_done, &i), 0);
    aug_answer *answer = NULL;
    aug_status status = aug_map_run(context, AUG_TEST_FILES "/golden/files/matmul.yaml", "bench-4level", &options, &answer);
    atomic_store(&i.done, true);
    pthread_join(thread, NULL);
    assert_int_equal(status, AUG_LIMIT);
    assert_false(metric(answer, "value") < metric(answer, "lower_bound"));
    assert_non_null(strstr(aug_answer_json(answer), "\"proven\": false"));
    assert_non_null(strstr(aug_answer_text(answer), "not proven"));
    aug_answer_free(answer);
    aug_context_free(context);
}

// With mappings energies change; a machine of a data sheet has none, which is said.
static void an_estimate_by_mappings_says_so(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_estimate_options options = aug_estimate_options_default();
    options.in_tokens = 16;
    options.out_tokens = 4;
    double joules[2], tpot[2];
    for (int i = 0; i < 2; i++) {
        aug_answer *answer = NULL;
        options.mapped = i == 1;
        assert_int_equal(aug_estimate_run(context, "llama-3.1-8b", "bench-256", &options, &answer), AUG_OK);
        joules[i] = metric(answer, "joules_per_token");
        tpot[i] = metric(answer, "tpot_s");
        assert_int_equal(strstr(aug_answer_json(answer), "\"gap\": 0") != NULL, i == 1);
        assert_int_equal(strstr(aug_answer_json(answer), "\"roofline_because\": \"it reads only") != NULL, i == 1);
        aug_answer_free(answer);
    }
    assert_true(joules[1] < joules[0] && fabs(tpot[1] / tpot[0] - 1.0) < 1e-3);
    aug_answer *answer = NULL;
    assert_int_equal(aug_estimate_run(context, "llama-3.1-8b", "h100-sxm", &options, &answer), AUG_OK);
    assert_non_null(strstr(aug_answer_text(answer), "note: there are no mappings"));
    aug_answer_free(answer);
    aug_context_free(context);
}

// The searches of a prompt of 1024 tokens on this machine take seconds.
static void an_interrupted_estimate_says_what_is_not_mapped(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_estimate_options options = aug_estimate_options_default();
    options.mapped = true;
    options.weights = options.kv = "int8";
    options.chips = 4;
    interrupter i = {.context = context};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_until_done, &i), 0);
    aug_answer *answer = NULL;
    aug_status status = aug_estimate_run(context, "llama-3.1-8b", "tpu-v4i-like", &options, &answer);
    atomic_store(&i.done, true);
    pthread_join(thread, NULL);
    assert_int_equal(status, AUG_LIMIT);
    assert_non_null(strstr(aug_answer_text(answer), "search was stopped"));
    aug_answer_free(answer);
    aug_context_free(context);
}

// The groups of attention take seconds; stopped, each einsum has some nest and so has the whole.
static void an_interrupted_search_for_groups_gives_the_best_so_far(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    aug_map_options options = aug_map_options_default();
    interrupter i = {.context = context};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_until_done, &i), 0);
    aug_answer *answer = NULL;
    aug_status status = aug_map_run(context, AUG_TEST_DATA "/workloads/one-pass-attention.yaml", "attention-chip", &options, &answer);
    atomic_store(&i.done, true);
    pthread_join(thread, NULL);
    assert_int_equal(status, AUG_LIMIT);
    assert_true(metric(answer, "value") > 0.0 && metric(answer, "lower_bound") <= metric(answer, "value"));
    assert_non_null(strstr(aug_answer_json(answer), "\"proven\": false"));
    aug_answer_free(answer);
    aug_context_free(context);
}

static void an_interrupted_study_gives_the_front_so_far(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    watcher w = {.context = context};
    aug_context_set_progress(context, stop_at_once, &w);
    aug_context_set_threads(context, 2);
    aug_design_options options = aug_design_options_default();
    aug_answer *answer = NULL;
    assert_int_equal(aug_design_run(context, "machines-for-llama", &options, &answer), AUG_LIMIT);
    assert_int_equal(w.calls, 1);
    assert_true(w.last_done < w.total);
    assert_non_null(strstr(aug_answer_json(answer), "\"complete\": false"));
    assert_non_null(strstr(aug_answer_json(answer), "\"choices\": {"));
    aug_answer_free(answer);
    // The next call begins anew.
    aug_context_set_progress(context, NULL, NULL);
    assert_int_equal(aug_design_run(context, "machines-for-llama", &options, &answer), AUG_OK);
    aug_answer_free(answer);
    aug_context_free(context);
}

static void everything_shipped_checks_and_lists(void **state) {
    (void)state;
    static const char *const topics[] = {NULL, "models", "machines", "studies", "scenarios", "mappings", "technologies", "economies", "laws", "families", "metrics", "formats"};
    aug_context *context = context_of_tests();
    aug_answer *answer = NULL;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        assert_int_equal(aug_list_run(context, topics[i], NULL, &answer), AUG_OK);
        assert_true(strlen(aug_answer_text(answer)) > 40);
        aug_answer_free(answer);
    }
    const char *const files[] = {AUG_TEST_DATA "/machines/h100-sxm.yaml", AUG_TEST_DATA "/models/names.yaml"};
    assert_int_equal(aug_check_run(context, files, 2, &answer), AUG_OK);
    assert_non_null(strstr(aug_answer_text(answer), "machine: h100-sxm"));
    aug_answer_free(answer);
    assert_int_equal(aug_reference_run(context, "study", &answer), AUG_OK);
    assert_non_null(strstr(aug_answer_text(answer), "\"minimize\""));
    aug_answer_free(answer);
    aug_context_free(context);
}

static void a_folder_without_data_is_said(void **state) {
    (void)state;
    aug_context *context = context_of_tests();
    assert_true(aug_context_set_data(context, "/nonexistent"));
    aug_estimate_options options = aug_estimate_options_default();
    aug_answer *answer = NULL;
    assert_int_equal(aug_estimate_run(context, "llama-3.1-8b", "h100-sxm", &options, &answer), AUG_BAD_INPUT);
    assert_int_equal(aug_answer_error_count(answer), 3); // model, machine, economy
    aug_answer_free(answer);
    aug_context_free(context);
}

static void nothing_can_be_freed_twice_over(void **state) {
    (void)state;
    aug_answer_free(NULL);
    aug_context_free(NULL);
    assert_non_null(strchr(aug_version(), '.'));
    const char *const names[] = {"alpha", "beta"};
    assert_string_equal(aug_nearest_name("alpa", names, 2), "alpha");
    assert_null(aug_nearest_name("zzzzzzzz", names, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_has_text_json_csv_and_figures),
        cmocka_unit_test(a_wrong_input_has_errors_and_nothing_else),
        cmocka_unit_test(what_does_not_fit_is_a_no_with_an_answer),
        cmocka_unit_test(a_mapping_is_evaluated_by_name_or_as_text),
        cmocka_unit_test(a_claim_is_held_against_bound_and_estimate),
        cmocka_unit_test(a_comparison_does_not_depend_on_threads),
        cmocka_unit_test(the_best_mapping_is_proven_or_bounded),
        cmocka_unit_test(an_interrupted_search_gives_the_best_so_far),
        cmocka_unit_test(an_estimate_by_mappings_says_so),
        cmocka_unit_test(an_interrupted_estimate_says_what_is_not_mapped),
        cmocka_unit_test(neighbours_are_fused),
        cmocka_unit_test(an_interrupted_search_for_groups_gives_the_best_so_far),
        cmocka_unit_test(an_interrupted_study_gives_the_front_so_far),
        cmocka_unit_test(everything_shipped_checks_and_lists),
        cmocka_unit_test(a_folder_without_data_is_said),
        cmocka_unit_test(nothing_can_be_freed_twice_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
