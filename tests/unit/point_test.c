// A point of a study is what its machine, model, plan and scenario give when they are put together by hand.
#include "support/testing.h"
#include "support/test_machine.h"

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

static void evaluate(const aug_study *study, uint64_t first, uint64_t count, aug_point *points) {
    aug_point_worker *worker = aug_point_worker_new(study);
    assert_non_null(worker);
    aug_front none;
    aug_front_init(&none, study->objective_count);
    aug_point_evaluate_range(worker, &none, first, count, points);
    aug_point_worker_free(worker);
}

// The best outcome without any study.
static void deploy(test_ground *ground, const char *model_name, const char *machine_name,
                   const aug_scenario *scenario, const aug_plan *plan, aug_outcome *outcome) {
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, model_name);
    const aug_machine *machine = test_machine(&library, &ground->arena, &ground->errors, machine_name);
    const aug_economy *economy = aug_economy_load(&library, &ground->arena, &ground->errors, "default");
    assert_true(model && machine && economy);
    aug_deployment deployment;
    uint64_t plans;
    aug_deployment_init(&deployment, model, machine, scenario, economy);
    assert_int_equal(aug_deployment_best(&deployment, plan, outcome, &plans), AUG_FIT_OK);
}

static void a_point_is_the_deployment_it_stands_for(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: {choose: [llama-3.1-8b, qwen3-30b-a3b]}\n"
                            "machine: {choose: [h100-sxm, mi300x]}\n"
                            "plan: {chips: {choose: [1, 4]}, weights: {choose: [bf16, fp8]}}\n"
                            "scenario: {in: 500, batch: {choose: [1, 30]}}\n"
                            "minimize: [usd_per_mtok]\nmaximize: [tokens_per_s]\n");
    aug_point points[32];
    assert_int_equal(study->space.count, 32);
    evaluate(study, 0, 32, points);
    static const char *const models[] = {"llama-3.1-8b", "qwen3-30b-a3b"};
    static const char *const machines[] = {"h100-sxm", "mi300x"};
    aug_outcome *outcome = AUG_NEW(&ground.arena, aug_outcome);
    for (uint64_t i = 0; i < 32; i++) {
        aug_scenario scenario = aug_scenario_default();
        scenario.in_tokens = 500;
        scenario.batch = i % 2 ? 30 : 1;
        aug_plan plan = aug_plan_default();
        plan.weights = i / 2 % 2 ? AUG_FORMAT_FP8 : AUG_FORMAT_BF16;
        plan.chips = i / 4 % 2 ? 4 : 1;
        deploy(&ground, models[i / 8 % 2], machines[i / 16], &scenario, &plan, outcome);
        assert_int_equal(points[i].reason, AUG_REASON_NONE);
        assert_near(points[i].metrics[AUG_METRIC_TTFT], outcome->ttft_seconds, 0.0);
        assert_near(points[i].metrics[AUG_METRIC_JOULES], outcome->joules_per_token, 0.0);
        assert_near(points[i].metrics[AUG_METRIC_CHIPS], (double)plan.chips, 0.0);
        // What is maximised stands negated.
        assert_near(points[i].objectives[0], outcome->usd_per_mtok, 0.0);
        assert_near(points[i].objectives[1], -outcome->tokens_per_second, 0.0);
    }
    test_end(&ground);
}

static void formats_set_for_a_model_are_formats_of_the_plan(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *by_model =
        read_study(&ground, "model: {from: llama-3.1-8b, set: {weights: {choose: [bf16, fp8, int4]}, kv: "
                            "fp8}}\nmachine: h100-sxm\nminimize: [ttft]\n");
    const aug_study *by_plan =
        read_study(&ground, "model: llama-3.1-8b\nmachine: h100-sxm\nplan: {weights: {choose: [bf16, fp8, "
                            "int4]}, kv: fp8}\nminimize: [ttft]\n");
    aug_point left[3], right[3];
    evaluate(by_model, 0, 3, left);
    evaluate(by_plan, 0, 3, right);
    for (int i = 0; i < 3; i++)
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            assert_near(left[i].metrics[m], right[i].metrics[m], 0.0);
    assert_true(left[1].metrics[AUG_METRIC_MEMORY] < left[0].metrics[AUG_METRIC_MEMORY]);
    assert_true(left[2].metrics[AUG_METRIC_MEMORY] < left[1].metrics[AUG_METRIC_MEMORY]);
    test_end(&ground);
}

static void the_order_of_evaluation_changes_nothing(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(
        &ground, "model: {from: llama-3.1-8b, set: {num_hidden_layers: {range: [1, 24], step: 1}}}\n"
                 "machine: {from: tpu-v4i-like, set: {levels.cmem.size: {choose: [32 MiB, 256 MiB]}, "
                 "levels.hbm.size: 32 GB}}\n"
                 "minimize: [joules_per_token, usd_per_mtok]\n");
    aug_point forward[48], backward[48];
    evaluate(study, 0, 48, forward);
    aug_point_worker *worker = aug_point_worker_new(study);
    aug_front none;
    aug_front_init(&none, study->objective_count);
    for (uint64_t i = 48; i-- > 0;)
        aug_point_evaluate_range(worker, &none, i, 1, &backward[i]);
    aug_point_worker_free(worker);
    for (int i = 0; i < 48; i++)
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            assert_near(forward[i].metrics[m], backward[i].metrics[m], 0.0);
    test_end(&ground);
}

