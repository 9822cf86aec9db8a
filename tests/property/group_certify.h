// Certificates of fused plans against an exhaustive search.
#ifndef AUGER_TESTS_GROUP_CERTIFY_H
#define AUGER_TESTS_GROUP_CERTIFY_H

#include "group_exhaust.h"

typedef struct certify_tally {
    int plans, fused, closed; // certificates; of these with a fused group; whose bound is the value
} certify_tally;

// Whether what the mapper finds, in turns and perfect, has a certificate that holds, whose value is the optimum: so
// its bound, which the checker has to find at or below the value, is not above it. `whole` of the exhaustive search
// is filled.
bool certify_check(exhaust *b, aug_objective objective, certify_tally *sum);

#endif
