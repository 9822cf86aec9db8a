#include "support/bad_level.h"
#include "support/test_bind.h"

#define MAC "  - {compute: mac, rate: 1/cycle}\n"

static const aug_memory *read(test_ground *ground, const char *members) {
    test_begin(ground);
    const char *text = aug_arena_print(&ground->arena, "clock: 1050 MHz\nlevels:\n  - {memory: m, %s}\n" MAC, members);
    return &test_read_machine(ground, text)->levels[0].memory;
}

// 64 · 1.05·10^9 / (1.05·10^9) is not 64 for every clock: what is stated per cycle stays as it is.
static void bandwidths_per_cycle_are_exact(void **state) {
    (void)state;
    test_ground ground;
    const aug_memory *m = read(&ground, "bandwidth: {read: 64 bit/cycle, write: 3 B/cycle}");
    assert_true(m->read_bits_per_cycle == 64.0 && m->write_bits_per_cycle == 24.0);
    assert_true(m->read_bits_per_second == 64.0 * 1.05e9 && m->write_bits_per_second == 24.0 * 1.05e9);
    assert_false(m->shared_port);
    test_end(&ground);
    m = read(&ground, "bandwidth: 7 bit/cycle");
    assert_true(m->read_bits_per_cycle == 7.0 && m->write_bits_per_cycle == 7.0 && m->shared_port);
    test_end(&ground);
    m = read(&ground, "bandwidth: 8 GB/s");
    assert_true(isnan(m->read_bits_per_cycle) && isnan(m->write_bits_per_cycle) && m->read_bits_per_second == 64e9);
    test_end(&ground);
    m = read(&ground, "size: 1 KiB");
    assert_true(isnan(m->read_bits_per_cycle) && isinf(m->write_bits_per_second));
    test_end(&ground);
}

// Energies of read, write and update; NaN where there is none.
static void energies_are_per_bit_word_or_action(void **state) {
    (void)state;
    const double no = NAN;
    static const char *const texts[] = {
        "energy: 7 pJ/bit",
        "energy: 4 pJ/word",
        "energy: {read: 4 pJ, write: 0.5 pJ/bit}",
        "energy: {read: 2 pJ/word, update: 3 pJ}",
        "energy: 0",
        "size: 1 KiB",
        "energy: 4 pJ/word, bits: 16",                                // 4 / 16
        "energy: {read: 64 pJ, write: 2 pJ/bit}, vector: 4, bits: 8", // 64 / (4 · 8)
        "energy: 4 pJ/word, bits: {A: 16}",                           // other words are of unknown length
        "energy: {}",
    };
    const double expected[][3][3] = {
        {{7, 7, 7}, {no, no, no}, {no, no, no}},    {{no, no, no}, {4, 4, 4}, {no, no, no}},
        {{no, 0.5, 0.5}, {no, no, no}, {4, no, no}}, {{no, no, no}, {2, no, no}, {no, no, 3}},
        {{0, 0, 0}, {no, no, no}, {no, no, no}},    {{no, no, no}, {no, no, no}, {no, no, no}},
        {{0.25, 0.25, 0.25}, {4, 4, 4}, {no, no, no}}, {{2, 2, 2}, {no, no, no}, {64, no, no}},
        {{no, no, no}, {4, 4, 4}, {no, no, no}},    {{no, no, no}, {no, no, no}, {no, no, no}},
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        const aug_memory *m = read(&ground, texts[i]);
        for (int a = 0; a < AUG_ACTION_COUNT; a++) {
            assert_near(m->energy_pj_per_bit[a], expected[i][0][a], 1e-15);
            assert_near(m->energy_pj_per_word[a], expected[i][1][a], 1e-15);
            assert_near(m->energy_pj_per_action[a], expected[i][2][a], 1e-15);
        }
        test_end(&ground);
    }
}

// What the roofline counts per bit is known only where it is stated or follows.
static void a_machine_has_energy_where_bits_have(void **state) {
    (void)state;
    static const struct {
        const char *energy;
        bool has;
    } rows[] = {{"energy: 4 pJ/word", false}, {"energy: 4 pJ/word, bits: 16", true}, {"energy: 4 pJ", false}, {"energy: 4 pJ/bit", true}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena, "clock: 1 GHz\nlevels:\n  - {memory: m, %s}\n  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n", rows[i].energy);
        assert_int_equal(test_read_machine(&ground, text)->has_energy, rows[i].has);
        test_end(&ground);
    }
}

