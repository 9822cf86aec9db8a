// Multi-head latent attention [DeepSeek-V2 §2.1]: keys and values of all heads come from one latent vector per token,
// which is all that is cached (latent_rank + rotary_width elements per token and layer).
//
// Prefill expands the latent to keys and values per head and attends as usual. Decode never expands: the key half of
// the expansion is multiplied into the queries and the value half into the results ("absorbed"), and attention runs
// on the latent itself, every head reading the same cache.
//
// Sparse attention [DeepSeek-V3.2]: a small indexer scores all past tokens and each token attends to the best
// index_chosen of them.
#include "workload/layer_graph.h"

static aug_features plain(double count) {
    return (aug_features){count, AUG_RANK_PLAIN};
}

static aug_features split(double count) {
    return (aug_features){count, AUG_RANK_FEATURE};
}

static void add_projections(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    double query = mixer->heads * (mixer->plain_width + mixer->rotary_width);
    double latent = mixer->latent_rank + mixer->rotary_width;
    if (mixer->query_rank > 0.0) {
        aug_build_linear(builder, "query and latent compression", plain(hidden), plain(mixer->query_rank + latent),
                         AUG_STORAGE_ATTENTION, mixer->input_bias);
        aug_build_norm(builder, "query latent norm", 1.0, mixer->query_rank, AUG_RANK_PLAIN, false);
        aug_build_linear(builder, "query projection", plain(mixer->query_rank), split(query), AUG_STORAGE_ATTENTION, false);
    } else {
        aug_build_linear(builder, "query projection", plain(hidden), split(query), AUG_STORAGE_ATTENTION, false);
        aug_build_linear(builder, "latent compression", plain(hidden), plain(latent), AUG_STORAGE_ATTENTION,
                         mixer->input_bias);
    }
    aug_build_norm(builder, "latent norm", 1.0, mixer->latent_rank, AUG_RANK_PLAIN, false);
    aug_build_map(builder, "rotation and cache append", plain(latent), 1, 3.0);
}

static void add_indexer(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    double source = mixer->query_rank > 0.0 ? mixer->query_rank : hidden;
    aug_build_linear(builder, "indexer query projection", plain(source), plain(mixer->index_heads * mixer->index_width),
                     AUG_STORAGE_ATTENTION, false);
    aug_build_linear(builder, "indexer key and weight projection", plain(hidden),
                     plain(mixer->index_width + mixer->index_heads), AUG_STORAGE_ATTENTION, false);
    aug_build_norm(builder, "indexer key norm", 1.0, mixer->index_width, AUG_RANK_PLAIN, true);
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "i", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->index_heads);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "p", AUG_RANK_PLAIN, AUG_VARIABLE_POSITIONS, 1.0);
    aug_bind(builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->index_width);
    aug_kernel_begin(builder);
    builder->run = AUG_RUN_INDEXER;
    aug_operator *scores = aug_build(builder, "indexer scores", "S[b,m,p] += Q[b,m,i,d] * K[b,p,d]");
    aug_use_as(scores, "Q", AUG_ROLE_INPUT, AUG_STORAGE_ACTIVATION);
    aug_use_as(scores, "K", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
    aug_use_local(scores, "S");
    aug_operator *choice = aug_build(builder, "indexer choice", "I[b,m,p] = top(S[b,m,p])");
    aug_use_local(choice, "S");
    aug_hand_on(builder, "S", builder->graph->count - 2);
    aug_use_local(choice, "I");
    choice->operations = 4.0;
    builder->run = AUG_RUN_ALONE;
    aug_kernel_end(builder);
    aug_cache *cache = &builder->graph->caches[builder->graph->cache_count];
    if (builder->graph->cache_count < AUG_GRAPH_CACHES) {
        *cache = (aug_cache){.name = "indexer keys", .elements = mixer->index_width, .layers = builder->repeats};
        builder->graph->cache_count++;
    }
}

// The operators of one phase's kernel: scores, softmax, values.
static void finish_kernel_operator(aug_operator *op, const aug_mixer *mixer, unsigned phase) {
    op->phases = phase;
    op->window = mixer->index_chosen;
}

