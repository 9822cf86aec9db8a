#include "support/testing.h"

#include "design/quality.h"

#include <math.h>

// A law with round numbers: N = 10^8 and D = 10^10 with exponents 0.5 leave 1 + 10^4/10^4 + 10^4/10^5.
static const char round_law[] =
    "{floor: 1, size_factor: 1e4, size_exponent: 0.5, data_factor: 1e4, data_exponent: 0.5, weights: {int4: "
    "0.25}, "
    "kv: {fp8: 0.125}, least_parameters: 1e8, most_parameters: 1e9, least_tokens: 1e9, most_tokens: 1e10}";

static aug_law law_of(test_ground *ground, const char *text) {
    aug_law law;
    assert_true(aug_law_read(&ground->reader, test_parse(ground, text), "own", &law));
    return law;
}

static void the_loss_follows_the_formula(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_law law = law_of(&ground, round_law);
    assert_string_equal(law.name, "own");
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_near(aug_law_loss(&law, 1e8, 1e10, &precision), 2.1, 1e-12);
    // Formats add what the law says of them; what it does not know makes the loss unknown.
    precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_INT4;
    assert_near(aug_law_loss(&law, 1e8, 1e10, &precision), 2.35, 1e-12);
    precision.of[AUG_STORAGE_CACHE] = AUG_FORMAT_FP8;
    assert_near(aug_law_loss(&law, 1e8, 1e10, &precision), 2.475, 1e-12);
    precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_FP8;
    assert_true(isnan(aug_law_loss(&law, 1e8, 1e10, &precision)));
    precision = aug_precision_of(AUG_FORMAT_FP32);
    assert_near(aug_law_loss(&law, 1e8, 1e10, &precision), 2.1, 1e-12);
    assert_true(isnan(aug_law_loss(&law, 1e8, 0.0, &precision)));
    assert_true(isnan(aug_law_loss(&law, 0.0, 1e10, &precision)));
    test_end(&ground);
}

static void a_law_covers_what_it_was_fitted_on(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_law law = law_of(&ground, round_law);
    assert_true(aug_law_covers(&law, 1e8, 1e10));
    assert_false(aug_law_covers(&law, 0.99e8, 1e10));
    assert_false(aug_law_covers(&law, 1.01e9, 1e10));
    assert_false(aug_law_covers(&law, 1e8, 0.99e9));
    assert_false(aug_law_covers(&law, 1e8, 1.01e10));
    assert_false(aug_law_covers(&law, 1e8, NAN));
    test_end(&ground);
}

// 1.8172 + 482.01 / (7·10^10)^0.3478 + 2085.43 / (1.4·10^12)^0.3658: Chinchilla itself, with
// (7e10)^0.3478 = e^(0.3478·24.9717) = e^8.68516 = 5914.6 and (1.4e12)^0.3658 = e^(0.3658·27.9675) =
// e^10.23051 = 27736.
static void the_shipped_law_gives_chinchillas_loss(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_law *law = aug_law_load(&library, &ground.arena, &ground.errors, "chinchilla-epoch");
    assert_non_null(law);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_near(aug_law_loss(law, 7e10, 1.4e12, &precision), 1.8172 + 482.01 / 5914.6 + 2085.43 / 27736.0,
                1e-4);
    // Bigger, or with more data, is better; fewer bits are never better.
    assert_true(aug_law_loss(law, 8e10, 1.4e12, &precision) < aug_law_loss(law, 7e10, 1.4e12, &precision));
    assert_true(aug_law_loss(law, 7e10, 1.5e12, &precision) < aug_law_loss(law, 7e10, 1.4e12, &precision));
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        aug_precision narrow = precision;
        narrow.of[AUG_STORAGE_MLP] = (aug_number_format)f;
        assert_true(aug_law_loss(law, 7e10, 1.4e12, &narrow) >= aug_law_loss(law, 7e10, 1.4e12, &precision));
    }
    test_end(&ground);
}

