#include "system/throttle.h"

#include <math.h>

const aug_throttle aug_throttle_none = {1.0, 1.0, 1.0, 1.0};

// Lower clocks do not exist: 210 of 1980 MHz.
static const double least_clock = 0.1;

static double static_watts(const aug_machine *machine) {
    return isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
}

static double clock_at(const aug_machine *machine, double voltage) {
    double threshold = machine->power_threshold;
    return pow((voltage - threshold) / (1.0 - threshold), machine->power_saturation) / voltage;
}

static double seconds_at(const aug_busy *busy, double clock) {
    return busy->clocked_seconds / clock + busy->fixed_seconds;
}

static double watts_at(const aug_machine *machine, const aug_busy *busy, double voltage) {
    double joules = voltage * voltage * busy->clocked_joules + busy->fixed_joules;
    return joules / seconds_at(busy, clock_at(machine, voltage));
}

// The clock alone, at the least voltage; everything waits where that is not enough.
static aug_throttle below_least_voltage(const aug_busy *busy, double voltage, double watts) {
    aug_throttle throttle = {
        .clocked_time = 1.0 / least_clock, .fixed_time = 1.0, .clocked_energy = voltage * voltage};
    double seconds = (throttle.clocked_energy * busy->clocked_joules + busy->fixed_joules) / watts;
    double clocked =
        (seconds - busy->fixed_seconds) / busy->clocked_seconds; // infinite or NaN without such seconds
    if (clocked >= 1.0 && clocked <= throttle.clocked_time) {
        throttle.clocked_time = clocked;
    } else {
        double wait = fmax(1.0, seconds / seconds_at(busy, least_clock));
        throttle.clocked_time *= wait;
        throttle.fixed_time = wait;
    }
    throttle.clock = 1.0 / throttle.clocked_time;
    return throttle;
}

static aug_throttle keep_below(const aug_machine *machine, const aug_busy *busy, double watts) {
    double low = machine->power_least_voltage > 0.0 ? machine->power_least_voltage : 1.0, high = 1.0;
    low = fmin(1.0, fmax(low, machine->power_threshold + 0.01));
    if (low == high || watts_at(machine, busy, low) > watts)
        return below_least_voltage(busy, low, watts);
    for (int i = 0; i < 60 && low < high; i++) {
        double middle = (low + high) / 2.0;
        if (watts_at(machine, busy, middle) > watts)
            high = middle;
        else
            low = middle;
    }
    double clock = clock_at(machine, low);
    return (aug_throttle){1.0 / clock, 1.0, low * low, clock};
}

bool aug_throttle_possible(const aug_machine *machine, double cap_watts) {
    double below = static_watts(machine);
    return !(cap_watts > 0.0 && cap_watts <= below) && !(machine->power_limit_watts <= below);
}

aug_throttle aug_throttle_find(const aug_machine *machine, double cap_watts, const aug_busy *busy) {
    double limit = machine->power_limit_watts, below = static_watts(machine);
    if (!(cap_watts > 0.0))
        cap_watts = (double)NAN;
    double joules = busy->clocked_joules + busy->fixed_joules,
           seconds = busy->clocked_seconds + busy->fixed_seconds;
    aug_throttle found = aug_throttle_none;
    if (!(joules > 0.0) || !(seconds > 0.0) || !aug_throttle_possible(machine, cap_watts))
        return found;
    aug_busy measured = *busy;
    if (machine->models && joules / seconds > limit - below) { // what ran drew no more than the limit
        double most = fmax(0.0, (limit - below) * seconds - busy->fixed_joules);
        found.clocked_energy = busy->clocked_joules > 0.0 ? fmin(1.0, most / busy->clocked_joules) : 1.0;
        measured.clocked_joules *= found.clocked_energy;
        joules = measured.clocked_joules + measured.fixed_joules;
        if (!(cap_watts < limit))
            return found;
    }
    double watts = machine->models ? cap_watts : isnan(cap_watts) ? limit : fmin(cap_watts, limit);
    if (!(joules / seconds > watts - below))
        return found;
    double clocked_energy = found.clocked_energy;
    found = keep_below(machine, &measured, watts - below);
    found.clocked_energy *= clocked_energy;
    return found;
}

double aug_throttle_least_pj(const aug_roofline *roofline, double cap_watts, double seconds,
                             double energy_pj) {
    const aug_machine *machine = roofline->machine;
    double watts = machine->power_limit_watts;
    if (cap_watts > 0.0 && !(cap_watts >= watts))
        watts = cap_watts;
    double most = (watts - static_watts(machine)) * seconds * 1e12;
    return most < energy_pj ? fmax(0.0, most) : energy_pj;
}

bool aug_throttle_slows(int bound) {
    return bound != AUG_BOUND_LAUNCH && bound != AUG_BOUND_LINK && bound != AUG_BOUND_MEMORY;
}
