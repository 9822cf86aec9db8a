// A band: element (i, j) of a matrix is not zero where |i - j| <= width.
//
// Nothing is random here; figures are means over the tiles. The tiles of one row of tiles, rows i .. i + h - 1, that hold any
// non-zero are those with a column in [i - width, i + h - 1 + width]: neighbours, so they are counted by their first and last.
// Example: 16 x 16, width 2: 16 + 2 (15 + 14) = 74 non-zeros.
#include "workload/density.h"

#include <math.h>

enum { MOST_ROWS = 1 << 16 };

// Elements of a rows x columns matrix with j - i <= k: row i has min(max(i + k + 1, 0), columns) of them.
static double below_diagonal(double rows, double columns, double k) {
    double first = fmax(0.0, -k), full = fmax(first, columns - k); // rows from `first` on have any, from `full` on all
    if (first >= rows)
        return 0.0;
    double slope_end = fmin(full, rows), count = slope_end - first;
    double sloped = count * (first + k + 1.0) + 0.5 * count * (count - 1.0);
    return sloped + fmax(0.0, rows - full) * columns;
}

static double filled_between(double rows, double columns, double low, double high) {
    return below_diagonal(rows, columns, high) - below_diagonal(rows, columns, low - 1.0);
}

double aug_band_filled(uint64_t rows, uint64_t columns, uint64_t width) {
    return filled_between((double)rows, (double)columns, -(double)width, (double)width);
}

// Calls of rows of tiles: all of them, or so many that are spread evenly.
static uint64_t tile_rows(const aug_tile_shape *of, uint64_t *step) {
    uint64_t rows = (of->shape[0] + of->tile[0] - 1) / of->tile[0];
    *step = (rows + MOST_ROWS - 1) / MOST_ROWS;
    return rows;
}

// First and last tile of a row of tiles that touch the band; none where last < first.
static void touched(const aug_density *density, const aug_tile_shape *of, uint64_t row, uint64_t *first, uint64_t *end) {
    uint64_t top = row * of->tile[0], bottom = top + of->tile[0] < of->shape[0] ? top + of->tile[0] : of->shape[0];
    uint64_t low = top > density->width ? top - density->width : 0;
    uint64_t high = bottom + density->width < of->shape[1] ? bottom + density->width : of->shape[1]; // exclusive
    *first = low / of->tile[1];
    *end = high > low ? (high - 1) / of->tile[1] + 1 : *first;
}

double aug_band_empty(const aug_density *density, const aug_tile_shape *of) {
    uint64_t step, rows = tile_rows(of, &step), columns = (of->shape[1] + of->tile[1] - 1) / of->tile[1];
    double filled = 0.0, seen = 0.0;
    for (uint64_t row = 0; row < rows; row += step) {
        uint64_t first, end;
        touched(density, of, row, &first, &end);
        filled += (double)(end - first);
        seen += (double)columns;
    }
    return 1.0 - filled / seen;
}

// Along a row of tiles the fullest one lies where the diagonal crosses it: of the touched tiles, those about the middle.
double aug_band_most(const aug_density *density, const aug_tile_shape *of) {
    uint64_t step, rows = tile_rows(of, &step);
    double most = 0.0;
    for (uint64_t row = 0; row < rows; row += step) {
        uint64_t first, end;
        touched(density, of, row, &first, &end);
        uint64_t middle = (row * of->tile[0] + of->tile[0] / 2) / of->tile[1];
        for (uint64_t column = middle > 1 ? middle - 1 : 0; column <= middle + 1; column++) {
            if (column < first || column >= end)
                continue;
            double top = (double)(row * of->tile[0]), left = (double)(column * of->tile[1]);
            double height = fmin((double)of->tile[0], (double)of->shape[0] - top), width = fmin((double)of->tile[1], (double)of->shape[1] - left);
            double offset = top - left;
            most = fmax(most, filled_between(height, width, offset - (double)density->width, offset + (double)density->width));
        }
    }
    return most;
}
