#include "support/testing.h"

#include "workload/family.h"
#include "workload/model.h"

static aug_model *read(test_ground *ground, const char *text) {
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    if (aug_model_from_config(&ground->reader, test_parse(ground, text), NULL, "test", model))
        return model;
    for (int i = 0; i < ground->errors.count; i++)
        print_error("%s\n", ground->errors.items[i].message);
    fail();
    return NULL;
}

static aug_stage *language_of(aug_model *model) {
    assert_true(model->language >= 0);
    return &model->stages[model->language];
}

static void check_total(const char *text, double total) {
    test_ground ground;
    test_begin(&ground);
    assert_near(aug_model_parameters(read(&ground, text)).total, total, 1e-15);
    test_end(&ground);
}

static void check_cache(const char *text, double tokens, double bytes) {
    test_ground ground;
    test_begin(&ground);
    const aug_stage *stage = language_of(read(&ground, text));
    assert_true(aug_stage_cache_bytes(stage, &stage->precision, tokens, 1) == bytes);
    test_end(&ground);
}

static void families_are_sorted_and_ask_for_keys_that_exist(void **state) {
    (void)state;
    int count = 0;
    const aug_family *list = aug_family_list(&count);
    assert_true(count > 30);
    for (int i = 0; i < count; i++) {
        if (i)
            assert_true(strcmp(list[i - 1].model_type, list[i].model_type) < 0);
        assert_ptr_equal(aug_family_find(list[i].model_type), &list[i]);
        char keys[400];
        assert_true(strlen(list[i].required) < sizeof keys);
        strcpy(keys, list[i].required);
        for (char *key = strtok(keys, " "); key; key = strtok(NULL, " "))
            assert_non_null(aug_fields_find(&aug_config_fields, key));
    }
    assert_null(aug_family_find("bert"));
    assert_null(aug_family_find(""));
}

// 28 layers of 3584 * (28 + 2 * 4) * 128 + 4608 biases + 3584 * 3584 + 3 * 3584 * 18944 + 2 * 3584, two tables of
// 152064 * 3584, a norm: 7,615,616,512, as the tensors on its model card add up.
#define QWEN_7B                                                                                                       \
    "{model_type: qwen2, hidden_size: 3584, num_hidden_layers: 28, num_attention_heads: 28, num_key_value_heads: 4, " \
    "intermediate_size: 18944, vocab_size: 152064, sliding_window: 1000, tie_word_embeddings: false, "

static void qwen_2_has_biases_on_its_inputs(void **state) {
    (void)state;
    check_total(QWEN_7B "use_sliding_window: false, max_window_layers: 28}", 7615616512.0);
}

// 4 heads * 2 * 128 * 2 bytes = 2048 per token and layer. Layers from the 22nd on are windowed where the config says so.
static void qwen_2_windows_its_last_layers(void **state) {
    (void)state;
    check_cache(QWEN_7B "use_sliding_window: false, max_window_layers: 21}", 5000, 28.0 * 5000 * 2048);
    check_cache(QWEN_7B "use_sliding_window: true, max_window_layers: 21}", 5000, (21.0 * 5000 + 7.0 * 1000) * 2048);
    check_cache(QWEN_7B "use_sliding_window: true, max_window_layers: 21}", 900, 28.0 * 900 * 2048);
}

// Llama-3.2-1B: 16 layers of 2048 * (32 + 16) * 64 + 2048 * 2048 + 3 * 2048 * 8192 + 4096, one table of 128256 * 2048.
static void a_tied_table_counts_once(void **state) {
    (void)state;
#define LLAMA_1B                                                                                                      \
    "{model_type: llama, hidden_size: 2048, num_hidden_layers: 16, num_attention_heads: 32, num_key_value_heads: 8, " \
    "head_dim: 64, intermediate_size: 8192, vocab_size: 128256, tie_word_embeddings: "
    check_total(LLAMA_1B "true}", 1235814400.0);
    check_total(LLAMA_1B "false}", 1235814400.0 + 128256.0 * 2048);
}

