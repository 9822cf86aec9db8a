// Random problems so small that the whole space of their mappings can be walked.
#ifndef AUGER_TESTS_MAPSPACE_RANDOM_H
#define AUGER_TESTS_MAPSPACE_RANDOM_H

#include "base/random.h"
#include "mapper/restriction.h"
#include "mapping/mapping.h"

typedef enum mapspace_family {
    FAMILY_PLAIN_PERFECT,
    FAMILY_PLAIN,
    FAMILY_WINDOW_PERFECT,
    FAMILY_WINDOW,
    FAMILY_ARRAY_PERFECT,
    FAMILY_ARRAY,
    FAMILY_WINDOW_ARRAY,
    FAMILY_RESTRICTED,
    FAMILY_SHARED, // the nest begins with loops and a store, as members of a group do
    FAMILY_PLANE, // windows of two dimensions, or of three ranks in one
    FAMILY_STRIDE, // products whose operands leave gaps, or have a window besides
    FAMILY_UNLIKE,    // one array of two or three axes that share different tensors
    FAMILY_EXTREME,   // prices of 0 and of thousands, room that is just enough, two units, memories switched off together
    FAMILY_ASKED,     // several constraints at once
    FAMILY_BEHIND,    // windows behind loops and a store that are given
    FAMILY_TANGLED,   // a rank in two indices
    FAMILY_VOLUME,    // windows of three dimensions
    FAMILY_LONG,      // ranks of up to 16 points (from here on: mapspace_wide.h)
    FAMILY_DEEP,      // four memories
    FAMILY_ARRAYS,    // two arrays, or one of three axes, that share different tensors
    FAMILY_GAPS,      // windows that step by more than their size, and with holes
    FAMILY_ASKED_WINDOWS, // windows with several constraints at once, most of them on tiles
    FAMILY_COUNT
} mapspace_family;

extern const char *const mapspace_family_names[];

enum { MAPSPACE_SHORT = 32 }; // of `without`: short tiles

typedef struct mapspace_case {
    unsigned without; // what is not drawn, see leave_out; set before drawing
    aug_random random;
    aug_problem problem;
    aug_restriction restriction;
    bool perfect, restricted;
    aug_mapping_node prefix[AUG_PROBLEM_MEMORIES + 4]; // outermost stores, and what is shared
    int prefix_count, home_count;
    mapspace_family family;
} mapspace_case;

// The same seed and index draw the same. family < 0: each in turn.
void mapspace_random_draw(uint64_t seed, uint64_t index, int family, mapspace_case *drawn);

#endif
