#include "support/testing.h"

#include "machine/die.h"

#include <math.h>

#define HEAD "auger: dies/1\nname: mine\n"

static void a_file_counts_what_is_built(void **state) {
    (void)state;
    test_ground ground;
    aug_dies dies;
    test_begin(&ground);
    const aug_node *root = test_parse(
        &ground, HEAD
        "clock: 2 GHz\ndies:\n"
        "  - {die: base, technology: 7nm, count: 4, shared: 64 MiB, bandwidth: 4 TB/s, carries: 2, phy: "
        "{hbm: 2, bridge: 4.5}}\n"
        "  - die: top\n    technology: 5nm\n    count: 8\n    area: 115 mm2\n"
        "    cores: {count: 40, used: 38, matrix: {bf16: 1024/cycle}, fp32: 128, lanes: 64, threads: 2048,\n"
        "            registers: 512 KiB, sram: 96 KiB, bank: 32 KiB, bandwidth: 64 B/cycle, tile_m: 32, "
        "tile_n: 16, tile_k: 8}\n");
    assert_true(aug_dies_read(&ground.reader, root, "test", &dies));
    assert_int_equal(dies.count, 2);
    assert_true(dies.clock_hz == 2e9 && !dies.sketched);
    const aug_die *base = &dies.dies[0], *top = &dies.dies[1];
    assert_true(base->count == 4 && base->carries == 2 && base->core.count == 0);
    assert_true(base->shared_bits == 64.0 * 8388608 && base->shared_bits_per_second == 32e12);
    assert_true(base->phy[AUG_CELLS_HBM] == 2 && base->phy[AUG_PHY_BRIDGE] == 4.5 &&
                base->phy[AUG_PHY_LINK] == 0);
    assert_true(isnan(base->area_mm2) && fabs(top->area_mm2 - 115) < 1e-9);
    assert_true(top->core.count == 40 && top->core.used == 38);
    assert_true(top->core.matrix_per_cycle[AUG_FORMAT_BF16] == 1024 && top->core.sram_bits_per_cycle == 512);
    assert_true(top->core.registers_bits == 512.0 * 8192 && top->core.bank_bits == 32.0 * 8192);
    assert_true(top->core.tile_m == 32 && top->core.tile_n == 16 && top->core.tile_k == 8);
    test_end(&ground);
}

// All cores are used, one thread each, operands come from no register.
static void what_is_left_out_has_its_default(void **state) {
    (void)state;
    test_ground ground;
    aug_dies dies;
    test_begin(&ground);
    assert_true(aug_dies_read(&ground.reader,
                              test_parse(&ground, "dies: [{technology: 7nm, cores: {count: 5}}]\n"), "test",
                              &dies));
    const aug_core *core = &dies.dies[0].core;
    assert_string_equal(dies.name, "test");
    assert_string_equal(dies.dies[0].name, "test");
    assert_true(dies.dies[0].count == 1 && !dies.dies[0].wafer);
    assert_true(core->used == 5 && core->threads == 1 && core->lanes == 0 && isnan(core->tile_m) &&
                isnan(core->bank_bits));
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        unsigned line, column;
    } cases[] = {
        {HEAD "dies: []\n", "expected a list of 1 to 4 kinds of dies", "", 3, 7},
        {HEAD "dies: [{die: a}]\n", "key 'technology' is missing in dies: die",
         "process node, a file of data/technologies", 3, 8},
        {HEAD "dies: [{technology: 7nm, cores: {count: 4, used: 5}}]\n",
         "more cores must work than are built", "", 3, 50},
        {HEAD "dies: [{technology: 7nm, carries: 2}]\n",
         "the last die carries dies of a next entry that is not there", "", 3, 7},
        {HEAD "dies: [{technology: 7nm, core: {count: 4}}]\n", "unknown key 'core' in dies: die",
         "did you mean 'cores'?", 3, 26},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_dies dies;
        test_begin(&ground);
        assert_false(aug_dies_read(&ground.reader, test_parse(&ground, cases[i].text), "test", &dies));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void every_shipped_inventory_loads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_library_names names = aug_library_list(&library, &ground.arena, "dies");
    assert_true(names.count >= 13);
    for (int i = 0; i < names.count; i++) {
        aug_dies *dies = aug_dies_load(&library, &ground.arena, &ground.errors, names.names[i]);
        assert_non_null(dies);
        assert_string_equal(dies->name, names.names[i]);
        assert_true(aug_dies_equip(&library, &ground.arena, &ground.errors, dies));
    }
    aug_dies unknown = {.count = 1, .dies = {{.technology_name = "9nm"}}};
    assert_false(aug_dies_equip(&library, &ground.arena, &ground.errors, &unknown));
    assert_string_equal(ground.errors.items[0].message, "unknown technology '9nm'");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_counts_what_is_built),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
        cmocka_unit_test(every_shipped_inventory_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
