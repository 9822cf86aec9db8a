// Purchase:  $/h = price (1 + host) (CRF + upkeep) / 8766 h + W (1 + host power) PUE · $/kWh / 1000
//            CRF = r (1+r)^n / ((1+r)^n - 1), or 1/n without interest     (annuity of n years at rate r)
// Rent:      $/h as stated; it holds power, host and upkeep.
//
// Example: 28000 USD, host 0.3, 5 years at 8 %: CRF 0.2505, upkeep 0.05: 28000·1.3·0.3005/8766 = 1.248 $/h; 700 W with
// host power 0.5, PUE 1.2 at 0.08 $/kWh: 0.101 $/h.
#include "system/economy.h"

#include <math.h>
#include <stddef.h>

typedef struct economy_row {
    const char *kind;
    aug_economy economy;
    const aug_node *sources;
} economy_row;

static const aug_field rows[] = {
    AUG_ROW_TEXT(economy_row, kind, "auger", "economy/1"),
    AUG_ROW_TEXT(economy_row, economy.name, "name", "what it is called"),
    AUG_ROW_QUANTITY(economy_row, economy.life_seconds, "life", AUG_DIMENSION_SECONDS, AUG_POSITIVE, "5 year", "over which a purchase is written off"),
    AUG_ROW_QUANTITY(economy_row, economy.interest_per_year, "interest", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "per year"),
    AUG_ROW_QUANTITY(economy_row, economy.host_share, "host", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "host, network and rack as a share of the chips' price"),
    AUG_ROW_QUANTITY(economy_row, economy.host_watts_share, "host_power", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "power of the host as a share of the chips'"),
    AUG_ROW_QUANTITY(economy_row, economy.pue, "pue", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "power at the meter over power of the machines"),
    AUG_ROW_QUANTITY(economy_row, economy.electricity_usd_per_kwh, "electricity", AUG_DIMENSION_USD_PER_KWH, AUG_NOT_NEGATIVE, "0", "price of energy"),
    AUG_ROW_QUANTITY(economy_row, economy.upkeep_per_year, "upkeep", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "per year, as a share of the price"),
    AUG_ROW_QUANTITY(economy_row, economy.utilization, "utilization", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the time that it is busy"),
    AUG_ROW_NODE(economy_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
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

double aug_economy_usd_per_hour(const aug_economy *economy, const aug_machine *machine, double watts,
                                aug_price_basis *basis) {
    *basis = AUG_PRICE_NONE;
    if (machine->price_usd > 0.0) {
        *basis = AUG_PRICE_PURCHASE;
        if (isnan(watts))
            watts = machine->power_limit_watts;
        double capital = machine->price_usd * (1.0 + economy->host_share) * (recovery(economy) + economy->upkeep_per_year) / 8766.0;
        double power = watts * (1.0 + economy->host_watts_share) * economy->pue / 1000.0 * economy->electricity_usd_per_kwh;
        return capital + (isnan(power) ? 0.0 : power);
    }
    if (machine->rent_usd_per_hour > 0.0) {
        *basis = AUG_PRICE_RENT;
        return machine->rent_usd_per_hour;
    }
    return (double)NAN;
}
