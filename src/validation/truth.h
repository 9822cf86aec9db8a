// Tables of measured silicon, and what Auger predicts for each of their rows.
//
// A kind of table is known by its columns. Its rows have up to four targets (a latency; time to first token and per output
// token; tokens per second and watts; area, power and cost), each with a measured column, and a function that predicts them. A new kind is one row of the table in truth.c
// and one file truth_*.c.
#ifndef AUG_VALIDATION_TRUTH_H
#define AUG_VALIDATION_TRUTH_H

#include "kernel/kernels.h"
#include "system/deployment.h"
#include "text/table.h"

enum { AUG_TARGETS = 4, AUG_TRUTH_COLUMNS = 24 };

// A machine that rows name.
typedef struct aug_truth_machine {
    const char *name;
    aug_machine *machine; // NULL: not known
    aug_chip chip;
    const char *reason;   // why it is not known
    struct aug_truth_machine *next;
} aug_truth_machine;

// One call of a kernel that a row measured.
typedef struct aug_sample {
    const aug_truth_machine *machine;
    const aug_software *software;
    aug_kernel_kind kind;
    char formats[AUG_FORMATS_TEXT]; // what overheads and facts of the library go by
    const char *kernel;             // as the row names it, "" where it does not
    aug_kernel_shape shape;
} aug_sample;

// The library at work in a sample.
aug_software_use aug_sample_use(const aug_sample *sample);

// What one row's numbers are: seconds, watts, tokens per second, as the target says. 0: the row has no such target.
typedef struct aug_prediction {
    bool answered;
    const char *reason;         // why not, or what the prediction is bound by; NULL: no more to say
    double values[AUG_TARGETS];
    double low[AUG_TARGETS], high[AUG_TARGETS]; // 80 % of measurements are expected between these
    int basis;                  // aug_basis
} aug_prediction;

typedef struct aug_target {
    const char *measured;       // column
    const char *each, *times;   // columns whose product counts where that one is empty: per chip, and chips. NULL: none
    const char *operation;      // what groups call it
    const char *suffix;         // of the columns predicted, low and high: "_ttft_ms"
    double unit;                // of these columns: 1e-3 for milliseconds, 1 for watts
    // Rows whose cell in this column begins so are in another unit: tables mix them. NULL: none.
    const char *odd_column, *odd_begin;
    double odd_unit;
    bool alone;                 // no columns low and high
} aug_target;

typedef struct aug_truth aug_truth;

typedef struct aug_truth_kind {
    const char *name;
    const char *columns[AUG_TRUTH_COLUMNS]; // that the table must have, ended by NULL
    const char *device;         // column of the machine; NULL: device
    const char *library;        // column of the software that was measured; NULL: none
    int target_count;
    aug_target targets[AUG_TARGETS];
    // What the row's number formats are called in groups.
    const char *(*dtype)(aug_truth *truth, const aug_table_row *row);
    // What groups call the row's target, where that is not the target's own name; NULL: it always is.
    const char *(*operation)(aug_truth *truth, const aug_table_row *row, int target);
    // Predicts a row whose cells are all there; adds errors where a cell is malformed. NULL: from the sample.
    void (*predict)(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction);
    // For tables of single kernels: the call that a row measured, machine and library being set already. False with the
    // prediction's reason set where it is none.
    bool (*sample)(aug_truth *truth, const aug_table_row *row, aug_sample *sample, aug_prediction *prediction);
    const char *shape[AUG_TRUTH_COLUMNS]; // columns that say which shape was measured: rows that share them are held back together
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
    const char *machine_name;   // in place of the column device; NULL: the column says it
    aug_truth_machine *machines; // read so far
    struct aug_truth_model *models;
    struct aug_truth_software *software;
    struct aug_truth_benchmark *benchmarks;
    struct aug_truth_server *servers;
    struct aug_rerun_room *room; // of loads that are rerun; NULL: none yet
    aug_graph graph;            // of the row at hand
    aug_scenario scenario;
    bool answered[AUG_KERNEL_KIND_COUNT]; // kinds of kernels that rows were predicted by
    aug_errors rejected;        // of plans that a row states and Auger cannot express
};

aug_truth *aug_truth_new(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_table *table,
                         const aug_truth_kind *kind);
// Constants that the answers so far rest on: of the hardware (those of the table's kinds of kernels, each machine's or
// family's once) and of software (overheads of libraries).
void aug_truth_constants(const aug_truth *truth, int *hardware, int *software);

// Whether a row's measurement counts: its quality, where the table says one, is ok.
bool aug_truth_counts(const aug_table *table, size_t row);
// The unit of a row's measured and predicted columns.
double aug_truth_unit(const aug_table *table, const aug_target *target, size_t row);
// A row's measured value of a target, in the unit of aug_prediction.values; NaN where there is none.
double aug_truth_measured(const aug_table *table, const aug_truth_kind *kind, size_t row, int target);
// The column that names a row's machine.
const char *aug_truth_device_column(const aug_truth_kind *kind);
// What groups call a row's target.
const char *aug_truth_operation(aug_truth *truth, const aug_table_row *row, int target);

// Used by the kinds.
// A cell by its column's name, "" where it is empty.
const char *aug_truth_cell(const aug_truth *truth, const aug_table_row *row, const char *column);
// A whole number above 0 in a cell; `fallback` where the cell is empty (0: then it is missing and false is returned).
bool aug_truth_count(aug_truth *truth, const aug_table_row *row, const char *column, uint64_t fallback, uint64_t *value);
// A number format in a cell; false with the prediction's reason set where it is not known.
bool aug_truth_format(aug_truth *truth, const aug_table_row *row, const char *column, aug_number_format *format,
                      aug_prediction *prediction);
// The machine (of the column device, unless the table's machine is stated) and the model of a row, NULL with the prediction's reason set where they are not known.
const aug_truth_machine *aug_truth_machine_of(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction);
const aug_machine *aug_truth_find_machine(aug_truth *truth, const char *name, aug_prediction *prediction);
const aug_model *aug_truth_find_model(aug_truth *truth, const char *name, aug_prediction *prediction);
// A number in a cell; `fallback` where it is empty. False where it is malformed (an error is added) or below 0.
bool aug_truth_number(aug_truth *truth, const aug_table_row *row, const char *column, double fallback, double *value);
// A library by the name and version that a table knows it under; NULL: not known.
const aug_software *aug_truth_software_named(aug_truth *truth, const char *name, const char *version);
// The library that a row names; the machine's usual one where it names none that is known.
const aug_software *aug_truth_software_of(aug_truth *truth, const aug_table_row *row, const aug_truth_machine *machine);
// The call that a row of a table of kernels measured.
bool aug_truth_sample(aug_truth *truth, const aug_table_row *row, aug_sample *sample, aug_prediction *prediction);
// What the kernel models say of it.
void aug_truth_predict_kernel(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction);
// Sets a target's value with the machine's usual spread: ratios of measured to predicted.
void aug_truth_answer(aug_prediction *prediction, int target, double value, double low_ratio, double high_ratio);

extern const aug_truth_kind aug_truth_attention, aug_truth_collective, aug_truth_moe, aug_truth_norm;
extern const aug_truth_kind aug_truth_gemm, aug_truth_serving, aug_truth_mlperf, aug_truth_layer, aug_truth_power, aug_truth_published, aug_truth_die;

#endif
