#include "support/search_bench.h"

#include "support/small_problem.h"

typedef void edit(search_bench *b);

// Prepares a product on `machine` after an edit.
static void begin(search_bench *b, const char *machine, edit *change) {
    search_begin(b, COST_PRODUCT, "m=8 n=4 k=2", machine);
    if (change)
        change(b);
    search_prepare(b);
}

// ---- Tensors

// The first input of O[p] += ... * W[r]. Of 2 p + r with r 1 every second word is touched; of 3 p + r with r
// 2 two of three: 0 1, 3 4, 6 7; of 2 p + r with r 4 all, twice but for the ends.
static void tensors_of_windows(void **state) {
    static const struct {
        const char *einsum, *sizes;
        bool p_moves, r_moves, p_direct, r_direct, plain;
        aug_count words, least;
    } rows[] = {
        {"O[p] += I[p] * W[r]", "p=4 r=3", true, false, true, false, true, 4, 4},
        {"O[p] += I[p] * W[r]", "p=1 r=3", false, false, false, false, true, 1, 1},
        {"O[p] += I[2*p] * W[r]", "p=1 r=3", false, false, false, false, true, 1, 1},
        {"O[p] += I[p,r] * W[r]", "p=4 r=3", true, true, true, true, true, 12, 12},
        {"O[p] += I[p+r] * W[r]", "p=4 r=3", true, true, false, false, false, 6, 6},
        {"O[p] += I[p+r] * W[r]", "p=4 r=1", true, false, true, false, true, 4, 4},
        {"O[p] += I[2*p+r] * W[r]", "p=4 r=1", true, false, true, false, false, 7, 4},
        {"O[p] += I[3*p+r] * W[r]", "p=3 r=2", true, true, false, false, false, 8, 6},
        {"O[p] += I[2*p+r] * W[r]", "p=3 r=4", true, true, false, false, false, 8, 8},
        // A rank in two indices: r tells the second, p then the first, so 3 · 4 of a box of 6 · 3.
        {"O[p] += I[p+r,r] * W[r]", "p=4 r=3", true, true, false, false, false, 18, 12},
        {"O[p] += I[r,p+r] * W[r]", "p=4 r=3", true, true, false, false, false, 18, 12},
        {"O[p] += I[p,p] * W[r]", "p=4 r=3", true, false, false, false, false, 16, 4},
        {"O[p] += I[p+r,2*p+r] * W[r]", "p=4 r=3", true, true, false, false, false, 54,
         6}, // 6 of the first alone
        {"O[p] += I[p+r,r] * W[r]", "p=4 r=1", true, false, true, false, true, 4, 4},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, rows[i].einsum, rows[i].sizes, "dram buffer mac");
        search_prepare(&b);
        const aug_space_tensor *of = &b.space.tensors[0];
        int p = search_rank(&b, "p"), r = search_rank(&b, "r");
        if ((of->ranks >> p & 1) != rows[i].p_moves || (of->ranks >> r & 1) != rows[i].r_moves ||
            (of->direct >> p & 1) != rows[i].p_direct || (of->direct >> r & 1) != rows[i].r_direct ||
            of->plain != rows[i].plain || of->words != rows[i].words || of->least != rows[i].least)
            fail_msg("row %zu", i);
        search_end(&b);
    }
}

static void what_the_output_is(void **state) {
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
    b.bench.problem.tensors[2].accumulates = true;
    search_prepare(&b);
    assert_true(b.space.tensors[2].is_output && b.space.tensors[2].accumulates);
    assert_false(b.space.tensors[0].is_output || b.space.tensors[0].accumulates);
    assert_int_equal(b.space.large, 7);
    assert_int_equal(b.space.sliding, 0);
    search_end(&b);
}

