#include "support/search_bench.h"

enum { A = 1, B = 2, Z = 4 };

typedef void edit(search_bench *b);

static void begin(search_bench *b, const char *machine, edit *change) {
    search_begin(b, COST_PRODUCT, "m=4 n=4 k=4", machine);
    if (change)
        change(b);
    search_prepare(b);
}

static aug_keepings list(search_bench *b) {
    aug_keepings all;
    aug_keepings_init(&b->bench.arena, &b->space, &b->options, &all);
    return all;
}

static void buffer_keeps_some(search_bench *b) {
    cost_edit(&b->bench, "buffer")->must = A;
    cost_edit(&b->bench, "buffer")->never = B;
}

static void dram_keeps_some(search_bench *b) {
    cost_edit(&b->bench, "dram")->never = A;
}

static void outer_is_home(search_bench *b) {
    cost_edit(&b->bench, "dram")->must = A | B | Z; // it does
}

// Eight sets per memory below the homes. Where stores stand on both sides of an array it may be left idle: of
// 64 pairs of sets 49 have one on each side. With two arrays and sets b, m, r, of which 7 each are not empty:
//   none 1; one of them 3 · 7; b m around x 49 · 2; m r around y 49 · 2; b r around both 49 · 4; all 343 · 4
static void all_choices(void **state) {
    static const struct {
        const char *machine;
        edit *change;
        int count;
    } rows[] = {
        {"dram mac", NULL, 1},
        {"dram buffer mac", NULL, 8},
        {"dram buffer register mac", NULL, 64},
        {"dram buffer mac", buffer_keeps_some, 2}, // A, A Z
        {"dram buffer mac", dram_keeps_some, 4},   // A is at home in the buffer
        {"dram buffer mac", outer_is_home, 8},
        {"dram x:2 buffer mac", NULL, 8}, // nothing but homes outside
        {"dram buffer x:2 register mac", NULL, 64 + 49},
        {"dram buffer x:2 middle y:2 register mac", NULL, 1 + 21 + 98 + 98 + 196 + 1372},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, rows[i].machine, rows[i].change);
        aug_keepings all = list(&b);
        if (all.count != rows[i].count)
            fail_msg("row %zu: %d", i, all.count);
        search_end(&b);
    }
}

// No two are the same, and must and may are respected by each.
static void each_choice_once(void **state) {
    search_bench b;
    (void)state;
    begin(&b, "dram buffer x:2 register mac", buffer_keeps_some);
    aug_keepings all = list(&b);
    assert_int_equal(all.count, 2 * 8 + 2 * 7);
    for (int i = 0; i < all.count; i++) {
        assert_int_equal(all.at[i].kept[0], A | B | Z);
        assert_int_equal(all.at[i].kept[1] & (A | B), A);
        assert_int_equal(all.at[i].only, -1);
        for (int j = 0; j < i; j++)
            assert_false(all.at[i].idle == all.at[j].idle &&
                         memcmp(all.at[i].kept, all.at[j].kept, sizeof all.at[i].kept) == 0);
    }
    search_end(&b);
}

static void assert_chain(const aug_keeping *keeping, int tensor, int count, const int *memories) {
    assert_int_equal(keeping->chain_count[tensor], count);
    for (int i = 0; i < count; i++)
        assert_int_equal(keeping->chain[tensor][i], memories[i]);
}

// The keeping that most tests look at: A in all three memories, B in dram and the registers, Z in dram.
static void keep(search_bench *b, unsigned idle) {
    cost_nest(&b->bench, "dram[A B Z] buffer[A] register[A B] for m:1 for n:1 for k:1 mac");
    search_keep(b, idle);
}

static void chains_go_inwards(void **state) {
    static const int chain[] = {0, 1, 2}, past_buffer[] = {0, 2};
    search_bench b;
    (void)state;
    begin(&b, "dram buffer x:2 register mac", NULL);
    keep(&b, 0);
    assert_chain(&b.keeping, 0, 3, chain);
    assert_chain(&b.keeping, 1, 2, past_buffer);
    assert_chain(&b.keeping, 2, 1, chain);
    search_end(&b);
}

