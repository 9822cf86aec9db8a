// Einsums under a causal mask, in bands of rows.
//
// Neighbours under one mask are a run. Its rows are cut in B bands (workload/mask.h); each band is a chain of
// einsums by itself, with the columns that its rows see, and is mapped as any chain is: fused as is best.
// Bands follow each other, so their energies and cycles add up. B is 1, 2, 4 .. as long as a doubling pays.
//
//     scores S[m,p], values O[m,f] of 8 x 8 pairs: B = 2 is 4 x 4 and 4 x 8 pairs, 48 of 64
//
// What is found goes into the choice of groups as an offer (group.h): all einsums of a run in B bands, or one
// of them by itself in bands. Of one B all bands are searched, so a bound of the whole is the sum of their
// bounds.
#ifndef AUG_FUSION_BAND_H
#define AUG_FUSION_BAND_H

#include "fusion/group.h"
#include "workload/mask.h"

enum { AUG_BAND_MOST = 64, AUG_BAND_TRIALS = 7 }; // 1, 2, 4 .. 64

// A run in one number of bands.
typedef struct aug_band_trial {
    int bands;
    double pairs;     // that are computed, of one step of all other ranks
    bool is_searched; // false: what its bands take at least is more than what was known
    bool is_found;
    double energy_pj, cycles;  // where it is found; of a front the point of least energy-delay product
    double value, lower_bound; // of the objective; infinite: nothing fits
} aug_band_trial;

typedef struct aug_banding {
    int first, count; // members of the chain
    const aug_mask *mask;
    aug_count rows;
    int trial_count;
    aug_band_trial trials[AUG_BAND_TRIALS];
} aug_banding;

typedef struct aug_band_question {
    const aug_group_chain *chain;      // with `alone`; its `running`, `repeats` and `apart` count here too
    const aug_mask *const *masks;      // of each member; NULL: it has none
    const aug_mapper_options *options; // node_limit: of the groups of all numbers of bands
    uint64_t alone_limit; // of the searches of an einsum by itself in one number of bands; 0: none
    const char *cache;    // as in aug_suite_run
} aug_band_question;

typedef struct aug_bands {
    int count;
    const aug_banding *bandings;
    int offer_count;
    aug_group_offer *offers;
    const double *alone_pj,
        *alone_cycles; // of each member of the chain by itself, in bands where that is better
    bool is_all;       // one run is the whole chain: its groups are among the offers, too, and need no search
    bool stopped;      // some search ended early
    uint64_t nodes;
} aug_bands;

// One band of a problem: the same einsum with fewer rows and columns.
aug_problem aug_band_problem(const aug_problem *problem, const aug_mask *mask, aug_mask_band band);
// Whether some einsum of a chain can be cut: it has a mask and more than one row.
bool aug_band_is_any(const aug_group_chain *chain, const aug_mask *const *masks);
// Searches all runs. Everything lives in `arena`.
void aug_bands_search(aug_arena *arena, const aug_band_question *question, aug_bands *bands);

#endif
