// Area, power and price of counted blocks in a node with round numbers.
#include "support/testing.h"

#include "machine/silicon_parts.h"

// bf16 1000 um2, fp8 600; 32-bit units 2000, 64-bit 8000, integer 500; per core 10,000 um2, lane 1000, thread
// 100, graphics 50,000; memories 1, 2 and 4 mm2/MiB beside cores, shared, registers; half of what is digital
// once more as overhead (a third of the sum).
static aug_technology node(void) {
    aug_technology t = {.name = "node",
                        .vector = {2e-3, 8e-3, 5e-4},
                        .control = {1e-2, 1e-3, 1e-4, 5e-2},
                        .overhead = 1.0 / 3.0,
                        .leakage_watts_per_mm2 = 0.1,
                        .clocking_watts_per_mm2 = 0.2};
    t.mac_mm2[AUG_FORMAT_BF16] = 1e-3;
    t.mac_mm2[AUG_FORMAT_FP8] = 6e-4;
    t.mac_pj[AUG_FORMAT_BF16] = 0.5;
    t.mac_pj[AUG_FORMAT_FP8] = 0.2;
    t.sram_mm2_per_bit[AUG_SRAM_LOCAL] = 1.0 / 8388608;
    t.sram_mm2_per_bit[AUG_SRAM_SHARED] = 2.0 / 8388608;
    t.sram_mm2_per_bit[AUG_SRAM_REGISTERS] = 4.0 / 8388608;
    t.sram[0] = (aug_sram_point){8192, 0.1, 0.1};
    t.sram_count = 1;
    t.operand_pj_per_bit = 0.05;
    t.wire_pj_per_bit_mm = 0.1;
    t.voltage = (aug_voltage_curve){
        .nominal_volts = 0.8, .threshold = 0.4, .saturation = 1.3, .least = 1, .most = 1.5, .clock_hz = 1e9};
    t.phy[AUG_CELLS_HBM] = (aug_phy){10, 4, 400 * 8e9};
    t.phy[AUG_PHY_HOST] = (aug_phy){0.5, 0.1, 8e9};
    t.transfer_pj_per_bit[AUG_PHY_LINK] = 5;
    for (int b = 0; b < AUG_BLOCK_COUNT; b++)
        t.uncertainty[b] = b == AUG_BLOCK_SHARED ? 0.3 : b == AUG_BLOCK_CONTROL ? 0.4 : 0;
    t.wafer_usd = 10000;
    t.wafer_mm = 306;
    t.wafer_edge_mm = 3;
    t.reticle_mm2 = 800;
    t.defects_per_mm2 = 0.001;
    t.critical_share = 0.5;
    t.clustering = 2;
    t.memory_usd_per_bit[AUG_CELLS_HBM] = 10 / 8e9;
    t.package_usd = 50;
    t.interposer_usd_per_mm2 = 0.5;
    t.stack_mm2 = 100;
    t.assembly_usd = 300;
    t.bond_yield = 0.99;
    t.markup = 2;
    t.nre = (aug_nre){1e6, 9e6, 1e4};
    return t;
}

// Ten cores of which eight are used; each with 1000 units of bf16, 16 of 32 and 2 of 64 bits, 8 integer ones,
// 16 lanes, 100 threads, pictures, 256 KiB of registers and 1 MiB of memory; 8 MiB shared, two stacks, a host
// of four lanes.
static aug_dies chip(const aug_technology *t) {
    const double unknown = (double)NAN;
    aug_dies dies = {.name = "chip", .count = 1, .clock_hz = 1e9};
    dies.dies[0] = (aug_die){.name = "chip",
                             .technology = t,
                             .count = 1,
                             .shared_bits = 8 * 8388608.0,
                             .shared_bits_per_second = 8e12,
                             .area_mm2 = unknown,
                             .core = {.count = 10,
                                      .used = 8,
                                      .fp32 = 16,
                                      .fp64 = 2,
                                      .int32 = 8,
                                      .lanes = 16,
                                      .threads = 100,
                                      .graphics = 1,
                                      .registers_bits = 2097152,
                                      .sram_bits = 8388608,
                                      .bank_bits = unknown,
                                      .sram_bits_per_cycle = 1000,
                                      .tile_m = 16,
                                      .tile_n = 16,
                                      .tile_k = 32}};
    dies.dies[0].core.matrix_per_cycle[AUG_FORMAT_BF16] = 1000;
    dies.dies[0].core.matrix_per_cycle[AUG_FORMAT_FP8] = 1500;
    dies.dies[0].phy[AUG_CELLS_HBM] = 2;
    dies.dies[0].phy[AUG_PHY_HOST] = 4;
    return dies;
}

