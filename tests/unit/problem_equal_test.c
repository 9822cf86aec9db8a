#include "support/test_bind.h"

#include "problem/problem_equal.h"

static const char machine_text[] = "clock: 1 GHz\nlevels:\n  - {memory: m, energy: 1 pJ/bit, keep: {must: [weight]}}\n"
                                   "  - {array: a, fanout: {x: 2}, multicast: [A]}\n  - {compute: mac, rate: 1/cycle}\n";

// Each of these beside Z[m,n] += A[m,k] * B[k,n], m 64, k 32, n 16.
static void einsums_are_equal_that_cost_the_same(void **state) {
    (void)state;
    static const struct {
        const char *workload;
        bool equal;
    } rows[] = {
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\n", true},
        {"ranks: {x: 64, y: 32, z: 16}\neinsums: ['O[x,z] += A[x,y] * I[y,z]']\n", true}, // names are nothing
        {"ranks: {m: 64, k: 32, n: 8}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\n", false},
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[n,k]']\n", false},
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,2*k] * B[k,n]']\n", false},
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\ntensors: {A: {bits: 16}}\n", false},
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\ntensors: {B: {role: weight}}\n", false}, // has to be kept
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\ntensors: {B: {role: cache}}\n", true},   // a role nobody asks for
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += C[m,k] * B[k,n]']\n", false},                              // A is shared, C is not
        {"ranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\ntensors: {B: {density: 0.5}}\n", false},
    };
    test_ground ground;
    test_begin(&ground);
    const aug_machine *machine = test_read_machine(&ground, machine_text);
    const aug_problem *first = test_try_bind(&ground, TEST_GEMM, machine);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const char *text = aug_arena_print(&ground.arena, "auger: workload/1\n%s", rows[i].workload);
        const aug_problem *second = test_try_bind(&ground, text, machine);
        assert_non_null(second);
        if (aug_problem_is_equal(first, second) != rows[i].equal)
            print_error("%s\n", rows[i].workload);
        assert_true(aug_problem_is_equal(first, second) == rows[i].equal);
        assert_true(aug_problem_is_equal(second, first) == rows[i].equal);
    }
    assert_false(aug_problem_is_equal(first, test_bind(&ground, TEST_GEMM, machine_text))); // a machine of its own
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(einsums_are_equal_that_cost_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
