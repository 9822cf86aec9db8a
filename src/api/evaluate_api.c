// One mapping of one einsum of a workload on a machine.
#include "api/context.h"

#include "base/spelling.h"
#include "cost/scatter.h"
#include "interchange/timeloop.h"
#include "machine/silicon.h"
#include "report/evaluate_report.h"
#include "workload/model.h"

#include <assert.h>
#include <string.h>

aug_evaluate_options aug_evaluate_options_default(void) {
    return (aug_evaluate_options){0};
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

// The einsum of a name, or the only one.
static const aug_operator *find_einsum(const aug_reader *reader, const aug_model *model, const char *name) {
    const aug_graph *graph = &model->stages[0].graph;
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
                             model->name, name)
             : aug_error_add(reader->errors, NULL, "workload '%.60s' has %d einsums: choose one by its name",
                             model->name, graph->count);
    if (spelling.nearest && name)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(error, "they are %s", list_einsums(reader->arena, graph));
    return NULL;
}

static const aug_operator *load_einsum(aug_context *context, const aug_reader *reader, const char *workload,
                                       const char *name, const aug_model **model) {
    *model = aug_model_load(&context->library, reader->arena, reader->errors, workload);
    if (!*model)
        return NULL;
    if (strcmp((*model)->family, "workload") == 0)
        return find_einsum(reader, *model, name);
    aug_error *error =
        aug_error_add(reader->errors, NULL, "'%.60s' is a model, not a workload of einsums", (*model)->name);
    aug_error_hint(error, "write the einsum with its sizes into a file that begins with 'auger: workload/1'");
    return NULL;
}

// Sizes of a hand-written workload are the whole numbers that its file states.
static bool bind(const aug_reader *reader, const aug_operator *operation, const aug_machine *machine,
                 aug_problem *problem) {
    aug_count sizes[AUG_EINSUM_RANKS];
    bool whole = aug_operator_counts(operation, sizes);
    assert(whole);
    return whole && aug_problem_bind(reader, operation, sizes, machine, problem);
}

// The argument itself as a nest: what has a bracket is no path.
static const aug_node *nest_of(aug_arena *arena, const char *text) {
    aug_document *document = AUG_NEW(arena, aug_document);
    aug_node *node = AUG_NEW(arena, aug_node);
    *document = (aug_document){.name = "nest", .text = text, .length = strlen(text), .root = node};
    *node = (aug_node){.document = document,
                       .kind = AUG_NODE_SCALAR,
                       .quoted = true,
                       .text = text,
                       .line = 1,
                       .column = 1,
                       .weight = 1};
    return node;
}

static bool load_mapping(aug_context *context, const aug_reader *reader, const char *name,
                         const aug_problem *problem, aug_mapping *mapping) {
    if (strchr(name, '[')) {
        const aug_node *nest = nest_of(reader->arena, name);
        return aug_mapping_parse(reader, nest, problem, mapping) &&
               aug_mapping_check(reader, nest, problem, mapping);
    }
    aug_library_file file;
    return aug_library_find(&context->library, reader->arena, reader->errors, "mappings", "mapping", name,
                            &file) &&
           aug_mapping_load(reader, file.path, problem, mapping);
}

// Outputs whose tiles overlap are walked, which ends somewhere (cost/scatter.h).
static bool can_walk(aug_answer *answer, const aug_problem *problem, const aug_mapping *mapping) {
    if (!aug_scatter_is_needed(problem) || aug_scatter_steps(problem, mapping) <= AUG_SCATTER_STEPS)
        return true;
    aug_error *error = aug_error_add(&answer->errors, NULL,
                                     "output '%.40s' is indexed by a sum of ranks, and this mapping takes more than 2^24 steps of its "
                                     "instances, or more than %d along one loop in space",
                                     problem->tensors[aug_problem_output(problem)].name, AUG_WALK_KINDS);
    aug_error_hint(error, "such outputs are walked tile by tile; index an input by the sum instead (a gather), or take smaller sizes");
    return false;
}

