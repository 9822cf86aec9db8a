// Bounds of products, mostly of 4 x 4 x 4: each tensor 16 words, 64 operations of 0.5 pJ. A word of dram is
// 100 pJ, of a buffer 10, of a register 1.
#include "support/search_bench.h"

#include "mapper/bound.h"

enum { A = 1, B = 2, Z = 4 };

#define TWO_LEVELS   "dram buffer mac"
#define THREE_LEVELS "dram buffer x:4 register mac"
#define INNER        "for m:1 for n:1 for k:1 mac"

static void begin(search_bench *b, const char *sizes, const char *machine) {
    static const double prices[] = {100, 10, 1};
    search_begin(b, COST_PRODUCT, sizes, machine);
    search_prices(b, prices, 0.5);
    search_prepare(b);
}

static double bound_pj(search_bench *b, int next_group, bool tight) {
    aug_value bound = aug_bound(&b->space, &b->keeping, &b->frame, b->path, next_group, tight);
    return aug_space_energy(&b->space, bound.energy);
}

// ---- Sums

// Edges into the registers 7, floor 4; into compute 3, floor 9; into the buffer 5, floor 6: the larger of
// each, 7 + 9 + 6. The tail of the registers with compute takes the place of 16 where it is more, that of all
// of 22.
static void sums_with_floors_and_tails(void **state) {
    static const struct {
        aug_count inner_tail, outer_tail, sum;
    } rows[] = {{0, 0, 22}, {16, 22, 22}, {20, 0, 26}, {0, 30, 30}, {20, 30, 30}, {20, 25, 26}};
    const aug_wide prices[] = {0, 5, 7, 3};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "m=4 n=4 k=4", THREE_LEVELS);
        b.keeping = (aug_keeping){.floors = {0, 6, 4, 9}, .tails = {rows[i].outer_tail, rows[i].inner_tail}};
        assert_int_equal(aug_bound_sum(&b.space, &b.keeping, prices), rows[i].sum);
        search_end(&b);
    }
}

// ---- What is still to come

// A into the buffer once, 16 · 110. B into the registers, 16 · (100 + 1). Compute: of A 64 operations, of
// which four share a word of the buffer, 16 · 10; B 64 in registers; Z four to a word of dram, 16 · 100. 32
// for the operations, which take 16 cycles on four units.
static void a_bound_by_hand(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=4 n=4 k=4", THREE_LEVELS);
    assert_true(search_walk(&b, "dram[A B Z] | buffer[A] register[B] " INNER));
    aug_value bound = aug_bound(&b.space, &b.keeping, &b.frame, b.path, 0, true);
    assert_near(aug_space_energy(&b.space, bound.energy), 1760 + 1616 + 160 + 64 + 1600 + 32, 1e-12);
    assert_near(bound.cycles, 16, 0.0);
    search_end(&b);
}

// The same where the array is behind, or idle: nothing shares any more. Z is also read to be added to, but
// for the first 16.
static void no_array_is_to_come(void **state) {
    (void)state;
    for (unsigned idle = 0; idle < 2; idle++) {
        search_bench b;
        begin(&b, "m=4 n=4 k=4", THREE_LEVELS);
        cost_nest(&b.bench, "dram[A B Z] buffer[A] register[B] " INNER);
        search_keep(&b, idle);
        aug_frame_init(&b.space, &b.keeping, &b.options, b.path, &b.frame);
        aug_value bound = aug_bound(&b.space, &b.keeping, &b.frame, b.path, idle ? 0 : 1, true);
        assert_near(aug_space_energy(&b.space, bound.energy), 1760 + 1616 + 640 + 64 + 6400 + 4800 + 32,
                    1e-12);
        assert_near(bound.cycles, 64, 0.0);
        search_end(&b);
    }
}

// The buffer leaks 2 pJ in each of 16 cycles; the registers keep nothing.
static void what_leaks(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=4 n=4 k=4", THREE_LEVELS);
    assert_true(search_walk(&b, "dram[A B Z] | buffer[A] " INNER));
    double before_pj = bound_pj(&b, 0, true);
    cost_edit(&b.bench, "buffer")->leakage_pj_per_cycle = 2;
    cost_edit(&b.bench, "register")->leakage_pj_per_cycle = 50;
    search_prepare(&b);
    assert_near(bound_pj(&b, 0, true) - before_pj, 32, 1e-9);
    search_end(&b);
}

