#include "kernel/custom_reduce_kernel.h"

#include <assert.h>

static const aug_constant constants_table[] = {
    {"launch_seconds", AUG_DIMENSION_SECONDS, 0.5e-6, 10e-6, 1.5e-6,
     "launch of the kernel inside a recorded graph", true},
    {"barrier_seconds", AUG_DIMENSION_SECONDS, 0.3e-6, 10e-6, 2e-6, "flags to all peers and back", true},
    {"one_shot_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.6,
     "share of the link bandwidth, reading whole messages", false},
    {"two_shots_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.6, "share of the link bandwidth, reading shares", false},
    {"switched_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.45,
     "share of the link bandwidth where switches add", false},
    {"host_seconds", AUG_DIMENSION_SECONDS, 5e-6, 200e-6, 30e-6, "the host issues one call", true},
};

static const char *const regimes[] = {"latency", "one shot", "two shots", "library", "host"};

enum { REGIME_LATENCY, REGIME_ONE_SHOT, REGIME_TWO_SHOTS, REGIME_LIBRARY, REGIME_HOST };

const aug_kernel_model aug_custom_reduce_model = {
    .name = "custom_all_reduce",
    .about = "all-reduce by kernels that read the memory of their peers",
    .constants = constants_table,
    .constant_count = sizeof constants_table / sizeof constants_table[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

// Bytes over the links of one chip per byte of the message.
static double volume_of(int method, double n) {
    if (method == AUG_REDUCE_ONE_SHOT)
        return n - 1.0;
    return method == AUG_REDUCE_TWO_SHOTS ? 2.0 * (n - 1.0) / n : 1.0 + 1.0 / n;
}

static aug_kernel_time own_kernel(const aug_chip *chip, const double *k,
                                  const aug_custom_reduce_shape *shape) {
    double bandwidth = chip->link_bytes_per_second * k[AUG_CUSTOM_REDUCE_ONE_SHOT + shape->method];
    double rounds = shape->method == AUG_REDUCE_ONE_SHOT ? 1.0 : 2.0;
    double waits = k[AUG_CUSTOM_REDUCE_LAUNCH] + rounds * shape->barriers * k[AUG_CUSTOM_REDUCE_BARRIER];
    double on_link = volume_of(shape->method, shape->chips) * shape->bytes / bandwidth;
    int regime = on_link < 0.2 * (waits + on_link)      ? REGIME_LATENCY
                 : shape->method == AUG_REDUCE_ONE_SHOT ? REGIME_ONE_SHOT
                                                        : REGIME_TWO_SHOTS;
    return (aug_kernel_time){waits + on_link, on_link > waits ? AUG_KERNEL_LINK : AUG_KERNEL_LATENCY, regime};
}

aug_kernel_time aug_custom_reduce_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                       const aug_custom_reduce_shape *shape) {
    assert(shape->chips >= 1.0);
    if (shape->chips <= 1.0)
        return (aug_kernel_time){.bound = AUG_KERNEL_LATENCY};
    aug_kernel_time time = {shape->library_seconds, AUG_KERNEL_LINK, REGIME_LIBRARY};
    if (shape->method != AUG_REDUCE_LIBRARY)
        time = own_kernel(chip, constants, shape);
    time.seconds += shape->software_seconds;
    if (shape->host_issued && time.seconds < constants[AUG_CUSTOM_REDUCE_HOST])
        time = (aug_kernel_time){constants[AUG_CUSTOM_REDUCE_HOST], AUG_KERNEL_LATENCY, REGIME_HOST};
    return time;
}
