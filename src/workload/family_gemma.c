// Gemma 1 to 4: tied embedding, two or four norms per layer, windowed layers between ones that see everything.
#include "workload/family.h"

#include <string.h>

// Gemma 2 alternates, Gemma 3 has five windowed layers before each full one.
static bool is_windowed(const aug_config *c, uint64_t index) {
    const char *type = aug_family_layer_type(c, index);
    if (type)
        return strcmp(type, "sliding_attention") == 0;
    if (!c->window)
        return false;
    uint64_t pattern = c->window_pattern ? c->window_pattern : strncmp(c->model_type, "gemma3", 6) == 0 ? 6 : 2;
    return (index + 1) % pattern != 0;
}

static void fill(const aug_family_input *input, const char *key, uint64_t *member, uint64_t value) {
    if (!aug_family_has_key(input, key))
        *member = value;
}

// What the makers leave out is what transformers assumes: GemmaConfig, Gemma2Config, Gemma3TextConfig.
void aug_family_gemma_defaults(const aug_family_input *input, aug_config *config) {
    fill(input, "head_dim", &config->head_width, 256);
    if (strncmp(config->model_type, "gemma3", 6) != 0)
        return;
    fill(input, "num_attention_heads", &config->heads, 8);
    fill(input, "num_key_value_heads", &config->kv_heads, 4);
    fill(input, "vocab_size", &config->vocabulary, 262208);
    fill(input, "sliding_window", &config->window, 4096);
}

void aug_family_gemma(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    bool first = strcmp(c->model_type, "gemma") == 0;
    aug_family_plain_stack(c, stack);
    stack->tied = true;
    aug_layer layer = aug_family_plain_layer(c);
    layer.norms = first ? 2.0 : 4.0;
    if (strncmp(c->model_type, "gemma3", 6) == 0)
        layer.mixer.head_norm = AUG_HEAD_NORM_EACH;
    for (uint64_t i = 0; i < c->layers; i++) {
        layer.mixer.window = !first && is_windowed(c, i) ? (double)c->window : 0.0;
        aug_stack_add(stack, &layer);
    }
}

// Layers that see everything have wider heads, fewer of them, and may use their keys as values; experts may stand
// beside the dense layer (with three more norms); the last layers may use the keys and values of earlier ones.
void aug_family_gemma4(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    stack->tied = c->tied_given ? c->tied : true;
    bool mixture = c->moe_block && c->experts;
    aug_layer local = aug_family_plain_layer(c);
    local.norms = mixture ? 7.0 : 4.0;
    local.mixer.head_norm = AUG_HEAD_NORM_EACH;
    local.mixer.window = (double)c->window;
    local.side_width = (double)c->side_width;
    stack->side_vocabulary = (double)(c->side_vocabulary ? c->side_vocabulary : c->vocabulary);
    if (mixture) {
        local.feed.kind = AUG_FEED_MIXTURE;
        local.feed.experts = (double)c->experts;
        local.feed.chosen = (double)c->chosen;
        local.feed.expert_width = (double)c->expert_feed;
    }
    aug_layer global = local;
    global.mixer.window = 0.0;
    global.mixer.values_are_keys = c->keys_are_values;
    if (c->global_head_width)
        global.mixer.head_width = global.mixer.value_width = (double)c->global_head_width;
    if (c->keys_are_values && c->global_kv_heads)
        global.mixer.groups = (double)c->global_kv_heads;
    uint64_t first_shared = c->shared_cache_layers < c->layers ? c->layers - c->shared_cache_layers : c->layers;
    for (uint64_t i = 0; i < c->layers; i++) {
        const char *type = aug_family_layer_type(c, i);
        aug_layer layer = type && strcmp(type, "full_attention") == 0 ? global : local;
        if (i >= first_shared) {
            layer.mixer.borrowed = true;
            if (c->wide_shared_mlp)
                layer.feed.width *= 2.0;
        }
        aug_stack_add(stack, &layer);
    }
}
