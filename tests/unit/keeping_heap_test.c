// Keepings come out the most promising first, whatever is put back and raised on the way.
#include "support/testing.h"

#include "mapper/keeping_heap.h"

enum { COUNT = 6 };

// In each order by hand: energy, cycles, their product, then idle arrays, then the place in the list.
static const struct {
    aug_wide floor;
    double cycles;
    unsigned idle;
} table[COUNT] = {{5, 9, 0}, {3, 20, 0}, {9, 1, 2}, {3, 20, 1}, {9, 2, 0}, {5, 9, 0}};

typedef struct heap_bench {
    test_ground ground;
    aug_keeping keepings[COUNT];
    aug_keeping_heap heap;
} heap_bench;

static void begin(heap_bench *b, aug_objective objective) {
    test_begin(&b->ground);
    memset(b->keepings, 0, sizeof b->keepings);
    for (int i = 0; i < COUNT; i++) {
        b->keepings[i].floor = table[i].floor;
        b->keepings[i].cycles = table[i].cycles;
        b->keepings[i].idle = table[i].idle;
    }
    const aug_keepings all = {.count = COUNT, .at = b->keepings};
    aug_keeping_heap_init(&b->ground.arena, COUNT, &b->heap);
    assert_null(aug_keeping_heap_first(&b->heap));
    aug_keeping_heap_fill(&b->heap, objective, &all);
}

static void expect_order(heap_bench *b, const int *order, int count) {
    for (int i = 0; i < count; i++) {
        aug_keeping *first = aug_keeping_heap_first(&b->heap);
        assert_non_null(first);
        assert_int_equal((int)(first - b->keepings), order[i]);
        aug_keeping_heap_drop(&b->heap);
    }
    assert_null(aug_keeping_heap_first(&b->heap));
}

static void each_objective_has_its_order(void **state) {
    static const struct {
        aug_objective objective;
        int order[COUNT];
    } rows[] = {
        {AUG_OBJECTIVE_ENERGY, {1, 3, 0, 5, 4, 2}},  // 3 3 5 5 9 9
        {AUG_OBJECTIVE_LATENCY, {2, 4, 0, 5, 1, 3}}, // 1 2 9 9 20 20
        {AUG_OBJECTIVE_EDP, {2, 4, 0, 5, 1, 3}},     // 9 18 45 45 60 60
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        heap_bench b;
        begin(&b, rows[i].objective);
        assert_true(aug_keeping_heap_rank(&b.heap, &b.keepings[4]) ==
                    aug_value_rank(rows[i].objective, (aug_value){9, 2}));
        expect_order(&b, rows[i].order, COUNT);
        test_end(&b.ground);
    }
}

// The first is raised from 3 to 6: it goes behind 3, 5 and 5.
static void a_raised_one_falls_back(void **state) {
    (void)state;
    heap_bench b;
    begin(&b, AUG_OBJECTIVE_ENERGY);
    b.keepings[1].floor = 6;
    aug_keeping_heap_settle(&b.heap);
    expect_order(&b, (const int[]){3, 0, 5, 1, 4, 2}, COUNT);
    test_end(&b.ground);
}

static void what_was_dropped_comes_back(void **state) {
    (void)state;
    heap_bench b;
    begin(&b, AUG_OBJECTIVE_ENERGY);
    aug_keeping *tried[3];
    for (int i = 0; i < 3; i++) {
        tried[i] = aug_keeping_heap_first(&b.heap);
        aug_keeping_heap_drop(&b.heap);
    }
    aug_keeping_heap_put(&b.heap, &tried[1], 2); // without the first
    expect_order(&b, (const int[]){3, 0, 5, 4, 2}, 5);
    aug_keeping_heap_put(&b.heap, tried, 1);
    expect_order(&b, (const int[]){1}, 1);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_objective_has_its_order),
        cmocka_unit_test(a_raised_one_falls_back),
        cmocka_unit_test(what_was_dropped_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
