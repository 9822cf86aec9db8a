#include "support/testing.h"

#include "workload/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LLAMA                                                                                                           \
    "model_type: llama\nhidden_size: 64\nnum_hidden_layers: 2\nnum_attention_heads: 8\nintermediate_size: 256\nvocab_size: 100\n"

static aug_model *read_text(test_ground *ground, const char *text) {
    const aug_library library = test_library();
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "test.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_model_read(&library, &ground->reader, document, "test");
}

typedef struct bad_model {
    const char *text, *message, *hint;
    unsigned line, column;
} bad_model;

static void check_bad(const bad_model *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read_text(&ground, cases[i].text));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void a_config_becomes_one_language_stage(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, LLAMA);
    assert_non_null(model);
    assert_string_equal(model->name, "test");
    assert_string_equal(model->family, "llama");
    assert_int_equal(model->stage_count, 1);
    assert_int_equal(model->language, 0);
    const aug_stage *stage = &model->stages[0];
    assert_string_equal(stage->name, "language");
    assert_int_equal(stage->kind, AUG_STAGE_LANGUAGE);
    assert_true(stage->width == 64.0 && stage->graph.layers == 2.0);
    assert_int_equal(stage->attends, -1);
    assert_int_equal(stage->precision.of[AUG_STORAGE_MLP], AUG_FORMAT_BF16);
    test_end(&ground);
}

static void a_config_may_name_itself_and_its_training(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, LLAMA "name: Mine\ntraining_tokens: 15e12\n");
    assert_non_null(model);
    assert_string_equal(model->name, "Mine");
    assert_true(model->training_tokens == 15e12);
    assert_true(read_text(&ground, LLAMA)->training_tokens == 0.0);
    test_end(&ground);
}

// What is published in fp32 is served in bf16.
static void weights_are_in_the_format_that_the_config_names(void **state) {
    (void)state;
    static const struct {
        const char *text;
        aug_number_format format;
    } cases[] = {{LLAMA "torch_dtype: float16\n", AUG_FORMAT_FP16},
                 {LLAMA "dtype: bfloat16\n", AUG_FORMAT_BF16},
                 {LLAMA "torch_dtype: float32\n", AUG_FORMAT_BF16},
                 {LLAMA "torch_dtype: null\n", AUG_FORMAT_BF16}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_model *model = read_text(&ground, cases[i].text);
        assert_non_null(model);
        assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_HEAD], cases[i].format);
        test_end(&ground);
    }
}

static void a_model_without_vocabulary_is_a_pass(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, "{model_type: gemma, hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 8, "
                                           "head_dim: 8, intermediate_size: 256, vocab_size: 0}");
    assert_non_null(model);
    assert_int_equal(model->language, -1);
    assert_int_equal(model->stages[0].kind, AUG_STAGE_PASS);
    test_end(&ground);
}

static void a_type_that_is_not_known_names_the_nearest(void **state) {
    (void)state;
    static const bad_model cases[] = {
        {"model_type: lama\nhidden_size: 64\n", "unknown model_type 'lama'", "nearest are 'llama', 'llama4' and 'gemma'; 'auger list families' shows all", 1, 13},
        {"{\"model_type\": \"qwen3_mo\"}", "unknown model_type 'qwen3_mo'", "nearest are 'qwen3_moe', 'qwen2_moe' and 'qwen3_5'; 'auger list families' shows all", 1, 16},
        {"hidden_size: 1\ntext_config: {model_type: mixtrall}\n", "unknown model_type 'mixtrall'",
         "nearest are 'mixtral', 'mistral' and 'gemma'; 'auger list families' shows all", 2, 27},
        {"model_type: zzzzzzzzzzzzzzz\n", "unknown model_type 'zzzzzzzzzzzzzzz'", "nearest are 'deepseek_v2', 'deepseek_v3' and 'deepseek_v32'; 'auger list families' shows all", 1, 13},
        {"hidden_size: 64\n", "key 'model_type' is missing", "", 1, 1},
        {LLAMA "torch_dtype: int7\n", "unknown number format 'int7' in torch_dtype", "", 1, 1},
        {LLAMA "quantization_config: {quant_method: magic}\n", "unknown quantization 'magic'",
         "known are fp8, mxfp4, nvfp4, awq, gptq, int8 and compressed-tensors with 4 or 8 bits", 7, 37},
    };
    check_bad(cases, AUG_COUNT(cases));
}

