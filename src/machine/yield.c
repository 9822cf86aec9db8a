#include "machine/yield.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double aug_gross_dies(const aug_technology *t, double area_mm2) {
    double side = sqrt(area_mm2) + t->scribe_mm, area = side * side;
    double diameter = t->wafer_mm - 2.0 * t->wafer_edge_mm;
    return pi * diameter * diameter / 4.0 / area - pi * diameter / sqrt(2.0 * area);
}

double aug_part_yield(const aug_technology *t, double area_mm2) {
    return pow(1.0 + t->defects_per_mm2 * t->critical_share * area_mm2 / t->clustering, -t->clustering);
}

// The binomial sum term by term, in logarithms: (1 - good)^k good^(n-k) leaves the range of doubles on a
// wafer.
// Beyond a million blocks the normal law stands for it.
double aug_block_yield(double good, double count, double spare) {
    if (!(good < 1.0) || spare >= count)
        return 1.0;
    if (!(good > 0.0))
        return 0.0;
    if (count > 1e6)
        return 0.5 * erfc((count * (1.0 - good) - spare) / sqrt(2.0 * count * good * (1.0 - good)));
    double sum = 0.0, term = count * log(good);
    for (double k = 0.0; k <= spare; k += 1.0) {
        sum += exp(term);
        term += log((count - k) / (k + 1.0) * (1.0 - good) / good);
    }
    return fmin(sum, 1.0);
}

double aug_good_dies(const aug_technology *t, double area_mm2, double *yield) {
    double gross = aug_gross_dies(t, area_mm2);
    *yield = aug_part_yield(t, area_mm2);
    return gross > 1.0 ? gross * *yield : *yield;
}
