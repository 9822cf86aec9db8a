// One layer of a dense transformer, operator by operator, on the chips that share it: each operator is a kernel of its own.
//
// Attention is measured in three kernels, so scores and weights go out to memory and come back, and no mask thins them out:
//
//     q_mul_k  S[b,h,m,p] = Q K        softmax  P = softmax(S)        a_mul_v  O = P V
//
// `kv_tokens` are the positions that a new token sees; a decode row has one new token. The operators are those of the model's
// graph, by the names below. Kernels start one by one from PyTorch's host, so its overheads count (data/libraries/pytorch.yaml).
#include "validation/truth_deployment.h"

#include "system/collective.h"
#include "system/exchange.h"

#include <string.h>

typedef struct layer_operator {
    const char *op;       // as the table calls it
    const char *name;     // of the graph's operator
    bool exchange;        // what follows it, not itself
    const char *overhead; // what PyTorch's overhead stands under
} layer_operator;

static const layer_operator operators[] = {
    {"qkv_proj", "query, key, value projection", false, "fp16"},
    {"q_mul_k", "attention scores", false, "fp16"},
    {"softmax", "attention softmax", false, "softmax"},
    {"a_mul_v", "attention values", false, "fp16"},
    {"o_proj", "attention output projection", false, "fp16"},
    {"ffn1", "up projection", false, "fp16"},
    {"gelu", "activation", false, "gelu"},
    {"ffn2", "down projection", false, "fp16"},
    {"layernorm_mha", "norm", false, "layernorm"},
    {"layernorm_ffn", "norm", false, "layernorm"},
    {"allreduce_mha", "attention output projection", true, NULL},
    {"allreduce_ffn", "down projection", true, NULL},
};

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *model = aug_truth_cell(truth, row, "model");
    return strstr(model, "fp16") ? "fp16" : "bf16";
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    (void)target;
    return aug_truth_cell(truth, row, "op");
}

static const aug_operator *find_operator(const aug_model *model, const char *name) {
    const aug_graph *graph = &model->stages[model->language].graph;
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, name) == 0)
            return &graph->operators[i];
    return NULL;
}

static aug_call_time exchange_time(const aug_roofline *roofline, const aug_operator *op, const aug_setting *setting, double width) {
    aug_exchange_step steps[AUG_EXCHANGE_STEPS];
    int count = aug_exchange_steps(op, setting->pass, setting->split, setting->precision, width, steps);
    aug_call_time time = {.bound = AUG_BOUND_LINK, .low = 1.0, .high = 1.0};
    for (int i = 0; i < count; i++) {
        aug_exchange_cost cost = aug_collective_cost(roofline, steps[i].kind, steps[i].chips, steps[i].bits);
        time = (aug_call_time){time.seconds + cost.seconds, AUG_BOUND_LINK, cost.low, cost.high, cost.basis};
    }
    return time;
}

// The operator as a kernel of its own.
static aug_call_time kernel_time(const aug_roofline *roofline, const aug_operator *op, const aug_setting *setting, aug_software_use *use) {
    aug_operator alone = *op;
    alone.kernel = 0;
    alone.causal = false;
    if (alone.run != AUG_RUN_NORM)
        alone.run = AUG_RUN_ALONE;
    for (int i = 0; i < alone.einsum.tensor_count; i++)
        alone.uses[i].local = false;
    aug_work work = aug_roofline_work(roofline, &alone, setting);
    if (roofline->models) {
        aug_call_time time = aug_call_evaluate(roofline, &alone, 1, setting, &work);
        aug_call call;
        if (use->software && aug_call_of(roofline, &alone, 1, setting, &call)) {
            use->kind = call.kind;
            time.seconds += aug_software_overhead(use);
        }
        return time;
    }
    const aug_kernel *kernel = &roofline->machine->kernel;
    aug_call_time time = {.low = kernel->low_ratio, .high = kernel->high_ratio, .basis = kernel->basis};
    time.seconds = aug_work_seconds(roofline, &work, &time.bound);
    return time;
}

static const layer_operator *known_operator(aug_truth *truth, const aug_table_row *row) {
    const char *op = aug_truth_cell(truth, row, "op");
    for (size_t i = 0; i < AUG_COUNT(operators); i++)
        if (strcmp(operators[i].op, op) == 0)
            return &operators[i];
    return NULL;
}

static bool read_pass(aug_truth *truth, const aug_table_row *row, aug_pass *pass) {
    uint64_t batch, in, positions;
    bool good = aug_truth_count(truth, row, "batch", 1, &batch);
    good = aug_truth_count(truth, row, "input_tokens", 1, &in) && good;
    if (!aug_truth_count(truth, row, "kv_tokens", in, &positions) || !good)
        return false;
    if (positions < in || positions > UINT64_C(1) << 32 || batch > UINT64_C(1) << 32)
        return false;
    bool prefill = strcmp(aug_truth_cell(truth, row, "phase"), "prefill") == 0;
    *pass = (aug_pass){.phase = prefill ? AUG_PHASE_PREFILL : AUG_PHASE_DECODE,
                       .sequences = (double)batch,
                       .new_tokens = (double)in,
                       .past_tokens = (double)(positions - in)};
    return true;
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    aug_truth_deployment r = {.weights = AUG_FORMAT_NONE, .experts = AUG_FORMAT_NONE};
    if (!aug_truth_deployment_find(truth, row, &r, prediction))
        return;
    const layer_operator *known = known_operator(truth, row);
    const aug_operator *op = known && r.model->language >= 0 ? find_operator(r.model, known->name) : NULL;
    if (!op) {
        prediction->reason = aug_arena_print(truth->arena, "the model has no operator '%.40s'", aug_truth_cell(truth, row, "op"));
        return;
    }
    aug_pass pass;
    uint64_t chips;
    prediction->reason = "a size is missing or out of range";
    if (!aug_truth_count(truth, row, "gpus", 1, &chips) || chips > 4096 || !read_pass(truth, row, &pass))
        return;
    const aug_stage *stage = &r.model->stages[r.model->language];
    const aug_precision precision = aug_precision_of(AUG_FORMAT_BF16); // and fp16, of the same width and rate
    aug_plan plan = aug_plan_default();
    plan.chips = plan.tp = chips;
    plan.pp = plan.ep = plan.dp = 1;
    const aug_split split = aug_plan_split(&plan);
    const aug_setting setting = {.pass = &pass, .split = &split, .precision = &precision};
    aug_roofline roofline;
    aug_roofline_init(&roofline, r.machine);
    const aug_kernels *models = r.machine->models;
    aug_software_use use = {.software = aug_truth_software_named(truth, "pytorch", ""), .formats = known->overhead};
    if (models) {
        use.families = models->families;
        use.family_count = models->family_count;
    }
    aug_call_time time = known->exchange ? exchange_time(&roofline, op, &setting, stage->width) : kernel_time(&roofline, op, &setting, &use);
    aug_truth_answer(prediction, 0, time.seconds, time.low, time.high);
    prediction->basis = time.basis;
    const char *name = aug_bound_name(&roofline, time.bound);
    prediction->reason = aug_arena_copy(truth->arena, name, strlen(name));
}

const aug_truth_kind aug_truth_layer = {
    .name = "e2e_layer",
    .columns = {"device", "gpus", "model", "phase", "batch", "input_tokens", "kv_tokens", "op", "latency_us", NULL},
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "operator", .suffix = "", .unit = 1e-6}},
    .dtype = dtype,
    .operation = operation,
    .predict = predict,
};
