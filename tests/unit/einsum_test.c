#include "support/testing.h"

#include "base/random.h"
#include "workload/einsum.h"

#include <stdlib.h>

static aug_einsum read(test_ground *ground, const char *text) {
    aug_einsum einsum;
    aug_einsum_error error;
    if (!aug_einsum_read(&ground->arena, text, &einsum, &error)) {
        print_error("'%s': column %u: %s\n", text, error.column, error.message);
        fail();
    }
    return einsum;
}

static const char *print(test_ground *ground, const aug_einsum *einsum) {
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    aug_einsum_print(&out, einsum);
    return aug_buffer_text(&out);
}

static void a_convolution_is_taken_apart(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_einsum einsum = read(&ground, "O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]");
    // Ranks in order of first appearance: the output's n k p q, then c of the input, then r and s.
    static const char *const ranks[] = {"n", "k", "p", "q", "c", "r", "s"};
    assert_int_equal(einsum.rank_count, 7);
    for (int r = 0; r < 7; r++)
        assert_string_equal(einsum.ranks[r], ranks[r]);
    assert_int_equal(einsum.tensor_count, 3);
    assert_string_equal(einsum.tensors[0].name, "I");
    assert_string_equal(einsum.tensors[1].name, "W");
    assert_string_equal(aug_einsum_output(&einsum)->name, "O");
    const aug_einsum_dim *row = &einsum.tensors[0].dims[2]; // 2*p+r
    assert_int_equal(row->term_count, 2);
    assert_int_equal(row->terms[0].rank, 2);
    assert_int_equal(row->terms[0].coefficient, 2);
    assert_int_equal(row->terms[1].rank, 5);
    assert_int_equal(row->terms[1].coefficient, 1);
    test_end(&ground);
}

static void a_tensor_knows_the_ranks_that_index_it(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_einsum einsum = read(&ground, "O[n,k,p] += I[n,c,2*p+r] * W[k,c,r]");
    // Ranks: n k p c r. I has all but k, W all but n and p, O the first three.
    static const bool expected[3][5] = {
        {true, false, true, true, true}, {false, true, false, true, true}, {true, true, true, false, false}};
    for (int tensor = 0; tensor < 3; tensor++)
        for (int rank = 0; rank < 5; rank++)
            assert_int_equal(aug_einsum_indexes(&einsum.tensors[tensor], rank), expected[tensor][rank]);
    test_end(&ground);
}

// Operations per point: products, other operations, and one for the reduction.
static void operations_are_counted_per_point(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int products, functions;
        double operations;
        bool is_product;
    } cases[] = {
        {"Z[m,n] += A[m,k] * B[k,n]", 1, 0, 2.0, true},              // multiply, add
        {"Z[m,n] += A[m,k] * B[k,n] + C[n]", 1, 1, 3.0, true},       // and the bias
        {"Z[m] += A[m,k]", 0, 0, 1.0, false},                        // a sum alone
        {"Z[m] max= A[m,k]", 0, 0, 1.0, false},                      // a maximum alone
        {"Z[m] = exp(A[m] - B[m]) / C[m]", 0, 3, 3.0, false},        // exp, -, /
        {"Z[m] += A[m,k] * B[k] * C[k]", 2, 0, 3.0, false},          // two products: no matrix unit does that
        {"Z[m] += 2 * A[m,k]", 1, 0, 2.0, false},                    // one tensor only
        {"Z[m,n] = A[m] * B[n]", 1, 0, 1.0, false},                  // nothing is summed
        {"Z[m] += A[m,k] * A[m,k]", 1, 0, 2.0, false},               // a tensor with itself is one tensor
        {"Z[m,n] max= A[m,k] * B[k,n]", 1, 0, 2.0, false},           // a maximum, not a sum
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_einsum einsum = read(&ground, cases[i].text);
        assert_int_equal(einsum.products, cases[i].products);
        assert_int_equal(einsum.functions, cases[i].functions);
        assert_true(aug_einsum_operations(&einsum) == cases[i].operations);
        assert_int_equal(aug_einsum_is_product(&einsum), cases[i].is_product);
    }
    test_end(&ground);
}

static void an_einsum_prints_as_it_is_written(void **state) {
    (void)state;
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"O[n,k,p] += I[n,c,2*p+r] * W[k,c,r]", "O[n,k,p] += I[n,c,2*p+r] * W[k,c,r]"},
        {"  Y[ m , p*2 + q ]max=X[m,p,q]  ", "Y[m,2*p+q] max= X[m,p,q]"},
        {"s[] += A[k]*B[k]", "s[] += A[k]*B[k]"},
        {"P'[m] = exp(S_1[m] - 0.5)", "P'[m] = exp(S_1[m] - 0.5)"},
    };
    test_ground ground;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_einsum einsum = read(&ground, cases[i].text);
        assert_string_equal(print(&ground, &einsum), cases[i].printed);
    }
    test_end(&ground);
}

