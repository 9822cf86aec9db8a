#include "kernel/latent_attention_kernel.h"

static const aug_constant decode_rows[] = {
    [AUG_DECODE_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 100e-6, 3e-6, "from one kernel to the next", true},
    [AUG_DECODE_MEMORY_SHARE] = {"memory", AUG_DIMENSION_NUMBER, 0.3, 1.0, 0.74, "share of the memory bandwidth", false},
    [AUG_DECODE_CACHE_KIB] = {"cache", AUG_DIMENSION_SECONDS, 2e-9, 200e-9, 15e-9, "one unit's time for 1 KiB that lies in the last cache, all units loading", false},
    [AUG_DECODE_STEP] = {"step", AUG_DIMENSION_SECONDS, 10e-9, 8e-6, 0.5e-6, "latency of one step that no other block hides", true},
    [AUG_DECODE_START] = {"start", AUG_DIMENSION_SECONDS, 0.1e-6, 30e-6, 5e-6, "a block before its first and after its last step", true},
    [AUG_DECODE_PASS] = {"pass", AUG_DIMENSION_SECONDS, 0.1e-6, 20e-6, 3e-6, "a further kernel that waits for the one before", true},
    [AUG_DECODE_MATRIX_SHARE] = {"matrix", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.35, "share of the matrix peak that padded tiles reach", false},
    [AUG_DECODE_UNIT_KIB] = {"unit", AUG_DIMENSION_SECONDS, 2e-9, 200e-9, 15e-9, "a lone unit's time for 1 KiB, wherever it lies", false},
};

static const aug_constant prefill_rows[] = {
    [AUG_PREFILL_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 100e-6, 3e-6, "from one kernel to the next", true},
    [AUG_PREFILL_MATRIX_SHARE] = {"matrix", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.75, "share of the matrix peak inside a step", false},
    [AUG_PREFILL_SOFTMAX] = {"softmax", AUG_DIMENSION_SECONDS, 15e-12, 1e-9, 40e-12, "softmax of one score on one unit", false},
    [AUG_PREFILL_STEP] = {"step", AUG_DIMENSION_SECONDS, 10e-9, 8e-6, 0.3e-6, "latency of a step that no other block hides, at a head of 128", true},
    [AUG_PREFILL_START] = {"start", AUG_DIMENSION_SECONDS, 0.1e-6, 30e-6, 5e-6, "a block before its first and after its last step", true},
    [AUG_PREFILL_MEMORY_SHARE] = {"memory", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.7, "share of the memory bandwidth", false},
    [AUG_PREFILL_OLDER_SHARE] = {"older", AUG_DIMENSION_NUMBER, 0.03, 1.0, 0.4, "rate of an earlier generation's matrix instructions over today's", false},
    [AUG_PREFILL_SERIAL_SHARE] = {"serial", AUG_DIMENSION_NUMBER, 1e-4, 1.0, 0.3, "share of the shorter activity that does not overlap the longer", false},
};

static const char *const decode_regimes[] = {"launch", "blocks", "memory", "cache", "split", "window"};
static const char *const prefill_regimes[] = {"launch", "chain", "waves", "memory", "window", "older"};

const aug_kernel_model aug_mla_decode_model = {
    .name = "mla_decode",
    .about = "latent attention of one new token per sequence over its cache",
    .constants = decode_rows,
    .constant_count = sizeof decode_rows / sizeof decode_rows[0],
    .regimes = decode_regimes,
    .regime_count = sizeof decode_regimes / sizeof decode_regimes[0],
};

const aug_kernel_model aug_mla_prefill_model = {
    .name = "mla_prefill",
    .about = "latent attention of new tokens, keys and values expanded",
    .constants = prefill_rows,
    .constant_count = sizeof prefill_rows / sizeof prefill_rows[0],
    .regimes = prefill_regimes,
    .regime_count = sizeof prefill_regimes / sizeof prefill_regimes[0],
};

aug_kernel_time aug_mla_decode_time(const aug_chip *chip, const double constants[AUG_CONSTANTS], const aug_mla_decode_shape *shape) {
    aug_attention_decode_shape latent = *shape;
    latent.latent = true;
    return aug_attention_decode_time(chip, constants, &latent);
}

aug_kernel_time aug_mla_prefill_time(const aug_chip *chip, const double constants[AUG_CONSTANTS], const aug_mla_prefill_shape *shape) {
    return aug_attention_prefill_time(chip, constants, shape);
}