// Mistral-7B v0.1: 8 heads * 2 * 128 * 2 bytes * 32 layers = 131072 per token, at most 4096 of them; v0.3 has no window.
static void mistral_windows_every_layer(void **state) {
    (void)state;
#define MISTRAL_7B                                                                                                      \
    "{model_type: mistral, hidden_size: 4096, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8, " \
    "intermediate_size: 14336, vocab_size: 32000, tie_word_embeddings: false, sliding_window: "
    check_total(MISTRAL_7B "4096}", 7241732096.0);
    check_cache(MISTRAL_7B "4096}", 30000, 4096.0 * 131072);
    check_cache(MISTRAL_7B "null}", 30000, 30000.0 * 131072);
}

// GPT-2: 12 layers of 12 * 768^2 weights and 13 * 768 biases and norms, tables of 50257 and 1024 rows, a norm with bias:
// the 124 M of its model card.
static void gpt_2_has_positions_biases_and_one_table(void **state) {
    (void)state;
    check_total("{model_type: gpt2, n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024, vocab_size: 50257, n_inner: null}",
                124439808.0);
}

// Gemma-2-2b: 4 norms per layer, tied, 2,614,341,888 by its model card. 4 heads * 2 * 256 * 2 bytes = 4096 per token and
// layer; the first of every two layers is windowed.
static void gemma_2_windows_every_second_layer(void **state) {
    (void)state;
    static const char text[] = "{model_type: gemma2, hidden_size: 2304, num_hidden_layers: 26, num_attention_heads: 8, "
                               "num_key_value_heads: 4, head_dim: 256, intermediate_size: 9216, vocab_size: 256000, sliding_window: 4096}";
    check_total(text, 2614341888.0);
    check_cache(text, 10000, 13.0 * (10000 + 4096) * 4096);
}

// Gemma-3-1b: norms of queries and keys besides, 999,885,952 by its model card. Of 26 layers the 6th, 12th, 18th and 24th
// see all tokens; 1 head * 2 * 256 * 2 bytes.
static void gemma_3_windows_five_layers_of_six(void **state) {
    (void)state;
    static const char text[] = "{model_type: gemma3_text, hidden_size: 1152, num_hidden_layers: 26, num_attention_heads: 4, "
                               "num_key_value_heads: 1, head_dim: 256, intermediate_size: 6912, vocab_size: 262144, sliding_window: 512}";
    check_total(text, 999885952.0);
    check_cache(text, 10000, (4.0 * 10000 + 22.0 * 512) * 1024);
}

// DeepSeek-V2-Lite, 15,706,484,224 by its model card: queries without compression 2048 * 16 * 192, latents 2048 * 576 and
// their norm, expansion 512 * 16 * 256, output 2048 * 2048; a dense layer of 10944, then 26 with 64 experts of 1408 and two
// shared ones. 6 of 64 experts are touched.
static void deepseek_v2_may_lack_a_query_latent(void **state) {
    (void)state;
    static const char text[] =
        "{model_type: deepseek_v2, hidden_size: 2048, num_hidden_layers: 27, num_attention_heads: 16, num_key_value_heads: 16, "
        "q_lora_rank: null, kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128, "
        "intermediate_size: 10944, moe_intermediate_size: 1408, n_routed_experts: 64, n_shared_experts: 2, "
        "num_experts_per_tok: 6, first_k_dense_replace: 1, moe_layer_freq: 1, vocab_size: 102400}";
    check_total(text, 15706484224.0);
    check_cache(text, 1000, 1000.0 * 27 * 576 * 2);
    test_ground ground;
    test_begin(&ground);
    const double untouched = 26.0 * 58 * 3 * 2048 * 1408 + 102400.0 * 2048;
    assert_near(aug_model_parameters(read(&ground, text)).active, 15706484224.0 - untouched, 1e-12);
    test_end(&ground);
}

