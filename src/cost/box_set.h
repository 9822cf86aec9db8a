// A box of words less a smaller box inside of it: what an instance fetches when its tile moves.
#ifndef AUG_COST_BOX_SET_H
#define AUG_COST_BOX_SET_H

#include "problem/problem.h"

// Words low .. high of one dimension; high < low: none.
typedef struct aug_interval {
    int64_t low, high;
} aug_interval;

typedef struct aug_box_set {
    aug_interval box[AUG_PROBLEM_DIMS],
        kept[AUG_PROBLEM_DIMS]; // kept: none in all dimensions, or part of the box
} aug_box_set;

static inline bool aug_interval_is_empty(aug_interval i) {
    return i.high < i.low;
}

// The set box less what it has in common with `other`. Unused dimensions must be equal in all sets that are
// compared.
void aug_box_set_make(aug_box_set *set, const aug_interval *box, const aug_interval *other, int dim_count);
// Brings sets that have the same words to the same form: where the kept part differs from the box along one
// dimension only, it is the one or two pieces along it that count.
void aug_box_set_normalise(aug_box_set *set, int dim_count);
// Orders normalised sets; 0: the same words.
int aug_box_set_compare(const void *left, const void *right);
int aug_box_compare(const aug_interval *left, const aug_interval *right);
aug_count aug_box_words(const aug_interval *box, int dim_count);
// Words of a normalised set.
aug_count aug_box_set_words(const aug_box_set *set, int dim_count);

#endif
