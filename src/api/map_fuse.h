// Which neighbours of a workload `map` fuses.
#ifndef AUG_API_MAP_FUSE_H
#define AUG_API_MAP_FUSE_H

#include "api/map_search.h"

// Whether all einsums may run: what does not fit by itself may do so fused, for what passes between einsums need not
// stand in the outermost memory. Adds a note where that is not looked at.
bool aug_map_may_all_run(const aug_map_task *task, aug_map *map);
// Sets task->fuses: whether neighbours are to be fused, by what is asked for and by whether any can be. Adds
// a note where some could and are not. False with an error added where the option has no such value.
bool aug_map_settle_fuse(aug_map_task *task, aug_map *map);
// The best way to run all einsums, none worse than one by one; each of them has a mapping (EDP: its front).
// False where what was found does not stand when it is evaluated again.
bool aug_map_fuse(aug_map_task *task, aug_map *map);

#endif
