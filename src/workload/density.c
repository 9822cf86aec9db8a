// Density models: what every model has to say, and the uniform one.
//
// The chance of an empty tile is a product of min(t, nnz) factors, since C(N-t, nnz) / C(N, nnz) does not change when t and
// nnz change places:
//
//     P(0) = prod_{i < m} (1 - M / (N - i)),   m = min(t, nnz), M = max(t, nnz)
//
// Up to 64 factors are multiplied. More are summed as logarithms by an integral, sum f(i) = int_{-1/2}^{m-1/2} f(x) dx -
// (f'(m-1/2) - f'(-1/2)) / 24, with f(x) = log(1 - M / (N - x)): smooth, because P(0) < e^-800 = 0 wherever m M / N > 800.
// That holds for tensors of any size, where factorials would cancel to nothing.
#include "workload/density.h"

#include <assert.h>
#include <math.h>

double aug_tile_words(const aug_tile_shape *of) {
    double words = (double)of->copies;
    for (int d = 0; d < of->dim_count; d++)
        words *= (double)of->tile[d];
    return words;
}

double aug_tile_tensor_words(const aug_tile_shape *of) {
    double words = 1.0;
    for (int d = 0; d < of->dim_count; d++)
        words *= (double)of->shape[d];
    return words;
}

// ---- Uniform

// Non-zeros of a tensor: a whole number. A product that misses one by rounding alone counts as it.
static double filled_words(double share, double words) {
    double exact = share * words, nearest = floor(exact + 0.5);
    double filled = fabs(exact - nearest) <= 1e-12 * exact ? nearest : ceil(exact);
    return filled < words ? filled : words;
}

static double log_factor(double words, double most, double x) {
    return log1p(-most / (words - x));
}

// Gauss-Legendre with 5 points over 8 panels.
static double log_product(double words, double most, double count) {
    static const double at[3] = {0.0, 0.53846931010568309104, 0.90617984593866399280};
    static const double weight[3] = {0.56888888888888888889, 0.47862867049936646804, 0.23692688505618908751};
    double sum = 0.0, half = count / 16.0;
    for (int p = 0; p < 8; p++) {
        double middle = -0.5 + half * (2.0 * p + 1.0);
        sum += weight[0] * log_factor(words, most, middle);
        for (int i = 1; i < 3; i++)
            sum += weight[i] * (log_factor(words, most, middle - half * at[i]) + log_factor(words, most, middle + half * at[i]));
    }
    double first = words + 0.5, last = words - count + 0.5; // N - x at both ends
    double slope_first = -most / (first * (first - most)), slope_last = -most / (last * (last - most));
    return half * sum - (slope_last - slope_first) / 24.0;
}

double aug_uniform_empty(double words, double filled, double tile) {
    double few = fmin(filled, tile), most = fmax(filled, tile);
    if (few <= 0.0)
        return 1.0;
    if (few + most > words || few * most / words > 800.0)
        return 0.0;
    if (few > 64.0 && few + most < 0.8 * words)
        return exp(log_product(words, most, few));
    double product = 1.0;
    for (double i = 0.0; i < few && product > 0.0; i += 1.0)
        product *= (words - most - i) / (words - i);
    return product;
}

// From the most likely number outwards, by the ratio of neighbours: P(k+1)/P(k) = (t-k)(nnz-k) / ((k+1)(N-t-nnz+k+1)).
void aug_uniform_each(double words, double filled, double tile, aug_uniform_visit *each, void *context) {
    double low = fmax(0.0, tile + filled - words), high = fmin(tile, filled);
    double mode = fmin(fmax(floor((tile + 1.0) * (filled + 1.0) / (words + 2.0)), low), high), sum = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        double chance = 1.0, k = mode;
        for (; k <= high && chance > 1e-18; k += 1.0) {
            if (pass)
                each(context, k, chance / sum);
            else
                sum += chance;
            chance *= (tile - k) * (filled - k) / ((k + 1.0) * (words - tile - filled + k + 1.0));
        }
        chance = 1.0;
        for (k = mode; k > low;) {
            chance *= k * (words - tile - filled + k) / ((tile - k + 1.0) * (filled - k + 1.0));
            k -= 1.0;
            if (chance <= 1e-18)
                break;
            if (pass)
                each(context, k, chance / sum);
            else
                sum += chance;
        }
    }
}

// ---- All models

static double filled_of(const aug_density *density, const aug_tile_shape *of) {
    double words = aug_tile_tensor_words(of);
    switch (density->model) {
    case AUG_DENSITY_UNIFORM:
        return filled_words(density->share, words);
    case AUG_DENSITY_BLOCKS:
        for (int l = 0; l < density->level_count; l++)
            words *= (double)density->levels[l].n / (double)density->levels[l].m;
        return words;
    case AUG_DENSITY_BAND:
        return aug_band_filled(of->shape[0], of->shape[1], density->width);
    case AUG_DENSITY_MEASURED:
        return (double)density->pattern->filled;
    }
    return words;
}

