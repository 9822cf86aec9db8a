// One row per key; several keys of different makers may set the same member, and the one that a config has counts.
#include "workload/config.h"

#include <stddef.h>
#include <string.h>

#define COUNT(member, key, help) AUG_ROW_COUNT(aug_config, member, key, NULL, help)
#define FLAG(member, key, help)  AUG_ROW_BOOL(aug_config, member, key, NULL, help)
#define TEXT(member, key, help)  AUG_ROW_TEXT(aug_config, member, key, help)
#define NODE(member, key, help)  AUG_ROW_NODE(aug_config, member, key, NULL, AUG_LAYOUT_ONE, help)

static const aug_field rows[] = {
    TEXT(model_type, "model_type", "family of the model"),
    TEXT(dtype, "torch_dtype", "number format of the weights"),
    TEXT(dtype, "dtype", "number format of the weights"),
    COUNT(hidden, "hidden_size", "width of the stream between layers"),
    COUNT(hidden, "n_embd", "hidden_size of GPT-2"),
    COUNT(layers, "num_hidden_layers", "layers"),
    COUNT(layers, "n_layer", "num_hidden_layers of GPT-2"),
    COUNT(heads, "num_attention_heads", "query heads"),
    COUNT(heads, "n_head", "num_attention_heads of GPT-2"),
    COUNT(kv_heads, "num_key_value_heads", "heads of keys and values; as many as query heads where missing"),
    COUNT(head_width, "head_dim", "width of a head; hidden_size / num_attention_heads where missing"),
    COUNT(head_width, "attention_head_dim", "head_dim of Nemotron-H"),
    COUNT(feed, "intermediate_size", "width of the feed-forward layer, or of an expert (Mixtral, gpt-oss, MiniMax)"),
    COUNT(feed, "n_inner", "intermediate_size of GPT-2; 4 x n_embd where missing"),
    COUNT(vocabulary, "vocab_size", "rows of the embedding table"),
    COUNT(positions, "n_positions", "learned position vectors (GPT-2)"),
    COUNT(context, "max_position_embeddings", "tokens that the model sees at most"),
    FLAG(tied, "tie_word_embeddings", "the LM head is the embedding table"),
    FLAG(attention_bias, "attention_bias", "projections of attention have biases"),
    FLAG(mlp_bias, "mlp_bias", "projections of the feed-forward layer have biases"),
    FLAG(use_head_norm, "use_qk_norm", "queries and keys are normalised"),
    FLAG(attention_gate, "attn_output_gate", "the output of attention is gated (Qwen3-Next)"),
    COUNT(window, "sliding_window", "tokens that a windowed layer looks back"),
    FLAG(use_window, "use_sliding_window", "whether sliding_window holds"),
    COUNT(window_layers, "max_window_layers", "layers in front that are not windowed (Qwen)"),
    COUNT(window_pattern, "sliding_window_pattern", "every n-th layer sees all tokens (Gemma)"),
    COUNT(chunk, "attention_chunk_size", "tokens of an attention chunk (Llama 4)"),
    COUNT(rope_interval, "no_rope_layer_interval", "every n-th layer sees all tokens (Llama 4)"),
    NODE(rope_layers, "no_rope_layers", "per layer: 1 chunked, 0 sees all tokens (Llama 4)"),
    NODE(layer_types, "layer_types", "per layer: full_attention, sliding_attention, linear_attention"),
    COUNT(experts, "num_experts", "routed experts"),
    COUNT(experts, "num_local_experts", "routed experts"),
    COUNT(experts, "n_routed_experts", "routed experts"),
    COUNT(chosen, "num_experts_per_tok", "experts per token"),
    COUNT(chosen, "experts_per_token", "experts per token"),
    COUNT(chosen, "top_k_experts", "experts per token"),
    COUNT(expert_feed, "moe_intermediate_size", "width of an expert"),
    COUNT(shared_experts, "n_shared_experts", "experts that every token uses"),
    COUNT(shared_feed, "shared_expert_intermediate_size", "width of the shared expert"),
    COUNT(shared_feed, "moe_shared_expert_intermediate_size", "width of the shared expert (Nemotron)"),
    COUNT(shared_feed, "shared_intermediate_size", "width of the shared expert (MiniMax)"),
    COUNT(dense_first, "first_k_dense_replace", "layers in front without experts"),
    COUNT(moe_every, "moe_layer_freq", "every n-th layer has experts (DeepSeek)"),
    COUNT(sparse_step, "decoder_sparse_step", "every n-th layer has experts (Qwen)"),
    NODE(dense_layers, "mlp_only_layers", "layers without experts (Qwen)"),
    COUNT(moe_interleave, "interleave_moe_layer_step", "every n-th layer has experts (Llama 4)"),
    COUNT(dense_feed, "intermediate_size_mlp", "width of layers without experts (Llama 4)"),
    COUNT(query_rank, "q_lora_rank", "width of the query latent"),
    COUNT(latent_rank, "kv_lora_rank", "width of the key and value latent"),
    COUNT(plain_width, "qk_nope_head_dim", "width of a head without rotation"),
    COUNT(rotary_width, "qk_rope_head_dim", "width of the rotated part of a head"),
    COUNT(value_width, "v_head_dim", "width of a head's values"),
    COUNT(index_heads, "index_n_heads", "heads of the sparse-attention indexer"),
    COUNT(index_width, "index_head_dim", "width of an indexer head"),
    COUNT(index_chosen, "index_topk", "tokens that the indexer lets through"),
    COUNT(full_interval, "full_attention_interval", "every n-th layer is full attention (Qwen3-Next)"),
    COUNT(linear_key_heads, "linear_num_key_heads", "key heads of linear attention"),
    COUNT(linear_key_width, "linear_key_head_dim", "width of a key head of linear attention"),
    COUNT(linear_value_heads, "linear_num_value_heads", "value heads of linear attention"),
    COUNT(linear_value_width, "linear_value_head_dim", "width of a value head of linear attention"),
    COUNT(linear_taps, "linear_conv_kernel_dim", "taps of the convolution in front of linear attention"),
    TEXT(state_dtype, "mamba_ssm_dtype", "number format of the kept state"),
    TEXT(pattern, "hybrid_override_pattern", "per layer: M state space, * attention, - feed-forward, E experts"),
    COUNT(ssm_heads, "mamba_num_heads", "heads of a state space layer"),
    COUNT(ssm_head_width, "mamba_head_dim", "width of a state space head"),
    COUNT(ssm_groups, "n_groups", "groups of a state space layer"),
    COUNT(ssm_state, "ssm_state_size", "state per channel of a state space layer"),
    COUNT(ssm_taps, "conv_kernel", "taps of the convolution of a state space layer"),
    FLAG(ssm_tap_bias, "use_conv_bias", "that convolution has a bias"),
    COUNT(global_head_width, "global_head_dim", "head_dim of layers that see all tokens (Gemma 4)"),
    COUNT(global_kv_heads, "num_global_key_value_heads", "their num_key_value_heads (Gemma 4)"),
    FLAG(keys_are_values, "attention_k_eq_v", "those layers have no value projection (Gemma 4)"),
    COUNT(shared_cache_layers, "num_kv_shared_layers", "last layers that use earlier layers' keys and values"),
    FLAG(moe_block, "enable_moe_block", "experts stand beside the dense layer (Gemma 4)"),
    FLAG(wide_shared_mlp, "use_double_wide_mlp", "layers with shared keys have twice the feed-forward width"),
    COUNT(side_width, "hidden_size_per_layer_input", "width of the input per layer (Gemma)"),
    COUNT(side_vocabulary, "vocab_size_per_layer_input", "rows of its embedding table"),
    COUNT(projection, "projection_dim", "width that an image encoder's output is projected to"),
    COUNT(image_tokens, "vision_soft_tokens_per_image", "tokens of one image"),
    COUNT(pooled_tokens, "mm_tokens_per_image", "tokens that the patches of one image are averaged to (Gemma 3)"),
    AUG_ROW_QUANTITY(aug_config, downsample, "downsample_ratio", AUG_DIMENSION_NUMBER, AUG_SHARE, NULL,
                     "tokens per patch along a side (InternVL)"),
    AUG_ROW_NODE(aug_config, vision_node, "vision_config", &aug_vision_config_fields, AUG_LAYOUT_ONE, "the image encoder"),
    NODE(quantization, "quantization_config", "how the weights are quantised"),
    AUG_ROW_QUANTITY(aug_config, training_tokens, "training_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL,
                     "Auger's own: tokens it was trained on, for the predicted loss"),
    TEXT(name, "name", "Auger's own: what it is called in answers"),
    NODE(sources, "sources", "Auger's own: where the numbers come from"),
};

