// Fitting the constants of a machine, of a family or of a library to tables of measurements.
//
// A machine: its rows of each kind of kernel move that kind's constants away from those of its family. A family: the same
// constants for all of its machines, each under its own data sheet. A library: one overhead per kind and number formats, the
// constants of the machines as they are.
//
// How good they are is told by rows that were held back: a machine's shapes are dealt into five parts and each part is predicted
// from a fit of the other four; of a family, each machine is predicted from a fit of the others. From the same predictions comes
// the spread: between which multiples of the prediction 80 % of the measurements lay, regime by regime.
#ifndef AUG_VALIDATION_CALIBRATION_H
#define AUG_VALIDATION_CALIBRATION_H

#include "validation/fit.h"
#include "validation/score.h"
#include "validation/truth.h"

typedef enum aug_calibrates { AUG_CALIBRATES_MACHINE, AUG_CALIBRATES_FAMILY, AUG_CALIBRATES_LIBRARY } aug_calibrates;

// Rows of one machine and number formats (or operation) that were held back.
typedef struct aug_held_group {
    const char *machine, *formats;
    aug_score score; // low and high are those of the fit: coverage80 and mean_width say how the interval held
} aug_held_group;

// One measurement that was held back, with what a fit without it predicts.
typedef struct aug_held_row {
    const char *table; // its file
    size_t row;        // from 1, without the header
    const char *machine, *formats;
    int part, regime;  // rows of the same part were held back together
    aug_scored values; // seconds; low and high are those of the fit
} aug_held_row;

// Constants of one kind of kernel, or one overhead of a library.
typedef struct aug_calibrated {
    aug_kernel_kind kind;
    const char *formats;   // of an overhead; NULL: constants of the hardware
    size_t rows, machines;
    double before[AUG_CONSTANTS], after[AUG_CONSTANTS];
    double errors[AUG_CONSTANTS]; // relative standard errors; NaN: the rows do not tell
    aug_score score_before, score_after, score_held; // of all rows: as it was, as fitted, each from a fit without it
    double low[AUG_REGIMES], high[AUG_REGIMES];      // spread of held-back rows
    size_t regime_rows[AUG_REGIMES];
    aug_held_group *groups;
    size_t group_count;
    aug_held_row *held;    // `rows` of them; NULL for an overhead
} aug_calibrated;

enum { AUG_CALIBRATION_LEAST = 8 }; // rows of a kind that are worth a fit

typedef struct aug_calibration {
    aug_calibrates what;
    const char *name;             // of the machine, family or library
    const aug_document *document; // its file
    const char *const *tables;
    int table_count;
    aug_calibrated *items;
    int count;
    size_t rows, left_out; // measurements that count and were used; those of other machines, or of no kind of kernel
    bool any_device;       // no row names the machine: all were taken for it
} aug_calibration;

// Fits what `name` means: a file, or the name of a machine, else of a family, else of a library. NULL with errors added.
aug_calibration *aug_calibration_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name,
                                     const char *const *tables, int table_count);

#endif
