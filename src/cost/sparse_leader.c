// Finding the leader's tile, and the mean over tiles of different sizes.
//
// Behind each loop of a rank there are few different extents: size 10, tiles of 4: 4 twice, 2 once. The leader's extents along
// different ranks go with each other freely, so the mean runs over their combinations, each as often as it comes up and, along
// ranks that it shares with the follower, as many words as it moves.
#include "cost/sparse_leader.h"

#include <math.h>

enum { EXTENTS = 8, COMBINATIONS = 4096 };

// Different extents of a rank behind some of its loops.
typedef struct extent_list {
    int count;
    aug_count extent[EXTENTS];
    double times[EXTENTS];
} extent_list;

static void add_extent(extent_list *list, aug_count extent, double times) {
    for (int i = 0; i < list->count; i++)
        if (list->extent[i] == extent || list->count == EXTENTS) { // more than fit: the nearest one is not worth its code
            list->times[i] += times;
            return;
        }
    list->extent[list->count] = extent;
    list->times[list->count++] = times;
}

static bool is_loop(const aug_mapping_node *node) {
    return node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR;
}

// Extents of a rank at a node.
static extent_list extents_at(const aug_sparse_nest *nest, int rank, int node) {
    extent_list list = {.count = 1, .extent = {nest->problem->sizes[rank]}, .times = {1.0}};
    for (int n = 0; n < node; n++) {
        const aug_mapping_node *at = &nest->mapping->nodes[n];
        if (!is_loop(at) || at->rank != rank)
            continue;
        extent_list next = {0};
        for (int i = 0; i < list.count; i++) {
            aug_count full = list.extent[i] / at->tile, rest = list.extent[i] % at->tile;
            if (full)
                add_extent(&next, at->tile, list.times[i] * (double)full);
            if (rest)
                add_extent(&next, rest, list.times[i]);
        }
        list = next;
    }
    return list;
}

static aug_count steps_of(const aug_sparse_nest *nest, int node) {
    const aug_mapping_node *at = &nest->mapping->nodes[node];
    aug_count outside = extents_at(nest, at->rank, node).extent[0];
    return (outside + at->tile - 1) / at->tile;
}

void aug_sparse_nest_init(aug_sparse_nest *nest, const aug_problem *problem, const aug_mapping *mapping, const aug_sparse_design *design) {
    *nest = (aug_sparse_nest){.problem = problem, .mapping = mapping, .design = design};
    for (int n = 0; n < mapping->count; n++)
        for (int t = 0; t < problem->tensor_count; t++)
            if (mapping->nodes[n].kind == AUG_MAPPING_STORE && (mapping->nodes[n].tensors >> t & 1))
                nest->stores[t][nest->store_count[t]++] = n;
}

int aug_sparse_store(const aug_sparse_nest *nest, int tensor, int memory) {
    int found = -1;
    for (int i = 0; i < nest->store_count[tensor]; i++)
        if (nest->mapping->nodes[nest->stores[tensor][i]].memory <= memory)
            found = i;
    return found;
}

aug_tile_shape aug_sparse_tile(const aug_problem *problem, int tensor, const aug_count *extents) {
    const aug_problem_tensor *of = &problem->tensors[tensor];
    aug_tile_shape tile = {.dim_count = of->dim_count, .copies = 1};
    for (int d = 0; d < of->dim_count; d++) {
        tile.shape[d] = aug_dim_extent(&of->dims[d], problem->sizes);
        tile.tile[d] = aug_dim_extent(&of->dims[d], extents);
    }
    return tile;
}

double aug_sparse_empty(const aug_sparse_nest *nest, int tensor, const aug_tile_shape *tile) {
    const aug_density *density = nest->problem->tensors[tensor].density;
    if (!density)
        return 0.0;
    if (nest->design->expectation == AUG_EXPECT_WHOLE && density->model == AUG_DENSITY_BLOCKS) {
        // Timeloop spreads structured non-zeros evenly: t words hold t d of them, rounded up or down.
        double filled = aug_density_expected(density, tile);
        return filled < 1.0 ? 1.0 - filled : 0.0;
    }
    return aug_density_empty(density, tile);
}

double aug_sparse_share(const aug_problem *problem, int tensor) {
    const aug_tile_shape whole = aug_sparse_tile(problem, tensor, problem->sizes);
    return problem->tensors[tensor].density ? aug_density_mean(problem->tensors[tensor].density, &whole) : 1.0;
}

// ---- The leader's tile

// Where the extent of each rank is read off, and how many pieces of it lie apart.
typedef struct leader_reach {
    int node[AUG_PROBLEM_RANKS];
    aug_count copies[AUG_PROBLEM_RANKS];
    int wide_rank;               // along which a block of the follower's memory takes several tiles at once; -1: one is enough
    aug_count wide;              // so many
    bool gap[AUG_PROBLEM_RANKS]; // a loop of the rank was passed that picks one tile
} leader_reach;

static void reach_over(const aug_sparse_nest *nest, int node, leader_reach *reach) {
    int rank = nest->mapping->nodes[node].rank;
    if (reach->gap[rank])
        reach->copies[rank] *= steps_of(nest, node);
    else
        reach->node[rank] = node;
}

