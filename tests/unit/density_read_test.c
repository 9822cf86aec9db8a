#include "support/testing.h"

#include "workload/density_read.h"
#include "workload/model.h"

static const aug_use *read(test_ground *ground, const char *density) {
    const char *text = aug_arena_print(&ground->arena, "auger: workload/1\nranks: {m: 8, k: 16, h: 4, n: 3}\neinsums: ['Z[m,n] += A[m,k] * B[h,n,k]']\n"
                                                       "tensors: {A: {density: %s}}\n", density);
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    return aug_model_from_workload(&ground->reader, test_parse(ground, text), "test", model) ? model->stages[0].graph.operators[0].uses : NULL;
}

static void each_model_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_use *a = read(&ground, "0.25");
    assert_true(a->density == 0.25 && a->zeros->model == AUG_DENSITY_UNIFORM && a->zeros->share == 0.25);
    a = read(&ground, "1");
    assert_true(a->density == 1.0 && !a->zeros);
    a = read(&ground, "{model: uniform, density: 0.5}");
    assert_true(a->density == 0.5 && a->zeros->share == 0.5);
    a = read(&ground, "{model: n:m, n: 2, m: 4, rank: m}");
    assert_true(a->density == 0.5 && a->zeros->model == AUG_DENSITY_BLOCKS && a->zeros->dim == 0);
    a = read(&ground, "{model: n:m, n: 1, m: 4}"); // along the last dimension
    assert_true(a->density == 0.25 && a->zeros->dim == 1);
    a = read(&ground, "{model: n:m, levels: [{n: 2, m: 4}, {n: 4, m: 8}], rank: k}");
    assert_true(a->density == 0.25 && a->zeros->level_count == 2 && a->zeros->levels[1].m == 8);
    a = read(&ground, "{model: n:m, n: 4, m: 4}");
    assert_true(a->density == 1.0 && !a->zeros);
    a = read(&ground, "{model: banded, width: 1}"); // 2 + 7 rows of 3 non-zeros
    assert_true(a->density == 23.0 / 128.0 && a->zeros->width == 1);
    a = read(&ground, "{model: measured, file: " AUG_TEST_FILES "/golden/files/pattern.mtx}");
    assert_true(a->density == 3.0 / 128.0 && a->zeros->pattern->filled == 3);
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *density, *message, *hint;
    } cases[] = {
        {"{model: uniform}", "key 'density' is missing in workload: density", ""},
        {"{model: n:m, n: 2}", "key 'm' is missing in workload: density", ""},
        {"{model: n:m, m: 2}", "key 'n' is missing in workload: density", ""},
        {"{model: n:m, n: 5, m: 4}", "n:m needs 1 <= n <= m, found n: 5, m: 4", ""},
        {"{model: n:m, n: 0, m: 4}", "n:m needs 1 <= n <= m, found n: 0, m: 4", ""},
        {"{model: n:m, n: 1, m: 2000000}", "a block of more than 2^20 elements", ""},
        {"{model: n:m, n: 1, m: 2, levels: [{n: 1, m: 2}]}", "'levels' stands in place of 'n' and 'm'", ""},
        {"{model: n:m, levels: []}", "expected a list of 1 to 4 levels such as [{n: 2, m: 4}, {n: 4, m: 8}]", ""},
        {"{model: n:m, n: 1, m: 2, rank: l}", "'A' has no rank 'l'", ""},
        {"{model: n:m, n: 1, m: 2, rank: kk}", "'A' has no rank 'kk'", "did you mean 'k'?"},
        {"{model: banded}", "key 'width' is missing in workload: density", ""},
        {"{model: banded, width: 2, density: 0.5}", "key 'density' belongs to the model 'uniform', not to 'banded'", ""},
        {"{model: measured}", "key 'file' is missing in workload: density", ""},
        {"{density: 0.5, rank: k}", "key 'rank' belongs to the model 'n:m', not to 'uniform'", ""},
        {"{model: measured, file: " AUG_TEST_FILES "/golden/files/pattern-4x4.mtx}", "'A' is 8 x 16, the matrix of the file 4 x 4",
         "rows of the file belong to the first index of the tensor"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read(&ground, cases[i].density));
        assert_int_equal(ground.errors.count, 1);
        assert_string_equal(ground.errors.items[0].message, cases[i].message);
        if (cases[i].hint[0])
            assert_string_equal(ground.errors.items[0].hint, cases[i].hint);
        test_end(&ground);
    }
}

static void a_band_needs_a_matrix(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_model model;
    const char *text = "auger: workload/1\nranks: {m: 4, n: 4, k: 4}\neinsums: ['Z[m] += A[m,n,k]']\ntensors: {A: {density: {model: banded, width: 1}}}\n";
    assert_false(aug_model_from_workload(&ground.reader, test_parse(&ground, text), "test", &model));
    assert_string_equal(ground.errors.items[0].message, "the density model 'banded' is for matrices, 'A' has 3 dimensions");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_model_is_read),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
        cmocka_unit_test(a_band_needs_a_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
