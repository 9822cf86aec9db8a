// A prepared mapping with tiles of a product of m 12, n 4, k 6, by hand; and what cannot be prepared. Random ones:
// tests/property/mapping_cost_test.c.
#include "support/cost_bench.h"

#include "cost/quick.h"

#define MACHINE "dram buffer x:4 register mac"
#define NEST "dram[A B Z] for m:4 buffer[A B Z] par x n:1 register[B] for k:1 for m:1 mac"

static aug_quick *begin(cost_bench *b) {
    cost_begin(b, COST_PRODUCT, "m=12 n=4 k=6", MACHINE);
    cost_price(b, "dram", 100.0);
    cost_price(b, "buffer", 10.0);
    cost_price(b, "register", 1.0);
    b->problem.computes[0].energy_pj = 0.5;
    cost_evaluate(b, NEST);
    return aug_quick_new(&b->arena, &b->problem, &b->mapping);
}

// Tiles of m: 4, so 3 steps. dram: A 72, B 24 (it stays in the buffer), Z 48 updates: 144 words at 100.
// buffer: fills A 72, B 24, Z 0; reads A 288 / 4 cells = 72, B into the registers once per step of m: no loop moves it, 24;
//   Z 288 updates, 288 - 48 read back: 72 + 24 + 72 + 24 + 288 + 240 = 720 words at 10.
// register: B 24 fills, 288 reads: 312 at 1. mac: 288 at 0.5.
static void totals_by_hand(void **state) {
    (void)state;
    cost_bench b;
    const aug_quick *quick = begin(&b);
    const aug_count tiles[] = {4, 1, 1, 1};
    aug_totals totals;
    assert_non_null(quick);
    assert_true(aug_quick_run(quick, tiles, &totals));
    assert_near(totals.energy_pj, 14400.0 + 7200.0 + 312.0 + 144.0, 1e-9);
    assert_near(totals.cycles, 72.0, 0.0); // 288 operations on 4 units
    assert_true(totals.fits);
    assert_near(totals.energy_pj, b.cost.energy_pj, 1e-9);
    cost_end(&b);
}

static void tiles_must_divide(void **state) {
    (void)state;
    cost_bench b;
    const aug_quick *quick = begin(&b);
    const aug_count uneven[] = {5, 1, 1, 1}, growing[] = {4, 1, 1, 8};
    aug_totals totals;
    assert_false(aug_quick_run(quick, uneven, &totals));
    assert_false(aug_quick_run(quick, growing, &totals));
    cost_end(&b);
}

static void what_does_not_fit(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=12 n=4 k=6", MACHINE);
    b.problem.axes[0].fanout = 3;
    cost_evaluate(&b, NEST);
    const aug_quick *quick = aug_quick_new(&b.arena, &b.problem, &b.mapping);
    const aug_count tiles[] = {4, 1, 1, 1};
    aug_totals totals;
    assert_true(aug_quick_run(quick, tiles, &totals));
    assert_false(totals.fits);
    cost_end(&b);
}

// Z[] += A[k], k 4 in space over 2 x 2 cells. dram gives A 4 and takes one sum of all; each of 4 cells is filled with one word of A, reads
// it, and updates its one sum once: 4 fills, 4 reads, 4 updates, and 4 reads on their way up. 500 + 16, one cycle.
static void one_word_at_a_time(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "Z[] += A[k]", "k=4", "dram x:2 y:2 register mac");
    cost_price(&b, "dram", 100.0);
    cost_price(&b, "register", 1.0);
    b.problem.computes[0].energy_pj = 0.0;
    b.problem.drain_reads = true;
    cost_nest(&b, "dram[A Z] par x k:2 par y k:1 register[A Z] mac");
    const aug_quick *quick = aug_quick_new(&b.arena, &b.problem, &b.mapping);
    const aug_count tiles[] = {2, 1};
    aug_totals totals;
    assert_true(aug_quick_run(quick, tiles, &totals));
    assert_near(totals.energy_pj, 516.0, 1e-12);
    assert_near(totals.cycles, 1.0, 0.0);
    cost_end(&b);
}

// 72 + 24 + 48 words of 8 bits in dram: 1152. The buffer's tiles of m 4, 24 + 24 + 16, twice: 1024.
static void what_has_just_enough_room(void **state) {
    (void)state;
    static const struct { double dram, buffer; bool fits; } rows[] = {{1152, 1024, true}, {1151, 1024, false}, {1152, 1023, false}};
    const aug_count tiles[] = {4, 1, 1, 1};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        cost_bench b;
        aug_totals totals;
        cost_begin(&b, COST_PRODUCT, "m=12 n=4 k=6", MACHINE);
        cost_edit(&b, "dram")->capacity_bits = rows[i].dram;
        cost_edit(&b, "buffer")->capacity_bits = rows[i].buffer;
        cost_edit(&b, "buffer")->buffers = 2;
        cost_nest(&b, NEST);
        assert_true(aug_quick_run(aug_quick_new(&b.arena, &b.problem, &b.mapping), tiles, &totals));
        assert_int_equal(totals.fits, rows[i].fits);
        cost_end(&b);
    }
}

static void windows_are_not_prepared(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_WINDOW, "p=8 r=3", "dram mac");
    cost_evaluate(&b, "dram[I W O] for p:1 for r:1 mac");
    assert_null(aug_quick_new(&b.arena, &b.problem, &b.mapping));
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_by_hand),
        cmocka_unit_test(tiles_must_divide),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(one_word_at_a_time),
        cmocka_unit_test(what_has_just_enough_room),
        cmocka_unit_test(windows_are_not_prepared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
