#include "machine/machine.h"

#include <math.h>
#include <string.h>

double aug_memory_total_bits(const aug_level *level) {
    return level->memory.size_bits * level->instances;
}

double aug_unit_operations(int unit) {
    return unit == AUG_UNIT_MATRIX ? 2.0 : 1.0;
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

void aug_machine_idealise(aug_machine *machine) {
    aug_kernel *kernel = &machine->kernel;
    machine->ideal = true;
    machine->models = NULL;
    kernel->fuses = true;
    machine->hop_seconds = kernel->launch_seconds = 0.0;
    kernel->achievable_memory = kernel->achievable_link = kernel->low_ratio = kernel->high_ratio = 1.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        kernel->achievable_compute[f] = 1.0;
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
    double operations = aug_unit_operations(compute->unit);
    return compute->rate_per_cycle[format] * operations * level->instances * machine->clock_hz;
}

// Units of one format work side by side, each at its peak: their mean energy is weighted by it.
static void add_compute(aug_machine *machine, const aug_level *level) {
    int unit = level->compute.unit;
    double per_action = aug_unit_operations(unit);
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double peak = compute_peak(machine, level, f), *sum = &machine->peak_ops_per_second[unit][f];
        if (!(peak > 0.0))
            continue;
        double energy = level->compute.energy_pj[f] / per_action, *mean = &machine->energy_pj_per_op[unit][f];
        *mean = *sum > 0.0 ? (*mean * *sum + energy * peak) / (*sum + peak) : energy;
        *sum += peak;
    }
}

// The format with the highest peak of those that are computed as `format` (fp16 as bf16, fp8_block as fp8, mxfp4 and nvfp4
// as fp4), NONE where none is stated.
static aug_number_format stand_in(const double *peak, aug_number_format format) {
    aug_number_format best = AUG_FORMAT_NONE;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (aug_format_computed((aug_number_format)f) == format && peak[f] > 0.0 &&
            (best == AUG_FORMAT_NONE || peak[f] >= peak[best]))
            best = (aug_number_format)f;
    return best;
}

// A format that others are computed as, and that is not stated itself, has the rate of one that is.
static void share_formats(aug_machine *machine, int unit) {
    double *peak = machine->peak_ops_per_second[unit], *energy = machine->energy_pj_per_op[unit];
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        aug_number_format other = peak[f] > 0.0 ? AUG_FORMAT_NONE : stand_in(peak, (aug_number_format)f);
        if (other == AUG_FORMAT_NONE)
            continue;
        peak[f] = peak[other];
        energy[f] = energy[other];
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
    double instances = 1.0, hops = 0.0, hops_back = 0.0;
    machine->memory_count = 0;
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            machine->peak_ops_per_second[unit][f] = 0.0;
            machine->energy_pj_per_op[unit][f] = (double)NAN;
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
                hops_back += level->array.sum_hop_cycles * level->array.fanout[a];
            }
            break;
        case AUG_LEVEL_COMPUTE:
            add_compute(machine, level);
            break;
        }
    }
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        share_formats(machine, unit);
    machine->hop_seconds = hops > 0.0 ? (hops + hops_back) / machine->clock_hz : 0.0;
    machine->hop_in_seconds = hops > 0.0 ? hops / machine->clock_hz : 0.0;
    machine->has_energy = all_energies(machine);
}