// Qwen1.5-MoE-A2.7B, 14,315,784,192 by its model card: 60 experts of 1408, a shared one of 5632 with its gate. Every
// second layer dense instead: 12 times 3 * 2048 * 5632 in place of experts, shared one, gate and router.
static void qwen_2_mixtures_have_a_gated_shared_expert(void **state) {
    (void)state;
#define QWEN_MOE                                                                                                           \
    "{model_type: qwen2_moe, hidden_size: 2048, num_hidden_layers: 24, num_attention_heads: 16, num_key_value_heads: 16, " \
    "intermediate_size: 5632, moe_intermediate_size: 1408, shared_expert_intermediate_size: 5632, num_experts: 60, "       \
    "num_experts_per_tok: 4, vocab_size: 151936"
    const double experts = 60.0 * 3 * 2048 * 1408 + 60 * 2048 + 2048;
    check_total(QWEN_MOE "}", 14315784192.0);
    check_total(QWEN_MOE ", decoder_sparse_step: 2}", 14315784192.0 - 12 * experts);
    check_total(QWEN_MOE ", mlp_only_layers: [0, 5]}", 14315784192.0 - 2 * experts);
}

// Qwen3-Next-80B-A3B without its multi-token prediction: 12 full layers with gated queries, 36 linear ones, 512 experts of
// 512; card: 80 B / 3 B. State: 32 * 128 * 128 in fp32 and 3 * 8192 in bf16 per linear layer.
static void qwen_3_next_keeps_caches_in_every_fourth_layer(void **state) {
    (void)state;
    static const char text[] =
        "{model_type: qwen3_next, hidden_size: 2048, num_hidden_layers: 48, num_attention_heads: 16, num_key_value_heads: 2, "
        "head_dim: 256, linear_num_key_heads: 16, linear_key_head_dim: 128, linear_num_value_heads: 32, "
        "linear_value_head_dim: 128, linear_conv_kernel_dim: 4, full_attention_interval: 4, intermediate_size: 5120, "
        "moe_intermediate_size: 512, shared_expert_intermediate_size: 512, num_experts: 512, num_experts_per_tok: 10, "
        "vocab_size: 151936, mamba_ssm_dtype: float32}";
    check_total(text, 79674391296.0);
    check_cache(text, 1000, 1000.0 * 12 * 2 * 2 * 256 * 2);
    test_ground ground;
    test_begin(&ground);
    aug_model *model = read(&ground, text);
    assert_true(aug_stage_state_bytes(language_of(model), 1) == 36.0 * (524288 * 4 + 8192 * 3 * 2));
    assert_near(aug_model_parameters(model).active, 3563764480.0, 1e-12);
    test_end(&ground);
}

// Nemotron-H-8B (card: 8 B): 24 Mamba-2, 24 feed-forward and 4 attention layers with one norm each.
static void nemotron_follows_its_pattern(void **state) {
    (void)state;
#define NEMOTRON(pattern)                                                                                                  \
    "{model_type: nemotron_h, hidden_size: 4096, num_hidden_layers: 52, num_attention_heads: 32, num_key_value_heads: 8, " \
    "attention_head_dim: 128, intermediate_size: 21504, mamba_num_heads: 128, mamba_head_dim: 64, n_groups: 8, "           \
    "ssm_state_size: 128, conv_kernel: 4, vocab_size: 131072, hybrid_override_pattern: '" pattern "'}"
    static const char text[] = NEMOTRON("M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-");
    const double scan = 4096.0 * (2 * 8192 + 2 * 1024 + 128) + (8192 + 2048) * 5 + 3 * 128 + 8192 + 8192 * 4096.0;
    const double attention = 4096.0 * 48 * 128 + 4096.0 * 4096, feed = 2 * 4096.0 * 21504;
    check_total(text, 24 * scan + 4 * attention + 24 * feed + 52 * 4096 + 2 * 131072 * 4096.0 + 4096); // 8,100,852,736
    check_cache(text, 100, 100.0 * 4 * 8 * 2 * 128 * 2);
}

