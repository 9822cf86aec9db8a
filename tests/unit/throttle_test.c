// What a limit of power does to a pass, by hand.
#include "support/testing.h"

#include "system/throttle.h"

// The clock is the voltage: threshold 0, exponent 2.
static aug_machine machine_of(double limit_watts, double least_voltage) {
    return (aug_machine){.power_limit_watts = limit_watts,
                         .power_static_watts = 20.0,
                         .power_saturation = 2.0,
                         .power_least_voltage = least_voltage};
}

static const aug_busy arithmetic = {.clocked_seconds = 1.0, .clocked_joules = 40.0};

static void a_pass_that_draws_less_is_left_alone(void **state) {
    (void)state;
    const double caps[] = {NAN, 0.0, 60.0, 61.0};
    for (size_t i = 0; i < AUG_COUNT(caps); i++) {
        aug_machine machine = machine_of(60.0, 0.1);
        aug_throttle t = aug_throttle_find(&machine, caps[i], &arithmetic);
        assert_near(t.clock, 1.0, 0.0);
        assert_near(t.clocked_time, 1.0, 0.0);
        assert_near(t.clocked_energy, 1.0, 0.0);
    }
    // Energies that nobody states, and a pass that does nothing.
    aug_machine machine = machine_of(60.0, 0.1);
    const aug_busy unknown = {.clocked_seconds = 1.0, .clocked_joules = NAN}, nothing = {0};
    assert_near(aug_throttle_find(&machine, 21.0, &unknown).clock, 1.0, 0.0);
    assert_near(aug_throttle_find(&machine, 21.0, &nothing).clock, 1.0, 0.0);
}

static void clock_and_voltage_fall_together(void **state) {
    (void)state;
    const struct {
        double limit_watts, cap_watts, least_voltage;
        aug_busy busy;
        double clocked_time, fixed_time, clocked_energy;
    } rows[] = {
        // 40 J V² / (1 s / V) = 40 V³ W: 5 W at V = 1/2.
        {100.0, 25.0, 0.1, {1.0, 0.0, 40.0, 0.0}, 2.0, 1.0, 0.25},
        // The machine's own limit does the same.
        {25.0, NAN, 0.1, {1.0, 0.0, 40.0, 0.0}, 2.0, 1.0, 0.25},
        {25.0, 90.0, 0.1, {1.0, 0.0, 40.0, 0.0}, 2.0, 1.0, 0.25},
        // Not below 0.8 V: 25.6 J at 5 W take 5.12 s.
        {100.0, 25.0, 0.8, {1.0, 0.0, 40.0, 0.0}, 5.12, 1.0, 0.64},
        // 1 s of units and 2 s of the memory: (40 V² + 12) / (1 / V + 2) = 5.5 W at V = 1/2.
        {100.0, 25.5, 0.1, {1.0, 2.0, 40.0, 12.0}, 2.0, 1.0, 0.25},
        // At the least clock, a tenth, they draw (0.64·40 + 12) / 12 = 3.13 W; at 2 W all takes 37.6 / 2 / 12
        // times as long.
        {100.0, 22.0, 0.8, {1.0, 2.0, 40.0, 12.0}, 10.0 * 37.6 / 24.0, 37.6 / 24.0, 0.64},
        // Memory alone: 12 J in 2 s; at 3 W 4 s.
        {100.0, 23.0, 0.8, {0.0, 2.0, 0.0, 12.0}, 20.0, 2.0, 0.64},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_machine machine = machine_of(rows[i].limit_watts, rows[i].least_voltage);
        aug_throttle t = aug_throttle_find(&machine, rows[i].cap_watts, &rows[i].busy);
        assert_near(t.clocked_time, rows[i].clocked_time, 1e-9);
        assert_near(t.fixed_time, rows[i].fixed_time, 1e-9);
        assert_near(t.clocked_energy, rows[i].clocked_energy, 1e-9);
        assert_near(t.clock, 1.0 / rows[i].clocked_time, 1e-9);
    }
}

// Times of kernel models hold the limit: energy above it is cut, time is not.
static void measured_times_hold_the_limit_already(void **state) {
    (void)state;
    aug_kernels kernels = {.family_count = 0};
    aug_machine machine = machine_of(40.0, 0.1);
    machine.models = &kernels;
    aug_throttle t = aug_throttle_find(&machine, NAN, &arithmetic);
    assert_near(t.clocked_time, 1.0, 0.0);
    assert_near(t.clocked_energy, 0.5, 1e-12); // 20 of 40 J
    // From there on a cap is one: 20 V³ = 2.5 W at V = 1/2.
    t = aug_throttle_find(&machine, 22.5, &arithmetic);
    assert_near(t.clocked_time, 2.0, 1e-9);
    assert_near(t.clocked_energy, 0.125, 1e-9);
}

