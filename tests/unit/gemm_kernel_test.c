// Matrix products on a chip small enough to work their seconds out by hand.
#include "support/testing.h"

#include "kernel/gemm_kernel.h"

// 4 processors, 4 TFLOP/s in bf16 and 8 in fp8, 100 GB/s, a cache of 1 MB: 1 TFLOP/s and, at ten memory bandwidths of
// cache, 250 GB/s for each processor.
static aug_chip tiny(void) {
    aug_chip chip = {.units = 4.0, .memory_bytes_per_second = 1e11, .cache_bytes = 1e6, .power_watts = (double)NAN};
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        chip.flops[f] = 4e12;
    chip.flops[AUG_FORMAT_FP8] = chip.flops[AUG_FORMAT_FP8_BLOCK] = 8e12;
    return chip;
}

static const double plain[AUG_CONSTANTS] = {
    [AUG_GEMM_LAUNCH] = 2e-6, [AUG_GEMM_MEMORY] = 1.0, [AUG_GEMM_CACHE] = 10.0,  [AUG_GEMM_STEP] = 1e-6,
    [AUG_GEMM_MATRIX] = 1.0,  [AUG_GEMM_ENERGY] = 1.0, [AUG_GEMM_NARROW] = 0.5, [AUG_GEMM_SCALED] = 0.5,
};

static aug_gemm_shape shape_of(double m, double n, double k, aug_number_format format) {
    return (aug_gemm_shape){.m = m, .n = n, .k = k, .weights = format, .activations = format,
                            .output = AUG_FORMAT_BF16};
}

static double seconds_of(const aug_gemm_shape *shape) {
    aug_chip chip = tiny();
    return aug_gemm_time(&chip, plain, shape).seconds;
}

static void a_small_product_waits_for_its_steps(void **state) {
    (void)state;
    // The essay's example: 2 us of prologue, 4 steps of 1 us; 163840 bytes at 100 GB/s are 1.6384 us, of which 0.35
    // are not hidden; 2 us of launch.
    aug_gemm_shape shape = shape_of(128, 128, 256, AUG_FORMAT_BF16);
    aug_chip chip = tiny();
    aug_kernel_time time = aug_gemm_time(&chip, plain, &shape);
    assert_near(time.seconds, 8.57344e-6, 1e-9);
    assert_string_equal(aug_gemm_model.regimes[time.regime], "compute");
    // A library's 2 us make more than half of it, twice 6 of 10.57 us, independent of the product's size.
    shape.software_seconds = 2e-6;
    time = aug_gemm_time(&chip, plain, &shape);
    assert_near(time.seconds, 10.57344e-6, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_LATENCY);
    assert_string_equal(aug_gemm_model.regimes[time.regime], "latency");
}

static void a_large_product_waits_for_the_matrix_units(void **state) {
    (void)state;
    // 256 tiles of 256 x 256 in 64 waves of 64 steps; a step is 2·65536·64 operations at 10^12/s, 8.388608 us:
    // 34.359738368 ms. Prologues 2 us · (1 + 63/2) = 65 us. Three tensors of 2^25 bytes: 1.00663296 ms · 0.35.
    aug_gemm_shape shape = shape_of(4096, 4096, 4096, AUG_FORMAT_BF16);
    aug_chip chip = tiny();
    aug_kernel_time time = aug_gemm_time(&chip, plain, &shape);
    assert_near(time.seconds, 34.359738368e-3 + 65e-6 + 0.35 * 1.00663296e-3 + 2e-6, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_COMPUTE);
    assert_string_equal(aug_gemm_model.regimes[time.regime], "compute");
}

static void a_power_limit_is_a_ceiling_of_the_chip(void **state) {
    (void)state;
    // 2·4096^3 operations of 1 pJ are 0.137438953472 J: at 1 W 137 ms, at 10 W 14 ms, which the units hide.
    aug_gemm_shape shape = shape_of(4096, 4096, 4096, AUG_FORMAT_BF16);
    aug_chip chip = tiny();
    double free = aug_gemm_time(&chip, plain, &shape).seconds;
    chip.power_watts = 10.0;
    assert_near(aug_gemm_time(&chip, plain, &shape).seconds, free, 1e-12);
    chip.power_watts = 1.0;
    aug_kernel_time time = aug_gemm_time(&chip, plain, &shape);
    assert_near(time.seconds, 137.438953472e-3 + 0.35 * 1.00663296e-3 + 2e-6, 1e-9);
    assert_string_equal(aug_gemm_model.regimes[time.regime], "power");
    // Half the energy in 8 bits; Z stays at 16: 2^24 + 2^24 + 2^25 bytes are 0.67108864 ms.
    shape = shape_of(4096, 4096, 4096, AUG_FORMAT_FP8);
    assert_near(aug_gemm_time(&chip, plain, &shape).seconds, 68.719476736e-3 + 0.35 * 0.67108864e-3 + 2e-6, 1e-9);
    // fp16 takes 1.15 times as much as bf16.
    shape = shape_of(4096, 4096, 4096, AUG_FORMAT_FP16);
    assert_near(aug_gemm_time(&chip, plain, &shape).seconds, 1.15 * 137.438953472e-3 + 0.35 * 1.00663296e-3 + 2e-6,
                1e-9);
}

