// A lower bound of a sum of products under limits, from numbers that anyone may have chosen.
//
// With x the logarithms of what is not known, every term is exp(scale + powers · x), and a limit is a sum of
// terms that is no more than 1. F is the first sum, G_1, G_2 .. the limits. For any point y and any prices a
// >= 0
//
//     F(x) >= F(y) + sum of a · log G(y) + sum over the variables of the least of slope · (x - y)
//
// where slope is that of F + sum of a · log G at y, for all x in the intervals that keep the limits: exp and
// the logarithm of a sum of exp are convex, and a · log G(x) is not above 0. A bad y gives a low bound, never
// a wrong one.
//
// Example: exp(x) + exp(y), both in 0 .. 2, exp(2 - x - y) <= 1: at x = y = 1, with a = e, it is 2 e = 5.44.
#ifndef AUG_PROOF_PROOF_SUMS_H
#define AUG_PROOF_PROOF_SUMS_H

enum { AUG_SUMS_VARIABLES = 48, AUG_SUMS_TERMS = 128, AUG_SUMS = 48 };

typedef struct aug_sums_term {
    double scale;
    double powers[AUG_SUMS_VARIABLES];
} aug_sums_term;

typedef struct aug_sums {
    int variables;
    double low[AUG_SUMS_VARIABLES], high[AUG_SUMS_VARIABLES];
    int term_count;
    aug_sums_term terms[AUG_SUMS_TERMS];
    int count;               // sums: what is bounded, then the limits
    int first[AUG_SUMS + 1]; // terms of each: up to the first one of the next
} aug_sums;

// `prices` are those of the limits, from 1 on. Rounding is taken off.
double aug_sums_bound(const aug_sums *sums, const double *at, const double *prices);

#endif
