#include "design/figures.h"

#include <math.h>

static const struct {
    const char *key, *text;
} table[AUG_FIGURE_COUNT] = {
#define ROW(suffix, key, text) {key, text},
    AUG_FIGURES(ROW)
#undef ROW
};

const char *aug_figure_key(aug_figure figure) {
    return table[figure].key;
}

const char *aug_figure_text(aug_figure figure) {
    return table[figure].text;
}

static double known(double value) {
    return isfinite(value) && value > 0.0 ? value : (double)NAN;
}

// Bits of all SRAM on the chip.
static double sram_bits(const aug_machine *machine) {
    double bits = 0.0;
    for (int i = 0; i < machine->memory_count; i++) {
        const aug_level *level = &machine->levels[machine->memories[i]];
        if (level->memory.cells == AUG_CELLS_SRAM && isfinite(level->memory.size_bits))
            bits += aug_memory_total_bits(level);
    }
    return bits;
}

aug_figures aug_figures_of(const aug_machine *machine) {
    aug_number_format used;
    const aug_level *memory = &machine->levels[machine->memories[0]]; // the first level where there is no memory at all
    return (aug_figures){
        .of = {
            [AUG_FIGURE_PEAK] = known(aug_machine_peak(machine, AUG_UNIT_MATRIX, AUG_FORMAT_BF16, &used)),
            [AUG_FIGURE_BANDWIDTH] = known(memory->memory.read_bits_per_second * memory->instances / 8.0),
            [AUG_FIGURE_MEMORY] = known(aug_memory_total_bits(memory) / 8.0),
            [AUG_FIGURE_SRAM] = known(sram_bits(machine) / 8.0),
            [AUG_FIGURE_AREA] = machine->area_mm2,
            [AUG_FIGURE_POWER] = machine->power_limit_watts,
            [AUG_FIGURE_PRICE] = machine->price_usd,
        }};
}

double aug_figures_balance(const aug_figures *figures) {
    return figures->of[AUG_FIGURE_BANDWIDTH] / figures->of[AUG_FIGURE_PEAK];
}
