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

// ---- Parts of it that other reports show, too

// The answer in a sentence.
const char *aug_design_answer(aug_arena *arena, const aug_sweep *sweep);
// "chips 1, batch 64": the choices that are settled on the whole front, or those that are not.
void aug_design_write_choices(aug_buffer *out, const aug_sweep *sweep, const aug_front_point *point, bool settled);
// "break the budget of power_watts": why points are not feasible, by aug_reason_kind.
const char *aug_design_reason(aug_arena *arena, const aug_study *study, int reason);
// A metric with its unit.
const char *aug_design_show_metric(aug_arena *arena, aug_metric metric, double value);
// The members "choices" and "metrics" of a point.
void aug_design_json_point(aug_json *json, const aug_sweep *sweep, const aug_front_point *point);

#endif
