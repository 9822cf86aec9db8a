#include "support/testing.h"

#include "workload/model.h"

static aug_model *load(test_ground *ground, const char *name) {
    const aug_library library = test_library();
    aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, name);
    if (!model)
        print_error("%s: %s\n", name, ground->errors.items[0].message);
    assert_non_null(model);
    return model;
}

typedef struct published {
    const char *name;
    double total, active; // in 10^9; 0: not published
    double cache_bytes;   // per token, as the config's formats keep it; 0: not checked
} published;

// Totals and active weights: model cards (rounded there) and the tensors of the published files, embedding and head once
// each where untied, multi-token prediction and image encoders apart; active: no embedding table. Caches, by hand:
// 2 * layers * KV heads * head width * 2 bytes; latents 61 or 78 * 576 * 2, with an indexer 128 more.
static void shipped_models_have_their_published_sizes(void **state) {
    (void)state;
    static const published models[] = {
        {"llama-3.1-8b", 8.030, 0, 131072},
        {"llama-3.1-70b", 70.554, 0, 327680},
        {"llama-3.1-405b", 405.853, 0, 516096},
        {"llama-2-70b", 68.977, 0, 327680},
        {"qwen3-0.6b", 0.596, 0, 114688},
        {"qwen3-8b", 8.191, 0, 147456},
        {"qwen3-32b", 32.762, 0, 262144},
        {"qwen3-30b-a3b", 30.532, 3.042, 98304},
        {"qwen3-235b-a22b", 235.094, 21.568, 192512},
        {"mixtral-8x7b-v0.1", 46.703, 12.749, 131072},
        {"gpt-oss-20b", 20.915, 3.608, 49152},
        {"gpt-oss-120b", 116.829, 5.133, 73728},
        {"minimax-m2.5", 228.689, 10.416, 253952},
        {"deepseek-v3", 671.026, 36.626, 70272},
        {"deepseek-v3.2", 671.878, 37.477, 85888},
        {"kimi-k2-instruct", 1026.408, 31.687, 70272},
        {"glm-5", 744, 0, 109824},
        {"llama-4-scout-17b-16e-instruct", 107.770, 16.138, 196608},
        {"qwen3.5-397b-a17b", 396.346, 16.332, 30720},
        {"gemma-4-26b-a4b", 25.2, 3.1 + 0.74, 0},
        {"nemotron-h-56b-base-8k", 56.324, 0, 40960},
        {"qwen3-vl-8b-instruct", 8.191, 0, 147456},
        {"gpt-3-175b", 175, 0, 4718592},
    };
    for (size_t i = 0; i < AUG_COUNT(models); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_model *model = load(&ground, models[i].name);
        const aug_stage *stage = &model->stages[model->language];
        const aug_parameters parameters = aug_model_parameters(model);
        const double cache = aug_stage_cache_bytes_per_token(stage, &stage->precision);
        bool near = fabs(parameters.total / 1e9 - models[i].total) <= 0.005 * models[i].total &&
                    (models[i].active <= 0.0 || fabs(parameters.active / 1e9 - models[i].active) <= 0.005 * models[i].active);
        near = near && parameters.active == floor(parameters.active); // counted: 8 of 256 experts are a whole number
        if (!near || (models[i].cache_bytes > 0.0 && cache != models[i].cache_bytes)) {
            print_error("%s: total %.0f, active %.0f, cache %.0f\n", models[i].name, parameters.total, parameters.active, cache);
            fail();
        }
        test_end(&ground);
    }
}

// SigLIP So400m/14 with its projection to 2048, Gemma 2B with one table, the action expert: 412,442,352 + 1152 * 2048 +
// 2,508,531,712 + 311,464,960 and 1024 · (32 + 2048 + 1024 + 32) around it, the 3.3 B of the paper (its vocabulary is the larger one of PaliGemma).
static void a_policy_is_the_sum_of_its_stages(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "pi0");
    assert_int_equal(model->stage_count, 4);
    assert_int_equal(model->language, -1);
    assert_near(model->actions, 50.0, 0.0);
    assert_near(aug_model_parameters(model).total, 412442352.0 + 1152 * 2048 + 2508531712.0 + 311464960.0 + 3211264.0, 1e-15);
    const aug_stage *vision = &model->stages[0], *action = &model->stages[2];
    assert_true(vision->tokens == 256 && vision->sequences == 3);
    assert_true(action->tokens == 50 && action->passes == 10);
    assert_int_equal(action->attends, 1);
    // 18 layers, one head of 2 * 256, 2 bytes.
    assert_true(aug_stage_cache_bytes_per_token(&model->stages[1], &model->stages[1].precision) == 18432);
    test_end(&ground);
}

// ResNet-50 of torchvision has 25,557,032 weights; its batch norms (53,120 in 2 vectors) are folded in.
static void a_workload_counts_its_weights(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_near(aug_model_parameters(load(&ground, "resnet-50")).total, 25557032.0 - 53120, 1e-15);
    test_end(&ground);
}

