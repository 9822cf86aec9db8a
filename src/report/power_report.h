// Power, money and budget of an estimate.
#ifndef AUG_REPORT_POWER_REPORT_H
#define AUG_REPORT_POWER_REPORT_H

#include "system/estimate.h"
#include "text/json_writer.h"

// Lines under the figures of an estimate, 80 columns.
void aug_power_text(aug_buffer *out, const aug_estimate *estimate);
void aug_cost_text(aug_buffer *out, const aug_estimate *estimate);
void aug_budget_text(aug_buffer *out, const aug_estimate *estimate);
// Members of an open object: power, cost, and budget where one is given.
void aug_power_json(aug_json *json, const aug_estimate *estimate);

#endif