static void few_rows_wait_for_the_weights(void **state) {
    (void)state;
    // k = 64 is one step. 128 tiles of 16 x 128, two on each of four processors, are 16 waves; a step of them takes
    // 2·16·128 elements of 128 ps, 0.524 us, less than the latency of 1 us: 16 us + 2 us · (1 + 15/2) = 33 us.
    // Other tiles take longer: 16 x 64 has twice the waves, 64 x 256 has 16 waves of 2.097 us. Bytes: 2·(64 +
    // 16384·64 + 16384) = 2130048, 21.30048 us.
    aug_gemm_shape shape = shape_of(1, 16384, 64, AUG_FORMAT_BF16);
    assert_near(seconds_of(&shape), 33e-6 + 0.35 * 21.30048e-6 + 2e-6, 1e-9);
    // Without latency of steps the weights decide.
    double constants[AUG_CONSTANTS];
    memcpy(constants, plain, sizeof constants);
    constants[AUG_GEMM_STEP] = 1e-9;
    aug_chip chip = tiny();
    aug_kernel_time time = aug_gemm_time(&chip, constants, &shape);
    assert_int_equal(time.bound, AUG_KERNEL_MEMORY);
    assert_string_equal(aug_gemm_model.regimes[time.regime], "memory");
}

static void operands_that_return_soon_come_from_the_cache(void **state) {
    (void)state;
    // Three sets of 163840 bytes fit half of a cache of 1 MB. The 131072 bytes of A and W then stream at ten memory
    // bandwidths, 0.131072 us, Z at one, 0.32768 us.
    aug_gemm_shape shape = shape_of(128, 128, 256, AUG_FORMAT_BF16);
    shape.weight_sets = 3.0;
    assert_near(seconds_of(&shape), 6e-6 + 0.35 * (0.131072e-6 + 0.32768e-6) + 2e-6, 1e-9);
    shape.weight_sets = 7.0; // more than the cache holds
    assert_near(seconds_of(&shape), 8.57344e-6, 1e-9);
}

static void quantising_is_a_kernel_of_its_own(void **state) {
    (void)state;
    // In fp8 k = 256 are 2 steps of 128, 4 us with the prologue; A, W and Z are 32768 bytes each, together 0.98304 us.
    // Quantising: a launch, and for each element of A one or two reads of 2 bytes and a write of 1 byte.
    aug_gemm_shape shape = shape_of(128, 128, 256, AUG_FORMAT_FP8);
    double bare = 4e-6 + 0.35 * 0.98304e-6 + 2e-6;
    assert_near(seconds_of(&shape), bare, 1e-9);
    shape.facts.quantise = AUG_GEMM_QUANTISE_BLOCK;
    assert_near(seconds_of(&shape), bare + 2e-6 + 32768.0 * 3.0 / 1e11, 1e-9);
    shape.facts.quantise = AUG_GEMM_QUANTISE_ROW;
    assert_near(seconds_of(&shape), bare + 2e-6 + 32768.0 * 5.0 / 1e11, 1e-9);
    // 128 rows on 4 processors one at a time: 32 · 0.4 launches.
    shape.facts.quantise = AUG_GEMM_QUANTISE_SLOW_ROW;
    assert_near(seconds_of(&shape), bare + 2e-6 + 32.0 * 0.8e-6, 1e-9);
}

static void facts_of_a_library_change_its_kernel(void **state) {
    (void)state;
    aug_gemm_shape shape = shape_of(128, 128, 256, AUG_FORMAT_BF16);
    shape.facts.writes_last = true; // 32768 bytes of Z once more
    assert_near(seconds_of(&shape), 8.57344e-6 + 0.32768e-6, 1e-9);
    shape.facts = (aug_gemm_facts){.step_bytes = 64.0}; // 8 steps instead of 4
    assert_near(seconds_of(&shape), 12.57344e-6, 1e-9);
    shape.facts = (aug_gemm_facts){.host_paced = true};
    shape.software_seconds = 5e-6;
    assert_near(seconds_of(&shape), 8.57344e-6, 1e-9);
    shape.software_seconds = 30e-6;
    assert_near(seconds_of(&shape), 30e-6, 1e-9);
    shape.facts.host_paced = false;
    assert_near(seconds_of(&shape), 38.57344e-6, 1e-9);
    // Scales applied by software halve the matrix rate of this chip.
    shape = shape_of(4096, 4096, 4096, AUG_FORMAT_FP8_BLOCK);
    double whole = seconds_of(&shape);
    shape.facts.scales_apart = true;
    assert_true(seconds_of(&shape) > 1.9 * whole);
}

