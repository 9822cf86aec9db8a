// The name a user probably meant.
#ifndef AUG_BASE_SPELLING_H
#define AUG_BASE_SPELLING_H

#include "base/error.h"

#include <stddef.h>

// Edits (insert, delete, replace, swap of neighbours) between two names, upper and lower case alike; at most 255.
unsigned aug_spelling_distance(const char *left, const char *right);

typedef struct aug_spelling {
    const char *wanted;
    const char *nearest; // NULL while none is near enough to be worth a hint
    unsigned distance;
    int offered, listed;
    size_t length;
    char list[200]; // "a, b, c": those that were offered first, as many as there is room for
} aug_spelling;

// Start with {.wanted = name}, offer every candidate, read `nearest`.
void aug_spelling_offer(aug_spelling *spelling, const char *candidate);
// "did you mean 'a'?", or which names there are where none is near: one letter is as near to any other. Nothing where none was offered.
void aug_spelling_hint(const aug_spelling *spelling, aug_error *error);

#endif
