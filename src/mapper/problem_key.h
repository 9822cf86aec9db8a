// A problem as text that is the same for problems that ask the same: what is found for one holds for the
// other.
#ifndef AUG_MAPPER_PROBLEM_KEY_H
#define AUG_MAPPER_PROBLEM_KEY_H

#include "base/buffer.h"
#include "mapper/mapper.h"

// Writes every figure that a mapping's cost or its being allowed can depend on, and no name. Nothing is
// written, and false is returned, where zeros count: such problems are equal to none.
bool aug_problem_key(aug_buffer *out, const aug_problem *problem);
// What is asked of mappings: objective, divisors, restriction; not how long to search.
void aug_problem_key_options(aug_buffer *out, const aug_problem *problem, const aug_mapper_options *options);

#endif
