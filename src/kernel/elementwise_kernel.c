#include "kernel/elementwise_kernel.h"

#include <assert.h>
#include <math.h>

static const aug_constant constants_table[] = {
    {"launch_seconds", AUG_DIMENSION_SECONDS, 0.3e-6, 10e-6, 1.6e-6, "one kernel that does nothing", true},
    {"memory_share", AUG_DIMENSION_NUMBER, 0.5, 1.0, 0.9, "share of the memory's bandwidth in a long stream", false},
    {"cache_ratio", AUG_DIMENSION_NUMBER, 0.5, 3.5, 1.5,
     "bandwidth of the last level of cache over that of the memory", false},
    {"resident_share", AUG_DIMENSION_NUMBER, 0.5, 0.9, 0.7,
     "share of the last level of cache that still holds what it was given", false},
    {"row_seconds", AUG_DIMENSION_SECONDS, 20e-9, 120e-9, 80e-9,
     "one row on one unit: scheduling a block, one reduction", true},
    {"lane_seconds", AUG_DIMENSION_SECONDS, 30e-12, 150e-12, 60e-12, "one word further along a row", false},
    {"word_seconds", AUG_DIMENSION_SECONDS, 0.3e-9, 2e-9, 0.85e-9,
     "one word on one unit, treated on its own", false},
};

static const char *const regimes[] = {"launch", "cache", "memory", "units", "part"};

enum { REGIME_LAUNCH, REGIME_CACHE, REGIME_MEMORY, REGIME_UNITS, REGIME_PART };

const aug_kernel_model aug_elementwise_model = {
    .name = "elementwise",
    .about = "norms, rotary embeddings, activations, quantisation",
    .constants = constants_table,
    .constant_count = sizeof constants_table / sizeof constants_table[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

// Share of a footprint that the last level of cache serves.
static double hit_share(const aug_chip *chip, double resident, double footprint_bytes) {
    double held = resident * chip->cache_bytes, spread = 0.35;
    if (footprint_bytes <= held)
        return 1.0;
    return fmax(0.0, 1.0 - (footprint_bytes - held) / (spread * held + 1.0));
}

aug_kernel_time aug_elementwise_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                     const aug_elementwise_shape *shape) {
    assert(shape->rows >= 0.0 && shape->width >= 0.0);
    const double *k = constants;
    double words = shape->rows * shape->width, memory = chip->memory_bytes_per_second;
    double hit = hit_share(chip, k[AUG_ELEMENTWISE_RESIDENT], words * shape->kept_bytes);
    double per_byte =
        hit / (memory * fmax(k[AUG_ELEMENTWISE_CACHE], k[AUG_ELEMENTWISE_MEMORY])) + (1.0 - hit) / (memory * k[AUG_ELEMENTWISE_MEMORY]);
    double stream = words * shape->moved_bytes * per_byte;
    double rows = shape->row_passes * shape->rows * k[AUG_ELEMENTWISE_ROW] / chip->units;
    double serial = shape->row_passes * shape->width * k[AUG_ELEMENTWISE_LANE];
    double issue = words * shape->work * k[AUG_ELEMENTWISE_WORD] / chip->units;
    double fixed = shape->software_seconds + shape->launches * k[AUG_ELEMENTWISE_LAUNCH] + serial;
    double busy = fmax(stream, fmax(rows, issue));
    aug_kernel_time time = {fixed + busy, AUG_KERNEL_MEMORY, REGIME_MEMORY};
    if (shape->launches <= 0.0)
        time.regime = REGIME_PART; // of another kernel: a difference of two times
    else if (fixed > busy)
        time.bound = AUG_KERNEL_LATENCY, time.regime = REGIME_LAUNCH;
    else if (rows >= busy)
        time.bound = AUG_KERNEL_LATENCY, time.regime = REGIME_UNITS;
    else if (issue >= busy)
        time.bound = AUG_KERNEL_VECTOR, time.regime = REGIME_UNITS;
    else if (hit > 0.5)
        time.bound = AUG_KERNEL_CACHE, time.regime = REGIME_CACHE;
    return time;
}
