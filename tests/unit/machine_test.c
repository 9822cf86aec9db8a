#include "support/testing.h"

#include "machine/machine.h"

static aug_machine *read(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    if (aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine))
        return machine;
    print_error("%s\n", ground->errors.items[0].message);
    fail();
    return NULL;
}

#define ARRAYS                                                                                                         \
    "clock: 1 GHz\nlevels:\n  - memory: dram\n    size: 1 GiB\n    energy: 8 pJ/bit\n  - array: chip\n    fanout: {x: 2, y: 3}\n" \
    "    hop: 1 cycle\n  - memory: buffer\n    size: 4 KiB\n    energy: {read: 1 pJ/bit, write: 2 pJ/bit}\n"             \
    "  - array: pes\n    fanout: {x: 4}\n    hop: 2 cycle\n"

// 2 * 3 buffers, 2 * 3 * 4 units; 6 * 4 KiB of buffer.
static void instances_are_the_product_of_the_fanouts_around(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = read(&ground, ARRAYS "  - {compute: mac, rate: {int8: 1/cycle}}\n");
    static const double expected[] = {1, 1, 6, 6, 24};
    assert_int_equal(machine->level_count, 5);
    for (int i = 0; i < 5; i++)
        assert_true(machine->levels[i].instances == expected[i]);
    assert_true(aug_memory_total_bits(&machine->levels[2]) == 6.0 * 4096 * 8);
    assert_int_equal(machine->memory_count, 2);
    assert_int_equal(machine->memories[0], 0);
    assert_int_equal(machine->memories[1], 2);
    test_end(&ground);
}

// 24 units of 4 multiply-accumulates, 2 operations each, at 1 GHz: 192 GOP/s. A vector unit does single operations.
static void a_rate_per_cycle_becomes_a_peak(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine =
        read(&ground, ARRAYS "  - {compute: mac, rate: {int8: 4/cycle}, energy: {int8: 0.5 pJ}}\n"
                             "  - {compute: lanes, unit: vector, rate: {fp32: 4/cycle}, energy: {fp32: 3 pJ}}\n");
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_INT8] == 192e9);
    assert_true(machine->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_INT8] == 0.25);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_VECTOR][AUG_FORMAT_FP32] == 96e9);
    assert_true(machine->energy_pj_per_op[AUG_UNIT_VECTOR][AUG_FORMAT_FP32] == 3.0);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_BF16] == 0.0);
    assert_true(isnan(machine->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_BF16]));
    test_end(&ground);
}

// A stated peak is that of the chip, whatever stands around the unit; two kinds of units add up.
static void a_stated_peak_is_that_of_the_chip(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = read(&ground, ARRAYS "  - {compute: tensor, peak: {bf16: 100 TFLOP/s}}\n"
                                                      "  - {compute: mac, rate: {bf16: 1/cycle}}\n");
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_BF16] == 100e12 + 48e9);
    test_end(&ground);
}

// 100 TOP/s at 2 pJ and 300 TOP/s at 1 pJ per multiply-accumulate: (100 * 1 + 300 * 0.5) / 400 = 0.625 pJ per operation.
static void units_of_one_format_share_its_energy_by_their_peaks(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = read(&ground, ARRAYS "  - {compute: a, peak: {int8: 100 TOP/s}, energy: {int8: 2 pJ}}\n"
                                                      "  - {compute: b, peak: {int8: 300 TOP/s}, energy: {int8: 1 pJ}}\n");
    assert_near(machine->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_INT8], 0.625, 1e-15);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_INT8] == 400e12);
    machine = read(&ground, ARRAYS "  - {compute: a, peak: {int8: 100 TOP/s}, energy: {int8: 2 pJ}}\n"
                                   "  - {compute: b, peak: {int8: 300 TOP/s}}\n");
    assert_true(isnan(machine->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_INT8]));
    assert_false(machine->has_energy);
    test_end(&ground);
}

static void a_format_that_is_missing_runs_in_the_next_wider_one(void **state) {
    (void)state;
    static const struct {
        const char *peaks;
        aug_number_format asked, used;
        double peak;
    } cases[] = {
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_FP8, AUG_FORMAT_FP8, 8e12},
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8, 8e12},
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_NVFP4, AUG_FORMAT_FP8, 8e12},
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_INT8, AUG_FORMAT_BF16, 4e12},
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_INT4, AUG_FORMAT_BF16, 4e12},
        {"{bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_FP16, AUG_FORMAT_BF16, 4e12},
        {"{fp16: 4 TFLOP/s}", AUG_FORMAT_BF16, AUG_FORMAT_BF16, 4e12}, // fp16 stands for bf16
        {"{nvfp4: 16 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_MXFP4, AUG_FORMAT_FP4, 16e12},
        {"{mxfp4: 16 TFLOP/s, bf16: 4 TFLOP/s}", AUG_FORMAT_MXFP4, AUG_FORMAT_FP4, 16e12},
        {"{mxfp4: 16 TFLOP/s, nvfp4: 12 TFLOP/s}", AUG_FORMAT_FP4, AUG_FORMAT_FP4, 16e12}, // the faster one
        {"{mxfp4: 16 TFLOP/s, fp4: 12 TFLOP/s}", AUG_FORMAT_MXFP4, AUG_FORMAT_FP4, 12e12}, // what is stated stays
        {"{fp8_block: 8 TFLOP/s, bf16: 4 TFLOP/s}", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8, 8e12},
        {"{fp8_block: 8 TFLOP/s, bf16: 4 TFLOP/s}", AUG_FORMAT_FP8, AUG_FORMAT_FP8, 8e12},
        {"{tf32: 2 TFLOP/s}", AUG_FORMAT_BF16, AUG_FORMAT_TF32, 2e12},
        {"{fp32: 1 TFLOP/s, fp8: 8 TFLOP/s}", AUG_FORMAT_BF16, AUG_FORMAT_FP32, 1e12},
        {"{int8: 8 TOP/s}", AUG_FORMAT_BF16, AUG_FORMAT_INT8, 8e12}, // nothing is wide enough: the widest there is
        {"{int8: 8 TOP/s, bf16: 4 TFLOP/s}", AUG_FORMAT_FP32, AUG_FORMAT_BF16, 4e12},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_machine *machine =
            read(&ground, aug_arena_print(&ground.arena, "{levels: [{memory: m}, {compute: c, peak: %s}]}", cases[i].peaks));
        aug_number_format used = AUG_FORMAT_NONE;
        assert_true(aug_machine_peak(machine, AUG_UNIT_MATRIX, cases[i].asked, &used) == cases[i].peak);
        assert_int_equal(used, cases[i].used);
        assert_true(aug_machine_peak(machine, AUG_UNIT_VECTOR, cases[i].asked, &used) == 0.0);
        assert_int_equal(used, AUG_FORMAT_NONE);
        test_end(&ground);
    }
}

