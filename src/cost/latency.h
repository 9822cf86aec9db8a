// Cycles: of ports, of compute, of what arrays need to fill and to drain.
//
//   port     = bits of its busiest instance / bits per cycle
//   compute  = operations of the busiest instance / rate
//   cycles   = whole cycles of the largest of them + overhead: everything overlaps
//
// A systolic array pays for filling and draining once per fold, that is whenever what it holds changes.
// [Samajdar18] counts folds · (2R + C + T - 2) cycles for R rows, C columns and T steps when weights or
// inputs stand still: T steps of compute, and 2R + C - 2 cycles that the machine states as `latency: {fill,
// drain, per: fold}`.
#ifndef AUG_COST_LATENCY_H
#define AUG_COST_LATENCY_H

#include "cost/count.h"

// Fills in ports, cycles and utilisation.
void aug_latency(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                 aug_cost *cost);

#endif
