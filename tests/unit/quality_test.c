#include "support/testing.h"

#include "design/quality.h"

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
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
