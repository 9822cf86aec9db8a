#include "cost/call.h"

#include <math.h>
#include <string.h>

int aug_kernel_length(const aug_graph *graph, int first) {
    int length = 1;
    int kernel = graph->operators[first].kernel;
    while (kernel > 0 && length < AUG_KERNEL_OPERATORS && first + length < graph->count &&
           graph->operators[first + length].kernel == kernel)
        length++;
    return length;
}

int aug_call_longest(const aug_graph *graph, int first) {
    const aug_operator *op = &graph->operators[first];
    if (op->run != AUG_RUN_EXPERTS)
        return aug_kernel_length(graph, first);
    int length = 1;
    while (length < AUG_KERNEL_OPERATORS && first + length < graph->count && op[length].run == AUG_RUN_EXPERTS)
        length++;
    return length;
}

// A product's kernel and the element-wise operators behind it.
static int fused_length(const aug_graph *graph, int first) {
    int length = aug_kernel_length(graph, first);
    const aug_operator *op = &graph->operators[first];
    if (!aug_einsum_is_product(&op->einsum))
        return length;
    for (; length < AUG_KERNEL_OPERATORS && first + length < graph->count; length++) {
        const aug_operator *next = &op[length];
        if (aug_einsum_is_product(&next->einsum) || next->vector || next->repeats != op->repeats || next->phases != op->phases)
            break;
    }
    return length;
}

int aug_call_length(const aug_roofline *roofline, const aug_graph *graph, int first) {
    if (roofline->fuses)
        return fused_length(graph, first);
    return roofline->models ? aug_call_longest(graph, first) : aug_kernel_length(graph, first);
}

// The operators at hand.
typedef struct view {
    const aug_roofline *roofline;
    const aug_operator *first;
    const aug_setting *setting;
    double sizes[AUG_EINSUM_RANKS]; // of the first
} view;

static aug_number_format format_of(const aug_operator *op, int tensor, const aug_precision *precision) {
    const aug_use *use = &op->uses[tensor];
    if (!(use->bits > 0.0))
        return precision->of[use->storage];
    return use->bits <= 4.5 ? AUG_FORMAT_INT4 : use->bits <= 8.0 ? AUG_FORMAT_INT8 : use->bits <= 16.0 ? AUG_FORMAT_BF16 : AUG_FORMAT_FP32;
}

// Matrix units of GPUs take what is wider than 16 bits as tf32; networks are served in 16 bits.
static aug_number_format operand_format(aug_number_format format) {
    return format == AUG_FORMAT_FP32 || format == AUG_FORMAT_TF32 ? AUG_FORMAT_BF16 : format;
}

// The product of all ranks of one variable or kind that an operator has, 1 without any.
static double size_by_variable(const aug_operator *op, const double *sizes, aug_variable variable) {
    double size = 1.0;
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (op->ranks[r].variable == variable)
            size *= sizes[r];
    return size;
}

static double size_by_kind(const aug_operator *op, const double *sizes, aug_rank_kind kind) {
    double size = 1.0;
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (op->ranks[r].kind == kind)
            size *= sizes[r];
    return size;
}

// The two factors of a product: activations first, weights second.
static void find_factors(const aug_operator *op, int factors[2]) {
    int count = 0;
    for (int i = 0; i + 1 < op->einsum.tensor_count && count < 2; i++)
        if (op->operands & 1u << i)
            factors[count++] = i;
    if (count == 2 && op->uses[factors[0]].role == AUG_ROLE_WEIGHT && op->uses[factors[1]].role != AUG_ROLE_WEIGHT) {
        int swap = factors[0];
        factors[0] = factors[1];
        factors[1] = swap;
    }
}

