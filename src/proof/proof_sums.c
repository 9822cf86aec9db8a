#include "proof/proof_sums.h"

#include <math.h>

// The sum at a point; its slope is added, `by` times, or that of its logarithm.
static double add_sum(const aug_sums *sums, int sum, const double *at, double by, double *slope) {
    double all = 0.0, shares[AUG_SUMS_TERMS];
    for (int k = sums->first[sum]; k < sums->first[sum + 1]; k++) {
        double power = sums->terms[k].scale;
        for (int i = 0; i < sums->variables; i++)
            power += sums->terms[k].powers[i] * at[i];
        all += shares[k] = exp(power);
    }
    double part = sum == 0 ? by : by / all;
    for (int k = sums->first[sum]; k < sums->first[sum + 1]; k++)
        for (int i = 0; i < sums->variables; i++)
            slope[i] += part * shares[k] * sums->terms[k].powers[i];
    return all;
}

double aug_sums_bound(const aug_sums *sums, const double *at, const double *prices) {
    double slope[AUG_SUMS_VARIABLES] = {0.0}, bound, size;
    bound = size = add_sum(sums, 0, at, 1.0, slope);
    for (int s = 1; s < sums->count; s++) {
        if (!(prices[s] > 0.0) || sums->first[s] == sums->first[s + 1])
            continue;
        double value = log(add_sum(sums, s, at, prices[s], slope));
        bound += prices[s] * value;
        size += prices[s] * (fabs(value) + 100.0);
    }
    for (int i = 0; i < sums->variables; i++) {
        double loss = slope[i] > 0.0 ? slope[i] * (at[i] - sums->low[i]) : slope[i] * (at[i] - sums->high[i]);
        bound -= loss;
        size += fabs(loss) + fabs(slope[i]) * 100.0;
    }
    return isfinite(size) ? bound - 1e-11 * size : 0.0;
}
