// Attention with keys and values per head group: multi-head (groups = heads), grouped-query, multi-query.
//
//     [query, key, value] projection → norms per head → rotation and cache append →
//     one kernel { S = Q·K over the head width;  P = softmax(S);  O = P·V over the positions } → output projection
//
// Scores and weights stay on the chip [FlashAttention]. Traffic of the kernel per layer: queries and results once, keys
// and values of every position once.
#include "workload/layer_graph.h"

static void add_projection(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    double queries = mixer->heads * mixer->head_width * (mixer->gated ? 2.0 : 1.0);
    double keys = mixer->groups * mixer->head_width;
    double values = mixer->values_are_keys ? 0.0 : mixer->groups * mixer->value_width;
    double out = mixer->borrowed ? queries : queries + keys + values;
    const char *name = mixer->borrowed ? "query projection" : "query, key, value projection";
    aug_build_linear(builder, name, (aug_features){hidden, AUG_RANK_PLAIN}, (aug_features){out, AUG_RANK_FEATURE},
                     AUG_STORAGE_ATTENTION, mixer->input_bias);
    aug_hand_on(builder, "A", builder->norm);
}

static void add_head_norms(aug_graph_builder *builder, const aug_mixer *mixer) {
    if (mixer->head_norm == AUG_HEAD_NORM_EACH) {
        aug_build_norm(builder, "query norm", mixer->heads, mixer->head_width, AUG_RANK_FEATURE, false);
        if (!mixer->borrowed)
            aug_build_norm(builder, "key norm", mixer->groups, mixer->head_width, AUG_RANK_FEATURE, false);
    } else if (mixer->head_norm == AUG_HEAD_NORM_WHOLE) {
        aug_build_norm(builder, "query norm", 1.0, mixer->heads * mixer->head_width, AUG_RANK_FEATURE, false);
        aug_build_norm(builder, "key norm", 1.0, mixer->groups * mixer->head_width, AUG_RANK_FEATURE, false);
    }
}

// Keys (rotated) and values of the new tokens go to the cache.
static void add_append(aug_graph_builder *builder, const aug_mixer *mixer) {
    double width = mixer->borrowed ? mixer->heads * mixer->head_width
                                   : mixer->heads * mixer->head_width +
                                         mixer->groups * (mixer->head_width + mixer->value_width);
    aug_build_map(builder, mixer->rotary ? "rotation and cache append" : "cache append",
                  (aug_features){width, AUG_RANK_FEATURE}, 1, mixer->rotary ? 3.0 : 1.0);
    // A gate, and what norms have been over, is made by others, too.
    if (mixer->head_norm == AUG_HEAD_NORM_NONE && !mixer->gated && !mixer->values_are_keys)
        aug_hand_on(builder, "X", builder->graph->count - 2);
}

static void mask(aug_operator *op, const aug_mixer *mixer) {
    op->window = mixer->window;
    op->chunked = mixer->chunked;
    op->causal = !mixer->unmasked;
}

static void add_kernel(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "g", AUG_RANK_GROUP, AUG_VARIABLE_ONE, mixer->groups);
    aug_bind(builder, "q", AUG_RANK_QUERY, AUG_VARIABLE_ONE, mixer->heads / mixer->groups);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "p", AUG_RANK_PLAIN, AUG_VARIABLE_POSITIONS, 1.0);
    aug_bind(builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->head_width);
    aug_bind(builder, "v", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->value_width);

    aug_kernel_begin(builder);
    builder->run = AUG_RUN_ATTENTION;
    aug_operator *scores = aug_build(builder, "attention scores", "S[b,g,q,m,p] += Q[b,g,q,m,d] * K[b,g,p,d]");
    aug_use_as(scores, "Q", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(scores, "K", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
    aug_use_local(scores, "S");
    mask(scores, mixer);

    aug_operator *softmax = mixer->sinks
                                ? aug_build(builder, "attention softmax", "P[b,g,q,m,p] = softmax(S[b,g,q,m,p], L[g,q])")
                                : aug_build(builder, "attention softmax", "P[b,g,q,m,p] = softmax(S[b,g,q,m,p])");
    softmax->operations = 5.0; // maximum, subtraction, exponential, sum, scale
    aug_use_as(softmax, "S", AUG_ROLE_INPUT, AUG_STORAGE_SUM);
    if (mixer->sinks)
        aug_use_as(softmax, "L", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    aug_use_local(softmax, "S");
    aug_use_local(softmax, "P");
    aug_hand_on(builder, "S", builder->graph->count - 2);
    mask(softmax, mixer);

    aug_operator *values = aug_build(builder, "attention values", "O[b,g,q,m,v] += P[b,g,q,m,p] * V[b,g,p,v]");
    aug_use_as(values, "P", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(values, "V", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
    aug_use_local(values, "P");
    aug_hand_on(builder, "P", builder->graph->count - 2);
    mask(values, mixer);
    builder->run = AUG_RUN_ALONE;
    aug_kernel_end(builder);
}

static void add_cache(aug_graph *graph, const aug_mixer *mixer, double layers) {
    if (mixer->borrowed || graph->cache_count == AUG_GRAPH_CACHES)
        return;
    graph->caches[graph->cache_count++] = (aug_cache){
        .name = "keys and values",
        .elements = mixer->groups * (mixer->head_width + mixer->value_width),
        .layers = layers,
        .window = mixer->window,
        .heads = mixer->groups,
    };
}

void aug_graph_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    add_projection(builder, mixer, hidden);
    add_head_norms(builder, mixer);
    add_append(builder, mixer);
    add_kernel(builder, mixer);
    if (mixer->gated)
        aug_build_map(builder, "attention output gate",
                      (aug_features){mixer->heads * mixer->value_width, AUG_RANK_FEATURE}, 2, 5.0);
    aug_operator *output = aug_build_linear(builder, "attention output projection",
                                            (aug_features){mixer->heads * mixer->value_width, AUG_RANK_FEATURE},
                                            (aug_features){hidden, AUG_RANK_PLAIN}, AUG_STORAGE_ATTENTION, mixer->output_bias);
    output->exchange = AUG_EXCHANGE_REDUCE;
    if (!mixer->unmasked)
        add_cache(builder->graph, mixer, builder->repeats);
}
