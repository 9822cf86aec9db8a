// What `design` says of where one kind of design takes over from another.
#ifndef AUG_REPORT_CROSSOVER_REPORT_H
#define AUG_REPORT_CROSSOVER_REPORT_H

#include "design/sweep.h"
#include "report/report.h"

// Nothing where the study asks for no crossovers.
void aug_crossover_text(aug_buffer *out, const aug_sweep *sweep);
// The member "crossovers".
void aug_crossover_json(aug_json *json, const aug_sweep *sweep);

#endif
