// The bounds of bound.h where they are quick: every tensor is plain, every tile divides.
//
// Then what a store to come fetches is its words times a count that the frame knows, wherever the loops stand.
// The sums are those of bound.c, to the last bit, in a sixth of the instructions: products of fanouts are found
// once for a keeping, and ports count only where one of their widths is finite.
//
// Example: A[m,k] of 16 words comes next, over 4 tiles of n, 2 copies share each read: 16 · 4 · 2 words are filled
// and 16 · 4 are read from the parent.
#ifndef AUG_MAPPER_PLAIN_BOUND_H
#define AUG_MAPPER_PLAIN_BOUND_H

#include "mapper/bound.h"

typedef struct aug_plain_plan {
    const aug_space *space;
    const aug_keeping *keeping;
    // Steps in space from a group of axes on that can come before the memories of a segment.
    aug_count fans[AUG_PROBLEM_AXES + 1][AUG_SPACE_SEGMENTS + 1];
    bool limits[AUG_PROBLEM_MEMORIES]; // a port of the memory has a finite width
    bool any_limits, leaks;
    bool computes;       // operands count
    aug_wide operations; // price of them; 0 where a part of the keeping counts alone
} aug_plain_plan;

// Whether all tensors of a space are plain and tiles divide.
bool aug_plain_applies(const aug_space *space);
void aug_plain_plan_init(const aug_space *space, const aug_keeping *keeping, aug_plain_plan *plan);

// aug_bound. `sum`: with what stands, for aug_plain_levels.
aug_value aug_plain_bound(const aug_plain_plan *plan, const aug_frame *frame, int next_group, bool tight,
                          aug_rest *sum);
// aug_bound_levels, from what aug_plain_bound found for the same frame.
bool aug_plain_levels(const aug_plain_plan *plan, aug_level_table *table, const aug_frame *frame,
                      int next_group, const aug_incumbent *incumbent, aug_rest *sum, aug_value *bound);

#endif
