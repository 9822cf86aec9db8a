// The fewest cycles for whole numbers of steps along axes, each row by hand.
#include "support/search_bench.h"

#include "mapper/spread_least.h"

typedef struct row {
    const char *machine, *sizes;
    unsigned idle;
    double cycles;
} row;

// On 4 units m 3 n 2 k 1: 3 of m in space leave 2 of n; 2 and 2 leave 2 of m: 2 cycles, where 6 / 4 are 1.5.
// m 5 on 3 x 2 in space at once: 3 along one axis and 2 along the other, 1 cycle.
// m 7 n 7 k 1, 49 points, on 2 x 3: 7 and 7 in 2 and 3 steps are 4 * 3 = 12, in 6 and 1 steps 2 * 7 = 14, in
// 1 and 6 the same; 49 / 6 are more than 8. With one of the axes idle, 2 steps leave 4 * 7 = 28. 2003, 1009
// and 4099 in 4, 4 and 16 steps are 501 * 253 * 257 = 32,575,521; 8, 2 and 16 are 251 * 505 * 257 =
// 32,576,035. That nothing is between comes from trying all. No arrays: nothing is told.
static const row rows[] = {
    {"dram x:4 mac", "m=3 n=2 k=1", 0, 2},
    {"dram x:3 buffer y:2 mac", "m=5 n=1 k=1", 0, 1},
    {"dram x:2 buffer y:3 mac", "m=7 n=7 k=1", 0, 12},
    {"dram x:2 buffer y:3 mac", "m=7 n=7 k=1", 2, 28},
    {"dram x:16 buffer y:16 mac", "m=2003 n=4099 k=1009", 0, 32575521},
    {"dram buffer mac", "m=7 n=7 k=1", 0, 0},
};

static void whole_steps_take_so_many_cycles(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, rows[i].sizes, rows[i].machine);
        b.options.perfect = false;
        search_prepare(&b);
        assert_near(aug_spread_least_cycles(&b.space, rows[i].idle), rows[i].cycles, 0.0);
        search_end(&b);
    }
}

// Two units per cycle, and 10 cycles to fill and drain: 12 / 2 + 10.
static void units_and_arrays_are_counted(void **state) {
    (void)state;
    search_bench b;
    search_begin(&b, COST_PRODUCT, "m=7 n=7 k=1", "dram x:2 buffer y:3 mac");
    b.options.perfect = false;
    b.bench.problem.computes[0].rate_per_cycle = 2;
    b.bench.problem.arrays[0].sweep_cycles = 10;
    search_prepare(&b);
    assert_near(aug_spread_least_cycles(&b.space, 0), 16, 0.0);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_steps_take_so_many_cycles),
                                       cmocka_unit_test(units_and_arrays_are_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
