#include "validation/validation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// One row's target, ready to be sorted into groups.
typedef struct entry {
    const char *device, *operation, *dtype, *library;
    size_t row;
    int target;
    bool scored;
    aug_scored values;
} entry;

bool aug_validation_counts(const aug_validation *v, size_t row) {
    return aug_truth_counts(v->table, row);
}

double aug_validation_measured(const aug_validation *v, size_t row, int target) {
    return aug_truth_measured(v->table, v->kind, row, target);
}

static int compare_keys(const entry *a, const entry *b, bool by_library) {
    int order = strcmp(a->device, b->device);
    if (order == 0)
        order = strcmp(a->operation, b->operation);
    if (order == 0)
        order = strcmp(a->dtype, b->dtype);
    if (order == 0 && by_library)
        order = strcmp(a->library, b->library);
    return order;
}

static int compare_entries(const void *left, const void *right) {
    const entry *a = left, *b = right;
    int order = compare_keys(a, b, true);
    if (order == 0)
        order = (a->row > b->row) - (a->row < b->row);
    return order;
}

static int compare_operations(const void *left, const void *right) {
    const entry *a = left, *b = right;
    int order = strcmp(a->operation, b->operation);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

// Scores `count` entries as one group.
static aug_validation_group make_group(aug_scored *values, double *scratch, const entry *entries, size_t count) {
    aug_validation_group group = {entries->device, entries->operation, entries->dtype, entries->library, {0}, 0};
    size_t scored = 0;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].scored)
            values[scored++] = entries[i].values;
        else
            group.unanswered++;
    }
    group.score = aug_score_make(values, scored, scratch);
    return group;
}

static void group_entries(aug_arena *arena, aug_validation *v, entry *entries, size_t count) {
    aug_scored *values = AUG_NEW_ARRAY(arena, aug_scored, count);
    double *scratch = AUG_NEW_ARRAY(arena, double, count);
    v->groups = AUG_NEW_ARRAY(arena, aug_validation_group, count);
    v->totals = AUG_NEW_ARRAY(arena, aug_validation_group, 2 * count); // by operation, then by device too
    // Over the whole table, by operation.
    qsort(entries, count, sizeof *entries, compare_operations);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && strcmp(entries[next].operation, entries[first].operation) == 0;)
            next++;
        aug_validation_group *total = &v->totals[v->total_count++];
        *total = make_group(values, scratch, &entries[first], next - first);
        total->device = total->dtype = total->library = "all";
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    for (int by_library = 0; by_library < 2; by_library++) {
        for (size_t first = 0, next; first < count; first = next) {
            for (next = first + 1; next < count && compare_keys(&entries[first], &entries[next], by_library) == 0;)
                next++;
            aug_validation_group group = make_group(values, scratch, &entries[first], next - first);
            if (by_library) {
                v->groups[v->group_count++] = group;
            } else {
                group.library = "all";
                v->totals[v->total_count++] = group;
            }
        }
    }
}

static void note_worst(aug_validation *v, size_t row, int target, double error) {
    int at = v->worst_count;
    while (at > 0 && v->worst[at - 1].error < error)
        at--;
    if (at == AUG_WORST_ROWS)
        return;
    int last = v->worst_count < AUG_WORST_ROWS ? v->worst_count : AUG_WORST_ROWS - 1;
    memmove(&v->worst[at + 1], &v->worst[at], (size_t)(last - at) * sizeof *v->worst);
    v->worst[at] = (aug_validation_row){target, row, error};
    v->worst_count = last + 1;
}

static void take_points(aug_arena *arena, aug_validation *v, const entry *entries, size_t count) {
    v->points = AUG_NEW_ARRAY(arena, aug_validation_point, count);
    for (size_t i = 0; i < count; i++) {
        const entry *e = &entries[i];
        if (!e->scored)
            continue;
        double unit = aug_truth_unit(v->table, &v->kind->targets[e->target], e->row);
        v->points[v->point_count++] = (aug_validation_point){e->device, e->operation, e->dtype, e->library, e->row,
                                                             e->values.measured / unit, e->values.predicted / unit,
                                                             e->values.low / unit, e->values.high / unit};
    }
}

static void collect(aug_arena *arena, aug_validation *v, aug_truth *truth) {
    const aug_table *table = v->table;
    size_t targets = (size_t)v->kind->target_count, count = 0;
    entry *entries = AUG_NEW_ARRAY(arena, entry, table->row_count * targets);
    int device = aug_table_column(table, aug_truth_device_column(v->kind)), library = v->kind->library ? aug_table_column(table, v->kind->library) : -1;
    for (size_t r = 0; r < table->row_count; r++) {
        const aug_prediction *p = &v->predictions[r];
        if (!aug_validation_counts(v, r)) {
            v->skipped++;
            continue;
        }
        v->answered += p->answered;
        v->unanswered += !p->answered;
        const char *dtype = v->kind->dtype(truth, &table->rows[r]);
        for (int t = 0; t < v->kind->target_count; t++) {
            double measured = aug_validation_measured(v, r, t);
            bool has_answer = p->answered && p->values[t] > 0.0;
            if (isnan(measured) && (has_answer || t > 0)) // nothing to hold a prediction against
                continue;
            entry e = {.device = aug_table_cell(table, &table->rows[r], device),
                       .operation = aug_truth_operation(truth, &table->rows[r], t),
                       .dtype = dtype,
                       .library = aug_table_cell(table, &table->rows[r], library),
                       .row = r,
                       .target = t,
                       .scored = has_answer,
                       .values = {measured, p->values[t], p->low[t], p->high[t]}};
            if (e.scored)
                note_worst(v, r, t, aug_scored_error(&e.values));
            entries[count++] = e;
        }
    }
    take_points(arena, v, entries, count); // before they are put in another order
    group_entries(arena, v, entries, count);
}

static void predict_rows(aug_validation *v, aug_truth *truth) {
    for (size_t r = 0; r < v->table->row_count && truth->errors->count < AUG_ERROR_LIMIT; r++)
        (v->kind->predict ? v->kind->predict : aug_truth_predict_kernel)(truth, &v->table->rows[r], &v->predictions[r]);
}

aug_validation *aug_validation_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *path,
                                   const char *machine) {
    const aug_table *table = aug_table_load(arena, errors, path);
    if (!table)
        return NULL;
    const aug_truth_kind *kind = aug_truth_kind_of(table);
    if (!kind) {
        aug_error *error = aug_error_add(errors, &(aug_place){.file = table->name, .line = 1, .column = 1},
                                         "the columns are those of no known table of measurements");
        aug_error_hint(error, "known are: %s", aug_truth_kind_names(arena));
        return NULL;
    }
    aug_validation *v = AUG_NEW(arena, aug_validation);
    v->table = table;
    v->kind = kind;
    v->file = path;
    v->predictions = AUG_NEW_ARRAY(arena, aug_prediction, table->row_count);
    aug_truth *truth = aug_truth_new(library, arena, errors, table, kind);
    truth->machine_name = machine;
    if (machine && !aug_machine_load(library, arena, errors, machine))
        return NULL;
    int before = aug_errors_total(errors);
    predict_rows(v, truth);
    if (aug_errors_total(errors) != before)
        return NULL;
    collect(arena, v, truth);
    aug_truth_constants(truth, &v->hardware_constants, &v->software_constants);
    return v;
}
