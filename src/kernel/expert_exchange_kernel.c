#include "kernel/expert_exchange_kernel.h"

#include <assert.h>
#include <math.h>

static const aug_constant constants_table[] = {
    {"start_seconds", AUG_DIMENSION_SECONDS, 1e-6, 200e-6, 25e-6,
     "launch, counts exchanged, flags of all peers", true},
    {"token_seconds", AUG_DIMENSION_SECONDS, 0.0, 200e-9, 20e-9, "one copy of a token, whatever its width", false},
    {"dispatch_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.4,
     "share of the link bandwidth: dispatch for throughput", false},
    {"combine_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.4,
     "share of the link bandwidth: combine for throughput", false},
    {"per_expert_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.3,
     "share of the link bandwidth: a copy per expert", false},
    {"host_slowness", AUG_DIMENSION_NUMBER, 0.3, 4.0, 1.0,
     "time of the host's part of a dispatch, over that of a common server", false},
};

static const char *const regimes[] = {"latency", "links"};

enum { REGIME_LATENCY, REGIME_LINKS };

const aug_kernel_model aug_expert_exchange_model = {
    .name = "expert_exchange",
    .about = "tokens to the chips of their experts and back",
    .constants = constants_table,
    .constant_count = sizeof constants_table / sizeof constants_table[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

// Chips that hold at least one of a token's experts, experts spread evenly and chosen independently.
static double chips_touched(double n, double topk) {
    double untouched = 1.0, share = 1.0 - 1.0 / n;
    for (int i = 0; i < (int)fmin(topk, 64.0); i++)
        untouched *= share;
    return n * (1.0 - untouched);
}

aug_kernel_time aug_expert_exchange_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                         const aug_expert_exchange_shape *shape) {
    assert(shape->chips >= 1.0 && shape->topk >= 1.0);
    double n = shape->chips, host = shape->combine ? 1.0 : constants[AUG_EXPERT_EXCHANGE_HOST];
    double fixed = shape->software_seconds * host + constants[AUG_EXPERT_EXCHANGE_START];
    double copies = shape->copy_per_expert ? shape->topk : chips_touched(n, shape->topk);
    int share = shape->copy_per_expert ? AUG_EXPERT_EXCHANGE_PER_EXPERT
                : shape->combine       ? AUG_EXPERT_EXCHANGE_COMBINE
                                       : AUG_EXPERT_EXCHANGE_DISPATCH;
    double bandwidth = chip->link_bytes_per_second * constants[share];
    double bytes = shape->hidden * (shape->combine ? 2.0 : shape->word_bytes);
    double moved =
        shape->tokens * copies * (n - 1.0) / n * (constants[AUG_EXPERT_EXCHANGE_TOKEN] + bytes / bandwidth);
    bool waits = moved < fixed;
    return (aug_kernel_time){fixed + moved, waits ? AUG_KERNEL_LATENCY : AUG_KERNEL_LINK,
                             waits ? REGIME_LATENCY : REGIME_LINKS};
}
