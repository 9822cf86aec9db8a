// What a machine's levels take, where no file counts its blocks.
//
//   cores      one instruction stream per instance of each memory of 1 KiB or more that lies inside an array,
//   one at least:
//              such a memory is filled and read by a sequencer of its own
//   units      by level: the rates of their formats; vector units are multiply-adds of 32 bits, a lane each
//   memories   inside an array local, outside of all arrays shared; below 64 B beside a unit part of its area
//   interfaces bandwidth of each off-chip memory and link over that of one interface
//
// Where 32 or more cores are equal, spare ones are built, as the technology says.
//
// Example: 230 MB inside an array of 88 slices, 3 % spare: 88 cores that must work, 91 that are built, 2.61
// MB of local memory each.
#include "machine/die.h"

#include <math.h>

enum { OWN_BITS = 64 * 8, SEQUENCER_BITS = 1024 * 8, MANY_CORES = 32 };

static double level_bandwidth(const aug_level *level) {
    const aug_memory *m = &level->memory;
    return (m->shared_port ? m->read_bits_per_second
                           : fmax(m->read_bits_per_second, m->write_bits_per_second)) *
           level->instances;
}

static void add_memory(const aug_technology *t, const aug_level *level, bool inside, aug_die *die) {
    const aug_memory *m = &level->memory;
    double bits = aug_memory_total_bits(level), rate = level_bandwidth(level);
    if (m->cells != AUG_CELLS_SRAM) {
        if (isfinite(rate))
            die->phy[m->cells] += rate / t->phy[m->cells].bandwidth_bits_per_second;
        return;
    }
    if (!isfinite(bits))
        return;
    if (inside && m->size_bits >= SEQUENCER_BITS)
        die->core.used += level->instances;
    if (!inside) {
        die->shared_bits += bits;
        die->shared_bits_per_second += isfinite(rate) ? rate : 0.0;
    } else if (m->size_bits > OWN_BITS) {
        die->core.sram_bits += bits;
        die->core.sram_mm2 += bits * aug_sram_area(t, m->size_bits);
    }
}

// Units of a level in a format, over the chip.
static double units_of(const aug_machine *machine, const aug_level *level, int format) {
    const aug_compute *c = &level->compute;
    if (c->rate_per_cycle[format] > 0.0)
        return c->rate_per_cycle[format] * level->instances;
    if (c->peak_ops_per_second[format] > 0.0 && machine->clock_hz > 0.0)
        return c->peak_ops_per_second[format] / machine->clock_hz / aug_unit_operations(c->unit);
    return 0.0;
}

// Units of any format are counted as bf16.
static bool counts(const aug_compute *c, int format) {
    return !c->any_format || format == AUG_FORMAT_BF16;
}

static void add_units(const aug_machine *machine, const aug_level *level, aug_core *chip) {
    double lanes = 0.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double units = counts(&level->compute, f) ? units_of(machine, level, f) : 0.0;
        if (level->compute.unit == AUG_UNIT_MATRIX)
            chip->matrix_per_cycle[f] += units;
        else
            lanes = fmax(lanes, units);
    }
    chip->lanes += lanes;
    chip->fp32 += lanes; // a lane of vector units multiplies and adds
}

// From the whole chip to one core of it.
static void divide(aug_core *core, const aug_technology *technology) {
    core->used = fmax(1.0, core->used);
    core->count = core->used >= MANY_CORES ? ceil(core->used * (1.0 + technology->spare_share)) : core->used;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        core->matrix_per_cycle[f] /= core->used;
    core->fp32 /= core->used;
    core->lanes /= core->used;
    core->sram_bits /= core->used;
    core->sram_mm2 /= core->used;
}

void aug_dies_sketch(const aug_machine *machine, const aug_technology *technology, aug_dies *dies) {
    const double unknown = (double)NAN;
    *dies = (aug_dies){.name = machine->name, .count = 1, .clock_hz = machine->clock_hz, .sketched = true};
    aug_die *die = &dies->dies[0];
    *die = (aug_die){
        .name = machine->name,
        .technology_name = technology->name,
        .technology = technology,
        .count = 1.0,
        .area_mm2 = unknown,
        .core = {
            .threads = 1.0, .tile_m = unknown, .tile_n = unknown, .tile_k = unknown, .bank_bits = unknown}};
    bool inside = false;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        if (level->kind == AUG_LEVEL_ARRAY)
            inside = true;
        else if (level->kind == AUG_LEVEL_MEMORY)
            add_memory(technology, level, inside, die);
        else
            add_units(machine, level, &die->core);
    }
    for (int i = 0; i < machine->link_count; i++)
        die->phy[AUG_PHY_LINK] += machine->links[i].bandwidth_bits_per_second /
                                  technology->phy[AUG_PHY_LINK].bandwidth_bits_per_second;
    divide(&die->core, technology);
}
