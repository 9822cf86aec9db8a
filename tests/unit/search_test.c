// Searches of single keepings; whole runs are in mapper_run_test.c.
#include "support/search_bench.h"

#include "mapper/search_walk.h"

enum { A = 1, B = 2, Z = 4 };

static aug_search *search_of(search_bench *b) {
    aug_search *search = AUG_NEW(&b->bench.arena, aug_search);
    aug_search_init(&b->bench.arena, &b->memory, &b->space, &b->options, search);
    return search;
}

static double known_pj(const search_bench *b, const aug_incumbent *incumbent, int place) {
    return aug_space_energy(&b->space, incumbent->known[place].value.energy);
}

// ---- One keeping

static const struct {
    const char *nest;
    double energy_pj, cycles;
} keepings[] = {{"dram[A B Z] for m:1 for k:1 mac", 5600, 16},
                {"dram[A B Z] buffer[B] for m:1 for k:1 mac", 4380, 18},
                {"dram[A B Z] buffer[Z] for m:1 for k:1 mac", 4240, 24},
                {"dram[A B Z] buffer[B Z] for m:1 for k:1 mac", 3020, 42}};

static void begin_keeping(search_bench *b, size_t which, aug_objective objective) {
    search_begin_vector(b);
    b->options.objective = objective;
    search_prepare(b);
    cost_nest(&b->bench, keepings[which].nest);
    search_keep(b, 0);
}

// Of each keeping of search_begin_vector all nests cost the same at best, whatever is looked for.
static void the_best_of_a_keeping(void **state) {
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++)
        for (size_t i = 0; i < AUG_COUNT(keepings); i++) {
            search_bench b;
            aug_incumbent incumbent;
            begin_keeping(&b, i, (aug_objective)o);
            aug_incumbent_init(&b.bench.arena, (aug_objective)o, &incumbent);
            aug_search *search = search_of(&b);
            aug_search_run(search, &b.keeping, &incumbent, 0);
            assert_false(search->stopped);
            assert_int_equal(incumbent.count, 1);
            assert_near(known_pj(&b, &incumbent, 0), keepings[i].energy_pj, 1e-12);
            assert_near(incumbent.known[0].value.cycles, keepings[i].cycles, 0.0);
            assert_true(oracle_is_mapping(&b.bench.arena, &b.bench.problem, incumbent.known[0].mapping));
            search_end(&b);
        }
}

// 4240 pJ are known: only the keeping that is below is taken, and of the others no node is gone on with.
static void what_is_known_is_not_found_again(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(keepings); i++) {
        search_bench b;
        aug_incumbent incumbent;
        begin_keeping(&b, i, AUG_OBJECTIVE_ENERGY);
        aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
        aug_incumbent_add(&incumbent, (aug_value){aug_space_price(&b.space, 4240), 24}, NULL);
        aug_search *search = search_of(&b);
        aug_search_run(search, &b.keeping, &incumbent, 0);
        assert_int_equal(incumbent.known[0].mapping != NULL, i == 3);
        assert_true(i == 3 || search->nodes == 1);
        search_end(&b);
    }
}

// ---- Limits, on a product with room for some of it

static void begin_product(search_bench *b) {
    static const double prices[] = {100, 10, 1};
    search_begin(b, COST_PRODUCT, "m=32 n=16 k=24", "dram buffer x:4 register mac");
    search_prices(b, prices, 0.5);
    cost_edit(&b->bench, "buffer")->capacity_bits = 8 * 200;
    cost_edit(&b->bench, "register")->capacity_bits = 8 * 12;
    search_prepare(b);
    cost_nest(&b->bench, "dram[A B Z] buffer[A B Z] register[Z] for m:1 for n:1 for k:1 mac");
    search_keep(b, 0);
}

static uint64_t run(search_bench *b, uint64_t limit, aug_incumbent *incumbent, bool *stopped) {
    aug_search *search = search_of(b);
    aug_search_run(search, &b->keeping, incumbent, limit);
    *stopped = search->stopped;
    return search->nodes;
}

