// Llama and its kin (Llama 2 and 3, Mistral, Qwen 2 and 3 with and without experts) and GPT-2/GPT-3.
#include "workload/family.h"

#include <string.h>

void aug_family_llama(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    layer.mixer.window = (double)c->window;
    for (uint64_t i = 0; i < c->layers; i++)
        aug_stack_add(stack, &layer);
}

// GPT-2 and GPT-3: learned positions, biases everywhere, layer norms with bias, one tied table.
void aug_family_gpt2(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    stack->tied = c->tied_given ? c->tied : true;
    stack->norm_bias = true;
    stack->positions = (double)c->positions;
    aug_layer layer = aug_family_plain_layer(c);
    layer.norm_bias = true;
    layer.mixer.rotary = false;
    layer.mixer.input_bias = layer.mixer.output_bias = true;
    layer.feed.gated = false;
    layer.feed.bias = true;
    layer.feed.width = c->feed ? (double)c->feed : 4.0 * (double)c->hidden;
    for (uint64_t i = 0; i < c->layers; i++)
        aug_stack_add(stack, &layer);
}

static bool has_experts(const aug_config *c, uint64_t index) {
    uint64_t step = c->sparse_step ? c->sparse_step : 1;
    return c->experts && c->expert_feed && (index + 1) % step == 0 && !aug_family_lists(c->dense_layers, index);
}

// Qwen2: biases on queries, keys and values; a gated shared expert in the mixture. Qwen3: norms per head instead.
void aug_family_qwen(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    bool second = strncmp(c->model_type, "qwen2", 5) == 0;
    aug_layer layer = aug_family_plain_layer(c);
    if (second)
        layer.mixer.input_bias = true, layer.mixer.output_bias = false;
    else
        layer.mixer.head_norm = AUG_HEAD_NORM_EACH;
    aug_feed dense = layer.feed;
    aug_feed mixture = {.kind = AUG_FEED_MIXTURE,
                        .gated = true,
                        .experts = (double)c->experts,
                        .chosen = (double)c->chosen,
                        .expert_width = (double)c->expert_feed,
                        .shared_width = (double)c->shared_feed,
                        .shared_gate = c->shared_feed > 0};
    for (uint64_t i = 0; i < c->layers; i++) {
        const char *type = aug_family_layer_type(c, i);
        bool windowed = type ? strcmp(type, "sliding_attention") == 0
                             : c->use_window && i >= c->window_layers;
        layer.mixer.window = windowed ? (double)c->window : 0.0;
        layer.feed = has_experts(c, i) ? mixture : dense;
        aug_stack_add(stack, &layer);
    }
}
