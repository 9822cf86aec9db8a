// What a study's change of a machine does to its stated figures.
//
//   area  = stated + (model now - model before)        or stated · now / before, where the model takes more
//   area before than
//                                                      is stated or the difference leaves less than a tenth
//                                                      of it
//   price, rent = stated · cost now / cost before
//   power limit, static = stated · model now / model before
//   energies    = stated · (voltage now / before)²; of SRAM · trend(size now) / trend(size before)
//
// Example: stated 100 mm², modelled 60 before and 30 now: 70; modelled 120 and 30: 25.
#include "machine/die_follow.h"
#include "machine/silicon_parts.h"
#include "machine/voltage.h"

#include <math.h>

static void scale_memory(aug_memory *m, int action, double factor) {
    m->energy_pj_per_bit[action] *= factor;
    m->energy_pj_per_word[action] *= factor;
    m->energy_pj_per_action[action] *= factor;
}

// A faster clock needs a higher voltage, and all that switches takes its square.
static void vary_voltage(aug_machine *varied, const aug_machine *base, const aug_technology *t) {
    double ratio =
        aug_voltage_at(&t->voltage, varied->clock_hz) / aug_voltage_at(&t->voltage, base->clock_hz);
    if (ratio == 1.0)
        return;
    for (int i = 0; i < varied->level_count; i++) {
        aug_level *level = &varied->levels[i];
        bool on_chip = level->kind == AUG_LEVEL_MEMORY && level->memory.cells == AUG_CELLS_SRAM;
        for (int action = 0; on_chip && action < AUG_ACTION_COUNT; action++)
            scale_memory(&level->memory, action, ratio * ratio);
        for (int f = 0; level->kind == AUG_LEVEL_COMPUTE && f < AUG_FORMAT_COUNT; f++)
            level->compute.energy_pj[f] *= ratio * ratio;
    }
    aug_machine_finish(varied);
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
            double trend = aug_sram_energy(t, size, action != AUG_ACTION_READ) /
                           aug_sram_energy(t, old_size, action != AUG_ACTION_READ);
            scale_memory(&level->memory, action, trend);
        }
    }
}

// What the model gets wrong about the parts that stay cancels in the difference: area = stated + (now - old).
// Where the difference means nothing - the model takes more area than is stated, or it would leave less than
// a tenth of that - the ratio counts.
static double varied_area(double stated, double old, double now) {
    double moved = stated + (now - old);
    return old > stated || moved < 0.1 * stated ? stated * (now / old) : moved;
}

// What a technology fills in is modelled from the varied machine itself, not moved.
static void vary_power(aug_machine *varied, const aug_machine *base, const aug_silicon *old,
                       const aug_silicon *now) {
    double peak = now->peak_power_watts / old->peak_power_watts,
           still = now->static_watts / old->static_watts;
    if (base->power_limit_watts > 0.0 && isfinite(peak))
        varied->power_limit_watts = base->power_limit_watts * peak;
    if (base->power_static_watts > 0.0 && isfinite(still))
        varied->power_static_watts = base->power_static_watts * still;
    varied->power_modelled = base->power_modelled;
}

static aug_silicon model_of(const aug_machine *machine, const aug_machine *base, const aug_dies *dies, const aug_technology *t) {
    if (!dies)
        return aug_silicon_model(machine, t);
    aug_dies moved;
    aug_dies_follow(dies, base, machine, &moved);
    aug_silicon silicon = aug_silicon_of(&moved, machine);
    for (int i = 0; i < silicon.die_count; i++)
        silicon.dies[i].die = NULL; // goes with this call
    return silicon;
}

void aug_silicon_vary(aug_machine *varied, const aug_machine *base, const aug_technology *t,
                      aug_stated stated) {
    aug_silicon_vary_dies(varied, base, NULL, t, stated);
}

void aug_silicon_vary_dies(aug_machine *varied, const aug_machine *base, const aug_dies *dies, const aug_technology *t,
                           aug_stated stated) {
    if (!stated.energy) {
        vary_energy(varied, base, t);
        vary_voltage(varied, base, t);
    }
    aug_silicon old = model_of(base, base, dies, t), now = model_of(varied, base, dies, t);
    if (!stated.area && base->area_mm2 > 0.0) {
        varied->area_mm2 = varied_area(base->area_mm2, old.area_mm2, now.area_mm2);
        varied->area_modelled = base->area_modelled || now.area_mm2 != old.area_mm2;
    }
    if (!stated.price && base->price_usd > 0.0) {
        varied->price_usd =
            base->price_modelled ? now.price_usd : base->price_usd * now.cost_usd / old.cost_usd;
        varied->price_modelled = base->price_modelled || now.cost_usd != old.cost_usd;
    }
    if (!stated.price && base->rent_usd_per_hour > 0.0)
        varied->rent_usd_per_hour = base->rent_usd_per_hour * now.cost_usd / old.cost_usd;
    if (!stated.power)
        vary_power(varied, base, &old, &now);
}
