#include "support/testing.h"

#include "base/buffer.h"
#include "machine/machine.h"

static aug_machine *read(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    if (aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine))
        return machine;
    print_error("%s\n", ground->errors.items[0].message);
    fail();
    return NULL;
}

#define COMPUTE "  - {compute: mac, peak: {int8: 1 TOP/s}}\n"

// Bytes are 8 bits, decimal and binary prefixes differ, MAC is two operations, MHz are a million per second.
static void units_become_augers_own(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine =
        read(&ground, "auger: machine/1\nname: Tiny\nmaker: Me\nyear: 2024\nclock: 1500 MHz\nlevels:\n"
                      "  - {memory: dram, size: 16 GB, bandwidth: 100 GB/s, energy: 7 pJ/bit, cells: hbm}\n"
                      "  - {memory: sram, size: 192 KiB, bandwidth: {read: 64 bit/cycle, write: 4 GB/s}, energy: {read: 0.1 pJ/bit, write: 200 fJ/bit}, buffers: 2}\n"
                      "  - {compute: mac, rate: {int8: 2/cycle}, peak: {bf16: 3 TMAC/s}, energy: {int8: 84 fJ}}\n"
                      "links:\n  near: {bandwidth: 450 GB/s, latency: 2 us, topology: ring, chips: 8, energy: 1.3 pJ/bit}\n  far: {bandwidth: 400 Gbit/s}\n"
                      "kernel: {launch: 3 us, compute: 0.8, memory: 0.7, link: 0.6, low: 0.9, high: 2}\n"
                      "power: {limit: 0.7 kW, static: 105 W}\nprice: 28 kUSD\nrent: 48 USD/day\narea: 8.14 cm2\n");
    assert_string_equal(machine->name, "Tiny");
    assert_string_equal(machine->maker, "Me");
    assert_true(machine->clock_hz == 1.5e9);
    const aug_memory *dram = &machine->levels[0].memory, *sram = &machine->levels[1].memory;
    assert_true(dram->size_bits == 128e9);
    assert_true(dram->read_bits_per_second == 800e9 && dram->write_bits_per_second == 800e9);
    assert_true(dram->shared_port);
    assert_int_equal(dram->cells, AUG_CELLS_HBM);
    for (int action = 0; action < AUG_ACTION_COUNT; action++)
        assert_near(dram->energy_pj_per_bit[action], 7.0, 1e-15);
    assert_true(sram->size_bits == 192 * 1024 * 8);
    assert_true(sram->read_bits_per_second == 64 * 1.5e9 && sram->write_bits_per_second == 32e9);
    assert_false(sram->shared_port);
    assert_int_equal(sram->cells, AUG_CELLS_SRAM);
    assert_int_equal(sram->buffers, 2);
    assert_near(sram->energy_pj_per_bit[AUG_ACTION_READ], 0.1, 1e-15);
    assert_near(sram->energy_pj_per_bit[AUG_ACTION_UPDATE], 0.2, 1e-15); // as a write
    const aug_compute *mac = &machine->levels[2].compute;
    assert_true(mac->rate_per_cycle[AUG_FORMAT_INT8] == 2.0);
    assert_true(mac->peak_ops_per_second[AUG_FORMAT_BF16] == 6e12);
    assert_near(mac->energy_pj[AUG_FORMAT_INT8], 0.084, 1e-14);
    assert_int_equal(machine->link_count, 2);
    assert_true(machine->links[0].bandwidth_bits_per_second == 3600e9 && machine->links[0].chips == 8);
    assert_near(machine->links[0].latency_seconds, 2e-6, 1e-15);
    assert_int_equal(machine->links[0].topology, AUG_TOPOLOGY_RING);
    assert_true(machine->links[1].bandwidth_bits_per_second == 400e9 && isinf(machine->links[1].chips));
    assert_near(machine->kernel.launch_seconds, 3e-6, 1e-15);
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        assert_true(machine->kernel.achievable_compute[f] == 0.8);
    assert_true(machine->power_limit_watts == 700 && machine->power_static_watts == 105);
    assert_true(machine->price_usd == 28000);
    assert_near(machine->rent_usd_per_hour, 2.0, 1e-14);
    assert_near(machine->area_mm2, 814, 1e-14);
    test_end(&ground);
}