// A loop of the prefix leaves 4 of m's 8: classes of 4, 2, 1.
static void a_prefix_leaves_a_part_of_a_rank(void **state) {
    search_bench b;
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .tensors = 7},
                                 {.kind = AUG_MAPPING_FOR, .tile = 4}};
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
    int m = prefix[1].rank = search_rank(&b, "m");
    b.options.prefix = prefix;
    b.options.prefix_count = 2;
    search_prepare(&b);
    assert_true(b.space.has_prefix);
    assert_int_equal(b.space.classes[m].count, 3);
    assert_int_equal(b.space.classes[m].at[0].least, 4);
    assert_int_equal(b.space.classes[m].at[0].count, 2);
    assert_int_equal(b.space.classes[search_rank(&b, "k")].at[0].least, 2);
    search_end(&b);
}

// ---- Memories and prices

// 100 bits less two copies of 10 that others hold.
static void memories_as_they_are(void **state) {
    aug_restriction restriction = {.must = {0, 1}, .never = {0, 2}};
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
    aug_problem_memory *buffer = cost_edit(&b.bench, "buffer");
    *buffer = (aug_problem_memory){.name = "buffer",
                                   .capacity_bits = 100,
                                   .buffers = 2,
                                   .block = 1,
                                   .shared_port = true,
                                   .read_bits_per_cycle = 3,
                                   .write_bits_per_cycle = 5,
                                   .bits = {7, 8, 9},
                                   .gated_at = -1,
                                   .instances = 1,
                                   .must = 4,
                                   .never = 0};
    b.options.restriction = &restriction;
    b.options.reserved_bits[1] = 10;
    search_prepare(&b);
    const aug_space_memory *of = &b.space.memories[1];
    assert_true(of->capacity_bits == 80 && of->buffers == 2);
    assert_true(of->read_width == 3 && of->write_width == 5 && of->shared_port);
    assert_true(of->bits[0] == 7 && of->bits[1] == 8 && of->bits[2] == 9);
    assert_int_equal(of->must, 5); // Z of the machine, A of the user
    assert_int_equal(of->may, 5);
    search_end(&b);
}

// Units of 10^-12 pJ: 2.5 pJ are 2.5 · 10^12 of them. A block of 4 words costs a fourth per word. What is not
// stated is 0.
static void prices_are_whole_numbers(void **state) {
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
    b.bench.problem.memories[0].energy_pj[0][AUG_ACTION_READ] = 2.5;
    b.bench.problem.memories[0].energy_pj[1][AUG_ACTION_WRITE] = 6;
    b.bench.problem.memories[0].energy_pj[2][AUG_ACTION_UPDATE] = 0.1;
    b.bench.problem.memories[0].block = 4;
    b.bench.problem.memories[1].leakage_pj_per_cycle = 0.5;
    b.bench.problem.computes[0].energy_pj = 3;
    search_prepare(&b);
    assert_true(b.space.price_pj == 1e-12);
    assert_true(b.space.memories[0].read[0] == 625000000000u);
    assert_true(b.space.memories[0].fill[1] == 1500000000000u);
    assert_true(b.space.memories[0].update[2] == 25000000000u);
    assert_true(b.space.memories[0].read[1] == 0);
    assert_true(b.space.memories[1].leak == 500000000000u);
    assert_true(b.space.unit_price == 3000000000000u);
    assert_true(b.space.has_energy && !b.space.closed);
    search_end(&b);
}

// Steps of 0.2 pJ, 2 · 10^11 units: what is 2^-52 off is not off. Where hops cost something, or a limit is given, nothing
// is known of steps.
static void sums_are_multiples_of_a_grain(void **state) {
    static const double prices[] = {100, 6};
    static const struct {
        double pj, hop_pj;
        bool exact;
    } rows[] = {{291444940.8, 0, true},
                {291444940.8 * (1.0 + 0x1p-52), 0, true},
                {291444940.8 * (1.0 - 0x1p-52), 0, true},
                {291444940.8 * (1.0 + 1e-12), 0, false},
                {291444940.8 * (1.0 + 0x1p-51), 1, false}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer x:4 mac");
        search_prices(&b, prices, 0.2);
        b.bench.problem.arrays[0].hop_pj = rows[i].hop_pj;
        search_prepare(&b);
        aug_wide price = aug_space_price(&b.space, rows[i].pj), exact = (aug_wide)1457224704u * 200000000000u;
        if (b.space.grain != (rows[i].hop_pj > 0.0 ? 0 : 200000000000u) || (price == exact) != rows[i].exact)
            fail_msg("row %zu", i);
        search_end(&b);
    }
}

