// Points per second and peak memory of studies that grow tenfold: does either depend on the number of points?
//
// Each study runs in a process of its own, so that its peak memory is its own; the median of three runs counts.
#include "auger.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// One kind of study: the text before and behind a range, which has as many steps as are asked for.
typedef struct bench_study {
    const char *name;
    int points_per_step, most_steps;
    double most; // last value of the range
    const char *unit, *before, *behind;
} bench_study;

static const bench_study studies[] = {
    {"a chip for Llama-3.1-8B", 1080, 1000, 80.0, " GB",
     "auger: study/1\n"
     "model: llama-3.1-8b\n"
     "machine: {from: tpu-v4i-like, set: {levels.hbm.bandwidth: {range: [600 GB/s, 1500 GB/s], step: 100 GB/s},\n"
     "  levels.cmem.size: {choose: [64 MiB, 128 MiB, 256 MiB]}, levels.pe.fanout.x: {choose: [128, 256]},\n"
     "  levels.hbm.size: ",
     "}}\n"
     "plan: {chips: {choose: [1, 2, 4]}, weights: {choose: [bf16, int8]}}\n"
     "scenario: {in: 2048, out: 512, batch: {choose: [1, 16, 256]}}\n"
     "minimize: [usd_per_mtok, joules_per_token]\n"
     "maximize: [tokens_per_s_per_user]\n"},
    {"DeepSeek-V3 on up to 256 varied H200", 1080, 100, 400.0, " GB",
     "auger: study/1\n"
     "model: deepseek-v3\n"
     "machine: {from: h200, set: {levels.hbm.bandwidth: {range: [3000 GB/s, 7500 GB/s], step: 500 GB/s},\n"
     "  power.limit: {choose: [500 W, 700 W, 900 W]}, levels.l2.size: {choose: [50 MB, 100 MB]},\n"
     "  levels.hbm.size: ",
     "}}\n"
     "plan: {chips: {choose: [8, 64, 256]}, weights: {choose: [fp8, int4]}}\n"
     "scenario: {in: 4096, out: 512, batch: {choose: [8, 64, 512]}}\n"
     "minimize: [usd_per_mtok, joules_per_token]\n"
     "maximize: [tokens_per_s_per_user]\n"},
    // Grows what is asked of each machine, not the machines.
    {"a chip for prompts of any length", 1080, 1000, 10000.0, "",
     "auger: study/1\n"
     "model: llama-3.1-8b\n"
     "machine: {from: tpu-v4i-like, set: {levels.hbm.bandwidth: {range: [600 GB/s, 1500 GB/s], step: 100 GB/s},\n"
     "  levels.cmem.size: {choose: [64 MiB, 128 MiB, 256 MiB]}, levels.pe.fanout.x: {choose: [128, 256]}}}\n"
     "plan: {chips: {choose: [1, 2, 4]}, weights: {choose: [bf16, int8]}}\n"
     "scenario: {out: 512, batch: {choose: [1, 4, 16]}, in: ",
     "}\n"
     "minimize: [usd_per_mtok, joules_per_token]\n"
     "maximize: [tokens_per_s_per_user]\n"},
};

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void write_study(const char *path, const bench_study *study, int steps) {
    FILE *file = fopen(path, "w");
    if (!file)
        exit(1);
    double step = study->most / steps;
    fprintf(file, "%s{range: [%g%s, %g%s], step: %g%s}%s", study->before, step, study->unit, study->most, study->unit, step,
            study->unit, study->behind);
    fclose(file);
}

// Runs one study in the child of a fork; returns what it exits with.
static int run_study(const char *path, int threads) {
    aug_context *context = aug_context_new();
    aug_context_set_threads(context, threads);
    aug_design_options options = aug_design_options_default();
    aug_answer *answer = NULL;
    aug_status status = aug_design_run(context, path, &options, &answer);
    if (status != AUG_OK)
        fputs(answer ? aug_answer_errors(answer) : "out of memory\n", stderr);
    aug_answer_free(answer);
    aug_context_free(context);
    return status;
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void measure(const bench_study *study, int steps, int threads) {
    enum { RUNS = 3 };
    char path[64];
    snprintf(path, sizeof path, "/tmp/auger-bench-%ld.yaml", (long)getpid());
    double seconds[RUNS];
    long peak = 0;
    write_study(path, study, steps);
    for (int r = 0; r < RUNS; r++) {
        double start = seconds_now();
        pid_t child = fork();
        if (child == 0)
            _exit(run_study(path, threads));
        int status = 0;
        struct rusage usage;
        wait4(child, &status, 0, &usage);
        if (status != 0)
            exit(1);
        seconds[r] = seconds_now() - start;
        peak = usage.ru_maxrss > peak ? usage.ru_maxrss : peak;
    }
    qsort(seconds, RUNS, sizeof *seconds, compare);
    double points = (double)steps * study->points_per_step;
    printf("%-38s %9.0f points  %d thread%s  %7.2f s  %8.0f points/s  %5.2f us each  %6ld KiB\n", study->name, points, threads,
           threads == 1 ? " " : "s", seconds[RUNS / 2], points / seconds[RUNS / 2], seconds[RUNS / 2] / points * 1e6, peak);
    fflush(stdout);
    remove(path);
}

int main(void) {
    static const int steps[] = {10, 100, 1000};
    for (size_t s = 0; s < sizeof studies / sizeof *studies; s++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps && steps[i] <= studies[s].most_steps; i++)
            for (int threads = 1; threads <= 2; threads++)
                measure(&studies[s], steps[i], threads);
    return 0;
}
