#include "design/reference.h"

#include "design/point.h"

#include <math.h>

static aug_figures figures_at(aug_point_worker *worker, uint64_t index) {
    const aug_machine *machine = aug_point_machine(worker, index);
    if (machine)
        return aug_figures_of(machine);
    aug_figures unknown;
    for (int i = 0; i < AUG_FIGURE_COUNT; i++)
        unknown.of[i] = (double)NAN;
    return unknown;
}

static aug_reference_point measure(const aug_front *front, const double *objectives,
                                   aug_point_worker *worker) {
    aug_reference_point point = {.distance = aug_front_distance(front, objectives)};
    const aug_front_point *nearest = &front->points[point.distance.nearest];
    for (int i = 0; i < front->objective_count; i++)
        point.ratios[i] = aug_objective_ratio(objectives[i], nearest->objectives[i]);
    point.front = figures_at(worker, nearest->index);
    return point;
}

static void measure_all(aug_arena *arena, const aug_front *front, aug_point_worker *worker,
                        aug_reference *reference) {
    const aug_front *own = &reference->sweep.front;
    reference->points = AUG_NEW_ARRAY(arena, aug_reference_point, own->count ? own->count : 1);
    for (size_t i = 0; i < own->count && front->count; i++) {
        reference->points[i] = measure(front, own->points[i].objectives, worker);
        if (reference->points[i].distance.factor > reference->points[reference->farthest].distance.factor)
            reference->farthest = i;
        if (reference->points[i].distance.factor < reference->points[reference->nearest].distance.factor)
            reference->nearest = i;
    }
}

// The figures of a reference, whose study has one machine.
static bool own_figures(aug_reference *reference) {
    aug_point_worker *worker = aug_point_worker_new(reference->study);
    if (worker)
        reference->own = figures_at(worker, 0);
    bool good = worker && !aug_point_worker_failed(worker);
    aug_point_worker_free(worker);
    return good;
}

static bool run(aug_arena *arena, int threads, aug_progress *progress, const aug_mapped_options *mapped,
                aug_sweep *sweep) {
    aug_point_worker *worker = aug_point_worker_new(sweep->study);
    bool good = worker != NULL;
    for (int r = 0; r < sweep->study->reference_count && good; r++) {
        aug_reference *reference = &sweep->references[r];
        good = aug_sweep_map(reference->study, threads, progress, mapped, &reference->sweep) &&
               own_figures(reference);
        if (good)
            measure_all(arena, &sweep->front, worker, reference);
        good = good && !aug_point_worker_failed(worker);
    }
    aug_point_worker_free(worker);
    return good;
}

bool aug_references_run(aug_arena *arena, int threads, aug_progress *progress,
                        const aug_mapped_options *mapped, aug_sweep *sweep) {
    int count = sweep->study->reference_count;
    sweep->references = count ? AUG_NEW_ARRAY(arena, aug_reference, (size_t)count) : NULL;
    for (int r = 0; r < count; r++)
        sweep->references[r] = (aug_reference){.study = sweep->study->references[r]};
    if (!count || run(arena, threads, progress, mapped, sweep))
        return true;
    aug_references_free(sweep);
    return false;
}

void aug_references_free(aug_sweep *sweep) {
    for (int r = 0; sweep->references && r < sweep->study->reference_count; r++)
        aug_sweep_free(&sweep->references[r].sweep);
    sweep->references = NULL;
}
