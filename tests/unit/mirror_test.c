// Ranks that can change places.
#include "support/search_bench.h"

#include "mapper/mirror.h"

#define CONV "O[k,p,q] += I[c,p+r,q+s] * W[k,c,r,s]"

// Rows and columns of a square image with a square filter; not where sizes or steps differ, where one tensor
// has no index for the other rank, or where there is one window alone.
static void which_ranks_change_places(void **state) {
    static const struct {
        const char *einsum, *sizes, *pairs;
    } rows[] = {
        {CONV, "k=2 c=2 p=4 q=4 r=3 s=3", "pqrs"},
        {"O[q,p] += I[p+r,q+s] * W[s,r]", "p=4 q=4 r=3 s=3", "pqrs"},
        {"O[p,q] += I[2*p+r,2*q+s] * W[r,s]", "p=4 q=4 r=3 s=3", "pqrs"},
        {CONV, "k=2 c=2 p=4 q=5 r=3 s=3", ""},
        {CONV, "k=2 c=2 p=4 q=4 r=3 s=2", ""},
        {"O[p,q] += I[2*p+r,q+s] * W[r,s]", "p=4 q=4 r=3 s=3", ""},
        {"O[p,q] += I[p+r,q+s] * W[r]", "p=4 q=4 r=3 s=3", ""},
        {COST_WINDOW, "p=4 r=3", ""},
        {COST_PRODUCT, "m=4 n=4 k=4", ""},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        int twin[AUG_PROBLEM_RANKS], wanted[AUG_PROBLEM_RANKS];
        search_begin(&b, rows[i].einsum, rows[i].sizes, "dram buffer mac");
        for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
            wanted[r] = r;
        for (const char *at = rows[i].pairs; *at; at += 2) {
            int one = search_rank(&b, (const char[]){at[0], '\0'}),
                other = search_rank(&b, (const char[]){at[1], '\0'});
            wanted[one] = other;
            wanted[other] = one;
        }
        if (aug_mirror_find(&b.bench.problem, twin) != (*rows[i].pairs != '\0') ||
            memcmp(twin, wanted, (size_t)b.bench.problem.rank_count * sizeof *twin) != 0)
            fail_msg("row %zu", i);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(which_ranks_change_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
