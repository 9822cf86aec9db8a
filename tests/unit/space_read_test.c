// Parts of a study: what names, settings, choices and ranges become, and what is said of wrong ones.
#include "support/testing.h"

#include "design/space.h"

static const aug_library library = {.root = AUG_TEST_DATA};

static aug_space *new_space(test_ground *ground) {
    return AUG_NEW(&ground->arena, aug_space);
}

static const aug_choice *only_choice(test_ground *ground, const char *batch) {
    aug_space *space = new_space(ground);
    const aug_node *root =
        test_parse(ground, aug_arena_print(&ground->arena, "scenario: {batch: %s}", batch));
    assert_true(aug_space_read_part(&library, &ground->reader, root, AUG_PART_SCENARIO, space));
    assert_int_equal(space->choice_count, 1);
    return &space->choices[0];
}

static void choices_and_ranges_become_values(void **state) {
    (void)state;
    const struct {
        const char *text, *values; // separated by |
    } rows[] = {
        {"{choose: [4, 1, many]}", "4|1|many"},
        {"{range: [1, 4], step: 1}", "1|2|3|4"},
        {"{range: [1, 5], step: +2}", "1|3|5"},
        {"{range: [1, 6], step: 2}", "1|3|5"},
        {"{range: [32, 256], step: x2}", "32|64|128|256"},
        {"{range: [1, 10], step: x3}", "1|3|9"},
        {"{range: [1 MiB, 4 MiB], step: 1 MiB}", "1 MiB|2 MiB|3 MiB|4 MiB"},
        {"{range: [1 MiB, 4 MiB], step: x2}", "1 MiB|2 MiB|4 MiB"},
        // Units may differ; the first one is kept.
        {"{range: [512 KiB, 2 MiB], step: 512 KiB}", "512 KiB|1024 KiB|1536 KiB|2048 KiB"},
        // Values are counted from the first, so that steps of a tenth reach the last one.
        {"{range: [0.1, 0.5], step: 0.1}", "0.1|0.2|0.3|0.4|0.5"},
        {"{range: [0, 2], step: 1}", "0|1|2"},
        {"{range: [0 us, 4 us], step: 1 us}", "0 us|1 us|2 us|3 us|4 us"},
        {"{range: [0 GB, 1 GB], step: 500 MB}", "0 GB|0.5 GB|1 GB"},
        {"{range: [7, 7], step: 1}", "7"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_choice *choice = only_choice(&ground, rows[i].text);
        assert_string_equal(choice->path, "scenario.batch");
        const char *all = "";
        for (int v = 0; v < choice->count; v++)
            all = aug_arena_print(&ground.arena, "%s%s%s", all, v ? "|" : "", choice->values[v]->text);
        assert_string_equal(all, rows[i].values);
        test_end(&ground);
    }
}

static void energies_of_memories_stay_as_they_are_set(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_space *space = new_space(&ground);
    const aug_node *root = test_parse(&ground, "machine: {from: tpu-v4i-like, set: {levels.cmem.energy.read: 1 pJ/bit}}");
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_MACHINE, space));
    assert_true(space->parts[AUG_PART_MACHINE].variants[0].sets_energy);
    test_end(&ground);
}

static void settings_reach_levels_by_name_and_members_by_path(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_space *space = new_space(&ground);
    const aug_node *root = test_parse(&ground, "machine:\n"
                                               "  from: tpu-v4i-like\n"
                                               "  set:\n"
                                               "    levels.buffer.size: {choose: [2 MiB, 8 MiB]}\n"
                                               "    levels.pe.fanout.x: 64\n"
                                               "    levels.0.size: 16 GB\n"
                                               "    kernel.launch: 2 us\n"
                                               "    price: 9000 USD\n"
                                               "    levels.mac.energy.int8: 0.1 pJ\n");
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_MACHINE, space));
    const aug_space_part *part = &space->parts[AUG_PART_MACHINE];
    assert_int_equal(part->variant_count, 1);
    assert_string_equal(part->variants[0].name, "tpu-v4i-like");
    assert_int_equal(space->choice_count, 1);
    assert_string_equal(space->choices[0].path, "machine.levels.buffer.size");
    const aug_node *levels = aug_node_peek(part->variants[0].root, "levels");
    assert_string_equal(aug_node_peek(levels->first, "size")->text, "16 GB");
    // What was missing is added.
    assert_string_equal(aug_node_peek(aug_node_peek(part->variants[0].root, "kernel"), "launch")->text,
                        "2 us");
    const aug_variant *varied = &part->variants[0];
    assert_true(part->is_set && varied->sets_price);
    // Energies of units say nothing of those of memories, which follow from their size.
    assert_false(varied->sets_area || varied->sets_power || varied->sets_energy);
    // The file itself is kept for what follows from it.
    assert_string_equal(aug_node_peek(aug_node_peek(part->variants[0].base, "levels")->first, "size")->text,
                        "8 GB");
    test_end(&ground);
}

