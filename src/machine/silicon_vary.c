// What a study's change of a machine does to its stated figures.
//
//   area  = stated + (model now - model before)        or stated · now / before, where the model takes more
//   area before than
//                                                      is stated or the difference leaves less than a tenth
//                                                      of it
//   price, rent = stated · cost now / cost before
//   power limit, static = stated · model now / model before
//   energies    = stated · (voltage now / before)²; of SRAM · trend(size now) / trend(size before), of units ·
//                 their energy in the technology now / before
//
// What was filled in from the technology is modelled anew.
//
// Example: stated 100 mm², modelled 60 before and 30 now: 70; modelled 120 and 30: 25.
#include "machine/die_follow.h"
#include "machine/silicon_parts.h"
#include "machine/voltage.h"

#include <math.h>
#include <string.h>

static void scale_memory(aug_memory *m, int action, double factor) {
    m->energy_pj_per_bit[action] *= factor;
    m->energy_pj_per_word[action] *= factor;
    m->energy_pj_per_action[action] *= factor;
}

// A machine before and after, and what each is made in.
typedef struct change {
    const aug_machine *base;
    const aug_technology *before, *after;
} change;

// What a change of the technology and a faster clock, which needs a higher voltage, do to all that switches.
static double trend_of_voltage(const change *c, const aug_machine *varied) {
    double now = aug_voltage_at(&c->after->voltage, varied->clock_hz);
    double old = aug_voltage_at(&c->before->voltage, c->base->clock_hz);
    return now / old * (now / old);
}

static double trend_of_units(const change *c, int format) {
    double now = aug_mac_figure(c->after->mac_pj, (aug_number_format)format);
    double old = aug_mac_figure(c->before->mac_pj, (aug_number_format)format);
    return now > 0.0 && old > 0.0 ? now / old : 1.0;
}

// An SRAM that grows costs more per bit: its stated energy follows the trend with size.
static double trend_of_memory(const change *c, const aug_level *level, bool write) {
    int same = aug_machine_level(c->base, level->name);
    if (same < 0 || c->base->levels[same].kind != AUG_LEVEL_MEMORY)
        return 1.0;
    double old_size = c->base->levels[same].memory.size_bits, size = level->memory.size_bits;
    if (!isfinite(old_size) || !isfinite(size) || (old_size == size && c->before == c->after))
        return 1.0;
    return aug_sram_energy(c->after, size, write) / aug_sram_energy(c->before, old_size, write);
}

static void vary_energies(const change *c, aug_machine *varied) {
    double voltage = trend_of_voltage(c, varied);
    for (int i = 0; i < varied->level_count; i++) {
        aug_level *level = &varied->levels[i];
        bool on_chip = level->kind == AUG_LEVEL_MEMORY && level->memory.cells == AUG_CELLS_SRAM;
        for (int action = 0; on_chip && action < AUG_ACTION_COUNT; action++)
            scale_memory(&level->memory, action,
                         voltage * trend_of_memory(c, level, action != AUG_ACTION_READ));
        for (int f = 0; level->kind == AUG_LEVEL_COMPUTE && f < AUG_FORMAT_COUNT; f++)
            level->compute.energy_pj[f] *= voltage * trend_of_units(c, f);
    }
    if (c->base->energy_modelled)
        aug_silicon_fill_energies(varied, c->after);
    aug_machine_finish(varied);
}

// What the model gets wrong about the parts that stay cancels in the difference: area = stated + (now - old).
// Where the difference means nothing - the model takes more area than is stated, or it would leave less than
// a tenth of that - the ratio counts.
static double varied_area(double stated, double old, double now) {
    double moved = stated + (now - old);
    return old > stated || moved < 0.1 * stated ? stated * (now / old) : moved;
}

// The models before and after, and whether what was filled in is modelled anew: it was from a sketch, too.
typedef struct models {
    aug_silicon old, now;
    bool anew;
} models;

