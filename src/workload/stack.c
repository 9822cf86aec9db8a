// From layers to operators. Layers that are equal stand once, with their count as `repeats`: the order of different
// layers does not matter for time, energy or memory, so it is not kept.
#include "workload/stack.h"

#include "workload/layer_graph.h"

#define SAME(member) (left->member == right->member)

static bool same_mixer(const aug_mixer *left, const aug_mixer *right) {
    return SAME(kind) && SAME(heads) && SAME(groups) && SAME(head_width) && SAME(value_width) && SAME(window) &&
           SAME(chunked) && SAME(unmasked) && SAME(input_bias) && SAME(output_bias) && SAME(sinks) && SAME(gated) &&
           SAME(values_are_keys) && SAME(borrowed) && SAME(rotary) && SAME(head_norm) && SAME(query_rank) &&
           SAME(latent_rank) && SAME(plain_width) && SAME(rotary_width) && SAME(index_heads) && SAME(index_width) &&
           SAME(index_chosen) && SAME(state_width) && SAME(convolution) && SAME(convolution_bias) &&
           SAME(merged_projection) && SAME(state_format);
}

static bool same_feed(const aug_feed *left, const aug_feed *right) {
    return SAME(kind) && SAME(width) && SAME(gated) && SAME(bias) && SAME(experts) && SAME(chosen) &&
           SAME(expert_width) && SAME(shared_width) && SAME(shared_gate) && SAME(router_bias) && SAME(expert_bias);
}

static bool same_layer(const aug_layer *left, const aug_layer *right) {
    return same_mixer(&left->mixer, &right->mixer) && same_feed(&left->feed, &right->feed) && SAME(norms) &&
           SAME(norm_bias) && SAME(side_width);
}

void aug_stack_add(aug_stack *stack, const aug_layer *layer) {
    for (int i = 0; i < stack->group_count; i++) {
        if (same_layer(&stack->groups[i].layer, layer)) {
            stack->groups[i].count += 1.0;
            return;
        }
    }
    if (stack->group_count == AUG_LAYER_GROUPS) {
        stack->too_many_kinds = true;
        return;
    }
    aug_layer_group *group = &stack->groups[stack->group_count++];
    group->layer = *layer;
    group->count = 1.0;
}

double aug_stack_layers(const aug_stack *stack) {
    double layers = 0.0;
    for (int i = 0; i < stack->group_count; i++)
        layers += stack->groups[i].count;
    return layers;
}

// A table of vectors: in mathematics a product with one-hot rows, X[t] being the row that token t picks from v.
static aug_operator *add_table(aug_graph_builder *builder, const char *name) {
    aug_operator *op = aug_build(builder, name, "Z[t,k] += X[t] * W[v,k]");
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_HEAD);
    op->gathers = true;
    op->vector = true;
    return op;
}

static void add_embedding(aug_graph_builder *builder, const aug_stack *stack) {
    if (stack->patch_inputs > 0.0)
        aug_build_linear(builder, "patch embedding", (aug_features){stack->patch_inputs, AUG_RANK_PLAIN},
                         (aug_features){stack->hidden, AUG_RANK_PLAIN}, AUG_STORAGE_HEAD, true);
    if (stack->vocabulary > 0.0) {
        aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
        aug_bind(builder, "v", AUG_RANK_VOCABULARY, AUG_VARIABLE_ONE, stack->vocabulary);
        aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->hidden);
        add_table(builder, "embedding")->exchange = AUG_EXCHANGE_REDUCE;
    }
    if (stack->positions > 0.0) {
        aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
        aug_bind(builder, "v", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->positions);
        aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->hidden);
        add_table(builder, "position embedding");
    }
}

