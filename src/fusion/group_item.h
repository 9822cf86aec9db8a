// A prefix of a group in few words.
#ifndef AUG_FUSION_GROUP_ITEM_H
#define AUG_FUSION_GROUP_ITEM_H

#include "fusion/group.h"

enum { AUG_GROUP_LOOPS = 6, AUG_GROUP_PLACES = 32 };

// Its loops, and at which of them each store stands.
typedef struct aug_group_item {
    double energy_pj, cycles;               // floors
    double likely_energy_pj, likely_cycles; // what it may well take, for the order in which they are tried
    double passing_pj;                      // what passes the outermost stores
    double likely_best_cycles;              // the same in turns or as a pipeline
    aug_count tiles[AUG_GROUP_LOOPS];
    int number;   // in the order of finding
    bool is_open; // its stores are not chosen yet
    int8_t loop_count, ranks[AUG_GROUP_LOOPS];
    int8_t halos[AUG_GROUP_LOOPS];   // aug_group_halo
    int8_t at[AUG_GROUP_PLACES];     // of a place: 0 .. loop_count - 1: above that loop; -1: no store
    int8_t homes[AUG_GROUP_TENSORS]; // of intermediates: memory; else -1
} aug_group_item;

// A tensor in a memory where a store between shared loops may stand.
typedef struct aug_group_place {
    int tensor, memory;
} aug_group_place;

typedef struct aug_group_places {
    int count;
    aug_group_place at[AUG_GROUP_PLACES];
} aug_group_places;

void aug_group_prefix_build(const aug_group *group, const aug_group_places *places,
                            const aug_group_item *item, aug_group_prefix *prefix);
// Whether all stores of a prefix fit beside one another.
bool aug_group_prefix_fits(const aug_group *group, const aug_group_prefix *prefix);

#endif
