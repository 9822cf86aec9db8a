#include "support/timeloop_case.h"


// 64 rows of 4 words of 16 bits are 4096 bits; 2 KiB are 1024 words of 16 bits.
static void attributes_become_keys(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"depth: 64, block-size: 4, width: 64", "entries: 100"}, "    size: 1600 bit\n"},
        {{"depth: 64, block-size: 4, width: 64", "sizeKB: 2"}, "    size: 16384 bit\n"},
        {{"depth: 64, block-size: 4, width: 64", "memory_depth: 10, n_words: 2"}, "    size: 320 bit\n    vector: 2\n"},
        {{"depth: 64, block-size: 4, width: 64", "data_storage_depth: 10, memory-width: 64"}, "    size: 640 bit\n    vector: 4\n"},
        {{"depth: 64, block-size: 4, width: 64", "entries: 100, multiple-buffering: 2"}, "    size: 1600 bit\n    buffers: 2\n"},
        {{"depth: 64, block-size: 4, width: 64", "entries: 100, multiple_buffering: 1.5"}, "    size: 1056 bit\n"},
        {{"depth: 64, block-size: 4, width: 64", "read_bandwidth: 0.5, write-bandwidth: 2"}, "    bandwidth: {read: 8 bit/cycle, write: 32 bit/cycle}\n"},
        {{"depth: 64, block-size: 4, width: 64", "read_bandwidth: 2"}, "    bandwidth: {read: 32 bit/cycle, write: inf}\n"},
        {{"depth: 64, block-size: 4, width: 64", "bandwidth: 3"}, "    bandwidth: {read: 24 bit/cycle, write: 24 bit/cycle}\n"},
        {{"depth: 64, block-size: 4, width: 64", "shared_bandwidth: 2.5"}, "    bandwidth: 40 bit/cycle\n"},
        {{"depth: 64, block-size: 4, width: 64", "shared_bandwidth: 2, read_bandwidth: 2, write_bandwidth: 4"}, "    bandwidth: 32 bit/cycle\n"},
        {{"depth: 64, block-size: 4, width: 64", "shared_bandwidth: 6, read_bandwidth: 2, write_bandwidth: 4"}, "    bandwidth: {read: 32 bit/cycle, write: 64 bit/cycle}\n"},
        {{"depth: 64, block-size: 4, width: 64", "energy_per_hop: 0.1, router_energy: 0.05"}, "    network: {hop: 0.1 pJ, router: 0.05 pJ}\n"},
        {{"depth: 64, block-size: 4, width: 64", "network_fill_latency: 7, network_drain_latency: 5"}, "    latency: {fill: 7 cycle, drain: 5 cycle, per: run}\n"},
        {{"depth: 64, block-size: 4, width: 64", "vector_access_energy: 3, cluster_area: 12.5"}, "    energy: {read: 3 pJ, write: 3 pJ, update: 3 pJ}\n    area: 12.5 um2\n"},
        {{"depth: 64, block-size: 4, width: 64", "technology: 45nm, n_banks: 4, latency: \"5ns\""}, "  - memory: Glb\n    bits: 16\n  - array"},
        {{"attributes: {datawidth: 16}", "attributes: {word_width: 8, network_fill_latency: 3}"}, "  - array: Glb_array\n    fanout: {x: 1, y: 1}\n    latency: {fill: 3 cycle, drain: 0 cycle, per: run}\n"},
        {{"entries: 24, meshX: 2", "entries: 24, meshX: 2, power_gated_at: Glb"}, "    leakage: 0.01 pJ/cycle\n    gated_at: Glb\n"},
        {{"entries: 24, meshX: 2", "entries: 24, meshX: 2, power_gated_at: Reg"}, "    leakage: 0.01 pJ/cycle\n    area"},
        {{"Dram\n          class: DRAM\n          attributes: {datawidth: 16}", "Dram\n          class: LPDDR_DRAM"}, "  - memory: Dram\n    bits: 16\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).machine, rows[i].piece);
        test_end(&ground);
    }
}

// Two of the number of instances, meshX and meshY give the third; nothing but a range or "instances" counts them.
static void meshes_become_arrays(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"Reg[0..3]\n", "Reg\n"}, "    fanout: {x: 2, y: 1}\n  - memory: Reg"},
        {{"entries: 24, meshX: 2", "entries: 24, meshY: 2"}, "    fanout: {x: 2, y: 2}\n  - memory: Reg"},
        {{"entries: 24, meshX: 2", "entries: 24, instances: 4, meshY: 2"}, "    fanout: {x: 2, y: 2}\n  - memory: Reg"},
        {{"name: grid\n", "name: grid[1..1]\n"}, "    fanout: {x: 2, y: 2}\n  - memory: Reg"},
        {{"{meshX: 2, meshY: 2}", "{instances: 8, meshX: 4}"}, "  - array: Mac_array\n    fanout: {x: 2, y: 1}\n  - compute: Mac\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).machine, rows[i].piece);
        test_end(&ground);
    }
}

