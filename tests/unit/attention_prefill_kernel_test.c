#include "support/testing.h"

#include "kernel/attention_prefill_kernel.h"

// One unit of 1 TFLOP/s and a memory that never limits.
static aug_chip tiny(void) {
    aug_chip chip = {.units = 1, .memory_bytes_per_second = 1e18};
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        chip.flops[f] = 1e12;
    return chip;
}

static const double bare[AUG_CONSTANTS] = {0, 1, 0, 0, 0, 1, 0.5, 0}; // nothing but multiplications

static aug_attention_prefill_shape head(double tokens) {
    return (aug_attention_prefill_shape){.batch = 1, .new_tokens = tokens, .query_heads = 1, .kv_heads = 1, .head_size = 64, .value_size = 64,
                                         .format = AUG_FORMAT_BF16, .cache = AUG_FORMAT_BF16,
                                         .design = {.tile_rows = 64, .tile_keys = 64, .resident = 1}};
}

static double seconds(const aug_chip *chip, const double *constants, aug_attention_prefill_shape shape) {
    return aug_attention_prefill_time(chip, constants, &shape).seconds;
}

// A step is 2·64·64·(64 + 64) = 1.048576 MFLOP: 1.048576 us. 128 tokens: blocks of 1 and of 2 steps, 256: 1 + 2 + 3 + 4 = 10.
static void steps_form_a_trapezoid(void **state) {
    (void)state;
    aug_chip chip = tiny();
    assert_near(seconds(&chip, bare, head(128)), 3 * 1.048576e-6, 1e-9);
    assert_near(seconds(&chip, bare, head(256)), 10 * 1.048576e-6, 1e-9);
    aug_attention_prefill_shape later = head(128);
    later.past_tokens = 128; // two steps more for each of two blocks
    assert_near(seconds(&chip, bare, later), 7 * 1.048576e-6, 1e-9);
    chip.units = 2; // two half-sized units: a step takes twice as long; the longest of two blocks has two steps of three,
                    // but blocks are handed out as if they had the mean of 1.5
    assert_near(seconds(&chip, bare, head(128)), 2 * 2 * 1.048576e-6, 1e-9);
}

// Without a mask each of 4 tiles sees all 256 tokens, 16 steps; more than 16 tiles are counted together: 32 · (32 + 1/2).
static void without_a_mask_it_is_a_square(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_attention_prefill_shape shape = head(256);
    shape.unmasked = true;
    assert_near(seconds(&chip, bare, shape), 16 * 1.048576e-6, 1e-9);
    shape = head(2048);
    shape.unmasked = true;
    assert_near(seconds(&chip, bare, shape), 32 * 32.5 * 1.048576e-6, 1e-9);
}

// A window of 64 over 256 tokens: tile 0 sees one tile of keys, tile i the keys 64·i - 63 to 64·i + 63, two tiles: 1 + 2 + 2 + 2.
static void windows_cut_the_trapezoid(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_attention_prefill_shape shape = head(256);
    shape.window = 64;
    assert_near(seconds(&chip, bare, shape), 7 * 1.048576e-6, 1e-9);
    shape.design.ignores_window = true;
    assert_near(seconds(&chip, bare, shape), 10 * 1.048576e-6, 1e-9);
}

// Eight heads over one key head, 8 tokens: packed they fill one tile of 64 rows, else there are eight tiles.
static void packing_fills_tiles(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_attention_prefill_shape shape = head(8);
    shape.query_heads = 8;
    assert_near(seconds(&chip, bare, shape), 8 * 1.048576e-6, 1e-9);
    shape.design.packs_heads = true;
    assert_near(seconds(&chip, bare, shape), 1.048576e-6, 1e-9);
    shape.design.older_instructions = true; // at half the rate
    assert_near(seconds(&chip, bare, shape), 2 * 1.048576e-6, 1e-9);
}

// 1000 tokens appended: 1000·(64 + 64)·(2 + 1) bytes at 1 GB/s·0.5 = 768 us; the kernel reads and writes 1000·128·(2 + 1) bytes too.
static void passes_cost_their_bytes(void **state) {
    (void)state;
    aug_chip chip = tiny();
    chip.memory_bytes_per_second = 1e9;
    double constants[AUG_CONSTANTS] = {0, 1, 0, 0, 0, 0.5, 1, 0};
    aug_attention_prefill_shape shape = head(1000);
    shape.cache = AUG_FORMAT_FP8;
    assert_near(seconds(&chip, constants, shape), 768e-6, 1e-9);
    shape.appends = true;
    assert_near(seconds(&chip, constants, shape), 2 * 768e-6, 1e-9);
    shape.quantises_query = true; // 1000·64·(2 + 2) bytes
    assert_near(seconds(&chip, constants, shape), 2 * 768e-6 + 512e-6, 1e-9);
}

static void more_of_anything_is_never_slower(void **state) {
    (void)state;
    double constants[AUG_CONSTANTS];
    for (int c = 0; c < AUG_CONSTANTS; c++)
        constants[c] = aug_attention_prefill_model.constants[c].start;
    for (double tokens = 1; tokens < 40000; tokens *= 3)
        for (double window = 0; window <= 128; window += 128) {
            aug_chip chip = tiny();
            chip.memory_bytes_per_second = 1e12;
            chip.units = 100;
            for (int f = 0; f < AUG_FORMAT_COUNT; f++)
                chip.flops[f] = 1e15;
            aug_attention_prefill_shape shape = head(tokens);
            shape.query_heads = 12, shape.window = window, shape.appends = true;
            double before = seconds(&chip, constants, shape);
            chip.memory_bytes_per_second *= 1.1;
            double memory = seconds(&chip, constants, shape);
            chip.flops[AUG_FORMAT_BF16] *= 1.1;
            double both = seconds(&chip, constants, shape);
            assert_true(memory <= before && both <= memory);
            shape.new_tokens += 1.0;
            assert_true(seconds(&chip, constants, shape) >= 0.999 * both);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_form_a_trapezoid), cmocka_unit_test(without_a_mask_it_is_a_square),  cmocka_unit_test(windows_cut_the_trapezoid),
        cmocka_unit_test(packing_fills_tiles),     cmocka_unit_test(passes_cost_their_bytes),
        cmocka_unit_test(more_of_anything_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
