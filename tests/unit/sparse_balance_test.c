#include "support/sparse_problem.h"

#include "cost/sparse_balance.h"

static double imbalance(const char *tensors, const char *register_sparse, const char *zeros) {
    sparse_ground s;
    char machine[512];
    snprintf(machine, sizeof machine, "auger: machine/1\nclock: 1 GHz\nlevels:\n  - {memory: buffer}\n  - {array: pe, fanout: {x: 16, y: 4}}\n"
                                      "  - {memory: register%s}\n  - {compute: mac, rate: 1/cycle, zeros: %s}\n", register_sparse, zeros);
    sparse_begin(&s, "{m: 64, n: 4, k: 64}", "Z[m,n] += A[m,k] * B[k,n]", tensors, machine);
    sparse_evaluate(&s, "buffer[A B Z] par pe.x m:4 par pe.y n:1 register[A B Z] for m:1 for k:1 mac");
    double found = s.cost.compute.imbalance;
    sparse_end(&s);
    return found;
}

// A quarter of 4096 words over 16 instances: mean 64, deviation 6.7 after the correction for shares of one whole 6.9, the largest of
// 16 lies 1.77 of them above it.
static void the_fullest_part_takes_longest(void **state) {
    (void)state;
    assert_near(imbalance("{A: {density: 0.25}}", "", "skip"), 1.0 + 6.9 * 1.77 / 64.0, 0.02);
    // B in 4 columns of 64, half filled: mean 32, deviation 4, the largest of 4 lies 1.03 above.
    assert_near(imbalance("{B: {density: 0.5}}", "", "skip"), 1.0 + 4.0 * 1.03 / 32.0, 0.02);
    assert_near(imbalance("{A: {density: 0.25}, B: {density: 0.5}}", "", "skip"),
                imbalance("{A: {density: 0.25}}", "", "skip") * imbalance("{B: {density: 0.5}}", "", "skip"), 1e-12);
}

static void what_is_not_skipped_is_even(void **state) {
    (void)state;
    assert_true(imbalance("{A: {density: 0.25}}", "", "compute") == 1.0);
    assert_true(imbalance("{A: {density: 0.25}}", "", "gate") == 1.0);
    assert_true(imbalance("{A: {density: 0.25}}", ", sparse: {gate: [{tensor: B, on: [A]}]}", "compute") == 1.0);
    assert_near(imbalance("{A: {density: 0.25}}", ", sparse: {skip: [{tensor: B, on: [A]}]}", "compute"),
                imbalance("{A: {density: 0.25}}", "", "skip"), 1e-12);
    assert_true(imbalance("{A: {density: {model: 'n:m', n: 2, m: 4}}}", "", "skip") == 1.0);
}

// Width 7 of a band over 64 x 64: inner rows have 15, the first 4 rows 8 to 11.
static void a_band_is_known(void **state) {
    (void)state;
    double filled = 64.0 * 15.0 - 2.0 * (1 + 2 + 3 + 4 + 5 + 6 + 7);
    assert_near(imbalance("{A: {density: {model: banded, width: 7}}}", "", "skip"), 60.0 / (filled / 16.0), 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fullest_part_takes_longest),
        cmocka_unit_test(what_is_not_skipped_is_even),
        cmocka_unit_test(a_band_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