// Llama-4-Maverick (card: 400 B / 17 B with vision): experts in every second layer; 12 of 48 layers see all tokens, the
// others 8192 of them, 4096 bytes each.
static void llama_4_interleaves_experts_and_chunks(void **state) {
    (void)state;
    static const char text[] =
        "{model_type: llama4_text, hidden_size: 5120, num_hidden_layers: 48, num_attention_heads: 40, num_key_value_heads: 8, "
        "head_dim: 128, intermediate_size: 8192, intermediate_size_mlp: 16384, num_local_experts: 128, num_experts_per_tok: 1, "
        "interleave_moe_layer_step: 2, attention_chunk_size: 8192, vocab_size: 202048}";
    const double attention = 5120.0 * 56 * 128 + 5120.0 * 5120 + 2 * 5120, dense = 3 * 5120.0 * 16384;
    const double mixture = 128 * 5120.0 + 129 * 3 * 5120.0 * 8192;
    check_total(text, 48 * attention + 24 * dense + 24 * mixture + 2 * 202048 * 5120.0 + 5120);
    check_cache(text, 20000, (12.0 * 20000 + 36.0 * 8192) * 4096);
    test_ground ground;
    test_begin(&ground);
    const aug_graph *graph = &language_of(read(&ground, text))->graph;
    double chunked = 0, whole = 0;
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, "attention scores") == 0)
            *(graph->operators[i].chunked ? &chunked : &whole) += graph->operators[i].repeats;
    assert_true(chunked == 36 && whole == 12);
    test_end(&ground);
}

// GLM-4.5-Air without multi-token prediction (card: 106 B / 12 B): biases on queries, keys and values alone, one dense
// layer, a bias per expert of the router.
static void glm_4_has_dense_layers_in_front(void **state) {
    (void)state;
    const double attention = 4096.0 * 112 * 128 + 112 * 128 + 96 * 128 * 4096.0 + 2 * 4096;
    const double mixture = 128 * 4096.0 + 128 + 129 * 3 * 4096.0 * 1408;
    check_total("{model_type: glm4_moe, hidden_size: 4096, num_hidden_layers: 46, num_attention_heads: 96, num_key_value_heads: 8, "
                "head_dim: 128, attention_bias: true, use_qk_norm: false, intermediate_size: 10944, moe_intermediate_size: 1408, "
                "n_routed_experts: 128, n_shared_experts: 1, num_experts_per_tok: 8, first_k_dense_replace: 1, vocab_size: 151552}",
                46 * attention + 3 * 4096.0 * 10944 + 45 * mixture + 2 * 151552 * 4096.0 + 4096); // 106,852,251,264
}

typedef struct bad_config {
    const char *text, *message, *hint;
    unsigned line, column;
} bad_config;

#define LAYERS "model_type: llama\nnum_hidden_layers: 2\nvocab_size: 100\nintermediate_size: 256\n"

#define LAYERS_ONLY "num_hidden_layers: 2\nvocab_size: 100\nintermediate_size: 256\nnum_attention_heads: 8\n"
#define GPT_OSS \
    "model_type: gpt_oss\nnum_local_experts: 4\nnum_experts_per_tok: 2\nhidden_size: 64\n" LAYERS_ONLY

