// A product of m 8, k 6, n 4 on a grid, counted by hand, in all forms of the answer.
//
//     dram[A B Z] for m:4 buffer[A B] for k:3 par pe.x n:1 register[A B Z] for k:1 for m:1 mac
//
// A: dram gives each word once (48), the buffer gives 12 words in each of 4 steps to four registers at once (48 reads, 192 fills of
// registers). B: the loop over m does not move it, so dram gives it once (24); 3 words to each of four registers in 4 steps (48). Z: four
// registers hold 4 words each while k runs; each of 32 words is added to 6 times and leaves once.
#include "support/small_problem.h"

#include "report/evaluate_report.h"
#include "report/report.h"

typedef struct bench {
    test_ground ground;
    aug_buffer out;
    aug_problem problem;
    aug_mapping mapping;
    aug_cost cost;
    aug_evaluation evaluation;
} bench;

static const char fitting[] = "dram[A B Z] for m:4 buffer[A B] for k:3 par pe.x n:1 register[A B Z] for k:1 for m:1 mac";

static void set_up(bench *b) {
    test_begin(&b->ground);
    aug_buffer_init(&b->out, &b->ground.arena);
    small_problem(&b->problem);
    b->problem.memories[SMALL_REGISTER].capacity_bits = 256;
    b->evaluation = (aug_evaluation){.workload = "small", .problem = &b->problem, .mapping = &b->mapping, .cost = &b->cost};
}

static void evaluate(bench *b, const char *nest) {
    const aug_node *node = small_nest(&b->ground, nest);
    assert_true(aug_mapping_parse(&b->ground.reader, node, &b->problem, &b->mapping));
    assert_true(aug_mapping_check(&b->ground.reader, node, &b->problem, &b->mapping));
    memset(&b->cost, 0, sizeof b->cost);
    b->evaluation.scratch = aug_cost_scratch_new(&b->ground.arena);
    aug_cost_evaluate(&b->problem, &b->mapping, b->evaluation.scratch, &b->cost);
}

static const char *text_of(bench *b) {
    aug_evaluate_text(&b->out, &b->evaluation);
    return aug_buffer_text(&b->out);
}

static const char *json_of(bench *b) {
    const aug_report report = {.found = &b->evaluation, .json = aug_evaluate_json};
    aug_report_json(&b->out, &report, "ok");
    return aug_buffer_text(&b->out);
}

