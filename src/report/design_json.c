// The front as JSON and CSV.
#include "design/mix.h"
#include "report/design_report.h"
#include "report/front_part.h"
#include "report/crossover_report.h"
#include "report/reference_report.h"
#include "report/study_basis.h"
#include "text/csv_writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_value(aug_json *json, const char *key, const aug_node *value) {
    char *end = NULL;
    double number = strtod(value->text, &end);
    if (!value->quoted && end != value->text && *end == '\0' && isfinite(number))
        aug_json_number(json, key, number);
    else
        aug_json_text(json, key, value->text);
}

static bool has_own_key(const aug_space *space, int choice) {
    return !aug_choice_is_mixed(space, choice) && !aug_choice_is_repeated(space, choice);
}

void aug_design_json_point(aug_json *json, const aug_sweep *sweep, const aug_front_point *point) {
    const aug_space *space = &sweep->study->space;
    aug_json_open_row(json, "choices", '{');
    for (int c = 0; c < space->choice_count; c++)
        if (has_own_key(space, c) && aug_front_choice(sweep, point, c) != &aug_front_no_choice)
            write_value(json, space->choices[c].path, aug_front_choice(sweep, point, c));
    aug_json_close(json, '}');
    aug_json_open_row(json, "metrics", '{');
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        aug_json_number(json, aug_metric_key((aug_metric)m), point->metrics[m]);
    aug_json_close(json, '}');
}

static void write_mixes_json(aug_json *json, const aug_space *space) {
    if (aug_mix_members(space) == 1)
        return;
    aug_json_open(json, "mix", '{');
    for (int c = 0; c < space->choice_count; c++) {
        if (!aug_choice_is_mixed(space, c))
            continue;
        aug_json_open_row(json, space->choices[c].path, '[');
        for (int i = 0; i < space->choices[c].count; i++)
            write_value(json, NULL, space->choices[c].values[i]);
        aug_json_close(json, ']');
    }
    aug_json_close(json, '}');
}

