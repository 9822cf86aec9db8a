// What `design` says of the machines that a study is held against.
#ifndef AUG_REPORT_REFERENCE_REPORT_H
#define AUG_REPORT_REFERENCE_REPORT_H

#include "design/sweep.h"
#include "report/report.h"

// Nothing where the study names no references.
void aug_reference_text(aug_buffer *out, const aug_sweep *sweep);
// The member "references".
void aug_reference_json(aug_json *json, const aug_sweep *sweep);

#endif