// Two operations use two of four units, at half an operation per cycle: 2 cycles.
static void no_more_units_than_operations(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=2 n=1 k=1", THREE_LEVELS);
    b.space.unit_rate = 0.5;
    assert_true(search_walk(&b, "dram[A B Z] | for m:1 mac"));
    assert_near(aug_bound(&b.space, &b.keeping, &b.frame, b.path, 0, true).cycles, 2, 0.0);
    search_end(&b);
}

// Reads of I from dram at 1 pJ, all else free: 5 different words; where loops over r and p stand above any
// store each step is one word, 8 (frame_test.c).
static void windows_by_hand(void **state) {
    static const struct {
        const char *nest;
        double words;
    } rows[] = {{"dram[I W O] | buffer[I] for r:1 for p:1 mac", 5},
                {"dram[I W O] for r:1 | buffer[I] for p:1 mac", 5},
                {"dram[I W O] for r:1 for p:1 | buffer[I] mac", 8}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_WINDOW, "p=4 r=2", TWO_LEVELS);
        cost_edit(&b.bench, "dram")->energy_pj[0][AUG_ACTION_READ] = 1;
        search_prepare(&b);
        assert_true(search_walk(&b, rows[i].nest));
        assert_near(bound_pj(&b, 0, true), rows[i].words, 1e-12);
        search_end(&b);
    }
}

// Dram gives 8 bits a cycle: 32 words of A and B take 32 cycles, more than 16 of compute.
static void ports_take_time(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=4 n=4 k=4", THREE_LEVELS);
    cost_edit(&b.bench, "dram")->read_bits_per_cycle = 8;
    search_prepare(&b);
    assert_true(search_walk(&b, "dram[A B Z] | buffer[A B] " INNER));
    assert_near(aug_bound(&b.space, &b.keeping, &b.frame, b.path, 0, true).cycles, 32, 0.0);
    search_end(&b);
}

// A loop over n leaves A, 16 words, in place. A buffer with less has to take A in parts, so once for each of
// 4 n, three times 16 · 110 more; one of two cells may have half of it.
static void tiles_that_no_memory_can_hold(void **state) {
    static const struct {
        const char *machine, *child;
        double words, more_pj;
    } rows[] = {{TWO_LEVELS, "buffer", 16, 0},
                {TWO_LEVELS, "buffer", 15, 3 * 16 * 110},
                {"dram x:2 buffer mac", "buffer", 8, 0},
                {"dram x:2 buffer mac", "buffer", 7, 3 * 16 * 110}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "m=4 n=4 k=4", rows[i].machine);
        cost_edit(&b.bench, rows[i].child)->capacity_bits = 8 * rows[i].words;
        search_prepare(&b);
        assert_true(search_walk(&b, "dram[A B Z] for n:1 | buffer[A] for m:1 for k:1 mac"));
        assert_near(bound_pj(&b, 0, true) - bound_pj(&b, 0, false), rows[i].more_pj, 1e-9);
        b.frame.declared[0]++; // no loop that moves it may come any more
        assert_near(bound_pj(&b, 0, true), bound_pj(&b, 0, false), 1e-12);
        search_end(&b);
    }
}

// One part alone: the edges into the buffer, without operations and cycles.
static void a_part_alone(void **state) {
    search_bench b;
    aug_keeping only;
    (void)state;
    begin(&b, "m=4 n=4 k=4", TWO_LEVELS);
    assert_true(search_walk(&b, "dram[A B Z] | buffer[A Z] " INNER));
    aug_keeping_only(&b.space, &b.keeping, 1, &only);
    aug_frame_init(&b.space, &only, &b.options, b.path, &b.frame);
    aug_value bound = aug_bound(&b.space, &only, &b.frame, b.path, 0, true);
    assert_near(aug_space_energy(&b.space, bound.energy), 1760 + 1600, 1e-12);
    assert_true(bound.cycles == 0.0);
    search_end(&b);
}

// ---- Bounds hold

typedef struct nest_row {
    const char *machine, *einsum, *sizes, *nest;
} nest_row;

