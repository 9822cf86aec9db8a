// What every fuzz target needs: an arena that may not take more than 256 MiB, and errors that are printed as people see
// them. A target reads its input the way the program does; whatever the input, it must return.
//
//     static void read_input(fuzz_ground *ground, const char *text, size_t length) { ... }
//     FUZZ_TARGET(read_input)
#ifndef AUGER_TESTS_FUZZ_H
#define AUGER_TESTS_FUZZ_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "text/diagnostic.h"
#include "text/document.h"
#include "text/library.h"
#include "text/scalar.h"

#define FUZZ_ARENA_BYTES ((size_t)256 << 20)

typedef struct fuzz_ground {
    aug_arena arena;
    aug_errors errors;
    aug_reader reader;
} fuzz_ground;

typedef void fuzz_target(fuzz_ground *ground, const char *text, size_t length);

// A promise of the code that an input has broken.
static inline void fuzz_require(int holds, const char *promise) {
    if (holds)
        return;
    fprintf(stderr, "broken promise: %s\n", promise);
    abort();
}

static inline void fuzz_run(fuzz_target *target, const uint8_t *data, size_t size) {
    static fuzz_ground ground; // too large for a stack frame that setjmp returns to
    static jmp_buf failure;
    memset(&ground, 0, sizeof ground);
    aug_arena_init(&ground.arena, &failure);
    ground.arena.limit_bytes = FUZZ_ARENA_BYTES;
    ground.reader = (aug_reader){&ground.arena, &ground.errors};
    if (setjmp(failure) == 0) {
        const char *text = aug_arena_copy(&ground.arena, (const char *)data, size);
        target(&ground, text, size);
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_diagnostics_print(&out, &ground.errors);
    }
    aug_arena_free(&ground.arena);
}

#define FUZZ_TARGET(target)                                                                                  \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                            \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                                           \
        fuzz_run(target, data, size);                                                                        \
        return 0;                                                                                            \
    }

// The root of a document; NULL with errors added, and for an empty one.
static inline const aug_node *fuzz_root(fuzz_ground *ground, const char *text, size_t length) {
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "input.yaml", text, length);
    return document ? document->root : NULL;
}

// Readers add errors exactly where they fail.
static inline void fuzz_require_errors(const fuzz_ground *ground, int good) {
    fuzz_require(good == (aug_errors_total(&ground->errors) == 0), "a reader fails with an error, and only then");
}

// The shipped data.
static inline aug_library fuzz_library(void) {
    return (aug_library){.root = AUG_TEST_DATA};
}

#endif
