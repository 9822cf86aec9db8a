// The short way by hand: products, windows, children on a diagonal, and what it leaves to the long way.
#include "support/cost_bench.h"

#include "cost/perfect.h"

// m 8, n 4, k 6: two tiles of m, n over 4 places, k over 2; Z stays in the registers.
#define NEST "dram[A B Z] for m:4 buffer[A B Z] par x n:1 par y k:3 register[Z] for m:1 for k:1 mac"

static bool count(cost_bench *b, const char *nest) {
    cost_nest(b, nest);
    return aug_perfect_count(&b->problem, &b->mapping, &b->cost);
}

typedef struct flow_case {
    const char *memory, *tensor;
    aug_count reads, fills, updates;
} flow_case;

// A  2 tiles of 4 x 6; compute reads it for each m and k, once for all of x: 48
// B  1 tile of 6 x 4; each of 192 operations reads its own
// Z  2 tiles of 4 x 4 go up to dram. Each register sends 2 tiles of 4 words, those along y add up: 32. 192 operations update it; all
//    but the first of each of 8 words in 8 registers read it back: 192 - 64
static const flow_case flows[] = {
    {"dram", "A", 48, 0, 0},       {"dram", "B", 24, 0, 0},        {"dram", "Z", 0, 0, 32},      {"buffer", "A", 48, 48, 0},
    {"buffer", "B", 192, 24, 0},   {"buffer", "Z", 0, 0, 32},      {"register", "Z", 128, 0, 192},
};
// What leaves upwards is read: 32 words in the buffer, 8 * 8 in the registers.
static const flow_case flows_with_drains[] = {
    {"dram", "Z", 0, 0, 32}, {"buffer", "Z", 32, 0, 32}, {"register", "Z", 192, 0, 192}, {"buffer", "A", 48, 48, 0}};
// Existing values come down: 32 to the buffer, 8 words to each of 4 pairs of registers, and no operation is the first.
static const flow_case flows_from_values[] = {
    {"dram", "Z", 32, 0, 32}, {"buffer", "Z", 32, 32, 32}, {"register", "Z", 192, 64, 192}, {"buffer", "A", 48, 48, 0}};

static void expect_flows(const cost_bench *b, const flow_case *cases, size_t count_of_cases) {
    for (size_t i = 0; i < count_of_cases; i++)
        assert_words(b, cases[i].memory, cases[i].tensor, cases[i].reads, cases[i].fills, cases[i].updates);
}

static void counts_are_products(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer x:4 y:2 register mac");
    assert_true(count(&b, NEST));
    expect_flows(&b, flows, AUG_COUNT(flows));
    const aug_holding *z = cost_holding(&b, "register", "Z");
    assert_int_equal(z->instances, 8);
    assert_int_equal(z->tile_words, 4);
    assert_int_equal(z->flows[AUG_FLOW_UPDATE].busiest, 24);
    assert_int_equal(z->drain_words, 0);
    assert_int_equal(b.cost.compute.operations, 192);
    assert_int_equal(b.cost.compute.busiest, 24);
    assert_int_equal(b.cost.compute.instances, 8);
    b.problem.drain_reads = true;
    assert_true(count(&b, NEST));
    expect_flows(&b, flows_with_drains, AUG_COUNT(flows_with_drains));
    assert_int_equal(cost_holding(&b, "register", "Z")->drain_words, 64);
    b.problem.drain_reads = false;
    b.problem.tensors[2].accumulates = true;
    assert_true(count(&b, NEST));
    expect_flows(&b, flows_from_values, AUG_COUNT(flows_from_values));
    cost_end(&b);
}

// B does not move with m, but is fetched anew where that is asked for.
static void whole_tiles_come_at_every_step(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
    assert_true(count(&b, "dram[A B Z] for m:4 buffer[A B! Z] for m:1 for n:1 for k:1 mac"));
    assert_words(&b, "dram", "B", 48, 0, 0);
    assert_words(&b, "buffer", "B", 192, 48, 0);
    cost_end(&b);
}

typedef struct share_case {
    const char *einsum, *sizes, *nest;
    unsigned forbidden;   // axes along which I may not be shared
    aug_count reads;      // of I in the buffer
    bool short_way;
} share_case;