static const nest_row nests[] = {
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6", "dram[A B Z] " INNER},
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6",
     "dram[A B Z] for n:2 buffer[A B Z] for m:4 for k:2 for m:1 for n:1 for k:1 mac"},
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6",
     "dram[A B Z] for k:2 for m:4 buffer[A Z] for n:2 buffer[B] par x m:1 for k:1 for n:1 mac"},
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6",
     "dram[A B Z] for n:2 buffer[B] par x k:3 register[Z] for m:3 register[A] for n:1 for k:1 for m:1 mac"},
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6",
     "dram[A B Z] for k:1 buffer[Z] for n:1 par x m:3 register[A B Z] for m:1 mac"},
    {THREE_LEVELS, COST_PRODUCT, "m=12 n=4 k=6",
     "dram[A B Z] buffer[B] for m:6 for n:2 par x k:2 for m:1 for n:1 for k:1 mac"},
    {THREE_LEVELS, COST_WINDOW, "p=8 r=4",
     "dram[I W O] for p:2 buffer[I O] par x p:1 register[W] for r:1 mac"},
    {THREE_LEVELS, COST_WINDOW, "p=8 r=4",
     "dram[I W O] for r:2 for p:2 buffer[I] for r:1 buffer[W] for p:1 mac"},
    {THREE_LEVELS, COST_WINDOW, "p=8 r=4",
     "dram[I W O] for p:4 buffer[I W O] par x p:2 par x r:2 register[I] for r:1 for p:1 mac"},
    {THREE_LEVELS, COST_WINDOW, "p=8 r=4",
     "dram[I W O] for r:2 buffer[O] par x r:1 for p:4 register[I] for p:1 mac"},
    // k stands inside of loops that move I: only a part of I comes again with it
    {TWO_LEVELS, "O[p,q,k] += I[c,p,q+s] * W[k,c,s]", "p=2 q=2 k=2 c=2 s=3",
     "dram[I W O] for p:1 buffer[O] for c:1 for k:1 buffer[W] for q:1 buffer[I] for s:1 mac"},
};

// Of tiles that do not divide.
static const nest_row short_nests[] = {
    {TWO_LEVELS, COST_PRODUCT, "m=9 n=4 k=5",
     "dram[A B Z] for m:8 for n:1 for m:4 buffer[A] for k:1 for m:1 mac"},
    {"dram x:2 buffer mac", COST_PRODUCT, "m=9 n=4 k=5",
     "dram[A B Z] par x m:5 for n:1 for m:4 buffer[A] for k:1 for m:1 mac"},
    {"dram x:2 buffer mac", COST_PRODUCT, "m=9 n=4 k=5",
     "dram[A B Z] for n:1 for m:8 par x m:4 buffer[A] for k:1 for m:1 mac"},
};

// Groups of axes that are not crossed yet: the one of the array until something stands inside of it.
static int next_group(const search_bench *b) {
    return b->frame.segment < b->space.segment_count - 1 ? 0 : b->space.group_count;
}

// After each node of a nest the bound is not above what the whole costs.
static void assert_bounds(search_bench *b, const nest_row *row, bool tight) {
    unsigned homed = 0;
    cost_evaluate(&b->bench, row->nest);
    double energy_pj = b->bench.cost.energy_pj, cycles = b->bench.cost.cycles;
    search_start(b, row->nest);
    for (int i = 0; i + 1 < b->bench.mapping.count; i++) {
        assert_true(search_step(b, &b->bench.mapping.nodes[i], &homed));
        aug_value bound = aug_bound(&b->space, &b->keeping, &b->frame, b->path, next_group(b), tight);
        if (aug_space_energy(&b->space, bound.energy) > energy_pj * (1 + 1e-12) || bound.cycles > cycles)
            fail_msg("%s, node %d: %g of %g pJ, %g of %g cycles", row->nest, i,
                     aug_space_energy(&b->space, bound.energy), energy_pj, bound.cycles, cycles);
    }
}

// All that bounds look at: room that is just enough, ports, leakage.
static void assert_limited_bounds(const nest_row *row, bool perfect, bool tight) {
    static const double prices[] = {100, 10, 1};
    search_bench b;
    search_begin(&b, row->einsum, row->sizes, row->machine);
    search_prices(&b, prices, 0.5);
    cost_evaluate(&b.bench, row->nest);
    for (int m = 1; m < b.bench.problem.memory_count; m++) {
        b.bench.problem.memories[m].capacity_bits = b.bench.cost.memories[m].occupancy_bits;
        b.bench.problem.memories[m].leakage_pj_per_cycle = 0.25;
        b.bench.problem.memories[m].read_bits_per_cycle = 24;
    }
    cost_edit(&b.bench, "dram")->read_bits_per_cycle = cost_edit(&b.bench, "dram")->write_bits_per_cycle = 3;
    b.options.perfect = perfect;
    search_prepare(&b);
    assert_bounds(&b, row, tight);
    search_end(&b);
}

