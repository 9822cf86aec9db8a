// Ways to run one band that are known to be ways to run another one.
#ifndef AUG_FUSION_BAND_SEED_H
#define AUG_FUSION_BAND_SEED_H

#include "fusion/group_front.h"

enum { AUG_BAND_SEEDS = AUG_GROUP_MEMBERS * AUG_GROUP_MEMBERS };

typedef struct aug_band_seeds {
    aug_arena *arena;
    aug_group_chain chain; // the band that is to be mapped
    aug_group_front
        fronts[AUG_BAND_SEEDS]; // of `count` members from `first` on: [first * MEMBERS + count - 1]
    struct aug_cost_scratch *scratch;
    struct aug_band_draft *draft;
    int used, room_count, room_capacity;
    struct aug_band_room **rooms; // for plans, of which `used` are in fronts
} aug_band_seeds;

aug_band_seeds *aug_band_seeds_new(aug_arena *arena, aug_objective objective);
// Of another band, with as many members as all others. What was found for the last one is gone.
void aug_band_seeds_start(aug_band_seeds *seeds, const aug_group_chain *chain);
// Adds what the fused groups of a plan of another band, with all that hang before it, are in this one.
void aug_band_seeds_add(aug_band_seeds *seeds, const aug_group_plan *plan);
// All that were added and fit, as offers. Returns their number, at most AUG_BAND_SEEDS.
int aug_band_seeds_offer(const aug_band_seeds *seeds, aug_group_offer *offers);

#endif
