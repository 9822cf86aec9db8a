#include "machine/machine.h"

#include <math.h>
#include <string.h>

double aug_memory_total_bits(const aug_level *level) {
    return level->memory.size_bits * level->instances;
}

int aug_machine_level(const aug_machine *machine, const char *name) {
    for (int i = 0; i < machine->level_count; i++)
        if (strcmp(machine->levels[i].name, name) == 0)
            return i;
    return -1;
}

const aug_link *aug_machine_link(const aug_machine *machine, double chips) {
    for (int i = 0; i < machine->link_count; i++)
        if (machine->links[i].chips >= chips)
            return &machine->links[i];
    return machine->link_count ? &machine->links[machine->link_count - 1] : NULL;
}

double aug_machine_peak(const aug_machine *machine, aug_unit unit, aug_number_format format, aug_number_format *used) {
    for (aug_number_format f = aug_format_computed(format); f != AUG_FORMAT_NONE; f = aug_format_fallback(f)) {
        if (machine->peak_ops_per_second[unit][f] > 0.0) {
            *used = f;
            return machine->peak_ops_per_second[unit][f];
        }
    }
    // Nothing wide enough: the widest that it has.
    *used = AUG_FORMAT_NONE;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (machine->peak_ops_per_second[unit][f] > 0.0 &&
            (*used == AUG_FORMAT_NONE || aug_format_bits((aug_number_format)f) > aug_format_bits(*used)))
            *used = (aug_number_format)f;
    return *used == AUG_FORMAT_NONE ? 0.0 : machine->peak_ops_per_second[unit][*used];
}

// A compute level's operations per second: stated, or rate · 2 operations · instances · clock.
static double compute_peak(const aug_machine *machine, const aug_level *level, int format) {
    const aug_compute *compute = &level->compute;
    if (compute->peak_ops_per_second[format] > 0.0)
        return compute->peak_ops_per_second[format];
    if (!(compute->rate_per_cycle[format] > 0.0))
        return 0.0;
    double operations = compute->unit == AUG_UNIT_MATRIX ? 2.0 : 1.0;
    return compute->rate_per_cycle[format] * operations * level->instances * machine->clock_hz;
}

static void add_compute(aug_machine *machine, const aug_level *level) {
    int unit = level->compute.unit;
    double per_action = unit == AUG_UNIT_MATRIX ? 2.0 : 1.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double peak = compute_peak(machine, level, f);
        if (!(peak > 0.0))
            continue;
        machine->peak_ops_per_second[unit][f] += peak;
        machine->energy_pj_per_op[unit][f] = level->compute.energy_pj[f] / per_action;
    }
}

// Formats that share a rate: bf16 stands for fp16 and the other way round.
static void share_formats(aug_machine *machine, int unit) {
    double *peak = machine->peak_ops_per_second[unit], *energy = machine->energy_pj_per_op[unit];
    if (peak[AUG_FORMAT_BF16] <= 0.0 && peak[AUG_FORMAT_FP16] > 0.0) {
        peak[AUG_FORMAT_BF16] = peak[AUG_FORMAT_FP16];
        energy[AUG_FORMAT_BF16] = energy[AUG_FORMAT_FP16];
    }
    if (peak[AUG_FORMAT_FP4] <= 0.0 && peak[AUG_FORMAT_NVFP4] > 0.0) {
        peak[AUG_FORMAT_FP4] = peak[AUG_FORMAT_NVFP4];
        energy[AUG_FORMAT_FP4] = energy[AUG_FORMAT_NVFP4];
    }
}

static bool all_energies(const aug_machine *machine) {
    for (int i = 0; i < machine->memory_count; i++) {
        const aug_memory *memory = &machine->levels[machine->memories[i]].memory;
        if (isnan(memory->energy_pj_per_bit[AUG_ACTION_READ]) || isnan(memory->energy_pj_per_bit[AUG_ACTION_WRITE]))
            return false;
    }
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (machine->peak_ops_per_second[AUG_UNIT_MATRIX][f] > 0.0 &&
            isnan(machine->energy_pj_per_op[AUG_UNIT_MATRIX][f]))
            return false;
    return true;
}

void aug_machine_finish(aug_machine *machine) {
    double instances = 1.0, hops = 0.0;
    machine->memory_count = 0;
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            machine->peak_ops_per_second[unit][f] = 0.0;
            machine->energy_pj_per_op[unit][f] = NAN;
        }
    for (int i = 0; i < machine->level_count; i++) {
        aug_level *level = &machine->levels[i];
        level->instances = instances;
        switch (level->kind) {
        case AUG_LEVEL_MEMORY:
            machine->memories[machine->memory_count++] = i;
            break;
        case AUG_LEVEL_ARRAY:
            for (int a = 0; a < level->array.axis_count; a++) {
                instances *= level->array.fanout[a];
                hops += level->array.hop_cycles * level->array.fanout[a];
            }
            break;
        case AUG_LEVEL_COMPUTE:
            add_compute(machine, level);
            break;
        }
    }
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        share_formats(machine, unit);
    machine->hop_seconds = hops > 0.0 ? 2.0 * hops / machine->clock_hz : 0.0;
    machine->has_energy = all_energies(machine);
}
