#include "api/einsum_load.h"

#include "base/spelling.h"
#include "interchange/timeloop.h"
#include "machine/silicon.h"

#include <assert.h>
#include <string.h>

const aug_model *aug_einsum_load_workload(aug_context *context, const aug_reader *reader, const char *name) {
    const aug_model *model = aug_model_load(&context->library, reader->arena, reader->errors, name);
    if (!model || strcmp(model->family, "workload") == 0)
        return model;
    aug_error *error =
        aug_error_add(reader->errors, NULL, "'%.60s' is a model, not a workload of einsums", model->name);
    aug_error_hint(error, "write the einsum with its sizes into a file that begins with 'auger: workload/1'");
    return NULL;
}

const aug_machine *aug_einsum_load_machine(aug_context *context, const aug_reader *reader, const char *name) {
    aug_machine *machine = aug_machine_load(&context->library, reader->arena, reader->errors, name);
    bool good = machine && aug_silicon_load(&context->library, reader->arena, reader->errors, machine);
    return good ? machine : NULL;
}

// The names of einsums for a hint, as many as there is room for.
static const char *list_einsums(aug_arena *arena, const aug_graph *graph) {
    enum { ROOM = 150 };
    aug_buffer names;
    aug_buffer_init(&names, arena);
    for (int i = 0; i < graph->count; i++) {
        if (names.length > ROOM)
            return aug_arena_print(arena, "%s, ...", aug_buffer_text(&names));
        aug_buffer_print(&names, "%s'%s'", i ? ", " : "", graph->operators[i].name);
    }
    return aug_buffer_text(&names);
}

const aug_operator *aug_einsum_choose(const aug_reader *reader, const aug_model *workload, const char *name) {
    const aug_graph *graph = &workload->stages[0].graph;
    if (!name && graph->count == 1)
        return &graph->operators[0];
    aug_spelling spelling = {.wanted = name ? name : ""};
    for (int i = 0; name && i < graph->count; i++) {
        if (strcmp(graph->operators[i].name, name) == 0)
            return &graph->operators[i];
        aug_spelling_offer(&spelling, graph->operators[i].name);
    }
    aug_error *error =
        name ? aug_error_add(reader->errors, NULL, "no einsum of workload '%.60s' is called '%.60s'",
                             workload->name, name)
             : aug_error_add(reader->errors, NULL, "workload '%.60s' has %d einsums: choose one by its name",
                             workload->name, graph->count);
    if (spelling.nearest && name)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(error, "they are %s", list_einsums(reader->arena, graph));
    return NULL;
}

// Sizes of a hand-written workload are the whole numbers that its file states.
bool aug_einsum_bind(const aug_reader *reader, const aug_operator *operation, const aug_machine *machine,
                     aug_problem *problem) {
    aug_count sizes[AUG_EINSUM_RANKS];
    bool whole = aug_operator_counts(operation, sizes);
    assert(whole);
    return whole && aug_problem_bind(reader, operation, sizes, machine, problem);
}

static const aug_document *parse(const aug_reader *reader, const char *name, const char *text) {
    return aug_document_parse(reader->arena, reader->errors, name, text, strlen(text));
}

// The names of the texts stand in messages about them.
bool aug_einsum_load_timeloop(aug_context *context, const aug_reader *reader, const char *const *paths,
                              int count, aug_einsum_case *found) {
    aug_timeloop_files files;
    *found = (aug_einsum_case){0};
    if (!aug_timeloop_import(reader, paths, count, &files))
        return false;
    const aug_document *workload = parse(reader, "workload.yaml", files.workload),
                       *machine_file = parse(reader, "machine.yaml", files.machine);
    aug_machine *machine = AUG_NEW(reader->arena, aug_machine);
    if (!workload || !machine_file || !aug_machine_read(reader, machine_file->root, "timeloop", machine))
        return false;
    found->machine = machine;
    found->workload = aug_model_read(&context->library, reader, workload, "timeloop");
    found->mapping = files.mapping ? parse(reader, "mapping.yaml", files.mapping) : NULL;
    found->constraints = files.constraints ? parse(reader, "constraints.yaml", files.constraints) : NULL;
    return found->workload && (found->mapping || !files.mapping) &&
           (found->constraints || !files.constraints);
}
