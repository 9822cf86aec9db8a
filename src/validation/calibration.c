#include "validation/calibration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 5, STARTS = 24, LEAST_OF_REGIME = 20, MOST_MACHINES = 64 };

static const double prior_rows = 20.0;

// One measurement.
typedef struct measurement {
    aug_sample sample;
    double seconds;
    uint64_t shape; // equal for equal shapes
    int machine;    // index among those that were met
    const char *table; // its file, and its row there from 1
    size_t row;
    const char *overhead; // what the library's overhead stands under
} measurement;

typedef struct campaign {
    const aug_library *library;
    aug_arena *arena;
    aug_errors *errors;
    aug_calibration *calibration;
    const char *target; // what is calibrated, as it was asked for: a name or a path
    measurement *rows;
    int count, capacity;
    const char *machines[MOST_MACHINES];
    int machine_count;
    bool knows_devices; // some row names a machine that is known
} campaign;

// ---- Whose constants

// How much an error about a name says: the place in a file that was found, a name that is near, nothing but that there is none.
static int worth_of(const aug_error *error) {
    return error->line ? 2 : strncmp(error->hint, "did you mean", 12) == 0;
}

static bool read_target(campaign *c, const char *name) {
    static const struct {
        const char *folder, *kind;
    } targets[] = {[AUG_CALIBRATES_MACHINE] = {"machines", "machine"},
                   [AUG_CALIBRATES_FAMILY] = {"families", "family"},
                   [AUG_CALIBRATES_LIBRARY] = {"libraries", "library"}};
    aug_errors *first = NULL;
    for (int what = 0; what < (int)AUG_COUNT(targets); what++) {
        aug_library_file file;
        aug_errors *local = AUG_NEW(c->arena, aug_errors);
        const aug_node *root = aug_library_read(c->library, c->arena, local, targets[what].folder, targets[what].kind, name, &file);
        if (root) {
            c->calibration->what = (aug_calibrates)what;
            const aug_node *own = aug_node_peek(root, "name");
            c->calibration->name = own && own->kind == AUG_NODE_SCALAR ? own->text : file.name;
            c->calibration->document = root->document;
            return true;
        }
        if (!first || worth_of(&local->items[0]) > worth_of(&first->items[0]))
            first = local;
    }
    aug_errors_append(c->errors, first);
    return false;
}

static bool belongs(const campaign *c, const aug_sample *sample) {
    const aug_machine *machine = sample->machine->machine;
    const char *name = c->calibration->name;
    switch (c->calibration->what) {
    case AUG_CALIBRATES_MACHINE:
        break; // told by the row's device
    case AUG_CALIBRATES_FAMILY:
        for (int i = 0; i < machine->models->family_count; i++)
            if (strcmp(machine->models->families[i], name) == 0)
                return true;
        return false;
    case AUG_CALIBRATES_LIBRARY:
        return strcmp(sample->software->name, name) == 0 ||
               (sample->software->parent && strcmp(sample->software->parent, name) == 0);
    }
    return false;
}

// ---- Reading tables

static uint64_t hash_text(uint64_t hash, const char *text) { // FNV-1a
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    return (hash ^ 0x1F) * UINT64_C(0x100000001B3);
}

static uint64_t shape_of(const aug_truth *truth, const aug_table_row *row) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (int i = 0; truth->kind->shape[i]; i++)
        hash = hash_text(hash, aug_truth_cell(truth, row, truth->kind->shape[i]));
    return hash ^ hash >> 29;
}

static int machine_index(campaign *c, const char *name) {
    for (int i = 0; i < c->machine_count; i++)
        if (strcmp(c->machines[i], name) == 0)
            return i;
    if (c->machine_count < MOST_MACHINES)
        c->machines[c->machine_count++] = name;
    return c->machine_count - 1;
}

// Whether a row's device is the machine that is calibrated: by its own name, or by a name that the library knows it under.
static bool names_target(campaign *c, aug_truth *truth, const aug_table_row *row) {
    const char *name = c->calibration->name;
    aug_prediction prediction = {0};
    bool own = strcmp(aug_truth_cell(truth, row, "device"), name) == 0;
    const aug_truth_machine *found = own ? NULL : aug_truth_machine_of(truth, row, &prediction);
    c->knows_devices = c->knows_devices || own || found;
    return own || (found && strcmp(found->machine->name, name) == 0);
}

