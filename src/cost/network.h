// Energy of the wires of an array.
//
// Words enter at the left edge of a mesh, half way up, go along the middle row and up and down each column
// that needs them [Parashar19]. To children at columns h and rows v of a mesh of Y rows, with c = (Y - 1) /
// 2:
//
//     hops = largest h + (columns) · (up to max(0, highest v - c), down to max(0, c - lowest v))
//
// averaged over the transfers; a word pays for each hop and for 1 + floor(hops) routers.
#ifndef AUG_COST_NETWORK_H
#define AUG_COST_NETWORK_H

#include "cost/count.h"

// Fills in hops, transfers and energy of the arrays that state one.
void aug_network(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                 aug_cost *cost);

#endif
