// Answers filled by hand: a product of m 8, k 6, n 4 with two mappings, and what is said of them.
//
//     first:  dram[A B Z] for m:1 for n:1 for k:1 mac                        192 cycles at least
//     second: dram[A B Z] par pe.x m:2 for m:1 for n:1 for k:1 mac           four instances
#include "support/small_problem.h"

#include "report/map_report.h"
#include "report/report.h"

enum { POINTS = 2 };

typedef struct bench {
    test_ground ground;
    aug_problem problem;
    aug_mapper_point points[POINTS];
    aug_map_row rows[POINTS];
    aug_cost costs[POINTS];
    aug_map_einsum einsums[2];
    aug_map map;
} bench;

static void add_point(bench *b, int index, const char *nest) {
    const aug_node *node = small_nest(&b->ground, nest);
    aug_mapper_point *point = &b->points[index];
    assert_true(aug_mapping_parse(&b->ground.reader, node, &b->problem, &point->mapping));
    memset(&b->costs[index], 0, sizeof b->costs[index]);
    aug_cost_evaluate(&b->problem, &point->mapping, aug_cost_scratch_new(&b->ground.arena), &b->costs[index]);
    point->energy_pj = b->costs[index].energy_pj;
    point->cycles = b->costs[index].cycles;
    b->rows[index] = (aug_map_row){b->costs[index].utilization, "mac", b->costs[index].memories};
}

// One einsum with its first mapping, found and proven.
static void set_up(bench *b, aug_objective objective) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    small_problem(&b->problem);
    add_point(b, 0, "dram[A B Z] for m:1 for n:1 for k:1 mac");
    add_point(b, 1, "dram[A B Z] par pe.x m:2 for m:1 for n:1 for k:1 mac");
    double value = objective == AUG_OBJECTIVE_LATENCY ? 1000.0 : 16384.0;
    b->einsums[0] = (aug_map_einsum){.name = "product",
                                     .repeats = 1,
                                     .problem = &b->problem,
                                     .status = AUG_MAPPER_FOUND,
                                     .result = {1, b->points, value, value, true, 100, NULL, false},
                                     .rows = b->rows,
                                     .evaluation = {"small", &b->problem, &b->points[0].mapping, &b->costs[0], NULL, false}};
    b->map = (aug_map){.workload = "small", .machine = "grid", .clock_hz = 1e9, .objective = objective, .count = 1, .einsums = b->einsums};
}

static const char *text_of(bench *b) {
    aug_buffer out;
    aug_buffer_init(&out, &b->ground.arena);
    aug_map_text(&out, &b->map);
    return aug_buffer_text(&out);
}

static const char *json_of(bench *b, const char *status) {
    const aug_report report = {.found = &b->map, .json = aug_map_json, .nodes = 7};
    aug_buffer out;
    aug_buffer_init(&out, &b->ground.arena);
    aug_report_json(&out, &report, status);
    return aug_buffer_text(&out);
}

static void require(const char *text, const char *part) {
    if (!strstr(text, part))
        print_error("'%s' is not in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

static void no_line_is_wider_than_a_terminal(const char *text) {
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (length > 80)
            print_error("%.*s\n", (int)length, line);
        assert_true(length <= 80);
        line += length + (line[length] == '\n');
    }
}

static void a_proven_best_says_so(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *text = text_of(&b);
    require(text, "Least energy: 16.4 nJ, proven: no mapping takes less.\nproduct on the machine: ");
    require(text, "  nest     dram[A B Z] for m:1 for n:1 for k:1 mac\n");
    no_line_is_wider_than_a_terminal(text);
    b.map.perfect = true;
    b.map.constraints = "rows.yaml";
    b.map.objective = AUG_OBJECTIVE_LATENCY;
    b.map.notes[b.map.note_count++] = "the machine states no energy of 'dram', so cycles are what is minimised";
    text = text_of(&b);
    require(text, "Fewest cycles: 16384 cycles, proven: no mapping within rows.yaml whose tiles\ndivide takes less.\n");
    require(text, "\nnote: the machine states no energy of 'dram', so cycles are what is minimised\n");
    test_end(&b.ground);
}

// (16384 - 12288) / 16384 = 25 %.
static void a_limit_tells_the_gap(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_OBJECTIVE_EDP);
    b.einsums[0].status = AUG_MAPPER_LIMIT;
    b.einsums[0].result.proven = false;
    b.einsums[0].result.lower_bound = 12288;
    b.map.node_limit = 5000;
    require(text_of(&b), "Least energy-delay product: 16384 pJ x cycles, the best found within 5000 nodes\n"
                         "of the search; no mapping takes less than 12288 pJ x cycles: a gap of 25 %.\n");
    b.map.interrupted = true; // long before it
    require(text_of(&b), "the best found before the search\nwas stopped; no mapping takes");
    const char *json = json_of(&b, "limit");
    require(json, "\"value\": 16384,\n  \"lower_bound\": 12288,\n  \"gap\": 0.25,\n  \"proven\": false,\n");
    b.map.node_limit = 0;
    b.einsums[0].result.point_count = 0;
    require(text_of(&b), "product on grid: no mapping was found before the search was stopped; none takes\nless than 12288 pJ x cycles.\n");
    require(json_of(&b, "limit"), "\"value\": null,\n  \"lower_bound\": 12288,\n  \"gap\": null,\n  \"proven\": false,\n");
    test_end(&b.ground);
}