// 10^7 pJ are 10^19 units of 10^-12, above 4 · 10^18: the unit is 10^-9.
static void large_prices_have_a_larger_unit(void **state) {
    static const struct {
        double largest_pj, unit_pj;
    } rows[] = {{3.9e6, 1e-12}, {1e7, 1e-9}, {3.9e9, 1e-9}, {1e10, 1e-6}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
        b.bench.problem.memories[1].energy_pj[2][AUG_ACTION_READ] = rows[i].largest_pj;
        search_prepare(&b);
        assert_near(b.space.price_pj, rows[i].unit_pj, 1e-12);
        aug_wide price = aug_space_price(&b.space, 12345.0);
        assert_near(aug_space_energy(&b.space, price), 12345.0, 1e-9);
        assert_near((double)b.space.memories[1].read[2] * b.space.price_pj, rows[i].largest_pj, 1e-9);
        search_end(&b);
    }
}

// ---- Arrays

// Segments 0 and 1 are dram's and buffer's, 2 that between y and z, with no memory, 3 that of the registers.
static void arrays_part_segments(void **state) {
    static const aug_count fans[] = {24, 6, 3, 1};
    search_bench b;
    (void)state;
    begin(&b, "dram x:4 buffer y:2 z:3 register mac", NULL);
    assert_int_equal(b.space.segment_count, 4);
    assert_int_equal(b.space.group_count, 3);
    for (int s = 0; s < 4; s++)
        assert_int_equal(b.space.fan_below[s], fans[s]);
    for (int g = 0; g < 3; g++)
        assert_int_equal(b.space.groups[g].segment, g);
    assert_int_equal(b.space.memories[0].segment, 0);
    assert_int_equal(b.space.memories[1].segment, 1);
    assert_int_equal(b.space.memories[2].segment, 3);
    search_end(&b);
}

static void one_array(search_bench *b) {
    cost_one_array(&b->bench);
}

static void other_sharing(search_bench *b) {
    one_array(b);
    b->bench.problem.axes[1].reduce = 0;
}

static void priced_hops(search_bench *b) {
    cost_one_array(&b->bench)->hop_pj = 1;
}

static void short_tiles(search_bench *b) {
    one_array(b);
    b->options.perfect = false;
}

static const aug_restriction first_fixed = {.axis_is_fixed = {true}, .axis_ranks = {1, 1}},
                             both_fixed = {.axis_is_fixed = {true, true}, .axis_ranks = {1, 1}},
                             other_fixed = {.axis_is_fixed = {true, true}, .axis_ranks = {1, 2}};

static void restrict_first(search_bench *b) {
    one_array(b);
    b->options.restriction = &first_fixed;
}

static void restrict_both(search_bench *b) {
    one_array(b);
    b->options.restriction = &both_fixed;
}

static void restrict_otherwise(search_bench *b) {
    one_array(b);
    b->options.restriction = &other_fixed;
}

