#include "support/testing.h"

#include "base/random.h"

// The published values of splitmix64 for the seeds 0 and 1234567.
static void the_sequence_is_that_of_splitmix64(void **state) {
    (void)state;
    static const uint64_t expected[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                        UINT64_C(16408922859458223821)};
    aug_random random = {1234567};
    for (size_t i = 0; i < AUG_COUNT(expected); i++)
        assert_true(aug_random_next(&random) == expected[i]);
    aug_random zero = {0};
    assert_true(aug_random_next(&zero) == UINT64_C(0xE220A8397B1DCDAF));
}

static void numbers_below_a_count_take_every_value(void **state) {
    (void)state;
    aug_random random = {42};
    for (uint64_t count = 1; count <= 10; count++) {
        int seen[10] = {0};
        for (int i = 0; i < 1000; i++) {
            uint64_t value = aug_random_below(&random, count);
            assert_true(value < count);
            seen[value]++;
        }
        // 1000 draws of at most 10 values: each comes 100 times or more, give or take 10 per standard deviation.
        for (uint64_t value = 0; value < count; value++)
            assert_true(seen[value] > 50);
    }
}

static void numbers_of_the_unit_interval_stay_below_one(void **state) {
    (void)state;
    aug_random random = {7};
    double sum = 0.0;
    for (int i = 0; i < 10000; i++) {
        double value = aug_random_unit(&random);
        assert_true(value >= 0.0 && value < 1.0);
        sum += value;
    }
    assert_near(sum / 10000, 0.5, 0.03); // a standard deviation is 0.003
    assert_true((double)(UINT64_MAX >> 11) * 0x1.0p-53 < 1.0); // the largest value there is
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_that_of_splitmix64),
        cmocka_unit_test(numbers_below_a_count_take_every_value),
        cmocka_unit_test(numbers_of_the_unit_interval_stay_below_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