static void add_side_embedding(aug_graph_builder *builder, const aug_stack *stack, double width) {
    double all = width * aug_stack_layers(stack);
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "v", AUG_RANK_VOCABULARY, AUG_VARIABLE_ONE, stack->side_vocabulary);
    aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, all);
    add_table(builder, "embedding per layer");
    aug_build_linear(builder, "projection to layer inputs", (aug_features){stack->hidden, AUG_RANK_PLAIN},
                     (aug_features){all, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
    aug_build_norm(builder, "norm of layer inputs", aug_stack_layers(stack), width, AUG_RANK_PLAIN, false);
}

static void add_side_input(aug_graph_builder *builder, double width, double hidden) {
    aug_features wide = {hidden, AUG_RANK_PLAIN}, narrow = {width, AUG_RANK_PLAIN};
    aug_build_linear(builder, "layer input gate", wide, narrow, AUG_STORAGE_MLP, false);
    aug_build_map(builder, "layer input activation", narrow, 2, 5.0);
    aug_hand_on(builder, "X", builder->graph->count - 2);
    aug_build_linear(builder, "layer input projection", narrow, wide, AUG_STORAGE_MLP, false);
    aug_hand_on(builder, "A", builder->graph->count - 2);
    aug_build_norm(builder, "layer input norm", 1.0, hidden, AUG_RANK_PLAIN, false);
    aug_hand_on(builder, "X", builder->graph->count - 2);
}

static void add_mixer(aug_graph_builder *builder, const aug_mixer *mixer, double hidden) {
    switch (mixer->kind) {
    case AUG_MIXER_NONE:
        break;
    case AUG_MIXER_ATTENTION:
        aug_graph_attention(builder, mixer, hidden);
        break;
    case AUG_MIXER_LATENT:
        aug_graph_latent_attention(builder, mixer, hidden);
        break;
    case AUG_MIXER_LINEAR:
        aug_graph_linear_attention(builder, mixer, hidden);
        break;
    case AUG_MIXER_STATE_SPACE:
        aug_graph_state_space(builder, mixer, hidden);
        break;
    }
}

static void add_norms(aug_graph_builder *builder, const aug_layer *layer, double hidden) {
    double once = builder->repeats;
    builder->repeats = once * layer->norms;
    aug_build_norm(builder, "norm", 1.0, hidden, AUG_RANK_PLAIN, layer->norm_bias);
    builder->repeats = once;
}

// Mixer and feed-forward layer begin with a norm of their own each, where there are so many.
static void add_layer(aug_graph_builder *builder, const aug_layer *layer, double hidden) {
    double readers = (layer->mixer.kind != AUG_MIXER_NONE) + (layer->feed.kind != AUG_FEED_NONE);
    builder->norm = layer->norms >= readers ? builder->graph->count : -1;
    if (layer->norms > 0.0)
        add_norms(builder, layer, hidden);
    add_mixer(builder, &layer->mixer, hidden);
    if (layer->feed.kind == AUG_FEED_DENSE)
        aug_graph_dense(builder, &layer->feed, hidden);
    else if (layer->feed.kind == AUG_FEED_MIXTURE)
        aug_graph_mixture(builder, &layer->feed, hidden);
    if (layer->side_width > 0.0)
        add_side_input(builder, layer->side_width, hidden);
    builder->norm = -1;
}

static void add_merger_norm(aug_graph_builder *builder) {
    aug_operator *op = aug_build(builder, "merger norm", "Y[t,k] = norm(X[t,k], W[k])");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    op->operations = 4.0; // as aug_build_norm
}

static aug_operator *add_merger_layer(aug_graph_builder *builder, const char *name, const char *einsum) {
    aug_operator *op = aug_build(builder, name, einsum);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_MLP);
    return op;
}

// Two layers, or three: chips that share the features of the first collect them for the second.
static void add_hidden_layers(aug_graph_builder *builder, bool inner) {
    aug_operator *first = add_merger_layer(builder, "merger, first layer", "Z[t,n] += A[t,k] * W[k,n]");
    if (inner) {
        first->exchange = AUG_EXCHANGE_GATHER;
        add_merger_layer(builder, "merger, inner layer", "Z[t,n] += A[t,i] * W[i,n]");
    }
    add_merger_layer(builder, "merger, last layer", "Z[t,o] += A[t,n] * W[n,o]")->exchange = AUG_EXCHANGE_REDUCE;
}

// Image encoders: neighbouring patches are joined and projected to the width of the language model.
static void add_merger(aug_graph_builder *builder, const aug_stack *stack) {
    builder->repeats = 1.0 + stack->merge_extra;
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0 / stack->merge_tokens);
    aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->merge_in);
    aug_bind(builder, "n", AUG_RANK_FEATURE, AUG_VARIABLE_ONE, stack->merge_width);
    aug_bind(builder, "i", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->merge_width);
    aug_bind(builder, "o", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->merge_out);
    if (stack->merge_norm)
        add_merger_norm(builder);
    if (stack->merge_width > 0.0)
        add_hidden_layers(builder, stack->merge_inner);
    else
        add_merger_layer(builder, "merger, last layer", "Z[t,o] += A[t,k] * W[k,o]");
    builder->repeats = 1.0;
}

static void add_head(aug_graph_builder *builder, const aug_stack *stack) {
    aug_bind(builder, "b", AUG_RANK_PLAIN, AUG_VARIABLE_LAST, 1.0);
    aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, stack->hidden);
    aug_bind(builder, "v", AUG_RANK_VOCABULARY, AUG_VARIABLE_ONE, stack->vocabulary);
    aug_operator *op = aug_build(builder, "lm head", "Z[b,v] += A[b,k] * W[k,v]");
    aug_use_as(op, "A", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_HEAD);
    aug_use_as(op, "Z", AUG_ROLE_OUTPUT, AUG_STORAGE_SUM);
    op->uses[1].tied = stack->tied;
    op->exchange = AUG_EXCHANGE_GATHER;
}

void aug_stack_graph(const aug_stack *stack, aug_graph *graph) {
    aug_graph_builder builder;
    aug_builder_init(&builder, graph);
    graph->layers = aug_stack_layers(stack);
    add_embedding(&builder, stack);
    if (stack->group_count && stack->groups[0].layer.side_width > 0.0)
        add_side_embedding(&builder, stack, stack->groups[0].layer.side_width);
    for (int i = 0; i < stack->group_count; i++) {
        builder.repeats = stack->groups[i].count;
        add_layer(&builder, &stack->groups[i].layer, stack->hidden);
    }
    builder.repeats = 1.0;
    if (stack->final_norm)
        aug_build_norm(&builder, "final norm", 1.0, stack->hidden, AUG_RANK_PLAIN, stack->norm_bias);
    if (stack->merge_tokens > 0.0)
        add_merger(&builder, stack);
    if (stack->head && stack->vocabulary > 0.0)
        add_head(&builder, stack);
}
