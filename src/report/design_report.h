// The answer of `design` as text, JSON and CSV.
#ifndef AUG_REPORT_DESIGN_REPORT_H
#define AUG_REPORT_DESIGN_REPORT_H

#include "design/sweep.h"
#include "report/report.h"

// `found` is an aug_sweep.
void aug_design_text(aug_buffer *out, const void *found);
void aug_design_json(aug_json *json, const void *found);
// One line per point of the front: choices, then metrics.
void aug_design_csv(aug_buffer *out, const void *found);

#endif
