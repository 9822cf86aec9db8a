// A table of measured silicon against what Auger predicts for it.
//
// Every row is predicted; a row is scored where it has an answer and a measurement above 0, and its `quality`, where the
// table has such a column, is empty or "ok". Groups are by device, operation, number formats and library; totals by
// device, operation and number formats, and over the whole table.
#ifndef AUG_VALIDATION_VALIDATION_H
#define AUG_VALIDATION_VALIDATION_H

#include "validation/score.h"
#include "validation/truth.h"

typedef struct aug_validation_group {
    const char *device, *operation, *dtype, *library; // "all" where a total runs over all of them
    aug_score score;
    size_t unanswered;
} aug_validation_group;

typedef struct aug_validation_row {
    int target;
    size_t row; // of the table, from 0
    double error;
} aug_validation_row;

// A row's target that was scored, in the table's own unit.
typedef struct aug_validation_point {
    const char *device, *operation, *dtype, *library;
    size_t row; // from 0
    double measured, predicted, low, high;
} aug_validation_point;

enum { AUG_WORST_ROWS = 20 };

typedef struct aug_validation {
    const aug_table *table;
    const aug_truth_kind *kind;
    const char *file;
    aug_prediction *predictions; // one per row
    aug_validation_group *groups, *totals;
    size_t group_count, total_count;
    aug_validation_point *points; // all that were scored, in the order of rows
    size_t point_count;
    aug_validation_row worst[AUG_WORST_ROWS]; // largest error first
    int worst_count;
    size_t answered, unanswered, skipped; // skipped: quality is not ok
    int hardware_constants, software_constants; // of the machines used, besides what their data sheets state
} aug_validation;

// Reads and predicts a table; all its rows were measured on `machine`, NULL: on what their column device says. NULL with
// errors added where it cannot be read or is of no known kind.
aug_validation *aug_validation_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *path,
                                   const char *machine);
// Whether a row's measurement counts.
bool aug_validation_counts(const aug_validation *validation, size_t row);
// A row's measured value of a target, in the unit of aug_prediction.values; NaN where there is none.
double aug_validation_measured(const aug_validation *validation, size_t row, int target);

#endif
