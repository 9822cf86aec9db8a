#include "design/sweep.h"

#include "base/pool.h"
#include "design/mix.h"
#include "design/point.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The first rounds are short, so that pruning begins early. A point with mappings takes seconds: it is an item of its own, and
// rounds begin with few.
enum { FIRST_ROUND = 256, ROUND_POINTS = 4096, ITEM_POINTS = 64, FIRST_MAPPED = 16 };

typedef struct round_run {
    aug_point_worker **workers;
    const aug_front *front;
    uint64_t first, count;
    uint64_t item_points;
    bool mapped;
    aug_point *points;
} round_run;

static void run_item(void *context, int worker, uint64_t item) {
    round_run *run = context;
    uint64_t begin = item * run->item_points, end = begin + run->item_points;
    if (end > run->count)
        end = run->count;
    aug_point_evaluate_range(run->workers[worker], run->front, run->first + begin, end - begin, run->points + begin);
}

static bool take_point(aug_sweep *sweep, uint64_t index, const aug_point *point) {
    if (point->is_member)
        return true;
    if (point->pruned) {
        sweep->pruned++;
        return true;
    }
    if (point->reason != AUG_REASON_NONE) {
        sweep->infeasible++;
        sweep->reasons[point->reason]++;
        return true;
    }
    sweep->evaluated++;
    sweep->unproven += point->worst_gap > 0.0;
    sweep->unmapped += point->unmapped;
    sweep->worst_gap = point->worst_gap > sweep->worst_gap ? point->worst_gap : sweep->worst_gap;
    aug_front_point candidate = {.index = index, .group = aug_study_cell(sweep->study, index)};
    memcpy(candidate.objectives, point->objectives, sizeof candidate.objectives);
    memcpy(candidate.metrics, point->metrics, sizeof candidate.metrics);
    return aug_front_add(&sweep->front, &candidate);
}

static bool run_rounds(aug_sweep *sweep, round_run *run, aug_progress *progress) {
    uint64_t size = run->mapped ? FIRST_MAPPED : FIRST_ROUND;
    uint64_t total = sweep->study->space.count; // with all members of mixes
    for (uint64_t first = 0; first < total; first += run->count, size = size < ROUND_POINTS ? size * 2 : size) {
        if (aug_progress_stopped(progress))
            return true;
        run->first = first;
        run->count = total - first < size ? total - first : size;
        run->front = &sweep->front;
        uint64_t items = (run->count + run->item_points - 1) / run->item_points;
        aug_pool_run(sweep->threads, items, run_item, run);
        for (int w = 0; w < sweep->threads; w++)
            if (aug_point_worker_failed(run->workers[w]))
                return false;
        if (run->mapped && aug_progress_stopped(progress)) // points of this round may lack their mappings
            return true;
        for (uint64_t i = 0; i < run->count; i++)
            if (!take_point(sweep, aug_space_visited(&sweep->study->space, first + i), &run->points[i]))
                return false;
        aug_progress_report(progress, first + run->count, total);
    }
    sweep->complete = true;
    return true;
}

// Whether models of the front lie outside what the law was fitted on.
static void note_law(aug_sweep *sweep) {
    const aug_law *law = sweep->study->law;
    for (size_t i = 0; law && i < sweep->front.count; i++)
        if (!aug_law_covers(law, sweep->front.points[i].metrics[AUG_METRIC_PARAMETERS], sweep->front.points[i].metrics[AUG_METRIC_TRAINING]))
            sweep->outside_law = true;
}

static int loss_objective(const aug_study *study) {
    for (int i = 0; i < study->objective_count; i++)
        if (study->objectives[i].metric == AUG_METRIC_LOSS && !study->objectives[i].maximize)
            return i;
    return -1;
}

static aug_quality quality_of(const aug_front_point *point) {
    return (aug_quality){point->metrics[AUG_METRIC_PARAMETERS], point->metrics[AUG_METRIC_TRAINING], point->metrics[AUG_METRIC_LOSS]};
}

// Whether `right` is as good as `left` in all but the loss, better in one, and of a loss that is not told apart.
static bool is_like_better(const aug_sweep *sweep, int loss, const aug_front_point *left, const aug_front_point *right) {
    double own[AUG_OBJECTIVES], other[AUG_OBJECTIVES];
    if (left->group != right->group)
        return false;
    memcpy(own, left->objectives, sizeof own);
    memcpy(other, right->objectives, sizeof other);
    own[loss] = other[loss] = 0.0;
    const aug_quality worse = quality_of(left), better = quality_of(right);
    return aug_front_dominates(other, own, sweep->front.objective_count) && !aug_law_tells_apart(sweep->study->law, &worse, &better);
}

