// Where a count comes from: the product or the sum that makes it, in words.
//
//     reads of A in dram = 8192 words of a tile x 64 of for m:64 x 32 of for k:128 = 16777216
#ifndef AUG_COST_EXPLAIN_H
#define AUG_COST_EXPLAIN_H

#include "cost/cost.h"

// Writes one line (without its end) for a count of a tensor that the memory keeps: what makes it, without the
// number itself.
void aug_cost_explain(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping,
                      aug_cost_scratch *scratch, const aug_cost *cost, int memory, int tensor,
                      aug_flow_kind kind);

#endif
