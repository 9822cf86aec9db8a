// Nanoseconds of one prediction of each kind of kernel, on shapes from a small step to a long prompt.
//
// usage: kernel_bench [MACHINE]     a shipped machine with kernel models; h100-sxm where missing.
//
// Each shape is called in rounds of some 2 ms; of 15 rounds the median counts, so that another program on the same core does not. A
// search prices every operator of every plan by these calls: each must take less than a microsecond.
//
// Instructions do not depend on what else runs, where the clock does:
//
//     KERNEL_BENCH_CALLS=1000 valgrind --tool=callgrind --toggle-collect='aug_*_time' build/bench/kernel_bench
//     callgrind_annotate callgrind.out.*        instructions of each aug_KIND_time; divide by 1000 · its shapes
//
// With KERNEL_BENCH_CALLS there is one round of that many calls for each shape and nothing is timed.
#include "kernel/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, SHAPES = 4 };

typedef struct bench_kind {
    aug_kernel_kind kind;
    int count;
    struct {
        const char *name;
        aug_kernel_shape shape;
    } shapes[SHAPES];
} bench_kind;

#define BF16 AUG_FORMAT_BF16
#define FP8 AUG_FORMAT_FP8
#define TILES {.tile_rows = 128, .tile_keys = 64, .resident = 1}
#define SPLITS {.tile_rows = 64, .tile_keys = 64, .overlap = 1, .lone_keys = 64, .lone_overlap = 1, .least_group = 1, .most_group = 1e9, .most_splits = 1e9}
#define GEMM(rows, format, ...) {.gemm = {.m = rows, .n = 8192, .k = 8192, .batch = 1, .weights = format, .activations = format, .output = BF16, .facts = {__VA_ARGS__}}}
#define PROMPT(tokens, past, heads, kv, size, value) \
    {.batch = 4, .new_tokens = tokens, .past_tokens = past, .query_heads = heads, .kv_heads = kv, .head_size = size, .value_size = value, .format = BF16, .cache = BF16, .design = TILES}
#define STEP(sequences, tokens, heads, kv, size, value, shared) \
    {.batch = sequences, .context = tokens, .query_heads = heads, .kv_heads = kv, .head_size = size, .value_size = value, .latent = shared, .format = BF16, .cache = FP8, .design = SPLITS}
#define EXPERTS(how, count, ...) \
    {.moe = {.routing = {.kind = how, .tokens = count, .topk = 8, .experts = 256, .groups = 8, .exponent = 1.2, .activated = 16}, .hidden = 7168, .inner = 2048, .gated = true, .weights = AUG_FORMAT_FP8_BLOCK, .activations = AUG_FORMAT_FP8_BLOCK, .facts = {__VA_ARGS__}}}

