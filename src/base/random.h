// Reproducible random numbers for tests and sampling: splitmix64 [Steele14]. The seed is always explicit.
#ifndef AUG_BASE_RANDOM_H
#define AUG_BASE_RANDOM_H

#include <stdint.h>

typedef struct aug_random {
    uint64_t state;
} aug_random;

static inline uint64_t aug_random_next(aug_random *random) {
    uint64_t value = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

// Uniform in [0, count); count > 0. The bias is below 2^-32 for counts below 2^32.
static inline uint64_t aug_random_below(aug_random *random, uint64_t count) {
    return aug_random_next(random) % count;
}

// Uniform in [0, 1).
static inline double aug_random_unit(aug_random *random) {
    return (double)(aug_random_next(random) >> 11) * 0x1.0p-53;
}

#endif
