#include "mapper/unroll.h"

// Terms that can move the index: of ranks of more than one point. The largest first.
static int terms_of(const aug_problem *problem, const aug_problem_dim *dim, aug_problem_term *terms) {
    int count = 0;
    for (int i = 0; i < dim->term_count; i++) {
        if (problem->sizes[dim->terms[i].rank] == 1)
            continue;
        int at = count++;
        for (; at > 0 && problem->sizes[terms[at - 1].rank] < problem->sizes[dim->terms[i].rank]; at--)
            terms[at] = terms[at - 1];
        terms[at] = dim->terms[i];
    }
    return count;
}

static bool slides(const aug_problem *problem, const aug_problem_dim *dim) {
    aug_problem_term terms[AUG_EINSUM_TERMS];
    int count = terms_of(problem, dim, terms);
    return count > 1 || (count == 1 && terms[0].coefficient > 1);
}

bool aug_unroll_applies(const aug_problem *problem) {
    for (int t = 0; t < problem->tensor_count; t++)
        for (int d = 0; d < problem->tensors[t].dim_count; d++)
            if (slides(problem, &problem->tensors[t].dims[d]))
                return true;
    return false;
}

// Each sum becomes one dimension per term, or the one of the largest. False where there are too many.
static bool unroll(const aug_problem *problem, bool covered, aug_problem_tensor *tensor) {
    aug_problem_tensor made = *tensor;
    made.dim_count = 0;
    made.ranks = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_problem_term terms[AUG_EINSUM_TERMS];
        int count = terms_of(problem, &tensor->dims[d], terms);
        for (int i = 0; i < (covered && count > 1 ? 1 : count); i++) {
            if (made.dim_count == AUG_PROBLEM_DIMS || (made.ranks >> terms[i].rank & 1))
                return false;
            made.dims[made.dim_count++] =
                (aug_problem_dim){.term_count = 1, .terms = {{.rank = terms[i].rank, .coefficient = 1}}};
            made.ranks |= 1u << terms[i].rank;
        }
    }
    *tensor = made;
    return true;
}

void aug_unroll_search(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                       uint64_t node_limit, void (*take)(void *context, const aug_mapping *mapping),
                       void *context, uint64_t *nodes) {
    aug_mapper_options own = *options;
    own.perfect = true;
    own.has_cutoff = false;
    own.node_limit = node_limit;
    for (int covered = 0; covered < 2; covered++) {
        aug_problem *flat = AUG_NEW(arena, aug_problem);
        aug_mapper_result result;
        bool made = true;
        *flat = *problem;
        for (int t = 0; t < flat->tensor_count; t++)
            made = made && unroll(problem, covered, &flat->tensors[t]);
        if (!made)
            continue;
        aug_mapper_run(arena, flat, &own, &result);
        *nodes += result.nodes;
        for (int i = 0; i < result.point_count; i++)
            take(context, &result.points[i].mapping);
    }
}
