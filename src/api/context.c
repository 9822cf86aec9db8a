// Contexts, answers, and where the data is.
#include "api/context.h"

#include "base/buffer.h"
#include "base/spelling.h"
#include "report/page.h"
#include "text/diagnostic.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef AUG_INSTALLED_DATA
#define AUG_INSTALLED_DATA ""
#endif
#ifndef AUG_SOURCE_DATA
#define AUG_SOURCE_DATA ""
#endif
#ifndef AUG_VERSION
#define AUG_VERSION "0"
#endif

const char *aug_version(void) {
    return AUG_VERSION;
}

static bool is_folder(const char *path) {
    struct stat status;
    return *path && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *find_data(void) {
    const char *named = getenv("AUGER_DATA");
    if (named && *named)
        return named;
    return is_folder(AUG_INSTALLED_DATA) ? AUG_INSTALLED_DATA : AUG_SOURCE_DATA;
}

aug_context *aug_context_new(void) {
    aug_context *context = calloc(1, sizeof *context);
    if (!context)
        return NULL;
    atomic_init(&context->progress.stop, false);
    if (aug_context_set_data(context, find_data()))
        return context;
    free(context);
    return NULL;
}

void aug_context_free(aug_context *context) {
    if (!context)
        return;
    free(context->data);
    free(context);
}

bool aug_context_set_data(aug_context *context, const char *folder) {
    char *copy = malloc(strlen(folder) + 1);
    if (!copy)
        return false;
    memcpy(copy, folder, strlen(folder) + 1);
    free(context->data);
    context->data = copy;
    context->library.root = copy;
    return true;
}

const char *aug_context_data(const aug_context *context) {
    return context->data;
}

void aug_context_set_threads(aug_context *context, int threads) {
    context->threads = threads;
}

void aug_context_set_progress(aug_context *context, void (*report)(void *user, uint64_t done, uint64_t total), void *user) {
    context->progress.report = report;
    context->progress.user = user;
}

void aug_context_interrupt(aug_context *context) {
    atomic_store_explicit(&context->progress.stop, true, memory_order_relaxed);
}

aug_answer *aug_answer_new(void) {
    aug_answer *answer = calloc(1, sizeof *answer);
    if (!answer)
        return NULL;
    aug_arena_init(&answer->arena, &answer->failure);
    clock_gettime(CLOCK_MONOTONIC, &answer->start);
    answer->locale = aug_c_locale_begin();
    return answer;
}

void aug_answer_free(aug_answer *answer) {
    if (!answer)
        return;
    if (answer->release)
        answer->release(answer->report.found);
    aug_arena_free(&answer->arena);
    free(answer);
}

aug_status aug_answer_end(aug_answer *answer, aug_status status) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    answer->report.seconds = (double)(now.tv_sec - answer->start.tv_sec) + 1e-9 * (double)(now.tv_nsec - answer->start.tv_nsec);
    if (answer->report.threads == 0)
        answer->report.threads = 1;
    aug_errors_sort(&answer->errors);
    answer->status = answer->errors.count && status != AUG_INTERNAL ? AUG_BAD_INPUT : status;
    aug_c_locale_end(answer->locale);
    return answer->status;
}

aug_status aug_answer_fail(aug_answer **answer) {
    aug_c_locale_end((*answer)->locale);
    aug_answer_free(*answer);
    *answer = NULL;
    return AUG_INTERNAL;
}

bool aug_mapping_options_agree(aug_errors *errors, bool mapped, uint64_t node_limit, const char *cache) {
    if (mapped || (!node_limit && !cache))
        return true;
    aug_error *error = aug_error_add(errors, NULL, "limit and cache are those of searches for mappings, which are not asked for");
    aug_error_hint(error, "add --mapped, or leave them out");
    return false;
}

aug_status aug_answer_status(const aug_answer *answer) {
    return answer->status;
}

static const char *status_word(aug_status status) {
    switch (status) {
    case AUG_OK:
        return "ok";
    case AUG_NO:
        return "no";
    case AUG_LIMIT:
        return "limit";
    case AUG_BAD_INPUT:
    case AUG_INTERNAL:
        break;
    }
    return "error";
}

