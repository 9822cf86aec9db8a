// Indices, digits and copies of a space that is read from a few lines.
#include "support/testing.h"

#include "design/space.h"

static const char text[] = "machine: {choose: [h100-sxm, a100-80g]}\n"
                           "model: {from: llama-3.1-8b, set: {num_hidden_layers: {choose: [16, 32, 64]}, "
                           "weights: {choose: [bf16, fp8]}}}\n"
                           "plan: {chips: {range: [1, 8], step: x2}}\n"
                           "scenario: {in: 100, batch: {choose: [1, 2, 3, 4, 5]}}\n";

static aug_space *read_space(test_ground *ground, const aug_library *library, const char *study) {
    const aug_node *root = test_parse(ground, study);
    aug_space *space = AUG_NEW(&ground->arena, aug_space);
    for (int part = 0; part < AUG_PART_COUNT; part++)
        assert_true(aug_space_read_part(library, &ground->reader, root, (aug_part)part, space));
    assert_true(aug_space_finish(&ground->reader, root, space));
    return space;
}

static void points_are_the_product_of_the_choices(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_space *space = read_space(&ground, &library, text);
    assert_int_equal(space->choice_count, 5);
    assert_int_equal(space->parts[AUG_PART_MACHINE].count, 2);
    assert_int_equal(space->parts[AUG_PART_MODEL].count, 6);
    assert_int_equal(space->parts[AUG_PART_PLAN].count, 4);
    assert_int_equal(space->parts[AUG_PART_SCENARIO].count, 5);
    assert_int_equal(space->count, 240);
    static const char *const paths[] = {"machine", "model.num_hidden_layers", "model.weights", "plan.chips",
                                        "scenario.batch"};
    for (int c = 0; c < 5; c++)
        assert_string_equal(space->choices[c].path, paths[c]);
    test_end(&ground);
}

static void scenarios_change_fastest_and_machines_slowest(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_space *space = read_space(&ground, &library, text);
    // Point 170 = 1·120 + 2·20 + 2·5 + 0: machine 1, model 2, plan 2, scenario 0.
    assert_int_equal(aug_space_part_index(space, 170, AUG_PART_MACHINE), 1);
    assert_int_equal(aug_space_part_index(space, 170, AUG_PART_MODEL), 2);
    assert_int_equal(aug_space_part_index(space, 170, AUG_PART_PLAN), 2);
    assert_int_equal(aug_space_part_index(space, 170, AUG_PART_SCENARIO), 0);
    // Model 2 = 1·2 + 0: 32 layers, bf16.
    assert_int_equal(aug_space_digit(space, 1, 2), 1);
    assert_int_equal(aug_space_digit(space, 2, 2), 0);
    assert_int_equal(aug_space_variant(space, AUG_PART_MACHINE, 1), 1);
    assert_int_equal(aug_space_variant(space, AUG_PART_MODEL, 2), 0);
    // Every point has digits of its own.
    bool seen[2][3][2][4][5] = {0};
    for (uint64_t point = 0; point < space->count; point++) {
        int digits[5];
        for (int c = 0; c < 5; c++)
            digits[c] = aug_space_digit(space, c, aug_space_part_index(space, point, space->choices[c].part));
        bool *place = &seen[digits[0]][digits[1]][digits[2]][digits[3]][digits[4]];
        assert_false(*place);
        *place = true;
    }
    test_end(&ground);
}

static void a_point_is_filled_into_a_copy(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_space *space = read_space(&ground, &library, text);
    aug_space_copy copy = {0};
    for (int part = 0; part < AUG_PART_COUNT; part++)
        aug_space_copy_part(&ground.arena, space, (aug_part)part, &copy);
    assert_int_equal(aug_space_fill(space, AUG_PART_MODEL, 5, &copy), 0);
    const aug_node *model = copy.roots[AUG_PART_MODEL][0];
    assert_string_equal(aug_node_peek(model, "num_hidden_layers")->text, "64");
    assert_string_equal(aug_node_peek(model, "hidden_size")->text, "4096");
    assert_string_equal(aug_node_peek(copy.formats[AUG_PART_MODEL][0], "weights")->text, "fp8");
    // Filled again, the next point stands there; the space itself keeps its choices.
    aug_space_fill(space, AUG_PART_MODEL, 0, &copy);
    assert_string_equal(aug_node_peek(model, "num_hidden_layers")->text, "16");
    assert_string_equal(aug_node_peek(copy.formats[AUG_PART_MODEL][0], "weights")->text, "bf16");
    assert_true(aug_space_is_choice(
        aug_node_peek(space->parts[AUG_PART_MODEL].variants[0].root, "num_hidden_layers")));
    assert_int_equal(aug_space_fill(space, AUG_PART_MACHINE, 1, &copy), 1);
    aug_space_fill(space, AUG_PART_PLAN, 3, &copy);
    assert_string_equal(aug_node_peek(copy.roots[AUG_PART_PLAN][0], "chips")->text, "8");
    test_end(&ground);
}

typedef struct path_list {
    char paths[8][64];
    int count;
} path_list;

static void keep_path(void *user, const char *path, aug_node *node) {
    path_list *list = user;
    assert_true(aug_space_is_choice(node));
    strncpy(list->paths[list->count++], path, 63);
}

static void levels_are_named_in_paths_and_other_items_counted(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_node *root = aug_node_copy(
        &ground.arena,
        test_parse(&ground, "levels: [{memory: dram, size: {choose: [1]}}, {array: pe, fanout: {x: {range: "
                            "[1, 2], step: 1}}}]\n"
                            "stages: [{name: vision, passes: {choose: [1]}}, {passes: {choose: [1]}}]\n"
                            "lists: [[{choose: [1]}]]\n"));
    path_list list = {0};
    aug_space_walk(&ground.arena, root, "part", keep_path, &list);
    static const char *const expected[] = {"part.levels.dram.size", "part.levels.pe.fanout.x",
                                           "part.stages.vision.passes", "part.stages.1.passes",
                                           "part.lists.0.0"};
    assert_int_equal(list.count, AUG_COUNT(expected));
    for (int i = 0; i < list.count; i++)
        assert_string_equal(list.paths[i], expected[i]);
    test_end(&ground);
}

static void too_many_points_are_refused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    // 2048 values four times are 2^44.
    const char *range = "{range: [1, 2048], step: 1}";
    const aug_node *root = test_parse(
        &ground, aug_arena_print(&ground.arena, "scenario: {in: %s, out: %s, batch: %s, images: %s}", range,
                                 range, range, range));
    aug_space *space = AUG_NEW(&ground.arena, aug_space);
    assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_SCENARIO, space));
    assert_int_equal(space->choice_count, 4);
    assert_false(aug_space_finish(&ground.reader, root, space));
    assert_error(&ground.errors, 1, "more than 2^40 points, reached with choice 'scenario.images'", "");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_the_product_of_the_choices),
        cmocka_unit_test(scenarios_change_fastest_and_machines_slowest),
        cmocka_unit_test(a_point_is_filled_into_a_copy),
        cmocka_unit_test(levels_are_named_in_paths_and_other_items_counted),
        cmocka_unit_test(too_many_points_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
