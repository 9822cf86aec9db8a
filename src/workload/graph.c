// Sizes and counts of operators.
//
// Worked example: attention scores S[b,g,q,m,p] += Q[b,g,q,m,d] * K[b,g,p,d] of Llama-3.1-8B (8 groups, 4 queries each,
// d = 128) for one sequence of 2048 new tokens on one chip: sizes 1, 8, 4, 2048, 2048, 128. Each token sees itself and
// those before it, 2048·2049/2 = 2,098,176 pairs of 2048², so points = 8·4·128·2,098,176 = 8.594·10^9.
#include "workload/graph.h"

#include <math.h>

const char *const aug_role_names[] = {"input", "weight", "cache", "state", "output", NULL};

const aug_split aug_split_none = {1.0, 1.0, 1.0, 1.0};

double aug_attention_pairs(double new_tokens, double past_tokens, double window, bool causal) {
    if (!causal) {
        double seen = past_tokens + new_tokens;
        return new_tokens * (window > 0.0 && window < seen ? window : seen);
    }
    double growing = new_tokens; // tokens whose reach is not yet cut by the window
    if (window > 0.0) {
        growing = floor(window - past_tokens);
        growing = growing < 0.0 ? 0.0 : growing > new_tokens ? new_tokens : growing;
    }
    return growing * past_tokens + growing * (growing + 1.0) / 2.0 + (new_tokens - growing) * window;
}

static double pairs_before(double tokens, double chunk) {
    double whole = floor(tokens / chunk), rest = tokens - whole * chunk;
    return whole * chunk * (chunk + 1.0) / 2.0 + rest * (rest + 1.0) / 2.0;
}

double aug_attention_chunk_pairs(double new_tokens, double past_tokens, double chunk) {
    return pairs_before(past_tokens + new_tokens, chunk) - pairs_before(past_tokens, chunk);
}

double aug_experts_touched(double experts, double chosen, double tokens) {
    if (chosen >= experts)
        return experts;
    return experts * -expm1(tokens * log1p(-chosen / experts));
}

// A window of w keeps w - 1 tokens before the first new one in reach.
static double positions_seen(const aug_operator *op, const aug_pass *pass) {
    double seen = pass->past_tokens + pass->new_tokens;
    double reach = op->window + pass->new_tokens - 1.0;
    return op->window > 0.0 && reach < seen ? reach : seen;
}

double aug_pass_tokens(const aug_pass *pass) {
    return pass->sequences * pass->new_tokens + pass->riders * pass->rider_tokens;
}

aug_pass aug_pass_of_riders(const aug_pass *pass) {
    return (aug_pass){.phase = AUG_PHASE_DECODE, .sequences = pass->riders, .new_tokens = pass->rider_tokens, .past_tokens = pass->rider_past};
}

aug_pass aug_pass_alone(const aug_pass *pass) {
    aug_pass alone = *pass;
    alone.riders = alone.rider_tokens = alone.rider_past = 0.0;
    return alone;
}

bool aug_operator_rides(const aug_operator *op) {
    for (int r = 0; r < op->einsum.rank_count; r++) {
        aug_variable variable = op->ranks[r].variable;
        if (variable == AUG_VARIABLE_SEQUENCES || variable == AUG_VARIABLE_NEW || variable == AUG_VARIABLE_POSITIONS)
            return false;
    }
    return op->phases == AUG_PHASE_BOTH;
}

static double variable_value(const aug_operator *op, const aug_pass *pass, aug_variable variable) {
    switch (variable) {
    case AUG_VARIABLE_ONE:
        return 1.0;
    case AUG_VARIABLE_SEQUENCES:
        return pass->sequences;
    case AUG_VARIABLE_LAST:
        return pass->phase == AUG_PHASE_DECODE ? pass->sequences * pass->new_tokens : pass->sequences + pass->riders * pass->rider_tokens;
    case AUG_VARIABLE_NEW:
        return pass->new_tokens;
    case AUG_VARIABLE_TOKENS:
        return aug_pass_tokens(pass);
    case AUG_VARIABLE_POSITIONS:
        return positions_seen(op, pass);
    }
    return 1.0;
}

static double split_size(double size, double chips) {
    return chips > 1.0 ? ceil(size / chips) : size;
}