static void a_choice_of_files_makes_variants_that_share_settings(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_space *space = new_space(&ground);
    const aug_node *root =
        test_parse(&ground, "model: {from: {choose: [llama-3.1-8b, qwen3-8b, qwen3-8b-fp8]}, set: "
                            "{num_hidden_layers: {choose: [8, 16]}, kv: fp8}}");
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_MODEL, space));
    const aug_space_part *part = &space->parts[AUG_PART_MODEL];
    assert_int_equal(part->variant_count, 3);
    assert_int_equal(space->choice_count, 2);
    assert_true(space->choices[0].is_variant);
    assert_string_equal(space->choices[0].path, "model.from");
    assert_string_equal(space->choices[1].path, "model.num_hidden_layers");
    assert_null(part->variants[1].suffix);
    assert_string_equal(part->variants[2].suffix, "fp8");
    for (int v = 0; v < 3; v++)
        assert_string_equal(aug_node_peek(part->variants[v].formats, "kv")->text, "fp8");
    test_end(&ground);
}

static void a_missing_plan_or_scenario_is_empty(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_space *space = new_space(&ground);
    const aug_node *root = test_parse(&ground, "model: x");
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_PLAN, space));
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_SCENARIO, space));
    assert_int_equal(space->parts[AUG_PART_PLAN].variants[0].root->count, 0);
    assert_int_equal(space->choice_count, 0);
    test_end(&ground);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const char range[] = "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}";
    const struct {
        aug_part part;
        const char *text, *message, *hint;
    } rows[] = {
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: 5}}",
         "expected a list of 1 to 4096 values to choose from", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: []}}",
         "expected a list of 1 to 4096 values to choose from", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: [1, {a: 2}]}}",
         "expected a scalar to choose, found a map", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: [1, 2, 1]}}", "'1' stands twice in this choice", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: [1], stepp: 2}}", "unknown key 'stepp' in a choice",
         ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 8]}}",
         "expected {range: [first, last], step: ...}", range},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1], step: 1}}",
         "expected {range: [first, last], step: ...}", range},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: 8, step: 1}}",
         "expected {range: [first, last], step: ...}", range},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [one, 8], step: 1}}",
         "expected a number with its unit, found 'one'", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, inf], step: 1}}",
         "expected a number with its unit, found 'inf'", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 8], step: y2}}",
         "expected a number with its unit, found 'y2'", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [8, 1], step: 1}}",
         "the range does not rise by its step", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 8], step: 0}}",
         "the range does not rise by its step", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 8], step: x1}}",
         "the range does not rise by its step", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [0, 8], step: x2}}",
         "the range does not rise by its step", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 8 s], step: 1}}",
         "first, last and step of a range have one unit; a factor has none",
         "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}"},
        {AUG_PART_SCENARIO, "scenario: {tpot: {range: [1 ms, 4 ms], step: 1 GB}}",
         "first, last and step of a range have one unit; a factor has none",
         "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}"},
        {AUG_PART_SCENARIO, "scenario: {tpot: {range: [1 ms, 4 ms], step: x2 ms}}",
         "first, last and step of a range have one unit; a factor has none",
         "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}"},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: [1, 2], step: 1}}", "'step' does not go with 'choose'", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {choose: [1, 2], range: [1, 2]}}", "'range' does not go with 'choose'", ""},
        {AUG_PART_SCENARIO, "scenario: {batch: {range: [1, 5000], step: 1}}",
         "the range has more than 4096 values", ""},
        {AUG_PART_SCENARIO, "scenario: [[1]]", "expected one scenario of the list, found a list",
         "a name, {from: NAME, set: {...}}, or one written out"},
        {AUG_PART_MACHINE, "machine: []", "expected a list of 1 to 256 templates, and room for a choice", ""},
        {AUG_PART_MACHINE, "machine: [{from: {choose: [h100-sxm, h200]}}]",
         "expected one machine of the list, found a map", "a name, {from: NAME, set: {...}}, or one written out"},
        {AUG_PART_MACHINE, "machine: [h100-sxm, {from: h100-sxm, set: {clock: 1 GHz}}]",
         "'h100-sxm' stands twice in this list", "give each a 'name' of its own"},
        {AUG_PART_MACHINE, "model: x", "key 'machine' is missing in study",
         "machine: NAME, or {from: NAME, set: {path: {choose: [...]}}}"},
        {AUG_PART_MACHINE, "machine: h100-sxn", "unknown machine 'h100-sxn'",
         "did you mean 'h100-sxm'? 'auger list' shows all names"},
        {AUG_PART_MACHINE, "machine: {from: [h100-sxm]}", "expected a name, or {choose: [names]}", ""},
        {AUG_PART_MACHINE, "machine: {from: h100-sxm, sett: {}}", "unknown key 'sett' in study: part",
         "did you mean 'set'?"},
        {AUG_PART_MACHINE, "machine: {from: h100-sxm, set: [1]}", "expected a map of settings, found a list",
         ""},
        {AUG_PART_MACHINE, "machine: {from: h100-sxm, set: {levels.hbn.size: 1 GB}}",
         "nothing is called 'hbn' here", "did you mean 'hbm'?"},
        {AUG_PART_MACHINE, "machine: {from: h100-sxm, set: {levels.9.size: 1 GB}}",
         "nothing is called '9' here", "one of: hbm, l2, sm, matrix"},
        {AUG_PART_MACHINE, "machine: {from: h100-sxm, set: {clock.max: 1 GHz}}",
         "'1980 MHz' is a scalar here and has no 'max'", ""},
        {AUG_PART_MODEL, "model: {from: llama-3.1-8b, set: {hidden_sise: 1}}",
         "unknown key 'hidden_sise' in config.json", "did you mean 'hidden_size'?"},
        {AUG_PART_MODEL, "model: {from: {choose: [llama-3.1-8b, lama]}}", "unknown model 'lama'",
         "give a path, or a name that 'auger list models' shows"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_false(aug_space_read_part(&library, &ground.reader, test_parse(&ground, rows[i].text),
                                         rows[i].part, new_space(&ground)));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        test_end(&ground);
    }
}

