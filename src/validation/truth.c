#include "validation/truth.h"

#include "base/buffer.h"
#include "workload/graph_build.h"

#include <math.h>
#include <string.h>

static const aug_truth_kind *const kinds[] = {&aug_truth_gemm, &aug_truth_serving};

typedef struct aug_truth_machine {
    const char *name;
    const aug_machine *machine; // NULL: not known
    const char *reason;
    struct aug_truth_machine *next;
} aug_truth_machine;

typedef struct aug_truth_model {
    const char *name;
    const aug_model *model;
    const char *reason;
    struct aug_truth_model *next;
} aug_truth_model;

aug_truth *aug_truth_new(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_table *table,
                         const aug_truth_kind *kind) {
    aug_truth *truth = AUG_NEW(arena, aug_truth);
    truth->library = library;
    truth->arena = arena;
    truth->errors = errors;
    truth->table = table;
    truth->kind = kind;
    aug_graph_init(&truth->graph, arena);
    return truth;
}

void aug_truth_constants(const aug_truth *truth, int *hardware, int *software) {
    *hardware = *software = 0;
    for (const aug_truth_machine *entry = truth->machines; entry; entry = entry->next) {
        if (!entry->machine)
            continue;
        const aug_kernel *kernel = &entry->machine->kernel;
        bool seen[AUG_FORMAT_COUNT] = {false};
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            double share = kernel->achievable_compute[f];
            for (int g = 0; g < f; g++)
                seen[f] = seen[f] || kernel->achievable_compute[g] == share;
            *hardware += share < 1.0 && !seen[f];
        }
        *hardware += (kernel->achievable_memory < 1.0) + (kernel->achievable_link < 1.0);
        *software += kernel->launch_seconds > 0.0;
    }
}

static bool has_columns(const aug_table *table, const aug_truth_kind *kind) {
    for (int i = 0; kind->columns[i]; i++)
        if (aug_table_column(table, kind->columns[i]) < 0)
            return false;
    return true;
}

const aug_truth_kind *aug_truth_kind_of(const aug_table *table) {
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        if (has_columns(table, kinds[i]))
            return kinds[i];
    return NULL;
}

const char *aug_truth_kind_names(aug_arena *arena) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    for (size_t i = 0; i < AUG_COUNT(kinds); i++) {
        aug_buffer_print(&out, "%s%s (", i ? ", " : "", kinds[i]->name);
        for (int c = 0; kinds[i]->columns[c]; c++)
            aug_buffer_print(&out, "%s%s", c ? " " : "", kinds[i]->columns[c]);
        aug_buffer_put(&out, ")");
    }
    return aug_buffer_text(&out);
}

const char *aug_truth_cell(const aug_truth *truth, const aug_table_row *row, const char *column) {
    return aug_table_cell(truth->table, row, aug_table_column(truth->table, column));
}

bool aug_truth_count(aug_truth *truth, const aug_table_row *row, const char *column, uint64_t fallback, uint64_t *value) {
    double number;
    *value = fallback;
    int before = aug_errors_total(truth->errors);
    if (!aug_table_number(truth->table, row, aug_table_column(truth->table, column), truth->errors, &number))
        return fallback > 0 && aug_errors_total(truth->errors) == before;
    if (number == 0.0 && fallback > 0)
        return true;
    if (!(number >= 1.0) || number != floor(number) || number > 0x1p53) {
        aug_table_error(truth->errors, truth->table, row, "column '%s': expected a whole number above 0, found '%.60s'", column,
                        aug_truth_cell(truth, row, column));
        return false;
    }
    *value = (uint64_t)number;
    return true;
}

bool aug_truth_format(aug_truth *truth, const aug_table_row *row, const char *column, aug_number_format *format,
                      aug_prediction *prediction) {
    const char *name = aug_truth_cell(truth, row, column);
    *format = aug_format_find(name);
    if (*format != AUG_FORMAT_NONE)
        return true;
    prediction->reason = aug_arena_print(truth->arena, "unknown number format '%.40s' in column '%s'", name, column);
    return false;
}

const aug_machine *aug_truth_find_machine(aug_truth *truth, const char *name, aug_prediction *prediction) {
    aug_truth_machine *entry = truth->machines;
    while (entry && strcmp(entry->name, name) != 0)
        entry = entry->next;
    if (!entry) {
        entry = AUG_NEW(truth->arena, aug_truth_machine);
        entry->name = aug_arena_copy(truth->arena, name, strlen(name));
        entry->next = truth->machines;
        truth->machines = entry;
        aug_errors *errors = AUG_NEW(truth->arena, aug_errors);
        entry->machine = aug_machine_load(truth->library, truth->arena, errors, name);
        if (!entry->machine)
            entry->reason = *name ? errors->items[0].message : "the row names no device";
    }
    prediction->reason = entry->reason;
    return entry->machine;
}

const aug_model *aug_truth_find_model(aug_truth *truth, const char *name, aug_prediction *prediction) {
    aug_truth_model *entry = truth->models;
    while (entry && strcmp(entry->name, name) != 0)
        entry = entry->next;
    if (!entry) {
        entry = AUG_NEW(truth->arena, aug_truth_model);
        entry->name = aug_arena_copy(truth->arena, name, strlen(name));
        entry->next = truth->models;
        truth->models = entry;
        aug_errors *errors = AUG_NEW(truth->arena, aug_errors);
        entry->model = aug_model_load(truth->library, truth->arena, errors, name);
        if (!entry->model)
            entry->reason = *name ? errors->items[0].message : "the row names no model";
    }
    prediction->reason = entry->reason;
    return entry->model;
}

void aug_truth_answer(aug_prediction *prediction, int target, double seconds, double low_ratio, double high_ratio) {
    prediction->seconds[target] = seconds;
    prediction->low[target] = seconds * low_ratio;
    prediction->high[target] = seconds * high_ratio;
    prediction->answered = true;
}
