// Dies of varied machines, by hand.
#include "support/testing.h"

#include "machine/die_follow.h"
#include "machine/silicon.h"

static aug_machine *read(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    assert_true(aug_machine_read(&ground->reader, test_parse(ground, text), "own", machine));
    return machine;
}

// One that looks like a GPU: instances of cores, peak, cache, memory, links.
static aug_machine *gpu(test_ground *ground, const char *cores, const char *peak, const char *cache,
                        const char *memory, const char *links) {
    return read(ground,
                aug_arena_print(&ground->arena,
                                "auger: machine/1\nmodel: kernel\nclock: 1 GHz\nlevels:\n"
                                "  - {memory: hbm, cells: hbm, size: 80 GB, bandwidth: %s}\n"
                                "  - {memory: l2, size: %s, bandwidth: 4 TB/s}\n"
                                "  - {array: sm, fanout: {x: %s}}\n"
                                "  - {compute: matrix, peak: {bf16: %s}}\n"
                                "links: {up: {bandwidth: %s, latency: 1 us, topology: switch, chips: 8}}\n",
                                memory, cache, cores, peak, links));
}

static const aug_dies counted = {
    .count = 1,
    .dies = {{.count = 1,
              .core = {.count = 128,
                       .used = 108,
                       .lanes = 128,
                       .registers_bits = 100,
                       .sram_bits = 50,
                       .matrix_per_cycle = {[AUG_FORMAT_BF16] = 1024}},
              .shared_bits = 48,
              .shared_bits_per_second = 7,
              .phy = {[AUG_CELLS_HBM] = 6, [AUG_PHY_LINK] = 12, [AUG_PHY_HOST] = 16}}}};

// 108 to 120 cores and 216 to 240 TFLOP/s: more of the same cores. Half the cache, six stacks' bandwidth in
// place of five, links as before.
static void more_cores_bring_all_that_they_own(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies moved;
    aug_dies_follow(&counted, gpu(&ground, "108", "216 TFLOP/s", "40 MB", "2000 GB/s", "300 GB/s"),
                    gpu(&ground, "120", "240 TFLOP/s", "20 MB", "2400 GB/s", "300 GB/s"), &moved);
    const aug_die *die = &moved.dies[0];
    assert_near(die->core.used, 120, 1e-12);
    assert_near(die->core.count, 128.0 * 120 / 108, 1e-12);
    assert_near(die->core.matrix_per_cycle[AUG_FORMAT_BF16], 1024, 1e-12);
    assert_near(die->core.registers_bits, 100, 0);
    assert_near(die->core.sram_bits, 50, 0); // no level of the machine tells of it: each core has what it had
    assert_near(die->shared_bits, 24, 1e-12);
    assert_near(die->shared_bits_per_second, 7, 1e-12);
    assert_near(die->phy[AUG_CELLS_HBM], 7.2, 1e-12);
    assert_near(die->phy[AUG_PHY_LINK], 12, 1e-12);
    assert_near(die->phy[AUG_PHY_HOST], 16, 0);
    test_end(&ground);
}

// The same cores with twice the peak: larger units. A clock that doubles with the peak: the same units.
static void a_higher_peak_is_larger_units_unless_the_clock_brings_it(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies moved;
    const aug_machine *base = gpu(&ground, "108", "216 TFLOP/s", "40 MB", "2000 GB/s", "300 GB/s");
    aug_machine *varied = gpu(&ground, "108", "432 TFLOP/s", "40 MB", "2000 GB/s", "600 GB/s");
    aug_dies_follow(&counted, base, varied, &moved);
    assert_near(moved.dies[0].core.used, 108, 1e-12);
    assert_near(moved.dies[0].core.matrix_per_cycle[AUG_FORMAT_BF16], 2048, 1e-12);
    assert_near(moved.dies[0].phy[AUG_PHY_LINK], 24, 1e-12);
    varied->clock_hz *= 2.0;
    aug_dies_follow(&counted, base, varied, &moved);
    assert_near(moved.dies[0].core.matrix_per_cycle[AUG_FORMAT_BF16], 1024, 1e-12);
    test_end(&ground);
}

// Memory in common alone: all SRAM of the machine moves it. 40 MB of cache and 4 times 1 MB are 44, with
// eight times 1 MB 48. The one core that the file counts becomes two.
static void one_core_becomes_two(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char form[] = "auger: machine/1\nclock: 1 GHz\nlevels:\n"
                               "  - {memory: hbm, cells: hbm, size: 8 GB, bandwidth: 600 GB/s}\n"
                               "  - {memory: common, size: 40 MB, bandwidth: 2 TB/s}\n"
                               "  - {array: core, fanout: {x: %s}}\n"
                               "  - {memory: own, size: 1 MB, bandwidth: 1 TB/s}\n"
                               "  - {compute: mac, rate: {bf16: 16384/cycle}}\n";
    const aug_machine *base = read(&ground, aug_arena_print(&ground.arena, form, "4"));
    const aug_machine *varied = read(&ground, aug_arena_print(&ground.arena, form, "8"));
    aug_dies one = counted, moved;
    one.dies[0].core.count = one.dies[0].core.used = 1;
    one.dies[0].core.sram_bits = 0;
    aug_dies_follow(&one, base, varied, &moved);
    assert_near(moved.dies[0].core.count, 2, 1e-12);
    assert_near(moved.dies[0].core.matrix_per_cycle[AUG_FORMAT_BF16], 1024, 1e-12);
    assert_near(moved.dies[0].shared_bits, 48.0 * 48 / 44, 1e-12);
    // All of it in the cores: half of it in each.
    one.dies[0].core.sram_bits = 48;
    one.dies[0].shared_bits = 0;
    aug_dies_follow(&one, base, varied, &moved);
    assert_near(moved.dies[0].core.sram_bits, 48.0 * 48 / 44 / 2, 1e-12);
    test_end(&ground);
}

