// Mixtures of experts with ordinary attention: Mixtral, MiniMax-M2, gpt-oss, Llama 4, GLM-4.5.
#include "workload/family.h"

#include <string.h>

static aug_feed mixture(const aug_config *c, uint64_t width) {
    return (aug_feed){.kind = AUG_FEED_MIXTURE,
                      .gated = true,
                      .experts = (double)c->experts,
                      .chosen = (double)c->chosen,
                      .expert_width = (double)width};
}

void aug_family_mixtral(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    layer.mixer.window = (double)c->window;
    layer.feed = mixture(c, c->feed);
    for (uint64_t i = 0; i < c->layers; i++)
        aug_stack_add(stack, &layer);
}

void aug_family_minimax(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    layer.mixer.head_norm = c->use_head_norm ? AUG_HEAD_NORM_WHOLE : AUG_HEAD_NORM_NONE;
    layer.feed = mixture(c, c->feed);
    layer.feed.router_bias = true;
    layer.feed.shared_width = (double)c->shared_feed;
    for (uint64_t i = 0; i < c->layers; i++)
        aug_stack_add(stack, &layer);
}

// Biases on projections, router and experts; every second layer windowed; a learned sink per head.
void aug_family_gpt_oss(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    layer.mixer.input_bias = layer.mixer.output_bias = true;
    layer.mixer.sinks = true;
    layer.feed = mixture(c, c->feed);
    layer.feed.router_bias = layer.feed.expert_bias = true;
    for (uint64_t i = 0; i < c->layers; i++) {
        const char *type = aug_family_layer_type(c, i);
        bool windowed = type ? strcmp(type, "sliding_attention") == 0 : i % 2 == 0;
        layer.mixer.window = windowed ? (double)c->window : 0.0;
        aug_stack_add(stack, &layer);
    }
}

// Three layers of four attend within chunks, which do not slide: the token at place i of its chunk sees i tokens. Every
// moe_interleave-th layer has experts and one shared expert of the same width, the others a dense layer of their own width.
void aug_family_llama4(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    aug_feed dense = layer.feed, experts = mixture(c, c->feed);
    dense.width = (double)(c->dense_feed ? c->dense_feed : c->feed);
    experts.shared_width = (double)c->feed;
    uint64_t step = c->moe_interleave ? c->moe_interleave : 1;
    uint64_t interval = c->rope_interval ? c->rope_interval : 4;
    const aug_node *rope = c->rope_layers && c->rope_layers->kind == AUG_NODE_LIST ? c->rope_layers->first : NULL;
    for (uint64_t i = 0; i < c->layers; i++) {
        bool chunked = rope ? strcmp(rope->text ? rope->text : "1", "1") == 0 : (i + 1) % interval != 0;
        rope = rope ? rope->next : NULL;
        layer.mixer.window = chunked ? (double)c->chunk : 0.0;
        layer.mixer.chunked = layer.mixer.window > 0.0;
        layer.mixer.rotary = chunked;
        layer.feed = (i + 1) % step == 0 ? experts : dense;
        aug_stack_add(stack, &layer);
    }
}

void aug_family_glm4(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = aug_family_plain_layer(c);
    layer.mixer.output_bias = false;
    layer.mixer.head_norm = c->use_head_norm ? AUG_HEAD_NORM_EACH : AUG_HEAD_NORM_NONE;
    aug_feed dense = layer.feed, experts = mixture(c, c->expert_feed);
    experts.router_bias = true;
    experts.shared_width = (double)c->shared_experts * (double)c->expert_feed;
    for (uint64_t i = 0; i < c->layers; i++) {
        layer.feed = i < c->dense_first ? dense : experts;
        aug_stack_add(stack, &layer);
    }
}