// Points of the front that are there for a difference of losses that the law does not tell.
static void note_bands(aug_sweep *sweep) {
    enum { MOST = 4096 }; // pairs of more are not worth their time
    int loss = sweep->study->law ? loss_objective(sweep->study) : -1;
    for (size_t i = 0; loss >= 0 && i < sweep->front.count && sweep->front.count <= MOST; i++) {
        bool like = false;
        for (size_t j = 0; j < sweep->front.count && !like; j++)
            like = is_like_better(sweep, loss, &sweep->front.points[i], &sweep->front.points[j]);
        sweep->front.points[i].like_better = like;
        sweep->like_better += like;
    }
}

// Every point of the baseline's study, with nothing to prune against.
static bool run_baseline(aug_sweep *sweep, const aug_mapped_options *mapped) {
    const aug_study *study = sweep->study->baseline.study;
    if (!study)
        return true;
    aug_point_worker *worker = aug_point_worker_new(study);
    bool good = worker && (!mapped || aug_point_worker_map(worker, mapped));
    sweep->baseline = calloc((size_t)study->space.count, sizeof *sweep->baseline);
    aug_front none;
    aug_front_init(&none, 0);
    for (uint64_t place = 0; good && sweep->baseline && place < study->space.count; place++)
        aug_point_evaluate_range(worker, &none, place, 1, &sweep->baseline[aug_space_visited(&study->space, place)]);
    good = good && sweep->baseline && !aug_point_worker_failed(worker);
    for (uint64_t i = 0; good && i < study->space.count; i++)
        for (int m = 0; m < AUG_METRIC_COUNT && sweep->baseline[i].reason == AUG_REASON_INVALID; m++)
            sweep->baseline[i].metrics[m] = (double)NAN;
    aug_point_worker_free(worker);
    return good;
}

void aug_sweep_free(aug_sweep *sweep) {
    aug_front_free(&sweep->front);
    aug_front_free(&sweep->cells);
    free(sweep->baseline);
    sweep->baseline = NULL;
}

// One worker per thread; those of a sweep with mappings share what is known.
static bool start_workers(const aug_study *study, int threads, const aug_mapped_options *mapped, const aug_point *baseline, round_run *run) {
    for (int w = 0; w < threads; w++) {
        run->workers[w] = aug_point_worker_new(study);
        if (!run->workers[w] || (mapped && !aug_point_worker_map(run->workers[w], mapped)))
            return false;
        aug_point_worker_compare(run->workers[w], baseline);
    }
    return true;
}

static bool run_all(aug_sweep *sweep, aug_progress *progress, const aug_mapped_options *mapped) {
    round_run run = {.points = malloc(ROUND_POINTS * sizeof *run.points),
                     .workers = calloc((size_t)sweep->threads, sizeof *run.workers),
                     .item_points = mapped ? 1 : ITEM_POINTS,
                     .mapped = mapped != NULL};
    bool good = run.points && run.workers && run_baseline(sweep, mapped) &&
                start_workers(sweep->study, sweep->threads, mapped, sweep->baseline, &run) &&
                run_rounds(sweep, &run, progress);
    if (good && sweep->reasons[AUG_REASON_INVALID])
        snprintf(sweep->invalid, sizeof sweep->invalid, "%s", aug_point_first_invalid(run.workers, sweep->threads));
    for (int w = 0; run.workers && w < sweep->threads; w++)
        aug_point_worker_free(run.workers[w]);
    free(run.workers);
    free(run.points);
    return good;
}

bool aug_sweep_run(const aug_study *study, int threads, aug_progress *progress, aug_sweep *sweep) {
    return aug_sweep_map(study, threads, progress, NULL, sweep);
}

// From a front for each cell to one for each group.
static bool join_cells(aug_sweep *sweep) {
    if (!sweep->study->cell_count)
        return true;
    aug_front_sort(&sweep->front);
    sweep->cells = sweep->front;
    aug_front_init(&sweep->front, sweep->study->objective_count);
    bool good = true;
    for (size_t i = 0; i < sweep->cells.count && good; i++) {
        aug_front_point point = sweep->cells.points[i];
        point.group = aug_study_group(sweep->study, point.index);
        good = aug_front_add(&sweep->front, &point);
    }
    return good;
}

bool aug_sweep_map(const aug_study *study, int threads, aug_progress *progress, const aug_mapped_options *mapped, aug_sweep *sweep) {
    *sweep = (aug_sweep){.study = study, .total = study->space.count / aug_mix_members(&study->space), .mapped = mapped != NULL};
    sweep->threads = threads > 0 ? threads : aug_pool_cores();
    uint64_t items = mapped ? study->space.count : (study->space.count + ITEM_POINTS - 1) / ITEM_POINTS;
    if ((uint64_t)sweep->threads > items)
        sweep->threads = (int)items;
    aug_front_init(&sweep->front, study->objective_count);
    if (!run_all(sweep, progress, mapped) || !join_cells(sweep)) {
        aug_sweep_free(sweep);
        return false;
    }
    aug_front_sort(&sweep->front);
    note_law(sweep);
    note_bands(sweep);
    return true;
}