static void a_no_tells_why(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    b.einsums[0].status = AUG_MAPPER_NONE;
    b.einsums[0].result = (aug_mapper_result){.proven = true};
    b.einsums[0].cause = (aug_restriction_cause){"capacity", "dram holds 1000 bit, and the smallest tiles of A, B, Z there need 1600 bit", 1000, 1600};
    assert_string_equal(text_of(&b), "product on grid: no mapping fits.\n"
                                     "  dram holds 1000 bit, and the smallest tiles of A, B, Z there need 1600 bit\n");
    const char *json = json_of(&b, "no");
    require(json, "  \"infeasible\": [\n    {\"rule\": \"capacity\", \"einsum\": \"product\", \"have\": 1000, \"need\": 1600, \"message\": \"dram holds 1000 bit, and the "
                  "smallest tiles of A, B, Z there need 1600 bit\"}\n  ],\n");
    require(json, "\"mapping\": null");
    double value = 0.0;
    assert_false(aug_map_metric(&b.map, "cycles", &value));
    assert_false(aug_map_metric(&b.map, "operations", &value));
    test_end(&b.ground);
}

static void a_front_is_a_table(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_OBJECTIVE_FRONT);
    b.points[0].energy_pj = 100;
    b.points[0].cycles = 40; // 4000
    b.points[1].energy_pj = 150;
    b.points[1].cycles = 20; // 3000
    b.einsums[0].result.point_count = 2;
    b.einsums[0].result.value = b.einsums[0].result.lower_bound = 3000;
    b.einsums[0].chosen = 1;
    b.rows[0].utilization = 0.125;
    b.rows[1].utilization = 0.25;
    assert_string_equal(text_of(&b), "Energy and cycles of product on grid: 2 mappings, proven: no mapping has less of\n"
                                     "one without more of the other.\n"
                                     "\n"
                                     "  point  energy  cycles   EDP    used  bound by  least\n"
                                     "      1  100 pJ      40  4000  12.5 %  mac       energy\n"
                                     "      2  150 pJ      20  3000    25 %  mac       cycles, EDP\n"
                                     "\n"
                                     "      1  dram[A B Z] for m:1 for n:1 for k:1 mac\n"
                                     "      2  dram[A B Z] par pe.x m:2 for m:1 for n:1 for k:1 mac\n");
    const char *json = json_of(&b, "ok");
    require(json, "  \"front\": [\n    {\n      \"energy_pj\": 100,\n      \"cycles\": 40,\n      \"utilization\": 0.125,\n      \"bound_by\": \"mac\",\n"
                  "      \"mapping\": \"dram[A B Z] for m:1 for n:1 for k:1 mac\",\n      \"memories\": [\n        {\n          \"name\": \"dram\",");
    require(json, "    {\n      \"energy_pj\": 150,\n      \"cycles\": 20,");
    require(json, "\"run\": {\"seconds\": 0, \"threads\": 0, \"nodes\": 7}");
    test_end(&b.ground);
}

// 3 times the first einsum, and the second: energies 3 E1 + E2, cycles 3 C1 + C2; values 3 x 16384 + 500 and bounds 3 x 16384 + 400.
static void several_einsums_are_summed(void **state) {
    (void)state;
    bench b;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    b.einsums[1] = b.einsums[0];
    b.einsums[0].repeats = 3;
    b.einsums[1].name = "other";
    b.einsums[1].result.points = &b.points[1];
    b.einsums[1].result.value = 500;
    b.einsums[1].result.lower_bound = 400;
    b.einsums[1].result.proven = false;
    b.einsums[1].status = AUG_MAPPER_LIMIT;
    b.einsums[1].evaluation.cost = &b.costs[1];
    b.map.count = 2;
    double cycles = 0.0, energy = 0.0, value = 0.0, bound = 0.0;
    assert_true(aug_map_metric(&b.map, "cycles", &cycles));
    assert_true(aug_map_metric(&b.map, "energy_pj", &energy));
    assert_true(aug_map_metric(&b.map, "value", &value));
    assert_true(aug_map_metric(&b.map, "lower_bound", &bound));
    assert_near(cycles, 3 * b.costs[0].cycles + b.costs[1].cycles, 0);
    assert_near(energy, 3 * b.costs[0].energy_pj + b.costs[1].energy_pj, 0);
    assert_near(value, 49652, 0);
    assert_near(bound, 49552, 0);
    const char *text = text_of(&b);
    require(text, "small on grid: 2 einsums one after another, ");
    require(text, "mapped by itself for least energy, not all proven.\n");
    require(text, "\n  product      3  ");
    require(text, "gap 20 %\n");
    no_line_is_wider_than_a_terminal(text);
    const char *json = json_of(&b, "limit");
    require(json, "\"repeats\": 3,");
    require(json, "{\"einsums\": [\"other\"], \"repeats\": 1, \"energy_pj\": ");
    aug_buffer csv;
    aug_buffer_init(&csv, &b.ground.arena);
    aug_map_csv(&csv, &b.map);
    require(aug_buffer_text(&csv), "einsum,repeats,status,energy_pj,cycles,edp_pj_cycles,utilization,bound_by,lower_bound,proven,mapping\nproduct,3,ok,");
    require(aug_buffer_text(&csv), ",mac,400,false,dram[A B Z] par pe.x m:2 for m:1 for n:1 for k:1 mac\n");
    b.einsums[1].status = AUG_MAPPER_NONE;
    b.einsums[1].result.point_count = 0;
    b.einsums[1].cause = (aug_restriction_cause){"never", "no memory may keep B", (double)NAN, (double)NAN};
    text = text_of(&b);
    require(text, "small on grid: no mapping of 1 of its 2 einsums fits.\n");
    require(text, "  other\n    no memory may keep B\n");
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_best_says_so), cmocka_unit_test(a_limit_tells_the_gap),      cmocka_unit_test(a_no_tells_why),
        cmocka_unit_test(a_front_is_a_table),    cmocka_unit_test(several_einsums_are_summed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
