#include "support/test_bind.h"

// I[c, 2p + r] of a tile c = 3, p = 4, r = 5: 3 · (2·3 + 4 + 1) words.
static void boxes_hold_the_gaps_of_strides(void **state) {
    (void)state;
    const aug_problem_tensor tensor = {.dim_count = 2,
                                       .dims = {{1, {{0, 1}}}, {2, {{1, 2}, {2, 1}}}}};
    static const struct {
        aug_count extents[3], index, words;
    } rows[] = {{{3, 4, 5}, 11, 33}, {{1, 1, 1}, 1, 1}, {{3, 1, 5}, 5, 15}, {{1, 4, 1}, 7, 7}, {{2, 1000000, 3}, 2000001, 4000002}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        assert_int_equal(aug_dim_extent(&tensor.dims[1], rows[i].extents), rows[i].index);
        assert_int_equal(aug_tensor_words(&tensor, rows[i].extents), rows[i].words);
    }
    const aug_problem_tensor scalar = {0};
    assert_int_equal(aug_tensor_words(&scalar, rows[0].extents), 1); // Z[]
}

static void tensors_are_found_by_name_and_role(void **state) {
    (void)state;
    static const char *cache_or_b[] = {"cache", "B"}, *others[] = {"C", "state"};
    test_ground ground;
    test_begin(&ground);
    const aug_problem *problem = test_bind(&ground, TEST_GEMM "tensors: {B: {role: weight}, Z: {role: cache}}\n",
                                           "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: mac, rate: 1/cycle}\n");
    assert_int_equal(aug_problem_called(problem, "A"), 1);
    assert_int_equal(aug_problem_called(problem, "Z"), 4);
    assert_int_equal(aug_problem_called(problem, "weight"), 0);
    assert_int_equal(aug_problem_in_role(problem, "input"), 1);
    assert_int_equal(aug_problem_in_role(problem, "weight"), 2);
    assert_int_equal(aug_problem_in_role(problem, "cache"), 4);
    assert_int_equal(aug_problem_in_role(problem, "output"), 4); // the result, whatever else it is
    assert_int_equal(aug_problem_in_role(problem, "A"), 0);
    const aug_name_list list = {2, cache_or_b}, none = {2, others};
    assert_int_equal(aug_problem_named(problem, &list), 6);
    assert_int_equal(aug_problem_named(problem, &none), 0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_hold_the_gaps_of_strides),
        cmocka_unit_test(tensors_are_found_by_name_and_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
