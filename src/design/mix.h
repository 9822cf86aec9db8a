// Mixes: a point of a study that names {mix: [...]} somewhere serves all of these values, not one of them.
//
// A mix is a choice like others as far as indices go; points that differ in mixes alone are the members of
// one point, which the first of them, with all digits of mixes 0, stands for.
#ifndef AUG_DESIGN_MIX_H
#define AUG_DESIGN_MIX_H

#include "design/metric.h"
#include "design/space.h"

// Members of each point: the product of the lengths of all mixes; 1 where there is none.
uint64_t aug_mix_members(const aug_space *space);
// Whether a point of the space stands for its members.
bool aug_mix_is_first(const aug_space *space, uint64_t point);
// The index of a member, 0 .. members - 1, of the point that stands for it.
uint64_t aug_mix_member(const aug_space *space, uint64_t first, uint64_t member);

// The geometric means of the metrics of members, one after another.
typedef struct aug_mix_sum {
    double logs[AUG_METRIC_COUNT], first[AUG_METRIC_COUNT];
    bool differs[AUG_METRIC_COUNT];
    uint64_t count;
} aug_mix_sum;

void aug_mix_add(aug_mix_sum *sum, const double metrics[AUG_METRIC_COUNT]);
// What all members have in common comes out exactly; what one of them does not know is NaN.
void aug_mix_mean(const aug_mix_sum *sum, double metrics[AUG_METRIC_COUNT]);

#endif
