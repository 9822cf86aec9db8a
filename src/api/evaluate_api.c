// One mapping of one einsum of a workload on a machine.
#include "api/einsum_load.h"

#include "cost/scatter.h"
#include "report/evaluate_report.h"

#include <string.h>

aug_evaluate_options aug_evaluate_options_default(void) {
    return (aug_evaluate_options){0};
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

static aug_status run(aug_context *context, aug_answer *answer, const char *workload_name,
                      const char *machine_name, const char *mapping_name,
                      const aug_evaluate_options *options) {
    const aug_reader reader = {&answer->arena, &answer->errors};
    const aug_model *workload = aug_einsum_load_workload(context, &reader, workload_name);
    const aug_operator *operation = workload ? aug_einsum_choose(&reader, workload, options->einsum) : NULL;
    const aug_machine *machine = aug_einsum_load_machine(context, &reader, machine_name);
    if (!operation || !machine)
        return AUG_BAD_INPUT;
    aug_problem *problem = AUG_NEW(&answer->arena, aug_problem);
    aug_mapping *mapping = AUG_NEW(&answer->arena, aug_mapping);
    if (!aug_einsum_bind(&reader, operation, machine, problem) ||
        !load_mapping(context, &reader, mapping_name, problem, mapping))
        return AUG_BAD_INPUT;
    return evaluate(answer, workload->name, problem, mapping, options->explain);
}

static aug_status run_timeloop(aug_context *context, aug_answer *answer, const char *const *paths, int count,
                               const aug_evaluate_options *options) {
    const aug_reader reader = {&answer->arena, &answer->errors};
    aug_einsum_case files;
    if (!aug_einsum_load_timeloop(context, &reader, paths, count, &files))
        return AUG_BAD_INPUT;
    if (!files.mapping) {
        aug_error *error = aug_error_add(&answer->errors, NULL, "no file has a section 'mapping'");
        aug_error_hint(
            error, "a case is an architecture, a problem and a mapping, with the tables that belong to them");
        return AUG_BAD_INPUT;
    }
    const aug_operator *operation = aug_einsum_choose(&reader, files.workload, options->einsum);
    aug_problem *problem = AUG_NEW(&answer->arena, aug_problem);
    aug_mapping *mapping = AUG_NEW(&answer->arena, aug_mapping);
    if (!operation || !aug_einsum_bind(&reader, operation, files.machine, problem) ||
        !aug_mapping_read(&reader, files.mapping, problem, mapping))
        return AUG_BAD_INPUT;
    return evaluate(answer, files.workload->name, problem, mapping, options->explain);
}

aug_status aug_evaluate_timeloop_run(aug_context *context, const char *const *files, int count,
                                     const aug_evaluate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run_timeloop(context, *answer, files, count, options));
}

aug_status aug_evaluate_run(aug_context *context, const char *workload, const char *machine,
                            const char *mapping, const aug_evaluate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, workload, machine, mapping, options));
}
