// Power at the meter as a budget: how much of a deployment a site can feed.
//
//     deployments = floor(budget / meter watts of one)        at the load of the estimate, host and PUE
//     included tokens/day per MW = tokens/s · 86400 / (meter watts of one / 10⁶)
//
// Chips of unknown energy count with their power limit, as the bill does.
//
// Example: 8 chips of 500 W at the meter make 1000 tokens/s: 1 MW feeds 250 of them, 250000 tokens/s, 2.16e10
// tokens a day.
#ifndef AUG_SYSTEM_POWER_BUDGET_H
#define AUG_SYSTEM_POWER_BUDGET_H

#include "system/power.h"

typedef struct aug_power_budget {
    double watts;            // at the meter
    double deployment_watts; // of one, at the meter; NaN: not known
    double deployments;      // whole ones that it feeds
    double chips;
    double used_watts;
    double tokens_per_second; // of all
    double usd_per_year;      // likewise; NaN: no price is known
    double tokens_per_day_per_megawatt;
} aug_power_budget;

aug_power_budget aug_power_budget_of(const aug_deployment *deployment, const aug_outcome *outcome, double watts);

#endif
