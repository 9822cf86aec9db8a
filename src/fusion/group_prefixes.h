// All prefixes of a group, each with a floor under what the group costs below it.
#ifndef AUG_FUSION_GROUP_PREFIXES_H
#define AUG_FUSION_GROUP_PREFIXES_H

#include "fusion/group_front.h"
#include "fusion/group_item.h"
#include "fusion/group_least.h"

typedef struct aug_group_prefixes {
    const aug_group *group;
    aug_group_places places;
    int count, capacity;
    int found; // with those that were opened
    aug_group_item *items;
    struct aug_group_finder *finder;
    bool truncated;                // there are more than it takes
    double least_pj, least_cycles; // of all, whether they are of interest or not
} aug_group_prefixes;

// Those whose floors `known` does not rule out. `leasts`: what members take at least, searched as it is asked
// for. `most_loops`: of those with windows, the others come with any number.
void aug_group_prefixes_find(aug_arena *arena, const aug_group *group, bool perfect, int most_loops,
                             const aug_group_front *known, aug_group_leasts *leasts, aug_group_sights *sights,
                             aug_group_prefixes *prefixes);
// Whether an intermediate may live in a memory, and those further in only.
bool aug_group_may_be_home(const aug_group *group, int memory, int tensor);
typedef void aug_group_item_visit(void *context, const aug_group_item *item);
// Where an item has no stores yet, those of interest that it has with them.
void aug_group_prefixes_open(aug_group_prefixes *prefixes, const aug_group_item *item,
                             aug_group_item_visit *visit, void *context);
// Floors of all prefixes, those that are left out included, go to `open`: operations, what has to pass the
// outermost memory at least once, and what members take at least, in windows or not.
void aug_group_prefixes_least(aug_arena *arena, const aug_group *group, aug_group_leasts *leasts,
                              aug_group_sights *sights, bool perfect, aug_group_front *open);
#endif