static void a_varied_machine_grows_with_its_memories(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: llama-3.1-8b\n"
                            "machine: {from: tpu-v4i-like, set: {levels.hbm.size: {choose: [8 GB, 32 GB]}, "
                            "levels.cmem.size: {choose: [128 MiB, 256 MiB]}}}\n"
                            "plan: {weights: int4}\nminimize: [price_usd]\n");
    aug_point points[4];
    evaluate(study, 0, 4, points);
    // As its file has it, the machine keeps the area that the file states.
    assert_near(points[0].metrics[AUG_METRIC_AREA], 400.0, 1e-12);
    assert_near(points[0].metrics[AUG_METRIC_POWER], 175.0, 1e-12);
    // More memory off the die costs money and no area; more on it costs both.
    assert_near(points[2].metrics[AUG_METRIC_AREA], 400.0, 1e-12);
    assert_true(points[2].metrics[AUG_METRIC_PRICE] > points[0].metrics[AUG_METRIC_PRICE]);
    assert_true(points[1].metrics[AUG_METRIC_AREA] > 400.0);
    assert_true(points[1].metrics[AUG_METRIC_PRICE] > points[0].metrics[AUG_METRIC_PRICE]);
    test_end(&ground);
}

static void quality_is_known_where_training_is(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: {from: llama-3.1-8b, set: {training_tokens: {choose: [100e9, "
                            "400e9]}}}\nmachine: h100-sxm\nminimize: [loss]\n");
    aug_point points[2];
    evaluate(study, 0, 2, points);
    assert_near(points[0].metrics[AUG_METRIC_PARAMETERS], 8030261248.0, 0.0);
    assert_near(points[0].metrics[AUG_METRIC_TRAINING], 1e11, 0.0);
    assert_near(points[0].metrics[AUG_METRIC_TRAINING_OPS], 6.0 * 8030261248.0 * 1e11, 1e-12);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_near(points[0].metrics[AUG_METRIC_LOSS], aug_law_loss(study->law, 8030261248.0, 1e11, &precision),
                1e-12);
    assert_true(points[1].metrics[AUG_METRIC_LOSS] < points[0].metrics[AUG_METRIC_LOSS]);
    test_end(&ground);
}

static void parts_are_tried_one_by_one(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: {from: llama-3.1-8b, set: {num_attention_heads: {choose: [32, 40]}, "
                            "num_key_value_heads: {choose: [8, 5]}, head_dim: 128, training_tokens: 7e9}}\n"
                            "machine: h100-sxm\nminimize: [ttft]\n");
    aug_point_worker *worker = aug_point_worker_new(study);
    assert_true(aug_point_try(worker, &ground.errors, AUG_PART_MACHINE, 0));
    assert_true(aug_point_try(worker, &ground.errors, AUG_PART_PLAN, 0));
    assert_true(aug_point_try(worker, &ground.errors, AUG_PART_SCENARIO, 0));
    assert_true(aug_point_try(worker, &ground.errors, AUG_PART_MODEL, 0));
    assert_near(aug_point_training_tokens(worker), 7e9, 0.0);
    assert_int_equal(ground.errors.count, 0);
    // 32 heads and 5 groups.
    assert_false(aug_point_try(worker, &ground.errors, AUG_PART_MODEL, 1));
    assert_int_equal(ground.errors.count, 1);
    aug_point_worker_free(worker);
    test_end(&ground);
}

static void the_first_invalid_point_is_remembered(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: {from: llama-3.1-8b, set: {num_attention_heads: {choose: [32, 40]}, "
                            "num_key_value_heads: {choose: [8, 5]}, head_dim: 128}}\n"
                            "machine: h100-sxm\nminimize: [ttft]\n");
    aug_point_worker *worker = aug_point_worker_new(study);
    assert_null(aug_point_first_invalid(&worker, 1));
    aug_point points[4];
    aug_front none;
    aug_front_init(&none, 1);
    aug_point_evaluate_range(worker, &none, 0, 4, points);
    assert_int_equal(points[0].reason, AUG_REASON_NONE);
    assert_int_equal(points[1].reason, AUG_REASON_INVALID);
    assert_int_equal(points[3].reason, AUG_REASON_NONE);
    const char *message = aug_point_first_invalid(&worker, 1);
    assert_non_null(message);
    assert_non_null(strstr(message, "num_key_value_heads"));
    aug_point_worker_free(worker);
    aug_point_worker_free(NULL);
    test_end(&ground);
}

static void a_point_that_cannot_win_is_not_evaluated(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, "model: llama-3.1-8b\nmachine: h100-sxm\nminimize: [ttft]\n");
    aug_point_worker *worker = aug_point_worker_new(study);
    aug_front front;
    aug_front_init(&front, 1);
    aug_point point;
    aug_point_evaluate_range(worker, &front, 0, 1, &point);
    assert_false(point.pruned);
    // Against its equal it may still count; against one that is faster than light it is hopeless.
    aug_front_point other = {.index = 7, .objectives = {point.objectives[0]}};
    assert_true(aug_front_add(&front, &other));
    aug_point_evaluate_range(worker, &front, 0, 1, &point);
    assert_false(point.pruned);
    other.objectives[0] = 1e-9;
    assert_true(aug_front_add(&front, &other));
    aug_point_evaluate_range(worker, &front, 0, 1, &point);
    assert_true(point.pruned);
    aug_front_free(&front);
    aug_point_worker_free(worker);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_is_the_deployment_it_stands_for),
        cmocka_unit_test(formats_set_for_a_model_are_formats_of_the_plan),
        cmocka_unit_test(the_order_of_evaluation_changes_nothing),
        cmocka_unit_test(a_varied_machine_grows_with_its_memories),
        cmocka_unit_test(quality_is_known_where_training_is),
        cmocka_unit_test(parts_are_tried_one_by_one),
        cmocka_unit_test(the_first_invalid_point_is_remembered),
        cmocka_unit_test(a_point_that_cannot_win_is_not_evaluated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
