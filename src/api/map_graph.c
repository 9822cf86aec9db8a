// A model as einsums at the sizes of one pass, and what of it is no einsum for the machine.
//
//     llama-3.1-8b, decode, batch 1, 2048 tokens before: the projection q is z[t,h] = x[t,k] * w[k,h] of t 1,
//     attention scores reach over 2049 positions
//
// Operands and results of each operator pass the outermost memory, unless neighbours read them under the
// same name: attention may be fused, other operators are mapped by themselves. A causal mask is met in
// bands (fusion/band.h). Sizes that are expectations (experts that have work) are rounded up. Operators
// that the mapper cannot take count as in `estimate`: by their roofline.
#include "api/map_graph.h"

#include "base/spelling.h"
#include "cost/roofline.h"
#include "mapper/operator_bind.h"

#include <math.h>
#include <string.h>

enum { TOKENS = 2048 };

typedef struct graph_task {
    aug_map_task *task;
    const aug_stage *stage;
    aug_pass pass;
    aug_roofline roofline;
    double passes;
    bool rounded;
} graph_task;

static bool read_pass(const aug_map_task *task, aug_pass *pass) {
    const aug_map_options *options = task->options;
    const char *phase = options->phase ? options->phase : "prefill";
    double tokens = (double)(options->in_tokens ? options->in_tokens : TOKENS);
    *pass = (aug_pass){.phase = AUG_PHASE_PREFILL,
                       .sequences = (double)(options->batch ? options->batch : 1),
                       .new_tokens = tokens};
    if (strcmp(phase, "prefill") == 0)
        return true;
    if (strcmp(phase, "decode") == 0) {
        pass->phase = AUG_PHASE_DECODE;
        pass->new_tokens = 1.0;
        pass->past_tokens = tokens;
        return true;
    }
    aug_error *error = aug_error_add(task->reader.errors, NULL, "unknown phase '%.60s'", phase);
    aug_error_hint(error, "it is prefill or decode");
    return false;
}

// Why an operator is not mapped; NULL where `problem` is bound.
static const char *bind(graph_task *g, const aug_operator *op, aug_problem *problem) {
    double exact[AUG_EINSUM_RANKS];
    aug_count sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, &g->pass, &aug_split_none, exact);
    if (!op->gathers && !aug_operator_whole_sizes(op, exact, sizes, &g->rounded))
        return "a rank of it has no size";
    return aug_operator_bind(g->task->reader.arena, op, &g->stage->precision, sizes, g->task->machine, problem);
}

static aug_map_rest rest_of(const graph_task *g, const aug_operator *op, const char *why) {
    const aug_setting setting = {.pass = &g->pass, .split = &aug_split_none, .precision = &g->stage->precision};
    aug_work work = aug_roofline_work(&g->roofline, op, &setting);
    int bound;
    return (aug_map_rest){
        .name = op->name,
        .why = why,
        .repeats = op->repeats * g->passes,
        .cycles = ceil(aug_work_seconds(&g->roofline, &work, &bound) * g->task->machine->clock_hz),
        .energy_pj = work.energy_pj};
}

static void add_operator(graph_task *g, const aug_operator *op) {
    aug_map_task *task = g->task;
    aug_problem *problem = AUG_NEW(task->reader.arena, aug_problem);
    const char *why = bind(g, op, problem);
    if (why) {
        task->rests[task->rest_count++] = rest_of(g, op, why);
        return;
    }
    aug_mask *mask = AUG_NEW(task->reader.arena, aug_mask);
    if (aug_operator_mask(op, &g->pass, mask))
        task->masks[task->count] = mask;
    task->problems[task->count] = problem;
    task->names[task->count] = op->name;
    task->repeats[task->count++] = op->repeats * g->passes;
}

// All of a model is searched among tiles that divide: in seconds instead of hours, and nearly as good.
static void search_divisors(aug_map_task *task) {
    aug_map_options *options = AUG_NEW(task->reader.arena, aug_map_options);
    *options = *task->options;
    if (!options->perfect)
        task->notes[task->note_count++] =
            "of a whole model only tiles that divide are searched; --einsum NAME searches all of one";
    options->perfect = true;
    task->options = options;
}

static aug_count words_of(const aug_problem *problem, int tensor) {
    return aug_tensor_words(&problem->tensors[tensor], problem->sizes);
}