// Axes of 4 and 2.
static void axes_that_are_alike_are_one_group(void **state) {
    static const struct {
        edit *change;
        int groups;
        aug_count fan;
        unsigned ranks;
    } rows[] = {{one_array, 1, 8, ~0u},       {other_sharing, 2, 4, ~0u}, {priced_hops, 2, 4, ~0u},
                {short_tiles, 2, 4, ~0u},     {restrict_first, 2, 4, 1},  {restrict_both, 1, 8, 1},
                {restrict_otherwise, 2, 4, 1}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "dram buffer x:4 y:2 register mac", rows[i].change);
        const aug_axis_group *first = &b.space.groups[0];
        if (b.space.group_count != rows[i].groups || first->fan != rows[i].fan ||
            first->ranks != rows[i].ranks)
            fail_msg("row %zu: %d groups", i, b.space.group_count);
        assert_int_equal(first->axis_count, 3 - rows[i].groups);
        assert_int_equal(b.space.groups[rows[i].groups - 1].segment, 0);
        assert_int_equal(b.space.segment_count, 2);
        search_end(&b);
    }
}

// The vector unit outside of the array does the einsum where the one inside cannot: no array, no registers.
static void what_is_inside_of_the_unit_does_not_count(void **state) {
    test_ground ground;
    aug_problem problem;
    aug_space space;
    const aug_mapper_options options = {.perfect = true};
    (void)state;
    test_begin(&ground);
    small_problem(&problem);
    assert_null(aug_space_init(&ground.arena, &problem, &options, &space));
    assert_int_equal(space.unit, SMALL_MAC);
    assert_int_equal(space.memory_count, 3);
    assert_int_equal(space.group_count, 1);
    assert_true(space.unit_instances == 8 && space.operations == 192);
    problem.computes[SMALL_MAC].rate_per_cycle = 0;
    problem.computes[SMALL_VECTOR].rate_per_cycle = 2;
    assert_null(aug_space_init(&ground.arena, &problem, &options, &space));
    assert_int_equal(space.unit, SMALL_VECTOR);
    assert_int_equal(space.memory_count, 2);
    assert_int_equal(space.group_count, 0);
    assert_int_equal(space.segment_count, 1);
    assert_true(space.unit_rate == 2);
    test_end(&ground);
}

static void buffer_is_inside(search_bench *b) {
    b->bench.problem.computes[0].memories_above = 1;
}

static void memories_inside_of_the_unit_do_not_count(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "dram buffer mac", NULL);
    assert_int_equal(b.space.memory_count, 2);
    search_end(&b);
    begin(&b, "dram buffer mac", buffer_is_inside);
    assert_int_equal(b.space.memory_count, 1);
    search_end(&b);
}

// ---- What the search may rely on

static void blocks(search_bench *b) {
    cost_edit(&b->bench, "buffer")->block = 2;
}

static void leakage(search_bench *b) {
    cost_edit(&b->bench, "buffer")->leakage_pj_per_cycle = 1;
}

static void gated_leakage(search_bench *b) {
    cost_edit(&b->bench, "buffer")->leakage_pj_per_cycle = 1;
    cost_edit(&b->bench, "buffer")->gated_at = 0;
}

static void routers(search_bench *b) {
    b->bench.problem.arrays[0].router_pj = 1;
}

static void folds(search_bench *b) {
    b->bench.problem.arrays[0].fill_cycles = 3;
    b->bench.problem.arrays[0].drain_cycles = 4;
    b->bench.problem.arrays[0].sweep_cycles = 5;
    b->bench.problem.arrays[0].per_fold = true;
}

static void timed_folds(search_bench *b) {
    folds(b);
    b->options.objective = AUG_OBJECTIVE_LATENCY;
}

static void once_per_run(search_bench *b) {
    timed_folds(b);
    b->bench.problem.arrays[0].per_fold = false;
}

static const aug_restriction ordered = {.order_count = {0, 1}},
                             tiled = {.has_tiles = {false, true},
                                      .tiles = {{{0, 0}}, {{2, 4}, {6, 8}, {1, 8}}}};

static void order(search_bench *b) {
    b->options.restriction = &ordered;
}

static void tiles(search_bench *b) {
    b->options.restriction = &tiled;
}