// The language part's type counts where the outer one is a wrapper that is not known.
static void a_wrapper_is_read_by_what_it_wraps(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, "{model_type: some_vlm, text_config: {model_type: llama, hidden_size: 64, num_hidden_layers: 2, "
                                           "num_attention_heads: 8, intermediate_size: 256, vocab_size: 100}}");
    assert_non_null(model);
    assert_string_equal(model->family, "llama");
    test_end(&ground);
}

#define INNER                                                                                                          \
    "hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 8, intermediate_size: 256, vocab_size: 100}}"

// What the wrapped model is decides how it is built: Gemma's table is tied and its heads are 256 wide (2 * 64 * 4 * 8 * 256
// weights of attention, 2 * 3 * 64 * 256 others, a table, five norms); Qwen2 has biases, norms of heads only from Qwen3 on.
static void a_wrapper_is_built_as_what_it_wraps(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, "{model_type: paligemma, text_config: {model_type: gemma, " INNER);
    assert_non_null(model);
    assert_string_equal(model->family, "gemma");
    assert_true(aug_model_parameters(model).total == 2.0 * (64 * 4 * 8 * 256 + 3 * 64 * 256) + 100 * 64 + 5 * 64);
    model = read_text(&ground, "{model_type: internvl_chat, llm_config: {model_type: qwen2, " INNER);
    assert_non_null(model);
    assert_string_equal(model->family, "qwen2");
    assert_true(aug_model_parameters(model).total == 2.0 * (64 * 4 * 64 + 3 * 64 + 3 * 64 * 256) + 2 * 100 * 64 + 5 * 64);
    test_end(&ground);
}

static void documents_of_other_kinds_are_refused(void **state) {
    (void)state;
    static const bad_model cases[] = {
        {"[1, 2]", "expected a model: a config.json, or a file that begins with 'auger: model/1'", "", 1, 1},
        {"auger: machine/1\n", "expected a model (model/1, workload/1 or a config.json), found 'machine/1'", "", 1, 8},
        {"auger: [model/1]\n", "expected a model (model/1, workload/1 or a config.json), found a list", "", 1, 8},
    };
    check_bad(cases, AUG_COUNT(cases));
}

#define STAGE "auger: model/1\nstages:\n  - {name: a, model: gemma-2b, tokens: 8"

static void mistakes_in_a_model_file_are_shown_where_they_stand(void **state) {
    (void)state;
    static const bad_model cases[] = {
        {"auger: model/1\nname: x\n", "key 'stages' is missing in model file", "stages in the order they run", 1, 1},
        {"auger: model/1\nstages: []\n", "expected a list of stages, found an empty one", "", 2, 9},
        {"auger: model/1\nstages: gemma-2b\n", "expected a list of stages, found 'gemma-2b'", "", 2, 9},
        {"auger: model/1\nstage: []\nstages: [{name: a, model: gemma-2b, tokens: 8}]\n", "unknown key 'stage' in model file",
         "did you mean 'stages'?", 2, 1},
        {"auger: model/1\nstages:\n  - {model: gemma-2b}\n", "key 'name' is missing in model file: stage", "what the stage is called", 3, 5},
        {"auger: model/1\nstages:\n  - {name: a, model: gemma-3b, tokens: 8}\n",
         "no model 'gemma-3b' beside this file or in the library", "did you mean 'gemma-2b'? 'auger list' shows all names", 3, 22},
        {"auger: model/1\nstages:\n  - {name: a, model: gemma-2b}\n", "key 'tokens' is missing in model file: stage", "", 3, 5},
        {"auger: model/1\nstages:\n  - {name: a, model: pi0, tokens: 8}\n", "a stage is a config.json or a workload/1 file", "", 3, 22},
        {STAGE ", passes: 0}\n", "expected 1 to 1000000 passes", "", 3, 51},
        {STAGE ", sequences: 1000001}\n", "expected 1 to 1000000 sequences", "", 3, 54},
        {STAGE ", phase: decode}\n", "expected prefill, found 'decode'", "", 3, 50},
        {STAGE ", attends: a}\n", "no earlier stage is called 'a'", "", 3, 52},
        {STAGE "}\n  - {name: b, model: gemma-2b, tokens: 8, attend: a}\n", "unknown key 'attend' in model file: stage",
         "did you mean 'attends'?", 4, 43},
    };
    check_bad(cases, AUG_COUNT(cases));
}

