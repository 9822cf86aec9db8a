// One layer on a chip small enough to work its time out by hand, and what must hold for any.
#include "support/testing.h"

#include "kernel/moe_kernel.h"

// One unit of 1e12 FLOP/s, 1e9 B/s.
static aug_chip tiny(void) {
    aug_chip chip = {.units = 1.0, .memory_bytes_per_second = 1e9};
    for (int i = 0; i < AUG_FORMAT_COUNT; i++)
        chip.flops[i] = 1e12;
    return chip;
}

// All shares 1, nothing takes time of its own, all is hidden.
static const double ideal[AUG_CONSTANTS] = {1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0};

// 64 tokens, one of one expert, 128 wide, no gate.
static aug_moe_shape small(void) {
    return (aug_moe_shape){
        .routing = {.kind = AUG_MOE_BALANCED, .tokens = 64, .topk = 1, .experts = 1, .groups = 1},
        .hidden = 128,
        .inner = 128,
        .weights = AUG_FORMAT_BF16,
        .activations = AUG_FORMAT_BF16};
}

static aug_moe_shape large(double tokens) {
    return (aug_moe_shape){.routing = {.kind = AUG_MOE_POWER_LAW,
                                       .tokens = tokens,
                                       .topk = 8,
                                       .experts = 256,
                                       .groups = 8,
                                       .exponent = 1.2},
                           .hidden = 7168,
                           .inner = 2048,
                           .gated = true,
                           .weights = AUG_FORMAT_FP8,
                           .activations = AUG_FORMAT_FP8};
}

static const double usual[AUG_CONSTANTS] = {0.6, 0.4, 0.9, 0.5, 32.0, 5e-7, 4.5e-6, 0.4};

static aug_chip big(void) {
    aug_chip chip = {.units = 132.0, .memory_bytes_per_second = 3.35e12};
    for (int i = 0; i < AUG_FORMAT_COUNT; i++)
        chip.flops[i] = 1e15;
    return chip;
}

static void a_small_layer_waits_for_the_memory(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_moe_shape shape = small();
    // Each multiply: weights 128·128·2 = 32768 B, rows 64·(128·2 + 2·128) = 32768 B: 65.536 us; its tile of
    // 64 rows: feed 32768 B at 1e10 B/s, 3.3 us. Passes: 64·128·2 B, half for the rows, twice for the
    // tokens: 40.96 us.
    aug_kernel_time time = aug_moe_time(&chip, ideal, &shape);
    assert_near(time.seconds, 172.032e-6, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_MEMORY);
    // Half of the shorter shows: compute is 3.277 us (the feed) of each.
    double exposed[AUG_CONSTANTS] = {1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.5};
    assert_near(aug_moe_time(&chip, exposed, &shape).seconds, 172.032e-6 + 2 * 0.5 * 32768 / 1e10, 1e-9);
}

static void steps_and_software_are_added(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_moe_shape shape = small();
    double steps[AUG_CONSTANTS] = {1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1e-3, 0.0};
    shape.software_seconds = 5e-3;
    // A gathered layer is 4 kernels, and 6 more where general kernels route: 4 ms and 5 ms beside 0.172032
    // ms.
    aug_kernel_time time = aug_moe_time(&chip, steps, &shape);
    assert_near(time.seconds, 9.172032e-3, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_LATENCY);
    shape.facts.sorts_apart = true;
    assert_near(aug_moe_time(&chip, steps, &shape).seconds, 15.172032e-3, 1e-9);
    shape.facts.sorts_apart = false;
    shape.gated = true; // the first multiply has 256 columns: 32768 B of weights, 16384 B of results more
    assert_near(aug_moe_time(&chip, steps, &shape).seconds, 9.172032e-3 + 49.152e-6, 1e-9);
}

static void few_tokens_save_a_step(void **state) {
    (void)state;
    aug_chip chip = tiny();
    aug_moe_shape shape = small();
    double steps[AUG_CONSTANTS] = {1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0};
    shape.routing.tokens = 17;
    assert_near(aug_moe_time(&chip, steps, &shape).seconds, 4.0, 1e-3);
    shape.routing.tokens = 16;
    assert_near(aug_moe_time(&chip, steps, &shape).seconds, 3.0, 1e-3);
}

static void padded_tiles_cost_arithmetic(void **state) {
    (void)state;
    aug_chip chip = tiny();
    chip.memory_bytes_per_second = 1e15;
    chip.flops[AUG_FORMAT_BF16] = 1e9;
    aug_moe_shape shape = small();
    // 2·64·128·128/1e9 = 2.097152 ms each; aligned: 128 rows, twice that.
    assert_near(aug_moe_time(&chip, ideal, &shape).seconds, 4.194304e-3, 1e-6);
    shape.facts.algorithm = AUG_MOE_ALIGNED;
    aug_kernel_time time = aug_moe_time(&chip, ideal, &shape);
    assert_near(time.seconds, 8.388608e-3, 1e-6);
    assert_int_equal(time.bound, AUG_KERNEL_COMPUTE);
}

