#include "support/timeloop_case.h"

static void a_case_becomes_four_texts(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_timeloop_files files = timeloop_good(&ground, (timeloop_edit){NULL, NULL});
    assert_string_equal(files.machine, "# Imported from Timeloop; it knows no clock, so 1 GHz stands in.\n"
                                       "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: free\nexpectations: whole\nlevels:\n"
                                       "  - memory: Dram\n    bits: 16\n    energy: {read: 64 pJ, write: 72 pJ}\n"
                                       "  - memory: Glb\n    bits: 16\n    size: 4096 bit\n    vector: 4\n"
                                       "  - array: Reg_array\n    fanout: {x: 2, y: 2}\n"
                                       "  - memory: Reg\n    bits: 16\n    size: 384 bit\n    energy: {read: 0.5 pJ}\n    leakage: 0.01 pJ/cycle\n"
                                       "    area: 200 um2\n"
                                       "  - compute: Mac\n    rate: 1/cycle\n    energy: 0.5 pJ\n    gated: 0.5 pJ\n    skipped: 0.5 pJ\n");
    assert_string_equal(files.workload, "# Imported from Timeloop.\nauger: workload/1\nname: gemm\nranks: {M: 4, N: 6, K: 8}\n"
                                        "einsums:\n  - Z[M,N] += A[M,K] * B[K,N]\n"
                                        "tensors:\n  A: {bits: 16}\n  B: {bits: 16}\n  Z: {bits: 16}\n");
    // From the inside: Reg K tile 1, M tile 1; in space N 1, K 2; Glb K 4; Dram N 2, M 2.
    assert_string_equal(files.mapping, "# Imported from Timeloop.\nauger: mapping/1\n"
                                       "nest: \"Dram[A B Z] for M:2 for N:2 Glb[A Z] for K:4 par Reg_array.y K:2 par Reg_array.x N:1 Reg[A B Z] "
                                       "for M:1 for K:1 Mac\"\n");
    assert_string_equal(files.constraints, "# Imported from Timeloop.\nauger: constraints/1\nkeep: {Dram: {must: [A, B, Z]}}\n");
    test_end(&ground);
}

// Without a mapping and constraints there are two texts.
static void what_is_not_given_is_not_made(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *end = strstr(timeloop_case, "sparse_optimizations:");
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", timeloop_case, (size_t)(end - timeloop_case));
    aug_timeloop_files files;
    assert_true(aug_timeloop_convert(&ground.reader, &document, 1, &files));
    assert_non_null(files.machine);
    assert_non_null(files.workload);
    assert_null(files.mapping);
    assert_null(files.constraints);
    test_end(&ground);
}

// Each section in a document of its own, the last one first.
static void sections_stand_in_any_document(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const names[] = {"architecture:", "ERT:", "ART:", "problem:", "sparse_optimizations:", "mapping:", "mapspace_constraints:", NULL};
    const aug_document *documents[AUG_COUNT(names) - 1];
    int count = 0;
    for (int i = (int)AUG_COUNT(names) - 2; i >= 0; i--) {
        const char *begin = strstr(timeloop_case, names[i]), *end = names[i + 1] ? strstr(timeloop_case, names[i + 1]) : begin + strlen(begin);
        documents[count++] = aug_document_parse(&ground.arena, &ground.errors, names[i], begin, (size_t)(end - begin));
    }
    aug_timeloop_files files, whole = timeloop_good(&ground, (timeloop_edit){NULL, NULL});
    assert_true(aug_timeloop_convert(&ground.reader, documents, count, &files));
    assert_string_equal(files.machine, whole.machine);
    assert_string_equal(files.workload, whole.workload);
    assert_string_equal(files.mapping, whole.mapping);
    assert_string_equal(files.constraints, whole.constraints);
    test_end(&ground);
}

static bool convert_texts(test_ground *ground, const char *first, const char *second) {
    const char *const texts[] = {first, second};
    const aug_document *documents[2];
    for (int i = 0; i < 2; i++)
        documents[i] = aug_document_parse(&ground->arena, &ground->errors, i ? "b.yaml" : "a.yaml", texts[i], strlen(texts[i]));
    aug_timeloop_files files;
    return aug_timeloop_convert(&ground->reader, documents, 2, &files);
}

static void documents_have_to_be_those_of_one_case(void **state) {
    (void)state;
    static const struct {
        const char *first, *second, *message, *hint;
    } rows[] = {
        {timeloop_case, "mapping: []\n", "a second section 'mapping'", "the first one stands in a.yaml:54"},
        {timeloop_case, "", "expected a map of sections, found an empty file", "a file of Timeloop begins with 'architecture:', 'problem:', 'mapping:', ..."},
        {timeloop_case, "[1, 2]\n", "expected a map of sections, found a list", "a file of Timeloop begins with 'architecture:', 'problem:', 'mapping:', ..."},
        {"mapping: []\n", "ERT: {}\n", "no section 'architecture' in these files", "name all files of the case; sections may stand in any of them"},
        {"architecture: {}\n", "ERT: {}\n", "no section 'problem' in these files", "name all files of the case; sections may stand in any of them"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_false(convert_texts(&ground, rows[i].first, rows[i].second));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        test_end(&ground);
    }
}

static void a_file_that_is_not_there_is_an_error(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const paths[] = {"no_such_folder/arch.yaml"};
    aug_timeloop_files files;
    assert_false(aug_timeloop_import(&ground.reader, paths, 1, &files));
    assert_int_equal(ground.errors.count, 1);
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"architecture:", "architectur:"}, 1, 1, "unknown section 'architectur'",
     "did you mean 'architecture'?"},
    {{"mapspace_constraints:", "widgets:"}, 60, 1, "unknown section 'widgets'",
     "sections: architecture, ERT, ART, problem, mapping, sparse_optimizations, mapspace_constraints"},
    {{"problem:\n  version: 0.4", "auger: workload/1\nproblem:\n  version: 0.4"}, 40, 1, "a file of Auger, not of Timeloop",
     "it needs no import"},
};

static void wrong_sections_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_becomes_four_texts),
        cmocka_unit_test(what_is_not_given_is_not_made),
        cmocka_unit_test(sections_stand_in_any_document),
        cmocka_unit_test(documents_have_to_be_those_of_one_case),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
        cmocka_unit_test(wrong_sections_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