static void require(const char *text, const char *part) {
    if (!strstr(text, part))
        print_error("'%s' is not in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

// Energy: dram 48 x 64 + 24 x 64 + 32 x 256 = 12800 pJ; buffer 48 x 8 twice, 48 x 8 + 24 x 8 = 1344 pJ; registers A 192 x 1 twice, B
// 192 x 1 + 48 x 1, Z 192 x 4 twice = 2160 pJ; mac 192 x 0.5 = 96 pJ. 48 cycles of the busiest of four units.
static void people_read_words_time_and_energy(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, fitting);
    assert_string_equal(text_of(&b),
                        "product on the machine: 48 cycles, energy 16.4 nJ, bound by mac; 50 % of compute\n"
                        "is used.\n"
                        "\n"
                        "dram: A 48 words (48 B), B 24 words (24 B), Z 32 words (128 B)\n"
                        "  for m 4 of 8 (2 steps)\n"
                        "    buffer: A 24 words (24 B), B 24 words (24 B)\n"
                        "      for k 3 of 6 (2 steps)\n"
                        "        par pe.x n 1 of 4 (4 of 4 instances)\n"
                        "          register: A 12 words (12 B), B 3 words (3 B), Z 4 words (16 B)\n"
                        "            for k 1 of 3 (3 steps)\n"
                        "              for m 1 of 4 (4 steps)\n"
                        "                mac\n"
                        "\n"
                        "  words in    tile  instances  reads  fills  updates   energy\n"
                        "  dram A        48          1     48      0        0  3.07 nJ\n"
                        "  dram B        24          1     24      0        0  1.54 nJ\n"
                        "  dram Z        32          1      0      0       32  8.19 nJ\n"
                        "  buffer A      24          1     48     48        0   768 pJ\n"
                        "  buffer B      24          1     48     24        0   576 pJ\n"
                        "  register A    12          4    192    192        0   384 pJ\n"
                        "  register B     3          4    192     48        0   240 pJ\n"
                        "  register Z     4          4    192      0      192  1.54 nJ\n"
                        "\n"
                        "  busiest   holds     of    full  port    bit/cycle  cycles  of all\n"
                        "  dram      200 B                 shared         64      25  52.1 %\n"
                        "  buffer     48 B  1 KiB  4.69 %  shared         64      21  43.8 %\n"
                        "  register   31 B   32 B  96.9 %  shared  unlimited       0     0 %\n"
                        "  mac                                                    48   100 %\n"
                        "\n"
                        "  compute  192 operations on 4 of 8 instances of mac\n"
                        "  energy   16.4 nJ: dram 12.8 nJ, buffer 1.34 nJ, register 2.16 nJ, mac 96 pJ\n"
                        "  EDP      787200 pJ x cycles\n"
                        "  area     0.00108 mm2\n"
                        "  nest     dram[A B Z] for m:4 buffer[A B] for k:3 par pe.x n:1 register[A B Z]\n"
                        "           for k:1 for m:1 mac\n");
    test_end(&b.ground);
}

// Two copies of 248 bit where 128 fit; Z missing and B forbidden in the buffer; four instances where there are three.
static void every_rule_that_is_broken_is_told_by_how_much(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.problem.memories[SMALL_REGISTER].capacity_bits = 128;
    b.problem.memories[SMALL_BUFFER].must = 1u << SMALL_Z;
    b.problem.memories[SMALL_BUFFER].never = 1u << SMALL_B;
    b.problem.axes[SMALL_X].fanout = 3;
    b.problem.memories[SMALL_REGISTER].buffers = 2;
    evaluate(&b, fitting);
    assert_int_equal(b.cost.violation_count, 4);
    const char *text = text_of(&b);
    require(text, "product on the machine does not fit:\n");
    require(text, "\n  register holds 128 bit, tiles need 496 bit with their copies: 3.88 x\n");
    require(text, "\n  buffer has to keep Z and does not\n");
    require(text, "\n  buffer may not keep B and does\n");
    require(text, "\n  pe.x has 3 instances, loops need 4: 1.33 x\n");
    require(text, "\nIf it did fit: 48 cycles");
    b.out.length = 0;
    const char *json = json_of(&b);
    require(json, "{\"rule\": \"must\", \"memory\": \"buffer\", \"tensor\": \"Z\", \"have\": 0, \"need\": 1, \"message\": \"buffer has to keep Z and does not\"}");
    require(json, "{\"rule\": \"never\", \"memory\": \"buffer\", \"tensor\": \"B\", \"have\": 1, \"need\": 0,");
    require(json, "{\"rule\": \"fanout\", \"axis\": \"pe.x\", \"have\": 3, \"need\": 4,");
    require(json, "{\"rule\": \"capacity\", \"memory\": \"register\", \"have\": 128, \"need\": 496,");
    test_end(&b.ground);
}

static void json_has_the_keys_of_the_contract(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, fitting);
    const char *json = json_of(&b);
    static const char *const parts[] = {
        "\"cycles\": 48,", "\"compute_cycles\": 48,", "\"energy_pj\": 16400,", "\"edp_pj_cycles\": 787200,", "\"utilization\": 0.5,",
        "\"area_um2\": 1080,", "\"operations\": 192,", "\"bound_by\": \"mac\",", "\"occupancy_bits\": 384,", "\"capacity_bits\": null,",
        "{\"name\": \"shared\", \"words\": 168, \"bits\": 1344, \"cycles\": 21}",
        "{\"name\": \"A\", \"tile_words\": 24, \"instances\": 1, \"reads\": 48, \"fills\": 48, \"updates\": 0, \"drains\": 0, \"energy_pj\": 768}",
        "\"compute\": {\"name\": \"mac\", \"instances\": 4, \"operations\": 192, \"gated\": 0, \"skipped\": 0, \"energy_pj\": 96,",
        "\"network\": {", "\"infeasible\": []",
        "\"mapping\": \"dram[A B Z] for m:4 buffer[A B] for k:3 par pe.x n:1 register[A B Z] for k:1 for m:1 mac\",",
    };
    for (size_t i = 0; i < AUG_COUNT(parts); i++)
        require(json, parts[i]);
    test_end(&b.ground);
}

