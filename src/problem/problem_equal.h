// Whether two einsums ask the same of one machine, so that what is found for one holds for the other.
#ifndef AUG_PROBLEM_PROBLEM_EQUAL_H
#define AUG_PROBLEM_PROBLEM_EQUAL_H

#include "problem/problem.h"

// Equal but for names, with ranks and tensors in the same order. Problems of different machines, and those
// with zeros that count, are never equal.
bool aug_problem_is_equal(const aug_problem *left, const aug_problem *right);

#endif
