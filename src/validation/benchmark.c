#include "validation/benchmark.h"

#include <stddef.h>

static const aug_field limit_rows[] = {
    AUG_ROW_QUANTITY(aug_benchmark_limits, ttft_seconds, "ttft", AUG_DIMENSION_SECONDS, AUG_POSITIVE, NULL, "longest time to the first token"),
    AUG_ROW_QUANTITY(aug_benchmark_limits, tpot_seconds, "tpot", AUG_DIMENSION_SECONDS, AUG_POSITIVE, NULL, "longest time per output token"),
};

static const aug_fields limit_fields = {.name = "benchmark: limits",
                                        .about = "What 99 % of the requests must keep.",
                                        .rows = limit_rows,
                                        .count = AUG_COUNT(limit_rows)};

typedef struct benchmark_row {
    const char *kind;
    aug_benchmark benchmark;
    const aug_node *sources;
} benchmark_row;

static const aug_field rows[] = {
    AUG_ROW_TEXT(benchmark_row, kind, "auger", "benchmark/1"),
    AUG_ROW_TEXT(benchmark_row, benchmark.name, "name", "what the benchmark is called"),
    {.key = "model", .kind = AUG_FIELD_TEXT, .offset = offsetof(benchmark_row, benchmark.model), .required = true, .help = "file or name of data/models"},
    AUG_ROW_COUNT(benchmark_row, benchmark.in_tokens, "in", "1", "prompt tokens of a sample, mean"),
    AUG_ROW_COUNT(benchmark_row, benchmark.out_tokens, "out", "1", "output tokens of a sample, mean"),
    AUG_ROW_QUANTITY(benchmark_row, benchmark.variation, "variation", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "1", "variance of the prompts' lengths over their mean squared; 1: as if exponential"),
    AUG_ROW_GROUP(benchmark_row, benchmark.server, "server", &limit_fields, "limits where requests arrive at random"),
    AUG_ROW_GROUP(benchmark_row, benchmark.interactive, "interactive", &limit_fields, "stricter limits"),
    AUG_ROW_NODE(benchmark_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_benchmark_fields = {
    .name = "benchmark",
    .about = "What a benchmark asks of a model.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

bool aug_benchmark_read(const aug_reader *reader, const aug_node *root, const char *name, aug_benchmark *benchmark) {
    benchmark_row row;
    if (!aug_fields_read(reader, root, &aug_benchmark_fields, &row))
        return false;
    *benchmark = row.benchmark;
    if (!benchmark->name)
        benchmark->name = name;
    if (benchmark->in_tokens > 0 && benchmark->out_tokens > 0)
        return true;
    aug_node_error(reader->errors, root, "a sample has at least one token in and one out");
    return false;
}

aug_benchmark *aug_benchmark_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "benchmarks", "benchmark", name, &file);
    aug_benchmark *benchmark = root ? AUG_NEW(arena, aug_benchmark) : NULL;
    return root && aug_benchmark_read(&reader, root, file.name, benchmark) ? benchmark : NULL;
}
