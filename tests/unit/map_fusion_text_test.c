// Answers filled by hand: two products fused, 32 words of T1 between them, and what text, JSON and CSV say of them.
//
//     fused 188416 pJ, 512 cycles; one by one 240640 pJ, 640 cycles: 1.277 and 1.25 times as much
#include "support/group_world.h"

#include "report/map_report.h"
#include "report/report.h"

typedef struct bench {
    test_ground ground;
    group_world world;
    aug_group group;
    aug_group_plan plan;
    aug_map_member members[2];
    aug_map_group groups[2];
    aug_map_way way;
    aug_map_fusion fusion;
    aug_map_einsum einsums[2];
    aug_map map;
} bench;

static void read_plan(bench *b) {
    const char *text = "DRAM[T0 W0 W1 T2] for m:4 GLB[T1] { T1: for n0:1 GLB[T0] for n1:1 GLB[W0] for m:1 MAC } "
                       "{ T2: for n2:1 GLB[W1] for m:1 GLB[T2] for n1:1 MAC }";
    aug_document *document = AUG_NEW(&b->ground.arena, aug_document);
    *document = (aug_document){.name = "plan", .text = text, .length = strlen(text)};
    aug_node node = {.document = document, .text = text, .line = 1, .column = 1, .weight = 1};
    assert_true(aug_group_init(b->world.members, 2, 0, 2, NULL, &b->group));
    assert_true(aug_group_read(&b->ground.reader, &node, &b->group, &b->plan));
}

static void add_member(bench *b, int index) {
    const aug_problem *problem = b->world.members[index];
    aug_cost *cost = AUG_NEW(&b->ground.arena, aug_cost);
    memset(cost, 0, sizeof *cost);
    assert_true(aug_cost_evaluate(problem, b->plan.nests[index], aug_cost_scratch_new(&b->ground.arena), cost));
    b->members[index] = (aug_map_member){.energy_pj = cost->energy_pj,
                                         .cycles = cost->cycles,
                                         .memories = aug_map_keep_memories(&b->ground.arena, problem, cost)};
}

static void set_up(bench *b) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    group_world_read(&b->ground, GROUP_CHAIN, GROUP_CHAIN_MACHINE, &b->world);
    read_plan(b);
    for (int i = 0; i < 2; i++)
        add_member(b, i);
    b->groups[0] = (aug_map_group){.plan = &b->plan,
                                   .members = b->members,
                                   .repeats = 3,
                                   .energy_pj = 188416,
                                   .cycles = 512,
                                   .utilization = 0.75,
                                   .unfused_energy_pj = 240640,
                                   .unfused_cycles = 640,
                                   .value = 188416,
                                   .lower_bound = 94208};
    b->way = (aug_map_way){.energy_pj = 565248, .cycles = 1536, .utilization = 0.75, .count = 1, .groups = b->groups};
    b->fusion = (aug_map_fusion){.way_count = 1,
                                 .ways = &b->way,
                                 .value = 565248,
                                 .lower_bound = 282624,
                                 .stopped = true,
                                 .node_limit = 2400,
                                 .unfused_energy_pj = 721920,
                                 .unfused_cycles = 1920};
    for (int i = 0; i < 2; i++)
        b->einsums[i] = (aug_map_einsum){.name = b->world.members[i]->name,
                                         .repeats = 3,
                                         .problem = b->world.members[i],
                                         .status = AUG_MAPPER_LIMIT,
                                         .result = {.value = (double)INFINITY}};
    b->map = (aug_map){.workload = "chain", .machine = "chip", .clock_hz = 1e9, .count = 2, .einsums = b->einsums, .fusion = &b->fusion};
}

static const char *text_of(bench *b) {
    aug_buffer out;
    aug_buffer_init(&out, &b->ground.arena);
    aug_map_text(&out, &b->map);
    return aug_buffer_text(&out);
}

