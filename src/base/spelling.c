// Restricted Damerau-Levenshtein distance over three rows; names longer than 63 characters are compared by their
// first 63, which is enough for a hint.
#include "base/spelling.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static unsigned smaller(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static size_t fold(const char *name, char folded[LONGEST + 1]) {
    size_t length = 0;
    for (; name[length] && length < LONGEST; length++)
        folded[length] = (char)tolower((unsigned char)name[length]);
    folded[length] = '\0';
    return length;
}

unsigned aug_spelling_distance(const char *left, const char *right) {
    char a[LONGEST + 1], b[LONGEST + 1];
    size_t a_length = fold(left, a), b_length = fold(right, b);
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned replace = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(replace, smaller(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
        unsigned *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

// The list ends at the first name that it has no room for.
static void list(aug_spelling *spelling, const char *candidate) {
    if (!*candidate || spelling->listed < spelling->offered++)
        return;
    const char *comma = spelling->listed ? ", " : "";
    size_t room = sizeof spelling->list - spelling->length, more = strlen(comma) + strlen(candidate);
    if (more >= room)
        return;
    snprintf(spelling->list + spelling->length, room, "%s%s", comma, candidate);
    spelling->length += more;
    spelling->listed++;
}

void aug_spelling_offer(aug_spelling *spelling, const char *candidate) {
    list(spelling, candidate);
    unsigned distance = aug_spelling_distance(spelling->wanted, candidate);
    size_t length = strlen(spelling->wanted);
    unsigned allowed = length < 4 ? 1 : (unsigned)(length < 45 ? length / 3 + 1 : 16);
    if (distance > allowed || (spelling->nearest && distance >= spelling->distance))
        return;
    spelling->nearest = candidate;
    spelling->distance = distance;
}

void aug_spelling_hint(const aug_spelling *spelling, aug_error *error) {
    bool long_enough = spelling->wanted[0] && spelling->wanted[1];
    if (spelling->nearest && long_enough)
        aug_error_hint(error, "did you mean '%s'?", spelling->nearest);
    else if (spelling->offered == 1 && spelling->listed == 1)
        aug_error_hint(error, "there is only '%s'", spelling->list);
    else if (spelling->listed > 0)
        aug_error_hint(error, "one of: %s%s", spelling->list, spelling->listed < spelling->offered ? ", ..." : "");
}