// Experts with work on one chip, and the tokens each of them gets.
static double expert_sizes(const aug_operator *op, const aug_pass *pass, const aug_split *split, double *routed) {
    double tokens = aug_pass_tokens(pass) * split->expert_tokens;
    double share = split_size(op->experts, split->expert_groups) / op->experts;
    if (pass->every_expert) {
        *routed = tokens * op->chosen / op->experts;
        return op->experts * share;
    }
    double touched = aug_experts_touched(op->experts, op->chosen, tokens);
    *routed = touched > 0.0 ? tokens * op->chosen / touched : 0.0;
    return touched * share;
}

void aug_operator_sizes(const aug_operator *op, const aug_pass *pass, const aug_split *split,
                        double sizes[AUG_EINSUM_RANKS]) {
    double routed = 0.0, experts = 0.0, groups = 1.0, local_groups = 1.0;
    if (op->experts > 0.0)
        experts = expert_sizes(op, pass, split, &routed);
    for (int r = 0; r < op->einsum.rank_count; r++) {
        const aug_rank *rank = &op->ranks[r];
        double size = rank->factor;
        if (rank->variable != AUG_VARIABLE_ONE)
            size *= variable_value(op, pass, rank->variable);
        switch (rank->kind) {
        case AUG_RANK_PLAIN:
            break;
        case AUG_RANK_GROUP:
            groups = size;
            size = local_groups = split_size(size, split->tensor);
            break;
        case AUG_RANK_QUERY: // stands behind its GROUP: all heads over the chips, over the groups kept
            size = split_size(groups * size, split->tensor) / local_groups;
            break;
        case AUG_RANK_FEATURE:
        case AUG_RANK_VOCABULARY:
            size = split_size(size, split->tensor);
            break;
        case AUG_RANK_EXPERT:
            size = experts;
            break;
        case AUG_RANK_ROUTED:
            size = routed;
            break;
        case AUG_RANK_EXPERT_FEATURE:
            size = split_size(size, split->expert_tensor);
            break;
        }
        sizes[r] = size;
    }
}

bool aug_operator_counts(const aug_operator *op, uint64_t counts[AUG_EINSUM_RANKS]) {
    for (int r = 0; r < op->einsum.rank_count; r++) {
        const aug_rank *rank = &op->ranks[r];
        bool fixed = rank->variable == AUG_VARIABLE_ONE || rank->variable == AUG_VARIABLE_SEQUENCES;
        if (!fixed || rank->count == 0)
            return false;
        counts[r] = rank->count;
    }
    return true;
}

// The share of the iteration space that the mask keeps: ranks NEW × POSITIONS count pairs.
//
// A prompt's chunks are counted. A decode step stands anywhere in its chunk, and half of that is behind it on average;
// it is taken to stand at the end, as if the chunk slid, so that more context never costs less.
static double mask_share(const aug_operator *op, const aug_pass *pass) {
    bool chunks = op->chunked && op->causal && pass->phase == AUG_PHASE_PREFILL;
    double pairs = chunks ? aug_attention_chunk_pairs(pass->new_tokens, pass->past_tokens, op->window)
                          : aug_attention_pairs(pass->new_tokens, pass->past_tokens, op->window, op->causal);
    return pairs / (pass->new_tokens * positions_seen(op, pass));
}

// The same of a mask that an einsum states: its rows see all their columns.
static double own_mask_share(const aug_mask *mask, const double sizes[AUG_EINSUM_RANKS]) {
    double rows = sizes[mask->rows], columns = sizes[mask->columns];
    return aug_attention_pairs(rows, (double)mask->past, (double)mask->window, true) / (rows * columns);
}

double aug_operator_points(const aug_operator *op, const aug_pass *pass, const double sizes[AUG_EINSUM_RANKS]) {
    if (op->gathers) // a copy: one point per element of the result
        return aug_operator_elements(op, op->einsum.tensor_count - 1, sizes);
    double points = 1.0;
    for (int r = 0; r < op->einsum.rank_count; r++)
        points *= sizes[r];
    if (op->mask && op->mask->columns >= 0)
        return points * own_mask_share(op->mask, sizes);
    return op->pairs && pass->new_tokens > 0.0 ? points * mask_share(op, pass) : points;
}

static int rank_of(const aug_operator *op, aug_variable variable) {
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (op->ranks[r].variable == variable)
            return r;
    return -1;
}

