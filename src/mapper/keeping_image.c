#include "mapper/keeping_image.h"

static int exchanged(int rank, int a, int b) {
    return rank == a ? b : rank == b ? a : rank;
}

static bool has_term(const aug_problem_dim *dim, int rank, aug_count coefficient) {
    for (int i = 0; i < dim->term_count; i++)
        if (dim->terms[i].rank == rank && dim->terms[i].coefficient == coefficient)
            return true;
    return false;
}

// Whether an index with a and b exchanged is the other one. A rank that stands twice in one is left alone.
static bool becomes(const aug_problem_dim *dim, const aug_problem_dim *other, int a, int b) {
    if (dim->term_count != other->term_count)
        return false;
    for (int i = 0; i < dim->term_count; i++) {
        for (int k = 0; k < i; k++)
            if (dim->terms[k].rank == dim->terms[i].rank)
                return false;
        if (!has_term(other, exchanged(dim->terms[i].rank, a, b), dim->terms[i].coefficient))
            return false;
    }
    return true;
}

// Indices may stand in another order.
static bool indices_become(const aug_problem_tensor *tensor, const aug_problem_tensor *other, int a, int b) {
    unsigned taken = 0;
    if (tensor->dim_count != other->dim_count)
        return false;
    for (int d = 0; d < tensor->dim_count; d++) {
        int to = 0;
        while (to < other->dim_count &&
               ((taken >> to & 1) || !becomes(&tensor->dims[d], &other->dims[to], a, b)))
            to++;
        if (to == other->dim_count)
            return false;
        taken |= 1u << to;
    }
    return true;
}

static bool same_bits(unsigned set, int t, int u) {
    return (set >> t & 1) == (set >> u & 1);
}

// Whether a machine treats two tensors alike.
static bool treated_alike(const aug_space *space, int t, int u) {
    const aug_space_tensor *a = &space->tensors[t], *b = &space->tensors[u];
    bool same =
        a->is_output == b->is_output && a->accumulates == b->accumulates && space->home[t] == space->home[u];
    for (int m = 0; m < space->memory_count; m++) {
        const aug_space_memory *of = &space->memories[m];
        same = same && same_bits(of->may, t, u) && same_bits(of->must, t, u) && of->bits[t] == of->bits[u] &&
               of->read[t] == of->read[u] && of->fill[t] == of->fill[u] && of->update[t] == of->update[u];
    }
    for (int g = 0; g < space->group_count; g++)
        same =
            same && same_bits(space->groups[g].multicast, t, u) && same_bits(space->groups[g].reduce, t, u);
    return same;
}

bool aug_keeping_image_find(const aug_space *space, int rank, int other, int *image) {
    const aug_problem *problem = space->problem;
    unsigned taken = 0;
    if (problem->sizes[rank] != problem->sizes[other])
        return false;
    for (int t = 0; t < space->tensor_count; t++) {
        int to = 0;
        while (to < space->tensor_count &&
               ((taken >> to & 1) || !treated_alike(space, t, to) ||
                !indices_become(&problem->tensors[t], &problem->tensors[to], rank, other)))
            to++;
        if (to == space->tensor_count || problem->tensors[t].density)
            return false;
        taken |= 1u << to;
        image[t] = to;
    }
    return true;
}

static unsigned image_of(unsigned kept, const int *image, int tensors) {
    unsigned to = 0;
    for (int t = 0; t < tensors; t++)
        to |= (kept >> t & 1) << image[t];
    return to;
}

// Whether the image stands before it: choices come with larger sets first, memory by memory.
static bool comes_later(const aug_space *space, const aug_keeping *keeping, const int *image) {
    for (int m = 0; m < space->memory_count; m++) {
        unsigned to = image_of(keeping->kept[m], image, space->tensor_count);
        if (to != keeping->kept[m])
            return to > keeping->kept[m];
    }
    return false;
}

static void drop_images(const aug_space *space, const int *image, aug_keepings *keepings) {
    int count = 0;
    for (int i = 0; i < keepings->count; i++)
        if (!comes_later(space, &keepings->at[i], image))
            keepings->at[count++] = keepings->at[i];
    keepings->count = count;
}

// A choice that is dropped for its image may be that of one which is dropped for another pair of ranks: each
// is an image of an earlier one, so the first of all remains.
void aug_keeping_images_drop(const aug_space *space, aug_keepings *keepings) {
    int image[AUG_PROBLEM_TENSORS];
    if (!space->perfect || space->restriction || space->has_prefix || space->mixed || space->lasting ||
        !space->closed)
        return;
    for (int a = 0; a < space->rank_count; a++)
        for (int b = a + 1; b < space->rank_count; b++)
            if ((space->large >> a & 1) && aug_keeping_image_find(space, a, b, image))
                drop_images(space, image, keepings);
}
