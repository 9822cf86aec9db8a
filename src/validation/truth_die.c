// Areas, power limits and prices of making of chips whose blocks are counted (machine/die.h) against what is
// published.
//
// A row is a machine, or one kind of die of it. The columns area_use, power_use and cost_use say whether a
// constant of the technology was set so that this figure comes out, and groups keep these apart from the
// figures that were held back.
#include "validation/truth.h"

#include "machine/silicon.h"

#include <math.h>
#include <string.h>

enum { TARGET_AREA, TARGET_POWER, TARGET_COST, TARGET_DIE };

static aug_dies *dies_of(aug_truth *truth, const aug_table_row *row, const aug_machine **machine,
                         aug_prediction *prediction) {
    const aug_truth_machine *found = aug_truth_machine_of(truth, row, prediction);
    if (!found)
        return NULL;
    aug_dies *dies = NULL;
    aug_errors *errors = AUG_NEW(truth->arena, aug_errors);
    *machine = found->machine;
    if (!aug_silicon_dies(truth->library, truth->arena, errors, found->machine, &dies))
        prediction->reason = errors->items[0].message;
    else if (!dies)
        prediction->reason = "no inventory of its dies";
    return dies;
}

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *die = aug_truth_cell(truth, row, "die");
    return *die ? die : "chip";
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    static const char *const names[] = {"area", "power", "cost", "dies"};
    static const char *const uses[] = {"area_use", "power_use", "cost_use", "cost_use"};
    bool set = strcmp(aug_truth_cell(truth, row, uses[target]), "calibrated") == 0;
    return set ? aug_arena_print(truth->arena, "%s set", names[target]) : names[target];
}

static void answer_area(double mm2, const aug_silicon *s, aug_prediction *prediction) {
    double low = s->low_mm2 / s->area_mm2, high = s->high_mm2 / s->area_mm2;
    aug_truth_answer(prediction, TARGET_AREA, mm2, isfinite(low) ? low : 1.0, isfinite(high) ? high : 1.0);
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    const aug_machine *machine = NULL;
    aug_dies *dies = dies_of(truth, row, &machine, prediction);
    if (!dies)
        return;
    const aug_silicon s = aug_silicon_of(dies, machine);
    const char *die = aug_truth_cell(truth, row, "die");
    prediction->basis = AUG_BASIS_DATASHEET;
    prediction->reason = NULL;
    for (int i = 0; *die && i < s.die_count; i++)
        if (strcmp(dies->dies[i].name, die) == 0) {
            answer_area(s.dies[i].area_mm2, &s, prediction);
            return;
        }
    if (*die) {
        prediction->reason = "the inventory has no such die";
        return;
    }
    answer_area(s.area_mm2, &s, prediction);
    const aug_silicon_band *power = &aug_silicon_power_band, *cost = &aug_silicon_cost_band,
                           *made = &aug_silicon_die_band;
    if (isfinite(s.peak_power_watts))
        aug_truth_answer(prediction, TARGET_POWER, s.peak_power_watts, power->low, power->high);
    aug_truth_answer(prediction, TARGET_COST, s.cost_usd, cost->low, cost->high);
    aug_truth_answer(prediction, TARGET_DIE, s.die_usd, made->low, made->high);
}

const aug_truth_kind aug_truth_die = {
    .name = "dies",
    .columns = {"device", "die", "area_mm2", "tdp_w", "cost_usd", "die_usd", NULL},
    .target_count = 4,
    .targets = {{.measured = "area_mm2", .operation = "area", .suffix = "_area_mm2", .unit = 1.0},
                {.measured = "tdp_w", .operation = "power", .suffix = "_tdp_w", .unit = 1.0},
                {.measured = "cost_usd", .operation = "cost", .suffix = "_cost_usd", .unit = 1.0},
                {.measured = "die_usd", .operation = "dies", .suffix = "_die_usd", .unit = 1.0}},
    .dtype = dtype,
    .operation = operation,
    .predict = predict,
};