typedef enum answer_form { FORM_TEXT, FORM_JSON, FORM_HTML, FORM_CSV, FORM_PREDICTIONS, FORM_CALIBRATED, FORM_CERTIFICATE } answer_form;

static void write_page(aug_buffer *out, aug_answer *answer) {
    aug_buffer json;
    aug_buffer_init(&json, &answer->arena);
    aug_report_json(&json, &answer->report, status_word(answer->status));
    aug_page_write(out, aug_buffer_text(&json));
}

static void write_form(aug_buffer *out, aug_answer *answer, answer_form form) {
    const aug_report *report = &answer->report;
    if (!report->found || answer->status == AUG_BAD_INPUT)
        return;
    if (form == FORM_JSON)
        aug_report_json(out, report, status_word(answer->status));
    else if (form == FORM_HTML)
        write_page(out, answer);
    else if (form == FORM_TEXT)
        report->text(out, report->found);
    else if (form == FORM_CSV && report->csv)
        report->csv(out, report->found);
    else if (form == FORM_PREDICTIONS && report->predictions)
        report->predictions(out, report->found);
    else if (form == FORM_CALIBRATED && report->calibrated)
        report->calibrated(out, report->found);
    else if (form == FORM_CERTIFICATE && report->certificate)
        report->certificate(out, report->found);
}

// Builds one form of an answer the first time it is asked for.
static const char *build(aug_answer *answer, const char **kept, answer_form form) {
    if (*kept)
        return *kept;
    answer->locale = aug_c_locale_begin();
    if (setjmp(answer->failure) == 0) {
        aug_buffer out;
        aug_buffer_init(&out, &answer->arena);
        write_form(&out, answer, form);
        *kept = aug_buffer_text(&out);
    }
    aug_c_locale_end(answer->locale);
    return *kept;
}

const char *aug_answer_text(aug_answer *answer) {
    return build(answer, &answer->text, FORM_TEXT);
}

const char *aug_answer_json(aug_answer *answer) {
    return build(answer, &answer->json, FORM_JSON);
}

const char *aug_answer_html(aug_answer *answer) {
    return build(answer, &answer->html, FORM_HTML);
}

const char *aug_answer_csv(aug_answer *answer) {
    return build(answer, &answer->csv, FORM_CSV);
}

const char *aug_answer_predictions(aug_answer *answer) {
    return build(answer, &answer->predictions, FORM_PREDICTIONS);
}

const char *aug_answer_calibrated(aug_answer *answer) {
    return build(answer, &answer->calibrated, FORM_CALIBRATED);
}

const char *aug_answer_certificate(aug_answer *answer) {
    return build(answer, &answer->certificate, FORM_CERTIFICATE);
}

const char *aug_answer_errors(aug_answer *answer) {
    if (answer->error_text)
        return answer->error_text;
    if (setjmp(answer->failure) != 0)
        return NULL;
    aug_buffer out;
    aug_buffer_init(&out, &answer->arena);
    aug_diagnostics_print(&out, &answer->errors);
    return answer->error_text = aug_buffer_text(&out);
}

bool aug_answer_metric(const aug_answer *answer, const char *key, double *value) {
    const aug_report *report = &answer->report;
    return report->metric && answer->status != AUG_BAD_INPUT && report->metric(report->found, key, value);
}

int aug_answer_error_count(const aug_answer *answer) {
    return answer->errors.count;
}

aug_error_info aug_answer_error(const aug_answer *answer, int index) {
    if (index < 0 || index >= answer->errors.count)
        return (aug_error_info){"", 0, 0, "", ""};
    const aug_error *error = &answer->errors.items[index];
    return (aug_error_info){error->file, error->line, error->column, error->message, error->hint};
}

const char *aug_nearest_name(const char *wanted, const char *const *names, int count) {
    aug_spelling spelling = {.wanted = wanted};
    for (int i = 0; i < count; i++)
        aug_spelling_offer(&spelling, names[i]);
    return spelling.nearest;
}
