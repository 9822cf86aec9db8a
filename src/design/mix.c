// Geometric means, as they are customary where one machine is measured on several loads: a factor gained on
// one load counts as much as the same factor on another, whatever their units.
//
//   mean = exp(Σ ln metric / n)
//
// Example: 2 and 8 USD/Mtok are 4, a machine with 1 and 8 is better by √2, and so is one with 2 and 4.
#include "design/mix.h"

#include <math.h>

uint64_t aug_mix_members(const aug_space *space) {
    uint64_t members = 1;
    for (int c = 0; c < space->choice_count; c++)
        if (space->choices[c].is_mix)
            members *= (uint64_t)space->choices[c].count;
    return members;
}

// By how much the index of a point grows with a digit.
static uint64_t stride(const aug_space *space, int choice) {
    uint64_t product = 1;
    for (int p = AUG_PART_COUNT - 1; p > (int)space->choices[choice].part; p--)
        product *= space->parts[p].count;
    for (int c = choice + 1; c < space->choice_count; c++)
        if (space->choices[c].part == space->choices[choice].part && space->choices[c].leader < 0 &&
            aug_space_has(&space->choices[c], 0))
            product *= (uint64_t)space->choices[c].count;
    return product;
}

bool aug_mix_is_first(const aug_space *space, uint64_t point) {
    for (int c = 0; c < space->choice_count; c++)
        if (space->choices[c].is_mix && point / stride(space, c) % (uint64_t)space->choices[c].count != 0)
            return false;
    return true;
}

uint64_t aug_mix_member(const aug_space *space, uint64_t first, uint64_t member) {
    for (int c = space->choice_count - 1; c >= 0; c--) {
        if (!space->choices[c].is_mix)
            continue;
        first += member % (uint64_t)space->choices[c].count * stride(space, c);
        member /= (uint64_t)space->choices[c].count;
    }
    return first;
}

void aug_mix_add(aug_mix_sum *sum, const double metrics[AUG_METRIC_COUNT]) {
    for (int i = 0; i < AUG_METRIC_COUNT; i++) {
        if (sum->count == 0)
            sum->first[i] = metrics[i];
        sum->differs[i] = sum->differs[i] || metrics[i] != sum->first[i];
        sum->logs[i] += log(metrics[i]);
    }
    sum->count++;
}

void aug_mix_mean(const aug_mix_sum *sum, double metrics[AUG_METRIC_COUNT]) {
    for (int i = 0; i < AUG_METRIC_COUNT; i++)
        metrics[i] = sum->differs[i] ? exp(sum->logs[i] / (double)sum->count) : sum->first[i];
}
