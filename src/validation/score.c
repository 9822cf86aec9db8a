#include "validation/score.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

double aug_quantile(const double *sorted, size_t count, double q) {
    if (count == 0)
        return (double)NAN;
    double place = q * (double)(count - 1);
    size_t below = (size_t)floor(place);
    size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

double aug_scored_error(const aug_scored *row) {
    return fabs(row->predicted / row->measured - 1.0);
}

aug_score aug_score_make(const aug_scored *rows, size_t count, double *scratch) {
    const double none = (double)NAN;
    aug_score score = {.n = count, .mdape = none, .mape = none, .p90 = none, .bias = none, .coverage80 = none, .mean_width = none};
    if (count == 0)
        return score;
    double sum = 0.0, signed_sum = 0.0, width = 0.0, covered = 0.0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        scratch[i] = aug_scored_error(&rows[i]);
        sum += scratch[i];
        signed_sum += rows[i].predicted / rows[i].measured - 1.0;
        width += (rows[i].high - rows[i].low) / rows[i].predicted;
        covered += rows[i].measured >= rows[i].low && rows[i].measured <= rows[i].high ? 1.0 : 0.0;
    }
    qsort(scratch, count, sizeof *scratch, compare);
    score.mdape = 100.0 * aug_quantile(scratch, count, 0.5);
    score.p90 = 100.0 * aug_quantile(scratch, count, 0.9);
    score.mape = 100.0 * sum / n;
    score.bias = 100.0 * signed_sum / n;
    score.coverage80 = 100.0 * covered / n;
    score.mean_width = 100.0 * width / n;
    return score;
}
