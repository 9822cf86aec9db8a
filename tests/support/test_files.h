// Files of a test's own in a folder that goes with it: a small library, tables of measurements.
#ifndef AUGER_TESTS_TEST_FILES_H
#define AUGER_TESTS_TEST_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/testing.h"

typedef struct test_file {
    const char *path, *text; // path: "families/gpu.yaml", below the folder
} test_file;

typedef struct test_folder {
    char root[32];
    const test_file *files;
    size_t count;
    aug_library library;
} test_folder;

static inline const char *test_path(const test_folder *folder, const char *path, char text[256]) {
    snprintf(text, 256, "%s/%s", folder->root, path);
    return text;
}

static inline void test_write(const test_folder *folder, const char *path, const char *text) {
    char whole[256];
    FILE *file = fopen(test_path(folder, path, whole), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char *const test_folders[] = {"machines", "families", "libraries", "tables"};

static inline void test_make_files(test_folder *folder, const test_file *files, size_t count) {
    char whole[256];
    strcpy(folder->root, "auger_test.XXXXXX");
    assert_non_null(mkdtemp(folder->root));
    for (size_t i = 0; i < AUG_COUNT(test_folders); i++)
        assert_int_equal(mkdir(test_path(folder, test_folders[i], whole), 0700), 0);
    folder->files = files;
    folder->count = count;
    folder->library = (aug_library){folder->root};
    for (size_t i = 0; i < count; i++)
        test_write(folder, files[i].path, files[i].text);
}

static inline void test_remove_files(const test_folder *folder) {
    char whole[256];
    for (size_t i = 0; i < folder->count; i++)
        unlink(test_path(folder, folder->files[i].path, whole));
    for (size_t i = 0; i < AUG_COUNT(test_folders); i++)
        rmdir(test_path(folder, test_folders[i], whole));
    rmdir(folder->root);
}

#endif