static bool shares(const aug_sparse_nest *nest, int axis, int tensor) {
    const aug_problem_axis *of = &nest->problem->axes[axis];
    unsigned set = nest->problem->tensors[tensor].is_output ? of->reduce : of->multicast;
    return set >> tensor & 1;
}

static leader_reach find_reach(const aug_sparse_nest *nest, int tensor, int store) {
    bool compute = store + 1 == nest->store_count[tensor];
    int parent = nest->stores[tensor][store], child = compute ? nest->mapping->count - 1 : nest->stores[tensor][store + 1];
    bool stays = !compute && !(nest->mapping->nodes[child].whole >> tensor & 1);
    leader_reach found = {.wide_rank = -1, .wide = 1};
    for (int r = 0; r < nest->problem->rank_count; r++) {
        found.node[r] = child;
        found.copies[r] = 1;
        found.gap[r] = false;
    }
    // A tile that stays while the parent's stays goes on meeting what loops outside of the parent bring; Timeloop stops there.
    int last = nest->design->expectation == AUG_EXPECT_WHOLE ? parent : -1;
    for (int n = child - 1; n > last; n--) {
        const aug_mapping_node *node = &nest->mapping->nodes[n];
        if (!is_loop(node))
            continue;
        bool indexes = nest->problem->tensors[tensor].ranks >> node->rank & 1;
        bool over = !indexes && (node->kind == AUG_MAPPING_FOR ? stays : n > parent && shares(nest, node->axis, tensor));
        if (node->kind == AUG_MAPPING_FOR && indexes && steps_of(nest, n) > 1)
            stays = false;
        if (over)
            reach_over(nest, n, &found);
        else if (steps_of(nest, n) > 1)
            found.gap[node->rank] = true;
    }
    return found;
}

// A memory whose actions move several words leaves one out only where none of them is needed: tiles of fewer words than a block
// go together with the next ones along the innermost loop that moves the follower.
static void widen(const aug_sparse_nest *nest, int tensor, int store, leader_reach *reach) {
    bool compute = store + 1 == nest->store_count[tensor];
    int parent = nest->stores[tensor][store], child = compute ? nest->mapping->count - 1 : nest->stores[tensor][store + 1];
    double block = (double)nest->problem->memories[nest->mapping->nodes[parent].memory].block;
    aug_count extents[AUG_PROBLEM_RANKS] = {0};
    for (int r = 0; r < nest->problem->rank_count; r++)
        extents[r] = extents_at(nest, r, child).extent[0];
    const aug_tile_shape tile = aug_sparse_tile(nest->problem, tensor, extents);
    double tiles = ceil(block / aug_tile_words(&tile));
    for (int n = child - 1; n > parent && tiles > 1.0; n--) {
        const aug_mapping_node *node = &nest->mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR || !(nest->problem->tensors[tensor].ranks >> node->rank & 1) || steps_of(nest, n) == 1)
            continue;
        reach->wide_rank = node->rank;
        reach->wide = (aug_count)fmin(tiles, (double)steps_of(nest, n));
        return;
    }
}

double aug_leader_empty(const aug_sparse_nest *nest, int tensor, int store, int leader, double *words) {
    const aug_problem *problem = nest->problem;
    *words = 1.0;
    if (!problem->tensors[leader].density)
        return 0.0;
    leader_reach reach = find_reach(nest, tensor, store);
    widen(nest, tensor, store, &reach);
    extent_list lists[AUG_PROBLEM_RANKS];
    aug_count extents[AUG_PROBLEM_RANKS], copies = 1;
    int index[AUG_PROBLEM_RANKS] = {0}, combinations = 1;
    for (int r = 0; r < problem->rank_count; r++) {
        bool moves = problem->tensors[leader].ranks >> r & 1;
        lists[r] = moves ? extents_at(nest, r, reach.node[r]) : (extent_list){1, {1}, {1.0}};
        copies *= moves ? reach.copies[r] : 1;
        if (combinations * lists[r].count > COMBINATIONS)
            lists[r].count = 1;
        combinations *= lists[r].count;
    }
    double sum = 0.0, all = 0.0;
    for (int i = 0; i < combinations; i++) {
        double weight = 1.0;
        for (int r = 0; r < problem->rank_count; r++) {
            extents[r] = lists[r].extent[index[r]];
            weight *= lists[r].times[index[r]];
            if (problem->tensors[tensor].ranks & problem->tensors[leader].ranks & 1u << r)
                weight *= (double)extents[r];
            if (r == reach.wide_rank && problem->tensors[leader].ranks >> r & 1)
                extents[r] = reach.wide * extents[r] < problem->sizes[r] ? reach.wide * extents[r] : problem->sizes[r];
        }
        aug_tile_shape tile = aug_sparse_tile(problem, leader, extents);
        tile.copies = copies;
        *words = fmax(*words, aug_tile_words(&tile));
        sum += weight * aug_sparse_empty(nest, leader, &tile);
        all += weight;
        for (int r = 0; r < problem->rank_count && ++index[r] == lists[r].count; r++)
            index[r] = 0;
    }
    return sum / all;
}
