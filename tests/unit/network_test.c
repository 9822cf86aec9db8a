// Hops on a mesh of 4 columns (x) and 4 rows (y), as Timeloop counts them in tests/differential/timeloop/f05_network_hops, and the
// words that take them.
#include "support/cost_bench.h"

#define MESH "dram buffer x:4 y:4 register mac"
#define ROUND "dram[A B Z] buffer[A B Z] par x n:1 par y k:2 register[A B Z] for m:1 for k:1 mac"

static aug_problem_array *begin(cost_bench *b, const char *machine) {
    cost_begin(b, COST_PRODUCT, "m=8 n=4 k=8", machine);
    for (int m = 0; m < b->problem.memory_count; m++)
        cost_price(b, b->problem.memories[m].name, 0.0);
    b->problem.computes[0].energy_pj = 0.0;
    aug_problem_array *array = cost_one_array(b);
    array->hop_pj = 0.1;
    array->router_pj = 0.05;
    return array;
}

typedef struct hop_case {
    const char *nest;
    unsigned forbidden; // tensors that may not share along x
    double hops[3];     // A, B, Z
} hop_case;

// Rows lie 1.5, 0.5, 0.5, 1.5 from the middle: 1 on average; columns 1.5 from the edge on average.
static const hop_case hops[] = {
    // A shared by a row: to column 3, then up or down 1 in each of 4 columns. B to one place: 1.5 + 1. Z from a column: 1.5, 1.5 up and 1.5 down.
    {ROUND, 0, {3 + 4 * 1, 1.5 + 1, 1.5 + 3}},
    // two columns: A to column 1, 1 in each of 2; B and Z from columns 0 and 1
    {"dram[A B Z] buffer[A B Z] par x n:2 par y k:2 register[A B Z] for m:1 for n:1 for k:1 mac", 0, {1 + 2 * 1, 0.5 + 1, 0.5 + 3}},
    // the two lowest rows lie 1.5 and 0.5 from the middle: to one of them 1; to both of them 1.5 down
    {"dram[A B Z] buffer[A B Z] par x n:1 par y k:4 register[A B Z] for m:1 for k:1 mac", 0, {3 + 4 * 1, 1.5 + 1, 1.5 + 1.5}},
    // one row: 1.5 down
    {"dram[A B Z] buffer[A B Z] par x n:1 register[A B Z] for m:1 for k:1 mac", 0, {3 + 4 * 1.5, 1.5 + 1.5, 1.5 + 1.5}},
    // A may not be shared along x: to one place each
    {ROUND, 1, {1.5 + 1, 1.5 + 1, 1.5 + 3}},
    // nothing is held inside: operands go to compute the same way
    {"dram[A B Z] buffer[A B Z] par x n:1 par y k:2 for m:1 for k:1 mac", 0, {7, 2.5, 4.5}},
    // x from two loops: n tells the halves apart, m the places inside them. A is at 0 and 2 or at 1 and 3: highest 2.5, two columns. B, which
    // m does not move, is at 0 1 or at 2 3: highest 2, two columns.
    {"dram[A B Z] buffer[A B Z] par x n:2 par x m:4 register[A B Z] for m:1 for n:1 for k:1 mac", 0, {2.5 + 2 * 1.5, 2 + 2 * 1.5, 1.5 + 1.5}},
};

static void hops_are_those_of_the_mesh(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(hops); i++) {
        cost_bench b;
        begin(&b, MESH);
        b.problem.drain_reads = true;
        for (int t = 0; t < 3; t++)
            if (hops[i].forbidden >> t & 1)
                b.problem.axes[0].multicast &= ~(1u << t);
        cost_evaluate(&b, hops[i].nest);
        for (int t = 0; t < 3; t++)
            if (fabs(b.cost.networks[0].hops[t] - hops[i].hops[t]) > 1e-12)
                fail_msg("case %zu, %s: found %g hops, expected %g", i, b.problem.tensors[t].name, b.cost.networks[0].hops[t], hops[i].hops[t]);
        cost_end(&b);
    }
}

