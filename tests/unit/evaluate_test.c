// The pass as a whole: the example of src/cost/README.md to the last figure, and what calls leave to each other.
#include "support/cost_bench.h"

#define SMOOTHING "dram[I W O] for p:4 buffer[I W O] par x p:2 register[O] for r:1 for p:1 mac"

// Two cells; 8 and 16 bit per cycle; 100, 10 and 1 pJ a word, 0.5 pJ an operation; a buffer of 96 and registers of 16 bits.
static void begin(cost_bench *b) {
    cost_begin(b, COST_WINDOW, "p=7 r=3", "dram buffer x:2 register mac");
    static const struct { double pj, bits_per_cycle, capacity_bits; } memories[] = {
        {100, 8, (double)INFINITY}, {10, 16, 96}, {1, (double)INFINITY, 16}};
    for (int m = 0; m < 3; m++) {
        cost_price(b, b->problem.memories[m].name, memories[m].pj);
        b->problem.memories[m].read_bits_per_cycle = b->problem.memories[m].write_bits_per_cycle = memories[m].bits_per_cycle;
        b->problem.memories[m].capacity_bits = memories[m].capacity_bits;
        b->problem.memories[m].shared_port = true;
    }
    b->problem.computes[0].energy_pj = 0.5;
    b->problem.drain_reads = true;
}

// dram      9 + 3 read, 7 updated: 19 words
// buffer    9 + 3 filled, I 21 and W 12 read, O 7 updated and 7 read on their way up: 59 words of 8 bits over 16 are 29.5 cycles
// register  21 updated, 14 read back and 7 on their way up: 42 words
// energy    19 * 100 + 59 * 10 + 42 * 1 + 21 * 0.5 = 2542.5
// The buffer holds 6 + 3 + 4 words, 104 of 96 bits.
static void the_example_comes_out(void **state) {
    (void)state;
    cost_bench b;
    begin(&b);
    cost_evaluate(&b, SMOOTHING);
    assert_words(&b, "dram", "I", 9, 0, 0);
    assert_words(&b, "dram", "W", 3, 0, 0);
    assert_words(&b, "dram", "O", 0, 0, 7);
    assert_words(&b, "buffer", "I", 21, 9, 0);
    assert_words(&b, "buffer", "W", 12, 3, 0);
    assert_words(&b, "buffer", "O", 7, 0, 7);
    assert_words(&b, "register", "O", 21, 0, 21);
    assert_int_equal(b.cost.compute.operations, 21);
    assert_int_equal(b.cost.compute.busiest, 12);
    assert_int_equal(b.cost.compute.instances, 2);
    assert_near(b.cost.memories[0].cycles, 19.0, 0.0);
    assert_near(b.cost.memories[1].cycles, 29.5, 0.0);
    assert_near(b.cost.cycles, 30.0, 0.0);
    assert_near(b.cost.energy_pj, 2542.5, 1e-12);
    assert_near(b.cost.edp_pj_cycles, 2542.5 * 30.0, 1e-12);
    assert_near(b.cost.utilization, 21.0 / 60.0, 1e-12);
    assert_false(b.fits);
    assert_int_equal(b.cost.violation_count, 1);
    assert_int_equal(b.cost.violations[0].rule, AUG_RULE_CAPACITY);
    assert_near(b.cost.violations[0].have, 96.0, 0.0);
    assert_near(b.cost.violations[0].need, 104.0, 0.0);
    cost_edit(&b, "buffer")->capacity_bits = 104;
    cost_evaluate(&b, SMOOTHING);
    assert_true(b.fits);
    cost_end(&b);
}

// Dense data: all that is counted happens.
static void dense_data_leaves_nothing_out(void **state) {
    (void)state;
    static const char *const nests[] = {SMOOTHING, "dram[I W O] for p:1 buffer[I W O] for r:1 mac"};
    for (size_t i = 0; i < AUG_COUNT(nests); i++) {
        cost_bench b;
        begin(&b);
        cost_evaluate(&b, nests[i]);
        for (int m = 0; m < b.problem.memory_count; m++)
            for (int t = 0; t < 3; t++)
                for (int f = 0; f < AUG_FLOW_COUNT && b.cost.memories[m].tensors[t].kept; f++) {
                    const aug_flow *flow = &b.cost.memories[m].tensors[t].flows[f];
                    assert_true(flow->actual == (double)flow->dense && flow->busiest_actual == (double)flow->busiest);
                    assert_true(flow->gated == 0.0 && flow->skipped == 0.0 && flow->absent == 0.0);
                }
        assert_true(b.cost.compute.actual == 21.0 && b.cost.compute.gated == 0.0 && b.cost.compute.imbalance == 1.0);
        cost_end(&b);
    }
}