// With a threshold of 0.33 and an exponent of 1.3, 0.85 V clock at (0.52 / 0.67)^1.3 / 0.85 = 0.7193 / 0.85 =
// 0.8463.
static void the_alpha_power_law_ties_clock_to_voltage(void **state) {
    (void)state;
    aug_machine machine = {.power_static_watts = 0.0,
                           .power_limit_watts = NAN,
                           .power_threshold = 0.33,
                           .power_saturation = 1.3,
                           .power_least_voltage = 0.73};
    double watts = 40.0 * 0.85 * 0.85 * 0.8463;
    aug_throttle t = aug_throttle_find(&machine, watts, &arithmetic);
    assert_near(t.clock, 0.8463, 1e-3);
    assert_near(t.clocked_energy, 0.7225, 1e-3);
}

// Lower caps are never faster, and never above the cap.
static void less_power_is_never_faster(void **state) {
    (void)state;
    const aug_busy passes[] = {
        {1.0, 0.0, 40.0, 0.0}, {1.0, 2.0, 40.0, 12.0}, {0.0, 1.0, 3.0, 9.0}, {0.5, 4.0, 2.0, 90.0}};
    for (size_t i = 0; i < AUG_COUNT(passes); i++) {
        aug_machine machine = machine_of(NAN, 0.73);
        double before = 0.0;
        for (double cap = 80.0; cap > 20.1; cap *= 0.97) {
            aug_throttle t = aug_throttle_find(&machine, cap, &passes[i]);
            double seconds =
                passes[i].clocked_seconds * t.clocked_time + passes[i].fixed_seconds * t.fixed_time;
            double joules = passes[i].clocked_joules * t.clocked_energy + passes[i].fixed_joules;
            assert_true(seconds >= before * (1.0 - 1e-12));
            assert_true(20.0 + joules / seconds <= cap * (1.0 + 1e-9));
            before = seconds;
        }
    }
}

static void static_power_cannot_be_capped(void **state) {
    (void)state;
    aug_machine machine = machine_of(100.0, 0.73);
    assert_true(aug_throttle_possible(&machine, NAN));
    assert_true(aug_throttle_possible(&machine, 20.5));
    assert_false(aug_throttle_possible(&machine, 20.0));
    machine.power_static_watts = NAN;
    assert_true(aug_throttle_possible(&machine, 1.0));
}

// What a pass takes at least, whatever slows it: all that is allowed in its shortest time.
static void a_slowed_pass_draws_what_is_allowed(void **state) {
    (void)state;
    aug_machine machine = machine_of(60.0, 0.73);
    aug_roofline roofline = {.machine = &machine};
    assert_near(aug_throttle_least_pj(&roofline, NAN, 2.0, 70e12), 70e12, 0.0);
    assert_near(aug_throttle_least_pj(&roofline, NAN, 2.0, 90e12), 80e12, 1e-12); // (60 - 20) W · 2 s
    assert_near(aug_throttle_least_pj(&roofline, 30.0, 2.0, 70e12), 20e12, 1e-12);
    assert_near(aug_throttle_least_pj(&roofline, 90.0, 2.0, 90e12), 80e12, 1e-12);
    machine.power_limit_watts = NAN;
    assert_near(aug_throttle_least_pj(&roofline, NAN, 2.0, 90e12), 90e12, 0.0);
}

// A chip whose leakage and clocks alone draw its limit can do nothing.
static void static_power_leaves_room_for_work(void **state) {
    (void)state;
    aug_machine machine = {.power_limit_watts = 30.0, .power_static_watts = 30.0};
    assert_false(aug_throttle_possible(&machine, (double)NAN));
    machine.power_static_watts = 29.0;
    assert_true(aug_throttle_possible(&machine, (double)NAN));
    assert_false(aug_throttle_possible(&machine, 29.0));
    machine.power_limit_watts = (double)NAN;
    assert_true(aug_throttle_possible(&machine, (double)NAN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_power_leaves_room_for_work),
        cmocka_unit_test(a_pass_that_draws_less_is_left_alone),
        cmocka_unit_test(clock_and_voltage_fall_together),
        cmocka_unit_test(measured_times_hold_the_limit_already),
        cmocka_unit_test(the_alpha_power_law_ties_clock_to_voltage),
        cmocka_unit_test(less_power_is_never_faster),
        cmocka_unit_test(static_power_cannot_be_capped),
        cmocka_unit_test(a_slowed_pass_draws_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
