// What 10 % more of each resource of a machine would change, the plan staying as it is.
#ifndef AUG_SYSTEM_SENSITIVITY_H
#define AUG_SYSTEM_SENSITIVITY_H

#include "system/estimate.h"

// Fills at most AUG_SENSITIVITIES rows, those first that change the time per token most; returns how many.
int aug_sensitivities_find(aug_arena *arena, const aug_deployment *deployment, const aug_outcome *outcome,
                           aug_sensitivity sensitivities[AUG_SENSITIVITIES]);

#endif
