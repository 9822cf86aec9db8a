// Ways to fill an array of four cells, listed by hand.
#include "support/search_bench.h"

#include "mapper/spread.h"

#include <math.h>

#define PRODUCT_MACHINE "dram buffer x:4 register mac"

// The steps of m, n and k, or of p and r.
typedef struct way {
    aug_count steps[3];
} way;

static void begin(search_bench *b, const char *einsum, const char *sizes, const char *machine) {
    search_begin(b, einsum, sizes, machine);
    search_prepare(b);
}

static bool list(search_bench *b, aug_spreads *spreads) {
    return aug_spreads_init(&b->bench.arena, &b->space, 0, spreads);
}

// The place of a way; -1: it is not listed.
static int find(const search_bench *b, const aug_spreads *spreads, const char *ranks, way wanted) {
    for (int i = 0; i < spreads->count; i++) {
        bool same = true;
        for (int r = 0; ranks[r]; r++) {
            const char name[2] = {ranks[r], '\0'};
            same &= spreads->at[i].steps[search_rank(b, name)] == wanted.steps[r];
        }
        if (same)
            return i;
    }
    return -1;
}

// m 4, n 2, k 2 on four cells: divisors with a product of 4 at most.
static const way product_ways[] = {{{4, 1, 1}}, {{2, 2, 1}}, {{2, 1, 2}}, {{1, 2, 2}},
                                   {{2, 1, 1}}, {{1, 2, 1}}, {{1, 1, 2}}, {{1, 1, 1}}};

static void every_way_the_most_steps_first(void **state) {
    search_bench b;
    aug_spreads spreads;
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    assert_int_equal(spreads.count, AUG_COUNT(product_ways));
    for (size_t i = 0; i < AUG_COUNT(product_ways); i++) {
        int at = find(&b, &spreads, "mnk", product_ways[i]);
        const aug_count *steps = product_ways[i].steps;
        assert_true(at >= 0);
        assert_true(spreads.at[at].all == steps[0] * steps[1] * steps[2]);
        assert_true(spreads.all[at] == (double)spreads.at[at].all);
        assert_true(at == 0 || spreads.all[at - 1] >= spreads.all[at]);
    }
    search_end(&b);
}

// A rank that does not move a tensor makes copies of it: n of A, m of B, k of Z. All of a read is shared.
static void copies_of_each_way(void **state) {
    search_bench b;
    aug_spreads spreads;
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    for (size_t i = 0; i < AUG_COUNT(product_ways); i++) {
        int at = find(&b, &spreads, "mnk", product_ways[i]);
        const double expected[] = {(double)product_ways[i].steps[1], (double)product_ways[i].steps[0],
                                   (double)product_ways[i].steps[2]};
        for (int t = 0; t < 3; t++) {
            assert_true(spreads.copies[t][at] == expected[t]);
            assert_true(spreads.reads[0][t][at] == 1.0 / expected[t]);
            assert_null(spreads.diagonals[t]);
        }
    }
    search_end(&b);
}

// fixed 100; fills 3 copies of A, 5 of B, 4 for what A's parent gives and 1 more, 15 at least; operands of Z
// 8 over its copies and 2 more, 7 at least.
//   1 1 1: 3 + 5 + 4 + 1 = 13, so 15; 8 + 2 = 10          2 2 1: 6 + 10 + 4 + 1 = 21; 8 + 2 = 10
//   1 2 2: 6 + 5 + 4 + 1 = 16; 4 + 2 = 6, so 7            2 1 2: 3 + 10 + 4 + 1 = 18; 6, so 7
static void the_price_of_a_way(void **state) {
    static const struct {
        way of;
        double price;
    } rows[] = {{{{1, 1, 1}}, 125}, {{{2, 2, 1}}, 131}, {{{1, 2, 2}}, 123}, {{{2, 1, 2}}, 125}};
    static const aug_spread_price terms = {.fixed = 100,
                                           .still = 1,
                                           .idle = 2,
                                           .least_fills = 15,
                                           .least_operands = 7,
                                           .fills = {3, 5, 0},
                                           .operands = {0, 0, 8},
                                           .downs = {4, 0, 0}};
    search_bench b;
    aug_spreads spreads;
    double prices[AUG_SPREADS];
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    aug_spreads_price(&spreads, 3, &terms, prices);
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_true(prices[find(&b, &spreads, "mnk", rows[i].of)] == rows[i].price);
    search_end(&b);
}