static void bounds_are_not_above_the_cost(void **state) {
    (void)state;
    for (int tight = 0; tight < 2; tight++) {
        for (size_t i = 0; i < 2 * AUG_COUNT(nests); i++)
            assert_limited_bounds(&nests[i / 2], i % 2, tight);
        for (size_t i = 0; i < AUG_COUNT(short_nests); i++)
            assert_limited_bounds(&short_nests[i], false, tight);
    }
}

// When all loops of a product stand, the bound is what it costs.
static void the_bound_of_a_whole_nest_is_its_cost(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(nests); i++) {
        search_bench b;
        if (strcmp(nests[i].einsum, COST_PRODUCT) != 0)
            continue;
        begin(&b, nests[i].sizes, THREE_LEVELS);
        unsigned homed = 0;
        cost_evaluate(&b.bench, nests[i].nest);
        search_start(&b, nests[i].nest);
        for (int n = 0; n + 1 < b.bench.mapping.count; n++)
            search_step(&b, &b.bench.mapping.nodes[n], &homed);
        aug_value bound = aug_bound(&b.space, &b.keeping, &b.frame, b.path, b.space.group_count, true);
        assert_near(aug_space_energy(&b.space, bound.energy), b.bench.cost.energy_pj, 1e-12);
        assert_near(bound.cycles, b.bench.cost.cycles, 0.0);
        search_end(&b);
    }
}

// ---- Levels

// Three words of buffer: A or B has to come twice (level_table_test.c), 16 · 110 more. Of 20 words both come
// once.
static void memories_can_do_so_much(void **state) {
    static const struct {
        double words, more_pj;
        bool perfect;
    } rows[] = {{3, 1760, true}, {20, 0, true}, {2, 3 * 1760, true}, {3, 0, false}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "m=4 n=4 k=4", TWO_LEVELS);
        cost_edit(&b.bench, "buffer")->capacity_bits = 8 * rows[i].words;
        b.options.perfect = rows[i].perfect;
        search_prepare(&b);
        search_walk(&b, "dram[A B Z] | buffer[A B] " INNER);
        aug_level_table *table = aug_level_table_new(&b.bench.arena, &b.memory.table, &b.space);
        aug_value bound = {1000, 7};
        bool raised = aug_bound_levels(&b.space, &b.keeping, table, &b.frame, b.path, 0, NULL, &bound);
        assert_int_equal(raised, rows[i].more_pj > 0);
        assert_near(aug_space_energy(&b.space, bound.energy - 1000), rows[i].more_pj, 1e-9);
        assert_true(bound.cycles == 7);
        search_end(&b);
    }
}

// A store of the buffer stands already, or is declared: the table does not apply.
static void memories_that_are_not_open(void **state) {
    search_bench b;
    aug_value bound = {1000, 7};
    (void)state;
    begin(&b, "m=4 n=4 k=4", TWO_LEVELS);
    cost_edit(&b.bench, "buffer")->capacity_bits = 24;
    search_prepare(&b);
    aug_level_table *table = aug_level_table_new(&b.bench.arena, &b.memory.table, &b.space);
    assert_true(search_walk(&b, "dram[A B Z] for k:1 for m:2 buffer[A] | for n:1 buffer[B] for m:1 mac"));
    assert_false(aug_bound_levels(&b.space, &b.keeping, table, &b.frame, b.path, 0, NULL, &bound));
    assert_true(search_walk(&b, "dram[A B Z] | for k:1 for m:2 buffer[A] for n:1 buffer[B] for m:1 mac"));
    b.frame.declared[1]++;
    assert_false(aug_bound_levels(&b.space, &b.keeping, table, &b.frame, b.path, 0, NULL, &bound));
    b.frame.declared[1]--;
    assert_true(aug_bound_levels(&b.space, &b.keeping, table, &b.frame, b.path, 0, NULL, &bound));
    search_end(&b);
}

