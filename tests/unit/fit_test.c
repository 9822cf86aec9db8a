#include "support/testing.h"

#include "validation/fit.h"

// Times a + b·x of rows x, the sum of a part that is there always and one that grows.
typedef struct line {
    const double *x;
} line;

static double line_at(void *user, size_t row, const double *constants) {
    const line *l = user;
    return constants[0] + constants[1] * l->x[row];
}

static aug_fit_problem problem_of(line *l, const double *measured, size_t count) {
    return (aug_fit_problem){.constant_count = 2,
                             .bounds = {{1e-3, 10.0, 1.0}, {1e-3, 10.0, 1.0}},
                             .prior_rows = 0.0,
                             .row_count = count,
                             .measured = measured,
                             .predict = line_at,
                             .user = l,
                             .starts = 2};
}

// Measured without noise: 0.5 + 2 x.
static void exact_rows_give_their_constants(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double x[12], y[12];
    for (int i = 0; i < 12; i++) {
        x[i] = i;
        y[i] = 0.5 + 2.0 * i;
    }
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 12);
    aug_fit_result result;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0], 0.5, 1e-3);
    assert_near(result.constants[1], 2.0, 1e-3);
    assert_true(result.loss < 1e-6);
    test_end(&ground);
}

// Two of twelve rows are off by a factor of ten: a sum of squares would be drawn to them, the robust loss is not.
static void outliers_do_not_count_for_more(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double x[12], y[12];
    for (int i = 0; i < 12; i++) {
        x[i] = i;
        y[i] = (0.5 + 2.0 * i) * (i == 4 || i == 9 ? 10.0 : 1.0);
    }
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 12);
    aug_fit_result result;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0], 0.5, 0.02);
    assert_near(result.constants[1], 2.0, 0.02);
    test_end(&ground);
}

// 0.02 was believed where 9 is true, ln(450)/0.7 = 8.7 widths away, and 80 of 200 rows tell: staying costs 0.4·ρ(ln(10/1.02)) = 0.38, going
// 20·0.1/200·(2·8.7 - 1) = 0.16. A pull that grows with the square would ask 0.76, and keep it.
static void a_far_belief_gives_way(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double x[200], y[200];
    for (int i = 0; i < 200; i++) {
        x[i] = i % 5 < 2 ? 1.0 : 1000.0;
        y[i] = 9.0 + x[i];
    }
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 200);
    p.bounds[0].prior = 0.02;
    p.prior_rows = 20.0;
    p.starts = 0;
    p.initial = (const double[]){9.0, 1.0};
    aug_fit_result result;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0], 9.0, 0.2);
    assert_near(result.constants[1], 1.0, 0.02);
    test_end(&ground);
}

// The rows say 20 for the slope, its limit is 10; the constant part has nothing to make up for it but its own limit.
static void limits_hold(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const double x[] = {10, 20, 30, 40}, y[] = {200, 400, 600, 800};
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 4);
    aug_fit_result result;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[1], 10.0, 1e-12);
    assert_true(result.constants[0] <= 10.0);
    test_end(&ground);
}

// One row that says 2 where 1 was believed: a prior that weighs 1000 rows barely moves, none moves all the way.
static void few_rows_move_a_strong_prior_little(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const double x[] = {1.0}, y[] = {4.0};
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 1);
    aug_fit_result result;
    p.prior_rows = 1000.0;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0] + result.constants[1], 2.0, 0.01);
    p.prior_rows = 0.0;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0] + result.constants[1], 4.0, 0.01);
    test_end(&ground);
}

// Rows at x = 0 say nothing of the slope.
static void what_rows_do_not_tell_has_no_error(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const double x[] = {0, 0, 0, 0, 0, 0}, y[] = {1.0, 1.1, 0.9, 1.05, 0.95, 1.0};
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 6);
    aug_fit_result result;
    aug_fit_solve(&ground.arena, &p, &result);
    assert_near(result.constants[0], 1.0, 0.03);
    assert_true(isnan(result.errors[1]));
    test_end(&ground);
}

static void runs_are_identical(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double x[50], y[50];
    for (int i = 0; i < 50; i++) {
        x[i] = i * i % 17;
        y[i] = (0.3 + 0.7 * x[i]) * (1.0 + 0.1 * ((i * 7) % 5 - 2));
    }
    line l = {x};
    aug_fit_problem p = problem_of(&l, y, 50);
    aug_fit_result first, second;
    aug_fit_solve(&ground.arena, &p, &first);
    aug_fit_solve(&ground.arena, &p, &second);
    assert_true(first.constants[0] == second.constants[0] && first.constants[1] == second.constants[1] && first.loss == second.loss);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_rows_give_their_constants), cmocka_unit_test(outliers_do_not_count_for_more),
        cmocka_unit_test(a_far_belief_gives_way),
        cmocka_unit_test(limits_hold),                     cmocka_unit_test(few_rows_move_a_strong_prior_little),
        cmocka_unit_test(what_rows_do_not_tell_has_no_error), cmocka_unit_test(runs_are_identical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