// What is left of m is 2, of n 1, of k 2.
static void ways_that_divide_what_is_left(void **state) {
    static const struct {
        way of;
        bool fits;
    } rows[] = {{{{4, 1, 1}}, false}, {{{2, 1, 2}}, true}, {{{2, 2, 1}}, false},
                {{{1, 2, 1}}, false}, {{{1, 1, 2}}, true}, {{{1, 1, 1}}, true}};
    search_bench b;
    aug_spreads spreads;
    uint64_t fits[AUG_SPREADS / 64];
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    int cut[AUG_PROBLEM_RANKS] = {0};
    cut[search_rank(&b, "m")] = 1;
    cut[search_rank(&b, "n")] = 1;
    aug_spreads_fitting(&spreads, &b.space, cut, fits);
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        if (aug_spreads_fit(&spreads, fits, find(&b, &spreads, "mnk", rows[i].of)) != rows[i].fits)
            fail_msg("row %zu", i);
    search_end(&b);
}

// Three of m's six are left: two steps do not divide them.
static void steps_that_do_not_divide_what_is_left(void **state) {
    search_bench b;
    aug_spreads spreads;
    uint64_t fits[AUG_SPREADS / 64];
    int cut[AUG_PROBLEM_RANKS] = {0};
    (void)state;
    begin(&b, COST_PRODUCT, "m=6 n=1 k=1", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    cut[search_rank(&b, "m")] = 1;
    aug_spreads_fitting(&spreads, &b.space, cut, fits);
    for (aug_count steps = 1; steps <= 3; steps++)
        assert_int_equal(aug_spreads_fit(&spreads, fits, find(&b, &spreads, "m", (way){{steps}})),
                         steps != 2);
    search_end(&b);
}

// What is left of m is 2, of n 1, of k 2. To leave one point of m takes two steps of it.
static void ways_that_use_up_a_rank(void **state) {
    static const struct {
        way of;
        unsigned ranks;
        bool fits;
    } rows[] = {{{{2, 1, 1}}, 1, true}, {{{1, 1, 2}}, 1, false}, {{{2, 1, 1}}, 7, false}, {{{2, 1, 2}}, 7, true}};
    search_bench b;
    aug_spreads spreads;
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        int cut[AUG_PROBLEM_RANKS] = {0}, ranks[] = {search_rank(&b, "m"), search_rank(&b, "n"), search_rank(&b, "k")};
        unsigned using_up = 0;
        uint64_t fits[AUG_SPREADS / 64];
        cut[ranks[0]] = aug_tile_class_find(&b.space.classes[ranks[0]], 2);
        cut[ranks[1]] = aug_tile_class_find(&b.space.classes[ranks[1]], 1);
        for (int r = 0; r < 3; r++)
            using_up |= (rows[i].ranks >> r & 1) << ranks[r];
        aug_spreads_fitting(&spreads, &b.space, cut, fits);
        aug_spreads_using_up(&spreads, &b.space, cut, using_up, fits);
        if (aug_spreads_fit(&spreads, fits, find(&b, &spreads, "mnk", rows[i].of)) != rows[i].fits)
            fail_msg("case %zu", i);
    }
    search_end(&b);
}

// One point of each rank: one way, and bits of a word beyond it are clear.
static void nothing_fits_beyond_the_last_way(void **state) {
    search_bench b;
    aug_spreads spreads;
    uint64_t fits = 0;
    const int cut[AUG_PROBLEM_RANKS] = {0};
    (void)state;
    begin(&b, COST_PRODUCT, "m=1 n=1 k=1", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads) && spreads.words == 1);
    aug_spreads_fitting(&spreads, &b.space, cut, &fits);
    assert_true(fits == 1);
    search_end(&b);
}

// O[p] += I[p+r] W[r], p 4, r 2. p and r both slide I: of 2 · 2 cells 2 + 2 - 1 = 3 read something of their
// own; where I slides further out already, one may read for all. What comes down into stores inside is words
// of the tile outside, however they are spread, but for tiles further out that overlap.
static void windows_share_along_diagonals(void **state) {
    static const struct {
        way of;
        double shares, slid_shares;
    } rows[] = {{{{2, 2}}, 4.0 / 3.0, 4}, {{{4, 1}}, 1, 4}, {{{1, 2}}, 1, 2}, {{{1, 1}}, 1, 1}};
    search_bench b;
    aug_spreads spreads;
    double prices[AUG_SPREADS];
    (void)state;
    begin(&b, COST_WINDOW, "p=4 r=2", PRODUCT_MACHINE);
    assert_true(list(&b, &spreads));
    assert_int_equal(spreads.count, 5); // 2 1 too
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        int at = find(&b, &spreads, "pr", rows[i].of), window = cost_tensor(&b.bench, "I");
        assert_true(spreads.diagonals[window][at] == rows[i].slid_shares);
        for (int slid = 0; slid < 2; slid++) {
            double shares = slid ? rows[i].slid_shares : rows[i].shares; // both ranks move it: no copies
            aug_spread_price terms = {.fixed = 0.0};
            terms.slid[window] = slid;
            terms.operands[window] = 12;
            aug_spreads_price(&spreads, 3, &terms, prices);
            assert_true(fabs(spreads.reads[slid][window][at] - 1.0 / shares) < 1e-12);
            assert_true(fabs(prices[at] - 12 / shares) < 1e-9);
            terms.operands[window] = 0;
            terms.downs[window] = 12;
            aug_spreads_price(&spreads, 3, &terms, prices);
            assert_true(!slid || prices[at] == 12 / shares);
        }
    }
    search_end(&b);
}