static void errors_point_at_the_text(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root =
        test_parse(&ground, "machine:\n  from: h100-sxm\n  set:\n    levels.hbn.size: 1 GB\n");
    assert_false(aug_space_read_part(&library, &ground.reader, root, AUG_PART_MACHINE, new_space(&ground)));
    assert_string_equal(ground.errors.items[0].file, "test.yaml");
    assert_int_equal(ground.errors.items[0].line, 4);
    assert_int_equal(ground.errors.items[0].column, 5);
    test_end(&ground);
}

static void at_most_32_choices_fit(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = "scenario: {";
    for (int i = 0; i < 33; i++)
        text = aug_arena_print(&ground.arena, "%s%sk%d: {choose: [1, 2]}", text, i ? ", " : "", i);
    const aug_node *root = test_parse(&ground, aug_arena_print(&ground.arena, "%s}", text));
    assert_false(aug_space_read_part(&library, &ground.reader, root, AUG_PART_SCENARIO, new_space(&ground)));
    assert_error(&ground.errors, 1, "more than 32 choices", "");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_and_ranges_become_values),
        cmocka_unit_test(energies_of_memories_stay_as_they_are_set),
        cmocka_unit_test(settings_reach_levels_by_name_and_members_by_path),
        cmocka_unit_test(a_choice_of_files_makes_variants_that_share_settings),
        cmocka_unit_test(a_missing_plan_or_scenario_is_empty),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(errors_point_at_the_text),
        cmocka_unit_test(at_most_32_choices_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
