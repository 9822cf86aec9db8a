#include "system/power_budget.h"

#include <math.h>

aug_power_budget aug_power_budget_of(const aug_deployment *d, const aug_outcome *o, double watts) {
    const aug_machine *machine = d->roofline.machine;
    aug_power power = aug_power_of(d, o);
    double chips = (double)o->plan.chips, each = power.meter_watts;
    if (isnan(each))
        each = power.pue * (d->economy
                                ? aug_economy_system_watts(d->economy, machine, machine->power_limit_watts)
                                : machine->power_limit_watts);
    double meter = chips * each, count = floor(watts / meter);
    return (aug_power_budget){.watts = watts,
                        .deployment_watts = meter,
                        .deployments = count,
                        .chips = count * chips,
                        .used_watts = count * meter,
                        .tokens_per_second = count * o->tokens_per_second,
                        .usd_per_year = count * o->usd_per_hour * 8766.0,
                        .tokens_per_day_per_megawatt = o->tokens_per_second * 86400.0 / (meter / 1e6)};
}
