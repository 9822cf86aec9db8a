// Tables are written to a file of their own and read as a user's are.
#include "support/testing.h"
#include "support/test_machine.h"

#include "validation/validation.h"

#include "system/rerun.h"

#include <stdio.h>
#include <unistd.h>

static const char gemm_header[] = "device,weight_dtype,act_dtype,m,n,k,latency_us,framework,quality\n";
static const char serving_header[] =
    "device,model,framework,serving,weight_quant,moe_quant,input_tokens,output_tokens,concurrency,batch,tp,pp,attn_dp,moe_ep,"
    "p_workers,p_tp,p_dp,p_ep,d_workers,d_tp,d_dp,d_ep,ttft_ms,tpot_ms\n";

static const aug_validation *run(test_ground *ground, const char *header, const char *rows) {
    const char *path = aug_arena_print(&ground->arena, "/tmp/auger-validation-%ld.csv", (long)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s%s", header, rows);
    fclose(file);
    const aug_library library = test_library();
    const aug_validation *found = aug_validation_run(&library, &ground->arena, &ground->errors, path, NULL);
    unlink(path);
    return found;
}

// 8192 x 8192 x 8192 in bf16 on the H100: 1.0995e12 operations at 989 T take 1111.7 us, and its units reach 70 % at least; the
// memory moves 402.7 MB, 120 us at 3.35 TB/s.
static void a_large_product_waits_for_power(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header, "h100_sxm,bf16,bf16,8192,8192,8192,1400,x,ok\n");
    assert_non_null(v);
    const aug_prediction *p = &v->predictions[0];
    double least = 2.0 * 8192.0 * 8192.0 * 8192.0 / 989e12, seconds = p->values[0];
    assert_true(p->answered);
    assert_true(seconds > least && seconds < least / 0.7);
    assert_string_equal(p->reason, "power"); // 700 W; the matrix units alone would be faster
    assert_int_equal(p->basis, AUG_BASIS_FITTED);
    assert_int_equal(v->total_count, 2); // all, and the one device
    assert_string_equal(v->totals[0].device, "all");
    assert_near(v->totals[0].score.mdape, 100.0 * fabs(seconds / 1400e-6 - 1.0), 1e-9);
    test_end(&ground);
}

// 16 x 16384 x 16384 moves 268 MB of 8-bit weights or 537 MB in 16 bits, 80 or 160 us at 3.35 TB/s, and 1 MB of inputs and results.
static void weights_count_in_their_own_format(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header, "h100_sxm,int8,bf16,16,16384,16384,12,x,ok\nh100_sxm,bf16,bf16,16,16384,16384,12,x,ok\n");
    assert_non_null(v);
    double bytes = 16384.0 * 16384.0, narrow = v->predictions[0].values[0], wide = v->predictions[1].values[0];
    assert_true(narrow > bytes / 3350e9 && wide > 2.0 * bytes / 3350e9 && narrow < 0.75 * wide);
    assert_string_equal(v->groups[1].dtype, "int8/bf16");
    test_end(&ground);
}

static void rows_of_bad_quality_are_predicted_but_not_scored(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header,
                                  "h100_sxm,bf16,bf16,64,64,64,5,x,ok\n"
                                  "h100_sxm,bf16,bf16,64,64,64,5,x,eager_host_overhead\n"
                                  "h100_sxm,bf16,bf16,64,64,64,5,x,\n");
    assert_non_null(v);
    assert_int_equal(v->skipped, 1);
    assert_true(v->predictions[1].answered);
    assert_int_equal(v->totals[0].score.n, 2);
    test_end(&ground);
}

