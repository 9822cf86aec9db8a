#include "mapper/rank_merge.h"

#include "base/gcd.h"

#include <string.h>

// Whether a rank is an index by itself wherever it stands: its tiles are boxes of so many words.
static bool stands_alone(const aug_problem *problem, int rank) {
    for (int t = 0; t < problem->tensor_count; t++) {
        int dims = 0;
        for (int d = 0; d < problem->tensors[t].dim_count; d++) {
            const aug_problem_dim *dim = &problem->tensors[t].dims[d];
            bool own = false, others = false;
            for (int i = 0; i < dim->term_count; i++) {
                if (dim->terms[i].rank != rank)
                    others |= problem->sizes[dim->terms[i].rank] > 1;
                else if (dim->terms[i].coefficient == 1 && !own)
                    own = true;
                else
                    return false;
            }
            dims += own;
            if (own && others)
                return false;
        }
        if (dims > 1)
            return false;
    }
    return true;
}

static bool alike(const aug_problem *problem, const aug_restriction *restriction, int a, int b) {
    for (int t = 0; t < problem->tensor_count; t++)
        if ((problem->tensors[t].ranks >> a & 1) != (problem->tensors[t].ranks >> b & 1))
            return false;
    for (int i = 0; restriction && i < problem->axis_count; i++)
        if (restriction->axis_is_fixed[i] &&
            (restriction->axis_ranks[i] >> a & 1) != (restriction->axis_ranks[i] >> b & 1))
            return false;
    return true;
}

static unsigned merged_ranks(const aug_rank_merge *merge, unsigned ranks) {
    unsigned merged = 0;
    for (int r = 0; r < merge->whole->rank_count; r++)
        merged |= (ranks >> r & 1) << merge->into[r];
    return merged;
}

// Which ranks become one. False where all stay.
static bool choose(aug_rank_merge *merge, const aug_restriction *restriction) {
    const aug_problem *whole = merge->whole;
    bool any = false;
    int count = 0, first[AUG_PROBLEM_RANKS];
    for (int r = 0; r < whole->rank_count; r++) {
        int into = 0;
        bool merges = whole->sizes[r] > 1 && stands_alone(whole, r);
        while (into < count &&
               !(merges && whole->sizes[first[into]] > 1 && stands_alone(whole, first[into]) &&
                 alike(whole, restriction, r, first[into])))
            into++;
        merge->into[r] = into;
        any |= into < count;
        if (into == count)
            first[count++] = r;
    }
    merge->problem.rank_count = count;
    for (int i = 0; i < count; i++) {
        merge->problem.ranks[i] = whole->ranks[first[i]];
        merge->problem.sizes[i] = 1;
    }
    for (int r = 0; r < whole->rank_count; r++)
        merge->problem.sizes[merge->into[r]] *= whole->sizes[r];
    return any;
}

// Of dimensions of ranks that become one the first stays.
static void merge_tensor(const aug_rank_merge *merge, aug_problem_tensor *tensor) {
    unsigned seen = 0;
    int count = 0;
    tensor->ranks = merged_ranks(merge, tensor->ranks);
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_problem_dim dim = tensor->dims[d];
        bool again = false;
        for (int i = 0; i < dim.term_count; i++) {
            bool large = merge->whole->sizes[dim.terms[i].rank] > 1;
            dim.terms[i].rank = merge->into[dim.terms[i].rank];
            again |= large && (seen >> dim.terms[i].rank & 1) &&
                     stands_alone(merge->whole, tensor->dims[d].terms[i].rank);
            seen |= (unsigned)large << dim.terms[i].rank;
        }
        if (!again)
            tensor->dims[count++] = dim;
    }
    tensor->dim_count = count;
}

// Along one axis in the order k1, m, k2 the hops of all tensors are linear in k2 while k1 · k2 is k, so one
// of the orders k, m and m, k is as good. Columns and routers are counted from the middle and in whole steps:
// not there.
static bool may_divide_best(const aug_problem *problem) {
    for (int a = 0; a < problem->array_count; a++) {
        const aug_problem_array *array = &problem->arrays[a];
        if (array->router_pj > 0.0 || (array->hop_pj > 0.0 && array->axis_count > 1))
            return true;
    }
    return false;
}

bool aug_rank_merge_init(const aug_problem *problem, const aug_mapper_options *options,
                         aug_rank_merge *merge) {
    const aug_restriction *restriction = options->restriction;
    if (!options->perfect || options->prefix_count > 0 || may_divide_best(problem))
        return false;
    for (int m = 0; restriction && m <= AUG_PROBLEM_MEMORIES; m++)
        if (restriction->order_count[m] > 0 || (m < AUG_PROBLEM_MEMORIES && restriction->has_tiles[m]))
            return false;
    *merge = (aug_rank_merge){.whole = problem, .problem = *problem, .options = *options};
    if (!choose(merge, restriction))
        return false;
    for (int t = 0; t < problem->tensor_count; t++)
        merge_tensor(merge, &merge->problem.tensors[t]);
    if (restriction) {
        merge->restriction = *restriction;
        for (int i = 0; i < problem->axis_count; i++)
            merge->restriction.axis_ranks[i] = merged_ranks(merge, restriction->axis_ranks[i]);
        merge->options.restriction = &merge->restriction;
    }
    return true;
}

// ---- Back again

bool aug_rank_merge_undo(const aug_rank_merge *merge, const aug_mapping *merged, aug_mapping *mapping) {
    aug_count left[AUG_PROBLEM_RANKS], tile[AUG_PROBLEM_RANKS];
    for (int r = 0; r < merge->whole->rank_count; r++)
        left[r] = merge->whole->sizes[r];
    memcpy(tile, merge->problem.sizes, sizeof tile);
    mapping->count = 0;
    for (int n = 0; n < merged->count; n++) {
        aug_mapping_node node = merged->nodes[n];
        bool loop = node.kind == AUG_MAPPING_FOR || node.kind == AUG_MAPPING_PAR;
        aug_count steps = loop ? tile[node.rank] / node.tile : 1;
        if (loop)
            tile[node.rank] = node.tile;
        // As many of the steps as each rank in turn can take.
        for (int r = 0; loop && r < merge->whole->rank_count; r++) {
            if (merge->into[r] != merged->nodes[n].rank)
                continue;
            aug_count own = aug_gcd(steps, left[r]);
            if (own == 1)
                continue;
            if (mapping->count == AUG_MAPPING_NODES)
                return false;
            left[r] /= own;
            steps /= own;
            node.rank = r;
            node.tile = left[r];
            mapping->nodes[mapping->count++] = node;
        }
        if (steps > 1 || (!loop && mapping->count == AUG_MAPPING_NODES))
            return false;
        if (!loop)
            mapping->nodes[mapping->count++] = node;
    }
    return true;
}
