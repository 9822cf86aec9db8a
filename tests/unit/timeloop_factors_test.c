#include "support/timeloop_case.h"


static void factors_are_written_in_several_ways(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"factors: M=2 N=3", "factors: \"M2N3\""}, " for M:2 for N:2 "},
        {{"factors: M=2 N=3", "factors: [M=2, N = 3]"}, " for M:2 for N:2 "},
        {{"factors: M=2 N=3", "factors: \"M=2, N=3 # both\""}, " for M:2 for N:2 "},
        {{"factors: M=2 N=3", "factors: \"M=2,2  N= 3,3\""}, " for M:2 for N:2 "},
        {{"permutation: NMK", "permutation: [N, M]"}, " for M:2 for N:2 "},
        {{"permutation: NMK", "permutation: \"N, M, K\""}, " for M:2 for N:2 "},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).mapping, rows[i].piece);
        test_end(&ground);
    }
}

static const timeloop_fault faults[] = {
    {{"M=2 N=3", "M=2 X=3"}, 55, 49, "unknown dimension 'X'",
     "one of: M, N, K"},
    {{"M=2 N=3", "M=2 M=3"}, 55, 49, "a second factor of dimension 'M'",
     ""},
    {{"M=2 N=3", "M=two N=3"}, 55, 47, "expected a whole number of iterations, found 'two'",
     ""},
    {{"M=2 N=3", "M<=2 N=3"}, 55, 45, "a mapping states its factors exactly, found 'M<=2'",
     ""},
    {{"M=2 N=3", "\"M=2,3 N=3\""}, 55, 46, "expected a last pass of 1 or more iterations, no more than the others, in 'M=2,3'",
     ""},
    {{"M=2 N=3", "M=2 N=99999999999999999999"}, 55, 51, "more than 2^53 iterations: '99999999999999999999'",
     ""},
    {{"factors: M=2 N=3", "factors: {M: 2}"}, 55, 45, "expected a text, found a map",
     ""},
    {{"permutation: NMK", "permutation: NMX"}, 55, 69, "unknown dimension 'X'",
     "one of: M, N, K"},
    {{"permutation: NMK", "permutation: NMN"}, 55, 69, "a dimension that stands twice: 'N'",
     ""},
    {{"permutation: NMK", "permutation: [N, Q]"}, 55, 71, "unknown dimension 'Q'",
     "one of: M, N, K"},
};

static void wrong_factors_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_are_written_in_several_ways),
        cmocka_unit_test(wrong_factors_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
