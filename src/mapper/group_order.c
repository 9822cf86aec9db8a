#include "mapper/group_order.h"

#include <stdlib.h>

static int compare(double a, double b) {
    return (a > b) - (a < b);
}

static int by_energy(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    int order = compare(x->likely_energy_pj, y->likely_energy_pj);
    if (order == 0)
        order = compare(x->likely_cycles, y->likely_cycles);
    if (order == 0)
        order = compare(x->passing_pj, y->passing_pj);
    return order ? order : x < y ? -1 : 1;
}

static int by_cycles(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    int order = compare(x->likely_best_cycles, y->likely_best_cycles);
    return order ? order : by_energy(a, b);
}

const aug_group_item **aug_group_order(aug_arena *arena, const aug_group_prefixes *prefixes,
                                       aug_objective objective) {
    const aug_group_item **order = AUG_NEW_ARRAY(arena, const aug_group_item *, (size_t)prefixes->count + 1);
    for (int i = 0; i < prefixes->count; i++)
        order[i] = &prefixes->items[i];
    qsort(order, (size_t)prefixes->count, sizeof *order,
          objective == AUG_OBJECTIVE_LATENCY ? by_cycles : by_energy);
    return order;
}