// 4 x 2 of 8 x 2 instances. In their places: A along a row of 4: 3 + 4 · 0.5; B to both rows of a column: 1.5 + 1; Z 1.5 + 0.5. As Timeloop
// numbers them (tests/differential/timeloop/f03_leak) all 8 lie in the first row, 0.5 from the middle: A at 0 .. 3 or at 4 .. 7: 5 + 4 · 0.5; B at i and i +
// 4: 5.5 + 2 · 0.5; Z 3.5 + 0.5.
static void arrays_in_part_use_wrap_where_drains_are_free(void **state) {
    (void)state;
    const double expected[2][3] = {{7.0, 6.5, 4.0}, {5.0, 2.5, 2.0}};
    for (int drains = 0; drains < 2; drains++) {
        cost_bench b;
        begin(&b, "dram buffer x:8 y:2 register mac");
        b.problem.drain_reads = drains;
        cost_evaluate(&b, "dram[A B Z] buffer[A B Z] par x n:1 par y m:4 register[A B Z] for m:1 for k:1 mac");
        for (int t = 0; t < 3; t++)
            assert_near(b.cost.networks[0].hops[t], expected[drains][t], 1e-12);
        cost_end(&b);
    }
}

// An axis alone has no rows: A to the last of 4, B and Z to 0 .. 3.
static void one_axis_is_a_line(void **state) {
    (void)state;
    cost_bench b;
    begin(&b, "dram buffer x:4 register mac");
    cost_evaluate(&b, "dram[A B Z] buffer[A B Z] par x n:1 register[A B Z] for m:1 for k:1 mac");
    assert_near(b.cost.networks[0].hops[0], 3.0, 1e-12);
    assert_near(b.cost.networks[0].hops[1], 1.5, 1e-12);
    assert_near(b.cost.networks[0].hops[2], 1.5, 1e-12);
    cost_end(&b);
}

// ROUND: A 8 * 2 words for each of 4 rows, 64; B 2 words for each of 16 places, 32; Z 8 for each of 4 columns, 32, and none back.
//   A  64 * (7.0 * 0.1 + 8 * 0.05) = 70.4
//   B  32 * (2.5 * 0.1 + 3 * 0.05) = 12.8
//   Z  32 * (4.5 * 0.1 + 5 * 0.05) = 22.4
static void words_pay_for_hops_and_routers(void **state) {
    (void)state;
    cost_bench b;
    begin(&b, MESH);
    cost_evaluate(&b, ROUND);
    const aug_network_cost *network = &b.cost.networks[0];
    assert_int_equal(network->transfers[0], 64);
    assert_int_equal(network->transfers[1], 32);
    assert_int_equal(network->transfers[2], 32);
    assert_near(network->energy_pj, 105.6, 1e-12);
    assert_near(b.cost.energy_pj, 105.6, 1e-12);
    cost_end(&b);
}

// Z in parts: k is walked twice outside of m, so each of 4 columns sends up 2 * 2 tiles of 4 words, 64 words, and half of them come
// back, to 4 rows at once: no sets of their own, 32 words. The buffer reads 32 more on their way to dram, which do not pass here.
static void partial_results_go_down_again(void **state) {
    (void)state;
    for (int drains = 0; drains < 2; drains++) {
        cost_bench b;
        begin(&b, MESH);
        b.problem.drain_reads = drains;
        cost_evaluate(&b, "dram[A B Z] buffer[A B Z] for k:4 for m:4 par x n:1 par y k:1 register[Z] for m:1 mac");
        assert_words(&b, "buffer", "Z", drains ? 64 : 32, 0, 64);
        assert_int_equal(b.cost.networks[0].transfers[2], drains ? 96 : 64);
        cost_end(&b);
    }
}

// Without prices nothing is counted, nor where a tensor stays inside or outside.
static void what_does_not_cross_pays_nothing(void **state) {
    (void)state;
    cost_bench b;
    aug_problem_array *array = begin(&b, MESH);
    array->hop_pj = array->router_pj = 0.0;
    cost_evaluate(&b, ROUND);
    assert_near(b.cost.networks[0].energy_pj, 0.0, 0.0);
    assert_int_equal(b.cost.networks[0].transfers[0], 0);
    cost_end(&b);

    begin(&b, MESH);
    b.problem.computes[0].axes_above = 0;
    cost_evaluate(&b, "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
    assert_near(b.cost.networks[0].energy_pj, 0.0, 0.0);
    cost_end(&b);

    begin(&b, MESH);
    cost_evaluate(&b, "buffer[A B] par x n:1 register[Z] for m:1 for k:1 mac"); // Z is born and stays inside
    assert_int_equal(b.cost.networks[0].transfers[2], 0);
    assert_int_equal(b.cost.networks[0].transfers[0], 64); // A 8 * 8 to compute, once for all 4
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hops_are_those_of_the_mesh),
        cmocka_unit_test(arrays_in_part_use_wrap_where_drains_are_free),
        cmocka_unit_test(one_axis_is_a_line),
        cmocka_unit_test(words_pay_for_hops_and_routers),
        cmocka_unit_test(partial_results_go_down_again),
        cmocka_unit_test(what_does_not_cross_pays_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
