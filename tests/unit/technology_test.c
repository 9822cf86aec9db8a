#include "support/testing.h"

#include "machine/technology.h"

#define SRAM  "sram: {area: 1 mm2/MiB, energy: [{size: 1 KiB, read: 0.1 pJ/bit}]}\n"
#define MAC   "mac: {area: {bf16: 1000 um2}, energy: {bf16: 1 pJ}}\n"
#define WAFER "wafer: {price: 10000 USD}\n"
#define YIELD "yield: {defects: 0.1/cm2}\n"
#define NODE  "node: 7\n" SRAM MAC WAFER YIELD

static void units_become_augers_own(void **state) {
    (void)state;
    test_ground ground;
    aug_technology t;
    test_begin(&ground);
    const aug_node *root =
        test_parse(&ground, "auger: technology/1\nname: mine\nnode: 5\n"
                            "sram: {area: 1.048576 mm2/MiB, energy: [{size: 1 KiB, read: 0.1 pJ/bit, write: 200 fJ/bit}, {size: 2 KiB, read: 0.3 pJ/bit}]}\n"
                            "mac: {area: {bf16: 600 um2}, energy: {bf16: 224 fJ}}\noverhead: 0.4\nleakage: 50 mW/mm2\n"
                            "wafer: {price: 17 kUSD, diameter: 30 cm, edge: 2 mm, scribe: 80 um, reticle: 8 cm2}\n"
                            "yield: {defects: 0.07/cm2, critical: 0.6, clustering: 3}\nmemory: {hbm: 16 USD/GB}\n"
                            "phy: {hbm: {area: 16.5 mm2, bandwidth: 460 GB/s}}\npackage: {price: 100 USD, interposer: 2 USD/cm2}\nmarkup: 2.5\n");
    assert_true(aug_technology_read(&ground.reader, root, "test", &t));
    assert_string_equal(t.name, "mine");
    assert_true(t.node_nm == 5);
    for (int i = 0; i < AUG_SRAM_KINDS; i++)
        assert_near(t.sram_mm2_per_bit[i], 0.125e-6, 1e-14); // 2^20 bytes of 8 bits
    assert_int_equal(t.sram_count, 2);
    assert_true(t.sram[0].size_bits == 8192);
    assert_near(t.sram[0].write_pj_per_bit, 0.2, 1e-14);
    assert_near(t.sram[1].write_pj_per_bit, 0.3, 1e-14); // as a read where it is left out
    assert_near(t.mac_mm2[AUG_FORMAT_BF16], 6e-4, 1e-14);
    assert_near(t.mac_pj[AUG_FORMAT_BF16], 0.224, 1e-14);
    assert_true(isnan(t.mac_mm2[AUG_FORMAT_FP8]));
    assert_near(t.leakage_watts_per_mm2, 0.05, 1e-14);
    assert_near(t.wafer_usd, 17000, 1e-14);
    assert_near(t.wafer_mm, 300, 1e-14);
    assert_near(t.wafer_edge_mm, 2, 1e-14);
    assert_near(t.scribe_mm, 0.08, 1e-14);
    assert_near(t.reticle_mm2, 800, 1e-14);
    assert_near(t.defects_per_mm2, 0.0007, 1e-14);
    assert_true(t.critical_share == 0.6 && t.clustering == 3 && t.overhead == 0.4 && t.markup == 2.5);
    assert_near(t.memory_usd_per_bit[1], 2e-9, 1e-14); // hbm: 16 USD over 8 * 10^9 bits
    assert_near(t.phy[1].area_mm2, 16.5, 1e-14);
    assert_true(t.phy[1].bandwidth_bits_per_second == 3680e9);
    assert_near(t.interposer_usd_per_mm2, 0.02, 1e-14);
    test_end(&ground);
}

// Interfaces that are not described take no area at any bandwidth.
static void what_is_left_out_has_its_default(void **state) {
    (void)state;
    test_ground ground;
    aug_technology t;
    test_begin(&ground);
    assert_true(aug_technology_read(&ground.reader, test_parse(&ground, NODE), "test", &t));
    assert_string_equal(t.name, "test");
    assert_true(t.overhead == 0 && t.leakage_watts_per_mm2 == 0 && t.package_usd == 0 && t.interposer_usd_per_mm2 == 0);
    assert_near(t.wafer_mm, 300, 1e-14);
    assert_near(t.wafer_edge_mm, 3, 1e-14);
    assert_near(t.scribe_mm, 0.1, 1e-14);
    assert_near(t.reticle_mm2, 858, 1e-14);
    assert_true(t.critical_share == 1 && t.clustering == 2 && t.markup == 1);
    for (int i = 0; i < AUG_CELLS_COUNT; i++) {
        assert_true(t.phy[i].area_mm2 == 0 && isinf(t.phy[i].bandwidth_bits_per_second));
        assert_true(isnan(t.memory_usd_per_bit[i]));
    }
    test_end(&ground);
}

