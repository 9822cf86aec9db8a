// Outputs whose index sums ranks, as O[2*p+r] += I[p] * W[r]: tiles of results overlap.
//
// Whether a word is read back then depends on who has sent it up before, and that on when. There is no
// product for it, so such an output (and nothing else) is walked tile by tile. That takes time for each step
// and instance: mappings with more of them than AUG_SCATTER_STEPS are refused before they are evaluated.
#ifndef AUG_COST_SCATTER_H
#define AUG_COST_SCATTER_H

#include "cost/form.h"

enum { AUG_SCATTER_STEPS = 1 << 24 };

// Whether the output of a problem is of this kind.
bool aug_scatter_is_needed(const aug_problem *problem);
// Steps and instances that a walk takes; UINT64_MAX where they are beyond counting.
aug_count aug_scatter_steps(const aug_problem *problem, const aug_mapping *mapping);

typedef struct aug_scatter aug_scatter;
aug_scatter *aug_scatter_new(aug_arena *arena);

// Walks the output of a mapping.
void aug_scatter_walk(aug_scatter *scatter, const aug_form *form);

typedef struct aug_scatter_words {
    aug_count reads, fills, updates, drains;
} aug_scatter_words;
// Words of store `index` of the output, of the instances that `choice` picks (rank_walk.h).
aug_scatter_words aug_scatter_count(const aug_scatter *scatter, int index, const int *choice);

#endif
