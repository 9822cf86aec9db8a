#include "support/test_bind.h"

#define PLAIN "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: mac, rate: 1/cycle}\n"

// A strided convolution: index 2p + r of 8 and 3 counts two ranks.
static void an_einsum_becomes_integers(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(&ground,
                                     "auger: workload/1\nranks: {k: 32, c: 16, p: 8, r: 3}\neinsums: [{name: conv, einsum: 'O[k,p] += I[c,2*p+r] * W[k,c,r]'}]\n"
                                     "tensors: {W: {role: weight, bits: 4}, O: {bits: 32, accumulate: true}}\n",
                                     PLAIN);
    assert_string_equal(p->name, "conv");
    assert_int_equal(p->rank_count, 4);
    static const char *const ranks[] = {"k", "p", "c", "r"}; // in order of appearance
    static const int sizes[] = {32, 8, 16, 3};
    for (int r = 0; r < 4; r++) {
        assert_string_equal(p->ranks[r], ranks[r]);
        assert_int_equal(p->sizes[r], sizes[r]);
    }
    assert_int_equal(p->operations, 32 * 8 * 16 * 3);
    assert_int_equal(p->tensor_count, 3);
    assert_int_equal(aug_problem_output(p), 2);
    const aug_problem_tensor *input = &p->tensors[0], *output = &p->tensors[2];
    assert_string_equal(input->name, "I");
    assert_int_equal(input->role, AUG_ROLE_INPUT);
    assert_int_equal(input->dim_count, 2);
    assert_int_equal(input->dims[1].term_count, 2);
    assert_int_equal(input->dims[1].terms[0].rank, 1);
    assert_int_equal(input->dims[1].terms[0].coefficient, 2);
    assert_int_equal(input->dims[1].terms[1].rank, 3);
    assert_int_equal(input->dims[1].terms[1].coefficient, 1);
    assert_int_equal(input->ranks, 1 << 1 | 1 << 2 | 1 << 3);
    assert_int_equal(p->tensors[1].role, AUG_ROLE_WEIGHT);
    assert_false(input->is_output || input->accumulates || p->tensors[1].accumulates);
    assert_true(output->is_output && output->accumulates);
    assert_int_equal(output->ranks, 1 << 0 | 1 << 1);
    assert_true(p->memories[0].bits[1] == 4.0 && p->memories[0].bits[2] == 32.0);
    assert_null(input->density);
    assert_null(p->sparse);
    test_end(&ground);
}

// Sizes may differ from those of the file; a scalar result has no index.
static void sizes_are_given(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_operator *operation = test_read_operator(&ground, "auger: workload/1\nranks: {m: 4}\neinsums: ['Z[] += A[m] * B[m]']\n");
    const aug_machine *machine = test_read_machine(&ground, PLAIN);
    const aug_count sizes[] = {1000003};
    aug_problem problem;
    assert_true(aug_problem_bind(&ground.reader, operation, sizes, machine, &problem));
    assert_int_equal(problem.sizes[0], 1000003);
    assert_int_equal(problem.operations, 1000003);
    assert_int_equal(problem.tensors[2].dim_count, 0);
    assert_int_equal(problem.tensors[2].ranks, 0);
    const aug_count none[] = {0};
    assert_false(aug_problem_bind(&ground.reader, operation, none, machine, &problem));
    assert_error(&ground.errors, 1, "einsum 'Z': rank 'm' has size 0", "");
    test_end(&ground);
}

// Bits that the operator leaves open come from the precision of the model, 8 without one.
static void a_model_brings_its_formats(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_operator operation = *test_read_operator(&ground, TEST_GEMM);
    operation.uses[0].bits = operation.uses[1].bits = operation.uses[2].bits = 0.0;
    operation.uses[1].storage = AUG_STORAGE_MLP;
    const aug_machine *machine = test_read_machine(&ground, "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: mac, rate: {fp8: 2/cycle, bf16: 1/cycle}}\n");
    const aug_count sizes[] = {4, 4, 4};
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_FP8;
    aug_problem problem;
    assert_true(aug_problem_bind_as(&ground.reader, &operation, &precision, sizes, machine, &problem));
    assert_true(problem.memories[0].bits[0] == 16.0 && problem.memories[0].bits[1] == 8.0 && problem.memories[0].bits[2] == 16.0);
    assert_true(problem.computes[0].rate_per_cycle == 1.0); // the wider operand
    assert_true(aug_problem_bind(&ground.reader, &operation, sizes, machine, &problem));
    for (int t = 0; t < 3; t++)
        assert_true(problem.memories[0].bits[t] == 8.0);
    test_end(&ground);
}

#define WITH(ranks, einsum) "auger: workload/1\nranks: {" ranks "}\neinsums: ['" einsum "']\n"
#define PASSES(tensor, rank) "einsum 'Z': words of tensor '" tensor "' over all steps may pass 2^62 with rank '" rank "'"

// The limit is a little below 2^62 shared by the tensors: 2^61 for two, 1.54·10^18 for three. Workload files allow 2^60
// points.
static void no_count_overflows(void **state) {
    (void)state;
    static const struct {
        const char *workload, *message;
    } rows[] = {
        {WITH("m: 1073741824, k: 1073741824", "Z[m] += A[m,k]"), NULL},               // 2^60
        {WITH("m: 1152921504606846976", "Z[m] = A[m]"), NULL},                        // 2^60
        {WITH("m: 1152921504606846975", "Z[m] = A[m] * B[m]"), NULL},                 // a size that no double holds
        {WITH("m: 1073741824, k: 1073741824", "Z[m] += A[2*m,k]"), PASSES("A", "k")}, // 2^61
        {WITH("m: 1000000, k: 1000000", "Z[m] += A[1000000*m+k]"), NULL},             // 10^18
        {WITH("m: 1000000, k: 1000000", "Z[m] += A[1000000*m+3*k]"), PASSES("A", "k")},
        {WITH("m: 1073741824, k: 1048576", "Z[m] += A[m+k,m]"), PASSES("A", "k")},    // m twice: 2^30 · 2^30 · 2^20
        {WITH("m: 1048576, k: 1048576", "Z[m] += A[m+k,m]"), NULL},                   // 2^60
        {WITH("m: 2147483648, k: 2", "Z[m,m] += A[m,k]"), PASSES("Z", "m")},          // 2^62 of a result on a diagonal
        {WITH("m: 2000000000", "Z[m] = A[1000000000*m] * B[m]"), PASSES("A", "m")},   // 2·10^18 for three tensors
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_problem *problem = test_try_bind(&ground, rows[i].workload, test_read_machine(&ground, PLAIN));
        if ((problem != NULL) != (rows[i].message == NULL))
            print_error("row %d\n", (int)i);
        assert_int_equal(problem != NULL, rows[i].message == NULL);
        if (rows[i].message)
            assert_error(&ground.errors, 1, rows[i].message, "");
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_einsum_becomes_integers),
        cmocka_unit_test(sizes_are_given),
        cmocka_unit_test(a_model_brings_its_formats),
        cmocka_unit_test(no_count_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
