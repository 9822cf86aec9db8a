#include "support/testing.h"

#include "base/number_format.h"

// Bits with scales by hand: mxfp4 4 + 8/32, nvfp4 4 + 8/16, int4 4 + 16/128, fp8_block 8 + 32/(128·128).
static const struct {
    aug_number_format format;
    const char *name;
    double bits;
    aug_number_format computed, activations, fallback;
} rows[] = {
    {AUG_FORMAT_FP32, "fp32", 32.0, AUG_FORMAT_FP32, AUG_FORMAT_FP32, AUG_FORMAT_NONE},
    {AUG_FORMAT_TF32, "tf32", 32.0, AUG_FORMAT_TF32, AUG_FORMAT_TF32, AUG_FORMAT_FP32},
    {AUG_FORMAT_BF16, "bf16", 16.0, AUG_FORMAT_BF16, AUG_FORMAT_BF16, AUG_FORMAT_TF32},
    {AUG_FORMAT_FP16, "fp16", 16.0, AUG_FORMAT_BF16, AUG_FORMAT_FP16, AUG_FORMAT_TF32},
    {AUG_FORMAT_FP8, "fp8", 8.0, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_BF16},
    {AUG_FORMAT_FP8_BLOCK, "fp8_block", 8.001953125, AUG_FORMAT_FP8, AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_BF16},
    {AUG_FORMAT_INT8, "int8", 8.0, AUG_FORMAT_INT8, AUG_FORMAT_INT8, AUG_FORMAT_BF16},
    {AUG_FORMAT_MXFP4, "mxfp4", 4.25, AUG_FORMAT_FP4, AUG_FORMAT_BF16, AUG_FORMAT_FP8},
    {AUG_FORMAT_NVFP4, "nvfp4", 4.5, AUG_FORMAT_FP4, AUG_FORMAT_NVFP4, AUG_FORMAT_FP8},
    {AUG_FORMAT_FP4, "fp4", 4.0, AUG_FORMAT_FP4, AUG_FORMAT_FP4, AUG_FORMAT_FP8},
    {AUG_FORMAT_INT4, "int4", 4.125, AUG_FORMAT_INT4, AUG_FORMAT_BF16, AUG_FORMAT_INT8},
    {AUG_FORMAT_Q8_0, "q8_0", 8.5, AUG_FORMAT_BF16, AUG_FORMAT_BF16, AUG_FORMAT_BF16},
    {AUG_FORMAT_Q6_K, "q6_k", 6.56, AUG_FORMAT_BF16, AUG_FORMAT_BF16, AUG_FORMAT_BF16},
    {AUG_FORMAT_Q4_K_M, "q4_k_m", 4.89, AUG_FORMAT_BF16, AUG_FORMAT_BF16, AUG_FORMAT_BF16},
    {AUG_FORMAT_NONE, "none", 0.0, AUG_FORMAT_NONE, AUG_FORMAT_NONE, AUG_FORMAT_NONE},
};

static void every_format_has_its_row(void **state) {
    (void)state;
    assert_int_equal(AUG_COUNT(rows), AUG_FORMAT_COUNT + 1);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        assert_string_equal(aug_format_name(rows[i].format), rows[i].name);
        assert_near(aug_format_bits(rows[i].format), rows[i].bits, 0.0);
        assert_int_equal(aug_format_computed(rows[i].format), rows[i].computed);
        assert_int_equal(aug_format_activations(rows[i].format), rows[i].activations);
        assert_int_equal(aug_format_fallback(rows[i].format), rows[i].fallback);
        assert_int_equal(*aug_format_help(rows[i].format) == '\0', rows[i].format == AUG_FORMAT_NONE);
    }
}

static void every_name_finds_its_format(void **state) {
    (void)state;
    for (int i = 0; i < AUG_FORMAT_COUNT; i++) {
        assert_string_equal(aug_format_names[i], aug_format_name((aug_number_format)i));
        assert_int_equal(aug_format_find(aug_format_names[i]), i);
    }
    assert_null(aug_format_names[AUG_FORMAT_COUNT]);
}

static void names_of_frameworks_are_known(void **state) {
    (void)state;
    static const struct {
        const char *name;
        aug_number_format format;
    } names[] = {
        {"float32", AUG_FORMAT_FP32},      {"float", AUG_FORMAT_FP32},         {"bfloat16", AUG_FORMAT_BF16},
        {"float16", AUG_FORMAT_FP16},      {"half", AUG_FORMAT_FP16},          {"e4m3", AUG_FORMAT_FP8},
        {"float8_e4m3fn", AUG_FORMAT_FP8}, {"fp8_block128", AUG_FORMAT_FP8_BLOCK}, {"w4a16", AUG_FORMAT_INT4},
        {"BF16", AUG_FORMAT_BF16},         {"BFloat16", AUG_FORMAT_BF16},      {"NVFP4", AUG_FORMAT_NVFP4},
        {"", AUG_FORMAT_NONE},             {"none", AUG_FORMAT_NONE},          {"fp", AUG_FORMAT_NONE},
        {"fp80", AUG_FORMAT_NONE},         {"fp8 ", AUG_FORMAT_NONE},          {"int3", AUG_FORMAT_NONE},
    };
    for (size_t i = 0; i < AUG_COUNT(names); i++)
        assert_int_equal(aug_format_find(names[i].name), names[i].format);
}

static void the_format_with_more_bits_wins(void **state) {
    (void)state;
    static const struct {
        aug_number_format left, right, wider;
    } pairs[] = {
        {AUG_FORMAT_INT4, AUG_FORMAT_BF16, AUG_FORMAT_BF16},  {AUG_FORMAT_BF16, AUG_FORMAT_INT4, AUG_FORMAT_BF16},
        {AUG_FORMAT_FP8, AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8_BLOCK}, // 8 < 8.00195
        {AUG_FORMAT_MXFP4, AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4}, // 4.25 < 4.5
        {AUG_FORMAT_BF16, AUG_FORMAT_FP16, AUG_FORMAT_BF16},  {AUG_FORMAT_FP16, AUG_FORMAT_BF16, AUG_FORMAT_FP16},
        {AUG_FORMAT_NONE, AUG_FORMAT_FP4, AUG_FORMAT_FP4},    {AUG_FORMAT_FP4, AUG_FORMAT_NONE, AUG_FORMAT_FP4},
    };
    for (size_t i = 0; i < AUG_COUNT(pairs); i++)
        assert_int_equal(aug_format_wider(pairs[i].left, pairs[i].right), pairs[i].wider);
}

// Falling back ends, and no step on the way is of fewer bits than the one before.
static void every_fallback_ends(void **state) {
    (void)state;
    for (int i = 0; i < AUG_FORMAT_COUNT; i++) {
        int steps = 0;
        aug_number_format format = (aug_number_format)i, next;
        for (; (next = aug_format_fallback(format)) != AUG_FORMAT_NONE; format = next, steps++)
            assert_true(aug_format_bits(next) >= floor(aug_format_bits(format)));
        assert_int_equal(format, AUG_FORMAT_FP32);
        assert_true(steps <= 4); // fp4, fp8, bf16, tf32, fp32
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_has_its_row),      cmocka_unit_test(every_name_finds_its_format),
        cmocka_unit_test(names_of_frameworks_are_known), cmocka_unit_test(the_format_with_more_bits_wins),
        cmocka_unit_test(every_fallback_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
