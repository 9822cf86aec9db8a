// The best mapping of one einsum, or of each einsum of a workload.
#include "api/einsum_load.h"
#include "api/map_graph.h"

#include <string.h>

aug_map_options aug_map_options_default(void) {
    return (aug_map_options){0};
}

static bool bind_einsum(aug_map_task *task, int index, const aug_operator *operation) {
    aug_problem *problem = AUG_NEW(task->reader.arena, aug_problem);
    task->problems[index] = problem;
    task->names[index] = operation->name;
    task->repeats[index] = operation->repeats;
    task->masks[index] = operation->mask;
    return aug_einsum_bind(&task->reader, operation, task->machine, problem);
}

// Tensors that may be read before they are whole.
static void list_running(aug_map_task *task, const aug_graph *graph) {
    int count = 0;
    task->running =
        AUG_NEW_ARRAY(task->reader.arena, const char *, (size_t)(graph->count * AUG_EINSUM_TENSORS + 1));
    for (int i = 0; i < graph->count; i++)
        for (int t = 0; t < graph->operators[i].einsum.tensor_count; t++)
            if (graph->operators[i].uses[t].running)
                task->running[count++] = graph->operators[i].einsum.tensors[t].name;
}

// The einsum that is named, or all.
static aug_status map_einsums(aug_map_task *task, const aug_model *workload) {
    const aug_graph *graph = &workload->stages[0].graph;
    const char *name = task->options->einsum;
    const aug_operator *chosen = name ? aug_einsum_choose(&task->reader, workload, name) : NULL;
    if (name && !chosen)
        return AUG_BAD_INPUT;
    task->workload = workload->name;
    aug_map_task_reserve(task, chosen ? 1 : graph->count);
    list_running(task, graph);
    for (int i = 0; i < task->count; i++)
        if (!bind_einsum(task, i, chosen ? chosen : &graph->operators[i]))
            return AUG_BAD_INPUT;
    return aug_map_search(task);
}

// What only a model has a use for.
static bool asks_for_pass(const aug_map_task *task) {
    const aug_map_options *options = task->options;
    if (!options->phase && !options->batch && !options->in_tokens)
        return false;
    aug_error_add(task->reader.errors, NULL,
                  "a workload states its sizes: phase, batch and tokens are those of a model");
    return true;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *workload, const char *machine,
                      const aug_map_options *options) {
    aug_map_task *task = aug_map_task_new(context, answer, options);
    const aug_reader *reader = &task->reader;
    const aug_model *model = aug_model_load(&context->library, reader->arena, reader->errors, workload);
    task->machine = aug_einsum_load_machine(context, reader, machine);
    if (!model || !task->machine)
        return AUG_BAD_INPUT;
    if (strcmp(model->family, "workload") != 0)
        return aug_map_graph(task, model);
    return asks_for_pass(task) ? AUG_BAD_INPUT : map_einsums(task, model);
}

static aug_status run_timeloop(aug_context *context, aug_answer *answer, const char *const *files, int count,
                               const aug_map_options *options) {
    aug_map_task *task = aug_map_task_new(context, answer, options);
    aug_einsum_case found;
    if (!aug_einsum_load_timeloop(context, &task->reader, files, count, &found))
        return AUG_BAD_INPUT;
    task->machine = found.machine;
    task->constraints = found.constraints;
    if (found.constraints && options->constraints) {
        aug_error *error =
            aug_error_add(&answer->errors, NULL, "the case has constraints of its own beside '%.60s'",
                          options->constraints);
        aug_error_hint(error, "leave its file of constraints out");
        return AUG_BAD_INPUT;
    }
    return map_einsums(task, found.workload);
}

aug_status aug_map_run(aug_context *context, const char *workload, const char *machine,
                       const aug_map_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, workload, machine, options));
}

aug_status aug_map_timeloop_run(aug_context *context, const char *const *files, int count,
                                const aug_map_options *options, aug_answer **answer) {
    AUG_CALL(answer, run_timeloop(context, *answer, files, count, options));
}