static aug_machine *machine_of(test_ground *ground, const char *more) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    const char *text = aug_arena_print(&ground->arena,
                                       "model: kernel\nlevels:\n  - {memory: hbm, cells: hbm, size: 32 GB, "
                                       "bandwidth: 800 GB/s, energy: 5 pJ/bit}\n"
                                       "  - {compute: c, peak: {bf16: 100 TFLOP/s}}\n%s",
                                       more);
    assert_true(aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine));
    return machine;
}

// matrix 10 * max(1, 0.9) = 10; vector 10 * (0.032 + 0.016 + 0.004) = 0.52; registers 10 * 0.25 * 4 = 10;
// local 10; shared 16; control 10 * (0.01 + 0.016 + 0.01) = 0.36; graphics 0.5; interfaces 8 + 0.4 and 20 + 2
// that do not shrink. Digital 55.78, as much as half of it again: 27.89; together 83.67 + 22 = 105.67.
static void areas_add_up(void **state) {
    (void)state;
    const aug_technology t = node();
    const aug_dies dies = chip(&t);
    aug_silicon s = {0};
    aug_silicon_areas(&dies, &s);
    static const double expected[AUG_BLOCK_COUNT] = {
        [AUG_BLOCK_MATRIX] = 10,    [AUG_BLOCK_VECTOR] = 0.52,   [AUG_BLOCK_REGISTERS] = 10,
        [AUG_BLOCK_LOCAL] = 10,     [AUG_BLOCK_SHARED] = 16,     [AUG_BLOCK_CONTROL] = 0.36,
        [AUG_BLOCK_GRAPHICS] = 0.5, [AUG_BLOCK_MEMORY_PHY] = 28, [AUG_BLOCK_LINK_PHY] = 2.4,
        [AUG_BLOCK_REST] = 27.89};
    for (int b = 0; b < AUG_BLOCK_COUNT; b++)
        assert_near(s.blocks[b].area_mm2, expected[b], 1e-12);
    assert_near(s.area_mm2, 105.67, 1e-12);
    // A core with its share of the rest: (10 + 0.52 + 10 + 10 + 0.36 + 0.5) * 1.5 / 10.
    assert_near(s.dies[0].block_mm2, 4.707, 1e-12);
    // 0.3 of 16 and 0.4 of 0.36: the root of 23.04 + 0.020736.
    assert_near(s.high_mm2 - s.area_mm2, 4.80216, 1e-5);
    assert_near(s.area_mm2 - s.low_mm2, 4.80216, 1e-5);
}

// A base die of 22 mm2 of interfaces and 8.4 mm2 of their control, with its share of the rest 12.6, under
// three dies of 105.67 mm2: 351.61 in all.
static void a_base_die_holds_what_it_carries(void **state) {
    (void)state;
    const aug_technology t = node();
    aug_dies dies = chip(&t);
    dies.dies[1] = dies.dies[0];
    dies.dies[1].count = 3;
    dies.dies[0] = (aug_die){.name = "base", .technology = &t, .count = 1, .carries = 3};
    dies.dies[0].phy[AUG_CELLS_HBM] = 2;
    dies.dies[0].phy[AUG_PHY_HOST] = 4;
    dies.count = 2;
    aug_silicon s = {0};
    aug_silicon_areas(&dies, &s);
    assert_near(s.dies[0].area_mm2, 3 * 105.67 + 34.6, 1e-12);
    assert_near(s.blocks[AUG_BLOCK_BASE].area_mm2, 3 * 105.67, 1e-12);
    assert_near(s.area_mm2, 6 * 105.67 + 34.6, 1e-12);
    // What only carries leaks nothing and is not broken by defects.
    test_ground ground;
    test_begin(&ground);
    s = aug_silicon_of(&dies, machine_of(&ground, ""));
    assert_near(s.static_watts, (34.6 + 3 * 105.67) * 0.3, 1e-12);
    assert_true(s.blocks[AUG_BLOCK_BASE].static_watts == 0);
    assert_near(s.dies[0].yield, aug_part_yield(&t, 34.6), 1e-14);
    test_end(&ground);
}