static void what_the_search_may_rely_on(void **state) {
    static const struct {
        edit *change;
        bool canonical, closed;
        double overhead_cycles;
    } rows[] = {{NULL, true, true, 0},           {blocks, true, false, 0},       {leakage, true, true, 0},
                {gated_leakage, true, false, 0}, {routers, true, false, 0},      {folds, true, false, 12},
                {timed_folds, false, false, 12}, {once_per_run, true, true, 12}, {order, false, false, 0},
                {tiles, false, false, 0}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "dram buffer x:4 register mac", rows[i].change);
        if (b.space.canonical != rows[i].canonical || b.space.closed != rows[i].closed ||
            b.space.overhead_cycles != rows[i].overhead_cycles)
            fail_msg("row %zu: %d %d %g", i, b.space.canonical, b.space.closed, b.space.overhead_cycles);
        search_end(&b);
    }
}

// Of a memory that goes off with another one the cost alone knows.
static void leakage_as_a_price(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "dram buffer x:4 register mac", leakage);
    assert_true(b.space.memories[1].leak == 1000000000000u);
    search_end(&b);
    begin(&b, "dram buffer x:4 register mac", gated_leakage);
    assert_true(b.space.memories[1].leak == 0);
    search_end(&b);
}

static void windows_are_not_closed(void **state) {
    search_bench b;
    (void)state;
    search_begin(&b, COST_WINDOW, "p=4 r=2", "dram buffer mac");
    search_prepare(&b);
    assert_false(b.space.closed);
    assert_true(b.space.canonical);
    assert_int_equal(b.space.sliding, 3);
    search_end(&b);
}

// 8 is cut into 2 by tiles of 7 .. 4. Where 2 .. 4 are wanted, 4 is told from 5 .. 7, and 1 from 2 as it is
// anyway.
static void classes_end_where_a_restriction_looks(void **state) {
    static const aug_tile_class expected[] = {{1, 1, 8, 8}, {2, 2, 5, 7}, {2, 2, 4, 4},
                                              {3, 3, 3, 3}, {4, 4, 2, 2}, {8, 8, 1, 1}};
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=8 k=8", "dram buffer mac");
    tiles(&b);
    b.options.perfect = false;
    search_prepare(&b);
    assert_int_equal(b.space.classes[0].count, AUG_COUNT(expected));
    assert_memory_equal(b.space.classes[0].at, expected, sizeof expected);
    assert_true(b.space.classes[1].at[1].least == 6 && b.space.classes[1].at[2].most == 5);
    assert_int_equal(b.space.classes[2].count, 5); // any tile
    search_end(&b);
}

// 8 · 4 · 2 = 64 operations on 4 units: 16 cycles; half of the units at least: 32.
static void utilisation_limits_cycles(void **state) {
    static const aug_restriction busy = {.min_utilization = 0.5};
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer x:4 register mac");
    search_prepare(&b);
    assert_true(isinf(b.space.most_cycles));
    b.options.restriction = &busy;
    search_prepare(&b);
    assert_near(b.space.most_cycles, 32, 1e-11);
    assert_true(b.space.most_cycles >= 32);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_of_windows),
        cmocka_unit_test(what_the_output_is),
        cmocka_unit_test(a_prefix_leaves_a_part_of_a_rank),
        cmocka_unit_test(memories_as_they_are),
        cmocka_unit_test(prices_are_whole_numbers),
        cmocka_unit_test(sums_are_multiples_of_a_grain),
        cmocka_unit_test(large_prices_have_a_larger_unit),
        cmocka_unit_test(arrays_part_segments),
        cmocka_unit_test(axes_that_are_alike_are_one_group),
        cmocka_unit_test(what_is_inside_of_the_unit_does_not_count),
        cmocka_unit_test(memories_inside_of_the_unit_do_not_count),
        cmocka_unit_test(what_the_search_may_rely_on),
        cmocka_unit_test(leakage_as_a_price),
        cmocka_unit_test(windows_are_not_closed),
        cmocka_unit_test(classes_end_where_a_restriction_looks),
        cmocka_unit_test(utilisation_limits_cycles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
