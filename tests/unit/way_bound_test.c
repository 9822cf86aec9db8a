// What ways to fill the last array decide on together, by hand.
//
// O[m] += A[m] B[k], m 4 and k 8, 32 operations; a buffer of 10 pJ a word keeps all, registers of 1 pJ inside of
// x, four cells, keep A; y, two of all that, is outside. Compute takes A from registers, 32 pJ, and for each
// way along x, if y may have made two copies of O, so that 8 sums per step of k are written first
//
//     k 4          B 32 reads, O 8 updates and none that is read again: 432       A is copied 4 times
//     m 2, k 2     B 16, O 16 and 8: 432                                          twice
//     m 4          B 8, O 32 and 24: 672                                          once
//
// and 40 more where y has copied nothing: 4 sums are written first, not 8.
#include "support/search_bench.h"

#include "mapper/way_bound.h"

static double no_limit(const void *of, double steps) {
    (void)of;
    (void)steps;
    return 1e30;
}

static double nothing(const void *of, aug_wide compute, int inner, aug_wide fills) {
    (void)of, (void)compute, (void)inner, (void)fills;
    return 0.0;
}

typedef struct bench {
    search_bench b;
    aug_spreads spreads;
    aug_array_ways ways;
    aug_rest sum;
} bench;

// What each way fills registers with alone is left out unless `fills`.
static void begin(bench *at, double register_words, bool fills) {
    static const double prices[] = {100, 10, 1};
    search_bench *b = &at->b;
    search_begin(b, "O[m] += A[m] * B[k]", "m=4 k=8", "dram y:2 buffer x:4 register mac");
    search_prices(b, prices, 0);
    cost_edit(&b->bench, "register")->capacity_bits = register_words * 8;
    search_prepare(b);
    assert_true(search_walk(b, "dram[A B O] buffer[A B O] | register[A] for m:1 for k:1 mac"));
    assert_true(aug_spreads_init(&b->bench.arena, &b->space, 1, &at->spreads));
    aug_array_ways_init(&b->bench.arena, &b->space, &at->spreads, &at->ways);
    const aug_array_interest interest = {NULL, no_limit, nothing};
    assert_true(aug_array_ways_find(&b->space, &b->keeping, 0.0, &interest, &at->ways));
    assert_true(at->ways.counted);
    for (int i = 0; i < at->ways.count && !fills; i++)
        at->ways.fills[i] = at->ways.fills_from[i] = 0;
    b->keeping.ways = &at->ways;
    memset(b->keeping.floors, 0, sizeof b->keeping.floors);
    at->sum = (aug_rest){.read_bits = {0}};
}

static double pj(const bench *at, aug_wide price) {
    return aug_space_energy(&at->b.space, price);
}

static aug_wide price(const bench *at, double energy_pj) {
    return aug_space_price(&at->b.space, energy_pj);
}

// `fill_pj`: to fill the registers once, whose tile of A has 4 words before x; `crossed`: y is.
static void the_least_of_both(void **state) {
    static const struct {
        double fill_pj, register_words, compute_floor_pj;
        bool crossed, declared;
        aug_count copies; // of O along y
        double compute_pj, fills_pj;
    } rows[] = {
        {0, 99, 0, false, false, 1, 432, 0},
        {0, 99, 0, true, false, 2, 432, 0},
        {0, 99, 0, true, false, 1, 472, 0},
        {10, 99, 0, true, false, 1, 472, 20},     // m 2, k 2; k 4: 472 + 40
        {190, 99, 0, true, false, 1, 472, 380},   // 852; m 4: 712 + 190
        {250, 99, 0, true, false, 1, 712, 250},   // 962; m 2, k 2: 972
        {190, 99, 600, true, false, 1, 712, 190}, // the others cost 600 at least: 980
        {10, 2, 0, true, true, 1, 472, 20},       // tiles of 2 fit
        {10, 1, 0, true, true, 1, 712, 10},
        {10, 1, 0, false, true, 1, 432, 20}, // y may cut them, too
        {10, 1, 0, true, false, 1, 472, 20}, // a loop in time may
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench at;
        begin(&at, rows[i].register_words, false);
        aug_frame frame = at.b.frame;
        const int a = 0, o = 2, inner = 2, compute = at.b.space.memory_count;
        frame.declared[a] += rows[i].declared;
        frame.copies[o] = rows[i].copies;
        at.b.keeping.floors[compute] = price(&at, rows[i].compute_floor_pj);
        at.sum.fills[a] = at.sum.price[inner] = price(&at, rows[i].fill_pj);
        aug_way_bound(&at.b.space, &at.b.keeping, &frame, rows[i].crossed ? 1 : 0, &at.sum);
        double compute_pj = pj(&at, at.sum.price[compute]), fills_pj = pj(&at, at.sum.price[inner]);
        if (fabs(compute_pj - rows[i].compute_pj) > 1e-9 || fabs(fills_pj - rows[i].fills_pj) > 1e-9)
            fail_msg("row %zu: %g and %g", i, compute_pj, fills_pj);
        search_end(&at.b);
    }
}

// 4 words of A are read at least, and each copy is filled: m 2, k 2 takes 40 + 8, k 4 40 + 16.
static void what_ways_fill_alone(void **state) {
    bench at;
    (void)state;
    begin(&at, 99, true);
    aug_way_bound(&at.b.space, &at.b.keeping, &at.b.frame, 0, &at.sum);
    assert_near(pj(&at, at.sum.price[at.b.space.memory_count]), 432, 1e-9);
    assert_near(pj(&at, at.sum.price[2]), 48, 1e-9);
    search_end(&at.b);
}

// m has to be used up: m 4 alone does so; m and k together are more than four cells.
static void ranks_that_are_used_up(void **state) {
    static const struct {
        const char *whole[2];
        double compute_pj;
    } rows[] = {{{NULL, NULL}, 472}, {{"m", NULL}, 712}, {{"m", "k"}, 0}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench at;
        begin(&at, 99, false);
        aug_frame frame = at.b.frame;
        for (int r = 0; r < 2 && rows[i].whole[r]; r++)
            frame.whole |= 1u << search_rank(&at.b, rows[i].whole[r]);
        aug_way_bound(&at.b.space, &at.b.keeping, &frame, 1, &at.sum);
        double compute_pj = pj(&at, at.sum.price[at.b.space.memory_count]);
        if (rows[i].compute_pj > 0.0 ? fabs(compute_pj - rows[i].compute_pj) > 1e-9 : compute_pj < 1e9)
            fail_msg("row %zu: %g", i, compute_pj);
        search_end(&at.b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_least_of_both),
                                       cmocka_unit_test(what_ways_fill_alone),
                                       cmocka_unit_test(ranks_that_are_used_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
