// What memories hold and which rules are broken: a product of m 8, n 4, k 6 on a machine with 4 x 2 registers.
#include "support/cost_bench.h"

#include "cost/footprint.h"

#define MACHINE "dram buffer x:4 y:2 register mac"
#define NEST "dram[A B Z] for m:4 buffer[A B Z] par x n:1 par y k:3 register[Z] for m:1 for k:1 mac"

static void begin(cost_bench *b) {
    cost_begin(b, COST_PRODUCT, "m=8 n=4 k=6", MACHINE);
}

typedef struct tile_case {
    const char *nest, *memory, *tensor;
    aug_count words; // 0: not kept
} tile_case;

// A [m,k], B [k,n], Z [m,n] for the extents that are left where the store stands. Of tiles that do not divide the first is the
// largest: 5 of 8, then 2 of 5.
static const tile_case tiles[] = {
    {NEST, "dram", "A", 48}, // 8 x 6
    {NEST, "dram", "B", 24}, // 6 x 4
    {NEST, "dram", "Z", 32}, // 8 x 4
    {NEST, "buffer", "A", 24}, // m 4: 4 x 6
    {NEST, "buffer", "B", 24},
    {NEST, "buffer", "Z", 16}, // 4 x 4
    {NEST, "register", "Z", 4}, // n 1: 4 x 1
    {NEST, "register", "A", 0},
    {"dram[A B Z] for m:5 buffer[A] for k:4 buffer[B Z] for m:2 register[A] for m:1 for n:1 for k:1 mac", "buffer", "A", 30}, // 5 x 6
    {"dram[A B Z] for m:5 buffer[A] for k:4 buffer[B Z] for m:2 register[A] for m:1 for n:1 for k:1 mac", "buffer", "B", 16}, // 4 x 4
    {"dram[A B Z] for m:5 buffer[A] for k:4 buffer[B Z] for m:2 register[A] for m:1 for n:1 for k:1 mac", "buffer", "Z", 20}, // 5 x 4
    {"dram[A B Z] for m:5 buffer[A] for k:4 buffer[B Z] for m:2 register[A] for m:1 for n:1 for k:1 mac", "register", "A", 8}, // 2 x 4
};

static void tiles_are_what_is_left_of_the_ranks(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(tiles); i++) {
        cost_bench b;
        begin(&b);
        cost_nest(&b, tiles[i].nest);
        aug_footprint(&b.problem, &b.mapping, &b.cost);
        const aug_holding *holding = cost_holding(&b, tiles[i].memory, tiles[i].tensor);
        assert_int_equal(holding->kept, tiles[i].words > 0);
        if (holding->kept && holding->tile_words != tiles[i].words)
            fail_msg("case %zu: found %" PRIu64 " words", i, holding->tile_words);
        cost_end(&b);
    }
}

// I[2*p+3*r], p 4 of 7, r 3: 2 * 3 + 3 * 2 + 1 = 13 words, gaps included.
static void windows_hold_what_lies_between(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "O[p] += I[2*p+3*r] * W[r]", "p=7 r=3", "dram buffer mac");
    cost_nest(&b, "dram[I W O] for p:4 buffer[I] for p:1 for r:1 mac");
    aug_footprint(&b.problem, &b.mapping, &b.cost);
    assert_int_equal(cost_holding(&b, "buffer", "I")->tile_words, 13);
    assert_int_equal(cost_holding(&b, "dram", "I")->tile_words, 19); // 2 * 6 + 3 * 2 + 1
    cost_end(&b);
}

// Buffer: A 24 words of 8 bits, B 24 of 4, Z 16 of 32: 192 + 96 + 512 = 800 bits, two copies 1600. Register: 4 words of 8.
static void occupancy_counts_buffers_and_bits(void **state) {
    (void)state;
    cost_bench b;
    begin(&b);
    cost_edit(&b, "buffer")->bits[cost_tensor(&b, "B")] = 4;
    cost_edit(&b, "buffer")->bits[cost_tensor(&b, "Z")] = 32;
    for (aug_count buffers = 1; buffers <= 2; buffers++) {
        cost_edit(&b, "buffer")->buffers = buffers;
        cost_nest(&b, NEST);
        aug_footprint(&b.problem, &b.mapping, &b.cost);
        const aug_memory_cost *buffer = &b.cost.memories[cost_memory(&b, "buffer")];
        assert_true(buffer->occupancy_bits == 800.0 * (double)buffers && buffer->expected_bits == buffer->occupancy_bits);
        assert_true(b.cost.memories[cost_memory(&b, "register")].occupancy_bits == 32.0);
        assert_int_equal(b.cost.violation_count, 0);
    }
    cost_end(&b);
}

static void memories_that_are_passed_hold_nothing(void **state) {
    (void)state;
    cost_bench b;
    begin(&b);
    cost_nest(&b, "dram[A B Z] for m:1 for n:1 for k:1 mac");
    aug_footprint(&b.problem, &b.mapping, &b.cost);
    for (int m = 0; m < b.problem.memory_count; m++)
        assert_int_equal(b.cost.memories[m].used, m == 0);
    assert_true(b.cost.memories[1].occupancy_bits == 0.0);
    cost_end(&b);
}

typedef struct rule_case {
    const char *name, *nest;
    double capacity_bits;  // of the buffer
    aug_count fanout;      // of x
    const char *must, *never; // of the register
    int count;
    aug_violation first;
} rule_case;

