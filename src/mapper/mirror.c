#include "mapper/mirror.h"

static bool has_term(const aug_problem_dim *dim, int rank, aug_count coefficient) {
    for (int i = 0; i < dim->term_count; i++)
        if (dim->terms[i].rank == rank && dim->terms[i].coefficient == coefficient)
            return true;
    return false;
}

// Whether an index is the other one with all ranks exchanged.
static bool becomes(const aug_problem_dim *dim, const aug_problem_dim *other, const int *twin) {
    if (dim->term_count != other->term_count)
        return false;
    for (int i = 0; i < dim->term_count; i++)
        if (!has_term(other, twin[dim->terms[i].rank], dim->terms[i].coefficient))
            return false;
    return true;
}

// Indices of a tensor may change places, so each has to become another one, and each only once.
static bool keeps(const aug_problem_tensor *tensor, const int *twin) {
    unsigned taken = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        int to = 0;
        while (to < tensor->dim_count &&
               ((taken >> to & 1) || !becomes(&tensor->dims[d], &tensor->dims[to], twin)))
            to++;
        if (to == tensor->dim_count)
            return false;
        taken |= 1u << to;
    }
    return true;
}

static bool keeps_all(const aug_problem *problem, const int *twin) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (problem->tensors[t].density || !keeps(&problem->tensors[t], twin))
            return false;
    return true;
}

// Ranks of two indices in pairs, in the order of their terms.
static bool pair_up(const aug_problem *problem, const aug_problem_dim *a, const aug_problem_dim *b,
                    int *twin) {
    for (int r = 0; r < problem->rank_count; r++)
        twin[r] = r;
    for (int i = 0; i < a->term_count; i++) {
        int one = a->terms[i].rank, other = b->terms[i].rank;
        if (one == other || twin[one] != one || twin[other] != other ||
            problem->sizes[one] != problem->sizes[other] ||
            a->terms[i].coefficient != b->terms[i].coefficient)
            return false;
        twin[one] = other;
        twin[other] = one;
    }
    return true;
}

bool aug_mirror_find(const aug_problem *problem, int *twin) {
    for (int t = 0; t < problem->tensor_count; t++) {
        const aug_problem_tensor *of = &problem->tensors[t];
        for (int a = 0; a < of->dim_count; a++)
            for (int b = a + 1; b < of->dim_count; b++)
                if (of->dims[a].term_count > 1 && of->dims[a].term_count == of->dims[b].term_count &&
                    pair_up(problem, &of->dims[a], &of->dims[b], twin) && keeps_all(problem, twin))
                    return true;
    }
    for (int r = 0; r < problem->rank_count; r++)
        twin[r] = r;
    return false;
}
