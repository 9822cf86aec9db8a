#include "support/testing.h"

#include "machine/silicon.h"

// A node with round numbers. 1 mm2/MiB of SRAM whose reads cost twice and whose writes four times as much at four times the
// size; 1000 um2 per bf16 unit; half of a die is overhead; wafers of 300 mm without scribe lines.
static const char round_node[] =
    "auger: technology/1\nname: round\nnode: 7\n"
    "sram: {area: 1 mm2/MiB, energy: [{size: 1 KiB, read: 0.1 pJ/bit, write: 0.2 pJ/bit}, {size: 4 KiB, read: 0.2 pJ/bit, write: 0.8 pJ/bit}]}\n"
    "mac: {area: {bf16: 1000 um2, int8: 250 um2}, energy: {bf16: 1 pJ}}\n"
    "overhead: 0.5\nleakage: 0.1 W/mm2\n"
    "wafer: {price: 10000 USD, diameter: 306 mm, edge: 3 mm, scribe: 0 mm, reticle: 800 mm2}\n"
    "yield: {defects: 0.1/cm2, critical: 0.5, clustering: 2}\n"
    "memory: {hbm: 10 USD/GB}\nphy: {hbm: {area: 25 mm2, bandwidth: 400 GB/s}}\n"
    "package: {price: 20 USD, interposer: 0.02 USD/mm2}\nmarkup: 3\n";

#define SRAM(size) "  - {memory: sram, size: " size ", bandwidth: 1000 GB/s, energy: 1 pJ/bit}\n"
#define CHIP(size)                                                                                                    \
    "levels:\n  - {memory: dram, cells: hbm, size: 16 GB, bandwidth: 800 GB/s, energy: 5 pJ/bit}\n" SRAM(size)        \
    "  - {array: pes, fanout: {x: 50000}}\n"                                                                          \
    "  - {compute: mac, rate: {bf16: 1/cycle, int8: 2/cycle}, energy: {bf16: 1 pJ, int8: 0.2 pJ}}\nclock: 1 GHz\n"

static aug_technology *node_of(test_ground *ground) {
    aug_technology *technology = AUG_NEW(&ground->arena, aug_technology);
    assert_true(aug_technology_read(&ground->reader, test_parse(ground, round_node), "test", technology));
    return technology;
}

static aug_machine *read(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    if (aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine))
        return machine;
    print_error("%s\n", ground->errors.items[0].message);
    fail();
    return NULL;
}

// 400 mm2 on 300 mm: 176.715 - 33.322 = 143.393 dies; yield (1 + 0.001 * 0.5 * 400 / 2)^-2 = 1.1^-2 = 0.826446.
static void dies_per_wafer_lose_the_edge_and_the_defects(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double yield;
    assert_near(aug_good_dies(node_of(&ground), 400, &yield), 143.393 * 0.826446, 1e-5);
    assert_near(yield, 0.826446, 1e-6);
    // A die as large as the wafer: one, if it is good at all: (1 + 0.00025 * 70000)^-2.
    assert_near(aug_good_dies(node_of(&ground), 70000, &yield), 1.0 / (18.5 * 18.5), 1e-14);
    test_end(&ground);
}

// The example at the head of silicon.c: scribe lines of 0.1 mm and an edge of 3 mm: 135.5 dies, yield 0.851.
static void scribe_lines_take_area(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_technology *technology = node_of(&ground);
    technology->wafer_mm = 300;
    technology->scribe_mm = 0.1;
    technology->defects_per_mm2 = 0.0007;
    technology->critical_share = 0.6;
    double yield, good = aug_good_dies(technology, 400, &yield);
    assert_near(good, 135.5 * 0.851, 1e-3);
    assert_near(yield, 0.851, 1e-3);
    assert_near(9346 / good, 81, 0.005);
    test_end(&ground);
}

