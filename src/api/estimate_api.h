// What other verbs share with `estimate`: reading what is wished of a deployment.
#ifndef AUG_API_ESTIMATE_API_H
#define AUG_API_ESTIMATE_API_H

#include "api/context.h"
#include "system/plan.h"
#include "system/scenario.h"

// The plan and the scenario that options ask for. `model`: NULL where it could not be read. False with errors
// added.
bool aug_estimate_read_wish(aug_context *context, aug_answer *answer, const aug_estimate_options *options,
                            const aug_model *model, aug_plan *plan, aug_scenario *scenario);

#endif
