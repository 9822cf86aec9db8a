// Which prefix is next: floors as they came, and as they are after they were raised.
#include "support/testing.h"

#include "fusion/group_queue.h"

#include <math.h>

typedef struct step {
    double floor; // that is to come
    bool raised;
    double back; // as which it is put back; 0: it is not
} step;

// Floors 5, 6, 6 and 9, tiles 4, 2, 8 and 1. Of the two 6 the wider tile comes first; 5 comes back as 8 and
// waits for them; the wide 6 comes back as 6 and is taken at once, before the one that has not been looked
// at.
static const step steps[] = {{5, false, 8}, {6, false, 6}, {6, true, 0},
                             {6, false, 0}, {8, true, 0},  {9, false, 0}};

static void the_least_floor_is_next(void **state) {
    (void)state;
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    const aug_group group = {.windowed = 0};
    aug_group_item items[] = {{.energy_pj = 9, .likely_energy_pj = 9, .loop_count = 1, .tiles = {1}},
                              {.energy_pj = 6, .likely_energy_pj = 6, .loop_count = 1, .tiles = {2}},
                              {.energy_pj = 6, .likely_energy_pj = 6, .loop_count = 1, .tiles = {8}},
                              {.energy_pj = 5, .likely_energy_pj = 5, .loop_count = 1, .tiles = {4}}};
    aug_group_prefixes prefixes = {.group = &group, .count = 4, .items = items};
    aug_group_queue queue;
    aug_group_raised first;
    aug_group_queue_begin(&arena, &prefixes, AUG_OBJECTIVE_ENERGY, &queue);
    for (size_t i = 0; i < AUG_COUNT(steps); i++) {
        assert_true(aug_group_queue_take(&queue, false, &first));
        assert_true(fabs(first.energy_pj - steps[i].floor) < 1e-9);
        assert_int_equal(first.is_raised, steps[i].raised);
        if (steps[i].back > 0.0) {
            first.energy_pj = steps[i].back;
            aug_group_queue_put_back(&queue, first);
        }
    }
    assert_false(aug_group_queue_take(&queue, false, &first));
    aug_arena_free(&arena);
}

// Asked for one that was put back, the queue gives it though others have less; without one, those in order.
static void those_put_back_can_be_asked_for(void **state) {
    (void)state;
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    const aug_group group = {.windowed = 0};
    aug_group_item items[] = {{.energy_pj = 5, .likely_energy_pj = 5},
                              {.energy_pj = 6, .likely_energy_pj = 6, .number = 1}};
    aug_group_prefixes prefixes = {.group = &group, .count = 2, .items = items};
    aug_group_queue queue;
    aug_group_raised first;
    aug_group_queue_begin(&arena, &prefixes, AUG_OBJECTIVE_ENERGY, &queue);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_true(fabs(first.energy_pj - 5.0) < 1e-9);
    first.energy_pj = 7.0;
    aug_group_queue_put_back(&queue, first);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_true(fabs(first.energy_pj - 7.0) < 1e-9);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_true(fabs(first.energy_pj - 6.0) < 1e-9);
    aug_arena_free(&arena);
}

// What has waited comes in its turn, though another one is asked for, and first among equals.
static void those_that_waited_come_in_their_turn(void **state) {
    (void)state;
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    const aug_group group = {.windowed = 0};
    aug_group_item items[] = {{.energy_pj = 5, .likely_energy_pj = 5, .loop_count = 1, .tiles = {1}},
                              {.energy_pj = 6, .likely_energy_pj = 6, .loop_count = 1, .tiles = {8}},
                              {.energy_pj = 7, .likely_energy_pj = 7, .loop_count = 1, .tiles = {8}}};
    aug_group_prefixes prefixes = {.group = &group, .count = 3, .items = items};
    aug_group_queue queue;
    aug_group_raised first;
    aug_group_queue_begin(&arena, &prefixes, AUG_OBJECTIVE_ENERGY, &queue);
    assert_true(aug_group_queue_take(&queue, true, &first));
    first.energy_pj = 7.0;
    first.has_waited = true;
    aug_group_queue_put_back(&queue, first);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_ptr_equal(first.item, &items[1]);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_ptr_equal(first.item, &items[0]);
    assert_true(first.has_waited);
    assert_true(aug_group_queue_take(&queue, true, &first));
    assert_ptr_equal(first.item, &items[2]);
    aug_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_floor_is_next),
        cmocka_unit_test(those_put_back_can_be_asked_for),
        cmocka_unit_test(those_that_waited_come_in_their_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
