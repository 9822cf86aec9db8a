// A lower bound of a sum of products under limits, by convex duality.
//
// The least of
//
//     F(x) = sum of exp(scale + sum of powers · x)
//
// where sums of such terms stay below 1, sums of variables below some value, and every variable in an
// interval. In x, the logarithms of counts, all of that is convex, so for any point y and any multipliers
// a, b >= 0
//
//     L(x) = F(x) + sum of a · log(limit(x)) + sum of b · (line(x) - most)
//     F(x) >= L(x) >= L(y) + L'(y) · (x - y) >= L(y) + the least of the last term in the intervals
//
// for every x that keeps the limits. The bound holds however bad y and the multipliers are; a primal-dual
// method finds good ones.
//
// Example: exp(x) + exp(y), x + y >= 2, both in 0 .. 2 (x / 100 words of one operand, y of another, in a
// memory that holds a tile of both): 2 · e = 5.44 at x = y = 1, with b = e. The least corner of the intervals
// is 2.
#ifndef AUG_MAPPER_CONVEX_BOUND_H
#define AUG_MAPPER_CONVEX_BOUND_H

#include <stdint.h>

enum {
    AUG_CONVEX_VARIABLES = 48,
    AUG_CONVEX_TERMS = 160,
    AUG_CONVEX_LIMITS = 16,
    AUG_CONVEX_LINES = 112,
    AUG_CONVEX_FACTORS = 20
};

typedef struct aug_convex_term {
    double scale;
    int count;
    int8_t at[AUG_CONVEX_FACTORS]; // variables
    double power[AUG_CONVEX_FACTORS];
} aug_convex_term;

typedef struct aug_convex_line { // sum of signs · x <= most
    double most;
    int count;
    int8_t at[AUG_CONVEX_FACTORS], sign[AUG_CONVEX_FACTORS];
} aug_convex_line;

typedef struct aug_convex {
    int variables;
    double low[AUG_CONVEX_VARIABLES], high[AUG_CONVEX_VARIABLES]; // low < high
    int objective;                                                // terms that are summed: the first ones
    int term_count;
    aug_convex_term terms[AUG_CONVEX_TERMS];
    int limit_count;
    int limit_first[AUG_CONVEX_LIMITS + 1]; // terms of each: up to the first one of the next
    int line_count;
    aug_convex_line lines[AUG_CONVEX_LINES];
} aug_convex;

// A lower bound of the objective. `at`: where to begin (low <= at <= high), then about where the least is.
// It ends early where the bound reaches `enough`, or where no bound can reach it. Adds its steps to `steps`.
double aug_convex_bound(const aug_convex *program, double enough, double *at, uint64_t *steps);

// The point and the multipliers that show the best bound of a run.
typedef struct aug_convex_proof {
    double at[AUG_CONVEX_VARIABLES], limits[AUG_CONVEX_LIMITS], lines[AUG_CONVEX_LINES];
} aug_convex_proof;
double aug_convex_prove(const aug_convex *program, double enough, const double *at, aug_convex_proof *proof,
                        uint64_t *steps);

#endif
