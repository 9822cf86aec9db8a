// Machines held against a study whose seconds follow by hand.
#include "support/testing.h"

#include "design/reference.h"

static const aug_library library = {.root = AUG_TEST_DATA};

// One product of 1000 x 1000 x 1000 in int8: 2e9 operations take 20 us at 100 TFLOP/s; 24e6 bits take 30 us
// at 100 GB/s and 15 us at 200 GB/s. So the front is 30 us for 1000 USD with the slow memory and 20 us for
// 2000 USD with the fast one.
#define STUDY                                                                                                \
    "model: {auger: workload/1, ranks: {m: 1000, n: 1000, k: 1000}, einsums: ['Z[m,n] += A[m,k] * "          \
    "B[k,n]']}\n"                                                                                            \
    "machine:\n"                                                                                             \
    "  auger: machine/1\n"                                                                                   \
    "  model: kernel\n"                                                                                      \
    "  price: {choose: [1000 USD, 2000 USD]}\n"                                                              \
    "  levels:\n"                                                                                            \
    "    - {memory: dram, bandwidth: {choose: [100 GB/s, 200 GB/s], with: machine.price}}\n"                 \
    "    - {compute: mac, peak: {int8: 100 TFLOP/s}}\n"                                                      \
    "minimize: [latency_s, price_usd]\n"

// Twice as slow as the fast one in 40 us, for 3000 USD: 2 and 1.5 times behind it, and 1.33 and 3 times
// behind the slow one.
#define SLOW                                                                                                 \
    "  - auger: machine/1\n"                                                                                 \
    "    model: kernel\n"                                                                                    \
    "    price: 3000 USD\n"                                                                                  \
    "    levels:\n"                                                                                          \
    "      - {memory: dram, bandwidth: 75 GB/s}\n"                                                           \
    "      - {compute: mac, peak: {int8: 100 TFLOP/s}}\n"

// As the fast one, for 1500 USD: none of the front is as good in both; the fast one asks for min(1, 0.75),
// the slow one for min(20/30, 1.5).
#define CHEAP                                                                                                \
    "  - auger: machine/1\n"                                                                                 \
    "    model: kernel\n"                                                                                    \
    "    price: 1500 USD\n"                                                                                  \
    "    levels:\n"                                                                                          \
    "      - {memory: dram, bandwidth: 200 GB/s}\n"                                                          \
    "      - {compute: mac, peak: {int8: 100 TFLOP/s}}\n"

static const aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
}

static void references_are_measured_from_the_front(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, STUDY "references:\n" SLOW CHEAP);
    if (!study)
        print_error("%s\n", ground.errors.items[0].message);
    assert_non_null(study);
    assert_int_equal(study->reference_count, 2);
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 1, NULL, &sweep));
    assert_null(sweep.references);
    assert_true(aug_references_run(&ground.arena, 1, NULL, NULL, &sweep));
    assert_int_equal(sweep.front.count, 2);
    const aug_reference *slow = &sweep.references[0], *cheap = &sweep.references[1];
    assert_int_equal(slow->sweep.front.count, 1);
    assert_near(slow->points[0].distance.factor, 1.5, 1e-9);
    assert_int_equal(slow->points[0].distance.nearest, 0); // sorted by latency: the fast one
    assert_int_equal(slow->points[0].distance.objective, 1);
    assert_near(slow->points[0].ratios[0], 2, 1e-9);
    assert_near(slow->points[0].ratios[1], 1.5, 1e-9);
    assert_near(slow->own.of[AUG_FIGURE_BANDWIDTH], 75e9, 1e-9);
    assert_near(slow->points[0].front.of[AUG_FIGURE_BANDWIDTH], 200e9, 1e-9);
    assert_near(cheap->points[0].distance.factor, 0.75, 1e-9);
    aug_references_free(&sweep);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

// Budgets hold for references, too: over 2500 USD there is none.
static void a_reference_over_budget_has_no_points(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, STUDY "budgets: {price: 2500 USD}\nreferences:\n" SLOW);
    assert_non_null(study);
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 1, NULL, &sweep));
    assert_true(aug_references_run(&ground.arena, 1, NULL, NULL, &sweep));
    assert_int_equal(sweep.references[0].sweep.front.count, 0);
    assert_int_equal(sweep.references[0].sweep.reasons[AUG_REASON_BUDGET], 1);
    aug_references_free(&sweep);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

// The machine that a study varies, as it is, is one of its points: it lies on the front or inside.
static void a_point_of_the_study_is_never_beyond_its_front(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: llama-3.1-8b\n"
                            "machine: {from: a100-80g, set: {levels.l2.size: {choose: [20 MB, 40 MB]}}}\n"
                            "scenario: {in: 512, out: 64, batch: {choose: [1, 16]}}\n"
                            "minimize: [usd_per_mtok]\n"
                            "maximize: [tokens_per_s_per_user]\n"
                            "references: [a100-80g]\n");
    assert_non_null(study);
    assert_string_equal(study->reference_names[0], "a100-80g");
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 2, NULL, &sweep));
    assert_true(aug_references_run(&ground.arena, 2, NULL, NULL, &sweep));
    const aug_reference *reference = &sweep.references[0];
    assert_int_equal(reference->sweep.front.count, 2); // fast for one, cheap for sixteen
    for (size_t i = 0; i < 2; i++)
        assert_true(reference->points[i].distance.factor >= 1.0);
    aug_references_free(&sweep);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

static void what_is_wrong_with_references_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
    } rows[] = {
        {STUDY "references: h100-sxm\n", "expected a list of machines, found 'h100-sxm'",
         "references: [h100-sxm]"},
        {STUDY "references: [h100-sxn]\n", "unknown machine 'h100-sxn'",
         "did you mean 'h100-sxm'? 'auger list' shows all names"},
        {STUDY "references: [[a]]\n", "expected a text, found a list", ""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read_study(&ground, rows[i].text));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_true(ground.errors.items[0].line > 0);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_measured_from_the_front),
        cmocka_unit_test(a_reference_over_budget_has_no_points),
        cmocka_unit_test(a_point_of_the_study_is_never_beyond_its_front),
        cmocka_unit_test(what_is_wrong_with_references_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
