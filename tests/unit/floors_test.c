// Floors of a product of 4 x 4 x 4, each tensor 16 words, 64 operations of 0.5 pJ. A word of dram is 100 pJ,
// of a buffer 10, of a register 1.
#include "support/search_bench.h"

#include "mapper/floors.h"

enum { A = 1, B = 2, Z = 4, COMPUTE = 2 };

#define KEEP_A_B "dram[A B Z] buffer[A B] for m:1 for n:1 for k:1 mac"

static void begin(search_bench *b, const char *machine, double buffer_words) {
    static const double prices[] = {100, 10, 1, 1};
    search_begin(b, COST_PRODUCT, "m=4 n=4 k=4", machine);
    search_prices(b, prices, 0.5);
    cost_edit(&b->bench, "buffer")->capacity_bits = 8 * buffer_words;
    search_prepare(b);
}

static void keep(search_bench *b, const char *nest) {
    cost_nest(&b->bench, nest);
    search_keep(b, 0);
    aug_floors_begin(&b->space, &b->keeping);
}

static aug_floors *floors_of(search_bench *b) {
    aug_search *search = AUG_NEW(&b->bench.arena, aug_search);
    aug_search_init(&b->bench.arena, &b->memory, &b->space, &b->options, search);
    return aug_floors_new(&b->bench.arena, &b->space, search);
}

static double floor_pj(const search_bench *b, int part) {
    return aug_space_energy(&b->space, b->keeping.floors[part]);
}

static double all_pj(const search_bench *b) {
    return aug_space_energy(&b->space, b->keeping.floor);
}

static aug_wide units(const search_bench *b, double pj) {
    return aug_space_price(&b->space, pj);
}

// Raises all parts; how many there are.
static int raise_all(aug_floors *floors, search_bench *b, double cutoff_pj, uint64_t *nodes) {
    int parts = 0;
    while (aug_floors_raise(floors, &b->keeping, units(b, cutoff_pj), nodes))
        parts++;
    return parts;
}

// Results cost 200 in dram and 30 in the buffer. Buffer: A is read and filled once, 16 · 110; Z goes up once,
// 16 · 200. Compute: A from the buffer, 10, B from dram, 100, Z into the buffer, 30: 64 operations, or 16
// where each word serves four cells, and where it could serve 64, for each word comes once.
static void every_word_once(void **state) {
    static const struct {
        const char *machine, *nest;
        double buffer_pj, compute_pj;
    } rows[] = {
        {"dram buffer mac", "dram[A B Z] buffer[A Z] for m:1 for n:1 for k:1 mac", 1760 + 3200, 64 * 140},
        {"dram buffer x:4 mac", "dram[A B Z] buffer[A Z] for m:1 for n:1 for k:1 mac", 1760 + 3200, 16 * 140},
        {"dram buffer x:64 mac", "dram[A B Z] buffer[A Z] for m:1 for n:1 for k:1 mac", 1760 + 3200,
         16 * 140},
        {"dram buffer mac", "dram[A B Z] for m:1 for n:1 for k:1 mac", 0, 64 * 400},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, rows[i].machine, (double)INFINITY);
        cost_edit(&b.bench, "dram")->energy_pj[2][AUG_ACTION_UPDATE] = 200;
        cost_edit(&b.bench, "buffer")->energy_pj[2][AUG_ACTION_UPDATE] = 30;
        search_prepare(&b);
        keep(&b, rows[i].nest);
        b.keeping.floors[1] = b.keeping.tails[0] = ~(aug_wide)0 >> 2; // what was there before does not count
        aug_floors_begin(&b.space, &b.keeping);
        assert_near(floor_pj(&b, 1), rows[i].buffer_pj, 1e-12);
        assert_near(floor_pj(&b, COMPUTE), rows[i].compute_pj, 1e-12);
        assert_near(all_pj(&b), rows[i].buffer_pj + rows[i].compute_pj + 32, 1e-12);
        search_end(&b);
    }
}

// Three words of buffer: A once and B twice, or the other way round (level_table_test.c), 48 · 110. Compute:
// 128 operands of 10, and in dram 64 updates and 48 words to add to.
static void parts_are_raised(void **state) {
    search_bench b;
    uint64_t nodes = 0;
    (void)state;
    begin(&b, "dram buffer mac", 3);
    keep(&b, KEEP_A_B);
    aug_floors *floors = floors_of(&b);
    assert_near(floor_pj(&b, 1), 32 * 110, 1e-12);
    assert_near(floor_pj(&b, COMPUTE), 1280 + 6400, 1e-12);
    assert_int_equal(raise_all(floors, &b, 1e6, &nodes), 3); // compute, dram, the buffer
    assert_near(floor_pj(&b, 1), 48 * 110, 1e-12);
    assert_near(floor_pj(&b, COMPUTE), 1280 + 11200, 1e-12);
    assert_near(all_pj(&b), 5280 + 12480 + 32, 1e-12);
    assert_true(nodes > 0);
    search_end(&b);
}

// Without an array both parts can be met at once: the floor is the optimum of the keeping.
static void the_optimum_meets_the_floor(void **state) {
    search_bench b;
    aug_mapper_result result;
    (void)state;
    begin(&b, "dram buffer mac", 3);
    cost_edit(&b.bench, "buffer")->must = A | B;
    cost_edit(&b.bench, "buffer")->never = Z;
    aug_mapper_run(&b.bench.arena, &b.bench.problem, &b.options, &result);
    assert_near(result.value, 5280 + 12480 + 32, 1e-12);
    search_end(&b);
}

