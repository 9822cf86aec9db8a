// How long answers about whole deployments take in process: processor time, the median of 21 runs, one thread.
//
// usage: plan_bench     AUGER_DATA as usual
#include "auger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 21 };

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// What is asked: of a list of machines a comparison, of one an estimate.
typedef struct question {
    const char *name, *model, *machines;
    uint64_t chips;
    bool apart, plans;
    const char *scenario;
} question;

static const question questions[] = {
    {"671 B, 64 H200, the best plan", "deepseek-v3", "h200", 64, false, false, NULL},
    {"the same, prompts and tokens apart", "deepseek-v3", "h200", 64, true, false, NULL},
    {"the same, every plan that none beats", "deepseek-v3", "h200", 64, false, true, NULL},
    {"the same, an agent of 33 turns", "deepseek-v3", "h200", 64, false, false, "agentic-coding"},
    {"671 B, 1024 H200, the best plan", "deepseek-v3", "h200", 1024, false, false, NULL},
    {"70 B, 8 H100, the best plan", "llama-3.1-70b", "h100-sxm", 8, false, false, NULL},
    {"671 B, 64 chips each of 20 machines", "deepseek-v3",
     "h100-sxm,h200,b200,b300,gb200,gb300,a100-80g,l40s,rtx-4090,rtx-pro-6000,mi300x,mi325x,mi355x,gaudi3,trainium2,tpu-v6e,tpu-v5e,"
     "m3-ultra,sn40l,cerebras-wse3",
     64, false, false, NULL},
};

static aug_status ask(aug_context *context, const question *q, aug_answer **answer) {
    aug_estimate_options options = aug_estimate_options_default();
    options.batch = 512;
    options.in_tokens = 4096;
    options.out_tokens = 512;
    options.chips = q->chips;
    options.disaggregate = q->apart;
    options.plans = q->plans;
    options.scenario = q->scenario;
    if (!strchr(q->machines, ','))
        return aug_estimate_run(context, q->model, q->machines, &options, answer);
    aug_compare_options comparison = aug_compare_options_default();
    comparison.common = options;
    return aug_compare_run(context, q->model, q->machines, &comparison, answer);
}

int main(void) {
    aug_context *context = aug_context_new();
    aug_context_set_threads(context, 1);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        double seconds[RUNS];
        for (int r = 0; r < RUNS; r++) {
            aug_answer *answer = NULL;
            double start = seconds_now();
            if (ask(context, &questions[i], &answer) > AUG_NO) {
                fprintf(stderr, "%s: %s\n", questions[i].name, aug_answer_errors(answer));
                return 1;
            }
            seconds[r] = seconds_now() - start;
            aug_answer_free(answer);
        }
        qsort(seconds, RUNS, sizeof *seconds, compare);
        printf("%-38s %7.1f ms\n", questions[i].name, 1e3 * seconds[RUNS / 2]);
        fflush(stdout);
    }
    aug_context_free(context);
    return 0;
}
