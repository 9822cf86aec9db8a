// What src/cost says of a mapping beside what the walk saw.
#ifndef AUGER_TESTS_ORACLE_COMPARE_H
#define AUGER_TESTS_ORACLE_COMPARE_H

#include "oracle.h"

// Kinds of figures that are compared; a difference is counted by its kind.
typedef enum oracle_figure {
    ORACLE_FORM, // the mapping itself: drawn wrong
    ORACLE_TILE, ORACLE_INSTANCES, ORACLE_FILLS, ORACLE_UPDATES, ORACLE_READS, ORACLE_DRAINS, ORACLE_ACTIONS,
    ORACLE_OCCUPANCY, ORACLE_BUSIEST, ORACLE_OPERATIONS, ORACLE_CYCLES, ORACLE_FITS, ORACLE_ENERGY, ORACLE_FIGURES
} oracle_figure;

extern const char *const oracle_figure_names[ORACLE_FIGURES];

// Compares everything; `differences` counts by kind, `out` gets a line for each. The number of differences.
int oracle_compare(const aug_problem *problem, const oracle_counts *counts, const aug_cost *cost, bool fits,
                   int differences[ORACLE_FIGURES], aug_buffer *out);

#endif
