// Bounds of sums of products: none is above what any point that keeps the limits has.
#include "support/testing.h"

#include "proof/proof_sums.h"

#include <math.h>
#include <string.h>

// exp(x) + exp(y), both in 0 .. 2, exp(2 - x - y) <= 1: least at x = y = 1, 2 e = 5.4366.
static void set_up(aug_sums *s) {
    memset(s, 0, sizeof *s);
    s->variables = 2;
    s->high[0] = s->high[1] = 2.0;
    s->term_count = 3;
    s->terms[0].powers[0] = s->terms[1].powers[1] = 1.0;
    s->terms[2] = (aug_sums_term){.scale = 2.0, .powers = {-1.0, -1.0}};
    s->count = 2;
    s->first[1] = 2;
    s->first[2] = 3;
}

static void the_best_point_shows_the_least(void **state) {
    aug_sums s;
    (void)state;
    set_up(&s);
    const double at[] = {1.0, 1.0}, prices[] = {0.0, exp(1.0)}, none[] = {0.0, 0.0};
    assert_true(fabs(aug_sums_bound(&s, at, prices) - 2.0 * exp(1.0)) < 1e-6);
    // Without the limit the least is at 0, 0: from there it is 2.
    assert_true(fabs(aug_sums_bound(&s, none, none) - 2.0) < 1e-6);
}

static void no_point_shows_more(void **state) {
    aug_sums s;
    unsigned seed = 1;
    (void)state;
    set_up(&s);
    for (int i = 0; i < 20000; i++) {
        double numbers[4];
        for (int k = 0; k < 4; k++) {
            seed = seed * 1664525u + 1013904223u;
            numbers[k] = 8.0 * (seed >> 8) / (1 << 24) -
                         2.0; // points outside of the intervals and prices below 0, too
        }
        const double at[] = {numbers[0], numbers[1]}, prices[] = {numbers[2], numbers[3]};
        assert_true(aug_sums_bound(&s, at, prices) <= 2.0 * exp(1.0));
    }
}

static void what_is_no_number_shows_nothing(void **state) {
    aug_sums s;
    (void)state;
    set_up(&s);
    const double at[] = {1e6, 1.0}, prices[] = {0.0, 1.0};
    assert_true(aug_sums_bound(&s, at, prices) <= 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_point_shows_the_least),
        cmocka_unit_test(no_point_shows_more),
        cmocka_unit_test(what_is_no_number_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
