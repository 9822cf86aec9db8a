#include "support/testing.h"

#include "design/metric.h"

static void every_metric_is_found_by_its_keys(void **state) {
    (void)state;
    for (int i = 0; i < AUG_METRIC_COUNT; i++) {
        assert_int_equal(aug_metric_find(aug_metric_key((aug_metric)i)), i);
        assert_string_equal(aug_metric_keys[i], aug_metric_key((aug_metric)i));
        assert_true(*aug_metric_help((aug_metric)i) && *aug_metric_label((aug_metric)i));
    }
    assert_null(aug_metric_keys[AUG_METRIC_COUNT]);
    assert_int_equal(aug_metric_find("ttft"), AUG_METRIC_TTFT);
    assert_int_equal(aug_metric_find("power"), AUG_METRIC_POWER);
    assert_int_equal(aug_metric_find("system_price"), AUG_METRIC_SYSTEM_PRICE);
    assert_int_equal(aug_metric_find(""), AUG_METRIC_COUNT);
    assert_int_equal(aug_metric_find("speed"), AUG_METRIC_COUNT);
}

static void less_is_better_but_for_rates_and_batches(void **state) {
    (void)state;
    for (int i = 0; i < AUG_METRIC_COUNT; i++) {
        bool more = i == AUG_METRIC_TOKENS || i == AUG_METRIC_TOKENS_USER || i == AUG_METRIC_TOKENS_CHIP ||
                    i == AUG_METRIC_TOKENS_MW || i == AUG_METRIC_BALANCE || i == AUG_METRIC_LARGEST_BATCH;
        assert_int_equal(aug_metric_is_less_better((aug_metric)i), !more);
    }
    assert_int_equal(aug_metric_dimension(AUG_METRIC_TPOT), AUG_DIMENSION_SECONDS);
    assert_int_equal(aug_metric_dimension(AUG_METRIC_AREA), AUG_DIMENSION_MM2);
}

static void some_metrics_are_known_before_anything_is_evaluated(void **state) {
    (void)state;
    aug_machine machine = {.area_mm2 = 800, .power_limit_watts = 700, .price_usd = NAN};
    aug_plan plan = {.chips = 4};
    double metrics[AUG_METRIC_COUNT];
    aug_metrics_before(&machine, &plan, metrics);
    assert_near(metrics[AUG_METRIC_AREA], 800, 0);
    assert_near(metrics[AUG_METRIC_POWER], 700, 0);
    assert_near(metrics[AUG_METRIC_SYSTEM_POWER], 2800, 0);
    assert_near(metrics[AUG_METRIC_CHIPS], 4, 0);
    assert_true(isnan(metrics[AUG_METRIC_PRICE]) && isnan(metrics[AUG_METRIC_SYSTEM_PRICE]));
    assert_true(isnan(metrics[AUG_METRIC_TPOT]) && isnan(metrics[AUG_METRIC_LOSS]));
}

static void an_outcome_gives_the_rest(void **state) {
    (void)state;
    aug_machine machine = {.area_mm2 = 800, .power_limit_watts = 700, .price_usd = 1000};
    aug_outcome outcome = {
        .plan = {.chips = 4},
        .residency = {.weights_bytes = 10, .cache_bytes = 5, .activations_bytes = 1, .largest_batch = 9},
        .ttft_seconds = 0.5,
        .tpot_seconds = 0.02,
        .latency_seconds = 2.5,
        .tokens_per_second = 200,
        .joules_per_token = 3,
        .watts = 150,
        .meter_watts = 1000, // a thousandth of a megawatt
        .usd_per_hour = 8,
        .usd_per_mtok = 11};
    double metrics[AUG_METRIC_COUNT];
    aug_metrics_before(&machine, &outcome.plan, metrics);
    aug_metrics_after(&outcome, metrics);
    const struct {
        aug_metric metric;
        double value;
    } rows[] = {{AUG_METRIC_TTFT, 0.5},          {AUG_METRIC_TPOT, 0.02},      {AUG_METRIC_LATENCY, 2.5},
                {AUG_METRIC_TOKENS, 200},        {AUG_METRIC_TOKENS_USER, 50}, {AUG_METRIC_TOKENS_CHIP, 50},
                {AUG_METRIC_JOULES, 3},          {AUG_METRIC_USD_MTOK, 11},    {AUG_METRIC_USD_HOUR, 8},
                {AUG_METRIC_WATTS, 150},         {AUG_METRIC_MEMORY, 16},      {AUG_METRIC_LARGEST_BATCH, 9},
                {AUG_METRIC_SYSTEM_PRICE, 4000}, {AUG_METRIC_PRICE, 1000},     {AUG_METRIC_METER, 1000},
                {AUG_METRIC_TOKENS_MW, 200e3}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_near(metrics[rows[i].metric], rows[i].value, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_is_found_by_its_keys),
        cmocka_unit_test(less_is_better_but_for_rates_and_batches),
        cmocka_unit_test(some_metrics_are_known_before_anything_is_evaluated),
        cmocka_unit_test(an_outcome_gives_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
