// Area, block by block:
//
//   matrix    = max over formats (multiply-accumulates per cycle · mm²): narrow formats share the wide ones'
//   hardware vector    = Σ units · mm² (32 and 64 bits, integer) memories  = bits · mm²/bit, each kind with
//   its own: registers, local, shared control   = cores · core + lanes · lane + threads · thread graphics  =
//   cores · graphics interface = number · (mm² that does not shrink + mm² of its control) rest      =
//   overhead / (1 - overhead) · all of these but what does not shrink base die  ≥ what it carries + its
//   interfaces
//
// all but interfaces counted on one die with its spare cores. Two blocks of one uncertainty each: σ² = Σ
// (uncertainty · area)².
//
// Example: 100 mm² of logic and memory at an overhead of 0.37 and 20 mm² of interfaces: 100 / 0.63 + 20 =
// 178.7 mm².
#include "machine/silicon_parts.h"

#include <math.h>

double aug_mac_figure(const double *by_format, aug_number_format format) {
    if (by_format[format] > 0.0)
        return by_format[format];
    for (aug_number_format f = aug_format_computed(format); f != AUG_FORMAT_NONE; f = aug_format_fallback(f))
        if (by_format[f] > 0.0)
            return by_format[f];
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (by_format[f] > 0.0)
            return by_format[f];
    return 0.0;
}

static double matrix_area(const aug_technology *t, const aug_core *core) {
    double most = 0.0, all = 0.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        if (!(core->matrix_per_cycle[f] > 0.0))
            continue;
        double area = core->matrix_per_cycle[f] * aug_mac_figure(t->mac_mm2, (aug_number_format)f);
        all += area;
        most = fmax(most, area);
    }
    return most + t->mac_separate * (all - most);
}

// What is digital on one die, by block.
static void digital_areas(const aug_die *die, double *mm2) {
    const aug_technology *t = die->technology;
    const aug_core *c = &die->core;
    mm2[AUG_BLOCK_MATRIX] = c->count * matrix_area(t, c);
    mm2[AUG_BLOCK_VECTOR] = c->count * (c->fp32 * t->vector.fp32_mm2 + c->fp64 * t->vector.fp64_mm2 +
                                        c->int32 * t->vector.int32_mm2);
    mm2[AUG_BLOCK_REGISTERS] = c->count * c->registers_bits * t->sram_mm2_per_bit[AUG_SRAM_REGISTERS];
    double memory = c->sram_mm2 > 0.0    ? c->sram_mm2
                    : c->sram_bits > 0.0 ? c->sram_bits * aug_sram_area(t, c->sram_bits)
                                         : 0.0;
    mm2[AUG_BLOCK_LOCAL] = c->count * memory + die->scratch_bits * t->sram_mm2_per_bit[AUG_SRAM_LOCAL];
    mm2[AUG_BLOCK_SHARED] = die->shared_bits * t->sram_mm2_per_bit[AUG_SRAM_SHARED];
    mm2[AUG_BLOCK_CONTROL] = c->count * (t->control.core_mm2 + c->lanes * t->control.lane_mm2 +
                                         c->threads * t->control.thread_mm2);
    mm2[AUG_BLOCK_GRAPHICS] = c->count * c->graphics * t->control.graphics_mm2;
    for (int i = AUG_CELLS_HBM; i < AUG_PHY_COUNT; i++)
        mm2[i < AUG_CELLS_COUNT ? AUG_BLOCK_MEMORY_PHY : AUG_BLOCK_LINK_PHY] +=
            die->phy[i] * t->phy[i].control_mm2;
}

static double control_of_interfaces(const aug_die *die) {
    double sum = 0.0;
    for (int i = AUG_CELLS_HBM; i < AUG_PHY_COUNT; i++)
        sum += die->phy[i] * die->technology->phy[i].control_mm2;
    return sum;
}