static void vary_area(aug_machine *varied, const aug_machine *base, const models *m) {
    if (base->area_modelled && m->anew)
        varied->area_mm2 = m->now.area_mm2;
    else if (base->area_mm2 > 0.0)
        varied->area_mm2 = varied_area(base->area_mm2, m->old.area_mm2, m->now.area_mm2);
    varied->area_modelled =
        base->area_modelled || (base->area_mm2 > 0.0 && m->now.area_mm2 != m->old.area_mm2);
}

static void vary_price(aug_machine *varied, const aug_machine *base, const models *m) {
    double ratio = m->now.cost_usd / m->old.cost_usd;
    if (base->price_modelled && m->anew)
        varied->price_usd = m->now.price_usd;
    else if (base->price_usd > 0.0)
        varied->price_usd = base->price_usd * ratio;
    varied->price_modelled = base->price_modelled || (base->price_usd > 0.0 && ratio != 1.0);
    if (base->rent_usd_per_hour > 0.0)
        varied->rent_usd_per_hour = base->rent_usd_per_hour * ratio;
}

static void vary_limit(aug_machine *varied, const aug_machine *base, const models *m) {
    double peak = m->now.peak_power_watts / m->old.peak_power_watts;
    if (base->power_modelled && m->anew)
        varied->power_limit_watts = m->now.peak_power_watts;
    else if (base->power_limit_watts > 0.0 && isfinite(peak))
        varied->power_limit_watts = base->power_limit_watts * peak;
    varied->power_modelled = base->power_modelled;
}

// Static power follows the silicon whether or not a limit is set; one that the study itself sets stays.
static void vary_static(aug_machine *varied, const aug_machine *base, const models *m) {
    double ratio = m->now.static_watts / m->old.static_watts;
    bool is_set =
        !isnan(varied->power_static_watts) && varied->power_static_watts != base->power_static_watts;
    if (base->power_static_watts > 0.0 && isfinite(ratio) && !is_set)
        varied->power_static_watts = base->power_static_watts * ratio;
}

// Dies of the technology before are made in the one after it; others stay in theirs.
static void move_dies(const change *c, aug_dies *dies) {
    for (int i = 0; i < dies->count; i++) {
        aug_die *die = &dies->dies[i];
        if (strcmp(die->technology->name, c->before->name) != 0)
            continue;
        die->technology = c->after;
        die->technology_name = c->after->name;
    }
}

static aug_silicon model_of(const change *c, const aug_machine *machine, const aug_dies *dies) {
    bool is_base = machine == c->base;
    if (!dies)
        return aug_silicon_model(machine, is_base ? c->before : c->after);
    aug_dies moved;
    aug_dies_follow(dies, c->base, machine, &moved);
    if (!is_base && c->before != c->after)
        move_dies(c, &moved);
    aug_silicon silicon = aug_silicon_of(&moved, machine);
    for (int i = 0; i < silicon.die_count; i++)
        silicon.dies[i].die = NULL; // goes with this call
    return silicon;
}

void aug_silicon_vary(aug_machine *varied, const aug_machine *base, const aug_technology *after,
                      const aug_technology *before, aug_stated stated) {
    aug_silicon_vary_dies(varied, base, NULL, after, before, stated);
}

void aug_silicon_vary_dies(aug_machine *varied, const aug_machine *base, const aug_dies *dies,
                           const aug_technology *after, const aug_technology *before, aug_stated stated) {
    const change c = {base, before ? before : after, after};
    if (!stated.energy)
        vary_energies(&c, varied);
    const models m = {model_of(&c, base, dies), model_of(&c, varied, dies), !dies};
    if (!stated.area)
        vary_area(varied, base, &m);
    if (!stated.price)
        vary_price(varied, base, &m);
    if (!stated.power)
        vary_limit(varied, base, &m);
    vary_static(varied, base, &m);
}
