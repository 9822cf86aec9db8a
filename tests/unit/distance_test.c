// Distances from a front, by hand and by improving a point until nothing dominates it.
#include "support/testing.h"

#include "base/random.h"
#include "design/distance.h"

static void add(aug_front *front, uint64_t index, double a, double b) {
    const aug_front_point point = {.index = index, .objectives = {a, b}};
    assert_true(aug_front_add(front, &point));
}

// Objectives that should be small: the front 2,5 - 4,3 - 8,1.
static void the_distance_is_the_factor_that_all_objectives_lack(void **state) {
    (void)state;
    aug_front front;
    aug_front_init(&front, 2);
    const struct {
        double a, b, factor;
        size_t nearest;
        int objective;
    } rows[] = {
        // By 2,5: min(3, 0.8); by 4,3: min(1.5, 4/3); by 8,1: min(0.75, 4).
        {6, 4, 4.0 / 3.0, 1, 1},
        // On the front; 2,5 asks for min(2, 0.6), 8,1 for min(0.5, 3).
        {4, 3, 1, 1, 0},
        // Twice a point in both.
        {8, 6, 2, 1, 0},
        // Beyond: 2,5 asks for min(1.5, 0.4), 4,3 for min(0.75, 0.67), 8,1 for min(0.375, 2).
        {3, 2, 2.0 / 3.0, 1, 1},
        // Far out along one objective the end of the front decides: min(5, 1).
        {40, 1, 1, 2, 1},
    };
    assert_near(aug_front_distance(&front, (const double[]){1, 1}).factor, 0, 0);
    add(&front, 0, 2, 5);
    add(&front, 1, 4, 3);
    add(&front, 2, 8, 1);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_distance distance = aug_front_distance(&front, (const double[]){rows[i].a, rows[i].b});
        assert_near(distance.factor, rows[i].factor, 1e-12);
        assert_int_equal(distance.nearest, rows[i].nearest);
        assert_int_equal(distance.objective, rows[i].objective);
    }
    aug_front_free(&front);
}

// Rates stand negated: 100 tokens/s against 150 lack a factor of 1.5, 3 $ against 2 $ as well.
static void what_is_maximised_counts_the_other_way(void **state) {
    (void)state;
    assert_near(aug_objective_ratio(-100, -150), 1.5, 1e-12);
    assert_near(aug_objective_ratio(3, 2), 1.5, 1e-12);
    assert_near(aug_objective_ratio(0, 0), 1, 0);
    aug_front front;
    aug_front_init(&front, 2);
    add(&front, 0, 2, -150);
    // min(3 / 2, 150 / 100) = 1.5; min(3 / 2, 150 / 140) = 1.07.
    assert_near(aug_front_distance(&front, (const double[]){3, -100}).factor, 1.5, 1e-12);
    assert_near(aug_front_distance(&front, (const double[]){3, -140}).factor, 150.0 / 140.0, 1e-12);
    aug_front_free(&front);
}

static bool is_dominated(const aug_front *front, const double *own, double factor) {
    double better[3];
    for (int i = 0; i < 3; i++)
        better[i] = own[i] < 0.0 ? own[i] * factor : own[i] / factor;
    return aug_front_beats(front, 0, better);
}

// Improved by a little less than its distance a point is dominated, by a little more it is not.
static void the_distance_is_where_dominance_ends(void **state) {
    (void)state;
    aug_random random = {7};
    for (int round = 0; round < 200; round++) {
        aug_front front;
        aug_front_init(&front, 3);
        for (uint64_t i = 0; i < 20; i++) {
            aug_front_point point = {.index = i};
            for (int o = 0; o < 3; o++)
                point.objectives[o] = (double)(1 + aug_random_below(&random, 99)) * (o == 2 ? -1.0 : 1.0);
            assert_true(aug_front_add(&front, &point));
        }
        const double own[] = {(double)(1 + aug_random_below(&random, 99)),
                              (double)(1 + aug_random_below(&random, 99)),
                              -(double)(1 + aug_random_below(&random, 99))};
        double factor = aug_front_distance(&front, own).factor;
        assert_true(is_dominated(&front, own, factor * (1.0 - 1e-9)));
        assert_false(is_dominated(&front, own, factor * (1.0 + 1e-9)));
        aug_front_free(&front);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distance_is_the_factor_that_all_objectives_lack),
        cmocka_unit_test(what_is_maximised_counts_the_other_way),
        cmocka_unit_test(the_distance_is_where_dominance_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