static aug_status evaluate(aug_answer *answer, const char *workload, const aug_problem *problem,
                           const aug_mapping *mapping, bool explain) {
    aug_arena *arena = &answer->arena;
    if (!can_walk(answer, problem, mapping))
        return AUG_BAD_INPUT;
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    aug_cost_scratch *scratch = aug_cost_scratch_new(arena);
    bool fits = aug_cost_evaluate(problem, mapping, scratch, cost);
    aug_evaluation *evaluation = AUG_NEW(arena, aug_evaluation);
    *evaluation = (aug_evaluation){workload, problem, mapping, cost, scratch, explain};
    answer->report = (aug_report){.found = evaluation,
                                  .text = aug_evaluate_text,
                                  .json = aug_evaluate_json,
                                  .csv = aug_evaluate_csv,
                                  .metric = aug_evaluate_metric};
    return fits ? AUG_OK : AUG_NO;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *workload,
                      const char *machine_name, const char *mapping_name,
                      const aug_evaluate_options *options) {
    aug_arena *arena = &answer->arena;
    const aug_reader reader = {arena, &answer->errors};
    const aug_model *model;
    const aug_operator *operation = load_einsum(context, &reader, workload, options->einsum, &model);
    aug_machine *machine = aug_machine_load(&context->library, arena, &answer->errors, machine_name);
    if (!operation || !machine || !aug_silicon_load(&context->library, arena, &answer->errors, machine))
        return AUG_BAD_INPUT;
    aug_problem *problem = AUG_NEW(arena, aug_problem);
    aug_mapping *mapping = AUG_NEW(arena, aug_mapping);
    if (!bind(&reader, operation, machine, problem) ||
        !load_mapping(context, &reader, mapping_name, problem, mapping))
        return AUG_BAD_INPUT;
    return evaluate(answer, model->name, problem, mapping, options->explain);
}

static const aug_document *parse(const aug_reader *reader, const char *name, const char *text) {
    return aug_document_parse(reader->arena, reader->errors, name, text, strlen(text));
}

// The three texts that Timeloop's files become are read like files of one's own; names in messages say so.
static aug_status run_timeloop(aug_context *context, aug_answer *answer, const char *const *paths, int count,
                               const aug_evaluate_options *options) {
    aug_arena *arena = &answer->arena;
    const aug_reader reader = {arena, &answer->errors};
    aug_timeloop_files files;
    if (!aug_timeloop_import(&reader, paths, count, &files))
        return AUG_BAD_INPUT;
    if (!files.mapping) {
        aug_error *error = aug_error_add(&answer->errors, NULL, "no file has a section 'mapping'");
        aug_error_hint(
            error, "a case is an architecture, a problem and a mapping, with the tables that belong to them");
        return AUG_BAD_INPUT;
    }
    const aug_document *workload = parse(&reader, "workload.yaml", files.workload),
                       *machine_file = parse(&reader, "machine.yaml", files.machine);
    const aug_document *nest = parse(&reader, "mapping.yaml", files.mapping);
    aug_machine *machine = AUG_NEW(arena, aug_machine);
    if (!workload || !machine_file || !nest ||
        !aug_machine_read(&reader, machine_file->root, "timeloop", machine))
        return AUG_BAD_INPUT;
    const aug_model *model = aug_model_read(&context->library, &reader, workload, "timeloop");
    const aug_operator *operation = model ? find_einsum(&reader, model, options->einsum) : NULL;
    if (!operation)
        return AUG_BAD_INPUT;
    aug_problem *problem = AUG_NEW(arena, aug_problem);
    aug_mapping *mapping = AUG_NEW(arena, aug_mapping);
    if (!bind(&reader, operation, machine, problem) || !aug_mapping_read(&reader, nest, problem, mapping))
        return AUG_BAD_INPUT;
    return evaluate(answer, model->name, problem, mapping, options->explain);
}

aug_status aug_evaluate_timeloop_run(aug_context *context, const char *const *files, int count,
                                     const aug_evaluate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run_timeloop(context, *answer, files, count, options));
}

aug_status aug_evaluate_run(aug_context *context, const char *workload, const char *machine,
                            const char *mapping, const aug_evaluate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, workload, machine, mapping, options));
}