// With A or B twice the nest would cost 1760 more. Where that is known already, no choice is left, and the
// bound is beyond any nest.
static void choices_that_are_not_wanted(void **state) {
    static const struct {
        double known_pj;
        bool any;
    } rows[] = {{1760.5, true}, {1760, false}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_incumbent incumbent;
        begin(&b, "m=4 n=4 k=4", TWO_LEVELS);
        cost_edit(&b.bench, "buffer")->capacity_bits = 24;
        search_prepare(&b);
        search_walk(&b, "dram[A B Z] | buffer[A B] " INNER);
        aug_value bound = aug_bound(&b.space, &b.keeping, &b.frame, b.path, 0, true), raised = bound;
        aug_incumbent_init(&b.bench.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
        aug_value known = {bound.energy + aug_space_price(&b.space, rows[i].known_pj), 1};
        aug_incumbent_add(&incumbent, known, NULL);
        aug_level_table *table = aug_level_table_new(&b.bench.arena, &b.memory.table, &b.space);
        assert_true(aug_bound_levels(&b.space, &b.keeping, table, &b.frame, b.path, 0, &incumbent, &raised));
        assert_int_equal(aug_incumbent_wants(&incumbent, raised), rows[i].any);
        if (rows[i].any)
            assert_near(aug_space_energy(&b.space, raised.energy - bound.energy), 1760, 1e-9);
        search_end(&b);
    }
}

// ---- Arrays

static double spread_pj(search_bench *b, const char *rank, aug_count steps) {
    aug_spreads spreads;
    aug_spread_price terms;
    double prices[AUG_SPREADS];
    assert_true(aug_spreads_init(&b->bench.arena, &b->space, 0, &spreads));
    aug_bound_spread(&b->space, &b->keeping, &b->frame, b->path, &spreads, &terms);
    aug_spreads_price(&spreads, b->space.tensor_count, &terms, prices);
    for (int i = 0; i < spreads.count; i++)
        if (spreads.at[i].all == steps && (steps == 1 || spreads.at[i].steps[search_rank(b, rank)] == steps))
            return prices[i] * b->space.price_pj;
    fail_msg("no such way: %s", rank);
    return 0.0;
}

// Ways and what nests with them cost: never less, and as much where nothing is left open. Z of 48 words could
// be in four registers each, where its first 192 words are not read: 144 fewer than are.
typedef struct way_row {
    const char *outside, *inside, *rank;
    aug_count steps;
    double open_pj; // below the cost; -1: more loops follow
} way_row;

static const way_row ways[] = {
    {"dram[A B Z] for m:4 buffer[A B Z]", "par x n:1 register[B] for k:1 for m:1 mac", "n", 4, 0},
    {"dram[A B Z] for m:4 buffer[A B Z]", "par x n:1 register[Z] for k:1 for m:1 mac", "n", 4, 144},
    {"dram[A B Z] for m:4 buffer[A B Z]", "par x n:2 register[B] for k:1 for n:1 for m:1 mac", "n", 2, 0},
    {"dram[A B Z] for m:4 buffer[A B Z]", "par x m:1 register[B] for n:1 for k:1 mac", "m", 4, 0},
    {"dram[A B Z] for m:4 buffer[A B Z]", "par x k:2 register[B] for n:1 for k:1 for m:1 mac", "k", 3, -1},
    {"dram[A B Z] for m:4 buffer[A B Z]", "register[B] for n:1 for k:1 for m:1 mac", "n", 1, 0},
    {"dram[A B Z] for k:3 buffer[B Z]", "par x k:1 register[Z] for m:1 for n:1 mac", "k", 3, -1},
    {"dram[A B Z] for k:3 for n:2 buffer[A]", "par x m:3 register[A B Z] for n:1 for k:1 for m:1 mac", "m", 4,
     -1},
};

static void assert_way(const way_row *row, unsigned multicast, unsigned reduce) {
    search_bench b;
    begin(&b, "m=12 n=4 k=6", THREE_LEVELS);
    b.bench.problem.drain_reads = true;
    b.bench.problem.axes[0].multicast = multicast;
    b.bench.problem.axes[0].reduce = reduce;
    search_prepare(&b);
    cost_evaluate(&b.bench, aug_arena_print(&b.bench.arena, "%s %s", row->outside, row->inside));
    double energy_pj = b.bench.cost.energy_pj;
    assert_true(search_walk(&b, aug_arena_print(&b.bench.arena, "%s | %s", row->outside, row->inside)));
    double open_pj = energy_pj - spread_pj(&b, row->rank, row->steps);
    if (open_pj < -1e-9 ||
        (row->open_pj >= 0.0 && (multicast & reduce) && fabs(open_pj - row->open_pj) > 1e-9))
        fail_msg("%s %s: %g of %g", row->outside, row->inside, open_pj, energy_pj);
    search_end(&b);
}

static void ways_are_not_above_the_cost(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(ways); i++) {
        assert_way(&ways[i], A | B | Z, A | B | Z);
        assert_way(&ways[i], A | B | Z, 0);
        assert_way(&ways[i], 0, A | B | Z);
        assert_way(&ways[i], 0, 0);
    }
}

