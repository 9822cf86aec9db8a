// Reading `sparse` of a memory, and binding it to an einsum.
#include "support/sparse_problem.h"

#define EINSUM "Z[m,n] += A[m,k] * B[k,n]"
#define TENSORS "{A: {density: 0.25}, B: {role: weight}}"

static void keys_are_read_and_bound(void **state) {
    (void)state;
    sparse_ground s;
    sparse_begin(&s, "{m: 4, n: 4, k: 4}", EINSUM, TENSORS,
                 SPARSE_MACHINE(", sparse: {formats: {A: [offsets, coordinates], weight: [bitmask], input: [run_length]}, metadata_bits: 4, metadata_vector: 2, "
                                "metadata_energy: {read: 1 pJ, write: 2 pJ}, skip: [{tensor: B, on: [A]}, [{tensor: A, on: [B]}, {tensor: output, on: [A, B]}]], "
                                "gate: [{tensor: input, on: [weight]}], gated: {read: 0.5 pJ, write: 0.25 pJ/bit}}",
                                ", zeros: gate", "expectations: whole\n"));
    const aug_sparse_design *design = s.problem.sparse;
    const aug_sparse_level *level = &design->memories[1];
    assert_int_equal(design->expectation, AUG_EXPECT_WHOLE);
    assert_int_equal(design->zeros[0], AUG_ZEROS_GATE);
    assert_int_equal(design->memories[0].group_count, 0);
    assert_int_equal(level->rank_count[0], 2); // A's own format, not that of inputs
    assert_int_equal(level->ranks[0][1], AUG_FORMAT_COORDINATES);
    assert_int_equal(level->rank_count[1], 1);
    assert_int_equal(level->ranks[1][0], AUG_FORMAT_BITMASK);
    assert_int_equal(level->rank_count[2], 0);
    assert_true(level->metadata_bits == 4.0 && level->metadata_vector == 2 && level->metadata_pj[AUG_METADATA_WRITE] == 2.0);
    assert_int_equal(level->group_count, 3);
    assert_true(level->groups[0].skips && level->groups[0].choice_count == 1 && level->groups[0].choices[0].tensor == 1 && level->groups[0].choices[0].on == 1u);
    assert_true(level->groups[1].choice_count == 2 && level->groups[1].choices[1].tensor == 2 && level->groups[1].choices[1].on == 3u);
    assert_true(!level->groups[2].skips && level->groups[2].choices[0].tensor == 0 && level->groups[2].choices[0].on == 2u);
    assert_true(s.problem.memories[1].gated_pj[0][AUG_ACTION_READ] == 0.5);
    assert_true(s.problem.memories[1].gated_pj[0][AUG_ACTION_WRITE] == 2.0 && s.problem.memories[1].gated_pj[0][AUG_ACTION_UPDATE] == 2.0);
    assert_non_null(s.problem.tensors[0].density);
    assert_null(s.problem.tensors[1].density);
    sparse_end(&s);
}

// Names that an einsum lacks are no mistake: the machine serves other einsums too.
static void unknown_names_are_passed_over(void **state) {
    (void)state;
    sparse_ground s;
    sparse_begin(&s, "{m: 4, n: 4, k: 4}", EINSUM, TENSORS, SPARSE_MACHINE(", sparse: {formats: {Q: [bitmask]}, skip: [{tensor: Q, on: [A]}, {tensor: B, on: [K]}]}", "", ""));
    assert_int_equal(s.problem.sparse->memories[1].group_count, 0);
    sparse_end(&s);
    sparse_begin(&s, "{m: 4, n: 4, k: 4}", EINSUM, TENSORS, SPARSE_MACHINE("", "", ""));
    assert_null(s.problem.sparse);
    sparse_end(&s);
}

// A role of several tensors is one saving for each of them.
static void a_role_stands_for_all_its_tensors(void **state) {
    (void)state;
    sparse_ground s;
    sparse_begin(&s, "{m: 4, n: 4, k: 4}", EINSUM, "{A: {density: 0.5}}", SPARSE_MACHINE(", sparse: {skip: [{tensor: input, on: [A]}]}", "", ""));
    const aug_sparse_level *level = &s.problem.sparse->memories[1];
    assert_int_equal(level->group_count, 2);
    assert_true(level->groups[0].choices[0].tensor == 0 && level->groups[1].choices[0].tensor == 1);
    sparse_end(&s);
}

static void mistakes_are_shown(void **state) {
    (void)state;
    static const struct {
        const char *sparse, *message;
    } cases[] = {
        {"{formats: [bitmask]}", "expected a map of tensors or roles, found a list"},
        {"{formats: {A: bitmask}}", "expected a list of formats, one per rank, found 'bitmask'"},
        {"{formats: {A: []}}", "expected a list of formats, one per rank, found none"},
        {"{formats: {A: [csr]}}", "expected one of uncompressed, bitmask, coordinates, run_length, offsets, found 'csr'"},
        {"{formats: {A: [offsets, offsets, offsets, offsets, offsets, offsets, offsets, offsets, offsets]}}", "more than 8 ranks of a format"},
        {"{skip: {tensor: B, on: [A]}}", "expected a list of savings such as {tensor: B, on: [A]}, found a map"},
        {"{skip: [{tensor: B}]}", "key 'on' is missing in machine level: memory: sparse: saving"},
        {"{gate: [{tensor: B, on: A}]}", "expected a list of tensors or roles, found 'A'"},
        {"{gate: [[]]}", "expected a list of options, found none"},
        {"{metadata_vector: 0}", "expected 1 or more words"},
        {"{metadata_bits: -1}", "expected a finite value above 0, found '-1'"},
        {"{skips: []}", "unknown key 'skips' in machine level: memory: sparse"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(aug_sparse_read(&ground.reader, test_parse(&ground, cases[i].sparse)));
        assert_int_equal(ground.errors.count, 1);
        if (strncmp(ground.errors.items[0].message, cases[i].message, 12) != 0)
            print_error("%s: %s\n", cases[i].sparse, ground.errors.items[0].message);
        assert_string_equal(ground.errors.items[0].message, cases[i].message);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_read_and_bound),
        cmocka_unit_test(unknown_names_are_passed_over),
        cmocka_unit_test(a_role_stands_for_all_its_tensors),
        cmocka_unit_test(mistakes_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