// Reads grow with the square root of the size, writes with the size itself; so on beyond both ends.
static void sram_energy_lies_on_a_line_between_sizes(void **state) {
    (void)state;
    static const struct {
        double kibibytes, read, write;
    } cases[] = {{1, 0.1, 0.2}, {4, 0.2, 0.8}, {2, 0.14142136, 0.4}, {16, 0.4, 3.2}, {0.25, 0.05, 0.05}};
    test_ground ground;
    test_begin(&ground);
    aug_technology *technology = node_of(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        assert_near(aug_sram_energy(technology, cases[i].kibibytes * 8192, false), cases[i].read, 1e-7);
        assert_near(aug_sram_energy(technology, cases[i].kibibytes * 8192, true), cases[i].write, 1e-7);
    }
    // A third point: above 4 KiB reads stay and writes grow with the root.
    technology->sram[2] = (aug_sram_point){16 * 8192, 0.2, 1.6};
    technology->sram_count = 3;
    assert_near(aug_sram_energy(technology, 8 * 8192, false), 0.2, 1e-12);
    assert_near(aug_sram_energy(technology, 64 * 8192, true), 3.2, 1e-12);
    assert_near(aug_sram_energy(technology, 2 * 8192, true), 0.4, 1e-12);
    technology->sram_count = 1;
    assert_near(aug_sram_energy(technology, 1e9, true), 0.2, 1e-12);
    test_end(&ground);
}

// SRAM 100 mm2, 50,000 bf16 units 50 mm2 (int8 would take 100,000 * 250 um2 = 25), two HBM interfaces 50 mm2: area (100 +
// 50) / 0.5 + 50 = 350. Gross 201.960 - 35.622 = 166.338, yield 1.0875^-2 = 0.845554: 71.10 USD; memory 16 * 10; an interposer
// below the die and two stacks of 110 mm2: (350 + 220) * 0.02 = 11.4. Power: leakage 35, bf16 10^14 op/s * 0.5 pJ = 50 (int8 20), HBM 6.4 Tbit/s * 5 pJ = 32, SRAM 8.
static void a_chip_is_priced_by_its_parts(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_silicon silicon = aug_silicon_model(read(&ground, CHIP("100 MiB")), node_of(&ground));
    assert_near(silicon.sram_mm2, 100, 1e-12);
    assert_near(silicon.mac_mm2, 50, 1e-12);
    assert_near(silicon.phy_mm2, 50, 1e-12);
    assert_near(silicon.area_mm2, 350, 1e-12);
    assert_true(silicon.piece_count == 1);
    assert_near(silicon.yield, 0.845554, 1e-6);
    assert_near(silicon.die_usd, 10000 / (166.338 * 0.845554), 1e-5);
    assert_near(silicon.memory_usd, 160, 1e-12);
    assert_near(silicon.package_usd, 11.4, 1e-12);
    assert_near(silicon.cost_usd, silicon.die_usd + 171.4, 1e-12);
    assert_near(silicon.peak_power_watts, 125, 1e-12);
    test_end(&ground);
}

// 800 MiB: (800 + 50) / 0.5 + 50 = 1750 mm2 are three dies of 583 mm2 each under a reticle of 800.
static void silicon_beyond_the_reticle_is_cut_into_dies(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology *technology = node_of(&ground);
    const aug_silicon silicon = aug_silicon_model(read(&ground, CHIP("800 MiB")), technology);
    assert_near(silicon.area_mm2, 1750, 1e-12);
    assert_true(silicon.piece_count == 3);
    double yield, good = aug_good_dies(technology, 1750.0 / 3, &yield);
    assert_near(silicon.die_usd, 3 * 10000 / good, 1e-12);
    test_end(&ground);
}

// 100 TFLOP/s at 1 GHz are 50,000 units of 2 operations. Without HBM there is no interposer and no interface.
static void a_stated_peak_takes_the_area_of_its_units(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine =
        read(&ground, "clock: 1 GHz\nlevels:\n" SRAM("100 MiB") "  - {compute: c, peak: {bf16: 100 TFLOP/s}}\n");
    const aug_silicon silicon = aug_silicon_model(machine, node_of(&ground));
    assert_near(silicon.mac_mm2, 50, 1e-12);
    assert_near(silicon.area_mm2, 300, 1e-12);
    assert_true(silicon.phy_mm2 == 0 && silicon.memory_usd == 0 && silicon.package_usd == 20);
    assert_near(silicon.peak_power_watts, 88, 1e-12); // units of 1 pJ as the node says 50, SRAM 8, leakage 30
    test_end(&ground);
}

