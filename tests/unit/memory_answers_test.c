// What the studies on memory answer in docs/studies/sram-or-hbm.md and memory-for-pi0.md, in words: figures
// may move with constants, these directions may not without someone looking at the pages.
#include "support/testing.h"

#include "design/crossover.h"

#include <math.h>
#include <stdlib.h>

static const aug_library library = {.root = AUG_TEST_DATA};

static aug_sweep sweep_of(test_ground *ground, const char *name) {
    aug_sweep sweep;
    const aug_study *study = aug_study_load(&library, &ground->arena, &ground->errors, name);
    assert_non_null(study);
    assert_true(aug_sweep_run(study, 2, NULL, &sweep));
    assert_true(sweep.complete);
    return sweep;
}

static double metric_of(const aug_crossover_row *row, int side) {
    return row->best[side] ? row->best[side]->metrics[AUG_METRIC_USD_MTOK] : (double)INFINITY;
}

// HBM is cheapest where nobody asks for speed, SRAM where each user must have much of it, and SRAM's lead
// grows all the way: in a plan with HBM a user's speed is paid with idle units, in one with SRAM it is there
// anyway.
static void sram_wins_from_a_speed_on(void **state) {
    (void)state;
    enum { SRAM, HBM };
    test_ground ground;
    test_begin(&ground);
    aug_sweep sweep = sweep_of(&ground, "sram-or-hbm-14nm");
    aug_crossovers all = aug_crossovers_find(&ground.arena, &sweep);
    int seen = 0;
    for (int i = 0; i < all.count; i++) {
        const aug_crossover_table *table = &all.tables[i];
        assert_true(table->row_count > 3);
        if (table->of->along_choice >= 0) { // many users at a time: only HBM holds them all
            assert_int_equal(table->rows[0].winner, SRAM);
            assert_int_equal(table->rows[table->row_count - 1].winner, HBM);
            continue;
        }
        seen++;
        assert_int_equal(table->switch_count, 1);
        assert_int_equal(table->switches[0].last.winner, HBM);
        assert_int_equal(table->switches[0].first.winner, SRAM);
        for (int r = 1; r < table->row_count; r++) { // what costs more speed costs no less money
            assert_true(metric_of(&table->rows[r], HBM) >= metric_of(&table->rows[r - 1], HBM));
            assert_true(metric_of(&table->rows[r], SRAM) >= metric_of(&table->rows[r - 1], SRAM));
        }
        assert_true(metric_of(&table->rows[table->row_count - 1], HBM) >
                    2.0 * metric_of(&table->rows[table->row_count - 1], SRAM));
    }
    assert_int_equal(seen, 2); // both limits of power
    aug_sweep_free(&sweep);
    test_end(&ground);
}

static const char *value_at(const aug_sweep *sweep, const aug_front_point *point, const char *path) {
    const aug_space *space = &sweep->study->space;
    for (int c = 0; c < space->choice_count; c++) {
        const aug_choice *choice = &space->choices[c];
        if (strcmp(choice->path, path) == 0)
            return choice
                ->values[aug_space_digit(space, c, aug_space_part_index(space, point->index, choice->part))]
                ->text;
    }
    fail_msg("no choice %s", path);
    return "";
}

// In 30 W only 4 bits keep 20 ms, in 60 W 8 bits do too, 16 in neither; and at a wider bus the smallest chip
// has no more SRAM.
static void fewer_bits_and_wider_buses_need_less_memory(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_sweep sweep = sweep_of(&ground, "memory-for-pi0");
    int of_four = 0, of_eight = 0;
    for (size_t i = 0; i < sweep.front.count; i++) {
        const aug_front_point *point = &sweep.front.points[i];
        const char *weights = value_at(&sweep, point, "model.weights"),
                   *limit = value_at(&sweep, point, "machine.power.limit");
        assert_string_not_equal(weights, "bf16");
        assert_true(strcmp(weights, "fp8") != 0 || strcmp(limit, "60 W") == 0);
        assert_true(point->metrics[AUG_METRIC_LATENCY] <= 0.020);
        assert_true(point->metrics[AUG_METRIC_WATTS] <= strtod(limit, NULL) * (1.0 + 1e-9));
        of_four += strcmp(weights, "fp4") == 0 && strcmp(limit, "30 W") == 0;
        of_eight += strcmp(weights, "fp8") == 0;
        for (size_t j = 0; j < sweep.front.count; j++) {
            const aug_front_point *wider = &sweep.front.points[j];
            if (strcmp(value_at(&sweep, wider, "model.weights"), weights) != 0 ||
                strcmp(value_at(&sweep, wider, "machine.power.limit"), limit) != 0 ||
                strtod(value_at(&sweep, wider, "machine.levels.lpddr.bandwidth"), NULL) <=
                    strtod(value_at(&sweep, point, "machine.levels.lpddr.bandwidth"), NULL))
                continue;
            assert_true(strtod(value_at(&sweep, wider, "machine.levels.sram.size"), NULL) <=
                        strtod(value_at(&sweep, point, "machine.levels.sram.size"), NULL));
        }
    }
    assert_true(of_four > 0 && of_eight > 0);
    aug_sweep_free(&sweep);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sram_wins_from_a_speed_on),
        cmocka_unit_test(fewer_bits_and_wider_buses_need_less_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