static void sizes_that_no_model_has_are_refused(void **state) {
    (void)state;
    static const bad_config cases[] = {
        {LAYERS "num_attention_heads: 8\n", "hidden_size: is missing", "", 1, 1},
        {LAYERS "num_attention_heads: 8\nhidden_size: 0\n", "hidden_size: expected 1 to 10000000, found 0", "", 6, 14},
        {LAYERS "num_attention_heads: 7\nhidden_size: 64\n",
         "num_attention_heads: does not divide hidden_size, and head_dim is missing", "", 5, 22},
        {LAYERS "num_attention_heads: 8\nhidden_size: 64\nnum_key_value_heads: 3\n",
         "num_key_value_heads: does not divide num_attention_heads", "", 7, 22},
        {"model_type: llama\nnum_hidden_layers: 10001\nvocab_size: 100\nnum_attention_heads: 8\nhidden_size: 64\n",
         "num_hidden_layers: expected 1 to 10000, found 10001", "", 2, 20},
        {"model_type: llama\nnum_hidden_layers: 2\nnum_attention_heads: 8\nhidden_size: 64\nintermediate_size: 256\n",
         "vocab_size: is missing", "", 1, 1},
        {"model_type: mixtral\nnum_local_experts: 4\nintermediate_size: 8\n", "model_type 'mixtral' needs the key 'num_experts_per_tok'",
         "experts per token", 1, 1},
        {"model_type: mixtral\nnum_local_experts: 4\nnum_experts_per_tok: 2\n", "model_type 'mixtral' needs the key 'intermediate_size'",
         "width of the feed-forward layer, or of an expert (Mixtral, gpt-oss, MiniMax)", 1, 1},
        {"model_type: mixtral\nnum_local_experts: 4\nnum_experts_per_tok: 5\nnum_hidden_layers: 2\nvocab_size: 100\n"
         "num_attention_heads: 8\nhidden_size: 64\nintermediate_size: 32\n",
         "num_experts_per_tok: expected 1 to the number of experts", "", 3, 22},
        {"model_type: gemma4\ntext_config:\n  head_dim: 16\n  intermediate_size: 64\n", "model_type 'gemma4' needs the key 'layer_types'",
         "per layer: full_attention, sliding_attention, linear_attention", 2, 1},
        // Named as the config spells it, where it stands.
        {"model_type: deepseek_v3\nkv_lora_rank: 32\nqk_nope_head_dim: 16\nqk_rope_head_dim: 8\nv_head_dim: 16\nhidden_size: 64\n" LAYERS_ONLY
         "n_routed_experts: 1000001\n",
         "n_routed_experts: expected 0 to 1000000, found 1000001", "", 11, 19},
        {GPT_OSS "layer_types: [full_attention]\n", "layer_types: expected one type for each of 2 layers", "", 9, 14},
        {GPT_OSS "layer_types: full_attention\n", "layer_types: expected one type for each of 2 layers", "", 9, 14},
        {GPT_OSS "layer_types: [full_attention, slidin_attention]\n", "layer_types: unknown type of layer, found 'slidin_attention'",
         "known are full_attention, sliding_attention, chunked_attention and linear_attention", 9, 31},
        {GPT_OSS "layer_types: [full_attention, [sliding_attention]]\n", "layer_types: unknown type of layer, found a list",
         "known are full_attention, sliding_attention, chunked_attention and linear_attention", 9, 31},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_model model;
        test_begin(&ground);
        assert_false(aug_model_from_config(&ground.reader, test_parse(&ground, cases[i].text), NULL, "test", &model));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

#define SMALL(type) "{model_type: " type ", hidden_size: 64, num_hidden_layers: 3, num_attention_heads: 4, head_dim: 16, vocab_size: 100"
#define LATENT ", kv_lora_rank: 32, qk_nope_head_dim: 16, qk_rope_head_dim: 8, v_head_dim: 16"
#define ROUTED ", n_routed_experts: 8, num_experts_per_tok: 2"

// A width that no layer uses may be missing: GPT-2's is 4 x n_embd, Nemotron-H may have no feed-forward layers, a mixture no
// dense ones.
static void widths_that_layers_use_must_be_stated(void **state) {
    (void)state;
    static const struct {
        const char *text, *message; // NULL: read
    } cases[] = {
        {SMALL("llama") "}", "intermediate_size: is missing"},
        {SMALL("llama") ", intermediate_size: 0}", "intermediate_size: expected 1 or more, found 0"},
        {SMALL("llama") ", intermediate_size: null}", "intermediate_size: is missing"},
        {SMALL("gemma2") "}", "intermediate_size: is missing"},
        {SMALL("qwen3") "}", "intermediate_size: is missing"},
        {SMALL("gpt2") "}", NULL},
        {SMALL("deepseek_v3") LATENT ROUTED ", moe_intermediate_size: 32, first_k_dense_replace: 1}", "intermediate_size: is missing"},
        {SMALL("deepseek_v3") LATENT ROUTED ", moe_intermediate_size: 32}", NULL},
        {SMALL("deepseek_v3") LATENT ROUTED ", intermediate_size: 64}", "moe_intermediate_size: is missing"},
        {SMALL("glm4_moe") ROUTED ", moe_intermediate_size: 32, first_k_dense_replace: 1}", "intermediate_size: is missing"},
        {SMALL("glm4_moe") ROUTED ", moe_intermediate_size: 32}", NULL},
        {SMALL("qwen3_moe") ", num_experts: 8, num_experts_per_tok: 2, moe_intermediate_size: 32, mlp_only_layers: [1]}",
         "intermediate_size: is missing"},
        {SMALL("qwen3_moe") ", num_experts: 8, num_experts_per_tok: 2, moe_intermediate_size: 32}", NULL},
        {SMALL("mixtral") ", num_local_experts: 8, num_experts_per_tok: 2, intermediate_size: 0}",
         "intermediate_size: expected 1 or more, found 0"},
        {SMALL("gemma4") ", layer_types: [full_attention, full_attention, full_attention], intermediate_size: 64, enable_moe_block: true, num_experts: 8, top_k_experts: 2}",
         "moe_intermediate_size: is missing"},
        {SMALL("nemotron_h") ", mamba_num_heads: 4, mamba_head_dim: 16, n_groups: 2, ssm_state_size: 8, hybrid_override_pattern: 'M*-'}",
         "intermediate_size: is missing"},
        {SMALL("nemotron_h") ", mamba_num_heads: 4, mamba_head_dim: 16, n_groups: 2, ssm_state_size: 8, hybrid_override_pattern: 'M*M'}", NULL},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_model model;
        test_begin(&ground);
        bool good = aug_model_from_config(&ground.reader, test_parse(&ground, cases[i].text), NULL, "test", &model);
        if (good != !cases[i].message)
            print_error("%s\n", cases[i].text);
        assert_int_equal(good, !cases[i].message);
        if (cases[i].message)
            assert_error(&ground.errors, 1, cases[i].message, "");
        test_end(&ground);
    }
}

// A count that a family needs is not 0, by whatever spelling it is given.
static void required_counts_are_not_zero(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {SMALL("nemotron_h") ", mamba_num_heads: 4, mamba_head_dim: 16, n_groups: 0, ssm_state_size: 8, hybrid_override_pattern: 'M*M'}",
         "n_groups: expected 1 or more, found 0"},
        {SMALL("nemotron_h") ", mamba_num_heads: 0, mamba_head_dim: 16, n_groups: 2, ssm_state_size: 8, hybrid_override_pattern: 'M*M'}",
         "mamba_num_heads: expected 1 or more, found 0"},
        {SMALL("qwen3_5") ", intermediate_size: 64, linear_num_key_heads: 0, linear_key_head_dim: 16, linear_num_value_heads: 4, "
                          "linear_value_head_dim: 16}",
         "linear_num_key_heads: expected 1 or more, found 0"},
        {SMALL("deepseek_v2") ", kv_lora_rank: 0, qk_nope_head_dim: 16, qk_rope_head_dim: 8, v_head_dim: 16, intermediate_size: 64}",
         "kv_lora_rank: expected 1 or more, found 0"},
        {SMALL("deepseek_v2") ", kv_lora_rank: 32, qk_nope_head_dim: 16, qk_rope_head_dim: 8, v_head_dim: 0, intermediate_size: 64}",
         "v_head_dim: expected 1 or more, found 0"},
        {SMALL("mixtral") ", num_experts: 0, num_experts_per_tok: 2, intermediate_size: 64}", "num_experts: expected 1 or more, found 0"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_model model;
        test_begin(&ground);
        assert_false(aug_model_from_config(&ground.reader, test_parse(&ground, cases[i].text), NULL, "test", &model));
        assert_error(&ground.errors, 1, cases[i].message, "");
        test_end(&ground);
    }
}

// 2^59 experts of 64 are 2^65 features, which a 64-bit product would lose.
static void shared_experts_do_not_wrap(void **state) {
    (void)state;
    test_ground ground;
    aug_model model;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, SMALL("deepseek_v3") LATENT ROUTED
                                      ", moe_intermediate_size: 64, n_shared_experts: 576460752303423488}");
    assert_false(aug_model_from_config(&ground.reader, root, NULL, "test", &model));
    assert_error(&ground.errors, 1, "n_shared_experts: expected 0 to 100000, found 576460752303423488", "");
    test_end(&ground);
    // The largest that are read: 100000 of 10^7, in 2 layers, three times 64 weights each.
    const double with = 2.0 * 3 * 64 * 1e12;
    test_begin(&ground);
    const double total = aug_model_parameters(read(&ground, "{model_type: glm4_moe, hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, "
                                                            "vocab_size: 1" ROUTED ", moe_intermediate_size: 10000000, n_shared_experts: 100000}")).total;
    assert_near(total, with, 1e-3);
    test_end(&ground);
}

static double image_tokens_of(const char *text, double weights) {
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, text);
    assert_int_equal(model->stages[0].kind, AUG_STAGE_IMAGE);
    double patches = model->stages[0].tokens_per_image_token;
    assert_near(aug_model_parameters(model).image, weights, 1e-15);
    test_end(&ground);
    return patches;
}

