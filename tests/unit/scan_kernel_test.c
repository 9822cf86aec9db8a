#include "support/testing.h"

#include "kernel/scan_kernel.h"

static aug_chip chip_of(double units) {
    aug_chip chip = {.units = units, .memory_bytes_per_second = 1e12};
    chip.flops[AUG_FORMAT_BF16] = 100e12;
    return chip;
}

static const double constants[AUG_CONSTANTS] = {2e-6, 0.5e-6, 0.5, 0.8};

// 64 sequences, 32 heads, 128 x 128 in 32 bit: 64·32·16384·4 B = 134.2 MB read and written at 800 GB/s: 335.5 us. Vector work
// 6·64·32·16384 = 201 MFLOP at 100·0.5/16 TFLOP/s = 64 us: less. Launch and one step: 2.5 us.
static void a_step_moves_its_states(void **state) {
    (void)state;
    aug_chip chip = chip_of(64);
    const aug_scan_shape shape = {.sequences = 64, .tokens = 1, .heads = 32, .keys = 128, .values = 128, .state_bits = 32};
    aug_kernel_time time = aug_scan_time(&chip, constants, &shape);
    assert_near(time.seconds, 2.5e-6 + 2.0 * 134217728.0 / 0.8e12, 1e-12);
    assert_int_equal(time.bound, AUG_KERNEL_MEMORY);
}

// One sequence of 6400 tokens in 100 chunks: per token and head 64·(128+128) + 2·16384 = 49152 MACs, ·6400·32 = 10.07 G,
// 20.13 GFLOP at 50 TFLOP/s = 402.7 us on 3200 tiles of 64 units, 50 whole waves. States of 100 chunks: 2·32·16384·4·100 B =
// 419 MB: 524 us. Three launches and 100 steps: 56 us. One after another it would be 6400 steps: 3.2 ms.
static void a_prompt_goes_in_chunks(void **state) {
    (void)state;
    aug_chip chip = chip_of(64);
    const aug_scan_shape shape = {.sequences = 1, .tokens = 6400, .heads = 32, .keys = 128, .values = 128, .state_bits = 32};
    aug_kernel_time time = aug_scan_time(&chip, constants, &shape);
    assert_near(time.seconds, 56e-6 + 419430400.0 / 0.8e12, 1e-12);
}

static void more_of_anything_is_never_slower(void **state) {
    (void)state;
    for (double tokens = 1; tokens < 1e5; tokens *= 3) {
        const aug_scan_shape shape = {.sequences = 3, .tokens = tokens, .heads = 24, .keys = 64, .values = 128, .state_bits = 32, .row_bytes = 9000};
        aug_chip chip = chip_of(64);
        double before = aug_scan_time(&chip, constants, &shape).seconds;
        chip.memory_bytes_per_second *= 1.1;
        double memory = aug_scan_time(&chip, constants, &shape).seconds;
        chip.flops[AUG_FORMAT_BF16] *= 1.1;
        double both = aug_scan_time(&chip, constants, &shape).seconds;
        assert_true(memory <= before && both <= memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_moves_its_states),
        cmocka_unit_test(a_prompt_goes_in_chunks),
        cmocka_unit_test(more_of_anything_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
