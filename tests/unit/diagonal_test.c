// Children on diagonals of windows, counted by hand.
#include "support/search_bench.h"

#include "mapper/diagonal.h"

#define PLANE   "O[p,q] += I[p+r,q+s] * W[r,s]"
#define STRIDED "O[p] += I[2*p+r] * W[r]"
#define MACHINE "dram buffer x:64 register mac"

typedef struct ways {
    const char *einsum, *sizes;
    bool perfect;
    const char *ranks;
    aug_count steps[4], different;
} ways;

// p in 4, r in 3: 4 + 3 - 1 places at least; with q in 2 and s in 2, 3 times as many. Ranks of two indices,
// and short tiles: as many as the longest loop has steps.
static void different_children_at_least(void **state) {
    static const ways rows[] = {
        {COST_WINDOW, "p=8 r=3", true, "pr", {4, 3}, 6},
        {COST_WINDOW, "p=8 r=3", true, "pr", {4, 1}, 4},
        {COST_WINDOW, "p=8 r=3", false, "pr", {4, 3}, 4},
        {PLANE, "p=8 q=4 r=3 s=2", true, "prqs", {4, 3, 2, 2}, 18},
        {PLANE, "p=8 q=4 r=3 s=2", true, "prqs", {4, 1, 2, 1}, 8},
        {"O[p] += I[p+r,p] * W[r]", "p=8 r=3", true, "pr", {4, 3}, 4},
        {STRIDED, "p=8 r=3", true, "pr", {4, 3}, 9},  // 2 p + r: 0 .. 8; 4 p + r: 12
        {STRIDED, "p=28 r=3", true, "pr", {7, 3}, 15}, // tiles of 2 and 4 words: 21
        {STRIDED, "p=8 r=4", true, "pr", {4, 2}, 5},  // 2 p + 2 r: 0 2 4 6 8; 2 p + r: 8
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_count steps[AUG_PROBLEM_RANKS];
        search_begin(&b, rows[i].einsum, rows[i].sizes, MACHINE);
        b.options.perfect = rows[i].perfect;
        search_prepare(&b);
        for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
            steps[r] = 1;
        for (int r = 0; rows[i].ranks[r]; r++)
            steps[search_rank(&b, (const char[]){rows[i].ranks[r], '\0'})] = rows[i].steps[r];
        aug_count different = aug_diagonal_different(&b.space, cost_tensor(&b.bench, "I"), steps, NULL);
        if (different != rows[i].different)
            fail_msg("row %zu: %d", i, (int)different);
        search_end(&b);
    }
}

// A[2*p+2*r+u], two steps each: 2 p + u has 4 places, 2 p + 2 r has 3, for as many steps of another pair.
static void what_is_known_of_one_pair_is_not_told_of_another(void **state) {
    search_bench b;
    aug_diagonal_cache cache;
    (void)state;
    memset(&cache, 0, sizeof cache);
    search_begin(&b, "O[p] += I[2*p+2*r+u] * W[r,u]", "p=2 r=2 u=2", MACHINE);
    b.options.perfect = true;
    search_prepare(&b);
    for (int twice = 0; twice < 2; twice++)
        for (int other = 0; other < 2; other++) {
            aug_count steps[AUG_PROBLEM_RANKS];
            for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
                steps[r] = 1;
            steps[search_rank(&b, "p")] = steps[search_rank(&b, other ? "r" : "u")] = 2;
            assert_int_equal(aug_diagonal_different(&b.space, cost_tensor(&b.bench, "I"), steps, &cache), other ? 3 : 4);
        }
    search_end(&b);
}

// p 8, r 3 on cells, tiles of p words of p and 1 of r: the places are p i + j, i < 8 / p, j < 3. Tiles of 1:
// 0 .. 9, of 2: 0 .. 8, of 4: 0 1 2 4 5 6. Steps of 2 words: 2 p i + j, p 1: 0 .. 16; p 2: 0 1 2 4 5 6 8 ..
static void tiles_tell_which_children_meet(void **state) {
    static const struct {
        const char *einsum, *nest;
        aug_count all, different;
    } rows[] = {
        {COST_WINDOW, "dram[I W O] par x p:1 par x r:1 | register[I] mac", 24, 10},
        {COST_WINDOW, "dram[I W O] par x p:2 par x r:1 | register[I] for p:1 mac", 12, 9},
        {COST_WINDOW, "dram[I W O] par x p:4 par x r:1 | register[I] for p:1 mac", 6, 6},
        {COST_WINDOW, "dram[I W O] for p:4 par x p:1 par x r:1 | register[I] mac", 12, 6},
        {COST_WINDOW, "dram[I W O] par x p:1 | register[I] for r:1 mac", 8, 8},
        {STRIDED, "dram[I W O] par x p:1 par x r:1 | register[I] mac", 24, 17},
        {STRIDED, "dram[I W O] par x p:2 par x r:1 | register[I] for p:1 mac", 12, 12},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_count all;
        search_begin(&b, rows[i].einsum, "p=8 r=3", MACHINE);
        search_prepare(&b);
        assert_true(search_walk(&b, rows[i].nest));
        aug_count different =
            aug_diagonal_of_path(&b.space, &b.keeping, cost_tensor(&b.bench, "I"), b.path, &b.frame, &all);
        if (all != rows[i].all || different != rows[i].different)
            fail_msg("row %zu: %d of %d", i, (int)different, (int)all);
        search_end(&b);
    }
}

// Four cells along p, tiles of 2, and three along r. With one word of p in each of two steps cells may be
// neighbours, places 2 i + j, or 2 words apart, 4 i + j: 9 and 12.
static void tiles_may_come_one_after_the_other(void **state) {
    static const struct {
        const char *einsum;
        aug_count extent, tiles, different;
    } rows[] = {{STRIDED, 1, 2, 9}, {STRIDED, 2, 1, 12}, {COST_WINDOW, 1, 2, 6}, {COST_WINDOW, 2, 1, 9}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_count extents[AUG_PROBLEM_RANKS], tiles[AUG_PROBLEM_RANKS];
        search_begin(&b, rows[i].einsum, "p=8 r=3", MACHINE);
        search_prepare(&b);
        assert_true(search_walk(&b, "dram[I W O] par x p:2 par x r:1 | register[I] for p:1 mac"));
        for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
            extents[r] = tiles[r] = 1;
        extents[search_rank(&b, "p")] = rows[i].extent;
        tiles[search_rank(&b, "p")] = rows[i].tiles;
        assert_int_equal(aug_diagonal_at_least(&b.space, &b.keeping, cost_tensor(&b.bench, "I"), b.path,
                                               &b.frame, extents, tiles),
                         rows[i].different);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(different_children_at_least),
                                       cmocka_unit_test(what_is_known_of_one_pair_is_not_told_of_another),
                                       cmocka_unit_test(tiles_tell_which_children_meet),
                                       cmocka_unit_test(tiles_may_come_one_after_the_other)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
