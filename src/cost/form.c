#include "cost/form.h"

#include <string.h>

// The index without ranks of size 1, which never move it.
static aug_problem_dim moving_terms(const aug_problem *problem, const aug_problem_dim *dim) {
    aug_problem_dim moving = {0};
    for (int t = 0; t < dim->term_count; t++)
        if (problem->sizes[dim->terms[t].rank] > 1)
            moving.terms[moving.term_count++] = dim->terms[t];
    return moving;
}

static unsigned ranks_of(const aug_problem_dim *dim) {
    unsigned ranks = 0;
    for (int t = 0; t < dim->term_count; t++)
        ranks |= 1u << dim->terms[t].rank;
    return ranks;
}

// Puts a dimension into the group that shares a rank with it, joining groups that it connects.
static void group_dim(aug_tensor_form *form, const aug_problem_dim *dim) {
    aug_group joined = {.ranks = ranks_of(dim), .dim_count = 1, .dims = {*dim}};
    int kept = 0;
    for (int g = 0; g < form->group_count; g++) {
        aug_group *group = &form->groups[g];
        if (!(group->ranks & joined.ranks)) {
            if (kept != g)
                form->groups[kept] = *group;
            kept++;
            continue;
        }
        joined.ranks |= group->ranks;
        for (int d = 0; d < group->dim_count; d++)
            joined.dims[joined.dim_count++] = group->dims[d];
    }
    form->groups[kept++] = joined;
    form->group_count = kept;
}

static void tensor_init(aug_tensor_form *form, const aug_problem *problem, const aug_problem_tensor *tensor) {
    form->group_count = 0;
    form->ranks = 0;
    form->slides = false;
    form->store_count = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_problem_dim moving = moving_terms(problem, &tensor->dims[d]);
        if (moving.term_count)
            group_dim(form, &moving);
    }
    for (int g = 0; g < form->group_count; g++) {
        aug_group *group = &form->groups[g];
        group->rank_count = 0;
        for (int r = 0; r < problem->rank_count; r++)
            if (group->ranks >> r & 1)
                group->rank_list[group->rank_count++] = r;
        form->ranks |= group->ranks;
        form->slides |= group->rank_count > 1;
    }
}

// Instances along a loop in space of an output that is walked differ each from each other: every index is a
// run.
static void split_runs(aug_rank_walk *walk) {
    for (int l = 0; l < walk->loop_count; l++) {
        aug_walk_loop *loop = &walk->loops[l];
        aug_count steps = loop->runs[loop->run_count - 1].first + loop->runs[loop->run_count - 1].copies;
        for (aug_count i = 0; loop->in_space && i < steps; i++)
            loop->runs[i] = (aug_index_run){i, 1};
        if (loop->in_space)
            loop->run_count = (int)steps;
    }
}

void aug_form_init(aug_form *form, const aug_problem *problem, const aug_mapping *mapping) {
    form->problem = problem;
    form->mapping = mapping;
    aug_walk_memo_clear(form->memo);
    form->even = true;
    for (int r = 0; r < problem->rank_count; r++) {
        aug_walk_init(&form->ranks[r], mapping, r, problem->sizes[r]);
        form->even &= form->ranks[r].even;
    }
    for (int t = 0; t < problem->tensor_count; t++)
        tensor_init(&form->tensors[t], problem, &problem->tensors[t]);
    for (int r = 0; r < problem->rank_count && form->tensors[problem->tensor_count - 1].slides; r++)
        split_runs(&form->ranks[r]);
    form->compute_node = mapping->count - 1;
    for (int n = 0; n < mapping->count; n++)
        for (int t = 0; t < problem->tensor_count; t++)
            if (mapping->nodes[n].kind == AUG_MAPPING_STORE && (mapping->nodes[n].tensors >> t & 1))
                form->tensors[t].stores[form->tensors[t].store_count++] = n;
}

int aug_form_store(const aug_form *form, int tensor, int memory) {
    const aug_tensor_form *of = &form->tensors[tensor];
    for (int s = 0; s < of->store_count; s++)
        if (form->mapping->nodes[of->stores[s]].memory == memory)
            return s;
    return -1;
}