// Qwen3-VL: 27 layers of 4 * 1152^2 + 2 * 1152 * 4304 with biases and norms, patches of 3 * 2 * 16 * 16, a last norm, a
// merger of 4608 * 4608 + 4608 * 4096 and three more for deepstack.
static void an_image_encoder_is_counted_apart(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "qwen3-vl-8b-instruct");
    const double layer = 4.0 * 1152 * 1152 + 4 * 1152 + 2.0 * 1152 * 4304 + 4304 + 1152 + 4 * 1152;
    const double merger = 4608.0 * 4608 + 4608.0 * 4096;
    assert_near(aug_model_parameters(model).image, 27 * layer + 1536.0 * 1152 + 1152 + 2 * 1152 + 4 * merger, 1e-15);
    assert_int_equal(model->stages[0].kind, AUG_STAGE_IMAGE);
    assert_true(model->stages[0].tokens_per_image_token == 4);
    assert_int_equal(model->stages[1].kind, AUG_STAGE_LANGUAGE);
    test_end(&ground);
}

// gpt-oss-20b: 12 of 24 layers look back 128 tokens; 8 heads * 2 * 64 * 2 bytes = 2048 per token and layer.
static void windowed_layers_stop_growing(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "gpt-oss-20b");
    const aug_stage *stage = &model->stages[model->language];
    assert_true(aug_stage_cache_bytes(stage, &stage->precision, 100, 1) == 24.0 * 100 * 2048);
    assert_true(aug_stage_cache_bytes(stage, &stage->precision, 8192, 1) == 12.0 * (8192 + 128) * 2048);
    test_end(&ground);
}

static void the_cache_takes_the_bits_of_its_format(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = load(&ground, "llama-3.1-8b");
    const aug_stage *stage = &model->stages[model->language];
    aug_precision precision = stage->precision;
    precision.of[AUG_STORAGE_CACHE] = AUG_FORMAT_FP8;
    assert_true(aug_stage_cache_bytes_per_token(stage, &precision) == 65536);
    assert_true(aug_stage_cache_bytes(stage, &precision, 10, 8) == 81920);
    assert_true(aug_stage_cache_bytes(stage, &precision, 10, 16) == 81920); // 8 heads are not split further
    test_end(&ground);
}

// Qwen3.5: 45 linear layers with 64 * 128 * 128 in fp32 and (2 * 2048 + 8192) * 3 in bf16. Nemotron-H-56B: 54 layers with
// 16384 * 256 and (16384 + 2 * 2048) * 3, all in bf16. Models of attention alone keep none.
static void states_are_kept_per_sequence(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double bytes;
    } models[] = {{"qwen3.5-397b-a17b", 45.0 * (1048576 * 4 + 12288 * 3 * 2)},
                  {"nemotron-h-56b-base-8k", 54.0 * (4194304 + 20480 * 3) * 2},
                  {"llama-3.1-8b", 0}};
    for (size_t i = 0; i < AUG_COUNT(models); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_model *model = load(&ground, models[i].name);
        assert_true(aug_stage_state_bytes(&model->stages[model->language], 1) == models[i].bytes);
        test_end(&ground);
    }
}

static void mixtures_are_told_from_dense_models(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool experts;
    } models[] = {{"llama-3.1-8b", false}, {"mixtral-8x7b-v0.1", true}, {"deepseek-v3", true}, {"resnet-50", false}, {"pi0", false}};
    for (size_t i = 0; i < AUG_COUNT(models); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_int_equal(aug_model_has_experts(load(&ground, models[i].name)), models[i].experts);
        test_end(&ground);
    }
}

// All shipped files load, whatever they are.
static void every_shipped_model_loads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_library_names names = aug_library_list(&library, &ground.arena, "models");
    assert_true(names.count >= 30);
    for (int i = 0; i < names.count; i++) {
        const aug_parameters parameters = aug_model_parameters(load(&ground, names.names[i]));
        assert_true(parameters.total > 0.0 && isfinite(parameters.total));
        assert_true(parameters.active > 0.0 && parameters.active <= parameters.total * (1.0 + 1e-12));
    }
    assert_int_equal(ground.errors.count, 0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_models_have_their_published_sizes),
        cmocka_unit_test(a_policy_is_the_sum_of_its_stages),
        cmocka_unit_test(a_workload_counts_its_weights),
        cmocka_unit_test(an_image_encoder_is_counted_apart),
        cmocka_unit_test(windowed_layers_stop_growing),
        cmocka_unit_test(the_cache_takes_the_bits_of_its_format),
        cmocka_unit_test(states_are_kept_per_sequence),
        cmocka_unit_test(mixtures_are_told_from_dense_models),
        cmocka_unit_test(every_shipped_model_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
