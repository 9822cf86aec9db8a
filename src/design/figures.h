// The few figures of a machine that tell what kind of machine it is: for saying how machines of a front
// differ.
#ifndef AUG_DESIGN_FIGURES_H
#define AUG_DESIGN_FIGURES_H

#include "machine/machine.h"

// Row: suffix, key, what it is in a sentence.
#define AUG_FIGURES(ROW)                                                                                     \
    ROW(PEAK, "peak_ops_per_s", "the peak")                                                                  \
    ROW(BANDWIDTH, "memory_bytes_per_s", "the memory bandwidth")                                             \
    ROW(MEMORY, "memory_bytes", "the memory")                                                                \
    ROW(SRAM, "sram_bytes", "the SRAM")                                                                      \
    ROW(AREA, "area_mm2", "the area")                                                                        \
    ROW(POWER, "power_watts", "the power")                                                                   \
    ROW(PRICE, "price_usd", "the price")

typedef enum aug_figure {
#define ROW(suffix, key, text) AUG_FIGURE_##suffix,
    AUG_FIGURES(ROW)
#undef ROW
        AUG_FIGURE_COUNT
} aug_figure;

typedef struct aug_figures {
    double of[AUG_FIGURE_COUNT]; // NaN: not known; of one chip. The peak is that of 16 bits, the memory the
                                 // outermost one
} aug_figures;

const char *aug_figure_key(aug_figure figure);
const char *aug_figure_text(aug_figure figure);
aug_figures aug_figures_of(const aug_machine *machine);
// Bytes per second of the outermost memory over operations per second of the matrix units: 2039 GB/s beside
// 312 TFLOP/s are 0.00654. NaN where either is unknown or unlimited.
double aug_figures_balance(const aug_figures *figures);

#endif