// Idle arrays part nothing: bit 0 is x, bit 1 is y.
static void segments_between_arrays_in_use(void **state) {
    static const struct {
        unsigned idle;
        int segments[4], count;
    } rows[] = {{0, {0, 0, 1, 2}, 3}, {1, {0, 0, 0, 1}, 2}, {2, {0, 0, 1, 1}, 2}, {3, {0, 0, 0, 0}, 1}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "dram buffer x:2 middle y:2 register mac", NULL);
        cost_nest(&b.bench, "dram[A B Z] buffer[A] middle[A] register[A] for m:1 for n:1 for k:1 mac");
        search_keep(&b, rows[i].idle);
        assert_int_equal(b.keeping.segment_count, rows[i].count);
        for (int m = 0; m < 4; m++)
            assert_int_equal(b.keeping.segment[m], rows[i].segments[m]);
        search_end(&b);
    }
}

// The prefix keeps A in the buffer: four sets of B and Z are left for it.
static void a_prefix_comes_first_in_chains(void **state) {
    static const aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = A | B | Z},
                                              {.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = A}};
    static const int chain[] = {0, 1};
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer mac");
    b.options.prefix = prefix;
    b.options.prefix_count = 2;
    search_prepare(&b);
    aug_keepings all = list(&b);
    assert_int_equal(all.count, 4);
    for (int i = 0; i < all.count; i++) {
        assert_chain(&all.at[i], 0, 2, chain);
        assert_true(all.at[i].kept[1] & A);
    }
    search_end(&b);
}

// Parts are memories, compute (3), segment 0 and all inside (4), segment 1 and all inside (5). The parent of
// a tensor is where it comes from outside of the part.
static void a_part_alone(void **state) {
    static const struct {
        int part;
        unsigned kept[3];
        int counts[3], chains[3][3];
    } rows[] = {
        {1, {0, A, 0}, {2, 1, 1}, {{0, 1}, {0}, {0}}},
        {2, {0, 0, A | B}, {2, 2, 1}, {{1, 2}, {0, 2}, {0}}},
        {3, {0, 0, 0}, {1, 1, 1}, {{2}, {2}, {0}}},
        {4, {A | B | Z, A, A | B}, {3, 2, 1}, {{0, 1, 2}, {0, 2}, {0}}},
        {5, {0, 0, A | B}, {2, 2, 1}, {{1, 2}, {0, 2}, {0}}},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_keeping only;
        begin(&b, "dram buffer x:2 register mac", NULL);
        keep(&b, 0);
        b.keeping.floors[1] = 5;
        aug_keeping_only(&b.space, &b.keeping, rows[i].part, &only);
        assert_int_equal(only.only, rows[i].part);
        assert_true(only.floors[1] == 0);
        for (int m = 0; m < 3; m++)
            assert_int_equal(only.kept[m], rows[i].kept[m]);
        for (int t = 0; t < 3; t++)
            assert_chain(&only, t, rows[i].counts[t], rows[i].chains[t]);
        search_end(&b);
    }
}

// A memory alone leaves idle arrays idle; a tail stands in its own segments.
static void idle_arrays_of_a_part(void **state) {
    search_bench b;
    aug_keeping only;
    (void)state;
    begin(&b, "dram buffer x:2 register mac", NULL);
    keep(&b, 1);
    aug_keeping_only(&b.space, &b.keeping, 2, &only);
    assert_true(only.idle == 1 && only.segment_count == 1);
    aug_keeping_only(&b.space, &b.keeping, 5, &only);
    assert_true(only.idle == 0 && only.segment_count == 2 && only.segment[2] == 1);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_choices),
        cmocka_unit_test(each_choice_once),
        cmocka_unit_test(chains_go_inwards),
        cmocka_unit_test(segments_between_arrays_in_use),
        cmocka_unit_test(a_prefix_comes_first_in_chains),
        cmocka_unit_test(a_part_alone),
        cmocka_unit_test(idle_arrays_of_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