// Formats measured on 10^9 tokens and 10^8 weights, growing as the square root of the data and falling as the fourth of
// the size: at 4·10^9 tokens and 16·10^8 weights 0.25 becomes 0.25 · 2 / 2, at 10^8 weights 0.25 · 2.
static void formats_cost_more_where_weights_hold_more(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_law law = law_of(&ground, "{floor: 1, size_factor: 1, size_exponent: 0.5, data_factor: 1, data_exponent: 0.5, weights: "
                                  "{int4: 0.25}, activations: {int4: 0.125}, format_tokens: 1e9, format_parameters: 1e8, format_data_exponent: 0.5, "
                                  "format_size_exponent: 0.25}");
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    precision.of[AUG_STORAGE_MLP] = AUG_FORMAT_INT4;
    assert_near(aug_law_loss(&law, 16e8, 4e9, &precision) - aug_law_base(&law, 16e8, 4e9), 0.25, 1e-12);
    assert_near(aug_law_loss(&law, 1e8, 4e9, &precision) - aug_law_base(&law, 1e8, 4e9), 0.5, 1e-12);
    // Inputs in four bits add 0.125 to weights of as many, and grow alike.
    precision.of[AUG_STORAGE_ACTIVATION] = AUG_FORMAT_INT4;
    assert_near(aug_law_loss(&law, 1e8, 4e9, &precision) - aug_law_base(&law, 1e8, 4e9), 0.75, 1e-12);
    test_end(&ground);
}

// Only the floor (standard error 0.3) and the size's factor (0.1 of itself) are uncertain, apart from each other. A model
// whose size adds 1 has √(0.09 + 0.01) = 0.3162; against one whose size adds 0.5 the floor's error is the same for both:
// 0.1 · 0.5 = 0.05. Formats that add 0.25 are wrong by half of it: √(0.05² + 0.125²) = 0.13463.
static void two_models_share_the_error_of_the_floor(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_law law = law_of(&ground, "{floor: 1, size_factor: 1e4, size_exponent: 0.5, data_factor: 1, data_exponent: 0.5, "
                                  "format_uncertainty: 0.5, covariance: [[0.09], [0, 0.01], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0, 0]]}");
    double data = 1.0 / sqrt(1e10);
    aug_quality small = {1e8, 1e10, 2.0 + data}, large = {4e8, 1e10, 1.5 + data}, narrow = {4e8, 1e10, 1.75 + data};
    assert_near(aug_law_error(&law, &small), sqrt(0.1), 1e-9);
    assert_near(aug_law_gap_error(&law, &small, &large), 0.05, 1e-9);
    assert_near(aug_law_gap_error(&law, &small, &narrow), sqrt(0.05 * 0.05 + 0.125 * 0.125), 1e-9);
    assert_near(aug_law_gap_error(&law, &small, &small), 0.0, 1e-12);
    // 0.5 apart with a band of 0.1; 0.25 apart with a band of 0.269.
    assert_true(aug_law_tells_apart(&law, &small, &large));
    assert_false(aug_law_tells_apart(&law, &small, &narrow));
    assert_false(aug_law_tells_apart(&law, &small, &small));
    // Seeds: runs that differ are √2 · 0.12 apart for that alone, a run and its quantised self are not.
    law.noise = 0.12;
    assert_near(aug_law_error(&law, &small), sqrt(0.1 + 0.0144), 1e-9);
    assert_near(aug_law_gap_error(&law, &small, &large), sqrt(0.0025 + 0.0288), 1e-9);
    assert_near(aug_law_gap_error(&law, &large, &narrow), 0.125, 1e-9);
    // Without a covariance the stated uncertainty holds, for differences too.
    aug_law plain = law_of(&ground, "{floor: 1, size_factor: 1e4, size_exponent: 0.5, data_factor: 1, data_exponent: 0.5, "
                                    "uncertainty: 0.03}");
    assert_near(aug_law_error(&plain, &small), 0.03, 1e-12);
    assert_near(aug_law_gap_error(&plain, &small, &large), 0.03, 1e-12);
    test_end(&ground);
}

