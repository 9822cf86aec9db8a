// Values are (energy, cycles); what is known, and what is then of interest.
#include "support/testing.h"

#include "mapper/incumbent.h"

enum { KNOWN = 3 };

typedef struct known_values {
    aug_objective objective;
    int count;
    aug_value values[KNOWN];
} known_values;

// The product of the known value of EDP is 50. The front has a gap between 1 and 4 in energy, 9 and 2 in
// cycles.
static const known_values best_energy = {AUG_OBJECTIVE_ENERGY, 1, {{10, 5}}},
                          best_latency = {AUG_OBJECTIVE_LATENCY, 1, {{10, 5}}},
                          best_product = {AUG_OBJECTIVE_EDP, 1, {{10, 5}}},
                          front = {AUG_OBJECTIVE_FRONT, 2, {{1, 9}, {4, 2}}},
                          nothing = {AUG_OBJECTIVE_FRONT, 0, {{0, 0}}};

static void know(test_ground *ground, const known_values *from, aug_incumbent *incumbent) {
    aug_incumbent_init(&ground->arena, from->objective, incumbent);
    for (int i = 0; i < from->count; i++)
        aug_incumbent_add(incumbent, from->values[i], NULL);
}

static void assert_value(const aug_incumbent *incumbent, int place, aug_value expected) {
    assert_true(place < incumbent->count);
    assert_true(incumbent->known[place].value.energy == expected.energy);
    assert_true(incumbent->known[place].value.cycles == expected.cycles);
}

static void what_is_of_interest(void **state) {
    static const struct {
        const known_values *known;
        aug_value value;
        bool wanted, taken;
    } rows[] = {
        {&nothing, {99, 99}, true, true},       {&best_energy, {9, 99}, true, true},
        {&best_energy, {10, 4}, false, true}, // as little energy and faster: taken where it is met
        {&best_energy, {10, 5}, false, false},  {&best_energy, {11, 1}, false, false},
        {&best_latency, {99, 4}, true, true},   {&best_latency, {9, 5}, true, true},
        {&best_latency, {10, 5}, false, false}, {&best_latency, {1, 6}, false, false},
        {&best_product, {7, 7}, true, true},    // 49
        {&best_product, {25, 2}, false, false}, // 50
        {&best_product, {1, 51}, false, false}, {&front, {0, 99}, true, true},
        {&front, {3, 3}, true, true},           {&front, {99, 1}, true, true},
        {&front, {2, 8}, true, true},           {&front, {1, 9}, false, false},
        {&front, {4, 2}, false, false},         {&front, {3, 9}, false, false}, // below (1, 9)
        {&front, {1, 10}, false, false},        {&front, {4, 3}, false, false}, // below (4, 2)
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_incumbent incumbent;
        test_begin(&ground);
        know(&ground, rows[i].known, &incumbent);
        if (aug_incumbent_wants(&incumbent, rows[i].value) != rows[i].wanted ||
            aug_incumbent_takes(&incumbent, rows[i].value) != rows[i].taken)
            fail_msg("row %zu", i);
        test_end(&ground);
    }
}

// Prices in steps of 0.5 pJ. (energy + 3 pJ) x (cycles + 10) has to stay below 240 pJ cycles, energies are in steps:
// (10, 20): 8 pJ x 30 = 240, no more; (9, 20): 7.5 x 30 = 225; (34, 1): 20 x 11 = 220; (38, 1): 22 x 11 = 242. At 20
// cycles 240 / 30 - 3 = 5 pJ or 10 steps are too much, at 70 cycles nothing is left.
static void products_are_of_all_together(void **state) {
    static const struct {
        aug_value value;
        bool wanted;
    } rows[] = {{{10, 20}, false}, {{9, 20}, true}, {{34, 1}, true}, {{38, 1}, false}, {{0, 70}, false}};
    (void)state;
    test_ground ground;
    aug_incumbent incumbent;
    test_begin(&ground);
    const aug_mapper_options options = {.objective = AUG_OBJECTIVE_FRONT, .cut = {240.0, 3.0, 10.0}};
    aug_incumbent_begin(&ground.arena, &options, 0.5, &incumbent);
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        if (aug_incumbent_wants(&incumbent, rows[i].value) != rows[i].wanted)
            fail_msg("row %zu", i);
    assert_true(aug_incumbent_limit(&incumbent, 20.0) >= 10 && aug_incumbent_limit(&incumbent, 20.0) <= 11);
    assert_true(aug_incumbent_limit(&incumbent, 80.0) == 0);
    test_end(&ground);
}

