#include "system/power.h"

#include "system/chunked.h"

#include <math.h>

// Passes with pieces of prompts and without, as shares of all.
static double mixed_share(const aug_deployment *d, const aug_outcome *o) {
    const aug_scenario *s = d->scenario;
    aug_replica replica = aug_replica_of(s, &o->plan, aug_spread_of(s, &o->plan).more);
    double steps = ((double)s->out_tokens - 1.0) / replica.tokens_per_step;
    return aug_mix_of(replica.step.sequences, replica.prompt.new_tokens, steps, replica.step.new_tokens,
                      (double)o->plan.chunk)
        .share;
}

// How often a phase counts for one request; for chunked prefill, for one pass.
static double weight_of(const aug_deployment *d, const aug_outcome *o, const aug_phase *phase) {
    const aug_pass *pass = &phase->input.pass;
    if (d->model->language < 0)
        return phase->repeats;
    bool decodes = pass->phase == AUG_PHASE_DECODE && !(pass->riders > 0.0);
    if (o->plan.chunk) {
        double share = mixed_share(d, o);
        if (pass->riders > 0.0)
            return share;
        return !decodes                                                     ? 0.0
               : phase->input.module || phase->input.plan == &o->draft_plan ? phase->repeats
                                                                            : 1.0 - share;
    }
    double steps = ((double)d->scenario->out_tokens - 1.0) / o->tokens_per_step;
    return decodes ? phase->repeats * steps / pass->sequences : 1.0;
}

// Prompts are worked on together, which moves the weights once for all.
static aug_energy energy_of_prompt(const aug_deployment *d, const aug_outcome *o, const aug_phase *phase) {
    aug_replica replica = aug_replica_of(d->scenario, &o->plan, aug_spread_of(d->scenario, &o->plan).more);
    aug_phase_input input = phase->input;
    input.pass = replica.prompts;
    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
    aug_energy each = {0};
    aug_energy_add(&each, &cost.parts, 1.0 / replica.together);
    return each;
}

static bool is_prompt(const aug_deployment *d, const aug_phase *phase) {
    return d->model->language >= 0 && phase->input.stage == &d->model->stages[d->model->language] &&
           phase->input.pass.phase == AUG_PHASE_PREFILL && !(phase->input.pass.riders > 0.0);
}

static aug_energy energy_of(const aug_deployment *d, const aug_outcome *o) {
    aug_energy sum = {0};
    for (int i = 0; i < o->phase_count; i++) {
        const aug_phase *phase = &o->phases[i];
        aug_energy each = is_prompt(d, phase) ? energy_of_prompt(d, o, phase) : phase->cost.parts;
        aug_energy_add(&sum, &each, weight_of(d, o, phase) * aug_plan_layer_chips(phase->input.plan));
    }
    return sum;
}

static double sum_of(const aug_energy *energy) {
    double sum = energy->operations_pj + energy->links_pj;
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++)
        sum += energy->memories_pj[i];
    return sum;
}

static double lowest_clock(const aug_outcome *o) {
    double clock = 1.0;
    for (int i = 0; i < o->phase_count; i++)
        clock = fmin(clock, o->phases[i].cost.clock);
    return clock;
}

aug_power aug_power_of(const aug_deployment *d, const aug_outcome *o) {
    const aug_machine *machine = d->roofline.machine;
    double fixed = isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
    aug_energy energy = energy_of(d, o);
    double all = sum_of(&energy), dynamic = o->watts - fixed;
    double scale = all > 0.0 ? dynamic / all : isnan(o->watts) ? (double)NAN : 0.0;
    aug_power power = {.units_watts = energy.operations_pj * scale,
                       .links_watts = energy.links_pj * scale,
                       .static_watts = isnan(o->watts) ? machine->power_static_watts : fixed,
                       .chip_watts = o->watts,
                       .pue = d->economy ? d->economy->pue : 1.0,
                       .clock = lowest_clock(o)};
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++)
        power.memories_watts[i] = energy.memories_pj[i] * scale;
    power.system_watts = d->economy ? aug_economy_system_watts(d->economy, machine, o->watts) : o->watts;
    power.host_watts = power.system_watts - o->watts;
    power.meter_watts = power.system_watts * power.pue;
    return power;
}
