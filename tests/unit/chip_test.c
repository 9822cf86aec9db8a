// What kernel models are told of a machine.
#include "support/testing.h"

#include "kernel/chip.h"

static aug_chip chip_of(test_ground *ground, const char *text) {
    static aug_machine machine;
    aug_chip chip;
    test_begin(ground);
    memset(&machine, 0, sizeof machine);
    if (!aug_machine_read(&ground->reader, test_parse(ground, text), "test", &machine))
        print_error("%s\n", ground->errors.items[0].message);
    assert_false(aug_errors_total(&ground->errors));
    aug_chip_of(&machine, &chip);
    return chip;
}

// Three arrays of 8 x 4, 2 and 3 are 192 units; a cache of 1 MB under each of the 3 is 3 MB, which together give 3 · 200 GB/s.
static void all_units_together(void **state) {
    (void)state;
    test_ground ground;
    aug_chip chip = chip_of(&ground, "auger: machine/1\nmodel: kernel\nlevels:\n"
                                     "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                                     "  - {array: die, fanout: {x: 3}}\n"
                                     "  - {memory: cache, size: 1 MB, bandwidth: 200 GB/s}\n"
                                     "  - {array: core, fanout: {x: 8, y: 4}}\n"
                                     "  - {array: part, fanout: {x: 2}}\n"
                                     "  - {compute: matrix, peak: {bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}}\n"
                                     "links:\n"
                                     "  inside: {bandwidth: 40 GB/s, latency: 1 us, topology: ring, chips: 4}\n"
                                     "  network: {bandwidth: 5 GB/s, latency: 9 us, topology: switch}\n"
                                     "power: {limit: 300 W}\n");
    assert_near(chip.units, 192.0, 0.0);
    assert_near(chip.memory_bytes_per_second, 100e9, 1e-12);
    assert_near(chip.cache_bytes, 3e6, 1e-12);
    assert_near(chip.cache_bytes_per_second, 600e9, 1e-12);
    assert_near(chip.power_watts, 300.0, 0.0);
    assert_near(chip.link_bytes_per_second, 40e9, 1e-12);
    assert_near(chip.link_chips, 4.0, 0.0);
    assert_near(chip.node_link_bytes_per_second, 5e9, 1e-12);
    test_end(&ground);
}

// A format that the units lack runs as the next wider one, a wider one than all as the widest.
static void a_missing_format_runs_as_a_wider_one(void **state) {
    (void)state;
    test_ground ground;
    aug_chip chip = chip_of(&ground, "auger: machine/1\nmodel: kernel\nlevels:\n"
                                     "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                                     "  - {compute: matrix, peak: {bf16: 4 TFLOP/s, fp8: 8 TFLOP/s}}\n");
    static const struct {
        aug_number_format format;
        double flops;
    } cases[] = {{AUG_FORMAT_BF16, 4e12}, {AUG_FORMAT_FP8, 8e12},  {AUG_FORMAT_NVFP4, 8e12},
                 {AUG_FORMAT_FP16, 4e12}, {AUG_FORMAT_FP32, 4e12}, {AUG_FORMAT_FP8_BLOCK, 8e12}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(chip.flops[cases[i].format], cases[i].flops, 1e-12);
    test_end(&ground);
}

// One unit, no cache, no links, no limit of power: what is not stated costs nothing or is not there.
static void what_is_not_stated(void **state) {
    (void)state;
    test_ground ground;
    aug_chip chip = chip_of(&ground, "auger: machine/1\nmodel: kernel\nlevels:\n"
                                     "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                                     "  - {compute: matrix, peak: {bf16: 4 TFLOP/s}}\n");
    assert_near(chip.units, 1.0, 0.0);
    assert_true(chip.cache_bytes == 0.0 && isinf(chip.cache_bytes_per_second));
    assert_true(isnan(chip.power_watts));
    assert_true(chip.link_bytes_per_second == 0.0 && chip.link_chips == 1.0 && chip.node_link_bytes_per_second == 0.0);
    test_end(&ground);
    // One kind of link: there is no other between groups.
    chip = chip_of(&ground, "auger: machine/1\nmodel: kernel\nlevels:\n"
                            "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                            "  - {memory: cache, size: 1 MB}\n"
                            "  - {compute: matrix, peak: {bf16: 4 TFLOP/s}}\n"
                            "links: {pcie: {bandwidth: 32 GB/s, latency: 1 us, topology: ring, chips: 2}}\n");
    assert_true(chip.cache_bytes == 1e6 && isinf(chip.cache_bytes_per_second));
    assert_near(chip.link_bytes_per_second, 32e9, 1e-12);
    assert_true(chip.node_link_bytes_per_second == 0.0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_units_together),
        cmocka_unit_test(a_missing_format_runs_as_a_wider_one),
        cmocka_unit_test(what_is_not_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