// In and out over 2 + 3 steps of one cycle and 4 of two: 2 * (5 + 8) cycles of 1 ns.
static void hops_are_crossed_in_and_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_near(read(&ground, ARRAYS "  - {compute: mac, rate: {int8: 1/cycle}}\n")->hop_seconds, 26e-9, 1e-14);
    assert_true(read(&ground, "{levels: [{memory: m}, {array: a, fanout: {x: 9}}, {compute: c, peak: {int8: 1 TOP/s}}]}")->hop_seconds == 0.0);
    test_end(&ground);
}

static void energy_is_known_where_all_of_it_is_stated(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool known;
    } cases[] = {
        {"{levels: [{memory: m, energy: 1 pJ/bit}, {compute: c, peak: {int8: 1 TOP/s}, energy: {int8: 1 pJ}}]}", true},
        {"{levels: [{memory: m}, {compute: c, peak: {int8: 1 TOP/s}, energy: {int8: 1 pJ}}]}", false},
        {"{levels: [{memory: m, energy: {read: 1 pJ/bit}}, {compute: c, peak: {int8: 1 TOP/s}, energy: {int8: 1 pJ}}]}", false},
        {"{levels: [{memory: m, energy: 1 pJ/bit}, {compute: c, peak: {int8: 1 TOP/s}}]}", false},
        {"{levels: [{memory: m, energy: 1 pJ/bit}, {compute: c, peak: {int8: 1 TOP/s, bf16: 1 TOP/s}, energy: {int8: 1 pJ}}]}", false},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_int_equal(read(&ground, cases[i].text)->has_energy, cases[i].known);
        test_end(&ground);
    }
}

static void levels_and_links_are_found(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine =
        read(&ground, ARRAYS "  - {compute: mac, rate: {int8: 1/cycle}}\nlinks:\n  near: {bandwidth: 100 GB/s, chips: 8}\n"
                             "  rack: {bandwidth: 50 GB/s, chips: 64}\n");
    assert_int_equal(aug_machine_level(machine, "dram"), 0);
    assert_int_equal(aug_machine_level(machine, "mac"), 4);
    assert_int_equal(aug_machine_level(machine, "l1"), -1);
    assert_string_equal(aug_machine_link(machine, 2)->name, "near");
    assert_string_equal(aug_machine_link(machine, 8)->name, "near");
    assert_string_equal(aug_machine_link(machine, 9)->name, "rack");
    assert_string_equal(aug_machine_link(machine, 1000)->name, "rack"); // the last one where none is large enough
    assert_null(aug_machine_link(read(&ground, "{levels: [{memory: m}, {compute: c, peak: {int8: 1 TOP/s}}]}"), 2));
    test_end(&ground);
}

static void finishing_twice_changes_nothing(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine *machine = read(&ground, ARRAYS "  - {compute: mac, rate: {int8: 1/cycle}}\n");
    aug_machine_finish(machine);
    assert_int_equal(machine->memory_count, 2);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_INT8] == 48e9);
    assert_true(machine->levels[4].instances == 24);
    test_end(&ground);
}

static void every_shipped_machine_loads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_library_names names = aug_library_list(&library, &ground.arena, "machines");
    assert_true(names.count >= 30);
    for (int i = 0; i < names.count; i++) {
        const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, names.names[i]);
        if (!machine)
            print_error("%s: %s\n", names.names[i], ground.errors.items[0].message);
        assert_non_null(machine);
        aug_number_format used;
        assert_true(aug_machine_peak(machine, AUG_UNIT_MATRIX, AUG_FORMAT_BF16, &used) > 0.0);
        assert_true(machine->memory_count >= 1);
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_are_the_product_of_the_fanouts_around),
        cmocka_unit_test(a_rate_per_cycle_becomes_a_peak),
        cmocka_unit_test(a_stated_peak_is_that_of_the_chip),
        cmocka_unit_test(units_of_one_format_share_its_energy_by_their_peaks),
        cmocka_unit_test(a_format_that_is_missing_runs_in_the_next_wider_one),
        cmocka_unit_test(hops_are_crossed_in_and_out),
        cmocka_unit_test(energy_is_known_where_all_of_it_is_stated),
        cmocka_unit_test(levels_and_links_are_found),
        cmocka_unit_test(finishing_twice_changes_nothing),
        cmocka_unit_test(every_shipped_machine_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
