// The gated delta rule [Yang 2024, as used by Qwen3-Next and Qwen3.5]: each value head keeps a matrix of head_width
// (keys) × value_width that is decayed, corrected by the new key and value, and read by the query.
//
// Per token and value head, with state S (d × s), key k, value v, query q, decay a, step β:
//
//     r = kᵀ (a S)          retrieve: d·s multiply-accumulates, and d·s for the decay
//     S = a S + k β(v - r)ᵀ update:   d·s
//     y = qᵀ S              read:     d·s
//
// The state is read and written once per pass, however many tokens the pass has (chunked prefill keeps it on chip).
#include "workload/layer_graph.h"

static aug_features split(double count) {
    return (aug_features){count, AUG_RANK_FEATURE};
}

void aug_graph_short_convolution(aug_graph_builder *builder, double channels, double taps, bool bias, double heads) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "c", AUG_RANK_FEATURE, AUG_VARIABLE_ONE, channels);
    aug_bind(builder, "r", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, taps);
    aug_operator *op = bias ? aug_build(builder, "short convolution", "Y[b,m,c] += X[b,m+r,c] * W[c,r] + B[c]")
                            : aug_build(builder, "short convolution", "Y[b,m,c] += X[b,m+r,c] * W[c,r]");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    if (bias)
        aug_use_as(op, "B", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    op->vector = true;
    op->operations = 2.0;
    aug_graph *graph = builder->graph;
    if (graph->state_count < AUG_GRAPH_STATES)
        graph->states[graph->state_count++] = (aug_state){.name = "convolution",
                                                          .elements = channels * (taps - 1.0),
                                                          .layers = builder->repeats,
                                                          .heads = heads,
                                                          .format = AUG_FORMAT_BF16};
}

static void add_scan(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "g", AUG_RANK_GROUP, AUG_VARIABLE_ONE, mixer->groups);
    aug_bind(builder, "q", AUG_RANK_QUERY, AUG_VARIABLE_ONE, mixer->heads / mixer->groups);
    aug_bind(builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->head_width);
    aug_bind(builder, "s", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->value_width);
    double state_bits = aug_format_bits(mixer->state_format);

    aug_kernel_begin(builder);
    builder->run = AUG_RUN_SCAN;
    aug_operator *op = aug_build(builder, "state retrieval", "R[b,m,g,q,s] += K[b,m,g,d] * S[b,g,q,d,s]");
    aug_use_as(op, "K", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "S", AUG_ROLE_STATE, AUG_STORAGE_STATE);
    op->uses[1].bits = state_bits;
    aug_use_local(op, "R");
    op->operations = 3.0; // decay, multiply, add
    op = aug_build(builder, "state update", "S[b,g,q,d,s] += K[b,m,g,d] * U[b,m,g,q,s]");
    aug_use_as(op, "S", AUG_ROLE_STATE, AUG_STORAGE_STATE);
    aug_use_as(op, "U", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    op->uses[2].bits = state_bits;
    aug_use_local(op, "K");
    aug_use_local(op, "S");
    op = aug_build(builder, "state read", "Y[b,m,g,q,s] += Q[b,m,g,d] * S[b,g,q,d,s]");
    aug_use_as(op, "Q", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "S", AUG_ROLE_STATE, AUG_STORAGE_STATE);
    op->uses[1].bits = state_bits;
    aug_use_local(op, "S");
    builder->run = AUG_RUN_ALONE;
    aug_kernel_end(builder);
}

// Two vectors per head (decay and step bias) that stand in no other operator.
static void add_decay(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "h", AUG_RANK_FEATURE, AUG_VARIABLE_ONE, mixer->heads);
    aug_operator *op = aug_build(builder, "decay and step", "Y[t,h] = gate(X[t,h], A[h], D[h])");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "A", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    aug_use_as(op, "D", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    op->operations = 6.0;
}

void aug_graph_linear_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    double keys = mixer->groups * mixer->head_width, values = mixer->heads * mixer->value_width;
    aug_features in = {hidden, AUG_RANK_PLAIN};
    aug_build_linear(builder, "query, key, value, gate projection", in, split(2.0 * keys + 2.0 * values),
                     AUG_STORAGE_ATTENTION, false);
    aug_build_linear(builder, "step and decay projection", in, split(2.0 * mixer->heads), AUG_STORAGE_ATTENTION, false);
    aug_graph_short_convolution(builder, 2.0 * keys + values, mixer->convolution, false, mixer->groups);
    add_decay(builder, mixer);
    add_scan(builder, mixer);
    aug_build_norm(builder, "gated norm", mixer->heads, mixer->value_width, AUG_RANK_FEATURE, false);
    aug_operator *output = aug_build_linear(builder, "linear attention output projection", split(values), in,
                                            AUG_STORAGE_ATTENTION, false);
    output->exchange = AUG_EXCHANGE_REDUCE;
    aug_graph *graph = builder->graph;
    if (graph->state_count < AUG_GRAPH_STATES)
        graph->states[graph->state_count++] = (aug_state){.name = "linear attention",
                                                          .elements = mixer->heads * mixer->head_width * mixer->value_width,
                                                          .layers = builder->repeats,
                                                          .heads = mixer->heads,
                                                          .format = mixer->state_format};
}
