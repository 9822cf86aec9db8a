// Two members with fronts (1, 9) (4, 2) and, twice, (1, 5) (3, 1). The sums are those of suite_front.c.
#include "support/small_problem.h"

#include "mapper/suite_front.h"

static const aug_mapper_point first[] = {{.energy_pj = 1, .cycles = 9}, {.energy_pj = 4, .cycles = 2}};
static const aug_mapper_point second[] = {{.energy_pj = 1, .cycles = 5}, {.energy_pj = 3, .cycles = 1}};
static const double repeats[] = {1, 2};

static void fill(aug_suite_answer answers[2]) {
    answers[0] = (aug_suite_answer){.result = {.point_count = 2, .points = first}};
    answers[1] = (aug_suite_answer){.result = {.point_count = 2, .points = second}};
}

static void sums_of_fronts(void **state) {
    static const double expected[][4] = {{3, 19, 0, 0}, {6, 12, 1, 0}, {7, 11, 0, 1}, {10, 4, 1, 1}};
    test_ground ground;
    aug_suite_answer answers[2];
    aug_suite_front front;
    (void)state;
    test_begin(&ground);
    fill(answers);
    assert_true(aug_suite_front_sum(&ground.arena, answers, repeats, 2, 100, &front));
    assert_int_equal(front.count, 4);
    for (int i = 0; i < 4; i++) {
        const aug_suite_point *point = &front.points[i];
        assert_true(point->energy_pj == expected[i][0] && point->cycles == expected[i][1]);
        assert_int_equal(point->choices[0], (int)expected[i][2]);
        assert_int_equal(point->choices[1], (int)expected[i][3]);
    }
    test_end(&ground);
}

// Once each: (2, 14) (4, 10) (5, 7) (7, 3). With the first member's front twice, (1, 9) + (4, 2) is met in
// two ways and stands once: (2, 18) (5, 11) (8, 4).
static void equal_sums_stand_once(void **state) {
    test_ground ground;
    aug_suite_answer answers[2];
    aug_suite_front front;
    static const double once[] = {1, 1};
    (void)state;
    test_begin(&ground);
    fill(answers);
    answers[1] = answers[0];
    assert_true(aug_suite_front_sum(&ground.arena, answers, once, 2, 100, &front));
    assert_int_equal(front.count, 3);
    assert_true(front.points[1].energy_pj == 5 && front.points[1].cycles == 11);
    test_end(&ground);
}

static void too_many_are_none(void **state) {
    test_ground ground;
    aug_suite_answer answers[2];
    aug_suite_front front;
    (void)state;
    test_begin(&ground);
    fill(answers);
    assert_true(aug_suite_front_sum(&ground.arena, answers, repeats, 2, 4, &front));
    assert_false(aug_suite_front_sum(&ground.arena, answers, repeats, 2, 3, &front));
    assert_int_equal(front.count, 0);
    answers[0].result.point_count = 0;
    assert_false(aug_suite_front_sum(&ground.arena, answers, repeats, 2, 100, &front));
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_fronts),
        cmocka_unit_test(equal_sums_stand_once),
        cmocka_unit_test(too_many_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
