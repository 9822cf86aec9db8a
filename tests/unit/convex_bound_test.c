// Sums of products whose least value is known, and bounds that no point is below.
#include "support/testing.h"

#include "base/random.h"
#include "mapper/convex_bound.h"

static void add_term(aug_convex *p, double scale, int at, double power) {
    aug_convex_term *term = &p->terms[p->term_count++];
    *term = (aug_convex_term){.scale = scale};
    if (at >= 0)
        *term = (aug_convex_term){.scale = scale, .count = 1, .at = {(int8_t)at}, .power = {power}};
}

static void begin(aug_convex *p, int variables, double low, double high) {
    memset(p, 0, sizeof *p);
    p->variables = variables;
    for (int k = 0; k < variables; k++) {
        p->low[k] = low;
        p->high[k] = high;
    }
}

// exp(x) + exp(y), x + y >= least: 2 exp(least / 2) by the inequality of means.
static void make_means(aug_convex *p, double least) {
    begin(p, 2, 0.0, 2.0);
    add_term(p, 0.0, 0, 1.0);
    add_term(p, 0.0, 1, 1.0);
    p->objective = 2;
    p->lines[p->line_count++] = (aug_convex_line){.most = -least, .count = 2, .at = {0, 1}, .sign = {-1, -1}};
}

static double bound_of(const aug_convex *p, double enough, double *at) {
    uint64_t steps = 0;
    double bound = aug_convex_bound(p, enough, at, &steps);
    assert_true(steps > 0);
    return bound;
}

static void the_mean_of_two(void **state) {
    aug_convex p;
    double at[AUG_CONVEX_VARIABLES] = {0.1, 1.9};
    (void)state;
    make_means(&p, 2.0);
    double bound = bound_of(&p, 5.6, at);
    assert_true(bound <= 2.0 * exp(1.0) && bound > 0.99 * 2.0 * exp(1.0));
    assert_near(at[0], 1.0, 0.05);
}

// It ends as soon as 5 is reached, below the least value of 5.44.
static void enough_is_enough(void **state) {
    aug_convex p;
    double at[AUG_CONVEX_VARIABLES] = {1.0, 1.0};
    (void)state;
    make_means(&p, 2.0);
    double bound = bound_of(&p, 5.0, at);
    assert_true(bound >= 5.0 && bound <= 2.0 * exp(1.0));
}

// x + y >= 5 with both at most 2: no point, so the bound is as large as anything.
static void without_a_point(void **state) {
    aug_convex p;
    double at[AUG_CONVEX_VARIABLES] = {1.0, 1.0};
    (void)state;
    make_means(&p, 5.0);
    assert_true(bound_of(&p, 30.0, at) >= 30.0);
}

// Two words of tiles of 100 points in a memory of 30: 100 exp(-x) / 30 + 100 exp(-y) / 30 <= 1, so counts of
// 100 / 15 of both are least: exp(x) + exp(y) = 13.33.
static void a_memory_is_shared(void **state) {
    aug_convex p;
    double at[AUG_CONVEX_VARIABLES] = {4.0, 4.0};
    (void)state;
    begin(&p, 2, 0.0, log(100.0));
    add_term(&p, 0.0, 0, 1.0);
    add_term(&p, 0.0, 1, 1.0);
    p.objective = 2;
    add_term(&p, log(100.0 / 30.0), 0, -1.0);
    add_term(&p, log(100.0 / 30.0), 1, -1.0);
    p.limit_count = 1;
    p.limit_first[0] = 2;
    p.limit_first[1] = 4;
    double bound = bound_of(&p, 13.4, at);
    assert_true(bound <= 13.3334 && bound > 13.2);
}

static double value_at(const aug_convex *p, int from, int to, const double *x) {
    double sum = 0.0;
    for (int k = from; k < to; k++) {
        double power = p->terms[k].scale;
        for (int i = 0; i < p->terms[k].count; i++)
            power += p->terms[k].power[i] * x[p->terms[k].at[i]];
        sum += exp(power);
    }
    return sum;
}

// Terms, a limit and a line at random: of 300 points that keep them none is below the bound.
static void no_point_is_below(void **state) {
    aug_random random = {7};
    int kept = 0;
    (void)state;
    for (int i = 0; i < 60; i++) {
        aug_convex p;
        begin(&p, 3, 0.0, 3.0);
        for (int k = 0; k < 6; k++)
            add_term(&p, 2.0 * aug_random_unit(&random) - (k < 4 ? 0.0 : 2.5),
                     (int)aug_random_below(&random, 3), aug_random_below(&random, 2) ? 1.0 : -1.0);
        p.objective = 4;
        p.limit_count = 1;
        p.limit_first[0] = 4;
        p.limit_first[1] = 6;
        p.lines[p.line_count++] = (aug_convex_line){
            .most = 3.0 * aug_random_unit(&random), .count = 2, .at = {0, 1}, .sign = {1, -1}};
        double at[AUG_CONVEX_VARIABLES] = {1.5, 1.5, 1.5};
        double bound = bound_of(&p, 1e6, at);
        for (int n = 0; n < 300; n++) {
            double x[3];
            for (int k = 0; k < 3; k++)
                x[k] = 3.0 * aug_random_unit(&random);
            if (value_at(&p, 4, 6, x) > 1.0 || x[0] - x[1] > p.lines[0].most)
                continue;
            kept++;
            assert_true(value_at(&p, 0, 4, x) >= bound);
        }
    }
    assert_true(kept > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_of_two),   cmocka_unit_test(enough_is_enough),
        cmocka_unit_test(without_a_point),   cmocka_unit_test(a_memory_is_shared),
        cmocka_unit_test(no_point_is_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
