#include "support/bad_level.h"
#include "support/test_bind.h"

static const aug_compute *read(test_ground *ground, const char *members) {
    test_begin(ground);
    const char *text = aug_arena_print(&ground->arena, "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: u, %s}\n  - {compute: mac, rate: 1/cycle}\n", members);
    return &test_read_machine(ground, text)->levels[1].compute;
}

static void one_rate_holds_for_all_formats(void **state) {
    (void)state;
    test_ground ground;
    const aug_compute *unit = read(&ground, "rate: 2/cycle, energy: 0.2 pJ");
    assert_true(unit->any_format);
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        assert_true(unit->rate_per_cycle[f] == 2.0);
        assert_near(unit->energy_pj[f], 0.2, 1e-15);
    }
    test_end(&ground);
    unit = read(&ground, "rate: {bf16: 2/cycle}, energy: 0.2 pJ");
    assert_false(unit->any_format);
    assert_true(isnan(unit->rate_per_cycle[AUG_FORMAT_INT8]) && unit->rate_per_cycle[AUG_FORMAT_BF16] == 2.0);
    test_end(&ground);
}

static void units_are_of_three_kinds(void **state) {
    (void)state;
    test_ground ground;
    static const char *const texts[] = {"rate: 1/cycle, unit: matrix", "rate: 1/cycle, unit: vector", "rate: 1/cycle, unit: scalar"};
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++) {
        assert_int_equal(read(&ground, texts[unit])->unit, unit);
        test_end(&ground);
        assert_true(aug_unit_operations(unit) == (unit == AUG_UNIT_MATRIX ? 2.0 : 1.0));
    }
}

static void zeros_and_area_are_stated(void **state) {
    (void)state;
    test_ground ground;
    const aug_compute *unit = read(&ground, "rate: 1/cycle, gated: 0.05 pJ, skipped: 0.01 pJ, area: 100 um2");
    assert_near(unit->gated_pj, 0.05, 1e-15);
    assert_near(unit->skipped_pj, 0.01, 1e-15);
    assert_near(unit->area_mm2, 1e-4, 1e-14);
    test_end(&ground);
    unit = read(&ground, "rate: 1/cycle");
    assert_true(unit->gated_pj == 0.0 && unit->skipped_pj == 0.0 && isnan(unit->area_mm2));
    test_end(&ground);
}

// A machine's peak counts a vector unit beside a buffer once, units below an array once per point.
static void units_may_stand_anywhere(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = test_read_machine(
        &ground, "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: lanes, unit: vector, rate: 16/cycle}\n  - {compute: one, unit: scalar, rate: 1/cycle}\n"
                 "  - {array: pe, fanout: {x: 4, y: 2}}\n  - {compute: mac, rate: {int8: 1/cycle}}\n");
    assert_true(machine->levels[1].instances == 1.0 && machine->levels[4].instances == 8.0);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_VECTOR][AUG_FORMAT_FP32] == 16e9);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_SCALAR][AUG_FORMAT_FP32] == 1e9);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_INT8] == 16e9);
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const bad_level cases[] = {
        {"compute: c, unit: tensor, rate: 1/cycle", "expected one of matrix, vector, scalar, found 'tensor'", "did you mean 'vector'?", 24},
        {"compute: c, rate: 1/cycle", "a rate per cycle needs the machine's clock", "add 'clock: 1 GHz' to the machine", 24},
        {"compute: c, rate: 4", "expected a rate per cycle such as '1/cycle', found '4'", "add the unit: '4 1/cycle'", 24},
        {"compute: c, energy: 1 pJ", "compute 'c' has neither a rate nor a peak", "", 5},
        {"compute: c, gated: 1", "expected an energy such as '0.3 pJ', found '1'", "add the unit: '1 pJ'", 25},
        {"compute: c, skipped: 1 s", "expected an energy such as '0.3 pJ', found '1 s'", "", 27},
    };
    check_bad_levels(cases, AUG_COUNT(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_rate_holds_for_all_formats),
        cmocka_unit_test(units_are_of_three_kinds),
        cmocka_unit_test(zeros_and_area_are_stated),
        cmocka_unit_test(units_may_stand_anywhere),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
