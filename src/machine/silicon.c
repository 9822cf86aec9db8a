// Formulas stand in silicon_area.c, silicon_power.c and silicon_cost.c; here they meet a machine: what it lacks is filled in, what a study
// varies moves.
//
// Example: stated 100 mm², modelled 60 mm² before a change and 30 after it: 70 mm².
#include "machine/silicon_parts.h"
#include "machine/voltage.h"

#include <math.h>

const aug_silicon_band aug_silicon_power_band = {0.7, 1.35}, aug_silicon_cost_band = {0.8, 1.25},
                       aug_silicon_die_band = {0.8, 1.6};

aug_silicon aug_silicon_of(const aug_dies *dies, const aug_machine *machine) {
    aug_silicon silicon = {0};
    aug_silicon_areas(dies, &silicon);
    aug_silicon_powers(dies, machine, &silicon);
    aug_silicon_costs(dies, machine, &silicon);
    return silicon;
}

// Power when the clock and all on the dies that runs by it go at a share of what is stated.
static double watts_at(const aug_dies *dies, const aug_machine *machine, double share) {
    aug_dies slow_dies = *dies;
    aug_machine slow = *machine;
    slow.clock_hz = share * (machine->clock_hz > 0.0 ? machine->clock_hz : dies->clock_hz);
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        slow.peak_ops_per_second[AUG_UNIT_MATRIX][f] *= share;
    for (int i = 0; i < dies->count; i++)
        slow_dies.dies[i].shared_bits_per_second *= share;
    return aug_silicon_of(&slow_dies, &slow).peak_power_watts;
}

double aug_silicon_clock_within(const aug_dies *dies, const aug_machine *machine, double watts) {
    double clock = machine->clock_hz > 0.0 ? machine->clock_hz : dies->clock_hz, low = 0.0, high = 1.0;
    if (!(clock > 0.0))
        return (double)NAN;
    if (watts_at(dies, machine, 1.0) <= watts)
        return clock;
    for (int i = 0; i < 40; i++) {
        double middle = 0.5 * (low + high);
        *(watts_at(dies, machine, middle) <= watts ? &low : &high) = middle;
    }
    return low > 1e-6 ? low * clock : 0.0;
}

aug_silicon aug_silicon_model(const aug_machine *machine, const aug_technology *technology) {
    aug_dies dies;
    aug_dies_sketch(machine, technology, &dies);
    aug_silicon silicon = aug_silicon_of(&dies, machine);
    for (int i = 0; i < silicon.die_count; i++)
        silicon.dies[i].die = NULL; // goes with this call
    return silicon;
}

static void use_cores(aug_dies *dies, double cores) {
    for (int i = 0; i < dies->count; i++) {
        aug_die *die = &dies->dies[i];
        if (die->core.count > 0.0)
            die->core.used = fmin(die->core.count, cores / die->count);
    }
}

bool aug_silicon_dies(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_machine *machine, aug_dies **dies) {
    *dies = NULL;
    if (machine->dies) {
        aug_dies *found = aug_dies_load(library, arena, errors, machine->dies);
        if (!found || !aug_dies_equip(library, arena, errors, found))
            return false;
        if (machine->cores > 0.0)
            use_cores(found, machine->cores);
        *dies = found;
    } else if (machine->technology && machine->model == AUG_MACHINE_MAPPED) {
        const aug_technology *technology = aug_technology_load(library, arena, errors, machine->technology);
        if (!technology)
            return false;
        *dies = AUG_NEW(arena, aug_dies);
        aug_dies_sketch(machine, technology, *dies);
    }
    return true;
}

// ---- What a machine lacks

bool aug_silicon_is_incomplete(const aug_machine *machine) {
    bool rented = machine->rent_usd_per_hour > 0.0;
    return machine->model == AUG_MACHINE_MAPPED &&
           (isnan(machine->area_mm2) || (isnan(machine->price_usd) && !rented) || isnan(machine->power_limit_watts) ||
            isnan(machine->power_static_watts) || !machine->has_energy);
}

static bool is_stated(const double *energies, int count) {
    for (int i = 0; i < count; i++)
        if (!isnan(energies[i]))
            return true;
    return false;
}

static void fill_memory(aug_memory *m, const aug_technology *t, double squared) {
    const double *each[] = {m->energy_pj_per_bit, m->energy_pj_per_word, m->energy_pj_per_action};
    for (int i = 0; i < 3; i++)
        if (is_stated(each[i], AUG_ACTION_COUNT))
            return;
    for (int action = 0; action < AUG_ACTION_COUNT; action++) {
        if (m->cells != AUG_CELLS_SRAM)
            m->energy_pj_per_bit[action] = t->transfer_pj_per_bit[m->cells];
        else if (isfinite(m->size_bits))
            m->energy_pj_per_bit[action] = squared * aug_sram_energy(t, m->size_bits, action != AUG_ACTION_READ);
    }
}

static void fill_compute(aug_compute *c, const aug_technology *t, double squared) {
    if (is_stated(c->energy_pj, AUG_FORMAT_COUNT))
        return;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        bool has = c->rate_per_cycle[f] > 0.0 || c->peak_ops_per_second[f] > 0.0;
        double pj = aug_mac_figure(t->mac_pj, (aug_number_format)f);
        if (has && pj > 0.0)
            c->energy_pj[f] = squared * pj;
    }
}

void aug_silicon_fill_energies(aug_machine *machine, const aug_technology *t) {
    double v = aug_voltage_at(&t->voltage, machine->clock_hz);
    for (int i = 0; i < machine->level_count; i++) {
        aug_level *level = &machine->levels[i];
        if (level->kind == AUG_LEVEL_MEMORY)
            fill_memory(&level->memory, t, v * v);
        else if (level->kind == AUG_LEVEL_COMPUTE)
            fill_compute(&level->compute, t, v * v);
    }
    aug_machine_finish(machine);
}

void aug_silicon_complete(aug_machine *machine, const aug_technology *t) {
    if (!aug_silicon_is_incomplete(machine))
        return;
    if (!machine->has_energy) {
        aug_silicon_fill_energies(machine, t);
        machine->energy_modelled = true;
    }
    aug_silicon s = aug_silicon_model(machine, t);
    if (isnan(machine->area_mm2)) {
        machine->area_mm2 = s.area_mm2;
        machine->area_modelled = true;
    }
    if (isnan(machine->price_usd) && isnan(machine->rent_usd_per_hour)) {
        machine->price_usd = s.price_usd;
        machine->price_modelled = true;
    }
    bool power = isnan(machine->power_limit_watts) && isfinite(s.peak_power_watts);
    if (isnan(machine->power_static_watts))
        machine->power_static_watts = s.static_watts;
    if (power) {
        machine->power_limit_watts = s.peak_power_watts;
        machine->power_modelled = true;
    }
}

bool aug_silicon_load(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_machine *machine) {
    if (!machine->technology || !aug_silicon_is_incomplete(machine))
        return true;
    aug_errors *local = AUG_NEW(arena, aug_errors);
    const aug_technology *technology = aug_technology_load(library, arena, local, machine->technology);
    if (technology)
        aug_silicon_complete(machine, technology);
    else if (local->items[0].line || !machine->technology_node) // the file is there and is wrong
        aug_errors_append(errors, local);
    else
        aug_error_hint(aug_node_error(errors, machine->technology_node, "%s", local->items[0].message), "%s", local->items[0].hint);
    return technology != NULL;
}
