// Ways to fill the last array, priced by hand.
//
// Z[m,n] += A[m,k] B[k,n], 4 each, 64 operations; a buffer of 10 pJ a word keeps all, four cells around it
// share what they can. Of steps in space m, n and k
//
//     k 4          A 64, B 64 reads, Z 16 updates and none that is read again: 1440
//     m 2, k 2     A 64, B 32, Z 32 and 16: 1440; n 2, k 2 alike
//     m 2, n 2     A 32, B 32, Z 64 and 48: 1760
//     k 2          A 64, B 64, Z 32 and 16: 1760
//     m 4          A 64, B 16, Z 64 and 48: 1920; n 4 alike
//     m 2          A 64, B 32, Z 64 and 48: 2080; n 2 alike
//     none         2400
#include "support/search_bench.h"

#include "mapper/way_bound.h"

typedef struct below {
    const search_bench *b;
    double pj;
} below;

static double limit(const void *of, double steps) {
    (void)steps;
    const below *than = of;
    return than->pj / than->b->space.price_pj;
}

static double whole(const void *of, aug_wide compute, int inner, aug_wide fills) {
    (void)of;
    return (double)compute + (inner >= 0 ? (double)fills : 0.0);
}

static void begin(search_bench *b, aug_spreads *spreads, aug_array_ways *ways) {
    static const double prices[] = {100, 10};
    search_begin(b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer x:4 mac");
    search_prices(b, prices, 0);
    search_prepare(b);
    search_start(b, "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
    assert_true(aug_spreads_init(&b->bench.arena, &b->space, 0, spreads));
    aug_array_ways_init(&b->bench.arena, &b->space, spreads, ways);
}

static double least_pj(const search_bench *b, const aug_array_ways *ways, const int *cut) {
    aug_keeping keeping = b->keeping;
    aug_frame frame = b->frame;
    aug_rest sum = {.fills = {0}};
    keeping.ways = ways;
    memset(keeping.floors, 0, sizeof keeping.floors);
    memcpy(frame.cut, cut, sizeof frame.cut);
    aug_way_bound(&b->space, &keeping, &frame, ways->spreads->group, &sum);
    return aug_space_energy(&b->space, sum.price[b->space.memory_count]);
}

// Classes of 4, 2 and 1 words that are left; 0 pJ: nothing of interest fits.
static void the_cheapest_way_that_fits(void **state) {
    static const struct {
        double below_pj;
        int count;
        struct {
            int m, n, k;
            double pj;
        } left[5];
    } rows[] = {
        {1e9, 10, {{0, 0, 0, 1440}, {0, 1, 1, 1440}, {0, 0, 2, 1760}, {2, 0, 2, 1920}, {2, 2, 2, 2400}}},
        {1760.5, 5, {{0, 0, 0, 1440}, {2, 0, 1, 1440}, {1, 1, 2, 1760}, {2, 2, 1, 1760}, {2, 0, 2, 0}}},
        {1760, 3, {{0, 0, 0, 1440}, {2, 2, 0, 1440}, {2, 2, 1, 0}, {0, 0, 2, 0}, {2, 2, 2, 0}}},
        {1440, 0, {{0, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 2, 0}, {2, 2, 0, 0}, {2, 2, 2, 0}}}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_spreads spreads;
        aug_array_ways ways;
        begin(&b, &spreads, &ways);
        const below than = {&b, rows[i].below_pj};
        const aug_array_interest interest = {&than, limit, whole};
        assert_true(aug_array_ways_find(&b.space, &b.keeping, 0.0, &interest, &ways));
        assert_int_equal(ways.count, rows[i].count);
        for (size_t c = 0; c < AUG_COUNT(rows[i].left); c++) {
            int cut[AUG_PROBLEM_RANKS] = {0};
            cut[search_rank(&b, "m")] = rows[i].left[c].m;
            cut[search_rank(&b, "n")] = rows[i].left[c].n;
            cut[search_rank(&b, "k")] = rows[i].left[c].k;
            double pj = least_pj(&b, &ways, cut);
            if (rows[i].left[c].pj > 0.0 ? fabs(pj - rows[i].left[c].pj) > 1e-9 : pj < 1e9)
                fail_msg("row %zu, %zu: %g", i, c, pj);
        }
        search_end(&b);
    }
}

// What strikes ways out before they are priced exactly; nothing is rounded here.
static void estimates_are_not_above(void **state) {
    search_bench b;
    aug_spreads spreads;
    aug_array_ways ways;
    (void)state;
    begin(&b, &spreads, &ways);
    const below than = {&b, 1e9};
    const aug_array_interest interest = {&than, limit, whole};
    assert_true(aug_array_ways_find(&b.space, &b.keeping, 0.0, &interest, &ways));
    for (int i = 0; i < ways.count; i++)
        assert_near(ways.estimates[ways.way[i]], (double)ways.price[i], 1e-9);
    search_end(&b);
}

// O[p] += I[p+r] W[r], p 4 and r 3: 12 operations, I has 6 words. Registers of 1 pJ keep I, a buffer of 10 pJ
// keeps all; four cells share what they can. Registers are filled with, and the buffer gives,
//
//     none         6 words, 6 reads                                     66
//     p 2          2 and 3 words of each cell, 4: 2 · 4, from 2 places  88
//     p 4          3 words of each of 4 cells, from 4 places           132
//     r 3          4 words of each of 3 cells, from 3 places           132
static void what_cells_read_of_a_window(void **state) {
    static const struct {
        int p, r;
        double pj;
    } rows[] = {{1, 1, 66}, {2, 1, 88}, {4, 1, 132}, {1, 3, 132}};
    static const double prices[] = {100, 10, 1};
    search_bench b;
    aug_spreads spreads;
    aug_array_ways ways;
    size_t found = 0;
    (void)state;
    search_begin(&b, "O[p] += I[p+r] * W[r]", "p=4 r=3", "dram buffer x:4 register mac");
    search_prices(&b, prices, 0);
    search_prepare(&b);
    search_start(&b, "dram[I W O] buffer[I W O] for p:1 for r:1 register[I] mac");
    assert_true(aug_spreads_init(&b.bench.arena, &b.space, 0, &spreads));
    aug_array_ways_init(&b.bench.arena, &b.space, &spreads, &ways);
    const below than = {&b, 1e9};
    const aug_array_interest interest = {&than, limit, whole};
    assert_true(aug_array_ways_find(&b.space, &b.keeping, 0.0, &interest, &ways));
    for (int i = 0; i < ways.count; i++)
        for (size_t row = 0; row < AUG_COUNT(rows); row++) {
            const aug_spread *way = &spreads.at[ways.way[i]];
            if ((int)way->steps[search_rank(&b, "p")] == rows[row].p && (int)way->steps[search_rank(&b, "r")] == rows[row].r) {
                assert_near(aug_space_energy(&b.space, ways.fills[i]), rows[row].pj, 1e-9);
                found++;
            }
        }
    assert_int_equal(found, AUG_COUNT(rows));
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_cheapest_way_that_fits),
                                       cmocka_unit_test(what_cells_read_of_a_window),
                                       cmocka_unit_test(estimates_are_not_above)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