static void a_split_over_k_shortens_long_sums(void **state) {
    (void)state;
    // One tile of 16 x 64 with 256 steps; eight shares of 32 steps, two on each processor.
    aug_gemm_shape shape = shape_of(16, 64, 16384, AUG_FORMAT_BF16);
    double whole = seconds_of(&shape);
    // 256 steps and 2 us; 2·16384·80 + 2·1024 bytes.
    assert_near(whole, 258e-6 + 0.35 * 26.2344e-6 + 2e-6, 1e-4);
    shape.facts.split = AUG_GEMM_SPLIT_REDUCED;
    double reduced = seconds_of(&shape);
    assert_true(reduced < 0.3 * whole);
    shape.facts.split = AUG_GEMM_SPLIT_ATOMIC; // no second kernel, but slower sums
    assert_true(seconds_of(&shape) < whole);
}

static void a_batch_is_more_tiles(void **state) {
    (void)state;
    // Four products of one 128 x 128 tile each fill four processors; with the tiles of 64 x 64 they are 16, two waves
    // of two per processor: 4 steps of 1.048576 us each. 128 x 128: 4 steps of 2.097 us, one prologue.
    aug_gemm_shape shape = shape_of(128, 128, 256, AUG_FORMAT_BF16);
    shape.batch = 4.0;
    assert_near(seconds_of(&shape), 4.0 * 2.097152e-6 + 2e-6 + 0.35 * 4.0 * 1.6384e-6 + 2e-6, 1e-9);
    shape.batch = 1.0;
    assert_near(seconds_of(&shape), 8.57344e-6, 1e-9);
}

static void more_of_anything_never_hurts(void **state) {
    (void)state;
    static const double sides[] = {1, 5, 64, 129, 2048, 16384};
    static const aug_number_format formats[] = {AUG_FORMAT_BF16, AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_NVFP4};
    enum { SIDES = sizeof sides / sizeof *sides };
    for (int i = 0; i < SIDES * SIDES * SIDES * 3; i++) {
        aug_gemm_shape shape = shape_of(sides[i % SIDES], sides[i / SIDES % SIDES], sides[i / SIDES / SIDES % SIDES],
                                        formats[i / SIDES / SIDES / SIDES]);
        shape.facts = (aug_gemm_facts){.split = (aug_gemm_split)(i % 3), .quantise = (aug_gemm_quantise)(i % 4),
                                       .scales_apart = i % 2, .writes_last = i % 5 == 0};
        shape.weight_sets = i % 4;
        aug_chip chip = tiny(), more = tiny();
        chip.power_watts = 2.0;
        double seconds = aug_gemm_time(&chip, plain, &shape).seconds;
        assert_true(seconds > 0.0 && isfinite(seconds));
        more = chip;
        more.memory_bytes_per_second *= 1.1;
        assert_true(aug_gemm_time(&more, plain, &shape).seconds <= seconds);
        more = chip;
        for (int f = 0; f < AUG_FORMAT_COUNT; f++)
            more.flops[f] *= 1.1;
        assert_true(aug_gemm_time(&more, plain, &shape).seconds <= seconds);
        more = chip;
        more.power_watts *= 1.1;
        assert_true(aug_gemm_time(&more, plain, &shape).seconds <= seconds);
        more = chip;
        more.cache_bytes *= 1.1;
        assert_true(aug_gemm_time(&more, plain, &shape).seconds <= seconds);
    }
}

static void the_table_of_constants_is_sound(void **state) {
    (void)state;
    assert_int_equal(aug_gemm_model.constant_count, AUG_GEMM_CONSTANTS);
    assert_true(aug_gemm_model.constant_count <= AUG_CONSTANTS);
    assert_true(aug_gemm_model.regime_count <= AUG_REGIMES);
    for (int i = 0; i < AUG_GEMM_CONSTANTS; i++) {
        const aug_constant *c = &aug_gemm_model.constants[i];
        assert_true(c->low < c->start && c->start < c->high);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_product_waits_for_its_steps),
        cmocka_unit_test(a_large_product_waits_for_the_matrix_units),
        cmocka_unit_test(a_power_limit_is_a_ceiling_of_the_chip),
        cmocka_unit_test(few_rows_wait_for_the_weights),
        cmocka_unit_test(operands_that_return_soon_come_from_the_cache),
        cmocka_unit_test(quantising_is_a_kernel_of_its_own),
        cmocka_unit_test(facts_of_a_library_change_its_kernel),
        cmocka_unit_test(a_split_over_k_shortens_long_sums),
        cmocka_unit_test(a_batch_is_more_tiles),
        cmocka_unit_test(more_of_anything_never_hurts),
        cmocka_unit_test(the_table_of_constants_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
