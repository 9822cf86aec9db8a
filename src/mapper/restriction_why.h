// Why no mapping fits: which constraint stands in the way, or what the machine has no room for.
#ifndef AUG_MAPPER_RESTRICTION_WHY_H
#define AUG_MAPPER_RESTRICTION_WHY_H

#include "mapper/mapper.h"

typedef struct aug_restriction_cause {
    const char *rule;  // "keep", "spatial", "order", "tiles", "min_utilization", "constraints"; of the
                       // machine: "capacity", "must", "never", "machine"
    const char *text;  // a sentence without its full stop
    double have, need; // bits or shares; NaN where it is not a number
} aug_restriction_cause;

// Whether no search is needed to see that none fits: a tensor has no place, or not the one that it has to
// have, or a memory is too small for the least that it has to hold. For options without a prefix.
bool aug_restriction_is_hopeless(aug_arena *arena, const aug_problem *problem,
                                 const aug_mapper_options *options);

// For options with which aug_mapper_run has answered AUG_MAPPER_NONE. Searches again, once per constraint at
// most twice, so it takes longer than the search itself.
aug_restriction_cause aug_restriction_why(aug_arena *arena, const aug_problem *problem,
                                          const aug_mapper_options *options);

#endif