static void words_have_bits_by_tensor_or_role(void **state) {
    (void)state;
    test_ground ground;
    const aug_memory *m = read(&ground, "bits: {A: 8, output: 32}");
    assert_true(isnan(m->bits.all));
    assert_int_equal(m->bits.names.count, 2);
    assert_string_equal(m->bits.names.names[1], "output");
    assert_true(m->bits.of[0] == 8.0 && m->bits.of[1] == 32.0);
    test_end(&ground);
    m = read(&ground, "bits: 16");
    assert_true(m->bits.all == 16.0 && m->bits.names.count == 0);
    test_end(&ground);
    m = read(&ground, "size: 1 KiB");
    assert_true(isnan(m->bits.all) && m->bits.names.count == 0);
    test_end(&ground);
}

static void the_rest_is_per_instance(void **state) {
    (void)state;
    test_ground ground;
    const aug_memory *m = read(&ground, "vector: 4, leakage: 0.5 pJ/cycle, area: 50000 um2, keep: {must: [A], never: output}");
    assert_int_equal(m->vector, 4);
    assert_near(m->leakage_pj_per_cycle, 0.5, 1e-15);
    assert_near(m->area_mm2, 0.05, 1e-14);
    assert_true(aug_name_list_has(&m->keep.must, "A") && aug_name_list_has(&m->keep.never, "output"));
    assert_null(m->gated_at);
    test_end(&ground);
    m = read(&ground, "size: 1 KiB");
    assert_int_equal(m->vector, 1);
    assert_true(m->leakage_pj_per_cycle == 0.0 && isnan(m->area_mm2));
    assert_int_equal(m->keep.must.count, 0);
    test_end(&ground);
}

static void a_memory_is_switched_off_with_another(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = test_read_machine(&ground, "clock: 1 GHz\nlevels:\n  - memory: outer\n  - {memory: inner, gated_at: outer}\n" MAC);
    assert_string_equal(machine->levels[1].memory.gated_at, "outer");
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const bad_level cases[] = {
        {"memory: x, energy: 7 W", "expected an energy per bit such as '7 pJ/bit', '4 pJ/word' or '0.3 pJ', found '7 W'", "", 25},
        {"memory: x, energy: 7", "expected an energy per bit such as '7 pJ/bit', '4 pJ/word' or '0.3 pJ', found '7'", "add the unit: '7 pJ/bit'", 25},
        {"memory: x, energy: -1 pJ/word", "expected a finite value, 0 or more, found '-1 pJ/word'", "", 25},
        {"memory: x, energy: [1 pJ]", "expected {read: ..., write: ..., update: ...} in 'energy'", "", 26},
        {"memory: x, energy: {write: 1 pJ/s}", "expected an energy per bit such as '7 pJ/bit', '4 pJ/word' or '0.3 pJ', found '1 pJ/s'", "", 33},
        {"memory: x, energy: {fill: 1 pJ}", "unknown key 'fill' in 'energy'", "one of: read, write, update", 26},
        {"memory: x, vector: 0", "expected 1 or more words", "", 25},
        {"memory: x, bits: 0", "expected a finite value above 0, found '0'", "", 23},
        {"memory: x, bits: [8]", "expected a number of bits or a map such as {A: 8, output: 32}, found a list", "", 23},
        {"memory: x, bits: {A: 8 bit}", "expected a number such as '0.5', found '8 bit'", "write the number without a unit", 27},
        {"memory: x, leakage: 1 pJ", "expected an energy per cycle such as '0.5 pJ/cycle', found '1 pJ'", "", 26},
        {"memory: x, area: 1 um", "expected an area such as '814 mm2', found '1 um'", "", 23},
        {"memory: x, keep: [A]", "expected a map (keep), found a list", "", 23},
    };
    check_bad_levels(cases, AUG_COUNT(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bandwidths_per_cycle_are_exact),
        cmocka_unit_test(energies_are_per_bit_word_or_action),
        cmocka_unit_test(a_machine_has_energy_where_bits_have),
        cmocka_unit_test(words_have_bits_by_tensor_or_role),
        cmocka_unit_test(the_rest_is_per_instance),
        cmocka_unit_test(a_memory_is_switched_off_with_another),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
