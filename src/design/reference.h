// Machines that a study is held against: each takes the place of the study's own machine, is evaluated under
// the same models, plans, scenarios and budgets, and its points are measured from the front.
#ifndef AUG_DESIGN_REFERENCE_H
#define AUG_DESIGN_REFERENCE_H

#include "design/distance.h"
#include "design/figures.h"
#include "design/sweep.h"

// One point of a reference.
typedef struct aug_reference_point {
    aug_distance distance;         // from the front of the study
    double ratios[AUG_OBJECTIVES]; // how many times better the nearest point is, by objective
    aug_figures front;             // of the machine at the nearest point
} aug_reference_point;

typedef struct aug_reference {
    const aug_study *study; // with this machine alone
    aug_sweep sweep;        // its points that none of its others beats
    aug_figures own;
    aug_reference_point *points; // of each of these
    size_t farthest, nearest;    // by their distances
} aug_reference;

// Evaluates the references of a study whose sweep is done, into `sweep`, from where aug_references_free takes
// them. `mapped` as for aug_sweep_map, or NULL. False when out of memory.
bool aug_references_run(aug_arena *arena, int threads, aug_progress *progress,
                        const aug_mapped_options *mapped, aug_sweep *sweep);
void aug_references_free(aug_sweep *sweep);

#endif
