// The least price of the edges into one memory, whatever the others do.
//
// The energy of a nest is the sum over memories of what the edges into each cost, and those into one memory
// depend on the others only through the parents of its tensors. So the least price of each by itself, under
// its own capacity and with any loops further out, adds up to a bound for every nest of a keeping. Few are
// different: 60 serve the keepings of a machine of three levels.
#ifndef AUG_MAPPER_FLOORS_H
#define AUG_MAPPER_FLOORS_H

#include "mapper/search.h"

typedef struct aug_floors aug_floors;

// `search` serves, too, whenever it is idle.
aug_floors *aug_floors_new(aug_arena *arena, const aug_space *space, aug_search *search);
// Without a search: every word once.
void aug_floors_begin(const aug_space *space, aug_keeping *keeping);
// No nest has less energy: floors of keepings that are raised are not below.
void aug_floors_know(aug_floors *floors, aug_wide least);
// Looks at one more part of a keeping, as long as it stays below `cutoff`. False where all have been looked
// at. `nodes` grows by those of the search.
bool aug_floors_raise(aug_floors *floors, aug_keeping *keeping, aug_wide cutoff, uint64_t *nodes);

#endif
