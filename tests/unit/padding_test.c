// Sizes with more divisors a little above others, and what a nest of them is for the true ones.
#include "support/search_bench.h"

#include "mapper/padding.h"

// Divisors times the eighth power of what the size is of the padded one decide on the first: 1008 has 30,
// which count as 28.1, of 1000 16, of 1080 32, which count as 17.3; 12 has 6, as 3.0, of 11 2; 24 has 8,
// as 3.99, of 22 4; 100 has 9, as 7.1, 98 and 108 have 6 and 12, as 5.5 and 5.1; of 64 there are 7, more than
// 8 of 66 count as, 6.3. The second is a multiple of the least power of two of which no more than 48 are in
// the size, or of 2: 32 · 32, 2 · 4, 2 · 6, 2 · 23, 4 · 25.
static void sizes_that_can_be_cut(void **state) {
    static const struct {
        aug_count size;
        int count;
        aug_count padded[AUG_PADDINGS];
    } rows[] = {{1, 0, {0}},
                {5, 0, {0}},
                {6, 0, {0}},
                {7, 1, {8}},
                {8, 0, {0}},
                {11, 1, {12}},
                {22, 0, {0}},
                {45, 1, {46}},
                {64, 0, {0}},
                {97, 1, {100}},
                {1000, 2, {1008, 1024}}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_count sizes[AUG_PADDINGS];
        if (aug_padding_sizes(rows[i].size, sizes) != rows[i].count)
            fail_msg("row %zu", i);
        for (int k = 0; k < rows[i].count; k++)
            assert_int_equal(sizes[k], rows[i].padded[k]);
    }
}

// Of 10: 6 is two tiles, as 5 is, the least that is a multiple of what is inside, 5 of 1 and 6 of 3. 4 is
// three tiles, which no multiple of 3 is. Of 1000: 504 are two, as 500 are, but 504 is eight of 63.
static void tiles_of_the_true_size(void **state) {
    static const struct {
        const char *size, *nest, *expected;
    } rows[] = {
        {"m=10 n=1 k=1", "dram[A B Z] for m:6 buffer[A] for m:1 mac",
         "dram[A B Z] for m:5 buffer[A] for m:1 mac"},
        {"m=10 n=1 k=1", "dram[A B Z] for m:6 buffer[A] for m:3 buffer[B] for m:1 mac",
         "dram[A B Z] for m:6 buffer[A] for m:3 buffer[B] for m:1 mac"},
        {"m=10 n=1 k=1", "dram[A B Z] par x m:6 buffer[A] for m:1 mac",
         "dram[A B Z] par x m:5 buffer[A] for m:1 mac"},
        {"m=10 n=1 k=1", "dram[A B Z] for m:4 buffer[A] for m:3 buffer[B] for m:1 mac", "none"},
        {"m=1000 n=1 k=1", "dram[A B Z] for m:504 buffer[A] for m:63 buffer[B] for m:1 mac",
         "dram[A B Z] for m:504 buffer[A] for m:63 buffer[B] for m:1 mac"},
        {"m=1000 n=1 k=1", "dram[A B Z] for m:504 buffer[A] for m:1 mac",
         "dram[A B Z] for m:500 buffer[A] for m:1 mac"},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_mapping fitted;
        aug_buffer out;
        search_begin(&b, COST_PRODUCT, rows[i].size, "dram x:2 buffer mac");
        cost_nest(&b.bench, rows[i].nest);
        aug_buffer_init(&out, &b.bench.arena);
        if (aug_padding_fit(&b.bench.problem, &b.bench.mapping, &fitted))
            aug_mapping_print(&out, &b.bench.problem, &fitted);
        else
            aug_buffer_put(&out, "none");
        assert_string_equal(aug_buffer_text(&out), rows[i].expected);
        search_end(&b);
    }
}

typedef struct found {
    search_bench *bench;
    int count;
    double best_pj;
} found;

static void take(void *context, const aug_mapping *mapping) {
    found *f = context;
    cost_bench *bench = &f->bench->bench;
    f->count++;
    assert_true(oracle_is_mapping(&bench->arena, &bench->problem, mapping));
    if (aug_cost_evaluate(&bench->problem, mapping, bench->scratch, &bench->cost) &&
        bench->cost.energy_pj < f->best_pj)
        f->best_pj = bench->cost.energy_pj;
}

// Z[m] += A[m,k] B[k], m 11, k 11 and a buffer of 6 words that keeps Z alone: 11 has no divisors between.
// Padded to 12, half of Z stays at a time, in truth 6 and 5: it goes up once, 11 words of 100 pJ, as are 121
// operands each of A and B. The buffer takes 121 updates and is read 110 times. Z for each single k would be
// 121 words up. Small sizes are not searched.
static void padded_problems_are_searched(void **state) {
    static const double prices[] = {100, 10};
    (void)state;
    for (int small = 0; small < 2; small++) {
        search_bench b;
        uint64_t nodes = 1;
        search_begin(&b, "Z[m] += A[m,k] * B[k]", small ? "m=5 k=5" : "m=11 k=11", "dram buffer mac");
        search_prices(&b, prices, 0);
        cost_edit(&b.bench, "buffer")->capacity_bits = 48;
        cost_edit(&b.bench, "buffer")->never = 3; // Z alone
        b.options.perfect = false;                // tiles of the padded problem divide for all that
        found f = {.bench = &b, .best_pj = (double)INFINITY};
        aug_padding_search(&b.bench.arena, &b.bench.problem, &b.options, 100000, take, &f, &nodes);
        assert_int_equal(f.count > 0, !small);
        assert_int_equal(nodes > 1, !small);
        if (!small)
            assert_near(f.best_pj, (121 + 121 + 11) * 100 + (121 + 110) * 10, 1e-12);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_can_be_cut),
        cmocka_unit_test(tiles_of_the_true_size),
        cmocka_unit_test(padded_problems_are_searched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