// Counts that no double holds are written whole.
static void counts_are_exact(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, fitting);
    b.cost.memories[SMALL_DRAM].tensors[SMALL_A].flows[AUG_FLOW_READ].dense = UINT64_C(9007199254740993);
    b.cost.compute.operations = UINT64_C(9223372036854775807);
    const char *json = json_of(&b);
    require(json, "\"reads\": 9007199254740993,");
    require(json, "\"operations\": 9223372036854775807,");
    b.out.length = 0;
    aug_evaluate_csv(&b.out, &b.evaluation);
    require(aug_buffer_text(&b.out), "memory,tensor,tile_words,instances,reads,fills,updates,energy_pj\ndram,A,48,1,9007199254740993,0,0,3072\n");
    b.out.length = 0;
    require(text_of(&b), "  dram A        48          1  9007199254740993      0        0  3.07 nJ\n");
    test_end(&b.ground);
}

// Words that would make a row longer than 80 columns take prefixes.
static void long_rows_are_shortened(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, fitting);
    for (int t = 0; t < 3; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            b.cost.memories[SMALL_DRAM].tensors[t].flows[f].dense = UINT64_C(9007199254740993);
    const char *text = text_of(&b);
    require(text, "9.01 P");
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    test_end(&b.ground);
}

static void an_energy_that_is_not_stated_is_unknown(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.problem.memories[SMALL_BUFFER].energy_pj[SMALL_B][AUG_ACTION_READ] = (double)NAN;
    b.problem.memories[SMALL_BUFFER].area_um2 = (double)NAN;
    evaluate(&b, fitting);
    require(text_of(&b), "  energy   unknown: memory buffer states no energy\n"
                        "  area     unknown: the machine does not state it of every level\n"
                        "  nest     dram[A B Z] for m:4 buffer[A B] for k:3 par pe.x n:1 register[A B Z]\n"
                        "           for k:1 for m:1 mac\n");
    b.out.length = 0;
    const char *json = json_of(&b);
    require(json, "  \"energy_pj\": null,");
    require(json, "  \"edp_pj_cycles\": null,");
    require(json, "\"updates\": 0, \"drains\": 0, \"energy_pj\": null}");
    double value = 1.0;
    assert_false(aug_evaluate_metric(&b.evaluation, "energy_pj", &value));
    assert_false(aug_evaluate_metric(&b.evaluation, "area_um2", &value));
    assert_false(aug_evaluate_metric(&b.evaluation, "no such key", &value));
    assert_true(aug_evaluate_metric(&b.evaluation, "cycles", &value));
    assert_near(value, 48.0, 0.0);
    b.out.length = 0;
    b.problem.memories[SMALL_BUFFER].energy_pj[SMALL_B][AUG_ACTION_READ] = 0.0;
    b.problem.computes[SMALL_MAC].energy_pj = (double)NAN;
    evaluate(&b, fitting);
    require(text_of(&b), "  energy   unknown: compute unit mac states no energy\n");
    test_end(&b.ground);
}

// Leakage, overhead and area: 2 pJ/cycle in each of 4 registers over 48 cycles = 384 pJ; (7 + 5) cycles once; area 3 memories of 100 um2, of
// which registers stand 8 times, 8 units of 10 um2 and a vector unit of 20: 1100 um2.
static void leakage_overhead_and_area_have_their_places(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.problem.memories[SMALL_REGISTER].leakage_pj_per_cycle = 2;
    b.problem.arrays[0].fill_cycles = 7;
    b.problem.arrays[0].drain_cycles = 5;
    b.problem.computes[SMALL_VECTOR].area_um2 = 20;
    evaluate(&b, fitting);
    b.evaluation.explain = true;
    const char *text = text_of(&b);
    require(text, "product on the machine: 60 cycles, energy 16.8 nJ, bound by mac;");
    require(text, "\n  overhead                                               12    20 %\n");
    require(text, "register 2.16 nJ, mac 96 pJ,\n           leakage 384 pJ\n");
    require(text, "\n  area     0.0011 mm2\n");
    require(text, "\n  register: leakage 2 pJ per cycle x 4 instances x 48 cycles = 384 pJ\n");
    require(text, "\n  pe: (fill 7 + drain 5) cycles x 1 = 12 cycles of overhead\n");
    require(text, "\n  cycles: the slowest, mac: 48 in whole ones + 12 of overhead = 60\n");
    require(text, "\n  area: dram 1 x 100 + buffer 1 x 100 + register 8 x 100 + vector 1 x 20 + mac\n    8 x 10 = 1100 um2\n");
    b.problem.arrays[0].fill_cycles = 70;
    evaluate(&b, fitting);
    assert_string_equal(aug_evaluation_bound(&b.ground.arena, &b.evaluation), "filling and draining of arrays");
    assert_string_equal(aug_evaluation_slowest(&b.ground.arena, &b.evaluation), "mac");
    test_end(&b.ground);
}

