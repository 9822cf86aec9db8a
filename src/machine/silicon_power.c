// Peak power: everything busy at the machine's clock, at the voltage v that this clock needs
// (machine/voltage.h).
//
//   matrix    = max over formats: multiply-accumulates/s · pJ · v²
//   registers = multiply-accumulates/s · (bits / n + bits / m + 64 / k) · pJ/bit · v²   operands of an m x n
//   x k instruction memories  = bits/s · (pJ/bit of a memory of that size + wire · side / 4) · v²
//               side / 4 is how far a word of a core's memory lies from the core's middle on average; the
//               energies of memories that many share hold their wires
//   off chip  = bits/s · pJ/bit of the memory; links 2 · bits/s one way · pJ/bit
//   static    = leakage · area · v³ + clocking · area · v² · clock / nominal clock
//
// A sketch takes rates and energies from the machine's levels; what they do not state comes from the
// technology.
//
// Example: 156 TMAC/s of bf16 at 0.32 pJ are 50 W; a 16 x 8 x 16 instruction moves 16/8 + 16/16 + 64/16 = 7
// bits per multiply-accumulate, at 0.117 pJ/bit 128 W.
#include "machine/silicon_parts.h"
#include "machine/voltage.h"

#include <math.h>

enum { REGISTER_BANK_BITS = 8 * 1024 * 8 };

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

// ---- Blocks that are counted

// Bits of operands per multiply-accumulate.
static double operand_bits(const aug_core *core, aug_number_format format) {
    double bits = aug_format_bits(format);
    if (isnan(core->tile_m) || isnan(core->tile_n) || isnan(core->tile_k))
        return 0.0;
    return bits / core->tile_m + bits / core->tile_n + 64.0 / (core->tile_k * 16.0 / bits);
}

// Multiply-accumulates per second of all dies of a kind: what is built, but no more than the machine states.
static double matrix_rate(const aug_die *die, const aug_machine *machine, int format, double clock_hz) {
    double stated = machine->peak_ops_per_second[AUG_UNIT_MATRIX][format] / 2.0;
    double built = die->core.matrix_per_cycle[format] * die->core.used * die->count * clock_hz;
    return !(built > 0.0) ? 0.0 : stated > 0.0 ? fmin(stated, built) : built;
}

static void add_matrix(const aug_die *die, const aug_machine *machine, double clock_hz, double squared,
                       aug_silicon *s) {
    const aug_technology *t = die->technology;
    double units = 0.0, operands = 0.0,
           bank = isnan(t->operand_pj_per_bit) ? aug_sram_energy(t, REGISTER_BANK_BITS, false)
                                               : t->operand_pj_per_bit;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double rate = matrix_rate(die, machine, f, clock_hz) * squared * 1e-12;
        double unit = rate > 0.0 ? rate * aug_mac_figure(t->mac_pj, (aug_number_format)f) : 0.0;
        double moved = rate > 0.0 ? rate * operand_bits(&die->core, (aug_number_format)f) * bank : 0.0;
        if (unit + moved > units + operands) {
            units = unit;
            operands = moved;
        }
    }
    s->blocks[AUG_BLOCK_MATRIX].watts += units;
    s->blocks[AUG_BLOCK_REGISTERS].watts += operands;
}

// What a bit of a core's own memory takes.
static double local_energy(const aug_die *die, double block_mm2) {
    const aug_core *c = &die->core;
    return aug_sram_energy(die->technology, isnan(c->bank_bits) ? c->sram_bits : c->bank_bits, false) +
           die->technology->wire_pj_per_bit_mm * sqrt(block_mm2) / 4.0;
}

static void add_die(const aug_die *die, double block_mm2, const aug_machine *machine, double clock_hz,
                    double squared, aug_silicon *s) {
    const aug_technology *t = die->technology;
    const aug_core *c = &die->core;
    add_matrix(die, machine, clock_hz, squared, s);
    double local = c->used * c->sram_bits_per_cycle * clock_hz * die->count;
    if (local > 0.0)
        s->blocks[AUG_BLOCK_LOCAL].watts += local * local_energy(die, block_mm2) * squared * 1e-12;
    if (die->shared_bits_per_second > 0.0)
        s->blocks[AUG_BLOCK_SHARED].watts += die->count * die->shared_bits_per_second *
                                             aug_sram_energy(t, die->shared_bits, false) * squared * 1e-12;
}

// ---- Levels of a machine

static double level_rate(const aug_level *level) {
    const aug_memory *m = &level->memory;
    return (m->shared_port ? m->read_bits_per_second : m->read_bits_per_second + m->write_bits_per_second) *
           level->instances;
}

// Energy of a level's bit: as stated, else the technology's, at the voltage.
static double level_energy(const aug_level *level, const aug_technology *t, double squared) {
    const aug_memory *m = &level->memory;
    double stated = m->energy_pj_per_bit[AUG_ACTION_READ];
    if (!isnan(stated))
        return stated;
    if (m->cells != AUG_CELLS_SRAM)
        return t->transfer_pj_per_bit[m->cells];
    return isfinite(m->size_bits) ? aug_sram_energy(t, m->size_bits, false) * squared : (double)NAN;
}

