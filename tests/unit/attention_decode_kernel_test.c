#include "support/testing.h"

#include "kernel/attention_decode_kernel.h"

static aug_chip tiny(double units) {
    aug_chip chip = {.units = units, .memory_bytes_per_second = 100e9};
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        chip.flops[f] = 1e18;
    return chip;
}

// launch 0, memory 1, cache 1 KiB in 5.12 ns (200 GB/s), step 0, start 0, pass 1 us, matrix 1, unit: 100 GB/s, 25 GB/s, without limit
#define CONSTANTS(unit) {0, 1, 5.12e-9, 0, 0, 1e-6, 1, (unit)}
static const double bare[AUG_CONSTANTS] = CONSTANTS(10.24e-9), quarter[AUG_CONSTANTS] = CONSTANTS(40.96e-9), fast[AUG_CONSTANTS] = CONSTANTS(0);

static aug_attention_decode_shape one(double context) {
    return (aug_attention_decode_shape){.batch = 1, .context = context, .query_heads = 2, .kv_heads = 1, .head_size = 64, .value_size = 64,
                                        .format = AUG_FORMAT_BF16, .cache = AUG_FORMAT_BF16,
                                        .design = {.tile_rows = 64, .tile_keys = 100, .overlap = 1, .lone_keys = 100, .lone_overlap = 1,
                                                   .most_group = 8, .splits = AUG_SPLITS_FREE, .most_splits = 64, .packs_windows = true}};
}

static double seconds(const aug_chip *chip, const double *constants, aug_attention_decode_shape shape) {
    return aug_attention_decode_time(chip, constants, &shape).seconds;
}

// 1000 tokens of 2·64·2 B = 256 kB at 100 GB/s: 2.56 us; queries and results 2·128·2 B = 512 B: 5.12 ns.
static void one_unit_streams_the_cache(void **state) {
    (void)state;
    aug_chip chip = tiny(1);
    assert_near(seconds(&chip, bare, one(1000)), 2.56e-6 + 5.12e-9, 1e-9);
    aug_attention_decode_shape shape = one(1000);
    shape.cache = AUG_FORMAT_FP8;
    assert_near(seconds(&chip, bare, shape), 1.28e-6 + 5.12e-9, 1e-9);
    shape = one(1000);
    shape.window = 100;
    assert_near(seconds(&chip, bare, shape), 0.256e-6 + 5.12e-9, 1e-9);
}

// Four units draw 25 GB/s each: alone, one needs 102.4 us for 10000 tokens. Split four ways (eight ways is no faster but writes more
// parts) it is 25.6 us and one more kernel; parts are 2·64·4·8 B = 4096 B, 40.96 ns beside the 5.12 ns of queries and results.
static void splits_fill_the_chip(void **state) {
    (void)state;
    aug_chip chip = tiny(4);
    aug_attention_decode_shape shape = one(10000);
    assert_near(seconds(&chip, quarter, shape), 25.6e-6 + 40.96e-9 + 5.12e-9 + 1e-6, 1e-9);
    shape.design.splits = AUG_SPLITS_NONE;
    assert_near(seconds(&chip, quarter, shape), 102.4e-6, 1e-9);
}

// Without packing each of two heads reads the whole cache: from the memory once, through the cache, at 200 GB/s, twice. Beyond
// eight heads per group this design does not pack: 16 heads read 16·256 kB at 200 GB/s = 20.48 us.
static void heads_apart_read_again(void **state) {
    (void)state;
    aug_chip chip = tiny(1);
    aug_attention_decode_shape shape = one(1000);
    shape.query_heads = 16;
    assert_near(seconds(&chip, fast, shape), 20.48e-6, 1e-9);
    shape.design.most_group = 16;
    assert_near(seconds(&chip, fast, shape), 2.56e-6 + 16 * 128 * 2 / 100e9, 1e-9);
}

// What fits the last cache comes at its rate, twice the memory's; 256512 B of 2.6 MB are well inside.
static void small_caches_stay_on_the_chip(void **state) {
    (void)state;
    aug_chip chip = tiny(1);
    chip.cache_bytes = 2.6e6;
    assert_near(seconds(&chip, fast, one(1000)), 256512.0 / 200e9, 1e-9);
    assert_near(seconds(&chip, fast, one(100000)), (25600000.0 + 512.0) / 100e9, 1e-9);
}

static void more_of_anything_is_never_slower(void **state) {
    (void)state;
    double constants[AUG_CONSTANTS];
    for (int c = 0; c < AUG_CONSTANTS; c++)
        constants[c] = aug_attention_decode_model.constants[c].start;
    for (double context = 1; context < 200000; context *= 3)
        for (double batch = 1; batch <= 512; batch *= 8) {
            aug_chip chip = tiny(100);
            chip.memory_bytes_per_second = 3e12, chip.cache_bytes = 50e6;
            for (int f = 0; f < AUG_FORMAT_COUNT; f++)
                chip.flops[f] = 1e15;
            aug_attention_decode_shape shape = one(context);
            shape.batch = batch;
            double before = seconds(&chip, constants, shape);
            chip.memory_bytes_per_second *= 1.1;
            double memory = seconds(&chip, constants, shape);
            chip.flops[AUG_FORMAT_BF16] *= 1.1;
            double both = seconds(&chip, constants, shape);
            assert_true(memory <= before && both <= memory);
            shape.cache = AUG_FORMAT_FP8;
            assert_true(seconds(&chip, constants, shape) <= both);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_streams_the_cache),    cmocka_unit_test(splits_fill_the_chip),
        cmocka_unit_test(heads_apart_read_again),        cmocka_unit_test(small_caches_stay_on_the_chip),
        cmocka_unit_test(more_of_anything_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
