// Any bytes as an economy; a shipped machine is priced in what is read.
#include "fuzz.h"

#include "system/economy.h"

#include <math.h>

static void read_economy(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_economy economy;
    bool good = aug_economy_read(&ground->reader, root, "input", &economy);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    const aug_machine machine = {.price_usd = 20000.0, .power_limit_watts = 700.0};
    aug_price_basis basis;
    double usd = aug_economy_usd_per_hour(&economy, &machine, 300.0, &basis);
    fuzz_require(basis == AUG_PRICE_PURCHASE, "a stated price is what counts");
    fuzz_require(usd >= 0.0, "no hour earns money");
    bool usual = economy.life_seconds >= 1.0 && economy.interest_per_year <= 1e6 && economy.host_share <= 1e6 &&
                 economy.upkeep_per_year <= 1e6 && economy.pue <= 1e6 && economy.host_watts_share <= 1e6 &&
                 economy.electricity_usd_per_kwh <= 1e6;
    fuzz_require(!usual || isfinite(usd), "an hour has a price");
}

FUZZ_TARGET(read_economy)
