// Formulas (numbers come from data/technologies, each with its source):
//
//   area  = (SRAM bits · mm²/bit + multiply-accumulate units · mm²) / (1 - overhead) + interfaces
//   gross = π (d/2)² / A - π d / √(2A)             dies of area A (with scribe lines) on a usable diameter d
//   yield = (1 + D · critical · A / α)^-α          negative binomial
//   cost  = wafer / (gross · yield) + off-chip memory + package (+ interposer under HBM dies)
//
// Example, 7 nm, 400 mm²: side 20 mm + 0.1 mm, A = 404 mm², d = 294 mm: gross = 168.0 - 32.5 = 135.5; D = 0.0007/mm²,
// critical 0.6, α 2: yield = (1 + 0.168/2)^-2 = 0.851; 9346 USD / 115.3 = 81 USD per good die.
#include "machine/silicon.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double aug_good_dies(const aug_technology *t, double area_mm2, double *yield) {
    double side = sqrt(area_mm2) + t->scribe_mm, area = side * side;
    double diameter = t->wafer_mm - 2.0 * t->wafer_edge_mm;
    double gross = pi * diameter * diameter / 4.0 / area - pi * diameter / sqrt(2.0 * area);
    *yield = pow(1.0 + t->defects_per_mm2 * t->critical_share * area_mm2 / t->clustering, -t->clustering);
    return gross > 1.0 ? gross * *yield : *yield;
}

// Straight between points on a double logarithmic scale; beyond the last ones their line goes on.
double aug_sram_energy(const aug_technology *t, double size_bits, bool write) {
    int i = 0;
    while (i + 2 < t->sram_count && size_bits > t->sram[i + 1].size_bits)
        i++;
    const aug_sram_point *low = &t->sram[i], *high = &t->sram[t->sram_count > 1 ? i + 1 : i];
    double a = write ? low->write_pj_per_bit : low->read_pj_per_bit;
    double b = write ? high->write_pj_per_bit : high->read_pj_per_bit;
    if (low == high || !(size_bits > 0.0))
        return a;
    double slope = log(b / a) / log(high->size_bits / low->size_bits);
    return a * pow(size_bits / low->size_bits, slope);
}

// Area of a unit for a format. One that the technology does not state takes that of the format it is computed as, of the
// next wider ones in turn, or of the widest that is stated.
static double unit_area(const aug_technology *t, aug_number_format format) {
    if (t->mac_mm2[format] > 0.0)
        return t->mac_mm2[format];
    for (aug_number_format f = aug_format_computed(format); f != AUG_FORMAT_NONE; f = aug_format_fallback(f))
        if (t->mac_mm2[f] > 0.0)
            return t->mac_mm2[f];
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (t->mac_mm2[f] > 0.0)
            return t->mac_mm2[f];
    return 0.0;
}

// Area of a compute level: the format that takes most.
static double compute_area(const aug_machine *machine, const aug_technology *t, const aug_level *level) {
    double most = 0.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double units = level->compute.rate_per_cycle[f] * level->instances;
        if (!(units > 0.0) && level->compute.peak_ops_per_second[f] > 0.0 && machine->clock_hz > 0.0)
            units = level->compute.peak_ops_per_second[f] / machine->clock_hz / aug_unit_operations(level->compute.unit);
        double area = units * unit_area(t, (aug_number_format)f);
        if (area > most)
            most = area;
    }
    return most;
}

static double level_bandwidth(const aug_level *level) {
    const aug_memory *m = &level->memory;
    double rate = m->shared_port ? m->read_bits_per_second : m->read_bits_per_second + m->write_bits_per_second;
    return rate * level->instances;
}

static double peak_power(const aug_machine *machine, const aug_technology *t, double area_mm2) {
    double watts = t->leakage_watts_per_mm2 * area_mm2, compute = 0.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double rate = machine->peak_ops_per_second[AUG_UNIT_MATRIX][f];
        double power = rate > 0.0 ? rate * machine->energy_pj_per_op[AUG_UNIT_MATRIX][f] * 1e-12 : 0.0;
        if (power > compute || isnan(power))
            compute = power;
    }
    watts += compute;
    for (int i = 0; i < machine->memory_count; i++) {
        const aug_level *level = &machine->levels[machine->memories[i]];
        double rate = level_bandwidth(level);
        if (isfinite(rate))
            watts += rate * level->memory.energy_pj_per_bit[AUG_ACTION_READ] * 1e-12;
    }
    return watts;
}

