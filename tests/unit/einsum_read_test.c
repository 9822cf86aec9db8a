#include "support/testing.h"

#include "workload/einsum.h"

static void texts_that_are_no_einsum_are_refused_where_they_go_wrong(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned column;
        const char *message;
    } cases[] = {
        {"", 1, "expected the name of a tensor"},
        {"[m] = A[m]", 1, "expected the name of a tensor"},
        {"Z = A[m]", 3, "expected '[' behind the name of a tensor"},
        {"Z[m = A[m]", 5, "expected ',' or ']'"},
        {"Z[m,] = A[m]", 5, "expected the name of a rank"},
        {"Z[2] = A[m]", 4, "expected '*' and a rank behind a coefficient"},
        {"Z[2*3] = A[m]", 5, "expected the name of a rank"},
        {"Z[m*] = A[m]", 5, "expected a whole number behind '*'"},
        {"Z[0*m] = A[m]", 3, "a coefficient of 0"},
        {"Z[m*0] = A[m]", 3, "a coefficient of 0"},
        {"Z[20000000001*m] = A[m]", 3, "a coefficient above 10^9"},
        {"Z[1000000001*m] = A[m]", 3, "a coefficient above 10^9"},
        {"Z[m] = A[9999999999*m*9999999999]", 10, "a coefficient above 10^9"},
        {"Z[m] = A[1000000000*m*1000000000]", 10, "a coefficient above 10^9"},
        {"Z[m] = A[k+100000*m*10001]", 12, "a coefficient above 10^9"},
        {"Z[m+m] = A[m]", 5, "a rank twice in one index"},
        {"Z[a+b+c+d+e] = A[m]", 11, "more than 4 ranks in one index"},
        {"Z[a,b,c,d,e,f,g,h,i] = A[a]", 19, "more than 8 indices of one tensor"},
        {"Z[a,b,c,d,e,f] += A[g,h,i,j,k]", 29, "more than 10 ranks"},
        {"Z[m]", 5, "expected '=', '+=' or 'max=' behind the output"},
        {"Z[m] * A[m]", 6, "expected '=', '+=' or 'max=' behind the output"},
        {"Z[m] =", 7, "expected a tensor, a number or a function"},
        {"Z[m] = A[m] *", 14, "expected a tensor, a number or a function"},
        {"Z[m] = A[m] B[m]", 13, "something behind the end of the einsum"},
        {"Z[m] = (A[m]", 13, "expected ')'"},
        {"Z[m] = exp(A[m]", 16, "expected ',' or ')'"},
        {"Z[m] = exp()", 12, "expected a tensor, a number or a function"},
        {"Z[m] = 3", 7, "no tensor on the right side"},
        {"Z[m] = A[m] + A[2*m]", 15, "a tensor twice with different indices"},
        {"Z[m] = A[m]+B[m]+C[m]+D[m]+E[m]+F[m]", 33, "more than 5 input tensors"},
        {"Z[m] = A[m] * 1.2.3", 15, "expected a number such as 2, 0.5 or 1e-5"},
        {"Z[m] = A[m] * 2x", 15, "expected a number such as 2, 0.5 or 1e-5"},
        {"Z[m] = A[m] * 1e", 15, "expected a number such as 2, 0.5 or 1e-5"},
        {"Z[m] = A[m] * 1e-", 15, "expected a number such as 2, 0.5 or 1e-5"},
        {"Z[m] = A[m] * 1e5e", 15, "expected a number such as 2, 0.5 or 1e-5"},
        {"Z[m,n] = A[m]", 1, "rank 'n' stands only in the output: an input must have it too"},
        {"Z[m,n] += A[m,k]", 1, "rank 'n' stands only in the output: an input must have it too"},
        {"Z[m,2*p+r] = A[m,p]", 1, "rank 'r' stands only in the output: an input must have it too"},
        {"Z[m] = A[m,k]", 1, "rank 'k' is not in the output: write += or max= to reduce over it"},
        {"Z[m] += Z[m] * A[m]", 1, "the output is also read; write += to accumulate"},
        {"Z[m] = ((((((((((((((((A[m]))))))))))))))))", 24, "parentheses nested deeper than 16"},
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_einsum einsum;
        aug_einsum_error error;
        bool good = aug_einsum_read(&ground.arena, cases[i].text, &einsum, &error);
        if (good || error.column != cases[i].column || strcmp(error.message, cases[i].message) != 0) {
            print_error("'%s': %s, column %u: %s\n", cases[i].text, good ? "read" : "refused", error.column, error.message);
            fail();
        }
    }
    test_end(&ground);
}

