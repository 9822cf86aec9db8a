// All nests of a keeping by boxes of tiles, where loops over one rank stand along two axes.
//
// A box says how many steps a rank takes in space; the axes share them, and what they make together has to be
// what the box says: of nests that a wrong split throws away none is found later.
#include "support/search_bench.h"

#include "mapper/shape_search.h"

typedef struct row {
    const char *einsum, *machine, *nest, *sizes;
    double buffer_words, cycles;
} row;

// One operation per cycle and unit. Z[m] += A[m] * B[m]:
//
//   - m 9 on 3 x 2 units: tiles of 2 are 5 in space. 3 steps along one axis and 2 along the other are room for
//     6, of which 5 have work: 2 cycles; 5 is no product of 3 and 2, and 3 steps alone take 3;
//   - m 5 on those, at once: 1 cycle, which is room for 6 again; and 3 on 2 x 2;
//   - m 24 behind a buffer for 6 of each tensor: 4 tiles of 6, each at once on 3 x 2 units: 4 cycles. One axis
//     alone takes 8;
//   - the same below two buffers: the steps along x, further out, are none of those that y and z share; each
//     buffer has 2 tiles of 6, 2 cycles;
//   - m 30 on 3 x 2 with a buffer for 15: 2 tiles, each in tiles of 3 on 5 units: 6 cycles. Or 5 tiles of 6:
//     5 cycles, which is 30 / 6 and the least there is;
//   - m 21 on 2 x 2 with a buffer for 7: 3 tiles of 7 in 4 steps of 2, the last one of 1: 2 cycles each, 6; 21
//     on 4 units are 6 at least.
//
// Z[m,n] += A[m] * B[n]: m 3 and n 2 on 2 x 4 units fill 2 x 3 of them, 1 cycle, though m would have room for
// 4 steps there; m 7 and n 3 on 3 x 4, 21 operations, take 2 cycles, m in 4 steps of 2.
#define ONE "Z[m] += A[m] * B[m]"
#define TWO "Z[m,n] += A[m] * B[n]"
static const row rows[] = {
    {ONE, "dram x:3 y:2 mac", "dram[A B Z] for m:1 mac", "m=9", 0, 2},
    {ONE, "dram x:3 y:2 mac", "dram[A B Z] for m:1 mac", "m=5", 0, 1},
    {ONE, "dram x:2 y:2 mac", "dram[A B Z] for m:1 mac", "m=3", 0, 1},
    {ONE, "dram buffer x:3 y:2 mac", "dram[A B Z] buffer[A B Z] for m:1 mac", "m=24", 18, 4},
    {ONE, "dram x:2 buffer y:3 z:2 mac", "dram[A B Z] buffer[A B Z] for m:1 mac", "m=24", 18, 2},
    {ONE, "dram buffer x:3 y:2 mac", "dram[A B Z] buffer[A B Z] for m:1 mac", "m=30", 45, 5},
    {ONE, "dram buffer x:2 y:2 mac", "dram[A B Z] buffer[A B Z] for m:1 mac", "m=21", 21, 6},
    {TWO, "dram x:2 y:4 mac", "dram[A B Z] for m:1 for n:1 mac", "m=3 n=2", 0, 1},
    {TWO, "dram x:3 y:4 mac", "dram[A B Z] for m:1 for n:1 mac", "m=7 n=3", 0, 2},
};

// The last two axes are those of one array.
static void join_last_axes(aug_problem *problem) {
    int last = problem->axis_count - 1, array = last - 1;
    problem->array_count = array + 1;
    problem->arrays[array].axis_count = 2;
    problem->axes[last].array = array;
}

// Something slow is known, without a mapping, as energies have to be held against something.
static void check(const row *expected) {
    static const double prices[] = {1, 1};
    search_bench b;
    search_begin(&b, expected->einsum, expected->sizes, expected->machine);
    search_prices(&b, prices, 0);
    join_last_axes(&b.bench.problem);
    if (expected->buffer_words > 0)
        cost_edit(&b.bench, "buffer")->capacity_bits = 8 * expected->buffer_words;
    b.options.perfect = false;
    b.options.objective = AUG_OBJECTIVE_LATENCY;
    search_prepare(&b);
    cost_nest(&b.bench, expected->nest);
    search_keep(&b, 0);
    aug_incumbent incumbent;
    aug_incumbent_init(&b.bench.arena, b.options.objective, &incumbent);
    aug_incumbent_add(&incumbent, (aug_value){aug_space_price(&b.space, 1e6), 100}, NULL);
    aug_search *search = AUG_NEW(&b.bench.arena, aug_search);
    aug_search_init(&b.bench.arena, &b.memory, &b.space, &b.options, search);
    search->keeping = &b.keeping;
    search->incumbent = &incumbent;
    assert_true(aug_shapes_search(search));
    assert_near(incumbent.known[0].value.cycles, expected->cycles, 0.0);
    assert_non_null(incumbent.known[0].mapping);
    search_end(&b);
}

static void two_axes_share_the_steps_of_a_rank(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        check(&rows[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_axes_share_the_steps_of_a_rank)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