enum { A, B, Z, BUFFER = 1, REGISTER = 2 };

// The buffer holds 24 + 24 + 16 words, 512 bits. n is spread over 4 places; n:2 m:2 over 2 x 2; n:3 k:4 over 2 x 2.
static const rule_case rules[] = {
    {"it fits just so", NEST, 512, 4, NULL, NULL, 0, {.memory = 0}},
    {"capacity", NEST, 511, 4, NULL, NULL, 1, {AUG_RULE_CAPACITY, BUFFER, -1, -1, 511, 512}},
    {"fanout", NEST, 512, 3, NULL, NULL, 1, {AUG_RULE_FANOUT, -1, 0, -1, 3, 4}},
    {"must", NEST, 512, 4, "B", NULL, 1, {AUG_RULE_MUST, REGISTER, -1, B, 0, 1}},
    {"must, and does", NEST, 512, 4, "Z", NULL, 0, {.memory = 0}},
    {"never", NEST, 512, 4, NULL, "Z", 1, {AUG_RULE_NEVER, REGISTER, -1, Z, 1, 0}},
    {"never, and does not", NEST, 512, 4, NULL, "A", 0, {.memory = 0}},
    {"all at once", NEST, 100, 2, "A", "Z", 4, {AUG_RULE_MUST, REGISTER, -1, A, 0, 1}},
    {"two loops on an axis", "dram[A B Z] par x n:2 par x m:4 register[Z] for m:1 for n:1 for k:1 mac", 512, 3, NULL, NULL, 1,
     {AUG_RULE_FANOUT, -1, 0, -1, 3, 4}},
    {"tiles that do not divide", "dram[A B Z] par x n:3 par x k:4 register[Z] for m:1 for n:1 for k:1 mac", 512, 3, NULL, NULL, 1,
     {AUG_RULE_FANOUT, -1, 0, -1, 3, 4}},
};

static void rules_tell_what_is_and_what_is_needed(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rules); i++) {
        const rule_case *c = &rules[i];
        cost_bench b;
        begin(&b);
        cost_edit(&b, "buffer")->capacity_bits = c->capacity_bits;
        b.problem.axes[0].fanout = c->fanout;
        cost_edit(&b, "register")->must = c->must ? 1u << cost_tensor(&b, c->must) : 0;
        cost_edit(&b, "register")->never = c->never ? 1u << cost_tensor(&b, c->never) : 0;
        cost_nest(&b, c->nest);
        aug_footprint(&b.problem, &b.mapping, &b.cost);
        aug_footprint_check_capacity(&b.problem, &b.cost);
        const aug_violation *found = &b.cost.violations[0], *wanted = &c->first;
        bool right = b.cost.violation_count == c->count;
        if (c->count)
            right = right && found->rule == wanted->rule && found->memory == wanted->memory && found->axis == wanted->axis &&
                    found->tensor == wanted->tensor && found->have == wanted->have && found->need == wanted->need;
        if (!right)
            fail_msg("%s: found %d violations, first: rule %d, have %g, need %g", c->name, b.cost.violation_count, (int)found->rule, found->have,
                     found->need);
        cost_end(&b);
    }
}

// 12 memories that must keep 6 tensors and keep none: 72 violations, of which 64 are told.
static void violations_have_an_end(void **state) {
    (void)state;
    static aug_problem problem = {.tensor_count = AUG_PROBLEM_TENSORS, .memory_count = AUG_PROBLEM_MEMORIES};
    static aug_cost cost;
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        problem.memories[m].must = ~0u;
    aug_footprint_start(&problem, &cost);
    aug_footprint_check(&problem, NULL, &cost);
    assert_int_equal(cost.violation_count, AUG_VIOLATIONS);
    assert_int_equal(cost.violations[AUG_VIOLATIONS - 1].memory, 10); // 63 = 10 * 6 + 3
    assert_int_equal(cost.violations[AUG_VIOLATIONS - 1].tensor, 3);
}

// Extents in front of each node of NEST: m 8 until `for m:4`, n 4 until `par x`, k 6 until `par y`.
static void extents_shrink_inwards(void **state) {
    (void)state;
    static const aug_count expected[][3] = {{8, 4, 6}, {8, 4, 6}, {4, 4, 6}, {4, 4, 6}, {4, 1, 6}, {4, 1, 3}, {4, 1, 3}, {1, 1, 3}, {1, 1, 1}};
    cost_bench b;
    begin(&b);
    cost_nest(&b, NEST);
    assert_int_equal(b.mapping.count, AUG_COUNT(expected));
    for (int n = 0; n < b.mapping.count; n++) {
        aug_count extents[AUG_PROBLEM_RANKS];
        aug_footprint_extents(&b.problem, &b.mapping, n, extents);
        for (int r = 0; r < 3; r++)
            assert_int_equal(extents[r], expected[n][b.problem.ranks[r][0] == 'm' ? 0 : b.problem.ranks[r][0] == 'n' ? 1 : 2]);
    }
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_are_what_is_left_of_the_ranks),
        cmocka_unit_test(windows_hold_what_lies_between),
        cmocka_unit_test(occupancy_counts_buffers_and_bits),
        cmocka_unit_test(memories_that_are_passed_hold_nothing),
        cmocka_unit_test(rules_tell_what_is_and_what_is_needed),
        cmocka_unit_test(violations_have_an_end),
        cmocka_unit_test(extents_shrink_inwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
