#include "mapper/nest_build.h"

#include <string.h>

// ---- Axes

// Ranks from `rank` on: the divisor of each that goes along the first axis, the rest along the others.
static bool split_from(const aug_space *space, const aug_axis_group *group, int axis, int rank,
                       aug_count room, aug_count *left, aug_count split[][AUG_PROBLEM_RANKS]) {
    while (rank < space->rank_count && left[rank] == 1)
        split[axis][rank++] = 1;
    if (rank == space->rank_count) {
        bool done = true;
        for (int r = 0; r < space->rank_count; r++)
            done &= left[r] == 1;
        return done || (axis + 1 < group->axis_count &&
                        split_from(space, group, axis + 1, 0,
                                   space->problem->axes[group->axes[axis + 1]].fanout, left, split));
    }
    aug_count all = left[rank];
    for (aug_count here = all < room ? all : room; here > 0; here--) {
        if (all % here != 0)
            continue;
        left[rank] = all / here;
        split[axis][rank] = here;
        if (split_from(space, group, axis, rank + 1, room / here, left, split))
            return true;
    }
    left[rank] = all;
    return false;
}

bool aug_axes_split(const aug_space *space, const aug_axis_group *group, const aug_count *steps,
                    aug_count split[][AUG_PROBLEM_RANKS]) {
    aug_count left[AUG_PROBLEM_RANKS];
    for (int a = 0; a < group->axis_count; a++)
        for (int r = 0; r < space->rank_count; r++)
            split[a][r] = 1;
    memcpy(left, steps, (size_t)space->rank_count * sizeof *left);
    return split_from(space, group, 0, 0, space->problem->axes[group->axes[0]].fanout, left, split);
}

// ---- Tiles

// From the inside out, the smallest multiple that has the count of its class.
static bool choose_tiles(const aug_space *space, const aug_item *path, int count, aug_count *tiles) {
    aug_count inner[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        inner[r] = 1;
    for (int i = count - 1; i >= 0; i--) {
        if (path[i].kind == AUG_ITEM_STORE)
            continue;
        const aug_tile_class *of = &space->classes[path[i].rank].at[path[i].to];
        aug_count unit = inner[path[i].rank];
        tiles[i] = (of->least + unit - 1) / unit * unit;
        if (tiles[i] > of->most)
            return false;
        inner[path[i].rank] = tiles[i];
    }
    return true;
}

static void add_node(aug_mapping *mapping, aug_mapping_node node) {
    if (mapping->count < AUG_MAPPING_NODES)
        mapping->nodes[mapping->count++] = node;
}

static void add_store(aug_mapping *mapping, int memory, unsigned tensors) {
    aug_mapping_node *last = mapping->count ? &mapping->nodes[mapping->count - 1] : NULL;
    if (last && last->kind == AUG_MAPPING_STORE && last->memory == memory)
        last->tensors |= tensors;
    else
        add_node(mapping,
                 (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = memory, .tensors = tensors});
}

// Steps of the loops that the tiles leave.
static void count_steps(const aug_space *space, const aug_item *path, int count, const aug_count *tiles,
                        aug_count *steps) {
    aug_count remains[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        remains[r] = space->classes[r].at[0].least;
    for (int i = 0; i < count; i++)
        if (path[i].kind != AUG_ITEM_STORE) {
            steps[i] = (remains[path[i].rank] + tiles[i] - 1) / tiles[i];
            remains[path[i].rank] = tiles[i];
        }
}

// How the loops along the axes of one group are split over them. They may stand apart.
static bool split_group(const aug_space *space, const aug_item *path, int count, int group,
                        const aug_count *steps, aug_count split[][AUG_PROBLEM_RANKS]) {
    aug_count all[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        all[r] = 1;
    for (int i = 0; i < count; i++)
        if (path[i].kind == AUG_ITEM_PAR && path[i].group == group)
            all[path[i].rank] *= steps[i];
    return aug_axes_split(space, &space->groups[group], all, split);
}

// Loops along the axes of one group that stand together, items `first` .. `end` - 1.
static void add_space(const aug_space *space, const aug_item *path, int first, int end,
                      const aug_count *tiles, const aug_count *steps, aug_count split[][AUG_PROBLEM_RANKS],
                      aug_mapping *mapping) {
    const aug_axis_group *group = &space->groups[path[first].group];
    aug_count left[AUG_PATH_ITEMS];
    memcpy(left, steps, sizeof left);
    for (int a = 0; a < group->axis_count; a++)
        for (int i = first; i < end; i++) {
            int rank = path[i].rank;
            if (split[a][rank] == 1)
                continue;
            left[i] /= split[a][rank];
            add_node(mapping, (aug_mapping_node){.kind = AUG_MAPPING_PAR,
                                                 .axis = group->axes[a],
                                                 .rank = rank,
                                                 .tile = tiles[i] * left[i]});
        }
}

static void begin(const aug_space *space, const aug_mapper_options *options, aug_mapping *mapping) {
    unsigned homeless = (1u << space->tensor_count) - 1u;
    for (int i = 0; i < options->prefix_count; i++)
        if (options->prefix[i].kind == AUG_MAPPING_STORE)
            homeless &= ~options->prefix[i].tensors;
    mapping->count = 0;
    for (int m = 0; m < space->memory_count; m++)
        for (int t = 0; t < space->tensor_count; t++)
            if ((homeless >> t & 1) && space->home[t] == m)
                add_store(mapping, m, 1u << t);
    for (int i = 0; i < options->prefix_count; i++)
        add_node(mapping, options->prefix[i]);
}

bool aug_nest_build(const aug_space *space, const aug_mapper_options *options, const aug_item *path,
                    int count, aug_mapping *mapping) {
    aug_count tiles[AUG_PATH_ITEMS], steps[AUG_PATH_ITEMS];
    aug_count split[AUG_PROBLEM_AXES][AUG_PROBLEM_RANKS];
    if (!choose_tiles(space, path, count, tiles))
        return false;
    count_steps(space, path, count, tiles, steps);
    begin(space, options, mapping);
    for (int i = 0; i < count; i++) {
        int end = i + 1;
        switch ((aug_item_kind)path[i].kind) {
        case AUG_ITEM_STORE:
            add_store(mapping, path[i].memory, 1u << path[i].tensor);
            break;
        case AUG_ITEM_FOR:
            if (steps[i] > 1)
                add_node(mapping,
                         (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = path[i].rank, .tile = tiles[i]});
            break;
        case AUG_ITEM_PAR:
            while (end < count && path[end].kind == AUG_ITEM_PAR && path[end].group == path[i].group)
                end++;
            if (!split_group(space, path, count, path[i].group, steps, split))
                return false;
            add_space(space, path, i, end, tiles, steps, split, mapping);
            i = end - 1;
            break;
        }
    }
    add_node(mapping, (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = space->unit});
    return mapping->count < AUG_MAPPING_NODES;
}