// Adds what does not shrink; returns how much that is.
static double add_interfaces(const aug_die *die, double *mm2) {
    double sum = 0.0;
    for (int i = AUG_CELLS_HBM; i < AUG_PHY_COUNT; i++) {
        double area = die->phy[i] * die->technology->phy[i].area_mm2;
        mm2[i < AUG_CELLS_COUNT ? AUG_BLOCK_MEMORY_PHY : AUG_BLOCK_LINK_PHY] += area;
        sum += area;
    }
    return sum;
}

static double sum_of(const double *mm2) {
    double sum = 0.0;
    for (int b = 0; b < AUG_BLOCK_COUNT; b++)
        sum += mm2[b];
    return sum;
}

// Blocks of one die; `above` is the area of one die of the next entry. Returns the area of one core with its
// share of the rest.
static double die_areas(const aug_die *die, double above, double *mm2) {
    digital_areas(die, mm2);
    double overhead = die->technology->overhead, digital = sum_of(mm2);
    double cores = 0.0;
    for (int b = AUG_BLOCK_MATRIX; b <= AUG_BLOCK_GRAPHICS; b++)
        cores += b == AUG_BLOCK_SHARED ? 0.0 : mm2[b];
    cores -= die->scratch_bits * die->technology->sram_mm2_per_bit[AUG_SRAM_LOCAL];
    mm2[AUG_BLOCK_REST] = digital * overhead / (1.0 - overhead);
    double edge = control_of_interfaces(die) / (1.0 - overhead) + add_interfaces(die, mm2);
    mm2[AUG_BLOCK_BASE] = fmax(0.0, die->carries * above + edge - sum_of(mm2));
    return die->core.count > 0.0 ? cores / (1.0 - overhead) / die->core.count : 0.0;
}

// One standard deviation of a die's area, squared; NaN where the technology states no uncertainty.
static double variance(const aug_technology *t, const double *mm2) {
    double sum = 0.0;
    for (int b = 0; b < AUG_BLOCK_COUNT; b++)
        if (mm2[b] > 0.0)
            sum += t->uncertainty[b] * mm2[b] * t->uncertainty[b] * mm2[b];
    return sum;
}

static void sum_up(aug_silicon *s, double deviation) {
    const aug_silicon_block *b = s->blocks;
    s->mac_mm2 = b[AUG_BLOCK_MATRIX].area_mm2 + b[AUG_BLOCK_VECTOR].area_mm2;
    s->sram_mm2 =
        b[AUG_BLOCK_REGISTERS].area_mm2 + b[AUG_BLOCK_LOCAL].area_mm2 + b[AUG_BLOCK_SHARED].area_mm2;
    s->phy_mm2 = b[AUG_BLOCK_MEMORY_PHY].area_mm2 + b[AUG_BLOCK_LINK_PHY].area_mm2;
    s->low_mm2 = fmax(0.0, s->area_mm2 - deviation);
    s->high_mm2 = s->area_mm2 + deviation;
}

void aug_silicon_areas(const aug_dies *dies, aug_silicon *s) {
    double deviation = 0.0; // kinds of dies share their constants, so their deviations add up
    s->die_count = dies->count;
    for (int i = dies->count - 1; i >= 0; i--) {
        const aug_die *die = &dies->dies[i];
        double mm2[AUG_BLOCK_COUNT] = {0}, above = i + 1 < dies->count ? s->dies[i + 1].area_mm2 : 0.0;
        s->dies[i] = (aug_silicon_die){.die = die};
        s->dies[i].block_mm2 = die_areas(die, above, mm2);
        s->dies[i].area_mm2 = sum_of(mm2);
        s->dies[i].empty_mm2 = mm2[AUG_BLOCK_BASE];
        s->area_mm2 += die->count * s->dies[i].area_mm2;
        for (int b = 0; b < AUG_BLOCK_COUNT; b++)
            s->blocks[b].area_mm2 += die->count * mm2[b];
        deviation += die->count * sqrt(variance(die->technology, mm2));
    }
    sum_up(s, deviation);
}
