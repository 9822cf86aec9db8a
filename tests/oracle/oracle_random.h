// Random small problems with a random mapping each, everything drawn that the cost model claims to know.
#ifndef AUGER_TESTS_ORACLE_RANDOM_H
#define AUGER_TESTS_ORACLE_RANDOM_H

#include "base/random.h"
#include "mapping/mapping.h"

// Largest sizes drawn; smaller ones are tried when a case that fails is made smaller.
typedef struct oracle_limits {
    aug_count rank_size, operations;
    int ranks, memories, axes, inputs;
    int loops; // one in so many places between nodes has no loop: more means more loops
} oracle_limits;

oracle_limits oracle_limits_default(void);

// Draws a problem and a mapping that mapping_check.c lets pass. The same state draws the same.
void oracle_random_draw(aug_random *random, const oracle_limits *limits, aug_problem *problem, aug_mapping *mapping);

#endif