// Every limit is reached by a text that is still read.
static void texts_at_the_limits_are_read(void **state) {
    (void)state;
    static const char *const texts[] = {
        "Z[a,b,c,d,e] += A[a,b,c,d,e] * B[f,g,h,i,j]",
        "Z[a,b,c,d,e,f,g,h] = A[a,b,c,d,e,f,g,h]",
        "Z[a+b+c+d] += A[a,b,c,d]",
        "Z[1000000000*m] = A[m]",
        "Z[m] = A[20000*m*50000]",
        "Z[m] = 1e-5 + 2. * A[m] / 1.5E+3",
        "Z[m] = exp\t(A[m])",
        "Z[m] = A[m]+B[m]+C[m]+D[m]+E[m]",
        "Z[m] = (((((((((((((((A[m])))))))))))))))",
        "Z[m]=A[m]",
        "Z[] += A[]*B[]",
        "_z'9[m_1] = f (A[m_1])",
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        aug_einsum einsum;
        aug_einsum_error error;
        bool good = aug_einsum_read(&ground.arena, texts[i], &einsum, &error);
        if (!good)
            print_error("'%s': column %u: %s\n", texts[i], error.column, error.message);
        assert_true(good);
    }
    test_end(&ground);
}

static void the_sign_says_how_it_reduces(void **state) {
    (void)state;
    static const struct {
        const char *text;
        aug_reduction reduction;
    } cases[] = {
        {"Z[m] = A[m]", AUG_REDUCE_NONE}, {"Z[m] += A[m,k]", AUG_REDUCE_SUM}, {"Z[m] max= A[m,k]", AUG_REDUCE_MAX}};
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_einsum einsum;
        aug_einsum_error error;
        assert_true(aug_einsum_read(&ground.arena, cases[i].text, &einsum, &error));
        assert_int_equal(einsum.reduction, cases[i].reduction);
    }
    test_end(&ground);
}

static void a_coefficient_may_stand_on_either_side(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_einsum einsum;
    aug_einsum_error error;
    assert_true(aug_einsum_read(&ground.arena, "Z[p] += A[3*p+r*2, 2*r*4]", &einsum, &error));
    const aug_einsum_tensor *input = &einsum.tensors[0];
    assert_int_equal(input->dims[0].terms[0].coefficient, 3);
    assert_int_equal(input->dims[0].terms[1].coefficient, 2);
    assert_int_equal(input->dims[1].terms[0].coefficient, 8);
    test_end(&ground);
}

static void a_tensor_that_is_read_twice_stands_once(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_einsum einsum;
    aug_einsum_error error;
    assert_true(aug_einsum_read(&ground.arena, "Z[m] = A[m] / (1 + exp(A[m]))", &einsum, &error));
    assert_int_equal(einsum.tensor_count, 2);
    assert_int_equal(einsum.functions, 3); // exp, +, /
    assert_string_equal(einsum.expression, "A[m] / (1 + exp(A[m]))");
    test_end(&ground);
}

// Indices are compared term by term: a tensor of four terms equals itself and no other.
static void a_tensor_has_one_set_of_indices(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"Z[p,r] = A[2*p+3*r,p] * A[2*p+3*r,p]", true},  {"Z[p,r] = A[2*p+3*r,p] * A[2*p+r,p]", false},
        {"Z[p,r] = A[2*p+3*r,p] * A[2*p+3*r,r]", false}, {"Z[p,r] = A[2*p+3*r,p] * A[2*p,p]", false},
        {"Z[p,r] = A[2*p+3*r,p] * A[2*p+3*r]", false},
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_einsum einsum;
        aug_einsum_error error;
        assert_int_equal(aug_einsum_read(&ground.arena, cases[i].text, &einsum, &error), cases[i].good);
        if (!cases[i].good)
            assert_string_equal(error.message, "a tensor twice with different indices");
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_are_no_einsum_are_refused_where_they_go_wrong),
        cmocka_unit_test(texts_at_the_limits_are_read),
        cmocka_unit_test(the_sign_says_how_it_reduces),
        cmocka_unit_test(a_coefficient_may_stand_on_either_side),
        cmocka_unit_test(a_tensor_that_is_read_twice_stands_once),
        cmocka_unit_test(a_tensor_has_one_set_of_indices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