static void a_model_file_holds_eight_stages(void **state) {
    (void)state;
    test_ground ground;
    aug_buffer text;
    test_begin(&ground);
    aug_buffer_init(&text, &ground.arena);
    aug_buffer_put(&text, "auger: model/1\nstages:\n");
    for (int i = 0; i < AUG_STAGES; i++)
        aug_buffer_print(&text, "  - {name: s%d, model: pi0-action-expert, tokens: 8}\n", i);
    const aug_model *model = read_text(&ground, aug_buffer_text(&text));
    assert_non_null(model);
    assert_int_equal(model->stage_count, AUG_STAGES);
    aug_buffer_put(&text, "  - {name: more, model: pi0-action-expert, tokens: 8}\n");
    assert_null(read_text(&ground, aug_buffer_text(&text)));
    assert_error(&ground.errors, 1, "more than 8 stages", "");
    assert_int_equal(ground.errors.items[0].line, 11);
    test_end(&ground);
}

// A stage drops the head; without a phase its tokens see each other, as prefill they keep the mask.
static void a_stage_is_a_network_without_its_head(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read_text(&ground, STAGE ", phase: prefill}\n  - {name: b, model: gemma-2b, tokens: 4, passes: 3, sequences: 2, attends: a}\n");
    assert_non_null(model);
    assert_string_equal(model->family, "model file");
    assert_int_equal(model->language, -1);
    for (int s = 0; s < 2; s++) {
        const aug_stage *stage = &model->stages[s];
        assert_int_equal(stage->kind, AUG_STAGE_PASS);
        for (int i = 0; i < stage->graph.count; i++) {
            assert_string_not_equal(stage->graph.operators[i].name, "lm head");
            assert_int_equal(stage->graph.operators[i].causal, s == 0);
        }
    }
    assert_true(model->stages[1].tokens == 4 && model->stages[1].passes == 3 && model->stages[1].sequences == 2);
    assert_int_equal(model->stages[1].attends, 0);
    assert_string_equal(model->stages[1].resident_name, "b (weights on chip)");
    test_end(&ground);
}

static void a_suffix_of_the_name_sets_the_weights(void **state) {
    (void)state;
    static const struct {
        const char *name;
        aug_number_format weights, cache;
    } cases[] = {
        {"llama-3.1-8b", AUG_FORMAT_BF16, AUG_FORMAT_BF16},
        {"meta-llama/Meta-Llama-3.1-8B-Instruct", AUG_FORMAT_BF16, AUG_FORMAT_BF16},
        {"Llama-3.1-8B-Instruct-FP8", AUG_FORMAT_FP8, AUG_FORMAT_BF16},
        {"llama-3.1-8b-nvfp4", AUG_FORMAT_NVFP4, AUG_FORMAT_BF16},
        {"llama-3.1-70b-instruct-fp8", AUG_FORMAT_FP8, AUG_FORMAT_FP8}, // a file of its own, with its cache in fp8
        {"qwen3-235b-a22b-nvfp4", AUG_FORMAT_NVFP4, AUG_FORMAT_BF16},
        {"qwen3-32b-fp8", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_BF16},
    };
    const aug_library library = test_library();
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, cases[i].name);
        assert_non_null(model);
        assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_MLP], cases[i].weights);
        assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_CACHE], cases[i].cache);
        test_end(&ground);
    }
}

static void a_name_that_is_not_known_is_an_error(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    assert_null(aug_model_load(&library, &ground.arena, &ground.errors, "llama-3.1-9b"));
    assert_error(&ground.errors, 1, "unknown model 'llama-3.1-9b'", "did you mean 'llama-3.1-8b'? 'auger list' shows all names");
    test_end(&ground);
}

