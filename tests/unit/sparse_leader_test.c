#include "support/sparse_problem.h"

#include "cost/sparse_leader.h"

#define EINSUM "Z[m,n] += A[m,k] * B[k,n]"

static const aug_sparse_design nothing;

// Chance that the leader A of B (or Z) is empty, in a store of it.
static double empty_of(const char *nest, int tensor, int store, double *words) {
    sparse_ground s;
    aug_sparse_nest of;
    sparse_begin(&s, "{m: 16, n: 16, k: 16}", EINSUM, "{A: {density: 0.01}}", SPARSE_MACHINE("", "", ""));
    sparse_nest(&s, nest);
    aug_sparse_nest_init(&of, &s.problem, &s.mapping, &nothing);
    double empty = aug_leader_empty(&of, tensor, store, 0, words);
    sparse_end(&s);
    return empty;
}

static double uniform(double words) {
    return aug_uniform_empty(256.0, 3.0, words);
}

static void a_tile_that_stays_meets_all_that_passes(void **state) {
    (void)state;
    double words;
    // B is fetched for each m and k: its leader is A[2,4].
    assert_near(empty_of("dram[A B Z] for m:2 for k:4 buffer[A B Z] for m:1 for n:1 for k:1 mac", 1, 0, &words), uniform(8.0), 1e-14);
    assert_true(words == 8.0);
    // With m inside B stays for all m: A[16,4].
    assert_near(empty_of("dram[A B Z] for k:4 for m:2 buffer[A B Z] for m:1 for n:1 for k:1 mac", 1, 0, &words), uniform(64.0), 1e-14);
    // n moves B though not A: with n innermost the leader is A[2,4] again, above m too.
    assert_near(empty_of("dram[A B Z] for k:4 for m:2 for n:8 buffer[A B Z] for m:1 for n:1 for k:1 mac", 1, 0, &words), uniform(8.0), 1e-14);
    // Fetched whole at every step, it goes with one step of m.
    assert_near(empty_of("dram[A B Z] for k:4 for m:2 buffer[A B! Z] for m:1 for n:1 for k:1 mac", 1, 0, &words), uniform(8.0), 1e-14);
    // Z stays while k runs: all of A's rows.
    assert_near(empty_of("dram[A B Z] for m:2 for k:4 buffer[A B Z] for m:1 for n:1 for k:1 mac", 2, 0, &words), uniform(32.0), 1e-14);
    // Compute meets one word.
    assert_near(empty_of("dram[A B Z] for m:2 for k:4 buffer[A B Z] for m:1 for n:1 for k:1 mac", 1, 1, &words), uniform(1.0), 1e-14);
}

// 16 in tiles of 5: three of 5 and one of 1. B[k,n] moves 5 and 1 words per n, so tiles of A[2,5] count 15 of 16 times.
static void short_tiles_count_as_they_come(void **state) {
    (void)state;
    double words, expected = (15.0 * uniform(10.0) + uniform(2.0)) / 16.0;
    assert_near(empty_of("dram[A B Z] for m:2 for k:5 buffer[A B Z] for m:1 for n:1 for k:1 mac", 1, 0, &words), expected, 1e-14);
}

static const char grid[] = "auger: machine/1\nclock: 1 GHz\nlevels:\n  - {memory: buffer}\n  - {array: pe, fanout: {x: 4, y: 4}, multicast: {x: %s}}\n"
                           "  - {memory: register}\n  - {compute: mac, rate: 1/cycle}\n";

// Instances along m share a read of B: needed if any of 4 rows of A is. Where they may not share, each reads for its own row.
static void a_shared_read_serves_all(void **state) {
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        sparse_ground s;
        aug_sparse_nest of;
        char machine[sizeof grid + 8];
        double words;
        snprintf(machine, sizeof machine, grid, shared ? "true" : "false");
        sparse_begin(&s, "{m: 16, n: 16, k: 16}", EINSUM, "{A: {density: 0.01}}", machine);
        sparse_nest(&s, "buffer[A B Z] for m:4 for k:2 par pe.x m:1 par pe.y n:4 register[B Z] for n:1 for k:1 mac");
        aug_sparse_nest_init(&of, &s.problem, &s.mapping, &nothing);
        assert_near(aug_leader_empty(&of, 1, 0, 0, &words), uniform(shared ? 8.0 : 2.0), 1e-14);
        sparse_end(&s);
    }
}

// Both memories keep a tile of B while m runs outside of them: on its way into the inner one too it goes with all rows of A. Timeloop
// looks at what runs inside of the outer one.
static void outer_loops_count_while_a_tile_stays(void **state) {
    (void)state;
    static const char machine[] = "auger: machine/1\nclock: 1 GHz\nlevels:\n  - {memory: dram}\n  - {memory: buffer}\n  - {memory: register}\n  - {compute: mac, rate: 1/cycle}\n";
    static const aug_sparse_design whole = {.expectation = AUG_EXPECT_WHOLE};
    sparse_ground s;
    aug_sparse_nest of;
    double words;
    sparse_begin(&s, "{m: 16, n: 16, k: 16}", EINSUM, "{A: {density: 0.01}}", machine);
    sparse_nest(&s, "dram[A B Z] for k:4 for m:2 buffer[A B Z] register[B] for m:1 for n:1 for k:1 mac");
    aug_sparse_nest_init(&of, &s.problem, &s.mapping, &nothing);
    assert_near(aug_leader_empty(&of, 1, 1, 0, &words), uniform(64.0), 1e-14);
    aug_sparse_nest_init(&of, &s.problem, &s.mapping, &whole);
    assert_near(aug_leader_empty(&of, 1, 1, 0, &words), uniform(8.0), 1e-14);
    sparse_end(&s);
}

// A memory that gives 4 words at once leaves them out where all 4 are not needed.
static void blocks_go_together(void **state) {
    (void)state;
    sparse_ground s;
    aug_sparse_nest of;
    double words;
    sparse_begin(&s, "{m: 16, n: 16, k: 16}", EINSUM, "{A: {density: 0.01}}", SPARSE_MACHINE(", vector: 4", "", ""));
    sparse_nest(&s, "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
    aug_sparse_nest_init(&of, &s.problem, &s.mapping, &nothing);
    assert_near(aug_leader_empty(&of, 1, 1, 0, &words), uniform(4.0), 1e-14); // 4 words of k
    sparse_nest(&s, "dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac");
    aug_sparse_nest_init(&of, &s.problem, &s.mapping, &nothing);
    assert_near(aug_leader_empty(&of, 1, 1, 0, &words), uniform(1.0), 1e-14); // 4 words of n go with one of A
    sparse_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_that_stays_meets_all_that_passes),
        cmocka_unit_test(short_tiles_count_as_they_come),
        cmocka_unit_test(a_shared_read_serves_all),
        cmocka_unit_test(outer_loops_count_while_a_tile_stays),
        cmocka_unit_test(blocks_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
