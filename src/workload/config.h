// The keys of a Hugging Face config.json that decide the cost of a model; all others are passed over.
#ifndef AUG_WORKLOAD_CONFIG_H
#define AUG_WORKLOAD_CONFIG_H

#include "base/number_format.h"
#include "text/fields.h"

// An image encoder's part of a config.
typedef struct aug_vision_config {
    uint64_t layers, hidden, heads, feed, channels, patch, frames, merge, pool, out, image, deepstack,
        projector;
    double shuffle; // NaN: not stated
    const aug_node *deepstack_layers;
} aug_vision_config;

// 0, NULL and false mean that the config does not say.
typedef struct aug_config {
    const char *model_type, *dtype, *state_dtype;
    uint64_t hidden, layers, heads, kv_heads, head_width, feed, vocabulary, positions, context;
    bool tied, tied_given, attention_bias, mlp_bias, use_head_norm, attention_gate;
    uint64_t window;
    bool use_window;
    bool use_window_given;
    uint64_t window_layers, window_pattern, chunk, rope_interval;
    const aug_node *layer_types, *dense_layers, *rope_layers;
    // mixtures
    uint64_t experts, chosen, expert_feed, shared_experts, shared_feed, dense_first, moe_every, sparse_step,
        moe_interleave, dense_feed;
    // latent attention
    uint64_t query_rank, latent_rank, plain_width, rotary_width, value_width, index_heads, index_width, index_chosen;
    // linear attention and state space
    uint64_t full_interval, linear_key_heads, linear_key_width, linear_value_heads, linear_value_width, linear_taps;
    const char *pattern;
    uint64_t ssm_heads, ssm_head_width, ssm_groups, ssm_state, ssm_taps;
    bool ssm_tap_bias, ssm_tap_bias_given;
    // Gemma
    uint64_t global_head_width, global_kv_heads, shared_cache_layers, side_width, side_vocabulary;
    bool keys_are_values, moe_block, wide_shared_mlp;
    // image encoders
    uint64_t projection, image_tokens, pooled_tokens;
    double downsample; // NaN: not stated
    const aug_node *vision_node, *quantization;
    // Auger's own keys
    double training_tokens;
    const char *name;
    const aug_node *sources;
} aug_config;

extern const aug_fields aug_config_fields;
extern const aug_fields aug_vision_config_fields;

// Reads a config: the top level, and over it the language part (text_config), where there is one.
bool aug_config_read(const aug_reader *reader, const aug_node *root, aug_config *config);
bool aug_vision_config_read(const aug_reader *reader, const aug_node *node, aug_vision_config *vision);
// The map that holds the language part: text_config (also llm_config, language_config) or the root itself.
const aug_node *aug_config_language(const aug_node *root);
// Whether a document is a config.json: a map with model_type, of its own or in its language part.
bool aug_config_is(const aug_node *root);

#endif