// A row's call where it belongs to what is calibrated; a machine is the file that was asked for, whatever the library holds
// under its name.
static bool sample_row(campaign *c, aug_truth *truth, const aug_table_row *row, aug_sample *sample) {
    aug_prediction prediction = {0};
    bool machine = c->calibration->what == AUG_CALIBRATES_MACHINE;
    if (truth->machine_name || !machine)
        return aug_truth_sample(truth, row, sample, &prediction) && (truth->machine_name || belongs(c, sample));
    if (!names_target(c, truth, row))
        return false;
    truth->machine_name = c->target;
    bool good = aug_truth_sample(truth, row, sample, &prediction);
    truth->machine_name = NULL;
    return good;
}

static void add_row(campaign *c, aug_truth *truth, size_t r) {
    double seconds = aug_truth_measured(truth->table, truth->kind, r, 0);
    aug_sample sample;
    if (!aug_truth_counts(truth->table, r) || isnan(seconds) || !sample_row(c, truth, &truth->table->rows[r], &sample)) {
        c->calibration->left_out++;
        return;
    }
    if (c->count == c->capacity)
        c->rows = aug_arena_grow(c->arena, c->rows, c->count, &c->capacity, sizeof *c->rows);
    char key[2 * AUG_FORMATS_TEXT];
    aug_software_use use = aug_sample_use(&sample);
    aug_software_overhead_key(&use, key);
    c->rows[c->count++] = (measurement){sample, seconds, shape_of(truth, &truth->table->rows[r]),
                                        machine_index(c, sample.machine->machine->name), truth->table->name, r + 1,
                                        aug_arena_copy(c->arena, key, strlen(key))};
}

static bool add_table(campaign *c, const aug_table *table, const aug_truth_kind *kind, const char *machine) {
    aug_truth *truth = aug_truth_new(c->library, c->arena, c->errors, table, kind);
    truth->machine_name = machine;
    int before = aug_errors_total(c->errors);
    for (size_t r = 0; r < table->row_count && c->errors->count < AUG_ERROR_LIMIT; r++)
        add_row(c, truth, r);
    return aug_errors_total(c->errors) == before;
}

// A table that measures single kernels, NULL with an error added where it is none.
static const aug_table *load_table(campaign *c, const char *path, const aug_truth_kind **kind) {
    const aug_table *table = aug_table_load(c->arena, c->errors, path);
    *kind = table ? aug_truth_kind_of(table) : NULL;
    if (!table || (*kind && (*kind)->sample))
        return table;
    const aug_place place = {.file = table->name, .line = 1, .column = 1};
    if (*kind) {
        aug_error_add(c->errors, &place, "%s measures no single kernels: there are no constants to fit", (*kind)->name);
    } else {
        aug_error *error = aug_error_add(c->errors, &place, "the columns are those of no known table of measurements");
        aug_error_hint(error, "known are: %s", aug_truth_kind_names(c->arena));
    }
    return NULL;
}

// Rows of all tables; on `machine`, whatever device they name, where it is not NULL.
static bool read_tables(campaign *c, const char *machine) {
    bool good = true;
    for (int i = 0; i < c->calibration->table_count; i++) {
        const aug_truth_kind *kind;
        const aug_table *table = load_table(c, c->calibration->tables[i], &kind);
        good = table && add_table(c, table, kind, machine) && good;
    }
    return good;
}

// Rows that name what is calibrated. Where no row names a machine that is known, a machine's tables are its owner's and may call the
// device anything.
static bool read_rows(campaign *c, const char *name) {
    if (!read_tables(c, NULL))
        return false;
    if (c->knows_devices || c->calibration->what != AUG_CALIBRATES_MACHINE)
        return true;
    c->calibration->left_out = 0;
    c->calibration->any_device = true;
    return read_tables(c, name);
}

// ---- One fit

typedef struct fitting {
    const measurement **rows;
    size_t count;
    aug_kernel_kind kind;
    bool software; // the one constant is the overhead
    double *measured;
} fitting;

