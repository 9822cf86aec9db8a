// What a compute unit makes of one einsum: the number format it computes in, points per cycle, energy per point.
#ifndef AUG_PROBLEM_UNIT_RATE_H
#define AUG_PROBLEM_UNIT_RATE_H

#include "problem/problem.h"

// Number formats that suit the operands, the best first.
typedef struct aug_format_wish {
    int count;
    aug_number_format formats[AUG_FORMAT_COUNT];
} aug_format_wish;

aug_format_wish aug_format_wish_of(const aug_operator *operation, const aug_precision *precision);

// Fills rate, energies, area and format of `compute` from the unit at `level`. `only_matrix`: the machine has no other
// units, so matrix units do what else there is to do, one point at a time.
void aug_unit_rate(const aug_machine *machine, const aug_level *level, const aug_operator *operation,
                   const aug_format_wish *wish, bool only_matrix, aug_problem_compute *compute);

#endif