// Layers of an encoder: four projections with bias, two feed-forward layers with bias, two norms with bias.
static double encoder(double layers, double hidden, double feed) {
    return layers * (4 * (hidden * hidden + hidden) + 2 * hidden * feed + feed + hidden + 4 * hidden);
}

// Gemma-3-4b as it is published: 8 heads, 4 of keys, 256 wide, 262208 words by default; 64 x 64 patches averaged to 256 tokens.
// Language 3,880,263,168 and vision 419,816,304 make the 4,300,079,472 weights of its files.
static void gemma_3_leaves_out_its_defaults(void **state) {
    (void)state;
    static const char text[] =
        "{model_type: gemma3, mm_tokens_per_image: 256, text_config: {model_type: gemma3_text, hidden_size: 2560, intermediate_size: 10240, "
        "num_hidden_layers: 34, sliding_window: 1024}, vision_config: {model_type: siglip_vision_model, hidden_size: 1152, image_size: 896, "
        "intermediate_size: 4304, num_attention_heads: 16, num_hidden_layers: 27, patch_size: 14}}";
    const double layer = 2560.0 * 16 * 256 + 2048.0 * 2560 + 3 * 2560.0 * 10240 + 4 * 2560 + 2 * 256;
    check_total(text, 34 * layer + 262208.0 * 2560 + 2560);
    check_total(text, 3880263168.0);
    check_cache(text, 10000, (5.0 * 10000 + 29.0 * 1024) * 4 * 2 * 256 * 2);
    const double projector = 1152 + 1152.0 * 2560, table = 4096.0 * 1152, patch = 588.0 * 1152 + 1152;
    assert_near(patch + table + encoder(27, 1152, 4304) + 2 * 1152 + projector, 419816304.0, 1e-15);
    assert_true(image_tokens_of(text, 419816304.0) == 16.0);
    // Without a window it is 4096 tokens.
    check_cache("{model_type: gemma3_text, hidden_size: 64, num_hidden_layers: 6, intermediate_size: 64}", 10000,
                (10000.0 + 5 * 4096) * 4 * 2 * 256 * 2);
}