// p is spread along x and slides I already; y may then share all along its diagonals.
static void windows_that_slide_outside(void **state) {
    static const char *const rows[] = {"dram[I W O] | par x p:2 par y r:1 register[I] for p:1 mac",
                                       "dram[I W O] par x p:2 | par y r:1 register[I] for p:1 mac"};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_spreads spreads;
        aug_spread_price terms;
        search_begin(&b, COST_WINDOW, "p=4 r=2", "dram x:2 y:2 register mac");
        search_prepare(&b);
        assert_true(search_walk(&b, rows[i]));
        assert_true(aug_spreads_init(&b.bench.arena, &b.space, 1, &spreads));
        aug_bound_spread(&b.space, &b.keeping, &b.frame, b.path, &spreads, &terms);
        assert_int_equal(terms.slid[0], i);
        search_end(&b);
    }
}

// The nest of frame_test.c, by hand 22056 pJ: n 4 along x leaves nothing open, so the glance is exact. Floors
// of the registers, of compute and of the buffer take the place of less.
static void a_way_at_a_glance(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=12 n=4 k=6", THREE_LEVELS);
    assert_true(
        search_walk(&b, "dram[A B Z] for m:4 buffer[A B Z] | par x n:1 register[B] for k:1 for m:1 mac"));
    assert_near(spread_pj(&b, "n", 4), 15360 + 264 + 6288 + 144, 1e-12);
    b.keeping.floors[2] = aug_space_price(&b.space, 1000); // of 264
    b.keeping.floors[3] = aug_space_price(&b.space, 7000); // of 6288
    assert_near(spread_pj(&b, "n", 4), 15360 + 1000 + 7000 + 144, 1e-12);
    b.keeping.floors[1] = aug_space_price(&b.space, 20000); // of 15360
    assert_near(spread_pj(&b, "n", 4), 20000 + 1000 + 7000 + 144, 1e-12);
    search_end(&b);
}

// 288 operations on as many units as there are steps; the buffer gives 3 bits a cycle, and 864 stand already:
// 288 cycles.
static void cycles_of_a_way(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "m=12 n=4 k=6", THREE_LEVELS);
    assert_true(
        search_walk(&b, "dram[A B Z] for m:4 buffer[A B Z] | par x n:1 register[B] for k:1 for m:1 mac"));
    assert_near(aug_bound_spread_cycles(&b.space, &b.keeping, &b.frame, 0, 4), 72, 0.0);
    assert_near(aug_bound_spread_cycles(&b.space, &b.keeping, &b.frame, 0, 1), 288, 0.0);
    b.space.memories[1].read_width = 3;
    b.frame.read_bits[1] = 864;
    assert_near(aug_bound_spread_cycles(&b.space, &b.keeping, &b.frame, 0, 4), 288, 0.0);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_with_floors_and_tails),
        cmocka_unit_test(a_bound_by_hand),
        cmocka_unit_test(no_array_is_to_come),
        cmocka_unit_test(what_leaks),
        cmocka_unit_test(no_more_units_than_operations),
        cmocka_unit_test(windows_by_hand),
        cmocka_unit_test(ports_take_time),
        cmocka_unit_test(tiles_that_no_memory_can_hold),
        cmocka_unit_test(a_part_alone),
        cmocka_unit_test(bounds_are_not_above_the_cost),
        cmocka_unit_test(the_bound_of_a_whole_nest_is_its_cost),
        cmocka_unit_test(memories_can_do_so_much),
        cmocka_unit_test(memories_that_are_not_open),
        cmocka_unit_test(choices_that_are_not_wanted),
        cmocka_unit_test(a_way_at_a_glance),
        cmocka_unit_test(ways_are_not_above_the_cost),
        cmocka_unit_test(windows_that_slide_outside),
        cmocka_unit_test(cycles_of_a_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