// Two axes of three: 2 and 4 = 2 · 2 go along them; 8 has no two factors up to 3, though there are nine
// cells.
static void steps_have_to_go_along_the_axes(void **state) {
    search_bench b;
    aug_spreads spreads;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=1 k=1", "dram buffer x:3 y:3 register mac");
    cost_one_array(&b.bench);
    search_prepare(&b);
    assert_true(list(&b, &spreads));
    assert_int_equal(spreads.count, 3);
    for (aug_count steps = 1; steps <= 4; steps *= 2)
        assert_true(find(&b, &spreads, "m", (way){{steps}}) >= 0);
    search_end(&b);
}

// Only n may be spread.
static void ranks_that_a_restriction_allows(void **state) {
    search_bench b;
    aug_spreads spreads;
    aug_restriction restriction = {.axis_is_fixed = {true}};
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    restriction.axis_ranks[0] = 1u << search_rank(&b, "n");
    b.options.restriction = &restriction;
    search_prepare(&b);
    assert_true(list(&b, &spreads));
    assert_int_equal(spreads.count, 2);
    assert_int_equal(find(&b, &spreads, "mnk", (way){{1, 2, 1}}), 0);
    assert_int_equal(find(&b, &spreads, "mnk", (way){{1, 1, 1}}), 1);
    search_end(&b);
}

static void groups_that_differ_are_not_listed(void **state) {
    search_bench b;
    aug_spreads spreads;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=2 k=2", "dram buffer x:2 y:2 register mac");
    cost_one_array(&b.bench);
    search_prepare(&b);
    assert_true(list(&b, &spreads));
    b.bench.problem.axes[1].multicast = 0;
    search_prepare(&b);
    assert_false(list(&b, &spreads));
    search_end(&b);
}

static void tiles_that_do_not_divide_are_not_listed(void **state) {
    search_bench b;
    aug_spreads spreads;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=2 k=2", PRODUCT_MACHINE);
    b.options.perfect = false;
    search_prepare(&b);
    assert_false(list(&b, &spreads));
    search_end(&b);
}

// Four exponents with a sum of 22 at most: 26 · 25 · 24 · 23 / 24 = 14950 ways. Of 23: 27 · 26 · 25 · 24 / 24
// = 17550, above 16384.
static void too_many_ways_are_not_listed(void **state) {
    static const char *const machines[] = {"dram buffer x:4194304 register mac",
                                           "dram buffer x:8388608 register mac"};
    static const int counts[] = {14950, 0};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(machines); i++) {
        search_bench b;
        aug_spreads spreads;
        begin(&b, "Z[j,m,n] += A[j,m,k] * B[j,k,n]", "j=8388608 m=8388608 n=8388608 k=8388608", machines[i]);
        assert_int_equal(list(&b, &spreads), counts[i] > 0);
        if (counts[i])
            assert_int_equal(spreads.count, counts[i]);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_the_most_steps_first),
        cmocka_unit_test(copies_of_each_way),
        cmocka_unit_test(the_price_of_a_way),
        cmocka_unit_test(ways_that_divide_what_is_left),
        cmocka_unit_test(steps_that_do_not_divide_what_is_left),
        cmocka_unit_test(ways_that_use_up_a_rank),
        cmocka_unit_test(nothing_fits_beyond_the_last_way),
        cmocka_unit_test(windows_share_along_diagonals),
        cmocka_unit_test(steps_have_to_go_along_the_axes),
        cmocka_unit_test(ranks_that_a_restriction_allows),
        cmocka_unit_test(groups_that_differ_are_not_listed),
        cmocka_unit_test(tiles_that_do_not_divide_are_not_listed),
        cmocka_unit_test(too_many_ways_are_not_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
