// How many cases a test draws. AUGER_TEST_SHARE=6 in the environment draws a sixth of them: for builds in which each case takes
// long, beside one that draws them all.
#ifndef AUGER_TESTS_TEST_SHARE_H
#define AUGER_TESTS_TEST_SHARE_H

#include <stdint.h>
#include <stdlib.h>

// 1 where nothing is said.
static inline uint64_t test_share(void) {
    const char *text = getenv("AUGER_TEST_SHARE");
    uint64_t share = text ? strtoull(text, NULL, 10) : 1;
    return share ? share : 1;
}

// Of `cases`, at least one.
static inline uint64_t test_some_of(uint64_t cases) {
    uint64_t some = cases / test_share();
    return some ? some : 1;
}

#endif
