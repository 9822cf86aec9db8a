// Entries are frames that differ in the segment alone, which tells them apart when they come back.
#include "support/testing.h"

#include "mapper/stage.h"

enum { PATH = 4 };

// A stage that begins below `start` items.
static void begin(test_ground *ground, int start, aug_stage *stage) {
    const aug_frame frame = {.path = start};
    test_begin(ground);
    aug_stage_init(&ground->arena, stage);
    aug_stage_begin(stage, &frame);
}

static bool add(aug_stage *stage, aug_objective objective, aug_value bound, int mark) {
    static const aug_item path[PATH] = {{.steps = 1}};
    const aug_frame frame = {.segment = mark, .path = stage->path_start};
    return aug_stage_add(stage, objective, bound, &frame, path);
}

// Bounds in the order of coming and the order in which they are taken. Energies 5 3 2 1 2: the two of 2 as
// they came; cycles 4 4 6 13 6: of as many the less energy first; products 20 12 12 13 12: likewise.
static void the_least_bound_is_first(void **state) {
    static const aug_value bounds[] = {{5, 4}, {3, 4}, {2, 6}, {1, 13}, {2, 6}};
    static const struct {
        aug_objective objective;
        int order[AUG_COUNT(bounds)];
    } rows[] = {
        {AUG_OBJECTIVE_ENERGY, {3, 2, 4, 1, 0}},
        {AUG_OBJECTIVE_LATENCY, {1, 0, 2, 4, 3}},
        {AUG_OBJECTIVE_EDP, {2, 4, 1, 3, 0}},
        {AUG_OBJECTIVE_FRONT, {2, 4, 1, 3, 0}},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_stage stage;
        begin(&ground, 0, &stage);
        for (size_t k = 0; k < AUG_COUNT(bounds); k++)
            assert_true(add(&stage, rows[i].objective, bounds[k], (int)k));
        aug_stage_sort(&stage);
        for (size_t k = 0; k < AUG_COUNT(bounds); k++) {
            aug_item path[PATH];
            const aug_stage_entry *entry = aug_stage_take(&stage, (int)k, path);
            assert_int_equal(entry->frame.segment, rows[i].order[k]);
            assert_true(entry->bound.energy == bounds[rows[i].order[k]].energy);
        }
        test_end(&ground);
    }
}

// 37 has no factor in common with 128, so energies 37 i mod 128 are all of 0 .. 127, once each.
static void as_many_as_there_is_room_for(void **state) {
    test_ground ground;
    aug_stage stage;
    aug_item path[PATH];
    (void)state;
    begin(&ground, 0, &stage);
    for (int i = 0; i < AUG_STAGE_ROOM; i++)
        assert_true(
            add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){(aug_wide)(i * 37 % AUG_STAGE_ROOM), 1}, i));
    assert_false(add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){0, 1}, 0));
    assert_int_equal(stage.count, AUG_STAGE_ROOM);
    aug_stage_sort(&stage);
    for (int i = 0; i < AUG_STAGE_ROOM; i++)
        assert_true(aug_stage_take(&stage, i, path)->bound.energy == (aug_wide)i);
    test_end(&ground);
}

static void it_can_begin_anew(void **state) {
    const aug_frame below = {.path = 2};
    test_ground ground;
    aug_stage stage;
    aug_item path[PATH];
    (void)state;
    begin(&ground, 0, &stage);
    assert_true(add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){1, 1}, 1));
    aug_stage_begin(&stage, &below);
    assert_int_equal(stage.count, 0);
    assert_int_equal(stage.path_start, 2);
    assert_true(add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){7, 1}, 7));
    aug_stage_sort(&stage);
    assert_int_equal(aug_stage_take(&stage, 0, path)->frame.segment, 7);
    test_end(&ground);
}

// Items 1 and 2 belong to the entry; item 0 stands above the stage and stays as it is.
static void the_path_comes_back(void **state) {
    aug_item path[PATH] = {{.steps = 10}, {.steps = 11}, {.steps = 12}, {.steps = 13}};
    const aug_frame frame = {.path = 3};
    test_ground ground;
    aug_stage stage;
    (void)state;
    begin(&ground, 1, &stage);
    assert_true(aug_stage_add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){1, 1}, &frame, path));
    aug_stage_sort(&stage);
    for (int i = 0; i < PATH; i++)
        path[i].steps = 99;
    const aug_stage_entry *entry = aug_stage_take(&stage, 0, path);
    assert_int_equal(entry->item_count, 2);
    assert_true(path[0].steps == 99 && path[1].steps == 11 && path[2].steps == 12 && path[3].steps == 99);
    test_end(&ground);
}

// A path that is longer than an entry has room for is refused, however empty the stage is.
static void long_paths_are_refused(void **state) {
    static const aug_item path[AUG_PATH_ITEMS] = {{.steps = 1}};
    test_ground ground;
    aug_stage stage;
    (void)state;
    begin(&ground, 1, &stage);
    aug_frame frame = {.path = 1 + AUG_STAGE_ITEMS};
    assert_true(aug_stage_add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){1, 1}, &frame, path));
    frame.path++;
    assert_false(aug_stage_add(&stage, AUG_OBJECTIVE_ENERGY, (aug_value){1, 1}, &frame, path));
    assert_int_equal(stage.count, 1);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_bound_is_first), cmocka_unit_test(as_many_as_there_is_room_for),
        cmocka_unit_test(it_can_begin_anew),        cmocka_unit_test(the_path_comes_back),
        cmocka_unit_test(long_paths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
