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
    double host_watts_share;    // power of the host as a share of what the chips draw: conversion, fans
    double host_static_share;   // power of the host whatever they draw, as a share of their limit: processors, network
    double upkeep_per_year;     // share of the price
    double utilization;         // share of the time that it is busy
    bool rents;                 // where a rent is known it counts, also beside a price
    const aug_node *sources;    // key to source; NULL: none
} aug_economy;

typedef enum aug_price_basis { AUG_PRICE_NONE, AUG_PRICE_PURCHASE, AUG_PRICE_RENT } aug_price_basis;

extern const aug_fields aug_economy_fields;

aug_economy *aug_economy_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_economy_read(const aug_reader *reader, const aug_node *root, const char *name, aug_economy *economy);

// What an hour of one chip costs, and of what it consists.
typedef struct aug_hour {
    aug_price_basis basis;
    double usd;                              // NaN where the machine has no price
    double capital_usd, power_usd, upkeep_usd; // of a purchase; NaN where none is known
    double purchase_usd, rent_usd;           // by either way; NaN where it is not known
} aug_hour;

// Of a chip that draws `watts` on average (NaN: its power limit counts). A stated purchase price comes before a rent, unless the
// economy rents.
aug_hour aug_economy_hour(const aug_economy *economy, const aug_machine *machine, double watts);
double aug_economy_usd_per_hour(const aug_economy *economy, const aug_machine *machine, double watts,
                                aug_price_basis *basis);

// Watts of one chip with its share of the host, behind the plug of the machine; times economy->pue at the meter.
double aug_economy_system_watts(const aug_economy *economy, const aug_machine *machine, double watts);

#endif
