#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// A library of its own, so that what is tested does not depend on the files that are shipped.
static const struct {
    const char *path, *text;
} files[] = {
    {"machines/h100-sxm.yaml", "auger: machine/1\nname: H100\n"},
    {"machines/a100.yaml", "auger: model/1\n"},
    {"machines/json-one.json", "{\"auger\": \"machine/1\"}"},
    {"machines/no-kind.yaml", "name: x\n"},
    {"machines/list.yaml", "[machine]\n"},
    {"machines/old.yaml", "auger: machine/2\n"},
    {"machines/longer.yaml", "\nauger: machines/1\n"},
    {"machines/empty.yaml", "# nothing\n"},
    {"machines/broken.yaml", "auger: machine/1\na: [\n"},
    {"machines/notes.txt", "not a machine\n"},
    {"machines/names.yaml", "auger: names/1\nnames:\n  hopper: h100-sxm\n  NVIDIA H100_SXM: h100-sxm\n  ampere*: a100\n"
                            "  nowhere: not-there\n  listed: [a100]\n  tesla*: a100\n"}, // rows of no use are passed over
    {"models/llama-3-8b.json", "{}"},
    {"models/llama-3-8b-fp8.json", "{}"},
    {"models/opt.yaml", "a: 1\n"},
    {"folder/config.json", "{}"},
    {"studies/x.yaml", "a: 1\n"}, // a folder without names.yaml
    {"listed/x.yaml", "a: 1\n"},
    {"listed/names.yaml", "names: [x, y]\n"},
    {"malformed/x.yaml", "a: 1\n"},
    {"malformed/names.yaml", "names: {\n"},
};
static const char *const folders[] = {"machines", "models", "studies", "listed", "malformed", "folder"};
static char root[] = "library_test.XXXXXX";
static const aug_library library = {root};

static int make_files(void **state) {
    (void)state;
    if (!mkdtemp(root))
        return -1;
    char path[128];
    for (size_t i = 0; i < AUG_COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0700) != 0)
            return -1;
    }
    for (size_t i = 0; i < AUG_COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i].path);
        FILE *file = fopen(path, "wb");
        if (!file || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return -1;
    }
    return 0;
}

static int remove_files(void **state) {
    (void)state;
    char path[128];
    for (size_t i = 0; i < AUG_COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i].path);
        remove(path);
    }
    for (size_t i = 0; i < AUG_COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        rmdir(path);
    }
    return rmdir(root);
}

static void names_find_their_files(void **state) {
    (void)state;
    static const struct {
        const char *folder, *name, *found, *suffix;
    } rows[] = {
        {"machines", "h100-sxm", "h100-sxm", NULL},
        {"machines", "H100 SXM", "h100-sxm", NULL}, // case, blanks and underscores do not count
        {"machines", "h100_sxm", "h100-sxm", NULL},
        {"machines", "NVIDIA/H100-SXM", "h100-sxm", NULL}, // a maker in front
        {"machines", "json-one", "json-one", NULL},
        {"machines", "hopper", "h100-sxm", NULL}, // names.yaml
        {"machines", "nvidia-h100-sxm", "h100-sxm", NULL},
        {"machines", "Ampere", "a100", NULL}, // a prefix of names.yaml
        {"machines", "ampere-40g", "a100", NULL},
        {"models", "llama-3-8b", "llama-3-8b", NULL},
        {"models", "meta-Llama_3-8B", "llama-3-8b", NULL},
        {"models", "meta-llama/Llama-3-8B-Instruct", "llama-3-8b", NULL},
        {"models", "llama-3-8b-chat-hf", "llama-3-8b", NULL},
        {"models", "llama-3-8b-fp8", "llama-3-8b-fp8", NULL}, // a file of its own
        {"models", "llama-3-8b-nvfp4", "llama-3-8b", "nvfp4"},
        {"models", "llama-3-8b-instruct-nvfp4", "llama-3-8b", "nvfp4"},
        {"models", "llama-3-8b-nvfp4-instruct", "llama-3-8b", "nvfp4"},
        {"models", "llama-3-8b-fp8-block", "llama-3-8b", "fp8_block"},
        {"models", "llama-3-8b-FP8_Block", "llama-3-8b", "fp8_block"},
        {"models", "llama-3-8b-mxfp4", "llama-3-8b", "mxfp4"},
        {"models", "meta-llama--Meta-Llama-3-8B", "llama-3-8b", NULL}, // as a downloaded config is called
        {"models", "Llama-3-8B-Instruct-2507", "llama-3-8b", NULL}, // a release
        {"models", "Llama-3-8B-Thinking-2507-FP8", "llama-3-8b", "fp8"},
        {"studies", "X", "x", NULL},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_file file;
        if (!aug_library_find(&library, &ground.arena, &ground.errors, rows[i].folder, "thing", rows[i].name, &file))
            fail_msg("'%s' is not found: %s", rows[i].name, ground.errors.items[0].message);
        assert_string_equal(file.name, rows[i].found);
        assert_int_equal(file.suffix != NULL, rows[i].suffix != NULL);
        if (file.suffix)
            assert_string_equal(file.suffix, rows[i].suffix);
        assert_int_equal(strncmp(file.path, root, strlen(root)), 0);
        assert_int_equal(access(file.path, R_OK), 0);
        assert_int_equal(ground.errors.count, 0);
        test_end(&ground);
    }
}

