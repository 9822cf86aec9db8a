// Makes a case that fails smaller, so that a reader can follow it by hand.
#ifndef AUGER_TESTS_ORACLE_SHRINK_H
#define AUGER_TESTS_ORACLE_SHRINK_H

#include "mapping/mapping.h"

// Whether a case shows what is wrong.
typedef bool oracle_fails(void *user, const aug_problem *problem, const aug_mapping *mapping);

// Takes away one thing after the other for as long as the case goes on failing.
void oracle_shrink(aug_problem *problem, aug_mapping *mapping, oracle_fails *fails, void *user);

#endif
