// Whether one mapping does what a user wants of it.
#ifndef AUG_MAPPER_RESTRICTION_CHECK_H
#define AUG_MAPPER_RESTRICTION_CHECK_H

#include "cost/cost.h"
#include "mapper/restriction.h"

// True where the mapping, whose cost is known, meets every part of the restriction.
bool aug_restriction_holds(const aug_problem *problem, const aug_restriction *restriction,
                           const aug_mapping *mapping, const aug_cost *cost);

#endif