// At first 3520 + 7680 + 32 = 11232. Nothing is looked for where the other parts alone, 3552 or 7712, are
// above the cutoff; a cutoff below what is known changes nothing; between, all that is known is that nothing
// is below it.
static void nothing_is_looked_for_beyond_the_cutoff(void **state) {
    static const struct {
        double cutoff_pj, floor_pj;
        bool looks;
    } rows[] = {{3552, 11232, false}, {10000, 11232, true}, {11300, 11300, true}, {1e6, 17792, true}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        uint64_t nodes = 0;
        begin(&b, "dram buffer mac", 3);
        keep(&b, KEEP_A_B);
        raise_all(floors_of(&b), &b, rows[i].cutoff_pj, &nodes);
        assert_near(all_pj(&b), rows[i].floor_pj, 1e-12);
        assert_int_equal(nodes > 0, rows[i].looks);
        search_end(&b);
    }
}

// What no search below a cutoff found is looked for again under a higher one, and what was found is known.
static void parts_are_remembered(void **state) {
    search_bench b;
    uint64_t nodes = 0, before;
    (void)state;
    begin(&b, "dram buffer mac", 3);
    aug_floors *floors = floors_of(&b);
    keep(&b, KEEP_A_B);
    raise_all(floors, &b, 11300, &nodes);
    before = nodes;
    keep(&b, KEEP_A_B);
    raise_all(floors, &b, 1e6, &nodes);
    assert_near(all_pj(&b), 17792, 1e-12);
    assert_true(nodes > before);
    before = nodes;
    keep(&b, KEEP_A_B);
    raise_all(floors, &b, 1e6, &nodes);
    assert_near(all_pj(&b), 17792, 1e-12);
    assert_true(nodes == before);
    search_end(&b);
}

// The buffer's part is that of another keeping with the same parents; that of the registers is not.
static void keepings_share_parts(void **state) {
    static const char *const nests[] = {"dram[A B Z] buffer[A B] for m:1 for n:1 for k:1 mac",
                                        "dram[A B Z] buffer[A B] register[Z] for m:1 for n:1 for k:1 mac"};
    search_bench b;
    uint64_t nodes[4];
    (void)state;
    begin(&b, "dram buffer register mac", 3);
    aug_floors *floors = floors_of(&b);
    for (int i = 0; i < 2; i++) {
        keep(&b, nests[i]);
        for (int part = 0; part < 4; part++) { // compute, dram, buffer, registers
            nodes[part] = 0;
            aug_floors_raise(floors, &b.keeping, units(&b, 1e6), &nodes[part]);
        }
        assert_int_equal(nodes[2] > 0, i == 0);
        assert_int_equal(nodes[3] > 0, i == 1);
        assert_near(floor_pj(&b, 1), 5280, 1e-12);
    }
    search_end(&b);
}

// Compute, three memories, the tails of the registers and of the middle; the registers are in a tail. In a tail the array y inside of the
// middle is used, and stores stand on its sides in order: that is no floor where it is idle (bit 1). x (bit
// 0) is outside of both.
static void a_tail_uses_its_arrays(void **state) {
    (void)state;
    for (unsigned idle = 0; idle < 4; idle++) {
        search_bench b;
        uint64_t nodes = 0;
        begin(&b, "dram buffer x:2 middle y:2 register mac", 20);
        cost_nest(&b.bench, "dram[A B Z] buffer[A] middle[A] register[B] for m:1 for n:1 for k:1 mac");
        search_keep(&b, idle);
        aug_floors_begin(&b.space, &b.keeping);
        int parts = raise_all(floors_of(&b), &b, 1e6, &nodes);
        assert_int_equal(parts, idle & 2 ? 5 : 6);
        assert_true(b.keeping.tails[2] > 0);
        assert_int_equal(b.keeping.tails[1] > 0, !(idle & 2));
        search_end(&b);
    }
}

// Behind an array: compute, two memories, the tail of the registers, which is not below its parts. No
// keeping's floor is above the least energy with its stores.
static void floors_are_not_above_the_optimum(void **state) {
    static const double words[][2] = {{3, 2}, {8, 2}, {8, 4}, {20, 1}, {48, 48}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(words); i++) {
        search_bench b;
        uint64_t nodes = 0;
        aug_mapper_result result;
        begin(&b, "dram buffer x:2 register mac", words[i][0]);
        cost_edit(&b.bench, "register")->capacity_bits = 8 * words[i][1];
        search_prepare(&b);
        keep(&b, "dram[A B Z] buffer[A B] register[B] for m:1 for n:1 for k:1 mac");
        double first_pj = all_pj(&b);
        assert_int_equal(raise_all(floors_of(&b), &b, 1e6, &nodes), 4);
        assert_true(b.keeping.tails[1] >= b.keeping.floors[2] + b.keeping.floors[3]);
        cost_edit(&b.bench, "buffer")->must = A | B;
        cost_edit(&b.bench, "buffer")->never = Z;
        cost_edit(&b.bench, "register")->must = B;
        cost_edit(&b.bench, "register")->never = A | Z;
        aug_mapper_run(&b.bench.arena, &b.bench.problem, &b.options, &result);
        assert_int_equal(result.point_count, 1);
        assert_true(first_pj <= all_pj(&b) && all_pj(&b) <= result.value * (1 + 1e-12));
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_once),
        cmocka_unit_test(parts_are_raised),
        cmocka_unit_test(the_optimum_meets_the_floor),
        cmocka_unit_test(nothing_is_looked_for_beyond_the_cutoff),
        cmocka_unit_test(parts_are_remembered),
        cmocka_unit_test(keepings_share_parts),
        cmocka_unit_test(a_tail_uses_its_arrays),
        cmocka_unit_test(floors_are_not_above_the_optimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
