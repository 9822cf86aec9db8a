// The prefixes of a group that are still to be searched, the most promising first.
#ifndef AUG_FUSION_GROUP_QUEUE_H
#define AUG_FUSION_GROUP_QUEUE_H

#include "fusion/group_prefixes.h"

typedef struct aug_group_raised {
    double energy_pj, cycles;               // floors by now
    double likely_energy_pj, likely_cycles; // by which they come
    bool is_raised;                         // beyond those that it came with
    bool has_waited;                        // its members do not fit together as they like; cases are next
    const aug_group_item *item;
} aug_group_raised;

// The least first.
typedef struct aug_group_heap {
    int count, capacity;
    aug_group_raised *at;
} aug_group_heap;

typedef struct aug_group_queue {
    aug_arena *arena;
    aug_group_prefixes *prefixes;
    aug_objective objective;
    const aug_group_item **order; // as they were found
    int next;                     // of these
    aug_group_heap opened, raised;
} aug_group_queue;

void aug_group_queue_begin(aug_arena *arena, aug_group_prefixes *prefixes, aug_objective objective,
                           aug_group_queue *queue);
// The one whose floor is least; `raised`: of those that were put back, where there are any, unless it has waited. False where none
// is left.
bool aug_group_queue_take(aug_group_queue *queue, bool raised, aug_group_raised *first);
// With its floors raised.
void aug_group_queue_put_back(aug_group_queue *queue, aug_group_raised what);
// One whose stores are not chosen: all that it may be with them.
void aug_group_queue_open(aug_group_queue *queue, const aug_group_item *item);

#endif