static void gemma_3_needs_the_size_of_its_images(void **state) {
    (void)state;
    test_ground ground;
    aug_model model;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "{model_type: gemma3, mm_tokens_per_image: 256, text_config: {hidden_size: 64, intermediate_size: 64, "
                                               "num_hidden_layers: 6}, vision_config: {hidden_size: 64, intermediate_size: 64, "
                                               "num_attention_heads: 4, num_hidden_layers: 2, patch_size: 14}}");
    assert_false(aug_model_from_config(&ground.reader, root, NULL, "test", &model));
    assert_error(&ground.errors, 1, "an image encoder with 'mm_tokens_per_image' needs an 'image_size' of as many patches", "");
    test_end(&ground);
}

#define TEXT_PART "hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128, vocab_size: 100"
#define ENCODER   "hidden_size: 32, intermediate_size: 48, num_attention_heads: 4, num_hidden_layers: 3, patch_size: 7, image_size: 56"

// 8 x 8 patches of 147 numbers, a table of positions, layers, a norm; then what each maker puts in front of the language model.
static void patches_become_tokens_as_the_maker_says(void **state) {
    (void)state;
    const double tower = 147.0 * 32 + 32 + 64 * 32 + encoder(3, 32, 48) + 2 * 32;
    // Llama 4: 2 x 2 patches to 40, 40 to 40, 40 to 64.
    assert_true(image_tokens_of("{model_type: llama4, text_config: {" TEXT_PART ", num_local_experts: 4, num_experts_per_tok: 1}, "
                                "vision_config: {" ENCODER ", pixel_shuffle_ratio: 0.5, projector_output_dim: 40}}",
                                tower + 128 * 40 + 40 * 40 + 40 * 64) == 4.0);
    // InternVL: a norm over 2 x 2 patches, two layers of the language model's width.
    assert_true(image_tokens_of("{model_type: internvl_chat, downsample_ratio: 0.5, llm_config: {model_type: qwen2, " TEXT_PART "}, "
                                "vision_config: {" ENCODER "}}",
                                tower + 128 + 128 * 64 + 64 * 64) == 4.0);
    // PaliGemma: one layer per patch.
    assert_true(image_tokens_of("{model_type: paligemma, projection_dim: 64, text_config: {model_type: gemma, " TEXT_PART "}, "
                                "vision_config: {" ENCODER "}}",
                                tower + 32 * 64) == 1.0);
    // Qwen: two layers over 2 x 2 patches.
    assert_true(image_tokens_of("{model_type: qwen3_vl, text_config: {" TEXT_PART "}, vision_config: {" ENCODER ", spatial_merge_size: 2}}",
                                tower + 128 * 128 + 128 * 64) == 4.0);
}