static void what_is_left_out_has_its_default(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = read(&ground, "levels:\n  - memory: m\n  - {array: a, fanout: {x: 2}}\n" COMPUTE);
    assert_string_equal(machine->name, "test");
    assert_int_equal(machine->model, AUG_MACHINE_MAPPED);
    assert_true(isnan(machine->clock_hz) && isnan(machine->price_usd) && isnan(machine->area_mm2));
    assert_true(isnan(machine->power_limit_watts) && isnan(machine->rent_usd_per_hour));
    const aug_memory *memory = &machine->levels[0].memory;
    assert_true(isinf(memory->size_bits) && isinf(memory->read_bits_per_second) && isinf(memory->write_bits_per_second));
    assert_true(isnan(memory->energy_pj_per_bit[AUG_ACTION_READ]) && isnan(memory->energy_pj_per_bit[AUG_ACTION_UPDATE]));
    assert_int_equal(memory->buffers, 1);
    assert_true(machine->levels[1].array.multicast && machine->levels[1].array.hop_cycles == 0.0);
    assert_int_equal(machine->levels[2].compute.unit, AUG_UNIT_MATRIX);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_FP8] == 1.0 && machine->kernel.achievable_memory == 1.0);
    assert_true(machine->kernel.launch_seconds == 0.0 && machine->kernel.low_ratio == 0.8 && machine->kernel.high_ratio == 3.0);
    assert_int_equal(machine->link_count, 0);
    assert_false(machine->drain_is_free);
    assert_true(read(&ground, "drain: free\nlevels:\n  - memory: m\n" COMPUTE)->drain_is_free);
    test_end(&ground);
}

// The share of a format that is not named is 1.
static void shares_may_be_stated_by_format(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = read(&ground, "kernel: {compute: {bf16: 0.8, fp8: 0.6}}\nlevels:\n  - memory: m\n" COMPUTE);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_BF16] == 0.8);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_FP8] == 0.6);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_INT8] == 1.0);
    // What is computed as another format has its share said under either name.
    machine = read(&ground, "kernel: {compute: {fp16: 0.8, fp8_block: 0.6, fp8: 0.7, nvfp4: 0.5}}\nlevels:\n  - memory: m\n" COMPUTE);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_BF16] == 0.8);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_FP8] == 0.7);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_FP4] == 0.5);
    assert_true(machine->kernel.achievable_compute[AUG_FORMAT_FP32] == 1.0);
    test_end(&ground);
}

