// Errors as people read them.
#ifndef AUG_TEXT_DIAGNOSTIC_H
#define AUG_TEXT_DIAGNOSTIC_H

#include "base/buffer.h"
#include "base/error.h"

// One error:
//
//     chip.yaml:12:5: error: unknown key 'bandwith' in memory level
//        12 |     bandwith: 400 GB/s
//           |     ^
//     hint: did you mean 'bandwidth'?
void aug_diagnostic_print(aug_buffer *out, const aug_error *error);
// All of them, and how many more there were.
void aug_diagnostics_print(aug_buffer *out, const aug_errors *errors);

#endif
