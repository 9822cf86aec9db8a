// All-reduces that read the memory of peers, worked out by hand.
#include "support/testing.h"

#include "kernel/custom_reduce_kernel.h"

static const aug_chip chip = {.units = 1.0, .link_bytes_per_second = 450e9, .link_chips = 8.0};

// Launch 1 us, barrier 1.7 us, shares 0.6, 0.5, 0.4, host 20 us.
static const double constants[AUG_CONSTANTS] = {1e-6, 1.7e-6, 0.6, 0.5, 0.4, 20e-6};

static aug_kernel_time time_of(int method, double chips, double bytes, double barriers) {
    aug_custom_reduce_shape shape = {.chips = chips, .bytes = bytes, .method = method, .barriers = barriers};
    return aug_custom_reduce_time(&chip, constants, &shape);
}

static void methods_differ_in_bytes_and_rounds(void **state) {
    (void)state;
    // 1 + 2·1.7 us and 1 MB at 270 GB/s: 3.7037 us.
    assert_near(time_of(AUG_REDUCE_ONE_SHOT, 2.0, 1e6, 2.0).seconds, 8.1037037e-6, 1e-8);
    // 1 + 4·1.7 us and 1.75 MB at 225 GB/s: 7.7778 us.
    assert_near(time_of(AUG_REDUCE_TWO_SHOTS, 8.0, 1e6, 2.0).seconds, 15.5777778e-6, 1e-8);
    // 1 + 2·1.7 us and 1.125 MB at 180 GB/s: 6.25 us.
    assert_near(time_of(AUG_REDUCE_SWITCHED, 8.0, 1e6, 1.0).seconds, 10.65e-6, 1e-8);
}

static void long_messages_go_to_the_library(void **state) {
    (void)state;
    aug_custom_reduce_shape shape = {
        .chips = 8.0, .bytes = 1e9, .method = AUG_REDUCE_LIBRARY, .library_seconds = 5e-3};
    assert_near(aug_custom_reduce_time(&chip, constants, &shape).seconds, 5e-3, 1e-12);
}

static void the_host_sets_the_floor_of_single_calls(void **state) {
    (void)state;
    aug_custom_reduce_shape shape = {
        .chips = 2.0, .bytes = 1e3, .method = AUG_REDUCE_ONE_SHOT, .barriers = 1.0};
    shape.host_issued = true;
    assert_near(aug_custom_reduce_time(&chip, constants, &shape).seconds, 20e-6, 1e-12);
    shape.bytes = 100e6; // 100 MB at 270 GB/s hide the host
    assert_near(aug_custom_reduce_time(&chip, constants, &shape).seconds, 373.07037e-6, 1e-8);
}

static void more_bandwidth_is_never_slower(void **state) {
    (void)state;
    aug_chip faster = chip;
    faster.link_bytes_per_second *= 2.0;
    for (int method = AUG_REDUCE_ONE_SHOT; method < AUG_REDUCE_LIBRARY; method++)
        for (double bytes = 256.0; bytes < 1e8; bytes *= 3.0) {
            aug_custom_reduce_shape shape = {.chips = 8.0, .bytes = bytes, .method = method, .barriers = 2.0};
            assert_true(aug_custom_reduce_time(&faster, constants, &shape).seconds <
                        aug_custom_reduce_time(&chip, constants, &shape).seconds);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_differ_in_bytes_and_rounds),
        cmocka_unit_test(long_messages_go_to_the_library),
        cmocka_unit_test(the_host_sets_the_floor_of_single_calls),
        cmocka_unit_test(more_bandwidth_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
