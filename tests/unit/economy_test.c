// Dollars per hour of one chip, by hand.
#include "support/testing.h"

#include "system/economy.h"

static aug_economy economy_of(test_ground *ground, const char *text) {
    aug_economy economy;
    assert_true(aug_economy_read(&ground->reader, test_parse(ground, text), "own", &economy));
    return economy;
}

// A year is 365.25 days, 8766 hours.
static void a_purchase_is_written_off_and_pays_for_power(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine = {.price_usd = 8766.0, .rent_usd_per_hour = NAN, .power_limit_watts = 1000.0};
    aug_price_basis basis;
    // 8766 USD over one year without interest: 1 USD/h.
    aug_economy plain = economy_of(&ground, "life: 1 year");
    assert_near(aug_economy_usd_per_hour(&plain, &machine, 500.0, &basis), 1.0, 1e-12);
    assert_int_equal(basis, AUG_PRICE_PURCHASE);
    // Half as much again for the host, a tenth of it per year for upkeep over two years: 1.5·(0.5 + 0.1) =
    // 0.9 USD/h; 500 W and half of it for the host at PUE 1.2 and 0.1 USD/kWh: 0.9 kW are 0.09 USD/h.
    aug_economy full = economy_of(
        &ground,
        "{life: 2 year, host: 0.5, upkeep: 0.1, host_power: 0.5, pue: 1.2, electricity: 0.1 USD/kWh}");
    assert_near(aug_economy_usd_per_hour(&full, &machine, 500.0, &basis), 0.99, 1e-12);
    // Where the average power is unknown, the limit counts: 0.18 USD/h.
    assert_near(aug_economy_usd_per_hour(&full, &machine, NAN, &basis), 1.08, 1e-12);
    machine.power_limit_watts = NAN;
    assert_near(aug_economy_usd_per_hour(&full, &machine, NAN, &basis), 0.9, 1e-12);
    test_end(&ground);
}

static void interest_makes_an_annuity(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine = {.price_usd = 8766.0, .rent_usd_per_hour = NAN, .power_limit_watts = NAN};
    aug_price_basis basis;
    // Two years at 10 %: 0.1·1.21 / 0.21 = 0.576190.
    aug_economy economy = economy_of(&ground, "{life: 2 year, interest: 0.1}");
    assert_near(aug_economy_usd_per_hour(&economy, &machine, 0.0, &basis), 0.121 / 0.21, 1e-12);
    // The example at the head of economy.c: 1.248 + 0.101 USD/h.
    aug_library library = test_library();
    const aug_economy *shipped = aug_economy_load(&library, &ground.arena, &ground.errors, "default");
    assert_non_null(shipped);
    assert_string_equal(shipped->name, "default");
    machine.price_usd = 28000.0;
    machine.power_limit_watts = 700.0;
    assert_near(aug_economy_usd_per_hour(shipped, &machine, 700.0, &basis), 1.248 + 0.101, 1e-3);
    test_end(&ground);
}

static void a_rent_counts_where_no_price_is_stated(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_economy economy = economy_of(&ground, "{life: 1 year, electricity: 1 USD/kWh}");
    aug_machine machine = {.price_usd = NAN, .rent_usd_per_hour = 2.5, .power_limit_watts = 1000.0};
    aug_price_basis basis;
    assert_near(aug_economy_usd_per_hour(&economy, &machine, 1000.0, &basis), 2.5, 0.0);
    assert_int_equal(basis, AUG_PRICE_RENT);
    machine.price_usd = 8766.0;
    assert_near(aug_economy_usd_per_hour(&economy, &machine, 1000.0, &basis), 2.0, 1e-12);
    assert_int_equal(basis, AUG_PRICE_PURCHASE);
    machine.price_usd = machine.rent_usd_per_hour = NAN;
    assert_true(isnan(aug_economy_usd_per_hour(&economy, &machine, 1000.0, &basis)));
    assert_int_equal(basis, AUG_PRICE_NONE);
    test_end(&ground);
}

