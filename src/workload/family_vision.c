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

// Patches that stand along the sides of an image of the stated size, all together; 0 where the size is not stated.
static double patches_of(const aug_vision_config *v) {
    double side = v->image ? floor((double)v->image / (double)v->patch) : 0.0;
    return side * side;
}

void aug_family_siglip(const aug_family_input *input, aug_stack *stack) {
    const aug_node *node = input->config->vision_node ? input->config->vision_node : input->root;
    aug_vision_config v;
    if (!aug_vision_config_read(input->reader, node, &v) || !check(input, &v, node))
        return;
    build(&v, stack, false, true);
    stack->positions = patches_of(&v);
    if (input->config->projection) {
        stack->merge_tokens = 1.0;
        stack->merge_in = stack->hidden;
        stack->merge_out = (double)input->config->projection;
    }
}

// `patches` of them are averaged to one token, which one layer projects.
static void average(aug_stack *stack, double patches) {
    stack->merge_tokens = patches;
    stack->merge_in = stack->hidden;
}

// `side` x `side` of them are joined to one vector, which a hidden layer of `width` and a last one project.
static void join(aug_stack *stack, double side, double width) {
    stack->merge_tokens = side * side;
    stack->merge_in = stack->hidden * side * side;
    stack->merge_width = width > 0.0 ? width : stack->merge_in;
}

// How patches become tokens of the language model: by the keys that say so.
static bool set_merger(const aug_config *c, const aug_vision_config *v, aug_stack *stack) {
    stack->merge_out = v->out ? (double)v->out : (double)c->hidden;
    if (v->pool) { // Gemma 4
        average(stack, (double)v->pool * (double)v->pool);
    } else if (c->pooled_tokens) { // Gemma 3
        double patches = patches_of(v) / (double)c->pooled_tokens;
        if (patches < 1.0)
            return false;
        average(stack, patches);
        stack->merge_norm = true;
    } else if (v->shuffle > 0.0) { // Llama 4: two layers of the adapter, one of the projector
        join(stack, 1.0 / v->shuffle, v->projector ? (double)v->projector : 4096.0);
        stack->merge_inner = true;
    } else if (c->downsample > 0.0) { // InternVL
        join(stack, 1.0 / c->downsample, (double)c->hidden);
        stack->merge_norm = true;
    } else if (c->projection) { // PaliGemma
        average(stack, 1.0);
    } else { // Qwen
        join(stack, v->merge ? (double)v->merge : 1.0, 0.0);
    }
    return true;
}

bool aug_family_vision(const aug_family_input *input, aug_stack *stack, double *tokens_per_image_token) {
    const aug_node *node = input->config->vision_node;
    aug_vision_config v;
    if (!node || node->kind != AUG_NODE_MAP || !aug_node_peek(node, "hidden_size"))
        return false;
    int before = aug_errors_total(input->reader->errors);
    if (!aug_vision_config_read(input->reader, node, &v) || !check(input, &v, node))
        return aug_errors_total(input->reader->errors) == before;
    bool gated = v.pool > 0; // Gemma 4
    build(&v, stack, gated, !gated);
    stack->positions = patches_of(&v);
    stack->merge_extra = v.deepstack_layers && v.deepstack_layers->kind == AUG_NODE_LIST ? (double)v.deepstack_layers->count : 0.0;
    if (!set_merger(input->config, &v, stack)) {
        aug_node_key_error(input->reader->errors, node, "an image encoder with 'mm_tokens_per_image' needs an 'image_size' of as many patches");
        return false;
    }
    *tokens_per_image_token = stack->merge_tokens;
    return true;
}