static double level_units(const aug_machine *machine, const aug_technology *t, double squared, double *rate) {
    double most = 0.0;
    *rate = 0.0;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double ops = machine->peak_ops_per_second[AUG_UNIT_MATRIX][f];
        if (!(ops > 0.0))
            continue;
        double pj = machine->energy_pj_per_op[AUG_UNIT_MATRIX][f];
        if (isnan(pj))
            pj = aug_mac_figure(t->mac_pj, (aug_number_format)f) / 2.0 * squared;
        double bits = 2.0 * aug_format_bits((aug_number_format)f) + 64.0;
        *rate = fmax(*rate, ops / 2.0 * bits);
        most = fmax(most, ops * pj * 1e-12);
    }
    return most;
}

// Traffic of a memory without a bandwidth that feeds the units: two operands, and a sum that comes and goes.
static void add_levels(const aug_machine *machine, const aug_technology *t, double squared, aug_silicon *s) {
    double operands;
    s->blocks[AUG_BLOCK_MATRIX].watts = level_units(machine, t, squared, &operands);
    bool inside = false;
    int memory = 0;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        inside = inside || level->kind == AUG_LEVEL_ARRAY;
        if (level->kind != AUG_LEVEL_MEMORY)
            continue;
        bool innermost = ++memory == machine->memory_count && memory > 1;
        double rate = level_rate(level);
        if (!isfinite(rate))
            rate = innermost ? operands : 0.0;
        aug_block block = level->memory.cells != AUG_CELLS_SRAM ? AUG_BLOCK_MEMORY_PHY
                          : inside                              ? AUG_BLOCK_LOCAL
                                                                : AUG_BLOCK_SHARED;
        if (rate > 0.0)
            s->blocks[block].watts += rate * level_energy(level, t, squared) * 1e-12;
    }
}

// ---- Both

static void add_off_chip(const aug_machine *machine, const aug_technology *t, aug_silicon *s) {
    for (int i = 0; i < machine->memory_count; i++) {
        const aug_level *level = &machine->levels[machine->memories[i]];
        if (level->memory.cells != AUG_CELLS_SRAM && isfinite(level_rate(level)))
            s->blocks[AUG_BLOCK_MEMORY_PHY].watts += level_rate(level) * level_energy(level, t, 1.0) * 1e-12;
    }
}

static void add_links(const aug_machine *machine, const aug_technology *t, aug_silicon *s) {
    double pj = t->transfer_pj_per_bit[AUG_PHY_LINK];
    for (int i = 0; i < machine->link_count; i++) {
        double bits = machine->links[i].bandwidth_bits_per_second;
        if (isfinite(bits))
            s->blocks[AUG_BLOCK_LINK_PHY].watts += 2.0 * bits * (isnan(pj) ? 0.0 : pj) * 1e-12;
    }
}

// Static power of blocks by their area; room under stacked dies has none.
static void add_static(const aug_die *die, const aug_silicon_die *sized, double clock_hz, double voltage,
                       aug_silicon *s) {
    const aug_technology *t = die->technology;
    double nominal = t->voltage.clock_hz, pace = nominal > 0.0 && clock_hz > 0.0 ? clock_hz / nominal : 1.0;
    double density = t->leakage_watts_per_mm2 * voltage * voltage * voltage +
                     t->clocking_watts_per_mm2 * voltage * voltage * pace;
    s->static_watts += die->count * (sized->area_mm2 - sized->empty_mm2) * density;
}

static void share_static(aug_silicon *s) {
    s->peak_power_watts = s->static_watts;
    double filled = s->area_mm2 - s->blocks[AUG_BLOCK_BASE].area_mm2;
    for (int b = 0; b < AUG_BLOCK_COUNT; b++) {
        if (b != AUG_BLOCK_BASE && filled > 0.0)
            s->blocks[b].static_watts = s->static_watts * s->blocks[b].area_mm2 / filled;
        s->peak_power_watts += s->blocks[b].watts;
    }
}

void aug_silicon_powers(const aug_dies *dies, const aug_machine *machine, aug_silicon *s) {
    const aug_technology *first = dies->dies[0].technology;
    s->clock_hz = machine->clock_hz > 0.0 ? machine->clock_hz : dies->clock_hz;
    s->voltage = aug_voltage_at(&first->voltage, s->clock_hz);
    for (int i = 0; i < dies->count; i++) {
        const aug_die *die = &dies->dies[i];
        double v = aug_voltage_at(&die->technology->voltage, s->clock_hz);
        if (die->core.count > 0.0)
            s->voltage = v;
        else
            v = 1.0; // a die without cores runs at a clock of its own
        if (!dies->sketched)
            add_die(die, s->dies[i].block_mm2, machine, s->clock_hz, v * v, s);
        add_static(die, &s->dies[i], die->core.count > 0.0 ? s->clock_hz : (double)NAN, v, s);
    }
    if (dies->sketched)
        add_levels(machine, first, s->voltage * s->voltage, s);
    else
        add_off_chip(machine, first, s);
    add_links(machine, first, s);
    share_static(s);
}