// The node states bf16 and int8. 50,000 units of 1000 um2 are 50 mm2, of 250 um2 12.5 mm2.
static void a_format_that_the_node_does_not_state_takes_area_too(void **state) {
    (void)state;
    static const struct {
        const char *format;
        double mm2;
    } cases[] = {
        {"bf16", 50}, {"fp16", 50},        // computed as bf16
        {"fp8", 50},  {"fp8_block", 50},   // in the next wider one
        {"int4", 12.5}, {"nvfp4", 50}, {"tf32", 50}, {"fp32", 50}, // nothing is wide enough: the widest
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const aug_machine *machine =
            read(&ground, aug_arena_print(&ground.arena, "clock: 1 GHz\nlevels:\n" SRAM("1 MiB") "  - {compute: c, peak: {%s: 100 TFLOP/s}}\n",
                                          cases[i].format));
        assert_near(aug_silicon_model(machine, node_of(&ground)).mac_mm2, cases[i].mm2, 1e-12);
    }
    test_end(&ground);
}

static void what_is_missing_is_filled_in(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology *technology = node_of(&ground);
    aug_machine *machine = read(&ground, CHIP("100 MiB"));
    const double cost = aug_silicon_model(machine, technology).cost_usd;
    assert_true(aug_silicon_is_incomplete(machine));
    aug_silicon_complete(machine, technology);
    assert_near(machine->area_mm2, 350, 1e-12);
    assert_near(machine->price_usd, 3 * cost, 1e-12);
    assert_true(machine->area_modelled && machine->price_modelled);
    assert_false(aug_silicon_is_incomplete(machine));

    machine = read(&ground, CHIP("100 MiB") "area: 400 mm2\n");
    aug_silicon_complete(machine, technology);
    assert_near(machine->area_mm2, 400, 1e-12);
    assert_true(!machine->area_modelled && machine->price_modelled);

    machine = read(&ground, CHIP("100 MiB") "rent: 2 USD/h\n"); // what is rented needs no price
    aug_silicon_complete(machine, technology);
    assert_true(isnan(machine->price_usd) && machine->area_modelled);

    machine = read(&ground, CHIP("100 MiB") "model: kernel\n"); // a data sheet is not completed
    assert_false(aug_silicon_is_incomplete(machine));
    aug_silicon_complete(machine, technology);
    assert_true(isnan(machine->area_mm2));
    test_end(&ground);
}

// Twice the SRAM: 200 mm2 more, its reads cost 2^0.5, its writes 2 times as much; price, rent and power move in ratio.
static void a_varied_machine_moves_by_what_the_model_says(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology *technology = node_of(&ground);
#define STATED "area: 400 mm2\nprice: 3000 USD\nrent: 2 USD/h\npower: {limit: 250 W}\n"
    const aug_machine *base = read(&ground, CHIP("100 MiB") STATED);
    aug_machine *varied = read(&ground, CHIP("200 MiB") STATED);
    aug_silicon_vary(varied, base, technology, NULL, (aug_stated){0});
    assert_near(varied->area_mm2, 600, 1e-12);
    const double *energy = varied->levels[1].memory.energy_pj_per_bit;
    assert_near(energy[AUG_ACTION_READ], 1.41421356, 1e-8);
    assert_near(energy[AUG_ACTION_WRITE], 2, 1e-12);
    assert_near(energy[AUG_ACTION_UPDATE], 2, 1e-12);
    assert_near(varied->levels[0].memory.energy_pj_per_bit[AUG_ACTION_READ], 5, 1e-12);
    const double ratio = aug_silicon_model(varied, technology).cost_usd / aug_silicon_model(base, technology).cost_usd;
    assert_true(ratio > 1.0);
    assert_near(varied->price_usd, 3000 * ratio, 1e-12);
    assert_near(varied->rent_usd_per_hour, 2 * ratio, 1e-12);
    assert_near(varied->power_limit_watts, 250 * (55 + 50 + 32 + 8 * 1.41421356) / 125, 1e-8);
    assert_true(varied->area_modelled && varied->price_modelled);
    test_end(&ground);
}

