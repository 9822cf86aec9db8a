// Quick bounds are the bounds: the same energy and cycles at every node of nests, whatever stands.
#include "support/search_bench.h"

#include "mapper/floors.h"
#include "mapper/plain_bound.h"

#define INNER "for m:1 for n:1 for k:1 mac"

static const char *const nests[] = {
    "dram[A B Z] for m:16 for n:8 buffer[A B] for k:4 par x n:4 par y k:2 register[B Z] " INNER,
    "dram[A B Z] for k:16 buffer[A Z] for n:8 par x m:16 par y m:8 register[A] " INNER,
    "dram[A B Z] for n:16 for m:8 for k:8 buffer[B] par y n:4 register[A B Z] " INNER,
};

// Bounds above what stands before a node, for whichever group of axes may come next.
static void assert_same(search_bench *b, const aug_plain_plan *plan, size_t nest, int node) {
    for (int group = 0; group <= b->space.group_count; group++)
        for (int tight = 0; tight < 2; tight++) {
            aug_rest sum;
            aug_value quick = aug_plain_bound(plan, &b->frame, group, tight, &sum);
            aug_value bound = aug_bound(&b->space, &b->keeping, &b->frame, b->path, group, tight);
            if (quick.energy != bound.energy || quick.cycles != bound.cycles)
                fail_msg("nest %zu, node %d, group %d", nest, node, group);
        }
}

static void the_same_at_every_node(void **state) {
    static const double prices[] = {100, 10, 1};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(nests); i++)
        for (int finite = 0; finite < 2; finite++) {
            search_bench b;
            aug_plain_plan plan;
            unsigned homed = 0;
            search_begin(&b, COST_PRODUCT, "m=32 n=32 k=32", "dram buffer x:4 y:4 register mac");
            search_prices(&b, prices, 0.5);
            if (finite)
                cost_edit(&b.bench, "dram")->read_bits_per_cycle = 16;
            search_prepare(&b);
            search_start(&b, nests[i]);
            aug_floors_begin(&b.space, &b.keeping);
            assert_true(aug_plain_applies(&b.space));
            aug_plain_plan_init(&b.space, &b.keeping, &plan);
            for (int n = 0; n < b.bench.mapping.count - 1; n++) {
                assert_true(search_step(&b, &b.bench.mapping.nodes[n], &homed));
                assert_same(&b, &plan, i, n);
            }
            search_end(&b);
        }
}

// Windows and short tiles are not plain.
static void where_it_applies(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        search_bench b;
        search_begin(&b, i == 1 ? COST_WINDOW : COST_PRODUCT, i == 1 ? "p=4 r=2" : "m=4 n=4 k=4",
                     "dram buffer mac");
        b.options.perfect = i != 2;
        search_prepare(&b);
        assert_int_equal(aug_plain_applies(&b.space), i == 0);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_at_every_node),
        cmocka_unit_test(where_it_applies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
