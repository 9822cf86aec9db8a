#include "support/testing.h"

#include "validation/score.h"

// Errors of 10, 20, 30 and 40 %, two above and two below:
//     median 25 %, mean 25 %, 90th percentile 30 + 0.7 · 10 = 37 % (place 0.9 · 3 = 2.7), bias (10 - 20 + 30 - 40) / 4 = -5 %
static void figures_of_four_rows(void **state) {
    (void)state;
    const aug_scored rows[] = {{100, 110, 99, 121}, {100, 80, 70, 90}, {100, 130, 110, 150}, {100, 60, 50, 100}};
    double scratch[4];
    aug_score score = aug_score_make(rows, 4, scratch);
    assert_int_equal(score.n, 4);
    assert_near(score.mdape, 25.0, 1e-12);
    assert_near(score.mape, 25.0, 1e-12);
    assert_near(score.p90, 37.0, 1e-12);
    assert_near(score.bias, -5.0, 1e-12);
    assert_near(score.coverage80, 50.0, 1e-12); // the first and, at its very edge, the last
    // widths 22/110, 20/80, 40/130, 50/60
    assert_near(score.mean_width, 100.0 * (0.2 + 0.25 + 40.0 / 130.0 + 50.0 / 60.0) / 4.0, 1e-12);
}

static void one_row_is_its_own_quantile(void **state) {
    (void)state;
    const aug_scored row = {2.0, 3.0, 1.0, 4.0};
    double scratch[1];
    aug_score score = aug_score_make(&row, 1, scratch);
    assert_near(score.mdape, 50.0, 1e-12);
    assert_near(score.p90, 50.0, 1e-12);
    assert_near(score.coverage80, 100.0, 1e-12);
}

static void without_rows_nothing_is_known(void **state) {
    (void)state;
    aug_score score = aug_score_make(NULL, 0, NULL);
    assert_int_equal(score.n, 0);
    assert_true(isnan(score.mdape) && isnan(score.mape) && isnan(score.p90) && isnan(score.bias) && isnan(score.coverage80));
}

static void quantiles_lie_between_neighbours(void **state) {
    (void)state;
    const double sorted[] = {1.0, 2.0, 4.0};
    assert_near(aug_quantile(sorted, 3, 0.0), 1.0, 0.0);
    assert_near(aug_quantile(sorted, 3, 0.25), 1.5, 1e-15);
    assert_near(aug_quantile(sorted, 3, 0.75), 3.0, 1e-15);
    assert_near(aug_quantile(sorted, 3, 1.0), 4.0, 0.0);
    assert_true(isnan(aug_quantile(sorted, 0, 0.5)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_four_rows),
        cmocka_unit_test(one_row_is_its_own_quantile),
        cmocka_unit_test(without_rows_nothing_is_known),
        cmocka_unit_test(quantiles_lie_between_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
