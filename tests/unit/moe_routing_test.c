// Loads small enough to count by hand, and what must hold for all of them.
#include "support/testing.h"

#include "kernel/moe_routing.h"

#include <math.h>

static aug_moe_load balanced(double tokens, double topk, double experts, double groups) {
    aug_moe_routing routing = {AUG_MOE_BALANCED, tokens, topk, experts, groups, 0.0, 0.0};
    return aug_moe_load_of(&routing);
}

static aug_moe_load skewed(double tokens, double topk, double experts, double groups, double exponent) {
    aug_moe_routing routing = {AUG_MOE_POWER_LAW, tokens, topk, experts, groups, exponent, 0.0};
    return aug_moe_load_of(&routing);
}

static void balanced_rows_are_spread_evenly(void **state) {
    (void)state;
    // 8 tokens x 2 experts over 4 experts: 4 rows each.
    aug_moe_load load = balanced(8, 2, 4, 1);
    assert_near(load.rows, 16, 1e-12);
    assert_near(load.touched, 4, 1e-12);
    assert_near(load.tokens, 8, 1e-12);
    assert_near(load.tiles[0], 4, 1e-12);
    // 40 rows each: 5 tiles of 8, 3 of 16, 2 of 32, 1 of 64.
    load = balanced(80, 2, 4, 1);
    assert_near(load.tiles[0], 20, 1e-12);
    assert_near(load.tiles[1], 12, 1e-12);
    assert_near(load.tiles[2], 8, 1e-12);
    assert_near(load.tiles[3], 4, 1e-12);
}

static void the_first_group_has_what_does_not_divide(void **state) {
    (void)state;
    // Blocks of 16/2 = 8 experts. 10 tokens: experts 0 and 1 of a block have 2, the others 1. 4 groups of 4
    // experts: the first has 2 + 2 + 1 + 1.
    aug_moe_load load = balanced(10, 2, 16, 4);
    assert_near(load.rows, 6, 1e-12);
    assert_near(load.touched, 4, 1e-12);
    assert_near(load.tokens, 6, 1e-12);
    // 2 tokens in a block of 8 experts stand at 0 and 4: the first 4 experts have one of them.
    load = balanced(2, 2, 16, 4);
    assert_near(load.rows, 1, 1e-12);
    assert_near(load.touched, 1, 1e-12);
}

static void a_stated_number_of_experts_shares_the_rows(void **state) {
    (void)state;
    aug_moe_routing routing = {AUG_MOE_ACTIVATED, 64, 8, 128, 1, 0.0, 16};
    aug_moe_load load = aug_moe_load_of(&routing); // 512 rows over 16 experts: 32 each
    assert_near(load.rows, 512, 1e-12);
    assert_near(load.touched, 16, 1e-12);
    assert_near(load.tiles[2], 16, 1e-12);
    assert_near(load.tiles[0], 64, 1e-12);
}

static void drawn_rows_are_binomial(void **state) {
    (void)state;
    // 2 tokens draw 2 of 4 experts each: 4 (1 - (1/2)^2) = 3 experts get rows.
    aug_moe_routing routing = {AUG_MOE_DRAWN, 2, 2, 4, 1, 0.0, 0.0};
    aug_moe_load load = aug_moe_load_of(&routing);
    assert_near(load.rows, 4, 1e-12);
    assert_near(load.touched, 3, 1e-12);
    assert_near(load.tiles[0], 3, 1e-12);
    // 16 tokens: c is B(16, 1/2), 4 (P(c > 0) + P(c > 8)) tiles of 8; P(c > 8) = (1 - 12870/65536) / 2 = 0.401810.
    routing.tokens = 16;
    load = aug_moe_load_of(&routing);
    assert_near(load.tiles[0], 4 * (1 - 1.0 / 65536 + 0.401810), 1e-5);
    assert_near(load.tiles[1], 4 * (1 - 1.0 / 65536), 1e-9);
    // The busier of two groups: 16 + z sqrt(16 / 2) rows; z = 0.7975 is the normal quantile of 0.62^(1/2) = 0.7874.
    routing.groups = 2;
    load = aug_moe_load_of(&routing);
    assert_near(load.rows, 16 + 0.7975 * sqrt(8), 1e-3);
    // Beyond 300 rows an expert's tiles are c/t + (t - 1)/2t: 800 tokens, 400 rows, 50 + 7/16.
    routing = (aug_moe_routing){AUG_MOE_DRAWN, 800, 2, 4, 1, 0.0, 0.0};
    load = aug_moe_load_of(&routing);
    assert_near(load.tiles[0], 4 * (50 + 7.0 / 16), 1e-9);
}

