// The table of families, and what all of them need.
#include "workload/family.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Sorted by model_type.
static const aug_family families[] = {
    {"deepseek_v2", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim"},
    {"deepseek_v3", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim"},
    {"deepseek_v32", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim index_topk index_n_heads index_head_dim"},
    {"gemma", aug_family_gemma, ""},
    {"gemma2", aug_family_gemma, ""},
    {"gemma3", aug_family_gemma, ""},
    {"gemma3_text", aug_family_gemma, ""},
    {"gemma4", aug_family_gemma4, "head_dim layer_types intermediate_size"},
    {"gemma4_text", aug_family_gemma4, "head_dim layer_types intermediate_size"},
    {"glm4_moe", aug_family_glm4, "n_routed_experts num_experts_per_tok moe_intermediate_size"},
    {"glm_moe_dsa", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim index_topk index_n_heads index_head_dim"},
    {"gpt2", aug_family_gpt2, ""},
    {"gpt_oss", aug_family_gpt_oss, "num_local_experts num_experts_per_tok intermediate_size"},
    {"kimi_k2", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim"},
    {"kimi_k25", aug_family_deepseek, "kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim"},
    {"llama", aug_family_llama, ""},
    {"llama4", aug_family_llama4, "num_local_experts num_experts_per_tok intermediate_size"},
    {"llama4_text", aug_family_llama4, "num_local_experts num_experts_per_tok intermediate_size"},
    {"minimax_m2", aug_family_minimax, "num_local_experts num_experts_per_tok intermediate_size"},
    {"mistral", aug_family_llama, ""},
    {"mixtral", aug_family_mixtral, "num_local_experts num_experts_per_tok intermediate_size"},
    {"nemotron_h", aug_family_nemotron, "hybrid_override_pattern mamba_num_heads mamba_head_dim n_groups ssm_state_size"},
    {"qwen2", aug_family_qwen, ""},
    {"qwen2_moe", aug_family_qwen, "num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3", aug_family_qwen, ""},
    {"qwen3_5", aug_family_qwen_hybrid, "linear_num_key_heads linear_key_head_dim linear_num_value_heads linear_value_head_dim"},
    {"qwen3_5_moe", aug_family_qwen_hybrid, "linear_num_key_heads linear_key_head_dim linear_num_value_heads linear_value_head_dim num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_5_moe_text", aug_family_qwen_hybrid, "linear_num_key_heads linear_key_head_dim linear_num_value_heads linear_value_head_dim num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_5_text", aug_family_qwen_hybrid, "linear_num_key_heads linear_key_head_dim linear_num_value_heads linear_value_head_dim"},
    {"qwen3_moe", aug_family_qwen, "num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_next", aug_family_qwen_hybrid, "linear_num_key_heads linear_key_head_dim linear_num_value_heads linear_value_head_dim num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_vl", aug_family_qwen, ""},
    {"qwen3_vl_moe", aug_family_qwen, "num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_vl_moe_text", aug_family_qwen, "num_experts num_experts_per_tok moe_intermediate_size"},
    {"qwen3_vl_text", aug_family_qwen, ""},
    {"siglip", aug_family_siglip, "vision_config"},
    {"siglip_vision_model", aug_family_siglip, ""},
};

const aug_family *aug_family_list(int *count) {
    *count = (int)AUG_COUNT(families);
    return families;
}

const aug_family *aug_family_find(const char *model_type) {
    for (size_t i = 0; i < AUG_COUNT(families); i++)
        if (strcmp(families[i].model_type, model_type) == 0)
            return &families[i];
    return NULL;
}

// The node of a key in the language part, or at the top, or the root itself.
static const aug_node *node_of(const aug_family_input *input, const char *key) {
    const aug_node *node = aug_node_peek(input->language, key);
    if (!node)
        node = aug_node_peek(input->root, key);
    return node ? node : input->root;
}

bool aug_family_has_key(const aug_family_input *input, const char *key) {
    const aug_node *node = node_of(input, key);
    return node != input->root && !aug_node_is_null(node);
}

// The spelling of a key that the config uses: its own, or that of another row for the same member. NULL: none.
static const char *spelling_of(const aug_family_input *input, const aug_field *row) {
    if (aug_family_has_key(input, row->key))
        return row->key;
    for (size_t i = 0; i < aug_config_fields.count; i++)
        if (aug_config_fields.rows[i].offset == row->offset && aug_family_has_key(input, aug_config_fields.rows[i].key))
            return aug_config_fields.rows[i].key;
    return NULL;
}

void aug_family_error(const aug_family_input *input, const char *key, const char *message) {
    const aug_field *row = aug_fields_find(&aug_config_fields, key);
    const char *spelling = row ? spelling_of(input, row) : NULL;
    key = spelling ? spelling : key;
    aug_node_error(input->reader->errors, node_of(input, key), "%s: %s", key, message);
}

static const char least_one[] = "expected 1 or more, found 0";

// A required key must be there; a count among them must not be 0.
static bool check_key(const aug_family *family, const aug_family_input *input, const aug_field *row) {
    const char *key = spelling_of(input, row);
    if (!key) {
        aug_error *error = aug_node_key_error(input->reader->errors, input->language, "model_type '%s' needs the key '%s'",
                                              family->model_type, row->key);
        aug_error_hint(error, "%s", row->help);
        return false;
    }
    const void *member = (const char *)input->config + row->offset;
    if (row->kind != AUG_FIELD_COUNT || *(const uint64_t *)member > 0)
        return true;
    aug_family_error(input, key, least_one);
    return false;
}

static bool check_required(const aug_family *family, const aug_family_input *input) {
    bool good = true;
    for (const char *at = family->required; *at;) {
        char key[64];
        size_t length = strcspn(at, " ");
        snprintf(key, sizeof key, "%.*s", (int)length, at);
        at += length + (at[length] == ' ');
        const aug_field *row = aug_fields_find(&aug_config_fields, key);
        assert(row);
        good &= check_key(family, input, row);
    }
    return good;
}

typedef struct limit {
    const char *key;
    uint64_t value, least, most;
} limit;

static bool check_limits(const aug_family_input *input, const limit *limits, size_t count) {
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        if (limits[i].value >= limits[i].least && limits[i].value <= limits[i].most)
            continue;
        char message[120];
        bool missing = limits[i].value == 0 && !aug_family_has_key(input, limits[i].key);
        if (missing)
            snprintf(message, sizeof message, "is missing");
        else
            snprintf(message, sizeof message, "expected %llu to %llu, found %llu", (unsigned long long)limits[i].least,
                     (unsigned long long)limits[i].most, (unsigned long long)limits[i].value);
        aug_family_error(input, limits[i].key, message);
        good = false;
    }
    return good;
}

// Every layer has a type that is known. More types than layers are good: a study may take layers away.
static bool check_layer_types(const aug_family_input *input) {
    static const char *const known[] = {"full_attention", "sliding_attention", "chunked_attention", "linear_attention"};
    const aug_node *list = input->config->layer_types;
    if (!list || aug_node_is_null(list))
        return true;
    if (list->kind != AUG_NODE_LIST || list->count < input->config->layers) {
        char message[80];
        snprintf(message, sizeof message, "expected one type for each of %llu layers", (unsigned long long)input->config->layers);
        aug_family_error(input, "layer_types", message);
        return false;
    }
    for (const aug_node *item = list->first; item; item = item->next) {
        bool good = false;
        for (size_t i = 0; i < AUG_COUNT(known); i++)
            good = good || (item->kind == AUG_NODE_SCALAR && strcmp(item->text, known[i]) == 0);
        if (good)
            continue;
        aug_error *error = aug_node_error(input->reader->errors, item, "layer_types: unknown type of layer, found %s",
                                          aug_node_noun(input->reader->arena, item));
        aug_error_hint(error, "known are %s, %s, %s and %s", known[0], known[1], known[2], known[3]);
        return false;
    }
    return true;
}

bool aug_family_check(const aug_family *family, const aug_family_input *input) {
    const aug_config *c = input->config;
    if (!check_required(family, input))
        return false;
    if (family->build == aug_family_siglip)
        return true; // has no language part; checks itself
    const uint64_t wide = 10000000;
    const limit limits[] = {
        {"hidden_size", c->hidden, 1, wide},
        {"num_hidden_layers", c->layers, 1, 10000},
        {"num_attention_heads", c->heads, 1, 100000},
        {"num_key_value_heads", c->kv_heads, 0, 100000},
        {"head_dim", c->head_width, 0, 100000},
        {"intermediate_size", c->feed, 0, wide},
        {"vocab_size", c->vocabulary, aug_family_has_key(input, "vocab_size") ? 0 : 1, 100000000}, // 0: no embedding, no head
        {"num_experts", c->experts, 0, 1000000},
        {"num_experts_per_tok", c->chosen, 0, 1000000},
        {"moe_intermediate_size", c->expert_feed, 0, wide},
        {"n_shared_experts", c->shared_experts, 0, 100000},
        {"first_k_dense_replace", c->dense_first, 0, 100000},
        {"kv_lora_rank", c->latent_rank, 0, wide},
        {"q_lora_rank", c->query_rank, 0, wide},
        {"index_topk", c->index_chosen, 0, wide},
        {"ssm_state_size", c->ssm_state, 0, wide},
        {"sliding_window", c->window, 0, 1000000000},
    };
    if (!check_limits(input, limits, AUG_COUNT(limits)))
        return false;
    bool good = true;
    if (c->kv_heads && c->heads % c->kv_heads != 0) {
        aug_family_error(input, "num_key_value_heads", "does not divide num_attention_heads");
        good = false;
    }
    if (!c->head_width && c->hidden % c->heads != 0 && !c->latent_rank) {
        aug_family_error(input, "num_attention_heads", "does not divide hidden_size, and head_dim is missing");
        good = false;
    }
    if (c->experts && (c->chosen == 0 || c->chosen > c->experts)) {
        aug_family_error(input, "num_experts_per_tok", "expected 1 to the number of experts");
        good = false;
    }
    good &= check_layer_types(input);
    if (c->linear_key_heads && c->linear_value_heads % c->linear_key_heads != 0) {
        aug_family_error(input, "linear_num_key_heads", "does not divide linear_num_value_heads");
        good = false;
    }
    if (c->ssm_groups && c->ssm_heads % c->ssm_groups != 0) {
        aug_family_error(input, "n_groups", "does not divide mamba_num_heads");
        good = false;
    }
    return good;
}

void aug_family_defaults(const aug_family *family, const aug_family_input *input, aug_config *config) {
    if (family->build == aug_family_gemma)
        aug_family_gemma_defaults(input, config);
}

bool aug_family_check_stack(const aug_family_input *input, const aug_stack *stack) {
    for (int i = 0; i < stack->group_count; i++) {
        const aug_feed *feed = &stack->groups[i].layer.feed;
        const char *key = NULL;
        if (feed->kind == AUG_FEED_DENSE && feed->width < 1.0)
            key = "intermediate_size";
        if (feed->kind == AUG_FEED_MIXTURE && feed->expert_width < 1.0)
            key = "moe_intermediate_size";
        if (!key)
            continue;
        aug_family_error(input, key, aug_family_has_key(input, key) ? least_one : "is missing");
        return false;
    }
    return true;
}

aug_layer aug_family_plain_layer(const aug_config *c) {
    aug_layer layer = {.norms = 2.0};
    double width = c->head_width ? (double)c->head_width : (double)c->hidden / (double)c->heads;
    layer.mixer = (aug_mixer){.kind = AUG_MIXER_ATTENTION,
                              .heads = (double)c->heads,
                              .groups = (double)(c->kv_heads ? c->kv_heads : c->heads),
                              .head_width = width,
                              .value_width = width,
                              .input_bias = c->attention_bias,
                              .output_bias = c->attention_bias,
                              .rotary = true};
    layer.feed = (aug_feed){.kind = AUG_FEED_DENSE, .width = (double)c->feed, .gated = true, .bias = c->mlp_bias};
    return layer;
}

void aug_family_plain_stack(const aug_config *c, aug_stack *stack) {
    stack->hidden = (double)c->hidden;
    stack->vocabulary = (double)c->vocabulary;
    stack->tied = c->tied;
    stack->head = c->vocabulary > 0;
    stack->final_norm = true;
}

static const aug_node *item(const aug_node *list, uint64_t index) {
    const aug_node *node = list && list->kind == AUG_NODE_LIST ? list->first : NULL;
    for (uint64_t i = 0; node && i < index; i++)
        node = node->next;
    return node;
}

const char *aug_family_layer_type(const aug_config *config, uint64_t index) {
    const aug_node *node = item(config->layer_types, index);
    return node && node->kind == AUG_NODE_SCALAR ? node->text : NULL;
}

bool aug_family_lists(const aug_node *list, uint64_t value) {
    for (const aug_node *node = list ? list->first : NULL; node; node = node->next)
        if (node->kind == AUG_NODE_SCALAR && strtoull(node->text, NULL, 10) == value)
            return true;
    return false;
}

aug_layer aug_family_encoder_layer(double hidden, double heads, double feed) {
    aug_layer layer = {.norms = 2.0, .norm_bias = true};
    layer.mixer = (aug_mixer){.kind = AUG_MIXER_ATTENTION,
                              .heads = heads,
                              .groups = heads,
                              .head_width = hidden / heads,
                              .value_width = hidden / heads,
                              .unmasked = true,
                              .input_bias = true,
                              .output_bias = true};
    layer.feed = (aug_feed){.kind = AUG_FEED_DENSE, .width = feed, .bias = true};
    return layer;
}
