// What a benchmark asks for: "auger: benchmark/1". A model, mean lengths of its samples, and the latencies that 99 % of its
// requests must keep where they arrive at random.
#ifndef AUG_VALIDATION_BENCHMARK_H
#define AUG_VALIDATION_BENCHMARK_H

#include "text/fields.h"
#include "text/library.h"

// NaN: no limit.
typedef struct aug_benchmark_limits {
    double ttft_seconds, tpot_seconds;
} aug_benchmark_limits;

typedef struct aug_benchmark {
    const char *name, *model;
    uint64_t in_tokens, out_tokens; // per sample, mean
    double variation;               // variance of the prompts' lengths over their mean squared
    aug_benchmark_limits server, interactive;
} aug_benchmark;

extern const aug_fields aug_benchmark_fields;

// By path or name, NULL with errors added.
aug_benchmark *aug_benchmark_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_benchmark_read(const aug_reader *reader, const aug_node *root, const char *name, aug_benchmark *benchmark);

#endif
