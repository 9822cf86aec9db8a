#include "support/testing.h"

#include "workload/quantization.h"

#include <stdio.h>

typedef struct formats {
    aug_number_format activation, attention, mlp, expert, cache;
} formats;

#define B16 AUG_FORMAT_BF16

// Reads a text over a model of `layers` layers in bf16.
static bool read(test_ground *ground, const char *text, double layers, aug_precision *precision) {
    *precision = aug_precision_of(AUG_FORMAT_BF16);
    return aug_quantization_read(&ground->reader, test_parse(ground, text), layers, precision);
}

static void check(const char *text, double layers, formats expected) {
    test_ground ground;
    aug_precision p;
    test_begin(&ground);
    bool good = read(&ground, text, layers, &p);
    if (!good || p.of[AUG_STORAGE_ACTIVATION] != expected.activation || p.of[AUG_STORAGE_ATTENTION] != expected.attention ||
        p.of[AUG_STORAGE_MLP] != expected.mlp || p.of[AUG_STORAGE_EXPERT] != expected.expert ||
        p.of[AUG_STORAGE_CACHE] != expected.cache) {
        print_error("%s:\n%s %s, attention %s, mlp %s, experts %s, cache %s\n", text, good ? "activations" : "refused, activations",
                    aug_format_name(p.of[AUG_STORAGE_ACTIVATION]), aug_format_name(p.of[AUG_STORAGE_ATTENTION]),
                    aug_format_name(p.of[AUG_STORAGE_MLP]), aug_format_name(p.of[AUG_STORAGE_EXPERT]),
                    aug_format_name(p.of[AUG_STORAGE_CACHE]));
        fail();
    }
    // Never quantised: what the published methods leave alone.
    assert_int_equal(p.of[AUG_STORAGE_HEAD], B16);
    assert_int_equal(p.of[AUG_STORAGE_NORM], B16);
    assert_int_equal(p.of[AUG_STORAGE_ROUTER], B16);
    test_end(&ground);
}

static void methods_are_known_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text;
        aug_number_format weights, activations;
    } cases[] = {
        {"{quant_method: fp8, fmt: e4m3, weight_block_size: [128, 128]}", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8_BLOCK},
        {"{quant_method: fp8, activation_scheme: static}", AUG_FORMAT_FP8, AUG_FORMAT_FP8},
        {"{quant_method: fbgemm_fp8}", AUG_FORMAT_FP8, AUG_FORMAT_FP8},
        {"{quant_method: mxfp4}", AUG_FORMAT_MXFP4, B16},
        {"{quant_method: awq, bits: 4, group_size: 128}", AUG_FORMAT_INT4, B16},
        {"{quant_method: gptq, bits: 4}", AUG_FORMAT_INT4, B16},
        {"{quant_algo: NVFP4}", AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4},
        {"{quant_method: modelopt, quant_algo: FP8}", AUG_FORMAT_FP8, AUG_FORMAT_FP8},
        {"{quant_algo: FP8_PB_WO}", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_FP8_BLOCK},
        {"{quant_algo: W4A16_AWQ}", AUG_FORMAT_INT4, B16},
        {"{quant_algo: W8A8_SQ_PER_CHANNEL}", AUG_FORMAT_INT8, AUG_FORMAT_INT8},
        // Weights alone: activations stay in 16 bits.
        {"{quant_method: gptq, bits: 8}", AUG_FORMAT_INT8, B16},
        {"{quant_algo: W8A16_GPTQ}", AUG_FORMAT_INT8, B16},
        {"{quant_algo: NVFP4A16}", AUG_FORMAT_NVFP4, B16},
        {"{quant_algo: W4A16_NVFP4}", AUG_FORMAT_NVFP4, B16},
        // Weights of 4 bits with activations of 8.
        {"{quant_algo: W4A8_AWQ}", AUG_FORMAT_INT4, AUG_FORMAT_FP8},
        {"{quant_algo: W4A8_NVFP4_FP8}", AUG_FORMAT_NVFP4, AUG_FORMAT_FP8},
        {"{quant_algo: W4A8_MXFP4_FP8}", AUG_FORMAT_MXFP4, AUG_FORMAT_FP8},
        {"{quant_method: bitsandbytes, load_in_4bit: false, load_in_8bit: true}", AUG_FORMAT_INT8, AUG_FORMAT_INT8},
        {"{quant_method: bitsandbytes, load_in_4bit: true, load_in_8bit: false, bnb_4bit_quant_type: nf4}", AUG_FORMAT_INT4, B16},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        check(cases[i].text, 32,
              (formats){cases[i].activations, cases[i].weights, cases[i].weights, cases[i].weights, B16});
}

