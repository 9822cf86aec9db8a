// What other verbs share with `estimate`: reading what is wished of a deployment.
#ifndef AUG_API_ESTIMATE_API_H
#define AUG_API_ESTIMATE_API_H

#include "api/context.h"
#include "system/estimate.h"

// The plan, the scenario and what else (mappings apart) options ask for. `model`: NULL where it could not be read. False with errors
// added.
bool aug_estimate_read_wish(aug_context *context, aug_answer *answer, const aug_estimate_options *options, const aug_model *model,
                            aug_plan *plan, aug_scenario *scenario, aug_estimate_wishes *wishes);

#endif
