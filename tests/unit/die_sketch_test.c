#include "support/testing.h"

#include "machine/die.h"

static aug_technology node(void) {
    aug_technology t = {.name = "node", .spare_share = 0.03};
    for (int i = 0; i < AUG_PHY_COUNT; i++)
        t.phy[i].bandwidth_bits_per_second = (double)INFINITY;
    t.phy[AUG_CELLS_HBM].bandwidth_bits_per_second = 400 * 8e9;
    t.phy[AUG_PHY_LINK].bandwidth_bits_per_second = 25 * 8e9;
    return t;
}

static aug_dies sketch(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    assert_true(aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine));
    aug_technology *technology = AUG_NEW(&ground->arena, aug_technology);
    *technology = node();
    aug_dies dies;
    aug_dies_sketch(machine, technology, &dies);
    return dies;
}

// Four buffers inside an array are four cores, the registers of 12 B are part of their units; 4 * 128 * 128
// units. 600 GB/s are 1.5 stacks, two links of 50 GB/s 4 interfaces.
static void levels_become_blocks(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies dies = sketch(
        &ground,
        "clock: 1 GHz\nlevels:\n  - {memory: hbm, cells: hbm, size: 8 GB, bandwidth: 600 GB/s}\n"
        "  - {memory: shared, size: 128 MiB, bandwidth: {read: 2 TB/s, write: 1 TB/s}}\n"
        "  - {array: core, fanout: {x: 4}}\n  - {memory: buffer, size: 4 MiB, bandwidth: 256 B/cycle}\n"
        "  - {compute: vector, unit: vector, rate: {fp32: 256/cycle, bf16: 512/cycle}}\n"
        "  - {array: pe, fanout: {x: 128, y: 128}}\n  - {memory: register, size: 12 B}\n"
        "  - {compute: mac, rate: {bf16: 1/cycle, int8: 2/cycle}}\n"
        "links: {a: {bandwidth: 50 GB/s, chips: 4}, b: {bandwidth: 50 GB/s}}\n");
    const aug_die *die = &dies.dies[0];
    assert_true(dies.sketched && dies.count == 1 && die->count == 1);
    assert_true(die->core.count == 4 && die->core.used == 4); // too few for spare ones
    assert_true(die->core.matrix_per_cycle[AUG_FORMAT_BF16] == 16384 &&
                die->core.matrix_per_cycle[AUG_FORMAT_INT8] == 32768);
    assert_true(die->core.lanes == 512 && die->core.fp32 == 512);
    assert_near(die->core.sram_bits, 4 * 8388608.0, 1e-12);
    assert_near(die->shared_bits, 128 * 8388608.0, 1e-12);
    assert_near(die->shared_bits_per_second, 16e12, 1e-12);
    assert_near(die->phy[AUG_CELLS_HBM], 1.5, 1e-12);
    assert_near(die->phy[AUG_PHY_LINK], 4, 1e-12);
    test_end(&ground);
}

// The example at the head of die_sketch.c: 88 slices and 3 spare ones (2.64 rounded up). Units of any format
// count as bf16.
static void many_equal_cores_have_spare_ones(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies dies = sketch(
        &ground,
        "clock: 1 GHz\nlevels:\n  - {array: slice, fanout: {x: 88}}\n  - {memory: sram, size: 2.61 MB}\n"
        "  - {array: pe, fanout: {x: 10}}\n  - {compute: mac, rate: 1/cycle}\n");
    const aug_core *core = &dies.dies[0].core;
    assert_true(core->used == 88 && core->count == 91);
    assert_near(core->sram_bits, 2.61e6 * 8, 1e-12);
    assert_near(core->matrix_per_cycle[AUG_FORMAT_BF16], 10, 1e-12);
    assert_true(core->matrix_per_cycle[AUG_FORMAT_FP32] == 0 && dies.dies[0].shared_bits == 0);
    test_end(&ground);
}

// 100 TFLOP/s at 1 GHz are 50,000 units of two operations, in one core: nothing inside an array is a memory
// of its own.
static void a_peak_takes_units(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies dies = sketch(&ground, "clock: 1 GHz\nlevels:\n  - {memory: sram, size: 1 MiB}\n  - {compute: "
                                    "c, peak: {fp8: 100 TFLOP/s}}\n");
    assert_true(dies.dies[0].core.count == 1);
    assert_near(dies.dies[0].core.matrix_per_cycle[AUG_FORMAT_FP8], 50000, 1e-12);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_become_blocks),
        cmocka_unit_test(many_equal_cores_have_spare_ones),
        cmocka_unit_test(a_peak_takes_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