// The model takes 350 mm2 with 100 MiB of SRAM, 250 with 50 MiB, 12 for 1 MiB and 5 mm2 of units without HBM.
static void an_area_stays_above_zero(void **state) {
    (void)state;
#define TINY "clock: 1 GHz\nlevels:\n" SRAM("1 MiB") "  - {compute: mac, peak: {bf16: 10 TFLOP/s}}\n"
    static const struct {
        const char *base, *varied;
        double mm2;
    } cases[] = {
        {CHIP("100 MiB") "area: 400 mm2\n", CHIP("50 MiB") "area: 400 mm2\n", 300},
        {CHIP("100 MiB") "area: 350 mm2\n", CHIP("50 MiB") "area: 350 mm2\n", 250},
        {CHIP("100 MiB") "area: 400 mm2\n", TINY, 400.0 + 12 - 350}, // 62 is more than a tenth
        {CHIP("100 MiB") "area: 360 mm2\n", TINY, 360.0 * 12 / 350}, // 22 is less
        {CHIP("100 MiB") "area: 100 mm2\n", CHIP("50 MiB") "area: 100 mm2\n", 100.0 * 250 / 350},
        {CHIP("100 MiB") "area: 100 mm2\n", CHIP("200 MiB") "area: 100 mm2\n", 100.0 * 550 / 350},
        {CHIP("100 MiB") "area: 100 mm2\n", CHIP("100 MiB") "area: 100 mm2\n", 100},
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_machine *varied = read(&ground, cases[i].varied);
        aug_silicon_vary(varied, read(&ground, cases[i].base), node_of(&ground), NULL, (aug_stated){0});
        assert_near(varied->area_mm2, cases[i].mm2, 1e-12);
    }
    test_end(&ground);
}

static void what_a_study_states_stays(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *base = read(&ground, CHIP("100 MiB") STATED);
    aug_machine *varied = read(&ground, CHIP("200 MiB") STATED);
    aug_silicon_vary(varied, base, node_of(&ground), NULL, (aug_stated){true, true, true, true});
    assert_true(varied->area_mm2 == base->area_mm2 && varied->price_usd == 3000 && varied->power_limit_watts == 250);
    assert_near(varied->rent_usd_per_hour, 2, 1e-14);
    assert_near(varied->levels[1].memory.energy_pj_per_bit[AUG_ACTION_READ], 1, 1e-14);
    assert_false(varied->area_modelled || varied->price_modelled);
    aug_machine *same = read(&ground, CHIP("100 MiB") STATED); // and what is not varied is not touched
    aug_silicon_vary(same, base, node_of(&ground), NULL, (aug_stated){0});
    assert_true(same->area_mm2 == base->area_mm2 && same->price_usd == 3000 && same->power_limit_watts == 250);
    assert_false(same->area_modelled || same->price_modelled);
    test_end(&ground);
}

// Twice the SRAM: 550 mm2 in place of 350 leak so much more. A limit that a study sets does not change that, static power that it sets does.
static void static_power_follows_the_silicon(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *base = read(&ground, CHIP("100 MiB") "power: {limit: 250 W, static: 40 W}\n");
    aug_machine *varied = read(&ground, CHIP("200 MiB") "power: {limit: 250 W, static: 40 W}\n");
    aug_silicon_vary(varied, base, node_of(&ground), NULL, (aug_stated){.power = true});
    assert_near(varied->power_limit_watts, 250, 0);
    assert_near(varied->power_static_watts, 40.0 * 550 / 350, 1e-9);
    varied = read(&ground, CHIP("200 MiB") "power: {limit: 250 W, static: 30 W}\n");
    aug_silicon_vary(varied, base, node_of(&ground), NULL, (aug_stated){0});
    assert_near(varied->power_static_watts, 30, 0);
    test_end(&ground);
}

