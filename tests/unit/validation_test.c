// Tables are written to a file of their own and read as a user's are.
#include "support/testing.h"

#include "validation/validation.h"

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
    const aug_validation *found = aug_validation_run(&library, &ground->arena, &ground->errors, path);
    unlink(path);
    return found;
}

// 8192 x 8192 x 8192 in bf16 on the H100: 1.0995e12 operations at 989 T · 0.81 take 1372.6 us, and the launch 3 us more.
// The memory moves 402.7 MB, 150 us at 3.35 TB/s · 0.8.
static void a_large_product_runs_at_the_achievable_peak(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header, "h100_sxm,bf16,bf16,8192,8192,8192,1400,x,ok\n");
    assert_non_null(v);
    const aug_prediction *p = &v->predictions[0];
    double seconds = 2.0 * 8192.0 * 8192.0 * 8192.0 / (989e12 * 0.81) + 3e-6;
    assert_true(p->answered);
    assert_near(p->seconds[0], seconds, 1e-12);
    assert_string_equal(p->reason, "matrix units");
    assert_int_equal(p->basis, AUG_BASIS_FITTED);
    assert_int_equal(v->total_count, 2); // all, and the one device
    assert_string_equal(v->totals[0].device, "all");
    assert_near(v->totals[0].score.mdape, 100.0 * fabs(seconds / 1400e-6 - 1.0), 1e-9);
    test_end(&ground);
}

// One row of decode-like shape: 16 x 4096 x 4096 with 8-bit weights and 16-bit inputs moves 16.78 MB + 0.26 MB.
static void weights_count_in_their_own_format(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, gemm_header, "h100_sxm,int8,bf16,16,4096,4096,12,x,ok\n");
    assert_non_null(v);
    double bytes = 4096.0 * 4096.0 + 2.0 * 16.0 * 4096.0 * 2.0;
    assert_near(v->predictions[0].seconds[0], bytes / (3350e9 * 0.8) + 3e-6, 1e-12);
    assert_string_equal(v->groups[0].dtype, "int8/bf16");
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

// The same deployment through the table and through the system layer.
static void a_serving_row_is_what_the_deployment_says(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, serving_header,
                                  "h100_sxm,meta-llama/Llama-3.1-70B,trtllm,agg,fp8,,2048,256,16,16,8,1,1,1,,,,,,,,,100,10\n");
    assert_non_null(v);
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, "llama-3.1-70b");
    const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, "h100-sxm");
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 2048;
    scenario.out_tokens = 256;
    scenario.batch = 16;
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = 8;
    plan.pp = plan.dp = plan.ep = 1;
    plan.weights = AUG_FORMAT_FP8;
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, &scenario, NULL);
    aug_outcome outcome;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    assert_near(v->predictions[0].seconds[0], outcome.ttft_seconds, 0.0);
    assert_near(v->predictions[0].seconds[1], outcome.tpot_seconds, 0.0);
    assert_int_equal(v->group_count, 2);
    assert_string_equal(v->groups[0].operation, "tpot");
    assert_string_equal(v->groups[0].library, "trtllm");
    test_end(&ground);
}

// Two prompt workers for 64 requests: 32 prompts wait for each. Four serve them faster, and tokens do not care.
static void prompts_wait_where_their_workers_are_busy(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, serving_header,
                                  "h100_sxm,llama-3.1-8b,x,disagg,bf16,,8192,2,64,,,,,,2,1,1,1,4,1,1,1,100,10\n"
                                  "h100_sxm,llama-3.1-8b,x,disagg,bf16,,8192,2,64,,,,,,4,1,1,1,4,1,1,1,100,10\n"
                                  "h100_sxm,llama-3.1-8b,x,disagg,bf16,,8192,2,1,,,,,,2,1,1,1,4,1,1,1,100,10\n");
    assert_non_null(v);
    const aug_prediction *p = v->predictions;
    double prefill = p[2].seconds[0]; // of a lone request
    assert_near(p[0].seconds[0], 32.0 * prefill - p[0].seconds[1], 1e-9);
    assert_near(p[1].seconds[0], 16.0 * prefill - p[1].seconds[1], 1e-9);
    assert_near(p[0].seconds[1], p[1].seconds[1], 0.0);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_product_runs_at_the_achievable_peak),
        cmocka_unit_test(weights_count_in_their_own_format),
        cmocka_unit_test(rows_of_bad_quality_are_predicted_but_not_scored),
        cmocka_unit_test(rows_that_cannot_be_answered_say_why),
        cmocka_unit_test(malformed_cells_are_errors_with_their_line),
        cmocka_unit_test(unknown_tables_are_refused),
        cmocka_unit_test(a_serving_row_is_what_the_deployment_says),
        cmocka_unit_test(prompts_wait_where_their_workers_are_busy),
        cmocka_unit_test(the_worst_rows_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