const aug_fields aug_config_fields = {
    .name = "config.json",
    .about = "A model as its makers publish it. Keys that are not listed are passed over.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

#define VISION(member, key, help) AUG_ROW_COUNT(aug_vision_config, member, key, NULL, help)

static const aug_field vision_rows[] = {
    VISION(layers, "depth", "layers"),
    VISION(layers, "num_hidden_layers", "layers"),
    VISION(hidden, "hidden_size", "width between layers"),
    VISION(heads, "num_heads", "heads"),
    VISION(heads, "num_attention_heads", "heads"),
    VISION(feed, "intermediate_size", "width of the feed-forward layer"),
    VISION(channels, "in_channels", "colours; 3 where missing"),
    VISION(channels, "num_channels", "colours; 3 where missing"),
    VISION(patch, "patch_size", "pixels of a patch's side"),
    VISION(frames, "temporal_patch_size", "frames of a patch; 1 where missing"),
    VISION(merge, "spatial_merge_size", "patches of a token's side"),
    VISION(pool, "pooling_kernel_size", "patches of a token's side (Gemma)"),
    AUG_ROW_QUANTITY(aug_vision_config, shuffle, "pixel_shuffle_ratio", AUG_DIMENSION_NUMBER, AUG_SHARE, NULL,
                     "tokens per patch along a side (Llama 4)"),
    VISION(projector, "projector_output_dim", "width inside the projector (Llama 4)"),
    VISION(out, "out_hidden_size", "width of the tokens that leave"),
    VISION(image, "image_size", "pixels of an image's side"),
    AUG_ROW_NODE(aug_vision_config, deepstack_layers, "deepstack_visual_indexes", NULL, AUG_LAYOUT_ONE,
                 "layers whose output also goes to the language model"),
};

const aug_fields aug_vision_config_fields = {
    .name = "config.json: vision_config",
    .about = "The image encoder of a model that takes images.",
    .rows = vision_rows,
    .count = AUG_COUNT(vision_rows),
};

const aug_node *aug_config_language(const aug_node *root) {
    static const char *const parts[] = {"text_config", "llm_config", "language_config"};
    for (size_t i = 0; i < AUG_COUNT(parts); i++) {
        const aug_node *part = aug_node_peek(root, parts[i]);
        if (part && part->kind == AUG_NODE_MAP)
            return part;
    }
    return root;
}

bool aug_config_is(const aug_node *root) {
    return root->kind == AUG_NODE_MAP &&
           (aug_node_peek(root, "model_type") || aug_node_peek(aug_config_language(root), "model_type"));
}

bool aug_config_read(const aug_reader *reader, const aug_node *root, aug_config *config) {
    memset(config, 0, sizeof *config);
    aug_fields_default(&aug_config_fields, config);
    bool good = aug_fields_overlay(reader, root, &aug_config_fields, config);
    const aug_node *language = aug_config_language(root);
    const char *family = config->model_type;
    if (language != root)
        good &= aug_fields_overlay(reader, language, &aug_config_fields, config);
    if (family)
        config->model_type = family;
    config->tied_given = aug_node_peek(root, "tie_word_embeddings") || aug_node_peek(language, "tie_word_embeddings");
    config->use_window_given = aug_node_peek(language, "use_sliding_window") != NULL;
    config->ssm_tap_bias_given = aug_node_peek(language, "use_conv_bias") != NULL;
    return good;
}

bool aug_vision_config_read(const aug_reader *reader, const aug_node *node, aug_vision_config *vision) {
    memset(vision, 0, sizeof *vision);
    aug_fields_default(&aug_vision_config_fields, vision);
    return aug_fields_overlay(reader, node, &aug_vision_config_fields, vision);
}