static bool product_call(const view *v, aug_call *call) {
    const aug_operator *op = v->first;
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    int factors[2] = {0, 1};
    find_factors(op, factors);
    const aug_einsum_tensor *a = &op->einsum.tensors[factors[0]], *w = &op->einsum.tensors[factors[1]];
    aug_gemm_shape *s = &call->shape.gemm;
    *s = (aug_gemm_shape){.m = 1.0, .n = 1.0, .k = 1.0, .batch = 1.0};
    for (int r = 0; r < op->einsum.rank_count; r++) {
        bool in_a = aug_einsum_indexes(a, r), in_w = aug_einsum_indexes(w, r), kept = aug_einsum_indexes(output, r);
        double *side = !kept ? &s->k : in_a && in_w ? &s->batch : in_w ? &s->n : &s->m;
        *side *= v->sizes[r];
    }
    s->weights = operand_format(format_of(op, factors[1], v->setting->precision));
    s->activations = operand_format(format_of(op, factors[0], v->setting->precision));
    s->output = format_of(op, op->einsum.tensor_count - 1, v->setting->precision);
    call->kind = AUG_KERNEL_KIND_GEMM;
    s->facts = v->roofline->models->usual.gemm[s->weights][s->activations];
    return s->m > 0.0 && s->n > 0.0 && s->k > 0.0;
}

// The size of the last dimension of an operator's output.
static double last_size(const aug_operator *op, const double *sizes) {
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    return sizes[output->dims[output->dim_count - 1].terms[0].rank];
}

static double token_rows(const aug_operator *op, const double *sizes) {
    return size_by_variable(op, sizes, AUG_VARIABLE_TOKENS) * size_by_variable(op, sizes, AUG_VARIABLE_SEQUENCES) *
           size_by_variable(op, sizes, AUG_VARIABLE_NEW) * size_by_variable(op, sizes, AUG_VARIABLE_LAST);
}

// Words that are walked over, wherever they come from: maps, norms, tables, scans over words.
static bool walk_call(const view *v, const aug_work *work, aug_call *call) {
    const aug_operator *op = v->first;
    int output = op->einsum.tensor_count - 1;
    double words = aug_operator_elements(op, output, v->sizes);
    if (!(words > 0.0))
        return false;
    double rows = op->run == AUG_RUN_NORM ? words / last_size(op, v->sizes) : token_rows(op, v->sizes);
    if (rows > words || !(rows > 0.0))
        rows = 1.0;
    double bytes = work->bits / 8.0 / words;
    call->kind = AUG_KERNEL_KIND_ELEMENTWISE;
    call->shape.elementwise = (aug_elementwise_shape){.rows = rows,
                                                      .width = words / rows,
                                                      .moved_bytes = bytes,
                                                      .kept_bytes = bytes,
                                                      .launches = 1.0,
                                                      .row_passes = op->run == AUG_RUN_NORM ? 1.0 : 0.0};
    return true;
}

static double rank_size(const aug_operator *op, const double *sizes, const char *name) {
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (strcmp(op->einsum.ranks[r], name) == 0)
            return sizes[r];
    return 0.0;
}

// The size of the ranks that an operator sums over: of scores, the size of a head.
static double summed_size(const aug_operator *op, const double *sizes) {
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    double size = 1.0;
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (!aug_einsum_indexes(output, r))
            size *= sizes[r];
    return size;
}

// Several new tokens of a sequence, which are verified at once, share its keys and values as heads of a group do.
static void decode_shape(const view *v, aug_kernel_kind kind, double heads, double groups, double value, aug_attention_decode_shape *s) {
    const aug_pass *pass = v->setting->pass;
    aug_number_format cache = operand_format(v->setting->precision->of[AUG_STORAGE_CACHE]);
    *s = (aug_attention_decode_shape){.batch = pass->sequences,
                                      .context = pass->past_tokens + pass->new_tokens,
                                      .query_heads = heads * pass->new_tokens,
                                      .verifies = pass->new_tokens > 1.0,
                                      .kv_heads = groups,
                                      .head_size = summed_size(v->first, v->sizes),
                                      .value_size = value,
                                      .window = v->first->window,
                                      .latent = kind == AUG_KERNEL_KIND_MLA_DECODE,
                                      .cache = cache};
    bool latent = kind == AUG_KERNEL_KIND_MLA_DECODE;
    s->design = v->roofline->models->usual.decode[latent][cache].design;
    s->format = v->roofline->models->usual.decode[latent][cache].format;
}

