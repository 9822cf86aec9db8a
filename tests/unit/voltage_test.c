#include "support/testing.h"

#include "machine/voltage.h"

#include <math.h>

static const aug_voltage_curve curve = {
    .nominal_volts = 0.75, .threshold = 0.4, .saturation = 1.3, .least = 0.9, .most = 1.5, .clock_hz = 2e9};

// s(1) = 0.6^1.3 = 0.51475; s(1.2) = 0.8^1.3 / 1.2 = 0.62350; s(0.9) = 0.5^1.3 / 0.9 = 0.45125; s(1.5)
// = 1.1^1.3 / 1.5 = 0.75460.
static void a_clock_needs_a_voltage(void **state) {
    (void)state;
    static const struct {
        double clock_hz, voltage;
    } cases[] = {
        {2e9, 1},
        {2e9 * 0.62350 / 0.51475, 1.2},
        {1e9, 0.9}, // 1.753 GHz at the least voltage: that stays
        {2e9 * 0.45125 / 0.51475, 0.9},
        {2e9 * 0.75460 / 0.51475, 1.5},
        {9e9, 1.5}, // more than there is
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(aug_voltage_at(&curve, cases[i].clock_hz), cases[i].voltage, 1e-4);
    assert_near(aug_voltage_clock(&curve, 1.2), 2e9 * 0.62350 / 0.51475, 1e-4);
    assert_true(aug_voltage_clock(&curve, 0.4) == 0);
}

static void without_a_clock_nothing_moves(void **state) {
    (void)state;
    aug_voltage_curve still = curve;
    still.clock_hz = (double)NAN;
    assert_true(aug_voltage_at(&still, 3e9) == 1);
    assert_true(aug_voltage_at(&curve, (double)NAN) == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_needs_a_voltage),
        cmocka_unit_test(without_a_clock_nothing_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
