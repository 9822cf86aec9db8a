// Inputs that are read from a file: the bytes are written to one first.
#ifndef AUGER_TESTS_FUZZ_FILE_H
#define AUGER_TESTS_FUZZ_FILE_H

#include "fuzz.h"

#include <unistd.h>

static char fuzz_path[64];

static inline void fuzz_remove_file(void) {
    unlink(fuzz_path);
}

// The path of a file of this process alone, which goes with it.
static inline const char *fuzz_write_file(const char *text, size_t length) {
    if (!*fuzz_path) {
        snprintf(fuzz_path, sizeof fuzz_path, "%s/auger-fuzz-XXXXXX", P_tmpdir);
        int made = mkstemp(fuzz_path);
        fuzz_require(made >= 0, "a file can be made");
        close(made);
        atexit(fuzz_remove_file);
    }
    FILE *file = fopen(fuzz_path, "wb");
    fuzz_require(file && fwrite(text, 1, length, file) == length && fclose(file) == 0, "the file can be written");
    return fuzz_path;
}

#endif
