// Instances that differ: 10 elements in fours over 4 cells. Cells 0 and 1 get 3, cells 2 and 3 get 2.
#include "support/cost_bench.h"

#include "cost/count.h"

#define EINSUM "Z[p] = A[p]"
#define NEST "dram[A Z] for p:4 par x p:1 cell[A Z] mac"

static const aug_flow *fills(const cost_bench *b) {
    return &cost_holding(b, "cell", "A")->flows[AUG_FLOW_FILL];
}

static void the_busiest_instance(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=10", "dram x:4 cell mac");
    b.problem.drain_reads = true;
    cost_evaluate(&b, NEST);
    assert_words(&b, "cell", "A", 10, 10, 0);
    assert_words(&b, "cell", "Z", 10, 0, 10);
    assert_int_equal(fills(&b)->busiest, 3);
    assert_int_equal(b.cost.memories[1].instances, 4);
    assert_int_equal(b.cost.compute.busiest, 3);
    assert_int_equal(b.cost.compute.operations, 10);
    assert_int_equal(b.cost.memories[1].tensors[1].drain_words, 10);
    cost_end(&b);
}

// Actions are rounded up in each cell: of 4 words 1 each, of 2 words 2 2 1 1.
static void actions_of_several_words(void **state) {
    (void)state;
    static const struct {
        aug_count block;
        double actions;
    } cases[] = {{1, 10}, {2, 6}, {4, 4}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        cost_bench b;
        cost_begin(&b, EINSUM, "p=10", "dram x:4 cell mac");
        cost_edit(&b, "cell")->block = cases[i].block;
        cost_evaluate(&b, NEST);
        assert_near(fills(&b)->actions, cases[i].actions, 0.0);
        cost_end(&b);
    }
}

// 12 elements: all cells get 3, and one count serves for all.
static void instances_that_are_alike(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=12", "dram x:4 cell mac");
    cost_edit(&b, "cell")->block = 2;
    cost_evaluate(&b, NEST);
    assert_int_equal(fills(&b)->dense, 12);
    assert_int_equal(fills(&b)->busiest, 3);
    assert_near(fills(&b)->actions, 8.0, 0.0);
    cost_end(&b);
}

// Operations that add to one result at once do so as the axis lets results be summed, whatever it lets operands do. k 7 in fours over 4 cells, a
// result for each of m 2, n 2 in both steps: 8 sums, 4 of which find a partial one. Apart: 4 * 4 first ones and 3 * 4 that find one.
static void results_of_compute_go_by_the_way_up(void **state) {
    (void)state;
    for (unsigned reduce = 0; reduce < 2; reduce++) {
        cost_bench b;
        cost_begin(&b, COST_PRODUCT, "m=2 n=2 k=7", "dram x:4 mac");
        b.problem.axes[0].reduce = reduce ? ~0u : 0;
        b.problem.axes[0].multicast = reduce ? 0 : ~0u;
        cost_evaluate(&b, "dram[A B Z] for k:4 par x k:1 for m:1 for n:1 mac");
        assert_words(&b, "dram", "Z", reduce ? 4 : 12, 0, reduce ? 8 : 28);
        assert_words(&b, "dram", "A", 28, 0, 0);
        cost_end(&b);
    }
}

// The outermost store has one holder, cells have those in use: 10 in fours and then by two cells.
static void holders_of_a_tensor(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=10", "dram x:4 cell mac");
    cost_evaluate(&b, "dram[A Z] for p:4 par x p:3 cell[A] for p:1 mac");
    assert_int_equal(cost_holding(&b, "dram", "A")->instances, 1);
    assert_int_equal(cost_holding(&b, "dram", "Z")->instances, 1);
    assert_int_equal(cost_holding(&b, "cell", "A")->instances, 2);
    assert_int_equal(cost_holding(&b, "cell", "A")->flows[AUG_FLOW_FILL].busiest, 8); // 3 3 2, the other 1 1
    assert_words(&b, "cell", "A", 10, 10, 0);
    cost_end(&b);
}

// Values from before: Z goes into the cells and back, in each of two steps of k that m steps inside of. m 3 over two cells, one of them idle
// in the second step of m: it fetches Z[1] once, the other one Z[0] Z[2] Z[0] Z[2].
static void results_that_start_from_values(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "Z[m] += A[m,k]", "m=3 k=2", "dram x:2 cell mac");
    b.problem.tensors[1].accumulates = true;
    cost_evaluate(&b, "dram[A Z] for k:1 for m:2 par x m:1 cell[Z] mac");
    assert_words(&b, "dram", "Z", 5, 0, 5);
    assert_words(&b, "cell", "Z", 6, 5, 6);
    assert_int_equal(cost_holding(&b, "cell", "Z")->flows[AUG_FLOW_FILL].busiest, 4);
    cost_end(&b);
}

static void instances_in_use(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=10", "dram x:4 cell y:2 mac");
    cost_nest(&b, "dram[A Z] for p:6 par x p:2 cell[A Z] par y p:1 mac");
    const aug_form *form = aug_scratch_form(b.scratch, &b.problem, &b.mapping);
    assert_int_equal(aug_form_instances(form, 0), 1);
    assert_int_equal(aug_form_instances(form, 1), 3); // 6 in twos
    assert_int_equal(aug_form_instances(form, 2), 6);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_busiest_instance),
        cmocka_unit_test(actions_of_several_words),
        cmocka_unit_test(instances_that_are_alike),
        cmocka_unit_test(results_of_compute_go_by_the_way_up),
        cmocka_unit_test(holders_of_a_tensor),
        cmocka_unit_test(results_that_start_from_values),
        cmocka_unit_test(instances_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
