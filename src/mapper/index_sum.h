// How many different values a sum of two ranks takes.
//
//     a i + b j, i < m, j < n: points (i + b/g, j) and (i, j + a/g) are one value, g = gcd(a, b), so there
//     are m n - max(0, m - b/g) max(0, n - a/g)
//
// Example: 2 p + r, p 4, r 3: 12 - 3 · 1 = 9, all from 0 to 8; r 1: 4, every other one.
#ifndef AUG_MAPPER_INDEX_SUM_H
#define AUG_MAPPER_INDEX_SUM_H

#include "base/gcd.h"
#include "problem/problem.h"

static inline aug_count aug_index_sum_values(aug_count a, aug_count m, aug_count b, aug_count n) {
    aug_count g = aug_gcd(a, b), back = b / g, on = a / g;
    return m * n - (m > back ? m - back : 0) * (n > on ? n - on : 0);
}

#endif