static const bench_kind kinds[] = {
    {AUG_KERNEL_KIND_GEMM, 4, {{"1 row", GEMM(1, BF16, .split = AUG_GEMM_SPLIT_REDUCED)}, {"256 rows, fp8", GEMM(256, FP8, .split = AUG_GEMM_SPLIT_REDUCED, .quantise = AUG_GEMM_QUANTISE_ROW)},
                               {"8192 rows", GEMM(8192, BF16, .split = AUG_GEMM_SPLIT_NONE)}, {"1000 rows, atomic", GEMM(1000, BF16, .split = AUG_GEMM_SPLIT_ATOMIC)}}},
    {AUG_KERNEL_KIND_ATTENTION_PREFILL, 3, {{"128 tokens", {.attention_prefill = PROMPT(128, 0, 32, 8, 128, 128)}}, {"2048 tokens", {.attention_prefill = PROMPT(2048, 0, 32, 8, 128, 128)}},
                                            {"8192 behind 32768", {.attention_prefill = PROMPT(8192, 32768, 32, 8, 128, 128)}}}},
    {AUG_KERNEL_KIND_ATTENTION_DECODE, 3, {{"1 sequence", {.attention_decode = STEP(1, 4096, 32, 8, 128, 128, false)}}, {"64 sequences", {.attention_decode = STEP(64, 4096, 32, 8, 128, 128, false)}},
                                           {"4 of 131072", {.attention_decode = STEP(4, 131072, 64, 8, 128, 128, false)}}}},
    {AUG_KERNEL_KIND_MLA_PREFILL, 2, {{"2048 tokens", {.mla_prefill = PROMPT(2048, 0, 128, 128, 192, 128)}}, {"512 behind 8192", {.mla_prefill = PROMPT(512, 8192, 128, 128, 192, 128)}}}},
    {AUG_KERNEL_KIND_MLA_DECODE, 2, {{"8 sequences", {.mla_decode = STEP(8, 4096, 128, 1, 576, 512, true)}}, {"256 sequences", {.mla_decode = STEP(256, 8192, 16, 1, 576, 512, true)}}}},
    {AUG_KERNEL_KIND_SPARSE_ATTENTION, 1, {{"8 sequences", {.sparse_attention = {.batch = 8, .new_tokens = 1, .past_tokens = 65536, .index_heads = 64, .index_size = 128, .selected = 2048, .index_format = FP8}}}}},
    {AUG_KERNEL_KIND_MOE, 4, {{"8 tokens", EXPERTS(AUG_MOE_BALANCED, 8, .algorithm = AUG_MOE_GATHERED)}, {"4096 tokens", EXPERTS(AUG_MOE_BALANCED, 4096, .algorithm = AUG_MOE_PERMUTED)},
                              {"512, power law", EXPERTS(AUG_MOE_POWER_LAW, 512, .algorithm = AUG_MOE_BLOCKED)}, {"64, activated", EXPERTS(AUG_MOE_ACTIVATED, 64, .algorithm = AUG_MOE_ALIGNED)}}},
    {AUG_KERNEL_KIND_SCAN, 2, {{"64 steps", {.scan = {.sequences = 64, .tokens = 1, .heads = 64, .keys = 128, .values = 128, .state_bits = 32, .row_bytes = 40960}}},
                               {"2048 tokens", {.scan = {.sequences = 1, .tokens = 2048, .heads = 64, .keys = 128, .values = 128, .state_bits = 32, .row_bytes = 40960}}}}},
    {AUG_KERNEL_KIND_ELEMENTWISE, 2, {{"norm of 8 rows", {.elementwise = {.rows = 8, .width = 8192, .moved_bytes = 4, .kept_bytes = 4, .launches = 1, .row_passes = 1}}},
                                      {"map of 8192 rows", {.elementwise = {.rows = 8192, .width = 8192, .moved_bytes = 6, .kept_bytes = 6, .launches = 1}}}}},
    {AUG_KERNEL_KIND_COLLECTIVE, 3, {{"all-reduce of 1 MB", {.collective = {.call = AUG_CALL_ALL_REDUCE, .chips = 8, .nodes = 1, .bytes = 1e6}}},
                                     {"all-gather, 4 nodes", {.collective = {.call = AUG_CALL_ALL_GATHER, .chips = 32, .nodes = 4, .bytes = 1e8}}},
                                     {"all-to-all", {.collective = {.call = AUG_CALL_ALL_TO_ALL, .chips = 8, .nodes = 1, .bytes = 1e7}}}}},
    {AUG_KERNEL_KIND_CUSTOM_REDUCE, 2, {{"one shot", {.custom_reduce = {.chips = 8, .bytes = 65536, .method = AUG_REDUCE_ONE_SHOT, .barriers = 2}}},
                                        {"two shots", {.custom_reduce = {.chips = 8, .bytes = 1e6, .method = AUG_REDUCE_TWO_SHOTS, .barriers = 2}}}}},
    {AUG_KERNEL_KIND_EXPERT_EXCHANGE, 2, {{"dispatch", {.expert_exchange = {.chips = 8, .tokens = 128, .hidden = 7168, .topk = 8, .word_bytes = 1}}},
                                          {"combine", {.expert_exchange = {.chips = 8, .tokens = 4096, .hidden = 7168, .topk = 8, .word_bytes = 2, .combine = true}}}}},
};

_Static_assert(sizeof kinds / sizeof *kinds == AUG_KERNEL_KIND_COUNT, "every kind of kernel is measured");

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static volatile double sink; // so that no call is left out

static double run(const bench_kind *kind, int shape, const aug_chip *chip, const double *constants, long calls) {
    aug_kernel_shape varied = kind->shapes[shape].shape;
    double start = seconds_now(), sum = 0.0;
    for (long i = 0; i < calls; i++) {
        aug_kernel_set_software(kind->kind, 1e-9 * (double)(i & 7), &varied); // nor one taken out of the loop
        sum += aug_kernel_call(kind->kind, chip, constants, &varied).seconds;
    }
    sink = sum;
    return (seconds_now() - start) / (double)calls;
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static double median_of(const bench_kind *kind, int shape, const aug_chip *chip, const double *constants) {
    double seconds[ROUNDS];
    long calls = 1 + (long)(2e-3 / run(kind, shape, chip, constants, 1000));
    for (int r = 0; r < ROUNDS; r++)
        seconds[r] = run(kind, shape, chip, constants, calls);
    qsort(seconds, ROUNDS, sizeof *seconds, compare);
    return seconds[ROUNDS / 2];
}

int main(int count, char **arguments) {
    const char *data = getenv("AUGER_DATA"), *calls = getenv("KERNEL_BENCH_CALLS");
    const aug_library library = {data ? data : BENCH_DATA};
    static aug_errors errors;
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    aug_machine *machine = aug_machine_load(&library, &arena, &errors, count > 1 ? arguments[1] : "h100-sxm");
    if (!machine || !aug_kernels_attach(&library, &arena, &errors, machine) || !machine->models) {
        fprintf(stderr, "%s\n", errors.count ? errors.items[0].message : "the machine has no kernel models");
        return 1;
    }
    aug_chip chip;
    aug_chip_of(machine, &chip);
    double slowest = 0.0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int s = 0; s < kinds[k].count; s++) {
            const double *constants = machine->models->fits[kinds[k].kind].constants;
            if (calls) {
                run(&kinds[k], s, &chip, constants, strtol(calls, NULL, 10));
                continue;
            }
            double seconds = median_of(&kinds[k], s, &chip, constants);
            slowest = seconds > slowest ? seconds : slowest;
            printf("%-18s %-20s %7.1f ns\n", aug_kernel_models[kinds[k].kind]->name, kinds[k].shapes[s].name, 1e9 * seconds);
        }
    if (!calls)
        printf("slowest %.1f ns\n", 1e9 * slowest);
    aug_arena_free(&arena);
    return 0;
}
