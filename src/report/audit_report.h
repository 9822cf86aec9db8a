// The answer of `audit` as text, JSON and CSV.
#ifndef AUG_REPORT_AUDIT_REPORT_H
#define AUG_REPORT_AUDIT_REPORT_H

#include "system/audit.h"
#include "text/json_writer.h"

// `found` is an aug_audit.
void aug_audit_text(aug_buffer *out, const void *found);
// Members of an open object.
void aug_audit_json(aug_json *json, const void *found);
// One line per bound.
void aug_audit_csv(aug_buffer *out, const void *found);

#endif