aug_silicon aug_silicon_model(const aug_machine *machine, const aug_technology *t) {
    aug_silicon s = {0};
    bool hbm = false;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        if (level->kind == AUG_LEVEL_COMPUTE)
            s.mac_mm2 += compute_area(machine, t, level);
        if (level->kind != AUG_LEVEL_MEMORY)
            continue;
        double bits = aug_memory_total_bits(level), rate = level_bandwidth(level);
        int cells = level->memory.cells;
        if (cells == AUG_CELLS_SRAM) {
            s.sram_mm2 += isfinite(bits) ? bits * t->sram_mm2_per_bit : 0.0;
            continue;
        }
        hbm = hbm || cells == AUG_CELLS_HBM;
        if (isfinite(rate))
            s.phy_mm2 += rate / t->phy[cells].bandwidth_bits_per_second * t->phy[cells].area_mm2;
        if (isfinite(bits) && t->memory_usd_per_bit[cells] > 0.0)
            s.memory_usd += bits * t->memory_usd_per_bit[cells];
    }
    s.area_mm2 = (s.sram_mm2 + s.mac_mm2) / (1.0 - t->overhead) + s.phy_mm2;
    s.dies = fmax(1.0, ceil(s.area_mm2 / t->reticle_mm2));
    s.die_usd = s.dies * t->wafer_usd / aug_good_dies(t, s.area_mm2 / s.dies, &s.yield);
    s.package_usd = t->package_usd + (hbm ? 2.0 * s.area_mm2 * t->interposer_usd_per_mm2 : 0.0);
    s.cost_usd = s.die_usd + s.memory_usd + s.package_usd;
    s.peak_power_watts = peak_power(machine, t, s.area_mm2);
    return s;
}

bool aug_silicon_is_incomplete(const aug_machine *machine) {
    bool rented = machine->rent_usd_per_hour > 0.0;
    return machine->model == AUG_MACHINE_MAPPED && (isnan(machine->area_mm2) || (isnan(machine->price_usd) && !rented));
}

void aug_silicon_complete(aug_machine *machine, const aug_technology *t) {
    if (!aug_silicon_is_incomplete(machine))
        return;
    aug_silicon s = aug_silicon_model(machine, t);
    if (isnan(machine->area_mm2)) {
        machine->area_mm2 = s.area_mm2;
        machine->area_modelled = true;
    }
    if (isnan(machine->price_usd) && isnan(machine->rent_usd_per_hour)) {
        machine->price_usd = s.cost_usd * t->markup;
        machine->price_modelled = true;
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

// An SRAM that grows costs more per bit: its stated energy follows the technology's trend with size.
static void vary_energy(aug_machine *varied, const aug_machine *base, const aug_technology *t) {
    for (int i = 0; i < varied->memory_count; i++) {
        aug_level *level = &varied->levels[varied->memories[i]];
        int same = aug_machine_level(base, level->name);
        if (same < 0 || base->levels[same].kind != AUG_LEVEL_MEMORY || level->memory.cells != AUG_CELLS_SRAM)
            continue;
        double old_size = base->levels[same].memory.size_bits, size = level->memory.size_bits;
        if (!isfinite(old_size) || !isfinite(size) || old_size == size)
            continue;
        for (int action = 0; action < AUG_ACTION_COUNT; action++) {
            double trend = aug_sram_energy(t, size, action != AUG_ACTION_READ) / aug_sram_energy(t, old_size, action != AUG_ACTION_READ);
            level->memory.energy_pj_per_bit[action] *= trend;
            level->memory.energy_pj_per_word[action] *= trend;
            level->memory.energy_pj_per_action[action] *= trend;
        }
    }
}

// What the model gets wrong about the parts that stay cancels in the difference: area = stated + (now - old). Where the
// difference means nothing - the model takes more area than is stated, or it would leave less than a tenth of that - the
// ratio counts: area = stated · now / old. Stated 100 mm², modelled 60 before and 30 now: 70; modelled 120 and 30: 25.
static double varied_area(double stated, double old, double now) {
    double moved = stated + (now - old);
    return old > stated || moved < 0.1 * stated ? stated * (now / old) : moved;
}

void aug_silicon_vary(aug_machine *varied, const aug_machine *base, const aug_technology *t, aug_stated stated) {
    if (!stated.energy)
        vary_energy(varied, base, t);
    aug_silicon old = aug_silicon_model(base, t), now = aug_silicon_model(varied, t);
    if (!stated.area && base->area_mm2 > 0.0) {
        varied->area_mm2 = varied_area(base->area_mm2, old.area_mm2, now.area_mm2);
        varied->area_modelled = base->area_modelled || now.area_mm2 != old.area_mm2;
    }
    if (!stated.price && base->price_usd > 0.0) {
        varied->price_usd = base->price_usd * now.cost_usd / old.cost_usd;
        varied->price_modelled = base->price_modelled || now.cost_usd != old.cost_usd;
    }
    if (!stated.price && base->rent_usd_per_hour > 0.0)
        varied->rent_usd_per_hour = base->rent_usd_per_hour * now.cost_usd / old.cost_usd;
    double power = now.peak_power_watts / old.peak_power_watts;
    if (!stated.power && base->power_limit_watts > 0.0 && isfinite(power))
        varied->power_limit_watts = base->power_limit_watts * power;
}
