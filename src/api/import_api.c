// Files of another tool as Auger's own. A format is one row.
#include "api/context.h"

#include "base/spelling.h"
#include "interchange/timeloop.h"

#include <string.h>

// What an import found: the files that it makes.
typedef struct made_files {
    const aug_answer *answer;
} made_files;

static void add_file(aug_answer *answer, const char *name, const char *text) {
    if (!text)
        return;
    answer->files[answer->file_count].name = name;
    answer->files[answer->file_count++].text = text;
}

static bool import_timeloop(const aug_reader *reader, const char *const *paths, int count,
                            aug_answer *answer) {
    aug_timeloop_files files;
    if (!aug_timeloop_import(reader, paths, count, &files))
        return false;
    add_file(answer, "machine.yaml", files.machine);
    add_file(answer, "workload.yaml", files.workload);
    add_file(answer, "mapping.yaml", files.mapping);
    add_file(answer, "constraints.yaml", files.constraints);
    return true;
}

typedef struct import_format {
    const char *name;
    bool (*import)(const aug_reader *reader, const char *const *paths, int count, aug_answer *answer);
} import_format;

static const import_format formats[] = {{"timeloop", import_timeloop}};

static void write_text(aug_buffer *out, const void *found) {
    const aug_answer *answer = ((const made_files *)found)->answer;
    for (int i = 0; i < answer->file_count; i++)
        aug_buffer_print(out, "%s%s\n", i ? "\n" : "", answer->files[i].text);
}

static void write_json(aug_json *json, const void *found) {
    const aug_answer *answer = ((const made_files *)found)->answer;
    aug_json_open(json, "files", '[');
    for (int i = 0; i < answer->file_count; i++) {
        aug_json_open(json, NULL, '{');
        aug_json_text(json, "name", answer->files[i].name);
        aug_json_text(json, "text", answer->files[i].text);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static const import_format *find_format(aug_errors *errors, const char *name) {
    aug_spelling spelling = {.wanted = name};
    for (size_t i = 0; i < AUG_COUNT(formats); i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
        aug_spelling_offer(&spelling, formats[i].name);
    }
    aug_error *error = aug_error_add(errors, NULL, "unknown format '%.60s'", name);
    aug_error_hint(error, spelling.nearest ? "did you mean '%s'?" : "known is '%s'", formats[0].name);
    return NULL;
}

static aug_status run(aug_answer *answer, const char *name, const char *const *files, int count) {
    const aug_reader reader = {&answer->arena, &answer->errors};
    const import_format *format = find_format(&answer->errors, name);
    if (!format || !format->import(&reader, files, count, answer))
        return AUG_BAD_INPUT;
    made_files *found = AUG_NEW(&answer->arena, made_files);
    found->answer = answer;
    answer->report = (aug_report){.found = found, .text = write_text, .json = write_json};
    return AUG_OK;
}

aug_status aug_import_run(aug_context *context, const char *format, const char *const *files, int count,
                          aug_answer **answer) {
    (void)context;
    AUG_CALL(answer, run(*answer, format, files, count));
}

int aug_answer_file_count(const aug_answer *answer) {
    return answer->status == AUG_BAD_INPUT ? 0 : answer->file_count;
}

const char *aug_answer_file_name(const aug_answer *answer, int index) {
    return index >= 0 && index < aug_answer_file_count(answer) ? answer->files[index].name : "";
}

const char *aug_answer_file_text(const aug_answer *answer, int index) {
    return index >= 0 && index < aug_answer_file_count(answer) ? answer->files[index].text : "";
}