// Children read I at different places only once.
static const share_case shares[] = {
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 0, 6, true}, // p + r is 0 .. 5
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 1, 12, true}, // rows alone never agree
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 2, 12, true},
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 3, 12, true},
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 for r:1 mac", 0, 12, true}, // one after the other is not at once
    {"O[p] += I[2*p+r] * W[r]", "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 0, 9, true}, // 0 .. 8
    {"O[p] += I[2*p+4*r] * W[r]", "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 0, 8, true}, // 0, 2 .. 14
    {"O[p] += I[2*p+3*r] * W[r]", "p=4 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 0, 11, true}, // p 3 r 0 is p 0 r 2
    {"O[p] += I[2*p+3*r] * W[r]", "p=3 r=3", "dram[I W O] buffer[I W O] par x p:1 par y r:1 mac", 0, 9, true}, // none agree
    {COST_WINDOW, "p=8 r=3", "dram[I W O] buffer[I W O] par x p:2 par y r:1 register[I] for p:1 mac", 0, 18, true}, // 2 words from 0 .. 8
    {"O[p,m] += I[p+r] * W[r,m]", "p=4 r=3 m=2", "dram[I W O] buffer[I W O] par x p:1 par y r:1 for m:1 mac", 0, 12, true}, // twice
    {"O[p,m] += I[p+r] * W[r,m]", "p=4 r=3 m=2", "dram[I W O] buffer[I W O] par x p:1 par y r:1 par y m:1 mac", 0, 6, true}, // m shares
    {"O[p,q] += I[p+r+q] * W[r]", "p=2 q=2 r=2", "dram[I W O] buffer[I W O] par x p:1 par x q:1 par y r:1 mac", 0, 4, false}, // 0 .. 3
    {COST_WINDOW, "p=4 r=3", "dram[I W O] buffer[I W O] par x p:2 par x p:1 par y r:1 mac", 0, 6, false}, // p in two loops
};

static void diagonals_share(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(shares); i++) {
        cost_bench b;
        cost_begin(&b, shares[i].einsum, shares[i].sizes, "dram buffer x:4 y:6 register mac");
        for (int a = 0; a < 2; a++)
            if (shares[i].forbidden >> a & 1)
                b.problem.axes[a].multicast &= ~1u;
        if (count(&b, shares[i].nest) != shares[i].short_way)
            fail_msg("case %zu: the short way", i);
        if (shares[i].short_way)
            assert_words(&b, "buffer", "I", shares[i].reads, cost_holding(&b, "buffer", "I")->flows[AUG_FLOW_FILL].dense, 0);
        aug_cost_evaluate(&b.problem, &b.mapping, b.scratch, &b.cost);
        if (cost_holding(&b, "buffer", "I")->flows[AUG_FLOW_READ].dense != shares[i].reads)
            fail_msg("case %zu: found %" PRIu64, i, cost_holding(&b, "buffer", "I")->flows[AUG_FLOW_READ].dense);
        cost_end(&b);
    }
}

// p 8 in tiles of 2, r 3. Boxes of both: 4 of 4 words, of which 2 stay at each of 3 steps: 10. With r outside, boxes of 2: 8 words for
// each r, and going back from p 6 nothing stays: 24. With r inside, 2 + 1 + 1 words, and the next p starts with what is there: 4 + 3 * 2.
static void windows_keep_what_they_have(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_WINDOW, "p=8 r=3", "dram buffer mac");
    assert_true(count(&b, "dram[I W O] for p:2 buffer[I W O] for p:1 for r:1 mac"));
    assert_words(&b, "buffer", "I", 24, 10, 0);
    assert_true(count(&b, "dram[I W O] for r:1 for p:2 buffer[I W O] for p:1 mac"));
    assert_words(&b, "buffer", "I", 24, 24, 0);
    assert_true(count(&b, "dram[I W O] for p:2 for r:1 buffer[I W O] for p:1 mac"));
    assert_words(&b, "buffer", "I", 24, 10, 0);
    cost_end(&b);
}

