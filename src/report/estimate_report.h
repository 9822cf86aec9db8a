// The answer of `estimate` as text, JSON and CSV.
#ifndef AUG_REPORT_ESTIMATE_REPORT_H
#define AUG_REPORT_ESTIMATE_REPORT_H

#include "system/estimate.h"
#include "text/json_writer.h"

// `found` is an aug_estimate.
void aug_estimate_text(aug_buffer *out, const void *found);
// Members of an open object.
void aug_estimate_json(aug_json *json, const void *found);
// The member "plan".
void aug_estimate_json_plan(aug_json *json, const aug_outcome *outcome);
// Energy of a phase or operator in joules: what moves and computes, and its share of static power; NaN where the machine
// states no energies.
double aug_estimate_joules(const aug_estimate *estimate, double pj, double seconds);
// Seconds of a phase of this name by the data sheet; NaN where that is not told.
double aug_estimate_ideal_seconds(const aug_estimate *estimate, const char *phase);
// One line per operator.
void aug_estimate_csv(aug_buffer *out, const void *found);

#endif
