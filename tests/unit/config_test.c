#include "support/testing.h"

#include "workload/config.h"

static aug_config read(test_ground *ground, const char *text) {
    aug_config config;
    bool good = aug_config_read(&ground->reader, test_parse(ground, text), &config);
    if (!good)
        print_error("%s\n", ground->errors.items[0].message);
    assert_true(good);
    return config;
}

static void what_a_config_does_not_say_is_zero(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_config config = read(&ground, "{model_type: llama}");
    assert_string_equal(config.model_type, "llama");
    assert_null(config.dtype);
    assert_int_equal(config.hidden, 0);
    assert_int_equal(config.window, 0);
    assert_false(config.tied);
    assert_false(config.tied_given);
    assert_null(config.layer_types);
    assert_null(config.quantization);
    assert_true(isnan(config.training_tokens));
    test_end(&ground);
}

static void several_keys_mean_the_same(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } cases[] = {
        {"{hidden_size: 7}", offsetof(aug_config, hidden)},
        {"{n_embd: 7}", offsetof(aug_config, hidden)},
        {"{num_hidden_layers: 7}", offsetof(aug_config, layers)},
        {"{n_layer: 7}", offsetof(aug_config, layers)},
        {"{n_head: 7}", offsetof(aug_config, heads)},
        {"{head_dim: 7}", offsetof(aug_config, head_width)},
        {"{attention_head_dim: 7}", offsetof(aug_config, head_width)},
        {"{n_inner: 7}", offsetof(aug_config, feed)},
        {"{num_experts: 7}", offsetof(aug_config, experts)},
        {"{num_local_experts: 7}", offsetof(aug_config, experts)},
        {"{n_routed_experts: 7}", offsetof(aug_config, experts)},
        {"{experts_per_token: 7}", offsetof(aug_config, chosen)},
        {"{top_k_experts: 7}", offsetof(aug_config, chosen)},
        {"{shared_intermediate_size: 7}", offsetof(aug_config, shared_feed)},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_config config = read(&ground, cases[i].text);
        uint64_t value;
        memcpy(&value, (const char *)&config + cases[i].offset, sizeof value);
        assert_int_equal(value, 7);
        test_end(&ground);
    }
}

static void nulls_and_keys_of_others_are_passed_over(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_config config = read(&ground, "{\"hidden_size\": 64, \"head_dim\": null, \"sliding_window\": null, \"rope_theta\": 1e4, "
                                      "\"architectures\": [\"X\"], \"quantization_config\": null}");
    assert_int_equal(config.hidden, 64);
    assert_int_equal(config.head_width, 0);
    assert_int_equal(config.window, 0);
    assert_null(config.quantization);
    assert_int_equal(ground.errors.count, 0);
    test_end(&ground);
}

// The language part overrides the top, but the family is what the top says.
static void the_language_part_counts(void **state) {
    (void)state;
    static const char *const parts[] = {"text_config", "llm_config", "language_config"};
    for (size_t i = 0; i < AUG_COUNT(parts); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena,
                                           "{model_type: outer, tie_word_embeddings: false, hidden_size: 1, vocab_size: 9, "
                                           "%s: {model_type: inner, hidden_size: 2, tie_word_embeddings: true}}",
                                           parts[i]);
        aug_config config = read(&ground, text);
        assert_string_equal(config.model_type, "outer");
        assert_int_equal(config.hidden, 2);
        assert_int_equal(config.vocabulary, 9);
        assert_true(config.tied && config.tied_given);
        const aug_node *root = test_parse(&ground, text);
        assert_ptr_equal(aug_config_language(root), aug_node_peek(root, parts[i]));
        test_end(&ground);
    }
}

static void the_family_may_stand_inside_alone(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_string_equal(read(&ground, "{text_config: {model_type: inner}}").model_type, "inner");
    test_end(&ground);
}

static void what_is_said_is_told_from_what_is_left_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_config config = read(&ground, "{tie_word_embeddings: false, use_sliding_window: false, use_conv_bias: false}");
    assert_true(config.tied_given && config.use_window_given && config.ssm_tap_bias_given);
    assert_false(config.tied || config.use_window || config.ssm_tap_bias);
    test_end(&ground);
}

static void wrong_values_are_reported_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        unsigned line, column;
    } cases[] = {
        {"model_type: llama\nhidden_size: wide\n", "expected a whole number such as '32', found 'wide'", 2, 14},
        {"hidden_size: -1\n", "expected a whole number from 0 to 2^63 - 1, found '-1'", 1, 14},
        {"hidden_size: 1.5\n", "expected a whole number from 0 to 2^63 - 1, found '1.5'", 1, 14},
        {"attention_bias: yes please\n", "expected true or false, found 'yes please'", 1, 17},
        {"text_config:\n  num_hidden_layers: [1, 2]\n", "expected a whole number, found a list", 2, 22},
        {"training_tokens: -3\n", "expected a finite value above 0, found '-3'", 1, 18},
        {"[llama]\n", "expected a map (config.json), found a list", 1, 1},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_config config;
        test_begin(&ground);
        assert_false(aug_config_read(&ground.reader, test_parse(&ground, cases[i].text), &config));
        assert_string_equal(ground.errors.items[0].message, cases[i].message);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void a_config_is_a_map_with_a_model_type(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is;
    } cases[] = {{"{model_type: llama}", true},
                 {"{text_config: {model_type: llama}}", true},
                 {"{hidden_size: 64}", false},
                 {"{text_config: llama}", false},
                 {"[model_type]", false},
                 {"model_type", false}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_int_equal(aug_config_is(test_parse(&ground, cases[i].text)), cases[i].is);
        test_end(&ground);
    }
}

static void the_vision_part_reads_its_own_keys(void **state) {
    (void)state;
    test_ground ground;
    aug_vision_config vision;
    test_begin(&ground);
    assert_true(aug_vision_config_read(&ground.reader,
                                       test_parse(&ground, "{depth: 27, hidden_size: 1152, num_heads: 16, in_channels: 3, "
                                                           "spatial_merge_size: 2, deepstack_visual_indexes: [8, 16], other: 1}"),
                                       &vision));
    assert_int_equal(vision.layers, 27);
    assert_int_equal(vision.heads, 16);
    assert_int_equal(vision.channels, 3);
    assert_int_equal(vision.merge, 2);
    assert_int_equal(vision.frames, 0);
    assert_int_equal(vision.deepstack_layers->count, 2);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_config_does_not_say_is_zero),
        cmocka_unit_test(several_keys_mean_the_same),
        cmocka_unit_test(nulls_and_keys_of_others_are_passed_over),
        cmocka_unit_test(the_language_part_counts),
        cmocka_unit_test(the_family_may_stand_inside_alone),
        cmocka_unit_test(what_is_said_is_told_from_what_is_left_out),
        cmocka_unit_test(wrong_values_are_reported_where_they_stand),
        cmocka_unit_test(a_config_is_a_map_with_a_model_type),
        cmocka_unit_test(the_vision_part_reads_its_own_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