// A longer row of slices around the same units: no more cores.
static void a_longer_row_is_no_core(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies moved;
    aug_dies_follow(&counted, gpu(&ground, "92", "188 TFLOP/s", "230 MB", "2000 GB/s", "300 GB/s"),
                    gpu(&ground, "114", "188 TFLOP/s", "288 MB", "2000 GB/s", "300 GB/s"), &moved);
    assert_near(moved.dies[0].core.count, 128, 0);
    assert_near(moved.dies[0].core.matrix_per_cycle[AUG_FORMAT_BF16], 1024, 1e-12);
    assert_near(moved.dies[0].shared_bits, 48.0 * 288 / 230, 1e-12);
    test_end(&ground);
}

static void nothing_moves_without_a_change(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_dies moved;
    const aug_machine *base = gpu(&ground, "108", "216 TFLOP/s", "40 MB", "2000 GB/s", "300 GB/s");
    aug_dies_follow(&counted, base, base, &moved);
    assert_memory_equal(&moved.dies[0].core, &counted.dies[0].core, sizeof moved.dies[0].core);
    assert_memory_equal(moved.dies[0].phy, counted.dies[0].phy, sizeof moved.dies[0].phy);
    test_end(&ground);
}

// A core of an A100 takes several square millimetres with all it owns, where its matrix units alone take less
// than one: twelve more are 12 / 108 of what 128 take.
static void a_varied_machine_pays_for_whole_cores(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_dies *dies = aug_dies_load(&library, &ground.arena, &ground.errors, "ga100");
    assert_non_null(dies);
    assert_true(aug_dies_equip(&library, &ground.arena, &ground.errors, dies));
    aug_machine *base = gpu(&ground, "108", "312 TFLOP/s", "40 MB", "2039 GB/s", "300 GB/s");
    base->area_mm2 = 826;
    aug_machine *varied = gpu(&ground, "120", "346.67 TFLOP/s", "40 MB", "2039 GB/s", "300 GB/s");
    const aug_technology *technology = dies->dies[0].technology;
    aug_silicon_vary_dies(varied, base, dies, technology, NULL, (aug_stated){0});
    double counted_mm2 = aug_silicon_of(dies, base).dies[0].block_mm2 * 128 * 12 / 108;
    assert_near(varied->area_mm2 - 826, counted_mm2,
                0.02); // moved in ratio where the model takes more than is stated
    assert_true(counted_mm2 > 12 * 2.0);
    test_end(&ground);
}

// The dies of a machine that is made in 5 nm in place of 7 nm take what they take in 5 nm; a die of another
// technology than the machine's stays in its own.
static void counted_dies_move_to_another_technology(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_dies *dies = aug_dies_load(&library, &ground.arena, &ground.errors, "ga100");
    assert_true(dies && aug_dies_equip(&library, &ground.arena, &ground.errors, dies));
    const aug_technology *before = dies->dies[0].technology;
    const aug_technology *after = aug_technology_load(&library, &ground.arena, &ground.errors, "5nm");
    const aug_technology *third = aug_technology_load(&library, &ground.arena, &ground.errors, "12nm");
    dies->dies[1] = dies->dies[0];
    dies->dies[1].technology = third;
    dies->count = 2;
    aug_dies moved = *dies;
    moved.dies[0].technology = after;
    aug_machine *base = gpu(&ground, "108", "312 TFLOP/s", "40 MB", "2039 GB/s", "300 GB/s");
    aug_machine *varied = gpu(&ground, "108", "312 TFLOP/s", "40 MB", "2039 GB/s", "300 GB/s");
    double old_mm2 = aug_silicon_of(dies, base).area_mm2, new_mm2 = aug_silicon_of(&moved, varied).area_mm2;
    base->area_mm2 = old_mm2 + 100;
    aug_silicon_vary_dies(varied, base, dies, after, before, (aug_stated){0});
    assert_true(new_mm2 < old_mm2);
    assert_near(varied->area_mm2, new_mm2 + 100, 1e-9);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_cores_bring_all_that_they_own),
        cmocka_unit_test(a_higher_peak_is_larger_units_unless_the_clock_brings_it),
        cmocka_unit_test(one_core_becomes_two),
        cmocka_unit_test(a_longer_row_is_no_core),
        cmocka_unit_test(nothing_moves_without_a_change),
        cmocka_unit_test(a_varied_machine_pays_for_whole_cores),
        cmocka_unit_test(counted_dies_move_to_another_technology),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
