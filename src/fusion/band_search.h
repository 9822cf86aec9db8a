// Searches one run of neighbours under a mask, in one number of bands after the other.
#ifndef AUG_FUSION_BAND_SEARCH_H
#define AUG_FUSION_BAND_SEARCH_H

#include "fusion/band.h"
#include "fusion/group_front.h"

struct aug_band_part; // one size of band

typedef struct aug_band_fronts {
    aug_group_front best, low; // `low`: nothing is below all of its points
} aug_band_fronts;

typedef struct aug_band_search {
    aug_arena *arena;
    const aug_band_question *question;
    aug_mapper_options options; // EDP: of fronts
    aug_banding *banding;       // the run; its trials are filled in
    int part_count, part_capacity;
    struct aug_band_part *parts;
    struct aug_band_seeds *seeds;           // NULL: no band was searched
    aug_band_fronts all;                    // of the run, of all numbers of bands so far
    aug_band_fronts own[AUG_GROUP_MEMBERS]; // of each member by itself
    bool is_all;                            // the run is the whole chain
    bool stopped;
    uint64_t nodes;
} aug_band_search;

aug_band_search aug_band_search_new(aug_arena *arena, const aug_band_question *question,
                                    aug_banding *banding);
void aug_band_search_run(aug_band_search *search);
// Of a member by itself the point of least value; NULL: there is none.
const aug_mapper_point *aug_band_alone(const aug_band_search *search, const aug_mapper_result *result);

#endif
