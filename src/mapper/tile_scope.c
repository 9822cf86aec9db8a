#include "mapper/tile_scope.h"

enum { MOST_POINTS = 1024, MOST_IN_WINDOWS = 256 }; // of the einsum

static bool has_windows(const aug_problem *problem) {
    for (int t = 0; t < problem->tensor_count; t++)
        for (int d = 0; d < problem->tensors[t].dim_count; d++)
            if (problem->tensors[t].dims[d].term_count > 1)
                return true;
    return false;
}

bool aug_tile_scope_all(const aug_problem *problem, const aug_mapper_options *options) {
    aug_count most = has_windows(problem) ? MOST_IN_WINDOWS : MOST_POINTS;
    if (options->perfect || options->divided || options->least_tiles || problem->operations > most)
        return false;
    for (int r = 0; r < problem->rank_count; r++)
        if (problem->sizes[r] > AUG_TILE_SCOPE_SIZE)
            return false;
    return true;
}

// Tiles at which a class has to end because a restriction tells them from larger ones.
static int asked_ends(const aug_restriction *restriction, int rank, aug_count *ends) {
    int count = 0;
    for (int m = 0; restriction && m < AUG_PROBLEM_MEMORIES; m++) {
        if (!restriction->has_tiles[m])
            continue;
        const aug_tile_range *range = &restriction->tiles[m][rank];
        if (range->least > 1)
            ends[count++] = range->least - 1;
        if (range->most < UINT64_MAX)
            ends[count++] = range->most;
    }
    return count;
}

void aug_tile_scope_classes(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options, bool all,
                            int rank, aug_count part, aug_tile_classes *classes) {
    aug_count ends[2 * AUG_PROBLEM_MEMORIES + AUG_TILE_SCOPE_SIZE];
    int count = asked_ends(options->restriction, rank, ends);
    for (aug_count tile = 1; all && tile < part; tile++)
        ends[count++] = tile;
    aug_tile_classes_init(arena, problem->sizes[rank], part, options->perfect || (options->divided >> rank & 1u), ends,
                          count, classes);
}
