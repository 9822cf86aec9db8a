// How far a point lies inside a front.
#ifndef AUG_DESIGN_DISTANCE_H
#define AUG_DESIGN_DISTANCE_H

#include "design/front.h"

typedef struct aug_distance {
    double factor;  // by which all objectives must improve to be dominated no more; 1: on the front, less:
                    // beyond it
    size_t nearest; // the point of the front that asks for it; the first where several do
    int objective;  // in which that point is least ahead
} aug_distance;

// How many times better `right` is than `left`, of objectives as fronts keep them: what is maximised stands
// negated.
double aug_objective_ratio(double left, double right);
// The distance of a point, whose objectives are not zero. Of an empty front it is 0.
aug_distance aug_front_distance(const aug_front *front, const double *objectives);

#endif
