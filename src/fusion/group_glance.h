// Prefixes of a group at a glance: whether anything with these loops and homes can matter, whatever stores
// stand between them.
#ifndef AUG_FUSION_GROUP_GLANCE_H
#define AUG_FUSION_GROUP_GLANCE_H

#include "fusion/group_floor.h"
#include "fusion/group_item.h"

typedef struct aug_group_glance {
    const aug_group *group;
    bool applies;                    // no windows, no strides
    unsigned moved[AUG_GROUP_RANKS]; // tensors
    double words[AUG_GROUP_TENSORS]; // whole
    int home[AUG_GROUP_TENSORS];     // of what is no intermediate
    double bits[AUG_PROBLEM_MEMORIES][AUG_GROUP_TENSORS],
        room[AUG_PROBLEM_MEMORIES]; // of a word; of a memory
} aug_group_glance;

void aug_group_glance_init(const aug_group *group, aug_group_glance *glance);
// Bits that outermost stores and homes hold in each memory. False where they do not fit beside one another.
bool aug_group_glance_held(const aug_group_glance *glance, const aug_group_item *item, double *held);
// Bits of the tile of a tensor in a memory below so many loops, and whether as many as that go into it, rounding aside.
double aug_group_glance_bits(const aug_group_glance *glance, const aug_group_item *item, int memory, int tensor, int loops);
bool aug_group_glance_has_room(const aug_group_glance *glance, int memory, double bits);
// A floor under all that loops and homes may be with stores, and what passes the outermost stores at least,
// in the item. `good`: of each place the loops above which its store may stand. `held`: as above.
// Where a glance applies.
aug_group_floor aug_group_glance_floor(const aug_group_glance *glance, const aug_group_places *places,
                                       const unsigned *good, const double *held, aug_group_leasts *leasts,
                                       aug_group_item *item);

#endif