// 2^80 and 2^80 + 1 are one number as doubles, but not as sums of prices; so are not 3 (10^15 + 1) and
// 3 · 10^15, which are both below 2^53.
static void nothing_is_lost_in_comparing(void **state) {
    const aug_wide large = (aug_wide)1 << 80, even = 1000000000000000u;
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++) {
        aug_wide energy = o == AUG_OBJECTIVE_EDP ? even : large;
        aug_incumbent_init(&ground.arena, (aug_objective)o, &incumbent);
        aug_incumbent_add(&incumbent, (aug_value){energy + 1, 3}, NULL);
        assert_true(aug_incumbent_wants(&incumbent, (aug_value){energy, 3}));
        assert_false(aug_incumbent_wants(&incumbent, (aug_value){energy + 1, 3}));
    }
    test_end(&ground);
}

// A product that is given, without a value: less alone is wanted, before and after a mapping is known.
static void a_product_that_is_given(void **state) {
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    aug_incumbent_init(&ground.arena, AUG_OBJECTIVE_EDP, &incumbent);
    incumbent.has_product = true;
    incumbent.product = 50;
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){10, 5}));
    assert_true(aug_incumbent_wants(&incumbent, (aug_value){7, 7}));
    assert_true(aug_incumbent_limit(&incumbent, 5) == 11); // 50 / 5, and 1 for what rounding may hide
    aug_incumbent_add(&incumbent, (aug_value){20, 2}, NULL);
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){7, 7}));
    assert_true(aug_incumbent_limit(&incumbent, 5) == 9); // 40 / 5
    test_end(&ground);
}

// The first energy that is not wanted; 0: no limit. A product's is one more than 50 over the cycles.
static void energies_at_given_cycles(void **state) {
    static const struct {
        const known_values *known;
        double cycles;
        aug_count limit;
    } rows[] = {
        {&nothing, 1, 0},       {&best_energy, 1, 10},  {&best_energy, 9, 10},  {&best_latency, 4, 0},
        {&best_latency, 5, 10}, {&best_product, 2, 26}, {&best_product, 50, 2}, {&front, 1, 0},
        {&front, 2, 4},         {&front, 8, 4},         {&front, 9, 1},         {&front, 99, 1},
    };
    const aug_wide none = ~(aug_wide)0 >> 2;
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_incumbent incumbent;
        test_begin(&ground);
        know(&ground, rows[i].known, &incumbent);
        aug_wide limit = aug_incumbent_limit(&incumbent, rows[i].cycles);
        if (limit != (rows[i].limit ? rows[i].limit : none))
            fail_msg("row %zu: %llu", i, (unsigned long long)limit);
        assert_false(rows[i].limit && aug_incumbent_wants(&incumbent, (aug_value){limit, rows[i].cycles}));
        test_end(&ground);
    }
}

// Slower than the fastest: no energy is low enough.
static void too_slow_at_any_energy(void **state) {
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    know(&ground, &best_latency, &incumbent);
    assert_true(aug_incumbent_limit(&incumbent, 6) == 0);
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){0, 6}));
    test_end(&ground);
}