static double predict(void *user, size_t row, const double *constants) {
    const fitting *f = user;
    const measurement *m = f->rows[row];
    if (!f->software)
        return aug_kernel_call(f->kind, &m->sample.machine->chip, constants, &m->sample.shape).seconds;
    aug_kernel_shape shape = m->sample.shape;
    aug_kernel_set_software(f->kind, constants[0], &shape);
    const aug_kernel_fit *fit = &m->sample.machine->machine->models->fits[f->kind];
    return aug_kernel_call(f->kind, &m->sample.machine->chip, fit->constants, &shape).seconds;
}

static aug_fit_problem problem_of(fitting *f, const double *prior) {
    aug_fit_problem p = {.prior_rows = prior_rows, .row_count = f->count, .measured = f->measured, .predict = predict, .user = f};
    if (f->software) {
        p.constant_count = 1;
        p.bounds[0] = (aug_fit_bounds){1e-8, 1e-3, fmax(prior[0], 1e-7)};
        return p;
    }
    const aug_kernel_model *model = aug_kernel_models[f->kind];
    p.constant_count = model->constant_count;
    for (int i = 0; i < model->constant_count; i++)
        p.bounds[i] = (aug_fit_bounds){model->constants[i].low, model->constants[i].high, prior[i]};
    return p;
}

// Predictions of rows by one set of constants.
static void predict_all(const fitting *f, const double *constants, aug_scored *scored) {
    for (size_t i = 0; i < f->count; i++) {
        double seconds = predict((void *)(uintptr_t)f, i, constants);
        scored[i] = (aug_scored){f->rows[i]->seconds, seconds, seconds, seconds};
    }
}

// The part that a row is held back in.
static int part_of(const measurement *m, bool by_machine) {
    return by_machine ? m->machine : (int)(m->shape % FOLDS);
}

static bool is_held_by_machine(const campaign *c) {
    return c->calibration->what == AUG_CALIBRATES_FAMILY && c->machine_count > 1;
}

// Predicts each part of the rows by a fit of all others.
static void hold_back(campaign *c, const fitting *all, const double *prior, const double *fitted, aug_scored *scored) {
    bool by_machine = is_held_by_machine(c);
    int parts = by_machine ? c->machine_count : FOLDS;
    fitting rest = *all;
    rest.rows = (const measurement **)aug_arena_array(c->arena, all->count, sizeof *rest.rows);
    rest.measured = AUG_NEW_ARRAY(c->arena, double, all->count);
    for (int part = 0; part < parts; part++) {
        rest.count = 0;
        for (size_t i = 0; i < all->count; i++)
            if (part_of(all->rows[i], by_machine) != part) {
                rest.measured[rest.count] = all->measured[i];
                rest.rows[rest.count++] = all->rows[i];
            }
        aug_fit_result result;
        memcpy(result.constants, prior, sizeof *prior * AUG_CONSTANTS); // what is believed where no other row is left
        if (rest.count == all->count)
            continue; // no row of this part
        if (rest.count > 0) {
            aug_fit_problem p = problem_of(&rest, prior);
            p.initial = by_machine ? NULL : fitted;
            p.starts = by_machine ? 2 : 0;
            aug_fit_solve(c->arena, &p, &result);
        }
        for (size_t i = 0; i < all->count; i++)
            if (part_of(all->rows[i], by_machine) == part) {
                double seconds = predict((void *)(uintptr_t)all, i, result.constants);
                scored[i] = (aug_scored){all->rows[i]->seconds, seconds, seconds, seconds};
            }
    }
}

