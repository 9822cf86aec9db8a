// What a calibration found, as text, JSON and CSV. `found` is an aug_calibration.
#ifndef AUG_REPORT_CALIBRATE_REPORT_H
#define AUG_REPORT_CALIBRATE_REPORT_H

#include "text/json_writer.h"

void aug_calibrate_text(aug_buffer *out, const void *found);
void aug_calibrate_json(aug_json *json, const void *found);
void aug_calibrate_csv(aug_buffer *out, const void *found);
// Rows of a machine or family that were held back, with the predictions of fits without them.
void aug_calibrate_predictions(aug_buffer *out, const void *found);

#endif