static void rows_that_cannot_be_answered_say_why(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header,
                                  "no_such_gpu,bf16,bf16,64,64,64,5,x,ok\n"
                                  ",bf16,bf16,64,64,64,5,x,ok\n"
                                  "h100_sxm,fp3,bf16,64,64,64,5,x,ok\n"
                                  "h100_sxm,bf16,bf16,64,,64,5,x,ok\n");
    assert_non_null(v);
    const char *const reasons[] = {"unknown machine 'no_such_gpu'", "the row names no device",
                                   "unknown number format 'fp3' in column 'weight_dtype'", "a size is missing"};
    for (size_t i = 0; i < AUG_COUNT(reasons); i++) {
        assert_false(v->predictions[i].answered);
        assert_string_equal(v->predictions[i].reason, reasons[i]);
    }
    assert_int_equal(v->unanswered, 4);
    assert_int_equal(v->answered, 0);
    assert_int_equal(ground.errors.count, 0);
    test_end(&ground);
}

static void malformed_cells_are_errors_with_their_line(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_null(run(&ground, gemm_header, "h100_sxm,bf16,bf16,64,64,64,5,x,ok\nh100_sxm,bf16,bf16,-4,64,1e9999,5,x,ok\n"));
    assert_int_equal(ground.errors.count, 2);
    assert_string_equal(ground.errors.items[0].message, "column 'm': expected a whole number above 0, found '-4'");
    assert_int_equal(ground.errors.items[0].line, 3);
    assert_string_equal(ground.errors.items[1].message, "column 'k': expected a number, found '1e9999'");
    test_end(&ground);
}

static void unknown_tables_are_refused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_null(run(&ground, "a,b\n", "1,2\n"));
    assert_int_equal(ground.errors.count, 1);
    assert_string_equal(ground.errors.items[0].message, "the columns are those of no known table of measurements");
    test_end(&ground);
}

// The same deployment through the table and through the system layer: keys and values in fp8, ten requests per client, lengths of 0.8
// to 1 of the nominal ones, 0.9 on average.
static void a_serving_row_is_what_the_deployment_says(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, serving_header,
                                  "h100_sxm,meta-llama/Llama-3.1-70B,trtllm,agg,fp8,,2048,256,16,16,8,1,1,1,,,,,,,,,100,10\n");
    assert_non_null(v);
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, "llama-3.1-70b");
    aug_machine *machine = test_machine(&library, &ground.arena, &ground.errors, "h100-sxm");
    assert_true(aug_kernels_attach(&library, &ground.arena, &ground.errors, machine));
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 1843;
    scenario.out_tokens = 230;
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = 8;
    plan.pp = plan.dp = plan.ep = 1;
    plan.weights = plan.cache = AUG_FORMAT_FP8;
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, &scenario, NULL);
    aug_outcome outcome;
    aug_rerun_load load = {.clients = 16.0, .waves = 10.0, .out_tokens = 256.0, .spread = 0.2, .together = 4.0, .step_count = 3};
    static const uint64_t batches[] = {1, 4, 16};
    for (int i = 0; i < 3; i++) {
        scenario.batch = batches[i];
        aug_deployment_evaluate(&deployment, &plan, &outcome);
        load.steps[i] = (aug_rerun_step){(double)batches[i], outcome.tpot_seconds};
    }
    load.slots = floor(outcome.residency.largest_batch);
    load.each_seconds = (4.0 * outcome.prompt_seconds - outcome.alone_seconds) / 3.0; // four prompts of 1843 tokens in a pass of 8192
    load.start_seconds = outcome.alone_seconds - load.each_seconds;
    const aug_software *host = aug_software_load(&library, &ground.arena, &ground.errors, "trtllm");
    assert_true(host->step_seconds > 0.0 && host->prompt_seconds > 0.0);
    load.step_host_seconds = host->step_seconds;
    load.request_host_seconds = host->step_request_seconds;
    load.prompt_host_seconds = host->prompt_seconds + 1843.0 * host->prompt_token_seconds;
    load.delay_seconds = host->request_seconds;
    load.looks = host->looks;
    load.mixes = host->mixes;
    aug_rerun_answer rerun = aug_rerun_run(aug_rerun_room_make(&ground.arena), &load);
    assert_near(v->predictions[0].values[0], rerun.ttft_seconds, 1e-12);
    assert_near(v->predictions[0].values[1], rerun.tpot_seconds, 1e-12);
    assert_int_equal(v->group_count, 2);
    assert_string_equal(v->groups[0].operation, "tpot");
    assert_string_equal(v->groups[0].library, "trtllm");
    test_end(&ground);
}

