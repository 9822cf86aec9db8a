// Tables of measured silicon, and what Auger predicts for each of their rows.
//
// A kind of table is known by its columns. Its rows have one or two targets (a latency; time to first token and per output
// token), each with a measured column, and a function that predicts them. A new kind is one row of the table in truth.c
// and one file truth_*.c.
#ifndef AUG_VALIDATION_TRUTH_H
#define AUG_VALIDATION_TRUTH_H

#include "system/deployment.h"
#include "text/table.h"

enum { AUG_TARGETS = 2, AUG_TRUTH_COLUMNS = 24 };

// What one row's numbers are, in seconds.
typedef struct aug_prediction {
    bool answered;
    const char *reason;         // why not, or what the prediction is bound by; NULL: no more to say
    double seconds[AUG_TARGETS];
    double low[AUG_TARGETS], high[AUG_TARGETS]; // 80 % of measurements are expected between these
    int basis;                  // aug_basis
} aug_prediction;

typedef struct aug_target {
    const char *measured;       // column
    const char *operation;      // what groups call it
    const char *suffix;         // of the columns predicted, low and high: "_ttft_ms"
} aug_target;

typedef struct aug_truth aug_truth;

typedef struct aug_truth_kind {
    const char *name;
    const char *columns[AUG_TRUTH_COLUMNS]; // that the table must have, ended by NULL
    const char *library;        // column of the software that was measured
    double unit_seconds;        // of the measured and predicted columns
    int target_count;
    aug_target targets[AUG_TARGETS];
    // What the row's number formats are called in groups.
    const char *(*dtype)(aug_truth *truth, const aug_table_row *row);
    // Predicts a row whose cells are all there; adds errors where a cell is malformed.
    void (*predict)(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction);
} aug_truth_kind;

// The kind of a table by its header, NULL where it is none that is known.
const aug_truth_kind *aug_truth_kind_of(const aug_table *table);
// Names of all kinds, for messages: "gemm, serving".
const char *aug_truth_kind_names(aug_arena *arena);

// What predicting needs at hand: machines and models are read once.
struct aug_truth {
    const aug_library *library;
    aug_arena *arena;
    aug_errors *errors;
    const aug_table *table;
    const aug_truth_kind *kind;
    struct aug_truth_machine *machines; // read so far
    struct aug_truth_model *models;
    aug_graph graph;            // of the row at hand
    aug_scenario scenario;
    aug_errors rejected;        // of plans that a row states and Auger cannot express
};

aug_truth *aug_truth_new(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_table *table,
                         const aug_truth_kind *kind);
// Constants of the machines used so far that say how kernels fall short of the data sheet: of the hardware (shares of
// peaks and bandwidths) and of its software (launches).
void aug_truth_constants(const aug_truth *truth, int *hardware, int *software);

// Used by the kinds.
// A cell by its column's name, "" where it is empty.
const char *aug_truth_cell(const aug_truth *truth, const aug_table_row *row, const char *column);
// A whole number above 0 in a cell; `fallback` where the cell is empty (0: then it is missing and false is returned).
bool aug_truth_count(aug_truth *truth, const aug_table_row *row, const char *column, uint64_t fallback, uint64_t *value);
// A number format in a cell; false with the prediction's reason set where it is not known.
bool aug_truth_format(aug_truth *truth, const aug_table_row *row, const char *column, aug_number_format *format,
                      aug_prediction *prediction);
// The machine and the model of a row, NULL with the prediction's reason set where they are not known.
const aug_machine *aug_truth_find_machine(aug_truth *truth, const char *name, aug_prediction *prediction);
const aug_model *aug_truth_find_model(aug_truth *truth, const char *name, aug_prediction *prediction);
// Sets a target's seconds with the machine's usual spread.
void aug_truth_answer(aug_prediction *prediction, int target, double seconds, double low_ratio, double high_ratio);

extern const aug_truth_kind aug_truth_gemm, aug_truth_serving;

#endif