static void a_path_is_taken_as_it_is(void **state) {
    (void)state;
    static const struct {
        const char *end, *name;
    } rows[] = {
        {"machines/h100-sxm.yaml", "h100-sxm"}, {"machines/json-one.json", "json-one"}, {"machines/notes.txt", "notes.txt"},
        {"machines/../models/opt.yaml", "opt"},
        {"folder/config.json", "folder"}, // as it lies in a model's own folder
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *path = aug_arena_print(&ground.arena, "%s/%s", root, rows[i].end);
        aug_library_file file;
        assert_true(aug_library_find(&library, &ground.arena, &ground.errors, "studies", "study", path, &file));
        assert_string_equal(file.path, path);
        assert_string_equal(file.name, rows[i].name);
        assert_null(file.suffix);
        test_end(&ground);
    }
}

static void what_is_not_found_gets_a_hint(void **state) {
    (void)state;
    static const struct {
        const char *folder, *name, *file, *message, *hint;
    } rows[] = {
        {"machines", "h100-sxn", "", "unknown machine 'h100-sxn'", "did you mean 'h100-sxm'? 'auger list' shows all names"},
        {"machines", "Hoper", "", "unknown machine 'Hoper'", "did you mean 'hopper'? 'auger list' shows all names"},
        {"machines", "quantum", "", "unknown machine 'quantum'", "give a path, or a name that 'auger list machines' shows"},
        {"machines", "nowheer", "", "unknown machine 'nowheer'", "give a path, or a name that 'auger list machines' shows"}, // its file is missing
        {"machines", "tesl", "", "unknown machine 'tesl'", "give a path, or a name that 'auger list machines' shows"}, // "tesla*" is no name
        {"machines", "", "", "unknown machine ''", "give a path, or a name that 'auger list machines' shows"},
        {"machines", "x/", "", "unknown machine 'x/'", "give a path, or a name that 'auger list machines' shows"},
        {"machines", "names", "", "unknown machine 'names'", "give a path, or a name that 'auger list machines' shows"},
        {"machines", "../models/optt", "", "unknown machine '../models/optt'",
         "give a path, or a name that 'auger list machines' shows"},
        {"machines", "notes", "", "unknown machine 'notes'", "give a path, or a name that 'auger list machines' shows"},
        {"machines", "gone.yaml", "gone.yaml", "cannot open the file: no such file", ""},
        {"machines", "no/gone.json", "no/gone.json", "cannot open the file: no such file", ""},
        {"machines", "/", "/", "cannot read the file: it is a folder", ""},
        {"nothing", "x", "", "unknown machine 'x'", "give a path, or a name that 'auger list nothing' shows"},
        {"models", "-fp8", "", "unknown machine '-fp8'", "give a path, or a name that 'auger list models' shows"},
        {"models", "llama-3-8b-fp8-nvfp4-fp4", "", "unknown machine 'llama-3-8b-fp8-nvfp4-fp4'",
         "give a path, or a name that 'auger list models' shows"}, // one number format, not three
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_file file;
        assert_false(aug_library_find(&library, &ground.arena, &ground.errors, rows[i].folder, "machine", rows[i].name, &file));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_string_equal(ground.errors.items[0].file, rows[i].file);
        test_end(&ground);
    }
}

