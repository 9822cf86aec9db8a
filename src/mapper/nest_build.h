// A finished path as a mapping: classes of tiles become tiles, loops along groups of axes become loops along
// single ones.
#ifndef AUG_MAPPER_NEST_BUILD_H
#define AUG_MAPPER_NEST_BUILD_H

#include "mapper/frame.h"

// False where no tiles of these classes are multiples of one another, or the loops in space do not go along
// the axes.
bool aug_nest_build(const aug_space *space, const aug_mapper_options *options, const aug_item *path,
                    int count, aug_mapping *mapping);

// Whether products of steps, one per rank, can be split over the axes of a group. `split[a][r]` are the steps
// along each.
bool aug_axes_split(const aug_space *space, const aug_axis_group *group, const aug_count *steps,
                    aug_count split[][AUG_PROBLEM_RANKS]);

#endif