// Figures of zeros are put in by hand: a half of the reads of A from the buffer is skipped, a quarter gated.
static void zeros_are_told_apart(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    evaluate(&b, fitting);
    b.problem.tensors[SMALL_A].density = (const struct aug_density *)&b;
    aug_flow *flow = &b.cost.memories[SMALL_BUFFER].tensors[SMALL_A].flows[AUG_FLOW_READ];
    flow->actual = flow->gated = 12;
    flow->skipped = 24;
    aug_holding *holding = &b.cost.memories[SMALL_BUFFER].tensors[SMALL_A];
    holding->stored_words = 12.5;
    holding->metadata_bits = holding->metadata_reads_bits = holding->metadata_writes_bits = 36;
    holding->metadata_energy_pj = 9;
    b.cost.compute.actual = 144;
    b.cost.compute.gated = 48;
    const char *text = text_of(&b);
    require(text, "\n  zeros in  words       dense  not stored  skipped  gated  left\n"
                  "  buffer A  reads          48           0       24     12    12\n"
                  "  mac       operations    192           0        0     48   144\n");
    require(text, "\n  stored in  tile  stored  metadata bit  bit moved  energy\n"
                  "  buffer A     24    12.5            36         72    9 pJ\n");
    b.out.length = 0;
    const char *json = json_of(&b);
    require(json, "\"reads\": 12,");
    require(json, "\"reads_dense\": 48, \"reads_gated\": 12, \"reads_skipped\": 24,");
    require(json, "\"metadata_bits\": 36,");
    require(json, "\"operations\": 144, \"gated\": 48,");
    b.out.length = 0;
    aug_evaluate_csv(&b.out, &b.evaluation);
    require(aug_buffer_text(&b.out), "\nbuffer,A,24,1,12,48,0,768,48,12,24,48,0,0,0,0,0,36\n");
    b.out.length = 0;
    aug_evaluate_explain(&b.out, &b.evaluation);
    require(aug_buffer_text(&b.out), "\nbuffer A: reads 48 - 24 skipped - 12 gated = 12 words\n");
    require(aug_buffer_text(&b.out), "\nbuffer: holds (A 12.5 x 8 + 36 of metadata + B 24 x 8) bit");
    test_end(&b.ground);
}

static void the_explanation_has_each_product(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.problem.memories[SMALL_BUFFER].block = 4;
    evaluate(&b, fitting);
    aug_evaluate_explain(&b.out, &b.evaluation);
    const char *text = aug_buffer_text(&b.out);
    static const char *const lines[] = {
        "dram A: tile 8 x 6 = 48 words\n",
        "\nbuffer A: fills 24 words of a tile x 2 of for m:4 = 48 words\n",
        "\nbuffer A: energy 12 reads of 4 words x 8 pJ + 12 fills of 4 words x 8 pJ = 192 pJ\n",
        "\nbuffer: holds (A 24 x 8 + B 24 x 8) bit = 384 bit of 8192 bit\n",
        "\nbuffer: shared port of the busiest instance 168 words, 1344 bit / 64 bit per cycle = 21 cycles\n",
        "\nregister: shared port of the busiest instance 252 words, 4320 bit, unlimited\n",
        "\nmac: 192 operations = m 8 x k 6 x n 4, 48 of the busiest of 4 instances\n",
        "\nmac: 48 operations / 1 per cycle = 48 cycles\n",
        "\nmac: energy 192 operations x 0.5 pJ = 96 pJ\n",
        "\nutilization: 192 operations / (48 cycles x 8 instances x 1 per cycle) = 0.5\n",
    };
    for (size_t i = 0; i < AUG_COUNT(lines); i++)
        require(text, lines[i]);
    b.out.length = 0;
    b.evaluation.explain = true;
    require(json_of(&b), "  \"explain\": [\n    \"dram A: tile 8 x 6 = 48 words\",\n");
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_read_words_time_and_energy),
        cmocka_unit_test(every_rule_that_is_broken_is_told_by_how_much),
        cmocka_unit_test(json_has_the_keys_of_the_contract),
        cmocka_unit_test(counts_are_exact),
        cmocka_unit_test(long_rows_are_shortened),
        cmocka_unit_test(an_energy_that_is_not_stated_is_unknown),
        cmocka_unit_test(leakage_overhead_and_area_have_their_places),
        cmocka_unit_test(zeros_are_told_apart),
        cmocka_unit_test(the_explanation_has_each_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
