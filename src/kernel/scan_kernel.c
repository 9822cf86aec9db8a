#include "kernel/scan_kernel.h"

#include <math.h>

static const double chunk_tokens = 64.0;
static const double vector_share = 1.0 / 16.0; // of the 16-bit matrix rate: what vector units of GPUs do in 32 bit

static const aug_constant constant_rows[] = {
    [AUG_SCAN_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 20e-6, 3e-6, "from one kernel to the next", true},
    [AUG_SCAN_STEP] = {"step", AUG_DIMENSION_SECONDS, 0.02e-6, 5e-6, 0.5e-6, "one dependent step: a token of the recurrence, a state handed to the next chunk", true},
    [AUG_SCAN_COMPUTE] = {"compute", AUG_DIMENSION_NUMBER, 0.05, 1.0, 0.35, "share of the 16-bit matrix rate that chunks reach", false},
    [AUG_SCAN_MEMORY] = {"memory", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.8, "share of the memory bandwidth", false},
};

static const char *const regimes[] = {"all"};

const aug_kernel_model aug_scan_model = {
    .name = "scan",
    .about = "state of a linear attention or state space, token by token or in chunks",
    .constants = constant_rows,
    .constant_count = AUG_COUNT(constant_rows),
    .regimes = regimes,
    .regime_count = AUG_COUNT(regimes),
};

static double waves(const aug_chip *chip, double tiles) {
    return fmax(1.0, ceil(tiles / chip->units)) * chip->units / fmax(tiles, 1.0);
}

static aug_kernel_time better(double latency, double compute, double memory, aug_kernel_time best) {
    double seconds = latency + fmax(compute, memory);
    if (best.seconds > 0.0 && best.seconds <= seconds)
        return best;
    aug_kernel_bound bound = latency > fmax(compute, memory) ? AUG_KERNEL_LATENCY : compute > memory ? AUG_KERNEL_COMPUTE : AUG_KERNEL_MEMORY;
    return (aug_kernel_time){seconds, bound, 0};
}

aug_kernel_time aug_scan_time(const aug_chip *chip, const double c[AUG_CONSTANTS], const aug_scan_shape *s) {
    double state = s->keys * s->values, owners = s->sequences * s->heads, rows = s->sequences * s->tokens;
    double rate = chip->flops[AUG_FORMAT_BF16] * c[AUG_SCAN_COMPUTE], bandwidth = chip->memory_bytes_per_second * c[AUG_SCAN_MEMORY];
    double row_bytes = rows * s->row_bytes, state_bytes = owners * state * s->state_bits / 8.0;
    aug_kernel_time best = {0};
    best = better(c[AUG_SCAN_LAUNCH] + s->tokens * c[AUG_SCAN_STEP],
                  6.0 * rows * s->heads * state / (rate * vector_share) * waves(chip, owners), (row_bytes + 2.0 * state_bytes) / bandwidth, best);
    double chunks = ceil(s->tokens / chunk_tokens);
    double macs = s->sequences * chunks * chunk_tokens * s->heads * (chunk_tokens * (s->keys + s->values) + 2.0 * state);
    best = better(3.0 * c[AUG_SCAN_LAUNCH] + chunks * c[AUG_SCAN_STEP], 2.0 * macs / rate * waves(chip, owners * chunks),
                  (row_bytes + 2.0 * state_bytes * chunks) / bandwidth, best);
    best.seconds += s->software_seconds;
    return best;
}
