// What every test program needs: cmocka, an arena whose failure fails the test, documents from text, and numbers that
// may differ by rounding.
#ifndef AUGER_TESTS_TESTING_H
#define AUGER_TESTS_TESTING_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "text/document.h"
#include "text/library.h"
#include "text/scalar.h"

// One test's memory and errors. Reset by test_begin, freed by test_end.
typedef struct test_ground {
    aug_arena arena;
    aug_errors errors;
    aug_reader reader;
} test_ground;

static inline void test_begin(test_ground *ground) {
    memset(ground, 0, sizeof *ground);
    aug_arena_init(&ground->arena, NULL);
    ground->reader = (aug_reader){&ground->arena, &ground->errors};
}

static inline void test_end(test_ground *ground) {
    aug_arena_free(&ground->arena);
}

// The root of a text that must parse; "test.yaml" stands in for its file name.
static inline const aug_node *test_parse(test_ground *ground, const char *text) {
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "test.yaml", text, strlen(text));
    if (!document)
        print_error("%s\n", ground->errors.items[0].message);
    assert_non_null(document);
    return document->root;
}

// The folder data/ of the source tree.
static inline aug_library test_library(void) {
    return (aug_library){.root = AUG_TEST_DATA};
}

// Fails unless `actual` is within `relative` of `expected` (or both are NaN, or equal infinities).
static inline void test_near(double actual, double expected, double relative, const char *file, int line) {
    if ((isnan(actual) && isnan(expected)) || actual == expected || fabs(actual - expected) <= relative * fabs(expected))
        return;
    print_error("found %.17g, expected %.17g within %g\n", actual, expected, relative);
    _fail(file, line);
}
#define assert_near(actual, expected, relative) test_near((actual), (expected), (relative), __FILE__, __LINE__)

// The first error's whole message and hint, and how many there are.
static inline void test_error(const aug_errors *errors, int count, const char *message, const char *hint, const char *file,
                              int line) {
    if (errors->count != count || (count && (strcmp(errors->items[0].message, message) != 0 || strcmp(errors->items[0].hint, hint) != 0))) {
        print_error("found %d errors, first: %s | %s\n", errors->count, errors->items[0].message, errors->items[0].hint);
        _fail(file, line);
    }
}
#define assert_error(errors, count, message, hint) test_error((errors), (count), (message), (hint), __FILE__, __LINE__)

#endif