static void prefill_shape(const view *v, aug_kernel_kind kind, double heads, double groups, double value, aug_attention_prefill_shape *s) {
    const aug_pass *pass = v->setting->pass;
    aug_number_format cache = operand_format(v->setting->precision->of[AUG_STORAGE_CACHE]);
    *s = (aug_attention_prefill_shape){.batch = pass->sequences,
                                       .new_tokens = pass->new_tokens,
                                       .past_tokens = pass->past_tokens,
                                       .query_heads = heads,
                                       .kv_heads = groups,
                                       .head_size = summed_size(v->first, v->sizes),
                                       .value_size = value,
                                       .window = v->first->window,
                                       .unmasked = !v->first->causal,
                                       .cache = cache};
    bool latent = kind == AUG_KERNEL_KIND_MLA_PREFILL; // the cache append is an operator of its own
    s->design = v->roofline->models->usual.prefill[latent][cache].design;
    s->quantises_query = v->roofline->models->usual.prefill[latent][cache].quantises_query;
    s->format = v->roofline->models->usual.prefill[latent][cache].format;
}

static bool attention_call(const view *v, int count, aug_call *call) {
    bool latent = v->first->run == AUG_RUN_LATENT, decode = v->setting->pass->phase == AUG_PHASE_DECODE;
    double sizes[AUG_EINSUM_RANKS];
    const aug_operator *values = &v->first[count - 1];
    aug_operator_sizes(values, v->setting->pass, v->setting->split, sizes);
    double value = last_size(values, sizes);
    double groups = latent ? rank_size(v->first, v->sizes, "h") : size_by_kind(v->first, v->sizes, AUG_RANK_GROUP);
    double heads = latent ? groups : groups * size_by_kind(v->first, v->sizes, AUG_RANK_QUERY);
    if (decode) {
        call->kind = latent ? AUG_KERNEL_KIND_MLA_DECODE : AUG_KERNEL_KIND_ATTENTION_DECODE;
        decode_shape(v, call->kind, heads, latent ? 1.0 : groups, value, &call->shape.attention_decode);
    } else {
        call->kind = latent ? AUG_KERNEL_KIND_MLA_PREFILL : AUG_KERNEL_KIND_ATTENTION_PREFILL;
        prefill_shape(v, call->kind, heads, groups, value, &call->shape.attention_prefill);
    }
    return true;
}

static bool indexer_call(const view *v, aug_call *call) {
    const aug_pass *pass = v->setting->pass;
    call->kind = AUG_KERNEL_KIND_SPARSE_ATTENTION;
    call->shape.sparse_attention = (aug_sparse_attention_shape){.batch = pass->sequences,
                                                                .new_tokens = pass->new_tokens,
                                                                .past_tokens = pass->past_tokens,
                                                                .index_heads = rank_size(v->first, v->sizes, "i"),
                                                                .index_size = rank_size(v->first, v->sizes, "d"),
                                                                .index_format = AUG_FORMAT_FP8};
    return true;
}

static bool experts_call(const view *v, aug_call *call) {
    const aug_operator *up = v->first;
    const aug_pass *pass = v->setting->pass;
    const aug_split *split = v->setting->split;
    aug_moe_shape *s = &call->shape.moe;
    double features = size_by_kind(up, v->sizes, AUG_RANK_EXPERT_FEATURE); // gate and up side by side
    bool gated = v->first[1].einsum.tensor_count > 2;                      // the activation has two inputs
    *s = (aug_moe_shape){.routing = {.kind = AUG_MOE_DRAWN,
                                     .tokens = aug_pass_tokens(pass) * split->expert_tokens,
                                     .topk = up->chosen,
                                     .experts = up->experts,
                                     .groups = fmax(1.0, split->expert_groups)},
                         .hidden = rank_size(up, v->sizes, "k"),
                         .inner = gated ? features / 2.0 : features,
                         .gated = gated,
                         .weights = operand_format(v->setting->precision->of[AUG_STORAGE_EXPERT]),
                         .activations = operand_format(v->setting->precision->of[AUG_STORAGE_ACTIVATION])};
    if (aug_format_bits(s->weights) > 8.5)
        s->activations = s->weights;
    call->kind = AUG_KERNEL_KIND_MOE;
    s->facts = v->roofline->models->usual.moe[s->weights][s->activations];
    s->facts.sorts_apart = aug_moe_sorts_apart(&s->routing, s->facts.algorithm);
    s->facts.remote = AUG_MOE_REMOTE_SKIPPED; // the tables' own
    return s->routing.tokens > 0.0;
}

