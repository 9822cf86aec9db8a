// The name a user probably meant.
#ifndef AUG_BASE_SPELLING_H
#define AUG_BASE_SPELLING_H

#include <stddef.h>

// Edits (insert, delete, replace, swap of neighbours) between two names, upper and lower case alike; at most 255.
unsigned aug_spelling_distance(const char *left, const char *right);

typedef struct aug_spelling {
    const char *wanted;
    const char *nearest; // NULL while none is near enough to be worth a hint
    unsigned distance;
} aug_spelling;

// Start with {.wanted = name}, offer every candidate, read `nearest`.
void aug_spelling_offer(aug_spelling *spelling, const char *candidate);

#endif
