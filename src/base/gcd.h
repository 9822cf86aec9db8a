// The greatest common divisor; of 0 and a number it is the number.
#ifndef AUG_BASE_GCD_H
#define AUG_BASE_GCD_H

#include <stdint.h>

static inline uint64_t aug_gcd(uint64_t a, uint64_t b) {
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

#endif
