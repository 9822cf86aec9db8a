// Published figures: what is read out of cells that people wrote, and that each metric is the figure that it
// names.
#include "support/testing.h"
#include "support/test_machine.h"

#include "validation/validation.h"

#include <stdio.h>
#include <unistd.h>

static const char header[] = "id,model,system,n_chips,parallelism,precision,scenario,concurrency_or_batch,"
                             "isl,osl,metric,value,unit,confidence\n";

static const aug_validation *run(test_ground *ground, const char *rows) {
    static char path[] = "truth_published_test.csv";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(header, file);
    fputs(rows, file);
    fclose(file);
    const aug_library library = test_library();
    const aug_validation *found = aug_validation_run(&library, &ground->arena, &ground->errors, path, NULL);
    unlink(path);
    assert_non_null(found);
    return found;
}

// The outcome of the deployment that the rows below state, as the estimate has it.
static aug_outcome outcome_of(test_ground *ground, const char *machine_name, uint64_t tp, uint64_t in,
                              uint64_t out, uint64_t batch) {
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, "llama-3.1-8b");
    aug_machine *machine = test_machine(&library, &ground->arena, &ground->errors, machine_name);
    assert_true(model && machine);
    aug_scenario *scenario = AUG_NEW(&ground->arena, aug_scenario);
    *scenario = aug_scenario_default();
    scenario->in_tokens = in;
    scenario->out_tokens = out;
    scenario->batch = batch;
    aug_deployment deployment;
    aug_deployment_init(&deployment, model, machine, scenario, NULL);
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = tp;
    plan.pp = plan.dp = plan.ep = 1;
    aug_outcome outcome;
    aug_deployment_evaluate(&deployment, &plan, &outcome);
    return outcome;
}

// The same run under every metric: a machine without a server, so that no host work is added.
static void metrics_are_what_they_name(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(
        &ground,
        "1,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,decode rate per user,1,tok/s/user,independent\n"
        "2,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,ITL,1,ms,independent\n"
        "3,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,total latency,1,ms,independent\n"
        "4,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,output throughput,1,tok/s,independent\n"
        "5,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,rate,1,Hz,independent\n"
        "7,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,100,50,TTFT,1,ms,independent\n"
        "6,Llama-3.1-8B,sn40l,16,TP16,bf16,static batch,8,100,50,output throughput,1,tok/s,independent\n");
    aug_outcome alone = outcome_of(&ground, "sn40l", 16, 100, 50, 1),
                eight = outcome_of(&ground, "sn40l", 16, 100, 50, 8);
    double latency = alone.prompt_seconds + 49.0 * alone.tpot_seconds;
    assert_near(v->predictions[0].values[0], 1.0 / alone.tpot_seconds, 1e-9);
    assert_near(v->predictions[1].values[0], alone.tpot_seconds, 1e-9);
    assert_near(v->predictions[2].values[0], latency, 1e-9);
    assert_near(v->predictions[3].values[0], 50.0 / latency, 1e-9);
    assert_near(v->predictions[4].values[0], 1.0 / latency, 1e-9);
    assert_near(v->predictions[6].values[0], 400.0 / (8.0 * eight.prompt_seconds + 49.0 * eight.tpot_seconds),
                1e-9);
    assert_near(v->predictions[5].values[0], alone.ttft_seconds, 1e-9);
    assert_null(v->predictions[0].reason);
    // Measured milliseconds are seconds in predictions.
    assert_near(aug_validation_measured(v, 1, 0), 1e-3, 1e-15);
    assert_near(aug_validation_measured(v, 0, 0), 1.0, 0.0);
    test_end(&ground);
}

static void cells_are_read_as_people_write_them(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v =
        run(&ground,
            "1,Llama-3.1-8B,SambaNova SN40L,16,TP16,bf16,x,1,100,50,decode rate,1,tok/s,independent\n"
            "2,Llama-3.1-8B,SambaNova SN40L,16 sockets,\"TP 16, one rack\",bf16/fp16 mix,x,1,~100 "
            "mean,<=50,decode rate,1,tok/s,independent\n"
            "3,Llama-3.1-8B,SambaNova SN40L,16?,tp16,,x,,?,,decode rate,1,tok/s,independent\n"
            "4,Llama-3.1-8B,SambaNova SN40L,16,TP16,bf16,x,1,1024,512,decode rate,1,tok/s,independent\n");
    for (int i = 0; i < 4; i++)
        assert_true(v->predictions[i].answered);
    assert_near(v->predictions[1].values[0], v->predictions[0].values[0], 1e-12);
    // What is not said is 1024 in, 512 out and one request, and the answer says so.
    assert_near(v->predictions[2].values[0], v->predictions[3].values[0], 1e-12);
    assert_string_equal(v->predictions[2].reason, "an assumed load");
    assert_null(v->predictions[3].reason);
    test_end(&ground);
}

