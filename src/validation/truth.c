#include "validation/truth.h"

#include "base/buffer.h"
#include "workload/graph_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const aug_truth_kind *const kinds[] = {&aug_truth_attention, &aug_truth_moe, &aug_truth_collective, &aug_truth_norm, &aug_truth_gemm, &aug_truth_serving, &aug_truth_mlperf, &aug_truth_layer, &aug_truth_power, &aug_truth_published, &aug_truth_die};

typedef struct aug_truth_software {
    const char *name, *version;
    const aug_software *software; // NULL: not known
    struct aug_truth_software *next;
} aug_truth_software;

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

static const char *library_of(const aug_software *software) {
    return software->parent ? software->parent : software->name;
}

// Whether an overhead is also that of a library before `entry`: rows name versions, which share the file of their library or have it
// as parent.
static bool is_counted(const aug_truth_software *before, const aug_truth_software *entry, const aug_overhead *overhead) {
    for (; before != entry; before = before->next)
        for (int i = 0; before->software && i < before->software->overhead_count; i++) {
            const aug_overhead *other = &before->software->overheads[i];
            bool same_file = strcmp(library_of(before->software), library_of(entry->software)) == 0;
            if (same_file && other->kind == overhead->kind && strcmp(other->key.text, overhead->key.text) == 0)
                return true;
        }
    return false;
}

