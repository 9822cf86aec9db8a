// Fitting a few bounded constants to measured times.
//
// Minimises the mean over rows of a robust loss of r = ln(predicted / measured), plus the pull of what was believed before:
//
//     F(c) = Σ ρ(r_i) / n + 0.1 s / n · Σ h((u_j - u0_j) / 0.7)
//     h(x) = x² up to |x| = 1, 2 |x| - 1 beyond              a machine unlike its family may leave it
//     ρ(r) = |r| / (|r| + 0.15)                               bounded, as [Geman & McClure 1985]: the typical row decides
//
// u is ln c where a constant is bounded away from 0, else c over its range; u0 is the prior, s its weight: a
// constant that is off by a factor of two costs as much as s rows at 2 %, so a few dozen measurements move it and
// hundreds make it vanish. Times are continuous in their constants but have kinks (the best of
// several tiles), so damped Gauss-Newton steps [Marquardt 1963] from several starts are followed by a search along the axes
// [Hooke & Jeeves 1961]. Everything is deterministic.
#ifndef AUG_VALIDATION_FIT_H
#define AUG_VALIDATION_FIT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { AUG_FIT_CONSTANTS = 24 };

typedef struct aug_fit_bounds {
    double low, high, prior;
} aug_fit_bounds;

typedef struct aug_fit_problem {
    int constant_count;
    aug_fit_bounds bounds[AUG_FIT_CONSTANTS];
    double prior_rows; // s: how many rows the prior weighs
    size_t row_count;
    const double *measured; // above 0, any unit that `predict` shares
    double (*predict)(void *user, size_t row, const double *constants);
    void *user;
    int starts;            // besides the prior itself and `initial`
    const double *initial; // constants to begin from as well; NULL: none
} aug_fit_problem;

typedef struct aug_fit_result {
    double constants[AUG_FIT_CONSTANTS];
    double errors[AUG_FIT_CONSTANTS]; // relative standard error of each, NaN where the rows do not tell it
    double loss;
} aug_fit_result;

// `scratch` is for the run alone.
void aug_fit_solve(aug_arena *scratch, const aug_fit_problem *problem, aug_fit_result *result);

#endif
