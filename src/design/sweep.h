// Evaluating the points of a study on all cores, to the exact front.
//
// Points are taken in rounds. Within a round each worker prunes against the front as it stood when the round began, so
// that what is pruned does not depend on who was first; after it, new points join the front in the order of their
// indices. Memory is that of the front and one round.
#ifndef AUG_DESIGN_SWEEP_H
#define AUG_DESIGN_SWEEP_H

#include "base/progress.h"
#include "design/study.h"
#include "system/mapped.h"

// Why points are not feasible.
typedef enum aug_reason_kind {
    AUG_REASON_NONE,
    AUG_REASON_INVALID, // the machine or model of the point cannot be read
    AUG_REASON_PLAN,    // no plan at all
    AUG_REASON_MEMORY,  // does not fit
    AUG_REASON_LIMITS,  // the scenario's limits
    AUG_REASON_BUDGET,  // + which; AUG_BUDGETS of them
    AUG_REASON_UNKNOWN = AUG_REASON_BUDGET + AUG_BUDGETS, // + which objective has no value
    AUG_REASON_COUNT = AUG_REASON_UNKNOWN + AUG_OBJECTIVES
} aug_reason_kind;

// Everything about one point, as the sweep saw it.
typedef struct aug_point {
    aug_reason_kind reason;
    bool pruned;
    bool is_member;   // of a mix that another point stands for
    double objectives[AUG_OBJECTIVES];
    double metrics[AUG_METRIC_COUNT];
    double worst_gap; // of its mappings
    bool unmapped;    // 1 % of a phase, or more, counts by the roofline though mappings are asked for
} aug_point;

typedef struct aug_sweep {
    const aug_study *study;
    aug_front front;
    aug_front cells; // of studies with crossovers: a front for each cell
    uint64_t evaluated, pruned, infeasible, total;
    uint64_t reasons[AUG_REASON_COUNT]; // points by reason
    char invalid[sizeof ((aug_error *)0)->message]; // what is wrong with the first invalid point; "": none is
    bool complete;
    aug_point *baseline;                // by point of the baseline's study; NULL: none
    uint64_t like_better;               // points of the front that are not told apart from one that beats them in all but the loss
    bool outside_law;                   // some point of the front lies outside what the law was fitted on
    int threads;
    bool mapped; // times of machines described level by level come from mappings
    uint64_t unproven, unmapped; // evaluated points with mappings that are not proven; with 1 % of a phase by the roofline
    double worst_gap;            // of all of them
    struct aug_reference *references; // of the study, once they are evaluated (design/reference.h); else NULL
} aug_sweep;

// Evaluates the study. What it allocates is freed with aug_sweep_free; where there is no baseline, aug_front_free of the front is
// enough. False when out of memory.
bool aug_sweep_run(const aug_study *study, int threads, aug_progress *progress, aug_sweep *sweep);
// The same with times and energies from mappings on machines that are described level by level, as `mapped` asks: its memo is
// shared by all points; threads and progress are the sweep's.
bool aug_sweep_map(const aug_study *study, int threads, aug_progress *progress, const aug_mapped_options *mapped, aug_sweep *sweep);
void aug_sweep_free(aug_sweep *sweep);

#endif