// bf16 takes 10 mm2, fp8 9 mm2 of which four tenths are its own.
static void further_formats_take_area_of_their_own(void **state) {
    (void)state;
    aug_technology t = node();
    t.mac_separate = 0.4;
    const aug_dies dies = chip(&t);
    aug_silicon s = {0};
    aug_silicon_areas(&dies, &s);
    assert_near(s.blocks[AUG_BLOCK_MATRIX].area_mm2, 13.6, 1e-12);
}

// At the nominal clock: bf16 as the machine states 50 T/s * 0.5 pJ = 25 W, as much built as 8 * 1000 * 1 GHz
// = 8 T/s: 4 W; fp8 12 T/s, 2.4 W. Operands of bf16 16/16 + 16/16 + 64/32 = 4 bits: 8 T/s * 4 * 0.05 pJ = 1.6
// W. Local 8 * 1000 bit * 1 GHz * (0.1 + 0.1 * root of 4.707 / 4) = 8 T * 0.154239 pJ = 1.23391 W; shared 8 T
// * 0.1 = 0.8 W; off chip 12.8 T * 5 = 32 W (reads and writes share the port: 6.4 T). Static 105.67 * 0.3.
static void powers_add_up(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology t = node();
    const aug_dies dies = chip(&t);
    aug_silicon s = {0};
    aug_silicon_areas(&dies, &s);
    aug_silicon_powers(&dies, machine_of(&ground, "links: {a: {bandwidth: 25 GB/s}}\n"), &s);
    assert_true(s.voltage == 1 && s.clock_hz == 1e9);
    assert_near(s.blocks[AUG_BLOCK_MATRIX].watts, 4, 1e-12);
    assert_near(s.blocks[AUG_BLOCK_REGISTERS].watts, 1.6, 1e-12);
    assert_near(s.blocks[AUG_BLOCK_LOCAL].watts, 1.23391, 1e-5);
    assert_near(s.blocks[AUG_BLOCK_SHARED].watts, 0.8, 1e-12);
    assert_near(s.blocks[AUG_BLOCK_MEMORY_PHY].watts, 32, 1e-12);
    assert_near(s.blocks[AUG_BLOCK_LINK_PHY].watts, 2, 1e-12); // 0.2 T both ways at 5 pJ
    assert_near(s.static_watts, 31.701, 1e-12);
    assert_near(s.peak_power_watts, 31.701 + 41.63391, 1e-6);
    assert_near(s.blocks[AUG_BLOCK_REST].static_watts, 31.701 * 27.89 / 105.67, 1e-12);
    test_end(&ground);
}

// 1.2 times the voltage is 1.21126 times the clock (voltage_test): switching takes 1.44 times the energy as
// often, leakage 1.728.
static void a_faster_clock_takes_its_square(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology t = node();
    const aug_dies dies = chip(&t);
    aug_silicon s = {0};
    aug_silicon_areas(&dies, &s);
    aug_silicon_powers(&dies, machine_of(&ground, "clock: 1211265 kHz\n"), &s);
    assert_near(s.voltage, 1.2, 1e-4);
    assert_near(s.blocks[AUG_BLOCK_MATRIX].watts, 4 * 1.44 * 1.211265, 1e-3);
    assert_near(s.blocks[AUG_BLOCK_MEMORY_PHY].watts, 32, 1e-12); // other chips
    assert_near(s.static_watts, 105.67 * (0.1 * 1.728 + 0.2 * 1.44 * 1.211265), 1e-3);
    test_end(&ground);
}

