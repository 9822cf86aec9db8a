#include "workload/mask.h"

uint64_t aug_mask_columns(const aug_mask *mask, uint64_t rows, uint64_t last) {
    uint64_t seen = mask->past + last, reach = mask->window + rows - 1;
    return mask->window > 0 && reach < seen ? reach : seen;
}

// floor(rows · band / bands) without a product that may overflow.
static uint64_t last_row(uint64_t rows, int bands, int band) {
    uint64_t count = (uint64_t)bands, at = (uint64_t)band;
    return rows / count * at + rows % count * at / count;
}

aug_mask_band aug_mask_cut(const aug_mask *mask, uint64_t rows, int bands, int band) {
    uint64_t last = last_row(rows, bands, band), own = last - last_row(rows, bands, band - 1);
    return (aug_mask_band){own, aug_mask_columns(mask, own, last)};
}

double aug_mask_banded_pairs(const aug_mask *mask, uint64_t rows, int bands) {
    double pairs = 0.0;
    for (int i = 1; i <= bands; i++) {
        aug_mask_band band = aug_mask_cut(mask, rows, bands, i);
        pairs += (double)band.rows * (double)band.columns;
    }
    return pairs;
}

bool aug_mask_equal(const aug_mask *left, const aug_mask *right) {
    return left->past == right->past && left->window == right->window;
}