static void narrow_weights_are_expanded_under_wide_activations(void **state) {
    (void)state;
    aug_chip chip = tiny();
    chip.memory_bytes_per_second = 1e15;
    chip.flops[AUG_FORMAT_BF16] = 1e9;
    aug_moe_shape shape = small();
    shape.weights = AUG_FORMAT_MXFP4;
    double expanding[AUG_CONSTANTS] = {1.0, 1.0, 1.0, 1.0, 32.0, 0.0, 0.0, 0.0};
    // Two tiles of 32 rows and 32 more for expanding each: 128 rows, twice the time of 64.
    assert_near(aug_moe_time(&chip, expanding, &shape).seconds, 8.388608e-3, 1e-6);
    shape.facts.wide = true; // already expanded
    assert_near(aug_moe_time(&chip, expanding, &shape).seconds, 4.194304e-3, 1e-6);
}

static void remote_rows_count_where_a_library_multiplies_them(void **state) {
    (void)state;
    aug_chip chip = big();
    aug_moe_shape shape = large(4096);
    shape.facts.algorithm = AUG_MOE_BLOCKED;
    double skipped = aug_moe_time(&chip, usual, &shape).seconds;
    shape.facts.remote = AUG_MOE_REMOTE_ALL;
    assert_true(aug_moe_time(&chip, usual, &shape).seconds > 2.0 * skipped);
}

// Even routing would give every expert of the chip tokens x topk x groups / experts rows: for any number of
// them there is a tile.
static void an_even_tile_is_found_for_every_load(void **state) {
    (void)state;
    aug_chip chip = big();
    for (double tokens = 1; tokens <= 5000; tokens++) {
        aug_moe_shape shape = large(tokens);
        double free_choice = aug_moe_time(&chip, usual, &shape).seconds;
        shape.facts.assumes_even = true;
        double seconds = aug_moe_time(&chip, usual, &shape).seconds;
        assert_true(seconds >= free_choice && seconds < 2.0 * free_choice);
    }
}

static void more_of_the_chip_is_never_slower(void **state) {
    (void)state;
    for (double tokens = 1; tokens <= 65536; tokens *= 4)
        for (int algorithm = 0; algorithm < AUG_MOE_ALGORITHMS; algorithm++) {
            aug_chip chip = big(), faster = chip, wider = chip;
            faster.flops[AUG_FORMAT_FP8] *= 1.5;
            wider.memory_bytes_per_second *= 1.5;
            aug_moe_shape shape = large(tokens);
            shape.facts.algorithm = (aug_moe_algorithm)algorithm;
            double seconds = aug_moe_time(&chip, usual, &shape).seconds;
            assert_true(seconds > 0.0 && seconds < 1.0);
            assert_true(aug_moe_time(&faster, usual, &shape).seconds <= seconds);
            assert_true(aug_moe_time(&wider, usual, &shape).seconds <= seconds);
            shape = large(2 * tokens);
            shape.facts.algorithm = (aug_moe_algorithm)algorithm;
            assert_true(aug_moe_time(&chip, usual, &shape).seconds >= 0.98 * seconds);
        }
}

static void its_model_is_complete(void **state) {
    (void)state;
    assert_true(aug_moe_model.constant_count <= AUG_CONSTANTS);
    assert_true(aug_moe_model.regime_count <= AUG_REGIMES);
    for (int i = 0; i < aug_moe_model.constant_count; i++) {
        const aug_constant *constant = &aug_moe_model.constants[i];
        assert_non_null(constant->help);
        assert_true(constant->low <= constant->start && constant->start <= constant->high);
    }
    for (int i = 0; i < AUG_MOE_ALGORITHMS; i++)
        assert_non_null(aug_moe_algorithm_names[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_layer_waits_for_the_memory),
        cmocka_unit_test(steps_and_software_are_added),
        cmocka_unit_test(few_tokens_save_a_step),
        cmocka_unit_test(padded_tiles_cost_arithmetic),
        cmocka_unit_test(narrow_weights_are_expanded_under_wide_activations),
        cmocka_unit_test(remote_rows_count_where_a_library_multiplies_them),
        cmocka_unit_test(an_even_tile_is_found_for_every_load),
        cmocka_unit_test(more_of_the_chip_is_never_slower),
        cmocka_unit_test(its_model_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
