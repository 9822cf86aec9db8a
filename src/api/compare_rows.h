// The rows of a comparison: every combination of what its lists give.
#ifndef AUG_API_COMPARE_ROWS_H
#define AUG_API_COMPARE_ROWS_H

#include "api/context.h"
#include "design/comparison.h"

// Makes the rows, models outermost, then machines, chips and so on; each model and machine is loaded once.
// Rows whose wishes do not agree have a reason. False with errors added where an input is wrong, or all rows
// disagree.
bool aug_compare_rows_make(aug_context *context, aug_answer *answer, const char *models, const char *machines,
                           const aug_compare_options *options, aug_comparison *comparison);

#endif
