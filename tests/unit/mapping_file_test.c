#include "support/small_problem.h"

#include "support/test_files.h"

static const char good_file[] = "auger: mapping/1\nname: plain\nnest: >\n  dram[A B Z]\n  for m:1 for k:1\n  for n:1 mac\n";

static bool load(test_ground *ground, const char *text, aug_mapping *mapping) {
    const test_file files[] = {{"mapping.yaml", text}};
    test_folder folder;
    test_make_files(&folder, files, AUG_COUNT(files));
    aug_problem problem;
    small_problem(&problem);
    char path[256];
    bool good = aug_mapping_load(&ground->reader, test_path(&folder, "mapping.yaml", path), &problem, mapping);
    test_remove_files(&folder);
    return good;
}

static void a_file_is_read_and_checked(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
        const char *message;
    } cases[] = {
        {good_file, 0, 0, ""},
        {"auger: machine/1\nname: x\n", 1, 1, "expected a mapping, found auger: machine/1"},
        {"nest: mac\n", 1, 1, "expected a mapping, found a file of another kind"},
        {"auger: mapping/1\nnst: mac\n", 2, 1, "unknown key 'nst' in mapping"},
        {"auger: mapping/1\nnest: [dram, mac]\n", 2, 7, "expected the text of a nest, found a list"},
        {"auger: mapping/1\nnest: |\n  dram[A B Z]\n  for m:1 for q:1\n", 4, 15, "no rank of this einsum is called 'q'"},
        {"auger: mapping/1\nnest: 'dram[A B Z] for m:9 for m:1 for k:1 for n:1 mac'\n", 2, 20, "tiles of 9 where 8 of rank 'm' remain"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_mapping mapping;
        bool good = load(&ground, cases[i].text, &mapping);
        assert_int_equal(good, cases[i].line == 0);
        if (!good) {
            assert_string_equal(ground.errors.items[0].message, cases[i].message);
            assert_int_equal(ground.errors.items[0].line, cases[i].line);
            assert_int_equal(ground.errors.items[0].column, cases[i].column);
        }
        test_end(&ground);
    }
}

static void the_grammar_alone_needs_no_names(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_mapping mapping;
    assert_true(aug_mapping_scan(&ground.reader, test_parse(&ground, "auger: mapping/1\nnest: x[P P] for q:4 par a.b q:1 y[R!]\n"), &mapping));
    assert_int_equal(mapping.count, 4);
    assert_false(aug_mapping_scan(&ground.reader, test_parse(&ground, "auger: mapping/1\nnest: x[P Q\n"), &mapping));
    assert_error(&ground.errors, 1, "expected a tensor or ']', found the end", "");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_and_checked),
        cmocka_unit_test(the_grammar_alone_needs_no_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
