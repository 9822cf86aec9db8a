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

static bool wants(const void *of, aug_wide compute, double steps) {
    return (double)compute < limit(of, steps);
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
        const aug_array_interest interest = {&than, limit, wants};
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
    const aug_array_interest interest = {&than, limit, wants};
    assert_true(aug_array_ways_find(&b.space, &b.keeping, 0.0, &interest, &ways));
    for (int i = 0; i < ways.count; i++)
        assert_near(ways.estimates[ways.way[i]], (double)ways.price[i], 1e-9);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_cheapest_way_that_fits),
                                       cmocka_unit_test(estimates_are_not_above)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