#define MEMORY(member) "levels:\n  - {memory: m, " member "}\n" COMPUTE
#define ARRAY(fanout)  "levels:\n  - memory: m\n  - {array: a, fanout: " fanout "}\n" COMPUTE
#define UNIT(member)   "levels:\n  - memory: m\n  - {compute: c, " member "}\n"
#define LINK(member)   "levels:\n  - memory: m\n" COMPUTE "links: {l: {bandwidth: 1 GB/s, " member "}}\n"
#define CLOCK          "add 'clock: 1 GHz' to the machine"

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        unsigned line, column;
    } cases[] = {
        {"name: x\n", "key 'levels' is missing in machine", "memories, arrays and compute units, outermost first", 1, 1},
        {"[levels]\n", "expected a map (machine), found a list", "", 1, 1},
        {"levels: []\n", "expected a list of levels, found an empty one", "", 1, 9},
        {"levels: none\n", "expected a list of levels, found 'none'", "", 1, 9},
        {"level: []\nlevels:\n  - memory: m\n" COMPUTE, "unknown key 'level' in machine", "did you mean 'levels'?", 1, 1},
        {"levels:\n  - {size: 1 KiB}\n", "a level is a memory, an array or a compute",
         "begin it with 'memory: name', 'array: name' or 'compute: name'", 2, 5},
        {"levels:\n  - sram\n", "a level is a memory, an array or a compute",
         "begin it with 'memory: name', 'array: name' or 'compute: name'", 2, 5},
        {MEMORY("size: 192"), "expected a capacity such as '192 KiB', found '192'", "add the unit: '192 bit'", 2, 23},
        {MEMORY("size: 192 Kb"), "expected a capacity such as '192 KiB', unit 'Kb' is not known", "write 'bit' for bits, 'B' for bytes", 2, 23},
        {MEMORY("size: 0 KiB"), "expected a value above 0, or inf, found '0 KiB'", "", 2, 23},
        {MEMORY("sise: 1 KiB"), "unknown key 'sise' in machine level: memory", "did you mean 'size'?", 2, 17},
        {MEMORY("bandwidth: 64 bit/cycle"), "a bandwidth per cycle needs the machine's clock", CLOCK, 2, 28},
        {MEMORY("bandwidth: {read: 1 GB/s, wrote: 1 GB/s}"), "expected 'read' or 'write' in 'bandwidth'", "", 2, 43},
        {MEMORY("bandwidth: 100"), "expected a bandwidth such as '400 GB/s' or '64 bit/cycle', found '100'", "add the unit: '100 bit/s'", 2, 28},
        {MEMORY("energy: 7 W"), "expected an energy per bit such as '7 pJ/bit', '4 pJ/word' or '0.3 pJ', found '7 W'", "", 2, 25},
        {MEMORY("energy: -1 pJ/bit"), "expected a finite value, 0 or more, found '-1 pJ/bit'", "", 2, 25},
        {MEMORY("energy: {reed: 1 pJ/bit}"), "unknown key 'reed' in 'energy'", "did you mean 'read'?", 2, 26},
        {MEMORY("cells: edram"), "expected one of sram, hbm, gddr, lpddr, ddr, found 'edram'", "did you mean 'sram'?", 2, 24},
        {MEMORY("buffers: 0"), "expected 1 or more buffers", "", 2, 26},
        {LINK("chips: 1"), "a link joins 2 or more chips", "", 4, 39},
        {LINK("chips: 1.5"), "a link joins 2 or more chips", "", 4, 39},
        {ARRAY("{}"), "expected 1 to 4 axes such as {x: 128, y: 128}", "", 3, 24},
        {ARRAY("{a: 1, b: 1, c: 1, d: 1, e: 1}"), "expected 1 to 4 axes such as {x: 128, y: 128}", "", 3, 24},
        {ARRAY("16"), "expected 1 to 4 axes such as {x: 128, y: 128}", "", 3, 24},
        {ARRAY("{x: 0}"), "expected a whole number from 1 to 100000000, found '0'", "", 3, 28},
        {ARRAY("{x: 1.5}"), "expected a whole number from 1 to 100000000, found '1.5'", "", 3, 28},
        {ARRAY("{x: 100000001}"), "expected a whole number from 1 to 100000000, found '100000001'", "", 3, 28},
        {"levels:\n  - memory: m\n  - array: a\n" COMPUTE, "key 'fanout' is missing in machine level: array", "axis: count, as {x: 128, y: 128}", 3, 5},
        {UNIT("unit: matrix"), "compute 'c' has neither a rate nor a peak", "", 3, 5},
        {UNIT("rate: {int8: 1/cycle}"), "a rate per cycle needs the machine's clock", CLOCK, 3, 24},
        {UNIT("rate: {int9: 1/cycle}"), "unknown key 'int9' in 'rate'", "did you mean 'int8'?", 3, 25},
        {UNIT("rate: {int8: 4}"), "expected a rate per cycle such as '1/cycle', found '4'", "add the unit: '4 1/cycle'", 3, 31},
        {UNIT("peak: 989 TFLOP/s"), "key 'peak' expects a map, found '989 TFLOP/s'", "write {fp32: 989 TFLOP/s}", 3, 24},
        {UNIT("peak: {bf16: 989 TB/s}"), "expected a rate of operations such as '989 TFLOP/s', found '989 TB/s'", "", 3, 31},
        {UNIT("unit: tensor, peak: {bf16: 1 TFLOP/s}"), "expected one of matrix, vector, scalar, found 'tensor'", "did you mean 'vector'?", 3, 24},
        {"levels:\n  - memory: m\n" COMPUTE "links: [near]\n", "expected a map of links, found a list", "", 4, 8},
        {"levels:\n  - memory: m\n" COMPUTE "links: {l: {latency: 1 us}}\n", "key 'bandwidth' is missing in machine: link", "of one chip, one way", 4, 9},
        {LINK("topology: star"), "expected one of switch, mesh, ring, torus, row, found 'star'", "", 4, 42},
        {LINK("latency: 2"), "expected a time such as '3 us', found '2'", "add the unit: '2 s'", 4, 41},
        {"clock: 1500\nlevels:\n  - {memory: m, bandwidth: 64 bit/cycle}\n" COMPUTE, "expected a frequency such as '1.4 GHz', found '1500'", "add the unit: '1500 Hz'", 1, 8},
        {"kernel: {memory: 80}\nlevels:\n  - memory: m\n" COMPUTE, "expected a share above 0 and at most 1, found '80'", "shares are written 0.8, not 80", 1, 18},
        {"drain: never\nlevels:\n  - memory: m\n" COMPUTE, "expected one of read, free, found 'never'", "", 1, 8},
        {"power: 700 W\nlevels:\n  - memory: m\n" COMPUTE, "expected a map (machine: power), found '700 W'", "", 1, 8},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_machine machine;
        test_begin(&ground);
        assert_false(aug_machine_read(&ground.reader, test_parse(&ground, cases[i].text), "test", &machine));
        const aug_error *error = &ground.errors.items[0];
        if (error->line != cases[i].line || error->column != cases[i].column)
            print_error("case %d, at %u:%u: %s\n", (int)i, error->line, error->column, error->message);
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(error->line, cases[i].line);
        assert_int_equal(error->column, cases[i].column);
        test_end(&ground);
    }
}

