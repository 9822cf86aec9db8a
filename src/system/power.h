// Where the watts of a deployment go: an average over its phases.
//
//     chip   = units + memories + links + static
//     system = chip · (1 + host power) + limit · host static          with its share of the host (economy.h)
//     meter  = system · PUE
//
// Dynamic power is divided as the joules of the phases are, each counted as often as a request needs it:
//
//     prefill 1, decode (out - 1) / (tokens per step · sequences), proposals likewise; of chunked prefill by
//     the share of passes
//
// Example: a prompt of 3 J, all of units, and 10 steps of 4 requests, 8 J each of memory: 20 J of memory; at
// 46 W of dynamic power 6 W are of units and 40 W of memory.
#ifndef AUG_SYSTEM_POWER_H
#define AUG_SYSTEM_POWER_H

#include "system/deployment.h"

// Average watts of one chip; NaN where the machine states no energies.
typedef struct aug_power {
    double units_watts;                           // switching
    double memories_watts[AUG_ROOFLINE_MEMORIES]; // traffic over each level
    double links_watts, static_watts;
    double chip_watts;   // the sum
    double host_watts;   // its share of the host
    double system_watts; // chip and host
    double meter_watts;  // with what the building takes
    double pue;
    double clock; // lowest over full clock of any phase; below 1 where a limit slows it
} aug_power;

aug_power aug_power_of(const aug_deployment *deployment, const aug_outcome *outcome);

#endif