static bool same_tensor(const aug_einsum_tensor *left, const aug_einsum_tensor *right) {
    bool same = strcmp(left->name, right->name) == 0 && left->dim_count == right->dim_count;
    for (int d = 0; same && d < left->dim_count; d++) {
        same = left->dims[d].term_count == right->dims[d].term_count;
        for (int t = 0; same && t < left->dims[d].term_count; t++)
            same = left->dims[d].terms[t].rank == right->dims[d].terms[t].rank &&
                   left->dims[d].terms[t].coefficient == right->dims[d].terms[t].coefficient;
    }
    return same;
}

static bool same_einsum(const aug_einsum *left, const aug_einsum *right) {
    bool same = left->rank_count == right->rank_count && left->tensor_count == right->tensor_count &&
                left->reduction == right->reduction && left->products == right->products &&
                left->functions == right->functions && strcmp(left->expression, right->expression) == 0;
    for (int r = 0; same && r < left->rank_count; r++)
        same = strcmp(left->ranks[r], right->ranks[r]) == 0;
    for (int t = 0; same && t < left->tensor_count; t++)
        same = same_tensor(&left->tensors[t], &right->tensors[t]);
    return same;
}

static const char *const letters[] = {"a", "b", "c", "d", "e", "f'", "g_2", "h"};

static void put_tensor(aug_buffer *out, aug_random *random, const char *name, int ranks, int dims) {
    aug_buffer_print(out, "%s[", name);
    for (int d = 0; d < dims; d++) {
        int terms = 1 + (int)aug_random_below(random, 2), first = (int)aug_random_below(random, (uint64_t)ranks);
        aug_buffer_put(out, d ? " , " : "");
        for (int t = 0; t < terms && t < ranks; t++) {
            unsigned coefficient = 1 + (unsigned)aug_random_below(random, 5);
            aug_buffer_put(out, t ? "+" : "");
            const char *rank = letters[(first + t) % ranks];
            if (coefficient == 1)
                aug_buffer_put(out, rank);
            else if (aug_random_below(random, 2))
                aug_buffer_print(out, "%u*%s", coefficient, rank);
            else
                aug_buffer_print(out, "%s * %u", rank, coefficient);
        }
    }
    aug_buffer_put(out, "]");
}

// Every rank once, so that none stands in the output alone.
static void put_all(aug_buffer *out, int ranks) {
    aug_buffer_put(out, "All[");
    for (int r = 0; r < ranks; r++)
        aug_buffer_print(out, "%s%s", r ? "," : "", letters[r]);
    aug_buffer_put(out, "]");
}

// A text that is an einsum: up to five inputs joined by + - * / and functions, reduced so that any output is right.
static const char *random_text(test_ground *ground, aug_random *random) {
    static const char *const joints[] = {" * ", "+", " - ", "/"};
    static const char *const names[] = {"A", "B", "Weights", "x_1"};
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    int ranks = 1 + (int)aug_random_below(random, 8), inputs = 1 + (int)aug_random_below(random, 4);
    put_tensor(&out, random, "Out", ranks, (int)aug_random_below(random, 4));
    aug_buffer_put(&out, aug_random_below(random, 2) ? " += " : "max=");
    put_all(&out, ranks);
    for (int i = 0; i < inputs; i++) {
        bool call = aug_random_below(random, 3) == 0;
        aug_buffer_put(&out, joints[aug_random_below(random, 4)]);
        aug_buffer_put(&out, call ? "exp(" : "");
        put_tensor(&out, random, names[i], ranks, (int)aug_random_below(random, 5));
        aug_buffer_put(&out, call ? ", 0.5)" : "");
    }
    return aug_buffer_text(&out);
}

static void printing_and_reading_back_gives_the_same_einsum(void **state) {
    (void)state;
    const char *given = getenv("AUG_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20240607;
    print_message("seed %llu\n", (unsigned long long)seed);
    aug_random random = {seed};
    for (int round = 0; round < 2000; round++) {
        test_ground ground;
        test_begin(&ground);
        aug_einsum einsum = read(&ground, random_text(&ground, &random));
        const char *printed = print(&ground, &einsum);
        aug_einsum again = read(&ground, printed);
        if (!same_einsum(&einsum, &again)) {
            print_error("round %d: %s\n", round, printed);
            fail();
        }
        assert_string_equal(print(&ground, &again), printed);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_convolution_is_taken_apart),
        cmocka_unit_test(a_tensor_knows_the_ranks_that_index_it),
        cmocka_unit_test(operations_are_counted_per_point),
        cmocka_unit_test(an_einsum_prints_as_it_is_written),
        cmocka_unit_test(printing_and_reading_back_gives_the_same_einsum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
