// What an hour of a deployment costs.
#ifndef AUG_SYSTEM_ECONOMY_H
#define AUG_SYSTEM_ECONOMY_H

#include "machine/machine.h"
#include "text/fields.h"

typedef struct aug_economy {
    const char *name;
    double life_seconds;        // over which a purchase is written off
    double interest_per_year;
    double host_share;          // host, network and rack, as a share of the chips' price
    double pue;                 // power at the meter per power of the machines
    double electricity_usd_per_kwh;
    double host_watts_share;    // power of the host as a share of the chips'
    double upkeep_per_year;     // share of the price
    double utilization;         // share of the time that it is busy
} aug_economy;

typedef enum aug_price_basis { AUG_PRICE_NONE, AUG_PRICE_PURCHASE, AUG_PRICE_RENT } aug_price_basis;

extern const aug_fields aug_economy_fields;

aug_economy *aug_economy_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_economy_read(const aug_reader *reader, const aug_node *root, const char *name, aug_economy *economy);

// Dollars per hour of one chip that draws `watts` on average (NaN: its power limit counts). A stated purchase price comes
// before a rent; NaN where the machine has neither.
double aug_economy_usd_per_hour(const aug_economy *economy, const aug_machine *machine, double watts,
                                aug_price_basis *basis);

#endif
