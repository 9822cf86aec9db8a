// Multi-head latent attention: DeepSeek V2, V3, V3.2, Kimi K2, GLM-5.
#include "workload/family.h"

#include <string.h>

static bool has_experts(const aug_config *c, uint64_t index) {
    uint64_t every = c->moe_every ? c->moe_every : 1;
    return c->experts && index >= c->dense_first && index % every == 0;
}

void aug_family_deepseek(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer layer = {.norms = 2.0};
    layer.mixer = (aug_mixer){.kind = AUG_MIXER_LATENT,
                              .heads = (double)c->heads,
                              .groups = (double)c->heads,
                              .value_width = (double)c->value_width,
                              .query_rank = (double)c->query_rank,
                              .latent_rank = (double)c->latent_rank,
                              .plain_width = (double)c->plain_width,
                              .rotary_width = (double)c->rotary_width,
                              .index_heads = (double)c->index_heads,
                              .index_width = (double)c->index_width,
                              .index_chosen = c->index_heads ? (double)c->index_chosen : 0.0,
                              .input_bias = c->attention_bias,
                              .output_bias = c->attention_bias,
                              .rotary = true};
    aug_feed dense = {.kind = AUG_FEED_DENSE, .width = (double)c->feed, .gated = true};
    aug_feed experts = {.kind = AUG_FEED_MIXTURE,
                        .gated = true,
                        .experts = (double)c->experts,
                        .chosen = (double)c->chosen,
                        .expert_width = (double)c->expert_feed,
                        .shared_width = (double)c->shared_experts * (double)c->expert_feed,
                        .router_bias = strcmp(c->model_type, "deepseek_v2") != 0};
    for (uint64_t i = 0; i < c->layers; i++) {
        layer.feed = has_experts(c, i) ? experts : dense;
        aug_stack_add(stack, &layer);
    }
}