static void a_pattern_must_name_every_layer(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {NEMOTRON("M-*"), "hybrid_override_pattern: has not one letter per layer (num_hidden_layers)"},
        {NEMOTRON("M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-MX"),
         "hybrid_override_pattern: expected M, *, - or E (with its expert keys) per layer"},
        {NEMOTRON("EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE"),
         "hybrid_override_pattern: expected M, *, - or E (with its expert keys) per layer"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_model model;
        test_begin(&ground);
        assert_false(aug_model_from_config(&ground.reader, test_parse(&ground, cases[i].text), NULL, "test", &model));
        assert_error(&ground.errors, 1, cases[i].message, "");
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_are_sorted_and_ask_for_keys_that_exist),
        cmocka_unit_test(qwen_2_has_biases_on_its_inputs),
        cmocka_unit_test(qwen_2_windows_its_last_layers),
        cmocka_unit_test(a_tied_table_counts_once),
        cmocka_unit_test(mistral_windows_every_layer),
        cmocka_unit_test(gpt_2_has_positions_biases_and_one_table),
        cmocka_unit_test(gemma_2_windows_every_second_layer),
        cmocka_unit_test(gemma_3_windows_five_layers_of_six),
        cmocka_unit_test(deepseek_v2_may_lack_a_query_latent),
        cmocka_unit_test(qwen_2_mixtures_have_a_gated_shared_expert),
        cmocka_unit_test(qwen_3_next_keeps_caches_in_every_fourth_layer),
        cmocka_unit_test(nemotron_follows_its_pattern),
        cmocka_unit_test(llama_4_interleaves_experts_and_chunks),
        cmocka_unit_test(glm_4_has_dense_layers_in_front),
        cmocka_unit_test(sizes_that_no_model_has_are_refused),
        cmocka_unit_test(widths_that_layers_use_must_be_stated),
        cmocka_unit_test(required_counts_are_not_zero),
        cmocka_unit_test(shared_experts_do_not_wrap),
        cmocka_unit_test(gemma_3_leaves_out_its_defaults),
        cmocka_unit_test(gemma_3_needs_the_size_of_its_images),
        cmocka_unit_test(patches_become_tokens_as_the_maker_says),
        cmocka_unit_test(a_pattern_must_name_every_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