static bool scan_call(const view *v, int count, aug_call *call) {
    const aug_operator *last = &v->first[count - 1];
    const aug_pass *pass = v->setting->pass;
    double groups = size_by_kind(v->first, v->sizes, AUG_RANK_GROUP), heads = groups * size_by_kind(v->first, v->sizes, AUG_RANK_QUERY);
    double sizes[AUG_EINSUM_RANKS], bits = 32.0;
    aug_operator_sizes(last, pass, v->setting->split, sizes);
    // Reading the state sums over its side of the keys, which heads of a group share; what is left is that of the values.
    double keys = summed_size(last, sizes), values = last_size(last, sizes);
    for (int i = 0; i < last->einsum.tensor_count; i++)
        if (last->uses[i].role == AUG_ROLE_STATE)
            bits = aug_operator_bits(last, i, v->setting->precision);
    call->kind = AUG_KERNEL_KIND_SCAN;
    call->shape.scan = (aug_scan_shape){.sequences = pass->sequences,
                                        .tokens = pass->new_tokens,
                                        .heads = heads,
                                        .keys = keys,
                                        .values = values,
                                        .state_bits = bits,
                                        .row_bytes = 2.0 * (2.0 * groups * keys + 2.0 * heads * values)};
    return true;
}

static bool make_call(const aug_roofline *roofline, const aug_operator *first, int count, const aug_setting *setting, const aug_work *work,
                      aug_call *call) {
    view v = {.roofline = roofline, .first = first, .setting = setting};
    aug_operator_sizes(first, setting->pass, setting->split, v.sizes);
    switch (first->run) {
    case AUG_RUN_ALONE:
    case AUG_RUN_NORM:
        if (count == 1 && aug_einsum_is_product(&first->einsum) && !first->vector)
            return product_call(&v, call);
        return walk_call(&v, work, call);
    case AUG_RUN_ATTENTION:
    case AUG_RUN_LATENT:
        return attention_call(&v, count, call);
    case AUG_RUN_INDEXER:
        return indexer_call(&v, call);
    case AUG_RUN_EXPERTS:
        return experts_call(&v, call);
    case AUG_RUN_ROUTING:
        return false;
    case AUG_RUN_SCAN:
        return scan_call(&v, count, call);
    }
    return false;
}

static int bound_of(const aug_roofline *roofline, aug_kernel_bound bound, int home) {
    switch (bound) {
    case AUG_KERNEL_COMPUTE:
        return AUG_BOUND_MATRIX;
    case AUG_KERNEL_VECTOR:
        return AUG_BOUND_VECTOR;
    case AUG_KERNEL_POWER:
        return AUG_BOUND_POWER;
    case AUG_KERNEL_MEMORY:
        return AUG_BOUND_MEMORY + home;
    case AUG_KERNEL_CACHE:
        return AUG_BOUND_MEMORY + (home + 1 < roofline->memory_count ? home + 1 : home);
    case AUG_KERNEL_LINK:
        return AUG_BOUND_LINK;
    case AUG_KERNEL_LATENCY:
        break;
    }
    return AUG_BOUND_LATENCY;
}

bool aug_call_of(const aug_roofline *roofline, const aug_operator *first, int count, const aug_setting *setting, aug_call *call) {
    aug_work work = {0};
    for (int i = 0; i < count; i++) {
        aug_work one = aug_roofline_work(roofline, &first[i], setting);
        aug_work_add(&work, &one);
    }
    return make_call(roofline, first, count, setting, &work, call);
}

aug_call_time aug_call_evaluate(const aug_roofline *roofline, const aug_operator *first, int count, const aug_setting *setting,
                                const aug_work *work) {
    aug_call call;
    int bound;
    double least = aug_work_seconds(roofline, work, &bound);
    if (!make_call(roofline, first, count, setting, work, &call))
        return (aug_call_time){first->run == AUG_RUN_ROUTING ? 0.0 : least, bound, 1.0, 1.0, AUG_BASIS_DATASHEET};
    const aug_kernels *models = roofline->models;
    const aug_kernel_fit *fit = &models->fits[call.kind];
    aug_kernel_time time = aug_kernel_call(call.kind, &roofline->chip, fit->constants, &call.shape);
    if (time.seconds > least) {
        least = time.seconds;
        bound = bound_of(roofline, time.bound, setting->home);
    }
    // Where measured times of a regime lie to one side of the model, the interval of an estimate still holds the estimate.
    return (aug_call_time){least, bound, fmin(fit->low[time.regime], 1.0), fmax(fit->high[time.regime], 1.0), fit->basis};
}