static void a_limit_in_nodes_is_kept(void **state) {
    search_bench b;
    aug_incumbent incumbent;
    bool stopped;
    (void)state;
    begin_product(&b);
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
    uint64_t all = run(&b, 0, &incumbent, &stopped);
    assert_true(!stopped && all > 100 && incumbent.count == 1);
    const uint64_t limits[] = {1, 50, all - 1, all};
    for (size_t i = 0; i < AUG_COUNT(limits); i++) {
        aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
        uint64_t nodes = run(&b, limits[i], &incumbent, &stopped);
        assert_int_equal(stopped, limits[i] < all);
        assert_true(nodes == (limits[i] < all ? limits[i] + 1 : all));
    }
    search_end(&b);
}

// Who stops it waits for something first; where something is known, for no more than 256 nodes.
static void a_stop_is_heard(void **state) {
    aug_progress stop = {.stop = true};
    search_bench b;
    aug_incumbent incumbent;
    bool stopped;
    (void)state;
    begin_product(&b);
    b.options.progress = &stop;
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
    run(&b, 0, &incumbent, &stopped);
    assert_int_equal(incumbent.count, 1);
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
    aug_incumbent_add(&incumbent, (aug_value){~(aug_wide)0 >> 4, 1e9}, NULL);
    uint64_t nodes = run(&b, 0, &incumbent, &stopped);
    assert_true(stopped && nodes == 256);
    search_end(&b);
}

// The first nest that is found ends it; the same search then goes on as if there had been none.
static void a_dive_ends_with_a_nest(void **state) {
    search_bench b;
    aug_incumbent first, best, again;
    bool stopped;
    (void)state;
    begin_product(&b);
    aug_search *search = search_of(&b);
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &first);
    aug_search_dive(search, &b.keeping, &first, 0);
    assert_true(search->stopped && first.count == 1 && first.known[0].mapping);
    uint64_t nodes = search->nodes;
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &best);
    assert_true(nodes < run(&b, 0, &best, &stopped));
    aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &again);
    aug_search_run(search, &b.keeping, &again, 0);
    assert_true(!search->stopped && again.known[0].value.energy == best.known[0].value.energy);
    assert_true(first.known[0].value.energy >= best.known[0].value.energy);
    search_end(&b);
}

// ---- Floors

// Three words of buffer for A and B of 16 words: 48 words of 110 pJ (level_table_test.c). Nothing is below a
// cutoff of as much; after one node nothing is known.
static void the_floor_of_a_part(void **state) {
    static const double prices[] = {100, 10};
    static const struct {
        double cutoff_pj;
        uint64_t limit;
        double floor_pj;
    } rows[] = {{1e6, 0, 5280}, {5281, 0, 5280}, {5280, 0, 5280}, {5000, 0, 5000}, {1e6, 1, 0}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_keeping only;
        search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer mac");
        search_prices(&b, prices, 0);
        cost_edit(&b.bench, "buffer")->capacity_bits = 24;
        search_prepare(&b);
        cost_nest(&b.bench, "dram[A B Z] buffer[A B] for m:1 for n:1 for k:1 mac");
        search_keep(&b, 0);
        aug_keeping_only(&b.space, &b.keeping, 1, &only);
        aug_search *search = search_of(&b);
        aug_wide cutoff = aug_space_price(&b.space, rows[i].cutoff_pj);
        double floor_pj = aug_space_energy(&b.space, aug_search_floor(search, &only, cutoff, rows[i].limit));
        assert_near(floor_pj, rows[i].floor_pj, 1e-12);
        assert_int_equal(search->stopped, rows[i].limit > 0);
        search_end(&b);
    }
}

// ---- Steps of the walk

// x and y are one array of two groups, outside of the buffer, z another one. Idle arrays part no segments.
static void groups_below_segments(void **state) {
    static const struct {
        unsigned idle;
        int segment, group;
    } rows[] = {{0, 0, 0}, {0, 1, 2}, {0, 2, 3}, {1, 0, 2}, {1, 1, 3}, {2, 0, 0}, {2, 1, 3}, {3, 0, 3}};
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram x:2 y:2 buffer z:2 mac");
    aug_problem *problem = &b.bench.problem;
    problem->array_count = 2;
    problem->arrays[0].axis_count = 2;
    problem->arrays[1].first_axis = 2;
    problem->axes[1].array = 0;
    problem->axes[2].array = 1;
    problem->axes[1].multicast = 0;
    search_prepare(&b);
    aug_search *search = search_of(&b);
    assert_int_equal(b.space.group_count, 3);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const aug_keeping keeping = {.idle = rows[i].idle, .only = -1};
        search->keeping = &keeping;
        if (aug_search_first_group(search, rows[i].segment) != rows[i].group)
            fail_msg("row %zu", i);
    }
    search_end(&b);
}

