// Price:
//
//   die     = wafer / (gross · yield), cores with spare ones, of what is not empty         (machine/yield.h)
//   package = substrate and test of a die on its own; of several dies or stacks of memory:
//             (dies · area + stacks · footprint) · interposer $/mm² + assembly
//   bonding = (dies + memory + interposer) · (good bond^-pieces - 1)           pieces: dies and stacks
//   cost    = dies + memory + package + bonding
//   price   = cost · markup + (masks + design) / volume
//
// Silicon beyond the reticle that is sketched is cut into equal dies.
//
// Example: one die of 312 USD on 814 mm², 6 stacks with 80 GB at 16 USD/GB: interposer (814 + 6 · 110) · 0.49
// = 722 USD, assembly 500 USD, bonds of 0.99: (312 + 1280 + 722) · (0.99^-7 - 1) = 169 USD; together 2983
// USD.
#include "machine/silicon_parts.h"

#include <math.h>

static void price_die(const aug_die *die, aug_silicon_die *sized, double pieces) {
    const aug_technology *t = die->technology;
    const aug_core *c = &die->core;
    double area = sized->area_mm2 / pieces, filled = area - sized->empty_mm2 / pieces;
    double cores = sized->block_mm2 * c->count / pieces;
    double block = aug_part_yield(t, sized->block_mm2), spare = floor((c->count - c->used) / pieces);
    if (spare > 0.0)
        sized->yield = aug_part_yield(t, fmax(0.0, filled - cores)) *
                       aug_block_yield(block, floor(c->count / pieces), spare);
    else
        sized->yield = aug_part_yield(t, filled);
    sized->gross = die->wafer ? 1.0 : fmax(1.0, aug_gross_dies(t, area));
    sized->usd = pieces * t->wafer_usd / (sized->gross * sized->yield);
}

// Stacks of HBM, as whole ones.
static double stacks_of(const aug_dies *dies) {
    double stacks = 0.0;
    for (int i = 0; i < dies->count; i++)
        stacks += dies->dies[i].count * dies->dies[i].phy[AUG_CELLS_HBM];
    return ceil(stacks - 1e-9);
}

static void price_memory(const aug_machine *machine, const aug_technology *t, aug_silicon *s) {
    for (int i = 0; i < machine->memory_count; i++) {
        const aug_level *level = &machine->levels[machine->memories[i]];
        double bits = aug_memory_total_bits(level), usd = t->memory_usd_per_bit[level->memory.cells];
        if (level->memory.cells != AUG_CELLS_SRAM && isfinite(bits) && usd > 0.0)
            s->memory_usd += bits * usd;
    }
}

// Dies that stand on another one take no room of their own.
static double footprint(const aug_dies *dies, const aug_silicon *s) {
    double mm2 = 0.0;
    for (int i = 0; i < dies->count; i++)
        if (i == 0 || !(dies->dies[i - 1].carries > 0.0))
            mm2 += dies->dies[i].count * s->dies[i].area_mm2;
    return mm2;
}

static void price_package(const aug_dies *dies, const aug_technology *t, aug_silicon *s) {
    double stacks = stacks_of(dies), pieces = stacks;
    for (int i = 0; i < dies->count; i++)
        pieces += dies->dies[i].count * (dies->sketched ? s->piece_count : 1.0);
    s->package_usd = t->package_usd;
    if (pieces < 2.0)
        return;
    double interposer = (footprint(dies, s) + stacks * t->stack_mm2) * t->interposer_usd_per_mm2;
    s->bonding_usd = (s->die_usd + s->memory_usd + interposer) * (pow(t->bond_yield, -pieces) - 1.0);
    s->package_usd = interposer + t->assembly_usd;
}

void aug_silicon_costs(const aug_dies *dies, const aug_machine *machine, aug_silicon *s) {
    const aug_technology *first = dies->dies[0].technology;
    double reticle = first->reticle_mm2,
           nre_volume = machine->volume > 0.0 ? machine->volume : first->nre.volume;
    s->piece_count = dies->sketched ? fmax(1.0, ceil(s->area_mm2 / reticle)) : 0.0;
    for (int i = 0; i < dies->count; i++) {
        price_die(&dies->dies[i], &s->dies[i], dies->sketched ? s->piece_count : 1.0);
        s->die_usd += dies->dies[i].count * s->dies[i].usd;
        s->piece_count += dies->sketched ? 0.0 : dies->dies[i].count;
    }
    s->yield = s->dies[0].yield;
    price_memory(machine, first, s);
    price_package(dies, first, s);
    s->cost_usd = s->die_usd + s->memory_usd + s->package_usd + s->bonding_usd;
    s->nre_usd = nre_volume > 0.0 ? (first->nre.masks_usd + first->nre.design_usd) / nre_volume : 0.0;
    s->price_usd = s->cost_usd * first->markup + s->nre_usd;
}
