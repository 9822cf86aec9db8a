#include "support/testing.h"

#include "kernel/sparse_attention_kernel.h"

static const double constants[AUG_CONSTANTS] = {1e-6, 0.5, 1, 1e-9}; // launch, matrix, memory, select

static aug_chip tiny(void) {
    aug_chip chip = {.units = 4, .memory_bytes_per_second = 1e12};
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        chip.flops[f] = 1e14;
    return chip;
}

// One query over 9999 + 1 tokens, 64 heads of 128: 2·10000·8192 = 163.84 MFLOP at 50 TFLOP/s = 3.2768 us; keys 1.28 MB and scores
// 40 kB at 1 TB/s: 1.32 us. Selection: two passes over 10000 scores at 1 ns: 20 us. Two launches: 2 us.
static void one_query_scores_and_selects(void **state) {
    (void)state;
    aug_chip chip = tiny();
    const aug_sparse_attention_shape shape = {.batch = 1, .new_tokens = 1, .past_tokens = 9999, .index_heads = 64, .index_size = 128,
                                              .selected = 2048, .index_format = AUG_FORMAT_FP8};
    assert_near(aug_sparse_attention_time(&chip, constants, &shape).seconds, 2e-6 + 3.2768e-6 + 20e-6, 1e-9);
}

// Five queries need two waves on four units; attention reads 2048 of about 10000 tokens, and all of 100.
static void attention_reads_what_is_selected(void **state) {
    (void)state;
    const aug_sparse_attention_shape shape = {.batch = 5, .new_tokens = 2, .past_tokens = 9999, .selected = 2048};
    const aug_attention_decode_shape dense = {.batch = 5, .context = 10001, .query_heads = 128, .kv_heads = 1, .head_size = 576};
    aug_attention_decode_shape selected = aug_sparse_attention_selected(&shape, &dense);
    assert_near(selected.batch, 10, 1e-9);
    assert_near(selected.context, 2048, 1e-9);
    assert_near(selected.query_heads, 128, 1e-9);
    const aug_sparse_attention_shape brief = {.batch = 1, .new_tokens = 1, .past_tokens = 99, .selected = 2048};
    assert_near(aug_sparse_attention_selected(&brief, &dense).context, 100, 1e-9);
}

static void more_of_anything_is_never_slower(void **state) {
    (void)state;
    for (double tokens = 1; tokens < 1e5; tokens *= 5) {
        const aug_sparse_attention_shape shape = {.batch = 2, .new_tokens = tokens, .past_tokens = 5000, .index_heads = 64, .index_size = 128,
                                                  .selected = 2048, .index_format = AUG_FORMAT_FP8};
        aug_chip chip = tiny();
        double before = aug_sparse_attention_time(&chip, constants, &shape).seconds;
        chip.memory_bytes_per_second *= 1.1;
        double memory = aug_sparse_attention_time(&chip, constants, &shape).seconds;
        chip.flops[AUG_FORMAT_FP8] *= 1.1;
        double both = aug_sparse_attention_time(&chip, constants, &shape).seconds;
        assert_true(memory <= before && both <= memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_query_scores_and_selects),
        cmocka_unit_test(attention_reads_what_is_selected),
        cmocka_unit_test(more_of_anything_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