static void the_technology_is_found_by_name(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_machine *machine = read(&ground, CHIP("100 MiB") "technology: 7nm\n");
    assert_true(aug_silicon_load(&library, &ground.arena, &ground.errors, machine));
    assert_true(machine->area_mm2 > 0 && machine->price_usd > 0);
    machine = read(&ground, CHIP("100 MiB")); // names none: stays as it is
    assert_true(aug_silicon_load(&library, &ground.arena, &ground.errors, machine));
    assert_true(isnan(machine->area_mm2));
    machine = read(&ground, CHIP("100 MiB") "technology: 9nm\n");
    assert_false(aug_silicon_load(&library, &ground.arena, &ground.errors, machine));
    assert_int_equal(ground.errors.count, 1);
    assert_string_equal(ground.errors.items[0].message, "unknown technology '9nm'");
    test_end(&ground);
}

// An energy per word or per action follows the size as one per bit does.
static void energies_of_words_grow_with_the_memory(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
#define WORDS(size)                                                                                                       \
    "levels:\n  - {memory: dram, cells: hbm}\n  - {memory: sram, size: " size ", energy: {read: 2 pJ/word, write: 8 pJ}, bits: 16}\n" \
    "  - {compute: mac, rate: 1/cycle}\nclock: 1 GHz\n"
    aug_machine *base = read(&ground, WORDS("100 MiB")), *varied = read(&ground, WORDS("200 MiB"));
    aug_silicon_vary(varied, base, node_of(&ground), NULL, (aug_stated){0});
    const aug_memory *sram = &varied->levels[1].memory;
    assert_near(sram->energy_pj_per_word[AUG_ACTION_READ], 2 * 1.41421356, 1e-8);
    assert_near(sram->energy_pj_per_bit[AUG_ACTION_READ], 2 * 1.41421356 / 16, 1e-8);
    assert_near(sram->energy_pj_per_action[AUG_ACTION_WRITE], 16, 1e-12);
    assert_true(isnan(sram->energy_pj_per_word[AUG_ACTION_WRITE]));
    test_end(&ground);
}

// What was filled in for the base follows from the varied machine itself: 350 mm2 and 450 mm2, not 350 + 100 of a stated figure.
static void what_was_filled_in_is_modelled_anew(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology *technology = node_of(&ground);
    aug_machine *base = read(&ground, CHIP("100 MiB")), *varied = read(&ground, CHIP("150 MiB"));
    aug_silicon_complete(base, technology);
    assert_true(base->area_modelled && base->price_modelled && base->power_modelled && !base->energy_modelled);
    assert_near(base->power_limit_watts, 125, 1e-12);
    assert_near(base->power_static_watts, 35, 1e-12);
    aug_silicon_vary(varied, base, technology, NULL, (aug_stated){0});
    const aug_silicon now = aug_silicon_model(varied, technology);
    assert_near(varied->area_mm2, 450, 1e-12);
    assert_near(varied->price_usd, now.price_usd, 1e-12);
    assert_near(varied->power_limit_watts, now.peak_power_watts, 1e-12);
    assert_near(varied->power_static_watts, 45, 1e-12);
    test_end(&ground);
}