// A subtree of four stands for each of its components: Reg once in each of 4 tiles, Mac twice.
static void ranges_of_subtrees_multiply(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = timeloop_edited(&ground, timeloop_case, (timeloop_edit){"            - name: Reg[0..3]\n", "          subtree:\n            - name: tile[0..3]\n"
                                                                                                        "              local:\n            - name: Reg\n"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"            - name: Reg\n              class: regfile\n              attributes: {datawidth: 16, entries: 24, meshX: 2}\n",
                                                          "              - {name: Reg, class: regfile, attributes: {datawidth: 16, entries: 24}}\n"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"            - name: Mac[0..3]\n              class: intmac\n              attributes: {meshX: 2, meshY: 2}\n",
                                                          "              - {name: 'Mac[0..1]', class: intmac, attributes: {meshX: 8}}\n"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"N=2 K=2, permutation: NK, split: 1", "N=2 K=2, permutation: NK"});
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", text, strlen(text));
    aug_timeloop_files files;
    bool good = document && aug_timeloop_convert(&ground.reader, &document, 1, &files);
    if (!good)
        print_error("%s\n", ground.errors.items[0].message);
    assert_true(good);
    assert_holds(files.machine, "  - array: Reg_array\n    fanout: {x: 4, y: 1}\n  - memory: Reg\n");
    assert_holds(files.machine, "  - array: Mac_array\n    fanout: {x: 2, y: 1}\n  - compute: Mac\n");
    assert_holds(files.mapping, "par Reg_array.x K:2 par Reg_array.x N:1 Reg[A B Z]");
    test_end(&ground);
}