static void add_kernel(aug_graph_builder *builder, const aug_mixer *mixer, unsigned phase, const char *scores_text,
                       const char *values_text) {
    bool absorbed = phase == AUG_PHASE_DECODE;
    aug_kernel_begin(builder);
    builder->run = AUG_RUN_LATENT;
    aug_operator *op = aug_build(builder, "attention scores", scores_text);
    aug_use_as(op, "Q", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    if (absorbed)
        aug_use_as(op, "L", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
    else
        aug_use_as(op, "K", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_local(op, "S");
    finish_kernel_operator(op, mixer, phase);

    op = aug_build(builder, "attention softmax", "P[b,h,m,p] = softmax(S[b,h,m,p])");
    aug_use_as(op, "S", AUG_ROLE_INPUT, AUG_STORAGE_SUM);
    aug_use_local(op, "S");
    aug_use_local(op, "P");
    aug_hand_on(builder, "S", builder->graph->count - 2);
    op->operations = 5.0; // maximum, subtraction, exponential, sum, scale
    finish_kernel_operator(op, mixer, phase);

    op = aug_build(builder, "attention values", values_text);
    aug_use_as(op, "P", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_local(op, "P");
    aug_hand_on(builder, "P", builder->graph->count - 2);
    if (absorbed) {
        aug_use_as(op, "L", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
        aug_use_local(op, "L"); // read for the scores already
    } else {
        aug_use_as(op, "V", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    }
    finish_kernel_operator(op, mixer, phase);
    builder->run = AUG_RUN_ALONE;
    aug_kernel_end(builder);
}

static void bind_attention(aug_graph_builder *builder, const aug_mixer *mixer) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_SEQUENCES, 1.0);
    aug_bind(builder, "h", AUG_RANK_FEATURE, AUG_VARIABLE_ONE, mixer->heads);
    aug_bind(builder, "m", AUG_RANK_PLAIN, AUG_VARIABLE_NEW, 1.0);
    aug_bind(builder, "p", AUG_RANK_PLAIN, AUG_VARIABLE_POSITIONS, 1.0);
    aug_bind(builder, "d", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->plain_width + mixer->rotary_width);
    aug_bind(builder, "n", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->plain_width);
    aug_bind(builder, "v", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->value_width);
    aug_bind(builder, "c", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->latent_rank);
    aug_bind(builder, "a", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->latent_rank + mixer->rotary_width);
    aug_bind(builder, "e", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, mixer->plain_width + mixer->value_width);
}

static void add_prefill(aug_graph_builder *builder, const aug_mixer *mixer) {
    bind_attention(builder, mixer);
    // The latents of all positions are expanded: past ones too, where a prefix was kept.
    aug_operator *expand = aug_build(builder, "latent expansion", "Z[b,p,h,e] += L[b,p,c] * W[c,h,e]");
    aug_use_as(expand, "L", AUG_ROLE_CACHE, AUG_STORAGE_CACHE);
    aug_use_as(expand, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_ATTENTION);
    expand->phases = AUG_PHASE_PREFILL;
    add_kernel(builder, mixer, AUG_PHASE_PREFILL, "S[b,h,m,p] += Q[b,h,m,d] * K[b,h,p,d]",
               "O[b,h,m,v] += P[b,h,m,p] * V[b,h,p,v]");
}

static void add_decode(aug_graph_builder *builder, const aug_mixer *mixer) {
    bind_attention(builder, mixer);
    aug_operator *queries = aug_build(builder, "query absorption", "A[b,m,h,c] += Q[b,m,h,n] * W[h,n,c]");
    aug_use_as(queries, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_ATTENTION);
    queries->phases = AUG_PHASE_DECODE;
    add_kernel(builder, mixer, AUG_PHASE_DECODE, "S[b,h,m,p] += Q[b,h,m,a] * L[b,p,a]",
               "O[b,h,m,c] += P[b,h,m,p] * L[b,p,c]");
    aug_operator *values = aug_build(builder, "value absorption", "Y[b,m,h,v] += O[b,m,h,c] * W[h,c,v]");
    aug_use_as(values, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_ATTENTION);
    values->phases = AUG_PHASE_DECODE;
}

void aug_graph_latent_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    add_projections(builder, mixer, hidden);
    if (mixer->index_heads > 0.0)
        add_indexer(builder, mixer, hidden);
    add_prefill(builder, mixer);
    add_decode(builder, mixer);
    aug_operator *output = aug_build_linear(builder, "attention output projection", split(mixer->heads * mixer->value_width),
                                            plain(hidden), AUG_STORAGE_ATTENTION, mixer->output_bias);
    output->exchange = AUG_EXCHANGE_REDUCE;
    aug_graph *graph = builder->graph;
    if (graph->cache_count < AUG_GRAPH_CACHES)
        graph->caches[graph->cache_count++] = (aug_cache){
            .name = "latents", .elements = mixer->latent_rank + mixer->rotary_width, .layers = builder->repeats};
}