// Reads of 1 and 4 KiB take 0.1 and 0.2 pJ/bit, writes 0.2 and 0.8; units of bf16 1 pJ, int8 as much; nothing is known of off-chip memory.
static void energies_that_are_not_stated_are_the_technologys(void **state) {
    (void)state;
#define BARE "clock: 1 GHz\nlevels:\n  - {memory: outer, size: 4 KiB, bandwidth: 1 GB/s}\n  - {array: a, fanout: {x: 2}}\n  - {memory: inner, size: 1 KiB, energy: 7 pJ/bit}\n  - {compute: mac, rate: {bf16: 1/cycle, int8: 1/cycle}}\n"
    test_ground ground;
    test_begin(&ground);
    const aug_technology *technology = node_of(&ground);
    aug_machine *machine = read(&ground, BARE);
    assert_false(machine->has_energy);
    aug_silicon_complete(machine, technology);
    assert_true(machine->has_energy && machine->energy_modelled);
    assert_near(machine->levels[0].memory.energy_pj_per_bit[AUG_ACTION_READ], 0.2, 1e-12);
    assert_near(machine->levels[0].memory.energy_pj_per_bit[AUG_ACTION_UPDATE], 0.8, 1e-12);
    assert_near(machine->levels[2].memory.energy_pj_per_bit[AUG_ACTION_READ], 7, 1e-12); // stated
    assert_near(machine->levels[3].compute.energy_pj[AUG_FORMAT_BF16], 1, 1e-12);
    assert_near(machine->levels[3].compute.energy_pj[AUG_FORMAT_INT8], 1, 1e-12);
    aug_machine *varied = read(&ground, BARE);
    aug_silicon_vary(varied, machine, technology, NULL, (aug_stated){0});
    assert_true(varied->has_energy);
    assert_near(varied->levels[0].memory.energy_pj_per_bit[AUG_ACTION_READ], 0.2, 1e-12);
    test_end(&ground);
}

// In a node of half the areas and energies, the model falls from 300 + 50 mm2 of interfaces to 150 + 50: a stated 400 mm2 become 250.
static void another_technology_moves_areas_and_energies(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_technology *before = node_of(&ground);
    aug_technology *after = node_of(&ground);
    for (int i = 0; i < AUG_SRAM_KINDS; i++)
        after->sram_mm2_per_bit[i] /= 2;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        after->mac_mm2[f] /= 2;
        after->mac_pj[f] /= 2;
    }
    for (int i = 0; i < after->sram_count; i++)
        after->sram[i] = (aug_sram_point){after->sram[i].size_bits, after->sram[i].read_pj_per_bit / 2, after->sram[i].write_pj_per_bit / 2};
    const aug_machine *base = read(&ground, CHIP("100 MiB") "area: 400 mm2\n");
    aug_machine *varied = read(&ground, CHIP("100 MiB") "area: 400 mm2\n");
    aug_silicon_vary(varied, base, after, before, (aug_stated){0});
    assert_near(varied->area_mm2, 250, 1e-12);
    assert_near(varied->levels[0].memory.energy_pj_per_bit[AUG_ACTION_READ], 5, 1e-12); // another chip
    assert_near(varied->levels[1].memory.energy_pj_per_bit[AUG_ACTION_READ], 0.5, 1e-12);
    assert_near(varied->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_BF16], 0.25, 1e-12);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dies_per_wafer_lose_the_edge_and_the_defects),
        cmocka_unit_test(scribe_lines_take_area),
        cmocka_unit_test(sram_energy_lies_on_a_line_between_sizes),
        cmocka_unit_test(a_chip_is_priced_by_its_parts),
        cmocka_unit_test(silicon_beyond_the_reticle_is_cut_into_dies),
        cmocka_unit_test(a_stated_peak_takes_the_area_of_its_units),
        cmocka_unit_test(a_format_that_the_node_does_not_state_takes_area_too),
        cmocka_unit_test(what_is_missing_is_filled_in),
        cmocka_unit_test(a_varied_machine_moves_by_what_the_model_says),
        cmocka_unit_test(an_area_stays_above_zero),
        cmocka_unit_test(what_a_study_states_stays),
        cmocka_unit_test(static_power_follows_the_silicon),
        cmocka_unit_test(the_technology_is_found_by_name),
        cmocka_unit_test(energies_of_words_grow_with_the_memory),
        cmocka_unit_test(what_was_filled_in_is_modelled_anew),
        cmocka_unit_test(energies_that_are_not_stated_are_the_technologys),
        cmocka_unit_test(another_technology_moves_areas_and_energies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
