// Models that mix attention with layers of fixed state: Qwen3-Next and Qwen3.5 (gated delta rule), Nemotron-H (Mamba-2).
#include "workload/family.h"

#include <string.h>

static aug_number_format state_format(const aug_family_input *input) {
    aug_number_format format = input->config->state_dtype ? aug_format_find(input->config->state_dtype) : AUG_FORMAT_NONE;
    return format == AUG_FORMAT_NONE ? input->base : format;
}

static bool is_full(const aug_config *c, uint64_t index) {
    const char *type = aug_family_layer_type(c, index);
    uint64_t interval = c->full_interval ? c->full_interval : 4;
    return type ? strcmp(type, "full_attention") == 0 : (index + 1) % interval == 0;
}

void aug_family_qwen_hybrid(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer full = aug_family_plain_layer(c);
    full.mixer.head_norm = AUG_HEAD_NORM_EACH;
    // Qwen3-Next has the gate always; later configs say so.
    full.mixer.gated = c->attention_gate || !aug_node_peek(input->language, "attn_output_gate");
    if (c->experts)
        full.feed = (aug_feed){.kind = AUG_FEED_MIXTURE,
                               .gated = true,
                               .experts = (double)c->experts,
                               .chosen = (double)c->chosen,
                               .expert_width = (double)c->expert_feed,
                               .shared_width = (double)c->shared_feed,
                               .shared_gate = c->shared_feed > 0};
    aug_layer linear = full;
    linear.mixer = (aug_mixer){.kind = AUG_MIXER_LINEAR,
                               .heads = (double)c->linear_value_heads,
                               .groups = (double)c->linear_key_heads,
                               .head_width = (double)c->linear_key_width,
                               .value_width = (double)c->linear_value_width,
                               .convolution = c->linear_taps ? (double)c->linear_taps : 4.0,
                               .state_format = state_format(input)};
    for (uint64_t i = 0; i < c->layers; i++)
        aug_stack_add(stack, is_full(c, i) ? &full : &linear);
}

void aug_family_nemotron(const aug_family_input *input, aug_stack *stack) {
    const aug_config *c = input->config;
    aug_family_plain_stack(c, stack);
    aug_layer attention = aug_family_plain_layer(c);
    attention.norms = 1.0;
    attention.mixer.rotary = false;
    aug_layer feed = attention, scan = attention, experts = attention;
    attention.feed = (aug_feed){0};
    feed.mixer = experts.mixer = (aug_mixer){0};
    feed.feed.gated = false; // squared ReLU
    experts.feed = (aug_feed){.kind = AUG_FEED_MIXTURE,
                              .experts = (double)c->experts,
                              .chosen = (double)c->chosen,
                              .expert_width = (double)c->expert_feed,
                              .shared_width = (double)c->shared_feed,
                              .router_bias = true};
    scan.feed = (aug_feed){0};
    scan.mixer = (aug_mixer){.kind = AUG_MIXER_STATE_SPACE,
                             .heads = (double)c->ssm_heads,
                             .head_width = (double)c->ssm_head_width,
                             .groups = (double)c->ssm_groups,
                             .state_width = (double)c->ssm_state,
                             .convolution = c->ssm_taps ? (double)c->ssm_taps : 4.0,
                             .convolution_bias = c->ssm_tap_bias_given ? c->ssm_tap_bias : true,
                             .state_format = state_format(input)};
    size_t length = strlen(c->pattern);
    if (length != c->layers)
        aug_family_error(input, "hybrid_override_pattern", "has not one letter per layer (num_hidden_layers)");
    for (size_t i = 0; i < length && i < c->layers; i++) {
        const char letter = c->pattern[i];
        const aug_layer *layer = letter == 'M' ? &scan : letter == '*' ? &attention : letter == '-' ? &feed : letter == 'E' ? &experts : NULL;
        if (letter == 'E' && (!c->experts || !c->expert_feed))
            layer = NULL;
        if (!layer) {
            aug_family_error(input, "hybrid_override_pattern", "expected M, *, - or E (with its expert keys) per layer");
            return;
        }
        aug_stack_add(stack, layer);
    }
}
