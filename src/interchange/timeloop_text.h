// Pieces of text that all writers of an import need.
#ifndef AUG_INTERCHANGE_TIMELOOP_TEXT_H
#define AUG_INTERCHANGE_TIMELOOP_TEXT_H

#include "base/buffer.h"
#include "interchange/timeloop_parts.h"

// A number with as few digits as bring it back exactly; whole numbers without exponent.
void aug_timeloop_put_number(aug_buffer *out, double number);
// The names of a set of data spaces, divided by `between`.
void aug_timeloop_put_spaces(aug_buffer *out, const aug_timeloop_problem *problem, unsigned set,
                             const char *between);
// A name that others chose, as plain YAML: what is no letter, digit, '_', '.' or '-' becomes '_'.
void aug_timeloop_put_name(aug_buffer *out, const char *name);

#endif