static int compare_numbers(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

// The 10th and the 90th percentile of measured over predicted, of one regime (-1: of all).
static size_t spread_of(const fitting *f, const aug_scored *held, const double *constants, int regime, double *scratch, double *low,
                        double *high) {
    size_t count = 0;
    for (size_t i = 0; i < f->count; i++) {
        const measurement *m = f->rows[i];
        if (regime < 0 || aug_kernel_call(f->kind, &m->sample.machine->chip, constants, &m->sample.shape).regime == regime)
            scratch[count++] = held[i].measured / held[i].predicted;
    }
    qsort(scratch, count, sizeof *scratch, compare_numbers);
    *low = aug_quantile(scratch, count, 0.1);
    *high = aug_quantile(scratch, count, 0.9);
    return count;
}

static void find_spread(const fitting *f, const aug_scored *held, double *scratch, aug_calibrated *item) {
    double low, high;
    spread_of(f, held, item->after, -1, scratch, &low, &high);
    for (int regime = 0; regime < aug_kernel_models[f->kind]->regime_count; regime++) {
        size_t count = spread_of(f, held, item->after, regime, scratch, &item->low[regime], &item->high[regime]);
        item->regime_rows[regime] = count;
        if (count < LEAST_OF_REGIME) { // too few to tell: that of all rows, which are likely to be nearer
            item->low[regime] = low;
            item->high[regime] = high;
        }
    }
}

// An interval holds the prediction itself. A family's is for machines that nobody measured, and those that were do not tell
// how far the next one lies: 0.2 more in quadrature. With the interval of a family's other machines alone, 57 % of a machine's rows
// lie in it without, 79 % with that (45,000 rows of 13 machines, validation/truth).
static void widen_spread(aug_calibrated *item, double sibling) {
    for (int r = 0; r < AUG_REGIMES; r++) {
        item->low[r] = exp(-hypot(fmin(log(item->low[r]), 0.0), sibling));
        item->high[r] = exp(hypot(fmax(log(item->high[r]), 0.0), sibling));
    }
}

static bool same_group(const measurement *a, const measurement *b) {
    return a->machine == b->machine && strcmp(a->sample.formats, b->sample.formats) == 0;
}

// Scores held-back rows by machine and formats, with the interval that the fit gives them.
static void score_groups(campaign *c, const fitting *f, aug_scored *held, aug_calibrated *item) {
    aug_scored *rows = AUG_NEW_ARRAY(c->arena, aug_scored, f->count);
    double *scratch = AUG_NEW_ARRAY(c->arena, double, f->count);
    bool *done = AUG_NEW_ARRAY(c->arena, bool, f->count);
    for (size_t i = 0; i < f->count; i++) {
        const measurement *m = f->rows[i];
        int regime = aug_kernel_call(f->kind, &m->sample.machine->chip, item->after, &m->sample.shape).regime;
        held[i].low = held[i].predicted * item->low[regime];
        held[i].high = held[i].predicted * item->high[regime];
    }
    int capacity = 0;
    for (size_t first = 0; first < f->count; first++) {
        if (done[first])
            continue;
        size_t count = 0;
        for (size_t i = first; i < f->count; i++)
            if (!done[i] && same_group(f->rows[i], f->rows[first])) {
                rows[count++] = held[i];
                done[i] = true;
            }
        if (item->group_count == (size_t)capacity)
            item->groups = aug_arena_grow(c->arena, item->groups, capacity, &capacity, sizeof *item->groups);
        item->groups[item->group_count++] = (aug_held_group){c->machines[f->rows[first]->machine], f->rows[first]->sample.formats,
                                                             aug_score_make(rows, count, scratch)};
    }
}

static void keep_held(campaign *c, const fitting *f, const aug_scored *held, aug_calibrated *item) {
    bool by_machine = is_held_by_machine(c);
    item->held = AUG_NEW_ARRAY(c->arena, aug_held_row, f->count);
    for (size_t i = 0; i < f->count; i++) {
        const measurement *m = f->rows[i];
        int regime = aug_kernel_call(f->kind, &m->sample.machine->chip, item->after, &m->sample.shape).regime;
        item->held[i] = (aug_held_row){m->table, m->row, c->machines[m->machine], m->sample.formats, part_of(m, by_machine), regime, held[i]};
    }
}

static void fit_rows(campaign *c, fitting *f, const double *prior, aug_calibrated *item) {
    aug_scored *scored = AUG_NEW_ARRAY(c->arena, aug_scored, f->count);
    double *scratch = AUG_NEW_ARRAY(c->arena, double, f->count);
    bool met[MOST_MACHINES] = {false};
    item->kind = f->kind;
    item->rows = f->count;
    for (size_t i = 0; i < f->count; i++) {
        item->machines += !met[f->rows[i]->machine];
        met[f->rows[i]->machine] = true;
    }
    aug_fit_problem p = problem_of(f, prior);
    p.starts = f->software ? 0 : STARTS;
    p.initial = f->software ? NULL : f->rows[0]->sample.machine->machine->models->fits[f->kind].constants;
    aug_fit_result result;
    aug_fit_solve(c->arena, &p, &result);
    for (int i = 0; i < p.constant_count; i++) {
        item->before[i] = prior[i];
        item->after[i] = result.constants[i];
        item->errors[i] = result.errors[i];
    }
    predict_all(f, item->before, scored);
    item->score_before = aug_score_make(scored, f->count, scratch);
    predict_all(f, item->after, scored);
    item->score_after = aug_score_make(scored, f->count, scratch);
    hold_back(c, f, prior, item->after, scored);
    item->score_held = aug_score_make(scored, f->count, scratch);
    if (f->software)
        return;
    find_spread(f, scored, scratch, item);
    widen_spread(item, c->calibration->what == AUG_CALIBRATES_FAMILY ? 0.2 : 0.0);
    score_groups(c, f, scored, item);
    keep_held(c, f, scored, item);
}

static bool same_overhead(const measurement *a, const measurement *b) {
    return a->sample.kind == b->sample.kind && strcmp(a->overhead, b->overhead) == 0;
}

// Collects the rows that one fit takes: those of a kind, or of the overhead of row `first`.
static void collect(const campaign *c, const measurement *first, bool software, fitting *f) {
    f->count = 0;
    f->kind = first->sample.kind;
    f->software = software;
    for (int i = 0; i < c->count; i++) {
        const measurement *m = &c->rows[i];
        if (software ? same_overhead(m, first) : m->sample.kind == first->sample.kind) {
            f->measured[f->count] = m->seconds;
            f->rows[f->count++] = m;
        }
    }
}

// The constants that were believed before the rows: those of the machine's family, of the family's parents.
static const double *prior_of(campaign *c, const measurement *row) {
    aug_kernel_kind kind = row->sample.kind;
    if (c->calibration->what == AUG_CALIBRATES_LIBRARY) {
        double *overhead = AUG_NEW_ARRAY(c->arena, double, AUG_CONSTANTS);
        aug_software_use use = aug_sample_use(&row->sample);
        overhead[0] = aug_software_overhead(&use);
        return overhead;
    }
    const aug_machine *machine = row->sample.machine->machine;
    aug_machine bare = {.name = machine->name, .family = machine->family, .model = AUG_MACHINE_KERNEL};
    aug_kernels *kernels = NULL;
    if (c->calibration->what == AUG_CALIBRATES_FAMILY) {
        const aug_machine_family *family = aug_machine_family_load(c->library, c->arena, c->errors, c->calibration->document->name);
        bare.family = family ? family->parent : NULL;
    }
    kernels = bare.family ? aug_kernels_load(c->library, c->arena, c->errors, &bare) : NULL;
    if (!kernels) {
        kernels = AUG_NEW(c->arena, aug_kernels);
        aug_kernels_start(kernels);
    }
    return kernels->fits[kind].constants;
}

static void fit_all(campaign *c) {
    aug_calibration *calibration = c->calibration;
    bool software = calibration->what == AUG_CALIBRATES_LIBRARY;
    fitting f = {.rows = (const measurement **)aug_arena_array(c->arena, (size_t)c->count, sizeof *f.rows),
                 .measured = AUG_NEW_ARRAY(c->arena, double, (size_t)c->count)};
    calibration->items = AUG_NEW_ARRAY(c->arena, aug_calibrated, software ? AUG_OVERHEADS : AUG_KERNEL_KIND_COUNT);
    for (int i = 0; i < c->count; i++) {
        bool done = false;
        for (int before = 0; before < i && !done; before++)
            done = software ? same_overhead(&c->rows[before], &c->rows[i]) : c->rows[before].sample.kind == c->rows[i].sample.kind;
        if (done || (software && calibration->count == AUG_OVERHEADS))
            continue;
        collect(c, &c->rows[i], software, &f);
        if (f.count < AUG_CALIBRATION_LEAST) {
            calibration->left_out += f.count;
            continue;
        }
        aug_calibrated *item = &calibration->items[calibration->count++];
        item->formats = software ? c->rows[i].overhead : NULL;
        fit_rows(c, &f, prior_of(c, &c->rows[i]), item);
        calibration->rows += f.count;
    }
}

aug_calibration *aug_calibration_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name,
                                     const char *const *tables, int table_count) {
    campaign c = {.library = library, .arena = arena, .errors = errors, .target = name, .calibration = AUG_NEW(arena, aug_calibration)};
    c.calibration->tables = tables;
    c.calibration->table_count = table_count;
    if (!read_target(&c, name) || !read_rows(&c, name))
        return NULL;
    fit_all(&c);
    return aug_errors_total(errors) ? NULL : c.calibration;
}
