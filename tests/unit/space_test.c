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

// Two templates: the first has 3 sizes and 2 clocks, the second 2 other clocks; both have 2 powers. So the machine has
// 3 · 2 · 2 + 2 · 2 = 16 points, of which 12 to 15 are the second one's.
static void templates_have_choices_of_their_own(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_space *space =
        read_space(&ground, &library,
                   "machine:\n"
                   "  - name: large\n"
                   "    from: tpu-v4i-like\n"
                   "    set: {levels.cmem.size: {choose: [1 MiB, 2 MiB, 4 MiB]}, clock: {choose: [1 GHz, 2 GHz]},\n"
                   "          power.limit: {choose: [75 W, 300 W]}}\n"
                   "  - from: groq-lpu\n"
                   "    set: {clock: {choose: [600 MHz, 900 MHz]}, power.limit: {choose: [75 W, 300 W]}}\n"
                   "model: llama-3.1-8b\n"
                   "scenario: {batch: {choose: [1, 2, 3]}}\n");
    assert_int_equal(space->parts[AUG_PART_MACHINE].count, 16);
    assert_int_equal(space->count, 48);
    static const char *const paths[] = {"machine", "machine.clock", "machine.levels.cmem.size", "machine.power.limit",
                                        "machine.clock", "scenario.batch"};
    assert_int_equal(space->choice_count, 6);
    for (int c = 0; c < 6; c++)
        assert_string_equal(space->choices[c].path, paths[c]);
    assert_string_equal(space->choices[0].values[0]->text, "large");
    assert_string_equal(space->choices[0].values[1]->text, "groq-lpu");
    static const struct {
        uint64_t index;
        int digits[5];
    } rows[] = {
        {0, {0, 0, 0, 0, -1}}, {10, {0, 1, 2, 0, -1}}, // 1 · 6 + 2 · 2 + 0
        {12, {1, -1, -1, 0, 0}}, {14, {1, -1, -1, 1, 0}}, {15, {1, -1, -1, 1, 1}}, // power 1, clock 0; power 1, clock 1
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        for (int c = 0; c < 5; c++)
            assert_int_equal(aug_space_digit(space, c, rows[i].index), rows[i].digits[c]);
        assert_int_equal(aug_space_variant(space, AUG_PART_MACHINE, rows[i].index), rows[i].digits[0]);
        assert_int_equal(aug_space_compose(space, AUG_PART_MACHINE, rows[i].digits[0], rows[i].digits), rows[i].index);
    }
    aug_space_copy copy = {0};
    aug_space_copy_part(&ground.arena, space, AUG_PART_MACHINE, &copy);
    assert_int_equal(aug_space_fill(space, AUG_PART_MACHINE, 15, &copy), 1);
    assert_string_equal(aug_node_peek(copy.roots[AUG_PART_MACHINE][1], "clock")->text, "900 MHz");
    assert_int_equal(aug_space_fill(space, AUG_PART_MACHINE, 6, &copy), 0);
    assert_string_equal(aug_node_peek(copy.roots[AUG_PART_MACHINE][0], "clock")->text, "2 GHz");
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

// Stacks of 16 GB and 408 GB/s: size and bandwidth of the memory go together, and count once. Three of the first times two
// sizes of the cache are six machines; machine 3 = 1 · 2 + 1 has two stacks and the large cache.
static void a_choice_goes_with_another(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_space *space = read_space(
        &ground, &library,
        "machine:\n"
        "  from: a100-80g\n"
        "  set:\n"
        "    levels.hbm.size: {choose: [16 GB, 32 GB, 64 GB], with: machine.levels.hbm.bandwidth}\n"
        "    levels.hbm.bandwidth: {choose: [408 GB/s, 816 GB/s, 1632 GB/s]}\n"
        "    levels.l2.size: {choose: [20 MB, 40 MB]}\n"
        "    levels.l2.bandwidth: {choose: [7 TB/s, 7 TB/s], with: levels.l2.size}\n"
        "model: llama-3.1-8b\n");
    assert_int_equal(space->choice_count, 4);
    assert_int_equal(space->count, 6);
    aug_space_copy copy = {0};
    aug_space_copy_part(&ground.arena, space, AUG_PART_MACHINE, &copy);
    aug_space_fill(space, AUG_PART_MACHINE, 3, &copy);
    const aug_node *hbm = aug_node_peek(copy.roots[AUG_PART_MACHINE][0], "levels")->first;
    assert_string_equal(aug_node_peek(hbm, "size")->text, "32 GB");
    assert_string_equal(aug_node_peek(hbm, "bandwidth")->text, "816 GB/s");
    assert_string_equal(aug_node_peek(hbm->next, "size")->text, "40 MB");
    test_end(&ground);
}

static void what_goes_with_nothing_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
    } rows[] = {
        {"model: x\nscenario: {in: {choose: [1, 2], with: batsch}, batch: {choose: [3, 4]}}",
         "'batsch' is no choice of this part that others can go with", "did you mean 'batch'?"},
        {"scenario: {in: {choose: [1, 2], with: plan.chips}, batch: 3}\nplan: {chips: {choose: [1, 2]}}",
         "'plan.chips' is no choice of this part that others can go with", ""},
        {"scenario: {in: {choose: [1, 2], with: scenario.in}}",
         "'scenario.in' is no choice of this part that others can go with", ""},
        {"scenario: {in: {choose: [1, 2], with: scenario.batch}, batch: {choose: [3, 4, 5]}}",
         "2 values go with 3 of 'scenario.batch'", ""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_library library = test_library();
        aug_space *space = AUG_NEW(&ground.arena, aug_space);
        const aug_node *root = test_parse(&ground, rows[i].text);
        assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_PLAN, space));
        assert_true(aug_space_read_part(&library, &ground.reader, root, AUG_PART_SCENARIO, space));
        assert_false(aug_space_finish(&ground.reader, root, space));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        test_end(&ground);
    }
}

