// Sizes by hand: expectations are rounded up, whole numbers stay.
#include "support/test_bind.h"

#include "mapper/operator_bind.h"

static const char machine[] =
    "auger: machine/1\nname: chip\nmodel: mapped\nclock: 1 GHz\nlevels:\n  - {memory: dram}\n"
    "  - {memory: buffer, size: 1 KiB}\n  - {compute: mac, rate: 1/cycle}\n";
static void sizes_are_rounded_up(void **state) {
    (void)state;
    static const struct {
        double exact[3];
        aug_count sizes[3];
        bool good, rounded;
    } rows[] = {
        {{4, 5, 6}, {4, 5, 6}, true, false},
        {{7.3, 5, 1.0000000001}, {8, 5, 1}, true, true}, // below 10^-9 is rounding
        {{4, 0, 6}, {4, 0, 0}, false, false},            // no expert has work
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_operator *op = test_read_operator(&ground, TEST_GEMM);
        aug_count sizes[AUG_EINSUM_RANKS] = {0};
        bool rounded = false;
        assert_int_equal(aug_operator_whole_sizes(op, rows[i].exact, sizes, &rounded), rows[i].good);
        assert_int_equal(rounded, rows[i].rounded);
        for (int r = 0; r < 3 && rows[i].good; r++)
            assert_int_equal(sizes[r], rows[i].sizes[r]);
        test_end(&ground);
    }
}

static void what_cannot_be_mapped_says_why(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_precision precision = aug_precision_of(AUG_FORMAT_INT8);
    const aug_count sizes[AUG_EINSUM_RANKS] = {64, 32, 16};
    const aug_machine *chip = test_read_machine(&ground, machine);
    aug_operator op = *test_read_operator(&ground, TEST_GEMM);
    aug_problem problem;
    assert_null(aug_operator_bind(&ground.arena, &op, &precision, sizes, chip, &problem));
    assert_int_equal(problem.sizes[1], 32);
    op.gathers = true;
    assert_string_equal(aug_operator_bind(&ground.arena, &op, &precision, sizes, chip, &problem),
                        "it reads only some rows of its table");
    op.gathers = false;
    const aug_count none[AUG_EINSUM_RANKS] = {64, 0, 16};
    assert_non_null(
        strstr(aug_operator_bind(&ground.arena, &op, &precision, none, chip, &problem), "has size 0"));
    test_end(&ground);
}

// buffer: 0.5 pJ/bit and a unit without energy; what is stated is not missed.
static void a_missing_energy_is_named(void **state) {
    (void)state;
    static const struct {
        const char *text, *missing;
    } rows[] = {
        {"  - {memory: dram, energy: 1 pJ/bit}\n  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n", NULL},
        {"  - {memory: dram, energy: 1 pJ/bit}\n  - {compute: mac, rate: 1/cycle}\n", "mac"},
        {"  - {memory: dram}\n  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n", "dram"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(
            &ground.arena, "auger: machine/1\nname: chip\nmodel: mapped\nclock: 1 GHz\nlevels:\n%s",
            rows[i].text);
        const char *missing = aug_problem_without_energy(test_bind(&ground, TEST_GEMM, text));
        assert_int_equal(missing != NULL, rows[i].missing != NULL);
        if (missing)
            assert_string_equal(missing, rows[i].missing);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_rounded_up),
        cmocka_unit_test(what_cannot_be_mapped_says_why),
        cmocka_unit_test(a_missing_energy_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