// Tensors of a model have the names of their operator's einsum. Where a later operator reads one of that
// name, it is another if its size is another.
static bool ties_another(const aug_map_task *task, int at) {
    int output = aug_problem_output(task->problems[at]);
    const char *name = task->problems[at]->tensors[output].name;
    for (int i = at + 1; i < task->count; i++) {
        const aug_problem *later = task->problems[i];
        for (int t = 0; t < later->tensor_count; t++)
            if (strcmp(later->tensors[t].name, name) == 0)
                return t < aug_problem_output(later) &&
                       words_of(later, t) != words_of(task->problems[at], output);
    }
    return false;
}

static void add_notes(const graph_task *g) {
    aug_map_task *task = g->task;
    task->notes[task->note_count++] =
        "operands and results of every einsum or fused group pass the outermost memory";
    if (g->rounded)
        task->notes[task->note_count++] =
            "sizes that are expectations, such as experts that have work, are rounded up";
}

static const aug_stage *stage_of(const aug_map_task *task, const aug_model *model) {
    if (model->language >= 0)
        return &model->stages[model->language];
    for (int i = 0; i < model->stage_count; i++)
        if (model->stages[i].kind == AUG_STAGE_PASS && model->stage_count == 1)
            return &model->stages[i];
    aug_error *error = aug_error_add(task->reader.errors, NULL,
                                     "model '%.60s' has several stages and no language model", model->name);
    aug_error_hint(error, "map the parts that its file lists, one by one");
    return NULL;
}

static void report_unknown(const graph_task *g, const char *wanted) {
    aug_spelling spelling = {.wanted = wanted};
    const aug_graph *graph = &g->stage->graph;
    for (int i = 0; i < graph->count; i++)
        if (graph->operators[i].phases & g->pass.phase)
            aug_spelling_offer(&spelling, graph->operators[i].name);
    aug_error *error =
        aug_error_add(g->task->reader.errors, NULL, "no operator of this phase is called '%.60s'", wanted);
    aug_spelling_hint(&spelling, error);
}

// Of operators that cannot be mapped the first one with the reason that is said most often: that of the first of all may be its own.
static const aug_map_rest *usual_rest(const aug_map_task *task) {
    const aug_map_rest *usual = NULL;
    int most = 0;
    for (int i = 0; i < task->rest_count; i++) {
        int said = 0;
        for (int k = 0; k < task->rest_count; k++)
            said += strcmp(task->rests[k].why, task->rests[i].why) == 0;
        if (said > most) {
            most = said;
            usual = &task->rests[i];
        }
    }
    return usual;
}

// The whole model, or the operator that is named.
static bool add_operators(graph_task *g) {
    const aug_graph *graph = &g->stage->graph;
    const char *wanted = g->task->options->einsum;
    for (int i = 0; i < graph->count; i++) {
        const aug_operator *op = &graph->operators[i];
        if ((op->phases & g->pass.phase) && (!wanted || strcmp(op->name, wanted) == 0))
            add_operator(g, op);
    }
    if (g->task->count > 0)
        return true;
    aug_map_task *task = g->task;
    const aug_map_rest *rest = usual_rest(task);
    if (rest)
        aug_error_add(task->reader.errors, NULL, "nothing of the model can be mapped: '%.60s': %.200s", rest->name, rest->why);
    else
        report_unknown(g, wanted ? wanted : "");
    return false;
}

aug_status aug_map_graph(aug_map_task *task, const aug_model *model) {
    graph_task *g = AUG_NEW(task->reader.arena, graph_task);
    *g = (graph_task){.task = task, .stage = stage_of(task, model), .passes = 1.0};
    if (!g->stage || !read_pass(task, &g->pass))
        return AUG_BAD_INPUT;
    if (g->stage->kind == AUG_STAGE_PASS) {
        g->pass.phase = AUG_PHASE_PREFILL;
        g->pass.sequences *= g->stage->sequences;
        g->pass.new_tokens = g->stage->tokens;
        g->passes = g->stage->passes;
    }
    aug_roofline_init(&g->roofline, task->machine);
    if (!task->options->einsum)
        search_divisors(task);
    task->workload = model->name;
    aug_map_task_reserve(task, g->stage->graph.count);
    task->count = 0;
    task->rests = AUG_NEW_ARRAY(task->reader.arena, aug_map_rest, (size_t)g->stage->graph.count);
    if (!add_operators(g))
        return AUG_BAD_INPUT;
    for (int i = 0; i < task->count; i++)
        task->apart = task->apart || ties_another(task, i);
    add_notes(g);
    return aug_map_search(task);
}
