// The answer of `estimate` as text, JSON and CSV.
#ifndef AUG_REPORT_ESTIMATE_REPORT_H
#define AUG_REPORT_ESTIMATE_REPORT_H

#include "system/estimate.h"
#include "text/json_writer.h"

// `found` is an aug_estimate.
void aug_estimate_text(aug_buffer *out, const void *found);
// Members of an open object.
void aug_estimate_json(aug_json *json, const void *found);
// One line per operator.
void aug_estimate_csv(aug_buffer *out, const void *found);

#endif
