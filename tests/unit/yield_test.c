#include "support/testing.h"

#include "machine/yield.h"

#include <math.h>

static const aug_technology node = {.wafer_mm = 300,
                                    .wafer_edge_mm = 3,
                                    .scribe_mm = 0.1,
                                    .defects_per_mm2 = 0.0007,
                                    .critical_share = 0.6,
                                    .clustering = 2};

// The example at the head of yield.h: 404 mm2 with scribe lines on 294 mm: 168.0 - 32.5; (1 + 0.168 / 2)^-2.
static void a_wafer_holds_dies_and_loses_some(void **state) {
    (void)state;
    double yield;
    assert_near(aug_gross_dies(&node, 400), 135.5, 1e-3);
    assert_near(aug_part_yield(&node, 400), 0.851, 1e-4);
    assert_near(aug_good_dies(&node, 400, &yield), 135.5 * 0.851, 1e-3);
    assert_near(yield, aug_part_yield(&node, 400), 0);
    assert_true(aug_part_yield(&node, 0) == 1);
}

// Two blocks of which half are good: none bad 1/4, one at most 3/4, two at most all.
// Of 100 of 0.99874: 0.99874^100 = 0.88154; one bad 100 * 0.00126 / 0.99874 as likely: 0.12616 * 0.88154 =
// 0.11121.
static void spare_blocks_save_dies(void **state) {
    (void)state;
    static const struct {
        double good, count, spare, yield;
    } cases[] = {{0.5, 2, 0, 0.25}, {0.5, 2, 1, 0.75},          {0.5, 2, 2, 1},
                 {1, 7, 0, 1},      {0.99874, 100, 0, 0.88154}, {0.99874, 100, 1, 0.99276}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(aug_block_yield(cases[i].good, cases[i].count, cases[i].spare), cases[i].yield, 2e-5);
}

// 909,000 blocks of 0.05 mm2: 0.0007 * 0.6 * 0.05 * 909,000 = 19.09 bad ones on average, so 9,000 spare ones
// always suffice, and none leaves e^-19.09.
static void a_wafer_of_blocks_needs_spare_ones(void **state) {
    (void)state;
    double good = aug_part_yield(&node, 0.05);
    assert_near(aug_block_yield(good, 909000, 9000), 1, 1e-9);
    assert_near(log(aug_block_yield(good, 909000, 0)), -19.09, 1e-3);
    // Beyond a million by the normal law: as many spare ones as are bad on average suffice half the time; one
    // deviation more, the root of 10^6, 84 %.
    assert_near(aug_block_yield(0.5, 1e30, 5e29), 0.5, 1e-12);
    assert_near(aug_block_yield(0.5, 4e6, 2e6 + 1e3), 0.841345, 1e-6);
    assert_true(aug_block_yield(0, 10, 3) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wafer_holds_dies_and_loses_some),
        cmocka_unit_test(spare_blocks_save_dies),
        cmocka_unit_test(a_wafer_of_blocks_needs_spare_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
