// All prefixes of a group, each with a floor under what the group costs below it.
#ifndef AUG_MAPPER_GROUP_PREFIXES_H
#define AUG_MAPPER_GROUP_PREFIXES_H

#include "mapper/group_front.h"
#include "mapper/group_least.h"

enum { AUG_GROUP_LOOPS = 6, AUG_GROUP_PLACES = 32 };

// A prefix in few words: its loops, and at which of them each store stands.
typedef struct aug_group_item {
    double energy_pj, cycles;               // floors
    double likely_energy_pj, likely_cycles; // what it may well take, for the order in which they are tried
    double passing_pj;                      // what passes the outermost stores
    double likely_best_cycles;              // the same in turns or as a pipeline
    aug_count tiles[AUG_GROUP_LOOPS];
    int8_t loop_count, ranks[AUG_GROUP_LOOPS];
    int8_t halos[AUG_GROUP_LOOPS];   // aug_group_halo
    int8_t at[AUG_GROUP_PLACES];     // of a place: 0 .. loop_count - 1: above that loop; -1: no store
    int8_t homes[AUG_GROUP_TENSORS]; // of intermediates: memory; else -1
} aug_group_item;

// A tensor in a memory where a store between shared loops may stand.
typedef struct aug_group_place {
    int tensor, memory;
} aug_group_place;

typedef struct aug_group_prefixes {
    const aug_group *group;
    int place_count;
    aug_group_place places[AUG_GROUP_PLACES];
    int count, capacity;
    aug_group_item *items;
    bool truncated;                // there are more than it takes
    double least_pj, least_cycles; // of all, whether they are of interest or not
} aug_group_prefixes;

// Those whose floors `known` does not rule out. `leasts`: what members take at least, searched as it is asked
// for.
void aug_group_prefixes_find(aug_arena *arena, const aug_group *group, bool perfect,
                             const aug_group_front *known, aug_group_leasts *leasts, aug_group_sights *sights,
                             aug_group_prefixes *prefixes);
// Floors of all prefixes, those that are left out included, go to `open`: operations, what has to pass the
// outermost memory at least once, and what members take at least, in windows or not.
void aug_group_prefixes_least(aug_arena *arena, const aug_group *group, aug_group_leasts *leasts,
                              aug_group_sights *sights, bool perfect, aug_group_front *open);
void aug_group_prefix_build(const aug_group_prefixes *prefixes, const aug_group_item *item,
                            aug_group_prefix *prefix);

#endif
