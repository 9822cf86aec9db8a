// Purchase:  $/h = price (1 + host) (CRF + upkeep) / 8766 h + system PUE · $/kWh / 1000
//            system = W (1 + host power) + limit · host static
//            CRF = r (1+r)^n / ((1+r)^n - 1), or 1/n without interest     (annuity of n years at rate r)
// Rent:      $/h as stated; it holds power, host and upkeep.
//
// Example: 28000 USD, host 0.3, 5 years at 8 %: CRF 0.2505, upkeep 0.05: 28000·1.3·0.3005/8766 = 1.248 $/h; 700 W at a limit of
// 700 W with host power 0.06 and host static 0.44: 1050 W, PUE 1.2 at 0.08 $/kWh: 0.101 $/h.
#include "system/economy.h"

#include <math.h>
#include <stddef.h>

typedef struct economy_row {
    const char *kind;
    aug_economy economy;
} economy_row;

static const aug_field rows[] = {
    AUG_ROW_TEXT(economy_row, kind, "auger", "economy/1"),
    AUG_ROW_TEXT(economy_row, economy.name, "name", "what it is called"),
    AUG_ROW_QUANTITY(economy_row, economy.life_seconds, "life", AUG_DIMENSION_SECONDS, AUG_POSITIVE, "5 year", "over which a purchase is written off"),
    AUG_ROW_QUANTITY(economy_row, economy.interest_per_year, "interest", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "per year"),
    AUG_ROW_QUANTITY(economy_row, economy.host_share, "host", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "host, network and rack as a share of the chips' price"),
    AUG_ROW_QUANTITY(economy_row, economy.host_watts_share, "host_power", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "power of the host as a share of what the chips draw: conversion, fans"),
    AUG_ROW_QUANTITY(economy_row, economy.host_static_share, "host_static", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "power of the host whatever the chips draw, as a share of their limit: processors, memory, network"),
    AUG_ROW_QUANTITY(economy_row, economy.pue, "pue", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "power at the meter over power of the machines"),
    AUG_ROW_QUANTITY(economy_row, economy.electricity_usd_per_kwh, "electricity", AUG_DIMENSION_USD_PER_KWH, AUG_NOT_NEGATIVE, "0", "price of energy"),
    AUG_ROW_QUANTITY(economy_row, economy.upkeep_per_year, "upkeep", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "per year, as a share of the price"),
    AUG_ROW_QUANTITY(economy_row, economy.utilization, "utilization", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the time that it is busy"),
    AUG_ROW_BOOL(economy_row, economy.rents, "rent", "false", "where a rent is known it counts, also beside a price"),
    AUG_ROW_NODE(economy_row, economy.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_economy_fields = {
    .name = "economy",
    .about = "What turns a price and a power into dollars per hour.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

bool aug_economy_read(const aug_reader *reader, const aug_node *root, const char *name, aug_economy *economy) {
    economy_row row;
    if (!aug_fields_read(reader, root, &aug_economy_fields, &row))
        return false;
    *economy = row.economy;
    if (!economy->name)
        economy->name = name;
    return true;
}

aug_economy *aug_economy_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "economies", "economy", name, &file);
    aug_economy *economy = root ? AUG_NEW(arena, aug_economy) : NULL;
    return root && aug_economy_read(&reader, root, file.name, economy) ? economy : NULL;
}

// Share of a price that is due each year.
static double recovery(const aug_economy *economy) {
    double years = economy->life_seconds / 31557600.0, rate = economy->interest_per_year;
    if (rate <= 0.0)
        return 1.0 / years;
    return rate / -expm1(-years * log1p(rate)); // the same, exact for rates near 0 and without overflow
}

double aug_economy_system_watts(const aug_economy *economy, const aug_machine *machine, double watts) {
    double limit = machine->power_limit_watts;
    return watts * (1.0 + economy->host_watts_share) + (isnan(limit) ? 0.0 : limit * economy->host_static_share);
}

aug_hour aug_economy_hour(const aug_economy *economy, const aug_machine *machine, double watts) {
    aug_hour hour = {.basis = AUG_PRICE_NONE, .usd = (double)NAN, .capital_usd = (double)NAN, .power_usd = (double)NAN,
                     .upkeep_usd = (double)NAN, .purchase_usd = (double)NAN, .rent_usd = (double)NAN};
    if (machine->rent_usd_per_hour > 0.0) {
        hour.basis = AUG_PRICE_RENT;
        hour.usd = hour.rent_usd = machine->rent_usd_per_hour;
    }
    if (!(machine->price_usd > 0.0))
        return hour;
    double system = aug_economy_system_watts(economy, machine, isnan(watts) ? machine->power_limit_watts : watts);
    double power = system * economy->pue / 1000.0 * economy->electricity_usd_per_kwh;
    double price = machine->price_usd * (1.0 + economy->host_share) / 8766.0;
    hour.capital_usd = price * recovery(economy);
    hour.upkeep_usd = price * economy->upkeep_per_year;
    hour.power_usd = isnan(power) ? 0.0 : power;
    hour.purchase_usd = hour.capital_usd + hour.upkeep_usd + hour.power_usd;
    if (hour.basis == AUG_PRICE_NONE || !economy->rents) {
        hour.basis = AUG_PRICE_PURCHASE;
        hour.usd = hour.purchase_usd;
    }
    return hour;
}

double aug_economy_usd_per_hour(const aug_economy *economy, const aug_machine *machine, double watts,
                                aug_price_basis *basis) {
    aug_hour hour = aug_economy_hour(economy, machine, watts);
    *basis = hour.basis;
    return hour.usd;
}