// Cells are half of a memory of 4 KiB and a quarter of one of 1 KiB: the share falls with the root of the size; at 64 B it would be a 16th, 16
// mm2/MiB, but single registers take 10.
static void small_memories_are_mostly_periphery(void **state) {
    (void)state;
    static const struct {
        double bytes, mm2_per_mib;
    } cases[] = {{1048576, 1}, {16384, 1}, {8192, 1.41421356}, {4096, 2}, {1024, 4}, {256, 8}, {64, 10}};
    test_ground ground;
    aug_technology t;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "node: 7\nsram: {area: 1 mm2/MiB, flop: 10 mm2/MiB, fill: [{size: 1 KiB, share: 0.25}, {size: 4 KiB, share: 0.5}, {size: 16 KiB, share: 1}],\n"
                                               "       energy: [{size: 1 KiB, read: 0.1 pJ/bit}]}\n" MAC WAFER YIELD);
    assert_true(aug_technology_read(&ground.reader, root, "test", &t));
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(aug_sram_area(&t, cases[i].bytes * 8) * 8388608, cases[i].mm2_per_mib, 1e-7);
    assert_true(aug_technology_read(&ground.reader, test_parse(&ground, NODE), "test", &t));
    assert_near(aug_sram_area(&t, 64) * 8388608, 1, 1e-12); // nothing is said of small ones
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        unsigned line, column;
    } cases[] = {
        {SRAM MAC WAFER YIELD, "key 'node' is missing in technology", "nominal size in nm", 1, 1},
        {"node: 7\n" MAC WAFER YIELD, "key 'sram' is missing in technology", "on-chip memory", 1, 1},
        {NODE "overheads: 0.5\n", "unknown key 'overheads' in technology", "did you mean 'overhead'?", 6, 1},
        {NODE "overhead: 1\n", "expected a share below 1", "", 6, 11},
        {NODE "overhead: -0.1\n", "expected a finite value, 0 or more, found '-0.1'", "", 6, 11},
        {NODE "leakage: 0.05 W\n", "expected a power density such as '0.05 W/mm2', found '0.05 W'", "", 6, 10},
        {NODE "phy: {sdram: {area: 1 mm2, bandwidth: 1 GB/s}}\n", "expected hbm, gddr, lpddr, ddr, link, host or bridge in 'phy'", "", 6, 7},
        {NODE "phy: {hbm: {area: 1 mm2}}\n", "key 'bandwidth' is missing in technology: phy", "that it carries; of links one way", 6, 7},
        {NODE "memory: {hbm: 15 USD}\n", "expected a price per capacity such as '15 USD/GB', found '15 USD'", "", 6, 15},
        {NODE "markup: 0\n", "expected a finite value above 0, found '0'", "", 6, 9},
        {"node: 7\nsram: {area: 1 mm2/MiB, fill: [{size: 2 KiB, share: 1}, {size: 1 KiB, share: 1}], energy: [{size: 1 KiB, read: 1 pJ/bit}]}\n" MAC WAFER YIELD, "sizes must rise", "", 2, 57},
        {NODE "voltage: {threshold: 0.9}\n", "expected threshold < least <= 1 <= most", "", 6, 10},
        {"node: 7\nsram: {area: 1 mm2/MiB, energy: []}\n" MAC WAFER YIELD, "expected a list of 1 to 12 sizes", "", 2, 33},
        {"node: 7\nsram: {area: 1 mm2/MiB, energy: 1 pJ/bit}\n" MAC WAFER YIELD, "expected a list of 1 to 12 sizes", "", 2, 33},
        {"node: 7\nsram: {area: 1 mm2/MiB, energy: [{size: 1 KiB}]}\n" MAC WAFER YIELD,
         "key 'read' is missing in technology: sram energy", "energy of a read", 2, 34},
        {"node: 7\nsram:\n  area: 1 mm2/MiB\n  energy:\n    - {size: 2 KiB, read: 1 pJ/bit}\n    - {size: 2 KiB, read: 1 pJ/bit}\n" MAC WAFER YIELD,
         "sizes must rise", "", 6, 7},
        {"node: 7\n" SRAM MAC "wafer: {price: 10000 USD, diameter: 300}\n" YIELD, "expected a length such as '300 mm', found '300'",
         "add the unit: '300 mm'", 4, 37},
        {"node: 7\n" SRAM MAC WAFER "yield: {defects: 0.1}\n", "expected a density of defects such as '0.1/cm2', found '0.1'",
         "add the unit: '0.1 1/mm2'", 5, 18},
        {"node: 7\n" SRAM MAC WAFER "yield: {defects: 0.1/cm2, critical: 60}\n", "expected a share above 0 and at most 1, found '60'",
         "shares are written 0.8, not 80", 5, 37},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_technology technology;
        test_begin(&ground);
        assert_false(aug_technology_read(&ground.reader, test_parse(&ground, cases[i].text), "test", &technology));
        const aug_error *error = &ground.errors.items[0];
        if (error->line != cases[i].line || error->column != cases[i].column)
            print_error("case %d, at %u:%u: %s\n", (int)i, error->line, error->column, error->message);
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(error->line, cases[i].line);
        assert_int_equal(error->column, cases[i].column);
        test_end(&ground);
    }
}

static void every_shipped_technology_loads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_library_names names = aug_library_list(&library, &ground.arena, "technologies");
    assert_true(names.count >= 6);
    for (int i = 0; i < names.count; i++) {
        const aug_technology *t = aug_technology_load(&library, &ground.arena, &ground.errors, names.names[i]);
        assert_non_null(t);
        assert_string_equal(t->name, names.names[i]);
        for (int p = 1; p < t->sram_count; p++) // larger memories never cost less per bit
            assert_true(t->sram[p].read_pj_per_bit >= t->sram[p - 1].read_pj_per_bit);
    }
    assert_null(aug_technology_load(&library, &ground.arena, &ground.errors, "6nm"));
    assert_string_equal(ground.errors.items[0].message, "unknown technology '6nm'");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_become_augers_own),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(small_memories_are_mostly_periphery),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
        cmocka_unit_test(every_shipped_technology_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
