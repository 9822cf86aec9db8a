// A model as einsums at the sizes of one pass, and what of it is no einsum for the machine.
//
//     llama-3.1-8b, decode, batch 1, 2048 tokens before: the projection q is z[t,h] = x[t,k] * w[k,h] of t 1,
//     attention scores reach over 2049 positions
//
// Operands and results of each operator pass the outermost memory, unless the next one reads as a whole what one
// makes and nobody else does (aug_hand_on): then they have one name (map_chain.h) and may be fused. A norm stands
// once in a graph for all norms of its layers; here it stands before each operator that reads it, and by itself
// as often as is left. A causal mask is met in bands (fusion/band.h). Sizes that are expectations (experts that have work) are rounded up. Operators
// that the mapper cannot take count as in `estimate`: by their roofline.
#include "api/map_graph.h"

#include "api/map_chain.h"
#include "api/map_split.h"
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
    aug_problem **problems; // those of the task
    aug_map_link *links;
    int *operators; // of each problem: the operator
    int *newest;    // of each operator: the problem that it was bound to last; -1: none
    double *left;   // how often it stands by itself, without those in front of their readers
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

static aug_map_rest rest_of(const graph_task *g, const aug_operator *op, double repeats, const char *why) {
    const aug_setting setting = {.pass = &g->pass, .split = &aug_split_none, .precision = &g->stage->precision};
    aug_work work = aug_roofline_work(&g->roofline, op, &setting);
    int bound;
    return (aug_map_rest){
        .name = op->name,
        .why = why,
        .repeats = repeats * g->passes,
        .cycles = ceil(aug_work_seconds(&g->roofline, &work, &bound) * g->task->machine->clock_hz),
        .energy_pj = work.energy_pj};
}

// What an operator reads of others. `by`: the problems that these are.
static aug_map_link link_of(const aug_operator *op, const int *by) {
    aug_map_link link = {.twin = -1};
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++) {
        int maker = t < op->einsum.tensor_count ? op->uses[t].maker : 0;
        link.makers[t] = maker > 0 ? by[maker - 1] : -1;
    }
    return link;
}

static void add_operator(graph_task *g, int index, double repeats) {
    aug_map_task *task = g->task;
    const aug_operator *op = &g->stage->graph.operators[index];
    aug_problem *problem = AUG_NEW(task->reader.arena, aug_problem);
    const char *why = bind(g, op, problem);
    if (why) {
        task->rests[task->rest_count++] = rest_of(g, op, repeats, why);
        return;
    }
    g->problems[task->count] = problem;
    g->links[task->count] = link_of(op, g->newest);
    g->operators[task->count] = index;
    g->newest[index] = task->count;
    aug_mask *mask = AUG_NEW(task->reader.arena, aug_mask);
    if (aug_operator_mask(op, &g->pass, mask))
        task->masks[task->count] = mask;
    task->problems[task->count] = problem;
    task->names[task->count] = op->name;
    task->repeats[task->count++] = repeats * g->passes;
}

// ---- Operators that stand in front of several others

static bool takes_part(const graph_task *g, int index) {
    return g->stage->graph.operators[index].phases & g->pass.phase;
}

// The operator that stands more often than this one, which reads it; -1: none.
static int shared_maker(const graph_task *g, int reader) {
    const aug_operator *operators = g->stage->graph.operators, *op = &operators[reader];
    for (int t = 0; t < op->einsum.tensor_count; t++) {
        int maker = op->uses[t].maker - 1;
        if (maker >= 0 && takes_part(g, maker) && operators[maker].repeats > op->repeats)
            return maker;
    }
    return -1;
}

static void count_shared(graph_task *g) {
    const aug_graph *graph = &g->stage->graph;
    for (int i = 0; i < graph->count; i++) {
        g->newest[i] = -1;
        g->left[i] = graph->operators[i].repeats;
    }
    for (int i = 0; i < graph->count; i++)
        if (takes_part(g, i) && shared_maker(g, i) >= 0)
            g->left[shared_maker(g, i)] -= graph->operators[i].repeats;
}

