// Tokens to their experts and back, worked out by hand.
#include "support/testing.h"

#include "kernel/expert_exchange_kernel.h"

static const aug_chip chip = {.units = 1.0, .link_bytes_per_second = 400e9, .link_chips = 8.0};

// Start 10 us, 10 ns per copy, a quarter of the link for dispatch, half for combine, all of it per expert,
// host twice as slow.
static const double constants[AUG_CONSTANTS] = {10e-6, 10e-9, 0.25, 0.5, 1.0, 2.0};

static aug_expert_exchange_shape tokens(double count, double topk) {
    return (aug_expert_exchange_shape){
        .chips = 8.0, .tokens = count, .hidden = 4096.0, .topk = topk, .word_bytes = 2.0};
}

static double seconds(const aug_expert_exchange_shape *shape) {
    return aug_expert_exchange_time(&chip, constants, shape).seconds;
}

static void copies_leave_for_the_chips_of_experts(void **state) {
    (void)state;
    // 7/8 of 4096 copies of 8192 bytes at 100 GB/s: 3584·(10 + 81.92) ns, and 10 us.
    aug_expert_exchange_shape shape = tokens(4096.0, 1.0);
    assert_near(seconds(&shape), 339.44128e-6, 1e-8);
    // Two experts lie on 8·(1 - (7/8)²) = 1.875 chips.
    shape.topk = 2.0;
    assert_near(seconds(&shape), 627.7024e-6, 1e-8);
    // One copy per expert instead: 7168·(10 + 20.48) ns.
    shape.copy_per_expert = true;
    assert_near(seconds(&shape), 228.48064e-6, 1e-8);
}

static void a_combine_adds_in_16_bits_and_needs_no_host(void **state) {
    (void)state;
    aug_expert_exchange_shape shape = tokens(4096.0, 1.0);
    shape.word_bytes = 1.0;
    shape.combine = true;
    shape.software_seconds = 5e-6;
    // 3584·(10 + 40.96) ns + 10 us + 5 us.
    assert_near(seconds(&shape), 197.64064e-6, 1e-8);
    shape.combine = false; // 3584·(10 + 40.96) ns + 10 us + 2·5 us
    assert_near(seconds(&shape), 202.64064e-6, 1e-8);
}

static void more_bandwidth_is_never_slower(void **state) {
    (void)state;
    aug_chip faster = chip;
    faster.link_bytes_per_second *= 2.0;
    for (double count = 1.0; count < 1e6; count *= 4.0) {
        aug_expert_exchange_shape shape = tokens(count, 8.0);
        assert_true(aug_expert_exchange_time(&faster, constants, &shape).seconds < seconds(&shape));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_leave_for_the_chips_of_experts),
        cmocka_unit_test(a_combine_adds_in_16_bits_and_needs_no_host),
        cmocka_unit_test(more_bandwidth_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