// (4, 2) is below (5, 5), (0, 1) below all.
static void a_front_drops_what_is_dominated(void **state) {
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    aug_incumbent_init(&ground.arena, AUG_OBJECTIVE_FRONT, &incumbent);
    aug_incumbent_add(&incumbent, (aug_value){5, 5}, NULL);
    aug_incumbent_add(&incumbent, (aug_value){1, 9}, NULL);
    assert_int_equal(incumbent.count, 2);
    aug_incumbent_add(&incumbent, (aug_value){4, 2}, NULL);
    assert_int_equal(incumbent.count, 2);
    assert_value(&incumbent, 0, (aug_value){1, 9});
    assert_value(&incumbent, 1, (aug_value){4, 2});
    aug_incumbent_add(&incumbent, (aug_value){1, 8}, NULL); // as much energy, faster
    assert_int_equal(incumbent.count, 2);
    assert_value(&incumbent, 1, (aug_value){1, 8});
    aug_incumbent_add(&incumbent, (aug_value){0, 1}, NULL);
    assert_int_equal(incumbent.count, 1);
    test_end(&ground);
}

// Though it is not below it in both.
static void one_value_takes_the_place_of_another(void **state) {
    static const aug_value better[] = {{7, 9}, {9, 7}, {7, 9}}; // energy, cycles, 63 of 64
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    for (int o = 0; o < AUG_OBJECTIVE_FRONT; o++) {
        aug_incumbent_init(&ground.arena, (aug_objective)o, &incumbent);
        aug_incumbent_add(&incumbent, (aug_value){8, 8}, NULL);
        assert_true(aug_incumbent_wants(&incumbent, better[o]));
        aug_incumbent_add(&incumbent, better[o], NULL);
        assert_int_equal(incumbent.count, 1);
        assert_value(&incumbent, 0, better[o]);
    }
    test_end(&ground);
}

// (0, 20) (1, 19) .. (20, 0): none is below another.
static void a_front_grows(void **state) {
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    aug_incumbent_init(&ground.arena, AUG_OBJECTIVE_FRONT, &incumbent);
    for (int i = 0; i <= 20; i++)
        aug_incumbent_add(&incumbent, (aug_value){(aug_wide)i, 20 - i}, NULL);
    assert_int_equal(incumbent.count, 21);
    for (int i = 0; i <= 20; i++)
        assert_value(&incumbent, i, (aug_value){(aug_wide)i, 20 - i});
    test_end(&ground);
}

// Of no interest from 5 on, and nothing takes fewer than 3 cycles: what seems to take 2 may take 3, and is then held
// against what does so with an energy of 4.
static void energies_that_matter_and_cycles_that_are_least(void **state) {
    const aug_mapper_options options = {.objective = AUG_OBJECTIVE_FRONT, .most_pj = 4.5, .least_cycles = 3.0};
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    aug_incumbent_begin(&ground.arena, &options, 1.0, &incumbent);
    assert_true(aug_incumbent_has_limit(&incumbent));
    assert_true(aug_incumbent_wants(&incumbent, (aug_value){4, 2}));
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){5, 2}));
    assert_true(aug_incumbent_limit(&incumbent, 2.0) == 5);
    aug_incumbent_add(&incumbent, (aug_value){4, 3}, NULL);
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){4, 2}));
    assert_true(aug_incumbent_wants(&incumbent, (aug_value){3, 2}));
    assert_true(aug_incumbent_limit(&incumbent, 2.0) == 4);
    test_end(&ground);
}

static void a_mapping_is_copied(void **state) {
    aug_mapping mapping = {.count = 2, .nodes = {{.kind = AUG_MAPPING_FOR, .tile = 3}, {.tile = 4}}};
    test_ground ground;
    aug_incumbent incumbent;
    (void)state;
    test_begin(&ground);
    aug_incumbent_init(&ground.arena, AUG_OBJECTIVE_ENERGY, &incumbent);
    aug_incumbent_add(&incumbent, (aug_value){1, 1}, &mapping);
    mapping.nodes[0].tile = 5;
    const aug_mapping *held = incumbent.known[0].mapping;
    assert_int_equal(held->count, 2);
    assert_true(held->nodes[0].kind == AUG_MAPPING_FOR && held->nodes[0].tile == 3 &&
                held->nodes[1].tile == 4);
    test_end(&ground);
}