static void other_names_must_be_a_map(void **state) {
    (void)state;
    static const struct {
        const char *folder, *name, *message, *hint;
    } rows[] = {
        {"listed", "y", "key 'names' expects a map, found a list", "write {other-name: file}"},
        {"listed", "x-instruct", "key 'names' expects a map, found a list", "write {other-name: file}"},
        {"malformed", "y", "malformed text: did not find expected node content", "while parsing a flow node"},
        {"malformed", "x-instruct", "malformed text: did not find expected node content", "while parsing a flow node"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_file file;
        assert_false(aug_library_find(&library, &ground.arena, &ground.errors, rows[i].folder, "thing", rows[i].name, &file));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_true(aug_library_find(&library, &ground.arena, &ground.errors, rows[i].folder, "thing", "x", &file)); // a file of its own
        test_end(&ground);
    }
}

static void a_file_must_be_of_its_kind(void **state) {
    (void)state;
    static const struct {
        const char *name;
        unsigned line;
        const char *message, *hint;
    } rows[] = {
        {"a100", 1, "expected a machine, found auger: model/1", "the file of a machine begins with 'auger: machine/1'"},
        {"no-kind", 1, "expected a machine, found a file of another kind", "the file of a machine begins with 'auger: machine/1'"},
        {"list", 1, "expected a machine, found a file of another kind", "the file of a machine begins with 'auger: machine/1'"},
        {"old", 1, "expected a machine, found auger: machine/2", "the file of a machine begins with 'auger: machine/1'"},
        {"longer", 2, "expected a machine, found auger: machines/1", "the file of a machine begins with 'auger: machine/1'"},
        {"empty", 0, "the file is empty", "an Auger file begins with a line such as 'auger: machine/1'"},
        {"broken", 3, "malformed text: did not find expected node content", "while parsing a flow node"},
        {"quantum", 0, "unknown machine 'quantum'", "give a path, or a name that 'auger list machines' shows"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_file file;
        assert_null(aug_library_read(&library, &ground.arena, &ground.errors, "machines", "machine", rows[i].name, &file));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].line, rows[i].line);
        test_end(&ground);
    }
    static const char *const good[] = {"h100-sxm", "json-one", "hopper"};
    for (size_t i = 0; i < AUG_COUNT(good); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_file file;
        const aug_node *node =
            aug_library_read(&library, &ground.arena, &ground.errors, "machines", "machine", good[i], &file);
        assert_non_null(node);
        assert_string_equal(aug_document_kind(node->document), "machine/1");
        test_end(&ground);
    }
}

static void a_document_may_say_no_kind(void **state) {
    (void)state;
    static const char *const texts[] = {"a: 1\n", "auger: [x]\n", "x", "[auger]", ""};
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "a", texts[i], strlen(texts[i]));
        assert_null(aug_document_kind(document));
        test_end(&ground);
    }
}

static void folders_are_listed_in_order(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const char *const expected[] = {"a100", "broken", "empty",   "h100-sxm", "json-one",
                                           "list", "longer", "no-kind", "old"};
    aug_library_names list = aug_library_list(&library, &ground.arena, "machines");
    assert_int_equal(list.count, AUG_COUNT(expected)); // neither names.yaml nor notes.txt
    for (int i = 0; i < list.count; i++)
        assert_string_equal(list.names[i], expected[i]);
    assert_int_equal(aug_library_list(&library, &ground.arena, "nothing").count, 0);
    test_end(&ground);
}

static void every_shipped_file_is_found_by_its_name(void **state) {
    (void)state;
    aug_library shipped = test_library();
    static const char *const shipped_folders[] = {"machines", "models"};
    for (size_t i = 0; i < AUG_COUNT(shipped_folders); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library_names list = aug_library_list(&shipped, &ground.arena, shipped_folders[i]);
        assert_true(list.count > 0);
        for (int j = 0; j < list.count; j++) {
            aug_library_file file;
            assert_true(aug_library_find(&shipped, &ground.arena, &ground.errors, shipped_folders[i], "x", list.names[j], &file));
            assert_string_equal(file.name, list.names[j]);
        }
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_find_their_files),        cmocka_unit_test(a_path_is_taken_as_it_is),
        cmocka_unit_test(other_names_must_be_a_map),
        cmocka_unit_test(what_is_not_found_gets_a_hint), cmocka_unit_test(a_file_must_be_of_its_kind),
        cmocka_unit_test(a_document_may_say_no_kind),    cmocka_unit_test(folders_are_listed_in_order),
        cmocka_unit_test(every_shipped_file_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
