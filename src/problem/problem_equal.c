// Memories, axes and units of one machine differ between einsums only in what depends on tensors: bits and
// energies of words, what has to be kept, what is shared, and how fast units compute.
//
//     conv2 expand and conv2 shortcut of a residual network: ranks n c k p q of the same sizes, the same
//     formats: equal
#include "problem/problem_equal.h"

#include <math.h>

// Not stated (NaN) equals not stated.
static bool same(double left, double right) {
    return left == right || (isnan(left) && isnan(right));
}

static bool same_dim(const aug_problem_dim *left, const aug_problem_dim *right) {
    bool equal = left->term_count == right->term_count;
    for (int t = 0; equal && t < left->term_count; t++)
        equal = left->terms[t].rank == right->terms[t].rank &&
                left->terms[t].coefficient == right->terms[t].coefficient;
    return equal;
}

static bool same_tensor(const aug_problem_tensor *left, const aug_problem_tensor *right) {
    bool equal = left->is_output == right->is_output && left->accumulates == right->accumulates &&
                 left->dim_count == right->dim_count && !left->density && !right->density;
    for (int d = 0; equal && d < left->dim_count; d++)
        equal = same_dim(&left->dims[d], &right->dims[d]);
    return equal;
}

static bool same_memory(const aug_problem_memory *left, const aug_problem_memory *right, int tensors) {
    bool equal = left->must == right->must && left->never == right->never;
    for (int t = 0; equal && t < tensors; t++) {
        equal = same(left->bits[t], right->bits[t]);
        for (int a = 0; equal && a < AUG_ACTION_COUNT; a++)
            equal = same(left->energy_pj[t][a], right->energy_pj[t][a]);
    }
    return equal;
}

static bool same_axis(const aug_problem_axis *left, const aug_problem_axis *right) {
    return left->multicast == right->multicast && left->reduce == right->reduce;
}

static bool same_unit(const aug_problem_compute *left, const aug_problem_compute *right) {
    return same(left->rate_per_cycle, right->rate_per_cycle) && same(left->energy_pj, right->energy_pj);
}

bool aug_problem_is_equal(const aug_problem *left, const aug_problem *right) {
    bool equal = left->machine == right->machine && !left->sparse && !right->sparse &&
                 left->rank_count == right->rank_count && left->tensor_count == right->tensor_count;
    for (int k = 0; equal && k < left->rank_count; k++)
        equal = left->sizes[k] == right->sizes[k];
    for (int t = 0; equal && t < left->tensor_count; t++)
        equal = same_tensor(&left->tensors[t], &right->tensors[t]);
    for (int m = 0; equal && m < left->memory_count; m++)
        equal = same_memory(&left->memories[m], &right->memories[m], left->tensor_count);
    for (int a = 0; equal && a < left->axis_count; a++)
        equal = same_axis(&left->axes[a], &right->axes[a]);
    for (int c = 0; equal && c < left->compute_count; c++)
        equal = same_unit(&left->computes[c], &right->computes[c]);
    return equal;
}
