// Loops in space over ranks that do not divide: how many places have work.
#include "support/search_bench.h"

enum { A, B, Z };

// Z is still where k goes along arrays. k 3 in 2 and 2 are four places with work for three; k 5 in tiles of 4
// and 1, of which one instance of 2 has work in the last: where a loop over m moves A inside of the tiles, Z
// comes 2 + 1 times, but stands in 2 places.
static void places_without_work(void **state) {
    static const struct {
        const char *sizes, *nest;
        aug_count copies, fewest, steady, holders;
    } rows[] = {
        {"m=4 n=4 k=3", "dram[A B Z] par x k:2 par y k:1 buffer[Z] | for m:1 for n:1 mac", 4, 3, 3, 3},
        {"m=4 n=4 k=4", "dram[A B Z] par x k:2 par y k:1 buffer[Z] | for m:1 for n:1 mac", 4, 4, 4, 4},
        {"m=4 n=4 k=5", "dram[A B Z] for k:4 for m:1 for n:1 par x k:2 buffer[Z] | for k:1 mac", 2, 2, 3, 2},
        {"m=4 n=4 k=5", "dram[A B Z] for k:4 for m:2 for k:2 par x k:1 buffer[Z] | for m:1 for n:1 mac", 2, 2,
         3, 2},
        {"m=4 n=4 k=5", "dram[A B Z] for k:4 par x k:2 buffer[Z] | for k:1 for m:1 for n:1 mac", 2, 2, 2, 2},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, rows[i].sizes, "dram x:2 y:2 buffer mac");
        b.options.perfect = false;
        search_prepare(&b);
        assert_true(search_walk(&b, rows[i].nest));
        const aug_frame *f = &b.frame;
        if (f->copies[Z] != rows[i].copies || f->fewest[Z] != rows[i].fewest ||
            f->steady[Z] != rows[i].steady || f->fewest_holders[1] != rows[i].holders)
            fail_msg("row %zu: %d %d %d %d", i, (int)f->copies[Z], (int)f->fewest[Z], (int)f->steady[Z],
                     (int)f->fewest_holders[1]);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_without_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