static void a_copy_goes_its_own_way(void **state) {
    test_ground ground;
    aug_incumbent incumbent, copy;
    (void)state;
    test_begin(&ground);
    know(&ground, &front, &incumbent);
    aug_incumbent_copy(&ground.arena, &incumbent, &copy);
    assert_true(copy.objective == AUG_OBJECTIVE_FRONT && copy.count == 2);
    aug_incumbent_add(&copy, (aug_value){0, 1}, NULL);
    assert_value(&copy, 0, (aug_value){0, 1});
    assert_int_equal(incumbent.count, 2);
    assert_value(&incumbent, 0, (aug_value){1, 9});
    assert_value(&incumbent, 1, (aug_value){4, 2});
    test_end(&ground);
}

static void values_as_one_number(void **state) {
    const aug_value value = {3, 7};
    (void)state;
    assert_true(aug_value_rank(AUG_OBJECTIVE_ENERGY, value) == 3);
    assert_true(aug_value_rank(AUG_OBJECTIVE_LATENCY, value) == 7);
    assert_true(aug_value_rank(AUG_OBJECTIVE_EDP, value) == 21);
    assert_true(aug_value_rank(AUG_OBJECTIVE_FRONT, value) == 21);
}

// Fewer than 20 cycles, or 20 and less than 5 pJ, in steps of 0.5 pJ; without an energy fewer cycles alone. When there is a mapping, one of
// as many cycles is of no interest, whatever its energy.
static void cutoffs_of_time_may_have_an_energy(void **state) {
    static const struct {
        double most_pj;
        aug_value value;
        bool wanted;
    } rows[] = {{5.0, {99, 19}, true}, {5.0, {9, 20}, true},  {5.0, {10, 20}, false},
                {5.0, {1, 21}, false}, {0.0, {99, 19}, true}, {0.0, {1, 20}, false}};
    (void)state;
    test_ground ground;
    aug_incumbent incumbent;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const aug_mapper_options options = {.objective = AUG_OBJECTIVE_LATENCY,
                                            .cycles_alone = true,
                                            .has_cutoff = true,
                                            .tie_pj = rows[i].most_pj,
                                            .cutoff_cycles = 20.0};
        aug_incumbent_begin(&ground.arena, &options, 0.5, &incumbent);
        assert_int_equal(aug_incumbent_wants(&incumbent, rows[i].value), rows[i].wanted);
    }
    static const aug_mapping mapping;
    aug_incumbent_add(&incumbent, (aug_value){50, 13.0}, &mapping);
    assert_true(aug_incumbent_wants(&incumbent, (aug_value){60, 12.0}));
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){40, 13.0}));
    assert_true(aug_incumbent_limit(&incumbent, 13.0) == 0 && aug_incumbent_limit(&incumbent, 12.0) > 60);
    test_end(&ground);
}

// Less than nothing is left: nothing is of interest.
static void a_cutoff_below_nothing(void **state) {
    (void)state;
    test_ground ground;
    aug_incumbent incumbent;
    test_begin(&ground);
    const aug_mapper_options options = {
        .objective = AUG_OBJECTIVE_ENERGY, .has_cutoff = true, .cutoff_energy_pj = -1.0, .cutoff_cycles = INFINITY};
    aug_incumbent_begin(&ground.arena, &options, 0.5, &incumbent);
    assert_false(aug_incumbent_wants(&incumbent, (aug_value){0, 1.0}));
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cutoff_below_nothing),
        cmocka_unit_test(cutoffs_of_time_may_have_an_energy),
        cmocka_unit_test(products_are_of_all_together), cmocka_unit_test(what_is_of_interest),
        cmocka_unit_test(nothing_is_lost_in_comparing),
        cmocka_unit_test(a_product_that_is_given),
        cmocka_unit_test(energies_at_given_cycles),
        cmocka_unit_test(too_slow_at_any_energy),
        cmocka_unit_test(a_front_drops_what_is_dominated),
        cmocka_unit_test(one_value_takes_the_place_of_another),
        cmocka_unit_test(a_front_grows),
        cmocka_unit_test(energies_that_matter_and_cycles_that_are_least),
        cmocka_unit_test(a_mapping_is_copied),
        cmocka_unit_test(a_copy_goes_its_own_way),
        cmocka_unit_test(values_as_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
