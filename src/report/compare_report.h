// The answer of `compare` as text, JSON and CSV.
#ifndef AUG_REPORT_COMPARE_REPORT_H
#define AUG_REPORT_COMPARE_REPORT_H

#include "design/comparison.h"
#include "text/json_writer.h"

// `found` is an aug_comparison.
void aug_compare_text(aug_buffer *out, const void *found);
// Members of an open object.
void aug_compare_json(aug_json *json, const void *found);
// One line per row.
void aug_compare_csv(aug_buffer *out, const void *found);

#endif