static void compressed_tensors_say_bits_and_type(void **state) {
    (void)state;
    static const struct {
        const char *format, *weights_text, *activations_text;
        aug_number_format weights, activations;
    } cases[] = {
        {"nvfp4-pack-quantized", "num_bits: 4, type: float, group_size: 16", "{num_bits: 4, type: float, group_size: 16}",
         AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4},
        {"float-quantized", "num_bits: 8, type: float", "{num_bits: 8, type: float}", AUG_FORMAT_FP8, AUG_FORMAT_FP8},
        {"int-quantized", "num_bits: 8, type: int", "{num_bits: 8, type: int}", AUG_FORMAT_INT8, AUG_FORMAT_INT8},
        {"pack-quantized", "num_bits: 4, type: int, group_size: 128", "{num_bits: 8, type: int}", AUG_FORMAT_INT4, AUG_FORMAT_INT8},
        {"pack-quantized", "num_bits: 4, type: int, group_size: 128", "{num_bits: 8, type: float}", AUG_FORMAT_INT4, AUG_FORMAT_FP8},
        // Weights alone.
        {"pack-quantized", "num_bits: 4, type: int, group_size: 128", "null", AUG_FORMAT_INT4, B16},
        {"pack-quantized", "num_bits: 8, type: int", "null", AUG_FORMAT_INT8, B16},
        {"nvfp4-pack-quantized", "num_bits: 4, type: float, group_size: 16", "null", AUG_FORMAT_NVFP4, B16},
        {"naive-quantized", "num_bits: 8, type: float", "null", AUG_FORMAT_FP8, B16},
        // A scale per 32 makes MXFP4, and so does the name of the format.
        {"float-quantized", "num_bits: 4, type: float, group_size: 32", "null", AUG_FORMAT_MXFP4, B16},
        {"mxfp4-pack-quantized", "num_bits: 4, type: float", "{num_bits: 4, type: float}", AUG_FORMAT_MXFP4, AUG_FORMAT_MXFP4},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{quant_method: compressed-tensors, format: %s, ignore: [lm_head], config_groups: {group_0: {targets: [Linear], "
                 "input_activations: %s, weights: {%s}}}}",
                 cases[i].format, cases[i].activations_text, cases[i].weights_text);
        check(text, 32, (formats){cases[i].activations, cases[i].weights, cases[i].weights, cases[i].weights, B16});
    }
}

// What OpenAI publishes: experts alone in MXFP4.
static void a_pattern_leaves_attention_out(void **state) {
    (void)state;
    check("{quant_method: mxfp4, modules_to_not_convert: [model.layers.*.self_attn, model.layers.*.mlp.router, "
          "model.embed_tokens, lm_head]}",
          24, (formats){B16, B16, AUG_FORMAT_MXFP4, AUG_FORMAT_MXFP4, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['*self_attn*', '*shared_expert*']}", 24,
          (formats){AUG_FORMAT_NVFP4, B16, B16, AUG_FORMAT_NVFP4, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['model.layers.*.mlp.experts']}", 24,
          (formats){AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4, B16, B16});
    check("{quant_method: fp8, ignored_layers: ['re:.*self_attn.*']}", 24,
          (formats){AUG_FORMAT_FP8, B16, AUG_FORMAT_FP8, AUG_FORMAT_FP8, B16});
}

// Of 4 layers, two named ones are half; one is not. The gate of a shared expert is not the shared expert.
static void named_layers_count_from_half_of_all(void **state) {
    (void)state;
    const aug_number_format q = AUG_FORMAT_NVFP4;
    check("{quant_algo: NVFP4, exclude_modules: [lm_head, model.layers.0.self_attn]}", 4, (formats){q, q, q, q, B16});
    check("{quant_algo: NVFP4, exclude_modules: [model.layers.0.self_attn, model.layers.1.self_attn]}", 4,
          (formats){q, B16, q, q, B16});
    check("{quant_algo: NVFP4, exclude_modules: [model.layers.0.mlp.shared_expert_gate, model.layers.1.mlp.shared_expert_gate, "
          "model.layers.0.mlp.gate, model.layers.1.mlp.gate]}",
          4, (formats){q, q, q, q, B16});
}

// Projections of one layer are one layer, what stands outside of the model's layers is none of them.
static void layers_are_counted_not_modules(void **state) {
    (void)state;
    const aug_number_format q = AUG_FORMAT_FP8;
    check("{quant_method: fp8, modules_to_not_convert: [model.layers.0.self_attn.q_proj, model.layers.0.self_attn.k_proj, "
          "model.layers.0.self_attn.v_proj, model.layers.0.self_attn.o_proj, model.layers.0.mlp.up_proj, model.layers.0.mlp.down_proj]}",
          4, (formats){q, q, q, q, B16});
    check("{quant_method: fp8, modules_to_not_convert: [model.layers.0.mlp.experts.0.up_proj, model.layers.0.mlp.experts.1.up_proj, "
          "model.layers.0.mlp.experts.2.up_proj]}",
          4, (formats){q, q, q, q, B16});
    check("{quant_method: fp8, modules_to_not_convert: [model.layers.4.self_attn, model.layers.5.self_attn, model.layers.99999999999.self_attn]}",
          4, (formats){q, q, q, q, B16});
    check("{quant_method: fp8, modules_to_not_convert: [model.layers.0.self_attn.q_proj, model.layers.3.self_attn.q_proj, "
          "model.layers.2.mlp.down_proj, model.layers.3.mlp.down_proj]}",
          4, (formats){q, B16, B16, q, B16});
}

static void image_encoders_are_not_the_model(void **state) {
    (void)state;
    const aug_number_format q = AUG_FORMAT_FP8;
    check("{quant_method: fp8, modules_to_not_convert: [model.visual.blocks.0.attn.qkv, model.visual.blocks.1.attn.qkv, "
          "model.visual.blocks.0.mlp.linear_fc1, visual, 're:vision_tower.*mlp.*', vision_model.encoder.layers.0.self_attn, mlp1, lm_head]}",
          2, (formats){q, q, q, q, B16});
}

// A whole feed-forward layer is its experts too; its router, its norms and other small parts are never quantised anyway.
static void a_whole_mlp_may_be_left_out(void **state) {
    (void)state;
    const aug_number_format q = AUG_FORMAT_NVFP4;
    check("{quant_algo: NVFP4, exclude_modules: ['model.layers.*.mlp']}", 24, (formats){q, q, B16, B16, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['*mlp*']}", 24, (formats){q, q, B16, B16, B16});
    check("{quant_algo: NVFP4, ignore: ['re:.*\\.feed_forward\\..*']}", 24, (formats){q, q, B16, B16, B16});
    check("{quant_algo: NVFP4, exclude_modules: [model.layers.0.mlp, model.layers.1.mlp]}", 4, (formats){q, q, B16, B16, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['model.layers.*.mlp.down_proj']}", 24, (formats){q, q, B16, q, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['model.layers.*.mlp.shared_experts.gate_proj']}", 24, (formats){q, q, B16, q, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['re:.*block_sparse_moe.experts.*']}", 24, (formats){q, q, q, B16, B16});
    check("{quant_algo: NVFP4, exclude_modules: ['re:.*mlp.gate$', 're:.*mlp\\.router.*', '*.mlp.shared_expert_gate', "
          "'*.self_attn.q_norm', '*.linear_attn.in_proj_ba', '*.linear_attn.conv1d', '*.self_attn.indexer.wk']}",
          24, (formats){q, q, q, q, B16});
}

static void a_quant_config_file_wraps_its_map(void **state) {
    (void)state;
    check("{producer: {name: modelopt}, quantization: {quant_algo: FP8, kv_cache_quant_algo: FP8, exclude_modules: [lm_head]}}",
          80, (formats){AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8});
}

static void a_cache_may_be_quantised_alone(void **state) {
    (void)state;
    check("{quant_algo: null, kv_cache_quant_algo: FP8}", 32, (formats){B16, B16, B16, B16, AUG_FORMAT_FP8});
    check("{quant_algo: null, kv_cache_quant_algo: null}", 32, (formats){B16, B16, B16, B16, B16});
    check("{quant_method: compressed-tensors, kv_cache_scheme: {num_bits: 8, type: float, strategy: tensor}}", 32,
          (formats){B16, B16, B16, B16, AUG_FORMAT_FP8});
    check("{quant_method: fp8, kv_cache_scheme: {num_bits: 8, type: int}}", 32,
          (formats){AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_INT8});
    check("{quant_method: fp8, kv_cache_scheme: null, kv_cache_quant_algo: FP8}", 32,
          (formats){AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8, AUG_FORMAT_FP8});
    check("{quant_algo: NVFP4, kv_cache_quant_algo: null}", 32,
          (formats){AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4, AUG_FORMAT_NVFP4, B16});
}

static void a_method_that_is_not_known_is_an_error(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        unsigned column; // of what is not known
    } cases[] = {
        {"{quant_method: magic}", "unknown quantization 'magic'", 16},
        {"{}", "unknown quantization", 1},
        {"{quant_algo: MIXED_PRECISION, quant_method: modelopt}", "unknown quantization 'MIXED_PRECISION'", 14},
        {"{quant_method: compressed-tensors, config_groups: {group_0: {weights: {num_bits: 4}}}}",
         "unknown quantization 'compressed-tensors'", 16},
        {"{quant_method: compressed-tensors, config_groups: {group_0: {weights: {num_bits: 6, type: int}}}}",
         "unknown quantization 'compressed-tensors'", 16},
        {"{quant_method: compressed-tensors, config_groups: [group_0]}", "unknown quantization 'compressed-tensors'", 16},
        {"{quant_method: gptq, bits: 3}", "unknown quantization 'gptq' with '3' bits", 28},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_precision precision;
        test_begin(&ground);
        assert_false(read(&ground, cases[i].text, 32, &precision));
        assert_error(&ground.errors, 1, cases[i].message,
                     "known are fp8, mxfp4, nvfp4, awq, gptq, int8 and compressed-tensors with 4 or 8 bits");
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        assert_int_equal(precision.of[AUG_STORAGE_MLP], B16);
        test_end(&ground);
    }
}

static void a_list_is_no_quantization(void **state) {
    (void)state;
    test_ground ground;
    aug_precision precision;
    test_begin(&ground);
    assert_false(read(&ground, "[fp8]", 32, &precision));
    assert_error(&ground.errors, 1, "expected a map (quantization), found a list", "");
    test_end(&ground);
}

static void a_quant_config_file_is_told_from_a_config(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_true(aug_quantization_is_file(test_parse(&ground, "{quantization: {quant_algo: FP8}}")));
    assert_false(aug_quantization_is_file(test_parse(&ground, "{quantization: {quant_algo: FP8}, model_type: llama}")));
    assert_false(aug_quantization_is_file(test_parse(&ground, "{quantization: FP8}")));
    assert_false(aug_quantization_is_file(test_parse(&ground, "{quant_method: fp8}")));
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_known_by_name),
        cmocka_unit_test(compressed_tensors_say_bits_and_type),
        cmocka_unit_test(a_pattern_leaves_attention_out),
        cmocka_unit_test(named_layers_count_from_half_of_all),
        cmocka_unit_test(layers_are_counted_not_modules),
        cmocka_unit_test(image_encoders_are_not_the_model),
        cmocka_unit_test(a_whole_mlp_may_be_left_out),
        cmocka_unit_test(a_quant_config_file_wraps_its_map),
        cmocka_unit_test(a_cache_may_be_quantised_alone),
        cmocka_unit_test(a_method_that_is_not_known_is_an_error),
        cmocka_unit_test(a_list_is_no_quantization),
        cmocka_unit_test(a_quant_config_file_is_told_from_a_config),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
