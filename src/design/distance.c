// Distance from a front, as a factor.
//
// A point r that is improved by e in every objective - what should be small divided by e, what should be
// large times e - is dominated by a point f of the front as long as f is e times better than r, or more, in
// every objective. So f asks for
//
//   e(f) = min over objectives of ratio(r, f)        ratio = r / f where less is better, f / r where more is
//
// and the front for the largest of these [Zitzler et al. 2003] (the multiplicative epsilon indicator of one point):
//
//   distance(r) = max over f of e(f)
//
// Below 1 no point of the front is as good as r in everything. Distances have no unit, so objectives need no
// weights.
//
// Example, two objectives that should be small, r = (6, 4):
//
//   f        ratios       e(f)
//   2, 5     3, 0.8       0.8
//   4, 3     1.5, 1.33    1.33    the distance: r / 1.33 = (4.5, 3) is dominated no more
//   8, 1     0.75, 4      0.75
#include "design/distance.h"

#include <math.h>

double aug_objective_ratio(double left, double right) {
    if (left == right)
        return 1.0;
    return left < 0.0 || right < 0.0 ? right / left : left / right;
}

// What one point of the front asks for, and in which objective.
static double least_ratio(const double *own, const double *other, int count, int *objective) {
    double least = HUGE_VAL;
    for (int i = 0; i < count; i++) {
        double ratio = aug_objective_ratio(own[i], other[i]);
        if (ratio < least) {
            least = ratio;
            *objective = i;
        }
    }
    return least;
}

aug_distance aug_front_distance(const aug_front *front, const double *objectives) {
    aug_distance distance = {0};
    for (size_t f = 0; f < front->count; f++) {
        int objective = 0;
        double factor =
            least_ratio(objectives, front->points[f].objectives, front->objective_count, &objective);
        if (factor > distance.factor)
            distance = (aug_distance){factor, f, objective};
    }
    return distance;
}
