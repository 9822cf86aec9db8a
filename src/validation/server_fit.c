#include "validation/server_fit.h"

#include "validation/truth_serving.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 5, MOST_MODELS = 64, STARTS = 3, SAMPLE = 110 };

// Times to first token scatter further than times per token do; their logarithms count for less, so that the loss, which
// levels off at 0.15, still tells near from far.
static const double share_of_log[AUG_SERVER_TIMES] = {0.6, 1.0};
// Weight of what is believed before: a few rows.
static const double prior_rows = 2.0;

const aug_server_constant aug_server_constants[AUG_SERVER_CONSTANTS] = {
    {"step", 2e-5, 1e-2, 1e-3},
    {"step_per_request", 1e-7, 1e-4, 5e-6},
    {"prompt", 2e-4, 0.3, 1.5e-2},
    {"prompt_per_token", 1e-7, 1e-4, 5e-6},
    {"request", 1e-3, 0.5, 5e-2},
};
const char *const aug_server_times[AUG_SERVER_TIMES] = {"ttft", "tpot"};

// One row, with the answer to the constants that were tried last.
typedef struct served_case {
    const char *table, *machine;
    size_t row;
    int model; // index among those that were met
    aug_truth_served served;
    double measured[AUG_SERVER_TIMES];
    double tried[AUG_SERVER_CONSTANTS];
    aug_rerun_answer answer;
} served_case;

typedef struct campaign {
    aug_arena *arena;
    aug_rerun_room *room;
    aug_server_fit *fit;
    served_case *cases;
    int count, capacity;
    const char *models[MOST_MODELS];
} campaign;

// Rows of a fit: pairs of a case and a time.
typedef struct fitting {
    campaign *c;
    int *cases, *times;
    double *measured;
    size_t count;
} fitting;

// ---- Reading

static int model_index(campaign *c, const char *name) {
    for (int i = 0; i < c->fit->model_count; i++)
        if (strcmp(c->models[i], name) == 0)
            return i;
    if (c->fit->model_count < MOST_MODELS)
        c->models[c->fit->model_count++] = name;
    return c->fit->model_count - 1;
}

static bool is_of(const aug_software *software, const char *name) {
    return software && (strcmp(software->name, name) == 0 || (software->parent && strcmp(software->parent, name) == 0));
}

static void add_row(campaign *c, aug_truth *truth, size_t r) {
    aug_prediction prediction = {0};
    const aug_table_row *row = &truth->table->rows[r];
    served_case added = {.table = truth->table->name, .row = r + 1, .tried = {-1.0}};
    bool good = aug_truth_counts(truth->table, r) && aug_truth_serving_load(truth, row, &added.served, &prediction);
    if (!good || !is_of(added.served.run.software, c->fit->name)) {
        c->fit->left_out++;
        return;
    }
    added.machine = added.served.run.machine->name;
    added.model = model_index(c, added.served.run.model->name);
    for (int t = 0; t < AUG_SERVER_TIMES; t++)
        added.measured[t] = aug_truth_measured(truth->table, truth->kind, r, t);
    if (c->count == c->capacity)
        c->cases = aug_arena_grow(c->arena, c->cases, c->count, &c->capacity, sizeof *c->cases);
    c->cases[c->count++] = added;
}

static bool read_table(campaign *c, const aug_library *library, aug_errors *errors, const char *path) {
    const aug_table *table = aug_table_load(c->arena, errors, path);
    if (!table)
        return false;
    const aug_truth_kind *kind = aug_truth_kind_of(table);
    if (kind != &aug_truth_serving) {
        const aug_place place = {.file = table->name, .line = 1, .column = 1};
        aug_error *error = aug_error_add(errors, &place, "the table measures no serving runs, as those beside it do");
        aug_error_hint(error, "calibrate a server by serving runs alone, kernels by tables of kernels");
        return false;
    }
    aug_truth *truth = aug_truth_new(library, c->arena, errors, table, kind);
    int before = aug_errors_total(errors);
    for (size_t r = 0; r < table->row_count && errors->count < AUG_ERROR_LIMIT; r++)
        add_row(c, truth, r);
    return aug_errors_total(errors) == before;
}