static void require(const char *text, const char *part) {
    if (!strstr(text, part))
        print_error("'%s' is not in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

// (188416 - 94208) / 188416 = 50 %; 721920 / 565248 = 1.277, 1920 / 1536 = 1.25.
static void text_tells_the_gain_and_what_is_kept(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const char *text = text_of(&b);
    require(text, "chain on chip: 2 einsums fused into 1, 1536 cycles (1.54 us), energy 565 nJ,\n"
                  "mapped for least energy; the best found within 2400 nodes of the search; no\n"
                  "mapping takes less than 283 nJ, fused or not: a gap of 50 %.\n"
                  "One by one, as far as found: 1920 cycles, energy 722 nJ; that is 1.25 and 1.277\n"
                  "times as much.\n");
    require(text, "  T1 + T2      3  188 nJ   241 nJ     512      640  gap of 50 %\n");
    require(text, "    GLB keeps T1 (32 words)\n");
    require(text, "    DRAM[T0 W0 W1 T2] for m:4 GLB[T1] { T1: ");
    b.fusion.stopped = false;
    require(text_of(&b), "mapped for least energy; the best found; no mapping takes less than ");
    b.fusion.proven = true;
    b.einsums[0].result.proven = b.einsums[1].result.proven = true;
    require(text_of(&b), "proven: no mapping takes less, fused or not.\nOne by one: 1920 cycles, ");
    test_end(&b.ground);
}

// Each einsum is a group of its own: nothing was gained.
static void text_says_that_nothing_is_gained(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_group group;
    assert_true(aug_group_init(b.world.members, 2, 0, 1, NULL, &group));
    const aug_group_plan alone = {.group = &group};
    b.groups[0].plan = b.groups[1].plan = &alone;
    b.way.count = 2;
    require(text_of(&b), "chain on chip: 2 einsums one after another, 1536 cycles (1.54 us), ");
    require(text_of(&b), "\nNothing was found that neighbours gain by being fused.\n");
    b.fusion.proven = true;
    require(text_of(&b), "\nTo fuse neighbours gains nothing.\n");
    assert_null(aug_map_fused(&b.map));
    test_end(&b.ground);
}

// T0 has 8 x 4 words and is read once, W0 4 x 8 and is read for each of two tiles of m; T1 stays on the chip.
static void members_have_their_words(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_report report = {.found = &b.map, .json = aug_map_json};
    aug_buffer json;
    aug_buffer_init(&json, &b.ground.arena);
    aug_report_json(&json, &report, "ok");
    const char *first = strstr(aug_buffer_text(&json), "\"einsum\": \"T1\",\n"), *second = first ? strstr(first, "\"einsum\": \"T2\",\n") : NULL;
    assert_non_null(second);
    const char *chip = strstr(first, "\"name\": \"GLB\"");
    assert_true(chip && chip < second);
    const char *read_once = strstr(first, "{\"name\": \"T0\", \"tile_words\": 32, \"instances\": 1, \"reads\": 32,");
    const char *read_twice = strstr(first, "{\"name\": \"W0\", \"tile_words\": 32, \"instances\": 1, \"reads\": 64,");
    const char *stays = strstr(first, "{\"name\": \"T1\", \"tile_words\": 32,");
    assert_true(read_once && read_once < chip);
    assert_true(read_twice && read_twice < chip);
    assert_true(stays && stays > chip && stays < second);
    test_end(&b.ground);
}

static void json_and_csv_have_a_row_per_group(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_report report = {.found = &b.map, .json = aug_map_json, .nodes = 7};
    aug_buffer json, csv;
    aug_buffer_init(&json, &b.ground.arena);
    aug_buffer_init(&csv, &b.ground.arena);
    aug_report_json(&json, &report, "limit");
    require(aug_buffer_text(&json), "  \"value\": 565248,\n  \"lower_bound\": 282624,\n  \"gap\": 0.5,\n  \"proven\": false,\n");
    require(aug_buffer_text(&json), "  \"unfused\": {\"energy_pj\": 721920, \"cycles\": 1920},\n");
    require(aug_buffer_text(&json),
            "    {\n      \"einsums\": [\"T1\", \"T2\"],\n      \"repeats\": 3,\n      \"energy_pj\": 188416,\n      \"cycles\": 512,\n"
            "      \"utilization\": 0.75,\n      \"unfused_energy_pj\": 240640,\n      \"unfused_cycles\": 640,\n      \"lower_bound\": 94208,\n"
            "      \"proven\": false,\n      \"kept\": [\n        {\"tensor\": \"T1\", \"memory\": \"GLB\", \"words\": 32, \"bits\": 8, \"copies\": 1}\n      ],\n"
            "      \"units\": [\n        {\"unit\": \"MAC\", \"einsums\": [\"T1\", \"T2\"], \"cycles\": 512, \"busy\": 1, "
            "\"utilization\": 0}\n      ],\n      \"pipeline\": null,\n"
            "      \"mapping\": \"DRAM[T0 W0 W1 T2] ");
    aug_map_csv(&csv, &b.map);
    require(aug_buffer_text(&csv), "\nT1 + T2,3,limit,188416,512,96468992,0.75,,94208,false,DRAM[T0 W0 W1 T2] ");
    double value = 0.0;
    assert_true(aug_map_metric(&b.map, "energy_pj", &value));
    assert_near(value, 565248, 0);
    test_end(&b.ground);
}

// An operator of 1000 pJ and 10 cycles beside them, twice: 567248 pJ, 1556 cycles.
static void what_is_not_mapped_is_added(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_map_rest rest = {.name = "gather", .why = "it reads only some rows", .repeats = 2, .cycles = 10, .energy_pj = 1000};
    b.map.rests = &rest;
    b.map.rest_count = 1;
    const aug_map_sums sums = aug_map_sum(&b.map);
    assert_near(sums.energy_pj, 567248, 0);
    assert_near(sums.cycles, 1556, 0);
    assert_near(sums.value, 567248, 0);
    assert_near(sums.lower_bound, 284624, 0);
    assert_near(sums.utilization, 0.75 * 1536 / 1556, 1e-15);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_tells_the_gain_and_what_is_kept),
        cmocka_unit_test(text_says_that_nothing_is_gained),
        cmocka_unit_test(json_and_csv_have_a_row_per_group),
        cmocka_unit_test(members_have_their_words),
        cmocka_unit_test(what_is_not_mapped_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
