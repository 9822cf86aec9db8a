// Fitting what a server's host takes to tables of serving runs.
//
// Kernels and exchanges of every row are those of the machine as it is; five constants of the server are fitted to the times to
// first token and per output token of all rows together (validation/fit.h). How good they are is told by models that were held
// back: each model's rows (models are dealt into five parts) are predicted from a fit of the others'.
#ifndef AUG_VALIDATION_SERVER_FIT_H
#define AUG_VALIDATION_SERVER_FIT_H

#include "validation/fit.h"
#include "validation/score.h"
#include "validation/truth.h"

enum { AUG_SERVER_CONSTANTS = 5, AUG_SERVER_TIMES = 2 };

// A constant as the library's file calls it.
typedef struct aug_server_constant {
    const char *name;
    double low, high, prior; // seconds
} aug_server_constant;

extern const aug_server_constant aug_server_constants[AUG_SERVER_CONSTANTS];
// "ttft", "tpot"
extern const char *const aug_server_times[AUG_SERVER_TIMES];

// One time of one row, from a fit without its model.
typedef struct aug_server_held {
    const char *table;
    size_t row; // from 1, without the header
    const char *machine, *model;
    int part, time; // time: index of aug_server_times
    double measured, predicted; // seconds
} aug_server_held;

typedef struct aug_server_fit {
    const char *name; // of the server
    const aug_document *document; // its file
    size_t rows, left_out;
    double before[AUG_SERVER_CONSTANTS], after[AUG_SERVER_CONSTANTS];
    double errors[AUG_SERVER_CONSTANTS]; // relative standard errors; NaN: the rows do not tell
    aug_score score_before[AUG_SERVER_TIMES], score_after[AUG_SERVER_TIMES], score_held[AUG_SERVER_TIMES];
    double low[AUG_SERVER_TIMES], high[AUG_SERVER_TIMES]; // 80 % of measured times held back lie between these multiples
    const char *const *models; // that were met
    int model_count;
    aug_server_held *held;
    size_t held_count;
    const char *const *tables;
    int table_count;
} aug_server_fit;

// Whether a table measures serving runs.
bool aug_server_fit_takes(aug_arena *arena, const char *path);
// Fits the server `name`, a library. NULL with errors added.
aug_server_fit *aug_server_fit_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name,
                                   const char *const *tables, int table_count);

#endif