bool aug_server_fit_takes(aug_arena *arena, const char *path) {
    aug_errors *ignored = AUG_NEW(arena, aug_errors);
    const aug_table *table = aug_table_load(arena, ignored, path);
    return table && aug_truth_kind_of(table) == &aug_truth_serving;
}

// ---- Predicting

static void set_host(const double *constants, const served_case *s, aug_rerun_load *load) {
    aug_software host = {.looks = s->served.run.software->looks, .mixes = s->served.run.software->mixes,
                         .ranks_wait = s->served.run.software->ranks_wait};
    host.step_seconds = constants[0];
    host.step_request_seconds = constants[1];
    host.prompt_seconds = constants[2];
    host.prompt_token_seconds = constants[3];
    host.request_seconds = constants[4];
    aug_truth_deployment_host(&host, &s->served.run, load);
}

static double time_of(campaign *c, int index, int time, const double *constants) {
    served_case *s = &c->cases[index];
    if (memcmp(s->tried, constants, sizeof s->tried) != 0) {
        aug_rerun_load load = s->served.load;
        set_host(constants, s, &load);
        s->answer = aug_rerun_run(c->room, &load);
        memcpy(s->tried, constants, sizeof s->tried);
    }
    return fmax(time == AUG_SERVER_TTFT ? s->answer.ttft_seconds : s->answer.tpot_seconds, 1e-9);
}

static double predict(void *user, size_t row, const double *constants) {
    const fitting *f = user;
    return pow(time_of(f->c, f->cases[row], f->times[row], constants), share_of_log[f->times[row]]);
}

// ---- Fitting

// Times of the cases whose model's part is not `without` (-1: all), of about `most` cases of each model, evenly among them.
static void collect(campaign *c, int without, int most, fitting *f) {
    int counts[MOST_MODELS] = {0};
    for (int i = 0; i < c->count; i++)
        counts[c->cases[i].model]++;
    f->c = c;
    f->count = 0;
    for (int t = 0; t < AUG_SERVER_TIMES; t++) {
        int at[MOST_MODELS] = {0};
        for (int i = 0; i < c->count; i++) {
            int model = c->cases[i].model, stride = (counts[model] + most - 1) / most;
            if (model % FOLDS == without || at[model]++ % stride != 0 || !(c->cases[i].measured[t] > 0.0))
                continue;
            f->cases[f->count] = i;
            f->times[f->count] = t;
            f->measured[f->count++] = pow(c->cases[i].measured[t], share_of_log[t]);
        }
    }
}

static void solve(fitting *f, const double *initial, int starts, aug_fit_result *result) {
    aug_fit_problem p = {.constant_count = AUG_SERVER_CONSTANTS,
                         .prior_rows = prior_rows,
                         .row_count = f->count,
                         .measured = f->measured,
                         .predict = predict,
                         .user = f,
                         .starts = starts,
                         .initial = initial};
    for (int i = 0; i < AUG_SERVER_CONSTANTS; i++)
        p.bounds[i] = (aug_fit_bounds){aug_server_constants[i].low, aug_server_constants[i].high, aug_server_constants[i].prior};
    aug_fit_solve(f->c->arena, &p, result);
}

static void score(campaign *c, const fitting *f, const double *constants, aug_score *scores) {
    aug_scored *scored = AUG_NEW_ARRAY(c->arena, aug_scored, f->count);
    double *scratch = AUG_NEW_ARRAY(c->arena, double, f->count);
    for (int t = 0; t < AUG_SERVER_TIMES; t++) {
        size_t count = 0;
        for (size_t i = 0; i < f->count; i++) {
            double seconds = f->times[i] == t ? time_of(c, f->cases[i], t, constants) : 0.0;
            if (f->times[i] == t)
                scored[count++] = (aug_scored){c->cases[f->cases[i]].measured[t], seconds, seconds, seconds};
        }
        scores[t] = aug_score_make(scored, count, scratch);
    }
}

