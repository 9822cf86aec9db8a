// Sets of words as bits: word 70 is bit 6 of chunk 1. `chunks` is the length that all sets of a tensor have.
#ifndef AUGER_TESTS_WORD_SET_H
#define AUGER_TESTS_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t chunk; // 64 words of a set
enum { CHUNK_BITS = 64 };

static inline bool set_has(const chunk *set, size_t word) {
    return set[word / CHUNK_BITS] >> word % CHUNK_BITS & 1;
}

static inline void set_add(chunk *set, size_t word) {
    set[word / CHUNK_BITS] |= (chunk)1 << word % CHUNK_BITS;
}

static inline uint64_t set_size(const chunk *set, size_t chunks) {
    uint64_t size = 0;
    for (size_t i = 0; i < chunks; i++)
        for (chunk rest = set[i]; rest != 0; rest &= rest - 1)
            size++;
    return size;
}

static inline bool set_equal(const chunk *a, const chunk *b, size_t chunks) {
    return memcmp(a, b, chunks * sizeof(chunk)) == 0;
}

static inline void set_copy(chunk *to, const chunk *from, size_t chunks) {
    memcpy(to, from, chunks * sizeof(chunk));
}

static inline void set_minus(chunk *to, const chunk *a, const chunk *b, size_t chunks) {
    for (size_t i = 0; i < chunks; i++)
        to[i] = a[i] & ~b[i];
}

static inline void set_unite(chunk *to, const chunk *more, size_t chunks) {
    for (size_t i = 0; i < chunks; i++)
        to[i] |= more[i];
}

static inline uint64_t set_common(const chunk *a, const chunk *b, size_t chunks) {
    uint64_t size = 0;
    for (size_t i = 0; i < chunks; i++)
        for (chunk rest = a[i] & b[i]; rest != 0; rest &= rest - 1)
            size++;
    return size;
}

#endif
