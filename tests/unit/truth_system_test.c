// Rows that measured whole systems: results of benchmarks, one layer, serving with watts.
#include "support/testing.h"
#include "support/test_machine.h"

#include "system/queueing.h"
#include "validation/benchmark.h"
#include "validation/validation.h"

#include <stdio.h>
#include <unistd.h>

static const char mlperf_header[] =
    "device,accelerators,nodes,model,scenario,weight_dtype,result,unit,power,software,tokens_per_sample\n";
static const char layer_header[] = "device,gpus,model,phase,batch,input_tokens,kv_tokens,op,latency_us\n";
static const char power_header[] =
    "device,gpus,model,framework,weight_dtype,input_tokens,output_tokens,concurrency,tp,tpot_ms,avg_power_total_w,avg_power_per_gpu_w\n";

static const aug_validation *run(test_ground *ground, const char *header, const char *rows) {
    static char path[] = "truth_system_test.csv";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(header, file);
    fputs(rows, file);
    fclose(file);
    const aug_library library = test_library();
    const aug_validation *found = aug_validation_run(&library, &ground->arena, &ground->errors, path, NULL);
    unlink(path);
    return found;
}

// What the same system is said to do with the batch that fits: one plan on one chip.
static void an_offline_result_is_the_largest_batch(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, mlperf_header, "h100-sxm,1,1,llama3.1-8b,Offline,fp8,5777,Tokens/s,,\"vLLM 0.10.0, RHEL 9.6\",100\n");
    assert_non_null(v);
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, "llama-3.1-8b");
    aug_machine *machine = test_machine(&library, &ground.arena, &ground.errors, "h100-sxm");
    assert_true(aug_kernels_attach(&library, &ground.arena, &ground.errors, machine));
    const aug_benchmark *benchmark = aug_benchmark_load(&library, &ground.arena, &ground.errors, "llama3.1-8b");
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = benchmark->in_tokens;
    scenario.out_tokens = 100;
    scenario.batch = 1;
    aug_plan plan = aug_plan_default();
    plan.tp = plan.pp = plan.dp = plan.ep = 1;
    plan.weights = plan.cache = AUG_FORMAT_FP8;
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, &scenario, NULL);
    double largest = aug_residency_find(&deployment.roofline, model, &scenario, &plan).largest_batch;
    scenario.batch = (uint64_t)fmin(largest, 2048.0);
    aug_outcome outcome;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    // A request of b needs b prompts and out - 1 steps of the replica: b / (b p + (out - 1) s) of them per second.
    const aug_software *host = aug_software_load(&library, &ground.arena, &ground.errors, "vllm");
    double b = (double)scenario.batch, seconds = b * outcome.prompt_seconds + 99.0 * (outcome.tpot_seconds + host->step_seconds + b * host->step_request_seconds);
    assert_near(v->predictions[0].values[0], 100.0 * b / seconds, 1e-9);
    assert_true(v->predictions[0].values[1] > 0.0); // watts, though there is nothing to hold them against
    assert_int_equal(v->group_count, 1);
    assert_string_equal(v->groups[0].operation, "Offline");
    test_end(&ground);
}

// Stricter limits never let a system write more; more of the same machines write more.
static void limits_cost_tokens(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, mlperf_header,
                                  "h100-sxm,8,1,llama2-70b-99.9,Offline,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99.9,Server,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99.9,Interactive,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,2,llama2-70b-99,Interactive,fp8,1,Queries/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99,SingleStream,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99,SingleStream,fp8,1,ms,,x,\n");
    assert_non_null(v);
    const aug_prediction *p = v->predictions;
    assert_true(p[0].values[0] >= p[1].values[0] && p[1].values[0] >= p[2].values[0] && p[2].values[0] > p[4].values[0]);
    // The unit is tokens all the same; what two machines do apart they can do together, and plans over both may do a little more.
    assert_true(p[3].values[0] >= 2.0 * p[2].values[0] * (1.0 - 1e-9) && p[3].values[0] < 2.2 * p[2].values[0]);
    assert_near(p[4].values[0] * p[5].values[0], 294.0 * 1e3, 1e-9); // tokens over the milliseconds that they take
    assert_true(p[0].low[0] < p[0].values[0] && p[0].high[0] > p[0].values[0]);
    test_end(&ground);
}

static void what_cannot_be_answered_says_why(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, mlperf_header,
                                  ",2,1,llama3.1-8b,Offline,int8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,1,bert-99,Offline,fp8,1,Samples/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99,Race,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,,1,llama2-70b-99,Offline,fp8,1,Tokens/s,,x,\n"
                                  "h100-sxm,8,1,llama2-70b-99,Offline,fp3,1,Tokens/s,,x,\n"
                                  "rtx-4090,1,1,llama3.1-405b,Offline,fp8,1,Tokens/s,,x,\n");
    assert_non_null(v);
    static const char *const reasons[] = {"the row names no device",
                                          "unknown benchmark 'bert-99'",
                                          "the scenario is none that is known: Offline, Server, Interactive, SingleStream",
                                          "the row does not say how many accelerators there are",
                                          "unknown number format 'fp3' in column 'weight_dtype'",
                                          "no plan fits the machines and keeps the benchmark's limits"};
    for (size_t i = 0; i < AUG_COUNT(reasons); i++) {
        assert_false(v->predictions[i].answered);
        assert_string_equal(v->predictions[i].reason, reasons[i]);
    }
    test_end(&ground);
}