static int compare_numbers(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void score_held(campaign *c) {
    aug_server_fit *fit = c->fit;
    aug_scored *scored = AUG_NEW_ARRAY(c->arena, aug_scored, fit->held_count);
    double *scratch = AUG_NEW_ARRAY(c->arena, double, fit->held_count);
    for (int t = 0; t < AUG_SERVER_TIMES; t++) {
        size_t count = 0;
        for (size_t i = 0; i < fit->held_count; i++)
            if (fit->held[i].time == t) {
                const aug_server_held *h = &fit->held[i];
                scratch[count] = h->measured / h->predicted;
                scored[count++] = (aug_scored){h->measured, h->predicted, h->predicted, h->predicted};
            }
        if (count == 0)
            continue;
        qsort(scratch, count, sizeof *scratch, compare_numbers);
        fit->low[t] = aug_quantile(scratch, count, 0.1);
        fit->high[t] = aug_quantile(scratch, count, 0.9);
        fit->score_held[t] = aug_score_make(scored, count, scratch);
    }
}

static void hold_back(campaign *c, const fitting *all, fitting *rest) {
    aug_server_fit *fit = c->fit;
    fit->held = AUG_NEW_ARRAY(c->arena, aug_server_held, all->count);
    for (int part = 0; part < FOLDS && part < fit->model_count; part++) {
        collect(c, part, SAMPLE, rest);
        aug_fit_result result;
        for (int i = 0; i < AUG_SERVER_CONSTANTS; i++) // what is believed where no other model is left
            result.constants[i] = aug_server_constants[i].prior;
        if (rest->count > 0)
            solve(rest, NULL, STARTS, &result);
        for (size_t i = 0; i < all->count; i++) {
            const served_case *s = &c->cases[all->cases[i]];
            if (s->model % FOLDS != part)
                continue;
            double seconds = time_of(c, all->cases[i], all->times[i], result.constants);
            fit->held[fit->held_count++] = (aug_server_held){s->table, s->row, s->machine, c->models[s->model], part,
                                                             all->times[i], s->measured[all->times[i]], seconds};
        }
    }
    score_held(c);
}

static fitting make_fitting(campaign *c) {
    size_t most = (size_t)c->count * AUG_SERVER_TIMES;
    return (fitting){.c = c,
                     .cases = AUG_NEW_ARRAY(c->arena, int, most),
                     .times = AUG_NEW_ARRAY(c->arena, int, most),
                     .measured = AUG_NEW_ARRAY(c->arena, double, most)};
}

static void fit_server(campaign *c, const aug_software *server) {
    aug_server_fit *fit = c->fit;
    const double before[] = {server->step_seconds, server->step_request_seconds, server->prompt_seconds, server->prompt_token_seconds,
                             server->request_seconds};
    fitting all = make_fitting(c), rest = make_fitting(c);
    collect(c, -1, c->count, &all);
    collect(c, -1, SAMPLE, &rest);
    memcpy(fit->before, before, sizeof before);
    memcpy(fit->after, before, sizeof before);
    if (all.count == 0)
        return;
    aug_fit_result result;
    solve(&rest, NULL, STARTS, &result);
    memcpy(fit->after, result.constants, sizeof fit->after);
    memcpy(fit->errors, result.errors, sizeof fit->errors);
    score(c, &all, fit->before, fit->score_before);
    score(c, &all, fit->after, fit->score_after);
    hold_back(c, &all, &rest);
}

aug_server_fit *aug_server_fit_run(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name,
                                   const char *const *tables, int table_count) {
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "libraries", "library", name, &file);
    const aug_software *server = root ? aug_software_load(library, arena, errors, name) : NULL;
    if (!server)
        return NULL;
    campaign c = {.arena = arena, .room = aug_rerun_room_make(arena), .fit = AUG_NEW(arena, aug_server_fit)};
    c.fit->name = server->name;
    c.fit->document = root->document;
    c.fit->tables = tables;
    c.fit->table_count = table_count;
    bool good = true;
    for (int i = 0; i < table_count; i++)
        good = read_table(&c, library, errors, tables[i]) && good;
    if (good) {
        c.fit->rows = (size_t)c.count;
        const char **models = (const char **)aug_arena_array(arena, MOST_MODELS, sizeof *models);
        memcpy(models, c.models, sizeof c.models);
        c.fit->models = models;
        fit_server(&c, server);
    }
    return good ? c.fit : NULL;
}