// The shipped law against the bootstraps that its covariance comes from: standard deviations 0.0156 of the loss of 8.03 G
// weights on 15 T tokens, 0.00204 of its distance to 4 G, 0.00346
// of its distance to 10 G on 3 T.
static void the_shipped_bands_are_those_of_the_bootstraps(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_library library = test_library();
    const aug_law *law = aug_law_load(&library, &ground.arena, &ground.errors, "chinchilla-epoch");
    assert_non_null(law);
    const aug_quality stock = {8.03e9, 15e12, aug_law_base(law, 8.03e9, 15e12)};
    const aug_quality half = {4e9, 15e12, aug_law_base(law, 4e9, 15e12)}, wide = {10e9, 3e12, aug_law_base(law, 10e9, 3e12)};
    assert_near(aug_law_error(law, &stock), hypot(0.0156, law->noise), 0.02);
    assert_near(aug_law_gap_error(law, &stock, &half), hypot(0.00204, sqrt(2.0) * law->noise), 0.02);
    assert_near(aug_law_gap_error(law, &stock, &wide), hypot(0.00346, sqrt(2.0) * law->noise), 0.05);
    // Llama-3.1-8B loses 0.0087 to fp8 and 0.101 to weights and inputs in nvfp4.
    aug_precision fp8 = aug_precision_of(AUG_FORMAT_BF16), nvfp4 = fp8;
    aug_precision_set_weights(&fp8, AUG_FORMAT_FP8);
    aug_precision_set_weights(&nvfp4, AUG_FORMAT_NVFP4);
    assert_near(aug_law_loss(law, 8.03e9, 15e12, &fp8) - stock.loss, 0.0087, 0.02);
    assert_near(aug_law_loss(law, 8.03e9, 15e12, &nvfp4) - stock.loss, 0.101, 0.02);
    // Llama-3-8B loses 0.064 to 0.074 to int4, LLaMA-2 7B 0.0235, 13B 0.0183.
    aug_precision narrow = aug_precision_of(AUG_FORMAT_BF16);
    narrow.of[AUG_STORAGE_MLP] = AUG_FORMAT_INT4;
    assert_near(aug_law_loss(law, 8.03e9, 15e12, &narrow) - stock.loss, 0.064, 0.1);
    assert_near(aug_law_loss(law, 6.74e9, 2e12, &narrow) - aug_law_base(law, 6.74e9, 2e12), 0.0235, 0.03);
    assert_near(aug_law_loss(law, 13e9, 2e12, &narrow) - aug_law_base(law, 13e9, 2e12), 0.0183, 0.03);
    test_end(&ground);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
        int count;
    } rows[] = {
        {"{floor: 1, size_factor: 1, size_exponent: 1, data_factor: 1}",
         "key 'data_exponent' is missing in law", "beta", 1},
        {"{floor: 0, size_factor: 1, size_exponent: 1, data_factor: 1, data_exponent: 1}",
         "expected a finite value above 0, found '0'", "", 1},
        {"{floor: 1, size_factor: 1, size_exponent: 1, data_factor: 1, data_exponent: 1, weights: {fp7: 1}}",
         "unknown key 'fp7' in 'weights'", "did you mean 'fp8'?", 1},
        {"{flor: 1, size_factor: 1, size_exponent: 1, data_factor: 1, data_exponent: 1}",
         "unknown key 'flor' in law", "did you mean 'floor'?", 2},
        {"{floor: 1, size_factor: 1, size_exponent: 1, data_factor: 1, data_exponent: 1, covariance: [[1], [2]]}",
         "expected five rows of 1, 2, 3, 4 and 5 numbers", "", 1},
        {"{}", "key 'floor' is missing in law", "loss that no size and no data remove", 5},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_law law;
        assert_false(aug_law_read(&ground.reader, test_parse(&ground, rows[i].text), "own", &law));
        assert_error(&ground.errors, rows[i].count, rows[i].message, rows[i].hint);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_follows_the_formula),
        cmocka_unit_test(a_law_covers_what_it_was_fitted_on),
        cmocka_unit_test(the_shipped_law_gives_chinchillas_loss),
        cmocka_unit_test(formats_cost_more_where_weights_hold_more),
        cmocka_unit_test(two_models_share_the_error_of_the_floor),
        cmocka_unit_test(the_shipped_bands_are_those_of_the_bootstraps),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
