// The answer of `validate` as text, JSON and CSV, and the table's rows with predictions beside them.
#ifndef AUG_REPORT_VALIDATE_REPORT_H
#define AUG_REPORT_VALIDATE_REPORT_H

#include "report/report.h"
#include "validation/validation.h"

// `found` is an aug_validation.
void aug_validate_text(aug_buffer *out, const void *found);
void aug_validate_json(aug_json *json, const void *found);
// One line per group.
void aug_validate_csv(aug_buffer *out, const void *found);
// Every row as it came, then predicted, low, high (in the unit of the measured column) and basis; empty without an answer.
void aug_validate_predictions(aug_buffer *out, const void *found);

#endif
