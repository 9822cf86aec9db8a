// What is drawn in place of usual prices, room and ports. Each has made an answer wrong or endless once, or
// could: a least energy of 0 is reached by any nest, and twice a floor of 0 is no higher.
#include "mapspace_extreme.h"

#include <math.h>

static int below(mapspace_case *c, int count) {
    return (int)aug_random_below(&c->random, (uint64_t)count);
}

static bool one_in(mapspace_case *c, int count) {
    return below(c, count) == 0;
}

// Prices.
static void draw_extreme_prices(mapspace_case *c) {
    static const double scales[] = {0, 0, 1, 1, 1000, 0.001, 1e6};
    aug_problem *p = &c->problem;
    for (int m = 0; m < p->memory_count; m++) {
        aug_problem_memory *memory = &p->memories[m];
        double scale = scales[below(c, AUG_COUNT(scales))];
        for (int t = 0; t < p->tensor_count; t++)
            for (int a = 0; a < AUG_ACTION_COUNT; a++)
                memory->energy_pj[t][a] *= one_in(c, 4) ? scales[below(c, AUG_COUNT(scales))] : scale;
        memory->leakage_pj_per_cycle *= scales[below(c, AUG_COUNT(scales))];
    }
    p->computes[0].energy_pj *= scales[below(c, AUG_COUNT(scales))];
}

// Room for tiles of some tensors, to the bit.
static double just_enough(mapspace_case *c, int m) {
    const aug_problem *p = &c->problem;
    aug_count tiles[AUG_PROBLEM_RANKS];
    double bits = 0.0;
    for (int r = 0; r < p->rank_count; r++)
        tiles[r] = one_in(c, 3) ? p->sizes[r] : 1 + aug_random_below(&c->random, p->sizes[r]);
    for (int t = 0; t < p->tensor_count; t++)
        if (!one_in(c, 3))
            bits += (double)aug_tensor_words(&p->tensors[t], tiles) * p->memories[m].bits[t];
    return bits * (double)p->memories[m].buffers;
}

// A unit further out, which does what the one inside cannot.
static void draw_outer_unit(mapspace_case *c) {
    aug_problem *p = &c->problem;
    aug_problem_compute *outer = &p->computes[0];
    p->computes[1] = *outer;
    p->compute_count = 2;
    outer->name = "vector";
    outer->memories_above = 1 + below(c, p->memory_count);
    outer->axes_above = 0;
    for (int a = 0; a < p->axis_count; a++)
        outer->axes_above += p->axes[a].memories_above < outer->memories_above;
    p->computes[one_in(c, 2)].rate_per_cycle = 0;
}

void mapspace_make_extreme(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const double widths[] = {0.125, 1, 8, (double)INFINITY, (double)INFINITY};
    if (!one_in(c, 3))
        draw_extreme_prices(c);
    for (int m = 0; m < p->memory_count; m++) {
        aug_problem_memory *memory = &p->memories[m];
        if (m > 0 && !one_in(c, 3))
            memory->capacity_bits = just_enough(c, m);
        if (one_in(c, 2)) {
            memory->read_bits_per_cycle = widths[below(c, AUG_COUNT(widths))];
            memory->write_bits_per_cycle =
                memory->shared_port ? memory->read_bits_per_cycle : widths[below(c, AUG_COUNT(widths))];
        }
        if (m > 0 && one_in(c, 4)) {
            memory->gated_at = below(c, m);
            memory->leakage_pj_per_cycle = (double)(1 + below(c, 9));
        }
    }
    if (one_in(c, 3))
        draw_outer_unit(c);
}