// Gross of 105.67 mm2: 70685.8 / 105.67 - 942.478 / 14.5376 = 668.930 - 64.830 = 604.099. Cores 10 * 4.707
// = 47.07, the rest 58.6 mm2: (1 + 0.001 * 0.5 * 58.6 / 2)^-2 = 0.971332; a core (1 + 0.00117675)^-2 =
// 0.997651, two of ten may be bad: 0.9999985. Die 10000 / (604.099 * 0.971332 * 0.9999985) = 17.0422. Memory
// 320. Interposer (105.67 + 200) * 0.5 = 152.835, assembly 300. Three pieces: (17.0422 + 320 + 152.835) *
// (0.99^-3 - 1) = 489.877 * 0.0306102 = 14.9952. Price 2 * 804.872 + 10 M / 10,000.
static void prices_add_up(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology t = node();
    const aug_dies dies = chip(&t);
    const aug_silicon s = aug_silicon_of(&dies, machine_of(&ground, ""));
    assert_near(s.dies[0].gross, 604.0994, 1e-5);
    assert_near(s.dies[0].yield, 0.971330, 1e-5);
    assert_near(s.die_usd, 17.04217, 1e-5);
    assert_near(s.memory_usd, 320, 1e-12);
    assert_near(s.package_usd, 452.835, 1e-9);
    assert_near(s.bonding_usd, 14.9952, 1e-5);
    assert_near(s.cost_usd, 804.872, 1e-5);
    assert_near(s.nre_usd, 1000, 1e-12);
    assert_near(s.price_usd, 2609.7448, 1e-5);
    assert_true(s.piece_count == 1);
    const aug_silicon more = aug_silicon_of(&dies, machine_of(&ground, "volume: 1000000\n"));
    assert_near(more.nre_usd, 10, 1e-12);
    test_end(&ground);
}

// Without spare cores every defect counts; a die alone is packaged without an interposer; a wafer is one die.
static void a_die_alone(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology t = node();
    aug_dies dies = chip(&t);
    dies.dies[0].core.used = 10;
    dies.dies[0].phy[AUG_CELLS_HBM] = 0;
    const aug_machine *machine = machine_of(&ground, "");
    aug_silicon s = aug_silicon_of(&dies, machine);
    assert_near(s.dies[0].yield, aug_part_yield(&t, s.area_mm2), 1e-14);
    assert_true(s.package_usd == 50 && s.bonding_usd == 0);
    dies.dies[0].wafer = true;
    s = aug_silicon_of(&dies, machine);
    assert_near(s.die_usd, 10000 / s.dies[0].yield, 1e-12);
    test_end(&ground);
}

// Static 31.701 W at full clock fall with the clock: 10.567 + 21.134 share; switching 7.63391 share; off chip
// 32: at 50 W the share is (50 - 42.567) / 28.76791 = 0.258379. 40 W leave nothing, 100 W everything.
static void a_limit_leaves_a_clock(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology t = node();
    const aug_dies dies = chip(&t);
    const aug_machine *machine = machine_of(&ground, "");
    assert_near(aug_silicon_clock_within(&dies, machine, 50), 0.258379e9, 1e-5);
    assert_true(aug_silicon_clock_within(&dies, machine, 40) == 0);
    assert_true(aug_silicon_clock_within(&dies, machine, 100) == 1e9);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_add_up),
        cmocka_unit_test(a_base_die_holds_what_it_carries),
        cmocka_unit_test(further_formats_take_area_of_their_own),
        cmocka_unit_test(powers_add_up),
        cmocka_unit_test(a_faster_clock_takes_its_square),
        cmocka_unit_test(prices_add_up),
        cmocka_unit_test(a_die_alone),
        cmocka_unit_test(a_limit_leaves_a_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
