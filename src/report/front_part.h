// Parts of a study's front, and how its points are called and shown.
#ifndef AUG_REPORT_FRONT_PART_H
#define AUG_REPORT_FRONT_PART_H

#include "design/sweep.h"

#include "base/buffer.h"

// Points of the front that are shown together, [first, end): all, or those of one group.
typedef struct aug_front_part {
    size_t first, end;
} aug_front_part;

aug_front_part aug_front_part_whole(const aug_sweep *sweep);
// The part of the group that begins at point `first`.
aug_front_part aug_front_part_next(const aug_sweep *sweep, size_t first);
// The best of a part in one objective.
const aug_front_point *aug_front_part_best(const aug_sweep *sweep, aug_front_part part, int objective);

// ---- Choices

// The value of a choice at a point, or of another template's choice with the same path; aug_front_no_choice where the point has neither.
const aug_node *aug_front_choice(const aug_sweep *sweep, const aug_front_point *point, int choice);
extern const aug_node aug_front_no_choice;
// Whether an earlier choice has the same path, and stands for both.
bool aug_choice_is_repeated(const aug_space *space, int choice);
// The last part of a path, or what is left of it when another choice ends alike.
const char *aug_choice_short_name(const aug_space *space, int choice);
// Whether a choice follows a mix, or is one: each point has all its values.
bool aug_choice_is_mixed(const aug_space *space, int choice);
// Whether a choice is one each value of which has a front of its own.
bool aug_choice_is_each(const aug_study *study, int choice);
// Whether a choice tells points of a part from each other where it is not settled: followers, mixes and what has fronts of its own do
// not.
bool aug_choice_is_shown(const aug_study *study, int choice);
// Whether all points of a part have the same value of a choice.
bool aug_choice_is_settled(const aug_sweep *sweep, aug_front_part part, int choice);
// How many choices are settled in a part, or are not.
int aug_front_part_choices(const aug_sweep *sweep, aug_front_part part, bool settled);
// "chips 1, batch 64": these choices.
void aug_front_part_write(aug_buffer *out, const aug_sweep *sweep, aug_front_part part, const aug_front_point *point, bool settled);
// "machine h100-sxm, batch 1": what tells the group of a point from the others.
void aug_front_group_write(aug_buffer *out, const aug_sweep *sweep, const aug_front_point *point);

// ---- Metrics

// What a point is compared with; NULL: nothing.
const aug_point *aug_front_baseline(const aug_sweep *sweep, const aug_front_point *point);
// A metric as a multiple of what the baseline has; NaN where there is none, or where it says nothing.
double aug_front_ratio(const aug_sweep *sweep, const aug_front_point *point, aug_metric metric);
// A metric as tables show it: losses with half of their band, weights and tokens in billions.
const char *aug_front_cell(const aug_sweep *sweep, aug_arena *arena, aug_metric metric, const double *metrics);

#endif
