// Parts of a front, the choices of its points and their metrics in words.
#include "report/front_part.h"

#include "report/design_report.h"

#include <math.h>
#include <string.h>

const aug_node aug_front_no_choice = {.kind = AUG_NODE_SCALAR, .text = "-", .quoted = true};

const aug_node *aug_front_choice(const aug_sweep *sweep, const aug_front_point *point, int choice) {
    const aug_space *space = &sweep->study->space;
    uint64_t part_index = aug_space_part_index(space, point->index, space->choices[choice].part);
    for (int c = choice; c < space->choice_count; c++) {
        int digit = strcmp(space->choices[c].path, space->choices[choice].path) == 0 ? aug_space_digit(space, c, part_index) : -1;
        if (digit >= 0)
            return space->choices[c].values[digit];
    }
    return &aug_front_no_choice;
}

bool aug_choice_is_repeated(const aug_space *space, int choice) {
    for (int c = 0; c < choice; c++)
        if (strcmp(space->choices[c].path, space->choices[choice].path) == 0)
            return true;
    return false;
}

// The last part of a path, or what is left of it when another choice ends alike.
const char *aug_choice_short_name(const aug_space *space, int choice) {
    const char *path = space->choices[choice].path, *dot = strrchr(path, '.');
    if (space->choices[choice].is_variant)
        return aug_part_name(space->choices[choice].part);
    const char *name = dot ? dot + 1 : path;
    for (int c = 0; c < space->choice_count; c++) {
        const char *other = strrchr(space->choices[c].path, '.');
        if (strcmp(path, space->choices[c].path) == 0 || strcmp(other ? other + 1 : space->choices[c].path, name) != 0)
            continue;
        while (dot && dot > path && dot[-1] != '.')
            dot--;
        return dot ? dot : path;
    }
    return name;
}

aug_front_part aug_front_part_next(const aug_sweep *sweep, size_t first) {
    aug_front_part part = {first, first};
    while (part.end < sweep->front.count && sweep->front.points[part.end].group == sweep->front.points[first].group)
        part.end++;
    return part;
}

aug_front_part aug_front_part_whole(const aug_sweep *sweep) {
    return (aug_front_part){0, sweep->front.count};
}

const aug_front_point *aug_front_part_best(const aug_sweep *sweep, aug_front_part part, int objective) {
    const aug_front_point *best = &sweep->front.points[part.first];
    for (size_t i = part.first + 1; i < part.end; i++)
        if (sweep->front.points[i].objectives[objective] < best->objectives[objective])
            best = &sweep->front.points[i];
    return best;
}

const aug_point *aug_front_baseline(const aug_sweep *sweep, const aug_front_point *point) {
    return sweep->baseline ? &sweep->baseline[aug_study_baseline_point(sweep->study, point->index)] : NULL;
}

// A metric as a multiple of what the baseline has; NaN where there is none, or where it says nothing.
double aug_front_ratio(const aug_sweep *sweep, const aug_front_point *point, aug_metric metric) {
    const aug_point *baseline = aug_front_baseline(sweep, point);
    bool of_loss = metric >= AUG_METRIC_LOSS && metric <= AUG_METRIC_LOSS_GAP_HIGH; // differences count
    return baseline && !of_loss && baseline->metrics[metric] > 0.0 ? point->metrics[metric] / baseline->metrics[metric] : (double)NAN;
}

// ---- Choices

bool aug_choice_is_mixed(const aug_space *space, int choice) {
    const aug_choice *c = &space->choices[choice];
    return c->is_mix || (c->leader >= 0 && space->choices[c->leader].is_mix);
}

bool aug_choice_is_each(const aug_study *study, int choice) {
    for (int i = 0; i < study->each_count; i++)
        if (study->each[i] == choice)
            return true;
    return false;
}

bool aug_choice_is_shown(const aug_study *study, int choice) {
    const aug_choice *c = &study->space.choices[choice];
    return c->leader < 0 && !c->is_mix && !aug_choice_is_each(study, choice) && !aug_choice_is_repeated(&study->space, choice);
}

// Whether all points of a part of the front have the same value of a choice.
bool aug_choice_is_settled(const aug_sweep *sweep, aug_front_part part, int choice) {
    for (size_t p = part.first + 1; p < part.end; p++)
        if (strcmp(aug_front_choice(sweep, &sweep->front.points[p], choice)->text, aug_front_choice(sweep, &sweep->front.points[part.first], choice)->text) != 0)
            return false;
    return true;
}

int aug_front_part_choices(const aug_sweep *sweep, aug_front_part part, bool settled) {
    int count = 0;
    for (int c = 0; c < sweep->study->space.choice_count; c++)
        count += aug_choice_is_shown(sweep->study, c) && aug_choice_is_settled(sweep, part, c) == settled;
    return count;
}

// "chips 1, batch 64": the choices that are settled on a part of the front, or those that are not.
void aug_front_part_write(aug_buffer *out, const aug_sweep *sweep, aug_front_part part, const aug_front_point *point, bool settled) {
    const char *comma = "";
    for (int c = 0; c < sweep->study->space.choice_count; c++) {
        if (!aug_choice_is_shown(sweep->study, c) || aug_choice_is_settled(sweep, part, c) != settled)
            continue;
        aug_buffer_print(out, "%s%s %s", comma, aug_choice_short_name(&sweep->study->space, c), aug_front_choice(sweep, point, c)->text);
        comma = ", ";
    }
}

// "machine h100-sxm, batch 1": what tells this part of the front from the others.
void aug_front_group_write(aug_buffer *out, const aug_sweep *sweep, const aug_front_point *point) {
    for (int i = 0; i < sweep->study->each_count; i++) {
        int choice = sweep->study->each[i];
        aug_buffer_print(out, "%s%s %s", i ? ", " : "", aug_choice_short_name(&sweep->study->space, choice), aug_front_choice(sweep, point, choice)->text);
    }
}

// ---- Metrics

// A metric as the table shows it: losses with half of their band, weights and tokens in billions.
const char *aug_front_cell(const aug_sweep *sweep, aug_arena *arena, aug_metric metric, const double *metrics) {
    if ((metric == AUG_METRIC_PARAMETERS || metric == AUG_METRIC_TRAINING) && metrics[metric] >= 1e7)
        return aug_arena_print(arena, "%s G", aug_show_number(metrics[metric] / 1e9, 4).text);
    const char *text = aug_design_show_metric(arena, metric, metrics[metric]);
    if (!sweep->study->law || isnan(metrics[metric]))
        return text;
    if (metric == AUG_METRIC_LOSS)
        return aug_arena_print(arena, "%s±%.2g", text, (metrics[AUG_METRIC_LOSS_HIGH] - metrics[AUG_METRIC_LOSS_LOW]) / 2.0);
    if (metric == AUG_METRIC_LOSS_GAP)
        return aug_arena_print(arena, "%+.3f±%.3f", metrics[metric], (metrics[AUG_METRIC_LOSS_GAP_HIGH] - metrics[AUG_METRIC_LOSS_GAP_LOW]) / 2.0);
    return text;
}