// An operator, and in front of it what is made for it alone. Where more read a result than there are of it, each
// reads it from memory.
static void add_with_maker(graph_task *g, int index) {
    int maker = shared_maker(g, index);
    if (maker >= 0 && g->left[maker] >= 0.0)
        add_operator(g, maker, g->stage->graph.operators[index].repeats);
    if (g->left[index] < 0.0)
        add_operator(g, index, g->stage->graph.operators[index].repeats);
    else if (g->left[index] > 0.0)
        add_operator(g, index, g->left[index]);
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

// ---- Products side by side

// Whether a problem reads what the one before it makes, or both halves of it.
static bool goes_on(const graph_task *g, int at) {
    for (int t = 0; at < g->task->count && t < AUG_PROBLEM_TENSORS; t++)
        if (g->links[at].makers[t] == at - 1)
            return true;
    return false;
}

// One half of a product. NULL: it does not bind.
static aug_problem *bind_part(graph_task *g, const aug_operator *op, int part) {
    aug_operator half = *op;
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    int wide = output->dims[output->dim_count - 1].terms[0].rank;
    half.name = op->parts[part];
    half.ranks[wide].factor /= 2.0;
    half.ranks[wide].count /= 2;
    aug_operator *kept = AUG_NEW(g->task->reader.arena, aug_operator);
    *kept = half;
    aug_problem *problem = AUG_NEW(g->task->reader.arena, aug_problem);
    return bind(g, kept, problem) ? NULL : problem;
}

typedef struct parting {
    aug_problem **problems;
    aug_map_link *links;
    int count;
} parting;

// Behind the product of index `at` in the task the second tensor of two that it makes is that of its second part.
static void part_operator(graph_task *g, int at, bool is_divided, parting *to) {
    const aug_operator *op = &g->stage->graph.operators[g->operators[at]];
    for (int k = 0; k < (is_divided ? 2 : 1); k++) {
        aug_problem *problem = is_divided ? bind_part(g, op, k) : AUG_NEW(g->task->reader.arena, aug_problem);
        aug_map_link *link = &to->links[to->count];
        if (!problem || (!is_divided && bind(g, op, problem)))
            return;
        *link = (aug_map_link){.twin = k == 1 ? to->count - 1 : -1};
        for (int t = 0, found = 0; t < AUG_PROBLEM_TENSORS; t++) {
            bool reads = to->count > k && g->links[at].makers[t] == at - 1;
            bool both = reads && g->stage->graph.operators[g->operators[at - 1]].parts[0];
            link->makers[t] = !reads ? -1 : both ? to->count - 2 + found : to->count - 1 - k;
            found += reads;
        }
        to->problems[to->count++] = problem;
    }
}

// Neighbours from the maker of what a product of two parts reads to the last that hands on behind it.
static bool split_at(graph_task *g, int at, aug_map_split *split) {
    aug_arena *arena = g->task->reader.arena;
    int first = at > 0 && goes_on(g, at) ? at - 1 : at, end = at + 1;
    while (end < g->task->count && end - first < AUG_GROUP_MEMBERS - 1 && goes_on(g, end))
        end++;
    size_t most = (size_t)(end - first) + 1;
    parting parts = {.problems = AUG_NEW_ARRAY(arena, aug_problem *, most),
                     .links = AUG_NEW_ARRAY(arena, aug_map_link, most)};
    for (int i = first; i < end; i++)
        part_operator(g, i, i == at, &parts);
    if (end == at + 1 || parts.count != end - first + 1)
        return false;
    aug_map_chain_name(arena, parts.problems, parts.links, parts.count);
    const aug_problem **members = AUG_NEW_ARRAY(arena, const aug_problem *, most);
    for (int i = 0; i < parts.count; i++)
        members[i] = parts.problems[i];
    *split = (aug_map_split){first, end - first, parts.count, members};
    return true;
}

static void add_splits(graph_task *g) {
    aug_map_split *splits = AUG_NEW_ARRAY(g->task->reader.arena, aug_map_split, (size_t)g->task->count);
    int count = 0;
    for (int i = 0; i < g->task->count; i++)
        if (g->stage->graph.operators[g->operators[i]].parts[0] && split_at(g, i, &splits[count]))
            count++;
    g->task->splits = splits;
    g->task->split_count = count;
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
        if (takes_part(g, i) && !wanted)
            add_with_maker(g, i);
        else if (takes_part(g, i) && strcmp(op->name, wanted) == 0)
            add_operator(g, i, op->repeats);
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

// Room for all operators, each of them with one in front of it.
static void reserve(graph_task *g) {
    const aug_graph *graph = &g->stage->graph;
    aug_arena *arena = g->task->reader.arena;
    size_t most = 2 * (size_t)graph->count;
    aug_map_task_reserve(g->task, (int)most);
    g->task->count = 0;
    g->task->rests = AUG_NEW_ARRAY(arena, aug_map_rest, most);
    g->problems = AUG_NEW_ARRAY(arena, aug_problem *, most);
    g->links = AUG_NEW_ARRAY(arena, aug_map_link, most);
    g->operators = AUG_NEW_ARRAY(arena, int, most);
    g->newest = AUG_NEW_ARRAY(arena, int, most);
    g->left = AUG_NEW_ARRAY(arena, double, most);
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
    reserve(g);
    count_shared(g);
    if (!add_operators(g))
        return AUG_BAD_INPUT;
    aug_map_chain_name(task->reader.arena, g->problems, g->links, task->count);
    add_splits(g);
    add_notes(g);
    return aug_map_search(task);
}
