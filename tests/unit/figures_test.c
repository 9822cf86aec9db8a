// The figures that tell what kind of machine it is.
#include "support/testing.h"

#include "design/figures.h"

static void figures_are_those_of_one_chip(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = "auger: machine/1\n"
                       "clock: 1 GHz\n"
                       "levels:\n"
                       "  - {memory: hbm, cells: hbm, size: 16 GB, bandwidth: 800 GB/s}\n"
                       "  - {memory: shared, size: 8 MB, bandwidth: 4 TB/s}\n"
                       "  - {array: core, fanout: {x: 4}}\n"
                       "  - {memory: own, size: 1 MB, bandwidth: 1 TB/s}\n"
                       "  - {compute: mac, rate: {bf16: 1000/cycle, int8: 2000/cycle}}\n"
                       "power: {limit: 100 W}\n"
                       "area: 200 mm2\n";
    aug_machine machine;
    assert_true(aug_machine_read(&ground.reader, test_parse(&ground, text), "own", &machine));
    aug_figures figures = aug_figures_of(&machine);
    assert_near(figures.of[AUG_FIGURE_PEAK], 4 * 1000 * 2 * 1e9, 1e-12); // 8 TFLOP/s in 16 bits
    assert_near(figures.of[AUG_FIGURE_BANDWIDTH], 800e9, 1e-12);
    assert_near(figures.of[AUG_FIGURE_MEMORY], 16e9, 1e-12);
    assert_near(figures.of[AUG_FIGURE_SRAM], 12e6, 1e-12); // 8 MB and four times 1 MB
    assert_near(figures.of[AUG_FIGURE_AREA], 200, 1e-12);
    assert_near(figures.of[AUG_FIGURE_POWER], 100, 1e-12);
    assert_true(isnan(figures.of[AUG_FIGURE_PRICE]));
    assert_near(aug_figures_balance(&figures), 0.1, 1e-12);
    test_end(&ground);
}

static void every_figure_has_a_name(void **state) {
    (void)state;
    for (int f = 0; f < AUG_FIGURE_COUNT; f++)
        assert_true(*aug_figure_key((aug_figure)f) &&
                    strncmp(aug_figure_text((aug_figure)f), "the ", 4) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_one_chip),
        cmocka_unit_test(every_figure_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
