// The levels of a machine as the integer problem sees them. Inside of this folder; the tensors are bound before.
#ifndef AUG_PROBLEM_LEVEL_BIND_H
#define AUG_PROBLEM_LEVEL_BIND_H

#include "problem/unit_rate.h"

// Fills memories, arrays, axes and compute units of `problem`; `bits` are those of a word of each tensor. False with errors
// added: too many levels or instances, a figure per second without a clock.
bool aug_levels_bind(const aug_reader *reader, const aug_machine *machine, const aug_operator *operation,
                     const aug_format_wish *wish, const double *bits, aug_problem *problem);

#endif
