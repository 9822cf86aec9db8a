// Passes over a matrix of rows, worked out by hand.
#include "support/testing.h"

#include "kernel/elementwise_kernel.h"

static const aug_chip chip = {.units = 100.0, .memory_bytes_per_second = 1e12, .cache_bytes = 40e6};

// Launch 2 us, all of the bandwidth, the cache twice as fast and half of it lasting, 100 ns a row, 50 ps a
// word along it, 1 ns a word on its own.
static const double constants[AUG_CONSTANTS] = {2e-6, 1.0, 2.0, 0.5, 100e-9, 50e-12, 1e-9};

static aug_kernel_time time_of(const aug_elementwise_shape *shape) {
    return aug_elementwise_time(&chip, constants, shape);
}

static void long_streams_run_at_the_memory(void **state) {
    (void)state;
    // 10^8 words of 4 bytes: 400 us, and one launch.
    aug_elementwise_shape shape = {
        .rows = 1e4, .width = 1e4, .moved_bytes = 4.0, .kept_bytes = 4.0, .launches = 1.0};
    aug_kernel_time time = time_of(&shape);
    assert_near(time.seconds, 402e-6, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_MEMORY);
    shape.software_seconds = 3e-6;
    shape.launches = 2.0;
    assert_near(time_of(&shape).seconds, 407e-6, 1e-9);
}

static void short_ones_at_the_cache(void **state) {
    (void)state;
    // 16 MB fit the 20 MB that last: 16 MB at 2 TB/s are 8 us.
    aug_elementwise_shape shape = {
        .rows = 1e3, .width = 4e3, .moved_bytes = 4.0, .kept_bytes = 4.0, .launches = 1.0};
    aug_kernel_time time = time_of(&shape);
    assert_near(time.seconds, 10e-6, 1e-9);
    assert_int_equal(time.bound, AUG_KERNEL_CACHE);
    // 23.5 MB are half way to 27 MB, where nothing hits: 11.75 MB at 2 TB/s, 11.75 MB at 1 TB/s.
    shape.width = 5875.0;
    assert_near(time_of(&shape).seconds, 19.625e-6, 1e-6);
}

static void rows_and_words_have_their_own_cost(void **state) {
    (void)state;
    // 10^5 rows of 10 words: 1000 rows a unit of 100 ns, and 0.5 ns along the row.
    aug_elementwise_shape shape = {.rows = 1e5,
                                   .width = 10.0,
                                   .moved_bytes = 4.0,
                                   .kept_bytes = 4.0,
                                   .launches = 1.0,
                                   .row_passes = 1.0};
    assert_near(time_of(&shape).seconds, 102.0005e-6, 1e-9);
    // Words one by one: 10^6 of 1 ns on 100 units are 10 us, longer than 2 us of the cache.
    shape.row_passes = 0.0;
    shape.work = 1.0;
    assert_near(time_of(&shape).seconds, 12e-6, 1e-9);
}

static void more_bandwidth_is_never_slower(void **state) {
    (void)state;
    aug_chip faster = chip;
    faster.memory_bytes_per_second *= 1.5;
    for (double rows = 1.0; rows < 1e6; rows *= 2.0) {
        aug_elementwise_shape shape = {
            .rows = rows, .width = 512.0, .moved_bytes = 6.0, .kept_bytes = 6.0, .launches = 1.0};
        assert_true(aug_elementwise_time(&faster, constants, &shape).seconds < time_of(&shape).seconds);
        aug_elementwise_shape longer = shape;
        longer.rows *= 2.0;
        assert_true(time_of(&longer).seconds > time_of(&shape).seconds);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_streams_run_at_the_memory),
        cmocka_unit_test(short_ones_at_the_cache),
        cmocka_unit_test(rows_and_words_have_their_own_cost),
        cmocka_unit_test(more_bandwidth_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