// Mean of 200 random draws of the published generator for each case.
static void skewed_loads_are_those_of_random_draws(void **state) {
    (void)state;
    static const struct {
        double tokens, topk, experts, groups, exponent, rows, touched;
    } drawn[] = {
        {32, 4, 32, 32, 1.01, 12.7, 1.0},        {96, 6, 256, 1, 1.2, 576.0, 185.3},
        {256, 4, 128, 64, 1.2, 73.1, 2.0},       {512, 6, 256, 1, 1.01, 3072.0, 219.2},
        {768, 8, 128, 8, 1.2, 1352.9, 16.0},     {1536, 8, 256, 64, 1.2, 866.5, 4.0},
        {3072, 8, 160, 4, 1.2, 8808.2, 40.0},    {12288, 22, 512, 1, 1.2, 270336, 512},
        {12288, 6, 384, 4, 1.01, 22176.9, 87.7},
    };
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
        aug_moe_load load =
            skewed(drawn[i].tokens, drawn[i].topk, drawn[i].experts, drawn[i].groups, drawn[i].exponent);
        assert_near(load.rows, drawn[i].rows, 0.12);
        assert_near(load.touched, drawn[i].touched, 0.12);
    }
}

static void loads_keep_within_bounds(void **state) {
    (void)state;
    for (double tokens = 1; tokens <= 65536; tokens *= 4)
        for (double groups = 1; groups <= 128; groups *= 2)
            for (int kind = 0; kind < 2; kind++) {
                aug_moe_load load =
                    kind ? skewed(tokens, 8, 128, groups, 1.2) : balanced(tokens, 8, 128, groups);
                assert_true(load.rows >= 1 && load.rows <= tokens * 8 + 1e-6);
                assert_true(load.touched > 0 && load.touched <= fmin(load.rows, 128 / groups) + 1e-6);
                assert_true(load.tokens > 0 && load.tokens <= tokens + 1e-6);
                for (int i = 0; i < AUG_MOE_TILES; i++) {
                    assert_true(load.tiles[i] * aug_moe_tile_rows[i] >= load.rows * (1 - 1e-9));
                    assert_true(load.tiles[i] <= load.rows + 1e-6);
                    assert_true(i == 0 || load.tiles[i] <= load.tiles[i - 1] * 1.001);
                }
            }
}

static void the_ends_of_the_range_have_loads(void **state) {
    (void)state;
    assert_near(skewed(0, 8, 128, 4, 1.2).rows, 0, 0);
    assert_near(balanced(0, 8, 128, 4).rows, 0, 0);
    // More chips than experts: as many as experts.
    assert_near(balanced(64, 2, 8, 16).rows, balanced(64, 2, 8, 8).rows, 1e-12);
    assert_near(skewed(64, 2, 8, 16, 1.2).touched, 1, 1e-12);
    // Whole exponents are the limit of those beside them.
    for (double exponent = 1; exponent <= 3; exponent++) {
        double at = skewed(4096, 8, 128, 16, exponent).rows,
               beside = skewed(4096, 8, 128, 16, exponent + 1e-4).rows;
        assert_near(at, beside, 1e-3);
    }
}

static void the_busiest_group_of_a_skewed_load_has_more(void **state) {
    (void)state;
    for (double groups = 2; groups <= 128; groups *= 2)
        assert_true(skewed(4096, 8, 128, groups, 1.01).rows > 4096 * 8 / groups);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balanced_rows_are_spread_evenly),
        cmocka_unit_test(the_first_group_has_what_does_not_divide),
        cmocka_unit_test(a_stated_number_of_experts_shares_the_rows),
        cmocka_unit_test(drawn_rows_are_binomial),
        cmocka_unit_test(skewed_loads_are_those_of_random_draws),
        cmocka_unit_test(loads_keep_within_bounds),
        cmocka_unit_test(the_ends_of_the_range_have_loads),
        cmocka_unit_test(the_busiest_group_of_a_skewed_load_has_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
