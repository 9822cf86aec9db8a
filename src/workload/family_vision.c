// Image encoders: SigLIP on its own, and the towers in front of language models.
#include "workload/family.h"

#include <math.h>

// Sizes that every encoder needs; false with errors where one is missing.
static bool check(const aug_family_input *input, const aug_vision_config *v, const aug_node *node) {
    const struct {
        const char *key;
        uint64_t value;
    } needed[] = {{"num_hidden_layers", v->layers}, {"hidden_size", v->hidden}, {"num_attention_heads", v->heads},
                  {"intermediate_size", v->feed},   {"patch_size", v->patch}};
    bool good = true;
    for (size_t i = 0; i < AUG_COUNT(needed); i++) {
        if (needed[i].value >= 1 && needed[i].value <= 1000000)
            continue;
        aug_node_key_error(input->reader->errors, node, "an image encoder needs '%s' from 1 to 1000000", needed[i].key);
        good = false;
    }
    if (good && v->layers > 10000) {
        aug_node_key_error(input->reader->errors, node, "more than 10000 layers");
        good = false;
    }
    return good;
}

static void build(const aug_vision_config *v, aug_stack *stack, bool gated, bool norm_bias) {
    stack->hidden = (double)v->hidden;
    double channels = v->channels ? (double)v->channels : 3.0, frames = v->frames ? (double)v->frames : 1.0;
    stack->patch_inputs = channels * frames * (double)v->patch * (double)v->patch;
    stack->final_norm = true;
    stack->norm_bias = norm_bias;
    aug_layer layer = aug_family_encoder_layer((double)v->hidden, (double)v->heads, (double)v->feed);
    layer.feed.gated = gated;
    for (uint64_t i = 0; i < v->layers; i++)
        aug_stack_add(stack, &layer);
}

void aug_family_siglip(const aug_family_input *input, aug_stack *stack) {
    const aug_node *node = input->config->vision_node ? input->config->vision_node : input->root;
    aug_vision_config v;
    if (!aug_vision_config_read(input->reader, node, &v) || !check(input, &v, node))
        return;
    build(&v, stack, false, true);
    double side = v.image ? floor((double)v.image / (double)v.patch) : 0.0;
    stack->positions = side * side;
    if (input->config->projection) {
        stack->merge_tokens = 1.0;
        stack->merge_in = stack->hidden;
        stack->merge_out = (double)input->config->projection;
    }
}

bool aug_family_vision(const aug_family_input *input, aug_stack *stack, double *tokens_per_image_token) {
    const aug_node *node = input->config->vision_node;
    aug_vision_config v;
    if (!node || node->kind != AUG_NODE_MAP || !aug_node_peek(node, "hidden_size"))
        return false;
    int before = aug_errors_total(input->reader->errors);
    if (!aug_vision_config_read(input->reader, node, &v) || !check(input, &v, node))
        return aug_errors_total(input->reader->errors) == before;
    double side = v.merge ? (double)v.merge : v.pool ? (double)v.pool : 1.0;
    *tokens_per_image_token = side * side;
    bool pooled = v.pool > 0; // Gemma averages patches, then projects; Qwen joins them in a two-layer merger
    build(&v, stack, pooled, !pooled);
    stack->merge_tokens = side * side;
    stack->merge_in = pooled ? stack->hidden : stack->hidden * side * side;
    stack->merge_out = v.out ? (double)v.out : (double)input->config->hidden;
    stack->merge_width = pooled ? 0.0 : stack->hidden * side * side;
    stack->merge_extra = v.deepstack_layers && v.deepstack_layers->kind == AUG_NODE_LIST ? (double)v.deepstack_layers->count : 0.0;
    return true;
}