void aug_truth_constants(const aug_truth *truth, int *hardware, int *software) {
    *hardware = *software = 0;
    bool used[AUG_KERNEL_KIND_COUNT] = {false};
    for (const aug_truth_machine *entry = truth->machines; entry; entry = entry->next) {
        for (int kind = 0; entry->machine && entry->machine->models && kind < AUG_KERNEL_KIND_COUNT; kind++) {
            if (!truth->answered[kind])
                continue;
            used[kind] = true;
            const aug_kernel_fit *fit = &entry->machine->models->fits[kind];
            bool seen = false; // a family's constants count once
            for (const aug_truth_machine *before = truth->machines; before != entry; before = before->next)
                seen = seen || (before->machine && before->machine->models && before->machine->models->fits[kind].origin == fit->origin);
            *hardware += seen ? 0 : aug_kernel_models[kind]->constant_count;
        }
    }
    for (const aug_truth_software *entry = truth->software; entry; entry = entry->next)
        for (int i = 0; entry->software && i < entry->software->overhead_count; i++)
            *software += used[entry->software->overheads[i].kind] && !is_counted(truth->software, entry, &entry->software->overheads[i]);
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

bool aug_truth_counts(const aug_table *table, size_t row) {
    const char *quality = aug_table_cell(table, &table->rows[row], aug_table_column(table, "quality"));
    return !*quality || strcmp(quality, "ok") == 0;
}

// A number above 0 in a cell, else NaN.
static double cell_value(const aug_table *table, size_t row, const char *column) {
    const char *cell = column ? aug_table_cell(table, &table->rows[row], aug_table_column(table, column)) : "";
    char *end = NULL;
    double value = strtod(cell, &end);
    return *cell && !*end && value > 0.0 && isfinite(value) ? value : (double)NAN;
}

double aug_truth_unit(const aug_table *table, const aug_target *target, size_t row) {
    if (!target->odd_column)
        return target->unit;
    const char *cell = aug_table_cell(table, &table->rows[row], aug_table_column(table, target->odd_column));
    return strncmp(cell, target->odd_begin, strlen(target->odd_begin)) == 0 ? target->odd_unit : target->unit;
}

double aug_truth_measured(const aug_table *table, const aug_truth_kind *kind, size_t row, int target) {
    const aug_target *t = &kind->targets[target];
    double value = cell_value(table, row, t->measured);
    if (isnan(value))
        value = cell_value(table, row, t->each) * cell_value(table, row, t->times);
    return value * aug_truth_unit(table, t, row);
}

const char *aug_truth_device_column(const aug_truth_kind *kind) {
    return kind->device ? kind->device : "device";
}

const char *aug_truth_operation(aug_truth *truth, const aug_table_row *row, int target) {
    return truth->kind->operation ? truth->kind->operation(truth, row, target) : truth->kind->targets[target].operation;
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

bool aug_truth_number(aug_truth *truth, const aug_table_row *row, const char *column, double fallback, double *value) {
    *value = fallback;
    int before = aug_errors_total(truth->errors);
    if (!aug_table_number(truth->table, row, aug_table_column(truth->table, column), truth->errors, value))
        return aug_errors_total(truth->errors) == before;
    if (*value >= 0.0)
        return true;
    aug_table_error(truth->errors, truth->table, row, "column '%s': expected a number from 0 on, found '%.60s'", column,
                    aug_truth_cell(truth, row, column));
    return false;
}

static aug_truth_machine *load_machine(aug_truth *truth, const char *name) {
    aug_truth_machine *entry = AUG_NEW(truth->arena, aug_truth_machine);
    aug_errors *errors = AUG_NEW(truth->arena, aug_errors);
    entry->name = aug_arena_copy(truth->arena, name, strlen(name));
    entry->next = truth->machines;
    truth->machines = entry;
    aug_machine *machine = aug_machine_load(truth->library, truth->arena, errors, name);
    if (machine && aug_kernels_attach(truth->library, truth->arena, errors, machine)) {
        entry->machine = machine;
        aug_chip_of(machine, &entry->chip);
    } else {
        entry->reason = *name ? errors->items[0].message : "the row names no device";
    }
    return entry;
}

static const aug_truth_machine *find_machine(aug_truth *truth, const char *name, aug_prediction *prediction) {
    if (truth->machine_name)
        name = truth->machine_name;
    aug_truth_machine *entry = truth->machines;
    while (entry && strcmp(entry->name, name) != 0)
        entry = entry->next;
    if (!entry)
        entry = load_machine(truth, name);
    prediction->reason = entry->reason;
    return entry->machine ? entry : NULL;
}

const aug_truth_machine *aug_truth_machine_of(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    return find_machine(truth, aug_truth_cell(truth, row, aug_truth_device_column(truth->kind)), prediction);
}

const aug_machine *aug_truth_find_machine(aug_truth *truth, const char *name, aug_prediction *prediction) {
    const aug_truth_machine *found = find_machine(truth, name, prediction);
    return found ? found->machine : NULL;
}

// Loads the library of a name, of the version first where rows state one: "sglang_custom-0.5.14", then "sglang_custom".
static const aug_software *load_software(aug_truth *truth, const char *name, const char *version) {
    aug_errors *unknown = AUG_NEW(truth->arena, aug_errors);
    const aug_software *found = NULL;
    if (*version)
        found = aug_software_load(truth->library, truth->arena, unknown, aug_arena_print(truth->arena, "%s-%s", name, version));
    return found ? found : aug_software_load(truth->library, truth->arena, unknown, name);
}

const aug_software *aug_truth_software_named(aug_truth *truth, const char *name, const char *version) {
    aug_truth_software *entry = truth->software;
    while (entry && (strcmp(entry->name, name) != 0 || strcmp(entry->version, version) != 0))
        entry = entry->next;
    if (!entry) {
        entry = AUG_NEW(truth->arena, aug_truth_software);
        entry->name = aug_arena_copy(truth->arena, name, strlen(name));
        entry->version = aug_arena_copy(truth->arena, version, strlen(version));
        entry->next = truth->software;
        truth->software = entry;
        entry->software = load_software(truth, name, version);
    }
    return entry->software;
}

const aug_software *aug_truth_software_of(aug_truth *truth, const aug_table_row *row, const aug_truth_machine *machine) {
    const char *name = truth->kind->library ? aug_truth_cell(truth, row, truth->kind->library) : "";
    const char *version = aug_truth_cell(truth, row, "version");
    if (!*version)
        version = aug_truth_cell(truth, row, "framework_version");
    const aug_software *software = *name ? aug_truth_software_named(truth, name, version) : NULL;
    if (software)
        return software;
    return machine && machine->machine->models ? machine->machine->models->software : NULL;
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

void aug_truth_answer(aug_prediction *prediction, int target, double value, double low_ratio, double high_ratio) {
    prediction->values[target] = value;
    prediction->low[target] = value * low_ratio;
    prediction->high[target] = value * high_ratio;
    prediction->answered = true;
}