bool aug_operator_mask(const aug_operator *op, const aug_pass *pass, aug_mask *mask) {
    if (op->mask) {
        *mask = *op->mask;
        return true;
    }
    if (!op->pairs || !op->causal || pass->new_tokens <= 1.0)
        return false;
    *mask = (aug_mask){.rows = rank_of(op, AUG_VARIABLE_NEW),
                       .columns = rank_of(op, AUG_VARIABLE_POSITIONS),
                       .past = (uint64_t)pass->past_tokens,
                       .window = (uint64_t)op->window};
    return true;
}

double aug_operator_operations(const aug_operator *op) {
    return op->operations > 0.0 ? op->operations : aug_einsum_operations(&op->einsum);
}

double aug_operator_elements(const aug_operator *op, int tensor, const double sizes[AUG_EINSUM_RANKS]) {
    const aug_einsum_tensor *t = &op->einsum.tensors[tensor];
    double elements = 1.0;
    for (int d = 0; d < t->dim_count; d++) {
        const aug_einsum_dim *dim = &t->dims[d];
        if (dim->term_count == 1 && dim->terms[0].coefficient == 1) {
            elements *= sizes[dim->terms[0].rank];
            continue;
        }
        double extent = 1.0;
        for (int i = 0; i < dim->term_count; i++)
            extent += (double)dim->terms[i].coefficient * (sizes[dim->terms[i].rank] - 1.0);
        elements *= extent;
    }
    return elements;
}

double aug_operator_moved(const aug_operator *op, int tensor, const double sizes[AUG_EINSUM_RANKS]) {
    const aug_use *use = &op->uses[tensor];
    if (use->local)
        return 0.0;
    if (op->gathers && use->role == AUG_ROLE_WEIGHT)
        return aug_operator_elements(op, op->einsum.tensor_count - 1, sizes);
    double elements = aug_operator_elements(op, tensor, sizes);
    return use->role == AUG_ROLE_STATE ? 2.0 * elements : elements;
}

double aug_operator_bits(const aug_operator *op, int tensor, const aug_precision *precision) {
    const aug_use *use = &op->uses[tensor];
    double bits = use->bits > 0.0 ? use->bits : aug_format_bits(precision->of[use->storage]);
    return bits * use->density;
}

// The format that stated bits per element stand for.
static aug_number_format format_of_bits(double bits) {
    return bits <= 4.5 ? AUG_FORMAT_INT4 : bits <= 8.0 ? AUG_FORMAT_INT8 : bits <= 16.0 ? AUG_FORMAT_BF16 : AUG_FORMAT_FP32;
}

aug_number_format aug_operator_format(const aug_operator *op, const aug_precision *precision) {
    aug_number_format format = AUG_FORMAT_NONE;
    for (int i = 0; i + 1 < op->einsum.tensor_count; i++) {
        if (!(op->operands & 1u << i))
            continue;
        const aug_use *use = &op->uses[i];
        aug_number_format own = use->bits > 0.0 ? format_of_bits(use->bits) : precision->of[use->storage];
        format = format == AUG_FORMAT_NONE ? own : aug_format_wider(format, own);
    }
    return format == AUG_FORMAT_NONE ? precision->of[AUG_STORAGE_RESIDUAL] : format;
}

// An index 2*p+r with p in the output and r summed over: each input element serves (size of r) / 2 positions p.
static double dim_overlap(const aug_operator *op, const aug_einsum_dim *dim, const double sizes[AUG_EINSUM_RANKS]) {
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    double window = 1.0, stride = 1.0;
    for (int t = 0; t < dim->term_count; t++) {
        if (aug_einsum_indexes(output, dim->terms[t].rank))
            stride = (double)dim->terms[t].coefficient;
        else
            window *= sizes[dim->terms[t].rank];
    }
    return window > stride ? window / stride : 1.0;
}

double aug_operator_overlap(const aug_operator *op, const double sizes[AUG_EINSUM_RANKS]) {
    double overlap = 1.0;
    for (int i = 0; i + 1 < op->einsum.tensor_count; i++) {
        const aug_einsum_tensor *tensor = &op->einsum.tensors[i];
        for (int d = 0; d < tensor->dim_count; d++)
            if (tensor->dims[d].term_count > 1)
                overlap *= dim_overlap(op, &tensor->dims[d], sizes);
    }
    return overlap;
}
