#include "support/testing.h"

#include "kernel/latent_attention_kernel.h"

static aug_chip tiny(void) {
    aug_chip chip = {.units = 1, .memory_bytes_per_second = 100e9};
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        chip.flops[f] = 1e12;
    return chip;
}

static aug_mla_decode_shape heads(double count) {
    return (aug_mla_decode_shape){.batch = 1, .context = 1000, .query_heads = count, .kv_heads = 1, .head_size = 576, .value_size = 512,
                                     .format = AUG_FORMAT_BF16, .cache = AUG_FORMAT_BF16,
                                     .design = {.tile_rows = 64, .tile_keys = 100, .overlap = 1, .splits = AUG_SPLITS_NONE}};
}

static const double decode[AUG_CONSTANTS] = {0, 1, 10.24e-9, 0, 0, 1e-6, 1, 10.24e-9}; // cache and unit at 100 GB/s

// 1000 tokens of 576·2 B = 1.152 MB at 100 GB/s: 11.52 us. One tile of 64 rows: 2·64·1000·1088 = 139 MFLOP: 139.264 us, for one head as
// for 64; 128 heads are two tiles, at most two of which share a unit.
static void heads_share_a_token_and_fill_rows(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_mla_decode_shape shape = heads(1);
    assert_near(aug_mla_decode_time(&chip, decode, &shape).seconds, 139.264e-6, 1e-9);
    shape = heads(64);
    assert_near(aug_mla_decode_time(&chip, decode, &shape).seconds, 139.264e-6, 1e-9);
    shape = heads(128);
    assert_near(aug_mla_decode_time(&chip, decode, &shape).seconds, 2 * 139.264e-6, 1e-9);
    chip.flops[AUG_FORMAT_BF16] = 1e15; // the memory limits: 11.52 us and 64·1088·2 B of queries and results, 1.39264 us
    shape = heads(64);
    assert_near(aug_mla_decode_time(&chip, decode, &shape).seconds, 11.52e-6 + 1.39264e-6, 1e-9);
}

// Casting an 8-bit cache first: 576000 elements, 7 B each at 100 GB/s = 40.32 us, and two more kernels; then it is read in 16 bit.
static void a_cast_cache_costs_more_than_it_saves(void **state) {
    (void)state;
    aug_chip chip = tiny();
    chip.flops[AUG_FORMAT_BF16] = 1e18;
    aug_mla_decode_shape shape = heads(1);
    shape.cache = AUG_FORMAT_FP8, shape.design.converts_cache = true;
    assert_near(aug_mla_decode_time(&chip, decode, &shape).seconds, 11.52e-6 + 1088 * 2 / 100e9 + 40.32e-6 + 2e-6, 1e-9);
}

// One step of 64 x 64 with keys of 192 and values of 128: 2·4096·320 = 2.62144 MFLOP.
static void prompts_expand_keys_and_values(void **state) {
    (void)state;
    aug_chip chip = tiny();
    chip.memory_bytes_per_second = 1e18;
    const double constants[AUG_CONSTANTS] = {0, 1, 0, 0, 0, 1, 1, 0};
    const aug_mla_prefill_shape shape = {.batch = 1, .new_tokens = 64, .query_heads = 1, .kv_heads = 1, .head_size = 192, .value_size = 128,
                                            .format = AUG_FORMAT_BF16, .cache = AUG_FORMAT_BF16,
                                            .design = {.tile_rows = 64, .tile_keys = 64, .resident = 1}};
    assert_near(aug_mla_prefill_time(&chip, constants, &shape).seconds, 2.62144e-6, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_share_a_token_and_fill_rows),
        cmocka_unit_test(a_cast_cache_costs_more_than_it_saves),
        cmocka_unit_test(prompts_expand_keys_and_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
