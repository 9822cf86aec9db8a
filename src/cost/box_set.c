#include "cost/box_set.h"

#include <string.h>

static const aug_interval none = {0, -1};

void aug_box_set_make(aug_box_set *set, const aug_interval *box, const aug_interval *other, int dim_count) {
    bool empty = false;
    memset(set, 0, sizeof *set);
    for (int d = 0; d < dim_count; d++) {
        set->box[d] = box[d];
        set->kept[d].low = box[d].low > other[d].low ? box[d].low : other[d].low;
        set->kept[d].high = box[d].high < other[d].high ? box[d].high : other[d].high;
        empty |= aug_interval_is_empty(set->kept[d]);
    }
    for (int d = 0; d < dim_count && empty; d++)
        set->kept[d] = none;
}

int aug_box_compare(const aug_interval *left, const aug_interval *right) {
    for (int d = 0; d < AUG_PROBLEM_DIMS; d++) {
        if (left[d].low != right[d].low)
            return left[d].low < right[d].low ? -1 : 1;
        if (left[d].high != right[d].high)
            return left[d].high < right[d].high ? -1 : 1;
    }
    return 0;
}

int aug_box_set_compare(const void *left, const void *right) {
    const aug_box_set *l = left, *r = right;
    int by_box = aug_box_compare(l->box, r->box);
    return by_box ? by_box : aug_box_compare(l->kept, r->kept);
}

// Two pieces are kept as one in `box` and the other in `kept`, which then lies behind it.
void aug_box_set_normalise(aug_box_set *set, int dim_count) {
    int differs = 0, at = 0;
    for (int d = 0; d < dim_count; d++)
        if (set->box[d].low != set->kept[d].low || set->box[d].high != set->kept[d].high) {
            differs++;
            at = d;
        }
    if (differs != 1 || aug_interval_is_empty(set->kept[at]))
        return;
    aug_interval below = {set->box[at].low, set->kept[at].low - 1},
                 above = {set->kept[at].high + 1, set->box[at].high};
    set->box[at] = aug_interval_is_empty(below) ? above : below;
    set->kept[at] = above;
    for (int d = 0; d < dim_count && (aug_interval_is_empty(below) || aug_interval_is_empty(above)); d++)
        set->kept[d] = none;
}

aug_count aug_box_words(const aug_interval *box, int dim_count) {
    aug_count product = 1;
    for (int d = 0; d < dim_count; d++)
        product *= aug_interval_is_empty(box[d]) ? 0 : (aug_count)(box[d].high - box[d].low + 1);
    return product;
}

aug_count aug_box_set_words(const aug_box_set *set, int dim_count) {
    aug_count whole = aug_box_words(set->box, dim_count), kept = aug_box_words(set->kept, dim_count);
    for (int d = 0; d < dim_count; d++)
        if (set->kept[d].low > set->box[d].high && !aug_interval_is_empty(set->kept[d]))
            return whole + kept; // two pieces
    return whole - kept;
}