// A model without text: samples per second.
static void images_count_as_samples(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, mlperf_header, "h100-sxm,1,1,resnet50,Offline,int8,1,Samples/s,,x,\n"
                                                          "h100-sxm,2,1,resnet50,Offline,int8,1,Samples/s,,x,\n");
    assert_non_null(v);
    assert_true(v->predictions[0].answered);
    assert_near(v->predictions[1].values[0], 2.0 * v->predictions[0].values[0], 1e-9);
    test_end(&ground);
}

// Scores of 8 · 24 heads, 2048 x 2048 positions, go out to memory: 8 · 24 · 2048² · 2 B, and two inputs of 8 · 24 · 2048 · 128 · 2 B,
// at 2039 GB/s at most; no product takes twice what its memory does.
static void operators_of_a_layer_stand_alone(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, layer_header,
                                  "a100-80g,4,GPT-3 175B one layer,prefill,8,2048,2048,q_mul_k,1881\n"
                                  "a100-80g,4,GPT-3 175B one layer,prefill,8,2048,2048,allreduce_mha,2891\n"
                                  "a100-80g,4,GPT-3 175B one layer,prefill,8,2048,2048,allreduce_ffn,2891\n"
                                  "a100-80g,4,GPT-3 175B one layer,prefill,8,2048,2048,rope,1\n"
                                  "a100-80g,4,GPT-3 175B one layer,decode,8,1,3072,ffn1,186\n");
    assert_non_null(v);
    const aug_library library = test_library();
    aug_machine *machine = test_machine(&library, &ground.arena, &ground.errors, "a100-80g");
    assert_true(aug_kernels_attach(&library, &ground.arena, &ground.errors, machine));
    double heads = 8.0 * 24.0, scores = heads * 2048.0 * 2048.0 * 2.0, vectors = heads * 2048.0 * 128.0 * 2.0;
    aug_roofline roofline;
    aug_roofline_init(&roofline, machine);
    double bytes_per_second = roofline.memories[0].read_bits_per_second / 8.0;
    const aug_prediction *p = v->predictions;
    double least = (scores + 2.0 * vectors) / bytes_per_second, weights = 12288.0 * 12288.0 * 2.0 / bytes_per_second;
    assert_true(p[0].values[0] >= least && p[0].values[0] < 2.0 * least);
    assert_near(p[1].values[0], p[2].values[0], 1e-12);
    assert_string_equal(p[3].reason, "the model has no operator 'rope'");
    // Weights of 12288 x 49152 / 4 in 16 bits.
    assert_true(p[4].values[0] >= weights && p[4].values[0] < 1.5 * weights);
    test_end(&ground);
}

// Watts are measured in total or per chip; more requests in flight take more of them, between idle and the limit.
static void power_rises_with_the_load(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, power_header,
                                  "h100-sxm,8,llama-3.1-70b,x,fp8,1024,1024,4,8,8,,250\n"
                                  "h100-sxm,8,llama-3.1-70b,x,fp8,1024,1024,64,8,12,3000,\n"
                                  "h100-sxm,8,llama-3.1-70b,x,fp8,,,,8,12,3000,\n"
                                  "h100-sxm,8,secret,x,fp8,1024,1024,64,8,12,3000,\n"
                                  "h100-sxm,8,llama-3.1-70b,x,fp8,1024,1024,64,3,12,3000,\n");
    assert_non_null(v);
    const aug_prediction *p = v->predictions;
    assert_near(aug_validation_measured(v, 0, 1), 2000.0, 1e-12);
    assert_near(aug_validation_measured(v, 1, 1), 3000.0, 1e-12);
    assert_true(p[0].values[1] > 8.0 * 105.0 && p[1].values[1] > p[0].values[1] && p[1].values[1] <= 8.0 * 700.0);
    assert_true(p[1].values[0] > p[0].values[0]);
    assert_near(p[2].values[1], p[1].values[1], 0.0); // 1024 in and out, 64 in flight
    assert_string_equal(p[2].reason, "an assumed load");
    assert_string_equal(p[3].reason, "unknown model 'secret'");
    assert_string_equal(p[4].reason, "a size is missing or out of range");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offline_result_is_the_largest_batch), cmocka_unit_test(limits_cost_tokens),
        cmocka_unit_test(what_cannot_be_answered_says_why),       cmocka_unit_test(images_count_as_samples),
        cmocka_unit_test(operators_of_a_layer_stand_alone),       cmocka_unit_test(power_rises_with_the_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
