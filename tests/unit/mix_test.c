// Mixes: which points belong together, and means over them against evaluating each alone.
#include "support/testing.h"

#include "design/mix.h"
#include "design/point.h"

static const aug_library library = {.root = AUG_TEST_DATA};

static const aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    const aug_study *study = aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
    if (!study)
        print_error("%s\n", ground->errors.items[0].message);
    assert_non_null(study);
    return study;
}

#define PARTS                                                                                                \
    "model: {mix: [llama-3.1-8b, qwen3-8b]}\n"                                                               \
    "machine: {choose: [h100-sxm, a100-80g]}\n"                                                              \
    "scenario: {in: {mix: [100, 200, 300]}, out: {mix: [7, 8, 9], with: in}, batch: {choose: [1, 2, 3, 4, "  \
    "5]}}\n"

// Machines, models, lengths, batches: 2 · 2 · 3 · 5 = 60 indices, six of which are one point. Its members
// differ by 15 in the model and by 5 in the lengths; what follows a mix has no digit of its own.
static void members_differ_in_mixes_alone(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, PARTS "minimize: [usd_per_mtok]\n");
    const aug_space *space = &study->space;
    assert_int_equal(space->count, 60);
    assert_int_equal(aug_mix_members(space), 6);
    int firsts = 0;
    bool seen[60] = {0};
    for (uint64_t point = 0; point < 60; point++) {
        if (!aug_mix_is_first(space, point))
            continue;
        firsts++;
        for (uint64_t m = 0; m < 6; m++) {
            uint64_t member = aug_mix_member(space, point, m);
            assert_int_equal(member, point + m / 3 * 15 + m % 3 * 5);
            assert_false(seen[member]);
            seen[member] = true;
        }
    }
    assert_int_equal(firsts, 10);
    test_end(&ground);
}

static void means_are_geometric(void **state) {
    (void)state;
    aug_mix_sum sum = {0};
    double metrics[AUG_METRIC_COUNT] = {0};
    metrics[AUG_METRIC_USD_MTOK] = 2;
    metrics[AUG_METRIC_AREA] = 826.1;
    metrics[AUG_METRIC_LOSS] = NAN;
    aug_mix_add(&sum, metrics);
    metrics[AUG_METRIC_USD_MTOK] = 8;
    aug_mix_add(&sum, metrics);
    aug_mix_mean(&sum, metrics);
    assert_near(metrics[AUG_METRIC_USD_MTOK], 4, 1e-12);
    assert_near(metrics[AUG_METRIC_AREA], 826.1, 0); // what is common stays as it is
    assert_near(metrics[AUG_METRIC_CHIPS], 0, 0);
    assert_true(isnan(metrics[AUG_METRIC_LOSS]));
}

// Each load by itself and both together: √(a · b), whatever the threads.
static void a_mix_is_the_mean_of_its_loads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
#define REST                                                                                                 \
    "machine: h100-sxm\nscenario: {in: 512, out: 64, batch: 8}\nminimize: [usd_per_mtok]\nmaximize: "        \
    "[tokens_per_s]\n"
    const aug_study *studies[] = {read_study(&ground, "model: llama-3.1-8b\n" REST),
                                  read_study(&ground, "model: qwen3-0.6b\n" REST),
                                  read_study(&ground, "model: {mix: [llama-3.1-8b, qwen3-0.6b]}\n" REST)};
    aug_sweep sweeps[3];
    for (int i = 0; i < 3; i++) {
        assert_true(aug_sweep_run(studies[i], i + 1, NULL, &sweeps[i]));
        assert_int_equal(sweeps[i].total, 1);
        assert_int_equal(sweeps[i].evaluated, 1);
        assert_int_equal(sweeps[i].front.count, 1);
    }
    for (int o = 0; o < 2; o++)
        assert_near(fabs(sweeps[2].front.points[0].objectives[o]),
                    sqrt(sweeps[0].front.points[0].objectives[o] * sweeps[1].front.points[0].objectives[o]),
                    1e-12);
    for (int i = 0; i < 3; i++)
        aug_front_free(&sweeps[i].front);
    test_end(&ground);
}

// One of the loads does not fit into 80 GB: none of the mix does.
static void what_one_load_breaks_the_mix_breaks(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(
        &ground, "model: {mix: [llama-3.1-8b, llama-3.1-70b]}\nmachine: h100-sxm\n"
                 "scenario: {in: 512, out: 64, batch: {choose: [1, 8]}}\nminimize: [usd_per_mtok]\n");
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 2, NULL, &sweep));
    assert_int_equal(sweep.total, 2);
    assert_int_equal(sweep.infeasible, 2);
    assert_int_equal(sweep.reasons[AUG_REASON_MEMORY], 2);
    aug_front_free(&sweep.front);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_differ_in_mixes_alone),
        cmocka_unit_test(means_are_geometric),
        cmocka_unit_test(a_mix_is_the_mean_of_its_loads),
        cmocka_unit_test(what_one_load_breaks_the_mix_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
