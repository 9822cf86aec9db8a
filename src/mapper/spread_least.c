#include "mapper/spread_least.h"

#include "cost/latency.h"

enum { MOST_NODES = 20000 };

typedef struct fewest {
    const aug_space *space;
    int group_count, nodes;
    aug_count fan[AUG_PROBLEM_AXES];
    aug_wide left[AUG_PROBLEM_AXES]; // steps that all axes behind one have room for
    aug_count steps[AUG_PROBLEM_RANKS];
    aug_wide best;
} fewest;

static aug_count part(aug_count size, aug_count steps) {
    return (size + steps - 1) / steps;
}

static aug_wide points_of(const fewest *f) {
    aug_wide points = 1;
    for (int r = 0; r < f->space->rank_count; r++)
        points *= part(f->space->problem->sizes[r], f->steps[r]);
    return points;
}

// Points if all that is left of the axes is used up.
static aug_wide even_points(const fewest *f, int group, aug_count room) {
    aug_wide all = 1, steps = f->left[group] * room;
    for (int r = 0; r < f->space->rank_count; r++) {
        all *= f->space->problem->sizes[r];
        steps *= f->steps[r];
    }
    return (all + steps - 1) / steps;
}

// Steps along an axis, of one rank after the other; the last one takes what is left.
static void place(fewest *f, int group, int rank, aug_count room) {
    if (group == f->group_count) {
        aug_wide points = points_of(f);
        f->best = points < f->best ? points : f->best;
        return;
    }
    if (++f->nodes > MOST_NODES || even_points(f, group, room) >= f->best)
        return;
    aug_count before = f->steps[rank], most = part(f->space->problem->sizes[rank], before);
    most = most < room ? most : room;
    bool last = rank + 1 == f->space->rank_count;
    for (aug_count own = most; own >= (last ? most : 1); own--) {
        f->steps[rank] = before * own;
        if (last)
            place(f, group + 1, 0, group + 1 < f->group_count ? f->fan[group + 1] : 1);
        else
            place(f, group, rank + 1, room / own);
    }
    f->steps[rank] = before;
}

double aug_spread_least_cycles(const aug_space *space, unsigned idle) {
    fewest f = {.space = space, .best = ~(aug_wide)0};
    double product = 1.0;
    for (int g = 0; g < space->group_count; g++)
        if (!(idle >> space->groups[g].segment & 1) && space->groups[g].fan > 1) {
            f.fan[f.group_count++] = space->groups[g].fan;
            product *= (double)space->groups[g].fan;
        }
    for (int r = 0; r < space->rank_count; r++)
        f.steps[r] = 1;
    if (f.group_count == 0 || product * space->operations > 0x1p110) // products stay below 2^128
        return 0.0;
    f.left[f.group_count - 1] = 1;
    for (int g = f.group_count - 1; g > 0; g--)
        f.left[g - 1] = f.left[g] * f.fan[g];
    place(&f, 0, 0, f.fan[0]);
    if (f.nodes > MOST_NODES)
        return 0.0;
    return aug_whole_cycles((double)f.best / space->unit_rate * (1.0 - 1e-13)) + space->overhead_cycles;
}
