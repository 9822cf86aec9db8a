#include "support/testing.h"

#include "workload/precision.h"

// Which storages differ from `base`, as one letter each in the order of the table: '.' where it is the base.
static void check(const aug_precision *precision, aug_number_format base, const char *expected) {
    char found[AUG_STORAGE_COUNT + 1];
    for (int i = 0; i < AUG_STORAGE_COUNT; i++)
        found[i] = precision->of[i] == base ? '.' : aug_format_name(precision->of[i])[0];
    found[AUG_STORAGE_COUNT] = '\0';
    assert_string_equal(found, expected);
}

// Order: activations, residual, sums, attention, mlp, expert, router, head, norm, cache, state.
static void everything_is_in_the_base_but_sums(void **state) {
    (void)state;
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    check(&precision, AUG_FORMAT_BF16, "..f........");
    assert_int_equal(precision.of[AUG_STORAGE_SUM], AUG_FORMAT_FP32);
    precision = aug_precision_of(AUG_FORMAT_FP32);
    check(&precision, AUG_FORMAT_FP32, "...........");
}

static void quantised_weights_are_linear_layers_and_experts(void **state) {
    (void)state;
    static const struct {
        aug_number_format weights, activations;
    } cases[] = {
        {AUG_FORMAT_FP8, AUG_FORMAT_FP8},     {AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8_BLOCK},
        {AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4}, {AUG_FORMAT_MXFP4, AUG_FORMAT_BF16},
        {AUG_FORMAT_INT4, AUG_FORMAT_BF16},   {AUG_FORMAT_INT8, AUG_FORMAT_INT8},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_precision precision = aug_precision_of(AUG_FORMAT_FP16);
        aug_precision_set_weights(&precision, cases[i].weights);
        assert_int_equal(precision.of[AUG_STORAGE_ATTENTION], cases[i].weights);
        assert_int_equal(precision.of[AUG_STORAGE_MLP], cases[i].weights);
        assert_int_equal(precision.of[AUG_STORAGE_EXPERT], cases[i].weights);
        assert_int_equal(precision.of[AUG_STORAGE_ACTIVATION], cases[i].activations);
        static const aug_storage kept[] = {AUG_STORAGE_RESIDUAL, AUG_STORAGE_ROUTER, AUG_STORAGE_HEAD,
                                           AUG_STORAGE_NORM,     AUG_STORAGE_CACHE,  AUG_STORAGE_STATE};
        for (size_t k = 0; k < AUG_COUNT(kept); k++)
            assert_int_equal(precision.of[kept[k]], AUG_FORMAT_FP16);
    }
}

static void what_is_not_asked_for_stays(void **state) {
    (void)state;
    const aug_precision own = aug_precision_of(AUG_FORMAT_BF16);
    aug_precision precision = aug_precision_override(&own, AUG_FORMAT_NONE, AUG_FORMAT_NONE, AUG_FORMAT_NONE);
    check(&precision, AUG_FORMAT_BF16, "..f........");
    precision = aug_precision_override(&own, AUG_FORMAT_NONE, AUG_FORMAT_NONE, AUG_FORMAT_FP8);
    check(&precision, AUG_FORMAT_BF16, "..f......f.");
    precision = aug_precision_override(&own, AUG_FORMAT_INT8, AUG_FORMAT_NONE, AUG_FORMAT_NONE);
    check(&precision, AUG_FORMAT_BF16, "i.fiii.....");
    precision = aug_precision_override(&own, AUG_FORMAT_NONE, AUG_FORMAT_INT8, AUG_FORMAT_NONE);
    check(&precision, AUG_FORMAT_BF16, "i.f........");
}

static void activations_that_are_asked_for_win_over_those_of_the_weights(void **state) {
    (void)state;
    const aug_precision own = aug_precision_of(AUG_FORMAT_BF16);
    const aug_precision precision = aug_precision_override(&own, AUG_FORMAT_INT4, AUG_FORMAT_INT8, AUG_FORMAT_NONE);
    assert_int_equal(precision.of[AUG_STORAGE_MLP], AUG_FORMAT_INT4);
    assert_int_equal(precision.of[AUG_STORAGE_ACTIVATION], AUG_FORMAT_INT8);
}

static void storages_have_names(void **state) {
    (void)state;
    assert_string_equal(aug_storage_name(AUG_STORAGE_ACTIVATION), "activations");
    assert_string_equal(aug_storage_name(AUG_STORAGE_EXPERT), "expert weights");
    assert_string_equal(aug_storage_name(AUG_STORAGE_STATE), "state");
}

// Files of llama.cpp hold the head in no fewer than 6 bits; other formats leave it alone.
static void heads_go_with_weights_of_files(void **state) {
    (void)state;
    static const aug_number_format cases[][2] = {{AUG_FORMAT_Q8_0, AUG_FORMAT_Q8_0},
                                                 {AUG_FORMAT_Q6_K, AUG_FORMAT_Q6_K},
                                                 {AUG_FORMAT_Q4_K_M, AUG_FORMAT_Q6_K},
                                                 {AUG_FORMAT_INT4, AUG_FORMAT_BF16},
                                                 {AUG_FORMAT_FP8, AUG_FORMAT_BF16}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
        aug_precision_set_weights(&precision, cases[i][0]);
        assert_int_equal(precision.of[AUG_STORAGE_HEAD], cases[i][1]);
        assert_int_equal(precision.of[AUG_STORAGE_MLP], cases[i][0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_go_with_weights_of_files),
        cmocka_unit_test(everything_is_in_the_base_but_sums),
        cmocka_unit_test(quantised_weights_are_linear_layers_and_experts),
        cmocka_unit_test(what_is_not_asked_for_stays),
        cmocka_unit_test(activations_that_are_asked_for_win_over_those_of_the_weights),
        cmocka_unit_test(storages_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
