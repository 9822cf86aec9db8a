// Convolutions, searched as products that are like them.
#include "support/search_bench.h"

#include "mapper/unroll.h"

static void which_problems_it_is_for(void **state) {
    static const struct {
        const char *einsum, *sizes;
        bool applies;
    } rows[] = {
        {COST_PRODUCT, "m=4 n=4 k=4", false},
        {COST_WINDOW, "p=4 r=2", true},
        {COST_WINDOW, "p=4 r=1", false}, // one point
        {"O[p] += I[2*p] * W[r]", "p=4 r=2", true},
        {"O[p] += I[2*p] * W[r]", "p=1 r=2", false},
        {"O[p] += I[p,r] * W[r]", "p=4 r=2", false},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, rows[i].einsum, rows[i].sizes, "dram buffer mac");
        if (aug_unroll_applies(&b.bench.problem) != rows[i].applies)
            fail_msg("row %zu", i);
        search_end(&b);
    }
}

enum { MOST = 4 };

typedef struct found {
    search_bench *bench;
    int count;
    bool fits[MOST];
    double energy_pj[MOST];
} found;

static void take(void *context, const aug_mapping *mapping) {
    found *f = context;
    cost_bench *bench = &f->bench->bench;
    assert_true(f->count < MOST);
    assert_true(oracle_is_mapping(&bench->arena, &bench->problem, mapping));
    f->fits[f->count] = aug_cost_evaluate(&bench->problem, mapping, bench->scratch, &bench->cost);
    f->energy_pj[f->count++] = bench->cost.energy_pj;
}

// A buffer of so many words, which has to keep I, all of it, and nothing else.
static void begin(search_bench *b, aug_restriction *restriction, int words) {
    static const double prices[] = {100, 10};
    search_begin(b, "O[k,p] += I[p+r] * W[k,r]", "k=2 p=4 r=2", "dram buffer mac");
    search_prices(b, prices, 0);
    cost_edit(&b->bench, "buffer")->capacity_bits = 8 * words;
    *restriction = (aug_restriction){.must = {0, 1}, .never = {0, 6}, .has_tiles = {false, true}};
    for (int r = 0; r < 3; r++)
        restriction->tiles[1][r] = (aug_tile_range){1, UINT64_MAX};
    restriction->tiles[1][search_rank(b, "p")] = (aug_tile_range){4, 4};
    restriction->tiles[1][search_rank(b, "r")] = (aug_tile_range){2, 2};
    b->options.restriction = restriction;
    b->options.perfect = false;
}

// O[k,p] += I[p+r] W[k,r], k 2, p 4, r 2, 16 operations; the buffer keeps I alone, and all of it. Unrolled I
// has 8 words, covered 4, in truth 5: in 4 words of room there is a nest of the covered problem alone, which
// does not fit. In 8 both are the nest that there is: I once, 5 · 110, and 16 reads of it, 160; W 16 reads, O
// 16 updates and 8 words to add to of 100.
static void nests_of_both_products(void **state) {
    (void)state;
    for (int words = 4; words <= 8; words += 4) {
        search_bench b;
        aug_restriction restriction;
        uint64_t nodes = 1;
        begin(&b, &restriction, words);
        found f = {.bench = &b};
        aug_unroll_search(&b.bench.arena, &b.bench.problem, &b.options, 100000, take, &f, &nodes);
        assert_int_equal(f.count, words == 8 ? 2 : 1);
        assert_true(nodes > 1);
        for (int i = 0; i < f.count; i++) {
            assert_int_equal(f.fits[i], words == 8);
            if (words == 8)
                assert_near(f.energy_pj[i], 550 + 160 + 1600 + 2400, 1e-12);
        }
        search_end(&b);
    }
}

// A tensor that has the rank in another index already cannot be unrolled.
static void ranks_that_stand_in_two_indices(void **state) {
    search_bench b;
    uint64_t nodes = 7;
    (void)state;
    search_begin(&b, "O[p] += I[p,p+r] * W[r]", "p=4 r=2", "dram buffer mac");
    found f = {.bench = &b};
    aug_unroll_search(&b.bench.arena, &b.bench.problem, &b.options, 100000, take, &f, &nodes);
    assert_true(f.count == 0 && nodes == 7);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_problems_it_is_for),
        cmocka_unit_test(nests_of_both_products),
        cmocka_unit_test(ranks_that_stand_in_two_indices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