// Other characters than letters and digits are none of an Auger name.
static void names_are_made_plain(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_holds(timeloop_good(&ground, (timeloop_edit){"name: chip\n", "name: my-chip.2[1..1]\n"}).machine, "name: my_chip_2\n");
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"version: 0.4", "version: 0.5"}, 2, 12, "an architecture of version '0.5' is not read",
     "state it in the form of version 0.4: subtree, local, attributes"},
    {{"  version: 0.4", "  nodes: []\n  version: 0.4"}, 2, 3, "'nodes' cannot be expressed",
     "the v4 form with !Component tags is not read; state version 0.4 with subtree and local"},
    {{"  version: 0.4\n  subtree:", "  version: 0.4\n  sub_tree:"}, 3, 3, "unknown key 'sub_tree' in 'architecture'",
     "did you mean 'subtree'?"},
    {{"subtree:\n    - name: chip", "subtree: []\n  name:\n    - name: chip"}, 3, 12, "expected one subtree, found 0",
     ""},
    {{"class: SRAM", "class: XY_NoC"}, 13, 22, "class 'XY_NoC' is neither a memory nor a compute unit",
     "memories: DRAM, SRAM, regfile, smartbuffer, storage; compute: mac, intmac, fpmac, compute"},
    {{"name: Dram\n          class: DRAM", "name: Dram"}, 6, 11, "key 'class' is missing in a component",
     ""},
    {{"name: Glb[1..1]", "name: Glb[1..0]"}, 12, 21, "expected a name such as 'Reg[0..15]', found 'Glb[1..0]'",
     "the range counts the instances: [1..16]"},
    {{"name: Glb[1..1]", "name: \"[1..2]\""}, 56, 14, "unknown memory 'Glb'",
     "one of: Dram, Reg"},
    {{"name: Glb[1..1]", "name: Dram"}, 12, 21, "a component called 'Dram' stands twice",
     ""},
    {{"attributes: {datawidth: 16, depth", "attributes: {data_width: 16, depth"}, 14, 28, "unknown key 'data_width' in attributes of a memory",
     "did you mean 'datawidth'?"},
    {{"datawidth: 16, depth", "datawidth: wide, depth"}, 14, 39, "expected a number such as '0.5', found 'wide'",
     ""},
    {{"datawidth: 16, depth", "word-bits: 16, datawidth: 16, depth"}, 14, 43, "'datawidth' says again what 'word-bits' says",
     ""},
    {{"datawidth: 16, depth", "data-width: 1, datawidth: 16, depth"}, 14, 28, "unknown key 'data-width' in attributes of a memory",
     "did you mean 'datawidth'?"},
    {{"block-size: 4, width: 64", "block-size: 3, width: 64"}, 14, 76, "a row of 64 bits is no whole number of blocks",
     "width = datawidth x block_size x cluster_size"},
    {{"block-size: 4, width: 64", "block-size: 4, width: 128"}, 14, 76, "rows that 2 instances share (cluster_size) cannot be expressed",
     "give each instance a row of its own: width = datawidth x block_size"},
    {{"block-size: 4, width: 64", "cluster-size: 4"}, 14, 68, "rows that 4 instances share (cluster_size) cannot be expressed",
     "give each instance a row of its own: width = datawidth x block_size"},
    {{"depth: 64, block", "depth: 64, sizeKB: 2, block"}, 14, 54, "'sizeKB' says again what 'depth' says",
     ""},
    {{"depth: 64, block", "depth: 64, shared_bandwidth: 3, read_bandwidth: 2, block"}, 14, 54, "'shared_bandwidth' beside narrower ports cannot be expressed",
     "state shared_bandwidth alone, or read_bandwidth and write_bandwidth"},
    {{"depth: 64, block", "depth: 64, read_bandwidth: 0, block"}, 14, 70, "expected a finite value above 0, found '0'",
     ""},
    {{"depth: 64, block", "depth: 64, min_utilization: 0.5, block"}, 14, 71, "'min_utilization: 0.5' cannot be expressed",
     "a mapping is never refused for small tiles; leave it out"},
    {{"depth: 64, block", "depth: 64, network_read: mesh, block"}, 14, 54, "'network_read' cannot be expressed",
     "only the networks that Timeloop infers between levels are read"},
    {{"depth: 64, block", "depth: 64, metadata_datawidth: 6, metadata_storage_width: 8, block"}, 14, 101, "a row of metadata of 8 bits is no whole number of blocks",
     "metadata_storage_width = metadata_datawidth x metadata_block_size"},
    {{"depth: 64, block", "depth: 64, power_gated_at: Reg, block"}, 14, 70, "'Reg' stands inside 'Glb' and cannot switch it off",
     ""},
    {{"depth: 64, block", "depth: 64, power_gated_at: Glob, block"}, 14, 70, "unknown memory 'Glob'",
     "did you mean 'Glb'?"},
    {{"entries: 24, meshX: 2", "entries: 24, meshX: 3"}, 15, 15, "'Reg' has 4 instances on a mesh of 3 x 1.33333",
     "meshX x meshY has to be the number of instances"},
    {{"Reg[0..3]\n              class", "Reg[0..2]\n              class"}, 15, 15, "'Reg' has 3 instances on a mesh of 2 x 1.5",
     "meshX x meshY has to be the number of instances"},
    {{"{meshX: 2, meshY: 2}", "{meshX: 4, meshY: 1}"}, 18, 21, "the mesh of 'Mac', 4 x 1, is no multiple of that of 'Reg', 2 x 2",
     "meshX and meshY count all instances on the chip and grow inwards"},
    {{"class: intmac", "class: storage"}, 1, 1, "expected one memory or more, and a compute unit inside",
     ""},
    {{"class: regfile", "class: fpmac"}, 17, 43, "unknown key 'entries' in attributes of a compute unit",
     "one of: datawidth, word_bits, word_width, instances, meshX, meshY, power_gated_at, network_operand, network_result, technology, voltage, temperature, latency, width, num_stages, multiplier_width, adder_width, ..."},
    {{"        - name: grid\n", "        - name: other\n        - name: grid\n"}, 11, 11, "a second subtree at one place cannot be expressed",
     "levels stand in one line from the outermost memory to the compute units"},
    {{"name: chip\n", "name: chip\n      constraints: []\n"}, 5, 7, "unknown key 'constraints' in a subtree",
     "one of: name, attributes, local, subtree"},
    {{"name: chip\n", "name: chip\n      attributes: {datawidth: 8}\n"}, 5, 20, "unknown key 'datawidth' in attributes of a subtree",
     "one of: technology, voltage, temperature, global_cycle_seconds, cycle_seconds"},
};

static void wrong_architectures_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_become_keys),
        cmocka_unit_test(meshes_become_arrays),
        cmocka_unit_test(ranges_of_subtrees_multiply),
        cmocka_unit_test(names_are_made_plain),
        cmocka_unit_test(wrong_architectures_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
