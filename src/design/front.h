// The Pareto front: points that no other point beats.
#ifndef AUG_DESIGN_FRONT_H
#define AUG_DESIGN_FRONT_H

#include "design/metric.h"

enum { AUG_OBJECTIVES = 8 };

typedef struct aug_front_point {
    uint64_t index;                   // of the point in its space
    uint64_t group;                   // points of different groups do not beat each other
    bool like_better;                 // beaten in all but the loss by a point whose loss is not told apart from its own
    uint64_t equal;                   // further points with the same objectives
    double objectives[AUG_OBJECTIVES]; // less is better: what is maximised stands here negated
    double metrics[AUG_METRIC_COUNT];
} aug_front_point;

typedef struct aug_front {
    int objective_count;
    aug_front_point *points; // in the order they were found; malloc
    size_t count, capacity;
} aug_front;

void aug_front_init(aug_front *front, int objective_count);
void aug_front_free(aug_front *front);

// Whether `left` is at least as good in every objective and better in one.
bool aug_front_dominates(const double *left, const double *right, int objective_count);
// Whether a point of the front's group dominates these objectives.
bool aug_front_beats(const aug_front *front, uint64_t group, const double *objectives);
// Adds a point unless it is dominated, and removes what it dominates. A point whose objectives equal those of one that is
// there is counted with it, and stands for both where its index is lower. False when out of memory.
bool aug_front_add(aug_front *front, const aug_front_point *point);
// Orders the points by their group, their first objective, then the next, then their index.
void aug_front_sort(aug_front *front);

#endif