// Two prompt workers for 64 requests, then four: prompts wait less, and tokens do not care. One request meets nobody: its prompt of the
// mean length 0.9 · 8192, half a stride of it longer or shorter, the host of one step and of the prompt.
static void prompts_wait_where_their_workers_are_busy(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, serving_header,
                                  "h100_sxm,llama-3.1-8b,vllm,disagg,bf16,,8192,2,64,,,,,,2,1,1,1,4,1,1,1,100,10\n"
                                  "h100_sxm,llama-3.1-8b,vllm,disagg,bf16,,8192,2,64,,,,,,4,1,1,1,4,1,1,1,100,10\n"
                                  "h100_sxm,llama-3.1-8b,vllm,disagg,bf16,,8192,2,1,,,,,,2,1,1,1,4,1,1,1,100,10\n");
    assert_non_null(v);
    const aug_prediction *p = v->predictions;
    const aug_library library = test_library();
    const aug_software *host = aug_software_load(&library, &ground.arena, &ground.errors, "vllm");
    double lone = p[2].values[0], prefill = lone - host->request_seconds - host->prompt_seconds - 7373.0 * host->prompt_token_seconds;
    assert_true(prefill > 0.0);
    // 32 prompts for each of two workers: the mean place in a line that is always full is between 16 (at the start) and 32.
    assert_true(p[0].values[0] > 16.0 * prefill && p[0].values[0] < 33.0 * lone);
    assert_true(p[1].values[0] > 0.45 * p[0].values[0] && p[1].values[0] < 0.6 * p[0].values[0]);
    test_end(&ground);
}

static void the_worst_rows_come_first(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header,
                                  "h100_sxm,bf16,bf16,64,64,64,3.1,x,ok\n"
                                  "h100_sxm,bf16,bf16,64,64,64,0.5,x,ok\n"
                                  "h100_sxm,bf16,bf16,64,64,64,1.5,x,ok\n");
    assert_non_null(v);
    assert_int_equal(v->worst_count, 3);
    assert_int_equal(v->worst[0].row, 1);
    assert_int_equal(v->worst[1].row, 2);
    assert_int_equal(v->worst[2].row, 0);
    test_end(&ground);
}

// In the order of the table and its unit: what has no measurement, or is of bad quality, is none.
static void points_are_rows_that_were_scored(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header,
                                  "h100_sxm,bf16,bf16,64,64,64,3.1,x,ok\n"
                                  "h100_sxm,bf16,bf16,64,64,64,0.5,x,bad\n"
                                  "h100_sxm,bf16,bf16,64,64,64,1.5,x,ok\n");
    assert_non_null(v);
    assert_int_equal(v->point_count, 2);
    assert_int_equal(v->points[0].row, 0);
    assert_int_equal(v->points[1].row, 2);
    assert_string_equal(v->points[1].device, "h100_sxm");
    assert_near(v->points[1].measured, 1.5, 1e-12);
    const aug_prediction *p = &v->predictions[2];
    double unit = v->points[1].predicted / p->values[0]; // of the column
    assert_near(v->points[1].low, p->low[0] * unit, 1e-12);
    assert_near(v->points[1].high, p->high[0] * unit, 1e-12);
    assert_true(v->points[1].low < v->points[1].predicted && v->points[1].predicted < v->points[1].high);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_product_waits_for_power),
        cmocka_unit_test(weights_count_in_their_own_format),
        cmocka_unit_test(rows_of_bad_quality_are_predicted_but_not_scored),
        cmocka_unit_test(rows_that_cannot_be_answered_say_why),
        cmocka_unit_test(malformed_cells_are_errors_with_their_line),
        cmocka_unit_test(unknown_tables_are_refused),
        cmocka_unit_test(a_serving_row_is_what_the_deployment_says),
        cmocka_unit_test(prompts_wait_where_their_workers_are_busy),
        cmocka_unit_test(the_worst_rows_come_first),
        cmocka_unit_test(points_are_rows_that_were_scored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