// Nothing of one evaluation is left in the next one, whichever way each goes: figures come out as from new room.
static void evaluations_do_not_meet(void **state) {
    (void)state;
    static const char *const nests[] = {
        SMOOTHING, "dram[I W O] par x p:4 register[I W O] for p:1 for r:1 mac", "dram[I W O] for p:1 for r:1 mac",
        "dram[W O] buffer[I O] for r:2 par x p:4 register[I!] for r:1 for p:1 mac", "buffer[I W O] for r:1 for p:3 for p:1 mac"};
    cost_bench used;
    begin(&used);
    for (size_t i = 0; i < 25; i++) {
        cost_bench fresh;
        begin(&fresh);
        cost_evaluate(&used, nests[i % 5]);
        cost_evaluate(&used, nests[i / 5]);
        cost_evaluate(&fresh, nests[i / 5]);
        assert_near(used.cost.energy_pj, fresh.cost.energy_pj, 0.0);
        assert_near(used.cost.cycles, fresh.cost.cycles, 0.0);
        assert_int_equal(used.cost.violation_count, fresh.cost.violation_count);
        for (int m = 0; m < 3; m++) {
            assert_int_equal(used.cost.memories[m].used, fresh.cost.memories[m].used);
            assert_near(used.cost.memories[m].energy_pj, fresh.cost.memories[m].energy_pj, 0.0);
            assert_near(used.cost.memories[m].occupancy_bits, fresh.cost.memories[m].occupancy_bits, 0.0);
        }
        cost_end(&fresh);
    }
    cost_end(&used);
}

typedef struct totals_case {
    const char *nest;
    double energy_pj, cycles;
    bool fits;
} totals_case;

// Without a buffer: dram gives I 21 and W 21, O 14 back and takes 21: 77 words, 77 cycles, 7700 + 10.5 pJ. With all of it in the buffer: dram 9 +
// 3 + 7 words; the buffer takes 12 and 21, gives 21, 21, 14 and 7: 96 words, 48 cycles, 19 words of 152 bits.
static const totals_case totals_cases[] = {
    {"dram[I W O] for p:1 for r:1 mac", 7710.5, 77, true},
    {"dram[I W O] buffer[I W O] for p:1 for r:1 mac", 1900 + 960 + 10.5, 48, false},
    {SMOOTHING, 2542.5, 30, false},
};

static void totals_are_those_of_the_cost(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(totals_cases); i++) {
        cost_bench b;
        aug_totals totals;
        begin(&b);
        cost_evaluate(&b, totals_cases[i].nest);
        assert_near(b.cost.energy_pj, totals_cases[i].energy_pj, 1e-12);
        assert_near(b.cost.cycles, totals_cases[i].cycles, 0.0);
        assert_int_equal(b.fits, totals_cases[i].fits);
        aug_cost_totals(&b.problem, &b.mapping, b.scratch, &b.cost, &totals);
        assert_near(totals.energy_pj, totals_cases[i].energy_pj, 1e-12);
        assert_near(totals.cycles, totals_cases[i].cycles, 0.0);
        assert_int_equal(totals.fits, totals_cases[i].fits);
        cost_end(&b);
    }
}

// Terms that only the long way knows reach the totals: 3 cycles per fold, m 8 in 4 folds of 2 places.
static void totals_have_all_terms(void **state) {
    (void)state;
    cost_bench b;
    aug_totals totals;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram x:2 register mac");
    b.problem.arrays[0].fill_cycles = 3;
    b.problem.arrays[0].per_fold = true;
    cost_nest(&b, "dram[A B Z] for m:2 par x m:1 register[A] for k:1 for n:1 mac");
    aug_cost_totals(&b.problem, &b.mapping, b.scratch, &b.cost, &totals);
    assert_near(totals.cycles, 192.0 / 2.0 + 4.0 * 3.0, 0.0);
    assert_true(isnan(totals.energy_pj) && totals.fits);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_comes_out),
        cmocka_unit_test(dense_data_leaves_nothing_out),
        cmocka_unit_test(evaluations_do_not_meet),
        cmocka_unit_test(totals_are_those_of_the_cost),
        cmocka_unit_test(totals_have_all_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
