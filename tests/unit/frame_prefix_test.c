// Frames behind the loops and stores of a prefix, which several einsums share.
#include "support/search_bench.h"

enum { A, B, Z };

// dram[A B Z] for m:2 for n:1 buffer[A], 4 each: m moves A, so that it comes once, 16 words of 100 + 10; n
// moves B, which is to come for each of two m. The buffer holds 2 x 4 words of A, dram all of 48.
static void a_prefix_is_paid(void **state) {
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 7},
                                 {.kind = AUG_MAPPING_FOR, .tile = 2},
                                 {.kind = AUG_MAPPING_FOR, .tile = 1},
                                 {.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1}};
    search_bench b;
    aug_keepings all;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer mac");
    search_prices(&b, (const double[]){100, 10, 1}, 0);
    prefix[1].rank = search_rank(&b, "m");
    prefix[2].rank = search_rank(&b, "n");
    b.options.prefix = prefix;
    b.options.prefix_count = AUG_COUNT(prefix);
    search_prepare(&b);
    aug_keepings_init(&b.bench.arena, &b.space, &b.options, &all);
    aug_frame_init(&b.space, &all.at[0], &b.options, b.path, &b.frame);
    assert_near(search_paid_pj(&b), 16 * 110, 1e-12);
    assert_true(b.frame.held_bits[0] == 48 * 8 && b.frame.held_bits[1] == 8 * 8);
    assert_true(b.frame.steady[A] == 1 && b.frame.steady[B] == 2 && b.frame.steady[Z] == 1);
    assert_true(b.frame.every[A] == 4 && b.frame.every[B] == 2 && b.frame.every[Z] == 1);
    assert_true(b.frame.placed[A] == 2 && b.frame.placed[B] == 1 && b.frame.declared[A] == 2);
    search_end(&b);
}

// m 9, k 5, n 4 behind shared loops `for n:1 for m:6`: 6 and 3 of m, for each of n. Of two cells with 3 of m
// each, the first has both steps, 6 · 5 words of A four times; the second only the whole one, and 3 · 5 words
// stay in it over n: 135, not 180. Half is counted again: 22 of 45 words three times, 111.
static void short_tiles_behind_a_prefix(void **state) {
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 7},
                                 {.kind = AUG_MAPPING_FOR, .tile = 1},
                                 {.kind = AUG_MAPPING_FOR, .tile = 6}};
    search_bench b;
    unsigned homed = 7;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=9 n=4 k=5", "dram x:2 buffer mac");
    cost_edit(&b.bench, "dram")->energy_pj[A][AUG_ACTION_READ] = 1;
    prefix[1].rank = search_rank(&b, "n");
    prefix[2].rank = search_rank(&b, "m");
    b.options.perfect = false;
    b.options.prefix = prefix;
    b.options.prefix_count = AUG_COUNT(prefix);
    search_prepare(&b);
    search_start(&b, "dram[A B Z] for n:1 for m:6 par x m:3 buffer[A] for k:1 for m:1 mac");
    assert_true(search_step(&b, &b.bench.mapping.nodes[3], &homed));
    assert_true(search_step(&b, &b.bench.mapping.nodes[4], &homed));
    aug_cost_evaluate(&b.bench.problem, &b.bench.mapping, b.bench.scratch, &b.bench.cost);
    assert_int_equal(cost_holding(&b.bench, "dram", "A")->flows[AUG_FLOW_READ].dense, 135);
    assert_near(search_paid_pj(&b), 111, 1e-9);
    search_end(&b);
}

// dram[A Z] for m:4 buffer[Z] | with Z[m] += A[m,k] of 8 bits: 4 words of Z do not fit into 24 bits. With room for one
// more, as floors of groups have it, they do, and nests are found though their exact cost says that they do not fit.
// With short tiles, too: 5 of k on three units in 2 steps, 12 x 2 cycles; of tiles that divide two units at m, 12 / 2 x 5.
static void room_that_is_added_counts(void **state) {
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 3},
                                 {.kind = AUG_MAPPING_FOR, .tile = 4},
                                 {.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 2}};
    search_bench b;
    aug_mapper_result result;
    (void)state;
    search_begin(&b, "Z[m] += A[m,k]", "m=12 k=5", "dram buffer x:3 mac");
    search_prices(&b, (const double[]){100, 10, 1}, 0);
    cost_edit(&b.bench, "buffer")->capacity_bits = 24;
    prefix[1].rank = search_rank(&b, "m");
    b.options.perfect = false;
    b.options.objective = AUG_OBJECTIVE_LATENCY;
    b.options.threads = 1;
    b.options.prefix = prefix;
    b.options.prefix_count = AUG_COUNT(prefix);
    b.options.reserved_bits[1] = -8;
    assert_int_equal(aug_mapper_run(&b.bench.arena, &b.bench.problem, &b.options, &result), AUG_MAPPER_FOUND);
    assert_near(result.points[0].cycles, 24, 1e-12);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_that_is_added_counts),
        cmocka_unit_test(a_prefix_is_paid),
        cmocka_unit_test(short_tiles_behind_a_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