static void limits_are_kept(void **state) {
    (void)state;
    test_ground ground;
    aug_machine machine;
    aug_buffer levels, links;
    test_begin(&ground);
    aug_buffer_init(&levels, &ground.arena);
    aug_buffer_init(&links, &ground.arena);
    aug_buffer_put(&levels, "levels:\n");
    for (int i = 0; i + 1 < AUG_LEVELS; i++)
        aug_buffer_print(&levels, "  - memory: m%d\n", i);
    aug_buffer_print(&links, "%s" COMPUTE "links:\n", aug_buffer_text(&levels));
    for (int i = 0; i < AUG_LINKS; i++)
        aug_buffer_print(&links, "  l%d: {bandwidth: 1 GB/s}\n", i);
    assert_int_equal(read(&ground, aug_buffer_text(&links))->level_count, AUG_LEVELS);
    aug_buffer_put(&links, "  more: {bandwidth: 1 GB/s}\n");
    assert_false(aug_machine_read(&ground.reader, test_parse(&ground, aug_buffer_text(&links)), "test", &machine));
    assert_error(&ground.errors, 1, "more than 4 links", "");
    aug_buffer_put(&levels, "  - memory: more\n" COMPUTE);
    ground.errors.count = 0;
    assert_false(aug_machine_read(&ground.reader, test_parse(&ground, aug_buffer_text(&levels)), "test", &machine));
    assert_error(&ground.errors, 1, "more than 16 levels", "");
    test_end(&ground);
}

static void a_machine_is_loaded_by_name(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, "H100");
    assert_non_null(machine);
    assert_string_equal(machine->name, "h100-sxm");
    assert_int_equal(machine->model, AUG_MACHINE_KERNEL);
    assert_true(machine->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_BF16] == 989e12); // data sheet, dense
    assert_null(aug_machine_load(&library, &ground.arena, &ground.errors, "h1000-sxm"));
    assert_error(&ground.errors, 1, "unknown machine 'h1000-sxm'", "did you mean 'h100-sxm'? 'auger list' shows all names");
    test_end(&ground);
}

// What is wrong in levels and links is said even where keys of the machine itself are wrong too.
static void all_parts_are_read_whatever_is_wrong(void **state) {
    (void)state;
    test_ground ground;
    aug_machine machine;
    test_begin(&ground);
    const char *text = "price: 5 EUR\nlevels:\n  - {memory: m, size: 8}\n" COMPUTE "links: {l: {bandwidth: 3}}\n";
    assert_false(aug_machine_read(&ground.reader, test_parse(&ground, text), "test", &machine));
    assert_int_equal(ground.errors.count, 3);
    assert_int_equal(ground.errors.items[1].line, 3);
    assert_int_equal(ground.errors.items[2].line, 5);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_are_read_whatever_is_wrong),
        cmocka_unit_test(units_become_augers_own),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(shares_may_be_stated_by_format),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(a_machine_is_loaded_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
