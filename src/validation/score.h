// Error figures of a set of predictions.
#ifndef AUG_VALIDATION_SCORE_H
#define AUG_VALIDATION_SCORE_H

#include "base/arena.h"

#include <stdbool.h>

// One prediction beside its measurement, both above 0.
typedef struct aug_scored {
    double measured, predicted, low, high;
} aug_scored;

typedef struct aug_score {
    size_t n;
    // Absolute percentage error |predicted / measured - 1|: median, mean and 90th percentile, in percent; NaN without rows.
    double mdape, mape, p90;
    double bias;       // mean of predicted / measured - 1, in percent
    double coverage80; // rows whose measurement lies between low and high, in percent
    double mean_width; // mean of (high - low) / predicted, in percent
} aug_score;

// `scratch` holds `count` numbers.
aug_score aug_score_make(const aug_scored *rows, size_t count, double *scratch);
// The q-th quantile (0..1) of sorted numbers, linear between neighbours [Hyndman & Fan 1996, type 7].
double aug_quantile(const double *sorted, size_t count, double q);
// |predicted / measured - 1|.
double aug_scored_error(const aug_scored *row);

#endif
