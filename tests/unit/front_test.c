// The front against its definition: a point belongs to it when no other point beats it.
#include "support/testing.h"

#include "base/random.h"
#include "design/front.h"

static aug_front_point point_of(uint64_t index, double a, double b) {
    return (aug_front_point){.index = index, .objectives = {a, b}};
}

static void to_dominate_is_to_be_better_in_one_and_worse_in_none(void **state) {
    (void)state;
    const double a[] = {1, 2, 3}, b[] = {1, 2, 4}, c[] = {2, 1, 3};
    assert_true(aug_front_dominates(a, b, 3));
    assert_false(aug_front_dominates(b, a, 3));
    assert_false(aug_front_dominates(a, a, 3));
    assert_false(aug_front_dominates(a, c, 3));
    assert_false(aug_front_dominates(c, a, 3));
    // Only the first two count: a and b are equal there.
    assert_false(aug_front_dominates(a, b, 2));
}

static void a_better_point_takes_the_place_of_those_it_beats(void **state) {
    (void)state;
    aug_front front;
    aug_front_init(&front, 2);
    const aug_front_point points[] = {point_of(0, 3, 3), point_of(1, 1, 5), point_of(2, 5, 1),
                                      point_of(3, 4, 4), point_of(4, 2, 2), point_of(5, 2, 2)};
    for (size_t i = 0; i < 4; i++)
        assert_true(aug_front_add(&front, &points[i]));
    assert_int_equal(front.count, 3); // 4, 4 is beaten by 3, 3
    assert_true(aug_front_beats(&front, 0, points[3].objectives));
    assert_false(aug_front_beats(&front, 0, points[4].objectives));
    assert_true(aug_front_add(&front, &points[4]));
    assert_int_equal(front.count, 3); // 2, 2 in place of 3, 3
    // An equal point is counted with the first, and does not beat it.
    assert_true(aug_front_add(&front, &points[5]));
    assert_int_equal(front.count, 3);
    aug_front_sort(&front);
    assert_int_equal(front.points[0].index, 1);
    assert_int_equal(front.points[1].index, 4);
    assert_int_equal(front.points[1].equal, 1);
    // Of equal points the first by its index stands for all, however late it is met.
    const aug_front_point earlier = {.index = 3, .objectives = {2, 2}};
    assert_true(aug_front_add(&front, &earlier));
    assert_int_equal(front.points[1].index, 3);
    assert_int_equal(front.points[1].equal, 2);
    assert_int_equal(front.points[2].index, 2);
    aug_front_free(&front);
    assert_int_equal(front.count, 0);
}

static void groups_do_not_beat_each_other(void **state) {
    (void)state;
    aug_front front;
    aug_front_init(&front, 2);
    aug_front_point other = point_of(1, 9, 9);
    other.group = 1;
    const aug_front_point points[] = {point_of(0, 3, 3), other, point_of(2, 2, 2)};
    for (size_t i = 0; i < 3; i++)
        assert_true(aug_front_add(&front, &points[i]));
    assert_int_equal(front.count, 2); // 3, 3 is beaten by 2, 2; 9, 9 has a front of its own
    assert_true(aug_front_beats(&front, 0, points[1].objectives));
    assert_false(aug_front_beats(&front, 1, points[1].objectives));
    aug_front_sort(&front); // by groups first
    assert_int_equal(front.points[0].index, 2);
    assert_int_equal(front.points[1].index, 1);
    aug_front_free(&front);
}

enum { POINTS = 600 };

static bool is_first_of_equals(const aug_front_point *points, int at, int objectives) {
    for (int i = 0; i < at; i++)
        if (memcmp(points[i].objectives, points[at].objectives, (size_t)objectives * sizeof(double)) == 0)
            return false;
    return true;
}

static int count_equals(const aug_front_point *points, int at, int objectives) {
    int count = 0;
    for (int i = 0; i < POINTS; i++)
        count += i != at && memcmp(points[i].objectives, points[at].objectives,
                                   (size_t)objectives * sizeof(double)) == 0;
    return count;
}

// Compares with all pairs: few different values make ties and equal points frequent.
static void compare_with_brute_force(uint64_t seed, int objectives, uint64_t values) {
    aug_random random = {seed};
    aug_front_point points[POINTS];
    memset(points, 0, sizeof points);
    aug_front front;
    aug_front_init(&front, objectives);
    for (int i = 0; i < POINTS; i++) {
        points[i].index = (uint64_t)i;
        for (int o = 0; o < objectives; o++)
            points[i].objectives[o] = (double)aug_random_below(&random, values);
        assert_true(aug_front_add(&front, &points[i]));
    }
    size_t expected = 0;
    for (int i = 0; i < POINTS; i++) {
        bool beaten = false;
        for (int j = 0; j < POINTS; j++)
            beaten = beaten || aug_front_dominates(points[j].objectives, points[i].objectives, objectives);
        assert_int_equal(aug_front_beats(&front, 0, points[i].objectives), beaten);
        if (beaten || !is_first_of_equals(points, i, objectives))
            continue;
        expected++;
        size_t at = 0;
        while (at < front.count && front.points[at].index != (uint64_t)i)
            at++;
        assert_true(at < front.count);
        assert_int_equal(front.points[at].equal, count_equals(points, i, objectives));
    }
    assert_int_equal(front.count, expected);
    aug_front_sort(&front);
    for (size_t i = 1; i < front.count; i++)
        assert_true(memcmp(front.points[i - 1].objectives, front.points[i].objectives,
                           sizeof front.points[i].objectives) != 0 &&
                    front.points[i - 1].objectives[0] <= front.points[i].objectives[0]);
    aug_front_free(&front);
}

static void the_front_is_that_of_brute_force(void **state) {
    (void)state;
    const uint64_t seed = 20240607;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int objectives = 1; objectives <= 4; objectives++)
        for (uint64_t values = 2; values <= 100000; values *= 7)
            compare_with_brute_force(seed + values, objectives, values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_dominate_is_to_be_better_in_one_and_worse_in_none),
        cmocka_unit_test(groups_do_not_beat_each_other),
        cmocka_unit_test(a_better_point_takes_the_place_of_those_it_beats),
        cmocka_unit_test(the_front_is_that_of_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