double aug_density_mean(const aug_density *density, const aug_tile_shape *of) {
    return filled_of(density, of) / aug_tile_tensor_words(of);
}

double aug_density_expected(const aug_density *density, const aug_tile_shape *of) {
    return aug_tile_words(of) * aug_density_mean(density, of);
}

double aug_density_empty(const aug_density *density, const aug_tile_shape *of) {
    double alone = 0.0;
    switch (density->model) {
    case AUG_DENSITY_UNIFORM:
        return aug_uniform_empty(aug_tile_tensor_words(of), filled_of(density, of), aug_tile_words(of));
    case AUG_DENSITY_BLOCKS:
        alone = aug_blocks_empty(density, of);
        break;
    case AUG_DENSITY_BAND:
        alone = aug_band_empty(density, of);
        break;
    case AUG_DENSITY_MEASURED: {
        aug_pattern_tiles tiles = aug_pattern_count(density->pattern, of->tile[0], of->tile[1]);
        alone = 1.0 - (double)tiles.filled / (double)tiles.count;
        break;
    }
    }
    return of->copies > 1 ? pow(alone, (double)of->copies) : alone;
}

double aug_density_most(const aug_density *density, const aug_tile_shape *of) {
    double words = aug_tile_words(of), most = words;
    switch (density->model) {
    case AUG_DENSITY_UNIFORM:
        break;
    case AUG_DENSITY_BLOCKS:
        most = (double)of->copies * aug_blocks_most(density, of);
        break;
    case AUG_DENSITY_BAND:
        most = (double)of->copies * aug_band_most(density, of);
        break;
    case AUG_DENSITY_MEASURED:
        most = (double)of->copies * (double)aug_pattern_count(density->pattern, of->tile[0], of->tile[1]).most;
        break;
    }
    return fmin(fmin(words, most), ceil(filled_of(density, of)));
}

double aug_density_expected_filled(const aug_density *density, const aug_tile_shape *of) {
    double filled = 1.0 - aug_density_empty(density, of);
    return filled > 0.0 ? aug_density_expected(density, of) / filled : 0.0;
}

// ---- The fullest of several tiles

// The normal quantile, by Newton's method on erfc, which converges in a few steps.
static double normal_quantile(double p) {
    double x = 0.0;
    for (int i = 0; i < 60; i++) {
        double below = 0.5 * erfc(-x * 0.70710678118654752440), slope = 0.39894228040143267794 * exp(-0.5 * x * x);
        double step = (below - p) / slope;
        step = step > 0.5 ? 0.5 : step < -0.5 ? -0.5 : step;
        x -= step;
        if (fabs(step) < 1e-12)
            break;
    }
    return x;
}

enum { FULLEST_TERMS = 4096 };

typedef struct chance_table {
    double chances[FULLEST_TERMS];
    double first; // number of non-zeros that chances[0] belongs to
} chance_table;

static void note_chance(void *context, double filled, double chance) {
    chance_table *all = context;
    double index = filled - all->first;
    if (index >= 0.0 && index < (double)FULLEST_TERMS)
        all->chances[(int)index] = chance;
}

// E[max] of `count` independent draws: sum over x of 1 - F(x)^count.
static double mean_of_largest(const chance_table *all, double count) {
    double below = 0.0, mean = all->first;
    for (int i = 0; i < FULLEST_TERMS; i++) {
        below += all->chances[i];
        mean += below < 1.0 - 1e-15 ? 1.0 - pow(below, count) : 0.0;
    }
    return mean;
}

// Tiles that share out the whole tensor are not independent: what one has, the others lack. Their correlation is
// -1/(count-1), which widens the distance of the fullest one from the mean by sqrt(count/(count-1)) over that of as many
// independent tiles.
double aug_uniform_fullest(double words, double filled, double tile, double count) {
    double mean = tile * filled / words;
    double deviation = sqrt(fmax(0.0, mean * (1.0 - filled / words) * (words - tile) / fmax(1.0, words - 1.0)));
    double wider = count * tile >= words * (1.0 - 1e-9) ? sqrt(count / (count - 1.0)) : 1.0, largest;
    if (deviation * 24.0 + 8.0 < (double)FULLEST_TERMS) {
        chance_table all = {.chances = {0.0}, .first = fmax(0.0, floor(mean - 12.0 * deviation - 4.0))};
        aug_uniform_each(words, filled, tile, note_chance, &all);
        largest = mean_of_largest(&all, count);
    } else {
        largest = mean + deviation * normal_quantile((count - 0.375) / (count + 0.25)); // [Blom58]
    }
    return fmin(fmin(tile, filled), mean + wider * (largest - mean));
}

double aug_density_fullest(const aug_density *density, const aug_tile_shape *of, double count) {
    if (count <= 1.0)
        return aug_density_expected(density, of);
    if (density->model != AUG_DENSITY_UNIFORM)
        return aug_density_most(density, of);
    return aug_uniform_fullest(aug_tile_tensor_words(of), filled_of(density, of), aug_tile_words(of), count);
}