// What a predicted loss may be, 95 %; nothing where no law says.
static void write_bands(aug_json *json, const aug_law *law, const double *metrics) {
    const aug_quality quality = {metrics[AUG_METRIC_PARAMETERS], metrics[AUG_METRIC_TRAINING], metrics[AUG_METRIC_LOSS]};
    double half = law && !isnan(quality.loss) ? AUG_LAW_BAND * aug_law_error(law, &quality) : (double)NAN;
    if (isnan(half))
        return;
    aug_json_open_row(json, "bands", '{');
    aug_json_open_row(json, aug_metric_key(AUG_METRIC_LOSS), '{');
    aug_json_number(json, "low", quality.loss - half);
    aug_json_number(json, "high", quality.loss + half);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

// Where a point stands beside its baseline, in its group and in the band of its loss.
static void write_comparison(aug_json *json, const aug_sweep *sweep, const aug_front_point *point) {
    const aug_study *study = sweep->study;
    if (sweep->baseline) {
        aug_json_count(json, "baseline", aug_study_baseline_point(study, point->index));
        aug_json_open_row(json, "of_baseline", '{');
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            if (isfinite(aug_front_ratio(sweep, point, (aug_metric)m)))
                aug_json_number(json, aug_metric_key((aug_metric)m), aug_front_ratio(sweep, point, (aug_metric)m));
        aug_json_close(json, '}');
    }
    if (study->each_count)
        aug_json_count(json, "group", point->group);
    if (study->law)
        aug_json_bool(json, "beaten_within_band", point->like_better);
}

static void write_baseline(aug_json *json, const aug_sweep *sweep) {
    const aug_study *study = sweep->study->baseline.study;
    if (!study)
        return;
    aug_json_open(json, "baseline", '[');
    for (uint64_t i = 0; i < study->space.count; i++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_open_row(json, "choices", '{');
        for (int c = 0; c < study->space.choice_count; c++) {
            const aug_choice *choice = &study->space.choices[c];
            uint64_t part_index = aug_space_part_index(&study->space, i, choice->part);
            int digit = aug_space_digit(&study->space, c, part_index);
            if (digit >= 0)
                write_value(json, choice->path, choice->values[digit]);
        }
        aug_json_close(json, '}');
        aug_json_open_row(json, "metrics", '{');
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            aug_json_number(json, aug_metric_key((aug_metric)m), sweep->baseline[i].metrics[m]);
        aug_json_close(json, '}');
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_objectives(aug_json *json, const aug_study *study) {
    aug_json_open(json, "objectives", '[');
    for (int i = 0; i < study->objective_count; i++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "metric", aug_metric_key(study->objectives[i].metric));
        aug_json_text(json, "goal", study->objectives[i].maximize ? "maximize" : "minimize");
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_design_json(aug_json *json, const void *found) {
    const aug_sweep *sweep = found;
    const aug_study *study = sweep->study;
    aug_json_text(json, "study", study->name);
    aug_json_text(json, "question", study->question);
    aug_json_text(json, "answer", aug_design_answer(json->out->arena, sweep));
    write_objectives(json, study);
    aug_json_open(json, "front", '[');
    for (size_t p = 0; p < sweep->front.count; p++) {
        const aug_front_point *point = &sweep->front.points[p];
        aug_json_open_row(json, NULL, '{');
        aug_design_json_point(json, sweep, point);
        write_bands(json, study->law, point->metrics);
        write_comparison(json, sweep, point);
        aug_json_count(json, "equal", point->equal);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    write_mixes_json(json, &study->space);
    write_baseline(json, sweep);
    aug_crossover_json(json, sweep);
    aug_reference_json(json, sweep);
    aug_json_count(json, "evaluated", sweep->evaluated);
    aug_json_count(json, "pruned", sweep->pruned);
    aug_json_count(json, "infeasible", sweep->infeasible);
    aug_json_count(json, "total", sweep->total);
    aug_json_bool(json, "complete", sweep->complete);
    aug_json_open_row(json, "reasons", '{');
    for (int r = 1; r < AUG_REASON_COUNT; r++)
        if (sweep->reasons[r])
            aug_json_count(json, aug_design_reason(json->out->arena, study, r), sweep->reasons[r]);
    aug_json_close(json, '}');
    if (sweep->mapped) {
        aug_json_open_row(json, "mappings", '{');
        aug_json_count(json, "unproven_points", sweep->unproven);
        aug_json_number(json, "worst_gap", sweep->worst_gap);
        aug_json_count(json, "unmapped_points", sweep->unmapped);
        aug_json_close(json, '}');
    }
    if (study->law) {
        aug_json_open_row(json, "law", '{');
        aug_json_text(json, "name", study->law->name);
        aug_json_number(json, "uncertainty", study->law->uncertainty);
        aug_json_bool(json, "outside_range", sweep->outside_law);
        aug_json_count(json, "beaten_within_band", sweep->like_better);
        aug_json_close(json, '}');
    }
    aug_study_basis_json(json, study);
}

void aug_design_csv(aug_buffer *out, const void *found) {
    const aug_sweep *sweep = found;
    const aug_study *study = sweep->study;
    aug_csv csv = {.out = out};
    for (int c = 0; c < study->space.choice_count; c++)
        if (has_own_key(&study->space, c))
            aug_csv_text(&csv, study->space.choices[c].path);
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        aug_csv_text(&csv, aug_metric_key((aug_metric)m));
    aug_csv_end(&csv);
    for (size_t p = 0; p < sweep->front.count; p++) {
        const aug_front_point *point = &sweep->front.points[p];
        for (int c = 0; c < study->space.choice_count; c++)
            if (has_own_key(&study->space, c)) {
                const aug_node *value = aug_front_choice(sweep, point, c);
                aug_csv_text(&csv, value == &aug_front_no_choice ? "" : value->text);
            }
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            aug_csv_number(&csv, point->metrics[m]);
        aug_csv_end(&csv);
    }
}