static void what_does_not_divide_is_refused(void **state) {
    (void)state;
    static const struct { const char *einsum, *sizes, *nest; bool taken; } cases[] = {
        {COST_PRODUCT, "m=8 n=4 k=6", "dram[A B Z] for m:3 buffer[A B Z] for m:1 for n:1 for k:1 mac", false},
        {COST_PRODUCT, "m=8 n=4 k=6", "dram[A B Z] for m:4 buffer[A B Z] for m:3 for m:1 for n:1 for k:1 mac", false},
        {COST_PRODUCT, "m=8 n=4 k=6", "dram[A B Z] par x k:4 for m:1 for n:1 for k:1 mac", false},
        {COST_PRODUCT, "m=8 n=4 k=6", "dram[A B Z] for m:8 for k:6 for m:1 for n:1 for k:1 mac", true}, // loops of one step
        {COST_PRODUCT, "m=7 n=5 k=3", "dram[A B Z] for m:1 for n:1 par x k:1 mac", true},
        {"O[p+r] += I[p] * W[r]", "p=4 r=3", "dram[I W O] for p:1 for r:1 mac", false}, // results overlap
        {"O[p+r] += I[p] * W[r]", "p=4 r=1", "dram[I W O] for p:1 mac", true}, // r never moves
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        cost_bench b;
        aug_totals totals;
        cost_begin(&b, cases[i].einsum, cases[i].sizes, "dram buffer x:4 y:2 register mac");
        if (count(&b, cases[i].nest) != cases[i].taken || aug_perfect_totals(&b.problem, &b.mapping, &totals) != cases[i].taken)
            fail_msg("case %zu", i);
        cost_end(&b);
    }
}

// dram alone gives A 192, B 192 and Z 160, takes 192, at 2 pJ: 1472 pJ; 192 operations of 0.5 pJ; 100 bit per cycle from words of 8: 44.
static void totals_are_those_of_the_whole_cost(void **state) {
    (void)state;
    cost_bench b;
    aug_totals totals;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram x:4 register mac");
    cost_price(&b, "dram", 2.0);
    b.problem.computes[0].energy_pj = 0.5;
    b.problem.arrays[0].drain_cycles = 3;
    cost_edit(&b, "dram")->read_bits_per_cycle = 16;
    cost_nest(&b, "dram[A B Z] for m:1 for n:1 for k:1 mac");
    assert_true(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    assert_near(totals.energy_pj, (192 + 192 + 160 + 192) * 2.0 + 96.0, 1e-12);
    assert_near(totals.cycles, (192 + 192 + 160) * 8.0 / 16.0 + 3.0, 0.0);
    assert_true(totals.fits);
    cost_edit(&b, "dram")->capacity_bits = 831; // 48 + 24 + 32 words
    assert_true(aug_perfect_totals(&b.problem, &b.mapping, &totals) && !totals.fits);
    for (int room = 0; room < 2; room++) { // two copies of it
        cost_edit(&b, "dram")->buffers = 2;
        cost_edit(&b, "dram")->capacity_bits = 1663 + room;
        assert_true(aug_perfect_totals(&b.problem, &b.mapping, &totals));
        assert_int_equal(totals.fits, room);
    }
    cost_end(&b);
}

static void totals_leave_rare_terms_to_the_long_way(void **state) {
    (void)state;
    cost_bench b;
    aug_totals totals;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer x:4 register mac");
    cost_nest(&b, "dram[A B Z] for m:4 buffer[A B Z] for m:1 for n:1 for k:1 mac");
    assert_true(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    b.problem.arrays[0].per_fold = true;
    assert_false(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    b.problem.arrays[0].per_fold = false;
    b.problem.arrays[0].hop_pj = 0.1;
    assert_false(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    b.problem.arrays[0].hop_pj = 0.0;
    b.problem.arrays[0].router_pj = 0.1;
    assert_false(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    b.problem.arrays[0].router_pj = 0.0;
    cost_edit(&b, "buffer")->gated_at = 0;
    assert_true(aug_perfect_totals(&b.problem, &b.mapping, &totals)); // which does not leak
    cost_edit(&b, "buffer")->leakage_pj_per_cycle = 1.0;
    assert_false(aug_perfect_totals(&b.problem, &b.mapping, &totals));
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_products),
        cmocka_unit_test(whole_tiles_come_at_every_step),
        cmocka_unit_test(diagonals_share),
        cmocka_unit_test(windows_keep_what_they_have),
        cmocka_unit_test(what_does_not_divide_is_refused),
        cmocka_unit_test(totals_are_those_of_the_whole_cost),
        cmocka_unit_test(totals_leave_rare_terms_to_the_long_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