static void what_cannot_be_answered_says_why(void **state) {
    (void)state;
    static const struct {
        const char *row, *reason;
    } cases[] = {
        {"1,Llama-3.1-8B,SambaNova SN40L,,TP,bf16,x,1,,,decode rate,1,tok/s,x\n",
         "the row does not say how many chips there are"},
        {"1,Llama-3.1-8B,SambaNova SN40L,?,TP,bf16,x,1,,,decode rate,1,tok/s,x\n",
         "the row does not say how many chips there are"},
        {"1,Llama-3.1-8B,Sohu,8,TP,bf16,x,1,,,decode rate,1,tok/s,x\n", "unknown machine 'Sohu'"},
        {"1,No-Model-1B,SambaNova SN40L,8,TP,bf16,x,1,,,decode rate,1,tok/s,x\n",
         "unknown model 'No-Model-1B'"},
        {"1,Llama-3.1-8B,SambaNova SN40L,8,TP,MXINT4,x,1,,,decode rate,1,tok/s,x\n",
         "unknown number format 'MXINT4' in column 'precision'"},
        {"1,Llama-3.1-8B,SambaNova SN40L,8,TP,bf16,x,1,,,perplexity,1,-,x\n",
         "the metric is none that is known"},
        {"1,pi0 (2.7B),RTX 4090,1,,bf16,x,1,2 cam,50,latency,30,ms,x\n",
         "the model looks through another number of cameras"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_validation *v = run(&ground, cases[i].row);
        assert_false(v->predictions[0].answered);
        assert_string_equal(v->predictions[0].reason, cases[i].reason);
        test_end(&ground);
    }
}

static void figures_are_grouped_by_who_says_them(void **state) {
    (void)state;
    static const struct {
        const char *confidence, *class;
    } cases[] = {{"vendor claim", "claim"},
                 {"\"CLAIM, do not validate against\"", "claim"},
                 {"vendor+press", "claim"},
                 {"competitor measurement", "claim"},
                 {"vendor + Artificial Analysis", "independent"},
                 {"3rd-party (AA)", "independent"},
                 {"independent", "independent"},
                 {"audited benchmark", "audited"},
                 {"vendor table", "vendor"},
                 {"secondary notes of papers", "secondary"},
                 {"", "not stated"}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_validation *v =
            run(&ground, aug_arena_print(&ground.arena,
                                         "1,Llama-3.1-8B,sn40l,16,TP16,bf16,x,1,9,9,decode rate,1,tok/s,%s\n",
                                         cases[i].confidence));
        assert_int_equal(v->group_count, 1);
        assert_string_equal(v->groups[0].operation, cases[i].class);
        assert_string_equal(v->groups[0].device, "sn40l");
        assert_string_equal(v->groups[0].dtype, "decode rate");
        test_end(&ground);
    }
}

// A benchmark's run is predicted as its own table predicts it; samples per second are tokens over the tokens
// of a sample.
static void benchmarks_are_predicted_as_such(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_validation *v = run(&ground, "1,llama3.1-8b,H100 80G,1,,fp8,MLPerf Inf v5.1 closed "
                                           "Offline,,~778,100,throughput,5777,Tokens/s,audited\n"
                                           "2,llama3.1-8b,H100 80G,1,,fp8,MLPerf Inf v5.1 closed "
                                           "Offline,,~778,100,throughput,57,samples/s,audited\n"
                                           "3,llama3.1-8b,INTEL(R) XEON(R) 6980P,0,,INT8,MLPerf Inf v5.1 "
                                           "closed Offline,,,<=128,throughput,1000,Tokens/s,audited\n"
                                           "4,llama3.1-8b,INTEL(R) XEON(R) 6980P,2,,INT8,MLPerf Inf v5.1 "
                                           "closed Offline,,,,throughput,1000,Tokens/s,audited\n");
    assert_true(v->predictions[0].answered);
    assert_near(v->predictions[1].values[0], v->predictions[0].values[0] / 100.0, 1e-9);
    // A host that counts no accelerators has its two sockets; a limit of tokens is no mean, so the
    // benchmark's own counts.
    assert_near(v->predictions[2].values[0], v->predictions[3].values[0], 1e-12);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_are_what_they_name),
        cmocka_unit_test(cells_are_read_as_people_write_them),
        cmocka_unit_test(what_cannot_be_answered_says_why),
        cmocka_unit_test(figures_are_grouped_by_who_says_them),
        cmocka_unit_test(benchmarks_are_predicted_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