// A price of 8766 USD over a year is 1 USD/h; the host's half of that is capital too. A tenth per year of 13149 USD is 0.15 USD/h of
// upkeep. 500 W with a tenth lost and 0.3 of the limit of 1000 W: 850 W, PUE 2 at 0.1 USD/kWh: 0.17 USD/h.
static void an_hour_has_parts(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_machine machine = {.price_usd = 8766.0, .rent_usd_per_hour = 5.0, .power_limit_watts = 1000.0};
    aug_economy economy = economy_of(&ground, "{life: 1 year, host: 0.5, upkeep: 0.1, host_power: 0.1, host_static: 0.3, pue: 2, "
                                              "electricity: 0.1 USD/kWh}");
    assert_near(aug_economy_system_watts(&economy, &machine, 500.0), 850.0, 1e-12);
    aug_hour hour = aug_economy_hour(&economy, &machine, 500.0);
    assert_int_equal(hour.basis, AUG_PRICE_PURCHASE);
    assert_near(hour.capital_usd, 1.5, 1e-12);
    assert_near(hour.upkeep_usd, 0.15, 1e-12);
    assert_near(hour.power_usd, 0.17, 1e-12);
    assert_near(hour.purchase_usd, 1.82, 1e-12);
    assert_near(hour.usd, 1.82, 1e-12);
    assert_near(hour.rent_usd, 5.0, 0.0);
    // Who rents pays the rent; what a purchase would cost stays known.
    economy = economy_of(&ground, "{life: 1 year, rent: true}");
    hour = aug_economy_hour(&economy, &machine, 500.0);
    assert_int_equal(hour.basis, AUG_PRICE_RENT);
    assert_near(hour.usd, 5.0, 0.0);
    assert_near(hour.purchase_usd, 1.0, 1e-12);
    machine.rent_usd_per_hour = NAN;
    assert_near(aug_economy_hour(&economy, &machine, 500.0).usd, 1.0, 1e-12);
    // Without a limit nothing is known of the rest of the host.
    machine.power_limit_watts = NAN;
    economy = economy_of(&ground, "{host_static: 0.3}");
    assert_near(aug_economy_system_watts(&economy, &machine, 500.0), 500.0, 0.0);
    test_end(&ground);
}

static void what_is_missing_has_a_default(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_economy economy = economy_of(&ground, "{}");
    assert_string_equal(economy.name, "own");
    assert_near(economy.life_seconds, 5.0 * 31557600.0, 1e-12);
    assert_near(economy.pue, 1.0, 0.0);
    assert_near(economy.utilization, 1.0, 0.0);
    assert_near(economy.interest_per_year + economy.host_share + economy.upkeep_per_year +
                    economy.electricity_usd_per_kwh,
                0.0, 0.0);
    test_end(&ground);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    const struct {
        const char *text, *message, *hint;
    } rows[] = {
        {"life: 5", "expected a time such as '3 us', found '5'", "add the unit: '5 s'"},
        {"life: 0 s", "expected a finite value above 0, found '0 s'", ""},
        {"utilization: 60", "expected a share above 0 and at most 1, found '60'",
         "shares are written 0.8, not 80"},
        {"interest: -0.1", "expected a finite value, 0 or more, found '-0.1'", ""},
        {"electricity: 0.1 USD", "expected a price per energy such as '0.08 USD/kWh', found '0.1 USD'", ""},
        {"intrest: 0.1", "unknown key 'intrest' in economy", "did you mean 'interest'?"},
        {"[]", "expected a map (economy), found a list", ""},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_economy economy;
        assert_false(aug_economy_read(&ground.reader, test_parse(&ground, rows[i].text), "own", &economy));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_purchase_is_written_off_and_pays_for_power),
        cmocka_unit_test(interest_makes_an_annuity),
        cmocka_unit_test(a_rent_counts_where_no_price_is_stated),
        cmocka_unit_test(an_hour_has_parts),
        cmocka_unit_test(what_is_missing_has_a_default),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
