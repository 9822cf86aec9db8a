// Collective calls with constants small enough to work out by hand.
#include "support/testing.h"

#include "kernel/collective_kernel.h"

static const aug_chip chip = {
    .units = 1.0, .link_bytes_per_second = 400e9, .node_link_bytes_per_second = 50e9, .link_chips = 8.0};

// Start 5 us, step 1 us, eager half of the bandwidth, bulk all of it, nothing else.
static const double plain[AUG_CONSTANTS] = {5e-6, 1e-6, 0.5, 1.0, 0.0, 0.0, 1.0, 0.0};

static double seconds(const double *constants, aug_collective_shape shape) {
    return aug_collective_time(&chip, constants, &shape).seconds;
}

static aug_collective_shape call(int kind, double chips, double bytes) {
    return (aug_collective_shape){.call = kind, .chips = chips, .nodes = 1.0, .bytes = bytes};
}

static void short_rings_cost_their_steps(void **state) {
    (void)state;
    // 400 kB over 4 chips: 6 steps of 100 kB, 0.5 us each at 200 GB/s: 5 + 6·sqrt(1 + 0.25) us.
    assert_near(seconds(plain, call(AUG_CALL_ALL_REDUCE, 4.0, 400e3)), 11.70820393e-6, 1e-9);
    // One byte: a gather takes 3 steps, an all-to-all 1 + 0.4·3.
    assert_near(seconds(plain, call(AUG_CALL_ALL_GATHER, 4.0, 1.0)), 8e-6, 1e-5);
    assert_near(seconds(plain, call(AUG_CALL_ALL_TO_ALL, 4.0, 1.0)), 7.2e-6, 1e-4);
}

static void long_messages_cost_their_bytes(void **state) {
    (void)state;
    // 40 MB over 4 chips take 100 us over a link once: 1.5 + 0.58/4 times that, 6 steps, the start.
    assert_near(seconds(plain, call(AUG_CALL_ALL_REDUCE, 4.0, 40e6)), 175.5e-6, 1e-9);
    // The library that copies nothing: 1.5 times.
    aug_collective_shape shape = call(AUG_CALL_ALL_REDUCE, 4.0, 40e6);
    shape.without_copies = true;
    assert_near(seconds(plain, shape), 161e-6, 1e-9);
    // A switch that adds at the full rate: 8 chips, 1 + 1/8 times, 14 steps; narrow integers go round the
    // ring.
    double adding[AUG_CONSTANTS] = {5e-6, 1e-6, 0.5, 1.0, 0.0, 0.0, 1.0, 1.0};
    shape = call(AUG_CALL_ALL_REDUCE, 8.0, 40e6);
    assert_near(seconds(adding, shape), 131.5e-6, 1e-9);
    shape.narrow_integers = true;
    // 1.75 + (0.58 + 0.16)/8 = 1.8425.
    assert_near(seconds(adding, shape), 203.25e-6, 1e-9);
}

static void a_crowd_shares_its_wires(void **state) {
    (void)state;
    double crowded[AUG_CONSTANTS] = {5e-6, 1e-6, 0.5, 1.0, 0.0, 0.0, 0.5, 0.0};
    aug_collective_shape shape = call(AUG_CALL_ALL_REDUCE, 4.0, 40e6);
    shape.without_copies = true;
    assert_near(seconds(crowded, shape), 311e-6, 1e-9); // 300 us instead of 150
    shape.chips = 2.0;                                  // two chips do not crowd: 5 + 2 + 100 us
    assert_near(seconds(crowded, shape), 107e-6, 1e-9);
}

static void nodes_are_joined_by_rails(void **state) {
    (void)state;
    // 10 MB at 10 GB/s are 1 ms; a hop of 6 us there and back, and the start.
    aug_collective_shape shape = call(AUG_CALL_SEND, 2.0, 10e6);
    shape.nodes = 2.0;
    shape.network_bytes_per_second = 10e9;
    assert_near(seconds(plain, shape), 1.017e-3, 1e-9);
    // A ring over 2·2 chips sends 1.5 times the message over two rails, in 6 steps of 6 us.
    shape.call = AUG_CALL_ALL_REDUCE;
    shape.chips = 4.0;
    assert_near(seconds(plain, shape), 0.791e-3, 1e-9);
    assert_int_equal(aug_collective_time(&chip, plain, &shape).bound, AUG_KERNEL_LINK);
    // Of an all-to-all half leaves the node: 0.5 ms, and 17 us.
    shape.call = AUG_CALL_ALL_TO_ALL;
    assert_near(seconds(plain, shape), 0.517e-3, 1e-9);
}

static void one_chip_exchanges_nothing(void **state) {
    (void)state;
    assert_true(seconds(plain, call(AUG_CALL_ALL_REDUCE, 1.0, 1e6)) == 0.0);
}

static void more_bandwidth_is_never_slower(void **state) {
    (void)state;
    static const double usual[AUG_CONSTANTS] = {7e-6, 1.4e-6, 0.24, 0.78, 1.5, 7.5e-6, 1.0, 0.5};
    for (int kind = 0; kind < AUG_CALL_COUNT; kind++)
        for (double chips = 2.0; chips <= 8.0; chips *= 2.0)
            for (double bytes = 256.0; bytes < 1e9; bytes *= 1.7) {
                aug_collective_shape shape = call(kind, chips, bytes),
                                     longer = call(kind, chips, bytes * 4.0);
                aug_chip faster = chip;
                faster.link_bytes_per_second *= 2.0;
                double before = aug_collective_time(&chip, usual, &shape).seconds;
                assert_true(before > 0.0);
                assert_true(aug_collective_time(&faster, usual, &shape).seconds <= before);
                assert_true(aug_collective_time(&chip, usual, &longer).seconds >= before);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_rings_cost_their_steps), cmocka_unit_test(long_messages_cost_their_bytes),
        cmocka_unit_test(a_crowd_shares_its_wires),     cmocka_unit_test(nodes_are_joined_by_rails),
        cmocka_unit_test(one_chip_exchanges_nothing),   cmocka_unit_test(more_bandwidth_is_never_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
