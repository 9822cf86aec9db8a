// `map` of a model: its operators at the sizes of one pass, with attention fused where that is better.
#ifndef AUG_API_MAP_GRAPH_H
#define AUG_API_MAP_GRAPH_H

#include "api/map_search.h"
#include "workload/model.h"

// One pass of the language model, or of the only stage: the options name phase, batch and tokens (prefill, 1
// and 2048 where they do not).
aug_status aug_map_graph(aug_map_task *task, const aug_model *model);

#endif