// A space of which only the sizes count.
static aug_space *sized(test_ground *ground, uint64_t machines, uint64_t models, uint64_t plans, uint64_t scenarios) {
    aug_space *space = AUG_NEW(&ground->arena, aug_space);
    space->parts[AUG_PART_MACHINE].count = machines;
    space->parts[AUG_PART_MODEL].count = models;
    space->parts[AUG_PART_PLAN].count = plans;
    space->parts[AUG_PART_SCENARIO].count = scenarios;
    space->count = machines * models * plans * scenarios;
    return space;
}

static void few_points_are_visited_in_their_order(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_space *space = sized(&ground, 5, 2, 4, 4);
    for (uint64_t place = 0; place < space->count; place++)
        assert_int_equal(aug_space_visited(space, place), place);
    test_end(&ground);
}

static void many_points_are_visited_in_samples_of_each_machine(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    // 2 machines with 33 points each are dealt to 2 blocks: 0 2 ... 32 and 33 35 ... 65, then 1 3 ... 31 and 34 ... 64.
    aug_space *space = sized(&ground, 2, 1, 3, 11);
    static const struct {
        uint64_t place, index;
    } dealt[] = {{0, 0}, {1, 2}, {16, 32}, {17, 33}, {33, 65}, {34, 1}, {49, 31}, {50, 34}, {65, 64}};
    for (size_t i = 0; i < AUG_COUNT(dealt); i++)
        assert_int_equal(aug_space_visited(space, dealt[i].place), dealt[i].index);
    // 17 models with 3 points each are more than a worker keeps: runs of at most 8 · 3 points. 51 = 17 · 3.
    space = sized(&ground, 2, 17, 3, 1);
    static const struct {
        uint64_t place, index;
    } runs[] = {{0, 0}, {16, 16}, {17, 51}, {33, 67}, {34, 17}, {51, 68}, {101, 101}};
    for (size_t i = 0; i < AUG_COUNT(runs); i++)
        assert_int_equal(aug_space_visited(space, runs[i].place), runs[i].index);
    test_end(&ground);
}

static void every_point_is_visited_once(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    static const uint64_t sizes[][4] = {{1, 1, 1, 1},  {1, 40, 1, 1}, {7, 40, 1, 1},  {3, 17, 2, 9}, {3, 16, 2, 9},
                                        {4, 1, 1, 33}, {5, 2, 7, 31}, {2, 100, 1, 3}, {1, 3, 50, 4}, {2, 20, 5, 7}};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        aug_space *space = sized(&ground, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3]);
        bool *seen = AUG_NEW_ARRAY(&ground.arena, bool, (size_t)space->count);
        for (uint64_t place = 0; place < space->count; place++) {
            uint64_t index = aug_space_visited(space, place);
            assert_true(index < space->count);
            assert_false(seen[index]);
            seen[index] = true;
        }
    }
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
        cmocka_unit_test(templates_have_choices_of_their_own),
        cmocka_unit_test(a_point_is_filled_into_a_copy),
        cmocka_unit_test(a_choice_goes_with_another),
        cmocka_unit_test(what_goes_with_nothing_is_said),
        cmocka_unit_test(few_points_are_visited_in_their_order),
        cmocka_unit_test(many_points_are_visited_in_samples_of_each_machine),
        cmocka_unit_test(every_point_is_visited_once),
        cmocka_unit_test(levels_are_named_in_paths_and_other_items_counted),
        cmocka_unit_test(too_many_points_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