// A search that has walked a nest to its bar.
static aug_search *walk(search_bench *b, const aug_restriction *restriction, const char *nest) {
    b->options.restriction = restriction;
    search_prepare(b);
    assert_true(search_walk(b, nest));
    aug_search *search = search_of(b);
    memcpy(search->path, b->path, sizeof b->path);
    return search;
}

// Above the buffer k, then m as the innermost of the two, each or none, others outside of both
// (restriction.h).
static void loops_in_the_order_that_is_wanted(void **state) {
    static const struct {
        const char *nest;
        bool holds;
    } rows[] = {
        {"dram[A B Z] | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for n:2 for k:3 for m:4 | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for k:3 for n:2 for m:4 | buffer[A] for m:1 for n:1 for k:1 mac", false},
        {"dram[A B Z] for m:4 for k:3 | buffer[A] for m:1 for n:1 for k:1 mac", false},
        {"dram[A B Z] for n:2 for k:3 | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for n:2 for m:4 | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for m:4 buffer[B] for k:3 | buffer[A] for m:1 for n:1 for k:1 mac",
         true}, // above another store
        {"dram[A B Z] for m:4 for m:2 | buffer[A] for m:1 for n:1 for k:1 mac", false},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_restriction restriction = {.order_count = {0, 2}};
        search_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
        restriction.order[1][0] = search_rank(&b, "k");
        restriction.order[1][1] = search_rank(&b, "m");
        const aug_search *search = walk(&b, &restriction, rows[i].nest);
        if (aug_search_in_order(search, &b.frame, 1) != rows[i].holds)
            fail_msg("row %zu", i);
        assert_true(aug_search_in_order(search, &b.frame, 0)); // nothing is wanted of dram
        search_end(&b);
    }
}

// In the buffer 4 of m, and 2 or 3 of k.
static void tiles_in_the_range_that_is_wanted(void **state) {
    static const struct {
        const char *nest;
        bool holds;
    } rows[] = {
        {"dram[A B Z] for m:4 for k:3 | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for m:4 for k:2 | buffer[A] for m:1 for n:1 for k:1 mac", true},
        {"dram[A B Z] for m:4 for k:1 | buffer[A] for m:1 for n:1 for k:1 mac", false},
        {"dram[A B Z] for m:4 | buffer[A] for m:1 for n:1 for k:1 mac", false},
        {"dram[A B Z] for m:2 for k:3 | buffer[A] for m:1 for n:1 for k:1 mac", false},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_restriction restriction = {.has_tiles = {false, true}};
        search_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
        for (int r = 0; r < 3; r++)
            restriction.tiles[1][r] = (aug_tile_range){1, UINT64_MAX};
        restriction.tiles[1][search_rank(&b, "m")] = (aug_tile_range){4, 4};
        restriction.tiles[1][search_rank(&b, "k")] = (aug_tile_range){2, 3};
        const aug_search *search = walk(&b, &restriction, rows[i].nest);
        if (aug_search_in_range(search, &b.frame, 1) != rows[i].holds)
            fail_msg("row %zu", i);
        assert_true(aug_search_in_range(search, &b.frame, 0));
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_a_keeping),
        cmocka_unit_test(what_is_known_is_not_found_again),
        cmocka_unit_test(a_limit_in_nodes_is_kept),
        cmocka_unit_test(a_stop_is_heard),
        cmocka_unit_test(a_dive_ends_with_a_nest),
        cmocka_unit_test(the_floor_of_a_part),
        cmocka_unit_test(groups_below_segments),
        cmocka_unit_test(loops_in_the_order_that_is_wanted),
        cmocka_unit_test(tiles_in_the_range_that_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
