// Energy: counts times energy per action, leakage, compute; and area.
#ifndef AUG_COST_ENERGY_H
#define AUG_COST_ENERGY_H

#include "cost/count.h"

// Fills in energies and area. Where the machine does not state one that is needed, has_energy is false and
// the total NaN.
void aug_energy(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                aug_cost *cost);

#endif
