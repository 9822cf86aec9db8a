// The file of a machine, a family or a library with its fitted constants in place: all other lines stay as they were.
#ifndef AUG_REPORT_CALIBRATION_FILE_H
#define AUG_REPORT_CALIBRATION_FILE_H

#include "base/buffer.h"

// `found` is an aug_calibration.
void aug_calibration_file(aug_buffer *out, const void *found);

#endif