static const char *write_file(test_ground *ground, const char *folder, const char *name, const char *text) {
    const char *path = aug_arena_print(&ground->arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

// config.json has hf_quant_config.json beside it, NAME.json has NAME.hf_quant_config.json; it wins over the config's own.
static void a_quant_config_is_found_beside_the_config(void **state) {
    (void)state;
    static const char *const names[][2] = {{"config.json", "hf_quant_config.json"}, {"mine.json", "mine.hf_quant_config.json"}};
    const aug_library library = test_library();
    for (int i = 0; i < 2; i++) {
        test_ground ground;
        test_begin(&ground);
        char folder[] = "auger-test-XXXXXX";
        assert_non_null(mkdtemp(folder));
        const char *path = write_file(&ground, folder, names[i][0],
                                      "{\"model_type\": \"llama\", \"hidden_size\": 64, \"num_hidden_layers\": 2, \"num_attention_heads\": 8, "
                                      "\"intermediate_size\": 256, \"vocab_size\": 100, \"quantization_config\": {\"quant_method\": \"fp8\"}}");
        assert_null(aug_model_quantization_path(&ground.arena, path));
        const char *beside = write_file(&ground, folder, names[i][1], "{\"quantization\": {\"quant_algo\": \"NVFP4\", \"kv_cache_quant_algo\": \"FP8\"}}");
        assert_string_equal(aug_model_quantization_path(&ground.arena, path), beside);
        const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, path);
        unlink(path);
        unlink(beside);
        rmdir(folder);
        assert_non_null(model);
        assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_MLP], AUG_FORMAT_NVFP4);
        assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_CACHE], AUG_FORMAT_FP8);
        test_end(&ground);
    }
}

// The config of a stage is read as one that stands alone.
static void a_stage_has_the_quant_config_beside_it(void **state) {
    (void)state;
    const aug_library library = test_library();
    test_ground ground;
    test_begin(&ground);
    char folder[] = "auger-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *config = write_file(&ground, folder, "mine.json",
                                    "{\"model_type\": \"llama\", \"hidden_size\": 64, \"num_hidden_layers\": 2, \"num_attention_heads\": 8, "
                                    "\"intermediate_size\": 256, \"vocab_size\": 100}");
    const char *beside = write_file(&ground, folder, "mine.hf_quant_config.json", "{\"quantization\": {\"quant_algo\": \"NVFP4\"}}");
    const char *path = write_file(&ground, folder, "model.yaml", "auger: model/1\nstages: [{name: a, model: mine.json, tokens: 8}]\n");
    const aug_model *model = aug_model_load(&library, &ground.arena, &ground.errors, path);
    write_file(&ground, folder, "mine.hf_quant_config.json", "{");
    const aug_model *broken = aug_model_load(&library, &ground.arena, &ground.errors, path);
    unlink(path);
    unlink(beside);
    unlink(config);
    rmdir(folder);
    assert_non_null(model);
    assert_int_equal(model->stages[0].precision.of[AUG_STORAGE_MLP], AUG_FORMAT_NVFP4);
    assert_null(broken);
    assert_true(ground.errors.count > 0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_config_becomes_one_language_stage),
        cmocka_unit_test(a_config_may_name_itself_and_its_training),
        cmocka_unit_test(weights_are_in_the_format_that_the_config_names),
        cmocka_unit_test(a_model_without_vocabulary_is_a_pass),
        cmocka_unit_test(a_type_that_is_not_known_names_the_nearest),
        cmocka_unit_test(a_wrapper_is_read_by_what_it_wraps),
        cmocka_unit_test(a_wrapper_is_built_as_what_it_wraps),
        cmocka_unit_test(documents_of_other_kinds_are_refused),
        cmocka_unit_test(mistakes_in_a_model_file_are_shown_where_they_stand),
        cmocka_unit_test(a_model_file_holds_eight_stages),
        cmocka_unit_test(a_stage_is_a_network_without_its_head),
        cmocka_unit_test(a_suffix_of_the_name_sets_the_weights),
        cmocka_unit_test(a_name_that_is_not_known_is_an_error),
        cmocka_unit_test(a_quant_config_is_found_beside_the_config),
        cmocka_unit_test(a_stage_has_the_quant_config_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
