#include "support/testing.h"

#include "kernel/software.h"

static bool read(test_ground *ground, const char *text, aug_software *software) {
    test_begin(ground);
    return aug_software_read(&ground->reader, test_parse(ground, text), "test", software);
}

static void overheads_and_facts_by_formats(void **state) {
    (void)state;
    test_ground ground;
    aug_software s;
    assert_true(read(&ground, "auger: library/1\nname: mine\nstep: 2 ms\n"
                              "overheads: {gemm: {bf16: 1.5 us, int4/bf16: 2 us, all: 500 ns, bf16@xe: 9 us}, scan: {all: 1 us}}\n"
                              "facts: {gemm: {scales_apart: [fp8, nvfp4], step_bytes: {bf16: 64, all: 128}}, moe: {algorithm: {all: aligned, \"all:marlin\": gathered}}}\n", &s));
    assert_string_equal(s.name, "mine");
    assert_near(s.step_seconds, 2e-3, 1e-15);
    const struct {
        aug_kernel_kind kind;
        const char *formats, *family;
        double seconds;
        const char *key;
    } overheads[] = {
        {AUG_KERNEL_KIND_GEMM, "bf16", NULL, 1.5e-6, "bf16"},
        {AUG_KERNEL_KIND_GEMM, "int4/bf16", "hopper", 2e-6, "int4/bf16"},
        {AUG_KERNEL_KIND_GEMM, "fp8", NULL, 0.5e-6, "fp8"}, // that of all
        {AUG_KERNEL_KIND_GEMM, "bf16", "xe", 9e-6, "bf16@xe"},
        {AUG_KERNEL_KIND_SCAN, "bf16", NULL, 1e-6, "bf16"},
        {AUG_KERNEL_KIND_MOE, "bf16", NULL, 0.0, "bf16"},
    };
    for (size_t i = 0; i < AUG_COUNT(overheads); i++) {
        const aug_software_use use = {&s, overheads[i].kind, overheads[i].formats, &overheads[i].family, overheads[i].family ? 1 : 0, NULL};
        char key[2 * AUG_FORMATS_TEXT];
        assert_near(aug_software_overhead(&use), overheads[i].seconds, 1e-15);
        assert_string_equal(aug_software_overhead_key(&use, key), overheads[i].key);
    }
    aug_software_use use = {&s, AUG_KERNEL_KIND_GEMM, "nvfp4", NULL, 0, NULL};
    assert_string_equal(aug_software_fact(&use, AUG_FACT_SCALES_APART), "true");
    assert_true(aug_software_number(&use, AUG_FACT_STEP_BYTES, 1.0) == 128.0);
    assert_true(aug_software_number(&use, AUG_FACT_SCALES_APART, 1.0) == 1.0); // no number
    use.formats = "bf16";
    assert_null(aug_software_fact(&use, AUG_FACT_SCALES_APART));
    assert_true(aug_software_number(&use, AUG_FACT_STEP_BYTES, 1.0) == 64.0);
    static const char *const words[] = {"gathered", "aligned", NULL};
    use.kind = AUG_KERNEL_KIND_MOE;
    assert_int_equal(aug_software_word(&use, AUG_FACT_ALGORITHM, words), 1);
    assert_int_equal(aug_software_word(&use, AUG_FACT_REMOTE, words), 0);
    use.kernel = "fused_marlin_moe";
    assert_int_equal(aug_software_word(&use, AUG_FACT_ALGORITHM, words), 0);
    test_end(&ground);
}

// Kernels are told by parts of their names; the longest part counts, wherever it stands in the file.
static void the_longest_part_of_a_name_counts(void **state) {
    (void)state;
    static const char *const texts[] = {
        "auger: library/1\noverheads: {gemm: {\"bf16:flash\": 1 us, \"bf16:flash_three\": 3 us, bf16: 9 us}}\n",
        "auger: library/1\noverheads: {gemm: {bf16: 9 us, \"bf16:flash_three\": 3 us, \"bf16:flash\": 1 us}}\n",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        aug_software s;
        assert_true(read(&ground, texts[i], &s));
        aug_software_use use = {.software = &s, .kind = AUG_KERNEL_KIND_GEMM, .formats = "bf16", .kernel = "flash_three_wide"};
        assert_near(aug_software_overhead(&use), 3e-6, 1e-15);
        use.kernel = "flash_two";
        assert_near(aug_software_overhead(&use), 1e-6, 1e-15);
        use.kernel = "other";
        assert_near(aug_software_overhead(&use), 9e-6, 1e-15);
        test_end(&ground);
    }
}

static void names_of_formats(void **state) {
    (void)state;
    char text[AUG_FORMATS_TEXT];
    assert_string_equal(aug_software_formats(AUG_FORMAT_FP8, AUG_FORMAT_FP8, text), "fp8");
    assert_string_equal(aug_software_formats(AUG_FORMAT_INT4, AUG_FORMAT_BF16, text), "int4/bf16");
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"auger: library/1\noverheads: {gem: {bf16: 1 us}}\n", "unknown kind of kernel 'gem'", "did you mean 'gemm'?"},
        {"auger: library/1\noverheads: {gemm: 1 us}\n", "expected a map, found '1 us'", "write {bf16: 1 us}"},
        {"auger: library/1\nfacts: [gemm]\n", "expected a map, found a list", "write {gemm: {scales_apart: [fp8_block]}}"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_software s;
        assert_false(read(&ground, cases[i].text, &s));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overheads_and_facts_by_formats),
        cmocka_unit_test(the_longest_part_of_a_name_counts),
        cmocka_unit_test(names_of_formats),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
