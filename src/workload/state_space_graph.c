// Mamba-2 [Dao & Gu 2024, §6]: each head keeps a matrix of head_width × state_width that decays, takes in the new input
// through B and is read through C; B and C are shared by the heads of a group.
//
//     H = a H + x Bᵀ   update: 3 operations per element of H and token (decay, multiply, add)
//     y = H C          read:   2
//
// The state moves once per pass; prefill works in chunks that keep it on chip.
#include "workload/layer_graph.h"

static aug_features split(double count) {
    return (aug_features){count, AUG_RANK_FEATURE};
}

static void add_scan(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "g", AUG_RANK_GROUP, AUG_VARIABLE_ONE, mixer->groups);
    aug_bind(builder, "q", AUG_RANK_QUERY, AUG_VARIABLE_ONE, mixer->heads / mixer->groups);
    aug_bind(builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->head_width);
    aug_bind(builder, "s", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->state_width);
    double state_bits = aug_format_bits(mixer->state_format);

    aug_kernel_begin(builder);
    builder->run = AUG_RUN_SCAN;
    aug_operator *op = aug_build(builder, "state update", "H[b,g,q,d,s] += X[b,m,g,q,d] * B[b,m,g,s]");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "B", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "H", AUG_ROLE_STATE, AUG_STORAGE_STATE);
    op->uses[2].bits = state_bits;
    op->operations = 3.0;
    op = aug_build(builder, "state read", "Y[b,m,g,q,d] += C[b,m,g,s] * H[b,g,q,d,s]");
    aug_use_as(op, "C", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "H", AUG_ROLE_STATE, AUG_STORAGE_STATE);
    op->uses[1].bits = state_bits;
    aug_use_local(op, "H");
    builder->run = AUG_RUN_ALONE;
    aug_kernel_end(builder);
}

// Decay, step bias and direct path: three vectors of one number per head.
static void add_vectors(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "h", AUG_RANK_FEATURE, AUG_VARIABLE_ONE, mixer->heads);
    aug_operator *op = aug_build(builder, "decay and step", "Y[t,h] = gate(X[t,h], A[h], S[h], D[h])");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "A", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    aug_use_as(op, "S", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    aug_use_as(op, "D", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    op->operations = 8.0;
}

void aug_graph_state_space(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    double inner = mixer->heads * mixer->head_width, shared = mixer->groups * mixer->state_width;
    aug_features in = {hidden, AUG_RANK_PLAIN};
    aug_build_linear(builder, "state space input projection", in, split(2.0 * inner + 2.0 * shared + mixer->heads),
                     AUG_STORAGE_ATTENTION, mixer->input_bias);
    aug_graph_short_convolution(builder, inner + 2.0 * shared, mixer->convolution, mixer->convolution_bias,
                                mixer->groups);
    add_vectors(builder, mixer);
    add_scan(builder, mixer);
    aug_build_norm(builder, "gated norm", 1.0, inner, AUG_RANK_FEATURE, false);
    aug_operator *output = aug_build_linear(builder, "state space output projection", split(inner), in,
                                            AUG_STORAGE_ATTENTION, mixer->output_bias);
    output->exchange = AUG_EXCHANGE_REDUCE;
    aug_graph *graph = builder->graph;
    if (graph->state_count < AUG_GRAPH_STATES)
        graph->states[graph->state_count++] = (aug_state){.name = "state space",
                                                          .elements = inner * mixer->state_width,
                                                          .layers = builder->repeats,
                                                          .heads = mixer->heads,
                                                          .format = mixer->state_format};
}
