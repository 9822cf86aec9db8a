// The points of a front as tables of at most 80 characters.
#ifndef AUG_REPORT_FRONT_TABLE_H
#define AUG_REPORT_FRONT_TABLE_H

#include "base/buffer.h"
#include "design/sweep.h"

// With groups of one or few points all of them side by side, else a table for each; baselines stand with their points.
void aug_front_table_write(aug_buffer *out, const aug_sweep *sweep);

#endif
