// Floors of a group by families of its shared loops: those whose numbers of steps are between a least and a most.
#ifndef AUG_PROOF_PROOF_FAMILY_H
#define AUG_PROOF_PROOF_FAMILY_H

#include "proof/proof_chain.h"

enum { AUG_PROOF_FAMILIES = 256, AUG_PROOF_CASES = 512, AUG_PROOF_SHARED = AUG_PROBLEM_RANKS };

// Steps of the shared loop over each rank that the einsums of a run may share; 1: there is none.
typedef struct aug_proof_family {
    int first, last; // the run
    int rank_count;
    const char *ranks[AUG_PROOF_SHARED];
    aug_count sizes[AUG_PROOF_SHARED];
    aug_count least[AUG_PROOF_SHARED], most[AUG_PROOF_SHARED];
    aug_count part[AUG_PROOF_SHARED]; // divides all of these steps
    aug_count end[AUG_PROOF_SHARED];  // the largest of them
    bool is_common[AUG_PROOF_SHARED]; // it moves all tensors: where its loop stands is of no interest
    unsigned outside[AUG_PROOF_SHARED]; // by place: ranks, by place, whose loops stand outside of its own, for a running tensor
    int place[AUG_PROOF_SHARED];      // of the rank in the list that aug_proof_family_begin makes
    bool is_ordered; // loops stand in the order of the ranks, outermost first; else in any
    aug_wide floor;                   // what the run takes at least, once
} aug_proof_family;

// One case of an einsum of the run. `home`: of what passes its home; of other tensors the innermost memory in which a tile
// stays over shared loops, -1: none does.
typedef struct aug_proof_case {
    aug_proof_own left;     // what is left of the einsum, to be shown by a tree
    aug_count times;        // that it runs
    aug_wide outside;       // what comes on top
} aug_proof_case;

// The ranks that a run may share, with all numbers of steps. False where it cannot be fused, or is one einsum.
bool aug_proof_family_begin(const aug_proof_chain *chain, int first, int last, aug_proof_family *family);
// Puts the rank of this name at place `at` of the order, before which ranks stand already. False where it is none that is left.
bool aug_proof_family_put(aug_proof_family *family, int at, const char *name);
// Sets parts and ends. False where no number of steps is between least and most.
bool aug_proof_family_settle(aug_proof_family *family);

// Visits every case of an einsum.
bool aug_proof_family_cases(const aug_proof_chain *chain, const aug_proof_family *family, int einsum,
                            aug_proof_homes_visit *visit, void *context);
// Fills one. False where there is too much of something.
bool aug_proof_family_case(const aug_proof_chain *chain, const aug_proof_family *family, int einsum,
                           const int8_t *home, aug_proof_case *made);

// What the einsum then takes, of which a tree shows the least of what is left.
aug_wide aug_proof_family_figure(const aug_proof_case *of, aug_wide least);

// What is known of a case.
typedef struct aug_proof_figure {
    int einsum;
    int8_t home[AUG_PROBLEM_TENSORS];
    aug_wide figure;
} aug_proof_figure;

// What the run takes at least, once: the least sum of cases, one of each einsum, whose tiles that stay fit together. A case that
// is not in the list takes nothing.
aug_wide aug_proof_family_floor(const aug_proof_chain *chain, const aug_proof_family *family,
                                const aug_proof_figure *figures, int count);

// The least over all choices of steps of the largest floor of a family that has it; `otherwise` where none has.
aug_wide aug_proof_family_bound(const aug_proof_chain *chain, int first, int last, aug_wide otherwise);

#endif
