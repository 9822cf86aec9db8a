#include "support/testing.h"

#include "workload/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// A pattern from text, by way of a file.
static const aug_pattern *load(test_ground *ground, const char *text) {
    char path[] = "/tmp/auger-pattern-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_true(write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    const aug_pattern *pattern = aug_pattern_load(&ground->arena, &ground->errors, path);
    unlink(path);
    return pattern;
}

// . x .    entries in any order, one of them 0, one twice
// x . x
// . . .
// . . x
static const char small[] = "%%MatrixMarket matrix coordinate real general\n% a comment\n\n4 3 6\n4 3 1e-3\n2 1 5\n1 2 -1.5\n2 3 2\n3 3 0.0\n2 1 5\n";

static void entries_become_rows(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_pattern *pattern = load(&ground, small);
    assert_non_null(pattern);
    assert_true(pattern->rows == 4 && pattern->columns == 3 && pattern->filled == 4);
    static const uint64_t starts[] = {0, 1, 3, 3, 4}, at[] = {1, 0, 2, 2};
    assert_memory_equal(pattern->starts, starts, sizeof starts);
    assert_memory_equal(pattern->at, at, sizeof at);
    test_end(&ground);
}

static void tiles_are_counted(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_pattern *pattern = load(&ground, small);
    aug_pattern_tiles one = aug_pattern_count(pattern, 1, 1), two = aug_pattern_count(pattern, 2, 2), all = aug_pattern_count(pattern, 4, 3);
    assert_true(one.count == 12 && one.filled == 4 && one.most == 1);
    assert_true(two.count == 4 && two.filled == 3 && two.most == 2); // a short column of tiles at the right
    assert_true(all.count == 1 && all.filled == 1 && all.most == 4);
    test_end(&ground);
}

static void a_symmetric_pattern_has_both_triangles(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_pattern *pattern = load(&ground, "%%MatrixMarket MATRIX Coordinate pattern symmetric\n3 3 3\n1 1\n2 1\n3 2\n");
    assert_non_null(pattern);
    static const uint64_t starts[] = {0, 2, 4, 5}, at[] = {0, 1, 0, 2, 1};
    assert_memory_equal(pattern->starts, starts, sizeof starts);
    assert_memory_equal(pattern->at, at, sizeof at);
    test_end(&ground);
}

static void mistakes_are_told_with_their_line(void **state) {
    (void)state;
    static const char banner[] = "%%MatrixMarket matrix coordinate integer general\n";
    static const struct {
        const char *body, *message;
        unsigned line;
        bool with_banner;
    } cases[] = {
        {"", "expected the banner of a Matrix Market file", 1, false},
        {"%%MatrixMarket vector coordinate real general\n", "expected the banner of a Matrix Market file", 1, false},
        {"%%MatrixMarket matrix array real general\n", "expected the form 'coordinate'", 1, false},
        {"%%MatrixMarket matrix coordinate complex general\n", "expected the field real, integer or pattern", 1, false},
        {"%%MatrixMarket matrix coordinate real skew-symmetric\n", "expected the symmetry general or symmetric", 1, false},
        {"%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n", "a symmetric matrix is square", 2, false},
        {"%%MatrixMarket matrix coordinate real symmetric\n3 3 1\n1 2 1\n", "the entry of a symmetric matrix lies above its diagonal", 3, false},
        {"%%MatrixMarket matrix coordinate pattern general\n3 3 1\n1 2 1\n", "expected nothing behind row and column of a pattern", 3, false},
        {"", "expected rows, columns and the number of entries", 2, true},
        {"3 3\n", "expected rows, columns and the number of entries, as '1024 1024 52000'", 2, true},
        {"0 3 1\n", "a matrix has one row and one column at least", 2, true},
        {"3 3 9999999999\n", "more entries than the file can hold", 2, true},
        {"3 3 40\n1 1 1\n", "more entries than the file can hold", 2, true},
        {"3 3 2\n1 1 1\n", "the file ends after 1 of 2 entries", 4, true},
        {"3 3 1\n1 1 1\n2 2 1\n", "more than the 1 entries that the file states", 4, true},
        {"3 3 1\n1 one 1\n", "expected a row and a column", 3, true},
        {"3 3 1\n1 4 1\n", "the entry lies outside of the matrix", 3, true},
        {"3 3 1\n1 1\n", "expected a value behind row and column", 3, true},
        {"3 3 1\n1 1 1 1\n", "expected a value behind row and column", 3, true},
        {"99999999999 3 1\n1 1 1\n", "more than 2^26 rows", 2, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(load(&ground, aug_arena_print(&ground.arena, "%s%s", cases[i].with_banner ? banner : "", cases[i].body)));
        assert_int_equal(ground.errors.count, 1);
        assert_string_equal(ground.errors.items[0].message, cases[i].message);
        if (ground.errors.items[0].line != cases[i].line)
            print_error("%s: line %u\n", cases[i].message, ground.errors.items[0].line);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        test_end(&ground);
    }
}

static void a_missing_file_is_an_error(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_null(aug_pattern_load(&ground.arena, &ground.errors, "/nonexistent/matrix.mtx"));
    assert_int_equal(ground.errors.count, 1);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_become_rows),
        cmocka_unit_test(tiles_are_counted),
        cmocka_unit_test(a_symmetric_pattern_has_both_triangles),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(a_missing_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
